"""Lanes that must wait: a provider asked for it, or refuses us as a whole, or a person must look first."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from outreach.models import Activity, LanePause

UNTIL_RESUMED = datetime(9000, 1, 1, tzinfo=UTC)  # no clock gets there: only a person ends the pause


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lane that waits. `until_resumed`: only a person ends it, whatever `until` says."""

    channel: str
    until: datetime
    reason: str
    until_resumed: bool


def pause_lane(channel: str, until: datetime, reason: str) -> None:
    """Lets a lane wait. A longer wait that is already set stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO lane_pause (channel, until, reason) VALUES (%s, %s, %s)
            ON CONFLICT (channel) DO UPDATE SET until = excluded.until, reason = excluded.reason
            WHERE lane_pause.until < excluded.until""",
            [channel, until, reason],
        )


def waiting(now: datetime) -> list[Waiting]:
    """Every lane that waits."""
    found = LanePause.objects.filter(until__gt=now).order_by("channel")
    return [Waiting(p.channel, p.until, p.reason, until_resumed=p.until >= UNTIL_RESUMED) for p in found]


@transaction.atomic
def resume_lane(channel: str, now: datetime, *, actor: User | None) -> bool:
    """Ends a lane's pause at a person's word. False when it does not wait."""
    ended, _ = LanePause.objects.filter(channel=channel, until__gt=now).delete()
    if ended:
        Activity.objects.create(actor=actor, verb="resumed", object_kind="lane", detail=channel, at=now)
    return bool(ended)
