"""A tick with nothing due: what it costs however many runs wait for a later day."""

from __future__ import annotations

import time
from statistics import median

from benchmarks import population
from benchmarks.parts import database
from benchmarks.rows import Row


def run(quick: bool) -> list[Row]:
    """Milliseconds and queries of one tick."""
    rows = []
    for total in (10_000,) if quick else (10_000, 1_000_000):
        with database():
            from django.db import connection
            from django.test.utils import CaptureQueriesContext

            from outreach.actions import dispatching

            population.apply_fast_schedules()
            population.make_people(total, now=population.NOW)
            series = population.make_series(population.NOW)
            population.make_runs(series, 1, total, channel="email", now=population.NOW, campaigns=20)
            population.settle_down()
            early = population.NOW.replace(year=2026, month=11, day=1)
            times = []
            for _ in range(50):
                began = time.perf_counter()
                assert dispatching.due_lanes(early) == []
                times.append((time.perf_counter() - began) * 1000)
            with CaptureQueriesContext(connection) as asked:
                dispatching.due_lanes(early)
            size = f"{total:,} runs, 20 campaigns"
            rows.append(Row("a tick with nothing due", size, median(times), "ms", target=5))
            rows.append(Row("its queries of the ORM", size, len(asked), "queries", target=10))
    return rows
