"""What the Today page shows: what needs a person, what goes out today, what became of the last day. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncHour

from outreach.actions import catching_up, pausing, reading_mail, trying_pager
from outreach.actions.reading_incidents import Crisis, open_crises
from outreach.actions.trying_pager import Tested
from outreach.errors import Refused
from outreach.models import (
    Alert,
    CatchUp,
    ConsentEvent,
    Enrollment,
    InboundEmail,
    InboundText,
    Message,
    Series,
    Subscriber,
)

DAY = timedelta(days=1)
REPORTS = timedelta(days=4)  # a mailbox provider may take three days to send an email back
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What waits for a person, the most urgent first. `texts` are the oldest of `texts_waiting`, `mails` the oldest of the
    emails that wait. `halted`: lanes that only a person lets go on."""

    crises: Sequence[Crisis]
    texts: Sequence[InboundText]
    texts_waiting: int
    mails: Sequence[InboundEmail]
    halted: Sequence[pausing.Waiting]
    alerts: Sequence[Alert]
    uncertain: int
    bounced: int
    reviews: Sequence[Series]
    held: int
    standstills: Sequence[CatchUp]
    pager: Tested | None

    @property
    def nothing(self) -> bool:
        """Whether nobody needs to do anything."""
        waits = (
            self.crises, self.texts_waiting, self.mails, self.halted, self.alerts, self.uncertain, self.reviews,
            self.standstills,
        )  # fmt: skip
        return not any(waits)


@dataclass(frozen=True, slots=True)
class Hour:
    """What one hour of today will send; `start` is aware, on the organisation's clock."""

    start: datetime
    emails: int
    texts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What happened to steps in the last 24 hours."""

    sent: int
    delivered: int
    bounced: int
    skipped: int
    failed: int
    opted_out: int


def attention(now: datetime) -> Attention:
    """Everything that needs a person at this moment."""
    crises = open_crises()
    shown_above = [message.inbound_id for crisis in crises for message in crisis.said if message.inbound_id]
    waiting = InboundText.objects.filter(needs_person=True, closed_at=None).exclude(pk__in=shown_above)
    return Attention(
        crises=crises,
        texts=list(waiting.select_related("subscriber").order_by("at")[:SHOWN]),
        texts_waiting=waiting.count(),
        mails=reading_mail.waiting(SHOWN),
        halted=[lane for lane in pausing.waiting(now) if lane.until_resumed],
        alerts=list(Alert.objects.filter(closed_at=None).order_by("-last_at")),
        uncertain=Message.objects.filter(status="uncertain").count(),
        bounced=Message.objects.filter(claimed_at__gt=now - REPORTS, bounced_at__gt=now - DAY).count(),
        reviews=list(Series.objects.filter(status="review").order_by("created_at")),
        held=Subscriber.objects.exclude(held_reason=None).count(),
        standstills=catching_up.waiting(),
        pager=_pager(),
    )


def _pager() -> Tested | None:
    """The last test of the pager, None before any schedules are applied."""
    try:
        return trying_pager.last_test()
    except Refused:
        return None


def due_today(now: datetime, zone: str) -> tuple[Hour, ...]:
    """What the running campaigns send until midnight on the clock of `zone`, by hour; what is late counts as now. Who is on
    hold, or asked for a pause, gets nothing today."""
    here = ZoneInfo(zone)
    local = now.astimezone(here)
    midnight = datetime.combine(local.date() + DAY, time(0), tzinfo=here)
    this_hour = local.replace(minute=0, second=0, microsecond=0)
    due = Enrollment.objects.filter(status="active", campaign__status="running", next_due_at__lt=midnight)
    waiting = Subscriber.objects.filter(Q(held_reason__isnull=False) | Q(paused_until__gte=midnight))
    due = due.exclude(subscriber__in=waiting.values("pk"))
    for channel, until in CatchUp.objects.filter(done_at=None).values_list("channel", "until"):
        due = due.exclude(channel=channel, next_due_at__lte=until)  # it waits for a decision
    rows = (
        due.annotate(hour=TruncHour("next_due_at", tzinfo=here)).values_list("hour", "channel").annotate(n=Count("pk"))
    )
    hours: dict[datetime, dict[str, int]] = {}
    for hour, channel, n in rows:
        counts = hours.setdefault(max(hour, this_hour), {"email": 0, "sms": 0})
        counts[channel] += n
    return tuple(Hour(start, counts["email"], counts["sms"]) for start, counts in sorted(hours.items()))


def summary(now: datetime) -> Summary:
    """The last 24 hours in numbers."""
    since = now - DAY
    counts = Message.objects.filter(kind="step", claimed_at__gt=now - REPORTS).aggregate(
        sent=Count("pk", filter=Q(status="sent", sent_at__gt=since)),
        delivered=Count("pk", filter=Q(delivered_at__gt=since)),
        bounced=Count("pk", filter=Q(bounced_at__gt=since)),
        skipped=Count("pk", filter=Q(status="skipped", settled_at__gt=since)),
        failed=Count("pk", filter=Q(status="failed", settled_at__gt=since)),
    )
    left = ConsentEvent.objects.filter(action="revoked", at__gt=since).aggregate(
        people=Count("subscriber", distinct=True)
    )
    return Summary(**counts, opted_out=left["people"])
