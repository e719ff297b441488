"""Where a series is cut: the shortest path over the legal cuts, in whole numbers, the same on every run.

A greedy filler leaves headings at the end of emails; a shortest path weighs all cuts at once. Parts of 150 to 270 words
cost nothing; a cut before a heading costs nothing, inside a section 40, more when the next sentence points back. Never
cut: after a heading, between a lead-in and its list, inside a list, between a question and its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from outreach.rules.article import Article, Block, ItemList, Paragraph, Quote, block_sentences
from outreach.rules.edits import Edit, edited_block
from outreach.rules.standalone import opens_with_pointer

FORBIDDEN = -1
LOW, HIGH = 150, 270  # the author's words that cost nothing
SHORT, LONG = 120, 330  # the whole email's words, frame included, beyond which a part is a poor email
ONE_EMAIL = 250
_LONG_PARAGRAPH = 180
_LONG_LIST = 600
_WINDOW = 1_200


@dataclass(frozen=True, slots=True)
class Unit:
    """What a cut cannot divide. `before` is the price of a cut in front of it, or FORBIDDEN."""

    section: int
    block: Block | None  # None: the section's heading
    words: int
    before: int
    marks: int = 0  # bullets and the words of the sources that it is the first to cite


def units(article: Article) -> list[Unit]:
    """The article as units in reading order: headings, blocks, pieces of very long paragraphs and lists."""
    out: list[Unit] = []
    sources = {c.ref: len(c.text.split()) for c in article.citations}
    for number, section in enumerate(article.sections):
        previous: Block | None = None
        if section.heading is not None:
            price = 0 if section.level <= 1 else 10
            out.append(Unit(number, None, len(section.heading.split()), _after(out, price)))
        for block in section.blocks:
            for i, piece in enumerate(_pieces(block, article.language)):
                words = sum(len(s.text.split()) for s in block_sentences(piece))
                if i:
                    price = 400 if isinstance(piece, ItemList) else 80
                elif section.heading is not None and previous is None:
                    price = FORBIDDEN
                else:
                    price = _between(previous, piece, article.language)
                out.append(Unit(number, piece, words, price, _marks(piece, sources)))
            previous = block
    return out


def edited_units(pieces: Sequence[Unit], edits: Sequence[Edit]) -> list[Unit]:
    """The units of one part as staff edited them. A heading goes when all of its text in this part was struck out."""
    blocks = [unit.block and edited_block(unit.block, edits) for unit in pieces]
    had = {unit.section for unit in pieces if unit.block is not None}
    has = {unit.section for unit, block in zip(pieces, blocks, strict=True) if block is not None}
    return [
        replace(unit, block=block)
        for unit, block in zip(pieces, blocks, strict=True)
        if block is not None or (unit.block is None and unit.section not in had - has)
    ]


def _after(out: Sequence[Unit], price: int) -> int:
    """A heading right behind a heading stays with it."""
    return FORBIDDEN if out and out[-1].block is None else price


def _pieces(block: Block, language: str) -> list[Block]:
    """A block, or the pieces a very long one may be cut into."""
    total = sum(len(s.text.split()) for s in block_sentences(block))
    if isinstance(block, Paragraph) and total > _LONG_PARAGRAPH and len(block.sentences) > 3:
        out: list[Block] = []
        held: list[int] = [0]
        size = 0
        for i, sentence in enumerate(block.sentences):
            if size >= 60 and not opens_with_pointer(sentence.text, language) and i < len(block.sentences) - 1:
                held.append(i)
                size = 0
            size += len(sentence.text.split())
        for a, b in zip(held, [*held[1:], len(block.sentences)], strict=True):
            out.append(Paragraph(block.sentences[a:b], lead_in=block.lead_in and b == len(block.sentences)))
        return out
    if isinstance(block, ItemList) and total > _LONG_LIST:
        return [ItemList((item,), block.ordered, block.start + i) for i, item in enumerate(block.items)]
    return [block]


def _between(previous: Block | None, block: Block, language: str) -> int:
    if previous is None:
        return 40
    if isinstance(block, ItemList) or (isinstance(previous, Paragraph) and previous.lead_in):
        return FORBIDDEN
    last = [s.text for s in block_sentences(previous)][-1:]
    first = next((s.text for s in block_sentences(block)), "")
    if last and last[0].rstrip('"”’)').endswith("?") and not isinstance(previous, Quote):
        return FORBIDDEN
    return 70 if opens_with_pointer(first, language) else 40


def price(words: int, frame: int = 0) -> int:
    """What a part costs with so many words of the author's and so many of the frame around them."""
    cost = 0
    if words < LOW:
        cost += LOW - words
    if words > HIGH:
        cost += words - HIGH
    if words + frame < SHORT or words + frame > LONG:
        cost += 200
    return cost


def _marks(block: Block, sources: dict[str, int]) -> int:
    """Words a block brings along that are not its own: bullets, and the sources it cites (all of them: a guess upwards)."""
    bullets = len(block.items) if isinstance(block, ItemList) else 0
    refs = {r.ref for s in block_sentences(block) for r in s.refs}
    return bullets + sum(sources.get(ref, 0) for ref in sorted(refs))


def _frame(pieces: Sequence[Unit], start: int, end: int, marks: int) -> int:
    """About how many words the frame adds: part line, recap, call to action, bridge, and the marks of a list."""
    if end < len(pieces):
        following = pieces[end].words if pieces[end].block is None else 8
    else:
        following = -2
    return 8 + (10 if start else 0) + 2 + following + marks


def partition(pieces: Sequence[Unit], parts: int | None = None) -> list[tuple[int, int]]:
    """The parts as (start, end) ranges of units. `parts` asks for a number of them; the nearest possible is given.

    Ties go to fewer parts, then to the earlier cut.
    """
    total = sum(unit.words for unit in pieces)
    if parts is None and total < ONE_EMAIL:
        return [(0, len(pieces))]
    if parts is not None:
        legal = 1 + sum(unit.before != FORBIDDEN for unit in pieces[1:])
        cuts = _fixed(pieces, max(1, min(parts, legal)))
    else:
        cuts = _free(pieces)
    return list(zip((0, *cuts), (*cuts, len(pieces)), strict=True))


def _free(pieces: Sequence[Unit]) -> tuple[int, ...]:
    count = len(pieces)
    best: list[tuple[int, int, tuple[int, ...]] | None] = [None] * (count + 1)
    best[0] = (0, 0, ())
    for end in range(1, count + 1):
        if end < count and pieces[end].before == FORBIDDEN:
            continue
        toll = pieces[end].before if end < count else 0
        words = marks = 0
        for start in range(end - 1, -1, -1):
            words += pieces[start].words
            marks += pieces[start].marks
            if words > _WINDOW and best[end] is not None:
                break
            base = best[start]
            if base is None:
                continue
            cost = base[0] + price(words, _frame(pieces, start, end, marks)) + toll
            held = best[end]
            if held is not None and cost > held[0]:
                continue  # before the cuts are copied: most options end here
            option = (cost, base[1] + 1, (*base[2], end) if end < count else base[2])
            if held is None or option < held:
                best[end] = option
    final = best[count]
    return final[2] if final is not None else ()


def _uneven(words: int, size: int) -> int:
    """What a part costs when the number of parts is given: the square of its distance from the mean, so that no part
    stays tiny while its neighbours have the usual length."""
    away = words - size
    return away * away * 4 // size


def _fixed(pieces: Sequence[Unit], parts: int) -> tuple[int, ...]:
    count = len(pieces)
    size = max(1, sum(unit.words for unit in pieces) // parts)
    sums = [0]
    for unit in pieces:
        sums.append(sums[-1] + unit.words)
    layer: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for number in range(1, parts + 1):
        following: dict[int, tuple[int, tuple[int, ...]]] = {}
        ends = [count] if number == parts else [i for i in range(number, count) if pieces[i].before != FORBIDDEN]
        for end in ends:
            toll = pieces[end].before if end < count else 0
            for start, (cost, cuts) in layer.items():
                if start >= end:
                    continue
                words = sums[end] - sums[start]
                whole = cost + toll + _uneven(words, size)
                held = following.get(end)
                if held is not None and whole > held[0]:
                    continue
                option = (whole, (*cuts, end) if end < count else cuts)
                if held is None or option < held:
                    following[end] = option
        layer = following
    return layer[count][1]
