"""One email as staff edit it: its lines with its problems beside it, its subjects and preheaders, its previews. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outreach.actions.editing import marks
from outreach.actions.reading_article import lines
from outreach.actions.reading_edits import ProblemRow, may_edit, places_of, problem_rows
from outreach.actions.reading_previews import LockScreen, filled, lock_screens
from outreach.models import Series, Step
from outreach.rules.draft import email_from_dict
from outreach.rules.edits import LIMITS, OF_AN_EMAIL
from outreach.rules.proof import Line
from outreach.rules.words import is_private

# What inboxes show well, in characters.
FITS = {"subject": (30, 60), "subject_discreet": (10, 60), "preheader": (40, 110), "preheader_discreet": (10, 110)}
_LABELS = {
    "subject": "Subject", "subject_discreet": "Discreet subject", "preheader": "Preheader",
    "preheader_discreet": "Discreet preheader",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Length:
    """How long a subject or preheader is, and what to think of it in a few words ("" when it is well)."""

    count: int
    low: int
    high: int
    advice: str


@dataclass(frozen=True, slots=True)
class Field:
    """A subject or preheader as it stands; `edit` is the number of the edit that gave it, or None."""

    kind: str
    label: str
    words: str
    length: Length
    limit: int
    edit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailEditor:
    """Everything on the page of one email. `marks` are the fingerprints and `edits` the edits of its sentences, by id."""

    series: Series
    number: int
    total: int
    subject: str
    words: int
    lifelines: bool
    fields: Sequence[Field]
    lines: Sequence[Line]
    marks: Mapping[int, str]
    edits: Mapping[int, int]
    problems: Sequence[ProblemRow]
    screens: tuple[LockScreen, LockScreen]
    plain: str
    editable: bool


def email_editor(slug: str, number: int) -> EmailEditor | None:
    """The page of one email, or None when there is no such email."""
    series = Series.objects.select_related("article").filter(slug=slug).first()
    steps = list(series.steps.select_related("series")) if series else []
    step = next((s for s in steps if s.channel == "email" and s.number == number), None)
    if series is None or step is None:
        return None
    here = [line for line in lines(series, steps) if line.email == number]
    rows = list(series.edits.all())
    signs = marks(series, rows)
    said = [s.id for line in here for s in line.said]
    given = {e.kind: e.pk for e in rows if e.sentence in email_from_dict(step.content).cut_from}
    return EmailEditor(
        series=series, number=number, total=sum(s.channel == "email" for s in steps), subject=step.content["subject"],
        words=step.content.get("words", 0), lifelines=step.content.get("lifelines", False),
        fields=[_field(kind, step, given) for kind in OF_AN_EMAIL],
        lines=here, marks={i: signs[i] for i in said if i in signs},
        edits={e.sentence: e.pk for e in rows if e.kind in ("reword", "strike")},
        problems=[p for p in problem_rows(series.problems, places_of(steps)) if _is_here(p, number)],
        screens=lock_screens(step), plain=filled(step).text, editable=may_edit(series),
    )  # fmt: skip


def length(kind: str, words: str) -> Length:
    """How long a subject or preheader is, measured against what inboxes show; `kind` is one of OF_AN_EMAIL."""
    low, high = FITS[kind]
    count = len(" ".join(words.split()))
    if kind.endswith("_discreet") and is_private(words):
        return Length(count, low, high, "It tells what it is about; somebody else may read it.")
    if not count:
        return Length(count, low, high, "Write something here.")
    if low <= count <= high:
        return Length(count, low, high, "")
    return Length(count, low, high, "Rather short." if count < low else "Long: inboxes cut it off.")


def _field(kind: str, step: Step, edits: Mapping[str, int]) -> Field:
    words = step.content[kind]
    return Field(kind, _LABELS[kind], words, length(kind, words), LIMITS[kind], edits.get(kind))


def _is_here(problem: ProblemRow, number: int) -> bool:
    return problem.place.page == "email" and problem.place.number == number
