"""The preferences link: topics by channel, a pause, discretion, language, leaving everything. GET shows, POST acts."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outreach.actions import clock, links, preferring, reading_public, schedules
from outreach.actions.reading_public import Preferences
from outreach.web.pages import day
from outreach.web.public.answers import answer, broken
from outreach.web.public.words import BY_LANGUAGE, Words, words_for


@csrf_exempt  # the link is the proof; there is no cookie to ride on
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Shows or changes the settings of the person the link belongs to."""
    now = clock.now()
    ids = links.read(links.PREFERENCES, token)
    mine = reading_public.preferences(ids[0], now) if ids else None
    if mine is None:
        return broken(request, words_for(request))
    words = words_for(request, mine.language)
    if request.method != "POST":
        return _page(request, words, mine)
    act = request.POST.get("act", "")
    if act == "leave":
        wording = words.everything_button
        done = preferring.leave(mine.subscriber, wording=wording, language=words.language, now=now)
        state = "left"
    elif act == "pause":
        done, state = preferring.pause(mine.subscriber, now=now), ""
    elif act == "go_on":
        preferring.end_pause(mine.subscriber, now=now)
        done, state = True, ""
    elif act == "save" and request.POST.get("seen", "") != str(preferring.newest_event(mine.subscriber)):
        # Saved from a page that was opened before something changed (an unsubscribe elsewhere, say): what it shows as
        # ticked is not what the person has chosen last. They see how it stands and save again if they wish.
        return _page(request, words, mine)
    elif act == "save":
        done, state = _save(request, mine, words), "saved"
    else:
        return _page(request, words, mine)
    fresh = reading_public.preferences(mine.subscriber, now) or mine
    if not done:
        return _page(request, words, fresh, state="wait", status=503)
    return _page(request, words_for(request, fresh.language), fresh, state=state)


def _save(request: HttpRequest, mine: Preferences, words: Words) -> bool:
    ticked = set(request.POST.getlist("box"))
    language = request.POST.get("language", mine.language)
    choices = preferring.Choices(
        offered={(box.channel, box.topic.key): words.box(box.channel, box.topic) for box in mine.boxes},
        ticked=frozenset((b.channel, b.topic.key) for b in mine.boxes if f"{b.channel}/{b.topic.key}" in ticked),
        discreet="discreet" in request.POST,
        language=language if language in BY_LANGUAGE else mine.language,
    )
    ip = request.META.get("REMOTE_ADDR") or None
    return preferring.save(mine.subscriber, choices, now=clock.now(), ip=ip)


def _page(request: HttpRequest, words: Words, mine: Preferences, *, state: str = "", status: int = 200) -> HttpResponse:
    zone = schedules.current().quiet_hours.zone
    groups = [
        (
            channel,
            title,
            [(box, words.box(box.channel, box.topic)) for box in mine.offered(channel)],
            mine.closed.get(channel),
        )
        for channel, title in (("email", words.emails), ("sms", words.texts))
        if mine.offered(channel) or channel in mine.closed
    ]
    until = _date(mine, words, zone)
    return answer(request, "preferences", words, status=status, mine=mine, groups=groups, state=state, until=until,
                  seen=preferring.newest_event(mine.subscriber))  # fmt: skip


def _date(mine: Preferences, words: Words, zone: str) -> str:
    if mine.paused_until is None:
        return ""
    return mine.paused_until.strftime("%d/%m/%Y") if words.language == "es" else day(mine.paused_until, zone)
