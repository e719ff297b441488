"""Fence, call, settle: the part of a batch's life that holds the batch's lock."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from django.db import transaction

from outreach.actions import alerts
from outreach.actions.dispatching.claim import ClaimedBatch
from outreach.actions.dispatching.composing import compose_email, compose_text
from outreach.actions.dispatching.judging import Go, Leave, Wait, judge, track_of
from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.rows import Person, reread, run
from outreach.actions.dispatching.settle import (
    Settled,
    end_batch,
    finish_cursors,
    lock_runs,
    record,
    return_to_due,
)
from outreach.actions.pausing import pause_lane
from outreach.actions.suppressing import suppress_key
from outreach.providers.base import Accepted, Busy, Outcome, Rejected, Unclear, Unreachable
from outreach.rules import delivery

log = logging.getLogger(__name__)
WORD = {"email": "email", "sms": "text"}
_NO_ANSWER = Unclear("The provider gave no answer for it.")
LATER = timedelta(minutes=1)  # when a call that surely was not taken is tried again, unless the provider says when


def fence_call_settle(lane: Lane, batch: ClaimedBatch, clock: Callable[[], datetime]) -> int:
    """Takes a claimed batch to its end. Returns how many messages were given to the provider.

    Returns 0 and touches nothing when the batch is no longer ours (its lease ended and a sweep took it).
    """
    if not mark_calling(batch.id):
        return 0
    with transaction.atomic():
        if not lock_calling(batch.id):
            return 0
        now = clock()
        people = reread(channel=lane.channel, batch=batch.id, step=batch.group.step, topic=batch.group.topic, now=now)
        going, settled = _fence(lane, batch, people, now)
        started = now
        if going:
            call = _prepared(lane, batch, going, now)
            if call is None:
                settled += not_composed(lane, [person.row for person in going.values()], now)
                going = {}
            else:
                started = (
                    clock()
                )  # after everything was read: a call that began on old knowledge would show in the ledger
                settled += meanings(lane, {going[key].row: answer for key, answer in call().items()}, clock())
        _settle(lane, batch, people, settled, started)
    return len(going)


def mark_calling(batch: int) -> bool:
    """Says, in a commit of its own, that the provider may be called from here on. False: the batch is not ours any more."""
    query = """UPDATE batch SET status = 'calling', calling_at = clock_timestamp() WHERE id = %s AND status = 'claimed'
        RETURNING id"""
    return bool(run(query, [batch]))


def lock_calling(batch: int) -> bool:
    """Takes the lock that opt-outs wait for. False: a sweep has ended the batch."""
    return bool(run("SELECT id FROM batch WHERE id = %s AND status = 'calling' FOR UPDATE", [batch]))


def _fence(
    lane: Lane, batch: ClaimedBatch, people: Sequence[Person], now: datetime
) -> tuple[dict[str, Person], list[Settled]]:
    """Who still may get it at this moment (by message key), and what becomes of the others."""
    keys = dict(run("SELECT id, key FROM message WHERE batch_id = %s AND status = 'sending'", [batch.id]))
    track = track_of(lane, batch.group.cadence)
    running = run("SELECT 1 FROM campaign WHERE id = %s AND status = 'running'", [batch.group.campaign])
    going: dict[str, Person] = {}
    stopped: list[Settled] = []
    for person in people:
        # lateness was judged at the claim; here only what may have changed since
        verdict = judge(person, lane, track, batch.group.topic, planned_for=now, now=now)
        match verdict:
            case Go() if running:
                going[keys[person.row].hex] = person
            case Go():
                stopped.append(Settled(person.row, "returned", "campaign_paused", again_at=now))
            case Wait(until, reason):
                stopped.append(Settled(person.row, "returned", reason, again_at=until))
            case Leave(reason, ends):
                stopped.append(Settled(person.row, "skipped", reason, leave=ends))
            case _:
                assert_never(verdict)
    return going, stopped


def _prepared(
    lane: Lane, batch: ClaimedBatch, going: Mapping[str, Person], now: datetime
) -> Callable[[], Mapping[str, Outcome]] | None:
    """The call, ready to be made, giving exactly one answer per message key. None when it cannot even be composed."""
    try:
        if lane.email is not None:
            email, send_email = compose_email(lane, batch, going), lane.email.send
            answers: Callable[[], Mapping[str, Outcome]] = lambda: send_email(email)  # noqa: E731
        else:
            assert lane.sms is not None
            texts, send_texts = compose_text(lane, batch, going, now), lane.sms.send
            answers = lambda: send_texts(texts)  # noqa: E731
    except Exception as e:  # noqa: BLE001  # a fault of our own before the call must not leave a doubt behind
        log.error("batch %s could not be composed: %s", batch.id, type(e).__name__)
        return None
    return lambda: dict.fromkeys(going, _NO_ANSWER) | dict(answers())


def not_composed(lane: Lane, rows: Iterable[int], now: datetime) -> list[Settled]:
    """Nothing was asked of the provider: everyone is due again once the lane's pause is over and a person has looked."""
    until = now + alerts.HALT
    pause_lane(lane.channel, until, "not_composed")
    say = f"An {WORD[lane.channel]} could not be put together. Nobody lost their place; please look at the log."
    alerts.raise_alert(f"{lane.channel}_not_composed", say, now)
    return [Settled(row, "returned", "not_composed", again_at=until) for row in rows]


def meanings(lane: Lane, outcomes: Mapping[int, Outcome], now: datetime) -> list[Settled]:
    """What each answer makes of its message."""
    settled: list[Settled] = []
    for row, outcome in outcomes.items():
        match outcome:
            case Accepted(provider_id):
                settled.append(Settled(row, "sent", "", provider_id=provider_id, called_at=now))
            case Rejected():
                settled.append(Settled(row, "failed", outcome.code or "rejected", called_at=now, code=outcome.code))
            case Busy():
                until = now + timedelta(seconds=outcome.after_seconds)
                settled.append(Settled(row, "returned", "provider_busy", again_at=until))
                pause_lane(lane.channel, until, "provider_busy")
            case Unreachable():
                until = now + (alerts.HALT if outcome.stop else LATER)
                settled.append(Settled(row, "returned", "provider_unreachable", again_at=until))
                pause_lane(lane.channel, until, "provider_unreachable")
            case Unclear():
                settled.append(Settled(row, "uncertain", "no_clear_answer", called_at=now))
            case _:
                assert_never(outcome)
    _alert(lane, outcomes, now)
    return settled


def _alert(lane: Lane, outcomes: Mapping[int, Outcome], now: datetime) -> None:
    """One alert per kind of trouble that a person should look at."""
    for outcome in outcomes.values():
        if isinstance(outcome, Unreachable):
            alerts.raise_alert(
                f"{lane.channel}_unreachable", f"The {WORD[lane.channel]} provider cannot be used: {outcome.say}", now
            )
            return
    doubtful = sum(isinstance(o, Unclear) for o in outcomes.values())
    if doubtful:
        alerts.raise_alert(
            f"{lane.channel}_unclear",
            f"The {WORD[lane.channel]} provider gave no clear answer. Nothing is resent by itself: "
            "what became of the messages is settled from the provider's own reports.",
            now,
        )


def _settle(
    lane: Lane, batch: ClaimedBatch, people: Sequence[Person], settled: Sequence[Settled], now: datetime
) -> None:
    provider = (lane.email or lane.sms).name  # type: ignore[union-attr]
    # Suppressions before runs, as an opt-out takes its locks: the other way round the two could wait for each other.
    follow_refusals(lane, provider, {person.row: person.address_key for person in people}, settled, now)
    lock_runs(settled)
    record(settled, provider=provider, sent_at=now, now=now)
    return_to_due(settled)
    finish_cursors(batch.id, batch.group.steps, now)
    end_batch(batch.id, "settled")


def follow_refusals(
    lane: Lane, provider: str, keys: Mapping[int, bytes | None], settled: Sequence[Settled], now: datetime
) -> None:
    """What a provider's refusal says about the address (suppress it) or about us (alert, and wait if it says so).

    `keys`: the hash of the address each message row went to.
    """
    for outcome in settled:
        if not outcome.code:
            continue
        meaning = delivery.meaning(provider, "rejected", code=outcome.code)
        key = keys[outcome.row]
        if meaning.suppress and key is not None:
            suppress_key(lane.channel, key, cause=meaning.suppress, now=now)
        if meaning.alert:
            alerts.raise_known(meaning.alert, lane.channel, now)
