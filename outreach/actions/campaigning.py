"""Campaigns: start, pause, resume, stop; and who is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from outreach.actions import audience, grouping, schedules
from outreach.actions.dispatching.rows import run
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Campaign, Series
from outreach.rules import lifecycle, planner
from outreach.rules.cadence import Schedules, Track


@transaction.atomic
def create(
    series: Series, *, name: str, who: dict[str, Any] | None, now: datetime, actor: User | None = None
) -> Campaign:
    """A draft campaign for a published series. `who` is a condition of rules/audience, or None for everyone.

    Raises Refused for a series that is not published, a condition that cannot be read, and a tag that nobody has.
    """
    if series.status != "published":
        raise Refused(f"“{series.title}” is {series.status}: publish it first.")
    if who:
        audience.where(who)  # refuses what it cannot read
        audience.check_tags(who)
    campaign = Campaign.objects.create(series=series, name=name, audience=who or {}, created_at=now, created_by=actor)
    note("created", campaign, now=now, actor=actor)
    return campaign


def start(campaign: Campaign, *, now: datetime, actor: User | None = None) -> int:
    """Starts a campaign and enrolls its audience. Returns how many runs were opened."""
    with transaction.atomic():
        _move(campaign, "running", of=("draft",))
        Campaign.objects.filter(pk=campaign.pk).update(started_at=now)
        note("started", campaign, now=now, actor=actor)
        return enroll(campaign, now=now)


@transaction.atomic
def pause(campaign: Campaign, *, now: datetime, actor: User | None = None) -> None:
    """Nothing more starts until it is resumed. People keep their place."""
    _move(campaign, "paused")
    note("paused", campaign, now=now, actor=actor)


@transaction.atomic
def resume(campaign: Campaign, *, now: datetime, actor: User | None = None) -> None:
    """Goes on; what became due meanwhile follows each step's own rule for being late."""
    _move(campaign, "running", of=("paused",))
    note("resumed", campaign, now=now, actor=actor)


@transaction.atomic
def stop(campaign: Campaign, *, now: datetime, actor: User | None = None) -> int:
    """Ends a campaign for good. Returns how many runs it ended."""
    _move(campaign, "stopped")
    Campaign.objects.filter(pk=campaign.pk).update(ended_at=now)
    run(
        "SELECT id FROM enrollment WHERE campaign_id = %s AND status IN ('active', 'paused') ORDER BY id FOR UPDATE",
        [campaign.pk],
    )
    ended = campaign.enrollments.filter(status__in=lifecycle.sources("enrollment", "exited")).update(
        status="exited", exit_reason="campaign_stopped", ended_at=now
    )
    note("stopped", campaign, now=now, actor=actor, detail=f"{ended} runs ended")
    return ended


def finish_done(now: datetime) -> int:
    """Marks campaigns whose every run has ended. Returns how many."""
    rows = run(
        """UPDATE campaign c SET status = 'finished', ended_at = %s WHERE status = 'running' AND started_at < %s
            AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.channel = 'email' AND e.campaign_id = c.id
                AND e.status = 'active')
            AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.channel = 'sms' AND e.campaign_id = c.id
                AND e.status = 'active') RETURNING id""",
        [now, now],
    )
    return len(rows)


@transaction.atomic
def enroll(campaign: Campaign, *, now: datetime, only: int | None = None) -> int:
    """Opens a run per channel for everyone in the audience with consent and an address. Enrolling twice changes nothing.

    `only`: a subscriber's id, to add nobody else.

    Returns how many runs were opened. Raises Refused for a campaign that has not begun or is over.
    """
    if not Campaign.objects.filter(pk=campaign.pk, status__in=("running", "paused")).exists():
        raise Refused(f"The campaign “{campaign.name}” is not running: nobody can be added to it.")
    in_force = schedules.current()
    cadence = in_force.cadences.get(campaign.series.cadence)
    if cadence is None:
        raise Refused(f"No cadence is called “{campaign.series.cadence}” any more: apply schedules that have it.")
    condition, values = audience.where(campaign.audience)
    if only is not None:
        condition, values = f"s.id = %s AND ({condition})", [only, *values]
    opened = 0
    for channel, track in (("email", cadence.email), ("sms", cadence.sms)):
        if track is None or not campaign.series.steps.filter(channel=channel).exists():
            continue
        joining, given = _joining(campaign, channel, condition, values, in_force.senders.sms.stale_before(now))
        if only is not None:
            opened += _open_runs(campaign, channel, track, f"({joining})", given, in_force, now)
            continue
        run(f"CREATE TEMPORARY TABLE joining ON COMMIT DROP AS {joining}", given)
        run("ANALYZE joining")  # else it counts as small, and is joined row by row
        opened += _open_runs(campaign, channel, track, "joining", [], in_force, now)
        run("DROP TABLE joining")
    return opened


def _joining(
    campaign: Campaign, channel: str, condition: str, values: Sequence[Any], stale_before: datetime
) -> tuple[str, list[Any]]:
    """(SQL, values) for the people of the audience who may be written to and are not in it yet."""
    reach = audience.who_may_get(channel, campaign.series.topic, condition, values, stale_before=stale_before)
    return (
        f"""SELECT s.id, s.phone, s.zip_code, s.zone, s.state FROM subscriber s {reach.joins} WHERE {reach.condition}
            AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.campaign_id = %s AND e.subscriber_id = s.id
                AND e.channel = %s)""",
        [*reach.join_values, *reach.values, campaign.pk, channel],
    )


def _open_runs(
    campaign: Campaign,
    channel: str,
    track: Track,
    source: str,
    values: Sequence[Any],
    in_force: Schedules,
    now: datetime,
) -> int:
    """Opens a run for everyone in `source`: the first moment is planned once per place, the rows are written by set."""
    known = grouping.kinds(source, values)
    groups = grouping.groups(known, source, values)
    if not groups:
        return 0
    firsts = [planner.plan(track, 1, 0, now, g.place, in_force.quiet_hours, not_before=now)[0] for g in groups]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO enrollment (campaign_id, subscriber_id, channel, status, anchor, next_step, next_due_at,
                next_wanted_at, next_moved, exit_reason, created_at)
            SELECT %s, p.id, %s, 'active', %s, 1, f.due, f.wanted, f.moved, '', %s
            FROM (SELECT s.id, {known.sql} AS kind FROM {source} s) p
            JOIN unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[]) AS f(kind, due, wanted, moved)
                USING (kind)
            ORDER BY p.id
            ON CONFLICT (campaign_id, subscriber_id, channel) DO NOTHING""",
            [
                campaign.pk,
                channel,
                now,
                now,
                *known.values,
                *values,
                [g.kind for g in groups],
                [p.at for p in firsts],
                [p.wanted for p in firsts],
                [p.moved or "" for p in firsts],
            ],
        )
        return int(cursor.rowcount)


def _move(campaign: Campaign, status: str, of: Sequence[str] | None = None) -> None:
    """Moves the row if it stands where the move may begin: at one of `of`, where one act has fewer than the table."""
    begins = lifecycle.sources("campaign", status) if of is None else of
    moved = Campaign.objects.filter(pk=campaign.pk, status__in=begins).update(status=status)
    if not moved:
        campaign.refresh_from_db(fields=["status"])
        before = f" It can be {' or '.join(begins)} before that." if campaign.status == status or of else ""
        raise Refused(f"The campaign “{campaign.name}” is {campaign.status} and cannot become {status}.{before}")
    campaign.status = status
