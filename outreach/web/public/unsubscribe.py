"""The unsubscribe link: GET asks, POST acts at once (RFC 8058), for machines and people alike; the page can undo.

A genuine link, a forged one and a stale one get the same pages, so that the link is no oracle. No cookie is set or read:
the link itself is the proof, and mail providers that press the button for a person have none.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from outreach.actions import clock, links, preferring, reading_public
from outreach.actions.opting_out import opt_out
from outreach.web.public import undoing
from outreach.web.public.answers import answer, came_from
from outreach.web.public.wording import Words
from outreach.web.public.words import words_for


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show a page that asks and change nothing: mail scanners open every link. POST opts out.

    Looking never reads the token, so it takes the same time whatever the token is. A POST with a real one takes longer, since it
    waits for calls already running: whoever can send it holds the link, and there is nothing left to find out.
    """
    if request.method == "OPTIONS":
        return HttpResponse(headers={"Allow": "GET, HEAD, POST, OPTIONS"}, content_type="text/plain")
    words, page = words_for(request), reverse("unsubscribe", args=[token])
    if request.method != "POST":
        return answer(request, "unsubscribe", words, state="ask", undo="", path=page)
    ids = links.read(links.UNSUBSCRIBE, token) or (0, 0)
    confirmed = _opt_out(request, words, ids)
    if not confirmed:
        waiting = answer(request, "unsubscribe", words, status=503, state="wait", undo="", path=page)
        waiting.headers["Retry-After"] = "5"
        return waiting
    undo = undoing.proof(token, preferring.newest_event(ids[0]))
    return answer(request, "unsubscribe", words, state="done", undo=undo, path=page, repeat=True)


@csrf_exempt
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the opt-out back, with the short-lived proof that only the page just shown holds."""
    words, page = words_for(request), reverse("unsubscribe", args=[token])
    event = undoing.read(request.POST.get("undo", ""), token)
    if event is None:
        return answer(request, "unsubscribe", words, state="not_undone", undo="", path=page)
    ids = links.read(links.UNSUBSCRIBE, token)
    if ids is None:
        # A link that is none had nothing to end and has nothing to take back; it gets the same page as one that had.
        return answer(request, "unsubscribe", words, state="undone", undo="", path=page)
    undone = preferring.undo_leaving(
        ids[0],
        event,
        now=clock.now(),
        wording=words.undo,
        language=words.language,
        ip=came_from(request),
    )
    return answer(request, "unsubscribe", words, state="undone" if undone else "not_undone", undo="", path=page)


def _opt_out(request: HttpRequest, words: Words, ids: tuple[int, ...]) -> bool:
    subscriber, campaign = ids
    key = reading_public.email_key(subscriber)
    if key is None:
        return True
    # Read from the raw bytes: urlencoded, multipart or mangled, an opt-out is an opt-out.
    one_click = b"List-Unsubscribe" in request.body
    return opt_out(
        "email",
        key,
        method="one_click" if one_click else "unsubscribe_page",
        source=f"campaign {campaign}",
        now=clock.now(),
        wording="List-Unsubscribe=One-Click" if one_click else words.leave_button,
        language=words.language,
    ).confirmed
