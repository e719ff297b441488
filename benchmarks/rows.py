"""The values a benchmark gives: one figure of ours beside the limit and a peer of the same run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `unit` says which way is better: "…/s" the more, anything else (s, ms, MB) the less.

    `limit`: what the machine can do at best, by a bare program in the same run. `peer`: another program, same task.
    `target`: what ours must reach: a share of the limit when there is one, else a figure in `unit`.
    """

    what: str
    size: str
    ours: float
    unit: str
    limit: float | None = None
    peer: float | None = None
    target: float | None = None
    note: str = ""

    @property
    def share(self) -> float | None:
        """Ours as a share of the limit: 1.0 is as good as it gets, whichever way the unit runs."""
        if not self.limit or not self.ours:
            return None
        return self.ours / self.limit if self.unit.endswith("/s") else self.limit / self.ours

    @property
    def times_peer(self) -> float | None:
        """How many times better than the peer."""
        if not self.peer or not self.ours:
            return None
        return self.ours / self.peer if self.unit.endswith("/s") else self.peer / self.ours

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None when there is none, or its limit was not to be had."""
        if self.target is None:
            return None
        if self.target <= 1 and self.limit is not None:
            return (self.share or 0) >= self.target
        if self.target <= 1 and self.unit.endswith("/s"):
            return None
        return self.ours >= self.target if self.unit.endswith("/s") else self.ours <= self.target


def middle(runs: list[list[Row]]) -> list[Row]:
    """The runs of one benchmark as one: each figure the median of its own, row by row."""
    return [
        replace(
            rows[0],
            ours=median(row.ours for row in rows),
            limit=_median([row.limit for row in rows]),
            peer=_median([row.peer for row in rows]),
        )
        for rows in zip(*runs, strict=True)
    ]


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
