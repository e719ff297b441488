"""The preferences link: topics by channel, a pause, discretion, language, place, leaving. GET shows, POST acts.

A page is as old as the moment it was opened. What it sends names the newest entry of the ledger it knew (`seen`), and when
that is not the newest any more it changes nothing: ticks of before an opt-out must not bring anybody back.
"""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outreach.actions import clock, links, preferring, reading_public, schedules
from outreach.actions.reading_public import Preferences
from outreach.actions.receiving import notes
from outreach.models import Subscriber
from outreach.rules import reply_texts
from outreach.rules.mail import LONGEST_WORDS
from outreach.rules.places import ZIP
from outreach.web.pages import day
from outreach.web.public import undoing
from outreach.web.public.answers import answer, broken, came_from, sms_number
from outreach.web.public.wording import Words
from outreach.web.public.words import BY_LANGUAGE, words_for


@csrf_exempt  # the link is the proof; there is no cookie to ride on
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Shows or changes the settings of the person the link belongs to."""
    ids = links.read(links.PREFERENCES, token)
    mine = reading_public.preferences(ids[0], clock.now()) if ids else None
    if mine is None:
        return broken(request, words_for(request))
    words = words_for(request, mine.language)
    act = _ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    return act(request, token, words, mine) if act else _page(request, words, mine)


def _save(request: HttpRequest, token: str, words: Words, mine: Preferences) -> HttpResponse:
    seen = preferring.newest_event(mine.subscriber)
    if request.POST.get("seen", "") != str(seen):
        return _stale(request, words, mine)
    zip_code = " ".join(request.POST.get("zip", mine.zip_code).split())
    if zip_code and not ZIP.fullmatch(zip_code):
        return _page(
            request, words, mine, status=422, wrong={"zip": words.wrong_zip}, entered=_entered(request, zip_code)
        )
    ticked = set(request.POST.getlist("box"))
    language = request.POST.get("language", mine.language)
    zone = request.POST.get("zone", mine.zone)
    choices = preferring.Choices(
        offered={(box.channel, box.topic.key): words.box(box.channel, box.topic) for box in mine.boxes},
        ticked=frozenset((b.channel, b.topic.key) for b in mine.boxes if f"{b.channel}/{b.topic.key}" in ticked),
        discreet="discreet" in request.POST,
        language=language if language in BY_LANGUAGE else mine.language,
        zip_code=zip_code[:5] or None,
        zone=(zone if zone in words.zones else mine.zone) or None,
        seen=seen,
    )
    done = preferring.save(mine.subscriber, choices, now=clock.now(), ip=came_from(request))
    if done is None:
        return _stale(request, words, reading_public.preferences(mine.subscriber, clock.now()) or mine)
    return _after(request, token, words, mine, done, "saved")


def _stale(request: HttpRequest, words: Words, mine: Preferences) -> HttpResponse:
    """Saved from a page that was opened before something changed (an unsubscribe elsewhere, say): what it shows as ticked is
    not what the person has chosen last. They see how it stands and save again if they wish."""
    return _page(request, words, mine, state="stale", status=409)


def _leave_emails(request: HttpRequest, token: str, words: Words, mine: Preferences) -> HttpResponse:
    done = preferring.leave(
        mine.subscriber, wording=words.leave_button, language=words.language, now=clock.now(), channels=("email",),
        ip=came_from(request),
    )  # fmt: skip
    return _after(request, token, words, mine, done, "emails_left")


def _leave(request: HttpRequest, token: str, words: Words, mine: Preferences) -> HttpResponse:
    done = preferring.leave(
        mine.subscriber,
        wording=words.everything_button,
        language=words.language,
        now=clock.now(),
        ip=came_from(request),
    )
    return _after(request, token, words, mine, done, "left")


def _undo(request: HttpRequest, token: str, words: Words, mine: Preferences) -> HttpResponse:
    event = undoing.read(request.POST.get("undo", ""), token)
    undone = event is not None and preferring.undo_leaving(
        mine.subscriber, event, now=clock.now(), wording=words.undo, language=words.language, ip=came_from(request)
    )
    return _after(request, token, words, mine, True, "undone" if undone else "not_undone")


def _pause(request: HttpRequest, token: str, words: Words, mine: Preferences) -> HttpResponse:
    return _after(request, token, words, mine, preferring.pause(mine.subscriber, now=clock.now()), "")


def _go_on(request: HttpRequest, token: str, words: Words, mine: Preferences) -> HttpResponse:
    preferring.end_pause(mine.subscriber, now=clock.now())
    return _after(request, token, words, mine, True, "")


def _write(request: HttpRequest, token: str, words: Words, mine: Preferences) -> HttpResponse:
    """Words to us. Whatever else they ask, who may be in danger sees the lifelines first."""
    said = request.POST.get("words", "")
    noted = notes.take_in(
        Subscriber.objects.get(pk=mine.subscriber), said, now=clock.now(), ip=came_from(request)
    )  # fmt: skip
    if noted is None or not noted.kept:
        why = words.write_nothing if noted is None else words.write_often
        return _page(request, words, mine, status=422 if noted is None else 429, wrong={"words": why}, said=said)
    if noted.intent.kind == "crisis":
        words = BY_LANGUAGE.get(noted.intent.language, words)
        told = reply_texts.crisis(
            schedules.current().organisation.as_neutral(), noted.intent.keyword, noted.intent.language,
            stopped=noted.left and noted.confirmed,
        )  # fmt: skip
        return answer(request, "lifelines", words, told=told)
    return _after(request, token, words, mine, noted.confirmed, "left" if noted.left else "written")


_Act = Callable[[HttpRequest, str, Words, Preferences], HttpResponse]
_ACTS: Mapping[str, _Act] = {
    "save": _save, "leave_emails": _leave_emails, "leave": _leave, "undo": _undo, "pause": _pause, "go_on": _go_on,
    "write": _write,
}  # fmt: skip


def _after(request: HttpRequest, token: str, words: Words, mine: Preferences, done: bool, state: str) -> HttpResponse:
    """The page after an act: as the person stands now, in the language just chosen. Not `done`: nothing is claimed."""
    fresh = reading_public.preferences(mine.subscriber, clock.now()) or mine
    if not done:
        return _page(request, words, fresh, state="wait", status=503)
    if state == "saved":
        words = BY_LANGUAGE.get(fresh.language, words)
    undo = undoing.proof(token, preferring.newest_event(mine.subscriber)) if state in ("emails_left", "left") else ""
    return _page(request, words, fresh, state=state, undo=undo)


def _page(
    request: HttpRequest,
    words: Words,
    mine: Preferences,
    *,
    state: str = "",
    status: int = 200,
    undo: str = "",
    wrong: Mapping[str, str] | None = None,
    entered: Mapping[str, object] | None = None,
    said: str = "",
) -> HttpResponse:
    groups = [
        (
            channel,
            title,
            [(box, words.box(box.channel, box.topic)) for box in mine.offered(channel)],
            _closed(words, channel, mine.closed.get(channel)),
        )
        for channel, title in (("email", words.emails), ("sms", words.texts))
        if mine.offered(channel) or channel in mine.closed
    ]
    zones = dict(words.zones) if mine.zone in words.zones else {**words.zones, mine.zone: mine.zone.replace("_", " ")}
    number = sms_number()
    return answer(
        request, "preferences", words, status=status, mine=mine, groups=groups, state=state, until=_date(mine, words),
        seen=preferring.newest_event(mine.subscriber), undo=undo, zones=zones, wrong=wrong or {}, number=number,
        entered=entered or _shown(mine), has_email="email" in {box.channel for box in mine.boxes},
        said=said, longest=LONGEST_WORDS,
    )  # fmt: skip


def _shown(mine: Preferences) -> dict[str, object]:
    """What the fields hold: what is stored."""
    return {
        "boxes": {f"{b.channel}/{b.topic.key}" for b in mine.boxes if b.ticked},
        "discreet": mine.discreet,
        "language": mine.language,
        "zip": mine.zip_code,
        "zone": mine.zone,
    }


def _entered(request: HttpRequest, zip_code: str) -> dict[str, object]:
    """What the fields hold after a mistake: what was entered."""
    return {
        "boxes": set(request.POST.getlist("box")),
        "discreet": "discreet" in request.POST,
        "language": request.POST.get("language", ""),
        "zip": zip_code,
        "zone": request.POST.get("zone", ""),
    }


def _closed(words: Words, channel: str, why: str | None) -> str:
    """Why nothing can be chosen for a channel, and the way back."""
    if why in ("stopped", "provider"):
        number = sms_number()
        how = words.start_number.format(number=number) if number else words.start_anywhere
        return f"{words.closed_provider if why == 'provider' else words.closed_stopped} {how}"
    return words.closed_unreachable if why else ""


def _date(mine: Preferences, words: Words) -> str:
    if mine.paused_until is None:
        return ""
    zone = schedules.current().quiet_hours.zone
    if words.language == "es":
        return f"{mine.paused_until.astimezone(ZoneInfo(zone)):%d/%m/%Y}"
    return day(mine.paused_until, zone)
