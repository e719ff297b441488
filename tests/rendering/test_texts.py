"""The body of a text: who writes, what the first one must say, and what it costs."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rendering import TextRefused, compile_text
from outreach.rules import sms
from tests.rendering.letters import HOPE_BRIDGE

TIP = "Eat something warm and go to bed at the same hour every night this week."


def later(body: str) -> str:
    return compile_text(body, organisation=HOPE_BRIDGE, first=False)


def first(body: str, language: str = "en", weekly: int | None = 3) -> str:
    return compile_text(body, organisation=HOPE_BRIDGE, first=True, language=language, weekly=weekly)


def test_a_first_text_says_who_how_often_help_and_stop() -> None:
    assert first(TIP) == (
        f"Hope Bridge: {TIP} About 3 msgs/week. Msg&data rates may apply. HELP for help, STOP to stop."
    )


def test_a_later_text_says_who() -> None:
    assert later(TIP) == f"Hope Bridge: {TIP}"


@pytest.mark.parametrize(
    ("weekly", "language", "often"),
    [
        (1, "en", "About 1 msg/week."),
        (None, "en", "Msg frequency varies."),
        (3, "es", "Aprox. 3 mensajes/semana."),
        (1, "es", "Aprox. 1 mensaje/semana."),
        (None, "es-MX", "Frecuencia variable."),
        (2, "fr", "About 2 msgs/week."),
    ],
)
def test_how_often_is_said_in_the_readers_language(weekly: int | None, language: str, often: str) -> None:
    text = first(TIP, language, weekly)
    assert often in text and "HELP" in text and "STOP" in text
    assert sms.measure(text).encoding == "GSM-7"


@pytest.mark.parametrize("body", ["Hope Bridge is here for you.", "hope bridge: we are here.", "HOPE BRIDGE"])
def test_a_text_that_opens_with_our_name_does_not_say_it_twice(body: str) -> None:
    assert later(body) == body
    assert first(body).startswith(body)


def test_another_name_that_begins_like_ours_is_not_ours() -> None:
    assert later("Hope Bridgewater opens today.").startswith("Hope Bridge: ")


def test_the_name_is_left_out_where_it_would_cost_a_third_part() -> None:
    body = "x" * 306
    assert sms.measure(body).parts == 2
    assert later(body) == body
    assert later("x" * (306 - len("Hope Bridge: "))).startswith("Hope Bridge: ")
    assert later("x" * 310).startswith("Hope Bridge: "), "a text that has three parts anyway has room for the name"


@pytest.mark.parametrize("length", [1, 100, 159, 160])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_body_of_one_part_makes_a_first_text_of_at_most_two(length: int, language: str) -> None:
    assert sms.measure(first("x" * length, language)).parts <= 2


def test_a_body_of_one_part_in_unicode_takes_the_short_notice_to_stay_within_two() -> None:
    body = "á" * 70
    text = first(body)
    assert sms.measure(body) == sms.Measure("UCS-2", 70, 1)
    assert sms.measure(text).parts == 2
    assert text == f"Hope Bridge: {body} 3 msgs/wk, msg&data rates may apply. HELP/STOP."


def test_typography_is_folded_before_it_costs_parts() -> None:
    assert later("You’re not “weak” – rest…") == 'Hope Bridge: You\'re not "weak" - rest...'


def test_words_that_look_like_templates_are_words() -> None:
    assert later("{{ name }} {% x %} 100 %s") == "Hope Bridge: {{ name }} {% x %} 100 %s"
    assert "a < b & c" in later("a < b & c")


@pytest.mark.parametrize("body", ["", "   ", "\u200b\n"])
def test_an_empty_text_is_refused(body: str) -> None:
    with pytest.raises(TextRefused, match="empty"):
        later(body)


def test_a_text_of_more_than_three_parts_is_refused_with_the_cure() -> None:
    with pytest.raises(TextRefused, match="needs 4 parts and may have 3. Shorten it") as refused:
        later("x" * 460)
    assert refused.value.say == str(refused.value)
    with pytest.raises(TextRefused):
        first("x" * 420)


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=300),
    st.booleans(),
    st.sampled_from(["en", "es"]),
    st.sampled_from(["HB", "Hope Bridge", "ALANA Recovery"]),
)
def test_a_text_is_the_whole_body_in_at_most_three_parts_or_refused(
    body: str, is_first: bool, language: str, name: str
) -> None:
    told = sms.fold(body).strip()
    try:
        text = compile_text(
            body, organisation=replace(HOPE_BRIDGE, short_name=name), first=is_first, language=language, weekly=3
        )
    except TextRefused:
        assert not told or sms.measure(told).parts >= 2
        return
    assert told in text
    assert sms.measure(text).parts <= 3
    if not is_first and sms.measure(told).parts <= 2:
        assert sms.measure(text).parts <= 2
    if is_first:
        assert "STOP" in text and "HELP" in text and name.casefold() in text.casefold()
