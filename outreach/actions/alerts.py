"""Alerts about the system itself: one open alert per kind, counted, closed by a person."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection

from outreach.actions.pausing import pause_lane
from outreach.models import Alert
from outreach.rules import delivery

HALT = timedelta(hours=1)  # then the lane tries again; a fault that lasts pauses it again


def raise_alert(kind: str, say: str, now: datetime, times: int = 1) -> None:
    """Opens an alert, or counts `times` more on the open alert of this kind. `say` must hold no address, name or text."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO alert (kind, say, times, at, last_at) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (kind) WHERE closed_at IS NULL
            DO UPDATE SET times = alert.times + excluded.times, last_at = excluded.last_at, say = excluded.say""",
            [kind, say, times, now, now],
        )


def raise_known(alert: str, channel: str, now: datetime, times: int = 1) -> None:
    """Raises an alert of `rules/delivery.ALERTS`; one that halts a sender or channel pauses its lane for an hour."""
    known = delivery.ALERTS[alert]
    raise_alert(f"{channel}_{alert}", known.say, now, times)
    if known.halts:
        pause_lane(channel, now + HALT, alert)


def close_alert(alert: int, *, now: datetime, actor: User) -> bool:
    """Closes an alert. False when it was closed already."""
    return bool(Alert.objects.filter(pk=alert, closed_at=None).update(closed_at=now, closed_by=actor))
