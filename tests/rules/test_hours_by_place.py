"""Places with a turn of their own, asked as a door asks: ambiguous numbers, Arizona, Navajo, Hawaii, borders, abroad."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
import zipcodes
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers.timezone import time_zones_for_number

from outreach.rules.hours import closes, hours, next_open
from outreach.rules.places import place
from outreach.rules.planner import LONGEST_VALIDITY, seconds_left
from tests.rules.printed_law import (
    ALASKA,
    ARIZONA,
    CAPITALS,
    CENTRAL,
    EASTERN,
    HAWAII,
    LAW_ALONE,
    MOUNTAIN,
    PACIFIC,
    SECOND,
    assert_open_exactly,
    number,
    printed,
)


@pytest.mark.parametrize(
    ("facts", "zone", "day", "window"),
    [
        ({"zip_code": "85007"}, ARIZONA, date(2026, 7, 13), "08-21"),
        ({"zip_code": "85007"}, "Etc/GMT+7", date(2026, 3, 8), "08-21"),
        ({"zip_code": "85007"}, "Etc/GMT+7", date(2026, 11, 1), "08-21"),
        ({"zip_code": "86515"}, MOUNTAIN, date(2026, 7, 13), "08-21"),
        ({"zip_code": "86515"}, "Etc/GMT+6", date(2026, 7, 13), "08-21"),
        ({"zip_code": "86515"}, "Etc/GMT+7", date(2026, 1, 12), "08-21"),
        ({"phone": number("928")}, ARIZONA, date(2026, 7, 13), "08-20"),
        ({"phone": number("928")}, ARIZONA, date(2026, 1, 12), "08-21"),
        ({"phone": number("928"), "zip_code": "85007"}, ARIZONA, date(2026, 7, 13), "08-20"),
        ({"zip_code": "96813"}, "Etc/GMT+10", date(2026, 7, 13), "08-21"),
        ({"zip_code": "96813"}, "Etc/GMT+10", date(2026, 3, 8), "08-21"),
        ({"phone": number("907")}, ALASKA, date(2026, 7, 13), "09-21"),
        ({"phone": number("907")}, "America/Adak", date(2026, 7, 13), "08-20"),
        ({"zip_code": "99546"}, "America/Adak", date(2026, 7, 13), "08-21"),
        ({"zip_code": "99742"}, ALASKA, date(2026, 7, 13), "08-21"),
        ({"phone": number("775")}, PACIFIC, date(2026, 7, 13), "09-19"),
        ({"zip_code": "89701", "phone": number("775")}, PACIFIC, date(2026, 7, 13), "09-19"),
        ({"phone": number("605", "424")}, MOUNTAIN, date(2026, 7, 13), "08-20"),
        ({"phone": number("605", "224")}, CENTRAL, date(2026, 7, 13), "08-21"),
        ({"phone": number("850", "224")}, EASTERN, date(2026, 7, 13), "08-20"),
        ({"phone": number("850", "432")}, CENTRAL, date(2026, 7, 13), "08-20"),
        ({"phone": number("850")}, EASTERN, date(2026, 7, 13), "09-20"),
        ({"zip_code": "32501"}, CENTRAL, date(2026, 7, 13), "08-20"),
        ({"zip_code": "32301", "phone": number("850", "432")}, EASTERN, date(2026, 7, 13), "09-20"),
        ({"phone": number("423", "234")}, EASTERN, date(2026, 7, 13), "08-21"),
        ({"phone": number("423")}, EASTERN, date(2026, 7, 13), "09-21"),
        ({"zip_code": "79901"}, MOUNTAIN, date(2026, 7, 13), "09-20"),
        ({"zip_code": "79901"}, MOUNTAIN, date(2026, 7, 12), "12-20"),
        ({"zip_code": "79901"}, CENTRAL, date(2026, 7, 13), "10-21"),
        ({"phone": number("915")}, MOUNTAIN, date(2026, 7, 13), "09-20"),
        ({"zip_code": "88001", "phone": number("915")}, MOUNTAIN, date(2026, 7, 13), "09-20"),
        ({"zip_code": "30303", "phone": number("512")}, EASTERN, date(2026, 7, 13), "10-21"),
        ({"zip_code": "46320"}, CENTRAL, date(2026, 7, 13), "08-21"),
        ({"zip_code": "47708"}, CENTRAL, date(2026, 7, 13), "08-21"),
        ({"zip_code": "46204"}, EASTERN, date(2026, 7, 13), "08-21"),
        ({"phone": number("219")}, EASTERN, date(2026, 7, 13), "09-21"),
        ({"phone": number("317")}, EASTERN, date(2026, 7, 13), "08-21"),
        ({"zip_code": "83814"}, PACIFIC, date(2026, 7, 13), "08-21"),
        ({"phone": number("208")}, "America/Boise", date(2026, 7, 13), "09-21"),
        ({"zip_code": "49938"}, CENTRAL, date(2026, 7, 13), "09-21"),
        ({"zip_code": "57735"}, MOUNTAIN, date(2026, 7, 13), "08-21"),
        ({"zip_code": "97914"}, "America/Boise", date(2026, 7, 13), "08-21"),
        ({"zip_code": "00901"}, "America/Puerto_Rico", date(2026, 1, 12), "08-21"),
        ({"phone": number("787")}, "Etc/GMT+4", date(2026, 7, 13), "08-21"),
        ({"zip_code": "96910"}, "Pacific/Guam", date(2026, 7, 13), "08-21"),
        ({"phone": number("671")}, "Etc/GMT-10", date(2026, 1, 12), "08-21"),
        ({"zip_code": "00802"}, "America/St_Thomas", date(2026, 7, 13), "08-21"),
        ({"zip_code": "96799"}, "Pacific/Pago_Pago", date(2026, 7, 13), "08-21"),
        ({"phone": number("416")}, "America/Toronto", date(2026, 7, 13), "09-20"),
        ({"phone": number("416")}, "America/Toronto", date(2026, 7, 12), "12-20"),
        ({"phone": number("709")}, "America/St_Johns", date(2026, 7, 13), "09:30-20"),
        ({"phone": number("807")}, "America/Toronto", date(2026, 7, 13), "10-20"),
        ({"phone": number("306")}, "America/Regina", date(2026, 1, 12), "10-20"),
        ({"phone": number("876", "922")}, "America/Jamaica", date(2026, 7, 13), "09-20"),
        ({"phone": "+442079460123"}, "Europe/London", date(2026, 7, 13), "09-20"),
        ({"phone": number("404"), "zip_code": "96813"}, EASTERN, date(2026, 7, 13), "14-21"),
        ({"phone": number("404"), "zip_code": "96813"}, EASTERN, date(2026, 1, 12), "13-21"),
        ({"phone": number("401"), "zip_code": "40202"}, EASTERN, date(2026, 7, 13), "10-18"),
        ({"phone": number("401"), "zip_code": "40202"}, EASTERN, date(2026, 7, 11), "10-17"),
        ({"phone": number("401"), "zip_code": "40202"}, EASTERN, date(2026, 7, 12), ""),
        ({"phone": number("305"), "zip_code": "80203"}, MOUNTAIN, date(2026, 7, 13), "08-18"),
        ({"phone": number("800"), "zip_code": "40601"}, EASTERN, date(2026, 7, 13), "10-21"),
        ({"phone": number("500"), "zip_code": "30303"}, EASTERN, date(2026, 7, 13), "08-21"),
        ({"zip_code": "99999", "phone": number("404")}, EASTERN, date(2026, 7, 13), "08-21"),
        ({"zip_code": "30303", "state": "RI"}, EASTERN, date(2026, 7, 11), "10-17"),
        ({"zip_code": "30303", "state": "ri"}, EASTERN, date(2026, 7, 12), ""),
        ({"zip_code": "30303", "state": "XX"}, EASTERN, date(2026, 7, 12), "12-20"),
        ({"zone": HAWAII, "phone": number("404"), "zip_code": "40601"}, HAWAII, date(2026, 7, 13), "10-21"),
        ({"zone": EASTERN, "phone": number("305")}, EASTERN, date(2026, 7, 13), "08-20"),
        ({"zone": EASTERN}, EASTERN, date(2026, 7, 12), "12-20"),
        ({"zone": MOUNTAIN, "phone": number("512")}, MOUNTAIN, date(2026, 7, 13), "09-20"),
        ({"zone": EASTERN, "zip_code": "09001"}, EASTERN, date(2026, 7, 13), "09-20"),
    ],
    ids=[
        "Phoenix in summer", "Phoenix on the day others spring forward", "Phoenix on the day others fall back",
        "Navajo Nation in summer", "Navajo Nation keeps summer time", "Navajo Nation in winter",
        "928 may be Navajo: an hour less in summer", "928 in winter is one clock", "928 with a Phoenix ZIP still may be",
        "Honolulu", "Honolulu on the day others spring forward", "907: the morning waits for Adak",
        "907: the evening ends with Anchorage", "Adak's own ZIP", "Savoonga's zone is called Nome",
        "775: the evening ends with Boise's clock", "Carson City by ZIP with a 775 number", "605-424: two clocks",
        "605 elsewhere is Central", "850-224 is Tallahassee", "850-432 is Pensacola", "850 alone may be either",
        "Pensacola's ZIP", "Tallahassee's ZIP and a Pensacola number", "423-234 is Chattanooga's side",
        "423 alone may be either", "El Paso: local and Central time", "El Paso on a Sunday", "El Paso by the Central clock",
        "915 by the number", "Las Cruces with an El Paso number", "Atlanta with an Austin number", "Gary", "Evansville",
        "Indianapolis", "219 may be Gary", "317 is Indianapolis", "Coeur d'Alene", "208 may be either side",
        "Upper Michigan on Central time", "the Black Hills", "Oregon's Mountain corner", "San Juan in winter",
        "787 all year", "Guam", "671 all year", "St Thomas", "Pago Pago", "Toronto: no state's law, so the strictest",
        "Toronto on a Sunday", "Newfoundland and Labrador", "807 may be Kenora", "306 may be Lloydminster",
        "Kingston, Jamaica", "London", "Honolulu's ZIP with an Atlanta number", "the same in winter",
        "Kentucky's ZIP with a Rhode Island number", "the same on a Saturday", "the same on a Sunday: Rhode Island has none",
        "Denver's ZIP with a Miami number: Florida's evening", "a toll-free number says nothing, the ZIP all",
        "a personal number says nothing", "a ZIP that does not exist says nothing", "the file's state is stricter",
        "in small letters too", "a state that does not exist is the strictest", "a confirmed zone wins, the states stay",
        "Florida's number presumes Florida", "a zone without a state is strict", "a confirmed zone and a Texan number",
        "a confirmed zone cures a military ZIP",
    ],
)  # fmt: skip
def test_a_place_with_a_turn_of_its_own(facts: dict[str, str], zone: str, day: date, window: str) -> None:
    assert_open_exactly(window, zone, day, **facts)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, "place_unknown"),
        ({"state": "GA"}, "place_unknown"),
        ({"phone": number("800")}, "place_unknown"),
        ({"phone": number("888"), "state": "FL"}, "place_unknown"),
        ({"phone": number("876")}, "place_unknown"),
        ({"phone": number("242")}, "place_unknown"),
        ({"phone": number("200")}, "place_unknown"),
        ({"phone": "+1404555012"}, "place_unknown"),
        ({"phone": "911"}, "place_unknown"),
        ({"phone": ""}, "place_unknown"),
        ({"zip_code": "00000"}, "place_unknown"),
        ({"zip_code": "3030O"}, "place_unknown"),
        ({"zip_code": "09001"}, "zip_abroad"),
        ({"zip_code": "96201", "phone": number("404")}, "zip_abroad"),
        ({"phone": "+61491570156"}, "too_many_zones"),
        ({"zip_code": "30303", "phone": "+61491570156"}, "too_many_zones"),
    ],
    ids=[
        "nothing", "a state alone opens nothing", "toll-free", "toll-free and a state", "Jamaica, exchange not known",
        "Bahamas, not a number", "no such area code", "a digit short", "an emergency number", "an empty number",
        "a ZIP of noughts", "a letter in the ZIP", "military post in Europe", "military post and a number",
        "all of Australia", "all of Australia and a ZIP",
    ],
)  # fmt: skip
def test_what_says_too_little_is_held_at_every_hour(facts: dict[str, str], reason: str) -> None:
    where = place(**{"phone": None, "zip_code": None, "zone": None, "state": None, **facts})
    for hour in range(24):
        found = hours("sms", where, datetime(2026, 7, 13, hour, tzinfo=UTC), LAW_ALONE)
        assert (found.allowed, found.reason, found.next_allowed, found.window) == (False, reason, None, None)


@pytest.mark.parametrize(
    ("zip_code", "at", "following"),
    [
        ("30303", "2026-03-08T06:59:59", "2026-03-08T12:00:00"),
        ("30303", "2026-11-01T01:00:00", "2026-11-01T13:00:00"),
        ("30303", "2026-03-07T12:00:00", "2026-03-07T13:00:00"),
        ("60601", "2026-03-08T09:00:00", "2026-03-08T14:00:00"),
        ("85007", "2026-03-08T09:00:00", "2026-03-08T15:00:00"),
        ("86515", "2026-03-08T09:00:00", "2026-03-08T14:00:00"),
        ("86515", "2026-11-01T09:00:00", "2026-11-01T15:00:00"),
        ("96813", "2026-11-01T09:00:00", "2026-11-01T18:00:00"),
        ("30303", "2026-12-31T23:30:00", "2026-12-31T23:30:00"),
        ("30303", "2027-01-01T02:00:00", "2027-01-01T13:00:00"),
        ("36104", "2026-12-31T23:30:00", "2026-12-31T23:30:00"),
        ("36104", "2027-01-01T02:00:00", "2027-01-02T14:00:00"),
        ("84101", "2026-12-31T20:00:00", "2026-12-31T20:00:00"),
        ("84101", "2027-01-01T18:00:00", "2027-01-02T15:00:00"),
        ("30303", "2028-02-29T02:30:00", "2028-02-29T13:00:00"),
        ("39201", "2028-02-27T18:00:00", "2028-02-28T14:00:00"),
        ("36104", "2026-05-24T02:00:00", "2026-05-26T13:00:00"),
        ("02903", "2026-12-24T23:00:00", "2026-12-26T15:00:00"),
        ("02903", "2026-12-26T22:00:00", "2026-12-28T14:00:00"),
        ("78701", "2026-07-12T15:00:00", "2026-07-12T17:00:00"),
        ("79901", "2026-07-13T02:00:00", "2026-07-13T15:00:00"),
        ("96910", "2026-07-13T10:59:59", "2026-07-13T10:59:59"),
        ("96910", "2026-07-13T11:00:00", "2026-07-13T22:00:00"),
        ("96799", "2026-07-13T08:00:00", "2026-07-13T19:00:00"),
    ],
    ids=[
        "before the gap, after it", "after the doubled hour", "the day before the gap", "Chicago springs forward",
        "Phoenix does not", "Navajo does", "Navajo falls back", "Honolulu does not", "New Year's Eve is a usual evening",
        "Georgia on New Year", "Alabama on New Year's Eve", "Alabama skips New Year", "Utah on New Year's Eve",
        "Utah skips New Year", "leap day in Georgia", "the Sunday before leap day in Mississippi",
        "Alabama skips Sunday and Memorial Day", "Rhode Island skips Christmas, then a Saturday",
        "a Saturday's end, then Sunday is none", "Texas waits for noon on a Sunday", "El Paso's Monday",
        "Guam's evening is open to its last second", "Guam's next morning", "Pago Pago's morning",
    ],
)  # fmt: skip
def test_the_next_allowed_moment(zip_code: str, at: str, following: str) -> None:
    """All in UTC."""
    where = place(phone=None, zip_code=zip_code, zone=None, state=None)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert next_open("sms", where, moment, LAW_ALONE) == datetime.fromisoformat(following).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "at", "seconds"),
    [
        ({"zip_code": "30303"}, "2026-07-14T00:59:59", 1),
        ({"zip_code": "30303"}, "2026-07-14T00:59:00", 60),
        ({"zip_code": "30303"}, "2026-07-14T01:00:00", 1),
        ({"zip_code": "30303"}, "2026-07-13T15:00:00", 36_000),
        ({"zip_code": "30303"}, "2026-07-13T15:00:01", 35_999),
        ({"zip_code": "30303"}, "2026-07-13T12:00:00", 36_000),
        ({"zip_code": "30303"}, "2026-03-08T20:00:00", 18_000),
        ({"zip_code": "30303"}, "2026-11-01T20:00:00", 21_600),
        ({"zip_code": "02903"}, "2026-07-11T20:59:30", 30),
        ({"zip_code": "79901"}, "2026-07-14T01:00:00", 3_600),
        ({"phone": number("907")}, "2026-07-14T04:00:00", 3_600),
        ({"zip_code": "96813"}, "2026-11-01T22:00:00", 32_400),
        ({"phone": number("404"), "zip_code": "96813"}, "2026-07-13T18:00:00", 25_200),
        ({"phone": number("800")}, "2026-07-13T18:00:00", 1),
    ],
    ids=[
        "the last second", "the last minute", "shut: the least there is", "ten hours before the end",
        "a second less than ten hours", "never more than ten hours", "the evening of spring forward",
        "the evening of fall back", "a Rhode Island Saturday", "El Paso ends by Central time",
        "907 ends with Anchorage", "Honolulu does not fall back", "two zones: the eastern evening ends it", "held",
    ],
)  # fmt: skip
def test_a_text_is_valid_to_the_end_of_the_window(facts: dict[str, str], at: str, seconds: int) -> None:
    where = place(**{"phone": None, "zip_code": None, "zone": None, "state": None, **facts})
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert seconds_left("sms", where, moment, LAW_ALONE) == seconds


def literal_zones(phone: str, zip_code: str) -> set[str]:
    """What the two libraries say, word for word: the ZIP's zone and the number's together."""
    zones = set(time_zones_for_number(phonenumbers.parse(phone)))
    return zones | {row["timezone"] for row in zipcodes.matching(zip_code)}


@given(
    st.sampled_from(sorted(CAPITALS)),
    st.sampled_from(["404", "305", "602", "928", "907", "775", "850", "219", "208", "808", "512", "915", "401", "502"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
@settings(max_examples=150, deadline=None)
def test_whatever_zip_and_number_no_clock_they_name_is_ever_outside_its_hours(
    state: str, area: str, at: datetime
) -> None:
    """The libraries' own answers, asked afresh: allowed means inside the printed hours on each of those clocks."""
    zip_code, phone = CAPITALS[state][0], number(area)
    where = place(phone=phone, zip_code=zip_code, zone=None, state=None)
    zones = literal_zones(phone, zip_code)
    assert zones <= set(where.zones)
    assert state in where.states
    allowed = hours("sms", where, at, LAW_ALONE).allowed
    inside = True
    for zone in zones:
        shown = at.astimezone(ZoneInfo(zone))
        for one in where.states:
            row = printed(one)
            window = row.sunday if shown.weekday() == 6 else row.saturday if shown.weekday() == 5 else row.weekday
            inside = inside and bool(window) and int(window[:2]) <= shown.hour < int(window[3:])
    assert inside or not allowed
    if allowed:
        end = closes("sms", where, at, LAW_ALONE)
        assert end is not None and end > at
        assert 1 <= seconds_left("sms", where, at, LAW_ALONE) <= LONGEST_VALIDITY
        assert at + timedelta(seconds=seconds_left("sms", where, at, LAW_ALONE)) <= end + SECOND
