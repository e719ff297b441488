"""The names of messages that providers see: one per message, opaque, derived from its batch's name and its place in it.

A batch's key is a UUID of version 7 (RFC 9562: milliseconds first, so that neighbours in time are neighbours in the
index) whose last 16 bits are zero; the n-th message of the batch, from 1, has n there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

RANDOM_BITS = 58
MOST = 0xFFFF  # messages a batch can name


def batch_key(now: datetime, dice: int) -> uuid.UUID:
    """A key for a batch that begins at `now` (aware); `dice` holds the RANDOM_BITS bits that make it one of its kind."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    version_and_dice = 0x7 << 12 | dice >> 46 & 0xFFF
    variant_and_dice = 0b10 << 62 | (dice & (1 << 46) - 1) << 16
    return uuid.UUID(int=milliseconds << 80 | version_and_dice << 64 | variant_and_dice)


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
