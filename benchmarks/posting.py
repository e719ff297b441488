"""A client that posts ready HTTP requests over kept connections, in a process of its own: python -m benchmarks.posting."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def served(threads: int) -> Iterator[int]:
    """Our own pages and webhooks behind the real web server; gives its port."""
    from django.db import connections
    from waitress.server import create_server

    from outreach.wsgi import application

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it is meant to be full
    server = create_server(application, host="127.0.0.1", port=0, threads=threads, recv_bytes=65_536)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.close()
        thread.join(timeout=5)
        connections.close_all()


def post_all(port: int, requests: Sequence[bytes], *, connections: int, folder: Path) -> dict[str, Any]:
    """Posts every request; gives the seconds it took and how many answers there were of each status."""
    file = folder / "requests"
    file.write_bytes(b"".join(len(one).to_bytes(4, "big") + one for one in requests))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.posting", str(port), str(connections), str(file)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _post(port: int, waiting: list[bytes], answers: dict[str, int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while waiting:
        writer.write(waiting.pop())
        head = await reader.readuntil(b"\r\n\r\n")
        status = head.split(b" ", 2)[1].decode()
        answers[status] = answers.get(status, 0) + 1
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                await reader.readexactly(int(line.split(b":")[1]))
    writer.close()


async def _main(port: int, connections: int, file: str) -> None:
    raw = Path(file).read_bytes()
    waiting: list[bytes] = []
    at = 0
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 4], "big")
        waiting.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    waiting.reverse()
    answers: dict[str, int] = {}
    loop = asyncio.get_running_loop()
    start = loop.time()
    await asyncio.gather(*(_post(port, waiting, answers) for _ in range(connections)))
    print(json.dumps({"seconds": loop.time() - start, "answers": answers}))


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
