"""Texts from an article: what is chosen, what is not, and why."""

import re

import pytest

from outreach.rules import tips
from outreach.rules.draft import RejectedTip, Tip
from outreach.rules.figures import has_figure, named_source
from outreach.rules.imperatives import forbids, instructs
from outreach.rules.weights import gives_hope, warns
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


@pytest.mark.parametrize(
    ("blocks", "text", "why"),
    [
        (["Common Mistakes", "People get stuck here:\n- Take a nap at six.\n- Drink wine to sleep."], "Take a nap", "wrong"),
        (["What Not to Do", "Put the person in a cold shower to wake them up."], "Put the person", "heading warns"),
        (["Lie in bed until you fall asleep again. That does not help anyone."], "Lie in bed until", "takes it back"),
        (["Myth: A glass of wine helps you sleep through the night."], "Myth: A glass", "denies"),
        (["Follow these steps:\n1. Sit on the bed.\n2. Breathe out for six counts.\n3. Lie down."], "Breathe out", "together"),
        (["Take two tablets of magnesium before you go to bed."], "Take two", "dose"),
        (["Stop your sleeping pills when you feel better again."], "Stop your", "dose"),
        (["Wait twelve hours after your last drink before bed."], "Wait twelve", "dose"),
        (["The first signs look like flu:\n- a dull headache and a stiff neck\n- chills at night"], "a dull", "name of what"),
        (["Do not skip doses to save money without asking."], "Do not skip", "two ways"),
        (["Friends often notice changes:\n- Drinking more than before.\n- Sleeping less."], "Drinking more", "name of what"),
        (["A week at home:\n- Sleeping less than six hours.\n- Eating late."], "Sleeping less", "a piece"),
        (["Get tested more often if you:\n- Share needles or straws.\n- Were ever in prison."], "Share needles", "warns"),
        (["Here is what we do:\n- Listen to your story with the door closed.\n- Draw blood."], "Listen to", "others do"),
        (["Put ten milligrams in a cap and add some water to it."], "Put ten", "dose"),
        (["When you notice one, call somebody on the same day."], "When you notice one", "one of what"),
        (["Ask a pharmacist at the corner which one suits you."], "Ask a pharmacist", "one of what"),
        (["Promise yourself to decide only when it rings."], "Promise yourself", "nothing to stand for"),
        (["Do not fight it when the evening is long."], "Do not fight", "nothing to stand for"),
        (["It is not the right place for severe withdrawal."], "It is not the", "points back"),
        (["You can learn to sleep at night, too."], "You can learn", "points back"),
    ],
    ids=["mistakes", "heading", "back", "myth", "steps", "dose", "stop", "last",
         "signs", "without", "notice", "piece", "if you", "we do", "milligrams",
         "one", "which one", "it rings", "fight it", "it is", "too"],
)  # fmt: skip
def test_what_could_do_harm_or_mislead_alone_is_never_a_text(blocks: list[str], text: str, why: str) -> None:
    found, rejected = chosen(*blocks, count=12)
    assert not any(t.text.startswith(text) for t in found)
    assert why in reasons(rejected, text)


def test_a_sentence_that_explains_the_one_before_does_not_take_it_back() -> None:
    text = "Keep naloxone in the house and teach everyone where it is."
    found, _ = chosen(f"{text} It works on heroin, and it does no harm if it turns out not to be needed.", count=5)
    assert text in [t.text for t in found]


def test_a_drink_in_a_comparison_and_a_tap_in_a_kitchen_are_no_dose_and_no_link() -> None:
    said = ["Tell your sponsor about the betting in the words you would use for a drink.",
            "Run the cold tap for five minutes before you cook with the water."]  # fmt: skip
    found, _ = chosen(*said, count=5)
    assert [t.text for t in found] == said


def test_a_figure_comes_behind_what_speaks_to_the_reader() -> None:
    found, _ = chosen("According to the Sleep Institute, 1 in 20 people gets into serious trouble.",
                      "Write down what you need for the night.", "Ask a friend to walk with you at noon.",
                      "Keep the room dark and your phone outside.", count=3)  # fmt: skip
    assert len(found) == 3 and not any("1 in 20" in t.text for t in found)


def test_how_things_seem_and_what_names_say_give_no_hope_and_no_warning() -> None:
    assert not gives_hope("Colors look brighter, and it seems obvious that the trouble is over.")
    assert not gives_hope("The paycheck is welcome, and so is the routine.")
    assert gives_hope("Everyone is welcome at the table, whatever the week was like.")
    assert not warns("Ours told us much the same, says the Youth Risk Behavior Survey.")
    assert warns("Leaving early is a risk that nobody has to take.")


def test_a_warning_about_medicine_is_no_dose() -> None:
    found, _ = chosen("Never take two pills when you forgot one.", "Never stop a sleeping pill on your own.", count=5)
    assert len([t for t in found if t.text.startswith("Never")]) == 2


def test_an_item_of_a_list_of_warning_signs_gets_its_sense_back() -> None:
    found, _ = chosen(
        "Three warning signs that the nights are too short:\n- sleeping through two alarms\n- Nodding off at the wheel.",
        count=8,
    )
    assert "Warning sign: Nodding off at the wheel." in [t.text for t in found]
    assert {t.kind for t in found if t.text.startswith("Warning sign")} == {"warning"}


def test_the_authors_own_name_for_the_signs_is_kept() -> None:
    found, _ = chosen(
        "Signs of burnout:\n- dreading every morning of the week\n- making mistakes in easy tasks", count=8
    )
    assert "Signs of burnout: dreading every morning of the week." in [t.text for t in found]


def test_a_step_that_says_why_may_stand_alone() -> None:
    found, _ = chosen(
        "Take these steps in order:\n1. Open a window.\n2. Put a lamp on a chair, because light wakes the brain.",
        count=6,
    )
    assert any(t.text.startswith("Put a lamp") for t in found)
    assert not any(t.text.startswith("Open") for t in found)


def test_texts_are_spread_over_the_article() -> None:
    found, _ = chosen(
        "Put the phone away at nine each night. Read a dull book in a soft chair. Wash your face with warm water.",
        "Walk outside for ten minutes after lunch.",
        count=2,
    )
    assert any(t.text.startswith("Walk") for t in found)


def test_every_rejected_sentence_keeps_a_reason_in_plain_words() -> None:
    _, rejected = chosen(
        "Put the phone in the kitchen at night. Put the phone in the kitchen each night. It helps.", count=1
    )
    assert "says the same as" in reasons(rejected, "Put the phone in the kitchen each")
    assert all(r.reasons and all(len(x) > 8 for x in r.reasons) for r in rejected)


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
        ("Trust comes back at the speed of a glacier.", False),
        ("Take the alcohol away and the brain is left racing.", False),
        ("Ask early and write the answer down.", True),
        ("Sleep, meals and walks help the brain.", False),
        ("Walk for ten minutes after lunch.", True),
        ("Worry keeps the body ready for danger.", False),
        ("Freeze the rest of the soup in boxes.", True),
        ("Praise every day without a drink.", True),
    ],
)
def test_instructions_are_told_from_statements(text: str, does: bool) -> None:
    assert instructs(text) == does


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("Levántese a la misma hora.", True),
        ("Acuéstese temprano.", True),
        ("No mire el reloj de noche.", True),
        ("Nunca le diga que es un dulce.", True),
        ("No se quede en la cama despierto.", True),
        ("Si no puede dormir, lea algo aburrido.", True),
        ("Hay que tener paciencia con el sueño.", True),
        ("Conviene cenar ligero por la noche.", True),
        ("Busca ayuda cuando la necesites.", True),
        ("Acuerden juntos una hora fija.", True),
        ("La recuperación es posible.", False),
        ("El sueño se puede volver a aprender.", False),
        ("Los adultos necesitan siete horas de sueño.", False),
        ("No hay prisa.", False),
    ],
)
def test_spanish_instructions_are_told_from_statements(text: str, does: bool) -> None:
    assert instructs(text, "es") == does


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("Never share your pills.", True),
        ("Do not drive when tired.", True),
        ("Nunca mezcle pastillas con alcohol.", True),
        ("No comparta sus medicinas.", True),
        ("No one has to walk alone.", False),
        ("No hay prisa.", False),
        ("Walk every day.", False),
    ],
)
def test_what_forbids_is_told_from_what_asks(text: str, does: bool) -> None:
    assert forbids(text) == does


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
        ("Alcohol breaks the second half of the night.", False),
        ("Freeze half of the soup for later.", False),
        ("Cut the pill in half with a knife.", False),
        ("Medication cuts the risk of dying by about half.", True),
        ("Men ask for help half as often.", True),
        ("Half of all new hires leave within a year.", True),
        ("Se calcula que la mitad de las personas duerme mal.", True),
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
    assert named_source("It saves money (Lowe, Journal of Work, 2017).") == "Lowe, Journal of Work, 2017"
    assert named_source("It is one in two (Paul & Baz, JAMA, 2010).") == "Paul & Baz, JAMA, 2010"
    assert named_source("It affects 6 percent, according to the Example Association.") == "the Example Association"
    assert named_source("Afecta a 6 de cada 100, según la Asociación Ejemplo.") == "la Asociación Ejemplo"
    for nobody in ("We opened here (April 2019).", "It got better, according to her.", "We met (in Atlanta, 1998)."):
        assert named_source(nobody) is None
    assert named_source("According to your doctor, rest helps.") is None
