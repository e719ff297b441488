"""Subjects and preheaders: plain, of a length that shows, each one different, and calm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.compiler import compile_series
from outreach.rules.slots import ENGLISH, SPANISH, SlotTexts
from outreach.rules.subjects import PREHEADER, SUBJECT, calm, discreet_subject, known_forms, preheader, shorter, subject
from outreach.rules.words import is_private
from tests.rules.articles import read_text


def one(title: str, *headings: str, number: int = 2, total: int = 4, slots: SlotTexts = ENGLISH) -> str:
    return subject(title=title, headings=headings, number=number, total=total, slots=slots, taken=set())


@pytest.mark.parametrize(
    ("title", "headings", "number", "total", "found"),
    [
        ("Sleep Well", ["Why the Nights Are Hard at First"], 2, 4, "Why the Nights Are Hard at First"),
        ("Sleep Well", ["Why Nights Are Hard"], 2, 4, "Why Nights Are Hard (part 2 of 4)"),
        ("Living With Worry: A Short Guide", ["Myths"], 2, 4, "Living With Worry: A Short Guide: part 2 of 4"),
        ("Living With Worry for a Year: A Guide", ["Myths"], 2, 4, "Living With Worry for a Year: Myths"),
        ("Sleep Well", [], 2, 4, "Sleep Well: a short read, part 2 of 4"),
        ("How to Sleep Well Without Pills", [], 1, 1, "How to Sleep Well Without Pills"),
        ("Sleep Well", [], 1, 1, "Sleep Well: a short read for you"),
        ("Eat", [], 1, 1, "Your short read for this week is here"),
        ("Sleep Well", ["You Won’t Believe It", "What Helps Most of All"], 2, 4, "What Helps Most of All (part 2 of 4)"),
        ("Sleep Well Every Night!", [], 1, 3, "Sleep Well Every Night: part 1 of 3"),
        ("The First Year: A Monthly Map of Early Recovery Now", ["Sleep"], 1, 6,
         "The First Year: A Monthly Map of Early Recovery Now"),
        ("What Is a Craving?", [], 1, 3, "What Is a Craving? part 1 of 3"),
    ],
    ids=["heading", "part", "short", "title-head", "short-title", "single", "single-short", "tiny", "bait", "shout",
         "whole", "question"],
)  # fmt: skip
def test_a_subject_comes_from_the_heading(title: str, headings: list[str], number: int, total: int, found: str) -> None:
    assert one(title, *headings, number=number, total=total) == found


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("How to Talk With a Teenager About Alcohol Before the First Big Party", "How to Talk With a Teenager About Alcohol"),
        ("Understanding Withdrawal: What Your Body Does in the First Weeks", "Understanding Withdrawal: What Your Body Does"),
        ("Eating, Sleeping and Moving Well While the Body Learns to Do Without", "Eating, Sleeping and Moving Well"),
        ("Cuidar de un ser querido en casa cuando vuelve de una larga estancia", "Cuidar de un ser querido en casa"),
    ],
    ids=["before", "colon", "while", "spanish"],
)  # fmt: skip
def test_a_long_heading_ends_where_its_sense_does(heading: str, found: str) -> None:
    assert one("A Very Long Title That Cannot Serve as the Subject of Any of These Emails at All", heading) == found


@pytest.mark.parametrize(
    ("text", "limit", "found"),
    [
        ("Rest and food for the first weeks at home", 24, "Rest and food"),
        ("Rest, food and walks for the first weeks, and what they do", 50, "Rest, food and walks for the first weeks"),
        ("Talk with your doctor", 12, None),
        ("Incomprehensibilities", 10, None),
        ("The end of “a long and hard” day", 24, None),
    ],
)
def test_shorter_text_never_dangles(text: str, limit: int, found: str | None) -> None:
    assert shorter(text, limit) == found


@pytest.mark.parametrize(
    ("heading", "calmed"),
    [
        ("WHY THE CDC COUNTS FALLS", "Why the CDC counts falls"),
        ("“NO” IS A SENTENCE", "“No” is a sentence"),
        ("NEVER Mix Pills and Wine", "Never Mix Pills and Wine"),
        ("Why you should NEVER wait", "Why you should never wait"),
        ("Ask the CDC for Help", "Ask the CDC for Help"),
        ("Can I Sleep Again?!", "Can I Sleep Again?"),
        ("You Can Do It!!!", "You Can Do It!"),
        ("The first month.", "The first month"),
        ("AA and NA", "AA and NA"),
        ("3. STORING IT SAFELY", "3. Storing it safely"),
    ],
)
def test_headings_do_not_shout(heading: str, calmed: str) -> None:
    forms = known_forms(["We never wait for the CDC.", "They say no.", "A count is a sentence."])
    assert calm(heading, forms) == calmed


@given(
    title=st.text(st.characters(categories=["L", "Nd", "P", "Zs"]), min_size=1, max_size=160),
    headings=st.lists(st.text(st.characters(categories=["L", "Nd", "P", "Zs"]), min_size=1, max_size=120), max_size=6),
    total=st.integers(1, 60),
    slots=st.sampled_from([ENGLISH, SPANISH]),
)
def test_every_subject_has_its_length_and_none_comes_twice(
    title: str, headings: list[str], total: int, slots: SlotTexts
) -> None:
    taken: set[str] = set()
    found = [
        subject(title=title, headings=headings, number=n, total=total, slots=slots, taken=taken)
        for n in range(1, total + 1)
    ]
    assert len(set(found)) == total
    assert all(SUBJECT[0] <= len(s) <= SUBJECT[1] for s in found)


@pytest.mark.parametrize("slots", [ENGLISH, SPANISH], ids=["en", "es"])
def test_the_discreet_forms_tell_nothing(slots: SlotTexts) -> None:
    for total in (1, 4, 60):
        assert not is_private(discreet_subject(1, total, slots))
        assert SUBJECT[0] <= len(discreet_subject(total, total, slots)) <= SUBJECT[1]
    assert not is_private(slots.preheader_discreet)
    assert PREHEADER[0] <= len(slots.preheader_discreet) <= PREHEADER[1]


CALM = "Most people sleep better after the first month at home."
PRE = [
    ("a crisis waits", ["An overdose can take a life within a few minutes.", CALM], [True, True], CALM),
    ("a death waits", ["Pills left in the open can kill a small child in the house.", CALM], [True, True], CALM),
    ("a hurting word waits", ["An addict in the house costs every one of you sleep.", CALM], [True, True], CALM),
    ("a number waits", ["Call 770-555-0101 to talk about your sleep with us today.", CALM], [True, True], CALM),
    ("the subject is not repeated", ["The first month at home: what it brings.", CALM], [True, True], CALM),
    ("what leans waits", ["They often come back at night for a week or two.", CALM], [False, True], CALM),
    ("a short one is filled up", ["Rest is part of the work."], [True], "Rest is part of the work. – a few minutes to read, at your own pace."),  # noqa: E501
    ("a denied belief is never shown", ["If you ignore worry long enough, it goes away."], [False], None),
    ("a lead-in is never shown", ["Try one of these tonight before you go to bed:"], [True], None),
]  # fmt: skip


@pytest.mark.parametrize(("sentences", "stands", "found"), [p[1:] for p in PRE], ids=[p[0] for p in PRE])
def test_the_preheader_adds_to_the_subject(sentences: list[str], stands: list[bool], found: str | None) -> None:
    told = preheader(
        sentences=sentences,
        stands=stands,
        subject="The First Month at Home (part 2 of 4)",
        number=2,
        total=4,
        slots=ENGLISH,
    )
    assert told == (found or "A few minutes to read, at your own pace, part 2 of 4.")


def test_a_long_first_sentence_is_cut_where_its_sense_ends() -> None:
    text = (
        "Sleep comes back slowly in the first weeks, and many nights are short and full of dreams, "
        "but after a month or two it gets deeper."
    )
    told = preheader(sentences=[text], stands=[True], subject="Nights", number=1, total=2, slots=ENGLISH)
    assert told == "Sleep comes back slowly in the first weeks, and many nights are short and full of dreams…"


def test_a_myth_is_never_the_preview_of_its_email() -> None:
    text = "\n\n".join(
        [
            "The Brain at Rest",
            "The brain is an organ that likes its rest. Food and company are part of the care it gets.",
            "Myths",
            "Two myths keep people awake:\n- A glass of wine helps you sleep through the night.\n"
            "- You can make up for sleep on Sunday.",
            "Go to bed at the same hour every night of the week.",
        ]
    )
    for email in compile_series(read_text(text), parts=2).emails:
        assert "wine" not in email.preheader and "Sunday" not in email.preheader
