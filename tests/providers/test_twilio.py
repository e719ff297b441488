"""Twilio's Messages resource, against small servers with faults and against the sandbox."""

from __future__ import annotations

import base64
import json
import logging
import threading
import traceback
import uuid
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from outreach.providers.base import Accepted, Busy, ListUnavailable, Rejected, TextBatch, Unclear, Unreachable
from outreach.providers.twilio import Twilio
from tests.providers.cases import SECRET, HttpCases, keys, text_batch
from tests.providers.conftest import Sandbox
from tests.providers.servers import CLOSE, Wire, http, web

SID = "AC" + "0" * 32
SINCE = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def as_json(status: int, /, **answer: Any) -> bytes:
    return http(status, json.dumps(answer).encode(), Content_Type="application/json")


TAKEN = as_json(201, sid="SM1", status="queued", error_code=None)


class TestContract(HttpCases):
    def provider(self, host: str, port: int, *, seconds: float = 5.0) -> Twilio:
        return Twilio(f"http://{host}:{port}", SID, SECRET, connect_seconds=seconds, read_seconds=seconds)

    def batch(self, people: int = 3) -> TextBatch:
        return text_batch(people)

    def well(self) -> AbstractContextManager[Wire]:
        return web(TAKEN)


def send(server: Wire, batch: TextBatch, **options: Any) -> list[Any]:
    return list(Twilio(server.url, SID, SECRET, **options).send(batch).values())


def test_a_request_is_a_form_with_our_key_in_the_callback_alone() -> None:
    batch = text_batch(1, messaging_service="MG" + "1" * 32)
    with web(TAKEN) as server:
        send(server, batch)
    request, message = server.requests[0], batch.messages[0]
    assert request.start == f"POST /2010-04-01/Accounts/{SID}/Messages.json HTTP/1.1"
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == f"{SID}:{SECRET}".encode()
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "transfer-encoding" not in request.headers
    assert parse_qs(request.body.decode()) == {
        "To": [message.to],
        "From": ["+14045550100"],
        "MessagingServiceSid": ["MG" + "1" * 32],
        "Body": [message.body],
        "StatusCallback": [message.status_callback],
        "ValidityPeriod": ["600"],
    }


@pytest.mark.parametrize(("seconds", "said"), [(0, "1"), (36_000, "36000"), (99_999, "36000")])
def test_the_validity_period_stays_within_what_twilio_allows(seconds: int, said: str) -> None:
    batch = text_batch(1)
    batch = replace(batch, messages=(replace(batch.messages[0], validity_seconds=seconds),))
    with web(TAKEN) as server:
        send(server, batch)
    assert parse_qs(server.requests[0].body.decode())["ValidityPeriod"] == [said]


def test_text_of_any_script_arrives_whole() -> None:
    batch = text_batch(1)
    body = "¡Ánimo! 50 % & más = 👍 +1"
    with web(TAKEN) as server:
        send(server, replace(batch, messages=(replace(batch.messages[0], body=body),)))
    assert parse_qs(server.requests[0].body.decode())["Body"] == [body]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        *[
            pytest.param(
                as_json(400, code=code), Rejected(str(code), f"Twilio refused the text (error {code})."), id=f"{code}"
            )
            for code in (21610, 21211, 21614, 21635, 21612, 21408, 30034, 99999)
        ],
        *[
            pytest.param(
                as_json(400, code=code),
                Unreachable(f"Twilio refused the account, its token or the sender ({code}).", stop=True),
                id=f"{code}: the sender's fault, nobody is given up for it",
            )
            for code in (21606, 21608, 21659, 21701)
        ],
        pytest.param(
            http(400, b"<html>"),
            Unreachable("Twilio answered 400; is TWILIO_BASE_URL right?", stop=True),
            id="400 in foreign words",
        ),
        pytest.param(as_json(400, code=21611), Busy(900.0), id="queue full: nothing was created"),
        pytest.param(as_json(429, code=20429), Busy(5.0), id="429"),
        pytest.param(as_json(400, code=20429), Busy(5.0), id="20429"),
        pytest.param(as_json(500, code=20500), Unclear("Twilio answered 500."), id="500"),
        pytest.param(as_json(400, code=20500), Unclear("Twilio answered 400."), id="20500"),
        pytest.param(
            as_json(201, sid="SM1", status="failed", error_code=30034),
            Rejected("30034", "Twilio took the text and could not send it (error 30034)."),
            id="created and failed at once",
        ),
        pytest.param(as_json(201, sid="SM1", status="accepted"), Accepted("SM1"), id="accepted"),
        pytest.param(as_json(200, sid=7), Unclear("Twilio's answer cannot be read."), id="sid is no text"),
        pytest.param(http(201, b'["sid"]'), Unclear("Twilio's answer cannot be read."), id="no object"),
    ],
)
def test_each_answer_has_its_outcome(answer: bytes, outcome: Any) -> None:
    with web(answer) as server:
        assert send(server, text_batch(1)) == [outcome]


@pytest.mark.parametrize(
    "answer", [as_json(401, code=20003), as_json(403, code=20005), as_json(404, code=20404), as_json(400, code=30002)]
)
def test_a_wrong_account_stops(answer: bytes) -> None:
    with web(answer) as server:
        outcomes = send(server, text_batch(20), in_flight=1)
        assert len(server.requests) == 1  # the others would meet the same
    assert all(isinstance(o, Unreachable) and o.stop for o in outcomes)


def test_without_a_sender_nothing_is_called() -> None:
    with web(TAKEN) as server:
        outcomes = send(server, text_batch(2, sender_number=None))
    assert all(isinstance(o, Unreachable) and o.stop for o in outcomes) and not server.requests


def test_a_refused_person_stops_nobody_else() -> None:
    with web(TAKEN, as_json(400, code=21610), TAKEN) as server:
        outcomes = send(server, text_batch(5), in_flight=1)
    assert [type(o) for o in outcomes] == [Accepted, Rejected, Accepted, Accepted, Accepted]


def test_after_too_many_requests_the_rest_waits_without_being_tried() -> None:
    with web(TAKEN, as_json(429, code=20429), TAKEN) as server:
        outcomes = send(server, text_batch(5), in_flight=1)
        assert len(server.requests) == 2
    assert [type(o) for o in outcomes] == [Accepted, Busy, Busy, Busy, Busy]


def test_a_text_that_cannot_be_encoded_is_refused_alone() -> None:
    batch = text_batch(2)
    batch = replace(batch, messages=(replace(batch.messages[0], body="\ud800"), batch.messages[1]))
    with web(TAKEN) as server:
        assert [type(o) for o in send(server, batch)] == [Rejected, Accepted]


def test_a_batch_uses_at_most_so_many_connections_and_keeps_them() -> None:
    with web(TAKEN) as server:
        provider = Twilio(server.url, SID, SECRET, in_flight=7)
        for _ in range(2):
            assert {type(o) for o in provider.send(text_batch(50)).values()} == {Accepted}
        assert server.connections <= 7 and len(server.requests) == 100


def test_threads_share_one_provider() -> None:
    with web(TAKEN) as server:
        provider = Twilio(server.url, SID, SECRET, in_flight=5)
        outcomes: list[Any] = []
        threads = [
            threading.Thread(target=lambda: outcomes.extend(provider.send(text_batch(20)).values())) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert outcomes == [Accepted("SM1")] * 80 and server.connections <= 5


def item(**changes: Any) -> dict[str, Any]:
    return {
        "sid": "SM" + uuid.uuid4().hex,
        "body": "words",
        "date_created": "Mon, 02 Mar 2026 15:04:05 +0000",
        "date_sent": None,
        "direction": "outbound-api",
        "status": "queued",
        "from": "+14045550100",
        "to": "+14045550101",
        "messaging_service_sid": None,
    } | changes


def page(*items: Any, following: Any = None) -> bytes:
    return as_json(200, messages=list(items), next_page_uri=following)


def test_the_list_of_sent_texts_is_read_to_its_last_page() -> None:
    following = f"/2010-04-01/Accounts/{SID}/Messages.json?To=%2B14045550101&PageSize=1000&Page=1&PageToken=PASM1"
    first, second = item(date_created="Mon, 02 Mar 2026 10:04:05 -0500"), item(status="delivered")
    old, inbound = item(date_created="Mon, 02 Mar 2026 14:59:59 +0000"), item(direction="inbound")
    with web(page(first, old, inbound, 7, item(date_created="nonsense"), following=following), page(second)) as server:
        listed = Twilio(server.url, SID, SECRET).list_sent(to="+14045550101", since=SINCE)
    assert [one.provider_id for one in listed] == [first["sid"], second["sid"]]
    assert listed[0].at == datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC)
    assert (listed[0].body, listed[0].status, listed[0].to) == ("words", "queued", "+14045550101")
    asked = parse_qs(urlsplit(server.requests[0].start.split()[1]).query)
    assert asked == {"To": ["+14045550101"], "PageSize": ["1000"]}  # no date: what is not yet sent has no date_sent
    assert server.requests[1].start == f"GET {following} HTTP/1.1"


def test_inbound_texts_come_oldest_first() -> None:
    late = item(direction="inbound", body="STOP", **{"from": "+14045550101"}, to="+14045550100")
    early = item(direction="inbound", date_created="Mon, 02 Mar 2026 15:00:00 +0000")
    with web(page(late, item(), early)) as server:
        listed = Twilio(server.url, SID, SECRET).list_inbound(since=SINCE, to="+14045550100")
    assert [one.provider_id for one in listed] == [early["sid"], late["sid"]]
    assert (listed[1].from_number, listed[1].to_number, listed[1].body) == ("+14045550101", "+14045550100", "STOP")
    assert listed[0].at == SINCE
    asked = parse_qs(urlsplit(server.requests[0].start.split()[1]).query)
    assert asked == {"DateSent>": ["2026-03-02T14:59:00Z"], "To": ["+14045550100"], "PageSize": ["1000"]}


LOOP = f"/2010-04-01/Accounts/{SID}/Messages.json?Page=1"


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(CLOSE, id="closed"),
        pytest.param(http(500), id="500"),
        pytest.param(as_json(401, code=20003), id="401"),
        pytest.param(http(200, b"<html>"), id="garbage"),
        pytest.param(as_json(200, messages=None), id="no messages"),
        pytest.param(http(200, b'{"messages": [', length=99999), id="breaks off"),
        pytest.param(page(item(), following=LOOP), id="pages in a circle"),
        pytest.param(page(item(), following="https://evil.example.net/2010-04-01/x"), id="next page elsewhere"),
        pytest.param(page(item(), following="//evil.example.net/2010-04-01/x"), id="next page on another host"),
        pytest.param(page(item(), following="@evil.example.net/2010-04-01/x"), id="next page behind a login"),
    ],
)
def test_a_list_that_cannot_be_read_to_its_end_is_no_list(act: bytes | str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with web(act) as server:
        provider, number = Twilio(server.url, SID, SECRET), "+14045550101"
        with pytest.raises(ListUnavailable) as caught:
            provider.list_sent(to=number, since=SINCE)
        with pytest.raises(ListUnavailable):
            provider.list_inbound(since=SINCE)
    assert number[2:] not in "".join(traceback.format_exception(caught.value)) + caplog.text


@pytest.mark.parametrize("form", ["@127.0.0.1:{}/2010-04-01/x", "http://127.0.0.1:{}/2010-04-01/x"])
def test_the_login_never_goes_where_an_answer_points(form: str) -> None:
    with web(page(item())) as stranger, web(page(item(), following=form.format(stranger.port))) as server:
        with pytest.raises(ListUnavailable):
            Twilio(server.url, SID, SECRET).list_sent(to="+14045550101", since=SINCE)
        assert not stranger.requests


def test_a_naive_moment_is_refused() -> None:
    provider = Twilio("http://127.0.0.1:1", SID, SECRET)
    with pytest.raises(ValueError, match="aware"):
        provider.list_sent(to="+14045550101", since=SINCE.replace(tzinfo=None))
    with pytest.raises(ValueError, match="aware"):
        provider.list_inbound(since=SINCE.replace(tzinfo=None))


def at_sandbox(sandbox: Sandbox) -> Twilio:
    return Twilio(sandbox.url, sandbox.account_sid, sandbox.auth_token)


def test_the_sandbox_takes_a_batch_and_lists_it(sandbox: Sandbox) -> None:
    started = datetime.now(UTC) - timedelta(seconds=2)
    batch, provider = text_batch(20), at_sandbox(sandbox)
    outcomes = provider.send(batch)
    assert {type(o) for o in outcomes.values()} == {Accepted}
    accepted = [row["key"] for row in sandbox.witnessed() if row["kind"] == "accepted"]
    assert all(accepted.count(key) == 1 for key in keys(batch))
    listed = {one.provider_id: one for one in provider.list_sent(to=batch.messages[0].to, since=started)}
    mine = outcomes[batch.messages[0].key]
    assert isinstance(mine, Accepted) and listed[mine.provider_id].body == batch.messages[0].body


@pytest.mark.parametrize(("number", "code"), [("+15005550001", "21211"), ("+15005550009", "21614")])
def test_the_sandbox_refuses_numbers_by_code(sandbox: Sandbox, number: str, code: str) -> None:
    batch = text_batch(1)
    batch = replace(batch, messages=(replace(batch.messages[0], to=number),))
    (outcome,) = at_sandbox(sandbox).send(batch).values()
    assert isinstance(outcome, Rejected) and outcome.code == code


def test_a_reply_stands_in_the_list_of_inbound_texts(sandbox: Sandbox) -> None:
    started = datetime.now(UTC) - timedelta(seconds=2)
    at_sandbox(sandbox).send(text_batch(1))
    sandbox.act("reply", **{"from": "+14045550101", "body": "how are you?"})
    found = at_sandbox(sandbox).list_inbound(since=started, to="+14045550100")
    assert ("+14045550101", "+14045550100", "how are you?") in [(o.from_number, o.to_number, o.body) for o in found]


@pytest.mark.parametrize(
    ("wish", "kind", "taken"),
    [
        ({"do": "cut_after_accept"}, Unclear, True),
        ({"do": "cut_before_accept"}, Unclear, False),
        ({"do": "garbage"}, Unclear, True),
        ({"do": "status", "status": 500, "accept": True}, Unclear, True),
        ({"do": "status", "status": 429, "retry_after": 9}, Busy, False),
    ],
    ids=lambda value: str(value),
)
def test_whatever_the_sandbox_did_no_taken_text_is_called_lost(
    sandbox: Sandbox, wish: dict[str, Any], kind: type, taken: bool
) -> None:
    sandbox.act("misbehave", on="twilio", **wish)
    batch = text_batch(1)
    outcomes = at_sandbox(sandbox).send(batch)
    assert {type(o) for o in outcomes.values()} == {kind}
    accepted = {row["key"] for row in sandbox.witnessed() if row["kind"] == "accepted"}
    assert (set(keys(batch)) <= accepted) is taken
