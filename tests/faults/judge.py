"""The judge: the promises, looked up in the tables and in the sandbox's own file, with queries of its own.

It shares nothing with `outreach.actions.auditing`, which has to come to the same verdict. When an opt-out was confirmed is
what the harness noted when the answer came; when a call reached the provider is what the sandbox wrote down.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.faults.ground import Eyes
from tests.faults.stage import Confirmed, Stage

CAUSES: Final = ("no_clear_answer", "worker_died_in_call")  # what an outcome may be uncertain for
_OPEN: Final = "sms from 9 to 20, on Sundays from 12"


@dataclass(frozen=True, slots=True)
class Call:
    """One message in a call that reached the provider. `came`: real; `at`: by the clock of the schedule."""

    channel: str
    key: str
    address: str
    taken: bool
    came: float
    at: datetime
    about: int
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One message of the ledger."""

    key: str
    enrollment: int | None  # None: a confirmation of a sign-up
    subscriber: int
    campaign: int | None
    channel: str
    step: int | None
    status: str
    reason: str


def judge(stage: Stage) -> list[str]:
    """Every breach, a line each; none when all promises held."""
    calls = list(_calls(stage.witness))
    rows = _ledger(stage.eyes)
    begun = _begun(stage.notes)
    return [
        *_opt_outs(stage.confirmed, calls, rows, begun),
        *_once(calls, rows),
        *_one_outcome(stage.eyes),
        *_asked_back(stage.eyes),
        *_every_text_taken_in(stage),
        *_ledger_and_witness(calls, rows, _reported(stage.witness)),
        *_hours(stage, calls, rows),
        *_at_rest(stage.eyes, stage.clock),
        *(f"a task failed: {trouble}" for trouble in stage.troubles),
    ]


def _calls(witness: Path) -> Iterator[Call]:
    with sqlite3.connect(f"file:{witness}?mode=ro", uri=True) as box:
        for kind, key, address, came, at, seq, words in box.execute(
            """SELECT e.kind, coalesce(e.key, ''), e.address, e.real_at, e.at, e.seq, e.batch FROM email e
            WHERE e.kind IN ('accepted', 'refused')"""
        ):
            yield Call(
                "email", key, address, kind == "accepted", _moment(came).timestamp(), _moment(at), seq, words or ""
            )
        for kind, key, address, came, at, seq, words in box.execute(
            """SELECT kind, coalesce(key, ''), person, real_at, at, seq, body FROM text
            WHERE kind IN ('accepted', 'refused') AND direction = 'outbound-api'"""
        ):
            yield Call("sms", key, address, kind == "accepted", _moment(came).timestamp(), _moment(at), seq, words)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ledger(eyes: Eyes) -> dict[str, Row]:
    found = eyes.see(
        """SELECT key, enrollment_id, subscriber_id, campaign_id, channel, step_number, status, reason FROM message
        WHERE kind IN ('step', 'confirmation')"""
    )
    return {row[0].hex: Row(row[0].hex, *row[1:]) for row in found}


def _begun(notes: Path) -> dict[str, float]:
    """When the request that carried a key began to be written, as the workers noted it."""
    begun: dict[str, float] = {}
    for line in notes.read_text().splitlines() if notes.exists() else ():
        at, *keys = line.split()
        for key in keys:
            begun.setdefault(key, float(at))
    return begun


def _reported(witness: Path) -> set[int]:
    """The messages of which at least one report surely reached the program (answered with 2xx)."""
    import json

    with sqlite3.connect(f"file:{witness}?mode=ro", uri=True) as box:
        told: set[int] = set()
        for (events,) in box.execute("SELECT events FROM posting WHERE status BETWEEN 200 AND 299"):
            told.update(json.loads(events))
        settling = ("delivered", "sent", "bounce", "processed")
        return {
            about
            for no, about, name in box.execute("SELECT no, about, name FROM event")
            if no in told and name in settling
        }


def _opt_outs(
    confirmed: Sequence[Confirmed], calls: Sequence[Call], rows: Mapping[str, Row], begun: Mapping[str, float]
) -> Iterator[str]:
    """1: no call for an address started after its opt-out was confirmed, nor for a person after a confirmed hold.

    A call that began before and whose worker was then killed or cut off may still arrive: it started when its worker noted
    that it did.
    """
    for call in calls:
        started = min(call.came, begun.get(call.key, call.came))
        row = rows.get(call.key)
        for out in confirmed:
            mine = (
                row is not None and row.subscriber == out.person.id
                if out.door == "hold"
                else call.address == (out.person.email if call.channel == "email" else out.person.phone)
            )
            if mine and call.channel in out.channels and out.at < started < out.until:
                yield (
                    f"1 opt-out: the {call.channel} call for message {call.key[:8]} started {started - out.at:.3f} s after "
                    f"person {out.person.id}'s “{out.door}” was confirmed"
                )


def _once(calls: Sequence[Call], rows: Mapping[str, Row]) -> Iterator[str]:
    """2: at most one acceptance per run and step, per campaign, channel, step and address, and per address and words."""
    steps: Counter[tuple[Any, ...]] = Counter()
    addresses: Counter[tuple[Any, ...]] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    for call in calls:
        if not call.taken:
            continue
        row = rows.get(call.key)
        if row is None:
            yield f"2 once: the provider took {call.channel} {call.key[:8] or 'without a key'}, which no ledger knows"
            continue
        steps[row.enrollment or f"sign-up of {row.subscriber}", row.step] += 1
        addresses[row.campaign, row.channel, row.step, call.address] += 1
        if call.channel == "sms":
            words[call.address, call.words] += 1
    yield from (f"2 once: run {e}, step {s} was taken {n} times" for (e, s), n in steps.items() if n > 1)
    yield from (f"2 once: step {k[2]} by {k[1]} went to one address {n} times" for k, n in addresses.items() if n > 1)
    yield from (f"2 once: one number got the same words {n} times" for n in words.values() if n > 1)


def _one_outcome(eyes: Eyes) -> Iterator[str]:
    """3: every step behind a cursor has exactly one outcome, none before it has one."""
    outcomes: dict[int, Counter[int]] = defaultdict(Counter)
    for enrollment, step, n in eyes.see(
        """SELECT enrollment_id, step_number, count(*) FROM message WHERE kind = 'step' AND status <> 'returned'
        GROUP BY 1, 2"""
    ):
        outcomes[enrollment][step] = n
    for enrollment, cursor, status, reason in eyes.see("SELECT id, next_step, status, exit_reason FROM enrollment"):
        for step in range(1, max(cursor, 1 + max(outcomes[enrollment], default=0))):
            n = outcomes[enrollment][step]
            if step < cursor and n != 1:
                yield f"3 lost: run {enrollment} ({status} {reason}) is at step {cursor}; step {step} has {n} outcomes"
            if step >= cursor and n:
                yield f"3 lost: run {enrollment} ({status} {reason}) is still at step {cursor}; step {step} has an outcome"


def _asked_back(eyes: Eyes) -> Iterator[str]:
    """3: everybody who signed up has been asked back once, or left meanwhile."""
    for person, n in eyes.see(
        """SELECT e.subscriber_id, count(m.id) FROM consent_event e LEFT JOIN message m ON m.subscriber_id = e.subscriber_id
            AND m.kind = 'confirmation' AND m.status <> 'returned'
        WHERE e.action = 'requested' AND e.channel = 'email' AND NOT EXISTS (SELECT 1 FROM consent_event r
            WHERE r.subscriber_id = e.subscriber_id AND r.action = 'revoked') GROUP BY e.id HAVING count(m.id) <> 1"""
    ):
        yield f"3 lost: person {person}, who signed up, has {n} outcomes of being asked back"


def _every_text_taken_in(stage: Stage) -> Iterator[str]:
    """1: a text that somebody wrote is known to us, whatever became of its webhook, and a number that wrote is silent:
    all that is written here asks to stop."""
    known = {sid for (sid,) in stage.eyes.see("SELECT provider_id FROM inbound_text")}
    silent = {phone for (phone,) in stage.eyes.see(
        """SELECT s.phone FROM subscriber s JOIN suppression x ON x.channel = 'sms' AND x.address_key = s.phone_key
        WHERE x.lifted_at IS NULL"""
    )}  # fmt: skip
    with sqlite3.connect(f"file:{stage.witness}?mode=ro", uri=True) as box:
        for sid, phone in box.execute("SELECT sid, person FROM text WHERE direction = 'inbound'"):
            if sid not in known:
                yield f"1 opt-out: a text that asked to stop was never taken in ({sid[:8]})"
            if phone not in silent:
                yield f"1 opt-out: a number that asked to stop is not suppressed ({sid[:8]})"


def _ledger_and_witness(calls: Sequence[Call], rows: Mapping[str, Row], reported: set[int]) -> Iterator[str]:
    """3: sent by the ledger if and only if taken by the provider; what is uncertain says why, and is so for want of a
    report alone."""
    taken = {call.key: call for call in calls if call.taken}
    for row in rows.values():
        call = taken.get(row.key)
        whose = f"{row.channel} step {row.step} of run {row.enrollment or row.subscriber}"
        name = f"message {row.key[:8]} ({whose}) is {row.status} {row.reason}"
        if row.status == "sent" and call is None:
            yield f"3 lost: {name}, but the provider never took it"
        if call is not None and row.status not in ("sent", "uncertain"):
            yield f"3 lost: {name}, but the provider took it"
        if row.status == "sending":
            yield f"3 lost: {name} at rest"
        if row.status == "uncertain":
            if row.reason not in CAUSES:
                yield f"3 uncertain: {name}, which is no cause"
            if row.channel == "sms":
                yield f"3 uncertain: {name}, though the provider's list tells"
            if call is not None and call.about in reported:
                yield f"3 uncertain: {name}, though the provider reported"
        if row.status in ("skipped", "failed") and not row.reason:
            yield f"3 lost: {name} without a reason"


def _hours(stage: Stage, calls: Sequence[Call], rows: Mapping[str, Row]) -> Iterator[str]:
    """4: no text started outside the hours that hold in every zone the person may be in."""
    people = {person.id: person for person in stage.people}
    for call in calls:
        row = rows.get(call.key)
        if call.channel != "sms" or row is None:
            continue
        for zone in people[row.subscriber].zones:
            there = call.at.astimezone(ZoneInfo(zone))
            opens = time(12) if there.weekday() == 6 else time(9)
            if not opens <= there.time() < time(20):
                yield f"4 hours: message {row.key[:8]} started {there:%a %H:%M} in {zone}; open is {_OPEN}"


def _at_rest(eyes: Eyes, now: datetime) -> Iterator[str]:
    """No batch was left open or taken from a worker that had time; no run is stuck; no report lies unread."""
    for batch, status in eyes.see("SELECT id, status FROM batch WHERE ended_at IS NULL"):
        yield f"3 rest: batch {batch} is still {status}"
    for batch, status in eyes.see(
        "SELECT id, status FROM batch WHERE status IN ('swept', 'released') AND ended_at < lease_until"
    ):
        yield f"3 rest: batch {batch} was {status} before its lease ended"
    for enrollment, step, due in eyes.see(
        """SELECT e.id, e.next_step, e.next_due_at FROM enrollment e JOIN campaign c ON c.id = e.campaign_id
        WHERE e.status = 'active' AND c.status <> 'paused'"""
    ):
        yield f"3 rest: run {enrollment} is stuck at step {step}, due {due:%d %b %H:%M}, now {now:%d %b %H:%M}"
    for receipt, problem in eyes.see("SELECT id, problem FROM webhook_receipt WHERE applied_at IS NULL"):
        yield f"3 rest: webhook receipt {receipt} was never applied {problem}"
