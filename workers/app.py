"""The Celery application: lanes are queues, the beat comes from schedules.yaml, the broker is Redis or a folder."""

import logging

from outreach.embedded import prepare_environment

prepare_environment()

import django

django.setup()

from celery import Celery
from django.conf import settings
from django.db import OperationalError

from outreach.actions import schedules
from outreach.errors import Refused
from outreach.running.broker import CONTROL, configuration

log = logging.getLogger(__name__)


CARE = {"page": 5.0, "try_pager": 300.0}  # seconds; how fast a crisis is paged is no matter of taste


def _ticks() -> dict[str, float]:
    """The clockwork's pace, read once at the start. A worker that starts while nothing is applied yet, or while the
    database restarts, runs at the shipped pace: it must not end for it."""
    try:
        ticks = schedules.current().ticks
    except (Refused, OperationalError) as e:
        log.warning("the clockwork runs at its usual pace: the schedules cannot be read (%s)", type(e).__name__)
        return {"tick": 5, "sweep": 30, "reconcile": 120, "poll_inbound": 60}
    return {
        "tick": ticks.tick_seconds,
        "sweep": ticks.sweep_seconds,
        "reconcile": ticks.reconcile_seconds,
        "poll_inbound": ticks.poll_inbound_seconds,
    }


app = Celery("outreach", include=["workers.tasks"])
app.conf.update(
    **configuration(),
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    worker_enable_remote_control=bool(settings.REDIS_URL),
    beat_schedule={
        name: {"task": f"workers.tasks.{name}", "schedule": every, "options": {"queue": CONTROL, "expires": every}}
        for name, every in (CARE | _ticks()).items()
    },
    beat_schedule_filename=str(settings.STATE_DIR / "beat"),
)
