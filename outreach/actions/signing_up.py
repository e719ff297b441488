"""Signing up on the web page. What is asked for here counts only once the owner of the address has confirmed it.

Anyone can enter anyone's address, so nothing about a known person is changed, lifted or told: a request is an entry in
the ledger and no more. The email's owner confirms by the link, the number's owner by texting START.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from outreach.actions import limiting
from outreach.actions.lapsing import holder_of
from outreach.actions.locking import lock_either
from outreach.models import ConsentEvent, Subscriber
from outreach.rules import tokens

METHOD = "web_form"
SOURCE = "sign-up form"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What a person entered. `asked` maps each ticked (channel, topic) to the exact words beside its box.

    `email` and `phone` are in their normal form (rules/tokens); one that no ticked box needs is not kept. `source` is
    the form and what else was said on it. `discreet` counts for a new record alone: a known person chose for themselves.
    """

    asked: Mapping[tuple[str, str], str]
    email: str | None
    phone: str | None
    first_name: str
    zip_code: str | None
    language: str
    discreet: bool = False
    source: str = SOURCE


def request(form: SignUp, *, now: datetime, ip: str | None = None) -> None:
    """Appends a `requested` entry per ticked box. Raises ValueError for a box whose address is missing.

    It answers the same, namely nothing, whether somebody is known or not, and whether the address was entered too often
    today to be written down once more.
    """
    channels = {channel for channel, _ in form.asked}
    email = form.email if "email" in channels else None
    phone = form.phone if "sms" in channels else None
    if channels - ({"email"} if email else set()) - ({"sms"} if phone else set()):
        raise ValueError("a box was ticked whose address is missing")
    counted = [limiting.address_may(address, now) for address in (email, phone) if address]
    if not all(counted):
        return
    try:
        _request(form, email, phone, now, ip)
    except IntegrityError:  # the same new address was entered twice at this moment; now it is known
        _request(form, email, phone, now, ip)


@transaction.atomic
def _request(form: SignUp, email: str | None, phone: str | None, now: datetime, ip: str | None) -> None:
    record_of = _records(form, email, phone, now)
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            subscriber_id=record_of[channel], channel=channel, topic=topic, action="requested", wording=wording,
            language=form.language, method=METHOD, source=form.source, ip=ip, at=now,
        )
        for (channel, topic), wording in form.asked.items()
    )  # fmt: skip


def _records(form: SignUp, email: str | None, phone: str | None, now: datetime) -> dict[str, int]:
    """Whose record each channel's request belongs to: the one that has the address, or else a new one.

    A known email with a number that is not its own is two records: else whoever enters an address would give it a number.
    So is a number that may have passed on: its new holder gets nobody else's name, language or place.
    """
    found: dict[str, int] = {}
    email_key, phone_key = _key("email", email), _key("sms", phone)
    lock_either(email_key, phone_key)
    known = Subscriber.objects.filter(erased_at=None).order_by("pk")
    if email_key and (person := known.filter(email_key=email_key).first()):
        found["email"] = person.pk
        if phone_key and person.phone_key is not None and bytes(person.phone_key) == phone_key:
            found["sms"] = person.pk
    wanted = [c for c, key in (("email", email_key), ("sms", phone_key)) if key and c not in found]
    if wanted == ["sms"] and phone_key and (holder := holder_of(phone_key)):
        found["sms"] = holder
    elif wanted:
        found |= dict.fromkeys(wanted, _new(form, email, phone, wanted, now).pk)
    return found


def _new(form: SignUp, email: str | None, phone: str | None, wanted: Iterable[str], now: datetime) -> Subscriber:
    kept_email, kept_phone = email if "email" in wanted else None, phone if "sms" in wanted else None
    return Subscriber.objects.create(
        email=kept_email,
        email_key=_key("email", kept_email),
        phone=kept_phone,
        phone_key=_key("sms", kept_phone),
        first_name=form.first_name,
        zip_code=form.zip_code,
        language=form.language,
        discreet=form.discreet,
        source=SOURCE,
        created_at=now,
    )


def _key(channel: str, address: str | None) -> bytes | None:
    return tokens.address_key(channel, address, settings.ADDRESS_SECRET) if address else None
