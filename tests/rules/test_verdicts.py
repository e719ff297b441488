"""What follows from a text: effects, who answers with what, one confirmation, an incident, a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outreach.rules.schedule_values import Organisation, TextSenderKind
from outreach.rules.sms import measure
from outreach.rules.verdicts import Circumstances, Speaker, Verdict, hear, provider_answers
from tests.rules.replying import TOPICS

ORGANISATION = Organisation(
    name="ALANA Recovery", short_name="ALANA Recovery", postal_address="100 Example Street, Atlanta, GA 30303",
    phone="404-555-0123", email="hello@example.org", website=None, neutral_name="A. Health Notes",
)  # fmt: skip
SPEAKER = Speaker(organisation=ORGANISATION, topics=TOPICS)


def told(text: str, given: Circumstances | None = None, **more: str) -> Verdict:
    return hear(text, SPEAKER, given or Circumstances(), **more)


EFFECTS = [
    ("please stop texting me", "out", "none"),
    ("STOP", "out", "none"),
    ("no more emails but texts are fine", "none", "out"),
    ("stop the texts but keep the emails", "out", "none"),
    ("unsubscribe me from everything", "out", "out"),
    ("stop the family notes", "out", "out"),
    ("stop the family texts", "out", "none"),
    ("STOP I want to die", "out", "none"),
    ("START", "in", "none"),
    ("HELP", "none", "none"),
    ("don't stop", "none", "none"),
    ("I want to die", "none", "none"),
    ("MORE", "none", "none"),
    ("PAUSE", "none", "none"),
    ("dejen de mandarme correos", "none", "out"),
    ("alto", "out", "none"),
]


@pytest.mark.parametrize(("text", "sms", "email"), EFFECTS, ids=[text for text, _, _ in EFFECTS])
def test_a_text_changes_what_it_names_and_no_more(text: str, sms: str, email: str) -> None:
    """STOP by text ends texts; emails end when they are named, or everything is."""
    assert dict(told(text).effects) == {"sms": sms, "email": email}


ANSWERS = [
    ("please stop texting me", "stop", "You will get no more texts from us. Reply START to come back."),
    ("no more emails but texts are fine", "part", "You will get no more emails from us. Reply STOP to end all texts."),
    ("stop the family notes", "part", "No more of: Notes for families and friends. Reply STOP to end all texts."),
    ("stop the family texts", "part", "No more texts of: Notes for families and friends. Reply STOP to end all texts."),
    ("ya no quiero las notas para familias", "part", "Ya no le mandaremos: Notas para familias y amistades."),
    ("resume", "start", "You will get our texts again."),
    ("who is this?", "help", "To reach a person, call 404-555-0123."),
    ("PAUSE", "pause", "No texts for two weeks"),
    ("MORE", "more", "The next text comes as soon as"),
    ("SLOW", "slow", "Texts come less often from now on."),
    ("TOPICS", "topics", "You can get: Notes on recovery; Notes for families and friends."),
    ("temas", "topics", "Puede recibir: Notas sobre la recuperacion; Notas para familias y amistades."),
    ("I want to die", "crisis", "If life is in danger, call 911 now. You can call or text 988"),
    ("STOP I want to die", "crisis", "You will get no more texts from us."),
]


@pytest.mark.parametrize(("text", "answer", "words"), ANSWERS, ids=[text for text, _, _ in ANSWERS])
def test_what_is_owed_is_answered_once_in_two_parts_of_plain_letters(text: str, answer: str, words: str) -> None:
    """With the organisation's name first, in the person's language."""
    found = told(text)
    assert found.answer == answer and found.answered_by == "us"
    assert found.reply is not None and found.reply.startswith("ALANA Recovery: ") and words in found.reply
    assert (measure(found.reply).encoding, measure(found.reply).parts <= 2) == ("GSM-7", True)


@pytest.mark.parametrize(
    "text", ["", "thanks", "don't stop", "YES", "👍", 'Liked "Reply STOP"', "español", "I relapsed"]
)
def test_nothing_is_said_where_nothing_was_asked(text: str) -> None:
    """A person answers, or nobody needs to."""
    found = told(text)
    assert (found.reply, found.confirmation) == (None, False)


PROVIDER: list[tuple[str, TextSenderKind, bool]] = [
    ("STOP", "10dlc", True), (" stop\n", "10dlc", True), ("Cancel", "10dlc", True), ("YES", "10dlc", True),
    ("stop please", "10dlc", False), ("opt out", "10dlc", False), ("alto", "10dlc", False), ("STOP.", "10dlc", False),
    ("STOP", "toll_free", True), ("unstop", "toll_free", True), ("CANCEL", "toll_free", False), ("HELP", "toll_free", False),
    ("STOP", "short_code", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sender", "answered"), PROVIDER)
def test_the_provider_answers_its_own_words_alone(text: str, sender: TextSenderKind, answered: bool) -> None:
    """One keyword with nothing around it, by the kind of number."""
    assert provider_answers(text, sender) is answered


@pytest.mark.parametrize("text", ["STOP", "stop", "Unsubscribe", "START", "HELP"])
def test_what_the_provider_answered_is_not_answered_again(text: str) -> None:
    """And a stop is confirmed by it."""
    found = told(text)
    assert (found.reply, found.answered_by) == (None, "provider")
    assert found.confirmation is (text != "HELP")


def test_with_opt_out_type_the_provider_has_spoken_whatever_the_words() -> None:
    """Words of the service's own list, which we need not know."""
    found = told("basta con esto", opt_out_type="STOP")
    assert (found.intent, found.reply, found.confirmation) == ("stop", None, True)


def test_a_crisis_is_answered_by_us_whoever_else_spoke() -> None:
    """The provider said nothing of 988."""
    found = told("STOP I want to die", opt_out_type="STOP")
    assert found.reply is not None and "988" in found.reply and found.incident == "self_harm"


def test_while_a_call_still_runs_nothing_is_claimed() -> None:
    """The stop stands; that no message comes any more is not yet true."""
    found = told("please stop texting me", Circumstances(held=True))
    assert (found.effects["sms"], found.reply, found.confirmation) == ("out", None, False)


CLASSES = [("he overdosed", "overdose"), ("he hits me", "violence"), ("DTs", "withdrawal"), ("I relapsed", None)]


@pytest.mark.parametrize(("text", "incident"), CLASSES)
def test_a_crisis_opens_an_incident_and_an_urgent_text_does_not(text: str, incident: str | None) -> None:
    """Its class says which words go out."""
    assert told(text).incident == incident


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("I want to die", True), ("I relapsed", True), ("thanks", True), ("who is this?", True), ("step", True),
        ("STOP", False),
        ("please stop texting me", False), ("HELP", False), ("MORE", False), ('Liked "Reply STOP"', False),
        ("only the tips", True),
    ],
)  # fmt: skip
def test_a_person_looks_where_something_is_left_to_do(text: str, task: bool) -> None:
    """Not after what was plainly done, nor at a thumbs-up."""
    assert told(text).staff_task is task


def test_a_part_that_somebody_does_not_get_means_what_they_get() -> None:
    """In doubt it ends the texts, and a person looks."""
    for given, text in (
        (Circumstances(email=False), "stop emailing me"), (Circumstances(has_topics=False), "stop the family notes"),
    ):  # fmt: skip
        found = told(text, given)
        assert (found.effects["sms"], found.answer, found.topic, found.staff_task) == ("out", "stop", None, True)


def test_within_the_hour_the_crisis_words_are_not_said_again_and_a_new_stop_is_confirmed() -> None:
    """Every message still opens its incident."""
    again = Circumstances(crisis_told=True)
    assert told("I want to die", again).reply is None
    assert told("STOP I want to die", again).answer == "stop"
    assert told("I want to die", again).incident == "self_harm"


def test_a_discreet_person_is_answered_under_the_neutral_name_and_no_topic_is_named() -> None:
    """Whoever holds the phone learns nothing."""
    for text in ("stop the family notes", "TOPICS", "I want to die", "please stop texting me"):
        reply = told(text, Circumstances(discreet=True)).reply
        assert (
            reply is not None
            and reply.startswith("A. Health Notes: ")
            and "famil" not in reply
            and "ALANA" not in reply
        )


def test_any_number_of_topics_fits_two_parts() -> None:
    """What finds no room is left out from the end; an accent costs nothing."""
    many = tuple(replace(TOPICS[0], key=f"t{n}", label=f"Notas número {n} sobre la recuperación 🌱") for n in range(30))
    for text in ("TOPICS", "stop t0, t1, t2"):
        reply = hear(text, replace(SPEAKER, topics=many)).reply
        assert reply is not None
        assert (measure(reply).encoding, measure(reply).parts <= 2) == ("GSM-7", True), reply


def test_a_keyword_alone_is_answered_in_the_language_the_person_chose() -> None:
    """MORE is everybody's word; whoever writes English sentences is answered in English."""
    spanish = Circumstances(language="es")
    assert told("MORE", spanish).language == "es" and told("MORE").language == "en"
    assert told("please stop texting me", spanish).language == "en"
    assert told("ayuda", Circumstances()).language == "es"
