"""A tick with nothing due: what it costs however many runs wait for a later day."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from benchmarks.parts import database
from benchmarks.rows import Row


def run(quick: bool) -> list[Row]:
    """Milliseconds and queries of one tick."""
    rows = []
    for total in (10_000,) if quick else (10_000, 1_000_000):
        with database():
            from benchmarks import crowd
            from outreach.actions import dispatching

            crowd.apply_fast_schedules()
            crowd.make_people(total, now=crowd.NOON)
            series = crowd.make_series(crowd.NOON)
            crowd.make_runs(series, 1, total, channel="email", now=crowd.NOON, campaigns=20)
            crowd.settle()
            early = crowd.NOON.replace(year=2026, month=11, day=1)
            times = []
            for _ in range(50):
                began = time.perf_counter()
                assert dispatching.due_lanes(early) == []
                times.append((time.perf_counter() - began) * 1000)
            asked = statements(partial(dispatching.due_lanes, early))
            size = f"{total:,} runs, 20 campaigns"
            rows.append(Row("a tick with nothing due", size, median(times), "ms", target=5))
            rows.append(Row("its questions to the database", size, asked, "queries", target=10))
    return rows


def statements(act: Callable[[], object]) -> int:
    """How many statements an act executes, prepared ones and the others."""
    import psycopg

    counted = 0
    execute = psycopg.Cursor.execute

    def counting(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(self, *given, **named)

    psycopg.Cursor.execute = counting  # type: ignore[method-assign]
    try:
        act()
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
    return counted
