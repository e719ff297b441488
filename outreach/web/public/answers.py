"""One frame for every public page: neutral name, the person's language, a telephone number where a person answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from outreach.actions import schedules
from outreach.web.public.words import Words


def answer(request: HttpRequest, template: str, words: Words, *, status: int = 200, **values: Any) -> HttpResponse:
    """A public page. The sender's neutral name stands on it whoever asks: it tells nothing on a shared screen."""
    organisation = schedules.current().organisation
    frame = {"words": words, "brand": organisation.neutral_name, "phone": organisation.phone, "path": request.path}
    return render(request, f"public/{template}.html", {**frame, **values}, status=status)


def broken(request: HttpRequest, words: Words) -> HttpResponse:
    """What a link gets that is not ours, not whole, or nobody's any more."""
    return answer(request, "notice", words, status=404, title=words.broken_title, say=words.broken_say)
