"""What a PDF's pages carry around the text: running heads and feet, page numbers, a browser's print marks, watermarks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from outreach.rules.readers.lines import key
from outreach.rules.readers.pdf_page import Row
from outreach.rules.readers.vocabulary import DATE

_BAND = 4  # rows at either edge of a page among which heads and feet are looked for
_NUMBER = re.compile(
    r"\W*(?:page|pg?\.|página|pág\.)?\s*(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|de|/|\|)\s*\d{1,4})?\W*", re.I
)
_PRINTED = re.compile(
    rf"(?:{DATE},? \d{{1,2}}:\d{{2}}(?: ?[AP]\.?M\.?)?\b.*|(?:https?|file|about):\S*\s+\d{{1,4}}\s*/\s*\d{{1,4}})", re.I
)


def without_furniture(rows: Sequence[Row]) -> tuple[list[Row], list[tuple[Row, str]]]:
    """The rows of the text, and those left out, each with its reason."""
    pages: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        pages[row.page].append(row)
    again = _recurring(list(pages.values()))
    reasons: dict[int, str] = {}
    for page in pages.values():
        for row in page:
            if row.turned:
                reasons[id(row)] = "written across the page"
        for edge, name in ((_edge(page, top=True), "running head"), (_edge(page, top=False), "running foot")):
            for row in edge:
                reason = _reason(row, edge, again, name)
                if reason is None:
                    break
                reasons.setdefault(id(row), reason)
    kept = [row for row in rows if id(row) not in reasons]
    return kept, [(row, reasons[id(row)]) for row in rows if id(row) in reasons]


def _edge(page: Sequence[Row], *, top: bool) -> list[Row]:
    """The rows nearest to an edge, the outermost first."""
    upright = [row for row in page if not row.turned]
    return sorted(upright, key=lambda row: -row.y if top else row.y)[:_BAND]


def _mark(row: Row) -> tuple[str, int]:
    return re.sub(r"\d+", "#", key(row.text)) or row.text.strip(), round(row.size)


def _recurring(pages: Sequence[Sequence[Row]]) -> frozenset[tuple[str, int, int]]:
    """Marks with their height on the page that stand near an edge of two pages or more, at the same height."""
    seen: dict[tuple[str, int, int], set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for row in (*_edge(page, top=True), *_edge(page, top=False)):
            for height in (round(row.y / 6), round(row.y / 6 + 0.5)):
                seen[(*_mark(row), height)].add(number)
    return frozenset(place for place, on in seen.items() if len(on) >= max(2, len(pages) / 5))


def _reason(row: Row, edge: Sequence[Row], again: frozenset[tuple[str, int, int]], name: str) -> str | None:
    if any((*_mark(row), height) in again for height in (round(row.y / 6), round(row.y / 6 + 0.5))):
        return name
    if _NUMBER.fullmatch(row.text) and not row.bullet and _set_apart(row, edge):
        return "page number"
    if _PRINTED.fullmatch(row.text.strip()):
        return "print mark of a browser"
    # What stands beside furniture on its baseline is furniture as well: "Title          3".
    return None


def _set_apart(row: Row, edge: Sequence[Row]) -> bool:
    """Is there more room between the row and its neighbour than within a text?"""
    others = [abs(other.y - row.y) for other in edge if other is not row]
    return not others or min(others) > 1.9 * row.size
