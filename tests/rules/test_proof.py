"""A series as a person proofreads it: every sentence once, in order, struck ones in their places, our words apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules.compiler import compile_series
from outreach.rules.draft import Run
from outreach.rules.edits import Edit
from outreach.rules.proof import Line, proof, split_runs
from outreach.rules.readers import read
from tests.rules.articles import SAMPLE

ARTICLE = read(SAMPLE.read_bytes(), SAMPLE.name)
TEXTS = {s.id: s.text for s in ARTICLE.sentences()}
LISTS = """Rest and Recovery

Rest helps more than most people think, and it costs nothing at all to try it tonight.

What Helps

These things help many people:

1. Sleep at the same hour.
2. Eat something warm.

Why It Helps

The body mends itself at night. It does so slowly.
"""


def proofread(*edits: Edit) -> tuple[Line, ...]:
    draft = compile_series(ARTICLE, edits=edits)
    return proof(draft.emails, draft.originals, edits)


def ids(lines: tuple[Line, ...]) -> list[int]:
    return [s.id for line in lines for s in line.said]


@settings(max_examples=12)
@given(st.sets(st.sampled_from(sorted(TEXTS)), max_size=20))
def test_every_sentence_stands_once_in_its_place_struck_or_not(struck: set[int]) -> None:
    lines = proofread(*(Edit(kind="strike", sentence=i) for i in sorted(struck)))
    assert ids(lines) == sorted(TEXTS)
    for line in lines:
        for said in line.said:
            assert said.author == TEXTS[said.id]
            assert said.state == ("struck" if said.id in struck else "")
            assert said.words == said.author


def test_a_struck_sentence_stays_in_its_paragraph() -> None:
    before = next(line for line in proofread() if len(line.said) > 2)
    for said in before.said:
        after = next(line for line in proofread(Edit(kind="strike", sentence=said.id)) if said.id in ids((line,)))
        assert [s.id for s in after.said] == [s.id for s in before.said] and after.email == before.email


def test_a_struck_paragraph_stays_under_its_heading() -> None:
    article = read(LISTS.encode(), "rest.txt")
    under = next(s for s in article.sentences() if s.text.startswith("These things"))
    edits = [Edit(kind="strike", sentence=under.id)]
    draft = compile_series(article, edits=edits)
    lines = proof(draft.emails, draft.originals, edits)
    at = next(i for i, line in enumerate(lines) if under.id in ids((line,)))
    assert lines[at - 1].text == "What Helps"


def test_a_reworded_sentence_shows_our_words_and_keeps_the_authors() -> None:
    lines = proofread(Edit(kind="reword", sentence=2, was=TEXTS[2], words="In other words."))
    said = next(s for line in lines for s in line.said if s.id == 2)
    assert (said.state, said.words, said.author) == ("reworded", "In other words.", TEXTS[2])


def test_our_words_are_marked_and_nothing_else_is() -> None:
    lines = proofread()
    assert {line.kind for line in lines if line.ours} >= {"part", "bridge", "cta", "sources"}
    assert not any(line.said for line in lines if line.ours)
    assert all(line.notes for line in lines if line.kind == "sources")
    assert all(line.said or line.kind == "heading" for line in lines if not line.ours)


def test_points_are_counted_as_the_article_counts_them() -> None:
    article = read(LISTS.encode(), "rest.txt")
    draft = compile_series(article)
    points = [line.point for line in proof(draft.emails, draft.originals, []) if line.kind == "list"]
    assert points == ["1.", "2."]


@pytest.mark.parametrize(
    ("runs", "sentences", "cut"),
    [
        pytest.param([Run("One. Two.")], ["One.", "Two."], [["One."], ["Two."]], id="joined"),
        pytest.param([Run("One.Two.")], ["One.", "Two."], [["One."], ["Two."]], id="no space between"),
        pytest.param(
            [Run("One."), Run("[1]", ref=1), Run(" Two.")], ["One.", "Two."], [["One.", "[1]"], ["Two."]],
            id="a source stays with the sentence before it",
        ),
        pytest.param([Run("O"), Run("ne", strong=True), Run(".")], ["One."], [["O", "ne", "."]], id="emphasis"),
        pytest.param([Run("One. Three.")], ["One.", "Two."], None, id="other words"),
        pytest.param([Run("One.")], ["One.", "Two."], None, id="too few"),
        pytest.param([Run("One. Two.")], ["One."], None, id="too many"),
        pytest.param([], [], None, id="nothing"),
    ],
)  # fmt: skip
def test_runs_are_cut_at_the_sentences(runs: list[Run], sentences: list[str], cut: list[list[str]] | None) -> None:
    found = split_runs(runs, sentences)
    assert (None if found is None else [[run.text for run in part] for part in found]) == cut
