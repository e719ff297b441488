"""The names of messages that providers see: one per message, opaque, derived from its batch's name and its place in it.

A batch's key is a UUID of version 7 (RFC 9562: milliseconds first, so that neighbours in time are neighbours in the
index) whose last 16 bits are zero; the n-th message of the batch, from 1, has n there.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime

MOST = 0xFFFF  # messages a batch can name


def new_batch_key(now: datetime) -> uuid.UUID:
    """A fresh key for a batch that begins at `now` (aware)."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    random = secrets.randbits(12 + 46)
    version_and_random = 0x7 << 12 | random >> 46
    variant_and_random = 0b10 << 62 | (random & (1 << 46) - 1) << 16
    return uuid.UUID(int=milliseconds << 80 | version_and_random << 64 | variant_and_random)


def message_key(batch: uuid.UUID, n: int) -> uuid.UUID:
    """The key of the n-th message, from 1. Raises ValueError when the batch cannot name it."""
    if not 0 < n <= MOST:
        raise ValueError(f"a batch has no message {n}")
    return uuid.UUID(int=batch.int | n)


def namer(batch: uuid.UUID) -> Callable[[int], str]:
    """A function from n to the key of the n-th message in hex, for one who names a thousand."""
    begin = batch.hex[:-4]
    return lambda n: f"{begin}{n:04x}"


def place_in_batch(key: str) -> int:
    """The n of a message's key in hex."""
    return int(key[-4:], 16)
