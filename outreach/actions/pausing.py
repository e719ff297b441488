"""Lanes that must wait: a provider asked for it, or refuses us as a whole."""

from datetime import datetime

from django.db import connection


def pause_lane(channel: str, until: datetime, reason: str) -> None:
    """Lets a lane wait. A longer wait that is already set stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO lane_pause (channel, until, reason) VALUES (%s, %s, %s)
            ON CONFLICT (channel) DO UPDATE SET until = excluded.until, reason = excluded.reason
            WHERE lane_pause.until < excluded.until""",
            [channel, until, reason],
        )
