"""A library to a draft series: the shape an article's series has, so that the same rooms judge, render and send it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from outreach.rules import sms, subjects
from outreach.rules.article import Article, ArticleRefused
from outreach.rules.compiler import VERSION, body_blocks, count_words, sources_block
from outreach.rules.draft import CitationRef, Coverage, EmailDraft, Original, SeriesDraft, Tip
from outreach.rules.figures import has_figure, named_source
from outreach.rules.imperatives import instructs
from outreach.rules.language import direction
from outreach.rules.library.lint import with_problems
from outreach.rules.library.messages import Library, Message
from outreach.rules.library.rows import Credit, Faults, credit
from outreach.rules.slots import SlotTexts, slot_texts
from outreach.rules.standalone import leaning
from outreach.rules.weights import kind_of
from outreach.rules.words import speaks_of_crisis

MAX_ATTRIBUTION = 300


def draft_library(library: Library, attribution: str | None = None) -> SeriesDraft:
    """The draft of a library. `attribution` stands beside a row's own source, and instead of one where a row has none.

    Raises ArticleRefused when a row has neither, and for an attribution of more than 300 characters.
    """
    told = _attribution(attribution)
    if told is None:
        _refuse_uncredited(library)
    slots = slot_texts(library.language)
    letters = library.of("email")
    emails = tuple(_email(m, n, len(letters), library.language, slots, told) for n, m in enumerate(letters, 1))
    tips = tuple(_tip(m, library.language, told) for m in library.of("sms"))
    placed = [i for email in emails for i in email.sources] + [i for tip in tips for i in tip.sentences]
    total = sum(len(m.sentences) for m in library.messages)
    draft = SeriesDraft(
        title=library.title, organisation=None, language=library.language, article_hash=library.source_hash,
        compiler_version=VERSION, emails=emails, tips=tips,
        coverage=Coverage(sum(n == 1 for n in Counter(placed).values()), total, 0),
        originals=tuple(
            Original(s.text, tuple(c.text for c in _credits(m, told))) for m in library.messages for s in m.sentences
        ),
    )  # fmt: skip
    return with_problems(draft, library)


def given_attribution(library: Library, sources: Sequence[str]) -> str | None:
    """The attribution given for the whole file, found again among the sources that its sentences carry."""
    own = {m.row.credit.text for m in library.messages if m.row.credit}
    return next((source for source in sources if source not in own), None)


def _attribution(told: str | None) -> Credit | None:
    text = " ".join((told or "").split())
    if len(text) > MAX_ATTRIBUTION:
        raise ArticleRefused(
            f"The attribution has {len(text)} characters; say who, where and under which licence in {MAX_ATTRIBUTION}."
        )
    return credit(text) if text else None


def _refuse_uncredited(library: Library) -> None:
    faults = Faults()
    for message in library.messages:
        if message.row.credit is None:
            faults.add(message.row.line, "no source, so say whose words they are or give an attribution for the file")
    if len(faults.found) == len(library.messages):
        raise ArticleRefused(
            "Nothing says where these messages come from; fill a column “source”, or give the file an attribution: "
            "who wrote them, where they were published, under which licence."
        )
    faults.refuse()


def _credits(message: Message, told: Credit | None) -> list[Credit]:
    """The row's own source, then the file's, each once."""
    both = [c for c in (message.row.credit, told) if c is not None]
    return [c for n, c in enumerate(both) if all(c.text.casefold() != x.text.casefold() for x in both[:n])]


def _email(
    message: Message, number: int, total: int, language: str, slots: SlotTexts, told: Credit | None
) -> EmailDraft:
    row, plain = message.row, [s.text for s in message.sentences]
    blocks = body_blocks(_as_article(message, language))
    citations = tuple(CitationRef(n, c.text, c.url) for n, c in enumerate(_credits(message, told), 1))
    whole = "\n".join((row.subject, *plain, *(b.text for b in blocks if b.kind == "heading")))
    preheader = row.preheader or subjects.preheader(
        sentences=plain, subject=row.subject, number=number, total=total, slots=slots,
        stands=[not leaning(text, None, language) for text in plain],
    )  # fmt: skip
    return EmailDraft(
        number=number, subject=row.subject, subject_discreet=subjects.discreet_subject(number, total, slots),
        preheader=preheader, preheader_discreet=slots.preheader_discreet,
        blocks=(*blocks, sources_block(citations, slots.sources)), citations=citations,
        sources=tuple(s.id for s in message.sentences), lifelines=speaks_of_crisis(whole), language=language,
        words=count_words(blocks),
    )  # fmt: skip


def _as_article(message: Message, language: str) -> Article:
    return Article(
        title=message.row.subject, organisation=None, byline=None, language=language, source_name="", source_hash="",
        sections=message.sections, dir=direction(message.row.text),
    )  # fmt: skip


def _tip(message: Message, language: str, told: Credit | None) -> Tip:
    row, cost = message.row, sms.measure(message.text)
    given = "; ".join(c.text for c in _credits(message, told))
    backed = row.credit is not None or named_source(message.text) is not None
    return Tip(
        text=message.text, kind=row.kind or kind_of(message.text, instructs(message.text, language)), source=given or None,
        cited=has_figure(message.text) and backed, sentences=tuple(s.id for s in message.sentences),
        encoding=cost.encoding, parts=cost.parts,
    )  # fmt: skip
