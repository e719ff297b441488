"""Take in an inbound text: crisis first, then opt-outs, then the rest; whatever it means, it is kept and seen.

The answer is given in the reply to the provider's webhook, at once and at any hour. Exactly one answer is given to a
message, and none where the provider has answered by itself.
"""

import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from outreach.actions import answering, incidents
from outreach.actions.confirming import confirm_by_text
from outreach.actions.dispatching.waiting import wait_for_batches_of
from outreach.actions.lapsing import revive
from outreach.actions.naming import who_answers
from outreach.actions.opting_out import confirm, opt_in, withdraw
from outreach.actions.preferring import PAUSE
from outreach.actions.suppressing import key_of_sender
from outreach.models import CrisisMessage, InboundText, Message, Subscriber
from outreach.providers.base import Inbound
from outreach.rules import numbers, replies, reply_texts, sms
from outreach.rules.replies import Intent

LONGEST = 1600  # characters of an SMS at its longest; what is beyond is kept, not interpreted
# What Twilio acts on and answers by itself, with or without Advanced Opt-Out, whatever the case of the letters.
TWILIO_KEYWORDS = {*answering.TWILIO_STOPS, *answering.TWILIO_STARTS, "help", "info"}
CALLS_OVER: Final = timedelta(seconds=10)  # how long a confirmation waits for the calls already running
CALLS_OVER_IN_CRISIS: Final = timedelta(seconds=3)  # the lifelines wait for nothing longer


def take_in(inbound: Inbound, now: datetime, *, answering: bool = True) -> str | None:
    """Stores a text, does what it asks, and returns the words to answer with (None: no answer).

    The same text again changes nothing and is not answered again. `answering` False: it was found late, nobody can be
    answered any more, and no answer is recorded that was never given.
    """
    intent = replies.classify(inbound.body[:LONGEST], opt_out_type=inbound.opt_out_type)
    key, reachable = key_of_sender(inbound.from_number)
    person = Subscriber.objects.filter(phone_key=key, erased_at=None).order_by("pk").first()
    stopping = intent.kind == "stop" or "stop" in intent.also
    since = time.monotonic()
    affected: list[int] = []
    # One commit for the text and what it asks: a crash leaves neither, and the provider's list brings it again.
    with transaction.atomic():
        stored = _store(inbound, intent, key, person, now, reachable=reachable, in_webhook=answering)
        if stored is None:
            return None
        said: dict[str, Any] = {
            "wording": inbound.body[:200],
            "language": intent.language,
            "provider_id": inbound.provider_id,
        }
        if stopping:
            how = numbers.WRONG_NUMBER if numbers.says_wrong_number(inbound.body[:LONGEST]) else "sms_reply"
            affected = withdraw("sms", key, method=how, source="inbound text", now=now, **said)
        elif intent.kind == "start":
            if not revive(key, now=now, provider_id=inbound.provider_id):
                opt_in("sms", key, method="sms_reply", source="inbound text", now=now, **said)
            confirm_by_text(key, now=now, **said)
        elif intent.keyword == "yes":
            confirm_by_text(key, now=now, **said)
        elif intent.kind == "keyword":
            affected = _follow_keyword(intent, key, person, now)
    # Calls already running are waited for before the person is told.
    confirmed = True
    if stopping:
        limit = CALLS_OVER_IN_CRISIS if intent.kind == "crisis" else CALLS_OVER
        confirmed = confirm("sms", key, affected, now=now, since=since, limit=limit)
    elif affected:
        confirmed = wait_for_batches_of(affected)
    if not answering or not reachable:
        return None
    answer, kind = _answer(inbound, intent, stored, confirmed)
    if answer is not None and not (kind == "crisis" and _plan(stored) == "none"):  # given, but surely refused
        _record_answer(stored, answer, kind, key, person, now)
    return answer


def _store(
    inbound: Inbound,
    intent: Intent,
    key: bytes,
    person: Subscriber | None,
    now: datetime,
    *,
    reachable: bool,
    in_webhook: bool,
) -> InboundText | None:
    """The row of this text, in its incident when it is a crisis; None when we have it already."""
    try:
        with transaction.atomic():
            stored = InboundText.objects.create(
                provider_id=inbound.provider_id,
                address_key=key,
                phone=inbound.from_number,
                subscriber=person,
                body=inbound.body,
                opt_out_type=inbound.opt_out_type or "",
                intent=intent.kind,
                also=",".join(intent.also),
                needs_person=_needs_person(intent, person),
                at=inbound.at or now,
            )
    except IntegrityError:
        if not InboundText.objects.filter(provider_id=inbound.provider_id).exists():
            raise  # some other fault: the receipt stays, and the text is taken in later
        return None
    if intent.kind == "crisis":
        incidents.one_at_a_time()
        answer = answering.planned(inbound, key, now, reachable=reachable, in_webhook=in_webhook)
        incidents.open_incident(
            channel="sms", address_key=key, subscriber=person, inbound=stored, kind=intent.keyword,
            language=intent.language, at=stored.at, now=now, answer=answer,
            answer_key=answering.key_of_answer(inbound.provider_id) if answer in ("given", "due") else None,
        )  # fmt: skip
    return stored


def _needs_person(intent: Intent, person: Subscriber | None) -> bool:
    if intent.kind in ("crisis", "person"):
        return "tapback" not in intent.also
    return "person" in intent.also or "urgent" in intent.also or (intent.kind == "keyword" and person is None)


def _follow_keyword(intent: Intent, key: bytes, person: Subscriber | None, now: datetime) -> list[int]:
    """Does what the word asks. Returns the people whose running calls must be waited for."""
    if person is None:
        return []
    if intent.keyword == "pause":  # it is the number that gets no texts: everyone who has it pauses
        pausing = Subscriber.objects.filter(phone_key=key, erased_at=None)
        pausing.update(paused_until=now + PAUSE)
        return list(pausing.values_list("pk", flat=True))
    if intent.keyword in ("spanish", "english"):
        Subscriber.objects.filter(pk=person.pk).update(language="es" if intent.keyword == "spanish" else "en")
    return []


def _plan(stored: InboundText) -> str:
    return CrisisMessage.objects.values_list("answer", flat=True).get(inbound=stored)


def _answer(inbound: Inbound, intent: Intent, stored: InboundText, confirmed: bool) -> tuple[str | None, str]:
    """The words to answer with, and the kind of answer."""
    organisation = who_answers(bytes(stored.address_key))
    language = intent.language
    stopped = intent.kind == "stop" or "stop" in intent.also
    if intent.kind == "crisis":
        if _plan(stored) == "earlier":
            return None, "crisis"
        told = stopped and confirmed and inbound.opt_out_type != "STOP"  # then Twilio has confirmed it itself
        return reply_texts.crisis(organisation, intent.keyword, language, stopped=told), "crisis"
    if inbound.opt_out_type or _twilio_answers(inbound.body):
        return None, intent.kind
    if stopped:
        # not confirmed: a call is still running. No claim is made; the opt-out itself stands.
        return (reply_texts.stop_confirmed(organisation, language) if confirmed else None), "stop"
    if intent.kind == "start":
        return reply_texts.start_confirmed(organisation, language), "start"
    if intent.kind == "help":
        return reply_texts.help_reply(organisation, language), "help"
    if intent.kind == "keyword" and intent.keyword == "pause" and confirmed:
        return reply_texts.pause_confirmed(organisation, language), "pause"
    return None, intent.kind


def _twilio_answers(body: str) -> bool:
    return body.strip().casefold() in TWILIO_KEYWORDS


def _record_answer(
    stored: InboundText, answer: str, kind: str, key: bytes, person: Subscriber | None, now: datetime
) -> None:
    InboundText.objects.filter(pk=stored.pk).update(reply=kind)
    Message.objects.create(
        key=answering.key_of_answer(stored.provider_id),
        kind="reply",
        subscriber=person,
        channel="sms",
        address_key=key,
        status="sent",
        reason=kind,
        provider="twilio",
        parts=sms.measure(answer).parts,
        claimed_at=now,
        sent_at=now,
        settled_at=now,
        accepted_at=now,
    )
