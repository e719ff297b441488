"""Suppressions: an address that gets nothing on a channel, over everything, for whoever's record holds it."""

import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection

from outreach.models import Suppression
from outreach.rules import tokens

COMPLAINT = "complaint"
LIFTED_BY_PERSON = ("stop", "unsubscribe", "provider_stop", "provider_unsubscribe")  # the person's own word, both ways


def key_of(channel: str, address: str) -> bytes:
    """The keyed hash an address is suppressed under. Raises AddressInvalid."""
    return tokens.address_key(channel, address, settings.ADDRESS_SECRET)


def key_of_sender(number: str) -> tuple[bytes, bool]:
    """The key of whoever sent us a text, and whether it is a number that a text can be sent to.

    Short codes and words ("72645", "BANK") write to us too; they get a key of their own, so that nothing is lost.
    """
    try:
        return key_of("sms", number), True
    except tokens.AddressInvalid:
        return hmac.digest(settings.ADDRESS_SECRET, f"sender\0{number}".encode(), "sha256"), False


def suppress_key(channel: str, key: bytes, *, cause: str, now: datetime) -> bool:
    """Suppresses an address by its hash. False when it was suppressed already.

    The first cause stands, but one that the person cannot lift (a complaint, a bounce, a dead number) replaces one that
    they can: reports come in any order, and signing up again must not revive such an address.
    """
    return bool(suppress_keys([(channel, key, cause)], now=now))


def suppress_keys(found: Iterable[tuple[str, bytes, str]], *, now: datetime) -> int:
    """Suppresses any number of (channel, key, cause) in one statement, with the same rule for causes. Returns how many
    were not suppressed before."""
    causes: dict[tuple[str, bytes], str] = {}
    for channel, key, cause in found:
        stands = causes.setdefault((channel, key), cause)
        if _replaces(cause, stands):
            causes[channel, key] = cause
    if not causes:
        return 0
    rows = sorted((channel, key, cause) for (channel, key), cause in causes.items())  # one order for all: no deadlock
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO suppression (channel, address_key, cause, at)
            SELECT v.channel, v.key, v.cause, %s FROM unnest(%s::text[], %s::bytea[], %s::text[]) AS v(channel, key, cause)
            ON CONFLICT (channel, address_key) WHERE lifted_at IS NULL
            DO UPDATE SET cause = excluded.cause
            WHERE suppression.cause <> excluded.cause AND (excluded.cause = %s
                OR (suppression.cause = ANY(%s) AND NOT excluded.cause = ANY(%s)))
            RETURNING xmax = 0""",  # PostgreSQL: 0 for a row that was inserted and not updated
            [now, *map(list, zip(*rows, strict=True)), COMPLAINT, list(LIFTED_BY_PERSON), list(LIFTED_BY_PERSON)],
        )
        return sum(fresh for (fresh,) in cursor.fetchall())


def _replaces(cause: str, stands: str) -> bool:
    """The rule of the statement above, for two causes that come together."""
    return cause != stands and (cause == COMPLAINT or (stands in LIFTED_BY_PERSON and cause not in LIFTED_BY_PERSON))


def lift(channel: str, key: bytes, *, causes: tuple[str, ...], now: datetime) -> bool:
    """Lifts a suppression if it has one of `causes`. The row stays as history. False when there was none to lift."""
    return bool(
        Suppression.objects.filter(channel=channel, address_key=key, lifted_at=None, cause__in=causes).update(
            lifted_at=now
        )
    )
