"""A permitted rate of 100 texts a second, four worker processes, one minute: how much of it is used, and what the fullest
second held, by the provider's own clock."""

from __future__ import annotations

import multiprocessing
import time
import uuid
from multiprocessing.connection import Connection

from benchmarks.parts import database
from benchmarks.rows import Row
from benchmarks.sinks import http_sink

PERMITTED = 100.0
WORKERS = 4
LATENCY = 0.02  # seconds until the provider answers
_fullest: list[int] = []  # of every run: one second too full is one too many, whatever the median
_SPAWN = multiprocessing.get_context("spawn")


def run(quick: bool) -> list[Row]:
    """The share of the permitted rate, and the most in any sliding second."""
    seconds = 6.0 if quick else 60.0
    with database(), http_sink(LATENCY) as (port, moments):
        pipes = []
        for _ in range(WORKERS):
            ours, theirs = _SPAWN.Pipe()
            _SPAWN.Process(target=_work, args=(theirs, port, seconds), daemon=True).start()
            pipes.append(ours)
        for pipe in pipes:
            pipe.recv()  # it is ready
        for pipe in pipes:
            pipe.send("go")
        problems = [problem for pipe in pipes for problem in pipe.recv()]
        arrived = sorted(moments())
    if problems:
        raise SystemExit(f"not every text was taken: {sorted(set(problems))}")
    counted = [moment for moment in arrived if moment < arrived[0] + seconds]
    size = f"{WORKERS} workers, {PERMITTED:.0f}/s, {seconds:.0f} s"
    rate = len(counted) / seconds
    _fullest.append(fullest(arrived))
    return [
        Row("texts sent", size, rate, "texts/s", limit=PERMITTED, target=0.99),
        Row("fullest second of all runs", size, float(max(_fullest)), "texts", target=PERMITTED),
    ]


def fullest(moments: list[float], window: float = 1.0) -> int:
    """The most moments in any stretch of one second, its end not included."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - window:
            first += 1
        most = max(most, last - first + 1)
    return most


def _work(pipe: Connection, port: int, seconds: float) -> None:
    """One worker: asks for permits, sends, reports, for a while. Gives the outcomes that were none of "accepted"."""
    import django

    django.setup()
    from outreach.actions.dispatching import pace
    from outreach.providers.base import Accepted, TextBatch, TextMessage
    from outreach.providers.twilio import Twilio
    from outreach.rules.pacing import Permitted

    permitted = Permitted(per_second=PERMITTED, spread=True)
    provider = Twilio(f"http://127.0.0.1:{port}", "AC" + "0" * 32, "token")
    problems: list[str] = []
    pipe.send("ready")
    pipe.recv()
    until = time.monotonic() + seconds + 2
    while time.monotonic() < until:
        given = pace.grant("sms", permitted, want=50)
        if not given.messages:
            time.sleep(given.wait)
            continue
        messages = tuple(
            TextMessage(
                key=uuid.uuid4().hex,
                to="+14045550123",
                body="Your notes of today wait for you.",
                status_callback="https://example.org/hooks/twilio/status/",
                validity_seconds=600,
            )
            for _ in range(given.messages)
        )
        batch = TextBatch(batch_key="b", messages=messages, sender_number="+14045550100")
        answers = provider.send(batch, given.gate)
        problems += [type(answer).__name__ for answer in answers.values() if not isinstance(answer, Accepted)]
        pace.settle(given, len(messages))
    pipe.send(problems)
