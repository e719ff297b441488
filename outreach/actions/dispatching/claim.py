"""Claim: lock who is due, decide each by the rules, record the intent, move the cursors. One transaction."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from django.conf import settings
from django.db import IntegrityError, transaction

from outreach.actions.dispatching import pace
from outreach.actions.dispatching.judging import Go, Leave, Wait, judge, track_of
from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.rows import Person, lock_due, run
from outreach.actions.dispatching.waiting import groups_with_work, paused_until
from outreach.models import Step
from outreach.rules import planner
from outreach.rules.cadence import Track


@dataclass(frozen=True, slots=True)
class Group:
    """Everyone who is due the same step of the same campaign: what one provider call can carry."""

    campaign: int
    series: int
    step: int
    steps: int  # how many steps the channel has
    topic: str
    cadence: str


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """A recorded intent: the batch's id and key, and what it carries."""

    id: int
    key: uuid.UUID
    group: Group
    step_id: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim decided: how many people, and the batch to send if anyone is to get something.

    `wait` seconds, when set, says that there is work but no token for it yet.
    """

    decided: int
    batch: ClaimedBatch | None
    wait: float = 0.0


@dataclass(slots=True)
class _Verdicts:
    """The decisions of one claim, as columns ready for set-based statements."""

    send: list[Person] = field(default_factory=list)
    skip: list[tuple[Person, str]] = field(default_factory=list)
    leave: list[tuple[Person, str]] = field(default_factory=list)  # skip, and the enrollment ends
    defer: list[tuple[Person, datetime, str]] = field(default_factory=list)


def claim(lane: Lane, now: datetime, worker: str) -> Claimed | None:
    """Claims one batch of the oldest due step that is not being claimed elsewhere. None when nothing is due."""
    if paused_until(lane.channel, now):
        return None
    for campaign, series, step, steps, topic, cadence, parts in groups_with_work(lane.channel, now):
        group = Group(campaign, series, step, steps, topic, cadence)
        cost = float(max(parts, 1)) if lane.channel == "sms" else 1.0
        granted = pace.take(lane.channel, lane.per_second, lane.batch_size, cost)
        if not granted:
            return Claimed(0, None, wait=cost / lane.per_second)
        try:
            claimed = _claim_group(lane, group, granted, now, worker)
        except IntegrityError:
            # another worker claimed the same address at this very moment; the next turn sees its message
            claimed = None
        used = claimed[1] if claimed else 0
        pace.give_back(lane.channel, (granted - used) * cost)
        if claimed:
            return claimed[0]
    return None


@transaction.atomic
def _claim_group(lane: Lane, group: Group, limit: int, now: datetime, worker: str) -> tuple[Claimed, int] | None:
    people = lock_due(
        channel=lane.channel, campaign=group.campaign, step=group.step, topic=group.topic, now=now, limit=limit
    )
    if not people:
        return None
    track = track_of(lane, group.cadence)
    verdicts = _decide(lane, group, track, people, now)
    step_id = Step.objects.values_list("pk", flat=True).get(
        series_id=group.series, channel=lane.channel, number=group.step
    )
    batch = None
    if verdicts.send:
        opened = open_batch(lane, group.campaign, group.step, [p.subscriber for p in verdicts.send], worker)
        batch = ClaimedBatch(*opened, group, step_id)
    _record_messages(lane, group, step_id, batch, verdicts, now)
    _move_cursors(lane, group, track, verdicts, now)
    return Claimed(len(people), batch), len(verdicts.send)


def _decide(lane: Lane, group: Group, track: Track | None, people: Iterable[Person], now: datetime) -> _Verdicts:
    verdicts = _Verdicts()
    addresses: set[bytes] = set()
    for person in people:
        verdict = judge(person, lane, track, group.topic, planned_for=person.next_due_at, now=now)
        if isinstance(verdict, Go) and person.address_key in addresses:
            verdict = Leave("same_address")
        match verdict:
            case Go():
                verdicts.send.append(person)
                addresses.add(person.address_key or b"")
            case Wait(until, reason):
                verdicts.defer.append((person, until, reason))
            case Leave(reason, ends):
                (verdicts.leave if ends else verdicts.skip).append((person, reason))
            case _:
                assert_never(verdict)
    return verdicts


def open_batch(
    lane: Lane, campaign: int | None, step: int, subscribers: Sequence[int], worker: str
) -> tuple[int, uuid.UUID]:
    """Records the intent to make one call for these people: (id, key). Opt-outs wait for it from its commit on."""
    key = uuid.uuid4()
    ((batch,),) = run(
        """INSERT INTO batch (key, channel, campaign_id, step_number, status, subscriber_ids, worker, lease_until)
        VALUES (%s, %s, %s, %s, 'claimed', %s, %s, clock_timestamp() + make_interval(secs => %s)) RETURNING id""",
        [key, lane.channel, campaign, step, list(subscribers), worker, settings.LEASE_SECONDS],
    )
    return batch, key


def _record_messages(
    lane: Lane, group: Group, step_id: int, batch: ClaimedBatch | None, verdicts: _Verdicts, now: datetime
) -> None:
    """One message row per outcome that is known or intended now; a deferral stays on the cursor."""
    rows: list[tuple[Person, str, str]] = [(p, "sending", "") for p in verdicts.send]
    rows += [(p, "skipped", reason) for p, reason in verdicts.skip + verdicts.leave]
    if not rows:
        return
    run(
        """INSERT INTO message (key, kind, enrollment_id, step_number, step_id, campaign_id, subscriber_id, batch_id,
            channel, address_key, status, reason, provider, provider_id, parts, wanted_at, moved, zones, claimed_at,
            settled_at)
        SELECT v.key, 'step', v.enrollment, %(step)s, %(step_id)s, %(campaign)s, v.subscriber,
            CASE WHEN v.status = 'sending' THEN %(batch)s::bigint END, %(channel)s, v.address_key, v.status, v.reason,
            '', '', 0, v.wanted_at, v.moved, v.zones, %(now)s, CASE WHEN v.status = 'skipped' THEN %(now)s END
        FROM unnest(%(keys)s::uuid[], %(enrollments)s::bigint[], %(subscribers)s::bigint[], %(addresses)s::bytea[],
            %(statuses)s::text[], %(reasons)s::text[], %(wanted)s::timestamptz[], %(moved)s::text[], %(zones)s::text[])
            AS v(key, enrollment, subscriber, address_key, status, reason, wanted_at, moved, zones)""",
        {
            "step": group.step,
            "step_id": step_id,
            "campaign": group.campaign,
            "batch": batch.id if batch else None,
            "channel": lane.channel,
            "now": now,
            "keys": [uuid.uuid4() for _ in rows],
            "enrollments": [p.row for p, _, _ in rows],
            "subscribers": [p.subscriber for p, _, _ in rows],
            "addresses": [p.address_key for p, _, _ in rows],
            "statuses": [status for _, status, _ in rows],
            "reasons": [reason for _, _, reason in rows],
            "wanted": [p.wanted_at for p, _, _ in rows],
            "moved": [p.moved for p, _, _ in rows],
            "zones": [",".join(p.place.zones) for p, _, _ in rows],
        },
    )


def _move_cursors(lane: Lane, group: Group, track: Track | None, verdicts: _Verdicts, now: datetime) -> None:
    """Advances those who were sent or skipped, ends those who may get nothing more, postpones the deferred."""
    moved: list[tuple[int, int, datetime, datetime, str, str, str]] = []
    # A last step that is being sent stays active until its outcome is settled: it may still come back.
    after_skip = "finished" if group.step >= group.steps else "active"
    going_on = [(p, "active") for p in verdicts.send] + [(p, after_skip) for p, _ in verdicts.skip]
    for person, status in going_on:
        due, wanted, why = next_planned(lane, group, track, person, now)
        moved.append((person.row, group.step + 1, due, wanted, why, status, ""))
    for person, reason in verdicts.leave:
        moved.append((person.row, group.step + 1, now, now, "", "exited", reason))
    for person, until, reason in verdicts.defer:
        moved.append((person.row, group.step, until, person.wanted_at or person.next_due_at, reason, "active", ""))
    run(
        """UPDATE enrollment e SET next_step = v.step, next_due_at = v.due, next_wanted_at = v.wanted,
            next_moved = v.moved, status = v.status, exit_reason = v.reason,
            ended_at = CASE WHEN v.status = 'active' THEN NULL ELSE %s::timestamptz END
        FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[],
            %s::text[]) AS v(id, step, due, wanted, moved, status, reason)
        WHERE e.id = v.id AND e.status = 'active'""",
        [now, *(list(column) for column in zip(*moved, strict=True))],
    )


def next_planned(
    lane: Lane, group: Group, track: Track | None, person: Person, now: datetime
) -> tuple[datetime, datetime, str]:
    """When the step after this one is due: (due, wanted, why it was moved). After the last step: now, never looked at."""
    if track is None or group.step >= group.steps:
        return now, now, ""
    (planned,) = planner.plan(
        track,
        group.step + 1,
        group.step,
        person.anchor,
        person.place,
        lane.schedules.quiet_hours,
        not_before=now + planner.MIN_GAP,
    )
    return planned.at, planned.wanted, planned.moved or ""
