"""Subjects and preheaders: plain words from the article, of a length that inboxes show, each one different.

A subject has 30 to 60 characters, a preheader 40 to 110. Each has a discreet sibling without a word that could embarrass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from outreach.rules.contacts import EMAIL, PHONE, URL
from outreach.rules.likeness import repeats
from outreach.rules.slots import SlotTexts, fill
from outreach.rules.words import speaks_of_crisis, stigma_in

SUBJECT = (30, 60)
PREHEADER = (40, 110)

_SHOUT = re.compile(r"[!?]{2,}")
# Where a heading may end early: a mark, or before a word that opens a new piece of sense.
_MARKS = re.compile(r"\s*[:;,–—(](?=\s|\w)|\s-(?=\s)")
_BREAK = re.compile(
    r"(?<=\w)\s(?=(?:and|or|but|when|while|if|before|after|during|without|because|so|that|who|"
    r"which|with|for|from|in|at|on|by|as|until|since|y|o|pero|cuando|mientras|si|antes|después|durante|sin|porque|que|"
    r"con|para|por|en|desde|hasta)\b)",
    re.I,
)
_DANGLING = re.compile(
    r"\b(?:and|or|but|the|an?|of|to|in|on|at|by|for|from|with|your|our|their|his|her|its|is|are|was|were|be|not|no|"
    r"how|what|when|"
    r"why|who|that|as|than|y|o|el|la|los|las|un|una|de|del|al|a|en|su|sus|que|con|por|para|cómo|qué|cuándo|es|son|no|"
    r"talk|living|"
    r"life|do|stay|get|go|cope|deal)$",
    re.I,
)
_BAIT = re.compile(
    r"\byou won['’]?t believe|\bshocking\b|\b(?:one|this) (?:weird |simple )?trick\b|\bwhat happens next\b|\bmiracle\b|"
    r"\bsecrets? (?:of|to|that|they|doctors)\b|\b(?:act|order|hurry|call) now\b|\blast chance\b|\bguaranteed?\b|"
    r"\bmust[- ](?:see|read)\b|"
    r"\bdon['’]?t miss\b|\burgent\b|\b\d+ (?:\w+ )?reasons why\b|\bnumber \d+ will\b|\bno lo (?:va a )?creer|\bimpactante\b|"
    r"\búltima oportunidad\b|\bmilagro\w*|\bgarantizad[oa]s?\b|\${2,}|!",
    re.I,
)
_SHORT_NUMBER = re.compile(r"(?<!\d)(?:911|988)(?!\d)|\b(?:text|envíe|mande)\b.{0,30}\b\d{5,6}\b", re.I)
_DEATH = re.compile(
    r"\b(?:died?|dies|dying|deaths?|dead|kill(?:s|ed)?|fatal\w*|poison\w*|morir|muer(?:te|tes|e|en|to|tos)|mortal\w*|"
    r"mata[nr]?)\b",
    re.I,
)


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
    """A heading without shouting: ALL CAPITALS become sentence case, with names and abbreviations as the text has them.

    A single word in capitals is calmed when the article writes it small elsewhere; marks come once ("?!", "!!" and
    closing full stops go).
    """
    heading = re.sub(r"(?<=[^\W\d_])\.$", "", _SHOUT.sub(lambda m: "?" if "?" in m.group(0) else "!", heading.strip()))
    letters = [c for c in heading if c.isalpha()]
    if len(letters) < 4 or sum(c.isupper() for c in letters) < 0.85 * len(letters):
        return re.sub(r"(?<!\w)[^\W\d_]{4,}(?!\w)", lambda m: _calm_word(m.group(0), heading, forms), heading)
    words = [re.sub(r"[^\W\d_][\w’']*", lambda m: _small(m.group(0), forms), word) for word in heading.split(" ")]
    return re.sub(r"^(\W*(?:\d{1,2}[.)]\s+)?)(\w)", lambda m: m.group(1) + m.group(2).upper(), " ".join(words))


def _small(word: str, forms: Mapping[str, str]) -> str:
    return forms.get(word.lower(), word.lower()) if word.isupper() else word


def _calm_word(word: str, heading: str, forms: Mapping[str, str]) -> str:
    if not word.isupper() or forms.get(word.lower()) != word.lower():
        return word
    others = [w for w in re.findall(r"[^\W\d_]{4,}", heading) if not w.isupper()]
    titled = sum(w[0].isupper() for w in others) * 2 > len(others)
    return word.capitalize() if titled or heading.startswith(word) else word.lower()


def shorten(text: str, limit: int) -> str:
    """The text cut at a word so that it has at most `limit` characters, with "…" when something is gone."""
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if not text[limit - 1 : limit].isspace() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:–—-(“\"'") + "…"


def shorter(text: str, limit: int) -> str | None:
    """The longest beginning of the text that ends where its sense does, within `limit` characters; None for none.

    "How to Talk With Your Teenager About Alcohol Before the First Party" gives "How to Talk With Your Teenager About
    Alcohol". Nothing ends on a little word, and never on less than half of the text.
    """
    for breaks in (_MARKS, _BREAK):
        for cut in sorted((m.start() for m in breaks.finditer(text) if m.start() <= limit), reverse=True):
            head = text[:cut].rstrip(" ,;:–—-(")
            paired = head.count("“") == head.count("”") and head.count("(") == head.count(")")
            if len(head) * 2 >= min(len(text), limit) and paired and not _DANGLING.search(head):
                return head
    return None


def subject(*, title: str, headings: Sequence[str], number: int, total: int, slots: SlotTexts, taken: set[str]) -> str:
    """The subject of a part: its heading when that has the length, else the heading or the title with the part's number."""
    fair = [h for h in headings if not _BAIT.search(h)]
    # A title that shouts is still the article's name; without its "!" it is only the rest of it.
    for option in _subjects(title.rstrip("! "), fair, number, total, slots):
        option = re.sub(r"(?<=[?!…]):(?= )", "", option)
        if SUBJECT[0] <= len(option) <= SUBJECT[1] and option.casefold() not in taken:
            taken.add(option.casefold())
            return option
    # A title of a letter or two, or none that is fit: the neutral subject has its length and its number.
    last = discreet_subject(number, total, slots)
    taken.add(last.casefold())
    return last


def _subjects(title: str, headings: Sequence[str], number: int, total: int, slots: SlotTexts) -> Iterator[str]:
    values = {"n": number, "total": total}
    name = _head(title)
    if total == 1:
        yield title
        yield from _filled(slots.subject_single, title)
    elif number == 1:
        yield fill(slots.subject_part, title=title, **values)
        yield title
        yield from _filled(slots.subject_part, title, **values)
    for heading in headings:
        yield heading
        yield fill(slots.subject_with_part, heading=heading, **values)
        yield f"{name}: {heading}"
        yield _head(heading)
        yield shorter(heading, SUBJECT[1]) or ""
        yield from _filled(slots.subject_with_part, heading, **values)
    if total > 1:
        yield from _filled(slots.subject_part, title, **values)
        yield from _filled(slots.subject_short, title, **values)


def _head(text: str) -> str:
    """What stands before a colon or a dash: "Living With Worry" of "Living With Worry: A Short Guide"."""
    return re.split(r"\s*[:–—]\s+", text)[0]


def _filled(template: str, text: str, **values: int) -> Iterator[str]:
    """The template with the text: whole, its head, cut where its sense ends, and only then cut short."""
    room = _room(template, values)
    for short in (text, _head(text), shorter(text, room), shorten(text, room)):
        if short:
            yield fill(template, title=short, heading=short, **values)


def _room(template: str, values: Mapping[str, int]) -> int:
    """How many characters the text in a template may have for a subject to fit."""
    frame = fill(re.sub(r"\{(?:title|heading)\}", "", template), **values)
    return SUBJECT[1] - len(frame)


def discreet_subject(number: int, total: int, slots: SlotTexts) -> str:
    """A subject that tells nothing about the topic."""
    return slots.discreet_single if total == 1 else fill(slots.discreet_part, n=number, total=total)


def preheader(
    *, sentences: Sequence[str], subject: str, number: int, total: int, slots: SlotTexts, stands: Sequence[bool]
) -> str:
    """A line that adds to the subject: the part's first sentence that fits, else its first words.

    `stands` says per sentence whether it may be read alone. Those come first; a sentence of crisis or with a hurting
    word, an address or a number comes only when the part has nothing else, and what repeats the subject never.
    """
    low, high = PREHEADER
    told = re.sub(r"\W*" + re.escape(fill(slots.part, n=number, total=total)) + r"\W*", " ", subject, flags=re.I)
    useful = [(s, ok) for s, ok in zip(sentences, stands, strict=True) if not repeats(s, told) and not s.endswith(":")]
    whole = [(not ok, i, s) for i, (s, ok) in enumerate(useful) if low <= len(s) <= high and not _grave(s)]
    for apart, _, text in sorted(whole):
        if not apart:
            return text
    for text, ok in useful[:4]:
        longer = fill(slots.preheader_more, text=text)
        if ok and not _grave(text) and len(text) < low and low <= len(longer) <= high:
            return longer
    for text, ok in useful[:4]:
        cut = shorter(text, high - 1) or ""
        if ok and not _grave(text) and len(text) > high and len(cut) >= low:
            return cut + "…"
    return fill(slots.preheader_plain, n=number, total=total) if total > 1 else slots.preheader_discreet


def _grave(text: str) -> bool:
    """Not for a list of mails: a crisis, a death, a hurting word, an address or a number to call."""
    return bool(
        speaks_of_crisis(text)
        or stigma_in(text)
        or _DEATH.search(text)
        or PHONE.search(text)
        or EMAIL.search(text)
        or URL.search(text)
        or _SHORT_NUMBER.search(text)
    )
