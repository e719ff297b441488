"""A simulation says what enrolling will plan, and writes nothing."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from outreach.actions import campaigning, explaining, simulating, suppressing
from outreach.actions.dispatching.rows import run
from outreach.errors import Refused
from outreach.models import Enrollment, Series, Subscriber
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")
FRIDAY = datetime.fromisoformat(
    "2026-10-30T14:00-04:00"
)  # the clocks go back that weekend, and later it is Thanksgiving


def a_crowd() -> list[Subscriber]:
    """People in many places, and some who get nothing."""
    places: list[dict[str, Any]] = [
        {},
        {},
        {"zip_code": "98101"},
        {"zone": "America/Denver"},
        {"zip_code": "36104"},  # Alabama: no texts on Sundays and holidays
        {"zip_code": "02903", "phone": "+14015550142"},  # Rhode Island: until six
        {"zip_code": None, "phone": "+16025550142"},
        {"zip_code": None, "phone": "+18005550142"},  # toll free: the place is not known
        {"phone": None},
        {"email": None},
        {"channels": ["email"]},
        {"channels": []},
        {"zone": "Mars/Olympus"},
    ]
    people = [builders.make_subscriber(**facts) for facts in places]
    suppressing.suppress_key("sms", bytes(people[1].phone_key or b""), cause="stop", now=NOW)
    return people


def test_a_simulation_equals_what_enrolling_plans_for_the_same_people() -> None:
    people = a_crowd()
    series = builders.make_series(emails=4, texts=6)
    simulated = simulating.simulate(series, now=FRIDAY, days=365)
    held = [p.pk for p in people if (p.phone or "").startswith("+1800")]
    campaign = builders.make_campaign(series, started=False)
    campaigning.start(campaign, now=FRIDAY)
    planned: Counter[tuple[object, ...]] = Counter()
    for person in people:
        for step in explaining.upcoming(person, FRIDAY):
            if not (step.channel == "sms" and person.pk in held):
                planned[step.at, step.wanted, step.moved, step.channel, step.step, step.zone] += 1
    said: Counter[tuple[object, ...]] = Counter()
    for s in simulated.slots:
        said[s.at, s.wanted, s.moved, s.channel, s.step, s.zone] += s.people
    assert said == planned
    enrolled = Counter(Enrollment.objects.values_list("channel", flat=True))
    assert simulated.people == dict(enrolled) == {"email": 11, "sms": 9}
    assert simulated.held == {"place_unknown": 1}
    moved: Counter[object] = Counter()
    for (_, _, reason, *_), count in planned.items():
        moved[reason] += count
    del moved[""]
    assert simulated.moved == dict(moved)
    assert simulated.moved


def test_nothing_is_written() -> None:
    a_crowd()
    series = builders.make_series()
    tables = [t for (t,) in run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    before = {t: run(f'SELECT count(*), max(xmin::text::bigint) FROM "{t}"') for t in tables}
    simulating.simulate(series, now=NOW)
    assert {t: run(f'SELECT count(*), max(xmin::text::bigint) FROM "{t}"') for t in tables} == before


def test_an_audience_that_asks_for_consent_or_an_address_is_the_same_for_both_channels() -> None:
    for person in a_crowd()[:4]:
        person.tags = ["spring"]
        person.save()
    who = {"all": [{"reachable": "sms"}, {"consented": "email/recovery-notes"}, {"not": {"tag": "spring"}}]}
    series = builders.make_series()
    simulated = simulating.simulate(series, now=NOW, who=who)
    campaigning.start(campaigning.create(series, name="Some", who=who, now=NOW), now=NOW)
    enrolled = Counter(Enrollment.objects.values_list("channel", flat=True))
    assert simulated.people == dict(enrolled) == {"email": 6, "sms": 6}


def test_only_the_days_that_were_asked_for_are_shown_in_order() -> None:
    builders.make_subscriber()
    series = builders.make_series(emails=4, texts=6)
    slots = simulating.simulate(series, now=NOW, days=8).slots
    assert [(s.channel, s.step) for s in slots] == [("email", 1), ("sms", 1), ("sms", 2), ("email", 2)]
    assert [s.at for s in slots] == sorted(s.at for s in slots)
    assert all(s.at <= NOW + timedelta(days=8) for s in slots)


def test_an_audience_narrows_it() -> None:
    builders.make_subscriber()
    builders.make_subscriber(role="family")
    series = builders.make_series()
    assert simulating.simulate(series, now=NOW, who={"role": "family"}).people == {"email": 1, "sms": 1}
    with pytest.raises(Refused):
        simulating.simulate(series, now=NOW, who={"rolle": "family"})


def test_a_cadence_that_is_gone_is_refused_with_the_known_ones() -> None:
    series = builders.make_series()
    Series.objects.update(cadence="hurried")
    series.refresh_from_db()
    with pytest.raises(Refused, match="Known: family-evenings, gentle, steady"):
        simulating.simulate(series, now=NOW)
