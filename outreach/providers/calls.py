"""HTTP calls to a provider on kept connections, many in flight, each bounded in time as a whole.

What a call may mean is decided by how far its body was handed over (see handover.py). An answer that trickles in, byte
after byte, never runs into a limit between two reads; so there is one for the whole call too.
"""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import aiohttp
from yarl import URL

from outreach.providers import background
from outreach.providers.base import NOT_NOW, Busy, Unclear, Unreachable
from outreach.providers.gate import Gate
from outreach.providers.handover import Handover

# What aiohttp raises for trouble of the connection, the protocol or the clock; a timeout is an OSError.
TROUBLE: Final = (aiohttp.ClientError, OSError, ValueError)
_ANSWER_LIMIT: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` find names in any case; `body` is None when it could not be read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class _Session:
    loop: asyncio.AbstractEventLoop
    pid: int
    http: aiohttp.ClientSession
    places: asyncio.Semaphore


class Caller:
    """The connections to one provider. Safe to share between threads, and to make before a fork.

    `in_flight`: the most calls at a time. A call ends after `total_seconds`, whatever comes in. Its methods run on the
    background loop.
    """

    def __init__(
        self,
        name: str,
        headers: Mapping[str, str],
        *,
        in_flight: int,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
        idle_seconds: float = 15.0,
    ) -> None:
        self._name, self._headers = name, dict(headers)
        self.in_flight = max(1, in_flight)
        # `connect` covers name, TCP and TLS.
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, connect=connect_seconds, sock_read=read_seconds)
        # A connection unused for longer may have been dropped on the way without a word.
        self._idle_seconds = idle_seconds
        self._session: _Session | None = None

    async def post(
        self, url: URL, body: bytes, headers: Mapping[str, str], gate: Gate | None = None, place: int = 0
    ) -> Answer | Busy | Unreachable | Unclear:
        """One call with this body, when the gate lets it go. Without an answer: what that means for the message."""
        handover = Handover(body, None if gate is None else partial(gate.begin, place))
        sized = {**headers, "Content-Length": str(len(body))}
        try:
            async with (
                self._places() as http,
                http.post(url, data=aiter(handover), headers=sized, allow_redirects=False) as response,
            ):
                if gate is not None:
                    gate.end(place)
                return Answer(response.status, response.headers, await _read(response))
        except TROUBLE as error:
            if handover.shut:
                return NOT_NOW
            kind = type(error).__name__  # the kind alone: its words may quote the address we called
            if handover.complete:
                return Unclear(f"{self._name} gave no answer that can be read ({kind}).")
            return Unreachable(f"{self._name} could not be reached ({kind}).")

    async def get(self, url: URL) -> Answer:
        """Reads a page. Raises one of TROUBLE."""
        async with self._places() as http, http.get(url, allow_redirects=False) as response:
            return Answer(response.status, response.headers, await _read(response))

    def close(self) -> None:
        """Closes the kept connections; the next call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            _close(session)

    @asynccontextmanager
    async def _places(self) -> AsyncIterator[aiohttp.ClientSession]:
        session = self._open()
        async with session.places:
            yield session.http

    def _open(self) -> _Session:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.loop is not loop:
            http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.in_flight, keepalive_timeout=self._idle_seconds),
                headers=self._headers,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            self._session = _Session(loop, os.getpid(), http, asyncio.Semaphore(self.in_flight))
            _open_ones.add(self._session)
        return self._session


# Every open session. In a forked child the parent's stay here unused: closing them is the parent's to do.
_open_ones: set[_Session] = set()


def _close(session: _Session) -> None:
    if session in _open_ones and session.pid == os.getpid():
        _open_ones.discard(session)
        background.run(session.http.close())


@atexit.register
def _close_all() -> None:
    for session in tuple(_open_ones):
        _close(session)


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The body; None when it breaks off or is endless. The status is known by then and still counts."""
    pieces = bytearray()
    try:
        async for piece in response.content.iter_any():
            pieces += piece
            if len(pieces) > _ANSWER_LIMIT:
                response.close()
                return None
    except TROUBLE:
        return None
    return bytes(pieces)
