"""What people text us: kept once, a crisis first, an opt-out before any answer, and at most one answer each."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from outreach.actions import polling, schedules
from outreach.actions.dispatching import send_batch
from outreach.actions.receiving import storing
from outreach.models import (
    Activity,
    Alert,
    Consent,
    ConsentEvent,
    Enrollment,
    InboundText,
    Incident,
    Message,
    Subscriber,
    Suppression,
    WebhookReceipt,
)
from outreach.rules import reply_texts, sms
from tests import builders
from tests.actions.test_receiving import age_receipts, ledger_refuses
from tests.builders import NOW
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")
ANN = "+14045550142"
NIGHT = datetime(2026, 11, 25, 8, 12, tzinfo=UTC)  # 3:12 in Atlanta
_sids = count(1)


def form(body: str, sender: str = ANN, *, sid: str | None = None, **fields: str) -> list[tuple[str, str]]:
    """An inbound text as Twilio posts it, blank fields included."""
    sid = sid or f"SM{next(_sids):032x}"
    return [
        ("ToCountry", "US"), ("SmsMessageSid", sid), ("NumMedia", "0"), ("ToCity", ""), ("FromZip", ""),
        ("SmsSid", sid), ("FromState", "GA"), ("SmsStatus", "received"), ("Body", body), ("To", "+14045550100"),
        ("NumSegments", "1"), ("MessageSid", sid), ("AccountSid", "AC" + "0" * 32), ("From", sender),
        ("ApiVersion", "2010-04-01"), *fields.items(),
    ]  # fmt: skip


def text(body: str, sender: str = ANN, *, now: datetime = NOW, **fields: str) -> str | None:
    """Somebody texts us. Returns what they are answered with."""
    return storing.receive_text(form(body, sender, **fields), now)


def make_ann(**fields: object) -> Subscriber:
    return builders.make_subscriber(phone=ANN, **fields)  # type: ignore[arg-type]


def newest() -> InboundText:
    return InboundText.objects.latest("pk")


def stopped() -> bool:
    return Suppression.objects.filter(channel="sms", lifted_at=None, confirmed_at__isnull=False).exists()


def answers() -> list[str]:
    """The kinds of answer the ledger says we gave."""
    return list(Message.objects.filter(kind="reply").order_by("pk").values_list("reason", flat=True))


# --- stop -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param("STOP", {"OptOutType": "STOP"}, id="STOP, advanced opt-out"),
        pytest.param("STOP", {}, id="STOP"),
        pytest.param(" stop\n", {}, id="stop with spaces"),
        pytest.param("Unsubscribe", {}, id="unsubscribe"),
        pytest.param("arret", {"OptOutType": "STOP"}, id="a word only Twilio was told"),
    ],
)
def test_a_keyword_stops_without_a_second_answer(body: str, fields: Mapping[str, str]) -> None:
    """Twilio has confirmed it already."""
    ann = make_ann()
    builders.make_campaign()
    assert text(body, **fields) is None
    assert stopped() and answers() == []
    event = ConsentEvent.objects.get(action="revoked")
    assert (event.method, event.topic, event.beside.said, event.subscriber) == ("sms_reply", "*", body[:200], ann)
    assert event.provider_id == newest().provider_id
    assert Enrollment.objects.get(channel="sms").exit_reason == "opted_out"
    assert Enrollment.objects.get(channel="email").status == "active"
    assert (newest().intent, newest().needs_person) == ("stop", False)


@pytest.mark.parametrize(
    "body",
    ["Please stop texting me", "take me off this list", "leave me alone", "STOP!!! I mean it", "no me manden mas"],
)
def test_a_stop_in_free_words_is_confirmed_once(body: str) -> None:
    make_ann()
    answer = text(body)
    language = "es" if body.startswith("no me") else "en"
    assert answer == reply_texts.stop_confirmed(schedules.current().organisation, language)
    assert stopped() and answers() == ["stop"]
    reply = Message.objects.get(kind="reply")
    assert (reply.channel, reply.status, reply.sent_at, reply.parts) == ("sms", "sent", NOW, sms.measure(answer).parts)
    assert newest().reply == "stop"


def test_a_stop_covers_everyone_who_has_the_number() -> None:
    make_ann()
    make_ann(email="ben@example.org")
    builders.make_campaign()
    text("stop texting us")
    assert ConsentEvent.objects.filter(action="revoked").count() == 2
    assert set(Enrollment.objects.filter(channel="sms").values_list("status", flat=True)) == {"exited"}


def test_the_same_webhook_twice_is_one_text_and_one_answer() -> None:
    make_ann()
    posted = form("please stop texting me")
    assert storing.receive_text(posted, NOW)
    assert storing.receive_text(posted, NOW + timedelta(minutes=1)) is None
    assert InboundText.objects.count() == 1
    assert answers() == ["stop"]
    assert WebhookReceipt.objects.filter(applied_at=None).count() == 0


def test_a_stop_that_is_told_again_after_a_return_does_not_stop_again() -> None:
    make_ann()
    posted = form("please stop texting me")
    storing.receive_text(posted, NOW)
    text("START", now=NOW + timedelta(minutes=5))
    storing.receive_text(posted, NOW + timedelta(minutes=6))
    assert not Suppression.objects.filter(lifted_at=None).exists()


@pytest.mark.parametrize(
    "body",
    [
        "don't stop",
        "Please don't stop texting me",
        "I can't stop drinking",
        "how do I stop using",
        "the bus stop is closed",
        "I stopped in at the meeting, thanks!",
    ],
)
def test_stopping_something_else_is_no_opt_out_and_a_person_reads_it(body: str) -> None:
    make_ann()
    assert text(body) is None
    assert not Suppression.objects.exists()
    assert newest().needs_person


def test_an_unknown_number_can_stop_as_well() -> None:
    """It may be imported tomorrow."""
    assert text("stop texting me", "+14045550188")
    assert stopped()
    assert newest().subscriber is None


# --- start, help, keywords ------------------------------------------------------------------------------------------


def test_start_brings_back_what_the_stop_ended_and_no_run() -> None:
    make_ann()
    builders.make_campaign()
    text("STOP")
    assert text("START", now=NOW + timedelta(days=1)) is None  # answered by Twilio
    assert not Suppression.objects.filter(lifted_at=None).exists()
    assert Consent.objects.get(channel="sms", topic="recovery-notes").state == "granted"
    granted = ConsentEvent.objects.filter(channel="sms").latest("pk")
    assert (granted.action, granted.method, granted.beside.said) == ("granted", "sms_reply", "START")
    assert granted.wording == "Yes, please write to me.", "what they had agreed to stands again"
    assert Enrollment.objects.get(channel="sms").status == "exited"


def test_start_in_other_words_is_answered() -> None:
    make_ann()
    text("stop texting me")
    organisation = schedules.current().organisation
    assert text("resume") == reply_texts.start_confirmed(organisation, "en")
    assert not Suppression.objects.filter(lifted_at=None).exists()


def test_start_from_somebody_we_have_no_consent_of_gives_none() -> None:
    make_ann(channels=["email"])
    text("START")
    assert not Consent.objects.filter(channel="sms").exists()


@pytest.mark.parametrize(
    ("body", "answered"),
    [pytest.param("HELP", False, id="HELP, by Twilio"), pytest.param("ayuda", True, id="ayuda, by us")],
)
def test_help_is_answered_once_and_changes_nothing(body: str, answered: bool) -> None:
    make_ann()
    answer = text(body)
    assert (answer is not None) == answered
    if answer:
        assert schedules.current().organisation.phone in answer
    assert answers() == (["help"] if answered else [])
    assert not Suppression.objects.exists()


def test_a_pause_is_of_the_number_and_is_answered() -> None:
    """Two records share the number; "no texts for two weeks" must be true of it."""
    make_ann()
    make_ann(email="ben@example.org")
    assert text("PAUSE") == reply_texts.pause_confirmed(schedules.current().organisation, "en")
    assert set(Subscriber.objects.values_list("paused_until", flat=True)) == {NOW + timedelta(days=14)}


@pytest.mark.parametrize(("body", "language"), [("ESPANOL", "es"), ("English", "en")])
def test_a_language_is_asked_for_in_one_word(body: str, language: str) -> None:
    ann = make_ann(language="en" if language == "es" else "es")
    text(body)
    ann.refresh_from_db()
    assert ann.language == language


def test_a_tapback_waits_for_nobody() -> None:
    make_ann()
    assert text('Liked "Step 1: call one person you trust today."') is None
    assert not newest().needs_person


def test_a_message_for_a_person_waits_in_the_inbox_without_an_answer() -> None:
    ann = make_ann()
    assert text("Is there a meeting tonight?") is None
    kept = newest()
    assert (kept.subscriber, kept.body, kept.intent, kept.needs_person, kept.closed_at) == (
        ann, "Is there a meeting tonight?", "person", True, None,
    )  # fmt: skip


@pytest.mark.parametrize("sender", ["72645", "BANK", "+1999"])
def test_a_sender_that_is_no_phone_is_kept_and_never_answered(sender: str) -> None:
    """A machine at a short code that asks for STOP would be answered for ever."""
    assert text("Reply STOP to end, or please stop texting me", sender) is None
    assert newest().phone == sender
    assert answers() == []
    assert WebhookReceipt.objects.get().applied_at == NOW


# --- crisis ---------------------------------------------------------------------------------------------------------


def test_a_crisis_at_night_is_answered_at_once_and_opens_an_incident() -> None:
    ann = make_ann()
    answer = text("I want to kill myself", now=NIGHT)
    assert answer and "988" in answer and "911" in answer
    incident = Incident.objects.get()
    assert (incident.subscriber, incident.inbound, incident.closed_at) == (ann, newest(), None)
    assert (incident.opened_at, incident.due_at) == (NIGHT, NIGHT + timedelta(minutes=15))
    assert newest().needs_person
    assert Activity.objects.filter(verb="opened", object_id=incident.pk).exists()
    assert not Suppression.objects.exists()


def test_within_an_hour_a_crisis_is_answered_once_and_every_message_is_kept() -> None:
    make_ann()
    moments = [NIGHT + timedelta(minutes=m) for m in (0, 10, 59, 61)]
    answered = [bool(text("I want to die", now=moment)) for moment in moments]
    assert answered == [True, False, False, True]
    assert InboundText.objects.filter(intent="crisis", needs_person=True).count() == 4
    assert Incident.objects.get().said.count() == 4, "one crisis, with everything in it"
    assert answers() == ["crisis", "crisis"]


def test_another_persons_crisis_is_answered_in_the_same_hour() -> None:
    assert text("I want to die", now=NIGHT)
    assert text("I want to die", "+14045550188", now=NIGHT)


def test_a_crisis_that_also_stops_is_answered_with_both_in_one_message() -> None:
    make_ann()
    answer = text("STOP texting me. I want to kill myself", now=NIGHT)
    assert answer == reply_texts.crisis(schedules.current().organisation, newest_kind(), "en", stopped=True)
    assert stopped()
    assert Incident.objects.count() == 1
    assert answers() == ["crisis"]


def newest_kind() -> str | None:
    from outreach.rules import replies

    return replies.classify(newest().body).keyword


def test_an_unknown_number_in_crisis_is_answered() -> None:
    assert text("he took too many pills and wont wake up", "+14045550188", now=NIGHT)
    assert Incident.objects.get().subscriber is None


def test_a_crisis_behind_a_keyword_that_twilio_answers_is_answered_by_us_too() -> None:
    answer = text("HELP i want to kill myself", OptOutType="HELP", now=NIGHT)
    assert answer and "988" in answer


# --- faults, and what is found late ---------------------------------------------------------------------------------


def test_a_stop_that_could_not_be_recorded_is_kept_told_and_honoured_later() -> None:
    """Neither the text nor its opt-out is there without the other, so the second try does both."""
    make_ann()
    with ledger_refuses("consent_event"), pytest.raises(Exception, match="no room left"):
        text("please stop texting me")
    assert not InboundText.objects.exists() and not Suppression.objects.exists()
    receipt = WebhookReceipt.objects.get()
    assert (receipt.applied_at, receipt.problem) == (None, "OperationalError")
    assert Alert.objects.get().kind == "webhook_not_applied"
    age_receipts()
    assert storing.apply_waiting(NOW + timedelta(hours=2)) == 1
    assert Suppression.objects.filter(cause="stop").exists()
    assert newest().at == NOW, "it was written when it came in"
    receipt.refresh_from_db()
    assert receipt.body is None


def test_a_crisis_found_late_opens_its_incident_and_claims_no_answer() -> None:
    """Nobody reads what the sweep would answer; the next message must still be answered."""
    make_ann()
    with ledger_refuses("incident"), pytest.raises(Exception, match="no room left"):
        text("I want to die", now=NIGHT)
    age_receipts()
    found = NIGHT + timedelta(minutes=5)
    storing.apply_waiting(found)
    assert Incident.objects.get().due_at == found + timedelta(minutes=15)
    assert answers() == []
    assert newest().reply == ""
    assert text("I want to die", now=NIGHT + timedelta(minutes=6))


def write(sandbox: Sandbox, moment: datetime, *bodies: str) -> None:
    """Texts whose webhooks never come: they stand in the provider's list alone."""
    for seconds, body in enumerate(bodies):
        sandbox.client.post("/sandbox/clock", {"now": (moment + timedelta(seconds=seconds)).isoformat()})
        sandbox.client.post("/sandbox/reply", {"from": ANN, "body": body, "to": "+14045550100"})


def poll(sandbox: Sandbox, now: datetime) -> int:
    return polling.poll_inbound(now, provider=sandbox.lane("sms").sms)


def test_the_poll_honours_a_stop_nobody_delivered_and_claims_no_answer(sandbox: Sandbox) -> None:
    make_ann()
    moment = NOW + timedelta(days=30)
    write(sandbox, moment, "please stop texting me", "I want to die")
    later = moment + timedelta(minutes=10)
    assert poll(sandbox, later) == 2
    assert poll(sandbox, later) == 0
    assert stopped() and Incident.objects.count() == 1
    assert answers() == []
    assert set(InboundText.objects.values_list("at", flat=True)) == {moment, moment + timedelta(seconds=1)}


def test_a_text_that_cannot_be_taken_in_does_not_keep_back_the_stop_behind_it(sandbox: Sandbox) -> None:
    make_ann()
    moment = NOW + timedelta(days=60)
    write(sandbox, moment, "I want to die", "please stop texting me")
    later = moment + timedelta(minutes=10)
    with ledger_refuses("incident"):
        assert poll(sandbox, later) == 1
    assert stopped()
    assert Alert.objects.get().kind == "text_not_taken_in"
    assert poll(sandbox, later) == 1
    assert Incident.objects.count() == 1


def test_after_a_stop_nothing_goes_out(sandbox: Sandbox) -> None:
    make_ann()
    builders.make_campaign()
    text("stop texting me")
    first = NOW + timedelta(days=2, hours=7, minutes=30)
    lane = sandbox.lane("sms")
    while send_batch(lane, lambda: first).more:
        pass
    assert not Message.objects.filter(kind="step").exists()
