"""SMTP: one message per recipient on a kept connection, for a centre with its own mail server.

Sources: RFC 5321 (who is responsible for a message and from when: the reply to the final dot), RFC 3463 (enhanced
status codes). The marks of a batch are filled in here, as SendGrid does on its side.
"""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr, formatdate
from functools import lru_cache
from typing import Final

from outreach.providers.base import (
    NOT_NOW,
    Accepted,
    Busy,
    EmailBatch,
    EmailRecipient,
    Outcome,
    Rejected,
    Unclear,
    Unreachable,
    busy,
)
from outreach.providers.gate import Gate
from outreach.providers.mime import Skeleton

BUSY_WAIT: Final = 60.0  # seconds; SMTP cannot say how long
INVALID_MESSAGE: Final = "invalid_request"
_IMPLICIT_TLS_PORT: Final = 465
_PER_CONNECTION: Final = 100  # messages; many servers hang up on a connection that goes on and on
_IDLE_SECONDS: Final = 30.0
_LONGEST_LINE: Final = 998  # RFC 5322
_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\\\"@]+@[^\s<>(),;\\\"@]+")
_ONE_LINE: Final = re.compile(r"[!-9;-~]+: [^\r\n\0]*")
_LOGIN_NEEDED: Final = frozenset({530, 534, 535, 538})


class _Lost(Exception):
    """The connection broke, or speaks no SMTP."""


@dataclass(slots=True)
class _Line:
    """One open connection."""

    smtp: smtplib.SMTP
    pid: int
    used_at: float
    messages: int = 0


class Smtp:
    """An EmailProvider. Safe to share between threads (each batch takes a connection), and to make before a fork."""

    name = "smtp"

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        starttls: bool = True,
        connect_seconds: float = 10.0,
        read_seconds: float = 60.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._user, self._password = user, password
        self._starttls = starttls
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._tls = tls
        self._idle: list[_Line] = []
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def send(self, batch: EmailBatch, gate: Gate | None = None) -> Mapping[str, Outcome]:
        """One message per recipient, in order; each recipient's key gets its outcome. See EmailProvider.

        When the connection breaks, the others of the batch are not tried: one doubt is enough.
        """
        outcomes: dict[str, Outcome] = {}
        line: _Line | None = None
        halt: Outcome | None = None
        letters = _Letters(batch)
        for place, recipient in enumerate(batch.recipients):
            if gate is not None and halt is None:
                gate.pause(place)
            if halt is None and (line is None or line.messages >= _PER_CONNECTION):
                _quit(line)
                opened = self._open()
                line, halt = (opened, None) if isinstance(opened, _Line) else (None, opened)
            if halt is not None or line is None:
                outcomes[recipient.key] = halt or Unreachable("The mail server could not be reached.")
                continue
            if gate is not None and not gate.begin(place):
                outcomes[recipient.key] = halt = NOT_NOW
                continue
            outcomes[recipient.key], halt = _deliver(line, letters, recipient)
            if gate is not None:
                gate.end(place)
        if halt is None and line is not None:
            self._keep(line)
        else:
            _quit(line)
        return outcomes

    def close(self) -> None:
        """Closes the kept connections; the next call opens new ones."""
        with self._lock:
            lines, self._idle = self._idle, []
        for line in lines:
            _quit(line)

    def _forget(self) -> None:
        # A forked child: the connections belong to the parent, and the lock may have been held.
        self._lock, self._idle = threading.Lock(), []

    def _keep(self, line: _Line) -> None:
        line.used_at = time.monotonic()
        with self._lock:
            self._idle.append(line)

    def _open(self) -> _Line | Unreachable | Busy:
        """A kept connection that still answers, or a new one."""
        while True:
            with self._lock:
                line = self._idle.pop() if self._idle else None
            if line is None:
                return self._connect()
            fresh = time.monotonic() - line.used_at < _IDLE_SECONDS and line.messages < _PER_CONNECTION
            if fresh and _alive(line):
                return line
            _quit(line)

    def _connect(self) -> _Line | Unreachable | Busy:
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._dial()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._read_seconds)
                # Message and final dot are two writes; Nagle's algorithm would hold the dot back 40 ms each time.
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if self._starttls and self._port != _IMPLICIT_TLS_PORT:
                if not smtp.has_extn("starttls"):
                    smtp.close()
                    return Unreachable(
                        "The mail server does not offer STARTTLS; set SMTP_STARTTLS=no if so meant.", True
                    )
                smtp.starttls(context=self._context())
                smtp.ehlo()
            if self._user:
                smtp.login(self._user, self._password)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if smtp is not None:
                smtp.close()
            return _no_connection(error)
        return _Line(smtp, os.getpid(), time.monotonic())

    def _dial(self) -> smtplib.SMTP:
        if self._port == _IMPLICIT_TLS_PORT:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._connect_seconds, context=self._context())
        return smtplib.SMTP(self._host, self._port, timeout=self._connect_seconds)

    def _context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()


def _no_connection(error: Exception) -> Unreachable | Busy:
    """Why there is no connection. The kind of error and the number alone: the words may quote the login."""
    if isinstance(error, smtplib.SMTPResponseException):
        if 400 <= error.smtp_code < 500:
            return busy(BUSY_WAIT)
        refused_us = isinstance(error, smtplib.SMTPAuthenticationError) or error.smtp_code >= 500
        return Unreachable(f"The mail server refused the connection ({error.smtp_code}).", stop=refused_us)
    stop = isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError)
    return Unreachable(f"The mail server could not be reached ({type(error).__name__}).", stop=stop)


def _alive(line: _Line) -> bool:
    try:
        return line.smtp.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _quit(line: _Line | None) -> None:
    if line is None:
        return
    # SMTP.quit waits for an answer; on a broken connection closing is all there is.
    with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
        if line.smtp.sock is not None:
            line.smtp.sock.settimeout(2.0)
        line.smtp.putcmd("quit")
    line.smtp.close()


def _deliver(line: _Line, letters: _Letters, recipient: EmailRecipient) -> tuple[Outcome, Outcome | None]:
    """One message: its outcome, and what it means for the rest of the batch (None: go on)."""
    try:
        message_id, raw = letters.write(recipient)
    except (ValueError, LookupError):
        return Rejected(INVALID_MESSAGE, "The email could not be written: an address or a header is invalid."), None
    line.messages += 1
    dotted = False
    try:
        with _speaking():
            refusal = _envelope(line.smtp, letters.sender, recipient.to)
            if refusal is not None:
                return refusal
            line.smtp.send(raw)
            dotted = True
            line.smtp.send(b".\r\n")
            code, reply = line.smtp.getreply()
    except _Lost as lost:
        if dotted:
            rest = Unreachable("The mail server hung up in the middle of the batch.")
            return Unclear(f"The mail server gave no answer after the message was handed over ({lost})."), rest
        gone = Unreachable(f"The mail server hung up before the message was handed over ({lost}).")
        return gone, gone
    if 200 <= code < 300:
        return Accepted(message_id), None
    if not 400 <= code < 600:
        return Unclear("The mail server's answer cannot be read."), Unreachable("The mail server speaks no SMTP.")
    return _refusal(code, reply)


@contextlib.contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _Lost(type(error).__name__) from None


def _envelope(smtp: smtplib.SMTP, sender: str, to: str) -> tuple[Outcome, Outcome | None] | None:
    """MAIL, RCPT and DATA up to "go ahead" (None), or what a refusal means for this message and for the rest."""
    code, reply = smtp.mail(sender)
    if code >= 500:  # about us, not about the recipient
        say = f"The mail server does not take mail from our sender address ({_status(code, reply)})."
        return Unreachable(say, stop=True), Unreachable(say, stop=True)
    if code == 250:
        try:
            code, reply = smtp.rcpt(to)
        except ValueError:  # a line break or a letter beyond ASCII in the address
            return _reset(smtp, Rejected(INVALID_MESSAGE, "The address cannot be used."))
        if code in (250, 251):
            code, reply = smtp.docmd("DATA")
            if code == 354:
                return None
    if not 400 <= code < 600:
        raise smtplib.SMTPServerDisconnected
    refusal, rest = _refusal(code, reply)
    return (refusal, rest) if rest is not None else _reset(smtp, refusal)


def _reset(smtp: smtplib.SMTP, refusal: Outcome) -> tuple[Outcome, Outcome | None]:
    """Makes the connection ready for the next message; a server that hangs up now has still refused this one."""
    try:
        smtp.rset()
    except (smtplib.SMTPException, OSError):
        return refusal, Unreachable("The mail server hung up in the middle of the batch.")
    return refusal, None


def _refusal(code: int, reply: bytes) -> tuple[Outcome, Outcome | None]:
    """A 4xx or 5xx reply about one message. 421 and a missing login are about the whole connection."""
    if code in _LOGIN_NEEDED:
        ours = Unreachable(f"The mail server wants another login ({_status(code, reply)}).", stop=True)
        return ours, ours
    if code < 500:
        later = busy(BUSY_WAIT)
        return later, later if code == 421 else None
    status = _status(code, reply)
    return Rejected(status, f"The mail server refused it ({status})."), None


def _status(code: int, reply: bytes) -> str:
    """The enhanced status of a reply ("5.1.1"), or its number. Never its words: they quote addresses."""
    found = _ENHANCED.match(reply.decode("ascii", "replace"))
    return found[1] if found else str(code)


class _Letters:
    """The messages of one batch. What is the same for everyone is written once; see mime.py."""

    def __init__(self, batch: EmailBatch) -> None:
        self._batch = batch
        self.sender = batch.from_address
        self._domain = batch.from_address.rpartition("@")[2] or "localhost"
        self._bodies: dict[frozenset[str], Skeleton] = {}

    def write(self, recipient: EmailRecipient) -> tuple[str, bytes]:
        """The Message-ID and the whole message, dots doubled, without the final dot.

        Raises ValueError when a header or an address cannot be written.
        """
        batch, fill = self._batch, _filler(recipient.substitutions)
        message_id = f"<{recipient.key}@{self._domain}>"
        if not _ADDRESS.fullmatch(recipient.to):
            raise ValueError("not an address")
        headers = [
            ("To", recipient.to),
            ("Subject", fill(recipient.subject or batch.subject)),
            ("Date", formatdate()),
            ("Message-ID", message_id),
            ("X-Outreach-Id", recipient.key),
            *((name, fill(value)) for name, value in recipient.headers.items()),
            ("MIME-Version", "1.0"),
        ]
        if batch.reply_to:
            headers.insert(0, ("Reply-To", batch.reply_to))
        lines = [_from_line(recipient.from_name or batch.from_name, batch.from_address)]
        lines += [_header(name, value) for name, value in headers]
        return message_id, b"".join(lines) + self._body(recipient).fill(recipient.substitutions)

    def _body(self, recipient: EmailRecipient) -> Skeleton:
        marks = frozenset(recipient.substitutions)
        if marks not in self._bodies:
            self._bodies[marks] = Skeleton(self._batch.text, self._batch.html, marks)
        return self._bodies[marks]


def _from_line(name: str, address: str) -> bytes:
    if not address.isascii() or not _ADDRESS.fullmatch(address):
        raise ValueError("not an address")
    if name.isascii() and "=?" not in name:
        return _header("From", formataddr((name, address)))
    return _encoded("From", name)[:-2] + f" <{address}>\r\n".encode()


def _header(name: str, value: str) -> bytes:
    """One header line, as it is when it fits a line of RFC 5322.

    Folding at 78 characters would break the long URL of a List-Unsubscribe header, which mailbox providers then do not
    read. Raises ValueError for what would end the line, and for what no mail can carry.
    """
    line = f"{name}: {value}"
    if line.isascii() and len(line) <= _LONGEST_LINE and "=?" not in value:
        if not _ONE_LINE.fullmatch(line):
            raise ValueError("not one header line")
        return line.encode() + b"\r\n"
    return _encoded(name, value)


def _encoded(name: str, value: str) -> bytes:
    if not _ONE_LINE.fullmatch(f"{name}: {value}"):
        raise ValueError("not one header line")
    written = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {written}\r\n".encode()


def _filler(substitutions: Mapping[str, str]) -> Callable[[str], str]:
    """A function that replaces the marks in one pass, so a mark inside a person's own words stays words."""
    marks = sorted((mark for mark in substitutions if mark), key=len, reverse=True)
    if not marks:
        return lambda text: text
    pattern = _pattern(tuple(marks))
    return lambda text: pattern.sub(lambda found: substitutions[found[0]], text)


@lru_cache(maxsize=64)
def _pattern(marks: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, marks)))
