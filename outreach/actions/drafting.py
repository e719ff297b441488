"""From an article to a draft series: compiled, stored, and compiled again with what staff changed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from outreach.actions import schedules
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Article, Series, SeriesEdit, Step
from outreach.rules.cadence import Schedules
from outreach.rules.compiling import compile_source
from outreach.rules.draft import SeriesDraft, email_to_dict, tip_to_dict
from outreach.rules.edits import Edit
from outreach.rules.library import given_attribution, read_messages
from outreach.rules.readers import read


@transaction.atomic
def draft_series(
    data: bytes,
    name: str,
    *,
    topic: str,
    cadence: str,
    now: datetime,
    actor: User | None = None,
    slug: str | None = None,
    emails: int | None = None,
    attribution: str | None = None,
) -> Series:
    """Stores an article, or a library with its attribution, and the draft series made from it; `emails` asks for a number.

    Raises ArticleRefused, or Refused for an unknown cadence.
    """
    check_known(schedules.current(), topic, cadence)
    draft = compile_source(data, name, attribution=attribution, wanted=emails).draft
    series = Series(
        article=store_article(data, name, draft, now=now, actor=actor),
        slug=free_slug(slug or slugify(draft.title) or "series"),
        topic=topic,
        cadence=cadence,
        wanted_emails=emails,
        created_at=now,
        created_by=actor,
    )
    fill(series, draft)
    note("drafted", series, now=now, actor=actor)
    return series


def store_article(data: bytes, name: str, draft: SeriesDraft, *, now: datetime, actor: User | None) -> Article:
    """The article as it was handed in, byte for byte."""
    return Article.objects.create(
        title=draft.title,
        organisation=draft.organisation or "",
        source_name=name,
        source_hash=draft.article_hash,
        source=data,
        created_at=now,
        created_by=actor,
    )


def fill(series: Series, draft: SeriesDraft) -> None:
    """Writes a draft's words into a series, in place of those it had."""
    series.title = draft.title
    series.language = draft.language
    series.compiler_version = draft.compiler_version
    series.coverage = asdict(draft.coverage)
    series.originals = [asdict(original) for original in draft.originals]
    series.dropped = [asdict(line) for line in draft.dropped]
    series.rejected = [asdict(candidate) for candidate in draft.rejected]
    series.problems = [asdict(problem) for problem in draft.problems]
    series.save()
    series.steps.all().delete()
    Step.objects.bulk_create(
        [Step(series=series, channel="email", number=e.number, content=email_to_dict(e)) for e in draft.emails]
        + [
            Step(series=series, channel="sms", number=n, content=tip_to_dict(t), parts=t.parts)
            for n, t in enumerate(draft.tips, 1)
        ]
    )
    series.content_hash = content_hash(series)
    series.save(update_fields=["content_hash"])


def content_hash(series: Series) -> str:
    """What an approval is bound to: every word of every step, and when and to whom it goes."""
    steps = series.steps.order_by("channel", "number").values_list("channel", "number", "content")
    words = json.dumps([list(steps), series.topic, series.cadence], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def originals(series: Series) -> list[str]:
    """The author's sentences by id. A series made before they were kept is read again."""
    if series.originals:
        return [original["text"] for original in series.originals]
    return [s.text for s in read(bytes(series.article.source), series.article.source_name).sentences()]


def attribution_of(series: Series) -> str | None:
    """What staff gave as the source of a whole library, as its sentences carry it; None for an article."""
    if not series.ready_messages:
        return None
    library = read_messages(bytes(series.article.source), series.article.source_name)
    return given_attribution(library, [source for original in series.originals for source in original["sources"]])


def edit_of(row: SeriesEdit) -> Edit:
    """A stored edit as the rules know it."""
    return Edit(
        kind=row.kind, sentence=row.sentence, was=row.was, words=row.words, conflict=row.conflict, now=row.author_now,  # type: ignore[arg-type]
    )  # fmt: skip


def rebuild(series: Series) -> None:
    """Compiles a series anew from its article and its edits, each carried to where its sentence now stands."""
    rows = list(series.edits.all())
    compiled = compile_source(
        bytes(series.article.source),
        series.article.source_name,
        attribution=attribution_of(series),
        edits=[edit_of(row) for row in rows],
        before=originals(series),
        wanted=series.wanted_emails,
    )
    fill(series, compiled.draft)
    store_edits(series, zip(rows, compiled.edits, strict=True))


def store_edits(series: Series, carried: Iterable[tuple[SeriesEdit, Edit | None]]) -> None:
    """Writes the edits as they stand now."""
    pairs = list(carried)
    SeriesEdit.objects.filter(series=series).delete()
    SeriesEdit.objects.bulk_create(
        # An edit keeps its number while it stays in its series: a page that shows it may still be open.
        SeriesEdit(
            pk=row.pk if row.series_id == series.pk else None, series=series, kind=edit.kind, sentence=edit.sentence,
            was=edit.was, words=edit.words, conflict=edit.conflict, author_now=edit.now, at=row.at, by=row.by,
        )
        for row, edit in pairs
        if edit is not None
    )  # fmt: skip


def check_known(in_force: Schedules, topic: str, cadence: str) -> None:
    """Raises Refused for a topic or a cadence that the schedules in force do not have."""
    if cadence not in in_force.cadences:
        raise Refused(f"No cadence is called “{cadence}”. Known: {', '.join(sorted(in_force.cadences))}.")
    topics = [t.key for t in in_force.topics]
    if topic not in topics:
        raise Refused(f"No topic is called “{topic}”. Known: {', '.join(topics)}.")


def of_the_same_source(series: Series) -> str | None:
    """The slug of the latest other series published from the very same file, or None."""
    others = Series.objects.filter(article__source_hash=series.article.source_hash, status="published")
    return others.exclude(pk=series.pk).order_by("-pk").values_list("slug", flat=True).first()


def free_slug(wanted: str) -> str:
    """The name asked for, with a number behind it when it is taken."""
    slug, n = wanted[:100], 1
    while Series.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{wanted[:100]}-{n}"
    return slug
