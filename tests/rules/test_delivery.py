"""What follows from every event, status and code of the providers, as the reference lists them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules import delivery
from outreach.rules.delivery import ALERTS, CAUSES, Meaning, meaning

NOTHING = Meaning()
TAKEN = Meaning(settles="sent")
DROPPED = {"fact": "failed_at", "settles": "failed"}
BOUNCED = {"fact": "bounced_at", "settles": "sent"}


def _m(**what: object) -> Meaning:
    return Meaning(**what)  # type: ignore[arg-type]


SENDGRID = [
    ("processed", None, None, TAKEN),
    ("deferred", None, None, TAKEN),
    ("delivered", None, None, _m(fact="delivered_at", settles="sent")),
    ("bounce", "5.1.1", "bounce", _m(**BOUNCED, suppress="bounce")),
    ("bounce", "5.1.10", None, _m(**BOUNCED, suppress="bounce")),
    ("bounce", "5.2.1", None, _m(**BOUNCED, suppress="bounce")),
    ("bounce", "5.2.2", None, _m(**BOUNCED)),
    ("bounce", "5.2.2", "Mailbox Unavailable", _m(**BOUNCED)),
    ("bounce", "5.7.1", "bounce", _m(**BOUNCED)),
    ("bounce", "5.2.10", "bounce", _m(**BOUNCED)),
    ("bounce", "4.4.1", "bounce", _m(**BOUNCED)),
    ("bounce", None, None, _m(**BOUNCED)),
    ("bounce", None, "Invalid Address", _m(**BOUNCED, suppress="bounce")),
    ("bounce", "5.0.0", "bounce/Mailbox Unavailable", _m(**BOUNCED, suppress="bounce")),
    ("bounce", "5.0.0", "bounce/Unclassified", _m(**BOUNCED)),
    *[
        ("bounce", None, group, _m(**BOUNCED))
        for group in ("Content", "Frequency or Volume Too High", "Reputation", "Technical Failure", "Unclassified")
    ],
    ("bounce", "5.1.1", "blocked", _m(**BOUNCED, alert="blocked")),
    ("bounce", None, "blocked/Invalid Address", _m(**BOUNCED, alert="blocked")),
    ("dropped", None, "Bounced Address", _m(**DROPPED, suppress="bounce")),
    ("dropped", None, "Unsubscribed Address", _m(**DROPPED, suppress="unsubscribe")),
    ("dropped", None, "Spam Reporting Address", _m(**DROPPED, suppress="complaint")),
    ("dropped", None, "Invalid", _m(**DROPPED, suppress="invalid")),
    ("dropped", None, "Invalid SMTPAPI header", _m(**DROPPED, alert="request_invalid")),
    ("dropped", None, "Spam Content (if Spam Checker app is enabled)", _m(**DROPPED, alert="spam_content")),
    ("dropped", None, "Recipient List over Package Quota", _m(**DROPPED, alert="quota")),
    ("dropped", None, "A reason of next year", _m(**DROPPED, alert="unknown")),
    ("dropped", None, None, _m(**DROPPED, alert="unknown")),
    ("spamreport", None, None, _m(fact="complained_at", settles="sent", suppress="complaint")),
    ("unsubscribe", None, None, _m(settles="sent", suppress="unsubscribe")),
    ("group_unsubscribe", None, None, _m(settles="sent", suppress="unsubscribe")),
    ("group_resubscribe", None, None, NOTHING),
    ("open", None, None, _m(settles="sent", alert="tracking_on")),
    ("click", None, None, _m(settles="sent", alert="tracking_on")),
    ("account_status_change", None, None, _m(alert="account_status")),
    (" Delivered ", None, None, _m(fact="delivered_at", settles="sent")),
    ("an event of next year", None, None, _m(alert="unknown")),
    ("", None, None, _m(alert="unknown")),
]


@pytest.mark.parametrize(
    ("event", "code", "kind", "follows"), SENDGRID, ids=[f"{e}-{c}-{k}" for e, c, k, _ in SENDGRID]
)
def test_every_sendgrid_event_has_its_meaning(event: str, code: str | None, kind: str | None, follows: Meaning) -> None:
    assert meaning("sendgrid", event, code=code, kind=kind) == follows


SENDGRID_REFUSED = [  # our own words for an error answer to the request
    ("invalid_address", _m(**DROPPED, suppress="invalid")),
    ("same_address", _m(**DROPPED)),
    ("invalid_request", _m(**DROPPED, alert="request_invalid")),
    ("too_large", _m(**DROPPED, alert="request_invalid")),
    ("sandbox_mode", _m(**DROPPED, alert="sandbox_mode")),
    ("a word of next year", _m(**DROPPED, alert="unknown")),
    (None, _m(**DROPPED, alert="unknown")),
]


@pytest.mark.parametrize(("code", "follows"), SENDGRID_REFUSED, ids=[str(code) for code, _ in SENDGRID_REFUSED])
def test_every_refusal_of_a_sendgrid_request_has_its_meaning(code: str | None, follows: Meaning) -> None:
    assert meaning("sendgrid", "rejected", code=code) == follows


def test_no_row_of_the_tables_is_left_untested() -> None:
    """The other way round: a word added to a table needs its line above."""
    assert set(delivery.SENDGRID_REFUSED) <= {code for code, _ in SENDGRID_REFUSED}
    assert set(delivery.SENDGRID) - {"blocked"} <= {event for event, *_ in SENDGRID}
    assert set(delivery.SENDGRID_DROPPED) <= {
        (kind or "").casefold()[: len(word)] for word in delivery.SENDGRID_DROPPED for _, _, kind, _ in SENDGRID
    }
    assert set(delivery.TWILIO) - {"rejected"} <= {status for status, _ in TWILIO_STATUSES}
    assert set(delivery.TWILIO_CODES) - {"429"} <= {code for code, *_ in TWILIO_CODES}


TWILIO_STATUSES = [
    *[(status, TAKEN) for status in ("accepted", "scheduled", "queued", "sending", "sent", "partially_delivered")],
    ("delivered", _m(fact="delivered_at", settles="sent")),
    ("read", _m(fact="delivered_at", settles="sent")),
    ("undelivered", _m(fact="failed_at", settles="sent", alert="unknown")),
    ("failed", _m(**DROPPED, alert="unknown")),
    ("canceled", _m(**DROPPED)),
    ("receiving", NOTHING),
    ("received", NOTHING),
    ("a status of next year", _m(alert="unknown")),
]


@pytest.mark.parametrize(("status", "follows"), TWILIO_STATUSES, ids=[status for status, _ in TWILIO_STATUSES])
def test_every_twilio_status_has_its_meaning(status: str, follows: Meaning) -> None:
    assert meaning("twilio", status) == follows


TWILIO_CODES = [  # code, suppress, alert, retry
    ("21610", "provider_stop", None, False),
    ("21211", "invalid", "number_unusable", False),
    ("21614", "not_sms_capable", "number_unusable", False),
    ("21635", "not_sms_capable", "number_unusable", False),
    ("21612", None, "not_routable", False),
    ("21408", None, "country_off", False),
    ("21606", None, "wrong_sender", False),
    ("21659", None, "wrong_sender", False),
    ("21608", None, "wrong_sender", False),
    ("21611", None, "backlog", True),
    ("30001", None, "backlog", True),
    ("20003", None, "auth", True),
    ("30002", None, "auth", False),
    ("20429", None, None, True),
    ("20500", None, None, False),
    ("30003", None, None, True),
    ("30004", None, "refused_by_carrier", False),
    ("30005", "disconnected", "number_unusable", False),
    ("30006", "not_sms_capable", "number_unusable", False),
    ("30007", None, "filtered", False),
    ("30008", None, None, True),
    ("30022", None, "too_fast", True),
    ("30023", None, "daily_cap", True),
    ("30027", None, "daily_cap", True),
    ("30032", None, "not_registered", False),
    ("30034", None, "not_registered", False),
    ("30036", None, None, True),
    ("30450", None, "pumping_block", True),
    ("30610", None, "quiet_hours", True),
    ("30047", None, "quiet_hours", True),
    ("99999", None, "unknown", False),
]


@pytest.mark.parametrize("status", ["undelivered", "failed", "rejected"])
@pytest.mark.parametrize(("code", "suppress", "alert", "retry"), TWILIO_CODES, ids=[row[0] for row in TWILIO_CODES])
def test_every_twilio_code_has_its_meaning(
    code: str, suppress: str | None, alert: str | None, retry: bool, status: str
) -> None:
    found = meaning("twilio", status, code=code)
    assert (found.suppress, found.alert, found.retry) == (suppress, alert, retry)


@pytest.mark.parametrize("code", ["20429", "20500", "20003", "21611"])
def test_a_refused_or_doubtful_create_is_no_failure_of_the_message(code: str) -> None:
    """Nothing exists at Twilio, or nobody knows: the message must not be settled by it."""
    found = meaning("twilio", "rejected", code=code)
    assert (found.fact, found.settles) == (None, None)


def test_a_text_that_left_twilio_stays_sent_when_it_is_undelivered() -> None:
    """A doubtful message whose text reached a carrier was accepted; calling it failed would invite a second text."""
    assert meaning("twilio", "undelivered", code="30003").settles == "sent"
    assert meaning("twilio", "failed", code="30003").settles == "failed"


def test_a_code_on_good_news_changes_nothing() -> None:
    assert meaning("twilio", "delivered", code="30005") == _m(fact="delivered_at", settles="sent")


SMTP = [
    ("accepted", None, TAKEN),
    ("delayed", "4.4.1", TAKEN),
    ("delayed", "5.1.1", TAKEN),
    ("failed", "5.1.1", _m(**BOUNCED, suppress="bounce")),
    ("failed", "5.2.2", _m(**BOUNCED)),
    ("failed", "5.7.515", _m(**BOUNCED)),
    ("rejected", "5.1.3", _m(**DROPPED, suppress="bounce")),
    ("rejected", "5.6.0", _m(**DROPPED)),
    ("delivered", None, _m(fact="delivered_at", settles="sent")),
    ("abuse", None, _m(fact="complained_at", settles="sent", suppress="complaint")),
    ("fraud", None, _m(fact="complained_at", settles="sent", suppress="complaint", alert="called_fraud")),
    ("opt-out", None, _m(settles="sent", suppress="unsubscribe")),
    ("not-spam", None, TAKEN),
    ("virus", None, _m(settles="sent", alert="unknown")),
    ("other", None, _m(settles="sent", alert="unknown")),
    ("auth-failure", None, _m(settles="sent", alert="unknown")),
    ("unheard of", None, _m(alert="unknown")),
    ("failed", "5.1.8", _m(**BOUNCED)),
    ("failed", "5.1.10", _m(**BOUNCED, suppress="bounce")),
    ("rejected", "5.1.7", _m(**DROPPED)),
]


@pytest.mark.parametrize(("event", "code", "follows"), SMTP, ids=[f"{event}-{code}" for event, code, _ in SMTP])
def test_smtp_replies_and_reports_have_their_meaning(event: str, code: str | None, follows: Meaning) -> None:
    assert meaning("smtp", event, code=code) == follows


words = st.one_of(st.text(max_size=12), st.sampled_from([*delivery.SENDGRID, *delivery.TWILIO, *delivery.TWILIO_CODES]))


@given(st.sampled_from(["sendgrid", "twilio", "smtp", "pigeon"]), words, st.none() | words, st.none() | words)
def test_any_report_has_a_meaning_whose_words_are_known(
    provider: str, event: str, code: str | None, kind: str | None
) -> None:
    found = meaning(provider, event, code=code, kind=kind)
    assert found.suppress is None or found.suppress in CAUSES
    assert found.alert is None or found.alert in ALERTS


@given(words, words)
def test_what_nobody_knows_changes_nothing(event: str, code: str) -> None:
    assert meaning("pigeon", event, code=code) == _m(alert="unknown")
