"""Signing up: a form for anyone, and the page behind the link that confirms it. GET shows, POST acts.

The form needs no CSRF token, and so no cookie: there is no session to ride on, and a forged post from elsewhere does no
more than anyone can do here by hand, which is to ask. Nothing starts before the owner of the address has confirmed.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outreach.actions import clock, confirming, links, schedules, signing_up
from outreach.actions.importing.reading import ZIP
from outreach.errors import Refused
from outreach.rules import tokens
from outreach.rules.cadence import Topic
from outreach.web.public.answers import answer, broken
from outreach.web.public.words import Words, words_for

TRAP = "website"  # a field that people do not see; what fills it in is a machine
FIELDS = ("first_name", "email", "phone", "zip")
LONGEST_NAME = 80


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """The sign-up form. A POST is answered the same whether the address is known, unknown, closed or a machine's."""
    words = words_for(request)
    topics = _topics()
    if request.method != "POST":
        return _form(request, words, topics, ticked=set(), entered=dict.fromkeys(FIELDS, ""), wrong={})
    entered = {name: _line(request.POST.get(name, "")) for name in FIELDS}
    offered = {f"{channel}/{t.key}": (channel, t.key, words.box(channel, t)) for t in topics for channel in t.channels}
    ticked = set(request.POST.getlist("box")) & offered.keys()
    asked: dict[tuple[str, str], str] = {offered[box][:2]: offered[box][2] for box in offered if box in ticked}
    form, wrong = _read(words, asked, entered)
    if form is None:
        return _form(request, words, topics, ticked=ticked, entered=entered, wrong=wrong, status=422)
    if not request.POST.get(TRAP):
        signing_up.request(form, now=clock.now(), ip=request.META.get("REMOTE_ADDR") or None)
    channels = {channel for channel, _ in asked}
    return answer(
        request, "subscribed", words, email="email" in channels, texts=_texts(words) if "sms" in channels else ""
    )


@csrf_exempt  # the link is the proof; there is no cookie to ride on
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD ask and change nothing: mail scanners open every link. POST confirms."""
    ids = links.read(links.CONFIRM, token)
    found = confirming.to_confirm(*ids) if ids and len(ids) == 2 else None
    if ids is None or found is None:
        return broken(request, words_for(request))
    words = words_for(request, found.language)
    if request.method == "POST":
        ip = request.META.get("REMOTE_ADDR") or None
        state = "confirmed" if confirming.confirm(*ids, now=clock.now(), ip=ip) else "not_confirmed"
    elif found.waiting:
        state = "ask"
    else:
        state = "confirmed" if found.agreed else "not_confirmed"
    return answer(request, "confirm", words, state=state, waiting=found.waiting)


def _read(
    words: Words, asked: Mapping[tuple[str, str], str], entered: Mapping[str, str]
) -> tuple[signing_up.SignUp | None, dict[str, str]]:
    """The sign-up, or what is wrong by field. An address that no ticked box needs is not looked at and not kept."""
    channels = {channel for channel, _ in asked}
    wrong: dict[str, str] = {}
    email = phone = None
    if not asked:
        wrong["box"] = words.wrong_nothing
    if "email" in channels:
        try:
            email = tokens.normal_email(entered["email"])
        except tokens.AddressInvalid:
            wrong["email"] = words.wrong_email if entered["email"] else words.wrong_no_email
    if "sms" in channels:
        try:
            phone = tokens.normal_phone(entered["phone"])
        except tokens.AddressInvalid:
            wrong["phone"] = words.wrong_phone if entered["phone"] else words.wrong_no_phone
    if entered["zip"] and not ZIP.fullmatch(entered["zip"]):
        wrong["zip"] = words.wrong_zip
    if len(entered["first_name"]) > LONGEST_NAME:
        wrong["first_name"] = words.wrong_name
    if wrong:
        return None, wrong
    form = signing_up.SignUp(
        asked=asked,
        email=email,
        phone=phone,
        first_name=entered["first_name"],
        zip_code=entered["zip"][:5] or None,
        language=words.language,
    )
    return form, {}


def _form(
    request: HttpRequest,
    words: Words,
    topics: tuple[Topic, ...],
    *,
    ticked: set[str],
    entered: Mapping[str, str],
    wrong: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    groups = [
        (title, [(f"{channel}/{t.key}", words.box(channel, t)) for t in topics if channel in t.channels])
        for channel, title in (("email", words.emails), ("sms", words.texts))
    ]
    shown: dict[str, Any] = {"groups": groups, "ticked": ticked, "entered": entered, "wrong": wrong, "trap": TRAP}
    return answer(request, "subscribe", words, status=status, **shown)


def _topics() -> tuple[Topic, ...]:
    try:
        return schedules.current().topics
    except Refused:  # nothing is applied yet: there is nothing to choose
        return ()


def _texts(words: Words) -> str:
    """How texts are confirmed: by the phone itself."""
    number = schedules.current().senders.sms.number
    if not number:
        return words.asked_texts_no_number
    if number.startswith("+1") and len(number) == 12:
        number = f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"
    return words.asked_texts.format(number=number)


def _line(text: str) -> str:
    """What was typed, in one line and without what no keyboard types."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
