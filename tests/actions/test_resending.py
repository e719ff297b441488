"""What is doubtful, the safety valve of a lane, and a person's decision to send something again."""

from datetime import timedelta

import pytest

from outreach.actions import reconciling, resending
from outreach.actions.dispatching import send_batch
from outreach.actions.dispatching.claim import claim
from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.send import fence_call_settle
from outreach.errors import Refused
from outreach.models import Activity, Alert, Campaign, Enrollment, LanePause, Message
from tests import builders
from tests.actions.test_spine import FIRST_TEXT, at
from tests.builders import NOW
from tests.owner import by_owner
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")


def doubtful_text(sandbox: Sandbox) -> Message:
    """A text whose answer was cut off, and which the provider never took."""
    builders.make_subscriber()
    builders.make_campaign()
    sandbox.client.post("/sandbox/clock", {"now": FIRST_TEXT.isoformat()})
    sandbox.misbehave(on="twilio", do="cut_before_accept")
    assert send_batch(sandbox.lane("sms"), at(FIRST_TEXT)).called == 1
    sandbox.behave()
    return Message.objects.get()


def test_a_person_may_send_a_doubtful_message_again_and_the_ledger_says_who(sandbox: Sandbox) -> None:
    message, dana = doubtful_text(sandbox), builders.make_staff()
    assert [d.message.pk for d in resending.doubts()] == [message.pk]
    resending.resend(message.pk, now=FIRST_TEXT, actor=dana)
    assert send_batch(sandbox.lane("sms"), at(FIRST_TEXT)).called == 1
    assert list(Message.objects.order_by("pk").values_list("status", flat=True)) == ["returned", "sent"]
    assert Activity.objects.filter(actor=dana, verb="resent", object_id=message.pk).exists()
    assert resending.doubts() == []


def test_what_is_proven_lost_may_be_sent_again(sandbox: Sandbox) -> None:
    message, lane = doubtful_text(sandbox), sandbox.lane("sms")
    reconciling.reconcile(FIRST_TEXT + timedelta(minutes=30), texts=lane.sms)
    (doubt,) = resending.doubts()
    assert doubt.lost and doubt.message.reason == "not_at_provider"
    resending.resend(message.pk, now=FIRST_TEXT + timedelta(minutes=30))
    assert Enrollment.objects.get(channel="sms").next_step == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: Message.objects.filter(pk=m.pk).update(status="sent"), "is sent"),
        (lambda m: Enrollment.objects.update(next_step=3), "a later step went out already"),
        (lambda m: Enrollment.objects.update(status="exited"), "is over"),
        (lambda m: Campaign.objects.update(status="stopped"), "is over"),
        (lambda m: by_owner("DELETE FROM message"), "There is no message"),
    ],
    ids=["sent", "gone past", "run over", "campaign over", "none"],
)
def test_what_cannot_be_sent_again_is_refused_and_changes_nothing(sandbox: Sandbox, change: object, said: str) -> None:
    message = doubtful_text(sandbox)
    change(message)  # type: ignore[operator]
    before = list(Message.objects.values_list("status"))
    with pytest.raises(Refused, match=said):
        resending.resend(message.pk, now=FIRST_TEXT)
    assert list(Message.objects.values_list("status")) == before


def test_messages_in_a_row_that_bring_nothing_stop_the_lane(sandbox: Sandbox) -> None:
    for _ in range(25):
        builders.make_subscriber(channels=["email"])
    builders.make_campaign()
    sandbox.misbehave(on="sendgrid", do="status", status=500)
    assert send_batch(sandbox.lane("email"), at(NOW)).called == 25
    assert LanePause.objects.get().reason == "fruitless"
    assert "email_fruitless" in set(Alert.objects.values_list("kind", flat=True))
    assert not send_batch(sandbox.lane("email"), at(NOW)).more


def test_a_message_that_is_taken_begins_the_count_anew(sandbox: Sandbox) -> None:
    builders.make_subscriber(channels=["email"])
    builders.make_campaign()
    run(
        "INSERT INTO sender_pace (channel, free_from, tokens, last, spent, fruitless) VALUES ('email', '{}', '{}', 0, 0, 19)"
    )
    assert send_batch(sandbox.lane("email"), at(NOW)).called == 1
    assert run("SELECT fruitless FROM sender_pace") == [(0,)]
    assert not LanePause.objects.exists()


def test_a_machine_that_slept_between_fence_and_call_calls_nobody(sandbox: Sandbox) -> None:
    builders.make_subscriber()
    builders.make_campaign()
    lane = sandbox.lane("sms")
    found = claim(lane, FIRST_TEXT, "test")
    assert found and found.batch
    moments = iter([FIRST_TEXT, FIRST_TEXT + timedelta(hours=5), FIRST_TEXT + timedelta(hours=5)])
    before = len(sandbox.accepted())
    fence_call_settle(lane, found.batch, lambda: next(moments))
    assert len(sandbox.accepted()) == before and not Message.objects.exists()
    waiting = Enrollment.objects.get(channel="sms")
    assert (waiting.next_step, waiting.next_due_at) == (1, FIRST_TEXT)
