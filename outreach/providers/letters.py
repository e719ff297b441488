"""The emails of one batch as bytes for SMTP: headers per person, a body written once and filled per person (mime.py).

Sources: RFC 5322 (headers and their lines), RFC 2047 (words beyond ASCII), RFC 5321 section 4.5.2 (dots).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.utils import formataddr, formatdate
from functools import lru_cache
from typing import Final

from outreach.providers.base import EmailBatch, EmailRecipient
from outreach.providers.mime import Skeleton

_LONGEST_LINE: Final = 998  # RFC 5322
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\\\"@]+@[^\s<>(),;\\\"@]+")
_ONE_LINE: Final = re.compile(r"[!-9;-~]+: [^\r\n\0]*")
_NAME: Final = re.compile(r"[!-9;-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's email: `raw` is the whole message, dots doubled, without the final dot. `to` is fit for a command."""

    key: str
    to: str = field(repr=False)
    message_id: str
    raw: bytes = field(repr=False)


class Letters:
    """The messages of one batch. What is the same for everyone is written once, the date too.

    `sender`: the address for the envelope.
    """

    def __init__(self, batch: EmailBatch) -> None:
        self._batch = batch
        self.sender = batch.from_address
        self._domain = batch.from_address.rpartition("@")[2] or "localhost"
        self._bodies: dict[frozenset[str], Skeleton] = {}
        self._tops: dict[str, str] = {}
        self._date = f"Date: {formatdate()}\r\n"

    def write(self, recipient: EmailRecipient) -> Letter:
        """Raises ValueError when a header or an address cannot be written, LookupError for a mark without its words."""
        fill = _filler(recipient.substitutions)
        if not recipient.to.isascii() or not _ADDRESS.fullmatch(recipient.to):
            raise ValueError("not an address")
        message_id = f"<{recipient.key}@{self._domain}>"
        head = [
            self._top(recipient.from_name or self._batch.from_name),
            _header("To", recipient.to),
            _header("Subject", fill(recipient.subject or self._batch.subject)),
            self._date,
            _header("Message-ID", message_id),
            _header("X-Outreach-Id", recipient.key),
            *[_header(_known(name), fill(value)) for name, value in recipient.headers.items()],
            "MIME-Version: 1.0\r\n",
        ]
        raw = "".join(head).encode("ascii") + self._body(recipient).fill(recipient.substitutions)
        return Letter(recipient.key, recipient.to, message_id, raw)

    def _top(self, name: str) -> str:
        """The lines that name us: From, and Reply-To when there is one."""
        if name not in self._tops:
            reply_to = self._batch.reply_to
            self._tops[name] = _from(name, self.sender) + (_header("Reply-To", reply_to) if reply_to else "")
        return self._tops[name]

    def _body(self, recipient: EmailRecipient) -> Skeleton:
        marks = frozenset(recipient.substitutions)
        if marks not in self._bodies:
            self._bodies[marks] = Skeleton(self._batch.text, self._batch.html, marks)
        return self._bodies[marks]


def _from(name: str, address: str) -> str:
    if not address.isascii() or not _ADDRESS.fullmatch(address):
        raise ValueError("not an address")
    if name.isascii() and "=?" not in name:
        return _header("From", formataddr((name, address)))
    return f"{_encoded('From', name)[:-2]} <{address}>\r\n"


@lru_cache(maxsize=256)
def _known(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of a header")
    return name


def _header(name: str, value: str) -> str:
    """One header line, as it is when it fits a line of RFC 5322; `name` must be fit for one.

    Folding at 78 characters would break the long URL of a List-Unsubscribe header, which mailbox providers then do not
    read. Raises ValueError for what would end the line, and for what no mail can carry.
    """
    line = f"{name}: {value}"
    if line.isascii() and len(line) <= _LONGEST_LINE and "=?" not in value:
        if not line.isprintable() and not _ONE_LINE.fullmatch(line):
            raise ValueError("not one header line")
        return line + "\r\n"
    return _encoded(name, value)


def _encoded(name: str, value: str) -> str:
    if not _ONE_LINE.fullmatch(f"{name}: {value}"):
        raise ValueError("not one header line")
    written = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {written}\r\n"


def _filler(substitutions: Mapping[str, str]) -> Callable[[str], str]:
    """A function that replaces the marks in one pass, so a mark inside a person's own words stays words."""
    pattern = _pattern(tuple(substitutions))
    if pattern is None:
        return lambda text: text
    return lambda text: pattern.sub(lambda found: substitutions[found[0]], text)


@lru_cache(maxsize=64)
def _pattern(marks: tuple[str, ...]) -> re.Pattern[str] | None:
    longest_first = sorted(filter(None, marks), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
