"""Whom a crisis is paged to: in order, by every way that is left, in words that tell nothing."""

from datetime import UTC, datetime, time, timedelta

import pytest

from outreach.rules import paging
from outreach.rules.paging import Tried, Way, next_way
from outreach.rules.schedule_values import OnCall
from outreach.rules.sms import measure

ANN = OnCall(name="Ann", phone="+14705550181", email="ann@example.org")
BEN = OnCall(name="Ben", phone="+14705550182", email=None)
CLEO = OnCall(name="Cleo", phone=None, email="cleo@example.org")
LIST = (ANN, BEN, CLEO)


def round_of(level: int, *fails: str, on_call: tuple[OnCall, ...] = LIST) -> list[str]:
    """Who is paged in a round when these ways fail ("*": all of them)."""
    tried: list[Tried] = []
    while way := next_way(on_call, level, tried):
        name = f"{way.name} {way.channel}"
        tried.append(Tried(way.name, way.channel, taken=name not in fails and "*" not in fails))
        assert len(tried) < 20, "a round ends"
    return [f"{one.name} {one.channel}" for one in tried]


def test_a_round_that_reaches_its_person_pages_nobody_else() -> None:
    assert round_of(0) == ["Ann sms"]


@pytest.mark.parametrize(("level", "first"), [(1, "Ben sms"), (2, "Cleo email"), (3, "Ann sms"), (7, "Ben sms")])
def test_each_step_up_pages_the_next_person_and_the_list_goes_round(level: int, first: str) -> None:
    assert round_of(level) == [first]


def test_a_page_that_fails_tries_the_other_way_and_the_next_person_at_once() -> None:
    assert round_of(0, "Ann sms") == ["Ann sms", "Ann email", "Ben sms"]


def test_when_everything_fails_every_way_to_everybody_is_tried_once() -> None:
    assert round_of(0, "*") == ["Ann sms", "Ann email", "Ben sms", "Cleo email"]
    assert sorted(round_of(1, "*")) == sorted(round_of(0, "*"))


def test_nobody_on_call_is_no_way() -> None:
    assert next_way((), 0, ()) is None


def test_one_person_alone_has_two_ways() -> None:
    assert round_of(5, "*", on_call=(ANN,)) == ["Ann sms", "Ann email"]


@pytest.mark.parametrize("say", ["waiting", "unanswered", "test"])
def test_a_page_is_one_plain_text_with_nothing_of_the_person_in_it(say: paging.Say) -> None:
    said = paging.words(say, "https://notes.example.org/inbox/")
    assert measure(said).encoding == "GSM-7" and measure(said).parts == 1
    assert paging.SUBJECTS[say] and "{" not in said


def test_a_page_says_when_no_machine_could_answer() -> None:
    assert "could not be answered automatically" in paging.words("unanswered", "x")


def test_an_address_is_not_in_the_look_of_a_way() -> None:
    """A way may stand in a log."""
    assert "555" not in repr(Way("Ann", "sms", "+14705550181"))


def test_somebody_on_call_without_any_way_is_refused() -> None:
    with pytest.raises(ValueError, match="a phone, an email"):
        OnCall(name="Dan", phone=None, email=None)


NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        pytest.param(None, "2026-11-25 12:00", True, id="there was none"),
        pytest.param("2026-11-24 23:00", "2026-11-25 22:59", False, id="a minute before 18:00 in New York"),
        pytest.param("2026-11-24 23:00", "2026-11-25 23:00", True, id="at 18:00"),
        pytest.param("2026-11-25 23:00", "2026-11-26 04:59", False, id="done this evening, near midnight"),
        pytest.param("2026-11-23 23:00", "2026-11-25 12:00", True, id="last evening's was missed"),
        pytest.param(
            "2026-11-25 15:00", "2026-11-25 23:30", True, id="one by hand at noon does not spare the evening's"
        ),
        pytest.param("2026-10-31 22:00", "2026-11-01 22:30", False, id="the clocks went back: 17:30 now"),
        pytest.param("2026-10-31 22:00", "2026-11-01 23:00", True, id="the clocks went back: 18:00 now"),
    ],
)
def test_the_evening_test_is_due_once_when_its_moment_has_come(last: str | None, now: str, due: bool) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert paging.trial_due(at(last) if last else None, time(18), NEW_YORK, at(now)) is due


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        paging.trial_due(None, time(18), NEW_YORK, datetime(2026, 11, 25) + timedelta(hours=1))
