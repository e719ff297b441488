"""Simulate: who would get what when, for the next days, by the same planner that sends. Nothing is written.

People are grouped by where they may be: everyone in one place has the same plan, so a million people cost as much as
their zones and states.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.actions import audience, grouping, schedules
from outreach.errors import Refused
from outreach.models import Series
from outreach.rules import places, planner


@dataclass(frozen=True, slots=True)
class Slot:
    """One step for everyone in one place."""

    at: datetime
    wanted: datetime
    moved: str
    channel: str
    step: int
    zone: str
    people: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """The calendar of a series, and what quiet hours and missing places do to it."""

    slots: tuple[Slot, ...]
    people: dict[str, int]
    held: dict[str, int]
    moved: dict[str, int]


def simulate(series: Series, *, now: datetime, days: int = 90, who: dict[str, object] | None = None) -> Simulation:
    """What starting this series now for `who` would do. `held` counts people whose texts wait since their place is
    unknown; `moved` counts messages by the reason that moved them."""
    in_force = schedules.current()
    cadence = in_force.cadences.get(series.cadence)
    if cadence is None:
        raise Refused(f"No cadence is called “{series.cadence}”. Known: {', '.join(sorted(in_force.cadences))}.")
    condition, values = audience.where(who or {})
    slots: list[Slot] = []
    people: Counter[str] = Counter()
    held: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    going = [
        (channel, track, steps)
        for channel, track in (("email", cadence.email), ("sms", cadence.sms))
        if track is not None and (steps := series.steps.filter(channel=channel).count())
    ]
    stale_before = in_force.senders.sms.stale_before(now)
    by_place = _places(series.topic, [channel for channel, _, _ in going], condition, values, stale_before)
    for channel, track, steps in going:
        for where, count in by_place[channel].items():
            people[channel] += count
            if channel == "sms" and where.hold:
                held[where.hold] += count
                continue
            zone = where.zones[0] if where.zones else in_force.quiet_hours.zone
            for n, planned in enumerate(planner.plan(track, steps, 0, now, where, in_force.quiet_hours), 1):
                if planned.at <= now + timedelta(days=days):
                    slots.append(Slot(planned.at, planned.wanted, planned.moved or "", channel, n, zone, count))
                    if planned.moved:
                        moved[planned.moved] += count
    slots.sort(key=lambda s: (s.at, s.channel, s.step, s.zone))
    return Simulation(tuple(slots), dict(people), dict(held), dict(moved))


def _places(
    topic: str, channels: Sequence[str], condition: str, values: Sequence[object], stale_before: datetime
) -> dict[str, Counter[places.Place]]:
    """Channel by channel, how many reachable people of the audience there are in each place."""
    found: dict[str, Counter[places.Place]] = {channel: Counter() for channel in channels}
    if not channels:
        return found
    reached = [
        audience.who_may_get(channel, topic, condition, values, stale_before=stale_before) for channel in channels
    ]
    for group in grouping.groups(grouping.kinds("subscriber"), "subscriber", counted=reached):
        for channel, people in zip(channels, group.people, strict=True):
            if people:
                found[channel][group.place] += people
    return found
