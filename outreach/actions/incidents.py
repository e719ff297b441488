"""A crisis: one open incident for a person, joined by everything they write, by whatever way it comes.

Opening one starts the timer and the pages, and holds every program message to the person until staff close it. How the
automatic answer fares is kept with each message; what could not be answered by a machine, a person is told at once.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from outreach.actions.dispatching.rows import run
from outreach.actions.recording import note
from outreach.models import CrisisMessage, InboundText, Incident, Subscriber, Suppression
from outreach.models.inbox import ANSWERS, CRISIS_CHANNELS

ACKNOWLEDGE_WITHIN = timedelta(minutes=15)
CRISIS_WINDOW = timedelta(hours=1)  # the crisis words are sent once in it; every message still alerts staff
PAGES_APART = timedelta(minutes=2)  # at the least, when messages follow each other before anybody took the crisis on
HOLD = "Crisis, until it is closed"  # the reason of a hold that an incident made, and that its end lifts
UNANSWERED = ("failed", "none")
_ADDRESS = {"email": "email_key", "sms": "phone_key"}


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a message: its incident and its row; `fresh`: the incident began with it."""

    incident: int
    message: int
    fresh: bool


@transaction.atomic
def open_incident(
    *,
    channel: str,
    address_key: bytes | None,
    now: datetime,
    subscriber: Subscriber | None = None,
    kind: str | None = None,
    language: str = "en",
    inbound: InboundText | None = None,
    source_id: int | None = None,
    words: str = "",
    reach: str = "",
    at: datetime | None = None,
    answer: str | None = None,
    answer_key: uuid.UUID | None = None,
) -> Opened:
    """Opens an incident for a message that `rules/replies.classify` heard as a crisis, or adds it to the open one of the
    same person or address. Either way staff are paged; when somebody had taken the crisis on, the timer begins anew.

    channel: "sms", "email" or "web". address_key: of the number or email address it came from (None: nobody knows). kind:
    the Intent's `keyword`. A text gives its row (`inbound`); others give `words` (what was written), `reach` (the
    address to answer to, as it stands) and the id of their row (`source_id`). at: when it was written. answer: what
    became of the automatic answer, see models/inbox.ANSWERS: "shown" (the lifelines stand on the page that was answered),
    "none" (nobody could be answered, and the page says so). Left out, it is settled here: an email is to be answered by an
    email ("due"), unless its address was answered lately, is about to be, or opted out; anything else is "none".

    Call it in a transaction of its own, or as the first thing of yours: it takes a lock that all incidents share, and
    locks the person's records. It waits for nothing else. Raises ValueError for an unknown channel or answer.
    """
    if channel not in CRISIS_CHANNELS or answer not in (None, *ANSWERS):
        raise ValueError(f"a crisis by {channel!r}, answered {answer!r}, is not known here")
    one_at_a_time()
    people = _people(channel, address_key, subscriber)
    incident = _open_one(channel, address_key, people)
    fresh = incident is None
    if incident is None:
        incident = Incident.objects.create(
            channel=channel, inbound=inbound, subscriber=subscriber, opened_at=now,
            due_at=now + ACKNOWLEDGE_WITHIN, page_due_at=now, escalates_at=now + ACKNOWLEDGE_WITHIN,
        )  # fmt: skip
        note("opened", incident, now=now, actor=None)
    else:
        _wake(incident, now)
    becomes: str = _answer_to(channel, address_key, reach, now) if answer is None else answer
    message = CrisisMessage.objects.create(
        incident=incident, channel=channel, address_key=address_key, inbound=inbound, source_id=source_id,
        words="" if inbound else words, reach="" if inbound else reach, kind=kind or "", language=language,
        answer=becomes, answer_key=answer_key, at=at or now,
    )  # fmt: skip
    _hold(incident, people, now)
    return Opened(incident.pk, message.pk, fresh)


def one_at_a_time() -> None:
    """Until the end of this transaction no other message of any crisis is looked at: of several at one moment, the first one
    is answered, and the others know."""
    run("SELECT pg_advisory_xact_lock(hashtext('outreach incident'))")


def _people(channel: str, address_key: bytes | None, subscriber: Subscriber | None) -> list[int]:
    """Everyone whose record holds the address, and the person themselves."""
    people = {subscriber.pk} if subscriber else set()
    if channel in _ADDRESS and address_key is not None:
        known = Subscriber.objects.filter(**{_ADDRESS[channel]: address_key}, erased_at=None)
        people.update(known.values_list("pk", flat=True))
    return sorted(people)


def answered_lately(channel: str, address_key: bytes, now: datetime) -> bool:
    """Whether an answer went to this address within the window, and nothing says that it failed."""
    return CrisisMessage.objects.filter(
        channel=channel, address_key=address_key, answer__in=("given", "sent"), at__gt=now - CRISIS_WINDOW
    ).exists()


def _answer_to(channel: str, address_key: bytes | None, reach: str, now: datetime) -> str:
    if channel != "email" or address_key is None or not reach:
        return "none"
    coming = CrisisMessage.objects.filter(
        channel=channel, address_key=address_key, answer="due", at__gt=now - CRISIS_WINDOW
    )
    if answered_lately(channel, address_key, now) or coming.exists():
        return "earlier"
    stopped = Suppression.objects.filter(channel=channel, address_key=address_key, lifted_at=None).exists()
    return "none" if stopped else "due"


def _open_one(channel: str, address_key: bytes | None, people: Sequence[int]) -> Incident | None:
    same = Q(subscriber__in=people)
    if address_key is not None:
        same |= Q(said__channel=channel, said__address_key=address_key)
    found = Incident.objects.filter(same, closed_at=None).order_by("pk").values_list("pk", flat=True).first()
    # a person may be closing it at this moment: then the message begins another one
    return Incident.objects.select_for_update().filter(pk=found, closed_at=None).first() if found else None


def _wake(incident: Incident, now: datetime) -> None:
    """Another message of an open crisis: staff are paged again, at once if somebody had taken it on, else soon."""
    if incident.acknowledged_at is not None:
        note("woken", incident, now=now, actor=None)
        incident.acknowledged_at = incident.acknowledged_by = None
        incident.due_at = incident.escalates_at = now + ACKNOWLEDGE_WITHIN
        incident.level, incident.round_open = 0, False
        incident.page_due_at = now
    else:
        soon = max(now, incident.round_at + PAGES_APART) if incident.round_at else now
        incident.page_due_at = min(incident.page_due_at or soon, soon)
    incident.save()


def _hold(incident: Incident, people: Sequence[int], now: datetime) -> None:
    """Holds program messages to them, unless something is held already. No running call is waited for: the lifelines go
    first, and a batch that is not fenced yet reads the hold."""
    held = run(
        """UPDATE subscriber SET held_reason = %s, held_at = %s WHERE id IN (SELECT id FROM subscriber
            WHERE id = ANY(%s) AND held_reason IS NULL AND erased_at IS NULL ORDER BY id FOR NO KEY UPDATE)
        RETURNING id""",
        [HOLD, now, list(people)],
    )
    if held:
        incident.held_ids = [*incident.held_ids, *(person for (person,) in held)]
        incident.save(update_fields=["held_ids"])
        for person in Subscriber.objects.filter(pk__in=[person for (person,) in held]):
            note("held", person, now=now, actor=None, detail=HOLD)
