"""When a step is due, the plan of all that is left, and the verdict on one step at one moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules.hours import hours
from outreach.rules.places import Place
from outreach.rules.planner import MIN_GAP, Defer, Moved, Planned, Send, Skip, decide, due, plan, seconds_left
from outreach.rules.schedule_values import EVERY_DAY, WHOLE_DAY, Channel, QuietHours, Track, Window

NEW_YORK, CHICAGO, DENVER, PHOENIX = "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"
HONOLULU = "Pacific/Honolulu"

QUIET = QuietHours(
    sms=Window(time(9), time(20)), sunday_sms=Window(time(12), time(19)), email=Window(time(7), time(21))
)
ANY_TIME = QuietHours(sms=WHOLE_DAY, sunday_sms=WHOLE_DAY, email=WHOLE_DAY)
ATLANTA = Place((NEW_YORK,), ("GA",), "zip", None)
MOBILE_ALABAMA = Place((CHICAGO,), ("AL",), "zip", None)
HELD = Place((), (), "unknown", "place_unknown")
NEVER = Place((HONOLULU, "Africa/Nairobi"), (), "number", None)

TEXTS = Track(
    channel="sms",
    days=(0, 2, 5),
    then_every=7,
    at=time(10, 30),
    weekdays=EVERY_DAY,
    late="send",
    late_after=timedelta(hours=4),
)
EMAILS = replace(TEXTS, channel="email", at=time(9))
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(zone: str, month: int, day: int, clock: str, *, fold: int = 0) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


WEDNESDAY_MORNING = at(NEW_YORK, 4, 15, "08:00")


class TestDue:
    """One step on its own."""

    @pytest.mark.parametrize(
        ("number", "day"),
        [(0, 15), (1, 17), (2, 20), (3, 27)],
        ids=["the anchor's day", "second", "last named", "then every seven"],
    )
    def test_days_count_from_the_anchors_local_date(self, number: int, day: int) -> None:
        moment = at(NEW_YORK, 4, day, "09:00")
        assert due(EMAILS, number, WEDNESDAY_MORNING, ATLANTA, QUIET) == Planned(moment, moment, None)

    def test_the_local_date_is_the_persons_and_not_utcs(self) -> None:
        """22:00 on the 14th in Honolulu is the 15th in UTC."""
        anchor = at(HONOLULU, 4, 14, "22:00")
        second = due(EMAILS, 1, anchor, Place((HONOLULU,), ("HI",), "zip", None), QUIET)
        assert second.at == at(HONOLULU, 4, 16, "09:00")

    @pytest.mark.parametrize(
        ("track", "place", "day", "expected", "moved"),
        [
            (replace(TEXTS, at=time(7)), ATLANTA, 15, at(NEW_YORK, 4, 15, "09:00"), "quiet_hours"),
            (replace(TEXTS, at=time(21, 30)), ATLANTA, 15, at(NEW_YORK, 4, 16, "09:00"), "quiet_hours"),
            (TEXTS, ATLANTA, 19, at(NEW_YORK, 4, 19, "12:00"), "sunday"),
            (TEXTS, MOBILE_ALABAMA, 19, at(CHICAGO, 4, 20, "10:30"), "sunday"),
            (TEXTS, MOBILE_ALABAMA, 27, at(CHICAGO, 4, 28, "10:30"), "holiday"),
            (replace(TEXTS, weekdays=frozenset({0, 4})), ATLANTA, 15, at(NEW_YORK, 4, 17, "10:30"), "weekday"),
            (
                replace(TEXTS, at=time(21, 30), weekdays=frozenset({2, 0})),
                ATLANTA,
                15,
                at(NEW_YORK, 4, 20, "09:00"),
                "quiet_hours",
            ),
            (replace(TEXTS, weekdays=frozenset({6})), MOBILE_ALABAMA, 19, at(CHICAGO, 4, 20, "10:30"), "sunday"),
            (
                replace(TEXTS, at=time(9)),
                Place((NEW_YORK, HONOLULU), ("GA", "HI"), "zip", None),
                15,
                at(HONOLULU, 4, 15, "09:00"),
                "quiet_hours",
            ),
            (replace(EMAILS, at=time(22)), ATLANTA, 15, at(NEW_YORK, 4, 16, "07:00"), "quiet_hours"),
        ],
        ids=[
            "too early", "too late", "Sunday hours", "no Sundays", "state holiday", "weekday", "late, then weekday",
            "only closed weekdays: the law moves it", "second zone", "email window",
        ],
    )  # fmt: skip
    def test_a_forbidden_moment_moves_forward(
        self, track: Track, place: Place, day: int, expected: datetime, moved: Moved
    ) -> None:
        zone = place.zones[0]
        planned = due(track, 0, at(zone, 4, day, "00:30"), place, QUIET)
        assert planned == Planned(expected, at(zone, 4, day, f"{track.at:%H:%M}"), moved)

    def test_who_joins_after_the_hour_gets_the_first_message_at_once(self) -> None:
        noon = at(NEW_YORK, 4, 15, "12:00")
        assert due(EMAILS, 0, noon, ATLANTA, QUIET) == Planned(noon, at(NEW_YORK, 4, 15, "09:00"), "after_start")

    def test_who_joins_at_night_gets_the_first_message_in_the_morning(self) -> None:
        planned = due(TEXTS, 0, at(NEW_YORK, 4, 15, "23:00"), ATLANTA, QUIET)
        assert (planned.at, planned.moved) == (at(NEW_YORK, 4, 16, "09:00"), "after_start")

    @pytest.mark.parametrize(
        ("clock", "month", "day", "zone", "expected", "moved"),
        [
            ("02:30", 3, 8, NEW_YORK, datetime(2026, 3, 8, 7, 30, tzinfo=UTC), "dst_gap"),
            ("01:30", 3, 8, NEW_YORK, datetime(2026, 3, 8, 6, 30, tzinfo=UTC), None),
            ("03:00", 3, 8, NEW_YORK, datetime(2026, 3, 8, 7, 0, tzinfo=UTC), None),
            ("01:30", 11, 1, NEW_YORK, datetime(2026, 11, 1, 5, 30, tzinfo=UTC), None),
            ("02:00", 11, 1, NEW_YORK, datetime(2026, 11, 1, 7, 0, tzinfo=UTC), None),
            ("02:30", 3, 8, PHOENIX, datetime(2026, 3, 8, 9, 30, tzinfo=UTC), None),
            ("02:30", 3, 8, DENVER, datetime(2026, 3, 8, 9, 30, tzinfo=UTC), "dst_gap"),
            ("02:30", 3, 8, HONOLULU, datetime(2026, 3, 8, 12, 30, tzinfo=UTC), None),
        ],
        ids=[
            "a time that is skipped comes after the gap", "before the gap", "after the gap",
            "a time that happens twice is its first", "after the doubled hour", "Arizona skips nothing",
            "Navajo does", "Hawaii skips nothing",
        ],
    )  # fmt: skip
    def test_both_days_clocks_change(
        self, clock: str, month: int, day: int, zone: str, expected: datetime, moved: Moved | None
    ) -> None:
        track = replace(EMAILS, at=time.fromisoformat(clock))
        place = Place((zone,), ("AZ",), "zip", None)
        planned = due(track, 0, at(zone, month, day, "00:00"), place, ANY_TIME)
        assert planned == Planned(expected, expected, moved)

    def test_the_wall_clock_time_stays_when_clocks_change_between_steps(self) -> None:
        anchor = at(NEW_YORK, 3, 5, "08:00")
        before, after = (due(EMAILS, number, anchor, ATLANTA, QUIET).at for number in (0, 1))
        assert after - before == 2 * DAY
        after = due(EMAILS, 2, anchor, ATLANTA, QUIET).at
        assert after - before == 5 * DAY - HOUR

    def test_a_text_to_a_held_place_is_a_forecast(self) -> None:
        wanted = at(NEW_YORK, 4, 17, "10:30")
        assert due(TEXTS, 1, WEDNESDAY_MORNING, HELD, QUIET) == Planned(wanted, wanted, "place_unknown")
        assert due(EMAILS, 1, WEDNESDAY_MORNING, HELD, QUIET).moved is None

    def test_where_no_hour_is_ever_allowed_the_plan_says_so(self) -> None:
        assert due(TEXTS, 1, WEDNESDAY_MORNING, NEVER, QUIET).moved == "no_hours"

    def test_a_naive_anchor_is_refused(self) -> None:
        with pytest.raises(ValueError, match="naive"):
            due(TEXTS, 0, datetime(2026, 4, 15), ATLANTA, QUIET)


class TestPlan:
    """All that is left, in order."""

    def test_it_is_every_step_from_the_cursor_on(self) -> None:
        planned = plan(TEXTS, 4, 1, WEDNESDAY_MORNING, ATLANTA, QUIET)
        assert [step.at for step in planned] == [at(NEW_YORK, 4, day, "10:30") for day in (17, 20, 27)]
        assert plan(TEXTS, 4, 4, WEDNESDAY_MORNING, ATLANTA, QUIET) == ()

    def test_a_step_waits_half_a_day_behind_a_moved_one(self) -> None:
        """The text of Sunday the 19th is moved to Monday 10:30 in Alabama, the day of the next one."""
        track = replace(TEXTS, days=(4, 5), at=time(10, 30))
        first, second = plan(track, 2, 0, at(CHICAGO, 4, 15, "00:00"), MOBILE_ALABAMA, QUIET)
        assert first.at == at(CHICAGO, 4, 20, "10:30")
        assert second == Planned(at(CHICAGO, 4, 21, "09:00"), at(CHICAGO, 4, 20, "10:30"), "min_gap")

    def test_the_gap_is_half_a_day_to_the_second(self) -> None:
        track = replace(EMAILS, days=(0, 1), at=time(9))
        for joined, second in [("20:00", "09:00"), ("21:00", "09:00"), ("22:00", "10:00")]:
            steps = plan(track, 2, 0, at(NEW_YORK, 4, 15, joined), ATLANTA, ANY_TIME)
            assert steps[1].at == at(NEW_YORK, 4, 16, second)

    def test_nothing_is_planned_before_now(self) -> None:
        """After a pause the overdue steps follow each other half a day apart, within the hours."""
        now = at(NEW_YORK, 5, 6, "15:00")
        steps = plan(EMAILS, 5, 1, WEDNESDAY_MORNING, ATLANTA, QUIET, now)
        assert steps[0] == Planned(now, at(NEW_YORK, 4, 17, "09:00"), "not_before")
        assert [step.at for step in steps[1:3]] == [at(NEW_YORK, 5, 7, "07:00"), at(NEW_YORK, 5, 7, "19:00")]
        assert [step.moved for step in steps[1:]] == ["min_gap", "min_gap", "min_gap"]

    def test_a_step_that_is_on_time_is_not_touched_by_not_before(self) -> None:
        now = at(NEW_YORK, 4, 16, "15:00")
        assert plan(EMAILS, 5, 1, WEDNESDAY_MORNING, ATLANTA, QUIET, now) == plan(
            EMAILS, 5, 1, WEDNESDAY_MORNING, ATLANTA, QUIET
        )


def verdict(
    now: datetime,
    planned_for: datetime | None = None,
    *,
    track: Track = TEXTS,
    place: Place = ATLANTA,
    sent: tuple[datetime, ...] = (),
    cap: int = 3,
    quiet: QuietHours = QUIET,
) -> Send | Defer | Skip:
    return decide(
        channel=track.channel,
        planned_for=planned_for or now,
        now=now,
        place=place,
        quiet=quiet,
        track=track,
        sent_last_24h=sent,
        cap=cap,
    )


NOON = at(NEW_YORK, 4, 15, "12:00")


class TestDecide:
    """Send, wait or let go."""

    def test_a_due_step_in_open_hours_is_sent(self) -> None:
        assert verdict(NOON) == Send()
        assert verdict(NOON, NOON - 4 * HOUR) == Send()

    def test_a_step_is_not_sent_before_its_time(self) -> None:
        assert verdict(NOON, NOON + timedelta(seconds=1)) == Defer(NOON + timedelta(seconds=1), "not_due")

    @pytest.mark.parametrize(
        ("now", "place", "until", "reason"),
        [
            (at(NEW_YORK, 4, 15, "20:00"), ATLANTA, at(NEW_YORK, 4, 16, "09:00"), "quiet_hours"),
            (at(NEW_YORK, 4, 15, "08:59"), ATLANTA, at(NEW_YORK, 4, 15, "09:00"), "quiet_hours"),
            (at(NEW_YORK, 4, 19, "11:00"), ATLANTA, at(NEW_YORK, 4, 19, "12:00"), "sunday"),
            (at(CHICAGO, 12, 25, "11:00"), MOBILE_ALABAMA, at(CHICAGO, 12, 26, "09:00"), "holiday"),
            (NOON, HELD, NOON + DAY, "place_unknown"),
            (NOON, NEVER, NOON + DAY, "no_hours"),
        ],
        ids=["evening", "morning", "Sunday", "holiday", "held", "no common hour"],
    )
    def test_closed_hours_defer_to_the_next_opening(
        self, now: datetime, place: Place, until: datetime, reason: str
    ) -> None:
        assert verdict(now, place=place) == Defer(until, reason)  # type: ignore[arg-type]

    def test_a_weekday_the_cadence_skips_defers_to_its_next_regular_moment(self) -> None:
        track = replace(TEXTS, weekdays=frozenset({0, 4}))
        assert verdict(NOON, track=track) == Defer(at(NEW_YORK, 4, 17, "10:30"), "weekday")

    def test_an_evening_before_a_skipped_weekday_defers_over_it(self) -> None:
        track = replace(TEXTS, weekdays=frozenset({0, 1, 2}))
        late = at(NEW_YORK, 4, 15, "20:30")
        assert verdict(late, track=track) == Defer(at(NEW_YORK, 4, 20, "10:30"), "quiet_hours")

    def test_a_cadence_of_closed_weekdays_alone_is_sent_on_a_lawful_one(self) -> None:
        track = replace(TEXTS, weekdays=frozenset({6}))
        assert verdict(at(CHICAGO, 4, 20, "12:00"), track=track, place=MOBILE_ALABAMA) == Send()

    @pytest.mark.parametrize(
        ("late", "expected"),
        [("send", Send()), ("drop", Skip("late")), ("next_window", Defer(at(NEW_YORK, 4, 16, "10:30"), "late"))],
    )
    def test_a_late_step_follows_the_policy(self, late: str, expected: object) -> None:
        track = replace(TEXTS, late=late)  # type: ignore[arg-type]
        tolerated = NOON - track.late_after
        assert verdict(NOON, tolerated, track=track) == Send()
        assert verdict(NOON, tolerated - timedelta(seconds=1), track=track) == expected

    def test_the_next_window_may_still_be_today(self) -> None:
        track = replace(TEXTS, late="next_window", at=time(18))
        assert verdict(NOON, NOON - DAY, track=track) == Defer(at(NEW_YORK, 4, 15, "18:00"), "late")

    @pytest.mark.parametrize(
        ("ages", "cap", "expected"),
        [
            ((1, 5), 3, Send()),
            ((1, 5, 20), 3, Defer(NOON + 4 * HOUR, "cap")),
            ((20, 1, 5), 3, Defer(NOON + 4 * HOUR, "cap")),
            ((1, 5, 24), 3, Send()),
            ((1, 5, 30), 3, Send()),
            ((1, 5, 20), 2, Defer(at(NEW_YORK, 4, 16, "09:00"), "cap")),
            ((), 0, Defer(NOON + DAY, "cap")),
        ],
        ids=["under", "at the cap", "any order", "exactly a day old", "older", "over the cap, then the night", "none"],
    )
    def test_the_cap_rolls_over_24_hours(self, ages: tuple[int, ...], cap: int, expected: object) -> None:
        assert verdict(NOON, sent=tuple(NOON - age * HOUR for age in ages), cap=cap) == expected

    def test_the_laws_lower_cap_holds_for_texts_alone(self) -> None:
        florida = Place((NEW_YORK,), ("FL",), "zip", None)
        sent = tuple(NOON - age * HOUR for age in (1, 2, 20))
        assert verdict(NOON, place=florida, sent=sent, cap=9) == Defer(NOON + 4 * HOUR, "cap")
        assert verdict(NOON, place=ATLANTA, sent=sent, cap=9) == Send()
        assert verdict(NOON, place=florida, sent=sent, cap=9, track=EMAILS) == Send()

    @pytest.mark.parametrize(
        ("here", "elsewhere", "together", "expected"),
        [
            ((1,), (2,), 3, Send()),
            ((), (2, 20), 2, Defer(NOON + 4 * HOUR, "cap")),
            ((20,), (2,), 2, Defer(NOON + 4 * HOUR, "cap")),
            ((1,), (24,), 2, Send()),
            ((1, 2, 3), (), 9, Defer(at(NEW_YORK, 4, 16, "09:00"), "cap")),
            ((3, 2, 1), (1,), 2, Defer(at(NEW_YORK, 4, 16, "11:00"), "cap")),
            ((), (9,), None, Send()),
        ],
        ids=[
            "under both", "all on the other channel", "one on each", "exactly a day old", "the channel's own cap alone",
            "the later of the two has the word", "no cap together",
        ],
    )  # fmt: skip
    def test_the_cap_over_both_channels(
        self, here: tuple[int, ...], elsewhere: tuple[int, ...], together: int | None, expected: object
    ) -> None:
        found = decide(
            channel="sms", planned_for=NOON, now=NOON, place=ATLANTA, quiet=QUIET, track=TEXTS, cap=3,
            sent_last_24h=[NOON - age * HOUR for age in here], sent_elsewhere=[NOON - age * HOUR for age in elsewhere],
            together=together,
        )  # fmt: skip
        assert found == expected

    def test_an_email_needs_no_known_place(self) -> None:
        assert verdict(NOON, place=HELD, track=EMAILS) == Send()

    def test_a_track_of_the_other_channel_is_refused(self) -> None:
        with pytest.raises(ValueError, match="track for sms"):
            decide(
                channel="email", planned_for=NOON, now=NOON, place=ATLANTA, quiet=QUIET, track=TEXTS,
                sent_last_24h=(), cap=3,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "clock", "seconds"),
    [
        ("sms", "12:00", 8 * 3600),
        ("sms", "19:59", 60),
        ("sms", "20:00", 1),
        ("sms", "09:00", 36_000),
        ("sms", "03:00", 1),
        ("email", "20:00", 3600),
    ],
    ids=["the rest of the day", "a minute", "closed", "never over ten hours", "night", "email"],
)
def test_a_message_stays_valid_until_its_hours_end(channel: Channel, clock: str, seconds: int) -> None:
    assert seconds_left(channel, ATLANTA, at(NEW_YORK, 4, 15, clock), QUIET) == seconds


def test_the_last_half_second_counts_as_one() -> None:
    last = at(NEW_YORK, 4, 15, "20:00") - timedelta(milliseconds=500)
    assert seconds_left("sms", ATLANTA, last, QUIET) == 1


def test_a_held_place_has_no_seconds_left() -> None:
    assert seconds_left("sms", HELD, NOON, QUIET) == 1


tracks = st.builds(
    lambda channel, days, every, hour, minute, weekdays: Track(
        channel=channel,
        days=tuple(sorted(days)),
        then_every=every,
        at=time(hour, minute),
        weekdays=frozenset(weekdays),
        late="send",
        late_after=HOUR,
    ),
    st.sampled_from(["sms", "email"]),
    st.sets(st.integers(0, 12), max_size=4),
    st.integers(1, 9),
    st.integers(0, 23),
    st.sampled_from([0, 30]),
    st.sets(st.integers(0, 6), min_size=1),
)
places = st.builds(
    lambda zones, states: Place(tuple(zones), tuple(states), "zip", None),
    st.lists(st.sampled_from([NEW_YORK, CHICAGO, DENVER, PHOENIX, HONOLULU]), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(["GA", "FL", "TX", "AL", "RI", "KY", "UT"]), max_size=2, unique=True),
)
anchors = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC)) | st.builds(
    lambda hours_on: datetime(2026, 3, 5, tzinfo=UTC) + hours_on * HOUR, st.integers(0, 100)
)
quiets = st.sampled_from([QUIET, ANY_TIME, replace(QUIET, sunday_sms=None, email=Window(time(18), time(2)))])


@given(tracks, places, anchors, quiets, st.integers(0, 7))
@settings(max_examples=120, deadline=None)
def test_a_plan_is_allowed_ordered_spaced_and_pure(
    track: Track, place: Place, anchor: datetime, quiet: QuietHours, cursor: int
) -> None:
    """Allowed in every zone, never before the anchor or the wish, half a day apart; its tail is the plan from there."""
    planned = plan(track, 7, 0, anchor, place, quiet)
    assert all(hours(track.channel, place, step.at, quiet).allowed for step in planned)
    assert all(step.at >= anchor and step.at >= step.wanted for step in planned)
    assert all(b.at - a.at >= MIN_GAP for a, b in pairwise(planned))
    assert all((step.moved in (None, "dst_gap")) == (step.at == step.wanted) for step in planned)
    assert plan(track, 7, 0, anchor, place, quiet) == planned
    assert plan(track, 7, cursor, anchor, place, quiet) == planned[cursor:]


@given(tracks, places, anchors, quiets, st.integers(0, 40), st.integers(0, 6))
@settings(max_examples=80, deadline=None)
def test_a_plan_from_now_keeps_its_order_and_its_tail(
    track: Track, place: Place, anchor: datetime, quiet: QuietHours, days_on: int, cursor: int
) -> None:
    """Where the last step was really sent, the rest follows as planned when asked for half a day later on."""
    now = anchor + days_on * DAY
    planned = plan(track, 7, cursor, anchor, place, quiet, now)
    assert all(step.at >= now and hours(track.channel, place, step.at, quiet).allowed for step in planned)
    assert all(b.at - a.at >= MIN_GAP for a, b in pairwise(planned))
    rest = plan(track, 7, cursor + 1, anchor, place, quiet, planned[0].at + MIN_GAP)
    assert [step.at for step in rest] == [step.at for step in planned[1:]]


@given(tracks, places, anchors, quiets)
@settings(max_examples=80, deadline=None)
def test_a_step_decided_on_at_its_planned_moment_is_sent(
    track: Track, place: Place, anchor: datetime, quiet: QuietHours
) -> None:
    for step in plan(track, 3, 0, anchor, place, quiet):
        assert verdict(step.at, track=track, place=place, quiet=quiet) == Send()


@given(tracks, places, anchors, quiets, st.sampled_from(["send", "next_window"]), st.integers(0, 90))
@settings(max_examples=80, deadline=None)
def test_a_deferral_is_later_and_ends_in_a_send(
    track: Track, place: Place, now: datetime, quiet: QuietHours, late: str, hours_late: int
) -> None:
    """Whatever the moment and the delay: storing `until` and looking again then sends."""
    track = replace(track, late=late)  # type: ignore[arg-type]
    first = verdict(now, now - hours_late * HOUR, track=track, place=place, quiet=quiet)
    if isinstance(first, Defer):
        assert first.until > now
        assert verdict(first.until, track=track, place=place, quiet=quiet) == Send()
    else:
        assert first == Send()


def test_a_leap_day_counts_as_a_day() -> None:
    anchor = datetime(2028, 2, 27, 12, tzinfo=UTC)
    track = replace(EMAILS, days=(2,))
    assert due(track, 0, anchor, ATLANTA, QUIET).at.date() == date(2028, 2, 29)
