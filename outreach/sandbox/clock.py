"""The time the sandbox stamps on its log, events and callbacks: the real one, or a moment set by a virtual clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SandboxClock:
    """Real time until `set` is called; from then on it stands at that moment until it is set again.

    It stands still so that a simulated month leaves the same log every time it is run.
    """

    def __init__(self) -> None:
        self._set: datetime | None = None

    @property
    def virtual(self) -> bool:
        """Whether a moment was set."""
        return self._set is not None

    def now(self) -> datetime:
        """The moment to stamp, aware UTC."""
        return self._set or datetime.now(UTC)

    def set(self, moment: datetime | None) -> None:
        """Stand at `moment` (aware; ValueError when naive); None goes back to real time."""
        if moment is not None and moment.tzinfo is None:
            raise ValueError("the moment needs a zone, like 2026-01-05T09:00:00Z")
        self._set = moment.astimezone(UTC) if moment else None


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, so that stamps sort as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def unstamp(text: str) -> datetime:
    """A moment from `stamp` or any ISO 8601 text with a zone; ValueError otherwise."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("the moment needs a zone, like 2026-01-05T09:00:00Z")
    return moment.astimezone(UTC)
