"""In which language a public page answers."""

from typing import Final

from django.http import HttpRequest

from outreach.web.public import english, spanish
from outreach.web.public.wording import Words

BY_LANGUAGE: Final = {"en": english.WORDS, "es": spanish.WORDS}


def words_for(request: HttpRequest, known: str | None = None) -> Words:
    """The words of a page: what the page was asked in, else the person's language if known, else the browser's."""
    asked = request.GET.get("lang") or known or _of_browser(request.headers.get("Accept-Language", ""))
    return BY_LANGUAGE.get(asked, english.WORDS)


def _of_browser(header: str) -> str:
    """The first of our languages in an Accept-Language header; browsers list them by preference."""
    for part in header.split(","):
        language = part.split(";")[0].strip().lower().split("-")[0]
        if language in BY_LANGUAGE:
            return language
    return "en"
