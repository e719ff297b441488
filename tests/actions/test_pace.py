"""The pace row: shared by workers, kept over restarts, given back when unused, counted by the day."""

import os
import time
from datetime import date

import psycopg
import pytest
from django.db import connection, transaction

from outreach.actions.dispatching import holding, pace
from outreach.actions.dispatching.rows import run
from outreach.models import SenderPace
from outreach.providers.gate import Gate
from outreach.rules.pacing import Permitted
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("database")
SLOW = Permitted(per_second=0.01)  # one message in a hundred seconds: nothing comes back while a test runs
TEN = Permitted(per_second=10.0)


def call(given: pace.Grant) -> None:
    """What a provider does with a gate."""
    for place in range(len(given.permits)):
        given.gate.pause(place)
        assert given.gate.begin(place)
        given.gate.end(place)


def test_what_one_worker_used_no_other_has() -> None:
    first = pace.grant("email", SLOW, want=5)
    assert first.messages == 1
    second = pace.grant("email", SLOW, want=5)
    assert (second.messages, second.permits) == (0, ())
    call(first)
    pace.settle(first, 1)
    connection.close()  # a restart
    third = pace.grant("email", SLOW, want=5)
    assert third.messages == 0
    assert 90 < third.wait <= 100


def test_what_was_not_used_is_free_again() -> None:
    given = pace.grant("email", TEN, want=50)
    assert given.messages == 10
    call(given)
    pace.settle(given, 4)
    assert pace.grant("email", TEN, want=50).messages == 6


def test_a_batch_that_was_never_called_costs_nothing() -> None:
    given = pace.grant("sms", SLOW, want=1)
    pace.settle(given, 0)
    assert pace.grant("sms", SLOW, want=1).messages == 1
    assert SenderPace.objects.get(channel="sms").spent == 1


def test_workers_that_ask_at_once_share() -> None:
    slow_ten = Permitted(per_second=10.0)
    got: list[int] = []
    at_once(4, lambda: got.append(pace.grant("email", slow_ten, want=4).messages))
    assert sorted(got) == [0, 2, 4, 4]


def test_a_token_rests_from_the_call_not_from_the_plan() -> None:
    given = pace.grant("email", Permitted(per_second=2.0), want=2)
    time.sleep(0.3)  # a worker that is late
    (began,) = run("SELECT extract(epoch FROM clock_timestamp())::float8")[0]
    call(given)
    pace.settle(given, 2)
    assert min(SenderPace.objects.get(channel="email").free_from) >= began + 1.0


def test_the_days_allowance_is_counted_and_ends_with_the_day() -> None:
    daily = Permitted(per_second=100.0, per_day=20, day_zone="America/Los_Angeles")
    given = pace.grant("sms", daily, want=50)
    assert given.messages == 19  # a twentieth is kept back
    call(given)
    pace.settle(given, 19)
    more = pace.grant("sms", daily, want=50)
    assert more.messages == 0
    assert 1 < more.wait <= 25 * 3600
    urgent = pace.grant("sms", daily, want=50, urgent=True)
    assert urgent.messages == 1
    SenderPace.objects.update(day=date(2020, 1, 1), free_from=[], tokens=[])
    assert pace.grant("sms", daily, want=50).messages == 19


def test_a_message_counts_by_its_parts() -> None:
    daily = Permitted(per_second=100.0, per_day=5)
    given = pace.grant("sms", daily, want=50, cost=2)
    assert given.messages == 2
    assert SenderPace.objects.get(channel="sms").spent == 4
    pace.settle(given, 0, cost=2)
    assert SenderPace.objects.get(channel="sms").spent == 0


def test_a_lost_connection_shuts_the_gate() -> None:
    with transaction.atomic():
        ((backend,),) = run("SELECT pg_backend_pid()")
        still = holding.still_held()
        gate = Gate([0.0] * 2, 1e9, still)
        assert gate.begin(0)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        assert not gate.begin(1)
        transaction.set_rollback(True)
    connection.close()
