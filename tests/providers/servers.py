"""Small real servers that misbehave on the wire in ways a well-made server library never would."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue

CLOSE = "close"  # answer nothing, close
RESET = "reset"  # answer nothing, reset
HANG = "hang"  # answer nothing, keep the connection open
TRICKLE = "trickle"  # a good answer, one byte after the other, for three seconds
GARBAGE = b"\x00\xffthis is no status line\r\n\r\n"


def http(status: int, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    """An HTTP answer; `length` other than the body's makes it break off."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@dataclass(frozen=True)
class Request:
    """What one HTTP request said."""

    start: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Wire:
    """A listening socket whose connections are served by `serve` on threads; `connections` counts them."""

    port: int
    ended: threading.Event
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    told: SimpleQueue[Request] = field(default_factory=SimpleQueue)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def listening(serve: Callable[[Wire, socket.socket], None]) -> Iterator[Wire]:
    """A server for the time of the block."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    wire = Wire(listener.getsockname()[1], threading.Event())
    open_ones: list[socket.socket] = []

    def one(connection: socket.socket) -> None:
        with suppress(OSError, EOFError):
            serve(wire, connection)
        with suppress(OSError):
            connection.close()

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                wire.connections += 1
                open_ones.append(connection)
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.ended.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in open_ones:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextmanager
def web(*acts: bytes | str) -> Iterator[Wire]:
    """Reads whole HTTP requests and acts the next act for each; the last one goes on for ever."""
    left: list[bytes | str] = list(acts)
    turn = threading.Lock()

    def serve(wire: Wire, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while True:
                request = _read_request(stream)
                with turn:
                    wire.requests.append(request)
                    act = left.pop(0) if len(left) > 1 else left[0]
                wire.told.put(request)
                if isinstance(act, bytes):
                    connection.sendall(act)
                    if act == GARBAGE or b"Content-Length: 99999" in act:
                        return
                    continue
                _leave(wire, connection, act)
                return

    with listening(serve) as wire:
        yield wire


@contextmanager
def cut_in_the_middle(after: int) -> Iterator[Wire]:
    """Resets each connection after reading a number of bytes of the request."""

    def serve(wire: Wire, connection: socket.socket) -> None:
        read = 0
        while read < after:
            piece = connection.recv(4096)
            if not piece:
                return
            read += len(piece)
        _leave(wire, connection, RESET)

    with listening(serve) as wire:
        yield wire


@contextmanager
def mail(
    script: Sequence[tuple[str, bytes | str]], *, banner: bytes | str = b"220 test ESMTP\r\n", pipelining: bool = False
) -> Iterator[Wire]:
    """An SMTP server that follows a script: (beginning of a command or "." for the end of a message, its answer).

    "CONTENT" breaks off in the middle of a message. What is in no line of the script is answered as a well-behaved
    server would. A line is used once. `requests` holds the messages that came to their final dot, whatever was answered.
    """
    left = list(script)

    def serve(wire: Wire, connection: socket.socket) -> None:
        if isinstance(banner, str):
            _leave(wire, connection, banner)
            return
        connection.sendall(banner)
        invited = False  # a recipient was accepted
        with connection.makefile("rb") as stream:
            while line := stream.readline():
                word = line[:4].upper()
                usual = b"250-test\r\n250 PIPELINING\r\n" if pipelining and word == b"EHLO" else _usual(line)
                if word == b"DATA" and not invited:
                    usual = b"554 5.5.1 no valid recipients\r\n"
                act = _take(left, line) or usual
                invited = act[:2] == b"25" if word == b"RCPT" else invited and word != b"MAIL"
                if isinstance(act, str):
                    _leave(wire, connection, act)
                    return
                connection.sendall(act)
                if line.upper().startswith(b"DATA") and act.startswith(b"354"):
                    body = b""
                    if isinstance(broken := _take(left, b"CONTENT"), str):
                        stream.read(1000)
                        _leave(wire, connection, broken)
                        return
                    while not (body.endswith(b"\r\n.\r\n") or body == b".\r\n"):
                        piece = stream.readline()
                        if not piece:
                            return
                        body += piece
                    wire.requests.append(Request("DATA", {}, body))
                    act = _take(left, b".") or b"250 2.0.0 queued\r\n"
                    if isinstance(act, str):
                        _leave(wire, connection, act)
                        return
                    connection.sendall(act)

    with listening(serve) as wire:
        yield wire


@contextmanager
def deaf() -> Iterator[int]:
    """A port whose queue of waiting connections is full, so that connecting takes for ever."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    fillers = []
    for _ in range(3):
        filler = socket.socket()
        filler.setblocking(False)
        with suppress(BlockingIOError):
            filler.connect(listener.getsockname())
        fillers.append(filler)
    try:
        yield listener.getsockname()[1]
    finally:
        for one in (*fillers, listener):
            one.close()


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _read_request(stream: object) -> Request:
    readline = stream.readline  # type: ignore[attr-defined]
    start = readline()
    if not start:
        raise EOFError
    headers = {}
    while line := readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))  # type: ignore[attr-defined]
    return Request(start.decode("latin-1").strip(), headers, body)


def _leave(wire: Wire, connection: socket.socket, how: str) -> None:
    if how == HANG:
        wire.ended.wait(60)
        return
    if how == RESET:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        return
    if how == TRICKLE:
        connection.sendall(b"HTTP/1.1 202 Whatever\r\nX-Slow: ")
        for _ in range(150):
            if wire.ended.wait(0.02):
                return
            connection.sendall(b"a")
        connection.sendall(b'\r\nX-Message-Id: slow\r\nContent-Length: 14\r\n\r\n{"sid": "SM1"}')
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _take(left: list[tuple[str, bytes | str]], line: bytes) -> bytes | str | None:
    for place, (start, act) in enumerate(left):
        if line.upper().startswith(start.upper().encode()):
            del left[place]
            return act
    return None


def _usual(line: bytes) -> bytes:
    word = line.split()[0].upper() if line.split() else b""
    return {b"EHLO": b"250 test\r\n", b"DATA": b"354 go ahead\r\n"}.get(word, b"250 2.0.0 ok\r\n")
