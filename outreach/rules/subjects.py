"""Subjects and preheaders: plain words from the article, of a length that inboxes show, each one different.

A subject has 30 to 60 characters, a preheader 40 to 110. Each has a discreet sibling without a word that could embarrass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from outreach.rules.slots import SlotTexts, fill

SUBJECT = (30, 60)
PREHEADER = (40, 110)


def known_forms(texts: Sequence[str]) -> dict[str, str]:
    """How the article itself writes each word inside its sentences: what headings in capitals are turned into."""
    forms: dict[str, str] = {}
    for text in texts:
        for i, word in enumerate(re.findall(r"[^\W\d_][\w’'-]*", text)):
            low = word.lower()
            if word == low or (i > 0 and low not in forms):
                forms[low] = word
    return forms


def calm(heading: str, forms: Mapping[str, str]) -> str:
    """A heading without shouting: ALL CAPITALS become sentence case, with names and abbreviations as the text has them."""
    letters = [c for c in heading if c.isalpha()]
    if len(letters) < 4 or sum(c.isupper() for c in letters) < 0.85 * len(letters):
        return heading
    words = [forms.get(w.lower().strip(".,:;!?"), w.lower()) if w.isupper() else w for w in heading.split(" ")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def shorten(text: str, limit: int) -> str:
    """The text cut at a word so that it has at most `limit` characters, with "…" when something is gone."""
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if not text[limit - 1 : limit].isspace() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:–—-(“\"'") + "…"


def subject(*, title: str, headings: Sequence[str], number: int, total: int, slots: SlotTexts, taken: set[str]) -> str:
    """The subject of a part: its heading when that has the length, else the heading or the title with the part's number."""
    for option in _subjects(title, headings, number, total, slots):
        option = re.sub(r"(?<=[?!…]):(?= )", "", option)
        if SUBJECT[0] <= len(option) <= SUBJECT[1] and option.casefold() not in taken:
            taken.add(option.casefold())
            return option
    last = shorten(title, SUBJECT[1] - 20) + f" ({fill(slots.part, n=number, total=total).lower()})"
    taken.add(last.casefold())
    return last


def _subjects(title: str, headings: Sequence[str], number: int, total: int, slots: SlotTexts) -> Iterator[str]:
    values = {"n": number, "total": total}
    if total == 1:
        yield title
        yield fill(slots.subject_single, title=shorten(title, _room(slots.subject_single, {})))
    elif number == 1:
        yield fill(slots.subject_part, title=title, **values)
        yield fill(slots.subject_part, title=shorten(title, _room(slots.subject_part, values)), **values)
    for heading in headings:
        yield heading
        yield fill(slots.subject_with_part, heading=heading, **values)
        yield f"{title}: {heading}"
        head = re.split(r"\s*[:–—]\s+", heading)[0]
        yield head
        yield fill(slots.subject_with_part, heading=head, **values)
        yield fill(slots.subject_with_part, heading=shorten(heading, _room(slots.subject_with_part, values)), **values)
    yield fill(slots.subject_part, title=title, **values)
    yield fill(slots.subject_part, title=shorten(title, _room(slots.subject_part, values)), **values)
    yield fill(slots.subject_short, title=shorten(title, _room(slots.subject_short, values)), **values)


def _room(template: str, values: Mapping[str, int]) -> int:
    """How many characters the text in a template may have for a subject to fit."""
    frame = fill(re.sub(r"\{(?:title|heading)\}", "", template), **values)
    return SUBJECT[1] - len(frame)


def discreet_subject(number: int, total: int, slots: SlotTexts) -> str:
    """A subject that tells nothing about the topic."""
    return slots.discreet_single if total == 1 else fill(slots.discreet_part, n=number, total=total)


def preheader(
    *, sentences: Sequence[str], subject: str, number: int, total: int, slots: SlotTexts, calm_first: Sequence[bool]
) -> str:
    """A line that adds to the subject: the part's first sentence that fits, else its first words.

    `calm_first` says per sentence whether it stands alone; those that do come first.
    """
    low, high = PREHEADER
    whole = [
        (not ok, i, s) for i, (s, ok) in enumerate(zip(sentences, calm_first, strict=True)) if low <= len(s) <= high
    ]
    for _, _, text in sorted(whole)[:1]:
        if text.casefold() != subject.casefold():
            return text
    for text in sentences[:3]:
        if len(text) > high:
            return shorten(text, high)
        longer = fill(slots.preheader_more, text=text)
        if low <= len(longer) <= high and not text.endswith(":"):
            return longer
    return fill(slots.preheader_plain, n=number, total=total) if total > 1 else slots.preheader_discreet
