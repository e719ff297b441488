"""Opting out while two workers send at full speed: how long a person waits for the answer that nothing more will come.

One-click posts (RFC 8058) through the real web server, one after the other, of people who are due in the campaign that is
going out: the answer comes when the opt-out is committed and the calls already running for them are over.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from statistics import median, quantiles

from benchmarks.parts import database, sink
from benchmarks.posting import served
from benchmarks.rows import Row

WORKERS = 2


def run(quick: bool) -> list[Row]:
    """The usual answer and the slowest of a hundred."""
    due, total, leaving = (4_000, 10_000, 20) if quick else (150_000, 300_000, 500)
    with database() as address, sink(50) as base:
        from benchmarks import crowd

        settings = {"DATABASE_URL": address, "SENDGRID_BASE_URL": base or "", "SENDGRID_API_KEY": "SG.bench"}
        crowd.apply_fast_schedules()
        crowd.make_people(total, now=crowd.NOON)
        crowd.make_runs(crowd.make_series(crowd.NOON), due, total, channel="email", now=crowd.NOON)
        crowd.settle()
        with served(threads=4) as port:
            workers = [_worker(settings) for _ in range(WORKERS)]
            for worker in workers:
                assert worker.stdin
                worker.stdin.write("go\n")
                worker.stdin.flush()
            waits, during = _leave(port, leaving, total // due, workers)
            for worker in workers:
                worker.communicate(timeout=600)
    size = f"{during} opt-outs beside {WORKERS} workers, calls of 50 ms"
    return [
        Row("one-click opt-out under full load, usual", size, 1000 * median(waits), "ms"),
        Row("the same, 99 of 100", size, 1000 * quantiles(waits, n=100)[98], "ms", target=1000),
    ]


def _worker(settings: dict[str, str]) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sending", "--worker", "email"],
        env=os.environ | settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout and started.stdout.readline() == "ready\n"
    return started


def _leave(port: int, many: int, every: int, workers: list[subprocess.Popen[str]]) -> tuple[list[float], int]:
    """Seconds of each answer, for as long as the workers send; the last due people leave first, so most are still due."""
    from outreach.actions import links
    from outreach.models import Enrollment

    due = list(
        Enrollment.objects.order_by("-next_due_at", "pk").values_list("subscriber_id", "campaign_id")[: many * 50 : 50]
    )
    waits: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/subscribe/")  # pages that have been asked before have their templates read
    connection.getresponse().read()
    for subscriber, campaign in due:
        if any(worker.poll() is not None for worker in workers) and len(waits) >= 20:
            break
        path = "/" + links.unsubscribe_url(subscriber, campaign).split("/", 3)[3]
        began = time.perf_counter()
        connection.request(
            "POST", path, "List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"}
        )
        answer = connection.getresponse()
        answer.read()
        waits.append(time.perf_counter() - began)
        assert answer.status == 200, answer.status
    connection.close()
    return waits, len(waits)
