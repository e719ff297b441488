"""One frame for every public page: neutral name, the person's language, a telephone number where a person answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from outreach.actions import schedules
from outreach.errors import Refused
from outreach.web.public.words import Words


def answer(request: HttpRequest, template: str, words: Words, *, status: int = 200, **values: Any) -> HttpResponse:
    """A public page. The sender's neutral name stands on it whoever asks: it tells nothing on a shared screen."""
    try:
        organisation = schedules.current().organisation
        brand, phone = organisation.neutral_name, organisation.phone
    except Refused:  # a link may be older than this installation's schedules; leaving must work all the same
        brand, phone = words.settings_title, ""
    frame = {"words": words, "brand": brand, "phone": phone, "path": request.path}
    return render(request, f"public/{template}.html", {**frame, **values}, status=status)


def broken(request: HttpRequest, words: Words) -> HttpResponse:
    """What a link gets that is not ours, not whole, or nobody's any more."""
    return answer(request, "notice", words, status=404, title=words.broken_title, say=words.broken_say)
