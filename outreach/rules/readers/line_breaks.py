"""Where line breaks inside one block part it: paragraphs, items, notes, and a bold line from its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from outreach.rules.readers.lines import Span, squeeze
from outreach.rules.readers.signs import BULLET, NUMBER, SOLID_BULLET, is_prose

_NOTE = re.compile(r"\s*(?:\[\^?[\w-]{1,24}\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\(\d{1,2}\))\s+(?=[A-ZÀ-Þ“\"])")


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
    squeezed = [squeeze(p) for p in pieces]
    out: list[tuple[Span, ...]] = squeezed[:1]
    for i, piece in enumerate(squeezed[1:]):
        text, before = "".join(s.text for s in piece), "".join(s.text for s in out[-1])
        opens = SOLID_BULLET.match(text) or BULLET.match(text) or NUMBER.match(text) or _NOTE.match(text)
        title = bool(out[-1]) and all(s.strong for s in out[-1] if s.text.strip()) and not is_prose(before)
        if doubles[i] or opens or title or SOLID_BULLET.match(before):
            out.append(piece)
        else:
            out[-1] = squeeze((*out[-1], Span(" "), *piece))
    return out
