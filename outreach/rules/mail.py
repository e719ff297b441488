"""An email somebody sent to us, as values: what the parser hands over and what decides about it.

Every text is cut to a length, whatever came in; attachments are in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LONGEST_WORDS: Final = 20_000  # characters of a body that are kept and understood
LONGEST_REPORT: Final = 64_000  # characters of a bounce's or complaint's machine-readable part


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One email.

    recipients: whom it was delivered to, the envelope's first; lower case.
    sender: the address in From, lower case, "" when there is none; anyone can write anything there.
    envelope_from: the sender the mail server was told: "" is the null sender of bounces and automatic replies, None is
    not known. vouched_for: the domain in From signed it (DKIM) or its server sent it (SPF), as our mail server says.
    junk: it took the mail for spam.
    headers: those of HEADERS that it has, by lower-case name. text, html: the bodies as written.
    status, feedback, original: the machine-readable part of a bounce (RFC 3464), of a complaint (RFC 5965), and the
    headers of the message that came back with it; "" when there is none.
    """

    recipients: tuple[str, ...] = ()
    sender: str = field(default="", repr=False)
    envelope_from: str | None = field(default=None, repr=False)
    vouched_for: bool = False
    junk: bool = False
    subject: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    status: str = field(default="", repr=False)
    feedback: str = field(default="", repr=False)
    original: str = field(default="", repr=False)


HEADERS: Final = frozenset(
    {
        "auto-submitted", "content-type", "date", "delivered-to", "in-reply-to", "list-unsubscribe", "message-id",
        "precedence", "references", "return-path", "x-auto-response-suppress", "x-autoreply", "x-autorespond",
        "x-autoresponse", "x-loop", "x-original-to",
    }
)  # fmt: skip
