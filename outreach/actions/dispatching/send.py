"""Fence, call, settle: the part of a batch's life that holds the batch's lock."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from django.db import transaction

from outreach.actions import alerts
from outreach.actions.dispatching import pace
from outreach.actions.dispatching.claim import ClaimedBatch
from outreach.actions.dispatching.composing import compose_email, compose_text, parts_of, says_what
from outreach.actions.dispatching.deciding import KEPT, Decided, Fate, Spot, decide
from outreach.actions.dispatching.facts import due_people, histories
from outreach.actions.dispatching.holding import still_held
from outreach.actions.dispatching.judging import CLOSING
from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.rows import by_index, run
from outreach.actions.dispatching.settle import end_batch, settle
from outreach.actions.dispatching.valve import watch
from outreach.actions.pausing import pause_lane
from outreach.actions.suppressing import suppress_key
from outreach.providers.base import NOT_NOW, Accepted, Busy, Outcome, Rejected, Unclear, Unreachable
from outreach.rules import delivery, keys

log = logging.getLogger(__name__)
WORD = {"email": "email", "sms": "text"}
NO_ANSWER = Unclear("The provider gave no answer for it.")
LATER = timedelta(minutes=1)  # when a call that surely was not taken is tried again, unless the provider says when


def fence_call_settle(lane: Lane, batch: ClaimedBatch, clock: Callable[[], datetime]) -> int:
    """Takes a claimed batch to its end. Returns how many messages were given to the provider.

    Returns 0 and touches nothing when the batch is no longer ours (its lease ended and a sweep took it).
    """
    called = 0
    try:
        if mark_calling(batch.id):
            called = _under_lock(lane, batch, clock)
    finally:
        pace.settle(batch.pace, called, batch.cost)
    return called


@transaction.atomic
def _under_lock(lane: Lane, batch: ClaimedBatch, clock: Callable[[], datetime]) -> int:
    if not lock_calling(batch.id):
        return 0
    by_index()
    now = clock()
    decided = _fence(lane, batch, now)
    started = answered = now
    outcomes: Mapping[int, Outcome] = {}
    if decided.going:
        batch.pace.gate.still = still_held()
        call = _prepared(lane, batch, decided, now)
        if call is None:
            until = not_composed(lane, now)
            for person, spot in zip(decided.going, decided.spots, strict=True):
                decided.fates[person.n] = replace(spot.staying, due=until, moved="not_composed")
            decided.going.clear()
            decided.spots.clear()
        else:
            # after everything was read: a call that began on old knowledge would show in the ledger
            started = clock()
            if started - now > CLOSING:  # the machine slept: nothing that was read and judged may hold any more
                outcomes = dict.fromkeys((person.n for person in decided.going), NOT_NOW)
            else:
                outcomes = call()
            answered = clock()
    _settle(lane, batch, decided, outcomes, started, answered)
    return len(decided.going)


def mark_calling(batch: int) -> bool:
    """Says, in a commit of its own, that the provider may be called from here on. False: the batch is not ours any more.

    Marks are taken one after the other, those of both channels: of two batches that carry the same person, the later one
    sees the earlier one's mark when it reads, whichever reads first.
    """
    query = """WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('outreach mark')))
        UPDATE batch SET status = 'calling', calling_at = clock_timestamp() FROM turn
        WHERE id = %s AND status = 'claimed' RETURNING id"""
    return bool(run(query, [batch]))


def lock_calling(batch: int) -> bool:
    """Takes the lock that opt-outs wait for. False: a sweep has ended the batch."""
    return bool(run("SELECT id FROM batch WHERE id = %s AND status = 'calling' FOR UPDATE", [batch]))


def _fence(lane: Lane, batch: ClaimedBatch, now: datetime) -> Decided:
    """What becomes of everyone in the batch by what is true now."""
    topic = batch.group.topic
    people = due_people(
        lane.channel, batch.id, topic, now, free=min(lane.cap, lane.cap_together) if lane.channel == "email" else 1
    )
    told = histories(lane.channel, batch.id, topic, now, [person.n for person in people if not person.plain])
    running = run("SELECT 1 FROM campaign WHERE id = %s AND status = 'running'", [batch.group.campaign])
    tells = says_what(lane.channel, batch.group.step_id)
    return decide(lane, batch.group, people, told, says_what=tells, now=now, running=bool(running))


def _prepared(
    lane: Lane, batch: ClaimedBatch, decided: Decided, now: datetime
) -> Callable[[], Mapping[int, Outcome]] | None:
    """The call, ready to be made, giving an answer per place in the batch. None when it cannot even be composed."""
    gate = batch.pace.gate
    try:
        if lane.email is not None:
            email, send_email = compose_email(lane, batch, decided.going), lane.email.send
            answers: Callable[[], Mapping[str, Outcome]] = lambda: send_email(email, gate)  # noqa: E731
        else:
            assert lane.sms is not None
            texts, send_texts = compose_text(lane, batch, decided.going, decided.spots, now), lane.sms.send
            answers = lambda: send_texts(texts, gate)  # noqa: E731
    except Exception as e:  # noqa: BLE001  # a fault of our own before the call must not leave a doubt behind
        log.error("batch %s could not be composed: %s", batch.id, type(e).__name__)
        return None
    return lambda: {keys.place_in_batch(key): answer for key, answer in answers().items()}


def not_composed(lane: Lane, now: datetime) -> datetime:
    """Nothing was asked of the provider: the lane waits until a person has looked. Returns when it goes on."""
    until = now + alerts.HALT
    pause_lane(lane.channel, until, "not_composed")
    say = f"An {WORD[lane.channel]} could not be put together. Nobody lost their place; please look at the log."
    alerts.raise_alert(f"{lane.channel}_not_composed", say, now)
    return until


def _settle(
    lane: Lane,
    batch: ClaimedBatch,
    decided: Decided,
    outcomes: Mapping[int, Outcome],
    started: datetime,
    now: datetime,
) -> None:
    fates = decided.fates
    shared: dict[tuple[int, int, int], Fate] = {}
    for person, spot in zip(decided.going, decided.spots, strict=True):
        outcome = outcomes.get(person.n, NO_ANSWER)
        parts = parts_of(lane.channel, batch.group.step_id, person)
        # the provider's name of a message is no part of its fate: all it took are one
        key = (id(spot), 0 if isinstance(outcome, Accepted) else id(outcome), parts)
        fate = shared.get(key)
        if fate is None:
            fate = shared[key] = fate_of_answer(outcome, spot, parts, now)
        fates[person.n] = fate
    follow(lane, batch.id, outcomes, now)
    watch(lane.channel, outcomes, now)
    settle(
        batch.id, batch.group.step_id, fates, people=batch.people, provider=provider_of(lane), sent=started, now=now,
        provider_ids=provider_ids(outcomes),
    )  # fmt: skip
    end_batch(batch.id, "settled")


def provider_ids(outcomes: Mapping[int, Outcome]) -> dict[int, str]:
    """The provider's names of the messages it took, by place in the batch."""
    return {n: outcome.provider_id for n, outcome in outcomes.items() if isinstance(outcome, Accepted)}


def provider_of(lane: Lane) -> str:
    """What messages of this lane record as their provider."""
    return (lane.email or lane.sms).name  # type: ignore[union-attr]


def fate_of_answer(outcome: Outcome, spot: Spot, parts: int, now: datetime) -> Fate:
    """What a provider's answer makes of a message."""
    if outcome is NOT_NOW:  # our own pace did not let it begin: it is due as it was
        return KEPT
    onward = replace(spot.onward, parts=parts)
    match outcome:
        case Accepted():
            return replace(onward, status="sent", called_at=now)
        case Rejected():
            reason = outcome.code or "rejected"
            return replace(onward, status="failed", reason=reason, called_at=now, code=outcome.code)
        case Busy():
            return _again(spot, "provider_busy", now + timedelta(seconds=outcome.after_seconds))
        case Unreachable():
            return _again(spot, "provider_unreachable", now + (alerts.HALT if outcome.stop else LATER))
        case Unclear():
            return replace(onward, status="uncertain", reason="no_clear_answer", called_at=now)
        case _:
            assert_never(outcome)


def _again(spot: Spot, reason: str, until: datetime) -> Fate:
    return replace(spot.staying, status="returned", reason=reason, due=until, moved=reason)


def follow(lane: Lane, batch: int, outcomes: Mapping[int, Outcome], now: datetime) -> None:
    """What the answers say about the lane (wait, alert) and about the addresses (suppress).

    Suppressions are written before runs are moved, as an opt-out takes its locks: the other way round the two could wait
    for each other.
    """
    refused = {n: o.code for n, o in outcomes.items() if isinstance(o, Rejected) and o.code}
    follow_refusals(lane.channel, provider_of(lane), batch, refused, now)
    answers = {id(outcome): outcome for outcome in outcomes.values()}.values()
    gone = False
    for outcome in answers:
        if outcome is NOT_NOW:
            continue
        if isinstance(outcome, Busy):
            pause_lane(lane.channel, now + timedelta(seconds=outcome.after_seconds), "provider_busy")
        elif isinstance(outcome, Unreachable):
            pause_lane(lane.channel, now + (alerts.HALT if outcome.stop else LATER), "provider_unreachable")
            if not gone:
                say = f"The {WORD[lane.channel]} provider cannot be used: {outcome.say}"
                alerts.raise_alert(f"{lane.channel}_unreachable", say, now)
            gone = True
    if not gone and any(isinstance(outcome, Unclear) for outcome in answers):
        alerts.raise_alert(
            f"{lane.channel}_unclear",
            f"The {WORD[lane.channel]} provider gave no clear answer. Nothing is resent by itself: "
            "what became of the messages is settled from the provider's own reports.",
            now,
        )


def follow_refusals(channel: str, provider: str, batch: int, codes: Mapping[int, str], now: datetime) -> None:
    """What a provider's refusals say about the addresses (suppress them) or about us (alert, and wait if it says so).

    `codes`: by place in the batch.
    """
    if not codes:
        return
    addresses = dict(
        run(
            """SELECT o.n, o.key FROM batch b, unnest(b.address_keys) WITH ORDINALITY AS o(key, n)
            WHERE b.id = %s AND o.n = ANY(%s) ORDER BY o.key""",
            [batch, list(codes)],
        )
    )
    for n, key in addresses.items():
        meaning = delivery.meaning(provider, "rejected", code=codes[n])
        if meaning.suppress and key is not None:
            suppress_key(channel, bytes(key), cause=meaning.suppress, now=now)
        if meaning.alert:
            alerts.raise_known(meaning.alert, channel, now)
