"""What staff changed in a series, what waits for a decision, and the problems, each with the place it is about. Read-only."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.contrib.auth.models import User

from outreach.models import Series, SeriesEdit
from outreach.rules.edits import OF_AN_EMAIL

EDITABLE: Final = ("draft", "review")


def may_edit(series: Series) -> bool:
    """Whether staff may change its words here. Ready messages are changed in their file, so that the file stays true."""
    return series.status in EDITABLE and not series.ready_messages


_EMAIL = re.compile(r"email (\d+)\b")
_TEXT = re.compile(r"texts? (\d+)\b")
_SENTENCE = re.compile(r"sentence (\d+)\b")
_LINE = {"subject": "subject", "preheader": "preheader"}
_DID: Final = {
    "reword": "Reworded", "strike": "Struck out", "restore": "Put back", "text": "Text worded", "no_text": "Text left out",
    "subject": "Subject", "subject_discreet": "Discreet subject", "preheader": "Preheader",
    "preheader_discreet": "Discreet preheader",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a page of the series, the number of the email on it, and the anchor."""

    page: Literal["article", "email", "texts", "series"]
    number: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem with the place it is about."""

    severity: str
    code: str
    where: str
    say: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRow:
    """An edit as staff read it. `conflict`: "" or "changed", "gone", "double" (two emails that had one each became one)."""

    pk: int
    did: str
    kind: str
    was: str
    words: str
    now: str
    conflict: str
    at: datetime
    by: User | None
    place: Place
    email: int | None

    @property
    def may_keep(self) -> bool:
        """Whether the edit can go on: its sentence is still there."""
        return self.conflict == "changed"


def places_of(steps: Sequence[Any]) -> dict[int, int]:
    """Sentence -> number of the email it stands in."""
    return {i: s.number for s in steps if s.channel == "email" for i in s.content.get("sources", ())}


def problem_rows(problems: Sequence[Mapping[str, Any]], placed: Mapping[int, int]) -> tuple[ProblemRow, ...]:
    """The problems, errors first, each with its place."""
    order = {"error": 0, "warning": 1, "note": 2}
    ranked = sorted(problems, key=lambda p: order.get(p["severity"], 3))
    return tuple(
        ProblemRow(p["severity"], p["code"], p["where"], p["say"], place_of(p["where"], placed)) for p in ranked
    )


def place_of(where: str, placed: Mapping[int, int]) -> Place:
    """The place a problem names: "email 2, subject", "email 2, sentence 14", "text 3", "sentence 7", "article" …"""
    sentence = _SENTENCE.search(where)
    email = _EMAIL.search(where)
    if sentence:
        return _of_sentence(int(sentence[1]), placed)
    if email:
        line = next((line for name, line in _LINE.items() if name in where), "")
        return Place("email", int(email[1]), f"{line}_discreet" if line and "discreet" in where else line)
    text = _TEXT.search(where)
    if text or where == "texts":
        return Place("texts", 0, f"text-{text[1]}" if text else "")
    if where == "an edit":
        return Place("series", 0, "decide")
    return Place("article", 0, "") if where in ("article", "sources") else Place("series", 0, "")


def _of_sentence(sentence: int, placed: Mapping[int, int]) -> Place:
    if sentence in placed:
        return Place("email", placed[sentence], f"s{sentence}")
    return Place("article", 0, f"s{sentence}")


def edit_rows(series: Series, placed: Mapping[int, int]) -> tuple[EditRow, ...]:
    """Every edit, those to decide on first, then in the order of the article."""
    edits = list(series.edits.select_related("by").order_by("sentence", "pk"))
    of_email = Counter((e.kind, placed.get(e.sentence)) for e in edits if e.kind in OF_AN_EMAIL and e.sentence)
    rows = [_row(edit, placed, of_email) for edit in edits]
    return tuple(sorted(rows, key=lambda row: not row.conflict))


def _row(edit: SeriesEdit, placed: Mapping[int, int], of_email: Mapping[tuple[str, int | None], int]) -> EditRow:
    email = placed.get(edit.sentence)
    double = edit.kind in OF_AN_EMAIL and email is not None and of_email[edit.kind, email] > 1
    words = "as a heading" if edit.kind == "restore" and edit.words == "heading" else edit.words
    return EditRow(
        pk=edit.pk, did=_DID[edit.kind], kind=edit.kind, was=edit.was, words=words, now=edit.author_now,
        conflict=edit.conflict or ("double" if double else ""), at=edit.at, by=edit.by, place=_edited(edit, placed), email=email,
    )  # fmt: skip


def _edited(edit: SeriesEdit, placed: Mapping[int, int]) -> Place:
    if edit.kind == "restore":
        return Place("article", 0, "out")
    if not edit.sentence:
        return Place("series", 0, "decide")
    if edit.kind in ("text", "no_text"):
        return Place("texts", 0, f"t{edit.sentence}")
    if edit.kind in OF_AN_EMAIL and edit.sentence in placed:
        return Place("email", placed[edit.sentence], edit.kind)
    return _of_sentence(edit.sentence, placed)
