"""SendGrid's Email Activity feed, against small servers with faults and against the sandbox."""

from __future__ import annotations

import json
import logging
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from outreach.providers.base import Accepted, ListedEmail, ListUnavailable
from outreach.providers.sendgrid import SendGrid
from tests.providers.cases import SECRET, email_batch
from tests.providers.conftest import Sandbox
from tests.providers.servers import CLOSE, GARBAGE, HANG, RESET, TRICKLE, closed_port, http, web

KEY = "0b7db67b1a3748559d6628bd9dda4de9"
AT = datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC)


def row(**changes: Any) -> dict[str, Any]:
    """A row as the API shows it."""
    return {
        "from_email": "notes@centre.example.org",
        "msg_id": "abcDEF123.recvd-7c9f-1-5F.0",
        "subject": "Notes",
        "to_email": "person0@example.org",
        "status": "delivered",
        "opens_count": 0,
        "clicks_count": 0,
        "last_event_time": "2026-03-02T15:04:05Z",
        **changes,
    }


def answer(*rows: Any) -> bytes:
    return http(200, json.dumps({"messages": list(rows)}).encode())


def test_one_question_with_the_key_and_no_address_lists_a_whole_batch() -> None:
    with web(answer(row(), row(to_email="person1@example.org", last_event_time="2026-03-02T10:04:05-05:00"))) as server:
        listed = SendGrid(server.url, SECRET).list_batch(KEY)
        (request,) = server.requests
    assert listed == [ListedEmail(provider_id="abcDEF123", to=f"person{n}@example.org", at=AT) for n in range(2)]
    method, target, _ = request.start.split()
    assert (method, urlsplit(target).path) == ("GET", "/v3/messages")
    assert not set("\"'[]() ") & set(target)
    asked = parse_qs(urlsplit(target).query, strict_parsing=True)
    assert asked == {"query": [f"(unique_args['outreach_batch']=\"{KEY}\")"], "limit": ["1000"]}
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert "person" not in repr(listed)


@pytest.mark.parametrize(
    "bad",
    [
        7,
        row(msg_id=None),
        row(msg_id=".filter"),
        row(msg_id="with\0zero.1"),
        row(msg_id="x" * 5_000),
        row(to_email=7),
        row(last_event_time=None),
        row(last_event_time="yesterday"),
        row(last_event_time="0001-01-01T00:00:00+14:00"),
    ],
    ids=str,
)
def test_a_row_that_cannot_be_read_proves_nothing_and_hides_no_other(bad: Any) -> None:
    good = row(to_email="person9@example.org")
    with web(answer(bad, good)) as server:
        assert [one.to for one in SendGrid(server.url, SECRET).list_batch(KEY)] == ["person9@example.org"]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(CLOSE, id="closed"),
        pytest.param(RESET, id="reset"),
        pytest.param(HANG, id="no answer in time"),
        pytest.param(TRICKLE, id="an answer that trickles in"),
        pytest.param(GARBAGE, id="garbage status line"),
        pytest.param(http(500), id="500"),
        pytest.param(http(400, b'{"errors": [{"message": "person0@example.org"}]}'), id="400"),
        pytest.param(http(302, Location="http://127.0.0.1:1/"), id="sent elsewhere"),
        pytest.param(http(202), id="202"),
        pytest.param(http(200, b"<html>\xff"), id="garbage"),
        pytest.param(http(200, b"[]"), id="a list"),
        pytest.param(http(200, b'{"messages": null}'), id="no messages"),
        pytest.param(http(200, b'{"messages": {"person0@example.org": 1}}'), id="messages of another kind"),
        pytest.param(http(200, b'{"messages": [', length=99999), id="breaks off"),
        pytest.param(http(200, b" " * (4 * 1024 * 1024) + b'{"messages": []}'), id="endless"),
    ],
)
def test_a_feed_that_cannot_be_read_is_no_list(act: bytes | str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with web(act) as server:
        provider = SendGrid(server.url, SECRET, connect_seconds=0.3, read_seconds=0.3)
        with pytest.raises(ListUnavailable) as caught:
            provider.list_batch(KEY)
        assert len(server.requests) <= 2  # a question that met a closed connection may be asked once more
    assert caught.value.after_seconds == 0
    said = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "person0" not in said and SECRET not in said


def test_a_feed_that_is_not_there_is_no_list() -> None:
    with pytest.raises(ListUnavailable):
        SendGrid(f"http://127.0.0.1:{closed_port()}", SECRET).list_batch(KEY)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_account_without_the_feed_is_left_alone_for_an_hour(status: int) -> None:
    with web(http(status)) as server, pytest.raises(ListUnavailable) as caught:
        SendGrid(server.url, SECRET).list_batch(KEY)
    assert caught.value.after_seconds == 3600


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        (lambda: {"Retry_After": "70"}, 70, 70),
        (lambda: {"X_RateLimit_Reset": str(int(time.time()) + 900)}, 600, 901),
        (dict, 1, 60),
        (lambda: {"Retry_After": "999999"}, 3600, 3600),
    ],
    ids=["retry-after", "reset", "not said", "bounded"],
)
def test_too_many_questions_say_how_long_to_wait(
    headers: Callable[[], dict[str, str]], least: float, most: float
) -> None:
    with web(http(429, **headers())) as server, pytest.raises(ListUnavailable) as caught:
        SendGrid(server.url, SECRET).list_batch(KEY)
    assert least <= caught.value.after_seconds <= most


@pytest.mark.parametrize("key", ["", "abc", KEY.upper() + "G", f'{KEY[:-1]}"', f"{KEY}\n", str(uuid.UUID(KEY))])
def test_what_is_no_key_is_never_asked_for(key: str) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        SendGrid("http://127.0.0.1:1", SECRET).list_batch(key)


def test_the_sandbox_lists_what_it_took_of_a_batch_and_nothing_else(sandbox: Sandbox) -> None:
    provider, batch = SendGrid(sandbox.url, sandbox.api_key), email_batch(20)
    (taken,) = set(provider.send(batch).values())
    provider.send(email_batch(3))
    assert isinstance(taken, Accepted)
    listed = provider.list_batch(batch.batch_key)
    assert sorted(one.to for one in listed) == sorted(person.to for person in batch.recipients)
    assert {one.provider_id for one in listed} == {taken.provider_id}
    assert provider.list_batch(uuid.uuid4().hex) == []


@pytest.mark.parametrize(
    "wish",
    [{"do": "status", "status": 403}, {"do": "status", "status": 429, "retry_after": 9}, {"do": "garbage"}],
    ids=str,
)
def test_whatever_the_sandboxs_feed_does_is_no_list(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    sandbox.act("misbehave", on="activity", **wish)
    with pytest.raises(ListUnavailable):
        SendGrid(sandbox.url, sandbox.api_key).list_batch(KEY)
    assert SendGrid(sandbox.url, sandbox.api_key).list_batch(KEY) == []


def test_the_sandbox_shows_its_feed_to_nobody_without_the_key(sandbox: Sandbox) -> None:
    with pytest.raises(ListUnavailable, match="401"):
        SendGrid(sandbox.url, "SG.another").list_batch(KEY)
