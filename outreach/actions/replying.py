"""One message to one address, outside any series: what staff write to a person, and the lifelines that a call must bring.

It goes through the spine like every other message: a batch is the recorded intent, its lock is the fence that opt-outs
wait for, suppressions are read again under it, and the outcome is settled with it. Caps, hours, pace, pauses and holds
are about program messages and do not matter here; an opt-out does: nobody who said stop is written to.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
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
    provider_of,
)
from outreach.actions.dispatching.settle import end_batch, settle
from outreach.actions.suppressing import key_of
from outreach.errors import Refused
from outreach.models import Message, Reply, Subscriber
from outreach.providers.base import EmailBatch, EmailRecipient, Outcome, TextBatch, TextMessage
from outreach.providers.gate import Gate
from outreach.rules import keys, sms
from outreach.rules.places import Place
from outreach.rules.schedule_values import Channel
from outreach.rules.tokens import AddressInvalid

LONGEST = 480  # characters: three parts or fewer, and more than a conversation needs at a time
_VALID: Final = 3600  # seconds; an answer that comes much later would surprise
_ADDRESS: Final = {"sms": "a phone number", "email": "an email address"}
_SUBJECT: Final = {"en": "Your message to us", "es": "Su mensaje"}
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
    channel: Channel = "sms",
    language: str = "en",
    lane: Lane | None = None,
    answered: str = "",
    leaving_at: datetime | None = None,
) -> Replied:
    """Sends words to an address, once per `key`: the same form sent again changes nothing and tells what became of it.

    to: E.164, or an email address. now: asked at the intent, at the fence and after the call. language: of an email's
    subject. lane: None is the configured provider. answered: the Message-ID of the email that this answers. leaving_at: an
    opt-out of this very moment stood in what is answered; until it is confirmed the answer may go. Call it outside a
    transaction. Raises Refused for words that cannot be sent, and for an address that is none.
    """
    body = sms.fold("\n".join(line.rstrip() for line in body.strip().splitlines()))
    if not body:
        raise Refused("Write a few words first.")
    if len(body) > LONGEST:
        raise Refused(f"The text has {len(body)} letters; {LONGEST} fit. Send the rest in a second one.")
    try:
        address_key = key_of(channel, to)
    except AddressInvalid:
        raise Refused(f"This sender is not {_ADDRESS[channel]} that can be written to.") from None
    lane = lane or dispatching.lane(channel)
    recorded = _record(key, address_key, to, body, subscriber, actor, lane, now())
    if recorded is not None and mark_calling(recorded.id):
        _under_lock(recorded, _Written(to, body, language, answered, leaving_at), address_key, lane, now)
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
                key=key, channel=lane.channel, address_key=address_key, address=to, subscriber=subscriber, author=actor,
                body=body, at=now,
            )  # fmt: skip
    except IntegrityError:
        if not Reply.objects.filter(key=key).exists():
            raise
        return None
    batch, batch_key = open_batch(lane, [subscriber.pk] if subscriber else [], [address_key], now, "")
    Reply.objects.filter(pk=row.pk).update(batch=batch)
    return _Batch(batch, batch_key)


@dataclass(frozen=True, slots=True)
class _Written:
    to: str
    body: str
    language: str
    answered: str
    leaving_at: datetime | None


@transaction.atomic
def _under_lock(
    batch: _Batch, written: _Written, address_key: bytes, lane: Lane, clock: Callable[[], datetime]
) -> None:
    if not lock_calling(batch.id):
        return
    by_index()
    started = answered = clock()
    outcomes: dict[int, Outcome] = {}
    suppressed = run(
        """SELECT cause FROM suppression WHERE channel = %s AND address_key = %s AND lifted_at IS NULL
            AND (at IS DISTINCT FROM %s::timestamptz OR confirmed_at IS NOT NULL)""",
        [lane.channel, address_key, written.leaving_at],
    )
    if suppressed:
        fate = Fate("skipped", f"suppressed:{suppressed[0][0]}")
    else:
        outcomes[1] = _send(batch.key, written, lane)
        answered = clock()
        follow(lane, batch.id, outcomes, answered)
        parts = sms.measure(written.body).parts if lane.channel == "sms" else 0
        fate = fate_of_answer(outcomes[1], _NOWHERE, parts, answered)
    settle(
        batch.id, None, {1: fate}, people=1, provider=provider_of(lane), sent=started, now=answered,
        provider_ids=provider_ids(outcomes),
    )  # fmt: skip
    end_batch(batch.id, "settled")


def _send(batch_key: uuid.UUID, written: _Written, lane: Lane) -> Outcome:
    name = keys.message_key(batch_key, 1).hex
    gate = Gate([0.0], float("inf"), still_held())
    if lane.email is not None:
        return lane.email.send(_letter(batch_key, name, written, lane), gate).get(name, NO_ANSWER)
    assert lane.sms is not None
    return lane.sms.send(_text(batch_key, name, written, lane), gate).get(name, NO_ANSWER)


def _letter(batch_key: uuid.UUID, name: str, written: _Written, lane: Lane) -> EmailBatch:
    """Neutral name and subject: nobody knows who else sees the mailbox. RFC 3834: it says that a machine answers."""
    sender = lane.schedules.senders.email
    thread = {"In-Reply-To": written.answered, "References": written.answered} if written.answered else {}
    return EmailBatch(
        batch_key=batch_key.hex,
        from_name=sender.discreet_name,
        from_address=sender.address,
        reply_to=sender.reply_to,
        subject=_SUBJECT["es" if written.language == "es" else "en"],
        text=f"{written.body}\n",
        html=f"<p>{escape(written.body)}</p>",
        recipients=(EmailRecipient(key=name, to=written.to, headers={"Auto-Submitted": "auto-replied"} | thread),),
    )


def _text(batch_key: uuid.UUID, name: str, written: _Written, lane: Lane) -> TextBatch:
    sender = lane.schedules.senders.sms
    message = TextMessage(
        key=name,
        to=written.to,
        body=written.body,
        status_callback=f"{settings.PUBLIC_URL}/hooks/twilio/status/{name}/",
        validity_seconds=_VALID,
    )
    return TextBatch(
        batch_key=batch_key.hex,
        messages=(message,),
        sender_number=sender.number,
        messaging_service=sender.messaging_service,
    )
