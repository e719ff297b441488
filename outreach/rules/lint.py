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
from outreach.rules.draft import Block, EmailDraft, ListItem, Problem, Run, SeriesDraft, Tip
from outreach.rules.figures import has_figure, named_source
from outreach.rules.likeness import repeats
from outreach.rules.links import is_shortener
from outreach.rules.lint_wording import (
    CODES,
    carriers,
    dosing,
    left_marker,
    problem,
    shown,
    subject_wording,
    wording,
)  # fmt: skip
from outreach.rules.standalone import leaning
from outreach.rules.words import HAS_911, HAS_988, is_private, speaks_of_crisis

__all__ = ["CODES", "lint", "lint_email", "lint_messages", "lint_text", "reading"]

MAX_EMAIL_WORDS = 330
MIN_EMAIL_WORDS = 120
HARD_GRADE = 9.0  # a person should rewrite it
MAX_GRADE = 8.0  # the limit of health texts; the aim is 6
MIN_EASE = 40.0  # Spanish: under it only specialists read with ease; under 55 it is somewhat hard
PLAIN_EASE = 55.0
LOCK_SCREEN = 90  # characters of a text that a locked phone shows
MAX_SENTENCE = 15  # words of a sentence in a text
MOST_OWN_WORDS = 0.25

_WE = re.compile(r"\b(?:we|our|us)\b", re.I)
_PUBLISHER = re.compile(r"\s\([^()]{2,60}\.?\)$")


def lint(draft: SeriesDraft, article: Article) -> tuple[Problem, ...]:
    """Every problem of a draft, emails first, then texts, then the article; the same order on every run."""
    return (*lint_messages(draft), *_article(draft, article))


def lint_messages(draft: SeriesDraft) -> tuple[Problem, ...]:
    """The problems of the emails and texts themselves, whatever they were made of."""
    found: list[Problem] = []
    for email in draft.emails:
        found.extend(_email(email, len(draft.emails)))
    found.extend(_twice(draft.emails))
    for number, tip in enumerate(draft.tips, 1):
        found.extend(_tip(tip, f"text {number}", draft))
    private = [str(n) for n, tip in enumerate(draft.tips, 1) if is_private(tip.text[:LOCK_SCREEN])]
    if private:
        found.append(problem("note", "lock-screen", f"texts {', '.join(private)}", _SHOWN_TEXT))
    return tuple(found)


_SHOWN_TEXT = (
    "The first words show on a locked phone and tell what it is about; people who asked for discretion do not get them."
)


def lint_email(email: EmailDraft, total: int) -> tuple[Problem, ...]:
    """The problems of one email, for the editor: those of a whole series of `total` emails, and what an edit may have
    broken (its sources, its figures, its lifelines)."""
    return (*_email(email, total), *_sources(email))


def lint_text(text: str, organisation: str | None = None, language: str = "en") -> tuple[Problem, ...]:
    """The problems of one text as written by a person."""
    where = "text"
    if not re.search(r"\w", text):
        return (problem("error", "empty-text", where, "It has no words; write a sentence or take the text out."),)
    cost = sms.measure(text)
    tip = Tip(text=text, kind="fact", source=None, cited=False, sentences=(), encoding=cost.encoding, parts=cost.parts)
    found = list(_text_checks(tip, where, organisation, language))
    if has_figure(text) and named_source(text) is None and not _PUBLISHER.search(text):
        say = "It states a figure without a source; name it, like “… of adults. (CDC)”, or leave the figure out."
        found.append(problem("warning", "unsourced-number", where, say))
    if is_private(text[:LOCK_SCREEN]):
        found.append(problem("note", "lock-screen", where, _SHOWN_TEXT))
    longest = max((len(s.split()) for s in re.split(r"(?<=[.!?])\s+", text)), default=0)
    if longest > MAX_SENTENCE:
        say = f"A sentence has {longest} words; a text reads easily with {MAX_SENTENCE} or fewer in each."
        found.append(problem("note", "long-sentence", where, say))
    return tuple(found)


def _email(email: EmailDraft, total: int) -> Iterator[Problem]:
    where = f"email {email.number}"
    yield from _lengths(email, where, total)
    yield from _lock_screen(email, where)
    authored = [s for block in email.blocks if not block.slot for s in _plain(block)]
    for text in authored:
        yield from wording(text, where)
        yield from dosing(text, where)
    for name, text in (("subject", email.subject), ("preheader", email.preheader)):
        yield from wording(text, f"{where}, {name}")
    yield from _targets(email, where)
    yield from _crisis(email, "\n".join(authored), where)
    yield from reading(authored, email.language, where)


def _crisis(email: EmailDraft, text: str, where: str) -> Iterator[Problem]:
    if HAS_988.search(text) and HAS_911.search(text):
        return
    if email.lifelines:
        say = "It speaks of a crisis; the safety footer adds 988 and 911. Nothing to do."
        yield problem("note", "crisis-lifelines", where, say)
    elif speaks_of_crisis(text):
        say = "It speaks of a crisis and has neither 988 and 911 nor the safety footer; write both into it."
        yield problem("error", "crisis-lifelines", where, say)


def reading(texts: Iterable[str], language: str, where: str) -> Iterator[Problem]:
    """Whether some authored texts together are harder to read than health texts may be."""
    sentences = [s for text in texts for s in re.split(r"(?<=[.!?])\s+", text)]
    if language == "es":
        ease = readability.spanish_ease(sentences)
        if ease is not None and ease < PLAIN_EASE:
            say = f"Its ease is {ease} of 100; use shorter sentences and words (everyday Spanish has {PLAIN_EASE:.0f} or more)."
            yield problem("warning" if ease < MIN_EASE else "note", "reading-grade", where, say)
    elif language == "en":
        grade = readability.grade(sentences)
        if grade is not None and grade > MAX_GRADE:
            say = f"It reads at grade {grade}; use shorter sentences and words (the aim is 6, the limit 8)."
            yield problem("warning" if grade > HARD_GRADE else "note", "reading-grade", where, say)


def _twice(emails: Iterable[EmailDraft]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for email in emails:
        number = first.setdefault(email.subject.casefold(), email.number)
        if number != email.number:
            say = f"Email {number} has the same subject; a reader takes it for the same mail. Name what is new."
            yield problem("warning", "subject-twice", f"email {email.number}, subject", say)


def _sources(email: EmailDraft) -> Iterator[Problem]:
    """Markers and sources of one email against each other, and figures that have neither."""
    where = f"email {email.number}"
    listed = {citation.ref: citation.text for citation in email.citations}
    used = {run.ref for block in email.blocks for run in _runs(block) if run.ref is not None}
    for ref in sorted(used - set(listed)):
        say = f"[{ref}] names a source that this email does not list; add the source or take the marker out."
        yield problem("error", "missing-citation", where, say)
    for ref in sorted(set(listed) - used):
        say = f"“{shown(listed[ref])}” is listed and cited nowhere in this email; take it out or put its marker back."
        yield problem("note", "unused-source", where, say)
    for block in email.blocks:
        if block.slot:
            continue
        for text, cited in _passages(block):
            left = left_marker(text)
            if left:
                say = f"“{left}” looks like a reference and names no source; take it out or list the source."
                yield problem("error", "missing-citation", where, say)
            if has_figure(text) and not cited and named_source(text) is None:
                say = f"“{shown(text)}” states a figure without a source; add one or strike it out."
                yield problem("warning", "unsourced-number", where, say)


def _passages(block: Block) -> Iterator[tuple[str, bool]]:
    """The paragraph or each item without its markers, and whether it had one."""
    groups = [block.runs, *(item.runs for item in _items(block.items))]
    for runs in groups:
        if runs:
            yield "".join(r.text for r in runs if r.ref is None), any(r.ref is not None for r in runs)


def _items(items: Iterable[ListItem]) -> Iterator[ListItem]:
    for item in items:
        yield item
        yield from _items(item.children)


def _runs(block: Block) -> Iterator[Run]:
    if block.kind != "sources":
        yield from block.runs
        for item in _items(block.items):
            yield from item.runs


def _plain(block: Block) -> Iterator[str]:
    for text, _ in _passages(block):
        yield re.sub(r"\[\d{1,2}\]", "", text)


def _targets(email: EmailDraft, where: str) -> Iterator[Problem]:
    """Link targets behind words: a shortener hides there as well."""
    urls = [run.url for block in email.blocks for run in _runs(block)]
    urls += [block.url for block in email.blocks] + [citation.url for citation in email.citations]
    shown_already = " ".join(t for block in email.blocks for t in _plain(block))
    for url in dict.fromkeys(u for u in urls if u and is_shortener(u) and u not in shown_already):
        yield problem(
            "error", "shortener", where, f"A link leads to {url}, which hides its target; give the whole address."
        )


def _lengths(email: EmailDraft, where: str, total: int) -> Iterator[Problem]:
    if email.words > MAX_EMAIL_WORDS:
        say = f"It has {email.words} words; ask for more parts or shorten it to {MAX_EMAIL_WORDS}."
        yield problem("warning", "long-part", where, say)
    elif email.words < MIN_EMAIL_WORDS and total > 1:
        say = f"It has only {email.words} words; ask for fewer parts if that feels thin."
        yield problem("note", "short-part", where, say)
    ours = own_words(email)
    if ours > MOST_OWN_WORDS:
        say = f"{ours:.0%} of its words are ours and not the author's; ask for fewer parts."
        yield problem("note", "own-words", where, say)
    if not 30 <= len(email.subject) <= 60:
        say = f"It has {len(email.subject)} characters; inboxes show 30 to 60 well."
        yield problem("warning", "subject-length", f"{where}, subject", say)
    yield from subject_wording(email.subject, f"{where}, subject")
    if not 40 <= len(email.preheader) <= 110:
        say = f"It has {len(email.preheader)} characters; 40 to 110 show well."
        yield problem("note", "preheader-length", f"{where}, preheader", say)
    if repeats(email.preheader, email.subject):
        say = "It says the subject again; take a sentence that adds to it."
        yield problem("warning", "preheader-repeats", f"{where}, preheader", say)


def own_words(email: EmailDraft) -> float:
    """The share of an email's words that are not the author's, 0 to 1; the list of sources does not count."""
    ours = theirs = 0
    for block in email.blocks:
        if block.kind == "sources" or (block.kind == "cta" and block.said):
            continue
        count = sum(len(text.split()) for text in _plain(block))
        ours, theirs = ours + count * block.slot, theirs + count * (not block.slot)
    return ours / max(1, ours + theirs)


def _lock_screen(email: EmailDraft, where: str) -> Iterator[Problem]:
    for name, text in (("subject", email.subject_discreet), ("preheader", email.preheader_discreet)):
        if is_private(text):
            say = (
                f"A locked phone would show “{text}” to somebody who asked for discretion; write it without the topic."
            )
            yield problem("error", "lock-screen", f"{where}, discreet {name}", say)
    opening = " ".join(t for block in email.blocks if block.kind != "sources" for t in _plain(block))[:LOCK_SCREEN]
    links = " ".join(run.url for block in email.blocks for run in _runs(block) if run.url)
    places = (
        ("subject", email.subject),
        ("preheader", email.preheader),
        ("opening", opening),
        ("links", _spoken(links)),
    )
    found = [name for name, text in places if is_private(text)]
    if found:
        what = ", ".join(found)
        say = f"A phone or a log shows what it is about ({what}); people who asked for discretion get the discreet subject."
        yield problem("note", "lock-screen", where, say)


def _spoken(links: str) -> str:
    """The words within addresses."""
    return re.sub(r"[\W_]+", " ", links)


def _tip(tip: Tip, where: str, draft: SeriesDraft) -> Iterator[Problem]:
    yield from _text_checks(tip, where, draft.organisation, draft.language)
    if has_figure(tip.text) and not tip.cited:
        say = "It states a figure without a source; name one, or choose another sentence."
        yield problem("error", "unsourced-number", where, say)


def _text_checks(tip: Tip, where: str, organisation: str | None, language: str) -> Iterator[Problem]:
    if tip.parts > 2:
        say = f"It takes {tip.parts} parts; shorten it to two (306 plain characters)."
        yield problem("error", "long-text", where, say)
    if tip.encoding != "GSM-7" and tip.parts > 1:
        yield problem("note", "text-encoding", where, _encoding(tip))
    if speaks_of_crisis(tip.text) and not (HAS_988.search(tip.text) or HAS_911.search(tip.text)):
        say = "It speaks of a crisis; add 988 or 911, or choose another sentence."
        yield problem("error", "crisis-tip", where, say)
    for reason in leaning(_PUBLISHER.sub("", tip.text), organisation, language):
        yield problem("warning", "text-leans", where, f"It may not stand alone: {reason}.")
    yield from wording(tip.text, where)
    yield from dosing(tip.text, where)
    yield from carriers(tip.text, where)


def _encoding(tip: Tip) -> str:
    odd = sorted({c for c in tip.text if sms.measure(c).encoding != "GSM-7"})
    cost = f"It costs {tip.parts} parts because of {' '.join(odd)}"
    if all(c.isalpha() for c in odd):
        return f"{cost}. Keep the accents, which the language needs; 70 characters fit one part."
    return f"{cost}; without them it may fit one."


def _article(draft: SeriesDraft, article: Article) -> Iterator[Problem]:
    if not draft.coverage.complete:
        yield problem("error", "coverage", "series", draft.coverage.say + "; compile again from the article.")
    cited = {r.ref for s in article.sentences() for r in s.refs}
    later = _cited_later(article)
    for sentence in article.sentences():
        place = _place_of(sentence.id, draft)
        if has_figure(sentence.text) and not article.sources_of(sentence) and named_source(sentence.text) is None:
            yield _unsourced(sentence, place, covered=sentence.id in later)
        left = left_marker(sentence.text)
        if left:
            yield problem(
                "error",
                "missing-citation",
                place,
                f"“{left}” looks like a reference, but the article lists no such source.",
            )
    for citation in article.citations:
        if citation.ref not in cited:
            yield problem(
                "note", "unused-source", "sources", f"“{shown(citation.text)}” is cited nowhere and is left out."
            )
    yield from _whole(draft, article)


def _unsourced(sentence: Sentence, place: str, *, covered: bool) -> Problem:
    said = f"“{shown(sentence.text)}” states a figure"
    if covered:
        say = f"{said}, and the source stands only at the end of its paragraph; check that it covers this figure too."
        return problem("note", "unsourced-number", place, say)
    return problem("warning", "unsourced-number", place, f"{said} without a source; add one or strike it out.")


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
        yield problem(
            "note",
            "no-call",
            "series",
            "The article names no phone, address or page; the centre's own number will stand in the footer.",
        )
    if len(draft.tips) < 3 and article.words >= 250:
        yield problem(
            "note", "few-texts", "texts", f"Only {len(draft.tips)} sentences stand alone as texts; write some by hand."
        )
    if "text-after-sources-dropped" in article.warnings:
        yield problem(
            "warning",
            "text-after-sources",
            "article",
            "A longer text behind the list of sources was left out; restore it if it belongs to the article.",
        )
    if "text-after-sources" in article.warnings:
        yield problem(
            "note",
            "text-after-sources",
            "article",
            "Text behind the list of sources was kept; strike it out if it does not belong to the article.",
        )
    if "structure-unsure" in article.warnings:
        yield problem(
            "warning",
            "confirm-structure",
            "article",
            "A PDF does not say what is a heading, a list or a paragraph; compare the emails with it, then confirm them.",
        )
    if article.organisation is None and any(_WE.search(s.text) for s in article.sentences()):
        yield problem(
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
