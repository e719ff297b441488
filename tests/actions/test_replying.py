"""A text that staff write: once per form, never to somebody who opted out, settled like every other message."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from outreach.actions import auditing, dispatching, opting_out, reconciling, replying
from outreach.actions.dispatching.rows import run
from outreach.actions.replying import Replied
from outreach.actions.suppressing import key_of
from outreach.errors import Refused
from outreach.models import Batch, Message, Reply, Subscriber
from tests import builders
from tests.builders import NOW
from tests.parts import Sandbox
from tests.together import at_once

WORDS = "This is Dana. I am here. Shall I call you now?"
UNKNOWN = "+14045550188"


def write(
    sandbox: Sandbox,
    to: str,
    body: str = WORDS,
    *,
    key: uuid.UUID | None = None,
    person: Subscriber | None = None,
    now: Callable[[], datetime] = lambda: NOW,
    actor: Any = None,
) -> Replied:
    return replying.reply(
        key=key or uuid.uuid4(), to=to, body=body, now=now, actor=actor, subscriber=person, lane=sandbox.lane("sms")
    )


def got(sandbox: Sandbox, number: str) -> list[str]:
    """What reached this phone."""
    return [line["body"] for line in sandbox.accepted() if line["to"] == number]


def number() -> str:
    """A phone of this test alone: the sandbox has seen others."""
    return f"+1678555{next(_numbers):04d}"


_numbers = iter(range(100, 200))


def make_ann() -> Subscriber:
    return builders.make_subscriber(phone=number())


def test_a_reply_goes_out_at_any_hour_and_past_caps_pauses_and_holds(switchboard: Sandbox) -> None:
    """It is an answer, not a program message."""
    night = NOW.replace(hour=8)
    ann = make_ann()
    Subscriber.objects.update(held_reason="crisis", held_at=NOW, paused_until=NOW + timedelta(days=9))
    dana = builders.make_staff()
    sent = write(switchboard, ann.phone, person=ann, now=lambda: night, actor=dana)
    assert sent.status == "sent"
    assert got(switchboard, ann.phone) == [WORDS]
    message = Message.objects.get()
    assert (message.kind, message.channel, message.status, message.subscriber) == ("reply", "sms", "sent", ann)
    assert message.key == sent.key and message.provider_id and message.parts == 1
    assert Reply.objects.get().author == dana


def test_the_same_form_twice_is_one_text(switchboard: Sandbox) -> None:
    ann, key = make_ann(), uuid.uuid4()
    first = write(switchboard, ann.phone, key=key)
    second = write(switchboard, ann.phone, "other words, same form", key=key)
    assert first == second
    assert got(switchboard, ann.phone) == [WORDS]


def test_the_same_form_at_the_same_moment_is_one_text(switchboard: Sandbox) -> None:
    ann, key = make_ann(), uuid.uuid4()
    found: list[str] = []
    at_once(6, lambda: found.append(write(switchboard, ann.phone, key=key).status))
    assert len(got(switchboard, ann.phone)) == 1
    assert set(found) <= {"sent", "going"} and "sent" in found


def test_nobody_who_opted_out_is_written_to(switchboard: Sandbox) -> None:
    ann = make_ann()
    opting_out.opt_out("sms", bytes(ann.phone_key), method="sms_reply", source="test", now=NOW)
    sent = write(switchboard, ann.phone, person=ann)
    assert (sent.status, sent.reason) == ("skipped", "suppressed:stop")
    assert got(switchboard, ann.phone) == []


def test_a_person_who_opts_out_while_the_answer_is_written_gets_nothing(switchboard: Sandbox) -> None:
    """The opt-out comes between the intent and the fence."""
    ann = make_ann()
    moments = iter([NOW])

    def clock() -> datetime:
        moment = next(moments, None)
        if moment is None:  # at the fence
            return NOW
        opting_out.opt_out("sms", bytes(ann.phone_key), method="sms_reply", source="test", now=NOW)
        return moment

    sent = write(switchboard, ann.phone, person=ann, now=clock)
    assert sent.status == "skipped"
    assert got(switchboard, ann.phone) == []


def test_an_opt_out_is_confirmed_only_after_a_reply_that_is_on_its_way(switchboard: Sandbox) -> None:
    """Its lock is what the opt-out waits for; a number without a record too."""
    to = number()
    switchboard.misbehave(on="twilio", do="delay", delay_ms=1200)
    writer = threading.Thread(target=lambda: (write(switchboard, to), connection.close()))
    writer.start()
    while not _is_calling():
        assert writer.is_alive()
    told = opting_out.opt_out("sms", key_of("sms", to), method="sms_reply", source="test", now=NOW)
    settled = Message.objects.filter(kind="reply").exists()
    writer.join()
    assert told.confirmed and settled, "the call was over before the person was told"
    assert auditing.audit(None).promises[0].held


def _is_calling() -> bool:
    """Whether a batch is marked and its lock is held."""
    if not run("SELECT 1 FROM batch WHERE status = 'calling'"):
        return False
    with transaction.atomic():
        return not run("SELECT 1 FROM batch WHERE status = 'calling' FOR UPDATE SKIP LOCKED")


def test_a_stop_at_twilio_is_learned_from_the_refusal(switchboard: Sandbox) -> None:
    to = number()
    switchboard.client.post("/sandbox/fate", {"to": to, "fate": "refused:21610", "count": 1})
    sent = write(switchboard, to)
    assert (sent.status, sent.reason) == ("failed", "21610")
    assert run("SELECT cause FROM suppression") == [("provider_stop",)]
    assert write(switchboard, to).status == "skipped"


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        pytest.param({"do": "status", "status": 429}, "returned", id="busy: surely not sent"),
        pytest.param({"do": "status", "status": 500}, "uncertain", id="nobody knows"),
    ],
)
def test_what_became_of_it_is_said_as_it_is(switchboard: Sandbox, rule: dict[str, Any], status: str) -> None:
    switchboard.misbehave(on="twilio", **rule)
    assert write(switchboard, number()).status == status
    assert Message.objects.get().status == status


def test_a_doubtful_reply_is_settled_by_the_providers_list(switchboard: Sandbox) -> None:
    switchboard.misbehave(on="twilio", do="cut_after_accept")
    ann, key = make_ann(), uuid.uuid4()
    switchboard.client.post("/sandbox/clock", {"now": NOW.isoformat()})
    assert write(switchboard, ann.phone, key=key, person=ann).status == "uncertain"
    later = NOW + timedelta(minutes=5)
    assert reconciling.reconcile(later, texts=switchboard.lane("sms").sms) == 1
    assert replying.outcome(key).status == "sent"


def test_a_worker_that_died_in_the_call_leaves_a_doubt_about_a_reply(switchboard: Sandbox) -> None:
    to, key = number(), uuid.uuid4()
    lane = switchboard.lane("sms")
    batch = replying._record(key, key_of("sms", to), to, WORDS, None, None, lane, NOW)
    assert batch is not None
    assert replying.mark_calling(batch.id)
    assert replying.outcome(key).status == "going"
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    dispatching.sweep(NOW)
    assert replying.outcome(key).status == "uncertain"
    assert list(Message.objects.values_list("kind", "channel")) == [("reply", "sms")]


def test_a_worker_that_died_before_the_call_sent_nothing(switchboard: Sandbox) -> None:
    to, key = number(), uuid.uuid4()
    assert replying._record(key, key_of("sms", to), to, WORDS, None, None, switchboard.lane("sms"), NOW)
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    dispatching.sweep(NOW)
    assert replying.outcome(key).status == "returned"
    assert Batch.objects.get().status == "released"


@pytest.mark.parametrize(
    ("body", "say"), [("  \n ", "a few words"), ("a" * 481, "480 fit")], ids=["no words", "too many"]
)
def test_words_that_cannot_be_sent_are_refused_before_anything_is_written(
    switchboard: Sandbox, body: str, say: str
) -> None:
    with pytest.raises(Refused, match=say):
        write(switchboard, UNKNOWN, body)
    assert not Reply.objects.exists()


def test_a_sender_that_is_no_phone_cannot_be_answered(switchboard: Sandbox) -> None:
    with pytest.raises(Refused, match="not a phone number"):
        write(switchboard, "72645")


def test_what_was_written_by_hand_is_in_the_audit_and_in_nobodys_cap(switchboard: Sandbox) -> None:
    ann = make_ann()
    write(switchboard, ann.phone, person=ann)
    opting_out.opt_out("sms", bytes(ann.phone_key), method="sms_reply", source="test", now=NOW)
    assert auditing.audit(None).promises[0].held
    Message.objects.update(sent_at=NOW + timedelta(hours=1))
    assert not auditing.audit(None).promises[0].held, "a call after the opt-out would be found"
