"""The staff's own ledger: who did what to what."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Model

from outreach.models import Activity


def note(verb: str, thing: Model, *, now: datetime, actor: User | None, detail: str = "") -> None:
    """Records one act of a person (or of the command line, when `actor` is None)."""
    Activity.objects.create(
        actor=actor, verb=verb, object_kind=thing._meta.model_name or "", object_id=thing.pk, detail=detail, at=now
    )
