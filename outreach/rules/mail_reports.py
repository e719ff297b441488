"""What machines report by email about emails of ours: bounces (RFC 3464) and complaints (RFC 5965).

A report counts only with a mark of ours that nobody could guess: the message id in a header of what came back, or the
token of its unsubscribe link. Addresses in it are hints: reports about strangers can be forged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from outreach.rules.mail import Mail

_MOST_BLOCKS: Final = 50
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_ACTIONS: Final = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_OWN_HEADER: Final = re.compile(r"(?im)^[>\s]*x-outreach-id:\s*([0-9a-f]{32})\s*$")
_MESSAGE_ID: Final = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
_LINK: Final = re.compile(r"/u/([0-9a-f]{34,160})(?![0-9a-f])")
_MAILTO: Final = re.compile(r"mailto:unsub\+([0-9a-f]{34,160})@")
# What a complaint may be about (RFC 5965 section 7.3, RFC 6430, and the older opt-out); another word is kept as "other".
_DAEMONS: Final = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon)(?:[+.-].*)?")
_MICROSOFT: Final = "staff@hotmail.com"  # the sender of its Junk Mail Reporting Program
_FEEDBACK: Final = frozenset({"abuse", "fraud", "virus", "other", "not-spam", "opt-out", "auth-failure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One thing a machine says about one email of ours.

    message_key: our id of the message (32 hex digits) when it came back with the report. tokens: those of its
    unsubscribe link, to be verified. action: failed, delayed, delivered, relayed, expanded; or the feedback type of a complaint.
    code: the enhanced status (RFC 3463) of a bounce. recipient: whom it was about, as the report says.
    """

    message_key: str | None
    tokens: tuple[str, ...]
    action: str
    code: str | None = None
    recipient: str = ""


def kind_of(mail: Mail) -> Literal["bounce", "complaint"] | None:
    """Whether a machine reports an email of ours: by its machine-readable part, by Microsoft's complaints, which have none, or
    by the daemon's name and what it returned (not every server speaks RFC 3464)."""
    if mail.feedback or (mail.sender == _MICROSOFT and mail.original):
        return "complaint"
    if mail.status:
        return "bounce"
    daemon = not mail.sender or _DAEMONS.fullmatch(mail.sender.partition("@")[0])
    return "bounce" if daemon and (mail.original or any(marks(mail))) else None


def read(mail: Mail) -> tuple[Report, ...]:
    """The reports of a bounce or a complaint, one for each recipient; none when it says nothing that we know."""
    key, tokens = marks(mail)
    if kind_of(mail) == "complaint":
        return (Report(message_key=key, tokens=tokens, action=feedback_type(mail.feedback)),)
    if mail.status:
        return tuple(
            Report(message_key=key, tokens=tokens, action=action, code=code, recipient=recipient)
            for recipient, action, code in recipients(mail.status)
        )
    # A daemon's own words: it came back for good when it names a permanent status, and nothing is known when it names none.
    found = _STATUS.search(mail.text)
    if found is None:
        return ()
    action = "failed" if found[1] == "5" else "delayed"
    return (Report(message_key=key, tokens=tokens, action=action, code=found[0]),)


def marks(mail: Mail) -> tuple[str | None, tuple[str, ...]]:
    """Our own marks in what came back: the message's key, and the tokens of its unsubscribe link, to be verified."""
    back = mail.original or mail.text  # older servers return the email within their own words
    found = _OWN_HEADER.search(back) or _MESSAGE_ID.search(back)
    if found is None:
        found = _MESSAGE_ID.search(mail.headers.get("in-reply-to", "")) or _MESSAGE_ID.search(
            mail.headers.get("references", "")
        )
    return (found[1] if found else None), tokens_in(re.sub(r"\r?\n[ \t]+", "", back))  # a long header may be folded


def tokens_in(text: str) -> tuple[str, ...]:
    """What may be tokens of unsubscribe links in a text, to be verified; at most ten."""
    return tuple(dict.fromkeys([*_LINK.findall(text), *_MAILTO.findall(text)]))[:10]


def feedback_type(text: str) -> str:
    """The Feedback-Type of a complaint; what has none is abuse, as every loop means it."""
    fields = next(_blocks(text), {})
    word = fields.get("feedback-type", "abuse").split(";")[0].strip().casefold()
    return word if word in _FEEDBACK else "other"


def recipients(text: str) -> list[tuple[str, str, str | None]]:
    """(recipient, action, enhanced status or None) for each recipient of a message/delivery-status part."""
    found = []
    for fields in _blocks(text):
        if "action" not in fields and "status" not in fields:
            continue  # the block about the message as a whole
        code = _code(fields)
        action = fields.get("action", "").split("(")[0].split(";")[0].strip().casefold()
        if action not in _ACTIONS:
            if code is None:
                continue
            action = "failed" if code.startswith("5") else "delayed"
        about = fields.get("original-recipient") or fields.get("final-recipient", "")
        found.append((about.rpartition(";")[2].strip().strip("<>").casefold()[:320], action, code))
    return found


def _code(fields: Mapping[str, str]) -> str | None:
    """The status, or the more exact one that the other server's own words name ("smtp; 550 5.1.1 …")."""
    status = _STATUS.search(fields.get("status", ""))
    said = _STATUS.search(fields.get("diagnostic-code", ""))
    if said and (status is None or (status[2] == "0" and status[1] == said[1])):
        return said[0]
    return status[0] if status else None


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """The groups of header lines between blank lines, unfolded; the first value of a name stands."""
    unfolded = re.sub(r"\r?\n[ \t]+(?=\S)", " ", text.replace("\r\n", "\n"))
    for number, block in enumerate(re.split(r"\n[ \t]*\n", unfolded.strip())):
        if number == _MOST_BLOCKS:
            return
        fields: dict[str, str] = {}
        for line in block.split("\n"):
            name, colon, value = line.partition(":")
            if colon:
                fields.setdefault(name.strip().casefold(), value.strip())
        if fields:
            yield fields
