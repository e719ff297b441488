"""The broker: Redis or a folder, its queues, and how a hint is given to the workers by name."""

from functools import lru_cache
from typing import Any

from celery import Celery
from django.conf import settings

from outreach.running import folder_broker

CONTROL = "control"  # ticks, sweeps, reconciles, polls
LANES = {"email": "lane.email", "sms": "lane.sms"}


def configuration() -> dict[str, Any]:
    """The Celery settings that name the broker. Raises FolderUnusable when the folder cannot be made."""
    common = {
        "task_default_queue": CONTROL,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_publish_retry": False,  # a hint that cannot be given now is given by the next tick
        "broker_connection_retry_on_startup": True,
        "enable_utc": True,
        "timezone": "UTC",
    }
    if settings.REDIS_URL:
        return {
            **common,
            "broker_url": settings.REDIS_URL,
            "broker_transport_options": {"visibility_timeout": 3600, "global_keyprefix": "outreach."},
        }
    folder_broker.register()
    return {
        **common,
        "broker_url": f"{folder_broker.ALIAS}://localhost",
        "broker_transport_options": folder_broker.options(settings.BROKER_FOLDER),
    }


@lru_cache(maxsize=1)
def _giver() -> Celery:
    giver = Celery("outreach-giver", set_as_current=False)
    giver.conf.update(configuration())
    return giver


def give(task: str) -> None:
    """Gives one task of the clockwork (tick, sweep, reconcile, poll_inbound) to the workers now, besides the beat."""
    _giver().send_task(f"workers.tasks.{task}", queue=CONTROL)
