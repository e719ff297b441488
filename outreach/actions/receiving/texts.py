"""Take in an inbound text: crisis first, then opt-outs, then the rest; whatever it means, it is kept and seen.

The answer is given in the reply to the provider's webhook, at once and at any hour. Exactly one answer is given to a
message, and none where the provider has answered by itself.
"""

import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from outreach.actions import answering as answers
from outreach.actions import incidents, keywords, schedules
from outreach.actions.confirming import confirm_by_text
from outreach.actions.lapsing import revive
from outreach.actions.opting_out import opt_in
from outreach.actions.suppressing import key_of_sender
from outreach.models import CrisisMessage, InboundText, Message, Subscriber
from outreach.providers.base import Inbound
from outreach.rules import numbers, replies, sms, verdicts
from outreach.rules.replies import Intent

CALLS_OVER: Final = timedelta(seconds=10)  # how long a confirmation waits for the calls already running
CALLS_OVER_IN_CRISIS: Final = timedelta(seconds=3)  # the lifelines wait for nothing longer


def take_in(inbound: Inbound, now: datetime, *, answering: bool = True) -> str | None:
    """Stores a text, does what it asks, and returns the words to answer with (None: no answer).

    The same text again changes nothing and is not answered again. `answering` False: it was found late, nobody can be
    answered any more, and no answer is recorded that was never given.
    """
    speaker = keywords.speaker()  # a stop is heard and kept even where no schedules are in force yet
    intent = replies.classify(
        inbound.body[: verdicts.LONGEST], opt_out_type=inbound.opt_out_type, topics=speaker.topics if speaker else ()
    )
    key, reachable = key_of_sender(inbound.from_number)
    person = Subscriber.objects.filter(phone_key=key, erased_at=None).order_by("pk").first()
    given = keywords.circumstances(intent, key, person)
    intent = verdicts.in_their_language(intent, inbound.body, given)
    ending = verdicts.ends(intent, given)
    since = time.monotonic()
    followed = keywords.Followed()
    # One commit for the text and what it asks: a crash leaves neither, and the provider's list brings it again.
    with transaction.atomic():
        needed = verdicts.needs_person(intent, given)
        stored = _store(
            inbound, intent, key, person, now, needs_person=needed, reachable=reachable, in_webhook=answering
        )
        if stored is None:
            return None
        said: dict[str, Any] = {
            "wording": inbound.body[:200],
            "language": intent.language,
            "provider_id": inbound.provider_id,
        }
        if ending:
            how = numbers.WRONG_NUMBER if numbers.says_wrong_number(inbound.body[: verdicts.LONGEST]) else "sms_reply"
            followed = keywords.stop(ending, key, method=how, now=now, **said)
        elif intent.kind == "start":
            if not revive(key, now=now, provider_id=inbound.provider_id):
                opt_in("sms", key, method="sms_reply", source="inbound text", now=now, **said)
            confirm_by_text(key, now=now, **said)
            keywords.end_pause(key)
        elif intent.keyword == "yes":
            confirm_by_text(key, now=now, **said)
        elif intent.kind == "keyword":
            followed = keywords.follow(intent.keyword, key, person, now=now)
    # Calls already running are waited for before the person is told.
    limit = CALLS_OVER_IN_CRISIS if intent.kind == "crisis" else CALLS_OVER
    settled = keywords.settled(followed, now=now, since=since, limit=limit)
    if not answering or not reachable:
        return None
    plan = _plan(stored) if intent.kind == "crisis" else ""
    verdict = verdicts.judge(
        intent,
        inbound.body,
        speaker or verdicts.Speaker(organisation=schedules.current().organisation),
        keywords.facing(given, followed, settled=settled, crisis_told=plan == "earlier"),
        opt_out_type=inbound.opt_out_type,
    )
    if verdict.reply is not None and plan != "none":  # given, but surely refused
        _record_answer(stored, verdict.reply, verdict.answer, key, person, now)
    return verdict.reply


def _store(
    inbound: Inbound,
    intent: Intent,
    key: bytes,
    person: Subscriber | None,
    now: datetime,
    *,
    needs_person: bool,
    reachable: bool,
    in_webhook: bool,
) -> InboundText | None:
    """The row of this text, in its incident when it is a crisis; None when we have it already."""
    stored, fresh = InboundText.objects.get_or_create(
        provider_id=inbound.provider_id,
        defaults={
            "address_key": key, "phone": inbound.from_number, "subscriber": person, "body": inbound.body,
            "opt_out_type": inbound.opt_out_type or "", "intent": intent.kind, "also": ",".join(intent.also),
            "needs_person": needs_person, "at": inbound.at or now,
        },
    )  # fmt: skip
    if fresh and intent.kind == "crisis":
        incidents.one_at_a_time()
        answer = answers.planned(inbound, key, now, reachable=reachable, in_webhook=in_webhook)
        incidents.open_incident(
            channel="sms", address_key=key, subscriber=person, inbound=stored, kind=intent.keyword,
            language=intent.language, at=stored.at, now=now, answer=answer,
            answer_key=answers.key_of_answer(inbound.provider_id) if answer in ("given", "due") else None,
        )  # fmt: skip
    return stored if fresh else None


def _plan(stored: InboundText) -> str:
    """What is to become of the answer to a crisis: one of models/inbox.ANSWERS."""
    return CrisisMessage.objects.values_list("answer", flat=True).get(inbound=stored)


def _record_answer(
    stored: InboundText, answer: str, kind: str, key: bytes, person: Subscriber | None, now: datetime
) -> None:
    InboundText.objects.filter(pk=stored.pk).update(reply=kind)
    Message.objects.create(
        key=answers.key_of_answer(stored.provider_id),
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
