"""The texts of a series as phones show them, with what each costs, where it comes from and why. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outreach.actions import schedules
from outreach.actions.drafting import originals
from outreach.actions.editing import marks
from outreach.actions.publishing import text_forms, weekly_texts
from outreach.actions.reading_article import Candidate, candidates
from outreach.actions.reading_edits import ProblemRow, may_edit, problem_rows
from outreach.models import Series, Step
from outreach.rendering import TextRefused
from outreach.rules import sms
from outreach.rules.cadence import Schedules
from outreach.rules.draft import Problem
from outreach.rules.edits import LIMITS
from outreach.rules.lint import lint_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A text as phones show it, and what carriers count: `first_parts` is for the first text a person ever gets, which
    carries notices too. `refused` says why it cannot be sent, `problems` what staff should look at."""

    body: str
    parts: int
    first_parts: int
    encoding: str
    units: int
    refused: str = ""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text with the sentence it is made of. `edit` is the number of the edit that worded it, or None."""

    number: int
    sentence: int
    author: str
    words: str
    cost: Cost
    kind: str
    source: str
    reasons: Sequence[str]
    problems: Sequence[ProblemRow]
    seen: str
    edit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsPage:
    """The texts of a series and the sentences that became none."""

    series: Series
    texts: Sequence[Text]
    candidates: Sequence[Candidate]
    limit: int
    editable: bool


def texts_page(slug: str) -> TextsPage | None:
    """Everything on the texts page of a series, or None when there is none of that name."""
    series = Series.objects.select_related("article").filter(slug=slug).first()
    if series is None:
        return None
    rows = list(series.edits.all())
    edits = {(e.kind, e.sentence): e.pk for e in rows}
    authored = originals(series)
    problems = problem_rows(series.problems, {})
    steps = series.steps.filter(channel="sms").order_by("number")
    scales = Scales.of(series)
    signs = marks(series, rows)
    return TextsPage(
        series=series,
        texts=[_text(step, scales, authored, signs, edits, problems) for step in steps],
        candidates=candidates(series),
        limit=LIMITS["text"],
        editable=may_edit(series),
    )


@dataclass(frozen=True, slots=True)
class Scales:
    """What texts of a series are measured with, read once for all of them."""

    series: Series
    in_force: Schedules
    weekly: int | None

    @classmethod
    def of(cls, series: Series) -> "Scales":
        """The scales of a series."""
        in_force = schedules.current()
        return cls(series, in_force, weekly_texts(series, in_force))

    def weigh(self, step: Step) -> Cost:
        """The cost of a text of the series: as it was rendered, or as it would be."""
        return _cost(step.compiled) if step.compiled else cost_of(self, step.content["text"])


def cost_of(scales: Scales, words: str) -> Cost:
    """What a text of these words would cost, and what staff should look at, before it is saved."""
    series = scales.series
    body = sms.fold(" ".join(words.split()))
    problems = lint_text(body, series.article.organisation or None, series.language) if body else ()
    try:
        forms = text_forms(body, series, scales.in_force, scales.weekly)
    except TextRefused as refused:
        plain = sms.measure(body)
        return Cost(
            body=body, parts=plain.parts, first_parts=plain.parts, encoding=plain.encoding, units=plain.units,
            refused=refused.say, problems=problems,
        )  # fmt: skip
    return _cost(forms, problems)


def _cost(forms: Mapping[str, str], problems: Sequence[Problem] = ()) -> Cost:
    later = sms.measure(forms["later"])
    first = sms.measure(forms["first"])
    return Cost(
        body=forms["later"], parts=later.parts, first_parts=first.parts, encoding=later.encoding, units=later.units,
        problems=problems,
    )  # fmt: skip


def _text(
    step: Step, scales: Scales, authored: Sequence[str], signs: Mapping[int, str], edits: Mapping[tuple[str, int], int],
    problems: Sequence[ProblemRow]
) -> Text:  # fmt: skip
    content: dict[str, Any] = step.content
    sentence = content["sentences"][0] if content.get("sentences") else 0
    author = authored[sentence - 1] if 1 <= sentence <= len(authored) else ""
    return Text(
        number=step.number, sentence=sentence, author=author, words=content["text"],
        cost=scales.weigh(step),
        kind=content.get("kind", ""), source=content.get("source") or "", reasons=content.get("reasons", ()),
        problems=[p for p in problems if p.place.anchor == f"text-{step.number}"], seen=signs.get(sentence, ""),
        edit=edits.get(("text", sentence)),
    )  # fmt: skip
