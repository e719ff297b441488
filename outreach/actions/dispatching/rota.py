"""Whose turn it is: the steps that have work, taken in turn, and from where each one's due rows are looked for.

Kept per process and forgotten within a second, so it may be out of date but never wrong for long: a step that has no
work any more gives nothing, and when none does the database is asked again.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from outreach.actions.dispatching.waiting import EVER, Group, groups_with_work

FRESH = 1.0  # seconds
LOOK_BACK = 16  # every so many claims of a step all its due rows are looked through, the late ones too


@dataclass(slots=True)
class Rota:
    """The turns of one channel. The step that waits longest begins; then each has a batch in turn."""

    channel: str
    _groups: deque[Group] = field(default_factory=deque)
    _until: float = 0.0
    _since: dict[tuple[int, int], tuple[int, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # the threads of a worker share it

    def turns(self, now: datetime, since: datetime = EVER) -> Iterator[Group]:
        """The steps to try, until the caller has found work; all that have any by the database's own word in the end."""
        if time.monotonic() < self._until:
            for _ in range(len(self._groups)):
                if (group := self._next()) is None:
                    break
                yield group
        found = groups_with_work(self.channel, now, since)
        with self._lock:
            self._groups, self._until = deque(found), time.monotonic() + FRESH
        for _ in found:
            if (group := self._next()) is not None:
                yield group

    def _next(self) -> Group | None:
        """The step whose turn it is; it goes to the end of the line."""
        with self._lock:
            if not self._groups:
                return None
            group = self._groups.popleft()
            self._groups.append(group)
            return group

    def since(self, group: Group) -> datetime:
        """From which due moment on to look. Behind it lie the index entries of rows that were claimed since the last vacuum:
        thousands, and each look from the beginning would pass them all."""
        claims, moment = self._since.get((group.campaign, group.step), (0, EVER))
        return moment if claims % LOOK_BACK else EVER

    def claimed(self, group: Group, last_due: datetime | None) -> None:
        """The due moment of the last row of a claim; None when it found nothing, so that the next one looks at all."""
        claims, _ = self._since.get((group.campaign, group.step), (0, EVER))
        if last_due is None:
            self._since.pop((group.campaign, group.step), None)
        else:
            self._since[group.campaign, group.step] = (claims + 1, last_due)


_rotas: dict[str, Rota] = {}


def rota(channel: str) -> Rota:
    """This process's rota of a channel."""
    return _rotas.setdefault(channel, Rota(channel))
