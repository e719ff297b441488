"""Plain text to lines: page dumps, hand-outs, e-mail drafts. Guesses bullets, numbers, depth; the rest is shared rules."""

from __future__ import annotations

import re

from outreach.rules.readers.lines import Line, Page, Span
from outreach.rules.readers.signs import BULLET, NUMBER, could_head
from outreach.rules.readers.wrapping import unwrap

_RULE = re.compile(r"^\s*([-=_*~#.·•])(?:\s*\1){2,}\s*$")
_PAGE_MARK = re.compile(r"^\s*[-–—]\s*\d{1,4}\s*[-–—]\s*$")
_HASH = re.compile(r"^#{1,6}\s+(?=\S)")


def read_text(text: str) -> Page:
    """The lines of a plain text. Titles, headings and furniture are left to the shared rules."""
    out: list[Line] = []
    gap = True
    indents: list[int] = []
    for raw in unwrap(text.split("\n")):
        if not raw.strip():
            gap = True
            continue
        if _RULE.match(raw):
            if raw.strip()[0] in "=-~" and not gap and out and could_head(out[-1].text):
                out[-1] = Line(kind="heading", spans=out[-1].spans, level=2, gap=out[-1].gap, sure=False)
            gap = True
            continue
        line = _line(raw, gap, indents)
        if line.kind != "item":
            indents.clear()
        out.append(line)
        gap = False
    return Page(lines=tuple(out))


def _line(raw: str, gap: bool, indents: list[int]) -> Line:
    bullet, number = BULLET.match(raw), NUMBER.match(raw)
    if _PAGE_MARK.match(raw):
        return Line(kind="text", spans=(Span(raw.strip()),), gap=gap)
    if bullet:
        depth = _depth(raw, indents)
        body = raw[bullet.end() :].strip()
        return Line(kind="item", spans=(Span(body),), level=depth, marker=bullet.group(0).strip(), gap=gap)
    if number:
        depth = _depth(raw, indents)
        count = number.group("n")
        value = int(count) if count.isdigit() else ord(count) - ord("a") + 1
        return Line(
            kind="item", spans=(Span(raw[number.end() :].strip()),), level=depth, ordered=True, number=value,
            marker=number.group("marker"), gap=gap,
        )  # fmt: skip
    body = _HASH.sub("", raw.strip())
    spans = (Span(re.sub(r"\s*\t\s*|  +", "  ", body)),)
    return Line(kind="heading" if body != raw.strip() and could_head(body) else "text", level=2, spans=spans, gap=gap)


def _depth(raw: str, indents: list[int]) -> int:
    """How deep an item is, from the indents of the items above it. Two columns or more make a level."""
    wide = raw.expandtabs(4)
    indent = len(wide) - len(wide.lstrip())
    while indents and indent <= indents[-1] - 2:
        indents.pop()
    if not indents or indent >= indents[-1] + 2:
        indents.append(indent)
    return len(indents) - 1
