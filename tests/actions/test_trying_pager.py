"""The test of the pager: every evening once, by every way, and loud when one does not work."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.actions import diagnosing, paging, reading_today, schedules, trying_pager
from outreach.errors import Refused
from outreach.models import Alert, Page
from tests import builders
from tests.parts import Sandbox
from tests.together import at_once

EVENING = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # 18:00 in Atlanta
WAYS = ["First on call sms", "First on call email", "Second on call sms", "Second on call email"]


def made() -> list[str]:
    return [f"{p.person} {p.channel}" for p in Page.objects.order_by("pk")]


def doctor(now: datetime) -> diagnosing.Check:
    return diagnosing._pager(now)


def test_in_the_evening_everybody_on_call_is_tried_by_every_way_once(switchboard: Sandbox) -> None:
    assert trying_pager.try_if_due(EVENING) == 4
    assert trying_pager.try_if_due(EVENING + timedelta(hours=5)) == 0
    assert made() == WAYS
    keys = {page.key.hex for page in Page.objects.all()}
    taken = [line for line in switchboard.accepted() if str(line["key"]).replace("-", "") in keys]
    assert len(taken) == 4 and "Test of the crisis pager" in str(taken)
    assert trying_pager.try_if_due(EVENING + timedelta(hours=24)) == 4
    assert doctor(EVENING + timedelta(hours=25)).ok
    shown = reading_today.attention(EVENING + timedelta(hours=25)).pager
    assert shown is not None and not (shown.failed or shown.broken_off) and len(shown.pages) == 4


def test_two_clockworks_make_one_test(switchboard: Sandbox) -> None:
    at_once(4, lambda: trying_pager.try_if_due(EVENING))
    assert made() == WAYS


def test_a_way_that_fails_is_an_alarm_and_on_today_and_with_the_doctor(switchboard: Sandbox) -> None:
    switchboard.client.post("/sandbox/fate", {"to": "+14705550182", "fate": "refused:21614", "count": 1})
    tested = trying_pager.try_now(EVENING)
    assert [(p.person, p.channel) for p in tested.failed] == [("Second on call", "sms")]
    alarm = Alert.objects.get()
    assert alarm.kind == "pager_failed" and "test of the pager" in alarm.say and "+1" not in alarm.say
    check = doctor(EVENING)
    assert not check.ok and "Second on call by sms" in check.say and "outreach page --test" in check.say
    shown = reading_today.attention(EVENING).pager
    assert shown is not None and shown.failed


def test_a_test_that_came_back_later_failed_too(switchboard: Sandbox) -> None:
    from outreach.actions.receiving import storing

    trying_pager.try_now(EVENING)
    page = Page.objects.filter(channel="sms").first()
    assert page is not None
    storing.receive_status(
        [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30003")], page.key, EVENING
    )
    paging.page_due(EVENING)
    assert len(trying_pager.last_test().failed) == 1 and Alert.objects.exists()


def test_a_test_whose_worker_died_is_seen(switchboard: Sandbox) -> None:
    trying_pager.try_now(EVENING)
    Page.objects.order_by("-pk")[0].delete()
    assert trying_pager.last_test().broken_off
    assert not doctor(EVENING).ok


def test_a_test_is_never_taken_for_a_crisis(switchboard: Sandbox) -> None:
    trying_pager.try_now(EVENING)
    assert paging.page_due(EVENING + timedelta(hours=1)) == 0
    assert {page.say for page in Page.objects.all()} == {"test"}


@pytest.mark.usefixtures("stage")
def test_a_pager_that_was_never_tried_or_long_ago_is_not_well() -> None:
    assert "never tried" in doctor(EVENING).say


def test_a_test_of_the_day_before_yesterday_says_nothing_about_tonight(switchboard: Sandbox) -> None:
    trying_pager.try_now(EVENING)
    check = doctor(EVENING + timedelta(hours=27))
    assert not check.ok and "no test for a day" in check.say


@pytest.mark.usefixtures("stage")
def test_without_anybody_on_call_there_is_nothing_to_try_and_the_doctor_says_so() -> None:
    text = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    schedules.apply(text[: text.index("on_call:")] + text[text.index("on_call_test:") :], now=EVENING)
    assert trying_pager.try_if_due(EVENING) == 0
    assert "nobody is on call" in doctor(EVENING).say
    with pytest.raises(Refused, match="Nobody is on call"):
        trying_pager.try_now(EVENING)
