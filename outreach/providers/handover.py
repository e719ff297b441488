"""A request body that knows how far it has been handed over: what tells "surely not taken" from "may have been taken".

A request with a Content-Length is a request only when its last byte has arrived. As long as the last piece has not been
asked for, the provider cannot have acted on it, whatever goes wrong.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

PIECE: Final = 64 * 1024  # bytes


class Handover:
    """One body for one request. `complete` turns true just before the last piece leaves our hands."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.complete = False

    def __iter__(self) -> Iterator[bytes]:
        last = max(0, len(self._body) - 1) // PIECE * PIECE
        for start in range(0, last + 1, PIECE):
            self.complete = start == last
            yield self._body[start : start + PIECE]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
