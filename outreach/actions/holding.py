"""Hold everything for one person: a death, a hospital stay, a complaint on the phone. One click, and one to go on."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions.dispatching import wait_for_batches_of
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Subscriber

LONGEST_REASON = 120


def hold(subscriber: int, *, reason: str, now: datetime, actor: User | None = None) -> bool:
    """Holds every message to a person on every channel. People keep their place in every series.

    Returns False when a provider call for the person may still be running. Raises Refused without a reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Say in a few words why everything is held, so that the next person knows.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason has {len(reason)} letters; {LONGEST_REASON} fit.")
    with transaction.atomic():
        held = Subscriber.objects.filter(pk=subscriber, held_reason=None).update(held_reason=reason, held_at=now)
        if held:
            note("held", Subscriber.objects.get(pk=subscriber), now=now, actor=actor, detail=reason)
    return wait_for_batches_of([subscriber])


@transaction.atomic
def unhold(subscriber: int, *, now: datetime, actor: User | None = None) -> bool:
    """Lets messages go on. False when nothing was held."""
    freed = Subscriber.objects.filter(pk=subscriber).exclude(held_reason=None).update(held_reason=None, held_at=None)
    if freed:
        note("unheld", Subscriber.objects.get(pk=subscriber), now=now, actor=actor)
    return bool(freed)
