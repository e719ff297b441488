"""Who says that we have the wrong number, and who only speaks of numbers."""

import pytest

from outreach.rules.numbers import says_wrong_number


@pytest.mark.parametrize(
    "text",
    [
        "wrong number", "Wrong Number.", "WRONG NUMBER!!! stop", "sorry you have the wrong number", "u got the wrong person",
        "this isn't his number", "This is not my number anymore", "this is no longer her phone", "not John's number",
        "I don't know anyone by that name", "incorrect number", "número equivocado", "Numero Equivocado por favor pare",
        "se equivocó de número", "este no es su número", "persona equivocada", "ｗｒｏｎｇ　ｎｕｍｂｅｒ", "wro\u200bng number",
    ],
)  # fmt: skip
def test_a_wrong_number_is_heard(text: str) -> None:
    assert says_wrong_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "stop", "stop texting me", "my number is 404 555 0123", "what is the number of the clinic?", "is something wrong?",
        "I took the wrong pills", "call my other number", "¿cuál es el número?", "pare", "", "numbers are not my thing",
    ],
)  # fmt: skip
def test_other_talk_of_numbers_is_none(text: str) -> None:
    assert not says_wrong_number(text)
