"""What a message costs when ten thousand runs exist and when ten million do: the same, or sending slows as a centre grows.

Batches of 1,000 by one thread, everything real but the provider; the median batch counts, so that a checkpoint of the
server in one of them does not. Who is due together enrolled together, as in life: people of one day, or of one campaign.
What it costs when they are as far apart as they can be is told beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median

from benchmarks.parts import database, sink
from benchmarks.rows import Row

PEOPLE = 1_000_000  # beyond so many runs, people are in several campaigns
DUE = 10_000


def run(quick: bool) -> list[Row]:
    """Microseconds a message at each size, and the largest beside the smallest."""
    sizes = (2_000, 20_000) if quick else (10_000, 1_000_000, 10_000_000)
    due = min(DUE, sizes[0])
    costs = [_apart(total, due, every=1) for total in sizes]
    rows = [
        Row("one message, whole way", f"{total:,} runs, {due:,} due", cost, "µs")
        for total, cost in zip(sizes, costs, strict=True)
    ]
    rows.append(
        Row("cost at the largest beside the smallest", f"{sizes[-1]:,} and {sizes[0]:,}", costs[-1] / costs[0], "times",
            target=1.2)
    )  # fmt: skip
    far = min(sizes[-1], PEOPLE) // due
    rows.append(
        Row("one message, those due far apart", f"{sizes[-1]:,} runs, every {far}th due",
            _apart(sizes[-1], due, every=far), "µs")
    )  # fmt: skip
    return rows


def _apart(total: int, due: int, every: int) -> float:
    """The cost in a process of its own: what a worker remembers of one database is not true of another."""
    with sink() as base:
        settings = {"SENDGRID_BASE_URL": base or "", "SENDGRID_API_KEY": "SG.bench"}
        command = [sys.executable, "-m", "benchmarks.flat", *map(str, (total, due, every))]
        done = subprocess.run(command, env=os.environ | settings, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def _cost(total: int, due: int, every: int) -> float:
    from benchmarks import crowd

    with database():
        from outreach.actions import dispatching

        crowd.apply_fast_schedules()
        people = min(total, PEOPLE)
        crowd.make_people(people, now=crowd.NOON)
        _runs(total, people, due, every)
        crowd.settle()
        lane, times = dispatching.lane("email"), []
        for _ in range(due // 1000):
            began = time.perf_counter()
            called = dispatching.send_batch(lane, lambda: crowd.NOON, "bench").called
            times.append((time.perf_counter() - began) / called * 1_000_000)
        return median(times[1:] or times)


def _runs(total: int, people: int, due: int, every: int) -> None:
    """`total` runs, everybody in `total / people` campaigns; of the last one's every `every`th is due until `due` are."""
    from datetime import timedelta

    from benchmarks import crowd
    from outreach.actions import campaigning
    from outreach.actions.dispatching.rows import run
    from outreach.models import Campaign

    series = crowd.make_series(crowd.NOON)
    made = [
        campaigning.create(series, name=f"Campaign {n}", who=None, now=crowd.NOON).pk for n in range(total // people)
    ]
    Campaign.objects.update(status="running", started_at=crowd.NOON)
    for campaign in made:
        run(
            """INSERT INTO enrollment (campaign_id, subscriber_id, channel, status, anchor, next_step, next_due_at,
                next_wanted_at, next_moved, exit_reason, created_at)
            SELECT %s, id, 'email', 'active', %s, 1, w.due, w.due, '', '', %s FROM subscriber,
                LATERAL (SELECT CASE WHEN %s AND id %% %s = 0 AND id <= %s THEN %s - make_interval(mins => id::int %% 60)
                    ELSE %s + interval '30 days' END AS due) w""",
            [
                campaign, crowd.NOON - timedelta(days=2), crowd.NOON, campaign == made[-1], every, due * every,
                crowd.NOON, crowd.NOON,
            ],
        )  # fmt: skip


if __name__ == "__main__":
    print(_cost(*map(int, sys.argv[1:])))
