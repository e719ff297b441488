"""The sending engine, whole: claim, fence, call, settle, with everything real but the provider (a loopback sink).

    python -m benchmarks sending            the table
    python -m benchmarks.sending --worker   one worker process (started by this module)
    python -m benchmarks.sending --profile  one worker here, under the profiler

The limit is the bare program for the same channel (`e2e_ideal.py`), on the same server, in the same run. The peer of
emails is django-post-office, sending the same mail to smtp-sink with two processes of five threads.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from benchmarks.parts import bare_database, database, limit, sink
from benchmarks.rows import Row
from outreach.running.ports import free_port

SMTP_SINK = os.environ.get("SMTP_SINK", "smtp-sink")  # of Debian's postfix
THREADS = 2  # on one lane, over all workers: as many as cores


def run(quick: bool) -> list[Row]:
    """Messages per second by channel and workers, and what a worker holds in memory."""
    due, total = (4_000, 10_000) if quick else (200_000, 1_000_000)
    rows = []
    peer = post_office() if shutil.which(SMTP_SINK) and not quick else None
    memory: dict[int, float] = {}
    for workers in (1, 2):
        rate, memory[workers] = measure("email", due, total, workers)
        ideal = None if quick else bare("sendgrid", workers, due, total)
        size = f"{due:,} of {total:,}, {workers} worker{'s' * (workers > 1)}"
        rows.append(Row("email by SendGrid batches", size, rate, "messages/s", limit=ideal, peer=peer, target=0.6))
    rows.append(Row("memory of a worker", f"{due:,} of {total:,}, 2 threads", memory[1], "MB", target=200))
    due, total = (1_000, 2_000) if quick else (20_000, 100_000)
    rate, _ = measure("sms", due, total, 1, delay_ms=20)
    ideal = None if quick else bare("twilio", 1, due, total, "--delay", "20")
    size = f"{due:,} of {total:,}, 50 in flight, 20 ms"
    rows.append(Row("texts by Twilio calls", size, rate, "messages/s", limit=ideal, target=0.45))
    if shutil.which(SMTP_SINK):
        rate, _ = measure("smtp", due, total, 2)
        ideal = None if quick else bare("smtp", 2, due, total)
        size = f"{due:,} of {total:,}, 2 workers"
        rows.append(Row("email by SMTP", size, rate, "messages/s", limit=ideal, peer=peer, target=0.35))
    return rows


def post_office() -> float | None:
    """django-post-office's emails per second, on a database of its own on a server like ours."""
    with database() as address, bare_database(address) as pg:
        return limit("peer_post_office.py", pg=pg)


def bare(channel: str, workers: int, due: int, total: int, *more: str) -> float | None:
    """The bare program's rate on an empty database of a server like ours."""
    with database() as address, bare_database(address) as pg:
        if limit("pg_setup.py", "--rows", str(total), pg=pg) is None:
            return None
        return limit(
            "e2e_ideal.py", "--channel", channel, "--workers", str(workers), "--due", str(due), "--rows", str(total), *more,
            pg=pg,
        )  # fmt: skip


def measure(channel: str, due: int, total: int, workers: int, *, delay_ms: int = 0) -> tuple[float, float]:
    """Messages per second over all workers, and the largest worker's memory in MB."""
    lane = "sms" if channel == "sms" else "email"
    with database() as address, _provider(channel, delay_ms) as settings:
        prepare(lane, due, total)
        environment = os.environ | {"DATABASE_URL": address} | settings
        command = [sys.executable, "-m", "benchmarks.sending", "--worker", lane, str(max(1, THREADS // workers))]
        started = [
            subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(workers)
        ]
        for process in started:
            assert process.stdout and process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        found = [json.loads(process.communicate()[0]) for process in started]
    sent = sum(one["sent"] for one in found)
    if sent < due * 0.9:  # a first batch of each worker was sent before the clock began
        raise SystemExit(f"only {sent} of {due} messages were sent")
    seconds = max(one["ended"] for one in found) - min(one["began"] for one in found)
    return sent / seconds, max(one["memory"] for one in found)


@contextmanager
def _provider(channel: str, delay_ms: int) -> Iterator[dict[str, str]]:
    """A loopback provider, and the settings that lead to it."""
    if channel != "smtp":
        with sink(delay_ms) as base:
            yield {
                "SENDGRID_BASE_URL": base or "", "TWILIO_BASE_URL": base or "", "SENDGRID_API_KEY": "SG.bench",
                "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKENS": "token",
            }  # fmt: skip
        return
    port = free_port(0)
    command = [SMTP_SINK, *(["-u", "nobody"] if os.geteuid() == 0 else []), f"127.0.0.1:{port}", "1024"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield {
            "EMAIL_PROVIDER": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_STARTTLS": "no",
            "SMTP_USER": "", "SMTP_PASSWORD": "",
        }  # fmt: skip
    finally:
        process.terminate()
        process.wait(10)


def prepare(channel: str, due: int, total: int) -> None:
    """The people, the series and the runs."""
    from benchmarks import crowd

    now = crowd.NOON
    crowd.apply_fast_schedules()
    crowd.make_people(total, channel=channel, now=now)
    crowd.make_runs(crowd.make_series(now), due, total, channel=channel, now=now)
    crowd.settle()


def work(channel: str, threads: int) -> dict[str, float]:
    """Sends until nothing is due."""
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        sent = sum(pool.map(drain, [channel] * threads))
    ended = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"sent": sent, "began": began, "ended": ended, "memory": memory}


def drain(channel: str) -> int:
    """One thread: batch after batch."""
    from django.db import connections

    from benchmarks.crowd import NOON
    from outreach.actions import dispatching

    lane, sent = dispatching.lane(channel), 0  # type: ignore[arg-type]
    while (turn := dispatching.send_batch(lane, lambda: NOON, "bench")).more:
        sent += turn.called
    connections.close_all()
    return sent


def main() -> None:
    """A worker process, or a profile of one."""
    if sys.argv[1] == "--worker":
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach.settings")
        django.setup()
        # A worker that has run for a while: its tables of places and its compiled step are read.
        from benchmarks.crowd import NOON
        from outreach.actions import dispatching

        dispatching.send_batch(dispatching.lane(sys.argv[2]), lambda: NOON, "bench")  # type: ignore[arg-type]
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(work(sys.argv[2], int(sys.argv[3]))))
        return
    import cProfile
    import pstats

    channel = sys.argv[2] if len(sys.argv) > 2 else "email"
    lane = "sms" if channel == "sms" else "email"
    with _provider(channel, 0) as settings:
        os.environ |= settings
        with database():
            prepare(lane, 20_000, 100_000)
            profile = cProfile.Profile()
            profile.enable()
            found = {"began": time.perf_counter(), "sent": drain(lane), "ended": time.perf_counter()}
            profile.disable()
    print(f"{found['sent'] / (found['ended'] - found['began']):,.0f} messages/s under the profiler")
    pstats.Stats(profile).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
