"""Why something was sent, moved or skipped, in words; and what comes next."""

from datetime import datetime, timedelta

import pytest

from outreach.actions import campaigning, explaining, opting_out
from outreach.actions.dispatching import Lane, send_batch
from outreach.errors import Refused
from outreach.models import Campaign, Enrollment, Message, Subscriber
from tests import builders
from tests.builders import NOW
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")


@pytest.fixture
def ann(stage: None) -> Subscriber:
    return builders.make_subscriber(email="ann@example.org", phone="+14045550142")


@pytest.fixture
def campaign(ann: Subscriber) -> Campaign:
    return builders.make_campaign()


def send(lane: Lane, moment: datetime) -> None:
    while send_batch(lane, lambda: moment).more:
        pass


def test_what_comes_is_what_the_sender_will_plan(ann: Subscriber, campaign: Campaign, sandbox: Sandbox) -> None:
    """Said before the first email, and found due after it."""
    said = explaining.upcoming(ann, NOW)
    assert [(u.channel, u.step) for u in said] == [("email", 1), ("sms", 1), ("sms", 2), ("email", 2)]
    send(sandbox.lane("email"), NOW)
    second = Enrollment.objects.get(channel="email")
    assert (second.next_step, second.next_due_at) == (2, said[3].at)
    assert explaining.upcoming(ann, NOW) == said[1:]


def test_what_is_overdue_comes_now(ann: Subscriber, campaign: Campaign) -> None:
    later = NOW + timedelta(days=1)
    assert explaining.upcoming(ann, later)[0].at == later


def test_the_days_are_counted_from_the_persons_own_start_whenever_it_is_asked(
    ann: Subscriber, campaign: Campaign
) -> None:
    said = explaining.upcoming(ann, NOW)
    assert explaining.upcoming(ann, NOW + timedelta(days=1))[1:] == said[1:]


@pytest.mark.parametrize("act", ["pause", "stop"])
def test_a_campaign_that_does_not_run_promises_nothing(ann: Subscriber, campaign: Campaign, act: str) -> None:
    getattr(campaigning, act)(campaign, now=NOW)
    assert explaining.upcoming(ann, NOW) == []


def test_a_person_whose_zone_is_gone_is_explained_as_well(campaign: Campaign, ann: Subscriber) -> None:
    ann.zone = "Mars/Olympus"
    ann.save()
    assert explaining.upcoming(ann, NOW)[0].zone == "America/New_York"


def test_a_message_tells_its_life_a_line_per_fact(ann: Subscriber, campaign: Campaign, sandbox: Sandbox) -> None:
    send(sandbox.lane("email"), NOW)
    message = Message.objects.get()
    Message.objects.update(delivered_at=NOW + timedelta(seconds=9))
    message.refresh_from_db()
    lines = explaining.say_message(message)
    assert lines[:2] == ["email step 1 (step), sent: as planned", "wanted Tue 2026-11-24 15:00 UTC in America/New_York"]
    assert lines[-1] == "delivered Tue 2026-11-24 15:00:09 UTC"
    assert [line.split()[0] for line in lines[2:]] == ["claimed", "sent", "accepted", "delivered"]


def test_a_person_is_told_by_consent_history_and_future(ann: Subscriber, campaign: Campaign, sandbox: Sandbox) -> None:
    send(sandbox.lane("email"), NOW)
    opting_out.opt_out("sms", bytes(ann.phone_key or b""), method="sms_reply", source="test", now=NOW)
    lines = explaining.say_person(ann, NOW)
    assert lines[0] == f"person {ann.pk}, subscriber, language en"
    assert "consent 2026-11-24 15:00 UTC: granted email/recovery-notes by staff" in lines
    assert "consent 2026-11-24 15:00 UTC: revoked sms/* by sms_reply" in lines
    assert "2026-11-24 15:00 UTC: email step 1 sent" in lines
    assert lines[-1] == "next Tue 2026-12-01 15:00 UTC: email step 2 of Autumn, everyone"
    assert not any("sms step" in line for line in lines)


def test_nothing_that_is_said_holds_an_address(ann: Subscriber, campaign: Campaign, sandbox: Sandbox) -> None:
    send(sandbox.lane("email"), NOW)
    said = "\n".join(explaining.say_person(ann, NOW) + explaining.say_message(Message.objects.get()))
    assert "example.org" not in said and "555" not in said


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "as planned"),
        ("cap", "enough was sent to this person in the last 24 hours"),
        ("suppressed:spam_report", "the address is suppressed (spam report)"),
        ("held", "everything is on hold for this person"),
        ("21610", "21610"),
        ("something_new", "something new"),
    ],
)
def test_a_reason_is_said_in_plain_words(code: str, words: str) -> None:
    assert explaining.say_reason(code) == words


@pytest.mark.parametrize(
    "what",
    ["ann@example.org", "Ann@Example.org", "+14045550142", "(404) 555-0142", "4045550142", "person:{}"],
)
def test_a_person_is_found_however_they_are_named(ann: Subscriber, what: str) -> None:
    assert explaining.find(what.format(ann.pk)) == ann


def test_a_message_is_found_by_its_number(ann: Subscriber, campaign: Campaign, sandbox: Sandbox) -> None:
    send(sandbox.lane("email"), NOW)
    message = Message.objects.get()
    assert explaining.find(str(message.pk)) == message
    assert explaining.find(message.key.hex) == message
    assert explaining.find(str(message.key)) == message


@pytest.mark.parametrize("what", ["", "nobody@example.org", "person:", "person:x", "9" * 30, "²", "a" * 32])
def test_what_names_nothing_is_refused_with_the_ways_to_name(what: str) -> None:
    with pytest.raises(Refused, match="Give a message number, person:NUMBER, an email or a phone number"):
        explaining.find(what)
