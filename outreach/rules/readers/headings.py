"""Headings and lists without markup: which bare lines head something, which are items, which head nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from outreach.rules.draft import Dropped
from outreach.rules.readers.lines import Line, Span, key
from outreach.rules.readers.signs import LABEL, SENTENCE_END, could_head, is_picture_text, is_prose, leads_in, style

_PARTLY = 5  # words from which a bare line between paragraphs is text without its full stop rather than furniture

# "Some things that deserve attention are": a lead-in without its colon, unless it is "Who We Are".
_LEADS = re.compile(
    r"\b(?:are|is|includes?|including|like|such as|to|with|for|of|son|es|incluyen?|como|para|de)$", re.I
)
_ASKING = re.compile(r"(?:who|what|where|how|why|when|qu[ée]|qui[ée]n|c[óo]mo|d[óo]nde)\b", re.I)


def is_bare(line: Line) -> bool:
    """A line that is no sentence: what a heading, an item or a scrap of furniture looks like."""
    if line.kind != "text" or len(line.text) > 200:
        return False
    text = line.text
    if text.rstrip('"”’)').endswith("?"):
        return could_head(text) and not (text[0] in '“"«‘' and len(text.split()) > 8)
    if text.rstrip('"”’)').endswith("!"):
        return could_head(text) and style(text) != "plain"
    return not is_prose(text)


def number_headings(lines: Sequence[Line]) -> list[Line]:
    """Numbered lines that each head a paragraph ("1. Call a friend", then prose) become headings."""
    at = [
        i
        for i, line in enumerate(lines[:-1])
        if line.kind == "item" and line.ordered and not line.sure and could_head(line.text) and line.text[-1:] not in ".:;"
        and lines[i + 1].kind == "text" and is_prose(lines[i + 1].text)
    ]  # fmt: skip
    heads = set(at)
    if len(at) < 2 or any(lines[i - 1].kind == "item" and lines[i - 1].ordered and i - 1 not in heads for i in at if i):
        return list(lines)
    out = list(lines)
    for i in at:
        text = f"{lines[i].marker} {lines[i].text}"
        out[i] = Line(kind="heading", level=3, spans=(Span(text),), gap=True, at=lines[i].at)
    return out


def guess(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Gives bare lines their kind. Lines that head nothing leave with a reason; text of a few words or more stays."""
    lines = _colon_headings(_labelled(number_headings(lines)))
    sure = sum(line.kind == "heading" and line.sure for line in lines) >= 2
    if sure:
        return _beside_sure_headings(lines, dropped)
    house = _house_style(lines)
    out: list[Line] = []
    i = 0
    while i < len(lines):
        if not is_bare(lines[i]):
            out.append(lines[i])
            i += 1
            continue
        end = i
        while end < len(lines) and is_bare(lines[end]):
            end += 1
        out.extend(
            _run(lines[i:end], out[-1] if out else None, lines[end] if end < len(lines) else None, house, dropped)
        )
        i = end
    return out


def _labelled(lines: Sequence[Line]) -> list[Line]:
    """Three or more lines running that all open with a label ("Food: …") are a list that lost its bullets."""
    out = list(lines)
    i = 0
    while i < len(out):
        end = i
        while end < len(out) and _has_label(out[end]) and (end == i or not out[end].gap):
            end += 1
        if end - i >= 3:
            out[i:end] = [_item(line) for line in out[i:end]]
        i = max(end, i + 1)
    return out


def _has_label(line: Line) -> bool:
    label = LABEL.match(line.text)
    return line.kind == "text" and not line.sure and label is not None and len(label["label"].split()) <= 6


def _colon_headings(lines: Sequence[Line]) -> list[Line]:
    """ "Signs of Overdose:" before a paragraph is a heading; before a list it is its lead-in, before a quotation speech.

    In sentence case only when the article does it more than once.
    """
    at = {i for i, line in enumerate(lines[:-1]) if _colon_heads(line, lines[i + 1])}
    plain = {i for i in at if style(lines[i].text) == "plain"}
    if len(at) < 2:
        at -= plain
    return [
        replace(line, kind="heading", level=2, spans=(Span(line.text.rstrip(" :")),)) if i in at else line
        for i, line in enumerate(lines)
    ]


def small(lines: Sequence[Line]) -> list[Line]:
    """Three or more bare lines without a capital, each alone above a paragraph: a page that writes its headings small."""
    at = {
        i
        for i, line in enumerate(lines[:-1])
        if line.kind == "text" and line.gap and lines[i + 1].gap and line.text[0].islower() and len(line.text.split()) <= 9
        and could_head(line.text[0].upper() + line.text[1:]) and is_prose(lines[i + 1].text) and lines[i + 1].kind == "text"
        and (i == 0 or not leads_in(lines[i - 1].text))
    }  # fmt: skip
    return [
        replace(line, kind="heading", level=2) if len(at) >= 3 and i in at else line for i, line in enumerate(lines)
    ]


def _colon_heads(line: Line, following: Line) -> bool:
    text = line.text
    if line.kind != "text" or not text.endswith(":") or following.kind != "text" or len(text.split()) > 9:
        return False
    return could_head(text[:-1]) and is_prose(following.text) and following.text[0] not in "\"“'‘«"


def _house_style(lines: Sequence[Line]) -> str | None:
    """The style most headings have, when there is one."""
    styles = Counter(
        "title" if style(line.text) == "title" or len(line.text.split()) == 1 else style(line.text)
        for i, line in enumerate(lines[:-1])
        if (is_bare(line) or line.kind == "heading") and could_head(line.text) and not is_picture_text(line.text)
        and is_prose(lines[i + 1].text)
    )  # fmt: skip
    if not styles:
        return None
    best = min(styles, key=lambda s: (-styles[s], s))
    return best if styles[best] >= 0.6 * styles.total() else None


def _run(
    run: Sequence[Line], before: Line | None, after: Line | None, house: str | None, dropped: list[Dropped]
) -> list[Line]:
    """The kinds of a run of bare lines between `before` and `after`."""
    if before is not None and before.kind in ("text", "item") and leads_in(before.text):
        heads = 1 if after is not None and len(run) > 1 and _heads(run[-1], after, house) and run[-1].gap else 0
        return [_item(line) for line in run[: len(run) - heads]] + [_heading(line) for line in run[len(run) - heads :]]
    if len(run) >= 3 and before is not None and not any(line.gap for line in run[1:-1]):
        last = run[-1]
        if after is not None and last.gap and _heads(last, after, house):
            return [*_items_or_headed(run[:-1]), _heading(last)]
        if not last.gap:
            return _items_or_headed(run)
    out: list[Line] = []
    for i, line in enumerate(run):
        following = run[i + 1] if i + 1 < len(run) else after
        out.extend(_single(line, following, house, dropped))
    return out


def _items_or_headed(run: Sequence[Line]) -> list[Line]:
    """Lines that stand close together: items, the first their heading when a blank line precedes it alone."""
    if could_head(run[0].text) and style(run[0].text) != "plain" and len(run) > 2 and style(run[1].text) == "plain":
        return [_heading(run[0]), *(_item(line) for line in run[1:])]
    return [_item(line) for line in run]


def _single(line: Line, following: Line | None, house: str | None, dropped: list[Dropped]) -> list[Line]:
    if is_picture_text(line.text) and house != "plain":
        dropped.append(Dropped(line.text, "text of a picture"))
        return []
    if following is not None and _heads(line, following, house):
        if not is_bare(following):
            return [_heading(line)]
        if house is not None and style(line.text) == house and _is_subheading(following, house) and line.gap:
            return [replace(_heading(line), level=1)]
        dropped.append(Dropped(line.text, "heads nothing"))
        return []
    question = line.text.endswith("?")
    if question or (len(line.text.split()) >= _PARTLY and style(line.text) == "plain" and following is not None):
        return [line]
    dropped.append(Dropped(line.text, "stands alone between blocks"))
    return []


def _is_subheading(line: Line, house: str) -> bool:
    return style(line.text) == house or line.text.endswith("?")


def _heads(line: Line, following: Line, house: str | None) -> bool:
    """Can `line` be the heading of `following`?"""
    if not could_head(line.text) or (following.kind == "heading" and following.level < 2):
        return False
    if line.text.endswith("?") and house == "title" and style(line.text) == "plain" and len(line.text.split()) > 6:
        return False
    if following.kind == "item" and _LEADS.search(line.text) and not _ASKING.match(line.text):
        return False
    return following.kind in ("item", "quote", "heading") or is_prose(following.text) or is_bare(following)


def _heading(line: Line) -> Line:
    return replace(line, kind="heading", level=line.level or 2)


def _item(line: Line) -> Line:
    return replace(line, kind="item", level=0)


def _beside_sure_headings(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """In a file that marks its headings: bold lines are lesser headings, bare scraps leave, items behind a lead-in stay."""
    deepest = max(line.level for line in lines if line.kind == "heading" and line.sure)
    out: list[Line] = []
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else None
        if not is_bare(line):
            out.append(line)
        elif out and (leads_in(out[-1].text) or (out[-1].kind == "item" and not out[-1].sure and not line.gap)):
            out.append(_item(line))
        elif line.strong and could_head(line.text) and following is not None and following.kind != "heading":
            out.append(replace(line, kind="heading", level=deepest + 1))
        elif len(line.text.split()) >= _PARTLY and not is_picture_text(line.text):
            out.append(line)
        else:
            dropped.append(Dropped(line.text, "stands alone between blocks"))
    return out


def without_empty(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Without headings that head nothing: followed by one of the same or a higher rank, or by the end."""
    out: list[Line] = []
    for line in reversed(lines):
        if line.kind == "heading" and (not out or (out[-1].kind == "heading" and out[-1].level <= line.level)):
            dropped.append(Dropped(line.text, "heads nothing"))
            continue
        out.append(line)
    out.reverse()
    return out


def contents_list(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Without a list of contents: three or more lines running that all come again later as headings."""
    keys = [key(line.text) for line in lines]
    last = {k: i for i, k in enumerate(keys)}
    out: list[Line] = []
    i = 0
    while i < len(lines):
        end = i
        while (
            end < len(lines)
            and keys[end]
            and last[keys[end]] > end
            and not SENTENCE_END.search(lines[end].text.rstrip("?"))
        ):
            end += 1
        if end - i >= 3:
            dropped.extend(Dropped(line.text, "list of contents") for line in lines[i:end])
            i = end
            continue
        out.append(lines[i])
        i += 1
    return out
