"""Providers of the benchmarks' own: they take everything on loopback, and know when."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

_SPAWN = multiprocessing.get_context("spawn")
_CREATED = b'{"sid": "SM00000000000000000000000000000000", "status": "queued", "error_code": null}'
_ANSWER = (
    b"HTTP/1.1 %d Taken\r\nContent-Type: application/json\r\nX-Message-Id: 14c5d75ce93\r\nContent-Length: %d\r\n\r\n%b"
)


@contextmanager
def http_sink(delay: float = 0.0, status: int = 201) -> Iterator[tuple[int, Callable[[], list[float]]]]:
    """An HTTP server on a process of its own that takes every request like Twilio (201) or SendGrid (202), `delay` seconds later.

    Gives its port, and a function that gives the moments (time.monotonic()) at which requests were complete.
    """
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(theirs, delay, status), daemon=True)
    process.start()
    try:
        yield ours.recv(), lambda: (ours.send("moments"), ours.recv())[1]
    finally:
        process.terminate()
        process.join(5)


def _serve(pipe: Connection, delay: float, status: int) -> None:
    answer = _ANSWER % (status, len(_CREATED), _CREATED)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    moments: list[float] = []

    class Taker(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
            self.got = b""

        def data_received(self, data: bytes) -> None:
            self.got += data
            while (head := self.got.find(b"\r\n\r\n")) >= 0:
                at = self.got.lower().find(b"content-length:", 0, head)
                length = int(self.got[at + 15 : self.got.index(b"\r\n", at)]) if at >= 0 else 0
                if len(self.got) < head + 4 + length:
                    return
                moments.append(time.monotonic())
                self.got = self.got[head + 4 + length :]
                if delay:
                    asyncio.get_running_loop().call_later(delay, self.transport.write, answer)
                else:
                    self.transport.write(answer)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Taker, "127.0.0.1", 0, backlog=512)

        def told() -> None:
            pipe.recv()
            pipe.send(moments)

        loop.add_reader(pipe.fileno(), told)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())
