"""No stretch of one window holds more than is permitted, whatever the jitter, and nearly all that is permitted is used."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules.pacing import AHEAD, GOOD_FOR, SPREAD, Log, Permitted

HUNDRED = Permitted(per_second=100.0, spread=True)


def fresh(permitted: Permitted, now: float = 1000.0) -> Log:
    return Log(permitted, (), 0.0, now)


def again(log: Log, permitted: Permitted, now: float) -> Log:
    """The log as another worker reads it later."""
    return Log(permitted, log.lots, log.last, now)


def fullest(moments: list[tuple[float, int]], window: float) -> int:
    return max(sum(n for at, n in moments if start <= at < start + window) for start, _ in moments)


@settings(max_examples=60)
@given(
    st.sampled_from([0.4, 1.0, 3.0, 3.75, 10.0, 40.0, 400.0]),
    st.booleans(),
    st.integers(1, 3),
    st.lists(st.tuples(st.floats(0, 0.6), st.floats(0, 2.0)), min_size=20, max_size=120),
)
def test_no_window_holds_more_than_is_permitted(
    rate: float, spread: bool, cost: int, turns: list[tuple[float, float]]
) -> None:
    """Workers come at any moment, are late by anything up to two seconds, and report after their calls."""
    permitted = Permitted(per_second=rate, spread=spread)
    cost = min(cost, permitted.count)
    log, now = fresh(permitted), 1000.0
    calls: list[tuple[float, int]] = []
    owed: list[tuple[float, object, float]] = []
    for step, late in turns:
        now += step
        log = again(log, permitted, now)
        for due, permit, began in [one for one in owed if one[0] <= now]:
            log.used(permit, permit.messages, began)  # type: ignore[attr-defined]
            owed.remove((due, permit, began))
        for permit in log.grant(int(rate) or 5, cost, float("inf")):
            began = max(permit.start, now + late)
            calls.append((began, permit.messages * permit.each))
            owed.append((began + 0.05, permit, began))
    assert not calls or fullest(calls, permitted.window) <= permitted.count


def test_workers_that_keep_up_use_the_whole_rate() -> None:
    log, now, calls = fresh(HUNDRED), 1000.0, []
    while now < 1010.0:
        log = again(log, HUNDRED, now)
        for permit in log.grant(25, 1, float("inf")):
            calls.append(permit.start)
            log.used(permit, 1, permit.start + 0.002)
        now += 0.05
    assert 99 <= len([at for at in calls if 1002 <= at < 1009]) / 7 <= 100


def test_calls_are_spread_and_never_far_ahead() -> None:
    permits = fresh(HUNDRED).grant(1000, 1, float("inf"))
    starts = [permit.start - 1000.0 for permit in permits]
    assert starts[-1] <= AHEAD
    assert {round(b - a, 6) for a, b in pairwise(starts)} == {SPREAD / 100}


def test_one_call_for_many_is_one_permit() -> None:
    log = fresh(Permitted(per_second=50.0))
    (permit,) = log.grant(500, 1, float("inf"))
    assert (permit.start, permit.messages) == (1000.0, 50)
    assert not log.grant(1, 1, float("inf"))
    log.used(permit, 20, 1000.1)  # thirty stayed at home
    assert log.grant(500, 1, float("inf"))[0].messages == 30


def test_a_text_of_two_parts_counts_twice() -> None:
    permits = fresh(Permitted(per_second=4.0)).grant(10, 2, float("inf"))
    assert [permit.messages for permit in permits] == [2]


def test_a_text_of_more_parts_than_the_rate_rests_as_long_as_they_take() -> None:
    one = Permitted(per_second=1.0, spread=True)
    log = fresh(one)
    (permit,) = log.grant(1, 3, float("inf"))
    log.used(permit, 1, 1000.0)
    assert not again(log, one, 1002.0).grant(1, 1, float("inf"))
    assert again(log, one, 1002.8).grant(1, 1, float("inf"))[0].start == pytest.approx(1003.0)


def test_tokens_of_a_dead_worker_come_back() -> None:
    permitted = Permitted(per_second=3.0)
    log = fresh(permitted)
    log.grant(3, 1, float("inf"))
    assert not again(log, permitted, 1000.0 + GOOD_FOR).grant(3, 1, float("inf"))
    assert again(log, permitted, 1000.0 + GOOD_FOR + 1).grant(3, 1, float("inf"))[0].messages == 3


def test_what_is_reported_too_late_is_not_given_twice() -> None:
    permitted = Permitted(per_second=3.0)
    log = fresh(permitted)
    (permit,) = log.grant(3, 1, float("inf"))
    log = again(log, permitted, 1010.0)
    log.used(permit, 3, 1000.0)
    assert sum(tokens for _, tokens in log.lots) == 3


def test_a_changed_rate_changes_the_number_of_tokens() -> None:
    permitted = Permitted(per_second=3.0)
    log = fresh(permitted)
    log.grant(2, 1, float("inf"))
    more, less = replace(permitted, per_second=5.0), replace(permitted, per_second=2.0)
    assert again(log, more, 1000.0).grant(9, 1, float("inf"))[0].messages == 3
    assert not again(log, less, 1000.0).grant(9, 1, float("inf"))


def test_a_clock_that_was_set_back_does_not_stop_a_sender_for_long() -> None:
    permitted = Permitted(per_second=3.0)
    log = fresh(permitted, now=99_999.0)
    log.grant(3, 1, float("inf"))
    later = again(log, permitted, 1000.0)
    assert again(later, permitted, 1020.0).grant(3, 1, float("inf"))


@pytest.mark.parametrize("cost", [1, 2])
def test_the_wait_is_until_a_permit_would_be_given(cost: int) -> None:
    permitted = Permitted(per_second=4.0, spread=True)
    log = fresh(permitted)
    for permit in log.grant(9, cost, float("inf")):
        log.used(permit, 1, permit.start)
    wait = log.wait(cost)
    assert wait > 0
    assert not again(log, permitted, 1000.0 + wait - 0.01).grant(1, cost, float("inf"))
    assert again(log, permitted, 1000.0 + wait + 0.01).grant(1, cost, float("inf"))


def test_a_day_holds_no_more_than_is_permitted_and_keeps_a_little_for_who_waits() -> None:
    daily = Permitted(per_second=100.0, per_day=100)
    assert daily.left_of_day(0, urgent=False) == 95
    assert daily.left_of_day(95, urgent=True) == 5
    assert Permitted(per_second=1.0, per_day=1).left_of_day(0, urgent=False) == 1
    assert [permit.messages for permit in fresh(daily).grant(500, 1, 7)] == [7]
    assert Permitted(per_second=1.0).left_of_day(10**9, urgent=False) == float("inf")
