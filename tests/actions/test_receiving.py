"""What providers report: stored first, applied in any order and any number of times to the same end."""

import itertools
import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from outreach.actions import opting_out, reconciling
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import storing
from outreach.models import (
    Alert,
    Consent,
    ConsentEvent,
    DeliveryEvent,
    Enrollment,
    LanePause,
    Message,
    Suppression,
    WebhookReceipt,
)
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner

pytestmark = pytest.mark.usefixtures("stage")
LATER = NOW + timedelta(minutes=5)
SID = "SM" + "0" * 31 + "1"
_ids = itertools.count(1)


def make_message(channel: str = "email", status: str = "sent", **fields: Any) -> Message:
    """A step that was given to the provider, of a run that goes on."""
    person = builders.make_subscriber()
    builders.make_campaign()
    run_of = Enrollment.objects.get(channel=channel, subscriber=person)
    Enrollment.objects.filter(pk=run_of.pk).update(next_step=2)
    key = person.email_key if channel == "email" else person.phone_key
    return Message.objects.create(
        kind="step", enrollment=run_of, step_number=1, campaign=run_of.campaign, subscriber=person, channel=channel,
        address_key=key, status=status, provider="sendgrid" if channel == "email" else "twilio", claimed_at=NOW,
        sent_at=NOW, **fields,
    )  # fmt: skip


def element(key: uuid.UUID | str | None, event: str, seconds: int = 2, **fields: Any) -> dict[str, Any]:
    """One event as SendGrid posts it, with our custom arguments beside its own fields."""
    number = next(_ids)
    own = {} if key is None else {"outreach_id": key.hex if isinstance(key, uuid.UUID) else key}
    return {
        "email": "ann@example.org", "timestamp": int((NOW + timedelta(seconds=seconds)).timestamp()),
        "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>", "event": event, "category": ["outreach"],
        "sg_event_id": f"ZXZlbnQtbnVtYmVyLQ{number}", "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88",
        **own, **fields,
    }  # fmt: skip


HARD = {
    "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 The email account does not exist.",
    "bounce_classification": "Invalid Address",
}  # fmt: skip
FULL = {
    "type": "bounce",
    "status": "5.2.2",
    "reason": "552 5.2.2 mailbox full",
    "bounce_classification": "Unclassified",
}
BLOCKED = {
    "type": "blocked", "status": "5.7.1", "reason": "550 5.7.1 reputation", "bounce_classification": "Reputation",
}  # fmt: skip


def post(*elements: Any, now: datetime = LATER) -> None:
    """A post of SendGrid's event webhook, with the CR LF at its end."""
    storing.receive_events(json.dumps(elements).encode() + b"\r\n", now)


def status(message: Message, word: str, code: str = "", *, now: datetime = LATER) -> None:
    """A status callback as Twilio posts it."""
    form = [
        ("SmsSid", SID), ("SmsStatus", word), ("MessageStatus", word), ("To", "+14045550142"), ("MessageSid", SID),
        ("AccountSid", "AC" + "0" * 32), ("From", "+14045550100"), ("ApiVersion", "2010-04-01"),
        *([("ErrorCode", code)] if code else []),
    ]  # fmt: skip
    storing.receive_status(form, message.key, now)


def facts(message: Message) -> dict[str, datetime]:
    message.refresh_from_db()
    names = ("delivered_at", "bounced_at", "complained_at", "failed_at")
    return {name: at for name in names if (at := getattr(message, name))}


def alerts() -> set[str]:
    return set(Alert.objects.values_list("kind", flat=True))


def after(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


@contextmanager
def ledger_refuses(table: str) -> Iterator[None]:
    """A real fault: the database refuses new rows in a table."""
    by_owner(
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'no room left' USING ERRCODE = 'disk_full'; END $$;"
        f"CREATE TRIGGER fault BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fault()"
    )
    try:
        yield
    finally:
        by_owner(f"DROP TRIGGER fault ON {table}; DROP FUNCTION fault()")


def age_receipts() -> None:
    """As if the door that stored them were long gone."""
    run("UPDATE webhook_receipt SET recorded_at = recorded_at - interval '1 minute'")


# --- SendGrid -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "fields", "fact", "cause", "alert"),
    [
        pytest.param("processed", {}, None, None, None, id="processed"),
        pytest.param("deferred", {"response": "450 slow down", "attempt": "5"}, None, None, None, id="deferred"),
        pytest.param("delivered", {"response": "250 OK"}, "delivered_at", None, None, id="delivered"),
        pytest.param("bounce", HARD, "bounced_at", "bounce", None, id="hard bounce"),
        pytest.param("bounce", FULL, "bounced_at", None, None, id="mailbox full"),
        pytest.param("bounce", BLOCKED, "bounced_at", None, "email_blocked", id="blocked"),
        pytest.param("dropped", {"reason": "Bounced Address"}, "failed_at", "bounce", None, id="dropped: bounced"),
        pytest.param("dropped", {"reason": "Unsubscribed Address"}, "failed_at", "unsubscribe", None,
                     id="dropped: unsubscribed"),
        pytest.param("dropped", {"reason": "Spam Reporting Address"}, "failed_at", "complaint", None,
                     id="dropped: complained"),
        pytest.param("dropped", {"reason": "Invalid"}, "failed_at", "invalid", None, id="dropped: invalid"),
        pytest.param("dropped", {"reason": "Spam Content (if Spam Checker app is enabled)"}, "failed_at", None,
                     "email_spam_content", id="dropped: content"),
        pytest.param("dropped", {"reason": "Recipient List over Package Quota"}, "failed_at", None, "email_quota",
                     id="dropped: quota"),
        pytest.param("dropped", {"reason": "Something new"}, "failed_at", None, "email_unknown", id="dropped: new"),
        pytest.param("spamreport", {}, "complained_at", "complaint", None, id="spam report"),
        pytest.param("unsubscribe", {}, None, "unsubscribe", None, id="unsubscribe"),
        pytest.param("group_unsubscribe", {"asm_group_id": 7}, None, "unsubscribe", None, id="group unsubscribe"),
        pytest.param("open", {"useragent": "Mozilla"}, None, None, "email_tracking_on", id="open"),
        pytest.param("teleported", {}, None, None, "email_unknown", id="unheard of"),
    ],
)  # fmt: skip
def test_what_sendgrid_reports_is_written_down(
    event: str, fields: dict[str, Any], fact: str | None, cause: str | None, alert: str | None
) -> None:
    message = make_message()
    post(element(message.key, event, 7, **fields))
    assert facts(message) == ({fact: after(7)} if fact else {})
    assert message.status == "sent"
    assert list(Suppression.objects.values_list("cause", flat=True)) == ([cause] if cause else [])
    if cause:
        assert bytes(Suppression.objects.get().address_key) == bytes(message.address_key or b"")
    assert alerts() == ({alert} if alert else set())
    assert DeliveryEvent.objects.get().applied_at == LATER
    receipt = WebhookReceipt.objects.get()
    assert (receipt.applied_at, receipt.body, receipt.problem) == (LATER, None, "")


@pytest.mark.parametrize("event", ["spamreport", "unsubscribe", "group_unsubscribe"])
def test_the_persons_own_word_ends_consent_and_every_run(event: str) -> None:
    message = make_message()
    post(element(message.key, event))
    revoked = ConsentEvent.objects.get(action="revoked")
    assert (revoked.channel, revoked.topic, revoked.source) == ("email", "*", "provider")
    assert revoked.method == ("spam_report" if event == "spamreport" else "provider_unsubscribe")
    assert set(Consent.objects.filter(channel="email").values_list("state", flat=True)) == {"revoked"}
    assert set(Consent.objects.filter(channel="sms").values_list("state", flat=True)) == {"granted"}
    ended = Enrollment.objects.get(channel="email")
    assert (ended.status, ended.exit_reason, ended.ended_at) == ("exited", "opted_out", LATER)
    assert Enrollment.objects.get(channel="sms").status == "active"


def test_a_bounce_says_nothing_about_consent() -> None:
    message = make_message()
    post(element(message.key, "bounce", **HARD))
    assert not ConsentEvent.objects.filter(action="revoked").exists()


STORY = ("processed", "deferred", "delivered", "spamreport", "unsubscribe")


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(STORY))))[::7])
@pytest.mark.parametrize("together", [True, False], ids=["one post", "a post each"])
def test_the_order_of_the_reports_never_matters(order: Sequence[int], together: bool) -> None:
    message = make_message()
    told = [element(message.key, STORY[n], n + 1) for n in order]
    for elements in [told] if together else [[one] for one in told]:
        post(*elements)
    assert facts(message) == {"delivered_at": after(3), "complained_at": after(4)}
    suppression = Suppression.objects.get()
    assert suppression.cause == "complaint", "an unsubscribe is lifted by signing up again, a complaint never is"
    assert ConsentEvent.objects.filter(action="revoked").count() == 1
    opting_out.opt_in("email", bytes(message.address_key or b""), method="undo", source="test", now=LATER)
    suppression.refresh_from_db()
    assert suppression.lifted_at is None


@pytest.mark.parametrize("times", [2, 5])
def test_a_report_counts_once_however_often_it_is_told_and_under_whatever_event_id(times: int) -> None:
    message = make_message()
    one = element(message.key, "bounce", **BLOCKED)
    for n in range(times):
        post({**one, "sg_event_id": f"bmV3LWlk{n}"}, {**one, "sg_event_id": f"YWdhaW4{n}"})
    assert DeliveryEvent.objects.count() == 1
    assert Alert.objects.get().times == 1
    assert WebhookReceipt.objects.filter(applied_at=None).count() == 0


def test_a_fact_is_set_once_and_the_earliest_report_of_it_stands() -> None:
    message = make_message()
    for seconds in (30, 10, 20):
        post(element(message.key, "delivered", seconds, response=f"250 {seconds}"))
    assert facts(message) == {"delivered_at": after(10)}
    assert DeliveryEvent.objects.count() == 3


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(None, id="null"),
        pytest.param(7, id="number"),
        pytest.param([], id="list"),
        pytest.param({}, id="empty"),
        pytest.param({"event": 7, "timestamp": "x"}, id="event that is no word"),
        pytest.param({"event": "delivered", "timestamp": 10**30}, id="time beyond time"),
        pytest.param({"event": "delivered", "timestamp": 1, "outreach_id": "'; DROP TABLE message"}, id="strange id"),
        pytest.param({"event": "deli\0vered", "timestamp": 1, "reason": "\0"}, id="NUL"),
        pytest.param({"event": "x" * 5000, "timestamp": 1}, id="endless word"),
        pytest.param({"event": "bounce", "timestamp": 1, "status": {"a": 1}, "type": ["b"]}, id="wrong types"),
    ],
)
def test_one_bad_element_never_rejects_the_rest(bad: object) -> None:
    message = make_message()
    post(bad, element(message.key, "delivered", 3), bad)
    assert facts(message) == {"delivered_at": after(3)}
    assert WebhookReceipt.objects.get().applied_at == LATER


def test_a_report_about_a_message_of_somebody_else_changes_nothing_of_ours() -> None:
    message = make_message()
    post(element(uuid.uuid4(), "spamreport"), element(None, "bounce", **HARD))
    assert facts(message) == {}
    assert not Suppression.objects.exists()
    assert DeliveryEvent.objects.filter(applied_at=None).count() == 2


def test_a_change_of_the_account_is_told_to_staff_and_halts_the_lane_though_it_is_about_no_message() -> None:
    post(element(None, "account_status_change", type="compliance_suspend"))
    assert alerts() == {"email_account_status"}
    assert LanePause.objects.get().channel == "email"


@pytest.mark.parametrize("word", ["processed", "deferred", "delivered", "spamreport"])
def test_any_report_settles_a_doubtful_email_as_sent(word: str) -> None:
    message = make_message(status="uncertain", reason="no_clear_answer")
    post(element(message.key, word, 9))
    message.refresh_from_db()
    assert (message.status, message.reason, message.accepted_at) == ("sent", "provider_report", after(9))
    assert message.settled_at == after(9)


def test_a_drop_settles_a_doubtful_email_as_failed() -> None:
    message = make_message(status="uncertain", reason="no_clear_answer")
    post(element(message.key, "dropped", 9, reason="Invalid"))
    assert facts(message) == {"failed_at": after(9)}
    assert (message.status, message.reason, message.accepted_at) == ("failed", "provider_report", None)


@pytest.mark.parametrize("settled", ["sent", "failed", "skipped", "returned"])
def test_a_report_never_moves_a_message_that_is_settled(settled: str) -> None:
    message = make_message(status=settled, reason="was_so")
    post(element(message.key, "delivered"), element(message.key, "dropped", reason="Invalid"))
    message.refresh_from_db()
    assert (message.status, message.reason) == (settled, "was_so")


# --- before its time ------------------------------------------------------------------------------------------------


def test_an_event_that_comes_before_its_message_is_applied_by_the_reconcile() -> None:
    """SendGrid can be faster than our own commit."""
    key = uuid.uuid4()
    post(element(key, "bounce", 3, **BLOCKED), element(key, "spamreport", 4))
    assert set(DeliveryEvent.objects.values_list("applied_at", flat=True)) == {None}
    assert not Suppression.objects.exists() and not alerts()
    message = make_message(key=key)
    assert reconciling.settle_from_events(LATER) == 0
    assert facts(message) == {"bounced_at": after(3), "complained_at": after(4)}
    assert Suppression.objects.get().cause == "complaint"
    assert Enrollment.objects.get(channel="email").status == "exited"
    assert set(DeliveryEvent.objects.values_list("applied_at", flat=True)) == {LATER}
    assert Alert.objects.get(kind="email_blocked").times == 1


def test_an_event_that_came_while_the_call_was_running_settles_what_became_uncertain_after_it() -> None:
    key = uuid.uuid4()
    post(element(key, "delivered", 3))  # its row is written when the batch settles
    message = make_message(key=key, status="uncertain", reason="no_clear_answer")
    assert reconciling.settle_from_events(LATER) == 1
    message.refresh_from_db()
    assert (message.status, message.delivered_at) == ("sent", after(3))
    assert reconciling.settle_from_events(LATER) == 0


def test_asking_the_events_again_neither_counts_an_alert_twice_nor_takes_back_a_return() -> None:
    message = make_message(status="uncertain", reason="no_clear_answer")
    post(element(message.key, "teleported"))
    for _ in range(3):
        reconciling.settle_from_events(LATER)
    assert Alert.objects.get().times == 1
    post(element(message.key, "unsubscribe"))
    address = bytes(message.address_key or b"")
    opting_out.opt_in("email", address, method="undo", source="test", now=LATER)
    Message.objects.filter(pk=message.pk).update(status="uncertain")
    reconciling.settle_from_events(LATER)
    assert not Suppression.objects.filter(lifted_at=None).exists()


# --- Twilio ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "code", "fact", "cause", "alert"),
    [
        pytest.param("queued", "", None, None, None, id="queued"),
        pytest.param("sent", "", None, None, None, id="sent"),
        pytest.param("delivered", "", "delivered_at", None, None, id="delivered"),
        pytest.param("undelivered", "30003", "failed_at", None, None, id="phone off"),
        pytest.param("undelivered", "30005", "failed_at", "disconnected", "sms_number_unusable", id="disconnected"),
        pytest.param("undelivered", "30006", "failed_at", "not_sms_capable", "sms_number_unusable", id="landline"),
        pytest.param("undelivered", "30007", "failed_at", None, "sms_filtered", id="filtered"),
        pytest.param("failed", "21610", "failed_at", "provider_stop", None, id="stopped at Twilio"),
        pytest.param("failed", "30034", "failed_at", None, "sms_not_registered", id="not registered"),
        pytest.param("failed", "99999", "failed_at", None, "sms_unknown", id="unheard-of code"),
        pytest.param("canceled", "", "failed_at", None, None, id="canceled"),
        pytest.param("teleported", "", None, None, "sms_unknown", id="unheard of"),
    ],
)
def test_what_twilio_reports_is_written_down(
    word: str, code: str, fact: str | None, cause: str | None, alert: str | None
) -> None:
    message = make_message("sms")
    status(message, word, code)
    status(message, word, code, now=LATER + timedelta(hours=1))
    assert facts(message) == ({fact: LATER} if fact else {})
    assert list(Suppression.objects.values_list("channel", "cause")) == ([("sms", cause)] if cause else [])
    assert alerts() == ({alert} if alert else set())
    assert DeliveryEvent.objects.count() == 1
    assert ConsentEvent.objects.filter(action="revoked").exists() == (cause == "provider_stop")
    assert Enrollment.objects.get(channel="sms").status == ("exited" if cause == "provider_stop" else "active")


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sent", "delivered"])))
def test_twilios_statuses_may_come_in_any_order(order: Sequence[str]) -> None:
    message = make_message("sms", status="uncertain", reason="no_clear_answer")
    for word in (*order, *order):
        status(message, word)
    assert facts(message) == {"delivered_at": LATER}
    assert (message.status, message.accepted_at) == ("sent", LATER)


def test_a_status_about_no_message_of_ours_is_kept_and_changes_nothing() -> None:
    storing.receive_status([("MessageSid", SID), ("MessageStatus", "delivered")], uuid.uuid4(), LATER)
    assert DeliveryEvent.objects.get().applied_at is None


# --- faults ---------------------------------------------------------------------------------------------------------


def test_what_cannot_be_applied_is_kept_told_and_applied_later() -> None:
    message = make_message()
    with ledger_refuses("consent_event"):
        post(element(message.key, "delivered", 3), element(message.key, "spamreport", 4))
    receipt = WebhookReceipt.objects.get()
    assert (receipt.applied_at, receipt.problem, bool(receipt.body)) == (None, "OperationalError", True)
    assert alerts() == {"webhook_not_applied"}
    assert facts(message) == {} and not DeliveryEvent.objects.exists(), "all of it or nothing"
    age_receipts()
    assert storing.apply_waiting(LATER + timedelta(hours=1)) == 1
    assert facts(message) == {"delivered_at": after(3), "complained_at": after(4)}
    assert ConsentEvent.objects.get(action="revoked").method == "spam_report"
    assert Enrollment.objects.get(channel="email").status == "exited"
    receipt.refresh_from_db()
    assert (receipt.body, receipt.problem) == (None, "")
    assert storing.apply_waiting(LATER + timedelta(hours=2)) == 0


def test_a_status_applied_late_happened_when_it_came() -> None:
    message = make_message("sms")
    with ledger_refuses("delivery_event"):
        status(message, "delivered")
    age_receipts()
    storing.apply_waiting(LATER + timedelta(days=1))
    assert facts(message) == {"delivered_at": LATER}


def test_the_sweep_leaves_a_text_to_the_door_that_is_answering_it() -> None:
    """It could take the answer away from somebody who is being answered at this moment."""
    text = urlencode({"MessageSid": SID, "From": "+14045550142", "To": "+14045550100", "Body": "Please stop"}).encode()
    WebhookReceipt.objects.create(provider="twilio", kind="inbound", body=text, received_at=NOW)
    assert storing.apply_waiting(LATER + timedelta(hours=1)) == 0
    age_receipts()
    assert storing.apply_waiting(LATER + timedelta(hours=1)) == 1
    assert Suppression.objects.get().channel == "sms"


def test_a_receipt_that_fails_again_does_not_keep_back_the_next() -> None:
    message = make_message()
    with ledger_refuses("delivery_event"):
        post(element(message.key, "delivered", 3))
    WebhookReceipt.objects.create(provider="twilio", kind="inbound", body=b"From=nobody", received_at=NOW)
    with ledger_refuses("delivery_event"):
        post(element(message.key, "delivered", 2))
    age_receipts()
    assert storing.apply_waiting(LATER) == 2
    assert facts(message) == {"delivered_at": after(2)}
    assert WebhookReceipt.objects.get(applied_at=None).kind == "inbound"
