"""What becomes of a message after it was accepted: read from the address itself, or set for it beforehand.

An email address tells its fate by a part of its local part cut at "+": `bounce+ann@example.org` and
`ann+bounce@example.org` both bounce. A number has no such room: its fate is set with POST /sandbox/fate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

EMAIL_FATES: Final = ("delivered", "bounce", "blocked", "dropped", "deferred", "latebounce", "spam")
TEXT_FATES: Final = ("delivered", "silent", "undelivered", "failed", "refused")
_TEXT_FATE = re.compile(r"(undelivered|failed|refused):(\d{5})")

SPAM_EVENT: Final = "spamreport"
# What SendGrid remembers about an address, and the reason it gives when it drops the next email to it.
SUPPRESSING: Final = {
    "bounce": "Bounced Address",
    "latebounce": "Bounced Address",
    SPAM_EVENT: "Spam Reporting Address",
}


class FateUnknown(ValueError):
    """No such fate for this kind of address; the message lists what there is."""


@dataclass(slots=True)
class _Set:
    fate: str
    left: int | None


@dataclass(slots=True)
class Fates:
    """Fates set by hand (kept in memory) and what SendGrid remembers of an address (read back from the log)."""

    _set: dict[str, _Set] = field(default_factory=dict)
    _remembered: dict[str, str] = field(default_factory=dict)

    def set(self, to: str, fate: str, count: int | None) -> None:
        """From now on `count` messages (None: all) to this address or number meet `fate`; raises FateUnknown."""
        check_fate(to, fate)
        if fate == "delivered":
            self._set.pop(to, None)
        else:
            self._set[to] = _Set(fate, count)

    def remember(self, address: str, event: str) -> None:
        """SendGrid saw this event for the address and drops what follows."""
        if event in SUPPRESSING:
            self._remembered.setdefault(address, SUPPRESSING[event])

    def forget(self, address: str) -> bool:
        """Take the address off SendGrid's own lists; whether it was on one."""
        return self._remembered.pop(address, None) is not None

    def of_email(self, address: str) -> tuple[str, str | None]:
        """The fate of an email accepted now, and for `dropped` the reason."""
        if address in self._remembered:
            return "dropped", self._remembered[address]
        fate = self._taken(address) or _told_by(address)
        return fate, "Invalid" if fate == "dropped" else None

    def of_text(self, number: str) -> tuple[str, str | None]:
        """The fate of a text to this number, and its error code."""
        fate, _, code = (self._taken(number) or "delivered").partition(":")
        return fate, code or None

    def as_json(self) -> dict[str, dict[str, object]]:
        """The fates set by hand."""
        return {to: {"fate": kept.fate, "left": kept.left} for to, kept in self._set.items()}

    def _taken(self, to: str) -> str | None:
        kept = self._set.get(to)
        if kept is None:
            return None
        if kept.left is not None:
            kept.left -= 1
            if kept.left <= 0:
                del self._set[to]
        return kept.fate


def check_fate(to: str, fate: str) -> None:
    """Raises FateUnknown when this address or number cannot meet this fate."""
    if "@" in to and fate not in EMAIL_FATES:
        raise FateUnknown(f"an email's fate is one of {', '.join(EMAIL_FATES)}")
    if "@" not in to and fate not in TEXT_FATES[:2] and not _TEXT_FATE.fullmatch(fate):
        raise FateUnknown("a text's fate is delivered, silent, undelivered:CODE, failed:CODE or refused:CODE")


def _told_by(address: str) -> str:
    parts = address.partition("@")[0].lower().split("+")
    return next((part for part in parts if part in EMAIL_FATES), "delivered") if len(parts) > 1 else "delivered"
