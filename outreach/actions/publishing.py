"""From a draft to a published series: shown, approved word for word, rendered once, never changed again."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from outreach import rendering
from outreach.actions import schedules
from outreach.actions.drafting import check_known, content_hash
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Series, Step
from outreach.rules import lifecycle, sms
from outreach.rules.cadence import Schedules, Track
from outreach.rules.draft import email_from_dict, tip_from_dict
from outreach.rules.words import is_private


def needs_confirmation(series: Series) -> bool:
    """Whether the reader had to guess the structure (a PDF) and nobody has confirmed it yet."""
    guessed = any(problem["code"] == "confirm-structure" for problem in series.problems)
    return guessed and series.structure_confirmed_at is None


@transaction.atomic
def confirm_structure(series: Series, *, now: datetime, actor: User | None = None, seen: str = "") -> None:
    """A person says that title, headings, lists and order are as the author meant them.

    `seen` is the content hash of what they had before them, when they can tell it. Raises Refused when that has changed.
    """
    series = Series.objects.select_for_update().get(pk=series.pk)
    if seen and seen != series.content_hash:
        raise Refused(f"“{series.title}” changed while this page was open: look at it again, then confirm.")
    Series.objects.filter(pk=series.pk).update(structure_confirmed_at=now, structure_confirmed_by=actor)
    note("confirmed the structure of", series, now=now, actor=actor)


@transaction.atomic
def submit(series: Series, *, now: datetime, actor: User | None = None) -> None:
    """Hands a draft to review, as it is worded at this moment: what is approved later must be these words."""
    _move(series, "review")
    series.content_hash = content_hash(series)
    Series.objects.filter(pk=series.pk).update(content_hash=series.content_hash)
    note("submitted", series, now=now, actor=actor)


@transaction.atomic
def publish(series: Series, *, now: datetime, actor: User | None = None, seen: str = "") -> None:
    """Approves the exact words now in the series and renders every step once. Raises Refused when they changed since.

    `seen` is the content hash of what the person had before them, when they can tell it.
    """
    series = Series.objects.select_for_update().get(pk=series.pk)
    if seen and seen != series.content_hash:
        raise Refused(f"“{series.title}” changed while this page was open: read it again, then publish.")
    if content_hash(series) != series.content_hash:
        raise Refused(f"“{series.title}” changed since it was handed to review: look at it again, then approve.")
    if not series.steps.exists():
        raise Refused(f"“{series.title}” has no emails and no texts: there is nothing to publish.")
    if any(p["severity"] == "error" for p in series.problems):
        raise Refused(f"“{series.title}” still has problems marked as errors: mend them first.")
    if needs_confirmation(series):
        raise Refused(
            f"“{series.title}” comes from a file that does not tell its structure: check title, headings and lists, "
            "confirm them, then publish."
        )
    in_force = schedules.current()
    check_known(in_force, series.topic, series.cadence)
    if series.status == "draft":
        submit(series, now=now, actor=actor)
    _move(series, "published")
    render_steps(series, in_force)
    Series.objects.filter(pk=series.pk).update(approved_at=now, approved_by=actor, published_at=now)
    note("published", series, now=now, actor=actor)


def render_steps(series: Series, in_force: Schedules) -> None:
    """Compiles every step to its final form with slots for the person."""
    steps = list(series.steps.order_by("channel", "number"))
    weekly = weekly_texts(series, in_force)
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
            compiled = text_forms(tip_from_dict(step.content).text, series, in_force, weekly)
            parts = max(sms.measure(body).parts for body in compiled.values())
        Step.objects.filter(pk=step.pk).update(compiled=compiled, parts=parts)


def text_forms(body: str, series: Series, in_force: Schedules, weekly: int | None) -> dict[str, str]:
    """Every form of a text: the first one a person ever gets from us, every later one, and both under our neutral name.

    A text whose words tell what it is about has no form for people who asked for discretion: they do not get it.
    """
    forms = {"": in_force.organisation}
    if not is_private(body):
        neutral = in_force.organisation.neutral_name
        forms["discreet_"] = replace(in_force.organisation, name=neutral, short_name=neutral)
    return {
        f"{form}{name}": rendering.compile_text(
            body, organisation=organisation, first=first, language=series.language, weekly=weekly
        )
        for form, organisation in forms.items()
        for name, first in (("first", True), ("later", False))
    }


def weekly_texts(series: Series, in_force: Schedules) -> int | None:
    """How often the series writes by text, as its first one has to say; None when its cadence sends none."""
    cadence = in_force.cadences.get(series.cadence)
    track = cadence.sms if cadence else None
    return texts_per_week(track, series.steps.filter(channel="sms").count()) if track else None


def texts_per_week(track: Track, steps: int) -> int:
    """How often a track writes in its busiest seven days, as the first text has to say: rather too many than too few."""
    days = [track.day(n) for n in range(max(1, steps))]
    return max(sum(start <= day < start + 7 for day in days) for start in days)


def _move(series: Series, status: str) -> None:
    moved = Series.objects.filter(pk=series.pk, status__in=lifecycle.sources("series", status)).update(status=status)
    if not moved:
        series.refresh_from_db(fields=["status"])
        raise Refused(f"“{series.title}” is {series.status} and cannot become {status}.")
    series.status = status
