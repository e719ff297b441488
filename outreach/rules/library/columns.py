"""The columns of a library by their names, English and Spanish, and the sign that stands between them."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Sequence

from outreach.rules.csv_rows import column_key

_NAMES = {
    "text": "text message body content message_text texto mensaje cuerpo contenido",
    "channel": "channel canal medio",
    "subject": "subject subject_line asunto",
    "preheader": "preheader preview preview_text preencabezado vista_previa",
    "title": "title series series_title titulo serie",
    "kind": "kind type clase tipo",
    "order": "order number sequence orden numero",
    "day": "day dia",
    "language": "language lang idioma lengua",
    "source": "source attribution credit author fuente atribucion credito autor",
    "licence": "licence license licencia",
    "url": "url link enlace",
}
COLUMNS = tuple(_NAMES)
_BY_NAME = {alias: column for column, aliases in _NAMES.items() for alias in aliases.split()}
_DELIMITERS = ",;\t"
_TOLD = re.compile(r"sep=([,;\t])[^\n]*\n", re.I)  # a first line by which spreadsheets tell each other


def column(name: str) -> str | None:
    """The column a heading means, or None when it is not one of ours."""
    return _BY_NAME.get(column_key(name))


def likely(name: str) -> str | None:
    """The heading that was probably meant by an unknown one."""
    return next(iter(difflib.get_close_matches(column_key(name), list(_BY_NAME), 1, 0.8)), None)


def is_library(data: bytes, name: str) -> bool:
    """Is the file a table of messages: by its name, or by a first line that holds nothing but names of columns?"""
    if name.lower().endswith((".csv", ".tsv")):
        return True
    head = data[:2_000].decode("utf-8-sig", "replace")
    told = _head(head, delimiter(head))
    known = [column(cell) for cell in told]
    return len(known) > 1 and "text" in known and None not in known


def delimiter(text: str) -> str:
    """Comma, semicolon or tab: the one by which the first line names most columns."""
    told = _TOLD.match(text)
    if told:
        return told.group(1)
    known = {d: sum(column(cell) is not None for cell in _head(text, d)) for d in _DELIMITERS}
    cells = {d: len(_head(text, d)) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: (known[d], cells[d], -_DELIMITERS.index(d)))


def without_hint(text: str) -> tuple[str, int]:
    """The table without a spreadsheet's "sep=;" line, and how many lines that took."""
    told = _TOLD.match(text)
    return (text[told.end() :], 1) if told else (text, 0)


def _head(text: str, separator: str) -> Sequence[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), [])
    except csv.Error:
        return []
