"""What every provider must do, whatever it talks to. A provider's test class inherits these and says how to build it."""

from __future__ import annotations

import logging
import os
import re
import time
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest

from outreach.providers.base import (
    NOT_NOW,
    Accepted,
    Busy,
    EmailBatch,
    EmailRecipient,
    Outcome,
    TextBatch,
    TextMessage,
    Unclear,
    Unreachable,
)
from outreach.providers.gate import Gate
from tests.providers.servers import CLOSE, GARBAGE, HANG, RESET, TRICKLE, Wire, closed_port, deaf, http, web

SECRET = "tok-5b1f-secret"
NAME = "Rosalind"


def email_batch(people: int = 3, **changes: Any) -> EmailBatch:
    """An email to person0 … on example.org, with one mark in both parts."""
    recipients = tuple(
        EmailRecipient(
            key=uuid.uuid4().hex,
            to=f"person{number}@example.org",
            subject=f"Hello {NAME}",
            substitutions={"-o1f3:greeting-": f"Dear {NAME}"},
            headers={"List-Unsubscribe": f"<https://example.org/u/{SECRET}>"},
        )
        for number in range(people)
    )
    values: dict[str, Any] = {
        "batch_key": uuid.uuid4().hex,
        "from_name": "Test Centre",
        "from_address": "notes@centre.example.org",
        "reply_to": "office@centre.example.org",
        "subject": "Notes",
        "text": "-o1f3:greeting-,\n\nwords\n",
        "html": "<p>-o1f3:greeting-</p>",
        "recipients": recipients,
    }
    return EmailBatch(**(values | changes))


def text_batch(people: int = 3, **changes: Any) -> TextBatch:
    """A text to +1 404 555 0101 …"""
    messages = tuple(
        TextMessage(
            key=(key := uuid.uuid4().hex),
            to=f"+140455501{number:02d}",
            body=f"Hello {NAME}",
            status_callback=f"https://example.org/hooks/twilio/status/{key}/",
            validity_seconds=600,
        )
        for number in range(1, people + 1)
    )
    values: dict[str, Any] = {"batch_key": uuid.uuid4().hex, "sender_number": "+14045550100", "messages": messages}
    return TextBatch(**(values | changes))


def keys(batch: EmailBatch | TextBatch) -> list[str]:
    """The keys of a batch, in order."""
    people = batch.recipients if isinstance(batch, EmailBatch) else batch.messages
    return [person.key for person in people]


class ProviderCases:
    """`provider(host, port, read_seconds)` builds it; `batch(n)` makes work; `well()` is a server that takes everything."""

    def provider(self, host: str, port: int, *, seconds: float = 5.0) -> Any:
        raise NotImplementedError

    def batch(self, people: int = 3) -> Any:
        raise NotImplementedError

    def well(self) -> AbstractContextManager[Wire]:
        raise NotImplementedError

    def test_a_well_behaved_server_takes_every_one(self) -> None:
        batch = self.batch()
        with self.well() as server:
            outcomes = self.provider("127.0.0.1", server.port).send(batch)
        assert list(outcomes) == keys(batch)
        assert all(isinstance(outcome, Accepted) and outcome.provider_id for outcome in outcomes.values())

    def test_nobody_is_nothing(self) -> None:
        assert self.provider("127.0.0.1", closed_port()).send(self.batch(0)) == {}

    @pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
    def test_a_server_that_is_not_there_took_nothing(self, host: str) -> None:
        batch = self.batch()
        outcomes = self.provider(host, closed_port()).send(batch)
        assert sorted(outcomes) == sorted(keys(batch))
        assert all(isinstance(outcome, Unreachable) for outcome in outcomes.values())

    def test_a_connection_that_never_comes_about_took_nothing(self) -> None:
        batch = self.batch()
        with deaf() as port:
            outcomes = self.provider("127.0.0.1", port, seconds=0.2).send(batch)
        assert sorted(outcomes) == sorted(keys(batch))
        assert all(isinstance(outcome, Unreachable) for outcome in outcomes.values())

    def test_connections_are_kept_between_batches(self) -> None:
        with self.well() as server:
            provider = self.provider("127.0.0.1", server.port)
            for _ in range(3):
                provider.send(self.batch(1))
            assert server.connections == 1

    def test_a_forked_child_opens_connections_of_its_own(self) -> None:
        with self.well() as server:
            provider = self.provider("127.0.0.1", server.port)
            provider.send(self.batch(1))
            child = os.fork()
            if child == 0:  # nothing of pytest may run here
                good = False
                try:
                    good = all(isinstance(o, Accepted) for o in provider.send(self.batch(1)).values())
                finally:
                    os._exit(0 if good else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert server.connections == 2
            assert all(isinstance(o, Accepted) for o in provider.send(self.batch(1)).values())
            assert server.connections == 2

    def test_a_connection_the_server_closed_while_idle_is_no_loss(self) -> None:
        """The server is gone and so is the kept connection: that is noticed before anything is handed over."""
        with self.well() as first:
            provider = self.provider("127.0.0.1", first.port)
            provider.send(self.batch(1))
        batch = self.batch(1)
        assert all(isinstance(outcome, Unreachable) for outcome in provider.send(batch).values())

    def test_what_the_gate_lets_begin_is_noted_and_not_before_its_time(self) -> None:
        batch = self.batch()
        starts = [time.monotonic() + 0.05 * place for place in range(3)]
        gate = Gate(starts, 60)
        with self.well() as server:
            outcomes = self.provider("127.0.0.1", server.port).send(batch, gate)
        assert all(isinstance(outcome, Accepted) for outcome in outcomes.values())
        noted = [began for began in gate.began if began is not None]
        assert noted
        assert all(began >= start for start, began in zip(starts, noted, strict=False))
        assert all(answered >= began for began, answered in zip(noted, gate.answered, strict=False) if answered)

    @pytest.mark.parametrize("why", ["too late", "the lock is gone"])
    def test_what_the_gate_does_not_let_begin_is_never_handed_over(self, why: str) -> None:
        batch = self.batch()
        gate = Gate([time.monotonic() - 10] * 3, 5) if why == "too late" else Gate([0.0], 1e9, lambda: False)
        with self.well() as server:
            outcomes = self.provider("127.0.0.1", server.port).send(batch, gate)
            assert not server.requests
        assert set(outcomes.values()) == {NOT_NOW}
        assert sorted(outcomes) == sorted(keys(batch))
        assert set(gate.began) == {None}


class HttpCases(ProviderCases):
    """Faults of HTTP: `url(port)` style providers on real sockets."""

    @pytest.mark.parametrize(
        "act",
        [
            pytest.param(CLOSE, id="closed after the request"),
            pytest.param(RESET, id="reset after the request"),
            pytest.param(HANG, id="no answer in time"),
            pytest.param(TRICKLE, id="an answer that trickles in"),
            pytest.param(GARBAGE, id="garbage status line"),
            pytest.param(http(500), id="500"),
            pytest.param(http(503, b"<html>"), id="503 of something between"),
            pytest.param(http(408), id="408"),
            pytest.param(http(200, b"<html>\xff"), id="200 with garbage"),
            pytest.param(http(202), id="202 without an id"),
            pytest.param(http(200, b'{"si', length=99999), id="200 that breaks off"),
        ],
    )
    def test_what_may_have_been_taken_is_unclear(self, act: bytes | str) -> None:
        batch = self.batch()
        with web(act) as server:
            outcomes = self.provider("127.0.0.1", server.port, seconds=0.3).send(batch)
            calls = [request.body for request in server.requests]
        assert sorted(outcomes) == sorted(keys(batch))
        assert {type(outcome) for outcome in outcomes.values()} == {Unclear}
        assert len(calls) == len(set(calls))  # no call twice

    @pytest.mark.parametrize(
        ("act", "after"),
        [
            pytest.param(http(429, Retry_After="7"), 7.0, id="seconds"),
            pytest.param(http(429, Retry_After="0"), 1.0, id="at least a second"),
            pytest.param(http(429, Retry_After="999999"), 3600.0, id="at most an hour"),
            pytest.param(http(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), 1.0, id="a date that is over"),
            pytest.param(http(429, X_RateLimit_Reset="99999999999"), 3600.0, id="reset far ahead"),
            pytest.param(http(429, Retry_After="soon", X_RateLimit_Reset="nan"), 5.0, id="unreadable"),
            pytest.param(http(429), 5.0, id="not said"),
            pytest.param(http(429, b"x", length=99999, Retry_After="7"), 7.0, id="body breaks off"),
        ],
    )
    def test_too_many_requests_says_how_long_to_wait(self, act: bytes, after: float) -> None:
        with web(act) as server:
            outcomes = self.provider("127.0.0.1", server.port).send(self.batch())
        assert set(outcomes.values()) == {Busy(after)}

    @pytest.mark.parametrize("status", [401, 302, 307, 404, 405])
    def test_a_wrong_key_or_address_stops_until_a_person_looks(self, status: int) -> None:
        with web(http(status, Location="http://127.0.0.1:1/")) as server:
            outcomes = self.provider("127.0.0.1", server.port).send(self.batch())
        assert all(isinstance(o, Unreachable) and o.stop for o in outcomes.values())

    @pytest.mark.parametrize(
        "act", [CLOSE, GARBAGE, http(500), http(401), http(429), http(400, b"person0@example.org")]
    )
    def test_nobody_is_named_in_outcomes_or_logs(self, act: bytes | str, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        batch = self.batch()
        with web(act) as server:
            outcomes = self.provider("127.0.0.1", server.port).send(batch)
        assert_silent(outcomes, caplog.text)


def assert_silent(outcomes: Mapping[str, Outcome], logged: str) -> None:
    """No name, address, number or token in what is said."""
    said = logged + repr(list(outcomes.values()))
    assert not re.search(rf"{NAME}|{SECRET}|person\d|\+1404555|Hello|Dear", said)
