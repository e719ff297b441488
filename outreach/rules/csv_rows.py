"""A CSV text to rows of cells, each with the line it begins in. Shared by lists of people and libraries of messages.

A cell is text whatever it begins with: nothing is calculated, and "=1+1" stays four characters.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence


class TableRefused(Exception):
    """The text is no table. `say` is one sentence for staff: where, what, and the cure."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


def rows(text: str | Iterable[str], delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the first row, which names the columns, and of every later one that holds something.

    `text`: the whole of it, or its lines as they come, each with its own line end.
    `line` counts from 1 and is the one the row begins in, as an editor shows it: a quoted cell may hold line breaks.
    Raises TableRefused for quotes that do not close where they should, and for a cell beyond the reader's limit.
    """
    lines = io.StringIO(text, newline="") if isinstance(text, str) else text
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = 0  # the last line of the row before
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if line == 1 or any(cell.strip() for cell in cells):
                yield line, cells
    except csv.Error as e:
        if "field limit" in str(e):
            most = f"{csv.field_size_limit():,}"
            raise TableRefused(
                f"Line {before + 1} holds a cell too long to be meant, over {most} characters: check the quotes there."
            ) from None
        raise TableRefused(f"Line {before + 1} is not CSV: {e}. Check the quotes there.") from None


def column_key(name: str) -> str:
    """A column's name as it is compared: lower case, without accents, "_" for spaces and hyphens."""
    letters = unicodedata.normalize("NFKD", name.strip().lower())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    return plain.replace(" ", "_").replace("-", "_")


def refuse_twice(names: Sequence[str]) -> None:
    """Raises TableRefused when two columns of the first line have one name."""
    twice = next((name for name, n in Counter(names).items() if n > 1), None)
    if twice is not None:
        raise TableRefused(f"Line 1 names the column “{twice}” twice.")
