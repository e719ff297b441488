"""The lives of the children: a worker with its tasks, the web pages, a caller who opts out, the sandbox, the seeding."""

from __future__ import annotations

import functools
import os
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults import planted, points
from tests.faults.children import Line, living_on_jobs

KEY, SID, TOKEN = "SG.faults", "AC" + "0" * 32, "token-of-the-faults"
_MESSAGE_KEY = re.compile(rb"[0-9a-f]{32}")


def worker(name: str, bug: str, notes: Path) -> Callable[[Line, int], None]:
    """A worker as Celery would run it: it gets hints, calls the product's own tasks, and says what hints they give."""

    def life(line: Line, slot: int) -> None:
        from workers import tasks

        _own_connection(f"{name}{slot}")
        _note_every_call(notes)
        planted.plant(bug)
        tasks.wake = lambda channel: line.say(hint=channel)

        def prepare(job: dict[str, Any]) -> None:
            tasks.WORKER = job.get("name", "")

        living_on_jobs(
            line,
            {
                "tick": lambda job: tasks.tick(),
                "send_batch": lambda job: tasks.send_batch(job["channel"]),
                "sweep": lambda job: tasks.sweep(),
                "reconcile": lambda job: tasks.reconcile(),
                "poll_inbound": lambda job: tasks.poll_inbound(),
            },
            prepare,
        )

    return life


def _own_connection(name: str) -> None:
    """The database sees each child under a name of its own."""
    from django.db import connections

    connections["default"].settings_dict["OPTIONS"]["application_name"] = name


def _note_every_call(notes: Path) -> None:
    """Writes down, before its first byte leaves, when each request to a provider began and whose it is."""
    out = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def noting(init: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(init)
        def wrapped(self: object, body: bytes, begin: Callable[[], bool] | None = None) -> None:
            keys = b" ".join(sorted(set(_MESSAGE_KEY.findall(body))))

            def begun() -> bool:
                os.write(out, b"%.6f %s\n" % (time.time(), keys))
                return begin is None or begin()

            init(self, body, begun)

        return wrapped

    points.replace("outreach.providers.handover", "Handover.__init__", noting)


def web(listening: socket.socket) -> Callable[[Line, int], None]:
    """The pages and webhooks, on a socket that outlives it."""

    def life(line: Line, slot: int) -> None:
        from waitress.server import create_server

        from outreach.wsgi import application

        _own_connection("web")
        create_server(application, sockets=[listening], threads=6, ident=None).run()

    return life


def sandbox(folder: Path, webhook_base: str) -> Callable[[Line, int], None]:
    """Our own SendGrid and Twilio, as its command line starts it."""

    def life(line: Line, slot: int) -> None:
        from outreach.sandbox.cli import main

        main([
            "--dir", str(folder), "--port", "0", "--webhook-base", webhook_base, "--sendgrid-key", KEY,
            "--twilio-sid", SID, "--twilio-token", TOKEN, "--event-batch-ms", "20", "--retry-ms", "50",
        ])  # fmt: skip

    return life


def caller(sandbox_url: str) -> Callable[[Line, int], None]:
    """Somebody at a door. Every job answers (confirmed, the moment at which that was known)."""

    def life(line: Line, slot: int) -> None:
        _own_connection("caller")
        doors: dict[str, Callable[[dict[str, Any]], bool]] = {
            "one_click": _one_click,
            "page": _page,
            "text": functools.partial(_text, sandbox_url),
            "hold": _hold,
            "unhold": _unhold,
            "leave": _leave,
        }

        def at(door: Callable[[dict[str, Any]], bool], job: dict[str, Any]) -> tuple[bool, float]:
            confirmed = door(job)
            return confirmed, time.time()

        jobs: dict[str, Callable[[dict[str, Any]], Any]] = {n: functools.partial(at, d) for n, d in doors.items()}
        living_on_jobs(line, {**jobs, "sign_up": _sign_up}, lambda job: None)

    return life


def _post(url: str, body: bytes, kind: str) -> tuple[int, bytes]:
    """One HTTP call: (status, body), 0 when the connection broke: the person has seen nothing then."""
    import urllib3

    try:
        answer = urllib3.request("POST", url, body=body, headers={"Content-Type": kind}, retries=False, timeout=40.0)
    except urllib3.exceptions.HTTPError:
        return 0, b""
    return answer.status, answer.data


_FORM = "application/x-www-form-urlencoded"


def _one_click(job: dict[str, Any]) -> bool:
    return _post(job["url"], b"List-Unsubscribe=One-Click", _FORM)[0] == 200


def _page(job: dict[str, Any]) -> bool:
    return _post(job["url"], b"", _FORM)[0] == 200


def _text(sandbox_url: str, job: dict[str, Any]) -> bool:
    """A text to our number. True when the person was told, by us or (a keyword) by Twilio with our own confirmation on
    record."""
    import json

    wish = {"from": job["phone"], "to": "+14045550100", "body": job["body"]}
    status, body = _post(f"{sandbox_url}/sandbox/reply", json.dumps(wish).encode(), "application/json")
    answer = json.loads(body) if status == 200 else {}
    if answer.get("webhook") != 200:
        return False
    return bool(answer["replies"]) or (answer["opt_out_type"] == "STOP" and _on_record(job["phone"]))


def _on_record(phone: str) -> bool:
    from outreach.actions.suppressing import key_of
    from outreach.models import Suppression

    rows = Suppression.objects.filter(channel="sms", address_key=key_of("sms", phone), confirmed_at__isnull=False)
    return _at_the_database(rows.exists)


def _hold(job: dict[str, Any]) -> bool:
    from outreach.actions import clock, holding

    return _at_the_database(lambda: holding.hold(job["id"], reason="asked on the phone", now=clock.now()))


def _unhold(job: dict[str, Any]) -> bool:
    from outreach.actions import clock, holding

    return _at_the_database(lambda: holding.unhold(job["id"], now=clock.now()))


def _leave(job: dict[str, Any]) -> bool:
    from outreach.actions import clock, preferring

    return _at_the_database(lambda: preferring.leave(job["id"], wording="Leave", language="en", now=clock.now()))


def _sign_up(job: dict[str, Any]) -> dict[str, Any]:
    """Somebody asks for emails on the page; who they are, as `seeding.Someone`."""
    from outreach.actions import clock, links, signing_up
    from outreach.models import Subscriber

    address = f"new{job['number']}@example.org"
    form = signing_up.SignUp(
        asked={("email", "recovery-notes"): "Yes, please write to me."}, email=address, phone=None, first_name="New",
        zip_code="30303", language="en",
    )  # fmt: skip
    _at_the_database(lambda: bool(signing_up.request(form, now=clock.now())))
    person = Subscriber.objects.get(email=address).pk
    return {"id": person, "email": address, "phone": "", "zones": [], "unsubscribe": links.unsubscribe_url(person, 0)}


def _at_the_database(act: Callable[[], bool]) -> bool:
    from django.db import InterfaceError, OperationalError, close_old_connections

    close_old_connections()
    try:
        return act()
    except (OperationalError, InterfaceError):
        return False
