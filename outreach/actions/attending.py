"""What staff do about what people wrote: take a crisis on, close it, close a conversation."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef

from outreach.actions.recording import note
from outreach.models import CrisisMessage, InboundEmail, InboundText, Incident


@transaction.atomic
def acknowledge(incident: int, *, now: datetime, actor: User) -> bool:
    """A person takes a crisis on: the timer stops. False when somebody did already."""
    taken = Incident.objects.filter(pk=incident, acknowledged_at=None, closed_at=None).update(
        acknowledged_at=now, acknowledged_by=actor, page_due_at=None, round_open=False
    )
    if taken:
        note("acknowledged", Incident.objects.get(pk=incident), now=now, actor=actor)
    return bool(taken)


@transaction.atomic
def close_incident(incident: int, *, now: datetime, actor: User) -> bool:
    """Closes a crisis and its text. Only a person does. False when it was closed already."""
    found = Incident.objects.select_for_update().filter(pk=incident, closed_at=None).first()
    if found is None:
        return False
    Incident.objects.filter(pk=incident, acknowledged_at=None).update(acknowledged_at=now, acknowledged_by=actor)
    Incident.objects.filter(pk=incident).update(closed_at=now, closed_by=actor, page_due_at=None, round_open=False)
    InboundText.objects.filter(crisis_messages__incident=found, closed_at=None).update(closed_at=now, closed_by=actor)
    note("closed", found, now=now, actor=actor)
    return True


@transaction.atomic
def close_conversation(newest: InboundText, *, now: datetime, actor: User) -> int:
    """Closes what waits in a conversation up to the text that was seen; what came in since stays open, and a crisis is
    closed on its own. Returns how many texts were closed."""
    crisis = CrisisMessage.objects.filter(inbound=OuterRef("pk"), incident__closed_at=None)
    closed = InboundText.objects.filter(
        ~Exists(crisis), address_key=newest.address_key, pk__lte=newest.pk, needs_person=True, closed_at=None
    ).update(closed_at=now, closed_by=actor)
    if closed:
        note("closed", newest, now=now, actor=actor, detail=f"{closed} texts")
    return closed


@transaction.atomic
def close_mail(mail: int, *, now: datetime, actor: User) -> bool:
    """Closes an email that waited for a person. False when it did not wait."""
    found = InboundEmail.objects.select_for_update().filter(pk=mail, needs_person=True, closed_at=None).first()
    if found is None:
        return False
    InboundEmail.objects.filter(pk=mail).update(closed_at=now, closed_by=actor)
    note("closed", found, now=now, actor=actor)
    return True
