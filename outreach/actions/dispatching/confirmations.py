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
from outreach.actions.dispatching.deciding import KEPT, Fate, Spot
from outreach.actions.dispatching.holding import still_held
from outreach.actions.dispatching.lane import Lane, Sent
from outreach.actions.dispatching.rows import by_index, run
from outreach.actions.dispatching.send import (
    NO_ANSWER,
    fate_of_answer,
    follow,
    lock_calling,
    mark_calling,
    not_composed,
    provider_ids,
)
from outreach.actions.dispatching.settle import end_batch, settle
from outreach.actions.dispatching.unconfirmed import unconfirmed
from outreach.actions.dispatching.waiting import paused_until
from outreach.providers.base import EmailBatch, EmailRecipient, Outcome
from outreach.providers.gate import Gate
from outreach.rules import consent, keys
from outreach.rules.places import Place

log = logging.getLogger(__name__)
_NOWHERE = Spot(
    Place((), (), "unknown", "place_unknown"), Fate(), Fate()
)  # a confirmation has no hours and no next step


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A person of a batch as they are at the fence. `event`: the newest request that still waits, None when none does."""

    n: int
    subscriber: int
    address: str | None
    same_address: bool
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
    given = pace.grant(lane.channel, lane.permitted, want=lane.batch_size, urgent=True)
    if not given.messages:
        return Sent(more=True, wait=given.wait)
    batch = _claim(lane, given.messages, now, worker)
    given = pace.keep(given, batch.people if batch else 0)
    if batch is None:  # another worker was faster
        return Sent()
    called = 0
    try:
        called = _fence_call_settle(lane, batch, given.gate, clock)
    finally:
        pace.settle(given, called)
    return Sent(claimed=batch.people, called=called, more=True)


@transaction.atomic
def _claim(lane: Lane, limit: int, now: datetime, worker: str) -> _Batch | None:
    # One claim at a time: there is no row that two workers could contend for before the message itself is there.
    run("SELECT pg_advisory_xact_lock(hashtext('outreach confirmations'))")
    waiting = unconfirmed(now, limit=limit)
    if not waiting:
        return None
    language = waiting[0].language
    people = [one for one in waiting if one.language == language]
    batch, key = open_batch(
        lane, [one.subscriber for one in people], [one.address_key for one in people], now, worker
    )  # fmt: skip
    return _Batch(batch, key, language, len(people))


def _fence_call_settle(lane: Lane, batch: _Batch, gate: Gate, clock: Callable[[], datetime]) -> int:
    """Returns how many emails were given to the provider."""
    return _under_lock(lane, batch, gate, clock) if mark_calling(batch.id) else 0


@transaction.atomic
def _under_lock(lane: Lane, batch: _Batch, gate: Gate, clock: Callable[[], datetime]) -> int:
    assert lane.email is not None
    if not lock_calling(batch.id):
        return 0
    by_index()
    now = clock()
    fates: dict[int, Fate] = {}
    going = []
    for person in _reread(batch):
        stopped = _stopped(person, now)
        if stopped is None:
            going.append(person)
        else:
            fates[person.n] = stopped
    started, outcomes = _call(lane, batch, going, gate, clock) if going else (now, {})
    answered = clock()
    if outcomes is None:
        not_composed(lane, started)  # they stay as they are: asked for, and found again
        outcomes = {}
    follow(lane, batch.id, outcomes, answered)
    fates |= {n: fate_of_answer(outcome, _NOWHERE, 0, answered) for n, outcome in outcomes.items()}
    settle(
        batch.id, None, fates, people=batch.people, provider=lane.email.name, sent=started, now=answered,
        provider_ids=provider_ids(outcomes),
    )  # fmt: skip
    end_batch(batch.id, "settled")
    return len(outcomes)


def _call(
    lane: Lane, batch: _Batch, going: Sequence[_Asked], gate: Gate, clock: Callable[[], datetime]
) -> tuple[datetime, dict[int, Outcome] | None]:
    """When the call began, and the provider's answers by place in the batch; None when it could not be composed."""
    assert lane.email is not None
    started = clock()
    try:
        email = _compose(lane, batch, going)
    except Exception as e:  # noqa: BLE001  # a fault of our own before the call must not leave a doubt behind
        log.error("batch %s could not be composed: %s", batch.id, type(e).__name__)
        return started, None
    gate.still = still_held()
    answers = lane.email.send(email, gate)
    name = keys.namer(batch.key)
    return started, {p.n: answers.get(name(p.n), NO_ANSWER) for p in going}


def _reread(batch: _Batch) -> list[_Asked]:
    rows = run(
        """SELECT o.n, s.id, s.email, s.email_key IS NOT DISTINCT FROM o.key, s.first_name, s.held_reason,
            s.erased_at IS NOT NULL,
            (SELECT cause FROM suppression x WHERE x.channel = 'email' AND x.address_key = s.email_key
                AND x.lifted_at IS NULL),
            (SELECT max(c.event_id) FROM consent c WHERE c.subscriber_id = s.id AND c.channel = 'email'
                AND c.state = 'pending')
        FROM batch b CROSS JOIN LATERAL unnest(b.subscriber_ids, b.address_keys) WITH ORDINALITY AS o(id, key, n)
        JOIN subscriber s ON s.id = o.id WHERE b.id = %s ORDER BY o.n""",
        [batch.id],
    )
    return [
        _Asked(
            n=n, subscriber=subscriber, address=address, same_address=same, first_name=first_name, held=held,
            erased=erased, suppressed=suppressed, event=event,
        )
        for n, subscriber, address, same, first_name, held, erased, suppressed, event in rows
    ]  # fmt: skip


def _stopped(person: _Asked, now: datetime) -> Fate | None:
    """Why a person gets no confirmation after all, or None. A pause is for series; this was asked for a moment ago.

    Whoever is only to wait stays as they are: asked for, and found again.
    """
    if person.event is None:
        return Fate("skipped", "not_pending")
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
        return Fate("skipped", verdict.reason) if verdict.lasting else KEPT
    if not person.same_address:
        return KEPT  # the next claim records the new one
    return None


def _compose(lane: Lane, batch: _Batch, going: Sequence[_Asked]) -> EmailBatch:
    """Neutral name and subject for everybody: nobody knows yet whose mailbox it is."""
    compiled = rendering.compile_confirmation(lane.schedules.organisation, batch.language)
    name = keys.namer(batch.key)
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
                key=name(person.n),
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
