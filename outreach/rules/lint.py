"""What staff should look at before a series goes out: problems with a stable code, a place and a cure.

error    must be mended or struck out before publishing
warning  should be mended, or a person says why not
note     good to know
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from outreach.rules import readability, sms
from outreach.rules.article import Article, ItemList, Sentence
from outreach.rules.contacts import URL
from outreach.rules.draft import EmailDraft, Problem, SeriesDraft, Severity, Tip
from outreach.rules.figures import has_figure, named_source
from outreach.rules.links import is_shortener
from outreach.rules.standalone import leaning
from outreach.rules.words import HAS_911, HAS_988, is_private, speaks_of_crisis, stigma_in

MAX_EMAIL_WORDS = 330
MIN_EMAIL_WORDS = 120
MAX_GRADE = 9.0
LOCK_SCREEN = 90  # characters of a text that a locked phone shows

# Every code with what it means; the review page and the documents list them from here.
CODES: dict[str, str] = {
    "missing-citation": "a reference marker names a source that the article does not list",
    "unsourced-number": "a statistic without a source",
    "unused-source": "a listed source that no sentence cites",
    "coverage": "a sentence of the article is in no email, or in more than one",
    "stigma": "a stigmatising word",
    "reading-grade": "harder to read than grade 9",
    "lock-screen": "a word that a locked phone would show to others",
    "long-part": "an email of more than 330 words",
    "short-part": "an email of fewer than 120 words in a series of several",
    "crisis-lifelines": "crisis content without 988 and 911; the safety footer will add them",
    "crisis-tip": "a text speaks of a crisis and holds no crisis line",
    "shortener": "a link behind a public shortener",
    "long-text": "a text of more than two parts",
    "text-encoding": "a text that is not in the plain alphabet and costs more",
    "text-leans": "a text that does not stand alone",
    "subject-length": "a subject outside 30 to 60 characters",
    "preheader-length": "a preheader outside 40 to 110 characters",
    "no-call": "no phone, address or page to turn to",
    "few-texts": "fewer than three sentences of the article stand alone as texts",
    "text-after-sources": "text stands behind the list of sources",
    "confirm-structure": "paragraphs, headings and lists were guessed from a PDF; a person has to confirm them",
    "we-unnamed": "the article says “we” and no organisation is known",
}

_LEFT_MARKER = re.compile(r"\[\^?\d{1,2}\]|[a-z]{2}[.!?]\d{1,2}(?=\s+[A-Z]|$)|(?<=[a-z.!?])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?=\s|$)")
_WE = re.compile(r"\b(?:we|our|us)\b", re.I)


def lint(draft: SeriesDraft, article: Article) -> tuple[Problem, ...]:
    """Every problem of a draft, emails first, then texts, then the article; the same order on every run."""
    found: list[Problem] = []
    for email in draft.emails:
        found.extend(_email(email, len(draft.emails)))
    for number, tip in enumerate(draft.tips, 1):
        found.extend(_tip(tip, f"text {number}", draft))
    shown = [str(n) for n, tip in enumerate(draft.tips, 1) if is_private(tip.text[:LOCK_SCREEN])]
    if shown:
        say = "The first words show on a locked phone and tell what it is about; people who asked for discretion do not get them."
        found.append(_problem("note", "lock-screen", f"texts {', '.join(shown)}", say))
    found.extend(_article(draft, article))
    return tuple(found)


def lint_email(email: EmailDraft, total: int) -> tuple[Problem, ...]:
    """The problems of one email, for the editor: same checks as in a whole series of `total` emails."""
    return tuple(_email(email, total))


def lint_text(text: str, organisation: str | None = None, language: str = "en") -> tuple[Problem, ...]:
    """The problems of one text as written by a person."""
    cost = sms.measure(text)
    tip = Tip(text=text, kind="fact", source=None, cited=False, sentences=(), encoding=cost.encoding, parts=cost.parts)
    return tuple(_text_checks(tip, "text", organisation, language))


def _problem(severity: Severity, code: str, where: str, say: str) -> Problem:
    return Problem(severity, code, where, say)


def _email(email: EmailDraft, total: int) -> Iterator[Problem]:
    where = f"email {email.number}"
    yield from _lengths(email, where, total)
    yield from _lock_screen(email, where)
    authored = [s for block in email.blocks if not block.slot for s in _plain(block)]
    for text in authored:
        yield from _wording(text, where)
    if email.lifelines:
        whole = "\n".join(authored)
        if not (HAS_988.search(whole) and HAS_911.search(whole)):
            yield _problem(
                "note",
                "crisis-lifelines",
                where,
                "It speaks of a crisis; the safety footer adds 988 and 911. Nothing to do.",
            )
    grade = (
        readability.grade([t for text in authored for t in re.split(r"(?<=[.!?])\s+", text)])
        if email.language == "en"
        else None
    )
    if grade is not None and grade > MAX_GRADE:
        yield _problem(
            "warning",
            "reading-grade",
            where,
            f"It reads at grade {grade}; use shorter sentences and words (the aim is 6, the limit 8).",
        )


def _plain(block: object) -> Iterable[str]:
    text: str = getattr(block, "text", "")
    if text:
        yield re.sub(r"\[\d{1,2}\]", "", text)
    stack = list(getattr(block, "items", ()))
    while stack:
        item = stack.pop(0)
        yield re.sub(r"\[\d{1,2}\]", "", "".join(run.text for run in item.runs))
        stack[:0] = item.children


def _lengths(email: EmailDraft, where: str, total: int) -> Iterator[Problem]:
    if email.words > MAX_EMAIL_WORDS:
        yield _problem(
            "warning",
            "long-part",
            where,
            f"It has {email.words} words; ask for more parts or shorten it to {MAX_EMAIL_WORDS}.",
        )
    elif email.words < MIN_EMAIL_WORDS and total > 1:
        yield _problem(
            "note", "short-part", where, f"It has only {email.words} words; ask for fewer parts if that feels thin."
        )
    if not 30 <= len(email.subject) <= 60:
        yield _problem(
            "warning",
            "subject-length",
            f"{where}, subject",
            f"It has {len(email.subject)} characters; inboxes show 30 to 60 well.",
        )
    if not 40 <= len(email.preheader) <= 110:
        yield _problem(
            "note",
            "preheader-length",
            f"{where}, preheader",
            f"It has {len(email.preheader)} characters; 40 to 110 show well.",
        )


def _lock_screen(email: EmailDraft, where: str) -> Iterator[Problem]:
    for name, text in (("subject", email.subject_discreet), ("preheader", email.preheader_discreet)):
        if is_private(text):
            say = (
                f"A locked phone would show “{text}” to somebody who asked for discretion; write it without the topic."
            )
            yield _problem("error", "lock-screen", f"{where}, discreet {name}", say)
    shown = [n for n, text in (("subject", email.subject), ("preheader", email.preheader)) if is_private(text)]
    if shown:
        what = " and ".join(shown)
        say = f"A locked phone shows what it is about ({what}); people who asked for discretion get the discreet one."
        yield _problem("note", "lock-screen", where, say)


def _wording(text: str, where: str) -> Iterator[Problem]:
    for word, instead in stigma_in(text):
        yield _problem("warning", "stigma", where, f"“{word}” can hurt; say instead: {instead}.")
    for match in URL.finditer(text):
        if is_shortener(match.group(0)):
            yield _problem(
                "error", "shortener", where, f"{match.group(0)} hides where it leads; write the whole address."
            )


def _tip(tip: Tip, where: str, draft: SeriesDraft) -> Iterator[Problem]:
    yield from _text_checks(tip, where, draft.organisation, draft.language)
    if has_figure(tip.text) and not tip.cited:
        yield _problem(
            "error", "unsourced-number", where, "It states a figure without a source; choose another sentence."
        )


def _text_checks(tip: Tip, where: str, organisation: str | None, language: str) -> Iterator[Problem]:
    if tip.parts > 2:
        yield _problem(
            "error", "long-text", where, f"It takes {tip.parts} parts; shorten it to two (306 plain characters)."
        )
    if tip.encoding != "GSM-7" and tip.parts > 1:
        odd = sorted({c for c in tip.text if sms.measure(c).encoding != "GSM-7"})
        yield _problem(
            "note",
            "text-encoding",
            where,
            f"It costs {tip.parts} parts because of {' '.join(odd)}; without them it may fit one.",
        )
    if speaks_of_crisis(tip.text) and not (HAS_988.search(tip.text) or HAS_911.search(tip.text)):
        yield _problem(
            "error", "crisis-tip", where, "It speaks of a crisis; add 988 or 911, or choose another sentence."
        )
    for reason in leaning(_without_publisher(tip.text), organisation, language):
        yield _problem("warning", "text-leans", where, f"It may not stand alone: {reason}.")
    yield from _wording(tip.text, where)


def _without_publisher(text: str) -> str:
    return re.sub(r"\s\([^()]{3,60}\.\)$", "", text)


def _article(draft: SeriesDraft, article: Article) -> Iterator[Problem]:
    if not draft.coverage.complete:
        yield _problem("error", "coverage", "series", draft.coverage.say + "; compile again from the article.")
    cited = {r.ref for s in article.sentences() for r in s.refs}
    later = _cited_later(article)
    for sentence in article.sentences():
        place = _place_of(sentence.id, draft)
        if has_figure(sentence.text) and not article.sources_of(sentence) and named_source(sentence.text) is None:
            yield _unsourced(sentence, place, covered=sentence.id in later)
        left = _LEFT_MARKER.search(sentence.text)
        if left:
            yield _problem(
                "error",
                "missing-citation",
                place,
                f"“{left.group(0)}” looks like a reference, but the article lists no such source.",
            )
    for citation in article.citations:
        if citation.ref not in cited:
            yield _problem(
                "note", "unused-source", "sources", f"“{_short(citation.text)}” is cited nowhere and is left out."
            )
    yield from _whole(draft, article)


def _unsourced(sentence: Sentence, place: str, *, covered: bool) -> Problem:
    said = f"“{_short(sentence.text)}” states a figure"
    if covered:
        say = f"{said}, and the source stands only at the end of its paragraph; check that it covers this figure too."
        return _problem("note", "unsourced-number", place, say)
    return _problem("warning", "unsourced-number", place, f"{said} without a source; add one or strike it out.")


def _cited_later(article: Article) -> frozenset[int]:
    """Sentences with a cited one behind them in the same paragraph or item."""
    found: set[int] = set()
    for section in article.sections:
        for block in section.blocks:
            groups = [i.sentences for i in block.items] if isinstance(block, ItemList) else [block.sentences]
            for group in groups:
                last = max((i for i, s in enumerate(group) if s.refs), default=-1)
                found.update(s.id for s in group[: max(0, last)])
    return frozenset(found)


def _whole(draft: SeriesDraft, article: Article) -> Iterator[Problem]:
    if all(email.cta is None for email in draft.emails):
        yield _problem(
            "note",
            "no-call",
            "series",
            "The article names no phone, address or page; the centre's own number will stand in the footer.",
        )
    if len(draft.tips) < 3 and article.words >= 250:
        yield _problem(
            "note", "few-texts", "texts", f"Only {len(draft.tips)} sentences stand alone as texts; write some by hand."
        )
    if "text-after-sources-dropped" in article.warnings:
        yield _problem(
            "warning",
            "text-after-sources",
            "article",
            "A longer text behind the list of sources was left out; restore it if it belongs to the article.",
        )
    if "text-after-sources" in article.warnings:
        yield _problem(
            "note",
            "text-after-sources",
            "article",
            "Text behind the list of sources was kept; strike it out if it does not belong to the article.",
        )
    if "structure-unsure" in article.warnings:
        yield _problem(
            "warning",
            "confirm-structure",
            "article",
            "A PDF does not say what is a heading, a list or a paragraph; compare the emails with it, then confirm them.",
        )
    if article.organisation is None and any(_WE.search(s.text) for s in article.sentences()):
        yield _problem(
            "note",
            "we-unnamed",
            "article",
            "The article says “we”; tell who speaks so that its sentences can serve as texts.",
        )


def _place_of(sentence: int, draft: SeriesDraft) -> str:
    return next(
        (f"email {e.number}, sentence {sentence}" for e in draft.emails if sentence in e.sources),
        f"sentence {sentence}",
    )


def _short(text: str) -> str:
    return text if len(text) <= 70 else text[:69].rsplit(" ", 1)[0] + "…"
