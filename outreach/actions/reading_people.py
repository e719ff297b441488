"""What the people pages show: search, one person's ledger, history and future. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from outreach.actions import explaining, holding, schedules
from outreach.actions.explaining import Upcoming
from outreach.actions.placing import place_of
from outreach.models import Consent, ConsentEvent, InboundText, Message, Subscriber, Suppression
from outreach.rules import places, tokens

PAGE = 40
HISTORY = 200
FUTURE = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A page of people, the newest first; `before` asks for the next page, None when there is none."""

    people: Sequence[Subscriber]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person: the present, the ledger, the past, the future. `zone` is where their clock is read."""

    person: Subscriber
    zone: str
    place: places.Place
    consents: Sequence[Consent]
    suppressions: Sequence[Suppression]
    ledger: Sequence[ConsentEvent]
    messages: Sequence[Mapping[str, Any]]
    texts: Sequence[InboundText]
    upcoming: Sequence[Upcoming]
    upcoming_more: int
    crisis: int | None  # the open crisis that holds them


def search(query: str, before: int | None = None) -> Found:
    """People by name, email address or phone number, as much of it as is known; everyone for an empty query."""
    people = Subscriber.objects.filter(erased_at=None)
    if before:
        people = people.filter(pk__lt=before)
    for word in _words(query):
        people = people.filter(word)
    rows = list(people.order_by("-pk")[: PAGE + 1])
    return Found(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def person_page(pk: int, now: datetime) -> PersonPage | None:
    """Everything about one person, or None."""
    person = Subscriber.objects.filter(pk=pk).first()
    if person is None:
        return None
    place = place_of(phone=person.phone, zip_code=person.zip_code, zone=person.zone, state=person.state)
    upcoming = explaining.upcoming(person, now)
    closed = Q(channel="email", address_key=person.email_key) | Q(channel="sms", address_key=person.phone_key)
    return PersonPage(
        person=person,
        zone=place.zones[0] if place.zones else schedules.current().quiet_hours.zone,
        place=place,
        consents=list(Consent.objects.filter(subscriber=person).order_by("topic", "channel")),
        suppressions=list(Suppression.objects.filter(closed, lifted_at=None)),
        ledger=list(ConsentEvent.objects.filter(subscriber=person).select_related("actor", "beside").order_by("-pk")[:HISTORY]),
        messages=list(
            Message.objects.filter(subscriber=person)
            .exclude(status="returned")
            .order_by("-claimed_at", "-pk")
            .values(
                "channel", "kind", "status", "reason", "moved", "step_number", "claimed_at", "wanted_at", "sent_at",
                "delivered_at", "bounced_at", "complained_at", "failed_at",
                series=F("campaign__name"), subject=F("step__content__subject"), text=F("step__content__text"),
            )[:HISTORY]
        ),
        texts=list(InboundText.objects.filter(subscriber=person).order_by("-at")[:HISTORY]),
        upcoming=upcoming[:FUTURE],
        upcoming_more=max(0, len(upcoming) - FUTURE),
        crisis=holding.crisis_of(pk),
    )  # fmt: skip


def _words(query: str) -> list[Q]:
    """One condition per word. A whole address or number is looked up exactly; a piece of one is searched for."""
    query = query.strip()
    if not query:
        return []
    if "@" in query:
        try:
            return [Q(email=tokens.normal_email(query))]
        except tokens.AddressInvalid:
            return [Q(email__icontains=query)]
    digits = "".join(c for c in query if c.isdigit())
    if digits and not any(c.isalpha() for c in query):
        try:
            return [Q(phone=tokens.normal_phone(query))]
        except tokens.AddressInvalid:
            return [Q(phone__contains=digits)]
    return [
        Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__istartswith=word)
        for word in query.split()[:4]
    ]
