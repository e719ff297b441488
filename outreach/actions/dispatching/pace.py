"""The pace of a sender, in one database row: shared by all workers, surviving restarts. See rules/pacing.py.

    given = grant(…)            how many messages may go, and from when each of them
    provider.send(…, given.gate)   the provider waits for each start, and notes when it really was
    settle(given, called)       what was used rests for a window; what was not is free again

Where the margin is. A worker is late, now and then, and two calls planned a second apart come closer than that. So a
token does not come back a second after its planned start but a second after the call that used it *reached the
provider*: not before the call began, and as much later as its answer was later than the fastest (LATE_MOST at most:
beyond it, it was the provider that took its time). Real time, not the schedule's clock: it is a promise to the provider.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from outreach.providers.gate import Gate
from outreach.rules.pacing import AHEAD, GOOD_FOR, Log, Permit, Permitted

LATE_MOST = 0.02  # seconds

# A pace need not outlive a crash of the database server by more than the second the crash takes: no wait for the disk.
_READ = """SELECT free_from, tokens, last, day, spent, extract(epoch FROM clock_timestamp())::float8,
    set_config('synchronous_commit', 'off', true) FROM sender_pace WHERE channel = %s FOR UPDATE"""
_NEW = """INSERT INTO sender_pace (channel, free_from, tokens, last, spent) VALUES (%s, '{}', '{}', 0, 0)
    ON CONFLICT DO NOTHING"""
_WRITE = """UPDATE sender_pace SET free_from = %s, tokens = %s, last = %s, day = %s, spent = %s WHERE channel = %s
    RETURNING extract(epoch FROM clock_timestamp())::float8"""

# Seconds between a call and its answer, the latest calls of this process by channel: the least of them is the way alone.
_answers: dict[str, deque[float]] = {}


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave for some messages. `wait`: when there is none, seconds after which to ask again.

    `gate` goes to the provider with the batch, whose first messages take the permits in order.
    """

    channel: str
    permitted: Permitted
    permits: tuple[Permit, ...] = ()
    gate: Gate = field(default_factory=lambda: Gate((), 0.0))
    wait: float = 0.0
    day: date | None = None
    # The database's clock minus this process's: at the least.
    ahead: float = 0.0
    # The latest start given before these.
    last_before: float = 0.0

    @property
    def messages(self) -> int:
        """How many messages may be claimed for it."""
        return sum(permit.messages for permit in self.permits)


def grant(
    channel: str,
    permitted: Permitted,
    *,
    want: int,
    cost: int = 1,
    urgent: bool = False,
    ahead: float = AHEAD,
) -> Grant:
    """Permits for up to `want` messages of `cost` tokens each. In a commit of its own; give it to `settle` in the end.

    `urgent`: somebody waits for these; they may use what is kept back of the day's allowance.
    """
    with transaction.atomic():
        return _granted(_Row(channel, permitted), want, cost, urgent, ahead)


def keep(given: Grant, messages: int, cost: int = 1) -> Grant:
    """The grant for so many messages only, for less work than there was leave for; the rest is free at once."""
    if messages >= given.messages:
        return given
    with transaction.atomic():
        row = _Row(given.channel, given.permitted)
        if row.log.last == given.permits[-1].start:  # nobody was given a start after these
            row.log.last = given.permits[0].start if messages else given.last_before
        for permit in given.permits:
            row.log.used(permit, 0, permit.start)
        row.give_back(given.messages * cost, given.day)
        return _granted(row, messages, cost, True, AHEAD)


def _granted(row: _Row, want: int, cost: int, urgent: bool, ahead: float) -> Grant:
    permitted, last_before = row.permitted, row.log.last
    left = permitted.left_of_day(row.spent, urgent)
    permits = tuple(row.log.grant(want, cost, left, ahead))
    row.spent += sum(permit.messages for permit in permits) * cost
    before = time.monotonic()
    clock = row.write()
    after = time.monotonic()
    if not permits:
        wait = row.log.wait(cost) if left >= cost else _until_midnight(clock, permitted.day_zone)
        return Grant(row.channel, permitted, wait=max(0.001, wait))
    gate = Gate([after + permit.start - clock for permit in permits], GOOD_FOR, shared=not permitted.spread)
    return Grant(row.channel, permitted, permits, gate, day=row.day, ahead=clock - before, last_before=last_before)


def settle(given: Grant, called: int, cost: int = 1) -> None:
    """Reports what became of the permits. `called`: messages given to the provider, for a grant that is one call."""
    if not given.permits:
        return
    gate = given.gate
    with transaction.atomic():
        row = _Row(given.channel, given.permitted)
        unused = 0
        for permit, began, answered in zip(given.permits, gate.began, gate.answered, strict=True):
            messages = 0 if began is None else min(permit.messages, 1 if given.permitted.spread else called)
            at = permit.start if began is None else _reached(given.channel, began, answered) + given.ahead
            row.log.used(permit, messages, at)
            unused += permit.messages - messages
        row.give_back(unused * cost, given.day)
        row.write()


def _reached(channel: str, began: float, answered: float | None) -> float:
    """The moment at which a call had reached the provider at the latest."""
    if answered is None:
        return began + LATE_MOST
    answers = _answers.setdefault(channel, deque(maxlen=200))
    answers.append(answered - began)
    way = min(answers) if len(answers) >= 10 else 0.0
    return began + min(LATE_MOST, answers[-1] - way)


class _Row:
    """The locked row of a sender, read and to be written. Within a transaction."""

    def __init__(self, channel: str, permitted: Permitted) -> None:
        self.channel, self.permitted = channel, permitted
        with connection.cursor() as cursor:
            cursor.execute(_READ, [channel])
            found = cursor.fetchone()
            while found is None:
                cursor.execute(_NEW, [channel])
                cursor.execute(_READ, [channel])
                found = cursor.fetchone()
        free_from, tokens, last, day, spent, now, _ = found
        self.log = Log(permitted, zip(free_from, tokens, strict=True), last, now)
        self.day = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(permitted.day_zone)).date()
        self.spent = spent if day == self.day else 0.0

    def give_back(self, tokens: float, day: date | None) -> None:
        """Takes back what was counted for the day and not used, if that day is still today."""
        if day == self.day:
            self.spent = max(0.0, self.spent - tokens)

    def write(self) -> float:
        """The database's clock at the writing."""
        lots = self.log.lots
        values = [[moment for moment, _ in lots], [tokens for _, tokens in lots], self.log.last, self.day, self.spent]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [*values, self.channel])
            (clock,) = cursor.fetchone()
        return float(clock)


def _until_midnight(clock: float, zone: str) -> float:
    now = datetime.fromtimestamp(clock, ZoneInfo(zone))
    midnight = datetime.combine(date.fromordinal(now.toordinal() + 1), datetime.min.time(), now.tzinfo)
    return midnight.timestamp() - clock
