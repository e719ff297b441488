"""What the list of series and the page of one show: its parts, what hinders publishing, what staff changed. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from outreach.actions.publishing import needs_confirmation
from outreach.actions.reading_article import coverage_of
from outreach.actions.reading_edits import (
    EDITABLE,
    EditRow,
    ProblemRow,
    edit_rows,
    may_edit,
    places_of,
    problem_rows,
)
from outreach.actions.reading_texts import Cost, Scales
from outreach.models import Series, Step
from outreach.rules.draft import Coverage


@dataclass(frozen=True, slots=True)
class Bubble:
    """A text as a phone shows it, with what it costs."""

    number: int
    cost: Cost
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPage:
    """A series with its parts. `hindrances` say why it cannot be published yet, empty when it can."""

    series: Series
    emails: Sequence[Step]
    texts: tuple[Bubble, ...]
    problems: Sequence[ProblemRow]
    edits: Sequence[EditRow]
    coverage: str
    complete: bool
    editable: bool
    changeable: bool  # its words, too: those of ready messages are changed in their file
    confirm: bool
    hindrances: Sequence[str]
    successors: Sequence[Series]

    @property
    def to_decide(self) -> list[EditRow]:
        """The edits on which a person has to decide."""
        return [edit for edit in self.edits if edit.conflict]

    @property
    def settled(self) -> list[EditRow]:
        """The edits that stand."""
        return [edit for edit in self.edits if not edit.conflict]

    def of(self, severity: str) -> list[ProblemRow]:
        """The problems of one severity."""
        return [problem for problem in self.problems if problem.severity == severity]


def _said(series: Series, coverage: Coverage) -> str:
    if series.ready_messages:
        return f"{coverage.placed} of {coverage.total} sentences of the ready messages stand in the emails and texts"
    return coverage.say


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
    wanted = Series.objects.select_related("article", "approved_by", "replaces", "structure_confirmed_by")
    series = wanted.filter(slug=slug).first()
    if series is None:
        return None
    steps = list(series.steps.all())
    placed, scales = places_of(steps), Scales.of(series)
    problems = problem_rows(series.problems, placed)
    coverage = coverage_of(series)
    editable = series.status in EDITABLE
    return SeriesPage(
        series=series,
        emails=[s for s in steps if s.channel == "email"],
        texts=tuple(
            Bubble(s.number, scales.weigh(s), s.content.get("source") or "") for s in steps if s.channel == "sms"
        ),
        problems=problems,
        edits=edit_rows(series, placed),
        coverage=_said(series, coverage),
        complete=coverage.complete,
        editable=editable,
        changeable=may_edit(series),
        confirm=editable and needs_confirmation(series),
        hindrances=_hindrances(series, steps, problems) if editable else (),
        successors=list(series.replaced_by.order_by("-pk")),
    )


def _hindrances(series: Series, steps: Sequence[Step], problems: Sequence[ProblemRow]) -> list[str]:
    """Why a draft cannot be published yet, each in a few words."""
    errors = [p for p in problems if p.severity == "error"]
    said = []
    if not steps:
        said.append("it has no emails and no texts")
    if errors:
        where = ", ".join(dict.fromkeys(p.where for p in errors))
        said.append(f"{len(errors)} {'error has' if len(errors) == 1 else 'errors have'} to be mended ({where})")
    if needs_confirmation(series):
        said.append("nobody has confirmed its structure")
    return said
