"""SendGrid's Mail Send, against small servers with faults and against the sandbox."""

from __future__ import annotations

import json
import uuid
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from outreach.providers.base import Accepted, Busy, EmailBatch, EmailRecipient, Rejected, Unclear, Unreachable
from outreach.providers.sendgrid import SendGrid
from tests.providers.cases import SECRET, HttpCases, email_batch, keys
from tests.providers.conftest import Sandbox
from tests.providers.servers import Wire, cut_in_the_middle, http, web

TAKEN = http(202, X_Message_Id="abcDEF123")


class TestContract(HttpCases):
    def provider(self, host: str, port: int, *, seconds: float = 5.0) -> SendGrid:
        return SendGrid(f"http://{host}:{port}/", SECRET, connect_seconds=seconds, read_seconds=seconds)

    def batch(self, people: int = 3) -> EmailBatch:
        return email_batch(people)

    def well(self) -> AbstractContextManager[Wire]:
        return web(TAKEN)


def sent_to(wire: Wire) -> list[Any]:
    return [json.loads(request.body) for request in wire.requests]


def errors(*fields: str | None) -> bytes:
    return json.dumps(
        {"errors": [{"message": "no: person0@example.org", "field": f, "help": None} for f in fields]}
    ).encode()


def test_a_request_carries_opaque_ids_and_turns_all_tracking_off() -> None:
    batch = email_batch(1)
    with web(TAKEN) as server:
        SendGrid(server.url, SECRET).send(batch)
    (mail,), request = sent_to(server), server.requests[0]
    assert request.start == "POST /v3/mail/send HTTP/1.1"
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert "transfer-encoding" not in request.headers
    recipient = batch.recipients[0]
    assert mail["personalizations"] == [
        {
            "to": [{"email": "person0@example.org"}],
            "subject": recipient.subject,
            "headers": recipient.headers,
            "substitutions": recipient.substitutions,
            "custom_args": {"outreach_id": recipient.key, "outreach_batch": batch.batch_key},
        }
    ]
    assert [part["type"] for part in mail["content"]] == ["text/plain", "text/html"]
    assert mail["reply_to"] == {"email": "office@centre.example.org"}
    assert all(setting["enable"] is False for setting in mail["tracking_settings"].values())
    assert not {"categories", "asm", "mail_settings", "custom_args", "send_at"} & set(mail)


def test_a_discreet_person_gets_another_sender_name_from_the_same_address() -> None:
    batch = email_batch(1)
    discreet = replace(batch, recipients=(batch.recipients[0]._replace(from_name="A. Notes"),))
    with web(TAKEN) as server:
        SendGrid(server.url, SECRET).send(discreet)
    assert sent_to(server)[0]["personalizations"][0]["from"] == {"email": batch.from_address, "name": "A. Notes"}


def test_more_than_a_thousand_people_are_several_calls() -> None:
    batch = email_batch(2001)
    with web(TAKEN) as server:
        outcomes = SendGrid(server.url, SECRET).send(batch)
    assert [len(mail["personalizations"]) for mail in sent_to(server)] == [1000, 1000, 1]
    assert list(outcomes) == keys(batch) and set(outcomes.values()) == {Accepted("abcDEF123")}


@pytest.mark.parametrize(("answer", "kind"), [(http(429), Busy), (http(401), Unreachable)])
def test_after_a_refused_call_the_next_one_is_not_made(answer: bytes, kind: type) -> None:
    batch = email_batch(2001)
    with web(TAKEN, answer) as server:
        outcomes = SendGrid(server.url, SECRET).send(batch)
    assert len(server.requests) == 2
    assert [type(outcomes[key]) for key in keys(batch)] == [Accepted] * 1000 + [kind] * 1001


def test_an_unclear_call_says_nothing_about_the_next_one() -> None:
    batch = email_batch(1001)
    with web(http(500), TAKEN) as server:
        outcomes = SendGrid(server.url, SECRET).send(batch)
    assert [type(outcomes[key]) for key in keys(batch)] == [Unclear] * 1000 + [Accepted]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"substitutions": {"-m-": "x" * 9_998}}, "too_large", id="too many words"),
        pytest.param({"substitutions": {"-m-": "é" * 5_000}}, "too_large", id="counted in bytes"),
        pytest.param({"headers": {"X-A": "b\r\nBcc: c"}}, "invalid_request", id="line break in a header"),
        pytest.param({"headers": {"reply-TO": "b"}}, "invalid_request", id="reserved header"),
        pytest.param({"subject": "\ud800"}, "invalid_request", id="lone surrogate"),
        pytest.param({"to": "PERSON0@example.org"}, "same_address", id="same address again"),
    ],
)
def test_what_would_spoil_the_call_for_all_is_refused_for_one(change: dict[str, Any], code: str) -> None:
    batch = email_batch(3)
    spoiled = batch.recipients[1]._replace(**change)
    batch = replace(batch, recipients=(batch.recipients[0], spoiled, batch.recipients[2]))
    with web(TAKEN) as server:
        outcomes = SendGrid(server.url, SECRET).send(batch)
    first, second, third = (outcomes[key] for key in keys(batch))
    assert isinstance(second, Rejected) and second.code == code
    assert isinstance(first, Accepted) and isinstance(third, Accepted)


def test_ten_thousand_bytes_of_own_words_are_allowed() -> None:
    batch = email_batch(1)
    batch = replace(batch, recipients=(batch.recipients[0]._replace(substitutions={"-m-": "x" * 9_997}),))
    with web(TAKEN) as server:
        assert set(SendGrid(server.url, SECRET).send(batch).values()) == {Accepted("abcDEF123")}


def test_words_that_cannot_be_sent_in_the_email_itself_refuse_all() -> None:
    batch = email_batch(2, text="\udfff")
    with web(TAKEN) as server:
        outcomes = SendGrid(server.url, SECRET).send(batch)
    assert all(isinstance(o, Rejected) for o in outcomes.values()) and not server.requests


@pytest.mark.parametrize("status", [400, 413])
@pytest.mark.parametrize("field", ["personalizations.1.to.0.email", "personalizations[1].to[0].email"])
def test_a_named_recipient_is_refused_and_the_others_were_not_taken(status: int, field: str) -> None:
    batch = email_batch(3)
    with web(http(status, errors(field))) as server:
        outcomes = SendGrid(server.url, SECRET).send(batch)
    first, second, third = (outcomes[key] for key in keys(batch))
    assert isinstance(second, Rejected) and second.code == "invalid_address" and "@" not in second.say
    assert isinstance(first, Busy) and isinstance(third, Busy), "not taken, and nothing is wrong with them"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, errors(None), "invalid_request"),
        (400, errors("personalizations"), "invalid_request"),
        (400, errors("personalizations.7.to"), "invalid_request"),
        (413, b"", "too_large"),
    ],
)
def test_a_call_refused_as_a_whole_refuses_all(status: int, body: bytes, code: str) -> None:
    with web(http(status, body)) as server:
        outcomes = SendGrid(server.url, SECRET).send(email_batch(3))
    assert {o.code for o in outcomes.values() if isinstance(o, Rejected)} == {code} and len(outcomes) == 3
    assert "person0" not in repr(outcomes)


@pytest.mark.parametrize("body", [errors("from.email"), errors("reply_to"), b"<html>", b'{"errors": "x"}', b"[]"])
def test_a_refusal_of_the_sender_or_in_foreign_words_gives_nobody_up(body: bytes) -> None:
    with web(http(400, body)) as server:
        outcomes = SendGrid(server.url, SECRET).send(email_batch(3))
    assert [isinstance(o, Unreachable) and o.stop for o in outcomes.values()] == [True] * 3


def test_a_200_means_sandbox_mode_and_nothing_was_sent() -> None:
    with web(http(200)) as server:
        (outcome,) = SendGrid(server.url, SECRET).send(email_batch(1)).values()
    assert outcome == Rejected("sandbox_mode", "SendGrid's sandbox mode is on: the email was checked and not sent.")


def test_a_403_stops() -> None:
    with web(http(403, errors("from"))) as server:
        (outcome,) = SendGrid(server.url, SECRET).send(email_batch(1)).values()
    assert isinstance(outcome, Unreachable) and outcome.stop


def test_a_request_cut_in_its_middle_was_surely_not_taken() -> None:
    """The body is larger than what the sockets can buffer, so its end never left our hands."""
    with cut_in_the_middle(after=100_000) as server:
        outcomes = SendGrid(server.url, SECRET).send(email_batch(2, html="x" * 28_000_000))
    assert {type(o) for o in outcomes.values()} == {Unreachable}


def test_an_accepted_call_whose_answer_breaks_off_is_accepted() -> None:
    with web(http(202, b"x", length=99999, X_Message_Id="abc")) as server:
        assert set(SendGrid(server.url, SECRET).send(email_batch(2)).values()) == {Accepted("abc")}


def test_a_connection_that_rested_too_long_is_not_used_again() -> None:
    with web(TAKEN) as server:
        provider = SendGrid(server.url, SECRET, idle_seconds=0)
        for _ in range(2):
            assert set(provider.send(email_batch(1)).values()) == {Accepted("abcDEF123")}
        assert server.connections == 2


def test_the_sandbox_takes_a_batch_and_knows_our_keys(sandbox: Sandbox) -> None:
    batch = email_batch(20)
    outcomes = SendGrid(sandbox.url, sandbox.api_key).send(batch)
    assert {type(o) for o in outcomes.values()} == {Accepted} and len(set(outcomes.values())) == 1
    witnessed = [row["key"] for row in sandbox.witnessed() if row["kind"] == "accepted"]
    assert sorted(set(witnessed) & set(keys(batch))) == sorted(keys(batch))


def test_the_sandbox_refuses_one_bad_address_by_name(sandbox: Sandbox) -> None:
    batch = email_batch(2)
    bad = EmailRecipient(key=uuid.uuid4().hex, to="no address", subject="x")
    outcomes = SendGrid(sandbox.url, sandbox.api_key).send(replace(batch, recipients=(*batch.recipients, bad)))
    assert [type(o) for o in outcomes.values()] == [Busy, Busy, Rejected]


@pytest.mark.parametrize(
    ("wish", "kind", "taken"),
    [
        ({"do": "cut_after_accept"}, Unclear, True),
        ({"do": "cut_before_accept"}, Unclear, False),
        ({"do": "garbage"}, Unclear, True),
        ({"do": "status", "status": 500, "accept": True}, Unclear, True),
        ({"do": "status", "status": 429, "retry_after": 9}, Busy, False),
        ({"do": "status", "status": 503}, Unclear, False),
    ],
    ids=lambda value: str(value),
)
def test_whatever_the_sandbox_did_no_taken_email_is_called_lost(
    sandbox: Sandbox, wish: dict[str, Any], kind: type, taken: bool
) -> None:
    sandbox.act("misbehave", on="sendgrid", **wish)
    batch = email_batch(2)
    outcomes = SendGrid(sandbox.url, sandbox.api_key).send(batch)
    assert {type(o) for o in outcomes.values()} == {kind}
    accepted = {row["key"] for row in sandbox.witnessed() if row["kind"] == "accepted"}
    assert (set(keys(batch)) <= accepted) is taken
