"""What the fence reads: who is plain, what there is to say about the others, and what other batches carry just now."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from outreach.actions import auditing, reconciling, schedules
from outreach.actions.dispatching import sweep
from outreach.actions.dispatching.claim import ClaimedBatch, claim
from outreach.actions.dispatching.deciding import Fate, decide
from outreach.actions.dispatching.facts import PLAIN, due_people, histories
from outreach.actions.dispatching.rota import Rota
from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.send import fence_call_settle, mark_calling
from outreach.actions.dispatching.settle import end_batch, settle
from outreach.actions.suppressing import suppress_key
from outreach.models import Alert, Batch, Enrollment, Message, Subscriber
from tests import builders
from tests.actions.test_spine import FIRST_TEXT, at
from tests.builders import NOW
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")

CHANGES: dict[str, Callable[[Subscriber], object]] = {
    "held": lambda p: change(p, held_reason="grief", held_at=NOW),
    "pausing": lambda p: change(p, paused_until=NOW + timedelta(days=3)),
    "a pause that is over": lambda p: change(p, paused_until=NOW - timedelta(days=3)),
    "erased": lambda p: change(p, erased_at=NOW),
    "another number": lambda p: change(p, phone="+14045550199", phone_key=b"another"),
    "no number": lambda p: change(p, phone=None),
    "suppressed": lambda p: suppress_key("sms", bytes(p.phone_key or b""), cause="bounce", now=NOW),
    "withdrawn": lambda p: builders.consent(p, "sms", action="revoked"),
    "all withdrawn": lambda p: builders.consent(p, "sms", "*", "revoked"),
    "run over": lambda p: Enrollment.objects.filter(subscriber=p).update(status="exited", exit_reason="x"),
    "elsewhere": lambda p: Enrollment.objects.filter(subscriber=p).update(next_step=2),
    "written to lately": lambda p: sent_before(p, hours=2),
    "written to long ago": lambda p: sent_before(p, hours=48),
    "an email lately": lambda p: sent_before(p, hours=2, channel="email"),
    "an email long ago": lambda p: sent_before(p, hours=25, channel="email"),
    "got this step": lambda p: sent_before(p, hours=48, same_step=True),
    "nothing": lambda p: None,
}
STILL_PLAIN = {"nothing", "written to long ago", "an email long ago"}


def change(person: Subscriber, **fields: object) -> None:
    Subscriber.objects.filter(pk=person.pk).update(**fields)


def sent_before(person: Subscriber, *, hours: int, same_step: bool = False, channel: str = "sms") -> None:
    run_ = Enrollment.objects.get(subscriber=person, channel=channel)
    Message.objects.create(
        kind="step", enrollment_id=run_.pk + 1000, step_number=1 if same_step else 7, campaign_id=run_.campaign_id,
        subscriber=person, channel=channel, address_key=person.phone_key, status="sent",
        claimed_at=FIRST_TEXT - timedelta(hours=hours),
    )  # fmt: skip


def claimed(sandbox: Sandbox, channel: str = "sms") -> ClaimedBatch:
    run("DELETE FROM sender_pace")  # every token is free
    found = claim(sandbox.lane(channel), FIRST_TEXT if channel == "sms" else NOW, "test")
    assert found and found.batch
    return found.batch


@pytest.mark.parametrize("what", CHANGES)
def test_a_person_is_plain_exactly_when_there_is_nothing_to_say(sandbox: Sandbox, what: str) -> None:
    ann, ben = builders.make_subscriber(), builders.make_subscriber()
    builders.make_campaign()
    batch = claimed(sandbox)
    CHANGES[what](ann)
    topic = batch.group.topic
    people = {p.subscriber: p for p in due_people("sms", batch.id, topic, FIRST_TEXT, free=1)}
    told = histories("sms", batch.id, topic, FIRST_TEXT, [p.n for p in people.values()])
    assert people[ben.pk].plain and told[people[ben.pk].n] == PLAIN
    assert people[ann.pk].plain is (told[people[ann.pk].n] == PLAIN) is (what in STILL_PLAIN)


@pytest.mark.parametrize("what", CHANGES)
def test_judging_a_plain_person_by_their_whole_history_changes_nothing(sandbox: Sandbox, what: str) -> None:
    """The shortcut of the hot path and the readable path give one fate."""
    ann = builders.make_subscriber()
    builders.make_campaign()
    batch, lane = claimed(sandbox), sandbox.lane("sms")
    CHANGES[what](ann)
    people = due_people("sms", batch.id, batch.group.topic, FIRST_TEXT, free=1)
    told = histories("sms", batch.id, batch.group.topic, FIRST_TEXT, [p.n for p in people])

    def decided(plain: bool) -> tuple[list[int], dict[int, Fate]]:
        asked = [p._replace(plain=plain and p.plain) for p in people]
        found = decide(lane, batch.group, asked, told, says_what=False, now=FIRST_TEXT, running=True)
        return [p.n for p in found.going], found.fates

    assert decided(True) == decided(False)


def test_of_two_batches_with_one_person_the_one_marked_later_waits(sandbox: Sandbox) -> None:
    """Two campaigns are due at the same moment; the cap is one text a day."""
    builders.make_subscriber()
    builders.make_campaign()
    builders.make_campaign(name="Another")
    lane = sandbox.lane("sms")
    first, second = claimed(sandbox), claimed(sandbox)
    assert first.group.campaign != second.group.campaign
    assert mark_calling(second.id)  # its worker is at the call
    assert fence_call_settle(lane, first, at(FIRST_TEXT)) == 0
    waiting = Enrollment.objects.get(campaign=first.group.campaign, channel="sms")
    assert (waiting.next_step, waiting.next_moved) == (1, "cap")


def together(most: int) -> None:
    """Applies schedules in which a person gets so many messages a day, texts and emails together."""
    shipped = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    schedules.apply(shipped.replace("messages_per_24h: 2", f"messages_per_24h: {most}"), now=NOW)


@pytest.mark.parametrize(("most", "waits"), [(1, True), (2, False)])
@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_message_of_the_other_channel_counts_for_the_cap_of_both(
    sandbox: Sandbox, channel: str, most: int, waits: bool
) -> None:
    together(most)
    ann = builders.make_subscriber()
    builders.make_campaign()
    sent_before(ann, hours=5, channel="email" if channel == "sms" else "sms")
    run("UPDATE enrollment SET next_due_at = %s", [FIRST_TEXT])
    lane = sandbox.lane(channel)  # type: ignore[arg-type]
    claim_of = claim(lane, FIRST_TEXT, "test")
    assert claim_of and claim_of.batch
    assert fence_call_settle(lane, claim_of.batch, at(FIRST_TEXT)) == (0 if waits else 1)
    if waits:
        waiting = Enrollment.objects.get(channel=channel)
        assert (waiting.next_step, waiting.next_moved) == (1, "cap")
        assert waiting.next_due_at and waiting.next_due_at >= FIRST_TEXT + timedelta(hours=19)


def test_a_call_of_the_other_channel_that_is_under_way_counts_too(sandbox: Sandbox) -> None:
    together(1)
    builders.make_subscriber()
    builders.make_campaign()
    run("UPDATE enrollment SET next_due_at = %s", [FIRST_TEXT])
    emails, texts = sandbox.lane("email"), sandbox.lane("sms")
    email, text = claim(emails, FIRST_TEXT, "test"), claim(texts, FIRST_TEXT, "test")
    assert email and email.batch and text and text.batch
    assert mark_calling(email.batch.id)  # its worker is at the call
    assert fence_call_settle(texts, text.batch, at(FIRST_TEXT)) == 0
    assert Enrollment.objects.get(channel="sms").next_moved == "cap"


def test_two_records_with_one_number_in_two_batches_get_a_step_once(sandbox: Sandbox) -> None:
    builders.make_subscriber(phone="+14045550177")
    builders.make_subscriber(phone="+14045550177")
    builders.make_campaign()
    one = claimed(sandbox)
    assert one.people == 1
    other = claimed(sandbox)
    assert mark_calling(one.id)
    assert fence_call_settle(sandbox.lane("sms"), other, at(FIRST_TEXT)) == 0
    (waiting,) = Enrollment.objects.filter(channel="sms", next_moved="in_flight")
    assert waiting.next_due_at == FIRST_TEXT + timedelta(minutes=1)


def test_nobody_in_an_open_batch_is_claimed_again(sandbox: Sandbox) -> None:
    builders.make_subscriber()
    builders.make_campaign()
    lane = sandbox.lane("email")
    claimed(sandbox, "email")
    assert claim(lane, NOW, "another") is None
    run("UPDATE batch SET status = 'calling', calling_at = now()")
    assert claim(lane, NOW, "another") is None


def test_a_dead_workers_record_of_a_number_that_has_the_step_already_is_no_doubt(sandbox: Sandbox) -> None:
    builders.make_subscriber(phone="+14045550177")
    builders.make_subscriber(phone="+14045550177")
    builders.make_campaign()
    assert fence_call_settle(sandbox.lane("sms"), claimed(sandbox), at(FIRST_TEXT)) == 1
    claimed(sandbox)
    run(
        """UPDATE batch SET status = 'calling', calling_at = now(), claimed_at = '2020-01-01', lease_until = '2020-01-02'
        WHERE status = 'claimed'"""
    )
    assert sweep(FIRST_TEXT) == 1
    assert sorted(Message.objects.values_list("status", "reason")) == [("sent", ""), ("skipped", "same_address")]
    assert not Alert.objects.exists()


def test_a_doubt_that_cannot_be_recorded_is_told_and_ends_the_batch(sandbox: Sandbox) -> None:
    """It cannot be: the step has its outcome. But nothing may keep a dead batch open for ever."""
    person = builders.make_subscriber()
    builders.make_campaign()
    batch = claimed(sandbox)
    run_ = Enrollment.objects.get(subscriber=person, channel="sms")
    Message.objects.create(
        kind="step", enrollment=run_, step_number=1, step_id=batch.group.step_id, campaign_id=run_.campaign_id,
        subscriber=person, channel="sms", status="failed", reason="x", claimed_at=NOW,
    )  # fmt: skip
    run(
        "UPDATE batch SET status = 'calling', calling_at = now(), claimed_at = '2020-01-01', lease_until = '2020-01-02'"
    )
    assert sweep(FIRST_TEXT) == 1
    assert Batch.objects.get().status == "swept"
    assert Alert.objects.get().kind == "message_not_recorded"


def test_an_outcome_is_written_under_the_key_the_provider_was_given(sandbox: Sandbox) -> None:
    for _ in range(3):
        builders.make_subscriber()
    builders.make_campaign()
    assert fence_call_settle(sandbox.lane("email"), claimed(sandbox, "email"), at(NOW)) == 3
    took = {line["key"]: line["to"] for line in sandbox.accepted()[-3:]}
    assert took == {m.key.hex: m.subscriber.email for m in Message.objects.select_related("subscriber") if m.subscriber}
    assert {m.batch_id for m in Message.objects.all()} == {Batch.objects.get().pk}
    assert Batch.objects.get().subscriber_ids == []


def test_settling_twice_writes_once(sandbox: Sandbox) -> None:
    builders.make_subscriber()
    builders.make_campaign()
    batch = claimed(sandbox, "email")
    fate = Fate("sent", called_at=NOW, due=NOW, wanted=NOW)
    for _ in range(2):
        settle(
            batch.id, batch.group.step_id, {1: fate}, people=1, provider="sendgrid", sent=NOW, now=NOW, lenient=True
        )  # fmt: skip
    end_batch(batch.id, "swept")
    assert Message.objects.count() == 1
    assert Enrollment.objects.get(channel="email").next_step == 2


def test_every_step_with_work_has_its_turn(sandbox: Sandbox) -> None:
    builders.make_subscriber()
    builders.make_campaign()
    builders.make_campaign(name="Another")
    turns = Rota("email")
    first = [next(turns.turns(NOW)).campaign for _ in range(4)]
    assert len(set(first[:2])) == 2 and first[:2] == first[2:]


def test_a_rota_that_is_out_of_date_asks_again(sandbox: Sandbox) -> None:
    turns = Rota("email")
    assert list(turns.turns(NOW)) == []
    builders.make_subscriber()
    builders.make_campaign()
    assert len(list(turns.turns(NOW))) == 1
    Enrollment.objects.update(status="exited")
    assert len(list(turns.turns(NOW))) == 1, "what it knew; a claim there finds nobody"


def test_a_claim_at_night_whose_worker_dies_is_no_text_at_night(sandbox: Sandbox) -> None:
    """The claim asks no hours, the fence does; of a dead worker nobody knows that a call began at all."""
    builders.make_subscriber()
    builders.make_campaign()
    lane, night = sandbox.lane("sms"), FIRST_TEXT + timedelta(hours=9)
    assert claim(lane, night, "test")
    run(
        "UPDATE batch SET status = 'calling', calling_at = now(), claimed_at = '2020-01-01', lease_until = '2020-01-02'"
    )
    assert sweep(night) == 1
    assert auditing.audit(sandbox.accepted()[:0]).held
    assert reconciling.reconcile(night + timedelta(minutes=30), texts=lane.sms) == 1
    assert Message.objects.get().sent_at is None
    assert auditing.audit(sandbox.accepted()[:0]).held
