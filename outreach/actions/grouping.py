"""Many people, grouped by where they may be, for everything that plans for all of them.

A million people are in a few hundred places. The grouping is done by PostgreSQL, which is told what each area code and
ZIP code among them says as a small number: two that say the same have the same. So Python sees places only, and never a
person.
"""

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from outreach.actions.dispatching.rows import run
from outreach.actions.placing import place_of
from outreach.rules import places
from outreach.rules.places import Place


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
    areas = {f"+1{area}": places.of_number(f"+1{area}5550100") for area in places.areas_of_one_place()}
    # OFFSET: what is grouped by counts as few then, and is hashed instead of sorted
    numbers = run(
        f"""SELECT said, min(phone) FROM (SELECT {_SAID} AS said, s.phone FROM {source} s
            WHERE s.phone IS NOT NULL AND NOT left(s.phone, 5) = ANY(%s) OFFSET 0) p GROUP BY 1""",
        [*values, list(areas)],
    )
    zips = run(f"SELECT DISTINCT s.zip_code FROM {source} s WHERE s.zip_code IS NOT NULL", list(values))
    files = run(f"SELECT DISTINCT {_ON_FILE} FROM {source} s WHERE {_ANY_ON_FILE}", list(values))
    number = _numbered({**areas, **{said: places.of_number(phone) for said, phone in numbers}})
    by_area = {name: n for name, n in number.items() if name in areas}
    by_exchange = {name: n for name, n in number.items() if name not in areas}
    zipped = _numbered({zip_code: places.of_zip(zip_code) for (zip_code,) in zips})
    file = _numbered({on_file: on_file for (on_file,) in files})
    return Kinds(
        f"""((coalesce((%s::jsonb ->> left(s.phone, 5))::bigint, (%s::jsonb ->> {_SAID})::bigint, -1) + 1) * %s
            + coalesce((%s::jsonb ->> s.zip_code)::bigint, -1) + 1)
            * %s + CASE WHEN {_ANY_ON_FILE} THEN coalesce((%s::jsonb ->> {_ON_FILE})::bigint, -1) + 1 ELSE 0 END""",
        [
            json.dumps(by_area),
            json.dumps(by_exchange),
            len(zipped) + 1,
            json.dumps(zipped),
            len(file) + 1,
            json.dumps(file),
        ],
    )


def groups(
    known: Kinds,
    source: str,
    values: Sequence[Any] = (),
    *,
    counted: Sequence[tuple[str, Sequence[Any]]] = (("TRUE", ()),),
) -> list[Group]:
    """The people of `source` (see `kinds`) by place: how many there are for whom each condition of `counted` (SQL over
    `s`, and its values) holds. One look at everybody, however many conditions."""
    marks = ", ".join(f"({sql}) AS c{n}" for n, (sql, _) in enumerate(counted))
    sums = ", ".join(f"count(*) FILTER (WHERE c{n})" for n in range(len(counted)))
    with transaction.atomic():
        run("SET LOCAL work_mem = '64MB'")  # for conditions to be looked up in hashes of everybody
        rows = run(
            f"""SELECT kind, min(phone), min(zip_code), min(zone), min(state), {sums}
            FROM (SELECT {known.sql} AS kind, s.phone, s.zip_code, s.zone, s.state, {marks} FROM {source} s OFFSET 0) p
            GROUP BY 1""",
            [*known.values, *(value for _, given in counted for value in given), *values],
        )
        run("SET LOCAL work_mem TO DEFAULT")
    return [
        Group(kind, place_of(phone=phone, zip_code=zip_code, zone=zone, state=state), tuple(people))
        for kind, phone, zip_code, zone, state, *people in rows
    ]


# What a person confirmed and what staff wrote down, together.
_ANY_ON_FILE = "(s.zone IS NOT NULL OR s.state IS NOT NULL)"
_ON_FILE = "(coalesce(s.zone, '') || '/' || coalesce(s.state, ''))"
# The part of a number that says where it is from, where the area code does not say all: with the exchange; of a number
# abroad, all of it.
_SAID = "CASE WHEN left(s.phone, 2) = '+1' THEN left(s.phone, 8) ELSE s.phone END"


def _numbered(said: dict[str, Hashable]) -> dict[str, int]:
    """A small number for each name, equal for those that say the same."""
    seen: dict[Hashable, int] = {}
    return {name: seen.setdefault(one, len(seen)) for name, one in said.items()}
