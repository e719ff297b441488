"""Where line breaks inside one block part it: paragraphs, items, notes, and a bold line from its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from outreach.rules.readers.lines import Span, squeeze
from outreach.rules.readers.signs import BULLET, NUMBER, SOLID_BULLET, is_prose

_NOTE = re.compile(r"\s*(?:\[\^?[\w-]{1,24}\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\(\d{1,2}\))\s+(?=[A-ZÀ-Þ“\"])")

_TITLE_WORDS = 16


def split_at_breaks(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Pieces between <br>: a double break parts paragraphs; a single one only items, and a bold line from its text."""
    pieces: list[list[Span]] = [[]]
    doubles: list[bool] = []
    for span in spans:
        if span.text == "\n":
            if pieces[-1] and any(s.text.strip() for s in pieces[-1]):
                pieces.append([])
                doubles.append(False)
            elif doubles:
                doubles[-1] = True
        else:
            pieces[-1].append(span)
    out: list[_Block] = []
    for i, piece in enumerate(squeeze(p) for p in pieces):
        text = "".join(s.text for s in piece)
        opens = SOLID_BULLET.match(text) or BULLET.match(text) or NUMBER.match(text) or _NOTE.match(text)
        if not out or doubles[i - 1] or opens or out[-1].ends():
            out.append(_Block(bullet=bool(SOLID_BULLET.match(text))))
        out[-1].add(piece, text)
    return [squeeze(block.spans) for block in out]


@dataclass(slots=True)
class _Block:
    """Pieces that grow together, with what tells whether the next one does too; no piece is looked at twice."""

    bullet: bool
    spans: list[Span] = field(default_factory=list)
    strong: bool = True
    words: int = 0
    last: str = ""

    def add(self, piece: Sequence[Span], text: str) -> None:
        self.spans.extend((Span(" "), *piece) if self.spans else piece)
        self.strong = self.strong and all(s.strong for s in piece if s.text.strip())
        self.words += len(text.split())
        self.last = text

    def ends(self) -> bool:
        """After an item, and after a bold line that is no sentence: a title with its text below."""
        title = bool(self.spans) and self.strong and self.words <= _TITLE_WORDS and not is_prose(self.last)
        return self.bullet or title
