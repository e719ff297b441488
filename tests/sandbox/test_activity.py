"""SendGrid's Email Activity feed in the sandbox, by its own HTTP: shape, queries, refusals."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.conftest import Box, Receiver, Start, letter


def ask(box: Box, query: str, limit: str | None = None, key: str | None = None) -> tuple[int, Any]:
    path = f"/v3/messages?query={quote(query)}" + (f"&limit={limit}" if limit else "")
    status, _, said = box.call("GET", path, Authorization=f"Bearer {key or box.keys['sendgrid']['api_key']}")
    return status, json.loads(said)


def mailed(box: Box, *addresses: str, **changes: Any) -> str:
    """A letter in a batch of its own; returns the batch's argument."""
    batch = uuid.uuid4().hex
    mail = letter(*addresses, **changes)
    for person in mail["personalizations"]:
        person["custom_args"]["outreach_batch"] = batch
    assert box.mail(mail)[0] == 202
    return batch


def of(batch: str) -> str:
    return f"unique_args['outreach_batch']=\"{batch}\""


def test_a_row_has_the_documented_shape(box: Box) -> None:
    box.ask("/sandbox/clock", {"now": "2026-03-02T15:00:00Z"})
    batch = mailed(box, "ann@example.org")
    status, said = ask(box, of(batch))
    (row,) = said["messages"]
    assert (status, row) == (
        200,
        {
            "from_email": "news@alana.example.org",
            "msg_id": row["msg_id"],
            "subject": "For ann",
            "to_email": "ann@example.org",
            "status": "processed",
            "opens_count": 0,
            "clicks_count": 0,
            "last_event_time": "2026-03-02T15:00:00Z",
        },
    )
    assert row["msg_id"].partition(".")[0] == box.log()[-1]["request_id"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ann@example.org", "delivered"),
        ("ann+bounce@example.org", "not_delivered"),
        ("ann+latebounce@example.org", "not_delivered"),
        ("ann+blocked@example.org", "not_delivered"),
        ("ann+deferred@example.org", "delivered"),
        ("ann+dropped@example.org", "not_delivered"),
        ("ann+spam@example.org", "delivered"),
    ],
)
def test_a_status_is_one_of_three(box: Box, address: str, shown: str) -> None:
    box.ask("/sandbox/clock", {"now": "2026-03-02T15:00:00Z"})
    batch = mailed(box, address)
    box.ask("/sandbox/clock", {"now": "2026-03-02T16:00:00Z"})
    assert [row["status"] for row in ask(box, of(batch))[1]["messages"]] == [shown]


def test_only_what_was_taken_stands_in_the_feed(box: Box) -> None:
    checked = mailed_unsent = uuid.uuid4().hex
    box.ask("/sandbox/misbehave", {"on": "sendgrid", "do": "status", "status": 500})
    mail = letter("ann@example.org")
    mail["personalizations"][0]["custom_args"]["outreach_batch"] = mailed_unsent
    assert box.mail(mail)[0] == 500
    assert box.mail({**mail, "mail_settings": {"sandbox_mode": {"enable": True}}})[0] == 200
    assert ask(box, of(checked)) == (200, {"messages": []})


def test_ten_rows_come_unless_more_are_asked_for_the_latest_first(box: Box) -> None:
    batch = mailed(box, *(f"p{n}@example.org" for n in range(12)))
    ten, all_of_them = ask(box, of(batch))[1]["messages"], ask(box, f"({of(batch)})", "1000")[1]["messages"]
    assert (len(ten), len(all_of_them), ten[0]["to_email"]) == (10, 12, "p11@example.org")


@pytest.mark.parametrize(
    ("query", "limit", "words"),
    [
        ('bad_field="x"', None, "invalid syntax: 'bad_field' is not a known field"),
        ("", None, "invalid syntax"),
        ("unique_args['outreach_batch']='x'", None, "invalid syntax"),
        ("(unique_args['outreach_batch']=\"x\"", None, "invalid syntax"),
        ("unique_args['another']=\"x\"", None, "invalid syntax"),
        (of("x") + ' OR to_email="ann@example.org"', None, "invalid syntax"),
        (of("x"), "0", "limit must be"),
        (of("x"), "1001", "limit must be"),
        (of("x"), "many", "limit must be"),
    ],
)
def test_what_it_does_not_know_is_refused(box: Box, query: str, limit: str | None, words: str) -> None:
    status, said = ask(box, query, limit)
    assert (status, words in said["errors"][0]["message"]) == (400, True)


def test_without_the_key_nothing_is_shown(box: Box) -> None:
    status, said = ask(box, of(mailed(box, "ann@example.org")), key="SG.another")
    assert (status, list(said)) == (401, ["errors"])


def test_an_account_that_has_not_bought_it_is_refused(box: Box) -> None:
    batch = mailed(box, "ann@example.org")
    box.ask("/sandbox/misbehave", {"on": "activity", "do": "status", "status": 403, "count": None})
    assert [ask(box, of(batch))[0] for _ in range(2)] == [403, 403]
    assert box.mail(letter("bob@example.org"))[0] == 202, "its mail goes out all the same"


def test_what_was_taken_is_listed_after_a_restart(
    start: Start, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    first = start(folder, "--webhook-base", receiver.base)
    batch = mailed(first, "ann@example.org")
    first.process.kill()
    first.process.wait(10)
    listed = ask(start(folder, "--webhook-base", receiver.base), of(batch))[1]["messages"]
    assert [row["to_email"] for row in listed] == ["ann@example.org"]
