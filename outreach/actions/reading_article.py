"""The article beside what it became: every sentence of the author with the email and the text it stands in. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outreach.actions.drafting import edit_of, originals
from outreach.actions.editing import marks
from outreach.actions.reading_edits import may_edit
from outreach.models import Series, Step
from outreach.rules.draft import Coverage, Original, email_from_dict
from outreach.rules.proof import Line, proof


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that became no text, with the reasons and the words a text of it would have.

    `left_out` says that a person took its text out, which can be taken back.
    """

    sentence: int
    text: str
    reasons: Sequence[str]
    seen: str
    left_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """The author's lines in reading order. `texts` maps a sentence to the number of the text made of it."""

    series: Series
    lines: Sequence[Line]
    texts: Mapping[int, int]
    coverage: str
    complete: bool
    dropped: Sequence[Mapping[str, Any]]
    candidates: Sequence[Candidate]
    editable: bool


def article_page(slug: str) -> ArticlePage | None:
    """Everything on the article page of a series, or None when there is none of that name."""
    series = Series.objects.select_related("article").filter(slug=slug).first()
    if series is None:
        return None
    steps = list(series.steps.all())
    coverage = coverage_of(series)
    return ArticlePage(
        series=series,
        lines=[line for line in lines(series, steps) if not line.ours],
        texts=texts_of(steps),
        coverage=coverage.say,
        complete=coverage.complete,
        dropped=series.dropped,
        candidates=candidates(series),
        editable=may_edit(series),
    )


def coverage_of(series: Series) -> Coverage:
    """How much of the article stands in the series."""
    return Coverage(**{"placed": 0, "total": 0, "dropped_lines": 0, **series.coverage})


def lines(series: Series, steps: Sequence[Step]) -> tuple[Line, ...]:
    """Every line of the emails, as a person proofreads them."""
    emails = [email_from_dict(step.content) for step in steps if step.channel == "email"]
    return proof(emails, authored(series), [edit_of(row) for row in series.edits.all()])


def authored(series: Series) -> list[Original]:
    """The author's sentences by id, each with where it stands."""
    if not series.originals:
        return [Original(text) for text in originals(series)]
    return [
        Original(o["text"], tuple(o.get("sources", ())), o.get("place", 0), o.get("heading", ""))
        for o in series.originals
    ]


def texts_of(steps: Sequence[Step]) -> dict[int, int]:
    """Sentence -> number of the text made of it."""
    return {i: step.number for step in steps if step.channel == "sms" for i in step.content.get("sentences", ())}


def candidates(series: Series) -> list[Candidate]:
    """The sentences that became no text."""
    signs = marks(series) if series.rejected else {}
    left_out = {edit.sentence for edit in series.edits.all() if edit.kind == "no_text"}
    found = [(r["sentences"][0], r) for r in series.rejected if r["sentences"] and r["sentences"][0] in signs]
    return [Candidate(i, r["text"], r["reasons"], signs[i], i in left_out) for i, r in found]


def email_of(series: Series, sentence: int) -> int | None:
    """The email a sentence stands in, or stood in before it was struck out."""
    found = lines(series, list(series.steps.all()))
    return next((line.email for line in found for said in line.said if said.id == sentence), None)


def sentence_of(series: Series, line: str) -> int | None:
    """The first sentence that a line of the article holds."""
    said = " ".join(line.split())
    return next((i for i, text in enumerate(originals(series), 1) if " ".join(text.split()) in said), None)
