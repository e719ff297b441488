"""The law's hours for texts, state by state, and the days on which some states allow none.

One row per state that is stricter than the federal rule; every row carries its source tags (protocols.md section 4.2,
tags in its section 9). Where sources disagree the strictest reading is taken; exemptions for nonprofits, consent or
health are not used. STOP/HELP/START answers and crisis answers are outside all of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import cache, lru_cache
from typing import Final

import holidays

from outreach.rules.schedule_values import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class StateHours:
    """Hours one state allows, local; None: no text that day. On a holiday both its hours and the weekday's hold.

    cap: most texts to one person in a rolling 24 hours, None if the state sets none. central: the hours hold on the
    clock of America/Chicago as well.
    """

    weekday: Window
    saturday: Window
    sunday: Window | None
    holiday: Window | None
    cap: int | None
    central: bool
    source: str

    def on(self, day: date, *, holiday: bool) -> tuple[Window | None, ...]:
        """The windows that must all hold on a local date."""
        usual = self.sunday if day.weekday() == 6 else self.saturday if day.weekday() == 5 else self.weekday
        return (usual, self.holiday) if holiday else (usual,)


def _from_to(start: int, end: int) -> Window:
    return Window(time(start), time(end))


_SAME: Final = Window(time(0), time(0))  # "same": Sunday or holiday adds nothing to the day's own hours


def _row(
    start: int,
    end: int,
    source: str,
    *,
    saturday: Window | None = None,
    sunday: Window | None = _SAME,
    holiday: Window | None = _SAME,
    cap: int | None = None,
    central: bool = False,
) -> StateHours:
    usual = _from_to(start, end)
    return StateHours(
        weekday=usual,
        saturday=saturday or usual,
        sunday=usual if sunday == _SAME else sunday,
        holiday=holiday,
        cap=cap,
        central=central,
        source=source,
    )


FEDERAL: Final = _row(8, 21, "47 CFR 64.1200(c)(1) [eia] [stello] [ga-cp]")
UNKNOWN: Final = _row(9, 20, "state unknown [own]", sunday=_from_to(12, 20), cap=3)
STATE_HOURS: Final = {
    "FL": _row(8, 20, "[stello] [click] [transnexus]", cap=3),
    "OK": _row(8, 20, "[drop] [click] [ropes]", cap=3),
    "MD": _row(8, 20, "[transnexus]", cap=3),
    "WA": _row(8, 20, "[wa-bill] [wa-text]"),
    "TX": _row(9, 21, "[tx-foster] [tx-give]", sunday=_from_to(12, 21), central=True),
    "CT": _row(9, 20, "[stello]"),
    "NJ": _row(8, 20, "[referr] [stello]"),
    "MA": _row(8, 20, "[referr] [stello]"),
    "AL": _row(8, 20, "[drop]", sunday=None, holiday=None),
    "LA": _row(8, 20, "[drop]", sunday=None, holiday=None),
    "MS": _row(8, 20, "[drop]", sunday=None),
    "RI": _row(9, 18, "[referr] [drop]", saturday=_from_to(10, 17), sunday=None, holiday=None),
    "NV": _row(9, 20, "[drop] [stello]"),
    "KY": _row(10, 21, "[drop] [stello]"),
    "CA": _row(9, 21, "[drop] [stello]"),
    "IL": _row(9, 21, "[drop] [stello]"),
    "MI": _row(9, 21, "[drop] [stello]"),
    "MN": _row(9, 21, "[drop] [stello]"),
    "NM": _row(9, 21, "[drop] [stello]"),
    "UT": _row(8, 21, "[dnc]", holiday=None),
    "VA": _row(8, 21, "[va]"),
}
# fmt: off
_FEDERAL_ONLY: Final = frozenset((
    "AK", "AR", "AS", "AZ", "CO", "DC", "DE", "GA", "GU", "HI", "IA", "ID", "IN", "KS", "ME", "MO", "MP", "MT",
    "NC", "ND", "NE", "NH", "NY", "OH", "OR", "PA", "PR", "SC", "SD", "TN", "VI", "VT", "WI", "WV", "WY",
))
# fmt: on


def state_hours(state: str) -> StateHours:
    """The row of a two-letter code; a code that is no state or territory gets the rule for an unknown state."""
    if state in _FEDERAL_ONLY:
        return FEDERAL
    return STATE_HOURS.get(state, UNKNOWN)


def text_cap(states: tuple[str, ...]) -> int | None:
    """The fewest texts per rolling 24 hours any of these states (or the rule for an unknown one) allows; None: no cap."""
    rows = [state_hours(state) for state in states] or [UNKNOWN]
    return min((row.cap for row in rows if row.cap is not None), default=None)


@lru_cache(maxsize=1 << 14)
def is_holiday(state: str, day: date) -> bool:
    """Whether a local date is a federal holiday or a holiday of the state, on its day or as observed."""
    return day in _holidays("", day.year) or (
        (state in _FEDERAL_ONLY or state in STATE_HOURS) and day in _holidays(state, day.year)
    )


@cache
def _holidays(state: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", subdiv=state or None, years=year))
