"""The answers to texts: who writes, the lifelines, the person's language, and never more than two parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules import reply_texts
from outreach.rules.reply_rows import Language
from outreach.rules.schedule_values import Organisation
from outreach.rules.sms import GSM_BASIC, GSM_EXTENSION, measure

LONGEST_NAME = "The Hope Bridge Recovery House"  # 30 letters: the most schedules.yaml allows
CLASSES = (None, "overdose", "self_harm", "violence", "withdrawal")
ANSWERS: dict[str, Callable[[Organisation, Language], str]] = {
    **{
        f"crisis {kind}{' and stop' * stopped}": lambda organisation, language, kind=kind, stopped=stopped: (  # type: ignore[misc]
            reply_texts.crisis(organisation, kind, language, stopped=stopped)
        )
        for kind in CLASSES
        for stopped in (False, True)
    },
    "stop": reply_texts.stop_confirmed,
    "start": reply_texts.start_confirmed,
    "help": reply_texts.help_reply,
    "pause": reply_texts.pause_confirmed,
}
CRISES = [name for name in ANSWERS if name.startswith("crisis")]
LANGUAGES: tuple[Language, ...] = ("en", "es")


def _organisation(short_name: str = "ALANA Recovery") -> Organisation:
    return Organisation(
        name="ALANA Recovery",
        short_name=short_name,
        postal_address="100 Example Street, Atlanta, GA 30303",
        phone="+1 (404) 555-0123",
        email="hello@example.org",
        website="https://www.example.org",
        neutral_name="A. Health Notes",
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_says_who_writes_and_fits_two_parts_of_plain_letters(name: str, language: Language) -> None:
    assert len(LONGEST_NAME) == 30
    text = ANSWERS[name](_organisation(LONGEST_NAME), language)
    assert text.startswith(f"{LONGEST_NAME}: ")
    assert measure(text).encoding == "GSM-7"
    assert measure(text).parts <= 2, measure(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ANSWERS)
def test_the_most_expensive_name_still_fits(name: str, language: Language) -> None:
    """30 letters that cost two septets each, and a phone number as long as schedules.yaml takes it."""
    organisation = replace(_organisation("€" * 30), phone="+1 (404) 555 - 0123 extra")
    assert measure(ANSWERS[name](organisation, language)).parts <= 2


@given(st.text(alphabet=sorted(GSM_BASIC | GSM_EXTENSION) + list("’“–"), min_size=1, max_size=30))
def test_any_name_of_30_letters_fits(short_name: str) -> None:
    for name, answer in ANSWERS.items():
        for language in LANGUAGES:
            found = measure(answer(_organisation(short_name), language))
            assert found.encoding == "GSM-7" and found.parts <= 2, (name, language)


def test_a_curly_apostrophe_in_the_name_does_not_double_the_price() -> None:
    text = reply_texts.stop_confirmed(_organisation("Mary’s House"), "en")
    assert text.startswith("Mary's House: ") and measure(text).encoding == "GSM-7"


@pytest.mark.parametrize("name", ANSWERS)
def test_a_language_nobody_wrote_is_answered_in_english(name: str) -> None:
    assert ANSWERS[name](_organisation(), "fr") == ANSWERS[name](_organisation(), "en")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_two_languages_differ(name: str) -> None:
    assert ANSWERS[name](_organisation(), "en") != ANSWERS[name](_organisation(), "es")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CRISES)
def test_a_crisis_answer_gives_911_first_and_988(name: str, language: Language) -> None:
    text = ANSWERS[name](_organisation(), language)
    assert 0 < text.index("911") < text.index("988")
    assert text.index("911") < len("ALANA Recovery: ") + 75


@pytest.mark.parametrize("name", CRISES)
def test_988_can_be_called_and_texted_in_both_languages(name: str) -> None:
    assert "call or text 988" in ANSWERS[name](_organisation(), "en")
    spanish = ANSWERS[name](_organisation(), "es")
    assert "llame al 988 y oprima 2" in spanish and "mande AYUDA al 988" in spanish


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_class_has_words_of_its_own_and_an_unknown_one_the_general_words(language: Language) -> None:
    told = {kind: reply_texts.crisis(_organisation(), kind, language, stopped=False) for kind in CLASSES}
    assert len(set(told.values())) == 4
    assert told[None] == told["self_harm"]
    assert reply_texts.crisis(_organisation(), "flood", language, stopped=False) == told[None]
    assert {"en": "seizure", "es": "convulsiones"}[language] in told["withdrawal"]
    assert {"en": "you or anyone", "es": "usted o alguien"}[language] in told["violence"]


@pytest.mark.parametrize("name", CRISES)
def test_staff_are_alerted_and_nobody_is_said_to_be_watching(name: str) -> None:
    assert "staff are alerted, but may not read this right away" in ANSWERS[name](_organisation(), "en")
    assert "Avisamos al personal, pero puede tardar en leer" in ANSWERS[name](_organisation(), "es")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ("overdose", "withdrawal"))
def test_nobody_is_left_alone(kind: str, language: Language) -> None:
    text = reply_texts.crisis(_organisation(), kind, language, stopped=False)
    assert {"en": "stay with the person", "es": "no deje sola a la persona"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_an_overdose_speaks_of_naloxone(language: Language) -> None:
    told = {kind: "nalox" in reply_texts.crisis(_organisation(), kind, language, stopped=False) for kind in CLASSES}
    assert [kind for kind, speaks in told.items() if speaks] == ["overdose"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CLASSES)
def test_a_stop_within_a_crisis_is_confirmed_only_when_it_holds(kind: str | None, language: Language) -> None:
    no_more = {"en": "no more texts", "es": "Ya no le mandaremos textos"}[language]
    assert no_more in reply_texts.crisis(_organisation(), kind, language, stopped=True)
    assert no_more not in reply_texts.crisis(_organisation(), kind, language, stopped=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CRISES)
def test_a_crisis_answer_asks_nothing_links_nowhere_and_promises_nothing(name: str, language: Language) -> None:
    text = ANSWERS[name](_organisation(), language).casefold()
    forbidden = (
        "?", "http", "www", "example.org", "on the way", "confidential", "en camino", "watching", "will help you",
        "will call you", "safe now", "you have", "sponsor", "domestic", "suicid",
    )  # fmt: skip
    text = text.replace("if you have naloxone", "")
    assert not [word for word in forbidden if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_of_a_stop_sells_nothing(language: Language) -> None:
    text = reply_texts.stop_confirmed(_organisation(), language)
    assert "START" in text and "example.org" not in text and measure(text).parts == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_a_person_to_call_how_to_stop_and_the_lifelines(language: Language) -> None:
    text = reply_texts.help_reply(_organisation(), language)
    assert all(part in text for part in ("ALANA Recovery", "+1 (404) 555-0123", "STOP", "911", "988"))
