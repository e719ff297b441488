"""Claim: record the intent to send one step to the people who are due it. One transaction, and it decides nothing yet.

The intent is one row: the batch, with the people in it. Their cursors stay where they are until the batch is settled,
and whoever is in an open batch is claimed by nobody else, so a claim that comes to nothing leaves nothing to undo.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from outreach.actions.dispatching import pace
from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.rota import rota
from outreach.actions.dispatching.rows import by_index, hot, run
from outreach.actions.dispatching.waiting import Group, stands
from outreach.actions.pausing import pause_lane
from outreach.rules import keys

LONG = 30.0  # seconds; no pace by the second makes a message wait so long


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """A recorded intent: the batch's id and key, what it carries, and for how many. `moment`: when it was claimed.

    `pace`: the leave to call, to be settled when the batch is over. `cost`: tokens of it that one message takes.
    """

    id: int
    key: uuid.UUID
    group: Group
    people: int
    moment: datetime
    pace: pace.Grant
    cost: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """The batch to send, or `wait`: seconds until the sender's pace has a token for the work there is."""

    batch: ClaimedBatch | None
    wait: float = 0.0


# The oldest first. Who is in an open batch is passed by: their step may still come back, or be in doubt.
_CLAIM = """
WITH due AS (
    SELECT e.id, e.subscriber_id, e.next_due_at FROM enrollment e
    WHERE e.status = 'active' AND e.channel = %(channel)s AND e.campaign_id = %(campaign)s::bigint
        AND e.next_step = %(step)s::smallint AND e.next_due_at <= %(now)s AND e.next_due_at >= %(since)s
        AND e.id NOT IN (SELECT u.id FROM batch b, unnest(b.enrollment_ids) AS u(id)
            WHERE b.status IN ('claimed', 'calling') AND b.campaign_id = %(campaign)s::bigint)
    ORDER BY e.next_due_at LIMIT %(limit)s::int)
INSERT INTO batch (key, channel, campaign_id, step_number, status, enrollment_ids, subscriber_ids, address_keys, worker,
    moment, lease_until)
SELECT %(key)s::uuid, %(channel)s, %(campaign)s::bigint, %(step)s::smallint, 'claimed',
    array_agg(due.id ORDER BY due.id), array_agg(due.subscriber_id ORDER BY due.id),
    array_agg(s.{address}_key ORDER BY due.id), %(worker)s::text, %(now)s,
    clock_timestamp() + make_interval(secs => %(lease)s::float8)
FROM {once} due JOIN subscriber s ON s.id = due.subscriber_id HAVING count(*) > 0
RETURNING id, cardinality(enrollment_ids), (SELECT max(next_due_at) FROM due)
"""
# Of several records with one number a batch holds one: should its worker die in the call, one doubt is recorded.
_ONE_OF_A_NUMBER = """(SELECT DISTINCT ON (p.phone_key) d.* FROM due d JOIN subscriber p ON p.id = d.subscriber_id
    ORDER BY p.phone_key, d.id)"""
_CLAIM_BY_CHANNEL = {
    "email": _CLAIM.format(address="email", once=""),
    "sms": _CLAIM.format(address="phone", once=_ONE_OF_A_NUMBER),
}


def claim(lane: Lane, now: datetime, worker: str) -> Claimed | None:
    """Claims one batch of the oldest due step. None when nothing is due, or the lane waits."""
    lane_stands = stands(lane.channel, now)
    if lane_stands.paused:
        return None
    for group in rota(lane.channel).turns(now, lane_stands.since):
        cost = max(group.parts, 1)
        given = pace.grant(lane.channel, lane.permitted, want=lane.batch_size, cost=cost)
        if not given.messages:
            if given.wait > LONG:  # the day's allowance is used up
                pause_lane(lane.channel, now + timedelta(seconds=given.wait), "daily_cap")
            return Claimed(None, wait=given.wait)
        batch = _claim_group(lane, group, given, cost, now, worker, lane_stands.since)
        if batch:
            return Claimed(replace(batch, pace=pace.keep(given, batch.people, cost)))
        pace.keep(given, 0, cost)
    return None


@transaction.atomic
def _claim_group(
    lane: Lane, group: Group, given: pace.Grant, cost: int, now: datetime, worker: str, since: datetime
) -> ClaimedBatch | None:
    # One claim of a campaign at a time: each sees the batches of those before it, so nobody stands in two.
    # And no wait for the disk: the mark before the call is on it after this, or neither is. A claim that a crash of the
    # server forgets was never acted upon.
    run(
        """SELECT pg_advisory_xact_lock(hashtext('outreach claim'), %s), set_config('synchronous_commit', 'off', true)""",
        [group.campaign % 2**31],
    )
    by_index()
    key, turns = _fresh_key(now), rota(lane.channel)
    found = hot(
        _CLAIM_BY_CHANNEL[lane.channel],
        {
            "channel": lane.channel, "campaign": group.campaign, "step": group.step, "now": now, "limit": given.messages,
            "since": max(turns.since(group), since), "key": key, "worker": worker, "lease": settings.LEASE_SECONDS,
        },
    )  # fmt: skip
    if not found:
        turns.claimed(group, None)
        return None
    ((batch, people, last_due),) = found
    turns.claimed(group, last_due)
    return ClaimedBatch(batch, key, group, people, now, given, cost)


def _fresh_key(now: datetime) -> uuid.UUID:
    return keys.batch_key(now, secrets.randbits(keys.RANDOM_BITS))


def open_batch(
    lane: Lane, subscribers: Sequence[int], address_keys: Sequence[bytes], now: datetime, worker: str
) -> tuple[int, uuid.UUID]:
    """Records the intent to make one call outside any series for these people: (id, key)."""
    key = _fresh_key(now)
    ((batch,),) = run(
        """INSERT INTO batch (key, channel, step_number, status, enrollment_ids, subscriber_ids, address_keys, worker,
            moment, lease_until)
        VALUES (%s, %s, 0, 'claimed', '{}', %s, %s, %s, %s, clock_timestamp() + make_interval(secs => %s)) RETURNING id""",
        [key, lane.channel, list(subscribers), list(address_keys), worker, now, settings.LEASE_SECONDS],
    )
    return batch, key
