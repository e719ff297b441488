"""Confirmations (double opt-in) through the spine: recorded, marked, fenced, called, settled like every other message.

A batch of them has no campaign and step 0. What allows the email is the pending consent, read again under the batch's
lock; an opt-out waits for that lock as it does for any batch.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from outreach import rendering
from outreach.actions import links
from outreach.actions.dispatching import pace
from outreach.actions.dispatching.claim import open_batch
from outreach.actions.dispatching.lane import Lane, Sent
from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.send import follow_refusals, lock_calling, mark_calling, meanings, not_composed
from outreach.actions.dispatching.settle import Settled, end_batch, record
from outreach.actions.dispatching.unconfirmed import unconfirmed
from outreach.actions.dispatching.waiting import paused_until
from outreach.models import Message
from outreach.providers.base import EmailBatch, EmailRecipient, Unclear
from outreach.rules import consent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A person of a batch as they are at the fence. `event`: the newest request that still waits, None when none does."""

    row: int
    key: uuid.UUID
    subscriber: int
    address: str | None
    address_key: bytes | None
    claimed_key: bytes | None
    first_name: str
    held: str | None
    erased: bool
    suppressed: str | None
    event: int | None


@dataclass(frozen=True, slots=True)
class _Batch:
    id: int
    key: uuid.UUID
    language: str
    people: int


def send_confirmations(lane: Lane, clock: Callable[[], datetime], worker: str = "") -> Sent:
    """One turn: asks at most one batch of people, all in one language, to confirm. `more` False when nobody waits."""
    now = clock()
    if paused_until(lane.channel, now) or not unconfirmed(now, limit=1):
        return Sent()
    granted = pace.take(lane.channel, lane.per_second, lane.batch_size, 1.0)
    if not granted:
        return Sent(more=True, wait=1 / lane.per_second)
    batch = _claim(lane, granted, now, worker)
    pace.give_back(lane.channel, granted - (batch.people if batch else 0))
    if batch is None:  # another worker was faster
        return Sent()
    return Sent(claimed=batch.people, called=_fence_call_settle(lane, batch, clock), more=True)


@transaction.atomic
def _claim(lane: Lane, limit: int, now: datetime, worker: str) -> _Batch | None:
    # One claim at a time: there is no row that two workers could contend for before the message itself is there.
    run("SELECT pg_advisory_xact_lock(hashtext('outreach confirmations'))")
    waiting = unconfirmed(now, limit=limit)
    if not waiting:
        return None
    language = waiting[0].language
    people = [one for one in waiting if one.language == language]
    batch, key = open_batch(lane, None, 0, [one.subscriber for one in people], worker)
    Message.objects.bulk_create(
        Message(
            kind="confirmation", subscriber_id=one.subscriber, batch_id=batch, channel=lane.channel,
            address_key=one.address_key, claimed_at=now,
        )
        for one in people
    )  # fmt: skip
    return _Batch(batch, key, language, len(people))


def _fence_call_settle(lane: Lane, batch: _Batch, clock: Callable[[], datetime]) -> int:
    """Returns how many emails were given to the provider."""
    assert lane.email is not None
    if not mark_calling(batch.id):
        return 0
    with transaction.atomic():
        if not lock_calling(batch.id):
            return 0
        now = clock()
        people = _reread(batch)
        stopped = [found for person in people if (found := _stopped(person, now))]
        out = {one.row for one in stopped}
        going = [person for person in people if person.row not in out]
        started, settled = _call(lane, batch, going, clock) if going else (now, [])
        record(stopped + settled, provider=lane.email.name, sent_at=started, now=now)
        follow_refusals(lane, lane.email.name, {p.row: p.address_key for p in people}, settled, now)
        end_batch(batch.id, "settled")
    return len(going)


def _call(
    lane: Lane, batch: _Batch, going: Sequence[_Asked], clock: Callable[[], datetime]
) -> tuple[datetime, list[Settled]]:
    """When the call began, and what it made of each message."""
    assert lane.email is not None
    started = clock()
    try:
        email = _compose(lane, batch, going)
    except Exception as e:  # noqa: BLE001  # a fault of our own before the call must not leave a doubt behind
        log.error("batch %s could not be composed: %s", batch.id, type(e).__name__)
        return started, not_composed(lane, [person.row for person in going], started)
    answers = lane.email.send(email)
    outcomes = {p.row: answers.get(p.key.hex, Unclear("The provider gave no answer for it.")) for p in going}
    return started, meanings(lane, outcomes, clock())


def _reread(batch: _Batch) -> list[_Asked]:
    rows = run(
        """SELECT m.id, m.key, s.id, s.email, s.email_key, m.address_key, s.first_name, s.held_reason, s.erased_at IS NOT NULL,
            (SELECT cause FROM suppression x WHERE x.channel = 'email' AND x.address_key = s.email_key
                AND x.lifted_at IS NULL),
            (SELECT max(c.event_id) FROM consent c WHERE c.subscriber_id = s.id AND c.channel = 'email'
                AND c.state = 'pending')
        FROM message m JOIN subscriber s ON s.id = m.subscriber_id
        WHERE m.batch_id = %s AND m.status = 'sending' ORDER BY m.id""",
        [batch.id],
    )
    return [
        _Asked(
            row=row, key=key, subscriber=subscriber, address=address, first_name=first_name, held=held, erased=erased,
            address_key=_bytes(now_key), claimed_key=_bytes(then_key), suppressed=suppressed, event=event,
        )
        for row, key, subscriber, address, now_key, then_key, first_name, held, erased, suppressed, event in rows
    ]  # fmt: skip


def _bytes(key: memoryview | bytes | None) -> bytes | None:
    return bytes(key) if key is not None else None


def _stopped(person: _Asked, now: datetime) -> Settled | None:
    """Why a person gets no confirmation after all, or None. A pause is for series; this was asked for a moment ago."""
    if person.event is None:
        return Settled(person.row, "skipped", "not_pending")
    facts = consent.Facts(
        address_ok=person.address is not None,
        suppressed=person.suppressed,
        consent="granted",  # for this one email a pending consent is enough
        held=person.held,
        paused_until=None,
        erased=person.erased,
    )
    verdict = consent.decide(facts, "email", "confirmation", now)
    if isinstance(verdict, consent.Denied):
        return Settled(person.row, "skipped" if verdict.lasting else "returned", verdict.reason)
    if person.address_key != person.claimed_key:
        return Settled(person.row, "returned", "address_changed")  # the next claim records the new one
    return None


def _compose(lane: Lane, batch: _Batch, going: Sequence[_Asked]) -> EmailBatch:
    """Neutral name and subject for everybody: nobody knows yet whose mailbox it is."""
    compiled = rendering.compile_confirmation(lane.schedules.organisation, batch.language)
    sender = lane.schedules.senders.email
    return EmailBatch(
        batch_key=batch.key.hex,
        from_name=sender.discreet_name,
        from_address=sender.address,
        reply_to=sender.reply_to,
        subject=compiled.subject,
        text=compiled.text,
        html=compiled.html,
        recipients=tuple(
            EmailRecipient(
                key=person.key.hex,
                to=person.address or "",
                substitutions=compiled.substitutions(
                    {
                        "greeting": rendering.greeting(person.first_name, batch.language),
                        "confirm_url": links.confirm_url(person.subscriber, person.event or 0),
                        "subject": compiled.subject,
                    }
                ),
            )
            for person in going
        ),
    )
