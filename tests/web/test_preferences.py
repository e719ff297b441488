"""The preferences link: what is ticked is granted with the exact words, what is unticked ends at once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from outreach.actions import confirming, holding, links, opting_out, preferring
from outreach.models import Consent, ConsentEvent, Enrollment, Subscriber, Suppression
from outreach.web.public import undoing
from tests import builders
from tests.actions.test_receiving import make_message, status
from tests.builders import NOW
from tests.web.conftest import words

ALL = ["email/recovery-notes", "sms/recovery-notes", "email/family-notes", "sms/family-notes"]


def link(person: Subscriber) -> str:
    url = links.preferences_url(person.pk)
    return url[url.index("/p/") :]


def state(person: Subscriber, channel: str, topic: str = "recovery-notes") -> str | None:
    return (
        Consent.objects.filter(subscriber=person, channel=channel, topic=topic).values_list("state", flat=True).first()
    )


def seen(person: Subscriber) -> str:
    """What a page opened just now would send along."""
    return str(preferring.newest_event(person.pk))


def test_the_page_shows_what_a_person_gets_and_changes_nothing(web: Client, applied: str) -> None:
    person = builders.make_subscriber(channels=["email"])
    before = ConsentEvent.objects.count()
    answer = web.get(link(person))
    assert answer.status_code == 200 and not answer.cookies
    assert words(answer).count(" checked") == 1
    assert str(person.email) not in words(answer) and "ALANA" not in words(answer)
    assert ConsentEvent.objects.count() == before


def test_a_ticked_box_is_granted_with_its_exact_words(web: Client, applied: str) -> None:
    person = builders.make_subscriber(channels=["email"])
    builders.consent(person, "sms", "family-notes")  # so this phone has said yes to texts before
    answer = web.post(link(person), {"act": "save", "seen": seen(person), "box": [ALL[0], ALL[1], ALL[3]]})
    assert "Saved" in words(answer)
    event = ConsentEvent.objects.get(channel="sms", topic="recovery-notes")
    assert (event.action, event.topic, event.method) == ("granted", "recovery-notes", "preferences_page")
    assert event.wording == (
        "Send me texts: Notes on recovery. Msg&data rates may apply. Reply STOP to end, HELP for help."
    )
    assert ConsentEvent.objects.filter(channel="email").count() == 1  # what did not change is not repeated


def test_the_words_are_stored_in_the_language_they_were_read_in(web: Client, applied: str) -> None:
    person = builders.make_subscriber(channels=[], language="es")
    web.post(link(person), {"act": "save", "seen": seen(person), "box": ["email/family-notes"], "language": "es"})
    event = ConsentEvent.objects.get()
    assert event.wording == "Envíenme correos: Notas para familias y amistades" and event.language == "es"


def test_an_unticked_box_ends_the_topic_for_everyone_with_that_address(web: Client, applied: str) -> None:
    person = builders.make_subscriber(email="shared@example.org", topics=["recovery-notes", "family-notes"])
    other = builders.make_subscriber(phone=None, email=None, channels=[])
    Subscriber.objects.filter(pk=other.pk).update(email_key=person.email_key)
    builders.consent(other, "email")
    builders.make_campaign(builders.make_series())
    web.post(link(person), {"act": "save", "seen": seen(person), "box": [ALL[1], ALL[2], ALL[3]], "language": "en"})
    assert state(person, "email") == state(other, "email") == "revoked"
    assert state(person, "email", "family-notes") == state(person, "sms") == "granted"
    assert Enrollment.objects.get(subscriber=person, channel="email").exit_reason == "opted_out"
    assert Enrollment.objects.get(subscriber=person, channel="sms").status == "active"


def test_saving_unchanged_boxes_appends_nothing(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    before = ConsentEvent.objects.count()
    web.post(link(person), {"act": "save", "seen": seen(person), "box": ALL[:2], "language": "en", "discreet": "1"})
    assert ConsentEvent.objects.count() == before
    person.refresh_from_db()
    assert person.discreet


def test_a_box_that_was_not_offered_cannot_be_ticked(web: Client, applied: str) -> None:
    person = builders.make_subscriber(phone=None, channels=["email"])
    web.post(
        link(person),
        {"act": "save", "seen": seen(person), "box": [*ALL, "email/invented", "fax/recovery-notes"], "language": "en"},
    )
    assert set(ConsentEvent.objects.values_list("channel", "topic")) == {
        ("email", "recovery-notes"),
        ("email", "family-notes"),
    }


def test_after_stop_texts_are_not_offered_since_only_a_text_opens_them_again(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    Suppression.objects.create(channel="sms", address_key=person.phone_key, cause="stop", at=builders.NOW)
    assert "text START" in words(web.get(link(person)))
    web.post(link(person), {"act": "save", "seen": seen(person), "box": ALL, "language": "en"})
    assert not ConsentEvent.objects.filter(channel="sms", method="preferences_page").exists()
    assert Suppression.objects.get().lifted_at is None


def test_ticking_emails_again_after_an_unsubscribe_lifts_it(web: Client, applied: str) -> None:
    person = builders.make_subscriber(channels=["email"])
    web.post(link(person), {"act": "leave"})
    web.post(link(person), {"act": "save", "seen": seen(person), "box": [ALL[0]], "language": "en"})
    assert state(person, "email") == "granted"
    assert not Suppression.objects.filter(channel="email", lifted_at=None).exists()


def test_an_unsubscribe_at_the_very_moment_of_saving_is_not_lifted(
    web: Client, applied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes between the look at the page's age and the lock: under the lock it is seen."""
    person = builders.make_subscriber(channels=["email"])
    save = preferring.save

    def leaves_first(*given: Any, **named: Any) -> bool | None:
        preferring.leave(person.pk, wording="Leave", language="en", now=NOW)
        return save(*given, **named)

    monkeypatch.setattr(preferring, "save", leaves_first)
    answer = web.post(link(person), {"act": "save", "seen": seen(person), "box": [ALL[0]], "language": "en"})
    assert answer.status_code == 409 and state(person, "email") == "revoked"
    assert Suppression.objects.filter(channel="email", lifted_at=None).exists()


def test_a_bounced_address_is_not_opened_by_a_tick(web: Client, applied: str) -> None:
    person = builders.make_subscriber(channels=["email"])
    Suppression.objects.create(channel="email", address_key=person.email_key, cause="bounce", at=builders.NOW)
    web.post(link(person), {"act": "save", "seen": seen(person), "box": ALL, "language": "en"})
    assert Suppression.objects.get().lifted_at is None


def test_a_pause_lasts_two_weeks_and_can_be_ended(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    assert "Paused" in words(web.post(link(person), {"act": "pause"}))
    person.refresh_from_db()
    assert person.paused_until is not None
    web.post(link(person), {"act": "go_on"})
    person.refresh_from_db()
    assert person.paused_until is None


def test_leaving_ends_every_channel(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    answer = web.post(link(person), {"act": "leave"})
    assert "Everything has ended" in words(answer)
    assert set(Suppression.objects.values_list("channel", flat=True)) == {"email", "sms"}
    assert set(ConsentEvent.objects.filter(action="revoked").values_list("wording", flat=True)) == {
        "Stop all emails and texts"
    }


def test_the_language_of_the_page_follows_the_one_just_chosen(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    answer = web.post(link(person), {"act": "save", "seen": seen(person), "box": ALL[:2], "language": "es"})
    assert "Guardado" in words(answer)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_or_stale_link_shows_nothing(web: Client, applied: str, method: str) -> None:
    gone = builders.make_subscriber(erased_at=builders.NOW + timedelta(days=1))
    for path in (f"/p/{'b' * 40}/", link(gone)):
        answer = getattr(web, method)(path, {"act": "leave"})
        assert answer.status_code == 404 and "not complete" in words(answer)
    assert not Suppression.objects.exists()


def test_a_page_opened_before_an_unsubscribe_brings_nobody_back(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    opened = seen(person)
    opting_out.opt_out("email", bytes(person.email_key or b""), method="one_click", source="test", now=NOW)
    answer = web.post(link(person), {"act": "save", "seen": opened, "box": ALL, "language": "en"})
    assert answer.status_code == 409
    assert "Saved" not in answer.content.decode() and "Something changed" in answer.content.decode()
    assert Suppression.objects.get().lifted_at is None
    assert set(Consent.objects.filter(channel="email").values_list("state", flat=True)) == {"revoked"}


def undo_of(page: str) -> str:
    found = re.search(r'name="undo" value="([^"]+)"', page)
    assert found
    return found[1]


def test_texts_to_a_number_that_never_said_yes_wait_for_the_phone_itself(web: Client, applied: str) -> None:
    """Who holds the link holds the mailbox; the number may have been typed by anyone."""
    person = builders.make_subscriber(channels=["email"])
    page = words(web.post(link(person), {"act": "save", "seen": seen(person), "box": [ALL[0], ALL[1]]}))
    assert state(person, "sms") == "pending"
    assert "Waiting for your phone: text START to +1 404 555 0100" in page
    web.post(link(person), {"act": "save", "seen": seen(person), "box": [ALL[0], ALL[1]]})
    assert ConsentEvent.objects.filter(channel="sms").count() == 1
    assert confirming.confirm_by_text(bytes(person.phone_key or b""), now=NOW) == 1
    assert state(person, "sms") == "granted"
    assert "Waiting for your phone" not in words(web.get(link(person)))


def test_emails_alone_can_be_left_and_taken_back(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    done = web.post(link(person), {"act": "leave_emails"})
    assert "The emails have ended" in words(done)
    assert set(Suppression.objects.values_list("channel", flat=True)) == {"email"}
    assert state(person, "sms") == "granted"
    undone = web.post(link(person), {"act": "undo", "undo": undo_of(words(done))})
    assert "Undone" in words(undone)
    assert not Suppression.objects.filter(lifted_at=None).exists() and state(person, "email") == "granted"


def test_undoing_everything_brings_the_emails_back_and_leaves_the_texts_to_the_phone(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    done = web.post(link(person), {"act": "leave"})
    assert "only when the phone itself says START" in words(done)
    web.post(link(person), {"act": "undo", "undo": undo_of(words(done))})
    assert state(person, "email") == "granted" and state(person, "sms") != "granted"
    assert Suppression.objects.get(lifted_at=None).channel == "sms"


def test_an_undo_is_void_when_something_happened_since_or_a_quarter_hour_passed(
    web: Client, applied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = builders.make_subscriber()
    undo = undo_of(words(web.post(link(person), {"act": "leave"})))
    other = builders.make_subscriber()
    assert "could not be undone" in words(web.post(link(other), {"act": "undo", "undo": undo}))
    with monkeypatch.context() as a_quarter_hour_later:
        a_quarter_hour_later.setattr(undoing, "UNDO_FOR", -1)
        assert "could not be undone" in words(web.post(link(person), {"act": "undo", "undo": undo}))
    web.post(link(person), {"act": "save", "seen": seen(person), "box": [ALL[2]]})
    assert "could not be undone" in words(web.post(link(person), {"act": "undo", "undo": undo}))
    assert state(person, "email") == "revoked"


def test_a_stop_that_the_text_provider_holds_is_told_as_it_is(web: Client, applied: str) -> None:
    """21610: nothing of ours lifts it, so the page must not offer to."""
    person = builders.make_subscriber()
    Suppression.objects.create(channel="sms", address_key=person.phone_key, cause="provider_stop", at=NOW)
    page = words(web.get(link(person)))
    assert "Our text service has your number as stopped" in page and "text START to +1 404 555 0100" in page
    assert 'value="sms/' not in page


def test_place_is_kept_and_a_zip_that_is_none_is_said_beside_its_field(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    sent = {"act": "save", "seen": seen(person), "box": ALL[:2], "zip": "9810", "zone": "America/Los_Angeles"}
    answer = web.post(link(person), sent)
    page = words(answer)
    assert answer.status_code == 422 and 'id="zip-say"' in page and 'value="9810"' in page
    assert '<option value="America/Los_Angeles" selected>' in page
    person.refresh_from_db()
    assert (person.zip_code, person.zone) == ("30303", None)
    web.post(link(person), {**sent, "zip": "98101-1234"})
    person.refresh_from_db()
    assert (person.zip_code, person.zone) == ("98101", "America/Los_Angeles")
    web.post(link(person), {**sent, "zip": "", "zone": ""})
    person.refresh_from_db()
    assert (person.zip_code, person.zone) == (None, None)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "America/Sitka"])
def test_a_zone_that_was_not_offered_is_not_taken(web: Client, applied: str, zone: str) -> None:
    person = builders.make_subscriber(zone="America/Boise")
    assert '<option value="America/Boise" selected>America/Boise' in words(web.get(link(person)))
    web.post(link(person), {"act": "save", "seen": seen(person), "box": ALL[:2], "zone": zone})
    person.refresh_from_db()
    assert person.zone == "America/Boise"


def test_a_hold_is_told_kindly_and_without_its_reason(web: Client, applied: str) -> None:
    person = builders.make_subscriber()
    holding.hold(person.pk, reason="death in the family", now=NOW)
    page = words(web.get(link(person)))
    assert "your messages are on hold" in page and "death" not in page


def test_a_stop_at_the_provider_is_seen_on_the_page(web: Client, applied: str) -> None:
    """21610: the phone said STOP to Twilio and we only hear of it when a text is refused. Ledger and page say so."""
    message = make_message("sms")
    person = message.subscriber
    status(message, "failed", "21610")
    assert state(person, "sms") == "revoked" and state(person, "email") == "granted"
    assert ConsentEvent.objects.get(action="revoked").method == "provider_stop"
    assert words(web.get(link(person))).count(" checked") == 1
