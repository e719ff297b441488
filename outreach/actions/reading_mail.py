"""What staff see of emails that people sent us. Read-only."""

from django.db.models import QuerySet

from outreach.models import CrisisMessage, InboundEmail

_HEARD = {
    "crisis": "understood as a crisis", "stop": "opted out of emails", "start": "asks for messages again",
    "help": "asks for help", "keyword": "a keyword", "empty": "no words of their own", "person": "for a person",
}  # fmt: skip

RECENT = 60


def waiting(most: int = RECENT) -> list[InboundEmail]:
    """Emails that wait for a person, the longest first, at most so many; those of a crisis stand above, with their timer."""
    return list(_open().exclude(intent="crisis").select_related("subscriber").order_by("at")[:most])


def others() -> list[InboundEmail]:
    """The newest that need nobody."""
    found = InboundEmail.objects.exclude(needs_person=True, closed_at=None).select_related("subscriber")
    return list(found.order_by("-at")[:RECENT])


def one(pk: int) -> InboundEmail | None:
    """An email, or None."""
    return InboundEmail.objects.filter(pk=pk).select_related("subscriber").first()


def incident_of(mail: InboundEmail) -> int | None:
    """The open incident that the email belongs to, or None."""
    found = CrisisMessage.objects.filter(channel="email", source_id=mail.pk, incident__closed_at=None)
    return found.values_list("incident_id", flat=True).first()


def heard(mail: InboundEmail) -> str:
    """What we took it to mean, in words."""
    return _HEARD.get(mail.intent, mail.intent)


def _open() -> QuerySet[InboundEmail]:
    return InboundEmail.objects.filter(needs_person=True, closed_at=None)
