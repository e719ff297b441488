"""One open SMTP connection, spoken to in groups of commands where the server offers it (RFC 2920, PIPELINING).

A group may begin with a message's content and its final dot, and go on with the next message's envelope; DATA ends a
group, since its reply must be there before the content. smtplib has greeted, encrypted and logged in; from there on
this reads and writes its socket, because smtplib waits for the reply to every command.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import time
from typing import Final, TypeAlias

from outreach.providers.base import Outcome, Rejected, Unclear, Unreachable, busy

BUSY_WAIT: Final = 60.0  # seconds; SMTP cannot say how long
_LONGEST_LINE: Final = 8192  # bytes
_MOST_LINES: Final = 100
_HOPED: Final = {"MAIL": (250,), "RCPT": (250, 251), "DATA": (354,)}
_ENHANCED: Final = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_LOGIN_NEEDED: Final = frozenset({530, 534, 535, 538})
HUNG_UP: Final = Unreachable("The mail server hung up in the middle of the batch.")
_Step: TypeAlias = tuple[str, bytes]


class Lost(Exception):
    """The connection broke, or speaks no SMTP. `handed`: the final dot of the message at hand may have gone out."""

    def __init__(self, kind: str, handed: bool = False) -> None:
        super().__init__(kind)
        self.handed = handed


class Line:
    """A connection after its login. Every method but `quit` and `alive` raises Lost when it breaks."""

    def __init__(self, smtp: smtplib.SMTP, read_seconds: float) -> None:
        assert smtp.sock is not None and smtp.file is not None  # the greeting was read
        self._smtp, self._sock, self._file = smtp, smtp.sock, smtp.file
        self._seconds = read_seconds
        smtp.sock.settimeout(read_seconds)  # of one read or write
        self._got = b""
        self._ahead: tuple[_Step, ...] = ()  # the next envelope, when it went out behind a message
        self._unfinished = False  # a sender was accepted whose message never came
        self._midway = False  # what is written now would be part of a message, or never be read
        self.pipelining = smtp.has_extn("pipelining")
        self.used_at = time.monotonic()
        self.messages = 0

    def alive(self) -> bool:
        """Whether the server still answers."""
        try:
            self._write(b"NOOP\r\n")
            return self._reply()[0] == 250
        except Lost:
            return False

    def quit(self) -> None:
        """Takes leave without waiting for the answer; on a broken connection closing is all there is."""
        if not self._midway:
            with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
                self._sock.settimeout(2.0)
                self._smtp.putcmd("quit")
        self._smtp.close()

    def envelope(self, sender: str, to: str) -> tuple[Outcome, Outcome | None] | None:
        """MAIL, RCPT and DATA up to "go ahead" (None), or what a refusal means for this message and for the rest.

        When they went out behind the last message, only the replies are read.
        """
        self._midway = True
        sent = bool(self._ahead) or self.pipelining
        steps = self._ahead or self._steps(sender, to)
        if sent and not self._ahead:
            self._write(b"".join(command for _, command in steps))
        self._ahead = ()
        refusal: tuple[Outcome, Outcome | None] | None = None
        for word, command in steps:
            if not sent:
                self._write(command)
            try:
                code, text = self._reply()
                if refusal is None:
                    refusal = self._refused(word, code, text)
                elif word == "DATA" and code == 354:  # it waits for a message that is for nobody
                    self._write(b".\r\n")
                    self._reply()
                    self._unfinished = False
            except Lost:
                if refusal is None:
                    raise
                return refusal[0], refusal[1] or HUNG_UP  # what was refused before stays refused
            if refusal is not None and (not sent or code == 421):
                break
        self._midway = refusal is None
        return refusal

    def hand_over(self, raw: bytes, sender: str, following: str | None) -> None:
        """The content after a "go ahead", its final dot and the envelope of the `following` address, in one write."""
        self._unfinished = False
        tail = b".\r\n"
        if following is not None:
            self._ahead = self._steps(sender, following)
            tail += b"".join(command for _, command in self._ahead)
        if isinstance(self._sock, ssl.SSLSocket):
            # A broken write over TLS does not say how much of it went out: the dot must not be part of the content's.
            self._write(raw)
            self._write(tail, handed=True)
        else:
            self._write(raw + tail, dot_at=len(raw))

    def verdict(self) -> tuple[Outcome | None, Outcome | None]:
        """The reply to the final dot: what it means for the message (None: taken) and for the rest (None: go on)."""
        try:
            code, text = self._reply()
        except Lost as lost:
            raise Lost(str(lost), handed=True) from None
        self._midway = bool(self._ahead)
        if 200 <= code < 300:
            return None, None
        if not 400 <= code < 600:
            return Unclear("The mail server's answer cannot be read."), Unreachable("The mail server speaks no SMTP.")
        return _refusal(code, text)

    def _steps(self, sender: str, to: str) -> tuple[_Step, ...]:
        steps = (
            ("MAIL", f"MAIL FROM:<{sender}>\r\n".encode("ascii")),
            ("RCPT", f"RCPT TO:<{to}>\r\n".encode("ascii")),
            ("DATA", b"DATA\r\n"),
        )
        return (("RSET", b"RSET\r\n"), *steps) if self._unfinished else steps

    def _refused(self, word: str, code: int, text: bytes) -> tuple[Outcome, Outcome | None] | None:
        """What the reply to one command means; None: as hoped for."""
        if word == "RSET":
            self._unfinished = False
            return None
        if code in _HOPED[word]:
            self._unfinished = word != "DATA"
            return None
        if word == "MAIL" and 500 <= code < 600:  # about us, not about the recipient
            say = f"The mail server does not take mail from our sender address ({_status(code, text)})."
            return Unreachable(say, stop=True), Unreachable(say, stop=True)
        if not 400 <= code < 600:
            raise Lost("no SMTP")
        return _refusal(code, text)

    def _write(self, data: bytes, handed: bool = False, dot_at: int | None = None) -> None:
        """`dot_at`: where the final dot stands in it; once that is out, the message may be taken."""
        view, sent = memoryview(data), 0
        try:
            while sent < len(data):
                sent += self._sock.send(view[sent:])
        except (OSError, ValueError) as error:
            raise Lost(type(error).__name__, handed or (dot_at is not None and sent > dot_at)) from None

    def _reply(self) -> tuple[int, bytes]:
        """The code of a whole reply (0: it is no reply) and the words of its last line. Bounded as a whole, too."""
        until = time.monotonic() + self._seconds
        for _ in range(_MOST_LINES):
            line = self._line(until)
            code = int(line[:3]) if line[:3].isdigit() else 0
            if not code or line[3:4] != b"-":
                return code, line[4:]
        raise Lost("endless reply")

    def _line(self, until: float) -> bytes:
        while (end := self._got.find(b"\n")) < 0:
            late = time.monotonic() > until
            if late or len(self._got) > _LONGEST_LINE:
                raise Lost("TimeoutError" if late else "endless line")
            try:
                piece = self._file.read1(_LONGEST_LINE)
            except (OSError, ValueError) as error:
                raise Lost(type(error).__name__) from None
            if not piece:
                raise Lost("closed")
            self._got += piece
        if end > _LONGEST_LINE:
            raise Lost("endless line")
        line, self._got = self._got[:end], self._got[end + 1 :]
        return line


def _refusal(code: int, text: bytes) -> tuple[Outcome, Outcome | None]:
    """A 4xx or 5xx reply about one message. 421 and a missing login are about the whole connection."""
    if code in _LOGIN_NEEDED:
        ours = Unreachable(f"The mail server wants another login ({_status(code, text)}).", stop=True)
        return ours, ours
    if code < 500:
        later = busy(BUSY_WAIT)
        return later, later if code == 421 else None
    status = _status(code, text)
    return Rejected(status, f"The mail server refused it ({status})."), None


def _status(code: int, text: bytes) -> str:
    """The enhanced status of a reply ("5.1.1"), or its number. Never its words: they quote addresses."""
    found = _ENHANCED.match(text)
    return found[1].decode() if found else str(code)
