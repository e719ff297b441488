"""The automatic answer to a crisis that came by email: the lifelines, at once, at any hour, past caps, pauses and holds.

It goes to the address that wrote, so it must be likely that this address did write: it is one of ours, or its domain vouches for
it (DKIM or SPF). And it is the one email that nobody asked consent for, so it never goes to an address that has
confirmedly left (promise 1 has no exception): there a person answers, and is paged at once.
"""

import re
import uuid
from datetime import datetime
from typing import Final

from outreach.actions import incidents, replying, schedules
from outreach.models import CrisisMessage, InboundEmail, Subscriber, Suppression
from outreach.rules import reply_texts
from outreach.rules.mail import Mail
from outreach.rules.replies import Intent

KIND: Final = "crisis"
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>")


def planned(mail: Mail, key: bytes | None, person: Subscriber | None, now: datetime) -> str:
    """What will become of the answer, one of models/inbox.ANSWERS: "due" when it may be sent now, "earlier" when one went
    out within the hour, "none" when a person must answer."""
    if key is None or not (mail.vouched_for or (person is not None and person.email_key == key)):
        return "none"
    if Suppression.objects.filter(channel="email", address_key=key, lifted_at=None).exists():
        return "none"
    return "earlier" if incidents.answered_lately("email", key, now) else "due"


def answer_crisis(stored: InboundEmail, crisis_message: int, mail: Mail, intent: Intent, now: datetime) -> None:
    """Sends the lifelines and writes down what became of it, under a batch's lock as everything that is sent: an opt-out by
    any other way stops it, or waits for it. Call it outside a transaction."""
    neutral = schedules.current().organisation.as_neutral()
    message_id = mail.headers.get("message-id", "").strip()
    became = replying.reply(
        key=uuid.uuid4(),
        to=mail.sender,
        body=reply_texts.crisis(neutral, intent.keyword, intent.language, stopped=False),
        now=lambda: now,
        actor=None,
        subscriber=stored.subscriber,
        channel="email",
        language=intent.language,
        answered=message_id if _MESSAGE_ID.fullmatch(message_id) else "",
        leaving_at=now,
    )
    # in doubt a person is told that nobody answered
    answer = {"sent": "sent", "skipped": "none"}.get(became.status, "failed")
    if answer != "none":
        InboundEmail.objects.filter(pk=stored.pk).update(reply=KIND)
    CrisisMessage.objects.filter(pk=crisis_message).update(answer=answer, answer_key=became.key)
