"""Read a part in the browser. The page is forwarded like any link, so it carries no name and nobody's own links."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from outreach.actions import links, reading_public
from outreach.web.headers import EMAIL_PAGE
from outreach.web.public.answers import answer, broken
from outreach.web.public.words import words_for


@require_safe
def read_online(request: HttpRequest, token: str) -> HttpResponse:
    """The part as it was sent, without the person."""
    ids = links.read(links.READ_ONLINE, token)
    html = reading_public.part_online(ids[0], ids[1], f"{settings.PUBLIC_URL}/links/") if ids else None
    if html is None:
        return broken(request, words_for(request))
    return HttpResponse(html, headers={"Content-Security-Policy": EMAIL_PAGE, "Referrer-Policy": "no-referrer"})


@require_safe
def where_links_are(request: HttpRequest) -> HttpResponse:
    """Where a person finds their own links."""
    words = words_for(request)
    return answer(request, "notice", words, title=words.links_title, say=words.links_say)
