"""Every state of the table, asked as a door asks: by ZIP, by number, by the state on file; each kind of day; to the second."""

from datetime import date

import pytest

from outreach.rules.places import place
from outreach.rules.state_hours import text_cap
from tests.rules.printed_law import (
    CAPITALS,
    DAYS,
    EASTERN,
    NOBODY_KNOWS,
    PRINTED,
    asked,
    assert_open_exactly,
    local,
    number,
    printed,
)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("state", CAPITALS)
def test_the_capital_of_each_state_by_its_zip(state: str, day: str) -> None:
    zip_code, zone, _ = CAPITALS[state]
    when, kind = DAYS[day]
    assert_open_exactly(getattr(printed(state), kind), zone, when, zip_code=zip_code)


@pytest.mark.parametrize("state", [state for state, (_, _, area) in CAPITALS.items() if area])
def test_a_number_of_each_state_on_each_kind_of_day(state: str) -> None:
    _, zone, area = CAPITALS[state]
    for when, kind in DAYS.values():
        assert_open_exactly(getattr(printed(state), kind), zone, when, phone=number(area))


@pytest.mark.parametrize("state", CAPITALS)
def test_the_cap_of_each_state(state: str) -> None:
    where = place(phone=None, zip_code=CAPITALS[state][0], zone=None, state=None)
    assert where.states == (state,)
    assert text_cap(where.states) == printed(state).cap


@pytest.mark.parametrize("state", CAPITALS)
def test_a_state_on_file_binds_a_number_from_georgia(state: str) -> None:
    """The file's state and the number's both hold, on the number's clock; in Texas on Central time too."""
    for when, kind in DAYS.values():
        window = getattr(printed(state), kind)
        if window:
            start, end = (int(hour) for hour in window.split("-"))
            start, end = max(8, start), min(21, end)
            window = f"{start + 1 if state == 'TX' else start}-{end}"
        assert_open_exactly(window, EASTERN, when, phone=number("404"), state=state)


@pytest.mark.parametrize(
    ("state", "zip_code", "day", "shut"),
    [
        ("AL", "36104", date(2026, 1, 1), True),
        ("AL", "36104", date(2026, 1, 19), True),
        ("AL", "36104", date(2026, 2, 16), True),
        ("AL", "36104", date(2026, 6, 1), True),
        ("AL", "36104", date(2026, 6, 19), True),
        ("AL", "36104", date(2026, 11, 11), True),
        ("AL", "36104", date(2026, 11, 26), True),
        ("AL", "36104", date(2026, 11, 27), False),
        ("LA", "70802", date(2026, 4, 3), True),
        ("LA", "70802", date(2026, 2, 17), True),
        ("LA", "70802", date(2026, 7, 4), True),
        ("LA", "70802", date(2026, 7, 6), False),
        ("RI", "02903", date(2026, 8, 10), True),
        ("RI", "02903", date(2026, 5, 25), True),
        ("RI", "02903", date(2026, 9, 7), True),
        ("UT", "84101", date(2026, 7, 24), True),
        ("UT", "84101", date(2026, 7, 25), False),
        ("UT", "84101", date(2026, 12, 31), False),
        ("UT", "84101", date(2027, 1, 1), True),
        ("MS", "39201", date(2026, 12, 25), False),
        ("TX", "78701", date(2026, 12, 25), False),
        ("GA", "30303", date(2026, 12, 25), False),
    ],
    ids=[
        "New Year", "King Day", "Presidents' Day", "Jefferson Davis Day", "Juneteenth", "Veterans Day", "Thanksgiving",
        "the day after Thanksgiving", "Good Friday", "Mardi Gras", "Independence Day on a Saturday",
        "the Monday after it", "Victory Day", "Memorial Day", "Labor Day", "Pioneer Day", "the day after it",
        "New Year's Eve", "the new year begins with a holiday", "Mississippi writes on Christmas", "Texas on Christmas",
        "Georgia on Christmas",
    ],
)  # fmt: skip
def test_a_holiday_shuts_the_states_that_name_holidays(state: str, zip_code: str, day: date, shut: bool) -> None:
    zone = CAPITALS[state][1]
    assert asked(local(zone, day, "12"), zip_code=zip_code) is not shut


def test_the_cases_of_the_hours_are_more_than_the_states() -> None:
    """Every state and the capital's district stand in this file's table."""
    assert len(CAPITALS) == 51
    assert set(PRINTED) <= set(CAPITALS)
    assert text_cap(()) == NOBODY_KNOWS.cap
