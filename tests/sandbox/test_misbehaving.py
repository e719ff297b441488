"""Every way the sandbox misbehaves on request, seen from the client and in the witness log."""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from tests.sandbox.conftest import ANN, OWN, Box, Receiver, letter

FORM = {"To": ANN, "From": OWN, "Body": "Hello"}
CALLBACK_PATH = "/hooks/twilio/status/7b1d/"


def _mail(box: Box) -> tuple[int, dict[str, str], bytes]:
    return box.mail(letter("ann@example.org"))


def _raw_text(box: Box) -> tuple[int, dict[str, str], bytes]:
    status, answer = box.text(FORM)
    return status, {}, json.dumps(answer).encode()


SEND: dict[str, Callable[[Box], tuple[int, dict[str, str], bytes]]] = {"sendgrid": _mail, "twilio": _raw_text}
TAKEN = {"sendgrid": 202, "twilio": 201}
BOTH = pytest.mark.parametrize("provider", ["sendgrid", "twilio"])


def _rule(box: Box, **rule: Any) -> dict[str, Any]:
    status, said = box.ask("/sandbox/misbehave", rule)
    assert status == 200, said
    return said


@BOTH
def test_a_500_for_the_next_two_requests_takes_nothing(box: Box, provider: str) -> None:
    _rule(box, on=provider, do="status", count=2)
    before = box.seq()
    assert [SEND[provider](box)[0] for _ in range(3)] == [500, 500, TAKEN[provider]]
    assert [entry["kind"] for entry in box.log(before)] == ["refused", "refused", "accepted"]


@BOTH
def test_a_500_can_come_after_the_request_was_taken(box: Box, provider: str) -> None:
    _rule(box, on=provider, do="status", status=503, accept=True)
    before = box.seq()
    assert SEND[provider](box)[0] == 503
    assert [entry["kind"] for entry in box.log(before)] == ["accepted"]


def test_429_of_sendgrid_says_when_to_come_back(box: Box) -> None:
    """In real time even under a set clock: whoever reads the moment compares it with a real clock."""
    box.ask("/sandbox/clock", {"now": "2026-03-01T00:00:00Z"})
    _rule(box, on="sendgrid", do="status", status=429, retry_after=7)
    before = time.time()
    status, headers, body = _mail(box)
    assert (status, headers["X-RateLimit-Remaining"]) == (429, "0")
    assert before + 7 <= int(headers["X-RateLimit-Reset"]) <= time.time() + 8
    assert json.loads(body)["errors"][0]["message"] == "too many requests"


def test_429_of_twilio_says_when_to_come_back(box: Box) -> None:
    _rule(box, on="twilio", do="status", status=429, retry_after=3)
    path = f"/2010-04-01/Accounts/{box.account}/Messages.json"
    pair = base64.b64encode(f"{box.account}:{box.keys['twilio']['auth_token']}".encode()).decode()
    status, headers, body = box.call("POST", path, b"To=%2B14045550123&From=x&Body=x", Authorization=f"Basic {pair}")
    assert (status, headers["Retry-After"], json.loads(body)["code"]) == (429, "3", 20429)


@BOTH
def test_garbage_is_no_json_though_the_request_was_taken(box: Box, provider: str) -> None:
    _rule(box, on=provider, do="garbage")
    before = box.seq()
    if provider == "sendgrid":
        status, headers, body = _mail(box)
        assert (status, "X-Message-Id" in headers) == (200, False)
        with pytest.raises(ValueError):
            json.loads(body)
    else:
        with pytest.raises(ValueError):
            box.text(FORM)
    assert [entry["kind"] for entry in box.log(before)] == ["accepted"]


@BOTH
def test_a_delay_keeps_the_client_waiting(box: Box, provider: str) -> None:
    _rule(box, on=provider, do="delay", delay_ms=300)
    begun = monotonic()
    assert SEND[provider](box)[0] == TAKEN[provider]
    assert monotonic() - begun >= 0.3


@BOTH
@pytest.mark.parametrize(("do", "kind"), [("cut_after_accept", "accepted"), ("cut_before_accept", "refused")])
def test_a_cut_connection_leaves_the_client_without_an_answer(box: Box, provider: str, do: str, kind: str) -> None:
    """The client cannot tell the two apart; the witness log can."""
    _rule(box, on=provider, do=do)
    before = box.seq()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        SEND[provider](box)
    entries = box.log(before)
    assert [entry["kind"] for entry in entries] == [kind]
    assert SEND[provider](box)[0] == TAKEN[provider]


def test_a_request_that_was_cut_after_it_was_taken_still_has_its_events(box: Box, receiver: Receiver) -> None:
    _rule(box, on="sendgrid", do="cut_after_accept")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        _mail(box)
    box.idle()
    assert [(event["event"], event["outreach_id"]) for event in receiver.events] == [
        ("processed", "id-ann@example.org"),
        ("delivered", "id-ann@example.org"),
    ]


def test_a_rule_can_wait_and_can_mean_one_recipient(box: Box) -> None:
    _rule(box, on="twilio", do="status", skip=1, to=ANN)
    other = {**FORM, "To": "+14045550124"}
    answers = [box.text(form)[0] for form in (FORM, other, other, FORM, FORM)]
    assert answers == [201, 201, 201, 500, 201]


def test_a_probability_with_a_seed_strikes_the_same_requests_every_time(box: Box) -> None:
    runs = []
    for _ in range(2):
        rule = _rule(box, on="twilio", do="status", probability=0.5, seed=11)
        runs.append([box.text(FORM)[0] for _ in range(12)])
        box.ask(f"/sandbox/misbehave/{rule['id']}", method="DELETE")
    assert runs[0] == runs[1]
    assert set(runs[0]) == {201, 500}


def test_webhooks_can_be_late(box: Box, receiver: Receiver) -> None:
    _rule(box, on="events", do="late", delay_ms=250)
    begun = monotonic()
    _mail(box)
    assert box.get("/sandbox/idle")["pending"]["events"] == 2
    box.idle()
    assert monotonic() - begun >= 0.25
    assert len(receiver.events) == 2


def test_webhooks_can_come_twice(box: Box, receiver: Receiver) -> None:
    _rule(box, on="events", do="twice")
    _rule(box, on="status", do="twice", count=2)
    _rule(box, on="inbound", do="twice")
    _mail(box)
    box.idle()
    box.text({**FORM, "StatusCallback": receiver.base + CALLBACK_PATH})
    box.idle()
    box.ask("/sandbox/reply", {"from": ANN, "body": "Hello", "to": OWN})
    assert [event["event"] for event in receiver.events] == ["processed", "delivered"] * 2
    assert receiver.events[0]["sg_event_id"] == receiver.events[2]["sg_event_id"]
    assert receiver.statuses == ["sent", "sent", "delivered", "delivered"]
    inbound = [hook.form["MessageSid"] for hook in receiver.hooks if hook.path == "/hooks/twilio/inbound/"]
    assert len(inbound) == 2 and len(set(inbound)) == 1


def test_webhooks_can_come_out_of_order(box: Box, receiver: Receiver) -> None:
    _rule(box, on="events", do="shuffle", seed=3)
    _rule(box, on="status", do="shuffle", count=2)
    box.mail(letter(*(f"s{n}@example.org" for n in range(20))))
    box.text({**FORM, "StatusCallback": receiver.base + CALLBACK_PATH})
    box.idle()
    seen = [(event["email"], event["event"]) for event in receiver.events]
    assert len(set(seen)) == 40
    assert seen != [(f"s{n}@example.org", name) for n in range(20) for name in ("processed", "delivered")]
    assert receiver.statuses == ["delivered", "sent"]


def test_webhooks_can_be_lost(box: Box, receiver: Receiver) -> None:
    """Off means lost: nothing is owed any more, and the list of postings says so."""
    for on in ("events", "status", "inbound"):
        _rule(box, on=on, do="off", count=None)
    _mail(box)
    box.text({**FORM, "StatusCallback": receiver.base + CALLBACK_PATH})
    box.ask("/sandbox/reply", {"from": ANN, "body": "Lost words", "to": OWN})
    box.idle()
    assert receiver.hooks == []
    lost = [json.loads(line) for line in box.call("GET", "/sandbox/postings.jsonl")[2].splitlines()][-1]
    assert (lost["status"], lost["final"], "withheld" in lost["say"]) == (None, True, True)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        pytest.param({"on": "smtp", "do": "status"}, "on must be one of", id="where"),
        pytest.param({"on": "events", "do": "garbage"}, "do must be one of", id="what"),
        pytest.param({"on": "twilio", "do": "status", "colour": 1}, "unknown: colour", id="unknown"),
        pytest.param({"on": "twilio", "do": "delay"}, "delay_ms says how long", id="no-delay"),
        pytest.param({"on": "twilio", "do": "status", "count": "3"}, "count cannot be", id="count-as-text"),
        pytest.param({"on": "twilio", "do": "status", "probability": 2}, "from 0 to 1", id="probability"),
        pytest.param({"on": "twilio", "do": "status", "status": 429, "accept": True}, "nothing was taken", id="429"),
        pytest.param({"on": "twilio", "do": "status", "status": 99}, "200 to 599", id="status"),
    ],
)
def test_a_rule_that_cannot_be_understood_is_refused_with_a_cure(box: Box, rule: dict[str, Any], words: str) -> None:
    status, said = box.ask("/sandbox/misbehave", rule)
    assert (status, words in said["error"]) == (400, True)
    assert box.get("/sandbox/misbehave")["rules"] == []
