"""schedules.yaml -> database, like a plan and an apply. The newest applied version is in force everywhere."""

import difflib
import hashlib
from datetime import datetime
from functools import lru_cache

from django.contrib.auth.models import User
from django.db import transaction

from outreach.errors import Refused
from outreach.models import AppliedSchedules
from outreach.rules import cadence
from outreach.rules.cadence import Schedules


@lru_cache(maxsize=64)
def _parsed(version: int, digest: str) -> Schedules:
    return cadence.parse(AppliedSchedules.objects.values_list("text", flat=True).get(pk=version))


def current() -> Schedules:
    """The schedules in force. Raises Refused when none were applied yet."""
    row = AppliedSchedules.objects.order_by("-pk").values_list("pk", "digest").first()
    if row is None:
        raise Refused("No schedules are applied yet: run `outreach schedules apply`.")
    return _parsed(*row)


def history() -> list[tuple[datetime, Schedules]]:
    """Every version with the moment from which it was in force, the oldest first."""
    rows = AppliedSchedules.objects.order_by("pk").values_list("applied_at", "pk", "digest")
    return [(applied_at, _parsed(pk, digest)) for applied_at, pk, digest in rows]


def difference(text: str) -> list[str]:
    """What applying `text` would change, as the lines of a unified diff; empty when nothing would."""
    cadence.parse(text)
    row = AppliedSchedules.objects.order_by("-pk").values_list("text", flat=True).first() or ""
    return [
        line.rstrip("\n")
        for line in difflib.unified_diff(row.splitlines(True), text.splitlines(True), "applied", "file", n=2)
    ]


@transaction.atomic
def apply(text: str, *, now: datetime, actor: User | None = None) -> bool:
    """Puts `text` in force. Returns False when it is in force already. Raises SchedulesInvalid with every error."""
    cadence.parse(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = AppliedSchedules.objects.select_for_update().order_by("-pk").first()
    if newest is not None and newest.digest == digest:
        return False
    AppliedSchedules.objects.create(text=text, digest=digest, applied_at=now, applied_by=actor)
    return True
