"""What Twilio's Messages resource refuses at create, with its error codes (protocols.md 2.1 and 2.7).

Sources: twilio.com/docs/api/errors/<code>; the magic numbers are those of Twilio's own test credentials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import phonenumbers

LONGEST_BODY: Final = 1600
_MAGIC: Final = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_SAYS: Final = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    21211: "Invalid 'To' Phone Number: {to}",
    21212: "Invalid From Number (caller ID): {sender}",
    21266: "'To' and 'From' number cannot be the same: {to}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided ({sender}) is not a valid message-capable Twilio phone number for this "
    "destination.",
    21609: "The 'StatusCallback' URL {callback} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' ({to}) and/or 'From' ({sender}) parameters",
    21614: "'To' number: {to}, is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21701: "The Messaging Service {service} is not available to this account",
    90007: "Invalid validity period value: it must be an integer between 1 and 36000",
    35115: "Scheduling is not offered by this account",
}


class TextRefusal(NamedTuple):
    """Twilio's error object: HTTP status, code and words."""

    status: int
    code: int
    message: str

    def as_json(self) -> dict[str, Any]:
        """In Twilio's shape."""
        info = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": info, "status": self.status}


def refusal(code: int, status: int = 400, words: Mapping[str, str] | None = None) -> TextRefusal:
    """The refusal with this code; a code without words of its own gets Twilio's general ones."""
    says = _SAYS.get(code, "Message could not be created (error {code})")
    known = {"to": "", "sender": "", "service": "", "callback": "", **(words or {})}
    return TextRefusal(status, code, says.format(code=code, **known))


@lru_cache(maxsize=65_536)
def e164(number: str) -> str | None:
    """The number in E.164 when it is a valid one (a national one is read as from the US), else None."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def form_refusal(form: Mapping[str, str], *, numbers: tuple[str, ...], service: str | None) -> TextRefusal | None:
    """The first thing wrong with a create form, or None; `numbers` and `service` are the account's own."""
    to, sender, wanted = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
    words = {"to": to, "sender": sender, "service": wanted, "callback": form.get("StatusCallback", "")}
    if not to:
        return refusal(21604)
    if not sender and not wanted:
        return refusal(21603)
    if to in _MAGIC:
        return refusal(_MAGIC[to], words=words)
    if e164(to) is None:
        return refusal(21211, words=words)
    code = (_service_code(wanted, service) if wanted else None) or (_sender_code(sender, numbers) if sender else None)
    if code is None and sender and e164(sender) == e164(to):
        code = 21266
    code = code or _parts_code(form)
    return refusal(code, 404 if code == 21701 else 400, words) if code else None


def _service_code(wanted: str, service: str | None) -> int | None:
    known = re.fullmatch(r"MG[0-9a-f]{32}", wanted) and service in (None, wanted)
    return None if known else 21701


def _sender_code(sender: str, numbers: tuple[str, ...]) -> int | None:
    if re.fullmatch(r"\d{5,6}", sender):  # a short code
        return None if not numbers or sender in numbers else 21606
    number = e164(sender)
    if number is None:
        return 21212
    return None if not numbers or number in numbers else 21606


def _parts_code(form: Mapping[str, str]) -> int | None:
    body = form.get("Body", "")
    if not body:
        return 21602
    if len(body) > LONGEST_BODY:
        return 21617
    if "StatusCallback" in form and not _absolute(form["StatusCallback"]):
        return 21609
    validity = form.get("ValidityPeriod", "1")
    if not re.fullmatch(r"\d{1,5}", validity) or not 1 <= int(validity) <= 36_000:
        return 90007
    # Without a Messaging Service Twilio ignores the schedule and sends at once; so does the sandbox.
    if form.get("ScheduleType") and form.get("MessagingServiceSid"):
        return 35115
    return None


def _absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    clean = re.fullmatch(r"[\x21-\x7e]{1,4000}", url) is not None
    return clean and parts.scheme in ("http", "https") and bool(host) and "_" not in host
