"""The pages for what is not here, not allowed, or broke: calm, in the person's language, and true for whoever sees them.

They must stand when nothing else does, so they ask the database nothing.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from outreach.web.public.wording import Words
from outreach.web.public.words import words_for


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, whatever was asked for."""
    words = words_for(request)
    return _page(request, 404, words.lost_title, words.lost_say, link=_way_back(request, words))


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 for an account that may not open a page of the staff."""
    words = words_for(request)
    return _page(request, 403, words.lost_title, words.unseen_say, link=words.lost_link)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a staff form without the token of its page."""
    words = words_for(request)
    return _page(request, 403, words.again_title, words.again_say, link=words.lost_link)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 for a request that is none."""
    words = words_for(request)
    return _page(request, 400, words.lost_title, words.lost_say)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our own fault."""
    words = words_for(request)
    return _page(request, 500, words.fault_title, words.fault_say)


def _way_back(request: HttpRequest, words: Words) -> str:
    """The first page is the staff's: whoever has no session of theirs would only find a login there."""
    return words.lost_link if settings.SESSION_COOKIE_NAME in request.COOKIES else ""


def _page(request: HttpRequest, status: int, title: str, say: str, **values: Any) -> HttpResponse:
    shown = {"words": words_for(request), "title": title, "say": say, "link": "", **values}
    return HttpResponse(render_to_string("lost.html", shown), status=status)
