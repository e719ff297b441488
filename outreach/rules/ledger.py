"""What is hashed of the consent ledger, and how: the same bytes as the database's own triggers hash.

A value is told as its length in bytes, a colon and itself, and a missing one as `-`: so no two rows have the same text
(the form is that of netstrings, without the comma). Moments are whole microseconds since 1970 in UTC. Whoever holds an
export, a head and this file can check the proof without our database.

    digest of an event   SHA-256 of its name and every field of it
    hash of a link       SHA-256 of its place in its lane, the hash before it, which events it holds and their digests
    hash of a seal       SHA-256 of its number, the seal before it and the heads of all lanes
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

DIGEST_BYTES: Final = 32
NOTHING_BEFORE: Final = bytes(DIGEST_BYTES)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

# The fields of an event, in the order in which they are hashed.
EVENT_FIELDS: Final = (
    "id", "subscriber_id", "channel", "topic", "action", "wording", "wording_version", "language", "method", "source",
    "personal", "address_key", "provider_id", "answers", "asked_at", "adult", "attestation_id", "actor_id", "at",
    "recorded_at",
)  # fmt: skip


def told(value: Any) -> str:
    """One value in its unambiguous form. Raises ValueError for a naive moment, TypeError for what no ledger holds."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, str):
        text = value
    elif isinstance(value, int):
        text = str(value)
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a naive datetime: moments are aware, in UTC")
        text = str((value - _EPOCH) // _MICROSECOND)
    elif isinstance(value, (bytes, memoryview)):
        text = bytes(value).hex()
    else:
        raise TypeError(f"a ledger holds no {type(value).__name__}")
    return f"{len(text.encode())}:{text}"


def _hash(name: str, values: Iterable[Any]) -> bytes:
    return hashlib.sha256((name + "".join(map(told, values))).encode()).digest()


def event_digest(event: Mapping[str, Any]) -> bytes:
    """The digest of an event, from its fields by name."""
    return _hash("event-1", [event[name] for name in EVENT_FIELDS])


def personal_hash(salt: bytes, ip: str | None, said: str, address_given: str) -> bytes:
    """What an event keeps of the words, the network address and the typed address that a person may have erased."""
    return hashlib.sha256(salt + ("personal-1" + "".join(map(told, (ip, said, address_given)))).encode()).digest()


def ranges(firsts: Sequence[int], lasts: Sequence[int]) -> str:
    """Which events a link holds, as it is hashed: `5-7,9-9`."""
    return ",".join(f"{first}-{last}" for first, last in zip(firsts, lasts, strict=True))


def link_hash(lane: int, number: int, previous: bytes, held: str, digests: bytes, at: datetime) -> bytes:
    """The hash of a link. `held`: what `ranges` says; `digests`: those of its events, one after the other."""
    return _hash("link-1", (lane, number, previous, held, hashlib.sha256(digests).digest(), at))


def seal_hash(number: int, previous: bytes, heads: str, at: datetime) -> bytes:
    """The hash of a seal: what is printed as the ledger's head and may be kept elsewhere."""
    return _hash("seal-1", (number, previous, heads, at))


def wording_version(language: str, wording: str) -> str:
    """A name for exactly these words in this language: the same words have it wherever they are shown."""
    return hashlib.sha256((told(language) + told(wording)).encode()).hexdigest()[:16] if wording else ""
