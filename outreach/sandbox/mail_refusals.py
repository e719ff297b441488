"""What SendGrid's mail/send refuses with 400, and in which words.

Sources: protocols.md 1.1; twilio.com/docs/sendgrid/api-reference/mail-send/errors. The field is a path like
`personalizations.0.to.0.email`. Only what can be seen in the request is judged here, no state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple, TypeGuard

_HELP: Final = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message."
_RESERVED_HEADERS: Final = frozenset(
    (
        *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"),
        *("to", "from", "subject", "reply-to", "cc", "bcc"),
    )
)
_ADDRESS: Final = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_BYTES_LIMIT: Final = 10_000
_MOST_SHOWN: Final = 20
_ROLES: Final = ("to", "cc", "bcc")


class Refusal(NamedTuple):
    """One element of SendGrid's `errors`."""

    message: str
    field: str | None
    help: str | None

    def as_json(self) -> dict[str, str | None]:
        """The element in SendGrid's shape."""
        return self._asdict()


def bad_request() -> list[Refusal]:
    """What SendGrid answers to a body that is no JSON object."""
    return [Refusal("Bad Request", None, None)]


def refusals(mail: Any, now: datetime) -> list[Refusal]:
    """Everything wrong with a mail/send body, at most twenty; empty when SendGrid would take it."""
    if not isinstance(mail, dict):
        return bad_request()
    return list(islice(_all(mail, now), _MOST_SHOWN))


def valid_address(address: object) -> TypeGuard[str]:
    """Whether SendGrid takes this as an email address: ASCII, a dotted domain, 64 characters before the @."""
    return isinstance(address, str) and _ADDRESS.fullmatch(address) is not None and address.index("@") <= 64


def _no(message: str, field: str, anchor: str | None = None) -> Refusal:
    return Refusal(message, field, _HELP + (anchor or re.sub(r"\.\d+", "", field)))


def _all(mail: dict[str, Any], now: datetime) -> Iterator[Refusal]:
    yield from _personalizations(mail)
    yield from _sender(mail)
    yield from _content(mail)
    yield from _headers(mail.get("headers"), "headers")
    yield from _bytes_of(mail.get("custom_args"), "custom_args", "Custom arguments")
    yield from _categories(mail.get("categories"))
    yield from _attachments(mail.get("attachments"))
    yield from _asm(mail.get("asm"))
    yield from _send_at(mail.get("send_at"), "send_at", now)
    for place, person in enumerate(mail["personalizations"] if _is_list(mail.get("personalizations")) else ()):
        if isinstance(person, dict):
            yield from _send_at(person.get("send_at"), f"personalizations.{place}.send_at", now)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _misnamed(entry: object) -> bool:
    return isinstance(entry, dict) and not isinstance(entry.get("name") or "", str)


def _personalizations(mail: dict[str, Any]) -> Iterator[Refusal]:
    people = mail.get("personalizations")
    if not isinstance(people, list) or not people:
        said = "The personalizations field is required and must have at least one personalization."
        yield _no(said, "personalizations")
        return
    if len(people) > 1000:
        yield _no(
            "The personalization block is limited to 1000 personalizations per API request. You have provided "
            f"{len(people)} personalizations. Please consider splitting this into multiple requests and resending "
            "your request.",
            "personalizations",
        )
        return
    seen: set[str] = set()
    for place, person in enumerate(people):
        where = f"personalizations.{place}"
        if not isinstance(person, dict):
            yield from bad_request()
            continue
        yield from _recipients(person, where, seen)
        yield from _personal_parts(person, where, mail)
    if sum(_length(person.get(role)) for person in people if isinstance(person, dict) for role in _ROLES) > 1000:
        yield _no("There is a limit of 1000 total recipients (to + cc + bcc) per request.", "personalizations")


def _recipients(person: dict[str, Any], where: str, seen: set[str]) -> Iterator[Refusal]:
    if not _is_list(person.get("to")) or not person["to"]:
        yield _no(
            "The to array is required for all personalization objects, and must have at least one email object with "
            "a valid email address.",
            f"{where}.to",
        )
    for role in _ROLES:
        listed = person.get(role, [])
        for place, entry in enumerate(listed if isinstance(listed, list) else [listed]):
            field = f"{where}.{role}.{place}.email"
            address = entry.get("email") if isinstance(entry, dict) else None
            if _misnamed(entry):
                yield _no("The name must be a string.", f"{where}.{role}.{place}.name", f"personalizations.{role}")
            if not valid_address(address):
                yield _no("Does not contain a valid address.", field, f"personalizations.{role}")
            elif address.lower() in seen:
                yield _no(
                    "Each unique email address in the personalizations array should only be included once. You have "
                    f"included [{address.lower()}] more than once.",
                    "personalizations",
                )
            else:
                seen.add(address.lower())


def _personal_parts(person: dict[str, Any], where: str, mail: dict[str, Any]) -> Iterator[Refusal]:
    if "subject" in person and (not isinstance(person["subject"], str) or not person["subject"]):
        yield _no("The subject must be a string at least one character in length.", f"{where}.subject")
    sender = person.get("from", {})
    if "from" in person and (
        _misnamed(sender) or not isinstance(sender, dict) or not valid_address(sender.get("email"))
    ):
        yield _no("The from email does not contain a valid address.", f"{where}.from.email")
    yield from _headers(person.get("headers"), f"{where}.headers")
    yield from _bytes_of(person.get("substitutions"), f"{where}.substitutions", "Substitutions")
    yield from _bytes_of(person.get("custom_args"), f"{where}.custom_args", "Custom arguments")
    if person.get("substitutions") and str(mail.get("template_id") or "").startswith("d-"):
        yield _no("Substitutions may not be used with dynamic templating", f"{where}.substitutions")


def _sender(mail: dict[str, Any]) -> Iterator[Refusal]:
    sender = mail.get("from")
    if not isinstance(sender, dict) or not sender.get("email"):
        yield _no(
            "The from object must be provided for every email send. It is an object that requires the email "
            'parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or '
            '{"email" : "example@example.com", "name" : "Example Recipient"}.',
            "from.email",
            "from",
        )
    elif not valid_address(sender["email"]):
        yield _no("The from email does not contain a valid address.", "from.email", "from")
    if _misnamed(sender):
        yield _no("The name must be a string.", "from.name", "from")
    if "reply_to" in mail and "reply_to_list" in mail:
        yield _no("The reply_to and reply_to_list parameters may not be used together.", "reply_to")
    replies = mail.get("reply_to_list", [mail["reply_to"]] if mail.get("reply_to") is not None else [])
    for reply in replies if isinstance(replies, list) else [replies]:
        if not isinstance(reply, dict) or not valid_address(reply.get("email")):
            yield _no("The reply_to email does not contain a valid address.", "reply_to.email", "reply_to")


def _content(mail: dict[str, Any]) -> Iterator[Refusal]:
    people = mail.get("personalizations")
    everyone_has_one = _is_list(people) and all(isinstance(p, dict) and p.get("subject") for p in people or [{}])
    subject = mail.get("subject") or ""
    if not isinstance(subject, str) or not (subject or everyone_has_one):
        yield _no(
            "The subject is required. You can get around this requirement if you use a template with a subject "
            "defined or if every personalization has a subject defined.",
            "subject",
        )
    if mail.get("template_id"):
        yield _no("The template_id must be a valid GUID, you provided an id this account does not have.", "template_id")
    parts = mail.get("content")
    if not isinstance(parts, list) or not parts:
        yield _no(
            "Unless a valid template_id is provided, the content parameter is required. There must be at least one "
            "defined content block. We typically suggest both text/plain and text/html blocks are included, but only "
            "one block is required.",
            "content",
        )
        return
    types: list[str] = []
    for place, part in enumerate(parts):
        value, kind = (part.get("value"), part.get("type")) if isinstance(part, dict) else (None, None)
        if not isinstance(value, str) or not value:
            said = "The content value must be a string at least one character in length."
            yield _no(said, f"content.{place}.value")
        if not isinstance(kind, str) or not kind or re.search(r"[;\r\n]", kind):
            said = "The content type must be a string at least one character in length, without ';' or CRLF characters."
            yield _no(said, f"content.{place}.type")
        else:
            types.append(kind)
    shown = [kind for kind in types if kind in ("text/plain", "text/html")]
    if len(shown) != len(set(shown)):
        yield _no("If present, text/plain and text/html may only be provided once.", "content")
    elif types[: len(shown)] != sorted(shown, reverse=True):
        said = "The content types must be in the order: text/plain, text/html, then any other."
        yield _no(said, "content")


def _headers(headers: Any, where: str) -> Iterator[Refusal]:
    if headers is None:
        return
    if not isinstance(headers, dict):
        yield from bad_request()
        return
    for name, value in headers.items():
        if name.lower() in _RESERVED_HEADERS:
            yield _no(f"The header [{name}] is reserved and may not be used.", f"{where}.{name}", "headers")
        elif not name or not name.isascii() or re.search(r"[\s:\x00-\x1f\x7f]", name):
            yield _no("Header names must be ASCII, without spaces or colons.", f"{where}.{name}", "headers")
        elif not isinstance(value, str) or re.search(r"[\r\n\x00]", value):
            yield _no("Header values must be strings on one line.", f"{where}.{name}", "headers")


def _bytes_of(mapping: Any, where: str, what: str) -> Iterator[Refusal]:
    if mapping is None:
        return
    if not isinstance(mapping, dict) or not all(isinstance(value, str) for value in mapping.values()):
        yield _no(f"{what} must be an object of strings.", where)
    elif len("".join([*mapping, *mapping.values()]).encode()) > _BYTES_LIMIT:
        yield _no(f"{what} are limited to 10000 bytes per personalization", where)


def _categories(categories: Any) -> Iterator[Refusal]:
    if categories is None:
        return
    if not isinstance(categories, list) or len(categories) > 10:
        yield _no("You cannot have more than 10 categories per request.", "categories")
    elif not all(isinstance(name, str) and 0 < len(name) <= 255 for name in categories):
        yield _no("Each category must be a string of at most 255 characters.", "categories")
    elif len(set(categories)) != len(categories):
        yield _no("The categories array must contain only unique category names.", "categories")


def _attachments(attachments: Any) -> Iterator[Refusal]:
    for place, part in enumerate(attachments if isinstance(attachments, list) else ()):
        for name in ("content", "filename"):
            if not isinstance(part, dict) or not isinstance(part.get(name), str) or not part[name]:
                said = f"The attachment {name} must be a string at least one character in length."
                yield _no(said, f"attachments.{place}.{name}")


def _asm(asm: Any) -> Iterator[Refusal]:
    if asm is None:
        return
    if not isinstance(asm, dict) or not isinstance(asm.get("group_id"), int):
        yield _no("The asm group_id is required and must be an integer.", "asm.group_id", "asm")
    elif _length(asm.get("groups_to_display")) > 25:
        yield _no("You cannot have more than 25 groups to display.", "asm.groups_to_display", "asm")


def _send_at(moment: Any, where: str, now: datetime) -> Iterator[Refusal]:
    if moment is None:
        return
    if not isinstance(moment, int) or isinstance(moment, bool):
        yield _no("The send_at parameter must be a UNIX timestamp in seconds.", where, "send_at")
    elif moment > (now + timedelta(hours=72)).timestamp():
        yield _no("Scheduling more than 72 hours in advance is forbidden.", where, "send_at")
