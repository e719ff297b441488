"""How fast a sender may go: a sliding log of tokens, so that no second ever holds one message more than is permitted.

A bucket that fills again while it is emptied lets twice its rate through in one second. Here a token that was used may
be used again one window after the call it was used for, and not before: whatever the jitter, any stretch of one window
holds at most as many calls as there are tokens. Moments are seconds of one clock, the caller's; nothing here waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

# Calls are spread over this much of the window instead of starting together: a provider meets a stream, not a volley.
SPREAD: Final = 0.8
# A start is good for this long. Tokens whose use nobody reported (a worker died) come back when it is over.
GOOD_FOR: Final = 5.0
# Seconds ahead of their start at which tokens are handed out: time to claim, to compose and to reach the provider.
AHEAD: Final = 0.3
# What remains of a day's allowance for messages that somebody waits for, such as confirmations.
_RESERVED: Final = 0.05
_FAST: Final = 250  # tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """What a sender may do: tokens per second (emails, or parts of texts) and per day; None: no daily limit.

    `spread`: every message is a call of its own, and they follow each other evenly. `day_zone`: whose midnight ends the
    day, an IANA name.
    """

    per_second: float
    per_day: int | None = None
    day_zone: str = "UTC"
    spread: bool = False

    @property
    def count(self) -> int:
        """The tokens there are: what one window holds at most."""
        return max(1, floor(self.per_second))

    @property
    def window(self) -> float:
        """Seconds after which a token may be used again: 1, or a little less or more when the rate is no whole number."""
        return self.count / self.per_second

    def left_of_day(self, spent: float, urgent: bool) -> float:
        """Tokens that may still be used today."""
        if self.per_day is None:
            return float("inf")
        kept_back = 0 if urgent else floor(self.per_day * _RESERVED)
        return self.per_day - kept_back - spent


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave for `messages` messages of `each` tokens: they may start from `start` until GOOD_FOR seconds later.

    `mark` names the lot the tokens wait in until their use is reported; they then rest for `rest` seconds.
    """

    start: float
    messages: int
    each: int
    mark: float
    rest: float


def _rounded_up(moment: float) -> float:
    return ceil(moment * 1000) / 1000


class Log:
    """The tokens of one sender in lots: how many may be used again from when."""

    def __init__(self, permitted: Permitted, lots: Iterable[tuple[float, float]], last: float, now: float) -> None:
        """`lots`: (free from, tokens) as kept; an empty log has every token free. `last`: the latest start given.

        The number of tokens follows the permitted rate: new ones are free at once; those that are too many are taken
        from the ones that are free first. A moment too far ahead (a clock was set back) is brought near.
        """
        self._permitted, self._now = permitted, now
        furthest = now + AHEAD + GOOD_FOR + permitted.window * 10
        self._lots: dict[float, float] = {}
        for free_from, tokens in lots:
            self._add(min(furthest, free_from), tokens)
        self.last = min(last, now + AHEAD + GOOD_FOR)
        surplus = sum(self._lots.values()) - permitted.count
        if surplus < 0:
            self._add(now, -surplus)
        for free_from in sorted(self._lots):
            if surplus <= 0:
                break
            taken = min(surplus, self._lots[free_from])
            self._remove(free_from, taken)
            surplus -= taken

    @property
    def lots(self) -> list[tuple[float, float]]:
        """What is to be kept. All that is free is one lot."""
        free = sum(tokens for moment, tokens in self._lots.items() if moment <= self._now)
        later = sorted((moment, tokens) for moment, tokens in self._lots.items() if moment > self._now)
        return [(self._now, free), *later] if free else later

    def grant(self, want: int, cost: int, most: float, ahead: float = AHEAD) -> list[Permit]:
        """Permits for up to `want` messages of `cost` tokens each, `most` tokens in all, to start within `ahead` seconds.

        Without `spread` it is one permit at most, for all of them together: they are one call.
        """
        permitted, until = self._permitted, self._now + ahead
        # A message that costs more than there is rests as long as it would take at the permitted rate.
        each = min(cost, permitted.count)
        rest = permitted.window * cost / each
        free = sorted(
            ((moment, n) for moment, n in self._lots.items() if moment <= until), reverse=True
        )  # next one last
        tokens = sum(n for _, n in free)
        permits: list[Permit] = []
        left = int(min(want, most / cost))
        while left > 0 and tokens >= each:
            start = max(self._now, self.last + self._gap(cost))
            if start > until:
                break
            messages = 1 if permitted.spread else min(left, int(tokens // each))
            start = max(start, self._use(free, messages * each))
            mark = _rounded_up(start + GOOD_FOR + rest)
            self._add(mark, messages * each)
            self.last = start
            permits.append(Permit(start, messages, each, mark, rest))
            tokens -= messages * each
            left -= messages if permitted.spread else left
        return permits

    def _use(self, free: list[tuple[float, float]], need: float) -> float:
        """Takes tokens off the lots that are free first; gives the moment from which all of them are."""
        moment = 0.0
        while need > 0:
            moment, tokens = free.pop()
            used = min(need, tokens)
            self._remove(moment, used)
            need -= used
            if used < tokens:
                free.append((moment, tokens - used))
        return moment

    def _gap(self, cost: int) -> float:
        permitted = self._permitted
        return SPREAD * permitted.window * cost / permitted.count if permitted.spread else 0.0

    def wait(self, cost: int) -> float:
        """Seconds until a message of `cost` tokens would get a permit."""
        need = float(min(cost, self._permitted.count))
        moment = self.last + self._gap(cost)
        for free_from in sorted(self._lots):
            if need <= 0:
                break
            moment, need = max(moment, free_from), need - self._lots[free_from]
        return max(0.0, moment - AHEAD - self._now)

    def used(self, permit: Permit, messages: int, at: float) -> None:
        """So many messages of this permit reached the provider, at this moment at the latest; the others were not sent."""
        to = at + permit.rest
        # A fast sender's tokens are kept by the millisecond, so that their lots stay few; a slow one's to the point.
        self._move(permit, messages, _rounded_up(to) if self._permitted.count > _FAST else to)
        self._move(permit, permit.messages - messages, permit.start)

    def _move(self, permit: Permit, messages: int, to: float) -> None:
        # Tokens that are no longer there (given up for dead, or the rate was lowered) are not given twice.
        tokens = min(messages * permit.each, self._lots.get(permit.mark, 0.0))
        if tokens > 0:
            self._remove(permit.mark, tokens)
            self._add(to, tokens)

    def _add(self, moment: float, tokens: float) -> None:
        self._lots[moment] = self._lots.get(moment, 0.0) + tokens

    def _remove(self, moment: float, tokens: float) -> None:
        left = self._lots[moment] - tokens
        if left > 0:
            self._lots[moment] = left
        else:
            del self._lots[moment]
