"""Each provider alone, without the engine: ours, the bare program that does the same, and the usual library.

A bare program sends ready bytes and asks for no outcome; with a database behind it the ideal does half of that by SMTP.

SMTP needs Postfix's smtp-sink (on the PATH, or in SMTP_SINK with its libraries in SMTP_SINK_LIB); without it that row is
left out.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.parts import LIMITS, limit
from benchmarks.rows import Row
from benchmarks.sinks import http_sink

LATENCY = 20  # ms until the provider of texts answers
IN_FLIGHT = 50
_SPAWN = multiprocessing.get_context("spawn")


def run(quick: bool) -> list[Row]:
    """SendGrid's cost per recipient, texts per second with a provider that takes its time, SMTP's messages per second."""
    seconds = 0.5 if quick else 3.0
    rows = [_sendgrid(seconds), _twilio(seconds)]
    sink = os.environ.get("SMTP_SINK") or shutil.which("smtp-sink", path=os.environ["PATH"] + ":/usr/sbin")
    if sink is None:
        print("  (no smtp-sink: SMTP is left out)")
        return rows
    return [*rows, _smtp(seconds, sink)]


def _sendgrid(seconds: float) -> Row:
    with http_sink(status=202) as (port, _):
        _, cpu = _measured(_send_emails, f"http://127.0.0.1:{port}", seconds)
    rate = limit("sendgrid_payload.py", "--how", "orjson")
    return Row("SendGrid, a recipient", "calls of 1,000", cpu, "µs of CPU", limit=rate and 1e6 / rate, target=12.0)


def _twilio(seconds: float) -> Row:
    with _quick_sink(LATENCY) as port:
        rate, _ = _measured(_send_texts, f"http://127.0.0.1:{port}", seconds)
    bare = ("http_post.py", "--kind", "twilio", "--conc", str(IN_FLIGHT), "--delay", str(LATENCY), "--client")
    return Row(
        "Twilio, texts",
        f"{IN_FLIGHT} in flight, {LATENCY} ms",
        rate,
        "texts/s",
        limit=limit(*bare, "raw_pool"),
        peer=limit(*bare, "sdk"),
        target=0.45,
    )


def _smtp(seconds: float, sink: str) -> Row:
    with _smtp_sink(sink) as port:
        rate, _ = _measured(_send_mail, str(port), seconds)
    return Row(
        "SMTP, messages",
        "batches of 500",
        rate,
        "messages/s",
        limit=limit("smtp_send.py", "--how", "pipelined"),
        peer=limit("smtp_send.py", "--how", "django"),
        target=0.3,
    )


def _measured(send: Callable[[str], tuple[Callable[[], Any], int]], where: str, seconds: float) -> tuple[float, float]:
    """Messages per second and µs of CPU per message of a process of its own."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_repeat, args=(theirs, send, where, seconds), daemon=True)
    process.start()
    rate, cpu = ours.recv()
    process.join(10)
    return rate, cpu


def _repeat(pipe: Connection, send: Callable[[str], tuple[Callable[[], Any], int]], where: str, seconds: float) -> None:
    from outreach.providers.base import Accepted

    once, messages = send(where)
    once()  # connections are made, what is cached is cached
    count, started, used = 0, time.perf_counter(), time.process_time()
    while (spent := time.perf_counter() - started) < seconds:
        outcomes = once()
        count += messages
        if not all(isinstance(outcome, Accepted) for outcome in outcomes.values()):
            raise SystemExit("not every message was taken")
    pipe.send((count / spent, (time.process_time() - used) / count * 1e6))


def _emails(count: int) -> Any:
    from outreach.providers.base import EmailBatch, EmailRecipient

    words = {"greeting": "Dear Rosalind,", "preheader": "Small step 1", "subject": "Small step 1", "brand": "A Centre"}
    page = "<p style='font:16px Arial'>A sentence of the article, and another one that is a little longer.</p>\n" * 55
    recipients = tuple(
        EmailRecipient(
            key=uuid.uuid4().hex,
            to=f"person{number}@example.org",
            substitutions={f"-o1f3:{name}-": value for name, value in words.items()}
            | {"-o1f3:unsubscribe-": f"https://example.org/u/{uuid.uuid4().hex}", "-o1f3:online-": uuid.uuid4().hex},
            headers={
                "List-Unsubscribe": f"<https://example.org/u/{uuid.uuid4().hex}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        for number in range(count)
    )
    marks = "".join(f"<p>-o1f3:{name}-</p>" for name in (*words, "unsubscribe", "online"))
    return EmailBatch(
        batch_key=uuid.uuid4().hex,
        from_name="A Centre",
        from_address="notes@centre.example.org",
        reply_to="office@centre.example.org",
        subject="-o1f3:subject-",
        text="-o1f3:greeting-\n" + "A sentence of the article.\n" * 30 + "-o1f3:unsubscribe-\n",
        html=page + marks,
        recipients=recipients,
    )


def _send_emails(where: str) -> tuple[Callable[[], Any], int]:
    from outreach.providers.sendgrid import SendGrid

    provider, batch = SendGrid(where, "SG.x"), _emails(1000)
    return lambda: provider.send(batch), 1000


def _send_mail(where: str) -> tuple[Callable[[], Any], int]:
    from outreach.providers.smtp import Smtp

    provider, batch = Smtp("127.0.0.1", int(where), starttls=False), _emails(500)
    return lambda: provider.send(batch), 500


def _send_texts(where: str) -> tuple[Callable[[], Any], int]:
    from outreach.providers.base import TextBatch, TextMessage
    from outreach.providers.twilio import Twilio

    messages = tuple(
        TextMessage(
            key=(key := uuid.uuid4().hex),
            to=f"+1404555{number:04d}",
            body=f"A Centre: small step {number} of your notes. Reply STOP to opt out.",
            status_callback=f"https://example.org/hooks/twilio/status/{key}/",
            validity_seconds=600,
        )
        for number in range(250)
    )
    batch = TextBatch(batch_key="b", sender_number="+14045550100", messages=messages)
    provider = Twilio(where, "AC" + "0" * 32, "token", in_flight=IN_FLIGHT)
    return lambda: provider.send(batch), len(messages)


@contextmanager
def _quick_sink(delay: int) -> Iterator[int]:
    """The sink of the bare programs when it is there: the same for both."""
    if not (LIMITS / "common.py").exists():
        with http_sink(delay / 1000) as (port, _):
            yield port
        return
    sys.path.insert(0, str(LIMITS))
    import common  # type: ignore[import-not-found]

    with common.http_sink(delay, core=None) as port:
        yield port


@contextmanager
def _smtp_sink(program: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    environment = dict(os.environ)
    if library := os.environ.get("SMTP_SINK_LIB"):
        environment["LD_LIBRARY_PATH"] = library
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "1024"], env=environment)
    try:
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(5)
