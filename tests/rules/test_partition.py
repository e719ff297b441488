"""Where a series is cut: like sizes when staff give the number, no heading or lead-in left behind, questions answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.partition import FORBIDDEN, Unit, partition, units
from tests.rules.articles import read_text

WALK = "A short walk after dinner helps the body to settle down before the night begins. "


def pieces(*sizes: int) -> list[Unit]:
    return [Unit(0, None, words, 0) for words in sizes]


def sizes(made: list[Unit], parts: int | None = None) -> list[int]:
    return [sum(u.words for u in made[a:b]) for a, b in partition(made, parts)]


@pytest.mark.parametrize(
    ("words", "parts", "expected"),
    [
        ((40, 60, 60, 40, 60, 40), 4, [40, 60, 100, 100]),
        ((60,) * 8, 4, [120, 120, 120, 120]),
        ((300, 20, 20, 20), 2, [300, 60]),
        ((50, 50, 50), 3, [50, 50, 50]),
        ((80, 80), 5, [80, 80]),
    ],
    ids=["no tiny part", "equal", "one large block", "one each", "more than there are blocks"],
)
def test_a_given_number_of_parts_makes_them_alike(words: tuple[int, ...], parts: int, expected: list[int]) -> None:
    assert sizes(pieces(*words), parts) == expected


@given(st.lists(st.integers(20, 90), min_size=12, max_size=60))
def test_free_cuts_keep_everything_and_make_fair_parts(words: list[int]) -> None:
    made = pieces(*words)
    found = sizes(made)
    assert sum(found) == sum(words)
    if sum(words) >= 600:
        assert all(100 <= size <= 330 for size in found)


@pytest.mark.parametrize(("total", "least", "most"), [(240, 1, 1), (900, 3, 6), (3_000, 10, 20)])
def test_the_number_of_parts_follows_the_length(total: int, least: int, most: int) -> None:
    assert least <= len(sizes(pieces(*[30] * (total // 30)))) <= most


def test_nothing_is_cut_behind_a_heading_a_lead_in_or_a_question() -> None:
    article = read_text(
        "\n\n".join(
            [
                "Quiet Nights at Home",
                WALK.replace("dinner", "lunch"),
                "A Little Air",
                WALK + "What does it take?",
                "It takes ten minutes and a pair of old shoes, and nothing else at all.",
                "Bring along:",
                "- a warm coat\n- a friend\n- some water",
                "Some people like it best in the rain, when the street is theirs alone.",
            ]
        )
    )
    made = units(article)
    told = [(u.block is None, u.before == FORBIDDEN) for u in made]
    # text | heading + text with a question + its answer | lead-in + list | text
    assert told == [
        (False, False),
        (True, False),
        (False, True),
        (False, True),
        (False, False),
        (False, True),
        (False, False),
    ]
