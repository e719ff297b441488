"""An accepted email as the person who got it sees it: substitutions filled in, in subject, text, html and headers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime, formataddr
from typing import Any

from outreach.sandbox.clock import unstamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One person's copy. `headers` are in the order a mail program would show them."""

    sender_name: str
    sender_address: str
    subject: str
    text: str | None
    html: str | None
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def one_click(self) -> str | None:
        """The URL a mailbox provider's button would POST to (RFC 8058), or None when it would show no button."""
        if (self.header("List-Unsubscribe-Post") or "").strip().lower() != "list-unsubscribe=one-click":
            return None
        found = re.search(r"<\s*(https?://[^>\s]+)\s*>", self.header("List-Unsubscribe") or "")
        return found[1] if found else None

    @property
    def mailto(self) -> str | None:
        """The mailto address a mail program would write to (RFC 2369), or None when there is none."""
        found = re.search(r"<\s*(mailto:[^>\s]+)\s*>", self.header("List-Unsubscribe") or "")
        return found[1] if found else None

    @property
    def digest(self) -> str:
        """SHA-256, hex, of subject, text and html with a NUL between them."""
        return hashlib.sha256("\0".join((self.subject, self.text or "", self.html or "")).encode()).hexdigest()


def fill(text: str, substitutions: Mapping[str, str]) -> str:
    """Every mark replaced by its value, once: a value is never read for marks; the longest mark wins."""
    if not substitutions:
        return text
    marks = "|".join(re.escape(mark) for mark in sorted(substitutions, key=len, reverse=True) if mark)
    return re.sub(marks, lambda found: substitutions[found[0]], text) if marks else text


def letter(*, content: str, personal: str, address: str, at: str, request_id: str, seq: int) -> Letter:
    """The letter of one log row: `content` is the request's JSON, `personal` the person's, `at` its stamp."""
    mail: dict[str, Any] = json.loads(content)
    own: dict[str, Any] = json.loads(personal)
    marks: dict[str, str] = own.get("substitutions") or {}
    sender = own.get("from") or mail["from"]
    parts = {part["type"]: fill(part["value"], marks) for part in mail["content"]}
    subject = fill(own.get("subject") or mail.get("subject") or "", marks)
    name = fill(sender.get("name") or "", marks)
    headers = [
        ("From", formataddr((name, sender["email"]), "utf-8") if name.isascii() else f"{name} <{sender['email']}>"),
        ("To", formataddr((own.get("name") or "", address)) if (own.get("name") or "").isascii() else address),
        ("Subject", subject),
        ("Date", format_datetime(unstamp(at))),
        ("Message-ID", message_id(request_id, seq)),
    ]
    replies = mail.get("reply_to_list") or ([mail["reply_to"]] if mail.get("reply_to") else [])
    if replies:
        headers.append(("Reply-To", ", ".join(fill(reply["email"], marks) for reply in replies)))
    named = {**(mail.get("headers") or {}), **(own.get("headers") or {})}
    headers += [(key, fill(value, marks)) for key, value in named.items()]
    return Letter(
        sender_name=name,
        sender_address=sender["email"],
        subject=subject,
        text=parts.get("text/plain"),
        html=parts.get("text/html"),
        headers=tuple(headers),
        attachments=tuple(mail.get("attachments") or ()),
    )


def message_id(request_id: str, seq: int) -> str:
    """The Message-ID SendGrid would stamp; events carry it as smtp-id."""
    return f"<{request_id}.{seq}@sandbox.example.org>"
