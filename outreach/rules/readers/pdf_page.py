"""One page of a PDF to rows: what stands on one baseline, with its place, its size and its looks.

A PDF says where ink goes, not what it means. This file only collects: pieces of text, small dots that a browser draws
for bullets, and the rectangles of links. `pdf_blocks` tells what the rows are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from outreach.rules.readers.decode import clean
from outreach.rules.readers.lines import Span, squeeze

Matrix: TypeAlias = Sequence[float]
Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
_SLANTED = re.compile(r"italic|oblique", re.I)
_SIGNS = re.compile(r"symbol|dingbat|webding|wingding", re.I)
# Bullets as fonts spell them that know no bullet: the delete sign, a stray byte, letters of private use.
_ODD_BULLET = re.compile("^\\s*[\x7f\x95\uf020-\uf0ff]\\s*")
_SURROGATES = re.compile("[\ud800-\udfff]")
_STRANGE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_SIGN_BULLETS = "§Øüvqnlo-"  # as Wingdings and Symbol count their signs
_RAISED = re.compile(r"[\d,;–\-\s]*\d[\d,;–\-\s]*")
_SUPERSCRIPT = str.maketrans("0123456789-–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_TINY = 1.5  # points; what is smaller is not meant to be read
_WIDTH = 0.5  # of its size is an average letter wide
_MOST_OPERATIONS = 600_000  # of all pages together; a page of text has 1,000 to 5,000


class TooMuchInk(Exception):
    """The pages hold more drawing than any article does."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    slanted: bool = False
    signs: bool = False
    turn: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What stands on one baseline. `x` and `y` in points from the lower left, `size` of the letters in points.

    `bullet`: an item opens here; its sign stood at `x`, its text begins at `text_x`. `turned`: not written along the
    page's direction, as a watermark is.
    """

    page: int
    x: float
    y: float
    size: float
    spans: tuple[Span, ...]
    bullet: bool = False
    text_x: float = 0.0
    soft: bool = False  # ends with a soft hyphen: the word goes on in the next row
    turned: bool = False

    @property
    def text(self) -> str:
        """The plain text."""
        return "".join(span.text for span in self.spans)

    @property
    def bold(self) -> bool:
        """Is all of it bold?"""
        return all(span.strong or not span.text.strip() for span in self.spans)


@dataclass(slots=True)
class Budget:
    """What may still be read of a file, over all its pages."""

    operations: int = _MOST_OPERATIONS
    letters: int = 600_000
    strange: int = 0  # letters seen that no script knows: the file does not say what its signs mean

    @property
    def spent(self) -> bool:
        """Is more read already than may be?"""
        return self.operations < 0 or self.letters < 0


@dataclass(slots=True)
class Ink:
    """Collects what a page draws; `before` and `text` are what pypdf calls on every operation and piece of text."""

    budget: Budget
    pieces: list[_Piece] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    drawings: int = 0  # pictures and forms drawn, those in forms included
    _path: list[tuple[float, float]] = field(default_factory=list)
    _rise: float = 0.0  # as it is set now
    _risen: float = 0.0  # as it was set for the piece that comes next

    def before(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        """Counts the operation against the budget, and follows paths for the dots that stand for bullets."""
        self.budget.operations -= 1
        if self.budget.spent:
            raise TooMuchInk
        if operator in (b"m", b"l", b"c", b"v", b"y", b"re"):
            if len(self._path) < 200:
                self._path.extend(_points(operator, operands, cm))
        elif operator in (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s"):
            box = _extent(self._path)
            if len(self.dots) < 300 and box and 1.0 < box[2] - box[0] < 8.0 and 1.0 < box[3] - box[1] < 8.0:
                self.dots.append(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
            self._path.clear()
        elif operator == b"n":
            self._path.clear()
        elif operator == b"Do":
            self.drawings += 1
        elif operator == b"Ts" and operands and isinstance(operands[0], (int, float)):
            self._rise = float(operands[0])
            self._risen = self._rise or self._risen

    def text(self, text: str, cm: Matrix, tm: Matrix, font: Mapping[str, Any] | None, size: float) -> None:
        """Takes a piece of text with its place and looks."""
        rise, self._risen = self._risen, self._rise
        text = _SURROGATES.sub("\ufffd", re.sub(r"\s+", " ", text))
        if not text:
            return
        self.budget.letters -= len(text)
        self.budget.strange += len(_STRANGE.findall(text))
        if self.budget.spent:
            raise TooMuchInk
        a, b, c, d, x, y = _product(tm, cm)
        x, y = x + rise * c, y + rise * d
        if not all(map(math.isfinite, (a, b, c, d, x, y, size))):
            return
        name = str((font or {}).get("/BaseFont", ""))
        turn = _turn(a, b)
        x, y = {0: (x, y), 1: (y, -x), 2: (-x, -y), 3: (-y, x), None: (x, y)}[turn]
        height = abs(size) * math.hypot(c, d)
        if height < _TINY:
            return
        looks = bool(_BOLD.search(name)), bool(_SLANTED.search(name)), bool(_SIGNS.search(name))
        self.pieces.append(_Piece(text, x, y, height, *looks, turn))


def rows_of(ink: Ink, page: int, links: Sequence[tuple[Box, str]]) -> list[Row]:
    """The rows of a page in the order they were drawn."""
    turns = Counter[int | None]()
    for piece in ink.pieces:
        turns[piece.turn] += len(piece.text.strip())
    main = max(turns, key=lambda t: (turns[t], t == 0), default=0)
    straight = [p for p in ink.pieces if p.turn == main or not p.text.strip()]
    turned = [p for p in ink.pieces if p.turn != main and p.text.strip()]
    rows = [row for group in _baselines(straight) if (row := _row(group, page, links, ink.dots)) is not None]
    rows.extend(
        replace(row, turned=True) for p in turned if (row := _row([p], page, (), ())) is not None and row.text.strip()
    )
    return rows


def _points(operator: bytes, operands: Any, cm: Matrix) -> Iterator[tuple[float, float]]:
    try:
        numbers = [float(n) for n in operands]
        if operator == b"re":
            x, y, w, h = numbers[:4]
            numbers = [x, y, x + w, y + h]
        for x, y in zip(numbers[::2], numbers[1::2], strict=False):
            yield x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]
    except (TypeError, ValueError, IndexError):
        return


def _extent(points: Sequence[tuple[float, float]]) -> Box | None:
    if not points:
        return None
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _product(m: Matrix, n: Matrix) -> tuple[float, float, float, float, float, float]:
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3], m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def _turn(a: float, b: float) -> int | None:
    """Quarter turns of the writing direction: 0 to the right, 1 upward …; None when slanted."""
    if abs(b) <= 0.05 * abs(a):
        return 0 if a >= 0 else 2
    if abs(a) <= 0.05 * abs(b):
        return 1 if b > 0 else 3
    return None


def _baselines(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces that follow each other on one baseline, raised ones included."""
    group: list[_Piece] = []
    for piece in pieces:
        if group:
            last = group[-1]
            near = abs(piece.y - group[0].y) <= 0.6 * max(piece.size, group[0].size) or abs(piece.y - last.y) < 1.0
            if not piece.text.strip():
                # A space's place is not always told; it belongs to what stands before it.
                group.append(replace(piece, x=last.x, y=last.y))
                continue
            if not near or piece.x < last.x - 0.3 * last.size:
                yield group
                group = []
        if group or piece.text.strip():
            group.append(piece)
    if group:
        yield group


def _row(
    group: Sequence[_Piece], page: int, links: Sequence[tuple[Box, str]], dots: Sequence[tuple[float, float]]
) -> Row | None:
    weights = Counter[float]()
    for piece in group:
        weights[round(piece.size, 1)] += len(piece.text.strip())
    size = max(weights, key=lambda s: (weights[s], s))
    base = next((p for p in group if round(p.size, 1) == size and p.text.strip()), group[0])
    signed, group = _without_sign(group, base)
    if not any(p.text.strip() for p in group):
        return None
    dotted = next((x for x, y in dots if 0 < base.x - x < 2.5 * size and -0.3 * size < y - base.y < size), None)
    sign = signed if signed is not None else dotted
    return Row(
        page=page, x=group[0].x if sign is None else sign, y=base.y, size=size, spans=_spans(group, base, links),
        bullet=sign is not None, text_x=group[0].x, soft="".join(p.text for p in group).rstrip().endswith("\xad"),
    )  # fmt: skip


def _without_sign(group: Sequence[_Piece], base: _Piece) -> tuple[float | None, Sequence[_Piece]]:
    """Where a bullet stands that is no letter of any alphabet, and the pieces behind it."""
    first = group[0]
    odd = _ODD_BULLET.match(first.text)
    rest = first.text[odd.end() :] if odd else ""
    if odd and rest:
        return first.x, [replace(first, text=rest), *group[1:]]
    mark = first.text.strip()
    if odd or (first.signs and not base.signs and len(mark) == 1 and (ord(mark) > 0x7E or mark in _SIGN_BULLETS)):
        at = next((i for i, p in enumerate(group) if i and p.text.strip()), len(group))
        return first.x, group[at:]
    return None, group


def _spans(group: Sequence[_Piece], base: _Piece, links: Sequence[tuple[Box, str]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for i, piece in enumerate(group):
        text = clean(_raised(piece, base, first=i == 0).replace("\xad", ""))
        spans.append(Span(text, piece.bold, piece.slanted, _link(piece, links)))
    return squeeze(spans)


def _raised(piece: _Piece, base: _Piece, *, first: bool) -> str:
    """The text of a piece, small raised digits as superscripts: the shared rules know those as reference markers."""
    small = piece.size < 0.92 * base.size and piece.y > base.y + 0.12 * base.size
    if not small or not _RAISED.fullmatch(piece.text):
        return piece.text
    raised = piece.text.strip().translate(_SUPERSCRIPT)
    return f"{raised} " if first else raised


def _link(piece: _Piece, links: Sequence[tuple[Box, str]]) -> str | None:
    """The target of a link whose rectangle holds the piece."""
    for (left, bottom, right, top), url in links:
        if left - 1 <= piece.x < right and bottom - 1 <= piece.y <= top:
            length = len(piece.text.strip()) * piece.size * _WIDTH
            if length <= 1.4 * (right - piece.x) + piece.size:
                return url
    return None
