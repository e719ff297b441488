"""People grouped by the database are where the rules say each of them is."""

import random
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from outreach.actions import grouping
from outreach.actions.audience import Reach
from outreach.actions.placing import place_of
from outreach.models import Subscriber
from outreach.rules import places
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")


def a_scattered_crowd(count: int) -> list[Subscriber]:
    """Numbers of area codes that say all, of some where the exchange has to be asked, of no place, from abroad, and none;
    ZIP codes of every kind; places that the person confirmed and states that staff wrote down."""
    dice = random.Random(7)
    areas = ["404", "907", "602", "219", "850", "928", "208", "867", "807", "604", "242", "800", "500", "787"]
    abroad = ["+442071838750", "+5215512345678", "+4915123456789", None]
    zips = [None, None, "30303", "00501", "99950", "09001", "36104", "00000", "37402"]
    people = []
    for n in range(count):
        american = f"+1{dice.choice(areas)}{dice.randrange(200, 1000)}{n:04d}"
        people.append(
            Subscriber(
                phone=american if dice.random() < 0.8 else dice.choice(abroad),
                phone_key=n.to_bytes(32),
                zip_code=dice.choice(zips),
                zone=dice.choice([None, None, None, "America/Denver", "Mars/Olympus"]),
                state=dice.choice([None, None, "GA", "WA"]),
                created_at=NOW,
            )
        )
    return Subscriber.objects.bulk_create(people)


def test_everybody_is_counted_in_their_own_place() -> None:
    people = a_scattered_crowd(400)
    reached = [
        Reach(),
        Reach(condition="s.phone IS NOT NULL"),
        Reach(joins="LEFT JOIN suppression x ON x.id = s.id AND x.channel = %s", join_values=("sms",),
              condition="s.state = %s", values=("GA",)),
    ]  # fmt: skip
    found = [Counter[places.Place]() for _ in reached]
    for group in grouping.groups(grouping.kinds("subscriber"), "subscriber", counted=reached):
        for counter, count in zip(found, group.people, strict=True):
            counter[group.place] += count

    def where(person: Subscriber) -> places.Place:
        return place_of(phone=person.phone, zip_code=person.zip_code, zone=person.zone, state=person.state)

    assert found[0] == Counter(where(p) for p in people)
    assert +found[1] == Counter(where(p) for p in people if p.phone)
    assert +found[2] == Counter(where(p) for p in people if p.state == "GA")
    assert len(found[0]) > 50


def test_a_query_can_be_grouped_like_a_table_and_nobody_is_no_group() -> None:
    people = a_scattered_crowd(30)
    some = "(SELECT id, phone, zip_code, zone, state FROM subscriber WHERE id < %s)"
    known = grouping.kinds(some, [people[10].pk])
    assert sum(group.people[0] for group in grouping.groups(known, some, [people[10].pk])) == 10
    known = grouping.kinds(some, [0])
    assert grouping.groups(known, some, [0]) == []


@pytest.mark.parametrize(("column", "value"), [
    ("phone", "404-555-0100"), ("phone", "+1404555010"), ("phone", "+140455501000"), ("phone", ""), ("phone", "+44207183875O"),
    ("zip_code", "30303-1234"), ("zip_code", "3030"), ("zip_code", ""),
])  # fmt: skip
def test_the_database_keeps_numbers_and_zip_codes_that_places_are_told_by(column: str, value: str) -> None:
    person = builders.make_subscriber()
    with pytest.raises(IntegrityError, match=column.removesuffix("_code")), transaction.atomic():
        Subscriber.objects.filter(pk=person.pk).update(**{column: value})
