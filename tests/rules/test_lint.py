"""Problems with a code, a place and a cure."""

import pytest

from outreach.rules.compiler import compile_series
from outreach.rules.draft import Problem
from outreach.rules.lint import CODES, lint_text
from outreach.rules.readability import grade, syllables
from outreach.rules.words import is_private, speaks_of_crisis, stigma_in
from tests.rules.articles import SAMPLE, read_text

FILLER = "The brain is an organ that likes its rest. Food and company are part of the care it gets every day at home."


def problems(*blocks: str) -> tuple[Problem, ...]:
    return compile_series(read_text("\n\n".join(["The Brain at Rest", FILLER, *blocks]))).problems


def found(code: str, *blocks: str) -> Problem | None:
    return next((p for p in problems(*blocks) if p.code == code), None)


@pytest.mark.parametrize(
    ("code", "severity", "blocks"),
    [
        ("missing-citation", "error", ["Rest helps most people a lot.[7] It does."]),
        ("unsourced-number", "warning", ["About 80% of people sleep badly in spring."]),
        ("unused-source", "note", ["Rest helps.[1]", "Sources", "[1] A. Book. 2020.\n[2] Another Book. 2021."]),
        ("stigma", "warning", ["An addict needs care like everybody else does."]),
        ("shortener", "error", ["See https://bit.ly/abc for the whole list of foods."]),
        ("crisis-lifelines", "note", ["An overdose can happen to anyone at any time."]),
        ("lock-screen", "note", ["Alcohol Rehab and Your Brain", "Alcohol rehab helps the brain to heal over time."]),
        ("no-call", "note", ["Rest is a skill."]),
    ],
)
def test_each_problem_has_its_code(code: str, severity: str, blocks: list[str]) -> None:
    problem = found(code, *blocks)
    assert problem is not None and problem.severity == severity
    assert problem.where and len(problem.say) > 20 and problem.say.endswith(".")


def test_every_code_that_can_appear_is_explained() -> None:
    seen = {p.code for p in compile_series(read_text(SAMPLE.read_text(encoding="utf-8"))).problems}
    assert seen <= set(CODES)


def test_a_source_at_the_end_of_the_paragraph_makes_an_unsourced_figure_a_note() -> None:
    problem = found(
        "unsourced-number",
        "About 80% of people sleep badly. Most of them sleep well later.[1]",
        "Sources",
        "[1] A. Book. 2020.",
    )
    assert problem is not None and problem.severity == "note"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Keep naloxone at home.", set()),
        ("X" * 400 + " is a very long text that nobody reads.", {"long-text"}),
        ("An overdose can happen to anyone.", {"crisis-tip"}),
        ("After an overdose, call 911 and stay.", set()),
        ("They help a lot in the evening.", {"text-leans"}),
        ("Read bit.ly/abc before the meeting.", set()),
        ("Read https://bit.ly/abc before the meeting.", {"shortener"}),
    ],
)
def test_a_text_written_by_a_person_is_checked_alike(text: str, codes: set[str]) -> None:
    assert {p.code for p in lint_text(text) if p.severity != "note"} == codes


@pytest.mark.parametrize(
    "text",
    [
        "a recovering addict", "drug abuse", "alcoholics", "heroin user", "getting clean", "a dirty test",
        "she relapsed", "MAT works",
        "he committed suicide", "tough love", "convicts", "in denial", "addicted babies", "clean needles",
        "un drogadicto", "abuso de drogas",
    ],
)  # fmt: skip
def test_stigmatising_words_are_found_with_what_to_say_instead(text: str) -> None:
    assert stigma_in(text) and all(instead for _, instead in stigma_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "Alcoholics Anonymous meets on Monday.",
        "the National Institute on Drug Abuse",
        "the Substance Abuse and Mental Health Services Administration",
        "a person with alcohol use disorder",
        "Clean the house and wash your hands.",
        "Keep the kitchen clean and dry.",
        "She sat on a mat by the door.",
        "See https://example.org/addicts for more.",
        "the Journal of Substance Abuse Treatment",
    ],
)
def test_proper_names_and_plain_words_are_left_alone(text: str) -> None:
    assert stigma_in(text) == []


def test_private_words_and_crisis_words() -> None:
    assert is_private("Heroin and the Brain") and is_private("La ansiedad") and is_private("Opioids")
    assert not is_private("Part 2 of 4 of your reading series")
    assert (
        speaks_of_crisis("ending your life")
        and speaks_of_crisis("una sobredosis")
        and not speaks_of_crisis("a long life")
    )


def test_the_reading_grade_of_plain_and_hard_words() -> None:
    plain = ["The cat sat on the mat and the dog sat on the rug." for _ in range(4)]
    hard = [
        "Rehabilitation facilitates comprehensive psychological stabilization notwithstanding neurological impairment."
        * 1
    ] * 4
    assert grade(plain) is not None and (grade(plain) or 0) < 3
    assert (grade(hard) or 0) > 15
    assert grade(["Too short."]) is None


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("water", 2),
        ("make", 1),
        ("table", 2),
        ("walked", 1),
        ("wanted", 2),
        ("recovery", 4),
        ("the", 1),
        ("houses", 2),
        ("people", 2),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count
