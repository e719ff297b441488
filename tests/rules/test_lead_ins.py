"""What a list makes of its items, told by its lead-in, its heading and the sentence behind it."""

import pytest

from outreach.rules.lead_ins import sense_of, sign_opening, taken_back, tells_what_is_wrong

SENSES = [
    ("Try one of these tonight:", "", "advice"),
    ("These steps lower the risk of a fall:", "", "advice"),
    ("Three short visits cover most of the risk:", "", "advice"),
    ("Counselors see the same risks in the first months:", "", "warning"),
    ("Drinking has these effects on sleep:", "", "warning"),
    ("Call your doctor if you notice:", "", "signs"),
    ("The early signs are easy to mistake for flu:", "", "signs"),
    ("Common mistakes in the first weeks include:", "", "wrong"),
    ("Three myths keep people from care:", "", "wrong"),
    ("Some things that families do make matters worse:", "", "wrong"),
    ("Old advice can cost minutes:", "What Not to Do", "wrong"),
    ("Things to avoid:", "", "wrong"),
    ("Your friends may tell you:", "", "wrong"),
    ("Do this instead:", "What Does Not Help", "advice"),
    ("An hour of tidying does a lot:", "", "open"),
    ("When something goes wrong at work:", "", "open"),
    ("Get tested more often if you:", "", "signs"),
    ("Talk to a doctor if, after many months, you:", "", "signs"),
    ("Get help right away if you:", "", "signs"),
    ("It is not for people who have:", "", "signs"),
    ("Leave, or do not move in, if you see:", "Red flags", "signs"),
    ("It helps if you:", "", "advice"),
    ("You will sleep better if you:", "", "open"),
    ("If the person is awake:", "", "open"),
    ("If your child says yes, try this:", "", "advice"),
    ("Here is what we do:", "", "others"),
    ("At the first visit a nurse will:", "", "others"),
    ("We suggest that you:", "", "open"),
    ("Errores comunes:", "", "wrong"),
    ("Pruebe lo siguiente:", "", "advice"),
    ("Preste atención a estas señales:", "", "signs"),
    ("", "Consejos que no funcionan", "wrong"),
    ("", "Mitos", "wrong"),
]


@pytest.mark.parametrize(("lead_in", "heading", "sense"), SENSES, ids=[(a or b)[:32] for a, b, _ in SENSES])
def test_the_lead_in_or_the_heading_gives_a_list_its_sense(lead_in: str, heading: str, sense: str) -> None:
    assert sense_of(lead_in, heading) == sense


@pytest.mark.parametrize(
    ("lead_in", "heading", "sense"),
    [
        ("Breathe with the belly:", "", "steps"),
        ("Take these steps in order:", "", "steps"),
        ("Ten small habits for better nights:", "", "advice"),
        ("", "Five Ways to Sleep Better", "advice"),
        ("People make these mistakes:", "", "wrong"),
    ],
)
def test_a_numbered_list_is_a_procedure_unless_it_counts_ideas(lead_in: str, heading: str, sense: str) -> None:
    assert sense_of(lead_in, heading, ordered=True) == sense


@pytest.mark.parametrize(
    ("after", "back"),
    [
        ("None of these work.", True),
        ("All of these make sleep worse.", True),
        ("That is a myth.", True),
        ("Not true.", True),
        ("It does not help.", True),
        ("Nada de esto funciona.", True),
        ("Eso es falso.", True),
        ("These habits take a week or two.", False),
        ("It is not worth the risk.", False),
        ("Most people sleep better after a month.", False),
        ("", False),
    ],
)
def test_the_sentence_behind_may_take_all_back(after: str, back: bool) -> None:
    assert taken_back(after) == back
    assert (sense_of("Try one of these:", "", after) == "wrong") == back


@pytest.mark.parametrize(
    ("lead_in", "heading", "opening"),
    [
        ("Signs of burnout:", "", "Signs of burnout"),
        ("Early signs of burnout include:", "", "Early signs of burnout"),
        ("Señales de agotamiento:", "", "Señales de agotamiento"),
        ("Three warning signs that work is too much:", "", ""),
        ("Watch for:", "Is It Burnout?", ""),
        ("Preste atención a estas señales:", "", ""),
        ("Know the signs of low blood sugar:", "", None),
        ("A few signs mean that exercise should wait:", "", None),
    ],
)
def test_a_sign_gets_back_the_sense_that_its_list_lent_it(lead_in: str, heading: str, opening: str | None) -> None:
    assert sign_opening(lead_in, heading) == opening


def test_headings_over_what_is_wrong_are_told_from_others() -> None:
    assert tells_what_is_wrong("What Not to Do") and tells_what_is_wrong("Common Myths")
    assert not tells_what_is_wrong("What Others May Say") and not tells_what_is_wrong("What Helps")
