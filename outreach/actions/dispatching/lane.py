"""A lane: a channel with its sender, its provider and the schedules in force. Built once per turn, cheap to build."""

from dataclasses import dataclass

from outreach.actions import connecting, schedules
from outreach.providers.base import EmailProvider, TextProvider
from outreach.rules.cadence import Schedules
from outreach.rules.pacing import Permitted
from outreach.rules.schedule_values import CARRIER_ZONE, Channel


@dataclass(frozen=True, slots=True)
class Lane:
    """`channel` is "email" or "sms"; exactly one of the two providers is used."""

    channel: Channel
    schedules: Schedules
    email: EmailProvider | None = None
    sms: TextProvider | None = None

    @property
    def batch_size(self) -> int:
        """The most people one batch may hold."""
        senders = self.schedules.senders
        return senders.email.batch if self.channel == "email" else senders.sms.batch

    @property
    def permitted(self) -> Permitted:
        """The sender's pace, in emails or in SMS parts. One call carries a whole batch at SendGrid alone."""
        email, sms = self.schedules.senders.email, self.schedules.senders.sms
        if self.channel == "sms":
            return Permitted(
                per_second=sms.parts_per_second, per_day=sms.parts_per_day, day_zone=CARRIER_ZONE, spread=True
            )
        return Permitted(
            per_second=email.per_second, per_day=email.per_day, day_zone=self.schedules.quiet_hours.zone,
            spread=self.email is not None and self.email.name == "smtp",
        )  # fmt: skip

    @property
    def cap(self) -> int:
        """The most messages one person gets on this channel in a rolling 24 hours."""
        caps = self.schedules.caps
        return caps.emails_per_24h if self.channel == "email" else caps.texts_per_24h

    @property
    def cap_together(self) -> int:
        """The most messages one person gets in a rolling 24 hours, emails and texts together."""
        return self.schedules.caps.messages_per_24h


@dataclass(frozen=True, slots=True)
class Sent:
    """What one turn did: people decided on, messages given to the provider, and whether more may be waiting.

    `wait`: seconds until the sender's pace allows the next message; the caller waits, holding nothing.
    """

    claimed: int = 0
    called: int = 0
    more: bool = False
    wait: float = 0.0


def bare_lane(channel: Channel) -> Lane:
    """A lane that plans and cannot send."""
    return Lane(channel, schedules.current())


def lane(channel: Channel) -> Lane:
    """The lane of a channel, with this process's provider connection."""
    if channel == "email":
        return Lane(channel, schedules.current(), email=connecting.email_provider())
    return Lane(channel, schedules.current(), sms=connecting.text_provider())
