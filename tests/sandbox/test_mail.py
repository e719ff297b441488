"""SendGrid's side: what it takes, what it refuses, and what it says afterwards."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest
from sendgrid import SendGridAPIClient
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.mail import Mail, Personalization, To

from tests.sandbox.conftest import Box, Receiver, letter


def _with(path: str, value: Any) -> dict[str, Any]:
    """A good letter to Ann and Bob with one place changed; a value of ... removes it."""
    mail: Any = copy.deepcopy(letter("ann@example.org", "bob@example.org"))
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = mail
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return mail


REFUSED = [
    pytest.param(b"{", 400, None, "Bad Request", id="no-json"),
    pytest.param([], 400, None, "Bad Request", id="no-object"),
    pytest.param(_with("personalizations", ...), 400, "personalizations", "is required", id="no-personalizations"),
    pytest.param(_with("personalizations", []), 400, "personalizations", "at least one", id="empty-personalizations"),
    pytest.param(
        letter(*(f"p{n}@example.org" for n in range(1001))),
        400,
        "personalizations",
        "limited to 1000 personalizations per API request. You have provided 1001",
        id="1001-personalizations",
    ),
    pytest.param(
        _with("personalizations.0.cc", [{"email": f"c{n}@example.org"} for n in range(999)]),
        400,
        "personalizations",
        "1000 total recipients",
        id="1001-recipients",
    ),
    pytest.param(_with("personalizations.0.to", ...), 400, "personalizations.0.to", "to array is required", id="no-to"),
    pytest.param(
        _with("personalizations.1.to", [{"email": "Ann@Example.org"}]),
        400,
        "personalizations",
        "[ann@example.org] more than once",
        id="same-address-twice",
    ),
    pytest.param(
        _with("personalizations.1.to", [{"email": "no address"}]),
        400,
        "personalizations.1.to.0.email",
        "Does not contain a valid address.",
        id="bad-address",
    ),
    pytest.param(_with("from", ...), 400, "from.email", "from object must be provided", id="no-from"),
    pytest.param(_with("from", {"email": "news@"}), 400, "from.email", "valid address", id="bad-from"),
    pytest.param(_with("subject", ...), 400, "subject", "The subject is required", id="no-subject"),
    pytest.param(_with("content", ...), 400, "content", "content parameter is required", id="no-content"),
    pytest.param(_with("content", []), 400, "content", "at least one defined content block", id="empty-content"),
    pytest.param(_with("content.0.value", ""), 400, "content.0.value", "at least one character", id="empty-text"),
    pytest.param(
        _with("content", [{"type": "text/html", "value": "x"}, {"type": "text/plain", "value": "x"}]),
        400,
        "content",
        "order",
        id="html-before-text",
    ),
    pytest.param(_with("headers", {"Reply-To": "x"}), 400, "headers.Reply-To", "reserved", id="reserved-header"),
    pytest.param(
        _with("personalizations.0.headers", {"DKIM-Signature": "x"}),
        400,
        "personalizations.0.headers.DKIM-Signature",
        "reserved",
        id="reserved-personal-header",
    ),
    pytest.param(_with("headers", {"X-A": "a\r\nBcc: b"}), 400, "headers.X-A", "one line", id="header-injection"),
    pytest.param(
        _with("personalizations.0.substitutions", {"-a-": "x" * 9_998}),
        400,
        "personalizations.0.substitutions",
        "10000 bytes",
        id="substitutions-10001-bytes",
    ),
    pytest.param(
        _with("personalizations.0.substitutions", {"-a-": 5}),
        400,
        "personalizations.0.substitutions",
        "strings",
        id="substitution-number",
    ),
    pytest.param(
        _with("personalizations.0.custom_args", {"a": "é" * 5_000}),
        400,
        "personalizations.0.custom_args",
        "10000 bytes",
        id="custom-args-10001-bytes",
    ),
    pytest.param(_with("categories", ["c"] * 11), 400, "categories", "10 categories", id="11-categories"),
    pytest.param(_with("send_at", 99_999_999_999), 400, "send_at", "72 hours", id="send-at-too-far"),
    pytest.param(_with("asm", {}), 400, "asm.group_id", "required", id="asm-without-group"),
    pytest.param(
        _with("reply_to", {"email": "a@example.org"}) | {"reply_to_list": [{"email": "b@example.org"}]},
        400,
        "reply_to",
        "may not be used together",
        id="two-kinds-of-reply-to",
    ),
]


@pytest.mark.parametrize(("mail", "status", "field", "words"), REFUSED)
def test_what_sendgrid_refuses_is_refused_in_its_words(
    box: Box, mail: Any, status: int, field: str | None, words: str
) -> None:
    """The answer has SendGrid's shape, the log says refused for everyone who can be made out, nothing is taken."""
    before = box.seq()
    answered, headers, body = box.mail(mail)
    errors = json.loads(body)["errors"]
    assert answered == status
    assert "X-Message-Id" not in headers
    assert set(errors[0]) == {"message", "field", "help"}
    assert (errors[0]["field"], words in errors[0]["message"]) == (field, True)
    entries = box.log(before)
    assert entries and {(entry["kind"], entry["code"]) for entry in entries} == {("refused", "400")}


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(_with("personalizations.0.substitutions", {"-a-": "x" * 9_997}), id="substitutions-10000-bytes"),
        pytest.param(letter(*(f"p{n}@example.org" for n in range(1000))), id="1000-personalizations"),
        pytest.param(_with("headers", {"List-Unsubscribe": "<https://example.org/u>"}), id="list-unsubscribe"),
        pytest.param(_with("personalizations.0.cc", [{"email": "cc@example.org", "name": "Cc"}]), id="cc"),
    ],
)
def test_what_sendgrid_takes_is_taken(box: Box, mail: dict[str, Any]) -> None:
    """202, no body, a message id of 22 characters; every recipient in the log."""
    before = box.seq()
    status, headers, body = box.mail(mail)
    assert (status, body, len(headers["X-Message-Id"])) == (202, b"", 22)
    wanted = sum(len(person.get(role, [])) for person in mail["personalizations"] for role in ("to", "cc"))
    assert [entry["kind"] for entry in box.log(before)] == ["accepted"] * wanted


def test_a_wrong_key_is_401_in_sendgrids_shape(box: Box) -> None:
    status, _, body = box.mail(letter("ann@example.org"), key="SG.wrong")
    assert status == 401
    assert json.loads(body)["errors"][0] == {
        "message": "The provided authorization grant is invalid, expired, or revoked",
        "field": None,
        "help": None,
    }


def test_a_body_over_30_megabytes_is_413(box: Box) -> None:
    status, _, body = box.mail(letter("ann@example.org", subject="x" * (30 * 1024 * 1024)))
    assert (status, "errors" in json.loads(body)) == (413, True)


def test_sandbox_mode_answers_200_and_sends_nothing(box: Box, receiver: Receiver) -> None:
    before = box.seq()
    mail = letter("mode@example.org", mail_settings={"sandbox_mode": {"enable": True}})
    assert box.mail(mail)[0] == 200
    box.idle()
    assert [entry["kind"] for entry in box.log(before)] == ["validated"]
    assert receiver.events == []


def test_the_official_client_can_send(box: Box, receiver: Receiver) -> None:
    """The contract: the published package, its address overridden, as our program would use it."""
    client = SendGridAPIClient(box.keys["sendgrid"]["api_key"], host=box.base)
    mail = Mail(
        from_email="news@alana.example.org", subject="Hello", plain_text_content="Text", html_content="<p>x</p>"
    )
    for name in ("one", "two"):
        person = Personalization()
        person.add_to(To(f"{name}@example.org"))
        mail.add_personalization(person)
    answer = client.send(mail)
    assert (answer.status_code, answer.body) == (202, b"")
    box.idle()
    assert sorted((event["email"], event["event"]) for event in receiver.events) == [
        ("one@example.org", "delivered"),
        ("one@example.org", "processed"),
        ("two@example.org", "delivered"),
        ("two@example.org", "processed"),
    ]
    assert {event["sg_message_id"].partition(".")[0] for event in receiver.events} == {answer.headers["X-Message-Id"]}


def test_events_verify_with_the_official_helper_and_only_as_they_were_sent(box: Box, receiver: Receiver) -> None:
    box.mail(letter("ann@example.org"))
    box.idle()
    hook = receiver.hooks[0]
    signature = hook.headers["X-Twilio-Email-Event-Webhook-Signature"]
    timestamp = hook.headers["X-Twilio-Email-Event-Webhook-Timestamp"]
    webhook = EventWebhook(box.keys["sendgrid"]["event_public_key"])
    assert hook.body.endswith(b"\r\n")
    assert webhook.verify_signature(hook.body.decode(), signature, timestamp)
    assert not webhook.verify_signature(hook.body.decode().rstrip(), signature, timestamp)


def test_one_batch_comes_back_in_few_posts(box: Box, receiver: Receiver) -> None:
    """1,000 people, 2,000 events: hundreds to a POST, our ids at the top level of each."""
    people = [f"many{n}@example.org" for n in range(1000)]
    box.mail(letter(*people))
    box.idle()
    assert len(receiver.events) == 2000
    assert len(receiver.hooks) <= 10
    assert {event["outreach_id"] for event in receiver.events} == {f"id-{address}" for address in people}


STORIES = [
    pytest.param("plain@example.org", [("processed", None), ("delivered", None)], id="delivered"),
    pytest.param("bounce+ann@example.org", [("processed", None), ("bounce", "bounce")], id="bounce"),
    pytest.param("ann+bounce@example.org", [("processed", None), ("bounce", "bounce")], id="plus-tag"),
    pytest.param("blocked+ann@example.org", [("processed", None), ("bounce", "blocked")], id="blocked"),
    pytest.param("spam+x@example.org", [("processed", None), ("delivered", None), ("spamreport", None)], id="spam"),
    pytest.param("dropped+ann@example.org", [("dropped", None)], id="dropped"),
    pytest.param(
        "deferred+x@example.org", [("processed", None), ("deferred", None), ("delivered", None)], id="deferred"
    ),
    pytest.param(
        "latebounce+x@example.org", [("processed", None), ("delivered", None), ("bounce", "bounce")], id="late"
    ),
]


@pytest.mark.parametrize(("address", "story"), STORIES)
def test_an_address_tells_its_fate(
    box: Box, receiver: Receiver, address: str, story: list[tuple[str, str | None]]
) -> None:
    box.mail(letter(address))
    box.idle()
    assert [(event["event"], event.get("type")) for event in receiver.events] == story
    assert all(event["email"] == address for event in receiver.events)


def test_sendgrid_drops_what_follows_a_bounce_until_it_is_taken_off_the_list(box: Box, receiver: Receiver) -> None:
    box.ask("/sandbox/bounce-next", {"address": "once@example.org"})
    for _ in range(2):
        box.mail(letter("once@example.org"))
        box.idle()
    assert [event["event"] for event in receiver.events] == ["processed", "bounce", "dropped"]
    assert receiver.events[2]["reason"] == "Bounced Address"
    bearer = f"Bearer {box.keys['sendgrid']['api_key']}"
    assert box.call("DELETE", "/v3/suppression/bounces/once@example.org", Authorization=bearer)[0] == 204
    box.mail(letter("once@example.org"))
    box.idle()
    assert receiver.events[-1]["event"] == "delivered"


def test_events_are_posted_again_until_they_are_taken(box: Box, receiver: Receiver) -> None:
    receiver.answers += [(500, ""), (302, ""), (503, "")]
    box.mail(letter("again@example.org"))
    box.idle()
    assert len(receiver.hooks) == 4
    assert len({hook.body for hook in receiver.hooks}) == 1


def test_a_reserved_custom_argument_is_overwritten_in_events(box: Box, receiver: Receiver) -> None:
    mail = letter("ann@example.org")
    mail["personalizations"][0]["custom_args"] = {"email": "mine", "outreach_id": "k"}
    box.mail(mail)
    box.idle()
    assert {(event["email"], event["outreach_id"]) for event in receiver.events} == {("ann@example.org", "k")}


def test_the_log_says_what_each_person_saw(box: Box) -> None:
    """Substitutions are filled per person, also in the sender's name and headers, and never read twice."""
    mail = letter("fill@example.org")
    mail["from"]["name"] = "Notes for -name-"
    person = mail["personalizations"][0]
    person["substitutions"] = {"-name-": "-leave-", "-leave-": "L"}
    person["headers"] = {"List-Unsubscribe": "<https://example.org/-leave->"}
    before = box.seq()
    box.mail(mail)
    (entry,) = box.log(before)
    text = "Hello -leave-. Leave: L"
    html = '<p>Hello -leave-. <a href="L">Leave</a></p>'
    assert (entry["subject"], entry["key"], entry["batch"]) == ("For -leave-", "id-fill@example.org", "batch-1")
    assert entry["digest"] == hashlib.sha256("\0".join((entry["subject"], text, html)).encode()).hexdigest()
    page = box.call("GET", "/inbox/fill@example.org/1?view=headers")[2].decode()
    assert "https://example.org/L" in page and "Notes for -leave-" in page


def test_a_virtual_clock_is_stamped_on_log_and_events(box: Box, receiver: Receiver) -> None:
    box.ask("/sandbox/clock", {"now": "2026-03-01T09:00:00-05:00"})
    before = box.seq()
    box.mail(letter("clock@example.org"))
    box.idle()
    assert box.log(before)[0]["at"] == "2026-03-01T14:00:00.000000Z"
    assert [event["timestamp"] for event in receiver.events] == [1772373600, 1772373602]
    assert receiver.hooks[0].headers["X-Twilio-Email-Event-Webhook-Timestamp"] == "1772373600"
    assert box.ask("/sandbox/clock", {"now": "2026-03-01T09:00:00"})[0] == 400
