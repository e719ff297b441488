"""Rows of a PDF to lines: paragraphs joined over rows and pages, items, headings by size or boldness, notes at the end.

All of it is guessed from where the ink stands, so no kind is ever sure and a person has to look at the result.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from outreach.rules.readers.lines import Line, Span, cut, key, squeeze
from outreach.rules.readers.markers import SUPERSCRIPT
from outreach.rules.readers.pdf_page import Row
from outreach.rules.readers.signs import BULLET, NUMBER, SENTENCE_END, SOLID_BULLET, could_head
from outreach.rules.readers.sources import is_sources_heading
from outreach.rules.readers.titles import is_house
from outreach.rules.readers.wrapping import seam

_NOTE = re.compile(r"^\s*(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\[\^?[\w-]{1,12}\]|[*†‡§]+)\s*(?=\S)")
_SUP = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = re.compile(rf"[{_SUP}]+(?:,[{_SUP}]+)*")
_OPENING = re.compile(rf"^([{_SUP}]+)\s")
_TORN_URL = re.compile(r"https?://\S*[/\-_.?=&%#]$")
_LARGER = 1.1  # times the body's size: a heading
_STEP = 8.0  # points that make a level of a list


@dataclass(slots=True)
class _Block:
    rows: list[Row]
    spans: list[Span]
    item: bool = False
    marker: str | None = None
    number: int | None = None
    gap: bool = True
    text: str = field(init=False)  # of all spans; kept, because every row asks for it

    def __post_init__(self) -> None:
        self.text = "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is usual in the file: size of the letters, distance of rows in sizes, letters of a full row, its words."""

    size: float
    leading: float
    full: int
    known: frozenset[str]


def lines_of(rows: Sequence[Row]) -> tuple[list[tuple[int, Line]], str | None]:
    """The lines of a text, each with the page it begins on, and its title when one stands out: the largest writing on
    the first page."""
    if not rows:
        return [], None
    rows = _named_by_page(rows)
    measure = _measure(rows)
    blocks = _notes_last(_blocks(rows, measure))
    heads = [_heads(block, measure) for block in blocks]
    title = _title([b for b, head in zip(blocks, heads, strict=True) if head], measure, rows[0].page)
    sizes = sorted({_rank(b) for b, head in zip(blocks, heads, strict=True) if head}, reverse=True)
    out: list[tuple[int, Line]] = []
    indents: list[float] = []
    for block, head in zip(blocks, heads, strict=True):
        if not block.item:
            indents.clear()
        line = _line(block, sizes.index(_rank(block)) + 1 if head else None, indents)
        out.append((block.rows[0].page, line))
    return out, title


def _measure(rows: Sequence[Row]) -> _Measure:
    sizes = Counter[float]()
    for row in rows:
        sizes[round(row.size * 2) / 2] += len(row.text)
    size = max(sizes, key=lambda s: (sizes[s], -s))
    body = [row for row in rows if abs(row.size - size) < 0.6]
    distances = sorted(
        d for a, b in pairwise(body) if a.page == b.page and 0.8 < (d := (a.y - b.y) / size) < 3.0
    )  # fmt: skip
    lengths = sorted(len(row.text) for row in body)
    words = frozenset(re.findall(r"[\w-]+", " ".join(row.text for row in rows).lower()))
    return _Measure(size, _usual(distances), lengths[int(len(lengths) * 0.95)] if lengths else 80, words)


def _usual(distances: Sequence[float]) -> float:
    """The smallest distance that recurs: within a paragraph rows stand closer than anywhere else."""
    for i, d in enumerate(distances):
        if bisect_right(distances, d + 0.08) - i >= max(2, len(distances) / 12):
            return d + 0.04
    return 1.25


def _blocks(rows: Sequence[Row], measure: _Measure) -> list[_Block]:
    blocks: list[_Block] = []
    for row in rows:
        last = blocks[-1] if blocks else None
        opened = _opened(row, last, measure)
        if last is not None and opened is None and _goes_on(last, row, measure):
            _join(last, row, measure.known)
        else:
            gap = last is None or _gap(last.rows[-1], row, measure)
            blocks.append(opened or _Block([row], list(row.spans), gap=gap))
            blocks[-1].gap = gap
    return blocks


def _opened(row: Row, last: _Block | None, measure: _Measure) -> _Block | None:
    """The item that a row opens, if it opens one."""
    text = row.text
    if row.bullet:
        return _Block([row], list(row.spans), item=True, marker="•")
    bullet = BULLET.match(text) or SOLID_BULLET.match(text)
    number = NUMBER.match(text)
    if number and last is not None and not _may_open(row, last, measure):
        return None
    match = bullet or number
    if match is None:
        return None
    spans = list(cut(row.spans, match.end()))
    if number is None:
        return _Block([row], spans, item=True, marker=match.group(0).strip())
    count = number.group("n")
    value = int(count) if count.isdigit() else ord(count) - ord("a") + 1
    return _Block([row], spans, item=True, marker=number.group("marker"), number=value)


def _may_open(row: Row, last: _Block, measure: _Measure) -> bool:
    """Is a number at the start of a row an item's, and not a figure that happens to stand at the margin?"""
    before = last.rows[-1]
    return (
        last.item
        or _gap(before, row, measure)
        or before.text.rstrip()[-1:] in ".:;!?"
        or abs(before.x - row.x) > 3
        or _looks(before, measure) != _looks(row, measure)
    )


def _gap(before: Row, row: Row, measure: _Measure) -> bool:
    if before.page != row.page or row.y > before.y:
        return True
    size = max(before.size, row.size)
    return (before.y - row.y) / size > measure.leading * 1.2 + 0.02


def _amid(block: _Block, row: Row, measure: _Measure) -> bool:
    """Does the sentence go on although the rows stand apart, as they do around a raised marker?"""
    before = block.rows[-1]
    if (before.y - row.y) / max(before.size, row.size) > measure.leading * 1.6 or SENTENCE_END.search(
        block.text.rstrip()
    ):
        return False
    return row.text[:1].islower() and not block.text.rstrip().endswith(":")


def _looks(row: Row, measure: _Measure) -> tuple[float, bool]:
    return round(row.size), row.bold and row.size > 0.9 * measure.size


def _goes_on(block: _Block, row: Row, measure: _Measure) -> bool:
    """Is the row the next one of the block's paragraph?"""
    before = block.rows[-1]
    if _NOTE.match(row.text):
        return False
    if _over_the_page(before, row):
        return _continues(block, row, measure)
    if _gap(before, row, measure) and not _amid(block, row, measure):
        return False
    large = before.size > _LARGER * measure.size
    if abs(before.size - row.size) > 0.12 * measure.size:
        return False
    if large:
        return could_head(f"{block.text} {row.text}") or not could_head(block.text)
    if block.item:
        return _hangs(block, row, measure)
    if before.bold and not row.bold and could_head(block.text) and _short(before, row, measure, 0.85):
        return False
    # A first row that is indented opens a paragraph; behind a note's marker the indent is the note's.
    if row.x > before.x + 0.8 * row.size and not _NOTE.match(block.text) and not row.bold:
        return False
    return not _ended(before, row, measure)


def _hangs(block: _Block, row: Row, measure: _Measure) -> bool:
    """Does the row go on with an item: it stands below the item's text, or the row before it had no room left?"""
    first, before = block.rows[0], block.rows[-1]
    left = first.text_x if first.bullet else first.x + 0.8 * first.size
    if row.x >= left - 2:
        return True
    return row.x >= first.x - 2 and not _ended(before, row, measure) and not _short(before, row, measure, 0.8)


def _ended(before: Row, row: Row, measure: _Measure) -> bool:
    """Did the paragraph end with `before`: a full stop, or no reason to break, with room left for the next word?"""
    text = before.text.rstrip()
    if SENTENCE_END.search(text) or text.endswith(":"):
        return _short(before, row, measure, 0.82)
    return _short(before, row, measure, 0.55) and not row.text[:1].islower()


def _short(before: Row, row: Row, measure: _Measure, share: float) -> bool:
    """Would the next word have fit within `share` of a full row?"""
    return len(before.text) + 1 + len(row.text.split(None, 1)[0]) < share * measure.full * measure.size / before.size


def _over_the_page(before: Row, row: Row) -> bool:
    return before.page != row.page or row.y > before.y + row.size


def _continues(block: _Block, row: Row, measure: _Measure) -> bool:
    """Does a paragraph run over the page (or the column): no end mark, and the same looks go on?"""
    before = block.rows[-1]
    if _looks(before, measure) != _looks(row, measure) or before.size > _LARGER * measure.size or row.bold:
        return False
    if SENTENCE_END.search(block.text.rstrip()) or block.text.rstrip().endswith(":"):
        return False
    return row.text[:1].islower() or not _short(before, row, measure, 0.75)


def _join(block: _Block, row: Row, known: frozenset[str]) -> None:
    before, text = block.text.rstrip()[-200:], row.text.strip()
    hold = "none" if block.rows[-1].soft or _torn_address(before, text) else seam(before, text, known)
    last = block.spans[-1] if block.spans else Span("")
    if hold == "hyphen":
        block.spans[-1] = replace(last, text=last.text.rstrip()[:-1])
        block.text = block.text.rstrip()[:-1]
    elif hold == "space":
        linked = bool(row.spans) and row.spans[0].url == last.url
        block.spans.append(Span(" ", last.strong, last.em, last.url if linked else None))
        block.text += " "
    block.spans.extend(row.spans)
    block.text += row.text
    block.rows.append(row)


def _torn_address(before: str, text: str) -> bool:
    """Was a web address cut at the margin?"""
    if not re.search(r"https?://\S+$", before):
        return False
    first = text.split(None, 1)[0]
    return bool(_TORN_URL.search(before)) or (
        first[:1].islower() and bool(re.search(r"[/_=?&%-]|\.html?$", first)) and "://" not in first
    )


def _named_by_page(rows: Sequence[Row]) -> list[Row]:
    """The rows with notes renamed on pages that count theirs from 1 again: "¹" of page 2 becomes "[p2-1]"."""
    notes: dict[int, set[str]] = {}
    for row in rows:
        if opening := _OPENING.match(row.text):
            notes.setdefault(row.page, set()).add(opening[1])
    taken: set[str] = set()
    again: dict[int, set[str]] = {}
    for page, names in sorted(notes.items()):
        again[page] = names & taken
        taken |= names
    return [_renamed(row, again[row.page]) if again.get(row.page) else row for row in rows]


def _renamed(row: Row, names: set[str]) -> Row:
    def new(match: re.Match[str]) -> str:
        parts = match.group(0).split(",")
        if not all(part in names for part in parts):
            return match.group(0)
        return f"[{', '.join(f'p{row.page}-{part.translate(SUPERSCRIPT)}' for part in parts)}]"

    return replace(row, spans=tuple(replace(span, text=_RAISED.sub(new, span.text)) for span in row.spans))


def _notes_last(blocks: Sequence[_Block]) -> list[_Block]:
    """Notes at the foot of a page move behind the text; where numbers begin anew they get names of their own."""
    pages = sorted({b.rows[0].page for b in blocks})
    notes: list[_Block] = []
    taken: set[str] = set()
    kept = list(blocks)
    for page in pages:
        here = [b for b in kept if b.rows[0].page == page]
        first = next((i for i, b in enumerate(here) if _NOTE.match(b.text)), None)
        if first is None or any(not _belongs_to_notes(b, here[first]) for b in here[first:]):
            continue
        if first and is_sources_heading(here[first - 1].text):
            continue
        foot = here[first:]
        moved = {id(b) for b in foot}
        kept = [b for b in kept if id(b) not in moved]
        notes.extend(foot)
        taken.update(m.group(0).strip() for b in foot if (m := _NOTE.match(b.text)))
    return _rejoined(kept) + notes if notes else kept


def _belongs_to_notes(block: _Block, first: _Block) -> bool:
    return not block.item and abs(block.rows[0].size - first.rows[0].size) < 0.6


def _rejoined(blocks: Sequence[_Block]) -> list[_Block]:
    """Blocks with those joined that only a note at the foot of the page had parted."""
    out: list[_Block] = []
    for block in blocks:
        last = out[-1] if out else None
        parted = last is not None and not block.item and last.rows[-1].page != block.rows[0].page
        if last is not None and parted and block.text[:1].islower() and not SENTENCE_END.search(last.text.rstrip()):
            last.spans.extend((Span(" "), *block.spans))
            last.text += f" {block.text}"
            last.rows.extend(block.rows)
        else:
            out.append(block)
    return out


def _heads(block: _Block, measure: _Measure) -> bool:
    """Is the block a heading by its size or its boldness?"""
    if block.item and not (block.number is not None and block.rows[0].size > _LARGER * measure.size):
        return False
    first = block.rows[0]
    if not could_head(block.text) or len(block.rows) > 3:
        return False
    return first.size > _LARGER * measure.size or (
        all(row.bold for row in block.rows) and first.size > 0.93 * measure.size
    )


def _rank(block: _Block) -> tuple[float, bool]:
    return round(block.rows[0].size), block.rows[0].bold


def _title(heads: Sequence[_Block], measure: _Measure, page: int) -> str | None:
    """The largest heading of the first page; a house's own name above a large heading is a letterhead."""
    large = [b for b in heads if b.rows[0].page == page and b.rows[0].size > _LARGER * measure.size]
    if not large:
        return None
    most = max(b.rows[0].size for b in large)
    near = [b for b in large if b.rows[0].size >= 0.7 * most and not is_house(b.text)]
    chosen = max(near or large, key=lambda b: b.rows[0].size)
    return re.sub(r"\s+", " ", chosen.text).strip() if key(chosen.text) else None


def _line(block: _Block, rank: int | None, indents: list[float]) -> Line:
    spans = squeeze(block.spans)
    if rank is not None:
        if block.number is not None:
            spans = squeeze([Span(f"{block.marker} "), *spans])
        return Line(kind="heading", spans=tuple(replace(s, strong=False) for s in spans), level=rank, gap=True)
    if not block.item:
        return Line(kind="text", spans=spans, gap=block.gap)
    x = block.rows[0].x
    while indents and x <= indents[-1] - _STEP:
        indents.pop()
    if not indents or x >= indents[-1] + _STEP:
        indents.append(x)
    return Line(
        kind="item", spans=spans, level=len(indents) - 1, ordered=block.number is not None, number=block.number,
        marker=block.marker, gap=block.gap,
    )  # fmt: skip
