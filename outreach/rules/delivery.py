"""What a provider's word means for us: one table for every event, status and code of SendGrid, Twilio and SMTP.

Providers report in any order, twice, late, and in words that grow over the years, so a meaning is a set of harmless
additions: a fact column to set once, a verdict for a message still in doubt, a suppression, an alert. Whatever is in no
table means nothing and raises the alert "unknown": a person looks, a machine does not guess.

Sources: SendGrid's event webhook reference and bounce classifications; Twilio's message resource, error dictionary and
opt-out documentation; RFC 3463 for enhanced status codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

Fact = Literal["delivered_at", "bounced_at", "complained_at", "failed_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What follows from one report."""

    fact: Fact | None = None
    """The column set once, if not yet set."""
    settles: Literal["sent", "failed"] | None = None
    """The verdict for a message that is `uncertain`; a settled message keeps its status."""
    suppress: str | None = None
    """The cause to suppress this address under on this channel (one of CAUSES)."""
    retry: bool = False
    """Another try can help. Only where the provider never accepted it may the same step be sent again (promise: once)."""
    alert: str | None = None
    """A key of ALERTS: what staff must hear."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert says to staff and what stops by itself until they act."""

    say: str
    halts: Literal["sender", "channel"] | None = None


CAUSES: Final = ("bounce", "complaint", "unsubscribe", "invalid", "provider_stop", "not_sms_capable", "disconnected")

ALERTS: Final[Mapping[str, Alert]] = MappingProxyType(
    {
        "unknown": Alert("The provider reported something Outreach does not know. Nothing was changed; please look."),
        "blocked": Alert("A mailbox provider refused the email for its content or our reputation, not the address."),
        "called_fraud": Alert(
            "Somebody reported one of our emails as fraud. Please look at what it said and who it named."
        ),
        "spam_content": Alert("SendGrid's own filter held an email back as spam."),
        "sandbox_mode": Alert("SendGrid's sandbox mode is on: emails are checked there and not sent.", "channel"),
        "request_invalid": Alert("The provider could not read our request. Please report this."),
        "quota": Alert("The SendGrid plan's quota is used up.", "channel"),
        "tracking_on": Alert(
            "Opens or clicks are being tracked at SendGrid. Turn tracking off there: people were told no."
        ),
        "account_status": Alert("SendGrid changed the status of the account.", "channel"),
        "auth": Alert("The provider refused our key, or the account is suspended.", "channel"),
        "wrong_sender": Alert("This number or service may not send these texts.", "sender"),
        "not_registered": Alert("The sending number is not registered or verified with the carriers.", "sender"),
        "country_off": Alert("Texts to this country are turned off at Twilio."),
        "not_routable": Alert("No route from our number to this person's number."),
        "number_unusable": Alert("This number cannot receive texts. Ask the person for another one."),
        "backlog": Alert("More than ten hours of texts wait at Twilio for one sender.", "sender"),
        "too_fast": Alert("The carriers say we send too fast. Lower the sender's rate."),
        "daily_cap": Alert("The carriers' daily cap is reached; it starts anew at midnight Pacific time.", "sender"),
        "refused_by_carrier": Alert("The carrier or the person's phone blocks our texts."),
        "filtered": Alert("A carrier filtered the text as spam. If more than 1 in 100 are, pause the campaign."),
        "pumping_block": Alert("Twilio blocks this destination for 15 to 30 minutes against fraud."),
        "quiet_hours": Alert(
            "Twilio's quiet hours stopped a text that ours let through. Please check the person's zone."
        ),
    }
)

_UNKNOWN: Final = Meaning(alert="unknown")
_TAKEN: Final = Meaning(settles="sent")  # any later report proves that the provider accepted it
_DROPPED: Final = Meaning(fact="failed_at", settles="failed")
_BOUNCED: Final = Meaning(fact="bounced_at", settles="sent")
_COMPLAINED: Final = Meaning(fact="complained_at", settles="sent", suppress="complaint")

# --- SendGrid -----------------------------------------------------------------------------------------------------

SENDGRID: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "processed": _TAKEN,
        "deferred": _TAKEN,  # SendGrid keeps trying by itself
        "delivered": Meaning(fact="delivered_at", settles="sent"),
        "bounce": _BOUNCED,  # refined by type, classification and status below
        "blocked": replace(_BOUNCED, alert="blocked"),
        "dropped": replace(_DROPPED, alert="unknown"),  # refined by reason below
        "spamreport": _COMPLAINED,
        "unsubscribe": Meaning(settles="sent", suppress="unsubscribe"),
        # We keep no groups at SendGrid, so "leave this group" can only mean "leave".
        "group_unsubscribe": Meaning(settles="sent", suppress="unsubscribe"),
        "group_resubscribe": Meaning(),  # lifts nothing: only consent given to us does
        "open": Meaning(settles="sent", alert="tracking_on"),
        "click": Meaning(settles="sent", alert="tracking_on"),
        "account_status_change": Meaning(alert="account_status"),
    }
)

# Our own words for an error answer to Mail Send (providers/sendgrid.py), since SendGrid has no codes there.
SENDGRID_REFUSED: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "invalid_address": replace(_DROPPED, suppress="invalid"),
        "same_address": _DROPPED,
        "invalid_request": replace(_DROPPED, alert="request_invalid"),
        "too_large": replace(_DROPPED, alert="request_invalid"),
        "sandbox_mode": replace(_DROPPED, alert="sandbox_mode"),
    }
)

# The beginning of `reason`, in lower case; the longest match wins ("invalid smtpapi header" before "invalid").
SENDGRID_DROPPED: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "bounced address": replace(_DROPPED, suppress="bounce"),
        "unsubscribed address": replace(_DROPPED, suppress="unsubscribe"),
        "spam reporting address": replace(_DROPPED, suppress="complaint"),
        "invalid": replace(_DROPPED, suppress="invalid"),
        "spam content": replace(_DROPPED, alert="spam_content"),
        "invalid smtpapi header": replace(_DROPPED, alert="request_invalid"),
        "recipient list over package quota": replace(_DROPPED, alert="quota"),
    }
)

# bounce_classification, in lower case: is it the address's own fault?
SENDGRID_CLASSES: Final[Mapping[str, bool]] = MappingProxyType(
    {
        "invalid address": True,
        "mailbox unavailable": True,
        "content": False,
        "frequency or volume too high": False,
        "reputation": False,
        "technical failure": False,
        "unclassified": False,
    }
)

# RFC 3463: 5.1.x bad address, 5.2.1 disabled mailbox. A full mailbox (5.2.2) is no proof of a dead one, whatever its class.
_DEAD_STATUS: Final = re.compile(r"5\.1\.\d{1,3}|5\.2\.1")
_FULL_STATUS: Final = "5.2.2"
# What a mail server says itself: these alone are about the mailbox. 5.1.7 and 5.1.8 are about our own address.
_DEAD_MAILBOX: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})

# --- Twilio -------------------------------------------------------------------------------------------------------

TWILIO: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "accepted": _TAKEN,
        "scheduled": _TAKEN,
        "queued": _TAKEN,
        "sending": _TAKEN,
        "sent": _TAKEN,  # may be the last word: not every carrier sends receipts
        "delivered": Meaning(fact="delivered_at", settles="sent"),
        "read": Meaning(fact="delivered_at", settles="sent"),
        "partially_delivered": _TAKEN,
        "undelivered": Meaning(fact="failed_at", settles="sent"),  # it left Twilio: a second one would be a second text
        "failed": _DROPPED,
        "canceled": _DROPPED,
        "rejected": _DROPPED,  # our word for an error answer to the create request
        "receiving": Meaning(),  # the two statuses of inbound messages
        "received": Meaning(),
    }
)
_TWILIO_FAILED: Final = frozenset({"undelivered", "failed", "rejected"})


@dataclass(frozen=True, slots=True)
class Code:
    """What an error code adds to a failed status."""

    suppress: str | None = None
    alert: str | None = None
    retry: bool = False
    verdict: Literal["as_status", "nothing_created", "doubtful"] = "as_status"
    """What a create request answered with this code leaves behind: a failure, nothing at all, or nobody knows."""


TWILIO_CODES: Final[Mapping[str, Code]] = MappingProxyType(
    {
        "21610": Code(suppress="provider_stop"),
        "21211": Code(suppress="invalid", alert="number_unusable"),
        "21614": Code(suppress="not_sms_capable", alert="number_unusable"),
        "21635": Code(suppress="not_sms_capable", alert="number_unusable"),
        "21612": Code(alert="not_routable"),
        "21408": Code(alert="country_off"),
        "21606": Code(alert="wrong_sender"),
        "21659": Code(alert="wrong_sender"),
        "21608": Code(alert="wrong_sender"),
        "21611": Code(alert="backlog", retry=True, verdict="nothing_created"),
        "30001": Code(alert="backlog", retry=True),
        "20003": Code(alert="auth", retry=True, verdict="nothing_created"),
        "30002": Code(alert="auth"),
        "20429": Code(retry=True, verdict="nothing_created"),
        "429": Code(retry=True, verdict="nothing_created"),
        "20500": Code(verdict="doubtful"),
        "30003": Code(retry=True),
        "30004": Code(alert="refused_by_carrier"),
        "30005": Code(suppress="disconnected", alert="number_unusable"),
        "30006": Code(suppress="not_sms_capable", alert="number_unusable"),
        "30007": Code(alert="filtered"),
        "30008": Code(retry=True),
        "30022": Code(alert="too_fast", retry=True),
        "30023": Code(alert="daily_cap", retry=True),
        "30027": Code(alert="daily_cap", retry=True),
        "30032": Code(alert="not_registered"),
        "30034": Code(alert="not_registered"),
        "30036": Code(retry=True),
        "30450": Code(alert="pumping_block", retry=True),
        "30610": Code(alert="quiet_hours", retry=True),
        "30047": Code(alert="quiet_hours", retry=True),
    }
)

# --- SMTP (and bounce and complaint reports that come back as email) ------------------------------------------------

SMTP: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "accepted": _TAKEN,
        "relayed": _TAKEN,
        "expanded": _TAKEN,
        "delayed": _TAKEN,  # RFC 3464: never a bounce
        "delivered": Meaning(fact="delivered_at", settles="sent"),
        "failed": _BOUNCED,  # refined by the status code
        "rejected": _DROPPED,  # refined by the status code
        # The feedback types of RFC 5965 and 6430. Whoever reports our email as fraud wants no more of them either.
        "abuse": _COMPLAINED,
        "fraud": replace(_COMPLAINED, alert="called_fraud"),
        "opt-out": Meaning(settles="sent", suppress="unsubscribe"),
        "not-spam": _TAKEN,
        "virus": replace(_TAKEN, alert="unknown"),
        "auth-failure": replace(_TAKEN, alert="unknown"),
        "other": replace(_TAKEN, alert="unknown"),
    }
)


def meaning(provider: str, event: str, *, code: str | None = None, kind: str | None = None) -> Meaning:
    """What follows from a provider's report.

    `event` is the provider's own word (SendGrid `event`, Twilio `MessageStatus`, RFC 3464 `Action`, ARF feedback type)
    or "rejected" for an error answer to the request itself. `code` is Twilio's ErrorCode or the enhanced status of a
    bounce (5.1.1). `kind` is what else SendGrid said: for a bounce its `type`, its `bounce_classification`, or both as
    "type/classification"; for a drop its `reason`. Case and spaces around do not matter. Never raises.
    """
    word, number, detail = _plain(event), _plain(code), _plain(kind)
    if provider == "sendgrid":
        return _sendgrid(word, number, detail)
    if provider == "twilio":
        return _twilio(word, number)
    if provider == "smtp":
        return _smtp(word, number)
    return _UNKNOWN


def _plain(text: str | None) -> str:
    return "" if text is None else str(text).strip().casefold()


def _sendgrid(event: str, status: str, kind: str) -> Meaning:
    if event == "rejected":
        return SENDGRID_REFUSED.get(status, replace(_DROPPED, alert="unknown"))
    if event == "dropped":
        known = [reason for reason in SENDGRID_DROPPED if kind.startswith(reason)]
        return SENDGRID_DROPPED[max(known, key=len)] if known else SENDGRID["dropped"]
    if event != "bounce":
        return SENDGRID.get(event, _UNKNOWN)
    words = {word.strip() for word in kind.split("/")}
    if "blocked" in words:
        return SENDGRID["blocked"]
    by_class = any(SENDGRID_CLASSES.get(word, False) for word in words)
    return replace(_BOUNCED, suppress="bounce") if _dead(status, by_class) else SENDGRID["bounce"]


def _dead(status: str, by_class: bool = False) -> bool:
    return bool(_DEAD_STATUS.fullmatch(status)) or (by_class and status != _FULL_STATUS)


def _twilio(status: str, number: str) -> Meaning:
    base = TWILIO.get(status)
    if base is None:
        return _UNKNOWN
    if status not in _TWILIO_FAILED:
        return base
    code = TWILIO_CODES.get(number)
    if code is None:
        return replace(base, alert="unknown")
    if status == "rejected" and code.verdict != "as_status":
        base = Meaning()  # nothing exists, or nobody knows: neither is a failure of this message
    return replace(base, suppress=code.suppress, alert=code.alert, retry=code.retry)


def _smtp(event: str, status: str) -> Meaning:
    base = SMTP.get(event, _UNKNOWN)
    return replace(base, suppress="bounce") if event in ("failed", "rejected") and status in _DEAD_MAILBOX else base
