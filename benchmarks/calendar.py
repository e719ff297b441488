"""Who gets what when for the next 90 days: for a million people by their places, and for one person exactly.

The limit of the calendar is the bare count of the same people, by the same conditions: nothing is planned.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from benchmarks.crowd import NOW, TOPIC, campaign_for_everyone, people, put_schedules_in_force
from benchmarks.parts import database
from benchmarks.rows import Row

ASKED = 50  # people whose lists are asked for


def run(quick: bool) -> list[Row]:
    """The calendar of everybody, then of single people."""
    count = 20_000 if quick else 1_000_000
    with database():
        put_schedules_in_force()
        people(count)
        return [*_everybody(count), *_one_by_one(count)]


def _everybody(count: int) -> list[Row]:
    from outreach.actions import audience, simulating
    from outreach.actions.dispatching.rows import run as sql

    campaign = campaign_for_everyone()
    counting = [audience.who_may_get(channel, TOPIC, "TRUE", []) for channel in ("email", "sms")]

    def count_them() -> None:
        for reach in counting:
            sql(
                f"SELECT count(*) FROM subscriber s {reach.joins} WHERE {reach.condition}",
                [*reach.join_values, *reach.values],
            )

    simulating.simulate(
        campaign.series, now=NOW, days=90
    )  # a process that has planned before knows places and holidays
    seconds = _seconds(lambda: _check(simulating.simulate(campaign.series, now=NOW, days=90).people, count))
    return [
        Row("calendar for 90 days, by place and step", f"{count:,} people", seconds, "s", limit=_seconds(count_them),
            target=3, note="limit: bare count of the same people")
    ]  # fmt: skip


def _one_by_one(count: int) -> list[Row]:
    from outreach.actions import campaigning, explaining, reading_people
    from outreach.models import Campaign, Subscriber

    campaign = Campaign.objects.get()
    Campaign.objects.update(status="running", started_at=NOW)
    ids = list(range(1, count + 1, count // ASKED))[:ASKED]
    for person in ids:
        campaigning.enroll(campaign, now=NOW, only=person)

    def explained(person: int) -> None:
        assert explaining.say_person(Subscriber.objects.get(pk=person), NOW)

    def shown(person: int) -> None:
        page = reading_people.person_page(person, NOW)
        assert page is not None and page.upcoming_more

    size = f"of {count:,} people"
    return [
        Row("one person explained, to the last step", size, _usual(explained, ids), "ms", target=50),
        Row("one person's page, its data", size, _usual(shown, ids), "ms", target=50),
    ]


def _usual(act: Callable[[int], None], ids: list[int]) -> float:
    """Milliseconds, the median over these people."""
    return 1000 * median(_seconds(partial(act, person)) for person in ids)


def _check(found: dict[str, int], count: int) -> None:
    assert found == {"email": count, "sms": count}, found


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
