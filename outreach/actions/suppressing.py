"""Suppressions: an address that gets nothing on a channel, over everything, for whoever's record holds it."""

from datetime import datetime

from django.conf import settings
from django.db import connection

from outreach.models import Suppression
from outreach.rules import tokens


def key_of(channel: str, address: str) -> bytes:
    """The keyed hash an address is suppressed under. Raises AddressInvalid."""
    return tokens.address_key(channel, address, settings.ADDRESS_SECRET)


def suppress_key(channel: str, key: bytes, *, cause: str, now: datetime) -> bool:
    """Suppresses an address by its hash. False when it was suppressed already (the first cause stands)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO suppression (channel, address_key, cause, at) VALUES (%s, %s, %s, %s)
            ON CONFLICT (channel, address_key) WHERE lifted_at IS NULL DO NOTHING""",
            [channel, key, cause, now],
        )
        return bool(cursor.rowcount > 0)


def lift(channel: str, key: bytes, *, causes: tuple[str, ...], now: datetime) -> bool:
    """Lifts a suppression if it has one of `causes`. The row stays as history. False when there was none to lift."""
    return bool(
        Suppression.objects.filter(
            channel=channel, address_key=key, lifted_at=None, cause__in=causes
        ).update(lifted_at=now)
    )
