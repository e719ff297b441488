"""An audience means the same people in PostgreSQL as by the rule, whatever the conditions and whoever the people."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.actions.audience import where
from outreach.errors import Refused
from outreach.models import Subscriber, Suppression
from outreach.rules.audience import matches, parse
from outreach.rules.consent import LedgerEntry, standing
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("database")

ZONES, STATES, TAGS = ("America/New_York", "America/Chicago"), ("GA", "TX"), ("alumni", "it's 100%s", "ñandú")
TOPICS, CHANNELS = ("recovery-notes", "family-notes"), ("email", "sms")
EVENING = timezone(timedelta(hours=-5))  # 20:00 there is the next day in UTC
MOMENTS = (
    datetime(2026, 5, 1, tzinfo=UTC),
    datetime(2026, 5, 1, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 5, 1, 20, 0, tzinfo=EVENING),
    datetime(2026, 5, 3, 12, 0, tzinfo=UTC),
)

events = st.tuples(
    st.sampled_from(CHANNELS), st.sampled_from((*TOPICS, "*")), st.sampled_from(("requested", "granted", "revoked"))
).filter(lambda event: event[1] != "*" or event[2] == "revoked")
people = st.fixed_dictionaries(
    {
        "role": st.sampled_from(("subscriber", "family")),
        "language": st.sampled_from(("en", "es")),
        "zone": st.none() | st.sampled_from(ZONES),
        "state": st.none() | st.sampled_from(STATES),
        "tags": st.lists(st.sampled_from(TAGS), unique=True),
        "discreet": st.booleans(),
        "joined": st.sampled_from(MOMENTS),
        "addresses": st.sets(st.sampled_from(CHANNELS)),
        "suppressed": st.dictionaries(st.sampled_from(CHANNELS), st.sampled_from(("in force", "lifted"))),
        "events": st.lists(events, max_size=5),
    }
)
days = st.sampled_from(("2026-04-30", "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"))
plain = st.one_of(
    st.fixed_dictionaries({"role": st.sampled_from(("subscriber", "family"))}),
    st.fixed_dictionaries({"language": st.sampled_from(("en", "es"))}),
    st.fixed_dictionaries({"zone": st.sampled_from(ZONES)}),
    st.fixed_dictionaries({"state": st.sampled_from((*STATES, "ga"))}),
    st.fixed_dictionaries({"tag": st.sampled_from(TAGS)}),
    st.fixed_dictionaries({"discreet": st.booleans()}),
    st.fixed_dictionaries({"reachable": st.sampled_from(CHANNELS)}),
    st.fixed_dictionaries({"consented": st.sampled_from([f"{c}/{t}" for c in CHANNELS for t in TOPICS])}),
    st.fixed_dictionaries({"joined_before": days}),
    st.fixed_dictionaries({"joined_after": days}),
)
conditions: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.recursive(
    plain,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=6,
)


def put(person: dict[str, Any]) -> Subscriber:
    """The person as rows."""
    given: dict[str, Any] = {key: person[key] for key in ("role", "language", "zone", "state", "tags", "discreet")}
    none: dict[str, Any] = {
        name: None for name, channel in (("email", "email"), ("phone", "sms")) if channel not in person["addresses"]
    }
    row = builders.make_subscriber(topics=(), now=person["joined"], **none, **given)
    for channel, force in person["suppressed"].items():
        if key := row.email_key if channel == "email" else row.phone_key:
            Suppression.objects.create(
                channel=channel, address_key=key, cause="opt_out", at=NOW, lifted_at=NOW if force == "lifted" else None
            )
    for minute, (channel, topic, action) in enumerate(person["events"]):
        builders.consent(row, channel, topic, action, now=NOW + timedelta(minutes=minute))
    return row


def by_the_rules(person: dict[str, Any]) -> dict[str, Any]:
    """The person as plain values, with the standing that rules/consent.py finds in the same events."""
    ledger = [
        LedgerEntry(kind=action, channel=channel, topic=None if topic == "*" else topic, at=NOW + timedelta(minutes=n))
        for n, (channel, topic, action) in enumerate(person["events"])
    ]
    reachable = {c for c in person["addresses"] if person["suppressed"].get(c) != "in force"}
    consented = {f"{c}/{t}" for c in CHANNELS for t in TOPICS if standing(ledger, c, t) == "granted"}
    return {**person, "reachable": reachable, "consented": consented}


def selected(condition: dict[str, Any]) -> set[int]:
    sql, values = where(condition)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.id FROM subscriber s WHERE {sql}", values)
        return {id_ for (id_,) in cursor.fetchall()}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(people, min_size=1, max_size=5), st.lists(conditions, min_size=1, max_size=12))
def test_postgresql_and_the_rule_choose_the_same_people(
    crowd: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> None:
    with transaction.atomic():
        rows = {put(person).pk: by_the_rules(person) for person in crowd}
        for condition in asked:
            meant = parse(condition)
            assert selected(condition) == {pk for pk, person in rows.items() if matches(meant, person)}, condition
        transaction.set_rollback(True)


def test_no_condition_is_everyone() -> None:
    people = {builders.make_subscriber().pk for _ in range(2)}
    assert selected({}) == people
    sql, values = where(None)
    assert (sql, values) == ("TRUE", [])


def test_a_suppression_in_force_makes_an_address_unreachable_on_its_channel_alone() -> None:
    ann, ben, cleo = (builders.make_subscriber(phone=phone) for phone in (builders.UNSET, builders.UNSET, None))
    for person, lifted_at in ((ann, None), (ben, NOW)):
        Suppression.objects.create(
            channel="sms", address_key=person.phone_key, cause="opt_out", at=NOW, lifted_at=lifted_at
        )
    assert selected({"reachable": "sms"}) == {ben.pk}
    assert selected({"reachable": "email"}) == {ann.pk, ben.pk, cleo.pk}
    assert selected({"not": {"reachable": "sms"}}) == {ann.pk, cleo.pk}


def test_a_day_is_a_day_in_utc_whatever_the_zone_of_the_session() -> None:
    person = builders.make_subscriber(now=datetime(2026, 5, 1, 20, 0, tzinfo=EVENING))
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'America/New_York'")
        try:
            assert selected({"joined_after": "2026-05-02"}) == {person.pk}
            assert selected({"joined_before": "2026-05-02"}) == set()
        finally:
            cursor.execute("SET TIME ZONE 'UTC'")


def test_a_person_whose_zone_nobody_knows_is_not_in_another_zone() -> None:
    """NULL is no answer in SQL; "not in New York" must still hold for somebody whose zone is not known."""
    unknown, there = builders.make_subscriber(), builders.make_subscriber(zone="America/New_York")
    assert selected({"not": {"zone": "America/New_York"}}) == {unknown.pk}
    assert selected({"not": {"any": [{"zone": "America/Chicago"}, {"zone": "America/New_York"}]}}) == {unknown.pk}
    assert selected({"not": {"all": [{"role": "subscriber"}, {"zone": "America/Chicago"}]}}) == {unknown.pk, there.pk}


@pytest.mark.parametrize("tag", ["'; DROP TABLE subscriber; --", "%s", "{}", "%(x)s", "\\", "a'b\"c"])
def test_a_word_is_a_value_and_never_sql(tag: str) -> None:
    person = builders.make_subscriber(tags=[tag])
    builders.make_subscriber(tags=["other"])
    assert selected({"tag": tag}) == {person.pk}


@pytest.mark.parametrize("condition", [{"rol": "family"}, {"tag": "a\0b"}, {"all": {}}, {"tag": "\ud800"}], ids=ascii)
def test_what_cannot_be_read_is_refused_before_any_sql(condition: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="audience"):
        where(condition)
