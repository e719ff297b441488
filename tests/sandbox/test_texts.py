"""Twilio's side: create, list, callbacks, keywords, and a person who writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.sandbox.conftest import ANN, OWN, Box, Receiver, Start

GOOD = {"To": ANN, "From": OWN, "Body": "Hello"}
SERVICE = "MG" + "0" * 31 + "a"
CALLBACK_PATH = "/hooks/twilio/status/0f3c9a/"

REFUSED = [
    pytest.param({"To": None}, 400, 21604, id="no-to"),
    pytest.param({"From": None}, 400, 21603, id="no-from"),
    pytest.param({"Body": None}, 400, 21602, id="no-body"),
    pytest.param({"Body": ""}, 400, 21602, id="empty-body"),
    pytest.param({"Body": "x" * 1601}, 400, 21617, id="1601-characters"),
    pytest.param({"To": "+1404"}, 400, 21211, id="short-to"),
    pytest.param({"To": "988"}, 400, 21211, id="service-to"),
    pytest.param({"To": "someone"}, 400, 21211, id="to-is-words"),
    pytest.param({"From": "+1404"}, 400, 21212, id="bad-from"),
    pytest.param({"To": OWN}, 400, 21266, id="to-itself"),
    pytest.param({"From": None, "MessagingServiceSid": "MG1"}, 404, 21701, id="no-such-service"),
    pytest.param({"StatusCallback": "/hooks/status/"}, 400, 21609, id="relative-callback"),
    pytest.param({"StatusCallback": "ftp://example.org/x"}, 400, 21609, id="ftp-callback"),
    pytest.param({"StatusCallback": "http://my_host/x"}, 400, 21609, id="underscore-callback"),
    pytest.param({"ValidityPeriod": "0"}, 400, 90007, id="validity-0"),
    pytest.param({"ValidityPeriod": "36001"}, 400, 90007, id="validity-36001"),
    pytest.param({"ValidityPeriod": "soon"}, 400, 90007, id="validity-words"),
    pytest.param({"To": "+15005550009"}, 400, 21614, id="magic-landline"),
]


def _form(**changes: str | None) -> dict[str, str]:
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def _client(box: Box, token: str | None = None) -> Client:
    client = Client(box.account, token or box.keys["twilio"]["auth_token"])
    client.api.base_url = box.base
    return client


@pytest.mark.parametrize(("changes", "status", "code"), REFUSED)
def test_what_twilio_refuses_is_refused_with_its_code(
    box: Box, changes: dict[str, str | None], status: int, code: int
) -> None:
    before = box.seq()
    answered, error = box.text(_form(**changes))
    assert (answered, error["code"], error["status"]) == (status, code, status)
    assert error["message"] and error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert [(entry["kind"], entry["code"]) for entry in box.log(before)] == [("refused", str(code))]


def test_a_wrong_token_is_20003(box: Box) -> None:
    assert box.text(GOOD, token="0" * 32) == (
        401,
        {
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        },
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"Body": "x" * 1600}, id="1600-characters"),
        pytest.param({"ValidityPeriod": "36000"}, id="validity-36000"),
        pytest.param({"ValidityPeriod": "1"}, id="validity-1"),
        pytest.param({"To": "(404) 555-0123"}, id="national-number"),
        pytest.param({"ScheduleType": "fixed", "SendAt": "2030-01-01T00:00:00Z"}, id="schedule-without-service-is-now"),
    ],
)
def test_what_twilio_takes_is_taken(box: Box, changes: dict[str, str | None]) -> None:
    status, message = box.text(_form(**changes))
    assert (status, message["status"], message["to"], message["date_sent"]) == (201, "queued", ANN, None)


def test_the_official_client_sends_fetches_and_lists(box: Box, receiver: Receiver) -> None:
    """The contract: the published package, its address overridden, through create, callbacks, fetch and list."""
    client = _client(box)
    to = "+14045550124"
    callback = receiver.base + CALLBACK_PATH
    message = client.messages.create(to=to, from_=OWN, body="[Hello]", status_callback=callback, validity_period=600)
    assert (message.status, message.num_segments, message.error_code, len(message.sid)) == ("queued", "1", None, 34)
    box.idle()
    assert receiver.statuses == ["sent", "delivered"]
    fetched = client.messages(message.sid).fetch()
    assert (fetched.status, fetched.body, fetched.date_sent is not None) == ("delivered", "[Hello]", True)
    for number in range(5):
        client.messages.create(to=to, from_=OWN, body=f"No {number}")
    listed = client.messages.list(to=to, date_sent_after=datetime.now(UTC) - timedelta(days=1), page_size=2)
    assert [one.body for one in listed] == ["No 4", "No 3", "No 2", "No 1", "No 0", "[Hello]"]
    assert client.messages.list(to=to, date_sent_before=datetime.now(UTC) - timedelta(days=1)) == []
    with pytest.raises(TwilioRestException) as caught:
        _client(box, token="0" * 32).messages.create(to=to, from_=OWN, body="x")
    assert (caught.value.status, caught.value.code) == (401, 20003)


def test_status_callbacks_verify_with_the_official_validator(box: Box, receiver: Receiver) -> None:
    """Also with a query string, percent-encoding and a port in the address."""
    path = CALLBACK_PATH + "?a=b%20c&d=%C3%A9"
    box.text(_form(StatusCallback=receiver.base + path))
    box.idle()
    validator = RequestValidator(box.keys["twilio"]["auth_token"])
    hook = receiver.hooks[-1]
    signature = hook.headers["X-Twilio-Signature"]
    assert hook.path == path
    assert validator.validate(receiver.base + path, hook.form, signature)
    assert not validator.validate(receiver.base + path, {**hook.form, "MessageStatus": "failed"}, signature)
    assert hook.form["RawDlrDoneDate"].isdigit()


def test_the_log_carries_our_id_from_the_callback_path(box: Box, receiver: Receiver) -> None:
    before = box.seq()
    _, message = box.text(_form(StatusCallback=receiver.base + CALLBACK_PATH))
    (entry,) = box.log(before)
    assert (entry["key"], entry["request_id"], entry["kind"]) == ("0f3c9a", message["sid"], "accepted")
    assert (entry["to"], entry["from"], entry["body"]) == (ANN, OWN, "Hello")


FATES = [
    pytest.param("undelivered:30003", ["sent", "undelivered"], "30003", id="undelivered"),
    pytest.param("failed:30006", ["failed"], "30006", id="failed"),
    pytest.param("silent", ["sent"], None, id="silent"),
]


@pytest.mark.parametrize(("fate", "statuses", "code"), FATES)
def test_a_number_meets_the_fate_set_for_it(
    box: Box, receiver: Receiver, fate: str, statuses: list[str], code: str | None
) -> None:
    box.ask("/sandbox/fate", {"to": ANN, "fate": fate, "count": 1})
    box.text(_form(StatusCallback=receiver.base + CALLBACK_PATH))
    box.idle()
    assert receiver.statuses == statuses
    assert receiver.hooks[-1].form.get("ErrorCode") == code
    box.text(_form(StatusCallback=receiver.base + CALLBACK_PATH))
    box.idle()
    assert receiver.statuses[-1] == "delivered"


def test_a_fate_can_refuse_at_create(box: Box) -> None:
    assert box.ask("/sandbox/fate", {"to": ANN, "fate": "refused:21614", "count": 1})[0] == 200
    assert box.text(GOOD)[1]["code"] == 21614
    assert box.ask("/sandbox/fate", {"to": ANN, "fate": "bounce"})[0] == 400


def test_a_callback_answered_500_is_given_up(box: Box, receiver: Receiver) -> None:
    """Twilio writes an error in its log and goes on (protocols.md 2.4)."""
    receiver.answers += [(500, "")]
    box.text(_form(StatusCallback=receiver.base + CALLBACK_PATH))
    box.idle()
    assert receiver.statuses == ["sent", "delivered"]


def test_a_person_writes_and_the_program_answers(box: Box, receiver: Receiver) -> None:
    """The inbound webhook is signed over every field, blank ones too; the TwiML answer shows on the phone."""
    receiver.answers += [(200, f"<Response><Message>{escape('Yes & gladly <3')}</Message></Response>")]
    status, said = box.ask("/sandbox/reply", {"from": "+14045550125", "body": "Is it open?", "to": OWN})
    hook = receiver.hooks[0]
    validator = RequestValidator(box.keys["twilio"]["auth_token"])
    assert (status, said["webhook"], said["replies"], said["opt_out_type"]) == (200, 200, ["Yes & gladly <3"], None)
    assert hook.path == "/hooks/twilio/inbound/"
    assert (hook.form["Body"], hook.form["From"], hook.form["FromZip"]) == ("Is it open?", "+14045550125", "")
    assert validator.validate(receiver.base + hook.path, hook.form, hook.headers["X-Twilio-Signature"])
    assert "OptOutType" not in hook.form
    inbound = _client(box).messages.list(to=OWN, from_="+14045550125")
    assert [(one.direction, one.body, one.sid) for one in inbound] == [("inbound", "Is it open?", said["sid"])]
    page = box.call("GET", "/phone/+14045550125")[2].decode()
    assert "Is it open?" in page and "Yes &amp; gladly &lt;3" in page


@pytest.mark.parametrize("word", ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "QUIT", "revoke", " OptOut "])
def test_a_stop_word_blocks_the_pair_until_start(box: Box, receiver: Receiver, word: str) -> None:
    """The webhook still gets it, with OptOutType; Twilio answers itself; other senders are not touched."""
    _, said = box.ask("/sandbox/reply", {"from": ANN, "body": word, "to": OWN})
    assert said["own_reply"].startswith("You have successfully been unsubscribed.")
    assert receiver.hooks[-1].form["OptOutType"] == "STOP"
    assert receiver.hooks[-1].form["Body"] == word
    status, error = box.text(GOOD)
    assert (status, error["code"], error["message"]) == (400, 21610, "Attempt to send to unsubscribed recipient")
    assert box.text(_form(From="+14045550199"))[0] == 201
    _, again = box.ask("/sandbox/reply", {"from": ANN, "body": "START", "to": OWN})
    assert again["own_reply"].startswith("You have successfully been re-subscribed")
    assert receiver.hooks[-1].form["OptOutType"] == "START"
    assert box.text(GOOD)[0] == 201


@pytest.mark.parametrize(
    ("word", "kind"),
    [("stop please", None), ("Stop.", None), ("opt out", None), ("alto", None), ("HELP", "HELP"), ("info", "HELP")],
)
def test_other_words_block_nothing(box: Box, receiver: Receiver, word: str, kind: str | None) -> None:
    """Twilio matches single words only: the sentences are for the program to understand."""
    _, said = box.ask("/sandbox/reply", {"from": ANN, "body": word, "to": OWN})
    assert (said["opt_out_type"], said["own_reply"] is not None) == (kind, kind == "HELP")
    assert receiver.hooks[-1].form.get("OptOutType") == kind
    assert box.text(GOOD)[0] == 201


def test_an_answer_to_a_stopped_person_is_refused(box: Box, receiver: Receiver) -> None:
    """A second confirmation in TwiML does not reach a phone that Twilio has blocked."""
    receiver.answers += [(200, "<Response><Message>You are out.</Message></Response>")]
    before = box.seq()
    _, said = box.ask("/sandbox/reply", {"from": ANN, "body": "STOP", "to": OWN})
    assert said["replies"] == []
    assert [(entry["kind"], entry["code"]) for entry in box.log(before)] == [
        ("received", None),
        ("keyword_reply", None),
        ("refused", "21610"),
    ]
    box.ask("/sandbox/reply", {"from": ANN, "body": "START", "to": OWN})


def test_a_stop_covers_the_whole_service(start: Start, tmp_path: Any) -> None:
    """Every number of the pool and the service itself; another person is not touched."""
    numbers = ("--number", OWN, "--number", "+14045550101")
    box = start(tmp_path, *numbers, "--messaging-service", SERVICE)
    through = {"To": ANN, "MessagingServiceSid": SERVICE, "Body": "Hello"}
    status, message = box.text(through)
    assert (status, message["status"], message["num_segments"], message["from"]) == (201, "accepted", "0", None)
    box.ask("/sandbox/reply", {"from": ANN, "body": "STOP"})
    assert box.text(through)[1]["code"] == 21610
    assert [box.text(_form(From=number))[1]["code"] for number in (OWN, "+14045550101")] == [21610, 21610]
    assert box.text({**through, "To": "+14045550126"})[0] == 201
    assert box.text(_form(From="+14045550177"))[1]["code"] == 21606
    phones = {phone["number"]: phone["stopped"] for phone in box.get("/sandbox/state.json")["phones"]}
    assert (set(phones[ANN]) > {SERVICE}, phones["+14045550126"]) == (True, [])
