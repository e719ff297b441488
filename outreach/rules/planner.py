"""When a step is due, and what to do with it now: the future as a pure function.

due() and plan() compute planned moments from a track, an anchor and a place; decide() judges one step at one moment:
send, wait or let go. All moments are aware and come back in UTC. Wall-clock times are resolved in the person's zone and
returned to UTC before any timedelta is added: 24 hours are not a day on the two Sundays clocks change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal

from outreach.rules.hours import DAY, Reason, clock, closes, hours, in_utc, local_date, next_open, openings, wall
from outreach.rules.places import Place, zone_named
from outreach.rules.schedule_values import EVERY_DAY, Channel, QuietHours, Track
from outreach.rules.state_hours import text_cap

Moved = Literal["dst_gap", "weekday", "after_start", "min_gap", "not_before"] | Reason
DeferReason = Literal["not_due", "late", "weekday", "cap"] | Reason

MIN_GAP: Final = timedelta(hours=12)  # between two steps of one channel, whatever moved them
CAP_SPAN: Final = timedelta(hours=24)
HELD_FOR: Final = timedelta(days=1)  # how long a step waits whose hours cannot be known, before it is looked at again
LONGEST_VALIDITY: Final = 36_000  # seconds, Twilio ValidityPeriod [tw-oai]
_SEARCHED_DAYS: Final = 35  # a weekday can fall on closed days several weeks running, not five


@dataclass(frozen=True, slots=True)
class Planned:
    """A step's moment. wanted is what the cadence asks for; moved names the first thing that made `at` another moment.

    "dst_gap" alone leaves at == wanted: the wall-clock time asked for does not exist that day, so both are an hour on.
    For a text to a held place (moved is the hold), and where no hour is ever allowed ("no_hours"), `at` is a mere
    forecast: decide() will not send.
    """

    at: datetime
    wanted: datetime
    moved: Moved | None


@dataclass(frozen=True, slots=True)
class Send:
    """Now is right."""


@dataclass(frozen=True, slots=True)
class Defer:
    """Not now: look again at `until` (UTC, always after now), which becomes the step's planned moment."""

    until: datetime
    reason: DeferReason


@dataclass(frozen=True, slots=True)
class Skip:
    """Never: the step is let go."""

    reason: Literal["late"]


def due(track: Track, number: int, anchor: datetime, place: Place, quiet: QuietHours) -> Planned:
    """The moment of step `number` (from 0 within its channel), on its own.

    The wall-clock time track.at on the local date `anchor + track.day(number)`, on the person's first clock; the first
    of two such moments in autumn, after the gap in spring; then moved forward to an allowed hour on an allowed weekday.
    Never before the anchor: who joins at noon gets the day-0 message of 09:00 at noon.
    """
    anchor = in_utc(anchor)
    return _fitted(track, number, anchor, place, quiet, anchor, "after_start")


def plan(
    track: Track,
    count: int,
    start: int,
    anchor: datetime,
    place: Place,
    quiet: QuietHours,
    not_before: datetime | None = None,
) -> tuple[Planned, ...]:
    """The remaining future: steps start .. count-1 of a channel that has `count` steps.

    In order, each at least MIN_GAP after the one before, also where quiet hours pushed that one; none before
    `not_before` (now, or the last real send + MIN_GAP). A plan from a later cursor is the tail of the plan.
    """
    anchor = in_utc(anchor)
    earliest = in_utc(not_before) if not_before else anchor
    planned: list[Planned] = []
    floor = anchor
    cause: Moved = "after_start"
    # Steps before the cursor are computed too: one of them may have been pushed so far that it pushes the next.
    for number in range(count):
        if number >= start and earliest > floor:
            floor, cause = earliest, "not_before"
        planned.append(_fitted(track, number, anchor, place, quiet, floor, cause))
        floor, cause = planned[-1].at + MIN_GAP, "min_gap"
    return tuple(planned[start:])


def decide(
    *,
    channel: Channel,
    planned_for: datetime,
    now: datetime,
    place: Place,
    quiet: QuietHours,
    track: Track,
    sent_last_24h: Sequence[datetime],
    cap: int,
    sent_elsewhere: Sequence[datetime] = (),
    together: int | None = None,
) -> Send | Defer | Skip:
    """What to do now with a step planned for `planned_for`.

    In this order: not due yet; hours unknowable (held a day); later than the track bears (its policy); an hour or
    weekday that is not allowed; `cap` messages of the channel already sent in the rolling 24 hours (the law's cap, where
    it is lower, holds instead), or `together` over both channels. sent_last_24h: moments of the person's sends on this
    channel, sent_elsewhere: on the other, in any order, older ones do no harm. A deferral is not lateness: store `until`
    as the new planned moment.
    """
    if channel != track.channel:
        raise ValueError(f"a track for {track.channel} cannot decide about {channel}")
    planned_for, now = in_utc(planned_for), in_utc(now)
    if now < planned_for:
        return Defer(planned_for, "not_due")
    lawful = _next_lawful(track, now, place, quiet)
    if lawful is None:
        return Defer(now + HELD_FOR, hours(channel, place, now, quiet).reason)
    if now - planned_for > track.late_after:
        if track.late == "drop":
            return Skip("late")
        if track.late == "next_window":
            return Defer(_next_usual(track, now, place, quiet), "late")
    if lawful != now:
        checked = hours(channel, place, now, quiet)
        return Defer(lawful, "weekday" if checked.allowed else checked.reason)
    lawful_cap = text_cap(place.states) if channel == "sms" else None
    cap = cap if lawful_cap is None else min(cap, lawful_cap)
    full = [_full_until(now, sent_last_24h, cap)]
    if together is not None:
        full.append(_full_until(now, (*sent_last_24h, *sent_elsewhere), together))
    room_at = max((moment for moment in full if moment), default=None)
    if room_at is None:
        return Send()
    return Defer(_next_lawful(track, room_at, place, quiet) or room_at, "cap")


def seconds_left(channel: Channel, place: Place, now: datetime, quiet: QuietHours) -> int:
    """Whole seconds until the open hours end, as a provider's validity period: 1 .. 36000; 1 if now is not allowed."""
    now = in_utc(now)
    end = closes(channel, place, now, quiet)
    if end is None:
        return 1
    return max(1, min(LONGEST_VALIDITY, int((end - now).total_seconds())))


def _fitted(
    track: Track, number: int, anchor: datetime, place: Place, quiet: QuietHours, floor: datetime, cause: Moved
) -> Planned:
    """Step `number`, not before `floor`; `cause` says what set the floor."""
    day = local_date(clock(place, quiet), anchor) + track.day(number) * DAY
    usual = _usual(track.channel, track.at, track.weekdays, day, place, quiet)
    if usual.at >= floor:
        return usual
    lawful = _next_lawful(track, floor, place, quiet)
    if lawful is None:
        return Planned(floor, usual.wanted, usual.moved)
    return Planned(lawful, usual.wanted, cause if usual.moved in (None, "dst_gap") else usual.moved)


@lru_cache(maxsize=1 << 15)
def _usual(channel: Channel, at: time, weekdays: frozenset[int], day: date, place: Place, quiet: QuietHours) -> Planned:
    """The moment a step wanted at this wall-clock time on this local date gets, whoever the person is and was sent."""
    zone = clock(place, quiet)
    wanted = wall(zone, day, at)
    if channel == "sms" and place.hold:
        return Planned(wanted, wanted, place.hold)
    # Where the law closes every weekday the cadence names (Sundays in Alabama), the cadence yields, not the step.
    for allowed_days in (weekdays, EVERY_DAY):
        for ahead in range(_SEARCHED_DAYS):
            date_tried = day + ahead * DAY
            if date_tried.weekday() not in allowed_days:
                continue
            moment = _moment_on(channel, at, date_tried, place, quiet, first=ahead == 0)
            if moment is not None:
                return Planned(moment, wanted, _why(channel, at, weekdays, wanted, moment, place, quiet))
    return Planned(wanted, wanted, "no_hours")


def _moment_on(
    channel: Channel, at: time, day: date, place: Place, quiet: QuietHours, *, first: bool
) -> datetime | None:
    """The first allowed moment of the date from the wall-clock time on; on a later day than the wanted one, the
    opening will do: what came too late for one evening comes with the next morning."""
    open_on_day = openings(channel, place, day, quiet)
    wanted = wall(clock(place, quiet), day, at)
    for start, end in open_on_day:
        if wanted < end:
            return max(start, wanted)
    return None if first or not open_on_day else open_on_day[0][0]


def _why(
    channel: Channel,
    at: time,
    weekdays: frozenset[int],
    wanted: datetime,
    moment: datetime,
    place: Place,
    quiet: QuietHours,
) -> Moved | None:
    local = wanted.astimezone(zone_named(clock(place, quiet)))
    if moment == wanted:
        return None if local.time() == at else "dst_gap"
    if local.weekday() not in weekdays:
        return "weekday"
    return hours(channel, place, wanted, quiet).reason


def _next_lawful(track: Track, floor: datetime, place: Place, quiet: QuietHours) -> datetime | None:
    """The first moment at or after `floor` at an allowed hour on an allowed weekday; None if hours are unknown or none.

    Closed hours end at the next opening; a day the cadence does not write on ends at track.at of the next one it does.
    """
    moment = next_open(track.channel, place, floor, quiet)
    if moment is None:
        return None
    day = local_date(clock(place, quiet), moment)
    if day.weekday() in track.weekdays:
        return moment
    usual = _usual(track.channel, track.at, track.weekdays, day, place, quiet).at
    return usual if _weekday(usual, place, quiet) in track.weekdays else moment


def _next_usual(track: Track, now: datetime, place: Place, quiet: QuietHours) -> datetime:
    """The track's next regular moment after `now`."""
    today = local_date(clock(place, quiet), now)
    moments = (_usual(track.channel, track.at, track.weekdays, today + n * DAY, place, quiet).at for n in range(2))
    return next(moment for moment in moments if moment > now)


def _full_until(now: datetime, sent: Sequence[datetime], cap: int) -> datetime | None:
    """When a cap that is used up has room again; None when it has room now."""
    recent = sorted(moment for moment in map(in_utc, sent) if moment > now - CAP_SPAN)
    if len(recent) < cap:
        return None
    return (recent[-cap] if cap > 0 else now) + CAP_SPAN


def _weekday(moment: datetime, place: Place, quiet: QuietHours) -> int:
    return local_date(clock(place, quiet), moment).weekday()
