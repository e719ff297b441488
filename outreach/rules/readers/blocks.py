"""Lines with known kinds to sections of blocks, sentences cut and numbered in reading order."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from outreach.rules import sentences
from outreach.rules.article import Block, Item, ItemList, Mark, Paragraph, Quote, Ref, Section, Sentence
from outreach.rules.links import safe_url
from outreach.rules.readers.lines import Line, Span
from outreach.rules.readers.signs import LABEL

_DEEPEST = 8


@dataclass(slots=True)
class _Count:
    """Counts sentences in reading order."""

    last: int = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def assemble(lines: Sequence[Line], names: Mapping[str, str], language: str, *, before: int = 0) -> tuple[Section, ...]:
    """The sections of an article. `names` maps a marker's name to its citation; `before` sentences are counted already."""
    # A heading that was nothing but a marker is gone with it.
    lines = [line for line in lines if line.kind != "heading" or line.text.strip()]
    ranks = sorted({line.level for line in lines if line.kind == "heading"})
    count = _Count(before)
    sections: list[Section] = []
    heading: str | None = None
    level = 0
    start = 0
    for i, line in enumerate([*lines, None]):
        if line is not None and line.kind != "heading":
            continue
        blocks = tuple(_blocks(lines[start:i], names, language, count))
        if blocks or heading is not None:
            sections.append(Section(heading, level, blocks))
        if line is not None:
            heading, level, start = re.sub(r"\s+", " ", line.text).strip(), ranks.index(line.level) + 1, i + 1
    return tuple(sections)


def _blocks(lines: Sequence[Line], names: Mapping[str, str], language: str, count: _Count) -> Iterator[Block]:
    i = 0
    while i < len(lines):
        line = lines[i]
        end = i + 1
        if line.kind == "item":
            while end < len(lines) and lines[end].kind == "item" and not _new_list(line, lines[end - 1], lines[end]):
                end += 1
            yield _list(lines[i:end], names, language, count)
        elif line.kind == "quote":
            while end < len(lines) and lines[end].kind == "quote":
                end += 1
            speaker = _speaker(lines[i:end])
            told = lines[i : end - 1] if speaker else lines[i:end]
            cut = tuple(s for x in told for s in _sentences(x.spans, names, language, count))
            # A line of its own is parted from the one before, like any sentence.
            whole = (*cut[:1], *(replace(s, lead=" ") for s in cut[1:]))
            yield Quote(whole, by=speaker or next((x.by for x in told if x.by), None))
        else:
            lead = line.text.rstrip().endswith(":") and end < len(lines) and lines[end].kind == "item"
            cut = tuple(_sentences(line.spans, names, language, count))
            if cut:
                yield Paragraph(cut, lead_in=lead)
        i = end


def _speaker(lines: Sequence[Line]) -> str | None:
    """The name in a last line like "-- Nurse Avery"."""
    named = re.fullmatch(r"\s*(?:--|[–—-])\s*(?P<name>[^.!?]{2,60})", lines[-1].text) if len(lines) > 1 else None
    return named.group("name").strip() if named else None


def _new_list(first: Line, before: Line, line: Line) -> bool:
    """On the outermost level numbers that start again at 1 begin another list, and so do bullets behind numbers."""
    if line.level != first.level:
        return False
    if line.sure and first.sure and line.ordered != first.ordered:
        return True
    return line.ordered and before.level == first.level and line.number == 1 and first.ordered


def _list(lines: Sequence[Line], names: Mapping[str, str], language: str, count: _Count) -> ItemList:
    base = min(line.level for line in lines)
    # Deeper than anyone can follow, and than a program may nest: such items stay, beside each other.
    lines = [replace(line, level=min(line.level, base + _DEEPEST)) for line in lines]
    items, _ = _items(lines, 0, base, names, language, count)
    first = lines[0]
    return ItemList(items, ordered=first.ordered, start=first.number or 1 if first.ordered else 1)


def _items(
    lines: Sequence[Line], i: int, level: int, names: Mapping[str, str], language: str, count: _Count
) -> tuple[tuple[Item, ...], int]:
    out: list[Item] = []
    while i < len(lines) and lines[i].level >= level:
        line = lines[i]
        cut = tuple(_sentences(line.spans, names, language, count))
        children: tuple[Item, ...] = ()
        i += 1
        ordered = False
        if i < len(lines) and lines[i].level > max(level, line.level):
            ordered = lines[i].ordered
            children, i = _items(lines, i, lines[i].level, names, language, count)
        if cut or children:
            label = LABEL.match(cut[0].text) if cut else None
            fits = label is not None and len(label.group("label").split()) <= 8
            out.append(Item(cut, children, label=label.end() if label is not None and fits else 0, ordered=ordered))
    return tuple(out), i


def _sentences(spans: Sequence[Span], names: Mapping[str, str], language: str, count: _Count) -> Iterator[Sentence]:
    text, refs, marks = _flat(spans, names)
    cuts = sentences.cut(text, language)
    # Refs and marks stand in the order of the text, so those of one sentence stand side by side.
    offsets = [r.offset for r in refs]
    starts, ends = [m.start for m in marks], [m.end for m in marks]
    for i, (start, end) in enumerate(cuts):
        # A marker belongs to the sentence it stands in or right behind; one before the first letter to the first.
        following = cuts[i + 1][0] if i + 1 < len(cuts) else len(text)
        mine = tuple(
            Ref(max(0, min(r.offset, end) - start), r.ref)
            for r in refs[bisect_right(offsets, start) if i else 0 : bisect_right(offsets, following)]
        )
        looks = tuple(
            replace(m, start=max(m.start, start) - start, end=min(m.end, end) - start)
            for m in marks[bisect_right(ends, start) : bisect_left(starts, end)]
        )
        yield Sentence(count.next(), text[start:end], mine, looks, " " if i else "")


def _flat(spans: Sequence[Span], names: Mapping[str, str]) -> tuple[str, list[Ref], list[Mark]]:
    text = ""
    refs: list[Ref] = []
    marks: list[Mark] = []
    for span in spans:
        if span.ref is not None:
            refs.append(Ref(len(text), names.get(span.ref, span.ref)))
            continue
        piece = re.sub(r"\s+", " ", span.text)
        if not text or text.endswith(" "):
            piece = piece.lstrip(" ")
        start, end = len(text), len(text) + len(piece)
        text += piece
        if start == end:
            continue
        if span.strong:
            marks.append(Mark(start, end, "strong"))
        if span.em:
            marks.append(Mark(start, end, "em"))
        url = safe_url(span.url)
        if url:
            marks.append(Mark(start, end, "link", url))
    return text, refs, marks
