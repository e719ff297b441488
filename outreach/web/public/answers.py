"""One frame for every public page: neutral name, the person's language, a telephone number where a person answers."""

import ipaddress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from outreach.actions import schedules
from outreach.errors import Refused
from outreach.web import headers
from outreach.web.public.wording import Words


def answer(
    request: HttpRequest,
    template: str,
    words: Words,
    *,
    status: int = 200,
    framed: bool = False,
    repeat: bool = False,
    **values: Any,
) -> HttpResponse:
    """A public page. The sender's neutral name stands on it whoever asks: it tells nothing on a shared screen.

    `framed`: for a frame on one of the centre's own sites. `repeat`: the page is the answer to a POST that can be sent
    again without harm, and so the other language is asked for by the same POST.
    """
    sites: tuple[str, ...] = ()
    try:
        organisation = schedules.current().organisation
        brand, phone, sites = organisation.neutral_name, organisation.phone, organisation.form_sites
    except Refused:  # a link may be older than this installation's schedules; leaving must work all the same
        brand, phone = words.settings_title, ""
    frame = {"words": words, "brand": brand, "phone": phone, "path": request.path, "framed": framed, "repeat": repeat}
    shown = render(request, f"public/{template}.html", {**frame, **values}, status=status)
    headers.set_public(shown, sites if framed else None)
    return shown


def broken(request: HttpRequest, words: Words) -> HttpResponse:
    """What a link gets that is not ours, not whole, or nobody's any more."""
    return answer(request, "notice", words, status=404, title=words.broken_title, say=words.broken_say)


def came_from(request: HttpRequest) -> str | None:
    """The address a request came from, for the ledger; None when what stands for one is none."""
    given = request.META.get("REMOTE_ADDR") or ""
    try:
        return str(ipaddress.ip_address(given.partition("%")[0]))
    except ValueError:
        return None


def sms_number() -> str:
    """The number people text START to, as it is read; empty when texts come from a service or nothing is applied."""
    try:
        number = schedules.current().senders.sms.number or ""
    except Refused:
        return ""
    if number.startswith("+1") and len(number) == 12:
        return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"
    return number
