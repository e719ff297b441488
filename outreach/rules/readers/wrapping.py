"""Undoing hard line breaks: a text wrapped at 55 to 100 columns becomes one line per paragraph again."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from outreach.rules.readers.signs import BULLET, NUMBER, SENTENCE_END, is_prose, style

_NARROW, _WIDE = 50, 100
_NOTE = re.compile(r"^\s*(?:\[\^?\w{1,12}\]|\(\d{1,2}\)|[¹²³⁰-⁹]+|[*†‡§]+\s)")
# Pieces that stand at the start of a line only when a word was divided there.
_ENDING = re.compile(
    r"\w{0,4}(?:ment|tion|sion|ing|ness|able|ible|ity|ous|ive|ance|ence|ers?|ed|ly|al|ation|ción|mente|dad|ando|iendo|"
    r"ado|ida)s?"
)
_TORN = re.compile(r"^\s*(?:\[\d{1,2}\]|\(\d{1,2}\))\s+(?=\S)")
_COLUMNS = re.compile(r"\S(?: {4,}|\t+)\S")
_RULE = re.compile(r"^\s*[-=_*~]{3,}\s*$")
_URL = re.compile(r"^\s*<?https?://\S+>?$")


def unwrap(lines: list[str]) -> list[str]:
    """The lines with hard breaks undone. Never joins across a blank line, onto a bullet, a number or a note's marker.

    A break is taken for a hard one when the next word would not have fit in the width of the page, or when the next
    line hangs under a bullet.
    """
    width = _width(lines)
    known = frozenset(re.findall(r"[\w-]+", " ".join(lines).lower())) if width else frozenset()
    out: list[str] = []
    last = ""  # the screen line that was joined last: its length tells whether the break was forced
    for line in lines:
        torn = out and bool(width) and _torn_marker(out[-1], last, line, width)
        if out and out[-1].strip() and line.strip() and (torn or not (_opens(line) or _apart(last) or _apart(line))):
            forced = bool(width) and _forced(last, line, width) and not _ends(out[-1], last, line, width)
            joins = forced or _hangs(out[-1], line)
        else:
            joins = False
        if joins:
            out[-1] = _joined(out[-1], line, known)
        else:
            out.append(line)
        last = line
    return out


def _width(lines: list[str]) -> int:
    """Columns of a hard-wrapped text; 0 when it is not wrapped."""
    solid = [line.rstrip() for line in lines if line.strip() and not _URL.match(line)]
    if any(len(line) > _WIDE + 20 for line in solid):
        return 0
    long = [len(line) for line in solid if len(line) >= _NARROW]
    follows = sum(1 for a, b in pairwise(lines) if len(a.rstrip()) >= _NARROW and b.strip() and not _opens(b))
    if len(long) < 3 or follows < len(long) / 3:
        return 0
    return max(long)


def _opens(line: str) -> bool:
    return bool(BULLET.match(line) or NUMBER.match(line) or _NOTE.match(line))


def _apart(line: str) -> bool:
    """Columns ("Hospital          Page 1") and rules ("-----") are lines of their own."""
    return bool(_COLUMNS.search(NUMBER.sub("", BULLET.sub("", line)).strip()) or _RULE.match(line))


def _torn_marker(whole: str, last: str, line: str, width: int) -> bool:
    """Was a marker or a number torn from its sentence and put at the start of the next line of the paragraph?"""
    if not last.strip() or not line.strip() or _opens(whole) or not _forced(last, line, width):
        return False
    if _TORN.match(line):
        return bool(SENTENCE_END.search(last.rstrip()))
    number = NUMBER.match(line)
    if number is None or number["n"] in ("1", "a"):
        return False
    # "(ext." + "22) to book": no list begins in the middle of a sentence.
    return not re.search(r"[.!?:;…]$", re.sub(r"\bext\.$", "", last.rstrip()))


def _indent(line: str) -> int:
    return len(line.expandtabs(8)) - len(line.expandtabs(8).lstrip())


def _hangs(before: str, line: str) -> bool:
    """Does the line hang under the item or note that `before` opens?"""
    opened = BULLET.match(before) or NUMBER.match(before) or _NOTE.match(before)
    return bool(opened) and _indent(line) > _indent(before) and _indent(line) >= 2


def _forced(last: str, line: str, width: int) -> bool:
    """Would the next word not have fit, or was a word divided at the margin?"""
    if line.strip()[:1].islower() and (re.search(r"[^\W\d_]-$", last.rstrip()) or len(last.rstrip()) >= width - 12):
        return True
    return len(last.rstrip()) + 1 + len(line.split(None, 1)[0]) > width - 3


def _ends(whole: str, last: str, line: str, width: int) -> bool:
    """A heading in capitals stays alone, unless the next line goes on in capitals; so does a line that ends a sentence
    well before the margin."""
    if style(whole) == "caps" and not is_prose(whole):
        first = line.split(None, 1)[0]
        return not (sum(c.isalpha() for c in first) > 1 and first.isupper())
    return bool(SENTENCE_END.search(last.rstrip())) and len(last.rstrip()) < width - 15


def _joined(before: str, line: str, known: frozenset[str]) -> str:
    before, line = before.rstrip(), line.strip()
    match seam(before, line, known):
        case "space":
            return f"{before} {line}"
        case "hyphen":
            return before[:-1] + line
        case _:
            return before + line


def seam(before: str, line: str, known: frozenset[str]) -> Literal["space", "hyphen", "none"]:
    """What holds two parts of a paragraph together: a space, nothing ("job-" + "protected" is a compound and keeps its
    hyphen), or nothing with the hyphen taken out, where a word was divided at the margin. `known` are the text's words.
    """
    first, second = re.search(r"([^\W\d_]+)-$", before), re.match(r"[^\W\d_]+", line)
    if not first or not second or not line[:1].islower():
        return "space"
    whole, parted = (first[1] + second[0]).lower(), f"{first[1]}-{second[0]}".lower()
    if parted not in known and (whole in known or _ENDING.fullmatch(second[0])):
        return "hyphen"
    return "none"
