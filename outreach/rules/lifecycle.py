"""Statuses and their legal moves, for everything that has a life.

One table per kind: `status -> what it may become`. A status with no move is final. The database CHECK constraints are
built from `sql_check`, and an action moves a row by a conditional UPDATE whose WHERE is `status IN sources(kind, new)`,
so the same table rules in Python and in PostgreSQL. A status names the next act; facts (delivered, bounced, a reason)
are columns beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Kind = Literal["message", "enrollment", "campaign", "batch", "series"]

MESSAGE: Final[Kind] = "message"
ENROLLMENT: Final[Kind] = "enrollment"
CAMPAIGN: Final[Kind] = "campaign"
BATCH: Final[Kind] = "batch"
SERIES: Final[Kind] = "series"

MOVES: Final[Mapping[Kind, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        MESSAGE: MappingProxyType(
            {
                # Doubtful: only the provider's own events or its list may settle it, never a second send.
                # A person may put it back, and what was proven lost; the staff's ledger says who.
                "uncertain": ("sent", "failed", "returned"),
                "sent": (),
                "failed": ("returned",),
                "returned": (),  # proven not taken: the step is due again, as a new message
                "skipped": (),  # decided against, with a reason
            }
        ),
        ENROLLMENT: MappingProxyType(
            {
                "active": ("paused", "finished", "exited"),
                "paused": ("active", "finished", "exited"),
                "finished": (),
                "exited": (),
            }
        ),
        CAMPAIGN: MappingProxyType(
            {
                "draft": ("running", "stopped"),
                "running": ("paused", "stopped", "finished"),
                "paused": ("running", "stopped"),
                "stopped": (),
                "finished": (),
            }
        ),
        BATCH: MappingProxyType(
            {
                # Released: nothing was asked of the provider, so its people are simply due again.
                "claimed": ("calling", "released"),
                # Swept: the lease ended and the lock was free, so what it was sending became uncertain.
                "calling": ("settled", "swept"),
                "released": (),
                "settled": (),
                "swept": (),
            }
        ),
        SERIES: MappingProxyType(
            {
                "draft": ("review",),
                # Back to draft when the reviewer asks for changes: an approval is bound to the exact words.
                "review": ("draft", "published"),
                "published": ("archived",),
                "archived": (),
            }
        ),
    }
)

STARTS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        # A message is written with its outcome; until then its batch is the record of the intent.
        MESSAGE: ("uncertain", "sent", "failed", "returned", "skipped"),
        ENROLLMENT: ("active",),
        CAMPAIGN: ("draft",),
        BATCH: ("claimed",),
        SERIES: ("draft",),
    }
)


class UnknownStatus(ValueError):
    """A kind or status that is in no table: a mistake in the program, never in the data."""


def _moves(kind: str) -> Mapping[str, tuple[str, ...]]:
    for known, moves in MOVES.items():
        if known == kind:
            return moves
    raise UnknownStatus(f"there is no lifecycle named {kind!r}; there are {', '.join(MOVES)}")


def statuses(kind: Kind) -> tuple[str, ...]:
    """Every status of a kind, in the order of its life. Raises UnknownStatus for an unknown kind."""
    return tuple(_moves(kind))


def starts(kind: Kind) -> tuple[str, ...]:
    """The statuses a new row may be created with."""
    _moves(kind)
    return STARTS[kind]


def finals(kind: Kind) -> tuple[str, ...]:
    """The statuses nothing leaves."""
    return tuple(status for status, moves in _moves(kind).items() if not moves)


def may(kind: Kind, old: str, new: str) -> bool:
    """Whether `old -> new` is a legal move. Staying (`old == new`) is not a move.

    Raises UnknownStatus when the kind or either status is in no table.
    """
    moves = _moves(kind)
    for status in (old, new):
        if status not in moves:
            raise UnknownStatus(f"a {kind} is never {status!r}; it is one of {', '.join(moves)}")
    return new in moves[old]


def sources(kind: Kind, new: str) -> tuple[str, ...]:
    """The statuses from which `new` may be reached: the WHERE of a conditional UPDATE."""
    return tuple(old for old in _moves(kind) if may(kind, old, new))


def sql_check(kind: Kind) -> tuple[str, ...]:
    """The values for the status column's CHECK constraint."""
    return statuses(kind)
