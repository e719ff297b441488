"""From an article to a published series: compile, show, approve, render once, never change again."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from outreach import rendering
from outreach.actions import schedules
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Article, Series, Step
from outreach.rules import lifecycle, sms
from outreach.rules.cadence import Schedules, Track
from outreach.rules.compiler import compile_series
from outreach.rules.draft import SeriesDraft, email_from_dict, email_to_dict, tip_from_dict, tip_to_dict
from outreach.rules.readers import read
from outreach.rules.words import is_private


def compile_article(data: bytes, name: str) -> SeriesDraft:
    """The draft an article becomes. Raises ArticleRefused with one sentence for staff."""
    return compile_series(read(data, name))


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
) -> Series:
    """Stores an article and the draft series made from it. Raises ArticleRefused, or Refused for an unknown cadence."""
    in_force = schedules.current()
    _check_known(in_force, topic, cadence)
    draft = compile_article(data, name)
    article = Article.objects.create(
        title=draft.title,
        organisation=draft.organisation or "",
        source_name=name,
        source_hash=draft.article_hash,
        source=data,
        created_at=now,
        created_by=actor,
    )
    series = Series.objects.create(
        article=article,
        slug=_free_slug(slug or slugify(draft.title) or "series"),
        title=draft.title,
        topic=topic,
        cadence=cadence,
        language=draft.language,
        compiler_version=draft.compiler_version,
        coverage={
            "placed": draft.coverage.placed,
            "total": draft.coverage.total,
            "dropped_lines": draft.coverage.dropped_lines,
        },
        dropped=[{"line": d.line, "reason": d.reason} for d in draft.dropped],
        problems=[{"severity": p.severity, "code": p.code, "where": p.where, "say": p.say} for p in draft.problems],
        created_at=now,
        created_by=actor,
    )
    Step.objects.bulk_create(
        [Step(series=series, channel="email", number=e.number, content=email_to_dict(e)) for e in draft.emails]
        + [
            Step(series=series, channel="sms", number=n, content=tip_to_dict(t), parts=t.parts)
            for n, t in enumerate(draft.tips, 1)
        ]
    )
    series.content_hash = content_hash(series)
    series.save(update_fields=["content_hash"])
    note("drafted", series, now=now, actor=actor)
    return series


def content_hash(series: Series) -> str:
    """What an approval is bound to: every word of every step, and when and to whom it goes."""
    steps = series.steps.order_by("channel", "number").values_list("channel", "number", "content")
    words = json.dumps([list(steps), series.topic, series.cadence], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


@transaction.atomic
def submit(series: Series, *, now: datetime, actor: User | None = None) -> None:
    """Hands a draft to review, as it is worded at this moment: what is approved later must be these words."""
    _move(series, "review")
    series.content_hash = content_hash(series)
    Series.objects.filter(pk=series.pk).update(content_hash=series.content_hash)
    note("submitted", series, now=now, actor=actor)


@transaction.atomic
def publish(series: Series, *, now: datetime, actor: User | None = None) -> None:
    """Approves the exact words now in the series and renders every step once. Raises Refused when they changed since."""
    series = Series.objects.select_for_update().get(pk=series.pk)
    if content_hash(series) != series.content_hash:
        raise Refused(f"“{series.title}” changed since it was handed to review: look at it again, then approve.")
    if not series.steps.exists():
        raise Refused(f"“{series.title}” has no emails and no texts: there is nothing to publish.")
    if any(p["severity"] == "error" for p in series.problems):
        raise Refused(f"“{series.title}” still has problems marked as errors: mend them first.")
    in_force = schedules.current()
    _check_known(in_force, series.topic, series.cadence)
    if series.status == "draft":
        submit(series, now=now, actor=actor)
    _move(series, "published")
    render_steps(series, in_force)
    Series.objects.filter(pk=series.pk).update(approved_at=now, approved_by=actor, published_at=now)
    note("published", series, now=now, actor=actor)


def render_steps(series: Series, in_force: Schedules) -> None:
    """Compiles every step to its final form with slots for the person."""
    steps = list(series.steps.order_by("channel", "number"))
    total = sum(s.channel == "email" for s in steps)
    for step in steps:
        if step.channel == "email":
            compiled: dict[str, Any] = rendering.compile_email(
                email_from_dict(step.content),
                organisation=in_force.organisation,
                total=total,
                language=series.language,
            ).to_dict()
            parts = 0
        else:
            compiled = text_forms(tip_from_dict(step.content).text, series, in_force)
            parts = max(sms.measure(body).parts for body in compiled.values())
        Step.objects.filter(pk=step.pk).update(compiled=compiled, parts=parts)


def text_forms(body: str, series: Series, in_force: Schedules) -> dict[str, str]:
    """Every form of a text: the first one a person ever gets from us, every later one, and both under our neutral name.

    A text whose words tell what it is about has no form for people who asked for discretion: they do not get it.
    """
    forms = {"": in_force.organisation}
    if not is_private(body):
        neutral = in_force.organisation.neutral_name
        forms["discreet_"] = replace(in_force.organisation, name=neutral, short_name=neutral)
    track = in_force.cadences[series.cadence].sms
    weekly = texts_per_week(track, series.steps.filter(channel="sms").count()) if track else None
    return {
        f"{form}{name}": rendering.compile_text(
            body, organisation=organisation, first=first, language=series.language, weekly=weekly
        )
        for form, organisation in forms.items()
        for name, first in (("first", True), ("later", False))
    }


def texts_per_week(track: Track, steps: int) -> int:
    """How often a track writes in its busiest seven days, as the first text has to say: rather too many than too few."""
    days = [track.day(n) for n in range(max(1, steps))]
    return max(sum(start <= day < start + 7 for day in days) for start in days)


def _check_known(in_force: Schedules, topic: str, cadence: str) -> None:
    if cadence not in in_force.cadences:
        raise Refused(f"No cadence is called “{cadence}”. Known: {', '.join(sorted(in_force.cadences))}.")
    topics = [t.key for t in in_force.topics]
    if topic not in topics:
        raise Refused(f"No topic is called “{topic}”. Known: {', '.join(topics)}.")


def _move(series: Series, status: str) -> None:
    moved = Series.objects.filter(pk=series.pk, status__in=lifecycle.sources("series", status)).update(status=status)
    if not moved:
        series.refresh_from_db(fields=["status"])
        raise Refused(f"“{series.title}” is {series.status} and cannot become {status}.")
    series.status = status


def _free_slug(wanted: str) -> str:
    slug, n = wanted[:100], 1
    while Series.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{wanted[:100]}-{n}"
    return slug
