"""Where sentences end."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules import sentences


def cut(text: str, language: str = "en") -> list[str]:
    return [text[a:b] for a, b in sentences.cut(text, language)]


@pytest.mark.parametrize(
    "parts",
    [
        ["One step helps.", "Two steps help more."],
        ["Dr. Osei, M.D., sees people on Mondays.", "Ask her."],
        ["The group meets at 6:15 a.m. Pacific time.", "Come early."],
        ["No. 3 is the best of all.", "No. 4 is not."],
        ["The U.S. Department of Labor says so.", "Read it."],
        ["“Is it safe?” she asked.", "He nodded."],
        ["He said, “Stop right there.”", "Then it rained."],
        ["See example.org/a.b?c=1 for more.", "Then come."],
        ["About 3.5% of them did.", "Others did not."],
        ["Was it hard?", "Yes!", "But it was worth it."],
        ["Use {0}, %s and ${ROOM} as they are.", "Then print."],
        ["Heating.", "Have the furnace checked."],
        ["Write to a.b@example.org today.", "We answer."],
        ["It fell (see Fig. 2 for the details).", "Then it rose."],
        ["Take pills, e.g. at night.", "Sleep well."],
        ["J. K. Smith wrote it.", "It sold well."],
    ],
    ids=lambda parts: parts[0][:24],
)
def test_known_traps_are_cut_right(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_spanish_sentences_are_cut_right() -> None:
    parts = ["¿Qué puede hacer hoy?", "Llame al Dr. Pérez.", "Él le ayudará."]
    assert cut(" ".join(parts), "es") == parts


@given(st.text(alphabet=st.sampled_from(list('abcAB .!?:;,"“”()[]0123456789%{}$’–—áñ¿¡♨∯ȸ\u0633。')), max_size=400))
def test_cutting_loses_no_letter_and_keeps_the_order(text: str) -> None:
    spans = sentences.cut(text)
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_a_very_long_block_is_cut_in_little_time() -> None:
    text = "The brain needs rest and food and a walk each day. " * 4_000
    assert len(cut(text)) == 4_000


def test_a_long_row_of_dots_costs_no_more_than_its_letters() -> None:
    start = time.process_time()
    assert sentences.cut("Fill in your name " + "." * 30_000 + " here. Then sign it below.")
    assert time.process_time() - start < 5
