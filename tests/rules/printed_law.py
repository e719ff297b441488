"""The law of quiet hours as it is printed (protocols.md 4.2), each capital's zone from an atlas, and the wall clock.

The oracle of the tests of hours: it shares no table, no code and no notion of intervals with the rules.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.rules.hours import hours
from outreach.rules.places import place
from outreach.rules.schedule_values import WHOLE_DAY, QuietHours

LAW_ALONE = QuietHours(sms=WHOLE_DAY, sunday_sms=WHOLE_DAY, email=WHOLE_DAY)
SECOND = timedelta(seconds=1)
EASTERN, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
PACIFIC, ARIZONA, ALASKA = "America/Los_Angeles", "America/Phoenix", "America/Anchorage"
HAWAII = "Pacific/Honolulu"


@dataclass(frozen=True)
class Row:
    """One line of the printed table: hours of a weekday, a Saturday, a Sunday and a holiday; "" is no text at all."""

    weekday: str
    saturday: str
    sunday: str
    holiday: str
    cap: int | None = None


def same(window: str, cap: int | None = None) -> Row:
    return Row(window, window, window, window, cap)


PRINTED = {
    "FL": same("08-20", 3),
    "OK": same("08-20", 3),
    "MD": same("08-20", 3),
    "WA": same("08-20"),
    "TX": Row("09-21", "09-21", "12-21", "09-21"),
    "CT": same("09-20"),
    "NJ": same("08-20"),
    "MA": same("08-20"),
    "AL": Row("08-20", "08-20", "", ""),
    "LA": Row("08-20", "08-20", "", ""),
    "MS": Row("08-20", "08-20", "", "08-20"),
    "RI": Row("09-18", "10-17", "", ""),
    "NV": same("09-20"),
    "KY": same("10-21"),
    "CA": same("09-21"),
    "IL": same("09-21"),
    "MI": same("09-21"),
    "MN": same("09-21"),
    "NM": same("09-21"),
    "UT": Row("08-21", "08-21", "08-21", ""),
    "VA": same("08-21"),
}
FEDERAL = same("08-21")
NOBODY_KNOWS = Row("09-20", "09-20", "12-20", "09-20", 3)

# The capital's ZIP, its zone, and an area code of the state that lies in that zone as a whole.
CAPITALS = {
    "AK": ("99801", "America/Juneau", ""),
    "AL": ("36104", CENTRAL, "334"),
    "AR": ("72201", CENTRAL, "501"),
    "AZ": ("85007", ARIZONA, "602"),
    "CA": ("95814", PACIFIC, "916"),
    "CO": ("80203", MOUNTAIN, "303"),
    "CT": ("06103", EASTERN, "860"),
    "DC": ("20001", EASTERN, "202"),
    "DE": ("19901", EASTERN, "302"),
    "FL": ("32301", EASTERN, "305"),
    "GA": ("30303", EASTERN, "404"),
    "HI": ("96813", HAWAII, "808"),
    "IA": ("50309", CENTRAL, "515"),
    "ID": ("83702", "America/Boise", ""),
    "IL": ("62701", CENTRAL, "217"),
    "IN": ("46204", "America/Indiana/Indianapolis", "317"),
    "KS": ("66603", CENTRAL, "316"),
    "KY": ("40601", EASTERN, "502"),
    "LA": ("70802", CENTRAL, "225"),
    "MA": ("02108", EASTERN, "617"),
    "MD": ("21401", EASTERN, "410"),
    "ME": ("04330", EASTERN, "207"),
    "MI": ("48933", EASTERN, "517"),
    "MN": ("55101", CENTRAL, "651"),
    "MO": ("65101", CENTRAL, "573"),
    "MS": ("39201", CENTRAL, "601"),
    "MT": ("59601", MOUNTAIN, "406"),
    "NC": ("27601", EASTERN, "919"),
    "ND": ("58501", CENTRAL, ""),
    "NE": ("68502", CENTRAL, ""),
    "NH": ("03301", EASTERN, "603"),
    "NJ": ("08608", EASTERN, "609"),
    "NM": ("87501", MOUNTAIN, "505"),
    "NV": ("89701", PACIFIC, "702"),
    "NY": ("12207", EASTERN, "518"),
    "OH": ("43215", EASTERN, "614"),
    "OK": ("73102", CENTRAL, "405"),
    "OR": ("97301", PACIFIC, "503"),
    "PA": ("17101", EASTERN, "717"),
    "RI": ("02903", EASTERN, "401"),
    "SC": ("29201", EASTERN, "803"),
    "SD": ("57501", CENTRAL, ""),
    "TN": ("37203", CENTRAL, "615"),
    "TX": ("78701", CENTRAL, "512"),
    "UT": ("84101", MOUNTAIN, "801"),
    "VA": ("23219", EASTERN, "804"),
    "VT": ("05602", EASTERN, "802"),
    "WA": ("98501", PACIFIC, "360"),
    "WI": ("53703", CENTRAL, "608"),
    "WV": ("25301", EASTERN, "304"),
    "WY": ("82001", MOUNTAIN, "307"),
}
# A Monday, a Saturday and a Sunday without any holiday, in summer and in winter; Christmas, a Friday.
DAYS = {
    "summer Monday": (date(2026, 7, 13), "weekday"),
    "winter Saturday": (date(2026, 1, 10), "saturday"),
    "summer Sunday": (date(2026, 7, 12), "sunday"),
    "Christmas": (date(2026, 12, 25), "holiday"),
}


def printed(state: str) -> Row:
    return PRINTED.get(state, FEDERAL)


def local(zone: str, day: date, clock: str) -> datetime:
    """The moment in UTC; "24" is midnight after the day."""
    hour, _, minute = clock.partition(":")
    moment = datetime.combine(day + timedelta(days=int(hour) // 24), time(int(hour) % 24, int(minute or 0)))
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def asked(
    at: datetime, *, phone: str | None = None, zip_code: str | None = None, zone: str | None = None, state: str | None = None
) -> bool:  # fmt: skip
    where = place(phone=phone, zip_code=zip_code, zone=zone, state=state)
    return hours("sms", where, at, LAW_ALONE).allowed


def number(area: str, exchange: str = "555") -> str:
    return f"+1{area}{exchange}0123"


def assert_open_exactly(window: str, clock: str, day: date, /, **facts: str) -> None:
    """To the second: shut before, open from the start, open to the last second, shut from the end on."""
    if not window:
        noon = local(clock, day, "12")
        assert not any(asked(noon + timedelta(hours=n), **facts) for n in range(-11, 12))
        return
    opens, shuts = (local(clock, day, hour) for hour in window.split("-"))
    moments = (opens - SECOND, opens, shuts - SECOND, shuts)
    assert [asked(moment, **facts) for moment in moments] == [False, True, True, False]
