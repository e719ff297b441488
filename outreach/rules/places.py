"""Where a person may be: the time zones and states their texts must suit.

A zone the person confirmed wins. Otherwise the zones are those of the ZIP code and of the phone number together, for a
number says where it was bought and a ZIP where the person once lived. Nothing known, or more than four zones, is a
hold: no text until the person gives a ZIP. States are gathered from everything on file, as some states presume their
area codes' holders resident. Source: protocols.md sections 4.2 and 7 [pn] [own].
"""

from __future__ import annotations

import difflib
import importlib.resources
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import phonenumbers

from outreach.rules.area_codes import STATE_OF_AREA, ZONES_OF_SPLIT_AREA
from outreach.rules.exchanges import IN_THE_USUAL_ZONE

Hold = Literal["place_unknown", "too_many_zones", "zip_abroad"]

MOST_ZONES: Final = 4  # protocols.md section 7: more candidates than this say nothing
ZIP: Final = re.compile(r"[0-9]{5}(-[0-9]{4})?")  # as a person is asked to write it
_ZIP: Final = re.compile(r"\s*(\d{5})(?:-?\d{4})?\s*", re.ASCII)
_AMERICAN_NUMBER: Final = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}", re.ASCII)
_ABROAD: Final = frozenset({"AA", "AE", "AP"})  # military post: the ZIP's holder may be anywhere on earth
_MISPRINTED: Final = {"Napakiak": "America/Anchorage"}  # zipcodes 3.0.0 gives the town's own name as its zone
_SHORT_NAMES: Final = {
    **dict.fromkeys(("EASTERN", "EST", "EDT", "ET", "EST5EDT"), "America/New_York"),
    **dict.fromkeys(("CENTRAL", "CST", "CDT", "CT", "CST6CDT"), "America/Chicago"),
    **dict.fromkeys(("MOUNTAIN", "MST", "MDT", "MT", "MST7MDT"), "America/Denver (in Arizona America/Phoenix)"),
    **dict.fromkeys(("PACIFIC", "PST", "PDT", "PT", "PST8PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("HAWAII", "HST"), "Pacific/Honolulu"),
    **dict.fromkeys(("ALASKA", "AKST", "AKDT"), "America/Anchorage"),
}


class UnknownZone(ValueError):
    """A zone name that is not a place's; `say` tells staff what to write instead."""

    def __init__(self, name: str, say: str) -> None:
        super().__init__(say)
        self.name = name
        self.say = say


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person may be.

    zones: IANA names; the first is the one their clock is read in. states: two-letter codes, empty when none is known.
    source: what the zones rest on. hold: set when the hours for a text cannot be known ("place_unknown",
    "too_many_zones", "zip_abroad": a military ZIP); emails go by zones[0], or the organisation's zone if there is none.
    """

    zones: tuple[str, ...]
    states: tuple[str, ...]
    source: Literal["confirmed", "zip", "number", "unknown"]
    hold: Hold | None


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name, from the pinned tzdata wheel and not from the machine; raises UnknownZone.

    Only names of places (Area/City) and UTC are taken: "EST" never changes to summer time, which nobody means by it.
    """
    zone = _zone(name)
    if zone is None:
        raise UnknownZone(name, _say_unknown(name))
    return zone


def place(*, phone: str | None, zip_code: str | None, zone: str | None, state: str | None) -> Place:
    """Where a person with these facts on file may be.

    phone: E.164 (or a US number as people write it). zip_code: five digits or ZIP+4. zone: IANA name the person
    confirmed; raises UnknownZone if there is none of that name. state: two letters. A number that names no place (toll
    free, personal, not valid) and a ZIP that does not exist count as not given; the other then decides alone.
    """
    zip_state, zip_zone = of_zip(zip_code)
    number_zones, number_state = of_number(phone)
    on_file = state.strip().upper() if state else ""
    states = tuple(dict.fromkeys(code for code in (on_file, zip_state, number_state) if code))
    if zone:
        zone_named(zone)
        return Place((zone,), states, "confirmed", None)
    if zip_state in _ABROAD:
        return Place((), states, "zip", "zip_abroad")
    zones = tuple(dict.fromkeys(((zip_zone,) if zip_zone else ()) + number_zones))
    source: Literal["zip", "number"] = "zip" if zip_zone else "number"
    if len(zones) > MOST_ZONES:
        return Place((), states, source, "too_many_zones")
    if not zones:
        return Place((), states, "unknown", "place_unknown")
    return Place(zones, states, source, None)


@cache
def _zone_names() -> frozenset[str]:
    names = (importlib.resources.files("tzdata") / "zones").read_text(encoding="ascii").split()
    return frozenset(name for name in names if "/" in name and not name.startswith("Etc/")) | {"UTC", "Etc/UTC"}


@cache
def _zone(name: str) -> ZoneInfo | None:
    if name not in _zone_names():
        return None
    with importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def _say_unknown(name: str) -> str:
    meant = _SHORT_NAMES.get(name.strip().upper())
    if meant is None:
        cities = {known.rpartition("/")[2].lower(): known for known in sorted(_zone_names())}
        wanted = name.strip().replace(" ", "_")
        near = difflib.get_close_matches(wanted.rpartition("/")[2].lower(), cities, n=1, cutoff=0.8)
        meant = cities[near[0]] if near else "a name like America/New_York"
    return f"There is no time zone {name!r}; write {meant}."


def of_zip(zip_code: str | None) -> tuple[str, str]:
    """What a ZIP code alone says: its state and zone, each "" if unknown."""
    match = _ZIP.fullmatch(zip_code) if zip_code else None
    return _zips_beginning(match[1][:3]).get(match[1], ("", "")) if match else ("", "")


@cache
def _zips_beginning(prefix: str) -> dict[str, tuple[str, str]]:
    import zipcodes  # the big tables come when a place is asked for: most commands ask for none

    # The library scans its whole list for every question; a thousand first-three-digit answers hold all of it.
    found: dict[str, tuple[str, str]] = {}
    for row in zipcodes.similar_to(prefix):  # type: ignore[no-untyped-call]
        zone = _MISPRINTED.get(row["timezone"], row["timezone"])
        found[row["zip_code"]] = (row["state"], zone)
    return found


def of_number(phone: str | None) -> tuple[tuple[str, ...], str]:
    """What a phone number alone says: its zones and state, () and "" if it names no place."""
    if not phone:
        return (), ""
    if _AMERICAN_NUMBER.fullmatch(phone):
        return _of_exchange(phone[1:8])
    try:
        parsed = phonenumbers.parse(phone, "US")
    except phonenumbers.NumberParseException:
        return (), ""
    if not phonenumbers.is_valid_number(parsed):
        return (), ""
    if parsed.country_code == 1:
        return _of_exchange(f"1{parsed.national_number}"[:7])
    from phonenumbers.timezone import time_zones_for_number

    return _known(time_zones_for_number(parsed)), ""


@cache
def areas_of_one_place() -> frozenset[str]:
    """The US area codes that say all there is to say. For every other, the exchange has to be asked: +1 NPA NXX."""
    from phonenumbers.tzdata import TIMEZONE_DATA

    several = {prefix[1:4] for prefix in TIMEZONE_DATA if prefix.startswith("1") and len(prefix) > 4}
    return frozenset(STATE_OF_AREA) - several - frozenset(IN_THE_USUAL_ZONE)


@lru_cache(maxsize=1 << 16)
def _of_exchange(prefix: str) -> tuple[tuple[str, ...], str]:
    """Zones and state of every number +1 NPA NXX: prefix is "1", area code and exchange."""
    area = prefix[1:4]
    if area in STATE_OF_AREA:
        return _of_american_exchange(prefix), STATE_OF_AREA[area]
    from phonenumbers.timezone import time_zones_for_number

    # Canada, the Caribbean, and codes that are no place's at all: toll-free and personal ones are "in" 42 zones.
    number = phonenumbers.parse(f"+{prefix}0000")
    zones = time_zones_for_number(number) if phonenumbers.is_valid_number(number) else ()
    if len(zones) > MOST_ZONES:
        return (), ""
    return tuple(dict.fromkeys((*_known(zones), *ZONES_OF_SPLIT_AREA.get(area, ())))) if zones else (), ""


def _of_american_exchange(prefix: str) -> tuple[str, ...]:
    from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

    for length in range(min(len(prefix), TIMEZONE_LONGEST_PREFIX), 3, -1):
        if prefix[:length] in TIMEZONE_DATA:
            zones = _known(TIMEZONE_DATA[prefix[:length]])
            # A whole area code's answer is its commonest zone; only what is known of an exchange is to be trusted.
            area, exchange = prefix[1:4], prefix[4:7]
            if length > 4 or exchange in IN_THE_USUAL_ZONE.get(area, ()):
                return zones
            return tuple(dict.fromkeys((*zones, *ZONES_OF_SPLIT_AREA.get(area, ()))))
    return ()


def _known(zones: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in zones if _zone(name) is not None)
