"""A note from the settings page: read by a person, and heard as every text is: crisis first, then a wish to stop."""

from datetime import timedelta

import pytest
from django.test import Client

from outreach.actions import attending, limiting, reading_incidents
from outreach.actions.receiving import notes
from outreach.models import (
    ConsentEvent,
    ConsentPersonal,
    CrisisMessage,
    InboundEmail,
    Incident,
    Subscriber,
    Suppression,
)
from tests import builders
from tests.builders import NOW
from tests.web.conftest import words
from tests.web.test_preferences import link


def write(web: Client, person: Subscriber, said: str) -> str:
    """What the page answers."""
    answer = web.post(link(person), {"act": "write", "words": said})
    assert answer.status_code in (200, 422, 429)
    return words(answer)


def test_a_note_waits_for_a_person(web: Client, staff: Client, applied: str) -> None:
    person = builders.make_subscriber(email="ann@example.org")
    assert "A person here will read it" in write(web, person, "When is the next group?")
    note = InboundEmail.objects.get()
    assert (note.subscriber_id, note.named_by, note.body, note.needs_person) == (
        person.pk, "page", "When is the next group?", True,
    )  # fmt: skip
    assert "When is the next group?" in words(staff.get("/inbox/"))
    shown = words(staff.get(f"/mail/{note.pk}/"))
    assert "own settings page" in shown and "mailto:ann@example.org" in shown and "quoted" not in shown


@pytest.mark.parametrize(("said", "lifeline"), [("I want to die", "call or text 988"), ("Quiero morir", "988")])
def test_a_cry_for_help_gets_the_lifelines_on_the_page_and_opens_an_incident(
    web: Client, staff: Client, applied: str, said: str, lifeline: str
) -> None:
    person = builders.make_subscriber()
    shown = write(web, person, said)
    assert lifeline in shown and "911" in shown and "ALANA" not in shown
    incident, message = Incident.objects.get(), CrisisMessage.objects.get()
    assert (incident.channel, incident.subscriber_id, incident.page_due_at is not None) == ("web", person.pk, True)
    assert (message.answer, message.body, message.language) == ("shown", said, "es" if "Quiero" in said else "en")
    person.refresh_from_db()
    assert person.held_reason, "nothing of a series goes out meanwhile"
    assert reading_incidents.waiting_count() == 1 and not InboundEmail.objects.get().needs_person
    assert "by web form" in words(staff.get(f"/incidents/{incident.pk}/"))
    # again within the hour: a page costs nothing, so the lifelines stand on it every time
    assert lifeline in write(web, person, f"{said}, please")
    assert Incident.objects.count() == 1 and CrisisMessage.objects.count() == 2


def test_a_wish_to_stop_ends_both_channels_and_is_kept_as_the_persons_own_words(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    assert "Everything has ended" in write(web, person, "Please stop writing to me")
    assert Suppression.objects.exclude(confirmed_at=None).count() == 2
    event = ConsentEvent.objects.filter(action="revoked").first()
    assert event and (event.method, event.wording, event.said) == ("page_note", "", "")
    assert ConsentPersonal.objects.filter(said="Please stop writing to me").count() == 2
    assert not InboundEmail.objects.get().needs_person


def test_a_goodbye_with_a_cry_for_help_is_both(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    shown = write(web, person, "Stop writing to me. I want to die.")
    assert "988" in shown and Incident.objects.count() == 1
    assert Suppression.objects.exclude(confirmed_at=None).count() == 2


def test_an_unseen_character_does_not_cost_a_cry_for_help(web: Client, applied: str) -> None:
    """No column of the database takes a NUL."""
    assert "988" in write(web, builders.make_subscriber(), "I want\0 to die")
    assert (Incident.objects.get().channel, CrisisMessage.objects.get().body) == ("web", "I want to die")


@pytest.mark.parametrize("said", ["", "  \n ", "\0"])
def test_an_empty_note_is_asked_for_once_more(web: Client, applied: str, said: str) -> None:
    assert "Write a few words first" in write(web, builders.make_subscriber(), said)
    assert not InboundEmail.objects.exists()


def test_the_same_note_pressed_twice_is_one(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    for _ in range(2):
        assert "A person here will read it" in write(web, person, "Thank you")
    assert InboundEmail.objects.count() == 1


def test_too_many_notes_of_a_day_are_not_kept_and_a_cry_for_help_or_a_goodbye_always_is(
    web: Client, applied: str
) -> None:
    """What was written stays in the field."""
    person = builders.make_subscriber()
    for number in range(limiting.PER_PERSON):
        write(web, person, f"Note {number}")
    shown = write(web, person, "One more")
    assert "Please call us" in shown and ">One more</textarea>" in shown
    assert InboundEmail.objects.count() == limiting.PER_PERSON
    assert "988" in write(web, person, "I want to die") and Incident.objects.count() == 1
    assert "Everything has ended" in write(web, person, "Stop writing to me"), "leaving is never limited"
    assert Suppression.objects.exclude(confirmed_at=None).count() == 2


def test_the_same_cry_for_help_after_the_crisis_was_closed_is_a_new_one(web: Client, applied: str) -> None:
    """Who writes the same words in the evening is in danger in the evening."""
    person, dana = builders.make_subscriber(), builders.make_staff()
    for seconds in (0, 1):  # pressed twice
        notes.take_in(person, "I want to die", now=NOW + timedelta(seconds=seconds), ip=None)
    incident = Incident.objects.get()
    assert CrisisMessage.objects.count() == 1
    attending.close_incident(incident.pk, now=NOW + timedelta(hours=1), actor=dana)
    notes.take_in(person, "I want to die", now=NOW + timedelta(hours=2), ip=None)
    opened = Incident.objects.get(closed_at=None)
    assert opened.pk != incident.pk and opened.page_due_at == NOW + timedelta(hours=2)


def test_the_same_note_after_staff_were_done_with_it_waits_for_them_again(staff: Client, applied: str) -> None:
    person, dana = builders.make_subscriber(), builders.make_staff("eve")
    notes.take_in(person, "Please call me", now=NOW, ip=None)
    attending.close_mail(InboundEmail.objects.get().pk, now=NOW + timedelta(hours=1), actor=dana)
    assert reading_incidents.waiting_count() == 0
    notes.take_in(person, "Please call me", now=NOW + timedelta(hours=2), ip=None)
    assert reading_incidents.waiting_count() == 1 and InboundEmail.objects.count() == 1
