"""What a page says twice: hidden copies, quotations pulled out of the text, takeaways that repeat it word for word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile

from outreach.rules.draft import Dropped
from outreach.rules.readers.headings import is_bare
from outreach.rules.readers.lines import Line, key
from outreach.rules.readers.vocabulary import TAKEAWAYS

_COPY = 6  # words from which a whole line that comes again is a copy
_PULLED = 6  # words of a pulled quotation
_BARE = 9  # of one without its full stop: shorter ones are headings that use the text's words
_TAKEAWAY = 4
_GRAM = 4
_LOOK = 50  # lines compared with one: keeps the work linear in a text that says the same again and again


def without(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """The lines without copies. The text's own place is kept, whatever repeats it leaves."""
    kept = _without_pulled(_without_copies(lines, dropped), dropped)
    return _without_emptied(lines, kept, dropped)


def _without_emptied(lines: Sequence[Line], kept: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Without "Key takeaways" when every point under it has left: it would head the text behind it."""
    stays = {id(line) for line in kept}
    gone: set[int] = set()
    for i, line in enumerate(lines):
        if not TAKEAWAYS.fullmatch(line.text.strip()):
            continue
        points = [id(x) for x in takewhile(lambda x: x.kind == "item", lines[i + 1 :])]
        if points and stays.isdisjoint(points):
            gone.add(id(line))
            dropped.append(Dropped(line.text, "heads nothing"))
    return [line for line in kept if id(line) not in gone]


def _without_copies(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Of two copies the first stays, but a list of takeaways at the top gives way to the paragraph it repeats."""
    seen: dict[str, int] = {}
    gone: set[int] = set()
    for i, line in enumerate(lines):
        mark = key(line.text)
        if len(mark.split()) < _COPY or line.kind == "heading":
            continue
        first = seen.setdefault(mark, i)
        if first != i:
            ahead = lines[first].kind == "item" and line.kind == "text" and first not in gone
            gone.add(first if ahead else i)
    dropped.extend(Dropped(lines[i].text, "stands twice") for i in sorted(gone))
    return [line for i, line in enumerate(lines) if i not in gone]


def _without_pulled(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Without lines that stand word for word inside a longer one; of a list, when at least half of its items do."""
    inside = _contained(lines)
    gone: set[int] = set()
    i = 0
    while i < len(lines):
        end = i + 1
        if lines[i].kind == "item":
            while end < len(lines) and lines[end].kind == "item":
                end += 1
            held = [j for j in range(i, end) if j in inside]
            if len(held) * 2 >= end - i and end - i > 1:
                gone.update(held)
        elif i in inside and lines[i].kind in ("text", "quote"):
            words = len(key(lines[i].text).split())
            if words >= (_BARE if is_bare(lines[i]) else _PULLED) and not _alone(lines, i):
                gone.add(i)
        i = end
    dropped.extend(Dropped(lines[i].text, "repeats the text") for i in sorted(gone))
    return [line for i, line in enumerate(lines) if i not in gone]


def _alone(lines: Sequence[Line], i: int) -> bool:
    """All that stands under its heading: no pulled quotation."""
    return i > 0 and lines[i - 1].kind == "heading" and (i + 1 == len(lines) or lines[i + 1].kind == "heading")


def _contained(lines: Sequence[Line]) -> set[int]:
    """Indices of the lines whose words stand, in a row, inside a longer line."""
    words = [key(line.text).split() for line in lines]
    starts: dict[tuple[str, ...], list[int]] = defaultdict(list)
    wanted = {tuple(w[:_GRAM]) for w in words if _TAKEAWAY <= len(w) <= 60}
    for i, w in enumerate(words):
        for at in range(len(w) - _GRAM + 1):
            gram = tuple(w[at : at + _GRAM])
            if gram in wanted and len(starts[gram]) < _LOOK and i not in starts[gram][-1:]:
                starts[gram].append(i)
    found: set[int] = set()
    for i, w in enumerate(words):
        if not _TAKEAWAY <= len(w) <= 60:
            continue
        text = f" {' '.join(w)} "
        if any(
            len(words[j]) > len(w) and text in f" {' '.join(words[j])} "
            for j in starts.get(tuple(w[:_GRAM]), ())
            if j != i and lines[j].kind != "heading"
        ):
            found.add(i)
    return found
