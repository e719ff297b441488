"""What every provider takes and answers: batches in, one outcome per recipient out.

Neither SendGrid nor Twilio has an idempotency key, so the one question that matters after a call is "was it taken?".
Five outcomes answer it, and a provider never guesses: whatever may have been taken is `Unclear`.
No text in an outcome (`say`) holds a name, an address or a token: it may be logged and shown to staff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, TypeAlias

from outreach.providers.gate import Gate

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
BUSY_LEAST: Final = 1.0
BUSY_MOST: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it. `provider_id` is its own name for the message (SendGrid: for the whole call)."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused this message for good; trying it again unchanged cannot help.

    `code`: the provider's own error code as text ("21610", an enhanced SMTP status "5.1.1"), None when it gave none.
    """

    code: str | None
    say: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Surely not taken, the provider asks to wait: `after_seconds`, from 1 to 3600."""

    after_seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Surely not taken. `stop`: a person must act (bad key, suspended account) before any call can succeed."""

    say: str
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have been taken. Never resent by a machine; settled by the provider's own reports."""

    say: str


NOT_NOW: Final = Busy(BUSY_LEAST)  # what a message gets that the gate did not let begin

Outcome: TypeAlias = Accepted | Rejected | Busy | Unreachable | Unclear


def busy(after_seconds: float) -> Busy:
    """A `Busy` whose wait is bounded to 1 second … 1 hour, whatever a provider's header claims."""
    return Busy(min(BUSY_MOST, max(BUSY_LEAST, after_seconds)) if after_seconds == after_seconds else BUSY_MOST)


class EmailRecipient(NamedTuple):
    """One person of an email batch.

    `key` is our opaque message id (uuid hex); `substitutions` maps each mark of the batch's text and html to this
    person's words, already escaped; `headers` are this person's own (List-Unsubscribe …). `subject` and `from_name`
    replace the batch's when given.
    """

    key: str
    to: str
    subject: str | None = None
    from_name: str | None = None
    substitutions: Mapping[str, str] = NOTHING
    headers: Mapping[str, str] = NOTHING

    def __repr__(self) -> str:  # an address must not end in a log
        return f"EmailRecipient(key={self.key!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailBatch:
    """One email for up to 1,000 people. `text` and `html` hold marks where each person's own words go."""

    batch_key: str
    from_name: str
    from_address: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    recipients: tuple[EmailRecipient, ...]
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """One text. `key` is our opaque id and stands in the path of `status_callback` (an absolute URL).

    `validity_seconds`: how long Twilio may keep it queued, 1 to 36,000; the window of allowed hours closes then.
    """

    key: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str
    validity_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBatch:
    """Texts from one sender: a number in E.164, a Messaging Service (MG…), or both."""

    batch_key: str
    messages: tuple[TextMessage, ...]
    sender_number: str | None = None
    messaging_service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a provider reported about one message.

    `message_key`: our id, when the report carries it. `event`: the provider's word, as it stands in its documentation.
    `code`: an error code or enhanced status; `kind`: what refines the event (SendGrid: bounce type or classification,
    or the reason of a drop). `at`: aware UTC. `natural_key`: sha256 hex, equal for re-deliveries of the same report.
    """

    provider: str
    message_key: str | None
    event: str
    code: str | None
    kind: str | None
    at: datetime
    natural_key: str
    event_id: str | None
    provider_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A text somebody wrote to us. `opt_out_type`: STOP, START or HELP when Twilio itself has acted on it, else None.

    `at`: when Twilio got it, aware UTC; None in a webhook, which does not say.
    """

    provider_id: str
    from_number: str = field(repr=False)
    to_number: str
    body: str = field(repr=False)
    opt_out_type: str | None = None
    at: datetime | None = None
    messaging_service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A text we sent, as the provider's own list has it. `at`: when the provider created it, aware UTC."""

    provider_id: str
    body: str = field(repr=False)
    at: datetime
    status: str
    to: str = field(repr=False)
    from_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEmail:
    """An email the provider took, as its own list has it. `at`: the latest it knows of it, aware UTC."""

    provider_id: str
    to: str = field(repr=False)
    at: datetime


class ListUnavailable(Exception):
    """The provider's list could not be read to its end; nothing may be concluded from it. Ask again later.

    `after_seconds`: how long nothing more should be asked of that list, 0 when the provider did not say.
    """

    def __init__(self, say: str, after_seconds: float = 0.0) -> None:
        super().__init__(say)
        self.after_seconds = after_seconds


class EmailProvider(Protocol):
    """Sends email."""

    name: str

    def send(self, batch: EmailBatch, gate: Gate | None = None) -> Mapping[str, Outcome]:
        """Calls the provider. Never raises for provider trouble: every recipient's key gets exactly one outcome.

        `gate`: when each message may go. What it does not let begin any more is `Busy`: surely not taken.
        """
        ...


class EmailLists(Protocol):
    """Lists what it took of a batch."""

    def list_batch(self, batch_key: str) -> Sequence[ListedEmail]:
        """The emails of a batch (its key in hex) that were taken, as far as the list has come: who is missing may follow.

        Raises ListUnavailable when it cannot be read.
        """
        ...


class TextProvider(Protocol):
    """Sends texts, and lists what it took and got."""

    name: str

    def send(self, batch: TextBatch, gate: Gate | None = None) -> Mapping[str, Outcome]:
        """Calls the provider. Never raises for provider trouble: every message's key gets exactly one outcome.

        `gate`: when each message may go. What it does not let begin any more is `Busy`: surely not taken.
        """
        ...

    def list_sent(self, *, to: str, since: datetime) -> Sequence[Listed]:
        """Texts sent to a number since a moment, every page of them. Raises ListUnavailable when it cannot be read."""
        ...

    def list_inbound(self, *, since: datetime, to: str | None = None) -> Sequence[Inbound]:
        """Texts people wrote to us (to one number) since a moment, oldest first. Raises ListUnavailable when unreadable."""
        ...
