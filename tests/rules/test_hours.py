"""Allowed hours: each state of the table, Sundays, holidays, several zones, both days clocks change, overnight windows."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules.hours import closes, hours, next_open, openings
from outreach.rules.places import Place, zone_named
from outreach.rules.schedule_values import WHOLE_DAY, QuietHours, StateWindow, Window
from outreach.rules.state_hours import is_holiday, text_cap

NEW_YORK, CHICAGO, DENVER, PHOENIX = "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"
HONOLULU, LOS_ANGELES = "Pacific/Honolulu", "America/Los_Angeles"

LAW_ALONE = QuietHours(sms=WHOLE_DAY, sunday_sms=WHOLE_DAY, email=WHOLE_DAY)
HELD = Place((), (), "unknown", "place_unknown")

WEDNESDAY, SATURDAY, SUNDAY = date(2026, 4, 15), date(2026, 4, 18), date(2026, 4, 19)
CHRISTMAS = date(2026, 12, 25)  # a Friday


def at_place(*zones: str, states: tuple[str, ...] = ()) -> Place:
    return Place(zones, states, "zip", None)


def local(zone: str, day: date, clock: str, second: int = 0) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day, time(hour % 24, minute, second), tzinfo=ZoneInfo(zone)) + timedelta(days=hour // 24)


def text_hours(state: str, day: date, zone: str = NEW_YORK, quiet: QuietHours = LAW_ALONE) -> tuple[str, str] | None:
    states = (state,) if state else ()
    return hours("sms", at_place(zone, states=states), local(zone, day, "12:00"), quiet).window


# Written down by hand from the law's table: weekday, Saturday, Sunday, 25 December.
TABLE = {
    "GA": ("08-21", "08-21", "08-21", "08-21"),
    "NY": ("08-21", "08-21", "08-21", "08-21"),
    "FL": ("08-20", "08-20", "08-20", "08-20"),
    "OK": ("08-20", "08-20", "08-20", "08-20"),
    "MD": ("08-20", "08-20", "08-20", "08-20"),
    "WA": ("08-20", "08-20", "08-20", "08-20"),
    "TX": ("09-21", "09-21", "12-21", "09-21"),
    "CT": ("09-20", "09-20", "09-20", "09-20"),
    "NJ": ("08-20", "08-20", "08-20", "08-20"),
    "MA": ("08-20", "08-20", "08-20", "08-20"),
    "AL": ("08-20", "08-20", None, None),
    "LA": ("08-20", "08-20", None, None),
    "MS": ("08-20", "08-20", None, "08-20"),
    "RI": ("09-18", "10-17", None, None),
    "NV": ("09-20", "09-20", "09-20", "09-20"),
    "KY": ("10-21", "10-21", "10-21", "10-21"),
    "CA": ("09-21", "09-21", "09-21", "09-21"),
    "IL": ("09-21", "09-21", "09-21", "09-21"),
    "MI": ("09-21", "09-21", "09-21", "09-21"),
    "MN": ("09-21", "09-21", "09-21", "09-21"),
    "NM": ("09-21", "09-21", "09-21", "09-21"),
    "UT": ("08-21", "08-21", "08-21", None),
    "VA": ("08-21", "08-21", "08-21", "08-21"),
    "": ("09-20", "09-20", "12-20", "09-20"),
    "ON": ("09-20", "09-20", "12-20", "09-20"),
}
DAYS = {"weekday": WEDNESDAY, "saturday": SATURDAY, "sunday": SUNDAY, "christmas": CHRISTMAS}


@pytest.mark.parametrize(
    ("state", "day", "expected"),
    [
        pytest.param(state, DAYS[name], expected, id=f"{state or 'unknown'} {name}")
        for state, row in TABLE.items()
        for name, expected in zip(DAYS, row, strict=True)
    ],
)
def test_a_state_allows_texts_in_its_hours_only(state: str, day: date, expected: str | None) -> None:
    """Chicago, so that the Texan second clock is the first; the start is in, the end is out."""
    place = at_place(CHICAGO, states=(state,) if state else ())
    if expected is None:
        assert openings("sms", place, day, LAW_ALONE) == ()
        assert hours("sms", place, local(CHICAGO, day, "12:00"), LAW_ALONE).reason in ("sunday", "holiday")
        return
    start, end = (f"{hour}:00" for hour in expected.split("-"))
    opens, shuts = local(CHICAGO, day, start), local(CHICAGO, day, end)
    second = timedelta(seconds=1)
    allowed = [
        hours("sms", place, moment, LAW_ALONE).allowed for moment in (opens - second, opens, shuts - second, shuts)
    ]
    assert allowed == [False, True, True, False]
    assert hours("sms", place, opens, LAW_ALONE).window == (start, end)


@pytest.mark.parametrize(
    ("state", "day", "closed"),
    [
        ("AL", date(2026, 4, 27), True),
        ("GA", date(2026, 4, 27), False),
        ("LA", date(2026, 2, 17), True),
        ("RI", date(2026, 8, 10), True),
        ("UT", date(2026, 7, 24), True),
        ("AL", date(2026, 7, 3), True),
        ("LA", date(2027, 12, 31), True),
        ("MS", date(2026, 4, 27), False),
        ("LA", date(2026, 10, 12), True),
    ],
    ids=[
        "Confederate Memorial Day", "no holiday in Georgia", "Mardi Gras", "Victory Day", "Pioneer Day",
        "Independence Day observed", "New Year observed the year before", "Mississippi names no holidays",
        "federal Columbus Day, not Louisiana's",
    ],
)  # fmt: skip
def test_holidays_are_federal_and_the_states_own_and_as_observed(state: str, day: date, closed: bool) -> None:
    assert (text_hours(state, day) is None) is closed
    assert is_holiday("GA", date(2026, 7, 3))


@pytest.mark.parametrize(
    ("place", "moment", "reason"),
    [
        (at_place(NEW_YORK, states=("GA",)), local(NEW_YORK, WEDNESDAY, "07:59"), "quiet_hours"),
        (at_place(NEW_YORK, states=("GA",)), local(NEW_YORK, WEDNESDAY, "12:00"), "allowed"),
        (at_place(CHICAGO, states=("TX",)), local(CHICAGO, SUNDAY, "10:00"), "sunday"),
        (at_place(CHICAGO, states=("TX",)), local(CHICAGO, SUNDAY, "22:00"), "quiet_hours"),
        (at_place(CHICAGO, states=("AL",)), local(CHICAGO, SUNDAY, "22:00"), "sunday"),
        (at_place(CHICAGO, states=("AL",)), local(CHICAGO, CHRISTMAS, "10:00"), "holiday"),
        (HELD, local(NEW_YORK, WEDNESDAY, "12:00"), "place_unknown"),
        (Place((), (), "number", "too_many_zones"), local(NEW_YORK, WEDNESDAY, "12:00"), "too_many_zones"),
    ],
    ids=["hour", "open", "Sunday hours", "Sunday night", "no Sundays", "holiday", "unknown", "too many"],
)
def test_the_reason_says_what_closes_the_moment(place: Place, moment: datetime, reason: str) -> None:
    found = hours("sms", place, moment, LAW_ALONE)
    assert (found.reason, found.allowed) == (reason, reason == "allowed")


def test_the_next_allowed_moment_skips_a_sunday_and_the_holiday_after_it() -> None:
    """Sunday 24 May and Memorial Day 2026 in Alabama."""
    found = hours("sms", at_place(CHICAGO, states=("AL",)), local(CHICAGO, date(2026, 5, 23), "20:00"), LAW_ALONE)
    assert found.next_allowed == local(CHICAGO, date(2026, 5, 26), "08:00")
    assert found.next_allowed is not None and found.next_allowed.tzinfo is UTC


def test_the_strictest_of_law_and_organisation_holds() -> None:
    quiet = QuietHours(
        sms=Window(time(9, 30), time(22)),
        sunday_sms=Window(time(13), time(19)),
        email=WHOLE_DAY,
        states=(StateWindow("GA", Window(time(6), time(18)), None),),
    )
    assert text_hours("FL", WEDNESDAY, quiet=quiet) == ("09:30", "20:00")
    assert text_hours("FL", SUNDAY, quiet=quiet) == ("13:00", "19:00")
    assert text_hours("GA", WEDNESDAY, quiet=quiet) == ("09:30", "18:00")
    assert text_hours("GA", SUNDAY, quiet=quiet) is None
    assert text_hours("KY", WEDNESDAY, quiet=quiet) == ("10:00", "21:00")


def test_every_state_on_file_binds() -> None:
    place = at_place(NEW_YORK, states=("RI", "KY"))
    found = hours("sms", place, local(NEW_YORK, WEDNESDAY, "12:00"), LAW_ALONE)
    assert found.window == ("10:00", "18:00")
    assert [line.partition(":")[0] for line in found.law] == ["RI", "KY"]
    assert "[drop]" in found.law[0]


def test_a_text_waits_for_all_zones() -> None:
    """Atlanta and Honolulu, April: Hawaii's 08:00 is 14:00 in Atlanta."""
    found = hours(
        "sms", at_place(NEW_YORK, HONOLULU, states=("GA", "HI")), local(NEW_YORK, WEDNESDAY, "12:00"), LAW_ALONE
    )
    assert (found.allowed, found.window) == (False, ("14:00", "21:00"))


def test_zones_without_a_common_hour_are_never_open() -> None:
    found = hours("sms", at_place(HONOLULU, "Africa/Nairobi"), local(HONOLULU, WEDNESDAY, "12:00"), LAW_ALONE)
    assert (found.reason, found.next_allowed, found.window) == ("no_hours", None, None)


def test_el_paso_keeps_central_time_too() -> None:
    """09:00-21:00 on both clocks: the Central evening ends an hour earlier in El Paso."""
    assert text_hours("TX", WEDNESDAY, zone=DENVER) == ("09:00", "20:00")
    assert text_hours("NM", WEDNESDAY, zone=DENVER) == ("09:00", "21:00")


@pytest.mark.parametrize(
    ("zone", "day", "utc_start"),
    [
        (PHOENIX, date(2026, 1, 14), 15),
        (PHOENIX, date(2026, 7, 15), 15),
        (DENVER, date(2026, 1, 14), 15),
        (DENVER, date(2026, 7, 15), 14),
        (HONOLULU, date(2026, 7, 15), 18),
        (NEW_YORK, date(2026, 3, 7), 13),
        (NEW_YORK, date(2026, 3, 8), 12),
        (NEW_YORK, date(2026, 10, 31), 12),
        (NEW_YORK, date(2026, 11, 1), 13),
    ],
    ids=[
        "Arizona winter", "Arizona summer", "Navajo winter", "Navajo summer", "Hawaii",
        "day before spring forward", "spring forward", "day before fall back", "fall back",
    ],
)  # fmt: skip
def test_eight_in_the_morning_is_the_zones_own(zone: str, day: date, utc_start: int) -> None:
    ((start, _),) = openings("sms", at_place(zone, states=("AZ",)), day, LAW_ALONE)
    assert start == datetime(day.year, day.month, day.day, utc_start, tzinfo=UTC)


class TestEmail:
    """An email keeps the organisation's window on the person's first clock; the law of texts does not touch it."""

    quiet = QuietHours(sms=WHOLE_DAY, sunday_sms=None, email=Window(time(6), time(22)), zone=CHICAGO)

    def test_sundays_holidays_and_states_do_not_matter(self) -> None:
        place = at_place(CHICAGO, HONOLULU, states=("AL",))
        assert hours("email", place, local(CHICAGO, SUNDAY, "06:00"), self.quiet).allowed
        assert hours("email", place, local(CHICAGO, CHRISTMAS, "21:59"), self.quiet).allowed
        late = hours("email", place, local(CHICAGO, CHRISTMAS, "22:00"), self.quiet)
        assert (late.reason, late.next_allowed) == ("quiet_hours", local(CHICAGO, date(2026, 12, 26), "06:00"))

    def test_a_held_place_gets_email_on_the_organisations_clock(self) -> None:
        assert hours("email", HELD, local(CHICAGO, WEDNESDAY, "06:00"), self.quiet).allowed
        assert not hours("email", HELD, local(NEW_YORK, WEDNESDAY, "06:59"), self.quiet).allowed


class TestOvernight:
    """Email from 18:00 to 02:00; on the days clocks change each moment is judged by what the wall clock shows."""

    quiet = QuietHours(sms=WHOLE_DAY, sunday_sms=None, email=Window(time(18), time(2)))
    place = at_place(NEW_YORK)

    @pytest.mark.parametrize(
        ("clock", "allowed"),
        [("17:59", False), ("18:00", True), ("23:59", True), ("00:00", True), ("01:59", True), ("02:00", False)],
    )
    def test_the_window_runs_over_midnight(self, clock: str, allowed: bool) -> None:
        assert hours("email", self.place, local(NEW_YORK, WEDNESDAY, clock), self.quiet).allowed is allowed

    def test_an_open_evening_closes_the_next_morning(self) -> None:
        end = closes("email", self.place, local(NEW_YORK, WEDNESDAY, "20:00"), self.quiet)
        assert end == local(NEW_YORK, WEDNESDAY + timedelta(days=1), "02:00")

    def test_the_hour_that_happens_twice_is_open_twice(self) -> None:
        """1 November 2026: 01:00-02:00 comes at 05:00Z and again at 06:00Z."""
        end = closes("email", self.place, datetime(2026, 11, 1, 4, tzinfo=UTC), self.quiet)
        assert end == datetime(2026, 11, 1, 7, tzinfo=UTC)

    def test_a_window_into_the_doubled_hour_opens_again(self) -> None:
        """18:00-01:30: open to 05:30Z, closed for the rest of the first 01:xx, open again 06:00Z-06:30Z."""
        quiet = QuietHours(sms=WHOLE_DAY, sunday_sms=None, email=Window(time(18), time(1, 30)))
        nights = openings("email", self.place, date(2026, 11, 1), quiet)[:2]
        assert [(start.strftime("%H:%M"), end.strftime("%H:%M")) for start, end in nights] == [
            ("04:00", "05:30"),
            ("06:00", "06:30"),
        ]


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_naive_moment_is_refused(channel: str) -> None:
    with pytest.raises(ValueError, match="naive"):
        hours(channel, at_place(NEW_YORK), datetime(2026, 4, 15, 12), LAW_ALONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("states", "cap"),
    [((), 3), (("FL",), 3), (("OK",), 3), (("MD",), 3), (("GA",), None), (("GA", "FL"), 3), (("ON",), 3)],
)
def test_the_laws_cap_is_the_fewest_of_the_states(states: tuple[str, ...], cap: int | None) -> None:
    assert text_cap(states) == cap


places = st.builds(
    lambda zones, states: at_place(*zones, states=tuple(states)),
    st.lists(
        st.sampled_from(
            [NEW_YORK, CHICAGO, DENVER, PHOENIX, LOS_ANGELES, HONOLULU, "America/Adak", "America/St_Johns"]
        ),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    st.lists(st.sampled_from(sorted(set(TABLE) - {"", "ON"})), max_size=2, unique=True),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
near_changes = st.builds(
    lambda start, seconds: start + timedelta(seconds=seconds),
    st.sampled_from([datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)]),
    st.integers(0, 86_400),
)


def slow_allowed(place: Place, moment: datetime) -> bool:
    """Reads every wall clock and asks the table above; knows nothing of intervals."""
    clocks = [(zone, place.states or ("",)) for zone in place.zones]
    clocks += [(CHICAGO, ("TX",))] if "TX" in place.states else []
    for zone, states in clocks:
        shown = moment.astimezone(ZoneInfo(zone))
        for state in states:
            weekday, saturday, sunday, christmas = TABLE[state]
            windows = [sunday if shown.weekday() == 6 else saturday if shown.weekday() == 5 else weekday]
            windows += [None] if christmas is None and is_holiday(state, shown.date()) else []
            for window in windows:
                if window is None or not int(window[:2]) <= shown.hour < int(window[3:]):
                    return False
    return True


@given(places, moments | near_changes)
@settings(max_examples=150, deadline=None)
def test_a_moment_is_open_exactly_when_every_wall_clock_says_so(place: Place, moment: datetime) -> None:
    assert hours("sms", place, moment, LAW_ALONE).allowed is slow_allowed(place, moment)


@given(places, moments)
@settings(max_examples=60, deadline=None)
def test_the_next_allowed_moment_is_allowed_and_nothing_before_it_is(place: Place, moment: datetime) -> None:
    following = next_open("sms", place, moment, LAW_ALONE)
    assert following is not None and following >= moment
    assert slow_allowed(place, following)
    waited = (following - moment) // 25
    assert not any(slow_allowed(place, moment + n * waited) for n in range(25) if waited)


@given(
    moments | near_changes, st.times(), st.times(), st.sampled_from([NEW_YORK, "America/St_Johns", "America/Havana"])
)
@settings(max_examples=120, deadline=None)
def test_an_email_window_is_what_the_wall_clock_shows(moment: datetime, start: time, end: time, zone: str) -> None:
    start, end = start.replace(microsecond=0), end.replace(microsecond=0, second=59)
    if start == end:
        return
    quiet = QuietHours(sms=WHOLE_DAY, sunday_sms=None, email=Window(start, end))
    shown = moment.astimezone(zone_named(zone)).time()
    inside = start <= shown < end if start < end else (shown >= start or shown < end)
    assert hours("email", at_place(zone), moment, quiet).allowed is inside
