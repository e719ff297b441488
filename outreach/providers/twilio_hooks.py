"""Twilio's webhooks: is it really Twilio's, what does it say, and the TwiML that answers it.

Sources: twilio.com/docs/usage/security, /docs/messaging/guides/webhook-request and /docs/messaging/twiml. The
signature has no timestamp, so the same post can come again for ever: events and texts are kept once by their ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from multidict import MultiDict
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from outreach.providers.base import Event, Inbound

MOST_FIELDS: Final = 500


def verify_form(
    url: str, params: Sequence[tuple[str, str]] | Mapping[str, str], signature: str, auth_tokens: Iterable[str]
) -> bool:
    """Whether one of the tokens signed this form post to exactly this URL (public scheme, host, path and query).

    `params`: every field as posted, blank ones and repeated names too. Several tokens: during a rotation both count.
    Nothing in the request makes it raise.
    """
    if not signature or not signature.isascii():
        return False
    form: MultiDict[str] = MultiDict(params)
    try:
        return any(RequestValidator(token).validate(url, form, signature) for token in auth_tokens if token)
    except ValueError:  # a URL with a broken port, or text that is no UTF-8
        return False


def read_signed(
    url: str, body: bytes, content_type: str, signature: str, auth_tokens: Sequence[str]
) -> list[tuple[str, str]] | None:
    """Every field of a post, blank ones too, if one of the tokens signed exactly these; else None.

    A JSON body is not part of the signature itself: the URL carries its SHA-256 (`bodySHA256`), and both must be right. Its
    fields are those of one flat object.
    """
    try:
        text = body.decode("utf-8")
        if content_type.partition(";")[0].strip().lower() != "application/json":
            form = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
            return form if verify_form(url, form, signature, auth_tokens) else None
        return _flat(text) if _signed_json(url, text, signature, auth_tokens) else None
    except ValueError:  # not UTF-8, no JSON, more fields than any honest post has
        return None


def _signed_json(url: str, body: str, signature: str, auth_tokens: Iterable[str]) -> bool:
    if not signature or not signature.isascii() or "bodySHA256" not in parse_qs(urlsplit(url).query):
        return False
    return any(RequestValidator(token).validate(url, body, signature) for token in auth_tokens if token)


def _flat(text: str) -> list[tuple[str, str]] | None:
    found = json.loads(text)
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        return None
    said = ("" if value is None else value if isinstance(value, str) else json.dumps(value) for value in found.values())
    return list(zip(found, said, strict=True))


def parse_status(form: Mapping[str, str], message_key: str | None, at: datetime) -> Event:
    """A status callback. It does not say when, so `at` (aware) is when it came; `message_key` comes from its path.

    Raises ValueError for a naive `at`.
    """
    if at.tzinfo is None:
        raise ValueError("at must be aware")
    sid = _field(form, "MessageSid", "SmsSid")
    status = _field(form, "MessageStatus", "SmsStatus").lower() or "missing"
    code = _field(form, "ErrorCode")
    parts = [message_key or sid, status, code]
    return Event(
        provider="twilio",
        message_key=message_key,
        event=status,
        code=code if code not in ("", "0") else None,
        kind=None,
        at=at,
        natural_key=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        event_id=None,
        provider_id=sid or None,
    )


def parse_inbound(form: Mapping[str, str]) -> Inbound:
    """A text somebody wrote. Raises ValueError when it has no id or no sender: it could not be kept just once."""
    sid, sender = _field(form, "MessageSid", "SmsMessageSid", "SmsSid"), _field(form, "From")
    if not sid or not sender:
        raise ValueError("the inbound text has no id or no sender")
    opt_out = _field(form, "OptOutType").upper()
    return Inbound(
        provider_id=sid,
        from_number=sender,
        to_number=_field(form, "To"),
        body=form.get("Body", "").replace("\0", ""),
        opt_out_type=opt_out if opt_out in ("STOP", "START", "HELP") else None,
        messaging_service=_field(form, "MessagingServiceSid") or None,
    )


def twiml_reply(text: str | None, status_callback: str | None = None) -> str:
    """The answer to an inbound text, to be sent as text/xml: one message, or none. `status_callback`: an absolute URL that
    hears what became of it (twilio.com/docs/messaging/twiml/message)."""
    response = MessagingResponse()
    if text:
        response.message(text, status_callback=status_callback)
    return str(response)


def _field(form: Mapping[str, str], *names: str) -> str:
    """The first of these fields that is not blank, short and without NUL."""
    for name in names:
        value = form.get(name, "").replace("\0", "").strip()
        if value:
            return value[:200]
    return ""
