"""Take in an email somebody sent us: reports of machines go where a provider's events go, a person's words are acted on and kept.

Automatic replies are let go: nobody wrote them. Opt-outs are not answered by email; the emails just end.
"""

import hashlib
import json
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from outreach.actions import answering, incidents, links
from outreach.actions.opting_out import confirm, withdraw
from outreach.actions.receiving import mail_reports
from outreach.actions.suppressing import key_of
from outreach.models import InboundEmail, Message, Subscriber
from outreach.rules import mail_replies
from outreach.rules import mail_reports as marks
from outreach.rules.mail import Mail
from outreach.rules.mail_replies import Meaning
from outreach.rules.tokens import AddressInvalid

SOURCE: Final = "inbound email"
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>")


@dataclass(frozen=True, slots=True)
class _Writer:
    """Who wrote. `key`: of the address in From, None when it is none. `leaving`: the email addresses that an opt-out in this mail
    ends. `named_by`: see InboundEmail."""

    key: bytes | None
    person: Subscriber | None
    leaving: tuple[bytes, ...]
    named_by: str


def take_in(mail: Mail, now: datetime, *, at: datetime) -> None:
    """Stores an email and does what it asks. The same email again changes nothing. `at`: when it came.

    Call it outside a transaction: an opt-out is committed before it waits for calls already running.
    """
    meaning = mail_replies.understand(mail, own_address=settings.PUBLIC_URL)
    if meaning.kind in ("bounce", "complaint"):
        mail_reports.take_in(mail, now, at=at)
    elif meaning.kind != "automatic":
        _take_in_words(mail, meaning, now, at=at)
    # an automatic reply says nothing about the person who has it


def _take_in_words(mail: Mail, meaning: Meaning, now: datetime, *, at: datetime) -> None:
    writer = _writer(mail, meaning)
    since = time.monotonic()
    affected: list[tuple[str, bytes, list[int]]] = []
    with transaction.atomic():
        stored = _store(mail, meaning, writer, at)
        if stored is None:
            return
        crisis = _open_incident(mail, meaning, writer, stored, now) if meaning.crisis else None
        if meaning.stops:
            affected = [
                (channel, key, _withdraw(channel, key, meaning, stored, now)) for channel, key in _ends(meaning, writer)
            ]
    if crisis is not None:
        # Before an opt-out in the same email is confirmed: from then on no call for the address starts.
        answering.answer_email(crisis, now, answered=_message_id(mail))
    for channel, key, people in affected:
        confirm(channel, key, people, now=now, since=since)


def _open_incident(mail: Mail, meaning: Meaning, writer: _Writer, stored: InboundEmail, now: datetime) -> int:
    """Opens the incident and returns its message, whose answer is due now if there may be one."""
    opened = incidents.open_incident(
        channel="email", address_key=writer.key, subscriber=writer.person, source_id=stored.pk, words=meaning.own,
        reach=mail.sender, kind=meaning.intent.keyword if meaning.intent else None,
        language=meaning.intent.language if meaning.intent else "en", at=stored.at, now=now,
        answer=None if _likely_theirs(mail, writer) else "none",
    )  # fmt: skip
    return opened.message


def _likely_theirs(mail: Mail, writer: _Writer) -> bool:
    """Whether the address in From did write this: it is one of ours, or its domain vouches for it (DKIM or SPF). Only then is
    it answered by itself."""
    return mail.vouched_for or (writer.person is not None and writer.person.email_key == writer.key)


def _message_id(mail: Mail) -> str:
    found = _MESSAGE_ID.fullmatch(mail.headers.get("message-id", "").strip())
    return found[0] if found else ""


def _ends(meaning: Meaning, writer: _Writer) -> list[tuple[str, bytes]]:
    """The (channel, address) that the wish covers: email, and texts when it names them and we know whose they are."""
    ends = [("email", key) for key in writer.leaving]
    if meaning.texts_too and writer.person and writer.person.phone_key:
        ends.append(("sms", bytes(writer.person.phone_key)))
    return ends


def _withdraw(channel: str, key: bytes, meaning: Meaning, stored: InboundEmail, now: datetime) -> list[int]:
    return withdraw(
        channel,
        key,
        method="mailto" if stored.named_by == "token" else "email_reply",
        source=SOURCE,
        now=now,
        wording=meaning.own[:200] or "an email to the address in List-Unsubscribe",
        language=meaning.intent.language if meaning.intent else "en",
        provider_id=stored.mail_key[:32],
    )


def _writer(mail: Mail, meaning: Meaning) -> _Writer:
    try:
        key = key_of("email", mail.sender) if mail.sender else None
    except AddressInvalid:
        key = None
    if meaning.tokens and (leaving := _people_of(meaning.tokens)):
        return _Writer(key, leaving[0], _keys(leaving), "token")
    person = Subscriber.objects.filter(email_key=key, erased_at=None).order_by("pk").first() if key else None
    if person is not None or not meaning.stops:
        return _Writer(key, person, (key,) if key else (), "sender" if person else "")
    # An address nobody has: the person writes from another one than we write to. The email they quote says which.
    quoted = _people_of(marks.tokens_in(f"{mail.text}\n{mail.html}")) or _people_of_message(mail)
    return _Writer(
        key, quoted[0] if quoted else None, (*((key,) if key else ()), *_keys(quoted)), "quote" if quoted else ""
    )


def _people_of(tokens: Sequence[str]) -> list[Subscriber]:
    ids = [read[0] for token in tokens if (read := links.read(links.UNSUBSCRIBE, token))]
    return list(Subscriber.objects.filter(pk__in=ids).order_by("pk"))


def _people_of_message(mail: Mail) -> list[Subscriber]:
    """Who got the message that this one answers, by the id that SMTP servers keep (SendGrid writes its own)."""
    key, _ = marks.marks(mail)
    if key is None:
        return []
    of = Message.objects.filter(key=uuid.UUID(key)).values("subscriber_id")[:1]
    return list(Subscriber.objects.filter(pk__in=of))


def _keys(people: Sequence[Subscriber]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(bytes(person.email_key) for person in people if person.email_key))


def _store(mail: Mail, meaning: Meaning, writer: _Writer, at: datetime) -> InboundEmail | None:
    """The row of this email; None when we have it already."""
    stored, fresh = InboundEmail.objects.get_or_create(
        mail_key=_mail_key(mail),
        defaults={
            "address_key": writer.key, "sender": mail.sender[:320], "subscriber": writer.person,
            "named_by": writer.named_by, "subject": mail.subject[:300], "body": meaning.own, "intent": _intent(meaning),
            "also": ",".join(meaning.intent.also) if meaning.intent else "",
            "needs_person": _needs_person(mail, meaning, writer), "at": at,
        },
    )  # fmt: skip
    return stored if fresh else None


def _intent(meaning: Meaning) -> str:
    if meaning.crisis:
        return "crisis"
    if meaning.kind == "words" and meaning.intent:
        return meaning.intent.kind
    return "stop" if meaning.stops else "empty"


def _needs_person(mail: Mail, meaning: Meaning, writer: _Writer) -> bool:
    """Everything but a clear goodbye of somebody we know, an email without a word, a stranger's junk (it stands in the inbox
    all the same), and a crisis, which has its incident."""
    if meaning.kind == "empty" or meaning.crisis or (mail.junk and writer.person is None):
        return False
    return meaning.doubt or not (meaning.stops and writer.named_by in ("token", "sender"))


def _mail_key(mail: Mail) -> str:
    """Equal for the same email delivered again. Without a Message-ID its date tells it from one with the same words later."""
    name = mail.headers.get("message-id") or mail.headers.get("date", "")
    parts = [name, mail.sender, *mail.recipients[:1], mail.subject, mail.text, mail.html]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
