"""Page furniture: what belongs to the page and not to the article. Every line taken leaves its reason behind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import pairwise

from outreach.rules.draft import Dropped
from outreach.rules.readers.headings import is_bare
from outreach.rules.readers.lines import Line, key
from outreach.rules.readers.signs import could_head, is_full, is_picture_text, is_prose, leads_in, style
from outreach.rules.readers.titles import first_prose
from outreach.rules.readers.vocabulary import (
    BYLINE,
    COOKIES,
    DATED,
    DISCLAIMER,
    END_OF_ARTICLE,
    HOURS,
    NAME_AND_DATE,
    TAKEAWAYS,
    UPDATED,
    is_furniture,
    is_furniture_alone,
)  # fmt: skip

_PHONE = re.compile(r"\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}")
_CUES = tuple(
    re.compile(words, re.I)
    for words in (
        r"\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}",
        r"24/7|24[ -]hours?|around the clock|day or night|24 horas",
        r"\b(?:free|confidential|no[- ]obligation|gratis|gratuit[oa]|confidencial)\b",
        r"\b(?:now|today|ahora|hoy|waiting|standing by)\b",
        r"\b(?:insurance|coverage|benefits|seguro)\b",
        r"\b(?:admissions|specialists?|representatives?|advisors?|navigators?|(?:our|treatment) (?:team|counselors?))\b",
    )
)
_SLOGAN = re.compile(r"\b(?:help|call|today|now|start|ready|ayuda|llame|ahora|hoy|contact|recovery|insurance)\b", re.I)
_TELLS = (
    r"(?:is|was|has|writes|works|lives|holds|serves|leads|teaches|earned|covers|reports|runs|directs|coordinates|"
    r"specializes|es|escribe|trabaja|dirige|vive)"
)
_PAGE_NUMBER = re.compile(r"(?: (?:page|pg|p|página))? \d{1,3}$|^(?:page |pg |p |página )?\d{1,3} ")
_BOX = re.compile(
    r"\W*(?:related|recommended|popular|similar|you (?:might|may)|also read|artículos relacionados)\b", re.I
)
_SENTENCES = re.compile(r"[.!?](?:[\"”’)\]]|\[\w+\]|\d)*(?=\s|$)")
_ASKS = re.compile(r"^(?:call|text|visit|write|email|e-mail|contact|llame|llama|escriba|visite)\b", re.I)


def head(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Lines between the title and the text: bylines, dates, picture texts leave; a first heading stays."""
    start = first_prose(lines)
    out: list[Line] = []
    for i, line in enumerate(lines[:start]):
        following = lines[i + 1] if i + 1 < len(lines) else None
        if (
            line.kind == "item"
            or (line.kind == "heading" and line.sure)
            or _first_heading(line, following, lines[start:])
            or _is_text(line.text)
            or (leads_in(line.text) and following is not None and following.kind == "item")
        ):
            out.append(line)
        else:
            dropped.append(Dropped(line.text, "between title and text"))
    return out + list(lines[start:])


def _is_text(text: str) -> bool:
    """A sentence, or too many words to be anything else: no paragraph may be lost for want of its full stop."""
    if COOKIES.search(text) or BYLINE.match(text):
        return False
    return is_full(text) or (len(text.split()) >= 20 and not is_furniture(text))


def _first_heading(line: Line, following: Line | None, rest: Sequence[Line]) -> bool:
    """Is the bare line right before the text a heading like the others?"""
    if TAKEAWAYS.fullmatch(line.text.strip()) and following is not None:
        return True
    if following is None or following is not (rest[0] if rest else None):
        return False
    if not could_head(line.text[:1].upper() + line.text[1:] if line.kind == "heading" else line.text):
        return False
    if (
        is_picture_text(line.text)
        or is_furniture(line.text)
        or BYLINE.match(line.text)
        or NAME_AND_DATE.match(line.text)
    ):
        return False
    if re.search(r"^.{0,20}\b(?:by|published|posted|updated)\b", line.text, re.I) or DATED.match(line.text):
        return False
    others = Counter(
        style(x.text)
        for x, after in pairwise(rest)
        if (is_bare(x) or x.kind == "heading") and could_head(x.text) and is_prose(after.text)
    )
    if line.kind == "heading":
        return True
    return bool(others) and others[style(line.text)] >= 0.6 * others.total()


def vocabulary(lines: Sequence[Line], names: Set[str], dropped: list[Dropped]) -> list[Line]:
    """Without lines made of furniture's words, and without short lines that recur.

    `names` are the page's mastheads and its title, as keys: they come again as running heads.
    """
    counts = Counter(key(line.text) for line in lines)
    out: list[Line] = []
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else None
        text = line.text.strip()
        if not key(text):
            dropped.append(Dropped(text, "no words"))
        elif line.kind == "quote" or (line.kind == "item" and line.sure and len(text.split()) > 3):
            out.append(line)
        elif is_furniture(text) and not _is_sentence_of_text(line):
            dropped.append(Dropped(text, "page furniture"))
        elif COOKIES.search(text) and len(text.split()) < 60:
            dropped.append(Dropped(text, "cookie notice"))
        elif is_bare(line) and is_furniture_alone(text) and (following is None or not is_prose(following.text)):
            dropped.append(Dropped(text, "menu, address or banner"))
        elif line.kind == "text" and is_bare(line) and _PAGE_NUMBER.sub("", key(text)) in names:
            dropped.append(Dropped(text, "running head"))
        elif line.kind == "text" and is_bare(line) and counts[key(text)] >= 3:
            dropped.append(Dropped(text, "recurs on the page"))
        else:
            out.append(line)
    return out


def _is_sentence_of_text(line: Line) -> bool:
    """A vocabulary pattern may be the start of a real sentence ("Share this with someone you trust and …")."""
    if "©" in line.text or UPDATED.match(line.text) or is_bare(line):
        return False
    return line.kind != "heading" and is_full(line.text) and len(line.text.split()) >= 8


def tail(lines: Sequence[Line], byline: str | None, names: Set[str], dropped: list[Dropped]) -> list[Line]:
    """Without what follows the article: related posts, comments, the author's box, trailing scraps.

    `names` are the page's mastheads, as keys.
    """
    total = sum(len(line.text.split()) for line in lines) or 1
    seen = 0
    end = len(lines)
    reason = ""
    for i, line in enumerate(lines):
        if seen > total * 0.5 and line.kind != "item" and len(line.text.split()) <= 14:
            if END_OF_ARTICLE.match(line.text):
                end, reason = i, "after the end of the article"
                break
            if byline and key(line.text) == key(byline):
                end, reason = i, "about the author"
                break
        seen += len(line.text.split())
    rest = list(lines[end:])
    again = _goes_on(rest, dropped)
    if reason and again:
        dropped.extend(Dropped(line.text, "between sections") for line in rest[:again])
        return tail([*lines[:end], *rest[again:]], byline, names, dropped)
    if reason and sum(len(x.text.split()) for x in rest) > total * 0.45:
        rest, end = [], len(lines)
    dropped.extend(Dropped(line.text, reason) for line in rest)
    people = [byline] if byline else [d.line for d in dropped if d.reason == "between title and text"]
    kept = _without_bio(_without_scraps(lines[:end], names, dropped), people, dropped)
    return _without_scraps(kept, names, dropped) if len(kept) < end else kept


def _goes_on(rest: Sequence[Line], dropped: Sequence[Dropped]) -> int:
    """Where the article goes on behind a box of related posts; 0 when it does not.

    Teasers and comments look like sections too, so only two things are sure: a heading that the list of contents named,
    or, before the article's own sources, two headed paragraphs of several sentences.
    """
    listed = {key(d.line) for d in dropped if d.reason in ("list of contents", "page part: contents")}
    sourced = bool(rest and _BOX.match(rest[0].text)) and any(d.reason == "heading of the sources" for d in dropped)
    heads = [i for i in range(1, len(rest) - 1) if _is_section(rest[i], rest[i + 1])]
    named = [i for i in heads if key(rest[i].text) in listed]
    if named:
        return named[0]
    return heads[0] if sourced and len(heads) > 1 else 0


def _is_section(line: Line, following: Line) -> bool:
    """A heading and a paragraph of several sentences under it."""
    heads = line.kind == "heading" or (is_bare(line) and could_head(line.text))
    return heads and following.kind == "text" and len(_SENTENCES.findall(following.text)) > 1


def _without_scraps(lines: Sequence[Line], names: Set[str], dropped: list[Dropped]) -> list[Line]:
    end = len(lines)
    body = "\n".join(line.text for line in lines)
    while end and (
        is_bare(lines[end - 1]) or lines[end - 1].kind == "heading" or _is_closing(lines[end - 1].text, names)
    ):
        text = lines[end - 1].text
        phone = _PHONE.search(text)
        if _ASKS.match(text) and (phone is None or body.count(phone.group(0)) == 1) and len(text.split()) > 3:
            break
        end -= 1
    dropped.extend(Dropped(line.text, "after the end of the article") for line in lines[end:])
    return list(lines[:end])


def _is_closing(text: str, names: Set[str]) -> bool:
    """The masthead again, with its legal form, opening hours or a disclaimer in one sentence."""
    legal = re.sub(r" (?:inc|llc|ltd|a nonprofit organi[sz]ation)$", "", key(text))
    if len(text.split()) <= 12 and HOURS.match(text):
        return True
    return legal in names or (len(text.split()) <= 40 and bool(DISCLAIMER.search(text)))


def _without_bio(lines: list[Line], people: Sequence[str], dropped: list[Dropped]) -> list[Line]:
    """The last paragraph goes when it tells in the third person about one of `people`, the bylines of the page."""
    if not lines or lines[-1].kind == "item":
        return lines
    for person in people:
        name = re.match(
            r"(?:(?i:by|por|words by)\s+)?(?P<first>[A-ZÀ-Þ][\w’'-]+)\s+(?:\S+\s+)?(?P<last>[A-ZÀ-Þ][\w’'-]+)", person
        )
        if not name:
            continue
        told = (
            rf"(?:(?:Dr|Mr|Ms|Mrs)\.?\s+)?{re.escape(name['first'])}(?:\s+\S+)?(?:\s+{re.escape(name['last'])})"
            r"{0,1}(?:, [^,]{2,30},?)?"
        )
        if re.match(rf"^{told}\s+{_TELLS}\b", lines[-1].text):
            dropped.append(Dropped(lines[-1].text, "about the author"))
            return lines[:-1]
    return lines


def banners(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Without advertisements of the page's own house between two sections: a few words that ask to call at once.

    Only where the same number stands elsewhere, and never among the last lines: there the article asks for itself.
    """
    out: list[Line] = []
    text = "\n".join(line.text for line in lines)
    for i, line in enumerate(lines):
        if i < len(lines) - 3 and line.kind == "text" and not line.sure and _advertises(line.text, text):
            if out and is_bare(out[-1]) and len(out[-1].text.split()) <= 8 and _SLOGAN.search(out[-1].text):
                dropped.append(Dropped(out.pop().text, "banner"))
            dropped.append(Dropped(line.text, "banner"))
        else:
            out.append(line)
    return out


def _advertises(line: str, text: str) -> bool:
    if len(line.split()) > 30 or sum(bool(cue.search(line)) for cue in _CUES) < 3:
        return False
    phones = [m.group(0) for m in _PHONE.finditer(line)]
    return all(text.count(phone) > 1 for phone in phones)


def pictures(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Without texts and credits of pictures between blocks."""
    out: list[Line] = []
    for line in lines:
        if line.kind == "text" and is_bare(line) and is_picture_text(line.text):
            dropped.append(Dropped(line.text, "text of a picture"))
        else:
            out.append(line)
    return out
