"""What a person does with a letter in a mail program: answers it, or lets the mail program unsubscribe by email.

The answer quotes the letter as Gmail does, and comes to the program under test as SendGrid's Inbound Parse posts the raw
message: a signed multipart form.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from outreach.sandbox.clock import unstamp
from outreach.sandbox.reading import Delivered
from outreach.sandbox.state import Sandbox

LONGEST: Final = 20_000  # characters of an answer


@dataclass(frozen=True, slots=True)
class Posted:
    """What was sent where, and what the program under test answered (None: nothing)."""

    to: str
    status: int | None


async def answer(sandbox: Sandbox, found: Delivered, body: str) -> Posted:
    """The person answers the letter; above the quote stands what they wrote."""
    letter = found.letter
    to = parseaddr(letter.header("Reply-To") or letter.sender_address)[1]
    quote = "\n".join(f"> {line}" for line in (letter.text or "").splitlines())
    introduced = f"On {unstamp(found.at):%a, %b %d, %Y at %H:%M} {letter.sender_name} <{letter.sender_address}> wrote:"
    return await _post(sandbox, found, to, f"Re: {letter.subject}", f"{body}\n\n{introduced}\n\n{quote}\n")


async def unsubscribe_by_mail(sandbox: Sandbox, found: Delivered) -> Posted | None:
    """The mail program writes to the mailto address of List-Unsubscribe; None when the letter has none."""
    mailto = found.letter.mailto
    if mailto is None:
        return None
    parts = urlsplit(mailto)
    subject = parse_qs(parts.query).get("subject", ["unsubscribe"])[0]
    return await _post(sandbox, found, unquote(parts.path), subject, "")


async def _post(sandbox: Sandbox, found: Delivered, to: str, subject: str, text: str) -> Posted:
    url = sandbox.options.inbound_mail_url
    if url is None:
        return Posted(to, None)
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = found.address, to, " ".join(subject.split())
    written["Date"] = format_datetime(sandbox.clock.now())
    written["Message-ID"] = f"<{secrets.token_hex(16)}@{found.address.rpartition('@')[2] or 'sandbox.example.org'}>"
    written["In-Reply-To"] = found.letter.header("Message-ID") or ""
    written.set_content(text)
    envelope = json.dumps({"to": [to], "from": found.address})
    fields = {
        "to": to, "from": found.address, "subject": written["Subject"], "sender_ip": "192.0.2.1", "SPF": "pass",
        "dkim": f"{{@{found.address.rpartition('@')[2]} : pass}}", "envelope": envelope,
        "charsets": json.dumps({"to": "UTF-8", "from": "UTF-8", "subject": "UTF-8"}),
    }  # fmt: skip
    with sandbox.courier.owing("inbound"):
        return Posted(to, await sandbox.courier.inbound_mail(url, {**fields, "email": written.as_string()}))
