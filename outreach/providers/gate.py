"""When each message of a batch may be given to the provider, and the note of when it was.

What counts for a pace is the moment at which a call reaches the provider, not the one at which it was planned. So a
provider asks the gate last of all, and the note goes back to whoever keeps the pace. Moments are time.monotonic().
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence


class Gate:
    """One batch's permits, by the place of the message in the batch; with `shared`, one permit for all of them.

    A place without a permit never begins. `good_for`: seconds after its start in which a message may still begin. `still`
    is asked right before each call: False when the lock that opt-outs wait for is gone.
    """

    def __init__(
        self,
        starts: Sequence[float],
        good_for: float,
        still: Callable[[], bool] | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self._starts, self._good_for, self._shared = tuple(starts), good_for, shared
        self.still = still
        self.began: list[float | None] = [None] * len(starts)
        self.answered: list[float | None] = [None] * len(starts)

    def delay(self, place: int) -> float:
        """Seconds until this message may begin, 0 when it may, or never may."""
        at = self._at(place)
        return 0.0 if at is None else max(0.0, self._starts[at] - time.monotonic())

    async def wait(self, place: int) -> None:
        """Waits, on an event loop, until this message may begin."""
        while (left := self.delay(place)) > 0:
            await asyncio.sleep(left)

    def pause(self, place: int) -> None:
        """Waits, on a thread, until this message may begin."""
        while (left := self.delay(place)) > 0:
            time.sleep(left)

    def begin(self, place: int) -> bool:
        """To be asked right before a message is handed over; True notes the moment. False: it must not be any more."""
        at, now = self._at(place), time.monotonic()
        if at is None or not self._starts[at] <= now <= self._starts[at] + self._good_for:
            return False
        if self.still and not self.still():
            return False
        self.began[at] = now
        return True

    def end(self, place: int) -> None:
        """Notes the answer to a message."""
        at = self._at(place)
        if at is not None:
            self.answered[at] = time.monotonic()

    def _at(self, place: int) -> int | None:
        at = 0 if self._shared else place
        return at if at < len(self._starts) else None
