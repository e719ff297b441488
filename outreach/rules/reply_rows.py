"""How the word tables of the replies are written: patterns by line, lists by |. What they say stands in the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class Row:
    """One pattern. `name`: the crisis class. `doubt`: a person must look as well."""

    pattern: re.Pattern[str]
    language: Language
    name: str = ""
    doubt: bool = False


def rows(language: Language, patterns: str, name: str = "", *, doubt: bool = False) -> tuple[Row, ...]:
    """One row per line; a line that begins with `+ ` goes on with the one above, one with `& ` does so after a space.

    ` _ ` is a gap of up to three words, and every pattern begins and ends at a word's edge.
    """
    joined = re.sub(r"\n *& ", " ", re.sub(r"\n *\+ ", "", patterns))
    lines = (line.strip() for line in joined.strip().splitlines())
    return tuple(
        Row(re.compile(rf"(?<!\S)(?:{line.replace(' _ ', '(?: [^ ]+){0,3} ')})(?!\S)"), language, name, doubt)
        for line in lines
    )


def listed(text: str) -> list[str]:
    """The entries of a list written with | between them, over as many lines as it takes."""
    return [" ".join(entry.split()) for entry in text.split("|")]
