"""PDF to lines: pypdf finds the pieces of text, our own rules find rows, paragraphs, headings and page furniture.

A PDF holds no paragraphs and no headings, so the page says `unsure` and a person has to confirm its structure. Only a
text layer is read: no picture is looked at, no script runs, no attachment is opened, nothing is fetched.
"""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pypdf
from pypdf.errors import LimitReachedError

from outreach.rules.article import ArticleRefused
from outreach.rules.links import safe_url
from outreach.rules.readers.lines import Line, Page, Span
from outreach.rules.readers.pdf_blocks import lines_of
from outreach.rules.readers.pdf_furniture import without_furniture
from outreach.rules.readers.pdf_page import Box, Budget, Ink, Row, TooMuchInk, rows_of

MAX_PAGES = 100
UNSURE = "structure-unsure"

_DAMAGED = "The PDF is damaged; open it, save or print it as a new PDF and try once more."
_LOCKED = "The PDF is protected; save a copy without password and restrictions, or give the article as a Word file."
_SCANNED = "The PDF holds pictures of pages and no text; run text recognition on it, or give the article as a Word or text file."
_UNREADABLE = "The PDF does not say which letters its signs are; give the article as a Word or text file."
_HEAVY = "The PDF holds more drawing than an article needs; save the article's pages alone, or give it as a Word file."
_MOST_STREAM = 12_000_000  # bytes that one stream may unpack to
_MOST_DRAWN = 12_000_000  # bytes of drawing to read in all, forms counted as often as they may be drawn
_MOST_FORMS = 200  # forms and pictures that a page may draw

# What pypdf finds odd is no news to the person at the command line: a file is read or refused.
logging.getLogger("pypdf").addHandler(logging.NullHandler())
logging.getLogger("pypdf").propagate = False


def read_pdf(data: bytes) -> Page:
    """The lines of a PDF's text layer.

    Raises ArticleRefused when it is damaged, protected, without text, over 100 pages or too heavy to be an article.
    """
    limits: dict[str, Any] = {
        "zlib_maximum_output_length": _MOST_STREAM, "lzw_maximum_output_length": _MOST_STREAM,
        "run_length_maximum_output_length": _MOST_STREAM, "brotli_maximum_output_length": _MOST_STREAM,
        "array_based_stream_maximum_output_length": _MOST_STREAM, "maximum_declared_stream_length": _MOST_STREAM,
        "stream_decoding_work_maximum_length": 3 * _MOST_STREAM, "zlib_maximum_recovery_input_length": 1_000_000,
        "stream_parsing_work_maximum_count": 500_000, "xform_maximum_invocations_per_extraction": _MOST_FORMS,
        "page_tree_maximum_entries": 20 * MAX_PAGES, "page_tree_maximum_page_entries": 200 * MAX_PAGES,
        "page_tree_maximum_depth": 30, "jbig2dec_binary": None,
    }  # fmt: skip
    try:
        with pypdf.apply_configuration(**limits):
            rows, bare, language = _read(data)
    except ArticleRefused:
        raise
    except (TooMuchInk, LimitReachedError, MemoryError) as error:
        raise ArticleRefused(_HEAVY) from error
    except Exception as error:
        raise ArticleRefused(_DAMAGED) from error
    kept, furniture = without_furniture(rows)
    placed, title = lines_of(kept)
    for row, reason in furniture:
        _insert(placed, row.page, Line(kind="text", spans=row.spans, hint=reason))
    for number in bare:
        _insert(placed, number, Line(kind="text", spans=(Span(f"Page {number}"),), hint="no text on it"))
    lines = tuple(line for _, line in placed)
    return Page(lines=lines, titles=(title,) if title else (), language=language, warnings=(UNSURE,))


def _insert(placed: list[tuple[int, Line]], page: int, line: Line) -> None:
    """Puts a line that was left out behind its page, where staff would look for it if they restore it."""
    at = next((i for i, (on, _) in enumerate(placed) if on > page), len(placed))
    placed.insert(at, (page, line))


def _read(data: bytes) -> tuple[list[Row], list[int], str | None]:
    """The rows of all pages, the numbers of pages without text, and the language the file names."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise ArticleRefused(_LOCKED)
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise ArticleRefused(
            f"The PDF has {count} pages and a series takes at most {MAX_PAGES}; save the article's pages alone."
        )
    budget, drawn = Budget(), _MOST_DRAWN
    rows: list[Row] = []
    bare: list[int] = []
    for number, page in enumerate(reader.pages, 1):
        drawn -= _drawn(page)
        if drawn < 0:
            raise TooMuchInk
        ink = Ink(budget)
        page.extract_text(visitor_operand_before=ink.before, visitor_text=ink.text)
        if budget.spent or ink.drawings > _MOST_FORMS:  # pypdf goes on, and leaves out what is in a form
            raise TooMuchInk
        found = rows_of(ink, number, list(_links(page)))
        rows.extend(found)
        if not found:
            bare.append(number)
    if not rows:
        raise ArticleRefused(_SCANNED)
    if budget.strange > 0.1 * sum(len(row.text) for row in rows):
        raise ArticleRefused(_UNREADABLE)
    told = _get(reader.root_object, "/Lang")
    return rows, bare, told if isinstance(told, str) else None


def _drawn(page: Mapping[str, Any]) -> int:
    """Bytes to read for a page: its drawing, its fonts' letter tables, and its forms as often as they may be drawn."""
    contents = page.get_contents() if isinstance(page, pypdf.PageObject) else None
    own = contents.get_data() if contents is not None else b""
    total, largest = len(own), 0
    draws = [_draws(own)]  # the most drawings that one stream asks for, by how deep it stands in others
    seen: set[int] = set()
    todo: list[tuple[Any, int]] = [(page, 0)]
    while todo:
        holder, depth = todo.pop()
        resources = _get(holder, "/Resources")
        for font in _values(_get(resources, "/Font")):
            table = _get(font, "/ToUnicode")
            total += len(table.get_data()) if hasattr(table, "get_data") else 0
        for form in _values(_get(resources, "/XObject")):
            if id(form) in seen or _get(form, "/Subtype") != "/Form" or not hasattr(form, "get_data"):
                continue
            seen.add(id(form))
            data = form.get_data()
            largest = max(largest, len(data))
            draws.extend([0] * (depth + 2 - len(draws)))
            draws[depth + 1] = max(draws[depth + 1], _draws(data))
            todo.append((form, depth + 1))
        if len(seen) > 500 or total + largest > _MOST_DRAWN:
            raise TooMuchInk
    return total + largest * min(_MOST_FORMS, math.prod(n for n in draws if n))


def _draws(data: bytes) -> int:
    return len(re.findall(rb"\bDo\b", data))


def _get(holder: Any, name: str) -> Any:
    return _object(holder.get(name)) if isinstance(holder, Mapping) else None


def _object(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _values(holder: Any) -> Iterator[Any]:
    if isinstance(holder, Mapping):
        for name in list(holder)[:500]:
            yield _get(holder, name)


def _links(page: Any) -> Iterator[tuple[Box, str]]:
    """The rectangles of links to web pages, phones and mail addresses."""
    annotations = _get(page, "/Annots")
    for entry in annotations[:500] if isinstance(annotations, list) else ():
        note = _object(entry)
        url = safe_url(str(_get(_get(note, "/A"), "/URI") or ""))
        corners = _get(note, "/Rect")
        if url and isinstance(corners, list) and len(corners) == 4:
            x1, y1, x2, y2 = (float(_object(n)) for n in corners)
            yield (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), url
