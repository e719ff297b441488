"""One text to one number, outside any series: what staff write to a person, and the lifelines when a call must bring them.

It goes through the spine like every other message: a batch is the recorded intent, its lock is the fence that opt-outs
wait for, suppressions are read again under it, and the outcome is settled with it. Caps, hours, pace, pauses and holds
are about program messages and do not matter here; an opt-out does: nobody who said stop is written to.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from outreach.actions import dispatching
from outreach.actions.dispatching import Lane
from outreach.actions.dispatching.claim import open_batch
from outreach.actions.dispatching.deciding import Fate, Spot
from outreach.actions.dispatching.holding import still_held
from outreach.actions.dispatching.rows import by_index, run
from outreach.actions.dispatching.send import (
    NO_ANSWER,
    fate_of_answer,
    follow,
    lock_calling,
    mark_calling,
    provider_ids,
)
from outreach.actions.dispatching.settle import end_batch, settle
from outreach.actions.suppressing import key_of_sender
from outreach.errors import Refused
from outreach.models import Message, Reply, Subscriber
from outreach.providers.base import Outcome, TextBatch, TextMessage
from outreach.providers.gate import Gate
from outreach.rules import keys, sms
from outreach.rules.places import Place

LONGEST = 480  # characters: three parts or fewer, and more than a conversation needs at a time
_VALID: Final = 3600  # seconds; an answer that comes much later would surprise
_NOWHERE = Spot(Place((), (), "unknown", "place_unknown"), Fate(), Fate())


@dataclass(frozen=True, slots=True)
class Replied:
    """What became of a text: "sent", "failed" (the provider refuses it), "returned" (surely not taken: try again),
    "uncertain", "skipped" (the number opted out), or "going": another process is at it. `reason`: why. `key`: of its
    message, when there is one."""

    status: str
    reason: str = ""
    key: uuid.UUID | None = None


def reply(
    *,
    key: uuid.UUID,
    to: str,
    body: str,
    now: Callable[[], datetime],
    actor: User | None,
    subscriber: Subscriber | None = None,
    lane: Lane | None = None,
) -> Replied:
    """Sends a text to a number, once per `key`: the same form sent again changes nothing and tells what became of it.

    to: E.164. now: asked at the intent, at the fence and after the call. lane: None is the configured provider. Call it
    outside a transaction. Raises Refused for words that cannot be sent, and for a sender that is no phone.
    """
    body = sms.fold("\n".join(line.rstrip() for line in body.strip().splitlines()))
    if not body:
        raise Refused("Write a few words first.")
    if len(body) > LONGEST:
        raise Refused(f"The text has {len(body)} letters; {LONGEST} fit. Send the rest in a second one.")
    address_key, reachable = key_of_sender(to)
    if not reachable:
        raise Refused("This sender is not a phone number that a text can be sent to.")
    lane = lane or dispatching.lane("sms")
    recorded = _record(key, address_key, to, body, subscriber, actor, lane, now())
    if recorded is None:
        return outcome(key)
    if mark_calling(recorded.id):
        _under_lock(recorded, to, body, address_key, lane, now)
    return outcome(key)


def outcome(key: uuid.UUID) -> Replied:
    """What became of the text with this key."""
    found = Reply.objects.select_related("batch").get(key=key)
    message = Message.objects.filter(batch=found.batch_id, kind="reply").values_list("status", "reason", "key").first()
    if message:
        return Replied(*message)
    ended = found.batch is not None and found.batch.ended_at is not None
    return Replied("returned", "provider_unreachable") if ended else Replied("going")


@dataclass(frozen=True, slots=True)
class _Batch:
    id: int
    key: uuid.UUID


@transaction.atomic
def _record(
    key: uuid.UUID,
    address_key: bytes,
    to: str,
    body: str,
    subscriber: Subscriber | None,
    actor: User | None,
    lane: Lane,
    now: datetime,
) -> _Batch | None:
    """The text and the intent to send it; None when this form was sent before."""
    try:
        with transaction.atomic():
            row = Reply.objects.create(
                key=key, address_key=address_key, phone=to, subscriber=subscriber, author=actor, body=body, at=now
            )
    except IntegrityError:
        if not Reply.objects.filter(key=key).exists():
            raise
        return None
    batch, batch_key = open_batch(lane, [subscriber.pk] if subscriber else [], [address_key], now, "")
    Reply.objects.filter(pk=row.pk).update(batch=batch)
    return _Batch(batch, batch_key)


@transaction.atomic
def _under_lock(
    batch: _Batch, to: str, body: str, address_key: bytes, lane: Lane, clock: Callable[[], datetime]
) -> None:
    assert lane.sms is not None
    if not lock_calling(batch.id):
        return
    by_index()
    started = answered = clock()
    outcomes: dict[int, Outcome] = {}
    suppressed = run(
        "SELECT cause FROM suppression WHERE channel = 'sms' AND address_key = %s AND lifted_at IS NULL", [address_key]
    )
    if suppressed:
        fate = Fate("skipped", f"suppressed:{suppressed[0][0]}")
    else:
        name = keys.message_key(batch.key, 1).hex
        answers = lane.sms.send(_text(batch.key, name, to, body, lane), Gate([0.0], float("inf"), still_held()))
        answered = clock()
        outcomes[1] = answers.get(name, NO_ANSWER)
        follow(lane, batch.id, outcomes, answered)
        fate = fate_of_answer(outcomes[1], _NOWHERE, sms.measure(body).parts, answered)
    settle(
        batch.id, None, {1: fate}, people=1, provider=lane.sms.name, sent=started, now=answered,
        provider_ids=provider_ids(outcomes),
    )  # fmt: skip
    end_batch(batch.id, "settled")


def _text(batch_key: uuid.UUID, name: str, to: str, body: str, lane: Lane) -> TextBatch:
    sender = lane.schedules.senders.sms
    message = TextMessage(
        key=name,
        to=to,
        body=body,
        status_callback=f"{settings.PUBLIC_URL}/hooks/twilio/status/{name}/",
        validity_seconds=_VALID,
    )
    return TextBatch(
        batch_key=batch_key.hex,
        messages=(message,),
        sender_number=sender.number,
        messaging_service=sender.messaging_service,
    )
