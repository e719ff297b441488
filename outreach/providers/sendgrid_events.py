"""SendGrid's Event Webhook: is it really SendGrid's, and what does it say.

The signature covers the timestamp header and the raw bytes of the body, so the body must not have been parsed and
written anew. Source: twilio.com/docs/sendgrid/for-developers/tracking-events/event.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.eventwebhook.eventwebhook_header import EventWebhookHeader

from outreach.providers.base import Event

log = logging.getLogger(__name__)

SIGNATURE_HEADER: Final[str] = EventWebhookHeader.SIGNATURE
TIMESTAMP_HEADER: Final[str] = EventWebhookHeader.TIMESTAMP
# SendGrid repeats a post for 24 hours; an hour more for a slow clock. Replays are harmless: events are kept once.
OLDEST: Final = timedelta(hours=25)
NEWEST: Final = timedelta(minutes=5)
_TEXT_LIMIT: Final = 200
_OWN_KEY: Final = re.compile(r"[0-9a-f]{32}")
_TELLING: Final = ("event", "timestamp", "attempt", "reason", "response", "url", "type", "asm_group_id")


def verify(headers: Mapping[str, str], raw_body: bytes, public_keys: Iterable[str], now: datetime) -> bool:
    """Whether one of the keys signed this post, not more than 25 hours ago and not more than 5 minutes ahead.

    `public_keys`: base64 SubjectPublicKeyInfo as SendGrid's settings show it; several webhooks or a rotation have
    several. Nothing in the request makes it raise. Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    found = {name.casefold(): value for name, value in headers.items()}
    timestamp = found.get(TIMESTAMP_HEADER.casefold()) or ""
    signature = _decoded(found.get(SIGNATURE_HEADER.casefold()) or "")
    if not signature or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if not -NEWEST.total_seconds() <= now.timestamp() - int(timestamp) <= OLDEST.total_seconds():
        return False
    signed = timestamp.encode() + raw_body
    return any(_signed_by(key, signature, signed) for key in public_keys)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _signed_by(public_key: str, signature: bytes, signed: bytes) -> bool:
    key = _loaded(public_key)
    if key is None:
        return False
    try:
        key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=16)
def _loaded(public_key: str) -> ec.EllipticCurvePublicKey | None:
    try:
        key = EventWebhook().convert_public_key_to_ecdsa("".join(public_key.split()))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post: the events that could be read, in its order, and the elements that could not, as JSON of their own."""

    events: tuple[Event, ...]
    unread: tuple[bytes, ...]


def read_post(raw: bytes, received_at: datetime | None = None) -> Post:
    """What a post says. One element that cannot be read never costs the events beside it.

    `received_at` stands in for a timestamp that cannot be read: an opt-out must not be lost for it. Never raises.
    Addresses, IPs and URLs of what could be read are not passed on.
    """
    try:
        elements = _read(raw)
    except (ValueError, RecursionError):
        log.warning("a post of SendGrid's event webhook is no JSON (%d bytes)", len(raw))
        return Post(events=(), unread=(raw,) if raw.strip() else ())
    events: list[Event] = []
    unread: list[bytes] = []
    for one in elements if isinstance(elements, list) else [elements]:
        try:
            event = _event(one, received_at)
        except RecursionError:  # nested so deep that it cannot be written as text
            event = None
        if event is not None:
            events.append(event)
        else:
            unread.append(_written(one))
    if unread:
        log.warning("SendGrid events: %d of %d could not be read", len(unread), len(events) + len(unread))
    return Post(events=tuple(events), unread=tuple(unread))


def parse_events(raw: bytes, received_at: datetime | None = None) -> tuple[Event, ...]:
    """Every event of a post that can be read (see `read_post`)."""
    return read_post(raw, received_at).events


def _read(raw: bytes) -> Any:
    """The post's JSON; one bad byte or half a surrogate in it must not cost the events beside it. Raises ValueError."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return json.loads(raw.decode("utf-8", "replace"))


def _written(element: object) -> bytes:
    try:
        return json.dumps(element).encode()
    except (ValueError, RecursionError):
        return b"null"


def _event(element: object, received_at: datetime | None) -> Event | None:
    if not isinstance(element, dict):
        return None
    word, at = _text(element, "event"), _moment(element.get("timestamp")) or received_at
    if not word or at is None:
        return None
    message_id = _text(element, "sg_message_id")
    key = _key(element.get("outreach_id"))
    return Event(
        provider="sendgrid",
        message_key=key,
        event=word.lower(),
        code=_text(element, "status"),
        kind=_kind(word.lower(), element),
        at=at,
        natural_key=_natural_key(key or message_id or "", element),
        event_id=_text(element, "sg_event_id"),
        # The Mail Send answer knew the part before the first dot alone.
        provider_id=message_id.partition(".")[0] if message_id else None,
    )


def _text(element: Mapping[str, Any], name: str) -> str | None:
    """A short text fit for a database column (no NUL), or None."""
    value = element.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    if not value.isascii():
        value = value.encode("utf-8", "ignore").decode()  # half a surrogate
    return value.replace("\0", "").strip()[:_TEXT_LIMIT] or None


def _key(value: object) -> str | None:
    if isinstance(value, str) and _OWN_KEY.fullmatch(value):
        return value  # as we write it ourselves
    try:
        return uuid.UUID(value).hex if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _kind(word: str, element: Mapping[str, Any]) -> str | None:
    """What refines the event: "type/classification" of a bounce, the reason of a drop (unless it quotes an address)."""
    if word == "dropped":
        reason = _text(element, "reason")
        return "reason withheld" if reason and "@" in reason else reason
    if word == "bounce":
        words = (_text(element, "type"), _text(element, "bounce_classification"))
        return "/".join(word for word in words if word) or None
    return None


def _natural_key(message: str, element: Mapping[str, Any]) -> str:
    """Equal for the same event posted again, even under another sg_event_id (seen in the wild)."""
    address = hashlib.sha256(str(element.get("email")).casefold().encode(errors="replace")).hexdigest()
    parts = [message, address, *[str(element.get(name, "")) for name in _TELLING]]
    try:
        return hashlib.sha256(orjson.dumps(parts)).hexdigest()
    except TypeError:  # half a surrogate
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
