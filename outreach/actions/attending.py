"""What staff do about what people wrote: take a crisis on, answer by text, close a crisis or a conversation."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef

from outreach.actions import replying
from outreach.actions.dispatching import Lane
from outreach.actions.dispatching.rows import run
from outreach.actions.incidents import HOLD
from outreach.actions.recording import note
from outreach.actions.replying import Replied
from outreach.models import CrisisMessage, InboundEmail, InboundText, Incident, Reply, Subscriber


@transaction.atomic
def acknowledge(incident: int, *, now: datetime, actor: User) -> bool:
    """A person takes a crisis on: the timer and the pages stop. False when somebody did already."""
    taken = Incident.objects.filter(pk=incident, acknowledged_at=None, closed_at=None).update(
        acknowledged_at=now, acknowledged_by=actor, page_due_at=None, round_open=False
    )
    if taken:
        note("acknowledged", Incident.objects.get(pk=incident), now=now, actor=actor)
    return bool(taken)


def reply(
    answered: InboundText,
    *,
    key: uuid.UUID,
    body: str,
    now: Callable[[], datetime],
    actor: User,
    lane: Lane | None = None,
) -> Replied:
    """Answers a conversation by text, once per `key`, and so takes on the crises in it: who writes is there.

    Raises Refused for words that cannot be sent and for a sender that is no phone. Call it outside a transaction.
    """
    known = Reply.objects.filter(key=key).exists()
    became = replying.reply(
        key=key, to=answered.phone, body=body, now=now, actor=actor, subscriber=answered.subscriber, lane=lane
    )
    if not known:
        note("replied", answered, now=now(), actor=actor, detail=became.status)
        if became.status in ("sent", "uncertain"):
            of_number = CrisisMessage.objects.filter(channel="sms", address_key=answered.address_key)
            for incident in of_number.filter(incident__closed_at=None).values_list("incident", flat=True).distinct():
                acknowledge(incident, now=now(), actor=actor)
    return became


@transaction.atomic
def close_incident(incident: int, *, now: datetime, actor: User, keep_hold: bool = False) -> bool:
    """Closes a crisis and its texts. Only a person does. False when it was closed already.

    What the crisis held goes on again, unless `keep_hold`: then staff let it go on by hand, from the person's page.
    """
    found = Incident.objects.select_for_update().filter(pk=incident, closed_at=None).first()
    if found is None:
        return False
    Incident.objects.filter(pk=incident, acknowledged_at=None).update(acknowledged_at=now, acknowledged_by=actor)
    Incident.objects.filter(pk=incident).update(closed_at=now, closed_by=actor, page_due_at=None, round_open=False)
    InboundText.objects.filter(crisis_messages__incident=found, closed_at=None).update(closed_at=now, closed_by=actor)
    note("closed", found, now=now, actor=actor, detail="what was held stays held" if keep_hold else "")
    if keep_hold:
        Subscriber.objects.filter(pk__in=found.held_ids, held_reason=HOLD).update(held_reason="Crisis")
    else:
        _let_go_on(found, now, actor)
    return True


def _let_go_on(closed: Incident, now: datetime, actor: User) -> None:
    """Lifts the holds of a crisis; one that staff have put their own reason to, or that another crisis needs, stays."""
    freed = run(
        """UPDATE subscriber SET held_reason = NULL, held_at = NULL WHERE id IN (SELECT id FROM subscriber
            WHERE id = ANY(%s) AND held_reason = %s ORDER BY id FOR NO KEY UPDATE)
            AND NOT EXISTS (SELECT FROM incident i WHERE i.closed_at IS NULL AND i.id <> %s
                AND (i.subscriber_id = subscriber.id OR subscriber.id = ANY(i.held_ids))) RETURNING id""",
        [closed.held_ids, HOLD, closed.pk],
    )
    for person in Subscriber.objects.filter(pk__in=[person for (person,) in freed]):
        note("unheld", person, now=now, actor=actor)


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
