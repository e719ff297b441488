"""May this person be written to, on this channel, about this topic, now? And where do they stand in the ledger?

`decide` is asked twice for every message: at the claim, and again under the batch's lock just before the provider is
called. `standing` folds the append-only ledger of consent events into one word, whatever order they are read in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

CHANNELS: Final = ("email", "sms")

Consent = Literal["granted", "revoked", "none", "pending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person for one channel and topic, read in one moment."""

    address_ok: bool
    """There is an address or number and the channel can reach it."""
    suppressed: str | None
    """The cause of a suppression of this address ("stop", "complaint", …), or None."""
    consent: Consent
    held: str | None
    """Why staff hold everything for this person, or None."""
    paused_until: datetime | None
    """The person asked for quiet until then (aware), or None."""
    erased: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """Nothing stands against it."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Not now. `lasting`: the enrollment exits. `until`: defer to then. Neither: hold, and ask again in a day."""

    reason: str
    lasting: bool
    until: datetime | None = None


def decide(facts: Facts, channel: str, topic: str, now: datetime) -> Allowed | Denied:
    """The one answer for these facts; what lasts is named before what passes.

    Reasons: "erased", "suppressed:<cause>", "revoked", "no_consent", "no_address" (lasting); "held",
    "unconfirmed" (hold); "paused" (with `until`). A pause ends at its own moment: at `paused_until` it is over.
    Raises ValueError for a naive datetime, an unknown channel or an empty topic.
    """
    _check(facts, channel, topic, now)
    if facts.erased:
        return Denied("erased", lasting=True)
    if facts.suppressed is not None:
        return Denied(f"suppressed:{facts.suppressed}", lasting=True)
    if facts.consent == "revoked":
        return Denied("revoked", lasting=True)
    if facts.consent == "none":
        return Denied("no_consent", lasting=True)
    if not facts.address_ok:
        return Denied("no_address", lasting=True)
    if facts.held is not None:
        return Denied("held", lasting=False)
    if facts.consent == "pending":
        return Denied("unconfirmed", lasting=False)
    if facts.paused_until is not None and now < facts.paused_until:
        return Denied("paused", lasting=False, until=facts.paused_until)
    return Allowed()


def _check(facts: Facts, channel: str, topic: str, now: datetime) -> None:
    if channel not in CHANNELS:
        raise ValueError(f"there is no channel {channel!r}; there are email and sms")
    if not topic:
        raise ValueError("consent is asked for a topic, and none was named")
    if facts.consent not in ("granted", "revoked", "none", "pending"):
        # An unheard-of word must never fall through to Allowed.
        raise ValueError(f"consent is never {facts.consent!r}")
    for moment in (now, facts.paused_until):
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a naive datetime: moments are aware, in UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One line of the consent ledger, as far as standing depends on it."""

    kind: Literal["requested", "granted", "revoked"]
    channel: str
    topic: str | None
    """None on a revocation means every topic of the channel (a STOP); a grant always names its topic."""
    at: datetime


# In one moment a revocation has the last word, and asking for confirmation never takes a grant back.
_LAST_WORD: Final = {"requested": 0, "granted": 1, "revoked": 2}


def standing(ledger: Iterable[LedgerEntry], channel: str, topic: str) -> Consent:
    """Where a person stands for a channel and topic, by the ledger alone; the order of reading does not matter.

    Raises ValueError for an entry with a naive moment or a grant or request without a topic.
    """
    stands: Consent = "none"
    for entry in sorted(_relevant(ledger, channel, topic), key=lambda entry: (entry.at, _LAST_WORD[entry.kind])):
        if entry.kind != "requested":
            stands = entry.kind
        elif stands != "granted":
            stands = "pending"
    return stands


def _relevant(ledger: Iterable[LedgerEntry], channel: str, topic: str) -> Iterable[LedgerEntry]:
    for entry in ledger:
        if entry.at.tzinfo is None:
            raise ValueError("a naive datetime: moments are aware, in UTC")
        if entry.topic is None and entry.kind != "revoked":
            raise ValueError(f"a consent event {entry.kind!r} names no topic; only a revocation may mean all")
        if entry.channel == channel and entry.topic in (None, topic):
            yield entry


EVERY_TOPIC: Final = "*"
IMPORTED: Final = "import"


def states(events: Iterable[tuple[str, str, str]]) -> dict[str, Consent]:
    """What one person's events of one channel, as (topic, action, method) in the order they were appended, make of each
    topic. The database's trigger keeps the same state; the audit folds it once more by this.

    Asking again does not weaken a grant. A withdrawal from every topic ends those there are. An import adds what was not
    there and never speaks against what the person said: it brings nobody back who left.
    """
    found: dict[str, Consent] = {}
    for topic, action, method in events:
        stands = found.get(topic)
        if action == "revoked":
            if topic == EVERY_TOPIC:
                found = dict.fromkeys(found, "revoked")
            found[topic] = "revoked"
        elif stands is None or (method != IMPORTED and (action == "granted" or stands != "granted")):
            found[topic] = "granted" if action == "granted" else "pending"
    return found


OWN_WORDS: Final = frozenset({"sms_reply", "email_reply", "mailto", "page_note"})
"""Methods by which a person writes to us: the words are theirs, and not what we showed them."""


def shown_and_said(method: str, words: str) -> tuple[str, str]:
    """What of these words we showed to the person, and what the person said: evidence keeps the first for ever, and the
    second until it is erased."""
    return ("", words) if method in OWN_WORDS else (words, "")
