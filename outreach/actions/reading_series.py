"""What the series pages show, and the preview of a part exactly as it would be sent. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from outreach import rendering
from outreach.actions import schedules
from outreach.actions.drafting import is_of_messages
from outreach.models import Series, Step
from outreach.rules import sms
from outreach.rules.draft import email_from_dict

EXAMPLE_NAME = "Ann"


@dataclass(frozen=True, slots=True)
class Bubble:
    """A text as a phone shows it, with what it costs."""

    number: int
    text: str
    parts: int
    encoding: str
    units: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPage:
    """A series with its parts. `may_publish` is whether the publish button belongs on the page."""

    series: Series
    emails: Sequence[Step]
    texts: tuple[Bubble, ...]
    problems: Sequence[dict[str, Any]]
    dropped: Sequence[dict[str, Any]]
    campaigns: int
    may_publish: bool

    @property
    def coverage(self) -> str:
        """How much of the article stands in the series, in one line."""
        placed, total = self.series.coverage.get("placed", 0), self.series.coverage.get("total", 0)
        if self.library:
            return f"{placed} of {total} sentences of the ready messages stand in the emails and texts"
        return f"{placed} of {total} sentences of the article stand in the emails"

    @property
    def library(self) -> bool:
        """Whether the series was made of ready messages."""
        return is_of_messages(self.series)

    @property
    def complete(self) -> bool:
        """Whether every sentence was placed."""
        return bool(self.series.coverage.get("placed") == self.series.coverage.get("total"))


def all_series() -> QuerySet[Series]:
    """Every series, the newest first, with `emails` and `texts` counted."""
    return (
        Series.objects.select_related("article")
        .annotate(
            emails=Count("steps", filter=Q(steps__channel="email")),
            texts=Count("steps", filter=Q(steps__channel="sms")),
        )
        .order_by("-created_at", "-pk")
    )


def series_page(slug: str) -> SeriesPage | None:
    """Everything on the page of a series, or None when there is none of that name."""
    series = Series.objects.select_related("article", "approved_by").filter(slug=slug).first()
    if series is None:
        return None
    steps = list(series.steps.all())
    order = {"error": 0, "warning": 1, "note": 2}
    problems = sorted(series.problems, key=lambda p: order.get(p["severity"], 3))
    errors = any(p["severity"] == "error" for p in problems)
    return SeriesPage(
        series=series,
        emails=[s for s in steps if s.channel == "email"],
        texts=tuple(_bubble(s) for s in steps if s.channel == "sms"),
        problems=problems,
        dropped=series.dropped,
        campaigns=series.campaigns.count(),
        may_publish=series.status in ("draft", "review") and bool(steps) and not errors,
    )


def email_preview(slug: str, number: int, *, discreet: bool = False) -> str | None:
    """The html of one email for an example person, its links leading nowhere; None when there is no such email."""
    step = Step.objects.select_related("series").filter(series__slug=slug, channel="email", number=number).first()
    if step is None:
        return None
    organisation = schedules.current().organisation
    if step.compiled is not None:
        compiled = rendering.CompiledEmail.from_dict(step.compiled)
    else:
        compiled = rendering.compile_email(
            email_from_dict(step.content),
            organisation=organisation,
            total=step.series.steps.filter(channel="email").count(),
            language=step.series.language,
        )
    values = {
        "greeting": rendering.greeting(EXAMPLE_NAME, step.series.language),
        "unsubscribe_url": "#",
        "preferences_url": "#",
        "read_online_url": "#",
        "preheader": compiled.preheader_discreet if discreet else compiled.preheader,
        "brand": organisation.neutral_name if discreet else organisation.name,
        "subject": compiled.subject_discreet if discreet else compiled.subject,
    }
    return rendering.fill(compiled, values).html


def _bubble(step: Step) -> Bubble:
    body = step.compiled["later"] if step.compiled else step.content["text"]
    measure = sms.measure(body)
    return Bubble(step.number, body, measure.parts, measure.encoding, measure.units, step.content.get("source") or "")
