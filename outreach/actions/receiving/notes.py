"""Take in what a person writes to us on their own settings page: it is acted on and kept as the words of an email are."""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from outreach.actions import incidents, limiting
from outreach.actions.opting_out import confirm, withdraw
from outreach.models import InboundEmail, Subscriber
from outreach.rules import mail_replies
from outreach.rules.mail import LONGEST_WORDS
from outreach.rules.replies import Intent

PAGE: Final = "page"  # InboundEmail.named_by: the link of the page is the person's own
METHOD: Final = "page_note"


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a note. `intent`: what it means. `left`: it ended emails and texts, and `confirmed` says that no call
    for the person starts any more. `kept`: it is in the inbox; False when too many were written today."""

    intent: Intent
    kept: bool = True
    left: bool = False
    confirmed: bool = True


def take_in(person: Subscriber, words: str, *, now: datetime, ip: str | None) -> Noted | None:
    """Stores a note and does what it asks; None when it says nothing. The same words on the same day are one note, which waits
    again when staff were done with it; a cry for help is the same one only when it was pressed twice, within a minute.

    A crisis opens an incident, or joins the open one, however often somebody writes; the page that answers must show the
    lifelines. A wish to stop is never one too many, and ends both channels: nothing on the page says which was meant. Call it
    outside a transaction.
    """
    words = words.replace("\0", "").strip()[:LONGEST_WORDS]  # no column takes a NUL
    intent = mail_replies.hear(words)
    if intent is None:
        return None
    crisis = intent.kind == "crisis"
    if not crisis and not intent.stops and not limiting.note_may(person.pk, now):
        return Noted(intent, kept=False)
    since = time.monotonic()
    left: list[tuple[str, bytes, list[int]]] = []
    with transaction.atomic():
        stored = _store(person, words, intent, now)
        if stored is not None and crisis:
            incidents.open_incident(
                channel="web", address_key=None, subscriber=person, source_id=stored.pk, words=words,
                kind=intent.keyword, language=intent.language, now=now, answer="shown",
            )  # fmt: skip
        if intent.stops:
            for channel, key in (("email", person.email_key), ("sms", person.phone_key)):
                if key is not None:
                    people = withdraw(
                        channel, bytes(key), method=METHOD, source="preferences_page", now=now, wording=words[:200],
                        language=intent.language, ip=ip,
                    )  # fmt: skip
                    left.append((channel, bytes(key), people))
    sure = [confirm(channel, key, people, now=now, since=since) for channel, key, people in left]
    return Noted(intent, left=bool(left), confirmed=all(sure))


def _store(person: Subscriber, words: str, intent: Intent, now: datetime) -> InboundEmail | None:
    when = f"{now:%Y-%m-%d %H:%M}" if intent.kind == "crisis" else f"{now:%Y-%m-%d}"
    key = hashlib.sha256(f"{PAGE}\0{person.pk}\0{when}\0{words}".encode()).hexdigest()
    stored, fresh = InboundEmail.objects.get_or_create(
        mail_key=key,
        defaults={
            "address_key": person.email_key, "sender": person.email or "", "subscriber": person, "named_by": PAGE,
            "body": words, "intent": intent.kind, "also": ",".join(intent.also), "at": now,
            # a crisis has its incident, and a goodbye without another word is done
            "needs_person": intent.kind != "crisis" and (intent.kind != "stop" or "person" in intent.also),
        },
    )  # fmt: skip
    if not fresh:
        InboundEmail.objects.filter(mail_key=key).exclude(closed_at=None).update(closed_at=None, closed_by=None)
    return stored if fresh else None
