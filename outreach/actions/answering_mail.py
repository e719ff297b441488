"""The automatic answer to a crisis that came by email: the lifelines, at once, at any hour, past caps, pauses and holds.

It goes to the address that wrote, so it must be likely that this address did write: it is one of ours, or its domain vouches for
it (DKIM or SPF). And it is the one email that nobody asked consent for, so it never goes to an address that has
confirmedly left (promise 1 has no exception): there a person answers, and is paged at once.
"""

import re
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Final

from outreach.actions import connecting, incidents, schedules
from outreach.models import CrisisMessage, InboundEmail, Message, Subscriber, Suppression
from outreach.providers.base import Accepted, EmailBatch, EmailRecipient, Outcome, Unclear
from outreach.rules import reply_texts
from outreach.rules.mail import Mail
from outreach.rules.replies import Intent

KIND: Final = "crisis"
_SUBJECT: Final = {"en": "Your message", "es": "Su mensaje"}  # whoever looks over the shoulder learns nothing
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>")
_STATUS: Final = {
    "sent": "sent",
    "failed": "failed",
    "uncertain": "failed",
}  # in doubt a person is told that nobody answered


def planned(mail: Mail, key: bytes | None, person: Subscriber | None, now: datetime) -> str:
    """What will become of the answer, one of models/inbox.ANSWERS: "due" when it may be sent now, "earlier" when one went
    out within the hour, "none" when a person must answer."""
    if key is None or not (mail.vouched_for or (person is not None and person.email_key == key)):
        return "none"
    if Suppression.objects.filter(channel="email", address_key=key, lifted_at=None).exists():
        return "none"
    return "earlier" if incidents.answered_lately("email", key, now) else "due"


def answer_crisis(stored: InboundEmail, crisis_message: int, mail: Mail, intent: Intent, now: datetime) -> None:
    """Sends the lifelines and writes down what became of it. The message is in the ledger before the call, so that the provider
    never has one that we do not know. Call it outside a transaction."""
    provider = connecting.email_provider()
    message = Message.objects.create(
        key=uuid.uuid4(), kind="reply", subscriber=stored.subscriber, channel="email", address_key=stored.address_key,
        status="uncertain", reason=KIND, provider=provider.name, claimed_at=now, sent_at=now,
    )  # fmt: skip
    outcome = provider.send(_email(mail, intent, message.key.hex)).get(message.key.hex)
    status = _status(outcome)
    settled = {"settled_at": now, "status": status} if status != "uncertain" else {}
    if isinstance(outcome, Accepted):
        settled |= {"accepted_at": now, "provider_id": outcome.provider_id}
    if settled:
        Message.objects.filter(pk=message.pk, status="uncertain").update(**settled)
    InboundEmail.objects.filter(pk=stored.pk).update(reply=KIND)
    CrisisMessage.objects.filter(pk=crisis_message).update(answer=_STATUS[status], answer_key=message.key)


def _status(outcome: Outcome | None) -> str:
    if isinstance(outcome, Accepted):
        return "sent"
    return "uncertain" if outcome is None or isinstance(outcome, Unclear) else "failed"


def _email(mail: Mail, intent: Intent, key: str) -> EmailBatch:
    in_force = schedules.current()
    organisation, sender = in_force.organisation, in_force.senders.email
    neutral = replace(organisation, name=organisation.neutral_name, short_name=organisation.neutral_name)
    headers = {"Auto-Submitted": "auto-replied"}  # so that no machine answers it (RFC 3834)
    answered = mail.headers.get("message-id", "").strip()
    if _MESSAGE_ID.fullmatch(answered):
        headers |= {"In-Reply-To": answered, "References": answered}
    return EmailBatch(
        batch_key=uuid.uuid4().hex,
        from_name=sender.discreet_name,
        from_address=sender.address,
        reply_to=sender.reply_to,
        subject=_SUBJECT["es" if intent.language == "es" else "en"],
        text=reply_texts.crisis(neutral, intent.keyword, intent.language, stopped=False),
        html="",
        recipients=(EmailRecipient(key=key, to=mail.sender, headers=headers),),
    )
