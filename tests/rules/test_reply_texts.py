"""The answers to texts: who writes, the lifelines, the person's language, and never more than two parts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from outreach.rules import reply_texts
from outreach.rules.reply_rows import Language
from outreach.rules.schedule_values import Organisation
from outreach.rules.sms import measure

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


@pytest.mark.parametrize("name", ANSWERS)
def test_the_two_languages_differ(name: str) -> None:
    assert ANSWERS[name](_organisation(), "en") != ANSWERS[name](_organisation(), "es")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CRISES)
def test_a_crisis_answer_gives_911_first_and_988(name: str, language: Language) -> None:
    text = ANSWERS[name](_organisation(), language)
    assert 0 < text.index("911") < text.index("988")
    assert text.index("911") < 60


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
    forbidden = ("?", "http", "www", "example.org", "alerted", "on the way", "confidential", "avisado", "en camino")
    assert not [word for word in forbidden if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_of_a_stop_sells_nothing(language: Language) -> None:
    text = reply_texts.stop_confirmed(_organisation(), language)
    assert "START" in text and "example.org" not in text and measure(text).parts == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_a_person_to_call_how_to_stop_and_the_lifelines(language: Language) -> None:
    text = reply_texts.help_reply(_organisation(), language)
    assert all(part in text for part in ("ALANA Recovery", "+1 (404) 555-0123", "STOP", "911", "988"))
