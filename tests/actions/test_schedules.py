"""schedules.yaml: shown, applied, in force; and a text with mistakes changes nothing."""

from datetime import timedelta

import pytest

from outreach.actions import schedules
from outreach.errors import Refused
from outreach.models import AppliedSchedules
from outreach.rules.cadence import SchedulesInvalid
from tests import builders
from tests.builders import NOW

SHIPPED = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
FASTER = SHIPPED.replace("texts_per_24h: 1 ", "texts_per_24h: 2 ")

pytestmark = pytest.mark.usefixtures("database")


def test_before_anything_is_applied_the_cure_is_named() -> None:
    with pytest.raises(Refused, match="outreach schedules apply"):
        schedules.current()
    assert schedules.history() == []


def test_applying_puts_a_text_in_force_and_keeps_who_and_when() -> None:
    dana = builders.make_staff()
    assert schedules.apply(SHIPPED, now=NOW, actor=dana) is True
    assert schedules.current().caps.texts_per_24h == 1
    row = AppliedSchedules.objects.get()
    assert (row.text, row.applied_at, row.applied_by) == (SHIPPED, NOW, dana)


def test_applying_the_same_text_again_changes_nothing() -> None:
    schedules.apply(SHIPPED, now=NOW)
    assert schedules.apply(SHIPPED, now=NOW + timedelta(days=1)) is False
    assert AppliedSchedules.objects.count() == 1


def test_the_newest_is_in_force_and_the_way_back_is_another_version() -> None:
    for day, text in enumerate([SHIPPED, FASTER, SHIPPED]):
        assert schedules.apply(text, now=NOW + timedelta(days=day)) is True
    assert [v.caps.texts_per_24h for _, v in schedules.history()] == [1, 2, 1]
    assert [at for at, _ in schedules.history()] == [NOW + timedelta(days=n) for n in range(3)]
    assert schedules.current().caps.texts_per_24h == 1


def test_the_difference_shows_what_would_change_and_changes_nothing() -> None:
    assert len(schedules.difference(SHIPPED)) > 100  # everything is new
    schedules.apply(SHIPPED, now=NOW)
    assert schedules.difference(SHIPPED) == []
    changed = [line for line in schedules.difference(FASTER) if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert [line[:20] for line in changed] == ["-  texts_per_24h: 1 ", "+  texts_per_24h: 2 "]
    assert schedules.current().caps.texts_per_24h == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(SHIPPED.replace("texts_per_24h: 1 ", "texts_per_24h: 9 "), id="more texts than the law allows"),
        pytest.param(SHIPPED.replace("cadence: gentle", "cadence: hurried"), id="unknown cadence"),
        pytest.param(SHIPPED.replace("organisation:", "organization:"), id="misspelt section"),
        pytest.param(SHIPPED + "\ncaps:\n  texts_per_24h: 1\n", id="section twice"),
        pytest.param("organisation: [", id="no YAML"),
    ],
)
def test_a_text_with_mistakes_is_refused_and_what_was_in_force_stays(text: str) -> None:
    schedules.apply(FASTER, now=NOW)
    for act in (lambda: schedules.apply(text, now=NOW), lambda: schedules.difference(text)):
        with pytest.raises(SchedulesInvalid) as invalid:
            act()
        assert all(p.line >= 1 and p.say for p in invalid.value.problems)
    assert AppliedSchedules.objects.count() == 1
    assert schedules.current().caps.texts_per_24h == 2
