"""SMTP: one message per recipient on a kept connection, for a centre with its own mail server.

Sources: RFC 5321 (who is responsible for a message and from when: the reply to the final dot), RFC 3463 (enhanced
status codes), RFC 2920 (command pipelining). The marks of a batch are filled in here, as SendGrid does on its side.
"""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from outreach.providers.base import (
    NOT_NOW,
    Accepted,
    Busy,
    EmailBatch,
    Outcome,
    Rejected,
    Unclear,
    Unreachable,
    busy,
)
from outreach.providers.gate import Gate
from outreach.providers.letters import Letter, Letters
from outreach.providers.smtp_line import BUSY_WAIT, HUNG_UP, Line, Lost

INVALID_MESSAGE: Final = "invalid_request"
_IMPLICIT_TLS_PORT: Final = 465
_PER_CONNECTION: Final = 100  # messages; many servers hang up on a connection that goes on and on
_IDLE_SECONDS: Final = 30.0


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
        self._idle: list[Line] = []
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def send(self, batch: EmailBatch, gate: Gate | None = None) -> Mapping[str, Outcome]:
        """One message per recipient, in order; each recipient's key gets its outcome. See EmailProvider.

        When the connection breaks, the others of the batch are not tried: one doubt is enough.
        """
        round_ = _Round(batch, gate)
        line: Line | None = None
        while round_.halt is None and round_.has_more():
            if line is None or line.messages >= _PER_CONNECTION:
                if line is not None:
                    line.quit()
                opened = self._open()
                if not isinstance(opened, Line):
                    line, round_.halt = None, opened
                    break
                line = opened
            round_.deliver(line)
        if line is not None:
            if round_.halt is None:
                self._keep(line)
            else:
                line.quit()
        return round_.outcomes()

    def close(self) -> None:
        """Closes the kept connections; the next call opens new ones."""
        with self._lock:
            lines, self._idle = self._idle, []
        for line in lines:
            line.quit()

    def _forget(self) -> None:
        # A forked child: the connections belong to the parent, and the lock may have been held.
        self._lock, self._idle = threading.Lock(), []

    def _keep(self, line: Line) -> None:
        line.used_at = time.monotonic()
        with self._lock:
            self._idle.append(line)

    def _open(self) -> Line | Unreachable | Busy:
        """A kept connection that still answers, or a new one."""
        while True:
            with self._lock:
                line = self._idle.pop() if self._idle else None
            if line is None:
                return self._connect()
            fresh = time.monotonic() - line.used_at < _IDLE_SECONDS and line.messages < _PER_CONNECTION
            if fresh and line.alive():
                return line
            line.quit()

    def _connect(self) -> Line | Unreachable | Busy:
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._dial()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._read_seconds)
                # Small writes follow each other; Nagle's algorithm would hold the second one back for 40 ms.
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
        return Line(smtp, self._read_seconds)

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


class _Round:
    """The messages of one batch on their way: the next ones are written while the server is busy with the last."""

    def __init__(self, batch: EmailBatch, gate: Gate | None) -> None:
        self.halt: Outcome | None = None  # what everyone left gets
        self._gate = gate
        self._outcomes: dict[str, Outcome | None] = dict.fromkeys(r.key for r in batch.recipients)
        self._letters = Letters(batch)
        self._unwritten = self._write_all(batch)
        self._ready: deque[tuple[int, Letter]] = deque()

    def has_more(self) -> bool:
        """Whether a letter waits."""
        self._write_ahead(1)
        return bool(self._ready)

    def outcomes(self) -> dict[str, Outcome]:
        """Every key's outcome."""
        left = self.halt or Unreachable("The mail server could not be reached.")
        return {key: left if outcome is None else outcome for key, outcome in self._outcomes.items()}

    def deliver(self, line: Line) -> None:
        """The next letter, over this line."""
        place, letter = self._ready.popleft()
        if self._gate is not None:
            self._gate.pause(place)
        line.messages += 1
        try:
            self._outcomes[letter.key] = self._handed_over(line, place, letter)
        except Lost as lost:
            if lost.handed:
                self.halt = HUNG_UP
                say = f"The mail server gave no answer after the message was handed over ({lost})."
                self._outcomes[letter.key] = Unclear(say)
            else:
                say = f"The mail server hung up before the message was handed over ({lost})."
                self._outcomes[letter.key] = self.halt = Unreachable(say)

    def _handed_over(self, line: Line, place: int, letter: Letter) -> Outcome:
        refused = line.envelope(self._letters.sender, letter.to)
        if refused is not None:
            outcome, self.halt = refused
            return outcome
        if self._gate is not None and not self._gate.begin(place):
            self.halt = NOT_NOW  # the server waits for a message that will not come: this line is of no more use
            return NOT_NOW
        line.hand_over(letter.raw, self._letters.sender, self._following(line))
        self._write_ahead(2)
        refusal, self.halt = line.verdict()
        if self._gate is not None:
            self._gate.end(place)
        return Accepted(letter.message_id) if refusal is None else refusal

    def _following(self, line: Line) -> str | None:
        """Whose envelope may go out behind this message."""
        self._write_ahead(1)
        if not self._ready or not line.pipelining or line.messages >= _PER_CONNECTION:
            return None
        place, letter = self._ready[0]
        return letter.to if self._gate is None or not self._gate.delay(place) else None

    def _write_ahead(self, count: int) -> None:
        while len(self._ready) < count and (written := next(self._unwritten, None)):
            self._ready.append(written)

    def _write_all(self, batch: EmailBatch) -> Iterator[tuple[int, Letter]]:
        for place, recipient in enumerate(batch.recipients):
            try:
                letter = self._letters.write(recipient)
            except (ValueError, LookupError):
                say = "The email could not be written: an address or a header is invalid."
                self._outcomes[recipient.key] = Rejected(INVALID_MESSAGE, say)
                continue
            yield place, letter
