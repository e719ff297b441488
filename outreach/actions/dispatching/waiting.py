"""Where there is work, what a lane waits for, and how an opt-out waits for the calls already running."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection, transaction

from outreach.actions.dispatching.rows import hot, run
from outreach.actions.dispatching.unconfirmed import unconfirmed
from outreach.models import LanePause

# Every running campaign × step is asked for its oldest due row through the partial index: the cost follows the number
# of campaigns, never the number of people.
_GROUPS = """
SELECT c.id, p.id, p.number, n.steps, r.topic, r.cadence, p.parts
FROM campaign c
JOIN series r ON r.id = c.series_id
JOIN step p ON p.series_id = r.id AND p.channel = %(channel)s
JOIN LATERAL (SELECT count(*) AS steps FROM step WHERE series_id = r.id AND channel = %(channel)s) n ON true
JOIN LATERAL (
    SELECT next_due_at FROM enrollment e WHERE e.status = 'active' AND e.channel = %(channel)s AND e.campaign_id = c.id
        AND e.next_step = p.number AND e.next_due_at <= %(now)s AND e.next_due_at >= %(since)s
        ORDER BY e.next_due_at LIMIT 1) d ON true
WHERE c.status = 'running' ORDER BY d.next_due_at
"""
# What waits for a decision after a standstill (catching_up) is passed by.
_STANDS = """
SELECT (SELECT until FROM lane_pause WHERE channel = %(channel)s AND until > %(now)s),
    (SELECT until + interval '1 microsecond' FROM catch_up WHERE channel = %(channel)s AND done_at IS NULL)
"""
EVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Group:
    """Everyone who is due the same step of the same campaign: what one provider call can carry."""

    campaign: int
    step_id: int
    step: int
    steps: int  # how many steps the channel has
    topic: str
    cadence: str
    parts: int  # SMS parts of the longest form; 0 for an email


@dataclass(frozen=True, slots=True)
class Stands:
    """`paused`: until when the lane waits because its provider asked for it, or None. `since`: what was due before that
    is not to be claimed."""

    paused: datetime | None
    since: datetime


def stands(channel: str, now: datetime) -> Stands:
    """How it stands with a lane."""
    ((paused, since),) = hot(_STANDS, {"channel": channel, "now": now})
    return Stands(paused, since or EVER)


def groups_with_work(channel: str, now: datetime, since: datetime = EVER) -> list[Group]:
    """Every step with someone due, at `since` or later, the one that waits longest first."""
    return [Group(*row) for row in hot(_GROUPS, {"channel": channel, "now": now, "since": since})]


def due_lanes(now: datetime) -> list[str]:
    """The channels that have work now and are not paused."""
    found = []
    for channel in ("email", "sms"):
        lane = stands(channel, now)
        if not lane.paused and (_to_confirm(channel, now) or groups_with_work(channel, now, lane.since)):
            found.append(channel)
    return found


def _to_confirm(channel: str, now: datetime) -> bool:
    return channel == "email" and bool(unconfirmed(now, limit=1))


def next_due() -> datetime | None:
    """The earliest moment at which any running campaign can do something. None when there is no future left.

    A lane that is paused can do nothing before its pause ends.
    """
    rows = run(
        """SELECT p.channel, min(d.next_due_at) FROM campaign c JOIN step p ON p.series_id = c.series_id
        JOIN LATERAL (SELECT next_due_at FROM enrollment e WHERE e.status = 'active' AND e.channel = p.channel
            AND e.campaign_id = c.id AND e.next_step = p.number
            AND e.next_due_at > coalesce((SELECT until FROM catch_up k WHERE k.channel = p.channel
                AND k.done_at IS NULL), '-infinity') ORDER BY e.next_due_at LIMIT 1) d ON true
        WHERE c.status = 'running' GROUP BY p.channel"""
    )
    pauses = dict(LanePause.objects.values_list("channel", "until"))
    return min((max(due, pauses.get(channel, due)) for channel, due in rows), default=None)


def paused_until(channel: str, now: datetime) -> datetime | None:
    """Until when a lane waits because its provider asked for it, or None."""
    return stands(channel, now).paused


def wait_for_batches_of(
    subscribers: list[int], address_key: bytes | None = None, *, limit: timedelta = timedelta(seconds=10)
) -> bool:
    """Waits until no open batch that holds these people, or a message to this address, can call on old knowledge.

    To be called after the opt-out is committed and before it is confirmed. A batch that has not begun its fence yet will
    read the opt-out there; one that has, holds its row lock until its call is over, and that is what is waited for.
    Returns False when `limit` ran out first: the confirmation must then not be given. Call it outside a transaction.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true)", [f"{int(limit.total_seconds() * 1000)}ms"]
            )
            cursor.execute(
                """SELECT id FROM batch WHERE status IN ('claimed', 'calling') AND (subscriber_ids && %s::bigint[]
                    OR %s::bytea = ANY(address_keys)) FOR SHARE""",
                [subscribers, address_key],
            )
    except OperationalError:  # the time ran out
        return False
    return True
