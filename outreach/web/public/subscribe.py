"""Signing up: a form for anyone, also in a frame on the centre's own website, and the page that confirms an email.

The form needs no CSRF token, and so no cookie: there is no session to ride on, and a forged post from elsewhere does no
more than anyone can do here by hand, which is to ask. Nothing starts before the owner of the address has confirmed. What
keeps machines out works without a cookie too: a field that nobody sees, a signed stamp of when the page was made, and
counts by network and address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from outreach.actions import clock, confirming, limiting, links, schedules, signing_up
from outreach.errors import Refused
from outreach.rules import tokens
from outreach.rules.cadence import Topic
from outreach.rules.places import ZIP
from outreach.web.public import timely
from outreach.web.public.answers import answer, broken, came_from, sms_number
from outreach.web.public.wording import Words
from outreach.web.public.words import words_for

TRAP = "website"  # a field that people do not see; what fills it in is a machine
FIELDS = ("first_name", "email", "phone", "zip")
ADULT, DISCREET, STAMP = "adult", "discreet", "made"
LONGEST_NAME = 80
RETRY_AFTER = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it was sent. `ticked` names boxes ("email/topic") that were offered, `said` the boxes below them."""

    entered: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(FIELDS, ""))
    ticked: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    stamp: str = ""

    def channels(self) -> set[str]:
        """The channels that were asked for."""
        return {box.partition("/")[0] for box in self.ticked}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """The sign-up form. A POST is answered the same whether the address is known, unknown, closed or a machine's."""
    return _sign_up(request, framed=False)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def framed(request: HttpRequest) -> HttpResponse:
    """The same form for a frame on the sites that schedules.yaml names (`form_sites`)."""
    return _sign_up(request, framed=True)


@csrf_exempt
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Where a plain form on another site leads: our form, with the address filled in and nothing ticked.

    Nothing is stored here. What a person agrees to stands on our own page, word by word, whatever that site says.
    """
    entered = {**dict.fromkeys(FIELDS, ""), "email": _line(request.POST.get("email", ""))[: LONGEST_NAME * 4]}
    return _page(request, words_for(request), _topics(), Form(entered), {}, framed=False)


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
        done = confirming.confirm(*ids, now=clock.now(), ip=came_from(request))
        state = "confirmed" if done else "not_confirmed"
    elif found.waiting:
        state = "ask"
    else:
        state = "confirmed" if found.agreed else "not_confirmed"
    return answer(request, "confirm", words, state=state, waiting=found.waiting)


def _sign_up(request: HttpRequest, *, framed: bool) -> HttpResponse:
    words, topics = words_for(request), _topics()
    if request.method != "POST":
        return _page(request, words, topics, Form(), {}, framed=framed)
    offered = {f"{channel}/{t.key}": words.box(channel, t) for t in topics for channel in t.channels}
    form = _sent(request, offered)
    asked, wrong = _read(words, form, offered, signing_up.SOURCE + (" in a frame" if framed else ""))
    if asked is None:
        return _page(request, words, topics, form, wrong, framed=framed, status=422)
    now, ip = clock.now(), came_from(request)
    if not limiting.network_may(ip, now):
        busy = answer(request, "notice", words, status=429, title=words.busy_title, say=words.busy_say, framed=framed)
        busy.headers["Retry-After"] = str(RETRY_AFTER)
        return busy
    if not request.POST.get(TRAP):
        signing_up.request(asked, now=now, ip=ip)
    channels = form.channels()
    texts = _texts(words) if "sms" in channels else ""
    return answer(request, "subscribed", words, email="email" in channels, texts=texts, framed=framed)


def _sent(request: HttpRequest, offered: Mapping[str, str]) -> Form:
    return Form(
        entered={name: _line(request.POST.get(name, "")) for name in FIELDS},
        ticked=frozenset(request.POST.getlist("box")) & offered.keys(),
        said=frozenset(name for name in (ADULT, DISCREET) if request.POST.get(name)),
        stamp=request.POST.get(STAMP, ""),
    )


def _read(
    words: Words, form: Form, offered: Mapping[str, str], source: str
) -> tuple[signing_up.SignUp | None, dict[str, str]]:
    """The sign-up, or what is wrong by field. An address that no ticked box needs is not looked at and not kept."""
    entered, channels = form.entered, form.channels()
    wrong: dict[str, str] = {}
    email = phone = None
    if not form.ticked:
        wrong["box"] = words.wrong_nothing
    if len(entered["first_name"]) > LONGEST_NAME:
        wrong["first_name"] = words.wrong_name
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
    if ADULT not in form.said:
        wrong[ADULT] = words.wrong_adult
    if not wrong and not timely.is_timely(form.stamp):
        wrong["again"] = words.wrong_again
    if wrong:
        return None, wrong
    asked = {_place(box): offered[box] for box in offered if box in form.ticked}
    made = signing_up.SignUp(
        asked=asked,
        email=email,
        phone=phone,
        first_name=entered["first_name"],
        zip_code=entered["zip"][:5] or None,
        language=words.language,
        discreet=DISCREET in form.said,
        source=f"{source}; “{words.adult}” ticked",
    )
    return made, {}


def _page(
    request: HttpRequest,
    words: Words,
    topics: tuple[Topic, ...],
    form: Form,
    wrong: Mapping[str, str],
    *,
    framed: bool,
    status: int = 200,
) -> HttpResponse:
    groups = [
        (channel, title, [(f"{channel}/{t.key}", words.box(channel, t)) for t in topics if channel in t.channels])
        for channel, title in (("email", words.emails), ("sms", words.texts))
    ]
    # a page shown again keeps its stamp: who mends a field needs no two seconds more
    made = form.stamp if timely.is_timely(form.stamp) else timely.stamp()
    return answer(
        request, "subscribe", words, status=status, framed=framed, groups=groups, form=form, wrong=wrong, trap=TRAP,
        made=made, path=reverse("subscribe_framed" if framed else "subscribe"),
    )  # fmt: skip


def _place(box: str) -> tuple[str, str]:
    channel, _, topic = box.partition("/")
    return channel, topic


def _topics() -> tuple[Topic, ...]:
    try:
        return schedules.current().topics
    except Refused:  # nothing is applied yet: there is nothing to choose
        return ()


def _texts(words: Words) -> str:
    """How texts are confirmed: by the phone itself."""
    number = sms_number()
    return words.asked_texts.format(number=number) if number else words.asked_texts_no_number


def _line(text: str) -> str:
    """What was typed, in one line and without what no keyboard types."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
