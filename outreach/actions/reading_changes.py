"""The difference between a series and a newer version of it, email by email and word by word, to be read first. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.actions import recompiling
from outreach.models import Article, Series
from outreach.rules.changes import EmailChange, SentenceChange, SeriesChanges, Stretch, TextChange, word_changes
from outreach.rules.draft import Problem


@dataclass(frozen=True, slots=True)
class SentenceDiff:
    """A changed sentence with its words marked."""

    change: SentenceChange
    words: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class EmailDiff:
    """An email of the newer version, or one that is no more, with the sentences that changed in it."""

    change: EmailChange
    subject: tuple[Stretch, ...]
    sentences: Sequence[SentenceDiff]


@dataclass(frozen=True, slots=True)
class TextDiff:
    """A changed text with its words marked."""

    change: TextChange
    words: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that would change. `elsewhere` are sentences that stand in no email of either version."""

    series: Series
    article: Article
    changes: SeriesChanges
    emails: Sequence[EmailDiff]
    unchanged: int
    elsewhere: Sequence[SentenceDiff]
    texts: Sequence[TextDiff]
    problems: Sequence[Problem]


def difference(series: Series, article: Article) -> Difference:
    """What a newer version of the article (or the same one, by today's rules) would change. Raises ArticleRefused."""
    made = recompiling.preview(series, bytes(article.source), article.source_name)
    changes = made.changes
    became = {e.was_number: e.number for e in changes.emails if e.was_number is not None and e.number is not None}
    diffs = [SentenceDiff(c, marked(c.kind, c.before, c.after)) for c in changes.sentences]
    emails = [
        EmailDiff(e, _subject(e), [d for d in diffs if _belongs(d.change, e, became)])
        for e in changes.emails
        if not e.same
    ]
    shown = {id(d) for e in emails for d in e.sentences}
    return Difference(
        series=series, article=article, changes=changes, emails=emails, unchanged=len(changes.emails) - len(emails),
        elsewhere=[d for d in diffs if id(d) not in shown],
        texts=[TextDiff(t, marked(t.kind, t.before, t.after)) for t in changes.texts],
        problems=[p for p in made.compiled.draft.problems if p.severity == "error" and p.code != "edit-conflict"],
    )  # fmt: skip


def marked(kind: str, before: str, after: str) -> tuple[Stretch, ...]:
    """The words of a change with what came and what went marked."""
    if kind == "added":
        return (Stretch("in", after),)
    if kind == "removed":
        return (Stretch("out", before),)
    return word_changes(before, after) if kind == "reworded" else (Stretch("both", after),)


def _subject(email: EmailChange) -> tuple[Stretch, ...]:
    if email.number is None:
        return (Stretch("out", email.was_subject),)
    if email.was_number is None:
        return (Stretch("in", email.subject),)
    return word_changes(email.was_subject, email.subject)


def _belongs(change: SentenceChange, email: EmailChange, became: dict[int, int]) -> bool:
    """A sentence is shown in the email it stands in now; one that is gone, in what became of the email it stood in."""
    if change.email_after is not None:
        return change.email_after == email.number
    if change.email_before is None:
        return False
    now = became.get(change.email_before)
    return now == email.number if now is not None else email.number is None and email.was_number == change.email_before
