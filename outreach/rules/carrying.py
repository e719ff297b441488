"""From one version of an article to the next: which sentence became which, and what becomes of the edits on them.

An edit follows its sentence when that still says the same, wherever it now stands. When the author changed it or took
it away, the edit is kept and marked: a person decides. Nothing a person wrote is overwritten.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from outreach.rules.edits import OF_AN_EMAIL, Edit

# What a sentence says: words, numbers with what parts and signs them, and signs of comparison. Quotes, dashes between
# words, commas and capitals are typography.
_WORD = re.compile(r"[^\W_]+(?:[.,:/-](?=\d)[^\W_]+)*|[%$€£≤≥<>=±+×÷]|(?<![\w])[-−](?=[\d.])")
_ALIKE = 0.5  # share of words in common from which a changed sentence is taken for the same one
_PAIRS = 40_000  # beyond so many pairs of changed sentences only those near each other are compared
_NEAR = 20
_ROOM = {"reword": "words", "strike": "words", "text": "text", "no_text": "text"}  # of these one holds at a time


@dataclass(frozen=True, slots=True)
class Match:
    """Where a sentence went: index in the new article, and whether it still says the same (typography aside)."""

    index: int
    same: bool


def align(before: Sequence[str], after: Sequence[str]) -> list[Match | None]:
    """For each sentence of `before` its place in `after`, or None when it is gone. No two share a place."""
    old, new = [_words(s) for s in before], [_words(s) for s in after]
    found: list[Match | None] = [None] * len(before)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for a, b, size in matcher.get_matching_blocks():
        for i in range(size):
            found[a + i] = Match(b + i, True)
    _moved(old, new, found)
    _changed(old, new, found)
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _left(new: Sequence[tuple[str, ...]], found: Sequence[Match | None]) -> list[int]:
    taken = {m.index for m in found if m is not None}
    return [i for i in range(len(new)) if i not in taken]


def _moved(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]], found: list[Match | None]) -> None:
    places: dict[tuple[str, ...], list[int]] = {}
    for i in _left(new, found):
        places.setdefault(new[i], []).append(i)
    for i, words in enumerate(old):
        if found[i] is None and places.get(words):
            found[i] = Match(places[words].pop(0), True)


def _changed(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]], found: list[Match | None]) -> None:
    lost, free = [i for i, m in enumerate(found) if m is None], _left(new, found)
    near = len(lost) * len(free) > _PAIRS
    scale = len(new) / max(1, len(old))
    ranked = []
    for i in lost:
        for j in free:
            if near and abs(j - i * scale) > _NEAR:
                continue
            likeness = _likeness(old[i], new[j])
            if likeness >= _ALIKE:
                ranked.append((-likeness, abs(j - i * scale), i, j))
    taken: set[int] = set()
    for _, _, i, j in sorted(ranked):
        if found[i] is None and j not in taken:
            found[i] = Match(j, False)
            taken.add(j)


def _likeness(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0


def carry(edits: Sequence[Edit], before: Sequence[str], after: Sequence[str]) -> list[Edit | None]:
    """Each edit as it stands on the new article; `before` and `after` are the author's sentences in order of their ids.

    None for an edit that has done its work: the author made it too, or took away what was struck out. When two meet on
    one sentence the first holds and the second waits for a person, like one whose sentence is gone.
    """
    if not edits:
        return []
    unchanged = list(before) == list(after)
    places: list[Match | None] = [Match(i, True) for i in range(len(after))] if unchanged else align(before, after)
    held: set[tuple[str, int]] = set()
    out: list[Edit | None] = []
    for edit in edits:
        carried = _carried(edit, places, after)
        if carried is not None and carried.sentence:
            place = (_ROOM.get(carried.kind, carried.kind), carried.sentence)
            if place in held:
                carried = replace(carried, sentence=0, conflict="gone", now="")
            held.add(place)
        out.append(carried)
    return out


def _carried(edit: Edit, places: Sequence[Match | None], after: Sequence[str]) -> Edit | None:
    if edit.kind == "restore":
        return edit
    if not edit.sentence:
        return _found_again(edit, places, after)
    if edit.kind in OF_AN_EMAIL:
        return _with_its_email(edit, places)
    place = places[edit.sentence - 1] if edit.sentence <= len(places) else None
    if place is None:
        if edit.kind in ("strike", "no_text"):
            return None
        return replace(edit, sentence=0, conflict="gone", now="")
    now = after[place.index]
    if edit.kind == "reword" and now.split() == edit.words.split():
        return None
    moved = replace(edit, sentence=place.index + 1)
    if _words(now) == _words(edit.was):
        return replace(moved, conflict="", now="")
    return replace(moved, conflict="changed", now=now)


def _with_its_email(edit: Edit, places: Sequence[Match | None]) -> Edit:
    """What was given to an email stays with the sentence it began with; when that is gone, with the next, to be checked."""
    for i, place in enumerate(places[edit.sentence - 1 :]):
        if place is not None:
            return replace(edit, sentence=place.index + 1, conflict="changed" if i else edit.conflict)
    return replace(edit, sentence=0, conflict="gone")


def _found_again(edit: Edit, places: Sequence[Match | None], after: Sequence[str]) -> Edit:
    """A sentence that was gone and is back takes its edit back; one that was there all the time is another."""
    wanted, known = _words(edit.was), {place.index for place in places if place is not None}
    at = next((i for i, text in enumerate(after) if i not in known and _words(text) == wanted), None)
    return edit if at is None else replace(edit, sentence=at + 1, conflict="", now="")
