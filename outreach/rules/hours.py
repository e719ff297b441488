"""The allowed hours: is this moment one, and which is the next.

A text may start only at a moment that is allowed by the law of every state and by the organisation, on the clock of
every zone the person may be in. An email keeps the organisation's email window on the person's first clock. Everything
is worked out as intervals of UTC per local date of that first clock and cached, so that a batch of people who share
zones and states costs one computation. The law's rows stand in rules/state_hours.py.

A window that runs over midnight is read by date: at 01:00 on a Sunday Sunday's window holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, TypeVar

from outreach.rules.places import Place, zone_named
from outreach.rules.schedule_values import MIDNIGHT, Channel, QuietHours, Window
from outreach.rules.state_hours import UNKNOWN, is_holiday, state_hours

Reason = Literal[
    "allowed", "quiet_hours", "sunday", "holiday", "no_hours", "place_unknown", "too_many_zones", "zip_abroad"
]
Interval = tuple[datetime, datetime]
Point = TypeVar("Point", int, datetime)
Seconds = tuple[int, int]

DAY: Final = timedelta(days=1)
SEARCHED_DAYS: Final = 14  # no law closes a fortnight; who has no hour by then has none
_CENTRAL: Final = "America/Chicago"
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Whether a moment is allowed and why.

    reason: "allowed", what closes the moment, the place's hold, or "no_hours" (never open; no next moment either).
    window: the hours of that local date, "HH:MM" on the clock of zones[0], spanning all openings; None if closed all
    day. next_allowed: the moment itself if allowed; UTC. law: what bound it, one line per state, with source tags.
    """

    allowed: bool
    reason: Reason
    zones: tuple[str, ...]
    window: tuple[str, str] | None
    next_allowed: datetime | None
    law: tuple[str, ...]


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; a naive datetime is refused (ValueError)."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone; naive datetimes are refused")
    return moment.astimezone(UTC)


def clock(place: Place, quiet: QuietHours) -> str:
    """The zone a person's wall-clock times are read in: their first, or the organisation's if none is known."""
    return place.zones[0] if place.zones else quiet.zone


def wall(zone: str, day: date, at: time) -> datetime:
    """The UTC moment a clock in the zone shows that time; the first of two in autumn, after the gap in spring."""
    # fold=0 reads a skipped time with the offset before the gap: 02:30 becomes 03:30.
    return datetime.combine(day, at, tzinfo=zone_named(zone)).astimezone(UTC)


def local_date(zone: str, at: datetime) -> date:
    """The date a calendar in the zone shows at that moment."""
    return at.astimezone(zone_named(zone)).date()


def hours(channel: Channel, place: Place, at: datetime, quiet: QuietHours) -> Hours:
    """Whether `channel` may be used for a person at this place at this moment, why, and when next."""
    at = in_utc(at)
    law = law_of(place) if channel == "sms" else ()
    if channel == "sms" and place.hold:
        return Hours(allowed=False, reason=place.hold, zones=place.zones, window=None, next_allowed=None, law=law)
    zone = clock(place, quiet)
    next_allowed = next_open(channel, place, at, quiet)
    reason: Reason = "allowed"
    if next_allowed is None:
        reason = "no_hours"
    elif next_allowed != at:
        reason = _closed_by(channel, place, at, quiet)
    return Hours(
        allowed=reason == "allowed",
        reason=reason,
        zones=place.zones or (zone,),
        window=_shown(zone, openings(channel, place, local_date(zone, at), quiet)),
        next_allowed=next_allowed,
        law=law,
    )


def next_open(channel: Channel, place: Place, at: datetime, quiet: QuietHours) -> datetime | None:
    """The first allowed moment at or after `at` (UTC); None for a text to a held place or when there is none at all."""
    at = in_utc(at)
    if channel == "sms" and place.hold:
        return None
    day = local_date(clock(place, quiet), at)
    for ahead in range(SEARCHED_DAYS):
        for start, end in openings(channel, place, day + ahead * DAY, quiet):
            if at < end:
                return max(at, start)
    return None


def closes(channel: Channel, place: Place, at: datetime, quiet: QuietHours) -> datetime | None:
    """The end of the opening `at` lies in, followed over midnights for up to three days; None if `at` is closed."""
    at = in_utc(at)
    if channel == "sms" and place.hold:
        return None
    day = local_date(clock(place, quiet), at)
    end: datetime | None = None
    for ahead in range(3):
        for opening in openings(channel, place, day + ahead * DAY, quiet):
            if opening[0] <= (end or at) < opening[1]:
                end = opening[1]
    return end


def openings(channel: Channel, place: Place, day: date, quiet: QuietHours) -> tuple[Interval, ...]:
    """The allowed intervals of UTC, in order, within one local date of the person's first clock.

    For a text to a held place they are those of the organisation's zone and an unknown state: good for a forecast.
    """
    return _openings(channel, place.zones or (quiet.zone,), place.states, day, quiet)


@lru_cache(maxsize=1 << 14)
def law_of(place: Place) -> tuple[str, ...]:
    """The rows of the state table that bind texts to this place, in words with their source tags."""
    rows = [(state, state_hours(state)) for state in place.states] or [("unknown state", UNKNOWN)]
    return tuple(
        f"{name}: {row.weekday}, Saturday {row.saturday}, Sunday {row.sunday or 'none'}"
        f"{', no holidays' if row.holiday is None else ''}; {row.source}"
        for name, row in rows
    )


def _closed_by(channel: Channel, place: Place, at: datetime, quiet: QuietHours) -> Reason:
    """Why a closed moment is closed: a holiday or Sunday on some clock if those alone forbid it, else the hour."""
    if channel == "email":
        return "quiet_hours"
    causes = {_closed_on(zone, place.states, at, quiet) for zone in place.zones}
    return "holiday" if "holiday" in causes else "sunday" if "sunday" in causes else "quiet_hours"


def _closed_on(zone: str, states: tuple[str, ...], at: datetime, quiet: QuietHours) -> Reason:
    local = at.astimezone(zone_named(zone))
    day, second = local.date(), _seconds(local.time())
    if _within(second, _windows("sms", states, day, quiet)):
        return "allowed"
    rows = [state_hours(state) for state in states] or [UNKNOWN]
    if any(
        is_holiday(state, day) and not _within(second, [row.holiday])
        for state, row in zip(states or ("",), rows, strict=True)
    ):
        return "holiday"
    no_sunday = quiet.sunday_sms is None or any(row.sunday is None for row in rows)
    usual_hour = _within(second, [quiet.sms, *(row.weekday for row in rows)])
    return "sunday" if day.weekday() == 6 and (no_sunday or usual_hour) else "quiet_hours"


def _within(second: int, windows: Iterable[Window | None]) -> bool:
    return all(any(start <= second < end for start, end in _spans(window)) for window in windows)


def _shown(zone: str, intervals: Sequence[Interval]) -> tuple[str, str] | None:
    if not intervals:
        return None
    ends = (intervals[0][0], intervals[-1][1])
    opens, shuts = (f"{moment.astimezone(zone_named(zone)):%H:%M}" for moment in ends)
    return opens, shuts


@lru_cache(maxsize=1 << 15)
def _openings(
    channel: Channel, zones: tuple[str, ...], states: tuple[str, ...], day: date, quiet: QuietHours
) -> tuple[Interval, ...]:
    open_now = _on_clock(zones[0], day, _allowed_seconds(channel, states, day, quiet))
    if channel == "email":
        return open_now
    for zone in zones[1:]:
        open_now = _also_on(open_now, zone, states, quiet)
    if _CENTRAL not in zones and (central := tuple(s for s in states if state_hours(s).central)):
        open_now = _also_on(open_now, _CENTRAL, central, None)
    return open_now


def _also_on(
    intervals: tuple[Interval, ...], zone: str, states: tuple[str, ...], quiet: QuietHours | None
) -> tuple[Interval, ...]:
    """The part of the intervals that another clock allows too."""
    if not intervals:
        return ()
    day, last = local_date(zone, intervals[0][0]), local_date(zone, intervals[-1][1])
    other: list[Interval] = []
    while day <= last:
        other.extend(_on_clock(zone, day, _allowed_seconds("sms", states, day, quiet)))
        day += DAY
    return _overlaps(intervals, _joined(other))


@lru_cache(maxsize=1 << 15)
def _allowed_seconds(
    channel: Channel, states: tuple[str, ...], day: date, quiet: QuietHours | None
) -> tuple[Seconds, ...]:
    """Allowed seconds of a wall clock on a date, whatever its zone; without quiet hours the law alone."""
    windows = _windows(channel, states, day, quiet)
    spans: tuple[Seconds, ...] = ((0, _DAY_SECONDS),)
    for window in windows:
        spans = _overlaps(spans, _spans(window))
    return spans


def _windows(channel: Channel, states: tuple[str, ...], day: date, quiet: QuietHours | None) -> list[Window | None]:
    if channel == "email":
        return [quiet.email] if quiet else []
    windows: list[Window | None] = []
    if quiet:
        sunday = day.weekday() == 6
        windows.append(quiet.sunday_sms if sunday else quiet.sms)
        windows.extend((own.sunday_sms if sunday else own.sms) for own in quiet.states if own.state in states)
    for state in states:
        windows.extend(state_hours(state).on(day, holiday=is_holiday(state, day)))
    if not states:
        windows.extend(UNKNOWN.on(day, holiday=is_holiday("", day)))
    return windows


def _spans(window: Window | None) -> tuple[Seconds, ...]:
    if window is None:
        return ()
    start, end = _seconds(window.start), _seconds(window.end) or _DAY_SECONDS
    return ((start, end),) if start < end else ((0, end), (start, _DAY_SECONDS))


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _on_clock(zone: str, day: date, spans: Iterable[Seconds]) -> tuple[Interval, ...]:
    """The UTC intervals in which a clock in the zone shows these seconds of that date, also when it is put forward or
    back on it: an hour that happens twice is allowed twice, one that is skipped never."""
    found: list[Interval] = []
    for midnight, first, last in _steady(zone, day):
        for start, end in spans:
            begin = max(first, midnight + timedelta(seconds=start))
            finish = min(last, midnight + timedelta(seconds=end))
            if begin < finish:
                found.append((begin, finish))
    return _joined(sorted(found))


@lru_cache(maxsize=1 << 14)
def _steady(zone: str, day: date) -> tuple[tuple[datetime, datetime, datetime], ...]:
    """The stretches of a local date with one offset: (UTC moment of its 00:00 at that offset, start, end)."""
    first, last = wall(zone, day, MIDNIGHT), wall(zone, day + DAY, MIDNIGHT)
    before, after = _offset(zone, first), _offset(zone, last - timedelta(seconds=1))
    midnight = datetime.combine(day, MIDNIGHT, tzinfo=UTC)
    if before == after:
        return ((midnight - before, first, last),)
    low, high = 0, int((last - first).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, first + timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    change = first + timedelta(seconds=high)
    return (midnight - before, first, change), (midnight - after, change, last)


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(zone_named(zone)).utcoffset() or timedelta(0)


def _overlaps(
    left: Sequence[tuple[Point, Point]], right: Sequence[tuple[Point, Point]]
) -> tuple[tuple[Point, Point], ...]:
    """What two ordered rows of intervals have in common."""
    common = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    return tuple((start, end) for start, end in common if start < end)


def _joined(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """Sorted intervals with those that touch made one."""
    joined: list[Interval] = []
    for start, end in intervals:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
