"""One batch's life: claim, fence, call, settle; and what each interruption leaves behind. Real database, real HTTP."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from outreach.actions import auditing, campaigning, opting_out, reconciling
from outreach.actions.dispatching import Lane, pace, send_batch, sweep
from outreach.actions.dispatching.claim import claim
from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.send import fence_call_settle
from outreach.actions.suppressing import suppress_key
from outreach.models import Alert, Batch, Campaign, Enrollment, LanePause, Message, Subscriber, Suppression
from outreach.providers.twilio import Twilio
from outreach.running.ports import free_port
from tests import builders
from tests.builders import NOW
from tests.parts import SID, TOKEN, Sandbox
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("stage")
FIRST_TEXT = NOW + timedelta(days=2, hours=7, minutes=30)  # the gentle cadence: Thursday 17:30 in Atlanta


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


_on_stage: list[Sandbox] = []


@pytest.fixture(autouse=True)
def _one_clock_for_both(sandbox: Sandbox) -> Iterator[None]:
    _on_stage.append(sandbox)
    sandbox.client.post("/sandbox/clock", {"now": NOW.isoformat()})  # whatever the day on which this runs
    yield
    _on_stage.clear()


def drain(lane: Lane, moment: datetime) -> int:
    """Sends until nothing is due; returns how many messages were given to the provider. The witness's clock goes along."""
    _on_stage[0].client.post("/sandbox/clock", {"now": moment.isoformat()})
    called = 0
    while True:
        turn = send_batch(lane, at(moment))
        called += turn.called
        if not turn.more:
            return called
        if turn.wait:
            run("DELETE FROM sender_pace")  # every token is free again


def people(count: int, **fields: object) -> list[Subscriber]:
    return [builders.make_subscriber(**fields) for _ in range(count)]  # type: ignore[arg-type]


def statuses(**filters: object) -> list[str]:
    return list(Message.objects.filter(**filters).order_by("pk").values_list("status", flat=True))


def campaign_with(count: int = 1, **fields: object) -> Campaign:
    people(count, **fields)
    return builders.make_campaign()


def assert_held(sandbox: Sandbox) -> None:
    keys = {m.hex for (m,) in run("SELECT key FROM message")}
    found = auditing.audit([line for line in sandbox.accepted() if line["key"] in keys])
    assert found.held, [p.where for p in found.promises if not p.held]


def test_a_due_step_is_sent_once_and_the_cursor_moves_on(sandbox: Sandbox) -> None:
    campaign_with(3)
    lane = sandbox.lane("email")
    assert drain(lane, NOW) == 3
    assert drain(lane, NOW) == 0
    assert statuses() == ["sent"] * 3
    runs = Enrollment.objects.filter(channel="email")
    assert {(r.status, r.next_step) for r in runs} == {("active", 2)}
    assert {r.next_due_at for r in runs} == {NOW + timedelta(days=7)}
    assert_held(sandbox)


def test_a_run_is_finished_when_its_last_step_has_its_outcome(sandbox: Sandbox) -> None:
    campaign_with(2)
    lane = sandbox.lane("email")
    drain(lane, NOW)
    drain(lane, NOW + timedelta(days=7))
    assert set(Enrollment.objects.filter(channel="email").values_list("status", flat=True)) == {"finished"}
    assert len(statuses()) == 4


def test_two_workers_on_the_same_rows_send_nothing_twice(sandbox: Sandbox) -> None:
    campaign_with(40)
    at_once(4, lambda: drain(sandbox.lane("email"), NOW))
    drain(sandbox.lane("email"), NOW)
    assert statuses() == ["sent"] * 40
    assert_held(sandbox)


def test_who_opts_out_between_claim_and_call_gets_nothing(sandbox: Sandbox) -> None:
    ann, ben = people(2)
    builders.make_campaign()
    lane = sandbox.lane("email")
    claimed = claim(lane, NOW, "test")
    assert claimed and claimed.batch
    assert ann.email_key
    opting_out.opt_out("email", bytes(ann.email_key), method="one_click", source="test", now=NOW)
    assert fence_call_settle(lane, claimed.batch, at(NOW)) == 1
    assert statuses(subscriber=ann) == []
    assert Enrollment.objects.get(subscriber=ann, channel="email").exit_reason == "opted_out"
    assert statuses(subscriber=ben) == ["sent"]
    assert_held(sandbox)


def test_an_address_that_is_suppressed_between_claim_and_call_gets_nothing(sandbox: Sandbox) -> None:
    ann, ben = people(2)
    builders.make_campaign()
    lane = sandbox.lane("email")
    claimed = claim(lane, NOW, "test")
    assert claimed and claimed.batch
    suppress_key("email", bytes(ann.email_key or b""), cause="bounce", now=NOW)
    assert fence_call_settle(lane, claimed.batch, at(NOW)) == 1
    assert [(m.status, m.reason) for m in Message.objects.filter(subscriber=ann)] == [("skipped", "suppressed:bounce")]
    assert statuses(subscriber=ben) == ["sent"]
    assert_held(sandbox)


def test_an_opt_out_is_confirmed_only_after_the_call_that_was_running(sandbox: Sandbox) -> None:
    (ann,) = people(1)
    builders.make_campaign()
    sandbox.misbehave(on="sendgrid", do="delay", delay_ms=1200)

    def work() -> None:
        send_batch(sandbox.lane("email"), at(NOW))
        connection.close()

    sender = threading.Thread(target=work)
    sender.start()
    while not Batch.objects.filter(status="calling").exists():
        pass
    while not run("SELECT 1 FROM pg_locks WHERE locktype = 'transactionid' AND granted AND pid <> pg_backend_pid()"):
        pass
    assert ann.email_key
    done = opting_out.opt_out("email", bytes(ann.email_key), method="one_click", source="test", now=NOW)
    assert done.confirmed
    assert not Batch.objects.filter(status="calling").exists(), "confirmed while a call was still running"
    sender.join()
    assert_held(sandbox)


def test_an_opt_out_that_cannot_wait_long_enough_is_not_confirmed() -> None:
    from outreach.actions.dispatching import wait_for_batches_of

    campaign = campaign_with(1)
    batch = Batch.objects.create(
        channel="email", campaign=campaign, step_number=1, status="claimed", subscriber_ids=[1], moment=NOW,
        key=uuid.uuid4(), lease_until=datetime.fromisoformat("2100-01-01T00:00:00+00:00"),
    )  # fmt: skip
    locked, over = threading.Event(), threading.Event()

    def hold() -> None:
        from django.db import transaction

        with transaction.atomic():
            run("SELECT 1 FROM batch WHERE id = %s FOR UPDATE", [batch.pk])
            locked.set()
            over.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(20)
    assert wait_for_batches_of([1], limit=timedelta(milliseconds=200)) is False
    assert wait_for_batches_of([2], limit=timedelta(milliseconds=200)) is True
    over.set()
    holder.join()
    assert wait_for_batches_of([1], limit=timedelta(seconds=10)) is True


def test_a_worker_that_dies_before_the_call_leaves_its_people_due(sandbox: Sandbox) -> None:
    campaign_with(2)
    lane = sandbox.lane("email")
    assert claim(lane, NOW, "test")
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    assert drain(lane, NOW) == 0, "its people are nobody else's until it is swept"
    assert sweep(NOW) == 1
    assert statuses() == []
    assert drain(lane, NOW) == 2
    assert statuses() == ["sent", "sent"]
    assert_held(sandbox)


def test_a_step_whose_worker_died_comes_before_the_next_one_however_long_everything_stood_still(
    sandbox: Sandbox,
) -> None:
    """The system was down for longer than the steps are apart, and comes back with a tick before its first sweep."""
    campaign_with(1)
    lane = sandbox.lane("email")
    assert claim(lane, NOW, "w1") is not None
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    later = NOW + timedelta(days=8)
    assert drain(lane, later) == 0, "step 2 is due, but step 1 may still come back"
    sweep(later)
    assert drain(lane, later) == 0, "eight days late: it waits for the next usual moment"
    (waiting,) = Enrollment.objects.filter(channel="email")
    assert (waiting.next_step, waiting.next_moved) == (1, "late")
    assert waiting.next_due_at is not None
    assert drain(lane, waiting.next_due_at) == 1
    assert list(Message.objects.order_by("pk").values_list("step_number", "status")) == [(1, "sent")]
    assert_held(sandbox)


def test_a_batch_that_was_swept_is_not_sent_by_the_worker_that_comes_back(sandbox: Sandbox) -> None:
    campaign_with(1)
    lane = sandbox.lane("email")
    claimed = claim(lane, NOW, "test")
    assert claimed and claimed.batch
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    sweep(NOW)
    assert fence_call_settle(lane, claimed.batch, at(NOW)) == 0
    assert statuses() == []


def test_a_sweep_leaves_alone_what_a_living_worker_holds(sandbox: Sandbox) -> None:
    campaign_with(1)
    claim(sandbox.lane("email"), NOW, "test")
    assert sweep(NOW) == 0


def test_a_call_without_a_clear_answer_is_never_made_again_and_settled_by_the_providers_list(sandbox: Sandbox) -> None:
    campaign_with(1)
    sandbox.misbehave(on="twilio", do="cut_after_accept")
    lane = sandbox.lane("sms")
    assert drain(lane, FIRST_TEXT) == 1
    assert statuses() == ["uncertain"]
    for minutes in (1, 30, 600):
        drain(lane, FIRST_TEXT + timedelta(minutes=minutes))
    assert statuses() == ["uncertain"]
    assert Alert.objects.get().kind == "sms_unclear"
    assert lane.sms
    assert reconciling.reconcile(FIRST_TEXT + timedelta(minutes=5), texts=lane.sms) == 1
    message = Message.objects.get()
    assert (message.status, message.reason) == ("sent", "found_at_provider")
    assert message.provider_id
    assert_held(sandbox)


def test_a_text_that_was_taken_long_after_its_claim_is_found_and_not_denied(sandbox: Sandbox) -> None:
    """The machine slept between claim and call, and the answer was lost."""
    campaign_with(1)
    sandbox.misbehave(on="twilio", do="cut_after_accept")
    lane = sandbox.lane("sms")
    claimed = claim(lane, FIRST_TEXT, "test")
    assert claimed and claimed.batch and lane.sms
    awake = FIRST_TEXT + timedelta(minutes=40)
    sandbox.client.post("/sandbox/clock", {"now": awake.isoformat()})
    assert fence_call_settle(lane, claimed.batch, at(awake)) == 1
    assert statuses() == ["uncertain"]
    assert reconciling.reconcile(awake + timedelta(minutes=30), texts=lane.sms) == 1
    assert statuses() == ["sent"]
    assert_held(sandbox)


def test_a_call_that_was_cut_before_it_was_taken_is_uncertain_until_the_list_proves_it(sandbox: Sandbox) -> None:
    campaign_with(1)
    sandbox.misbehave(on="twilio", do="cut_before_accept")
    lane = sandbox.lane("sms")
    drain(lane, FIRST_TEXT)
    assert statuses() == ["uncertain"]
    assert lane.sms
    assert reconciling.reconcile(FIRST_TEXT + timedelta(minutes=5), texts=lane.sms) == 0
    assert reconciling.reconcile(FIRST_TEXT + timedelta(minutes=30), texts=lane.sms) == 1
    assert statuses() == ["failed"]
    assert_held(sandbox)


def test_a_busy_provider_pauses_the_lane_and_loses_nothing(sandbox: Sandbox) -> None:
    campaign_with(2)
    sandbox.misbehave(on="sendgrid", do="status", status=429, retry_after=90)
    lane = sandbox.lane("email")
    drain(lane, NOW)
    assert statuses() == ["returned", "returned"]
    assert abs(LanePause.objects.get().until - (NOW + timedelta(seconds=90))) < timedelta(seconds=3)
    assert drain(lane, NOW + timedelta(seconds=80)) == 0
    assert drain(lane, NOW + timedelta(seconds=95)) == 2
    assert_held(sandbox)


def test_a_provider_that_is_not_there_loses_nothing(sandbox: Sandbox) -> None:
    campaign_with(1)
    lane = sandbox.lane("sms")
    gone = Lane("sms", lane.schedules, sms=Twilio(f"http://127.0.0.1:{free_port(0)}", SID, TOKEN))
    drain(gone, FIRST_TEXT)
    assert statuses() == ["returned"]
    assert Alert.objects.get().kind == "sms_unreachable"
    assert drain(lane, FIRST_TEXT + timedelta(minutes=2)) == 1
    assert_held(sandbox)


def test_a_number_that_stopped_at_the_provider_is_suppressed(sandbox: Sandbox) -> None:
    (ann,) = people(1)
    builders.make_campaign()
    sandbox.client.post("/sandbox/fate", {"to": ann.phone, "fate": "refused:21610", "count": 1})
    drain(sandbox.lane("sms"), FIRST_TEXT)
    assert [(m.status, m.reason) for m in Message.objects.all()] == [("failed", "21610")]
    assert Suppression.objects.get().cause == "provider_stop"
    drain(sandbox.lane("sms"), FIRST_TEXT + timedelta(days=3))
    assert statuses() == ["failed", "skipped"]
    assert Enrollment.objects.get(channel="sms").status == "exited"


def test_two_records_with_one_number_get_a_step_once(sandbox: Sandbox) -> None:
    people(2, phone="+14045550177")
    builders.make_campaign()
    assert drain(sandbox.lane("sms"), FIRST_TEXT) == 1
    assert sorted(statuses()) == ["sent", "skipped"]
    assert Message.objects.get(status="skipped").reason == "same_address"


def test_a_second_text_within_a_day_waits(sandbox: Sandbox) -> None:
    people(1)
    builders.make_campaign()
    builders.make_campaign(name="Another")
    assert drain(sandbox.lane("sms"), FIRST_TEXT) == 1
    waiting = Enrollment.objects.get(channel="sms", next_step=1)
    assert waiting.next_moved == "cap"
    assert waiting.next_due_at is not None
    assert waiting.next_due_at >= FIRST_TEXT + timedelta(hours=24)
    assert_held(sandbox)


def test_a_text_that_is_late_into_the_night_waits_for_the_morning(sandbox: Sandbox) -> None:
    campaign_with(1)
    assert drain(sandbox.lane("sms"), FIRST_TEXT + timedelta(hours=9)) == 0
    waiting = Enrollment.objects.get(channel="sms")
    assert waiting.next_step == 1
    assert waiting.next_moved == "late"
    assert waiting.next_due_at == FIRST_TEXT + timedelta(days=1)
    assert statuses() == []


def test_whoever_is_on_hold_or_pausing_gets_nothing_and_keeps_the_place(sandbox: Sandbox) -> None:
    held, pausing = people(2)
    builders.make_campaign()
    Subscriber.objects.filter(pk=held.pk).update(held_reason="grief", held_at=NOW)
    Subscriber.objects.filter(pk=pausing.pk).update(paused_until=NOW + timedelta(days=3))
    assert drain(sandbox.lane("email"), NOW) == 0
    runs = {r.subscriber_id: r for r in Enrollment.objects.filter(channel="email")}
    assert (runs[held.pk].next_step, runs[pausing.pk].next_step) == (1, 1)
    assert runs[pausing.pk].next_due_at == NOW + timedelta(days=3)
    assert statuses() == []


def test_a_campaign_paused_between_claim_and_call_sends_nothing(sandbox: Sandbox) -> None:
    campaign = campaign_with(1)
    lane = sandbox.lane("email")
    claimed = claim(lane, NOW, "test")
    assert claimed and claimed.batch
    campaigning.pause(campaign, now=NOW)
    assert fence_call_settle(lane, claimed.batch, at(NOW)) == 0
    assert statuses() == []
    assert drain(lane, NOW) == 0
    campaigning.resume(campaign, now=NOW)
    assert drain(lane, NOW) == 1
    assert_held(sandbox)


def test_a_text_whose_hours_ended_between_claim_and_call_is_put_back(sandbox: Sandbox) -> None:
    campaign_with(1)
    lane = sandbox.lane("sms")
    claimed = claim(lane, FIRST_TEXT, "test")
    assert claimed and claimed.batch
    assert fence_call_settle(lane, claimed.batch, at(FIRST_TEXT + timedelta(hours=4))) == 0
    assert statuses() == []
    waiting = Enrollment.objects.get(channel="sms")
    assert (waiting.next_step, waiting.status) == (1, "active")


def test_the_senders_pace_bounds_what_is_claimed(sandbox: Sandbox) -> None:
    campaign_with(12)
    lane = sandbox.lane("sms")
    assert pace.grant("sms", lane.permitted, want=3, ahead=1.0).messages == 3
    turn = send_batch(sandbox.lane("sms"), at(FIRST_TEXT))
    assert (turn.called, turn.more) == (0, True)
    assert turn.wait > 0
    run("DELETE FROM sender_pace")  # every token is free again
    assert 1 <= send_batch(sandbox.lane("sms"), at(FIRST_TEXT)).called <= 3


def test_discreet_people_see_a_neutral_subject_and_sender(sandbox: Sandbox) -> None:
    people(1, discreet=True)
    people(1)
    builders.make_campaign()
    drain(sandbox.lane("email"), NOW)
    discreet, usual = sandbox.accepted()[-2:]
    assert (discreet["subject"], usual["subject"]) == ("Your note 1", "Small step 1")
    assert "A. Health Notes" in sandbox.page(f"/inbox/{discreet['to']}/1")
    assert "A. Health Notes" not in sandbox.page(f"/inbox/{usual['to']}/1")
