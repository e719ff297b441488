"""Where a person may be: confirmed zones, ZIP codes, numbers, and when nothing of it is enough."""

from datetime import UTC, datetime, timedelta

import pytest
import zipcodes

from outreach.rules.area_codes import STATE_OF_AREA, ZONES_OF_SPLIT_AREA
from outreach.rules.exchanges import IN_THE_USUAL_ZONE
from outreach.rules.places import Place, UnknownZone, place, zone_named

NEW_YORK, CHICAGO, DENVER, PHOENIX = "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"
LOS_ANGELES, HONOLULU, ANCHORAGE = "America/Los_Angeles", "Pacific/Honolulu", "America/Anchorage"


def placed(
    phone: str | None = None, zip_code: str | None = None, zone: str | None = None, state: str | None = None
) -> Place:
    return place(phone=phone, zip_code=zip_code, zone=zone, state=state)


@pytest.mark.parametrize(
    ("zip_code", "zone", "state"),
    [
        ("30303", NEW_YORK, "GA"),
        ("32501", CHICAGO, "FL"),
        ("32301", NEW_YORK, "FL"),
        ("79901", DENVER, "TX"),
        ("77002", CHICAGO, "TX"),
        ("83814", LOS_ANGELES, "ID"),
        ("37402", NEW_YORK, "TN"),
        ("37203", CHICAGO, "TN"),
        ("86515", DENVER, "AZ"),
        ("85001", PHOENIX, "AZ"),
        ("96801", HONOLULU, "HI"),
        ("46320", CHICAGO, "IN"),
        ("99634", ANCHORAGE, "AK"),
        ("30303-1234", NEW_YORK, "GA"),
    ],
    ids=[
        "Atlanta", "Pensacola", "Tallahassee", "El Paso", "Houston", "Coeur d'Alene", "Chattanooga", "Nashville",
        "Navajo Nation", "Phoenix", "Honolulu", "Hammond", "Napakiak (misprinted in the data)", "ZIP+4",
    ],
)  # fmt: skip
def test_a_zip_code_gives_zone_and_state(zip_code: str, zone: str, state: str) -> None:
    assert placed(zip_code=zip_code) == Place((zone,), (state,), "zip", None)


@pytest.mark.parametrize(
    ("phone", "zones", "states"),
    [
        ("+14045550123", (NEW_YORK,), ("GA",)),
        ("(404) 555-0123", (NEW_YORK,), ("GA",)),
        ("+18504321234", (CHICAGO,), ("FL",)),
        ("+18505550123", (NEW_YORK, CHICAGO), ("FL",)),
        ("+14235550123", (CHICAGO, NEW_YORK), ("TN",)),
        ("+12195550123", (NEW_YORK, CHICAGO), ("IN",)),
        ("+19075550123", ("America/Adak", ANCHORAGE), ("AK",)),
        ("+17755550123", ("America/Boise", LOS_ANGELES), ("NV",)),
        ("+16055550123", (DENVER, "America/North_Dakota/Center"), ("SD",)),
        ("+16025550123", (PHOENIX,), ("AZ",)),
        ("+19285550123", (PHOENIX, DENVER), ("AZ",)),
        ("+18085550123", (HONOLULU,), ("HI",)),
        ("+14165550123", ("America/Toronto",), ()),
        ("+442079460123", ("Europe/London",), ()),
    ],
    ids=[
        "one zone", "as people write it", "an exchange's own zone", "split Florida", "split Tennessee",
        "Gary, Indiana", "Alaska", "Nevada", "South Dakota", "Phoenix", "Arizona with Navajo", "Hawaii", "Canada", "UK",
    ],
)  # fmt: skip
def test_a_number_gives_every_zone_its_holder_may_be_in(
    phone: str, zones: tuple[str, ...], states: tuple[str, ...]
) -> None:
    assert placed(phone) == Place(zones, states, "number", None)


@pytest.mark.parametrize(
    ("facts", "hold"),
    [
        ({}, "place_unknown"),
        ({"phone": "+18005550123"}, "place_unknown"),
        ({"phone": "+15005550123"}, "place_unknown"),
        ({"phone": "+1988"}, "place_unknown"),
        ({"phone": "not a number"}, "place_unknown"),
        ({"zip_code": "99999"}, "place_unknown"),
        ({"zip_code": "3030"}, "place_unknown"),
        ({"zip_code": "09001"}, "zip_abroad"),
        ({"zip_code": "09001", "phone": "+14045550123"}, "zip_abroad"),
        ({"zip_code": "30303", "phone": "+61491570156"}, "too_many_zones"),
    ],
    ids=[
        "nothing known", "toll free", "personal number", "too short", "no number", "no such ZIP", "half a ZIP",
        "military post", "military post and a number", "a number valid in a whole continent",
    ],
)  # fmt: skip
def test_a_place_that_says_too_little_is_held(facts: dict[str, str], hold: str) -> None:
    held = placed(**facts)
    assert (held.zones, held.hold) == ((), hold)


def test_a_zip_cures_a_number_that_names_no_place() -> None:
    assert placed("+18005550123", "30303") == Place((NEW_YORK,), ("GA",), "zip", None)


def test_zip_and_number_hold_together_the_zip_first() -> None:
    assert placed("+18085550123", "30303") == Place((NEW_YORK, HONOLULU), ("GA", "HI"), "zip", None)


def test_a_confirmed_zone_wins_and_every_state_on_file_still_counts() -> None:
    """Florida and Oklahoma presume their area codes' holders resident, wherever they say they are."""
    assert placed("+13055550123", "77002", HONOLULU, "hi") == Place((HONOLULU,), ("HI", "TX", "FL"), "confirmed", None)
    assert placed("+18005550123", "09001", NEW_YORK).hold is None


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("EST", "America/New_York"),
        ("Pacific", "America/Los_Angeles"),
        ("Mountain", "America/Phoenix"),
        ("Amercia/New York", "America/New_York"),
        ("America/Los_Angles", "America/Los_Angeles"),
        ("Mars/Olympus", "a name like"),
        ("Etc/GMT+5", "a name like"),
        ("../../etc/passwd", "a name like"),
    ],
)
def test_a_zone_that_is_no_place_is_refused_with_the_cure(name: str, hint: str) -> None:
    with pytest.raises(UnknownZone) as refused:
        placed(zone=name)
    assert refused.value.name == name
    assert hint in refused.value.say


def test_zones_come_from_the_wheel_and_know_their_name() -> None:
    assert zone_named(PHOENIX).key == PHOENIX
    summer, winter = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert summer.astimezone(zone_named(PHOENIX)).utcoffset() == winter.astimezone(zone_named(PHOENIX)).utcoffset()
    assert summer.astimezone(zone_named(DENVER)).utcoffset() == timedelta(hours=-6)


def test_no_zip_code_of_a_state_lies_outside_its_area_codes_zones() -> None:
    """Every ZIP, area code by area code: the number alone must already allow for the zone the ZIP would give."""
    moments = [datetime(2026, month, 1, 12, tzinfo=UTC) for month in (1, 7)]

    def clock(zone: str) -> tuple[timedelta | None, ...]:
        return tuple(moment.astimezone(zone_named(zone)).utcoffset() for moment in moments)

    wrong = set()
    allowed = {area: {clock(zone) for zone in placed(f"+1{area}5550123").zones} for area in STATE_OF_AREA}
    for row in zipcodes.filter_by():  # type: ignore[no-untyped-call]
        if row["timezone"] in ("", "Napakiak"):
            continue
        for area in row["area_codes"]:
            if STATE_OF_AREA.get(area) == row["state"] and clock(row["timezone"]) not in allowed[area]:
                wrong.add((area, row["zip_code"], row["timezone"]))
    assert wrong == set()


def test_an_exchange_is_in_the_usual_zone_only_if_the_geocoder_knows_a_town_of_it_there() -> None:
    """Every one of the copied exchanges: its town by the geocoder, the town's ZIP codes, and their clocks."""
    from phonenumbers.geodata import GEOCODE_DATA
    from phonenumbers.tzdata import TIMEZONE_DATA

    clocks: dict[tuple[str, str], set[tuple[timedelta | None, ...]]] = {}
    moments = [datetime(2026, month, 1, 12, tzinfo=UTC) for month in (1, 7)]
    for row in zipcodes.list_all():  # type: ignore[no-untyped-call]
        clock = tuple(
            moment.astimezone(zone_named(row["timezone"])).utcoffset()
            for moment in moments
            if row["timezone"] not in ("", "Napakiak")
        )
        for town in (row["city"], *row["acceptable_cities"]):
            clocks.setdefault((town.lower(), row["state"]), set()).add(clock)
    for area, exchanges in IN_THE_USUAL_ZONE.items():
        (usual,) = TIMEZONE_DATA[f"1{area}"]
        clock = tuple(moment.astimezone(zone_named(usual)).utcoffset() for moment in moments)
        for exchange in exchanges:
            prefixes = [f"1{area}{exchange}"[:length] for length in (7, 6, 5)]
            assert not TIMEZONE_DATA.keys() & set(prefixes)
            town, state = next(GEOCODE_DATA[p]["en"] for p in prefixes if p in GEOCODE_DATA).rsplit(", ", 1)
            assert state == STATE_OF_AREA[area]
            assert clocks[town.lower(), state] == {clock}
            assert placed(f"+1{area}{exchange}0123").zones == (usual,)


def test_every_split_area_belongs_to_a_state_or_to_canada() -> None:
    canadian = {"236", "250", "257", "306", "474", "639", "672", "778", "807", "867"}
    assert set(ZONES_OF_SPLIT_AREA) <= set(STATE_OF_AREA) | canadian
    assert not canadian & set(STATE_OF_AREA)
    assert len(STATE_OF_AREA) > 360
