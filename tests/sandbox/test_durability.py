"""What the sandbox said it took is still there after a kill, and what it owed is owed again."""

from __future__ import annotations

import http.client
import json
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.sandbox.conftest import ANN, OWN, ROOT, Box, Receiver, Start, letter


def _kill(box: Box) -> None:
    box.process.kill()
    box.process.wait(10)


def test_everything_answered_before_a_kill_is_in_the_log_after_it(start: Start, tmp_path: Path) -> None:
    """Eight clients send texts and emails while the process is killed at once; no accepted one may be missing."""
    box = start(tmp_path)
    accepted: set[str] = set()
    enough = threading.Event()

    def send(client: int) -> None:
        for number in range(10_000):
            try:
                if client % 2:
                    status, message = box.text({"To": ANN, "From": OWN, "Body": f"{client}-{number}"})
                    assert status == 201
                    accepted.add(message["sid"])
                else:
                    status, headers, _ = box.mail(letter(f"c{client}n{number}@example.org"))
                    assert status == 202
                    accepted.add(headers["X-Message-Id"])
            except (OSError, http.client.HTTPException):
                return
            if len(accepted) > 200:
                enough.set()

    clients = [threading.Thread(target=send, args=(client,)) for client in range(8)]
    for client in clients:
        client.start()
    assert enough.wait(30)
    _kill(box)
    for client in clients:
        client.join(30)
    again = start(tmp_path)
    entries = again.log()
    assert accepted <= {entry["request_id"] for entry in entries if entry["kind"] == "accepted"}
    assert [entry["seq"] for entry in entries] == sorted({entry["seq"] for entry in entries})
    assert again.keys == box.keys


def test_what_was_owed_at_a_kill_is_posted_by_the_next_run(start: Start, receiver: Receiver, tmp_path: Path) -> None:
    """The first run's webhooks meet a closed port; the second has the right address, and knows the bounce and STOP."""
    box = start(tmp_path, "--webhook-base", "http://127.0.0.1:9", "--retry-ms", "60000")
    box.mail(letter("owed@example.org", "bounce+owed@example.org"))
    box.ask("/sandbox/reply", {"from": ANN, "body": "STOP", "to": OWN})
    assert box.get("/sandbox/idle")["pending"]["events"] == 4
    _kill(box)
    receiver.clear()
    again = start(tmp_path, "--webhook-base", receiver.base, "--event-batch-ms", "20")
    again.idle()
    assert [(event["email"], event["event"]) for event in receiver.events] == [
        ("owed@example.org", "processed"),
        ("owed@example.org", "delivered"),
        ("bounce+owed@example.org", "processed"),
        ("bounce+owed@example.org", "bounce"),
    ]
    assert again.text({"To": ANN, "From": OWN, "Body": "x"})[1]["code"] == 21610
    again.mail(letter("bounce+owed@example.org"))
    again.idle()
    assert receiver.events[-1]["event"] == "dropped"


def test_the_log_refuses_to_be_changed(start: Start, tmp_path: Path) -> None:
    """Every table, by anyone who opens the file."""
    box = start(tmp_path)
    box.mail(letter("ann@example.org"))
    box.text({"To": ANN, "From": OWN, "Body": "x"})
    box.ask("/sandbox/reply", {"from": ANN, "body": "STOP"})
    box.ask("/sandbox/complain", {"address": "ann@example.org"})
    connection = sqlite3.connect(tmp_path / "witness.sqlite3")
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    for table in ("request", "email", "text", "act", "block", "event"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET at = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    connection.close()


def test_two_sandboxes_cannot_share_a_directory(start: Start, tmp_path: Path) -> None:
    start(tmp_path)
    command = [sys.executable, "-m", "outreach.sandbox", "--dir", str(tmp_path), "--port", "0"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (second.returncode, "already running" in second.stderr) == (2, True)


def test_sigterm_ends_it_cleanly(start: Start, tmp_path: Path) -> None:
    """Exit code 0, no port file left, also with something still owed."""
    box = start(tmp_path, "--webhook-base", "http://127.0.0.1:9", "--retry-ms", "60000")
    box.mail(letter("ann@example.org"))
    assert (tmp_path / "port").exists()
    box.process.terminate()
    assert box.process.wait(10) == 0
    assert not (tmp_path / "port").exists()


def test_the_keys_are_for_their_owner_alone(start: Start, tmp_path: Path) -> None:
    start(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys.json", tmp_path / "event-webhook.pem")} == {0o600}


def test_given_credentials_win_over_kept_ones(start: Start, tmp_path: Path) -> None:
    box = start(tmp_path, "--sendgrid-key", "SG.given", "--twilio-token", "f" * 32, "--verified-domain", "example.org")
    assert (box.keys["sendgrid"]["api_key"], box.keys["twilio"]["auth_token"]) == ("SG.given", "f" * 32)
    status, _, body = box.mail(letter("ann@example.org", **{"from": {"email": "a@elsewhere.example.org"}}))
    assert (status, json.loads(body)["errors"][0]["field"]) == (403, "from")
    assert box.mail(letter("ann@example.org", **{"from": {"email": "a@example.org"}}))[0] == 202
