"""After a standstill: when there was one, what waits, what a decision makes of it, and what a crash leaves."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outreach.actions import campaigning, catching_up, explaining, pausing
from outreach.actions.dispatching import due_lanes, next_due, send_batch
from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.rows import run
from outreach.errors import Refused
from outreach.models import Activity, Alert, Campaign, CatchUp, Enrollment, Message, Watermark
from tests import builders
from tests.actions.test_spine import at
from tests.builders import NOW
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BACK = NOW + 7 * DAY + 3 * DAY  # email 2 was due on day 7 at 10:00; the machine comes back three days later


@pytest.fixture(autouse=True)
def _one_clock_for_both(sandbox: Sandbox) -> Iterator[None]:
    sandbox.client.post("/sandbox/clock", {"now": NOW.isoformat()})
    yield


def drain(lane: Lane, moment: datetime) -> int:
    called = 0
    while True:
        turn = send_batch(lane, at(moment))
        called += turn.called
        if not turn.more:
            return called
        if turn.wait:
            run("DELETE FROM sender_pace")


def campaign(people: int = 3, **fields: object) -> Campaign:
    for _ in range(people):
        builders.make_subscriber(channels=("email",), **fields)  # type: ignore[arg-type]
    return builders.make_campaign()


def stand_still(sandbox: Sandbox, people: int = 3) -> CatchUp:
    """The first email went out, then nothing ran for ten days; the clockwork is back and has looked."""
    campaign(people)
    catching_up.watch(NOW)
    assert drain(sandbox.lane("email"), NOW) == people
    catching_up.watch(NOW + 2 * MINUTE)
    catching_up.watch(BACK)
    return CatchUp.objects.get()


def test_what_became_late_while_nothing_ran_waits_for_a_person(sandbox: Sandbox) -> None:
    plan = stand_still(sandbox)
    assert (plan.channel, plan.since, plan.until, plan.decision) == ("email", NOW + 2 * MINUTE, BACK, "")
    assert due_lanes(BACK) == []
    assert next_due() is None
    assert drain(sandbox.lane("email"), BACK) == 0
    assert set(Enrollment.objects.values_list("next_step", "status")) == {(2, "active")}


def test_what_falls_due_later_goes_out_as_usual(sandbox: Sandbox) -> None:
    stand_still(sandbox)
    late = Enrollment.objects.order_by("pk").first()
    assert late
    Enrollment.objects.filter(pk=late.pk).update(next_due_at=BACK + MINUTE)
    assert due_lanes(BACK + MINUTE) == ["email"]
    assert next_due() == BACK + MINUTE
    assert drain(sandbox.lane("email"), BACK + MINUTE) == 1
    assert Message.objects.filter(step_number=2).get().enrollment_id == late.pk


def test_the_numbers_are_those_of_each_steps_own_rule(sandbox: Sandbox) -> None:
    """The gentle cadence waits for the next window after six hours; one person was due an hour ago."""
    stand_still(sandbox)
    Enrollment.objects.filter(pk=Enrollment.objects.earliest("pk").pk).update(next_due_at=BACK - HOUR)
    (plan,) = catching_up.plans(BACK)
    (line,) = plan.lines
    assert (line.step, line.now, line.next_window, line.dropped) == (2, 1, 2, 0)
    assert plan.messages == 3
    assert plan.decides_itself_at == BACK + DAY


def late_rule(rule: str) -> None:
    from outreach.actions import schedules

    shipped = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    old = "at: 10:00\n      late: next_window\n      late_after: 6 hours"
    assert old in shipped
    schedules.apply(shipped.replace(old, old.replace("next_window", rule)), now=NOW)


@pytest.mark.parametrize(
    ("rule", "sent", "record"),
    [("send", 3, ("sent", "")), ("drop", 0, ("skipped", "late")), ("next_window", 0, None)],
)
def test_confirmed_each_steps_rule_decides_and_a_drop_leaves_its_record(
    sandbox: Sandbox, rule: str, sent: int, record: tuple[str, str] | None
) -> None:
    plan = stand_still(sandbox)
    late_rule(rule)
    (shown,) = catching_up.plans(BACK)
    assert (shown.now, shown.next_window, shown.dropped) == {
        "send": (3, 0, 0), "drop": (0, 0, 3), "next_window": (0, 3, 0)
    }[rule]  # fmt: skip
    catching_up.confirm(plan.pk, now=BACK, actor=builders.make_staff())
    assert drain(sandbox.lane("email"), BACK + MINUTE) == sent
    found = set(Message.objects.filter(step_number=2).values_list("status", "reason"))
    assert found == ({record} if record else set())
    if rule == "next_window":  # ten in the morning is just past, so the next one is tomorrow's
        assert set(Enrollment.objects.values_list("next_due_at", "next_moved")) == {(BACK + DAY, "late")}
        assert drain(sandbox.lane("email"), BACK + DAY) == 3
    assert Activity.objects.filter(verb="caught up").get().object_id == plan.pk


def test_spread_goes_out_over_the_hours_and_never_again(sandbox: Sandbox) -> None:
    plan = stand_still(sandbox, people=40)
    late_rule("send")
    catching_up.spread(plan.pk, 4, now=BACK)
    moments = sorted(Enrollment.objects.values_list("next_due_at", flat=True))
    assert moments[0] > BACK and moments[-1] <= BACK + 4 * HOUR + MINUTE
    assert [sum(BACK + h * HOUR < m <= BACK + (h + 1) * HOUR for m in moments) > 2 for h in range(4)] == [True] * 4
    sent = [drain(sandbox.lane("email"), BACK + h * HOUR + MINUTE) for h in range(5)]
    assert sum(sent) == 40 and max(sent) < 25
    assert set(Message.objects.filter(step_number=2).values_list("moved", flat=True)) == {"catch_up"}
    assert CatchUp.objects.get().done_at == BACK
    assert "spread" in explaining.say_reason("catch_up")


def test_spread_leaves_what_the_rules_let_go_to_the_rules(sandbox: Sandbox) -> None:
    """The cadence drops what is late: only the one who is not late is spread."""
    plan = stand_still(sandbox)
    late_rule("drop")
    fresh = Enrollment.objects.earliest("pk")
    Enrollment.objects.filter(pk=fresh.pk).update(next_due_at=BACK - HOUR)
    catching_up.spread(plan.pk, 2, now=BACK)
    assert drain(sandbox.lane("email"), BACK + MINUTE) <= 1
    drain(sandbox.lane("email"), BACK + 3 * HOUR)
    by_person = dict(Message.objects.filter(step_number=2).values_list("enrollment_id", "status"))
    assert by_person.pop(fresh.pk) == "sent"
    assert set(by_person.values()) == {"skipped"}


def test_a_spread_that_was_interrupted_is_gone_on_with(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three are moved when the process dies; the third waits behind the bound until the next look."""
    plan = stand_still(sandbox)
    late_rule("send")
    monkeypatch.setattr(catching_up, "CHUNK", 1)
    monkeypatch.setattr(catching_up, "PIECES", 2)
    catching_up.spread(plan.pk, 1, now=BACK)
    assert Enrollment.objects.filter(next_due_at__lte=BACK).count() == 1
    assert CatchUp.objects.get().done_at is None
    assert drain(sandbox.lane("email"), BACK + 2 * HOUR) == 2
    catching_up.watch(BACK + 2 * HOUR)
    assert CatchUp.objects.get().done_at == BACK + 2 * HOUR
    assert drain(sandbox.lane("email"), BACK + 2 * HOUR) == 1


def test_without_a_decision_the_rules_decide_after_a_day_and_staff_are_told(sandbox: Sandbox) -> None:
    stand_still(sandbox)
    late_rule("send")
    catching_up.watch(BACK + DAY - MINUTE)
    assert drain(sandbox.lane("email"), BACK + DAY - MINUTE) == 0
    catching_up.watch(BACK + DAY)
    assert (CatchUp.objects.get().decision, catching_up.waiting()) == ("default", [])
    assert Alert.objects.get().kind == "email_caught_up"
    assert drain(sandbox.lane("email"), BACK + DAY) == 3


def test_a_decision_is_taken_once(sandbox: Sandbox) -> None:
    plan = stand_still(sandbox)
    with pytest.raises(Refused, match="1 to 72 hours"):
        catching_up.spread(plan.pk, 0, now=BACK)
    catching_up.confirm(plan.pk, now=BACK)
    with pytest.raises(Refused, match="decided already"):
        catching_up.spread(plan.pk, 2, now=BACK)
    with pytest.raises(Refused, match="decided already"):
        catching_up.confirm(plan.pk, now=BACK)


def test_a_plan_that_waits_is_widened_when_it_stands_still_on(sandbox: Sandbox) -> None:
    """The clockwork lives and the workers do not: what falls due meanwhile belongs to the same standstill."""
    stand_still(sandbox)
    Enrollment.objects.filter(pk=Enrollment.objects.earliest("pk").pk).update(next_due_at=BACK + HOUR)
    catching_up.watch(BACK + 2 * HOUR)
    assert CatchUp.objects.get().until == BACK
    catching_up.watch(BACK + 5 * HOUR)
    assert CatchUp.objects.get().until == BACK + 5 * HOUR
    (plan,) = catching_up.plans(BACK + 5 * HOUR)
    assert plan.messages == 3


def quiet(sandbox: Sandbox) -> None:
    """Nothing was due in all that time."""
    catching_up.watch(NOW + 5 * DAY)


def late_by_two_hours(sandbox: Sandbox) -> None:
    catching_up.watch(NOW + 7 * DAY - MINUTE)
    catching_up.watch(NOW + 7 * DAY + 2 * HOUR)


def working_off_a_backlog(sandbox: Sandbox) -> None:
    """The pace is slow: much is due for long, but a message had its outcome just now."""
    Message.objects.update(claimed_at=BACK - MINUTE)
    catching_up.watch(BACK)


def resumed_after_a_pause(sandbox: Sandbox) -> None:
    one = Campaign.objects.get()
    campaigning.pause(one, now=NOW + HOUR)
    for day in range(11):
        catching_up.watch(NOW + day * DAY)
    campaigning.resume(one, now=BACK)
    catching_up.watch(BACK + MINUTE)


def the_days_allowance_was_used_up(sandbox: Sandbox) -> None:
    pausing.pause_lane("email", BACK + HOUR, "daily_cap")
    catching_up.watch(BACK)
    run("DELETE FROM lane_pause")
    catching_up.watch(BACK + MINUTE)


def first_look_ever(sandbox: Sandbox) -> None:
    Watermark.objects.all().delete()
    catching_up.watch(BACK)


@pytest.mark.parametrize(
    "what",
    [
        quiet, late_by_two_hours, working_off_a_backlog, resumed_after_a_pause, the_days_allowance_was_used_up,
        first_look_ever,
    ],
)  # fmt: skip
def test_what_is_no_standstill_opens_no_plan(sandbox: Sandbox, what) -> None:  # type: ignore[no-untyped-def]
    campaign()
    catching_up.watch(NOW)
    drain(sandbox.lane("email"), NOW)
    what(sandbox)
    assert not CatchUp.objects.exists()


def test_a_lane_that_was_halted_for_hours_stood_still(sandbox: Sandbox) -> None:
    """A bad key: the clockwork lives, the lane is paused an hour at a time, and then the key is mended."""
    campaign()
    catching_up.watch(NOW)
    for hour in range(6):
        pausing.pause_lane("email", NOW + (hour + 1) * HOUR, "auth")
        catching_up.watch(NOW + hour * HOUR + MINUTE)
    run("DELETE FROM lane_pause")
    catching_up.watch(NOW + 6 * HOUR)
    assert CatchUp.objects.get().channel == "email"
    assert drain(sandbox.lane("email"), NOW + 6 * HOUR) == 0


def test_the_other_lane_goes_on(sandbox: Sandbox) -> None:
    builders.make_subscriber()
    builders.make_campaign()
    catching_up.watch(NOW)
    Enrollment.objects.filter(channel="sms").update(next_due_at=NOW + 4 * HOUR)
    catching_up.watch(NOW + 5 * HOUR)  # the email of ten o'clock was never sent; the text is an hour late
    assert CatchUp.objects.get().channel == "email"
    assert due_lanes(NOW + 5 * HOUR) == ["sms"]
    assert drain(sandbox.lane("sms"), NOW + 5 * HOUR) == 1


def test_opt_outs_and_holds_count_when_it_goes_on(sandbox: Sandbox) -> None:
    plan = stand_still(sandbox)
    late_rule("send")
    ann = Enrollment.objects.earliest("pk").subscriber
    builders.consent(ann, "email", "*", "revoked")
    catching_up.confirm(plan.pk, now=BACK)
    assert drain(sandbox.lane("email"), BACK + MINUTE) == 2


def test_between_two_looks_the_tick_pays_nothing(sandbox: Sandbox) -> None:
    campaign()
    catching_up.watch(NOW)
    with CaptureQueriesContext(connection) as captured:
        catching_up.watch(NOW + timedelta(seconds=5))
    assert len(captured) == 0
    with CaptureQueriesContext(connection) as captured:
        catching_up.watch(NOW + MINUTE)
    assert 0 < len(captured) <= 11


def test_a_second_open_plan_of_a_lane_is_refused_by_the_database(sandbox: Sandbox) -> None:
    from django.db import IntegrityError

    stand_still(sandbox)
    with pytest.raises(IntegrityError):
        CatchUp.objects.create(channel="email", since=NOW, until=BACK, opened_at=BACK)
