"""An email written once per batch and filled per person: multipart/alternative with quoted-printable parts.

Quoted-printable allows a soft line break anywhere, so the constant text is encoded once, in pieces cut at the marks,
and each person's words are encoded alone and put between soft breaks. What comes out decodes to the filled text.
Sources: RFC 2045 section 6.7 (quoted-printable), RFC 2046 section 5.1 (multipart), RFC 5321 section 4.5.2 (dots).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

_SOFT: Final = b"=\r\n"
_SHORT: Final = 72  # characters that surely stay on one line of 76 (RFC 2045)


class Skeleton:
    """The body of one email with holes where `marks` stand. `fill` gives the bytes for one person, dots doubled."""

    def __init__(self, text: str, html: str, marks: Iterable[str]) -> None:
        parts = [(kind, body) for kind, body in (("plain", text), ("html", html)) if body]
        # A hash of the body cannot stand in the body.
        boundary = "=_" + hashlib.sha256("\0".join(body for _, body in parts).encode(errors="replace")).hexdigest()[:32]
        marked = sorted((mark for mark in marks if mark), key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, marked)) or r"(?!)")
        self._pieces: list[bytes] = []
        self._holes: list[tuple[int, str]] = []
        fixed = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode()
        for kind, body in parts:
            fixed += (
                f'--{boundary}\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            ).encode()
            at = 0
            for found in pattern.finditer(body):
                self._add(fixed + quoted(body[at : found.start()]), found[0])
                fixed, at = _SOFT, found.end()
            fixed += quoted(body[at:]) + b"\r\n"
        self._pieces.append(_dotted(fixed + f"--{boundary}--\r\n".encode()))

    def _add(self, fixed: bytes, mark: str) -> None:
        self._pieces += [_dotted(fixed + _SOFT), b""]
        self._holes.append((len(self._pieces) - 1, mark))

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The body with each mark replaced. Raises KeyError for a mark without a value, UnicodeEncodeError for a lone
        surrogate."""
        encoded = {mark: _words(value) for mark, value in values.items()}
        pieces = self._pieces.copy()
        for index, mark in self._holes:
            pieces[index] = encoded[mark]
        return b"".join(pieces)


def _words(value: str) -> bytes:
    """One person's words, ready to stand between two soft breaks."""
    plain = value.isascii() and value.isprintable() and len(value) <= _SHORT
    if plain and "=" not in value and value[-1:] != " " and value[:1] != ".":
        return value.encode()  # stands for itself
    return _dotted(quoted(value))


def quoted(text: str) -> bytes:
    """The text in quoted-printable with CRLF line ends; decodes to the text with its line ends as CRLF."""
    plain = text.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return binascii.b2a_qp(plain, istext=True).replace(b"\n", b"\r\n")


def _dotted(piece: bytes) -> bytes:
    # Every piece starts a line: the first one, and all others because a soft break ends the piece before.
    return re.sub(rb"(?m)^\.", b"..", piece)
