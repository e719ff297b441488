"""The slots of an email and the marks that stand for them until a person's values are known.

A mark is "-o<ten hex digits>:<h or t>:<slot>-". SendGrid's `substitutions` replace marks literally and without escaping
in subject, text and html alike, so the html part and the text part carry different marks: the html ones are replaced by
escaped values. The hex digits are a hash of all the words that can stand beside the marks, so no author can write one:
the text would have to hold its own hash. No slot name holds a hyphen, so no mark is part of another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final, Literal

Part = Literal["h", "t"]

# In the html part; the text part carries all but the preheader and the subject.
SLOTS: Final = (
    "greeting",
    "unsubscribe_url",
    "preferences_url",
    "read_online_url",
    "preheader",
    "brand",
    "subject",
)
TEXT_SLOTS: Final = frozenset(SLOTS) - {"preheader", "subject"}
# Nobody is greeted by the wrong name rather than by none, and a preheader is a courtesy. The rest law or sense demand.
MAY_BE_EMPTY: Final = frozenset({"greeting", "preheader"})


class SlotMissing(ValueError):
    """A slot without a value, or a value without a slot: nothing may be sent. `name` is the slot's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the slot “{name}” has no value, or the email has no such slot")
        self.name = name


def prefix_for(words: Iterable[str]) -> str:
    """The beginning of every mark of an email ("-o3fa91c22d0:"), which occurs nowhere in its words."""
    text = "".join(words)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    while (prefix := f"-o{digest.hexdigest()[:10]}:") in text:
        digest.update(b"again")
    return prefix


def mark(prefix: str, part: Part, slot: str) -> str:
    """The mark of a slot in one part of the email."""
    return f"{prefix}{part}:{slot}-"


def marks(prefix: str, part: Part) -> dict[str, str]:
    """The marks of all slots by slot name, for a template."""
    return {slot: mark(prefix, part, slot) for slot in SLOTS}


def split(text: str, prefix: str, part: Part) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """The text cut at its marks: the segments, empty ones in place of the marks, and which slot fills which segment."""
    pieces = re.split(re.escape(f"{prefix}{part}:") + r"(\w+)-", text)
    # re.split with one group alternates text and slot name.
    holes = tuple((index, piece) for index, piece in enumerate(pieces) if index % 2)
    return tuple("" if index % 2 else piece for index, piece in enumerate(pieces)), holes
