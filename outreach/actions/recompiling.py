"""A newer version of the article, or of the compiler: first the difference, then a new draft with every edit kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions.drafting import (
    attribution_of,
    edit_of,
    fill,
    free_slug,
    originals,
    store_article,
    store_edits,
)
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Article, Series, SeriesEdit
from outreach.rules.changes import SeriesChanges, Version, compare
from outreach.rules.compiler import VERSION
from outreach.rules.compiling import Compiled, compile_source
from outreach.rules.draft import email_from_dict, tip_from_dict
from outreach.rules.library import is_library


@dataclass(frozen=True, slots=True)
class Recompiled:
    """What a series would become: the new draft with its edits, and everything that differs from the series as it is."""

    compiled: Compiled
    rows: Sequence[SeriesEdit]
    changes: SeriesChanges
    data: bytes
    name: str


def preview(series: Series, data: bytes | None = None, name: str | None = None) -> Recompiled:
    """Compiles a series again, from a newer version of its article when one is given. Nothing is stored.

    Raises ArticleRefused with one sentence for staff, and Refused for an article in place of a library or the reverse.
    """
    data = bytes(series.article.source) if data is None else data
    name = name or series.article.source_name
    if is_library(data, name) != series.ready_messages:
        raise Refused(f"“{series.title}” was made of another kind of file; make a new series of this one.")
    rows = list(series.edits.all())
    before = originals(series)
    compiled = compile_source(
        data,
        name,
        attribution=attribution_of(series),
        edits=[edit_of(row) for row in rows],
        before=before,
        wanted=series.wanted_emails,
    )
    changes = compare(_version(series, before), Version.of(compiled.draft), compiled.edits)
    return Recompiled(compiled, rows, changes, data, name)


def _version(series: Series, sentences: Sequence[str]) -> Version:
    steps = list(series.steps.order_by("number"))
    return Version(
        sentences,
        [email_from_dict(s.content) for s in steps if s.channel == "email"],
        [tip_from_dict(s.content) for s in steps if s.channel == "sms"],
    )


@transaction.atomic
def hand_in(series: Series, data: bytes, name: str, *, now: datetime, actor: User | None = None) -> Article:
    """Stores a newer version of a series' article, to be looked at before it is taken in; the same bytes are stored once.

    Raises ArticleRefused.
    """
    draft = preview(series, data, name).compiled.draft
    if draft.article_hash == series.article.source_hash:
        return series.article
    waiting = Article.objects.filter(source_hash=draft.article_hash, source_name=name, series=None).first()
    return waiting or store_article(data, name, draft, now=now, actor=actor)


@transaction.atomic
def take_in(series: Series, article: Article, *, seen: str, now: datetime, actor: User | None = None) -> Series:
    """Makes the version that somebody looked at: `recompile` with an article handed in, for the words they saw.

    `seen` is the content hash of the series they compared it with. Raises Refused when the series changed since.
    """
    series = Series.objects.select_for_update().get(pk=series.pk)
    if seen != series.content_hash:
        raise Refused(f"“{series.title}” changed while this page was open: look at the difference again.")
    open_draft = series.replaced_by.filter(article=article, status__in=["draft", "review"]).order_by("-pk").first()
    if open_draft is not None and open_draft.compiler_version == VERSION:
        return open_draft  # a second click, or a second person: one new draft is enough
    return recompile(series, bytes(article.source), article.source_name, now=now, actor=actor, article=article)


@transaction.atomic
def recompile(
    series: Series, data: bytes | None = None, name: str | None = None, *, now: datetime, actor: User | None = None,
    article: Article | None = None,
) -> Series:  # fmt: skip
    """Carries a series over to a newer article or compiler. A draft becomes the new version; of a published series a new
    draft is made that names the one it replaces, so nobody in the middle of the old one gets other words.

    `article` is where the newer version is stored already. Raises ArticleRefused, or Refused when the article is the
    same and the compiler has nothing new to say of it.
    """
    series = Series.objects.select_for_update().get(pk=series.pk)
    made = preview(series, data, name)
    published = series.status not in ("draft", "review")
    if made.changes.nothing and not published:
        raise Refused(f"Nothing changes in “{series.title}”: the article reads as it did before.")
    target = _successor(series, now=now, actor=actor) if published else series
    if not published and series.status == "review":
        Series.objects.filter(pk=series.pk).update(status="draft")
        target.status = "draft"
    if made.compiled.draft.article_hash != series.article.source_hash:
        target.article = article or store_article(made.data, made.name, made.compiled.draft, now=now, actor=actor)
        target.structure_confirmed_at = target.structure_confirmed_by = None
    fill(target, made.compiled.draft)
    store_edits(target, zip(made.rows, made.compiled.edits, strict=True))
    note("compiled again", target, now=now, actor=actor)
    return target


def _successor(series: Series, *, now: datetime, actor: User | None) -> Series:
    return Series(
        article=series.article, slug=free_slug(series.slug), topic=series.topic, cadence=series.cadence,
        wanted_emails=series.wanted_emails, replaces=series, structure_confirmed_at=series.structure_confirmed_at,
        structure_confirmed_by=series.structure_confirmed_by, created_at=now, created_by=actor,
    )  # fmt: skip
