"""The values that schedules.yaml becomes: organisation, senders, quiet hours, caps, topics, cadences, series, ticks,
retention.

rules/cadence.py reads the file, explains every mistake with its line, and hands out these values; rules/hours.py and
rules/planner.py decide with them. All are frozen and, except Schedules, hashable, so that pure look-ups can be cached
on them. A constructor refuses what no reader may let through (ValueError); the kind words are the parser's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

Channel = Literal["email", "sms"]
Late = Literal["send", "next_window", "drop"]
TextSenderKind = Literal["10dlc", "toll_free", "short_code"]

MIDNIGHT = time(0)
CARRIER_ZONE = "America/Los_Angeles"  # T-Mobile's daily limit of a brand begins anew at midnight, Pacific time
EVERY_DAY: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a local day, start included, end excluded: Window(time(9), time(20)) is 09:00 to 19:59:59.

    An end earlier than the start runs over midnight (18:00-02:00). An end of 00:00 is the end of the day, so
    00:00-00:00 is the whole day; any other start equal to its end is refused, as nobody can tell all from nothing.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("a window holds wall-clock times; the zone comes from the person")
        if self.start == self.end != MIDNIGHT:
            raise ValueError(f"a window from {self.start:%H:%M} to {self.end:%H:%M} is empty or endless; write which")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


WHOLE_DAY = Window(MIDNIGHT, MIDNIGHT)


@dataclass(frozen=True, slots=True)
class StateWindow:
    """Text hours of the organisation's own for one state; they are intersected with the law, so they only tighten.

    state: two letters ("TX"). sunday_sms: None means no text on a Sunday.
    """

    state: str
    sms: Window
    sunday_sms: Window | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When the organisation itself is willing to write, in the person's local time.

    sms and sunday_sms hold in addition to the state table of rules/hours.py, never instead of it. sunday_sms None means
    no text on a Sunday. zone is the organisation's own IANA zone: emails to a person whose zone is unknown keep its
    hours (texts to such a person are held instead).
    """

    sms: Window
    sunday_sms: Window | None
    email: Window
    states: tuple[StateWindow, ...] = ()
    zone: str = "America/New_York"


@dataclass(frozen=True, slots=True)
class Caps:
    """The most one person gets in any rolling 24 hours, over all campaigns; messages_per_24h: emails and texts together."""

    texts_per_24h: int
    emails_per_24h: int
    messages_per_24h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who writes. neutral_name is what discreet people see in place of the name ("A. Health Notes"). form_sites are the
    websites (origins) that may show the sign-up form in a frame."""

    name: str
    short_name: str
    postal_address: str
    phone: str
    email: str
    website: str | None
    neutral_name: str
    form_sites: tuple[str, ...] = ()

    def as_neutral(self) -> Organisation:
        """The organisation under the name that says nothing of what it is about."""
        return replace(self, name=self.neutral_name, short_name=self.neutral_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSender:
    """The address emails come from, and how fast: per_second messages, at most batch (<= 1000) in one provider call.

    per_day: the most emails from one midnight to the next in the organisation's zone; None has no limit.
    """

    name: str
    address: str
    discreet_name: str
    reply_to: str
    per_second: float
    batch: int
    per_day: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.batch <= 1000:
            raise ValueError("one provider call carries 1 to 1000 emails")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSender:
    """The number or messaging service texts come from, and its permitted pace in parts (not messages).

    parts_per_day: the carriers' limit from one midnight to the next in CARRIER_ZONE; None has no limit.
    stale_after_months: a consent so old is not acted on any more for a number that had no text from us in that time.
    """

    number: str | None
    messaging_service: str | None
    kind: TextSenderKind
    parts_per_second: float
    parts_per_day: int | None
    batch: int
    stale_after_months: int = 18

    def stale_before(self, now: datetime) -> datetime:
        """Consents to texts from before this moment are stale for a number that had no text from us since."""
        return now - timedelta(days=round(self.stale_after_months * 30.4375))


@dataclass(frozen=True, slots=True)
class Senders:
    """One sender per channel."""

    email: EmailSender
    sms: TextSender


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Something a person can ask for and leave, by channel. label and label_es are read by people."""

    key: str
    label: str
    label_es: str
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """When one channel of a cadence writes.

    days: local calendar days after the anchor, rising (0 is the anchor's own day); later steps follow every then_every
    days (>= 1). at: wall-clock time in the person's zone. weekdays: 0 is Monday. late says what becomes of a step found
    more than late_after behind its planned moment: "send" now, wait for the "next_window", or "drop" it.
    """

    channel: Channel
    days: tuple[int, ...]
    then_every: int
    at: time
    weekdays: frozenset[int]
    late: Late
    late_after: timedelta

    def __post_init__(self) -> None:
        if any(day < 0 for day in self.days) or any(b <= a for a, b in zip(self.days, self.days[1:], strict=False)):
            raise ValueError("days are whole days after the start, each later than the one before")
        if self.then_every < 1:
            raise ValueError("then_every is a number of days, 1 or more")
        if self.at.tzinfo is not None:
            raise ValueError("at is a wall-clock time; the zone comes from the person")
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError("weekdays are numbers from 0 (Monday) to 6 (Sunday), at least one")
        if self.late_after < timedelta(0):
            raise ValueError("late_after cannot be negative")

    def day(self, number: int) -> int:
        """Days after the anchor of step `number` (from 0 within the channel)."""
        if number < 0:
            raise ValueError("steps are counted from 0")
        if number < len(self.days):
            return self.days[number]
        if not self.days:
            return number * self.then_every
        return self.days[-1] + (number - len(self.days) + 1) * self.then_every

    def slowed(self, times: int) -> Track:
        """The same track for somebody who asked for fewer: every gap is `times` as long."""
        if times == 1:
            return self
        return replace(self, days=tuple(day * times for day in self.days), then_every=self.then_every * times)


@dataclass(frozen=True, slots=True)
class Cadence:
    """A named rhythm; a channel it does not write on has no track."""

    name: str
    email: Track | None
    sms: Track | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlan:
    """An article to be sent as a series: its file, its rhythm, its topic, and whom (a segment's name, None: everyone)."""

    slug: str
    article: str
    cadence: str
    topic: str
    audience: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Somebody who is paged when a crisis waits. `name` is a label ("First on call"); phone in E.164; at least one way."""

    name: str
    phone: str | None
    email: str | None

    def __post_init__(self) -> None:
        if not (self.phone or self.email):
            raise ValueError("somebody on call has a phone, an email address, or both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """How often, in seconds, the clockwork looks for due work, swept batches, doubtful sends and missed replies."""

    tick_seconds: int
    sweep_seconds: int
    reconcile_seconds: int
    poll_inbound_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what people wrote and what providers reported is kept, in days, and a person who has left, in years. The
    consent ledger's entries and the suppressions stay for ever; consent must be provable for five years after the last
    message (protocols.md section 5), so a person is never erased by the clock before that."""

    texts_days: int = 730
    reports_days: int = 180
    people_years: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """Everything a person edits in schedules.yaml, checked."""

    organisation: Organisation
    senders: Senders
    quiet_hours: QuietHours
    caps: Caps
    topics: tuple[Topic, ...]
    cadences: Mapping[str, Cadence]
    series: tuple[SeriesPlan, ...]
    ticks: Ticks
    on_call: tuple[OnCall, ...] = ()
    """Whom a crisis is paged to, in this order."""
    on_call_test: time = time(18)
    """When the pager is tried every evening, by the clock of the organisation's zone: before the night, not in it."""
    retention: Retention = Retention()
