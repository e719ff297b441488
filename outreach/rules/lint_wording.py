"""The wording checks that every piece of writing passes, an email's and a text's alike: each says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outreach.rules.content_words import DRUG_NAMES, SHAFT, pressing, tells_a_dose
from outreach.rules.draft import Problem, Severity
from outreach.rules.links import is_shortener
from outreach.rules.words import stigma_in

# A name starts where no part of one stands before it: else every letter of a long word is a start to be tried.
_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w-])(?<![\w-]\.))(?:[\w-]+\.)+[a-z]{2,}/[^\s<>\"“”]*|https?://[^\s<>\"“”]+", re.I
)
_LEFT_MARKER = re.compile(r"\[\^?\d{1,2}\]|[a-z]{2}[.!?]\d{1,2}(?=\s+[A-Z]|$)|(?<=[a-z.!?])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?=\s|$)")
_ANSWERS = re.compile(r"^\s*(?:re|fw|fwd|rv|aw)\s*:", re.I)

# Every code with what it means; the review page and docs/lint.md list them from here.
CODES: dict[str, str] = {
    "missing-citation": "a reference marker names a source that is not listed",
    "unsourced-number": "a statistic without a source",
    "unused-source": "a listed source that no sentence cites",
    "coverage": "a sentence of the article is in no email, or in more than one",
    "stigma": "a stigmatising word",
    "shame": "wording that blames or shames",
    "urgency": "wording that presses or says that something is running out",
    "promise": "a promise of an outcome",
    "dosing": "how much of a medicine to take, or when to take or stop it",
    "referral-reward": "a reward for bringing somebody to treatment",
    "reading-grade": "harder to read than grade 8",
    "lock-screen": "a word that a locked phone would show to others",
    "long-part": "an email of more than 330 words",
    "short-part": "an email of fewer than 120 words in a series of several",
    "own-words": "more than a quarter of an email's words are ours and not the author's",
    "crisis-lifelines": "crisis content without 988 and 911",
    "crisis-tip": "a text speaks of a crisis and holds no crisis line",
    "shortener": "a link behind a public shortener",
    "text-link": "a link in a text",
    "carrier-words": "words that carriers filter in texts",
    "empty-text": "a text without words",
    "long-text": "a text of more than two parts",
    "long-sentence": "a sentence of more than 15 words in a text that a person wrote",
    "text-encoding": "a text that is not in the plain alphabet and costs more",
    "text-leans": "a text that does not stand alone",
    "subject-length": "a subject outside 30 to 60 characters",
    "subject-wording": "a subject that shouts, baits or pretends to be an answer",
    "subject-twice": "two emails of a series with one subject",
    "preheader-length": "a preheader outside 40 to 110 characters",
    "preheader-repeats": "a preheader that says the subject again",
    "no-call": "no phone, address or page to turn to",
    "few-texts": "fewer than three sentences of the article stand alone as texts",
    "text-after-sources": "text stands behind the list of sources",
    "confirm-structure": "headings, lists and paragraphs were guessed from a PDF and nobody has confirmed them",
    "edit-conflict": "a person's edit and the author's new words disagree",
    "we-unnamed": "the article says “we” and no organisation is known",
    "merge-field": "a ready message holds another system's mark for a name or a number, which would arrive as it stands",
    "markup": "a ready message holds an HTML tag, which would arrive as it stands",
    "own-footer": "a ready message brings a notice or a sender's name that is added by itself",
    "unknown-column": "a column of a library that is not read",
    "same-message": "a row of a library that says what an earlier one says",
    "several-titles": "a library that names more than one title",
}


def problem(severity: Severity, code: str, where: str, say: str) -> Problem:
    """A problem with a known code; KeyError for any other, so that none goes undocumented."""
    if code not in CODES:
        raise KeyError(code)
    return Problem(severity, code, where, say)


def wording(text: str, where: str) -> Iterator[Problem]:
    """Stigma, pressure, doses and hidden links in a piece of writing."""
    for word, instead in stigma_in(text):
        yield problem("warning", "stigma", where, f"“{word}” can hurt; say instead: {instead}.")
    for code, words, say in pressing(text):
        yield problem("error" if code == "referral-reward" else "warning", code, where, f"“{words}”: {say}.")
    yield from hidden_links(text, where)


def dosing(text: str, where: str) -> Iterator[Problem]:
    """Doses, sentence by sentence."""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if tells_a_dose(sentence):
            say = f"“{shown(sentence)}” tells a dose; leave that to a doctor or pharmacist, or say why it is safe here."
            yield problem("warning", "dosing", where, say)


def hidden_links(text: str, where: str) -> Iterator[Problem]:
    """Links behind a public shortener, written with or without https."""
    for link in _ADDRESS.findall(text):
        if is_shortener(link):
            yield problem("error", "shortener", where, f"{link} hides where it leads; write the whole address.")


def left_marker(text: str) -> str | None:
    """What looks like a reference and names no source, or None."""
    match = _LEFT_MARKER.search(text)
    return match.group(0) if match else None


def subject_wording(subject: str, where: str) -> Iterator[Problem]:
    """An honest, calm subject: no "Re:", no capitals throughout, no row of marks."""
    letters = [c for c in subject if c.isalpha()]
    if _ANSWERS.match(subject):
        say = "It looks like an answer or a forwarded mail, which the law calls misleading; take the “Re:” out."
        yield problem("error", "subject-wording", where, say)
    elif len(letters) >= 8 and sum(c.isupper() for c in letters) > 0.6 * len(letters):
        yield problem("warning", "subject-wording", where, "It shouts in capitals; write it like a sentence.")
    elif re.search(r"[!?]{2,}|!.*!|\${2,}|^[^\w“«¿¡(\[]*!", subject):
        yield problem("warning", "subject-wording", where, "It shouts with its marks; one is enough.")


def carriers(text: str, where: str) -> Iterator[Problem]:
    """What makes carriers filter a text: links and the goods they watch for."""
    if _ADDRESS.search(text):
        say = (
            "Carriers distrust links; leave it out where the words serve without it, else use the centre's own domain."
        )
        yield problem("note", "text-link", where, say)
    watched = [m.group(0) for m in SHAFT.finditer(text)]
    if watched:
        say = f"Carriers may filter {_listed(watched)}; say it in other words where that is clear."
        yield problem("warning", "carrier-words", where, say)
    named = [m.group(0) for m in DRUG_NAMES.finditer(text)]
    if named:
        say = f"Carriers may filter names of drugs ({_listed(named)}); keep the name only where a person needs it."
        yield problem("note", "carrier-words", where, say)


def _listed(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in dict.fromkeys(words))


def shown(text: str) -> str:
    """A text short enough to stand within a message to staff."""
    return text if len(text) <= 70 else text[:69].rsplit(" ", 1)[0] + "…"
