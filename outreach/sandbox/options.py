"""What one sandbox is started with. Values only; cli.py reads them from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BODY_LIMIT = 30 * 1024 * 1024  # bytes; SendGrid's limit for a whole message, and ours for any request
DEFAULT_NUMBER = "+14045550100"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Settings of one run.

    `webhook_base` is where the program under test listens; without it events are kept and posted nowhere.
    `numbers` are the account's own sender numbers; empty means every valid number is the account's.
    `verified_domains` are the From domains that are authenticated; empty means all.
    `event_batch_seconds` is how long email events gather before a POST (SendGrid: 30 s; here short).
    `retry_seconds` is the first pause before an event POST is repeated, doubled each time up to five minutes;
    `retry_for_seconds` is when repeating ends (SendGrid: 24 h).
    """

    directory: Path
    host: str = "127.0.0.1"
    port: int = 0
    webhook_base: str | None = None
    sendgrid_key: str | None = None
    twilio_sid: str | None = None
    twilio_token: str | None = None
    numbers: tuple[str, ...] = ()
    messaging_service: str | None = None
    verified_domains: tuple[str, ...] = ()
    event_batch_seconds: float = 0.1
    event_batch_size: int = 300
    retry_seconds: float = 0.5
    retry_for_seconds: float = 86_400.0

    def hook(self, path: str) -> str | None:
        """The full webhook address for a path of ours, or None when none was given."""
        return f"{self.webhook_base.rstrip('/')}{path}" if self.webhook_base else None

    @property
    def events_url(self) -> str | None:
        """Where email events go."""
        return self.hook("/hooks/sendgrid/events/")

    @property
    def inbound_mail_url(self) -> str | None:
        """Where emails written by people go."""
        return self.hook("/hooks/sendgrid/inbound/")

    @property
    def inbound_url(self) -> str | None:
        """Where texts written by people go."""
        return self.hook("/hooks/twilio/inbound/")
