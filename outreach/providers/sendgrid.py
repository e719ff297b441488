"""SendGrid: one Mail Send call for up to 1,000 people, and the signed Event Webhook that tells what became of them.

Sources: twilio.com/docs/sendgrid/api-reference/mail-send, /for-developers/tracking-events/event and
/getting-started-event-webhook-security-features. Mail Send has no idempotency key, so nothing here tries twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from yarl import URL

from outreach.providers import background
from outreach.providers.base import (
    Accepted,
    Busy,
    EmailBatch,
    EmailRecipient,
    ListedEmail,
    Outcome,
    Rejected,
    Unclear,
    Unreachable,
    busy,
)
from outreach.providers.calls import Answer, Caller
from outreach.providers.gate import Gate
from outreach.providers.sendgrid_activity import read_batch
from outreach.providers.sendgrid_events import Post, parse_events, read_post, verify
from outreach.providers.throttle import asked_to_wait

__all__ = ["Post", "SendGrid", "parse_events", "read_post", "verify"]

MOST_RECIPIENTS: Final = 1000
MOST_SUBSTITUTION_BYTES: Final = 10_000

# SendGrid gives no error codes; these are our words for what its `field` points at.
INVALID_ADDRESS: Final = "invalid_address"
INVALID_REQUEST: Final = "invalid_request"
TOO_LARGE: Final = "too_large"
SAME_ADDRESS: Final = "same_address"
SANDBOX_MODE: Final = "sandbox_mode"

_JSON: Final = {"Content-Type": "application/json"}
_TRACKING_OFF: Final = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
    "ganalytics": {"enable": False},
}
_RESERVED_HEADERS: Final = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)
_HEADER_NAME: Final = re.compile(r"[!-9;-~]{1,200}")
_BREAK: Final = re.compile(r"[\r\n\0]")
_FIELD: Final = re.compile(r"personalizations[.\[](\d{1,4})\b(.*)", re.DOTALL)


class SendGrid:
    """An EmailProvider and its EmailLists. Safe to share between threads, and to make before a fork."""

    name = "sendgrid"

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        connect_seconds: float = 5.0,
        read_seconds: float = 30.0,
        total_seconds: float | None = None,
        idle_seconds: float = 15.0,
    ) -> None:
        """`total_seconds`: the most a call may take as a whole; if not given, connecting and one and a half readings."""
        self._base = base_url.rstrip("/")
        self._url = URL(f"{self._base}/v3/mail/send", encoded=True)
        self._caller = Caller(
            "SendGrid",
            {"Authorization": f"Bearer {api_key}", "User-Agent": "outreach"},
            in_flight=16,
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
            total_seconds=total_seconds or connect_seconds + 1.5 * read_seconds,
            idle_seconds=idle_seconds,
        )

    def send(self, batch: EmailBatch, gate: Gate | None = None) -> Mapping[str, Outcome]:
        """One call per 1,000 recipients; each recipient's key gets its outcome. See EmailProvider."""
        outcomes: dict[str, Outcome] = {}
        fit: list[EmailRecipient] = []
        seen: set[str] = set()
        for recipient in batch.recipients:
            refusal = _refusal(recipient, seen)
            if refusal is None:
                fit.append(recipient)
            else:
                outcomes[recipient.key] = refusal
        for start in range(0, len(fit), MOST_RECIPIENTS):
            called = self._send_some(batch, fit[start : start + MOST_RECIPIENTS], gate)
            outcomes.update(called)
            halt = next((o for o in called.values() if isinstance(o, Busy | Unreachable)), None)
            if halt is not None:  # the next call would meet the same
                outcomes.update((recipient.key, halt) for recipient in fit[start + MOST_RECIPIENTS :])
                break
        return outcomes

    def list_batch(self, batch_key: str) -> list[ListedEmail]:
        """Whom the calls of a batch (its key in hex) were taken for, by the Email Activity feed. See EmailLists.

        Raises ListUnavailable, also when the account has not bought the feed, and ValueError for what is no key.
        """
        return background.run(read_batch(self._caller, self._base, batch_key))

    def _send_some(
        self, batch: EmailBatch, recipients: Sequence[EmailRecipient], gate: Gate | None
    ) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        try:
            body = orjson.dumps(_mail(batch, recipients))
        except orjson.JSONEncodeError:  # a lone surrogate somewhere: find whose, and let the others go
            unsayable = Rejected(INVALID_REQUEST, "The email holds characters that cannot be sent.")
            outcomes = {r.key: unsayable for r in recipients if not _sayable(_personalization(batch, r))}
            recipients = [r for r in recipients if r.key not in outcomes]
            try:
                body = orjson.dumps(_mail(batch, recipients))
            except orjson.JSONEncodeError:
                return outcomes | _all(recipients, unsayable)
            if not recipients:
                return outcomes
        answer = self._post(body, gate)
        if isinstance(answer, Answer):
            return outcomes | _outcomes(answer, recipients)
        return outcomes | _all(recipients, answer)

    def _post(self, body: bytes, gate: Gate | None) -> Answer | Busy | Unreachable | Unclear:
        if gate is not None:
            gate.pause(0)
        return background.run(self._caller.post(self._url, body, _JSON, gate))


def _all(recipients: Iterable[EmailRecipient], outcome: Outcome) -> dict[str, Outcome]:
    return {recipient.key: outcome for recipient in recipients}


def _refusal(recipient: EmailRecipient, seen: set[str]) -> Rejected | None:
    """What would make SendGrid refuse the whole call because of one person, found before it is made."""
    address = recipient.to.casefold()
    if address in seen:
        return Rejected(SAME_ADDRESS, "Another message of this batch goes to the same address.")
    own = recipient.substitutions
    words = "".join((*own, *own.values()))
    # A character has up to four bytes: only what is near the limit need be counted.
    if len(words) * 4 > MOST_SUBSTITUTION_BYTES < len(words.encode(errors="replace")):
        return Rejected(TOO_LARGE, f"This person's own words are longer than {MOST_SUBSTITUTION_BYTES} bytes.")
    for name, value in recipient.headers.items():
        if not _header_name(name) or (not value.isprintable() and _BREAK.search(value)):
            return Rejected(INVALID_REQUEST, "One of this person's own headers cannot be sent.")
    seen.add(address)
    return None


@lru_cache(maxsize=256)
def _header_name(name: str) -> bool:
    return bool(_HEADER_NAME.fullmatch(name)) and name.lower() not in _RESERVED_HEADERS


def _sayable(value: object) -> bool:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False
    return True


def _mail(batch: EmailBatch, recipients: Iterable[EmailRecipient]) -> dict[str, Any]:
    """The request body. No categories, no names: SendGrid keeps those beyond our reach."""
    parts = (("text/plain", batch.text), ("text/html", batch.html))
    mail: dict[str, Any] = {
        "personalizations": [_personalization(batch, recipient) for recipient in recipients],
        "from": {"email": batch.from_address, "name": batch.from_name},
        "subject": batch.subject,
        "content": [{"type": kind, "value": value} for kind, value in parts if value],
        "tracking_settings": _TRACKING_OFF,
    }
    if batch.reply_to:
        mail["reply_to"] = {"email": batch.reply_to}
    return mail


def _personalization(batch: EmailBatch, recipient: EmailRecipient) -> dict[str, Any]:
    person: dict[str, Any] = {
        "to": [{"email": recipient.to}],
        "custom_args": {"outreach_id": recipient.key, "outreach_batch": batch.batch_key},
    }
    if recipient.subject:
        person["subject"] = recipient.subject
    if recipient.from_name:
        person["from"] = {"email": batch.from_address, "name": recipient.from_name}
    if recipient.headers:
        person["headers"] = recipient.headers
    if recipient.substitutions:
        person["substitutions"] = recipient.substitutions
    return person


def _outcomes(answer: Answer, recipients: Sequence[EmailRecipient]) -> dict[str, Outcome]:
    """What SendGrid's answer means for each recipient."""
    if answer.status in (400, 413):
        return _refused(answer, recipients)
    return _all(recipients, _whole(answer))


def _whole(answer: Answer) -> Outcome:
    status = answer.status
    if status == 202:
        provider_id = answer.headers.get("X-Message-Id", "").strip()
        return Accepted(provider_id) if provider_id else Unclear("SendGrid answered 202 without a message id.")
    if status == 200 and answer.body == b"":
        return Rejected(SANDBOX_MODE, "SendGrid's sandbox mode is on: the email was checked and not sent.")
    if status == 429:
        return asked_to_wait(answer.headers, time.time())
    if status in (401, 403):
        say = "refused the API key" if status == 401 else "does not let this key or sender address send"
        return Unreachable(f"SendGrid {say} ({status}).", stop=True)
    if status == 408 or status >= 500 or status < 300:
        return Unclear(f"SendGrid answered {status}.")
    return Unreachable(f"SendGrid answered {status}; is SENDGRID_BASE_URL right?", stop=True)


_OF_THE_SENDER: Final = ("from", "reply_to")


def _refused(answer: Answer, recipients: Sequence[EmailRecipient]) -> dict[str, Outcome]:
    """A refused call: nobody got it. Whom the errors name is refused; the others may go without them."""
    named: dict[str, Outcome] = {}
    whole = answer.status == 413
    fields = _fields(answer.body)
    for field in fields:
        found = _FIELD.match(field)
        if found is None or int(found[1]) >= len(recipients):
            whole = True
            continue
        code = INVALID_ADDRESS if re.match(r"\]?\.to\b", found[2]) else INVALID_REQUEST
        named.setdefault(recipients[int(found[1])].key, Rejected(code, f"SendGrid refused it ({_plain(field)})."))
    if named and not (whole and answer.status == 400):
        left = busy(0)  # surely not taken, and nothing is wrong with them: they go with the next call
        return _all(recipients, left) | named
    if answer.status != 413 and all(field.startswith(_OF_THE_SENDER) for field in fields):
        # About the sender, or not SendGrid's own words (a proxy's): a person must mend it, and nobody is given up for it.
        about = f" for {_plain(fields[0])}" if fields else " without a reason"
        return _all(recipients, Unreachable(f"SendGrid refused the call{about} ({answer.status}).", stop=True))
    code = TOO_LARGE if answer.status == 413 else INVALID_REQUEST
    about = ", ".join(sorted({_plain(field) for field in fields}))[:200]
    say = f"SendGrid refused the whole call ({answer.status}{': ' + about if about else ''})."
    return _all(recipients, Rejected(code, say)) | named


def _fields(body: bytes | None) -> list[str]:
    """The `field` of each error; an error without one counts as about the whole call."""
    try:
        errors = orjson.loads(body or b"")["errors"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []
    if not isinstance(errors, list):
        return []
    return [str(error.get("field") or "") for error in errors if isinstance(error, dict)]


def _plain(field: str) -> str:
    """A field path fit to be logged: a path of names and numbers, never an address."""
    return field if re.fullmatch(r"[A-Za-z0-9_.\-\[\]]{1,80}", field) else "unnamed field"
