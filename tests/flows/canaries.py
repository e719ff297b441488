"""Canaries: people, words and links planted to be found again, in whatever dress, where none of them may be."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

HOST = "quetzalpost.example.org"
NAMES = ("Quetzalina", "Xilotecatl")
WORDS = "marmalade lighthouse under violet snow"


@dataclass(frozen=True, slots=True)
class Person:
    """One planted person."""

    email: str
    phone: str

    @property
    def national(self) -> str:
        return f"({self.phone[2:5]}) {self.phone[5:8]}-{self.phone[8:]}"


def person(number: int) -> Person:
    return Person(f"wren{number}@{HOST}", f"+1404555{120 + number:04d}")


@dataclass(frozen=True, slots=True)
class Found:
    where: str
    what: str
    line: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} in “{self.line}”"


def in_any_dress(secret: str) -> list[re.Pattern[bytes]]:
    """The ways a secret may stand in a log: as it is, percent-encoded, in hex, in base64 wherever it begins."""
    raw = secret.encode()
    dresses = {raw, quote(secret, safe="").encode(), raw.hex().encode()}
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        dresses.add(encoded[4 if shift else 0 : -1])  # without the letters that depend on what stands around it
    return [re.compile(re.escape(dress), re.I) for dress in sorted(dresses) if len(dress) > 5]


def of_number(phone: str) -> list[re.Pattern[bytes]]:
    """A number however it is written: +14045550121, 404-555-0121, (404) 555 0121, %2B1404…"""
    spaced = r"[ ().\-]{0,2}".join(phone[2:])
    return [re.compile(rf"(?<![0-9a-fA-F]){spaced}(?![0-9a-fA-F])".encode()), re.compile(rf"1{phone[2:]}\b".encode())]


def search(where: str, text: bytes, people: Iterable[Person], tokens: Iterable[str] = ()) -> list[Found]:
    """Every canary in `text`."""
    wanted = {"a host": in_any_dress(HOST), "a message's words": in_any_dress(WORDS)}
    wanted |= {f"the name {name}": in_any_dress(name) for name in NAMES}
    for one in people:
        wanted.setdefault("an address", []).extend(in_any_dress(one.email))
        wanted.setdefault("a number", []).extend(of_number(one.phone))
    for token in tokens:
        wanted.setdefault("a token", []).append(re.compile(token.encode()))
    found = []
    for what, patterns in wanted.items():
        for pattern in patterns:
            if hit := pattern.search(text):
                begin, end = max(0, hit.start() - 120), hit.end() + 80
                found.append(Found(where, what, text[begin:end].decode(errors="replace")))
                break
    return found
