"""Many people, grouped by where they may be, for everything that plans for all of them.

A million people are in a few hundred places. The grouping is done by PostgreSQL, which is told what each area code,
exchange and ZIP code among them says as a small number: two that say the same have the same. So Python sees places only,
and never a person. The numbers stand in arrays that the codes themselves are places in: nothing is searched for.
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from outreach.actions.audience import Reach
from outreach.actions.dispatching.rows import array, run
from outreach.actions.placing import place_of
from outreach.rules import places
from outreach.rules.places import Place

CODES = 1000  # of three digits


@dataclass(frozen=True, slots=True)
class Group:
    """Everyone of whom the same is on file. `kind` is what `Kinds.sql` gives for them, `people` how many they are by each
    condition that was counted."""

    kind: int
    place: Place
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kinds:
    """SQL for one number that tells places apart, over `… s` with the columns phone, zip_code, zone and state; and the
    values it needs.

    It is an expression and no join: the planner would take each joined table for a multiplication of the people.
    """

    sql: str
    values: list[Any]


def kinds(source: str, values: Sequence[Any] = ()) -> Kinds:
    """The kinds of what is on file in `source`: a table, or a query in brackets with its `values`."""
    areas = {area: places.of_number(f"+1{area}5550100") for area in places.areas_of_one_place()}
    numbers = run(
        f"""SELECT DISTINCT s.phone::bigint / CASE WHEN {_AMERICAN} THEN 10000 ELSE 1 END FROM {source} s
        WHERE s.phone IS NOT NULL AND CASE WHEN {_AMERICAN} THEN {_AREA} = 0 ELSE true END""",
        [*values, array(_dense(dict.fromkeys(map(int, areas), 1), range(CODES)))],
    )
    zips = run(f"SELECT DISTINCT s.zip_code FROM {source} s WHERE s.zip_code IS NOT NULL", list(values))
    files = run(f"SELECT DISTINCT {_ON_FILE} FROM {source} s WHERE {_ANY_ON_FILE}", list(values))
    number = _numbered({**areas, **{f"+{said}": places.of_number(_whole(f"+{said}")) for (said,) in numbers}})
    by_area, by_exchange = _american(number)
    abroad = {said: n for said, n in number.items() if said.startswith("+") and not said.startswith("+1")}
    zipped = _numbered({zip_code: places.of_zip(zip_code) for (zip_code,) in zips})
    codes = range(int(min(zipped)), int(max(zipped)) + 1) if zipped else range(1)
    file = _numbered({on_file: on_file for (on_file,) in files})
    return Kinds(
        f"""((CASE WHEN s.phone IS NULL THEN 0
                WHEN NOT {_AMERICAN} THEN coalesce((%s::jsonb ->> s.phone)::int, 0)
                WHEN {_AREA} > 0 THEN {_AREA}
                ELSE coalesce((%s::int[])[s.phone::bigint / 10000 %% 1000 - {_AREA}], 0) END)::bigint * %s
            + coalesce((%s::int[])[1 + s.zip_code::int - %s], 0))
            * %s + CASE WHEN {_ANY_ON_FILE} THEN coalesce((%s::jsonb ->> {_ON_FILE})::int, 0) ELSE 0 END""",
        [
            json.dumps(abroad), array(by_area), array(by_area), array(by_exchange), array(by_area),
            len(zipped) + 1, array(_dense({int(zip_code): n for zip_code, n in zipped.items()}, codes)), codes[0],
            len(file) + 1, json.dumps(file),
        ],
    )  # fmt: skip


def groups(
    known: Kinds,
    source: str,
    values: Sequence[Any] = (),
    *,
    counted: Sequence[Reach] = (Reach(),),
) -> list[Group]:
    """The people of `source` (see `kinds`) by place: how many of them each of `counted` reaches. One look at everybody,
    however many are counted."""
    marks = ", ".join(f"({reach.condition}) AS c{n}" for n, reach in enumerate(counted))
    sums = ", ".join(f"count(*) FILTER (WHERE c{n})" for n in range(len(counted)))
    joins = " ".join(reach.joins for reach in counted)
    with transaction.atomic():
        run("SET LOCAL work_mem = '64MB'")  # for what is joined to be looked up in hashes of everybody
        # OFFSET: what is grouped by counts as few then, and is worked out wherever people are read, on several cores
        rows = run(
            f"""SELECT g.kind, s.phone, s.zip_code, s.zone, s.state, g.people FROM (
                SELECT kind, min(id) AS one, ARRAY[{sums}] AS people FROM (
                    SELECT {known.sql} AS kind, s.id, {marks} FROM {source} s {joins} OFFSET 0) p
                GROUP BY 1) g JOIN {source} s ON s.id = g.one""",
            [
                *known.values, *(value for reach in counted for value in reach.values), *values,
                *(value for reach in counted for value in reach.join_values), *values,
            ],
        )  # fmt: skip
        run("SET LOCAL work_mem TO DEFAULT")
    return [
        Group(kind, place_of(phone=phone, zip_code=zip_code, zone=zone, state=state), tuple(people))
        for kind, phone, zip_code, zone, state, people in rows
    ]


# What a person confirmed and what staff wrote down, together.
_ANY_ON_FILE = "(s.zone IS NOT NULL OR s.state IS NOT NULL)"
_ON_FILE = "(coalesce(s.zone, '') || '/' || coalesce(s.state, ''))"
# +1 and ten digits, as the database checks; a number's area code by an array that has a place for each
_AMERICAN = "s.phone::bigint / 10000000000 = 1"
_AREA = "(%s::int[])[1 + s.phone::bigint / 10000000 %% 1000]"


def _whole(said: str) -> str:
    """A number of an exchange, or the number itself if it is abroad."""
    return f"{said}0100" if said.startswith("+1") else said


def _american(number: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """What American numbers say, by area code: a number or, where the exchange has to be asked, how far before the first
    one of its exchanges in the second list (which counts from 1) nought is: with -1000 the exchange 555 stands at 1555."""
    areas = {int(said): n for said, n in number.items() if not said.startswith("+")}
    exchanges = [0] * CODES
    for said, n in number.items():
        if said.startswith("+1"):
            area, exchange = int(said[2:5]), int(said[5:8])
            if area not in areas:
                areas[area] = -len(exchanges)
                exchanges += [0] * CODES
            exchanges[exchange - areas[area] - 1] = n
    return _dense(areas, range(CODES)), exchanges


def _dense(numbers: Mapping[int, int], codes: range) -> list[int]:
    """The number of each code; 0 where there is none."""
    return [numbers.get(code, 0) for code in codes]


def _numbered(said: Mapping[str, Hashable]) -> dict[str, int]:
    """A small number from 1 for each name, equal for those that say the same."""
    seen: dict[Hashable, int] = {}
    return {name: seen.setdefault(one, len(seen) + 1) for name, one in said.items()}
