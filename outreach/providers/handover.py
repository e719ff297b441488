"""A request body that knows how far it has been handed over: what tells "surely not taken" from "may have been taken".

A request with a Content-Length is a request only when its last byte has arrived. As long as the last piece has not been
asked for, the provider cannot have acted on it, whatever goes wrong.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

PIECE: Final = 64 * 1024  # bytes


class Shut(OSError):
    """The gate was shut when the last piece was asked for: the request breaks off, and nobody can act on it."""


class Handover:
    """One body for one request. `complete` turns true just before the last piece leaves our hands.

    `begin` is asked then; when it says no, the piece stays here.
    """

    def __init__(self, body: bytes, begin: Callable[[], bool] | None = None) -> None:
        self._body, self._begin = body, begin
        self.complete = self.shut = False

    def __iter__(self) -> Iterator[bytes]:
        last = max(0, len(self._body) - 1) // PIECE * PIECE
        for start in range(0, last + 1, PIECE):
            if start == last:
                if self._begin is not None and not self._begin():
                    self.shut = True
                    raise Shut
                self.complete = True
            yield self._body[start : start + PIECE]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
