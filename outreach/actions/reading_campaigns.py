"""What the campaign pages show: progress by step, outcomes, and what an act would do, in numbers. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Min, Q, QuerySet

from outreach.actions import audience
from outreach.actions.dispatching.rows import run
from outreach.actions.simulating import simulate
from outreach.models import Campaign, Enrollment, Message, Step
from outreach.rules.audience import AudienceInvalid, parse, say

WITHDRAWN = Q(exit_reason__in=("opted_out", "revoked")) | Q(exit_reason__startswith="suppressed")


@dataclass(slots=True)
class StepRow:
    """One step of a campaign: how many people are where with it."""

    channel: str
    number: int
    title: str
    counts: dict[str, int] = field(default_factory=dict)
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    waiting: int = 0
    first_due: datetime | None = None

    def of(self, status: str) -> int:
        """How many messages of this step have a status."""
        return self.counts.get(status, 0)

    @property
    def everyone(self) -> int:
        """People this step concerns so far."""
        return sum(self.counts.values()) + self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A campaign at this moment. `left` counts messages still to come, if nobody leaves."""

    campaign: Campaign
    whom: str
    rows: Sequence[StepRow]
    runs: Mapping[str, int]
    withdrawn: int
    left: int
    next_due: datetime | None
    last_sent: datetime | None

    @property
    def totals(self) -> dict[str, int]:
        """Outcomes over all steps."""
        names = ("sent", "skipped", "failed", "uncertain")
        return {name: sum(row.of(name) for row in self.rows) for name in names}

    @property
    def delivered(self) -> int:
        """Messages a provider reported as delivered."""
        return sum(row.delivered for row in self.rows)

    @property
    def bounced(self) -> int:
        """Messages that came back."""
        return sum(row.bounced for row in self.rows)

    @property
    def complained(self) -> int:
        """Messages somebody reported as spam."""
        return sum(row.complained for row in self.rows)

    @property
    def done_share(self) -> int:
        """How much is behind us, in whole percent; 100 only when nothing is left."""
        done = sum(self.totals.values())
        return int(100 * done / (done + self.left)) if done + self.left else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What starting, pausing, resuming or stopping would do now."""

    people: int
    messages: int
    soon: int  # due within a day
    overdue: int
    by_channel: Mapping[str, int]
    held: int
    whom: str
    reached: Mapping[str, int] = field(default_factory=dict)  # of a start: people by channel
    midway: int = 0  # of a start: people whom another campaign is giving the same series already


def all_campaigns() -> QuerySet[Campaign]:
    """Every campaign, the newest first."""
    return Campaign.objects.select_related("series").order_by("-created_at", "-pk")


def whom(campaign: Campaign) -> str:
    """Whom a campaign is for, in words."""
    try:
        return say(parse(campaign.audience))
    except AudienceInvalid:  # it was checked when it was made; rules may have become stricter since
        return "an audience that can no longer be read"


def run_counts(campaigns: Sequence[Campaign]) -> dict[int, dict[str, int]]:
    """campaign id -> status of a run -> how many."""
    counts: dict[int, dict[str, int]] = {c.pk: {} for c in campaigns}
    rows = Enrollment.objects.filter(campaign__in=counts).values_list("campaign_id", "status").annotate(n=Count("pk"))
    for campaign, status, n in rows:
        counts[campaign][status] = n
    return counts


def progress(campaign_id: int) -> Progress | None:
    """A campaign as it stands, or None when there is none with this number."""
    campaign = Campaign.objects.select_related("series").filter(pk=campaign_id).first()
    if campaign is None:
        return None
    rows = _rows(campaign)
    steps = {channel: sum(r.channel == channel for r in rows.values()) for channel in ("email", "sms")}
    runs = Enrollment.objects.filter(campaign=campaign).aggregate(
        active=Count("pk", filter=Q(status="active")),
        paused=Count("pk", filter=Q(status="paused")),
        finished=Count("pk", filter=Q(status="finished")),
        exited=Count("pk", filter=Q(status="exited")),
        withdrawn=Count("pk", filter=Q(status="exited") & WITHDRAWN),
    )
    _count_messages(campaign, rows)
    left = _count_waiting(campaign, rows, steps)
    due = [row.first_due for row in rows.values() if row.first_due]
    last = Message.objects.filter(campaign=campaign, status="sent").aggregate(last=Max("sent_at"))["last"]
    withdrawn = runs.pop("withdrawn")
    return Progress(
        campaign=campaign,
        whom=whom(campaign),
        rows=list(rows.values()),
        runs=runs,
        withdrawn=withdrawn,
        left=left,
        next_due=min(due) if due else None,
        last_sent=last,
    )


def consequence(campaign: Campaign, now: datetime) -> Consequence:
    """What a running or paused campaign still holds."""
    steps = dict(
        Step.objects.filter(series=campaign.series_id)
        .values_list("channel")
        .annotate(n=Count("pk"))
        .order_by("channel")
    )
    going_on = Enrollment.objects.filter(campaign=campaign, status__in=("active", "paused"))
    rows = going_on.values_list("channel", "next_step").annotate(
        n=Count("pk"),
        soon=Count("pk", filter=Q(next_due_at__lt=now + timedelta(days=1))),
        overdue=Count("pk", filter=Q(next_due_at__lt=now)),
    )
    by_channel = {"email": 0, "sms": 0}
    soon = overdue = 0
    for channel, step, n, near, late in rows:
        by_channel[channel] += n * max(0, steps.get(channel, 0) - step + 1)
        soon += near
        overdue += late
    return Consequence(
        people=going_on.aggregate(n=Count("subscriber", distinct=True))["n"],
        messages=sum(by_channel.values()),
        soon=soon,
        overdue=overdue,
        by_channel=by_channel,
        held=0,
        whom=whom(campaign),
    )


def consequence_of_start(campaign: Campaign, now: datetime) -> Consequence:
    """What starting a draft would do: the same plan that the sending uses. Raises Refused when it cannot be planned."""
    plan = simulate(campaign.series, now=now, days=3650, who=campaign.audience or None)
    by_channel = {"email": 0, "sms": 0}
    soon = 0
    for slot in plan.slots:
        by_channel[slot.channel] += slot.people
        soon += slot.people if slot.at < now + timedelta(days=1) else 0
    return Consequence(
        people=max(plan.people.values(), default=0),
        messages=sum(by_channel.values()),
        soon=soon,
        overdue=0,
        by_channel=by_channel,
        held=sum(plan.held.values()),
        whom=whom(campaign),
        reached=plan.people,
        midway=midway(campaign),
    )


def midway(campaign: Campaign) -> int:
    """How many people of its audience another campaign is giving the same series now: they would get every step of it twice."""
    condition, values = audience.where(campaign.audience)
    rows = run(
        f"""SELECT count(*) FROM subscriber s WHERE ({condition}) AND s.id IN (
            SELECT e.subscriber_id FROM enrollment e JOIN campaign c ON c.id = e.campaign_id
            WHERE c.series_id = %s AND c.id <> %s AND e.status IN ('active', 'paused'))""",
        [*values, campaign.series_id, campaign.pk],
    )
    return int(rows[0][0])


def _rows(campaign: Campaign) -> dict[tuple[str, int], StepRow]:
    steps = campaign.series.steps.order_by("channel", "number").values_list(
        "channel", "number", F("content__subject"), F("content__text")
    )
    return {
        (channel, number): StepRow(channel, number, subject or text or "") for channel, number, subject, text in steps
    }


def _count_messages(campaign: Campaign, rows: dict[tuple[str, int], StepRow]) -> None:
    found = (
        Message.objects.filter(campaign=campaign, kind="step")
        .exclude(status="returned")
        .values_list("channel", "step_number", "status")
        .annotate(
            n=Count("pk"),
            delivered=Count("delivered_at"),
            bounced=Count("bounced_at"),
            complained=Count("complained_at"),
        )
    )
    for channel, number, status, n, delivered, bounced, complained in found:
        row = rows.get((channel, number))
        if row is not None:
            row.counts[status] = n
            row.delivered += delivered
            row.bounced += bounced
            row.complained += complained


def _count_waiting(campaign: Campaign, rows: dict[tuple[str, int], StepRow], steps: Mapping[str, int]) -> int:
    """Fills in who waits for which step; returns how many messages are still to come."""
    left = 0
    waiting = (
        Enrollment.objects.filter(campaign=campaign, status__in=("active", "paused"))
        .values_list("channel", "next_step")
        .annotate(n=Count("pk"), first=Min("next_due_at"))
    )
    for channel, number, n, first in waiting:
        left += n * max(0, steps[channel] - number + 1)
        row = rows.get((channel, number))
        if row is not None:
            row.waiting, row.first_due = n, first
    return left
