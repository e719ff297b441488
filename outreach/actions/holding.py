"""Hold everything for one person: a death, a crisis, their own wish. One click, and one to go on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from outreach.actions.dispatching import wait_for_batches_of
from outreach.actions.incidents import HOLD
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import InboundText, Incident, Subscriber

LONGEST_REASON = 120
REASONS: Final = {"grief": "Grief", "crisis": "Crisis", "request": "They asked for it"}  # by one click


def hold(subscriber: int, *, reason: str, now: datetime, actor: User | None = None) -> bool:
    """Holds every message to a person on every channel. People keep their place in every series.

    `reason`: a key of REASONS, or the staff's own words. A hold that a crisis made takes the new reason, and then
    outlives the crisis. Returns False when a provider call for the person may still be running. Raises Refused without a reason.
    """
    return hold_all([subscriber], reason=reason, now=now, actor=actor)


def hold_number(text: InboundText, *, reason: str, now: datetime, actor: User | None = None) -> bool:
    """Holds everything for everyone whose record has the number of a text. See `hold`."""
    same = Subscriber.objects.filter(phone_key=text.address_key, erased_at=None)
    return hold_all(list(same.values_list("pk", flat=True)), reason=reason, now=now, actor=actor)


def hold_all(people: Sequence[int], *, reason: str, now: datetime, actor: User | None = None) -> bool:
    """Holds every message to several people. See `hold`."""
    reason = " ".join(REASONS.get(reason, reason).split())
    if not reason:
        raise Refused("Say in a few words why everything is held, so that the next person knows.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason has {len(reason)} letters; {LONGEST_REASON} fit.")
    with transaction.atomic():
        open_to_it = Subscriber.objects.select_for_update(no_key=True).filter(
            Q(held_reason=None) | Q(held_reason=HOLD), pk__in=people
        )
        for person in open_to_it.order_by("pk"):
            Subscriber.objects.filter(pk=person.pk).update(held_reason=reason, held_at=person.held_at or now)
            note("held", person, now=now, actor=actor, detail=reason)
    return wait_for_batches_of(list(people))


@transaction.atomic
def unhold(subscriber: int, *, now: datetime, actor: User | None = None) -> bool:
    """Lets messages go on. False when nothing was held. Raises Refused while a crisis of the person is open: its end lets
    them go on, and only a person who has looked at it ends it."""
    if crisis_of(subscriber) is not None:
        raise Refused(
            "A crisis of this person is open, and holds everything. Close the crisis: messages go on with it."
        )
    freed = Subscriber.objects.filter(pk=subscriber).exclude(held_reason=None).update(held_reason=None, held_at=None)
    if freed:
        note("unheld", Subscriber.objects.get(pk=subscriber), now=now, actor=actor)
    return bool(freed)


def crisis_of(subscriber: int) -> int | None:
    """The open crisis that a person is in, or that holds them since they share its number; the newest of several."""
    return (
        Incident.objects.filter(Q(subscriber=subscriber) | Q(held_ids__contains=[subscriber]), closed_at=None)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
