"""Texts from an article: what is chosen, what is not, and why."""

import re

import pytest

from outreach.rules import tips
from outreach.rules.draft import RejectedTip, Tip
from outreach.rules.figures import has_figure, named_source
from outreach.rules.imperatives import instructs
from tests.rules.articles import SAMPLE, SPANISH, read_text

FILLER = "The brain is an organ that likes its rest. Food and company are part of the care it gets."


def chosen(*blocks: str, count: int | None = None) -> tuple[tuple[Tip, ...], tuple[RejectedTip, ...]]:
    return tips.choose(read_text("\n\n".join(["The Brain at Rest", FILLER, *blocks])), count)


def reasons(rejected: tuple[RejectedTip, ...], start: str) -> str:
    return " / ".join(next(r.reasons for r in rejected if r.text.startswith(start)))


def test_the_sample_gives_texts_that_stand_alone_with_each_kind() -> None:
    found, rejected = tips.choose(read_text(SAMPLE.read_text(encoding="utf-8")))
    assert len(found) >= 5
    assert {"action", "hope"} <= {t.kind for t in found}
    assert all(t.parts <= 2 and t.reasons for t in found)
    assert all(r.reasons for r in rejected)
    assert not {t.sentences for t in found} & {r.sentences for r in rejected}
    assert [t.sentences for t in found] == sorted(t.sentences for t in found)


def test_an_item_never_says_the_opposite_of_its_list() -> None:
    found, rejected = chosen(
        "Counselors see the same risks in the first months:\n- Take every extra hour to make up for lost time.\n"
        "- Stop seeing your friends when the shift runs late.",
        "Write down who you will call on a bad afternoon.",
    )
    assert not any("extra hour" in t.text or "Stop seeing" in t.text for t in found)
    assert "warns of it" in reasons(rejected, "Take every")


def test_a_figure_needs_its_own_source() -> None:
    found, rejected = chosen(
        "About 80% of people sleep badly at first. Nearly 60% of people sleep better after a month.[1] Keep one hour for bed.",
        "Sources", "[1] Sleep Institute. Nights in Numbers. 2021.", count=8,
    )  # fmt: skip
    assert not any("80%" in t.text for t in found)
    assert "without its own source" in reasons(rejected, "About 80%")
    cited = next(t for t in found if "60%" in t.text)
    assert cited.cited and cited.source == "Sleep Institute. Nights in Numbers. 2021."
    assert cited.text.endswith("after a month. (Sleep Institute.)")


def test_a_figure_may_name_its_source_itself() -> None:
    found, _ = chosen("According to the Sleep Institute, 60% of people sleep better after a month of walks.", count=5)
    assert any(t.cited and t.source == "the Sleep Institute" for t in found)


def test_a_crisis_text_needs_a_crisis_line() -> None:
    found, rejected = chosen(
        "Overdose deaths touch many families in every town.",
        "If you think about suicide, call or text 988 and tell a friend.",
        count=5,
    )
    assert any("988" in t.text for t in found)
    assert "crisis line" in reasons(rejected, "Overdose deaths")


def test_quoted_speech_and_requests_for_a_call_stay_behind_better_ones() -> None:
    found, rejected = chosen(
        "“I sleep well when the phone stays in the kitchen” was her advice.",
        "Put the phone in the kitchen before you go to bed.",
        "Call 770-555-0101 to talk about your sleep.",
        count=2,
    )
    assert any(t.text.startswith("Put the phone") for t in found)
    assert "somebody else" in reasons(rejected, '"I sleep')
    assert not any("770" in t.text for t in found)


def test_an_instruction_in_a_list_gets_its_capital_and_full_stop() -> None:
    found, _ = chosen(
        "Try one of these tonight:\n- dim the lights an hour before bed\n- read a book on paper in your chair", count=4
    )
    assert "Dim the lights an hour before bed." in [t.text for t in found]


def test_typography_is_folded_so_that_a_text_costs_one_part() -> None:
    found, _ = chosen(
        "Don’t stay awake in bed—get up, read something dull, and go back when you feel “heavy” again.", count=5
    )
    tip = next(t for t in found if "awake" in t.text)
    assert (tip.encoding, tip.parts) == ("GSM-7", 1)
    assert "bed - get up" in tip.text and "Don't" in tip.text


def test_no_two_texts_are_alike() -> None:
    found, _ = chosen(
        "Put the phone in the kitchen before you go to bed at night.",
        "Put the phone in the kitchen before you go to bed tonight.",
        "Drink a glass of water when you wake up in the morning.",
        count=5,
    )
    assert sum("phone" in t.text for t in found) == 1


def test_spanish_texts_are_found() -> None:
    found, _ = tips.choose(read_text(SPANISH))
    assert any(re.match(r"Respire|Evite|Nunca|No está", t.text) for t in found)
    assert not any(re.match(r"Esto|Nuestro", t.text) for t in found)


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("Put the phone away at night.", True),
        ("Never stop a pill on your own.", True),
        ("Do not sleep on the couch.", True),
        ("If you wake up early, read a page.", True),
        ("Before the first shift, pack a lunch.", True),
        ("Sleep is the best of all cures.", False),
        ("Support groups meet in most towns.", False),
        ("People sleep better after a walk.", False),
        ("When you rest, the brain heals.", False),
        ("Help is near.", False),
        ("Sleep, meals and walks help the brain.", False),
        ("Walk for ten minutes after lunch.", True),
    ],
)
def test_instructions_are_told_from_statements(text: str, does: bool) -> None:
    assert instructs(text) == does


@pytest.mark.parametrize(
    ("text", "is_claim"),
    [
        ("About 80% of deaths involve it.", True),
        ("Nearly 15,500 people died.", True),
        ("One in four adults falls.", True),
        ("More than 400 people die each year.", True),
        ("It doubles the chance of a fall.", True),
        ("Half of the adults sleep badly.", True),
        ("An estimated 619 million people live with it.", True),
        ("Casi el 40 % de las personas la vive.", True),
        ("Dos de cada cinco personas la viven.", True),
        ("Wait for half an hour.", False),
        ("Call 770.555.0101 today.", False),
        ("Walk for 10 minutes a day.", False),
        ("The group began in 2016.", False),
        ("Take 4 mg at night.", False),
        ("Keep it below 130/80.", False),
        ("Stay at least 20 feet away.", False),
    ],
)
def test_figures_are_told_from_other_numbers(text: str, is_claim: bool) -> None:
    assert has_figure(text) == is_claim


def test_named_sources_are_found_in_the_sentence() -> None:
    assert named_source("According to the CDC, 4% of adults fall.") == "the CDC"
    assert named_source("Half of them fall (Marlatt, 2005).") == "Marlatt, 2005"
    assert (
        named_source("A 2019 study by the University of Example found 4%.")
        == "A 2019 study by the University of Example"
    )
    assert named_source("According to your doctor, rest helps.") is None
