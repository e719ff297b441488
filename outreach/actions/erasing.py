"""Erasing a person: their data goes everywhere; what stays is the keyed hash that keeps the address suppressed for ever.

First the person is opted out on every channel, as by their own word, and calls already running are waited for. Then, in
one transaction, everything that could name them is blanked (`PLACES`), and the providers' erasure is put down as requests
(`telling_providers` makes them). The ledger's events stay, with the hashes of what was erased beside them: the chain holds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions.dispatching.rows import run
from outreach.actions.locking import lock_either
from outreach.actions.opting_out import opt_out
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import ErasureRequest, Subscriber

METHOD: Final = "erasure"

# Every place that holds something of a person, and how it is blanked. A test asks of each column of each table whether it
# stands here or can hold nothing of a person.
PLACES: Final = (
    """UPDATE consent_personal p SET salt = NULL, ip = NULL, said = '', address_given = '', erased_at = %(now)s
    FROM consent_event e WHERE e.id = p.event_id AND e.subscriber_id = %(person)s AND p.erased_at IS NULL""",
    """UPDATE activity SET detail = '' WHERE detail <> '' AND ((object_kind = 'subscriber' AND object_id = %(person)s)
        OR (object_kind = 'inboundtext' AND object_id IN (SELECT id FROM inbound_text
            WHERE subscriber_id = %(person)s OR address_key = %(phone_key)s))
        OR (object_kind = 'incident' AND object_id IN (SELECT id FROM incident WHERE subscriber_id = %(person)s)))""",
    """UPDATE inbound_text SET body = '', phone = ''
    WHERE subscriber_id = %(person)s OR address_key = %(phone_key)s""",
    """UPDATE crisis_message SET words = '', reach = '' WHERE (words <> '' OR reach <> '')
        AND (address_key IN (%(phone_key)s, %(email_key)s)
            OR incident_id IN (SELECT id FROM incident WHERE subscriber_id = %(person)s))""",
    """UPDATE reply SET body = '', address = '', refused = CASE WHEN batch_id IS NULL AND refused = '' THEN 'erased'
        ELSE refused END
    WHERE subscriber_id = %(person)s OR address_key IN (%(phone_key)s, %(email_key)s)""",
    """UPDATE inbound_email SET body = '', subject = '', sender = ''
    WHERE subscriber_id = %(person)s OR address_key = %(email_key)s""",
    # webhooks that could not be read and are kept for a while; those that can are blanked as they are applied
    """UPDATE webhook_receipt SET body = NULL WHERE applied_at IS NOT NULL AND body IS NOT NULL
        AND (position(convert_to(%(email)s, 'UTF8') IN body) > 0 OR position(convert_to(%(digits)s, 'UTF8') IN body) > 0)""",
    """UPDATE subscriber SET email = NULL, email_key = NULL, phone = NULL, phone_key = NULL, first_name = '', last_name = '',
        role = 'subscriber', language = 'en', zone = NULL, zip_code = NULL, state = NULL, discreet = false, tags = '{}',
        held_reason = NULL, held_at = NULL, paused_until = NULL, source = '', erased_at = %(now)s
    WHERE id = %(person)s""",
)


@dataclass(frozen=True, slots=True)
class ToErase:
    """What an erasure would take, for the question that is asked before it. `others`: records of other people that hold
    one of the addresses too; they stay, and get nothing there any more."""

    events: int
    messages: int
    texts: int
    mails: int  # emails and notes they wrote
    others: int


def to_erase(subscriber: int) -> ToErase:
    """Counts what is held of a person."""
    ((events, messages, texts, mails, others),) = run(
        """SELECT (SELECT count(*) FROM consent_event WHERE subscriber_id = s.id),
            (SELECT count(*) FROM message WHERE subscriber_id = s.id),
            (SELECT count(*) FROM inbound_text WHERE subscriber_id = s.id OR address_key = s.phone_key),
            (SELECT count(*) FROM inbound_email WHERE subscriber_id = s.id OR address_key = s.email_key),
            (SELECT count(*) FROM subscriber o WHERE o.id <> s.id AND o.phone_key = s.phone_key)
        FROM subscriber s WHERE s.id = %s""",
        [subscriber],
    )
    return ToErase(events, messages, texts, mails, others)


def erase(subscriber: int, *, now: datetime, actor: User | None = None) -> bool:
    """Erases a person. Returns False when a provider call for them may still be running; the data is gone all the same.

    Raises Refused for a person who is not there or was erased before. Call it outside a transaction.
    """
    person = _present(subscriber)
    confirmed = True
    for channel, key in (("email", person.email_key), ("sms", person.phone_key)):
        if key is not None:
            done = opt_out(channel, bytes(key), method=METHOD, source=METHOD, now=now, actor=actor)
            confirmed = confirmed and done.confirmed
    with transaction.atomic():
        _blank(_present(subscriber), now, actor)
    return confirmed


def _present(subscriber: int) -> Subscriber:
    person = Subscriber.objects.filter(pk=subscriber).first()
    if person is None:
        raise Refused(f"There is no person {subscriber}.")
    if person.erased_at is not None:
        raise Refused(f"Person {subscriber} was erased on {person.erased_at:%Y-%m-%d}.")
    return person


def _blank(person: Subscriber, now: datetime, actor: User | None) -> None:
    email_key, phone_key = (bytes(key) if key is not None else None for key in (person.email_key, person.phone_key))
    lock_either(email_key, phone_key)
    _request(person, email_key, phone_key, now, actor)
    digits = person.phone.removeprefix("+") if person.phone else None
    values: dict[str, Any] = {
        "person": person.pk, "email_key": email_key, "phone_key": phone_key, "now": now,
        "email": person.email or digits, "digits": digits or person.email,
    }  # fmt: skip
    for statement in PLACES:
        run(statement, values)
    note("erased", person, now=now, actor=actor)


def _request(
    person: Subscriber, email_key: bytes | None, phone_key: bytes | None, now: datetime, actor: User | None
) -> None:
    """Puts down what each provider that ever had something of the person must be asked to forget."""
    common = {"subscriber_id": person.pk, "requested_at": now, "requested_by": actor, "next_try_at": now}
    asked = """SELECT EXISTS (SELECT FROM message WHERE provider = 'sendgrid' AND address_key = %s)"""
    if email_key is not None and person.email and run(asked, [email_key]) == [(True,)]:
        ErasureRequest.objects.create(provider="sendgrid", address=person.email, **common)
    if phone_key is not None:
        ids = run(
            """SELECT provider_id FROM message WHERE provider = 'twilio' AND address_key = %(key)s AND provider_id <> ''
            UNION SELECT provider_id FROM inbound_text WHERE address_key = %(key)s OR subscriber_id = %(person)s""",
            {"key": phone_key, "person": person.pk},
        )
        if ids:
            ErasureRequest.objects.create(provider="twilio", provider_ids=sorted(one for (one,) in ids), **common)
