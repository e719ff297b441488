"""What staff see of emails that people sent us. Read-only."""

from outreach.models import InboundEmail

_HEARD = {
    "crisis": "understood as a crisis", "stop": "opted out of emails", "start": "asks for messages again",
    "help": "asks for help", "keyword": "a keyword", "empty": "no words of their own", "person": "for a person",
}  # fmt: skip

RECENT = 60


def waiting(most: int = RECENT) -> list[InboundEmail]:
    """Emails that wait for a person, the longest first, at most so many. One of a crisis is in its incident."""
    waits = InboundEmail.objects.filter(needs_person=True, closed_at=None)
    return list(waits.select_related("subscriber").order_by("at")[:most])


def others() -> list[InboundEmail]:
    """The newest that need nobody."""
    found = InboundEmail.objects.exclude(needs_person=True, closed_at=None).select_related("subscriber")
    return list(found.order_by("-at")[:RECENT])


def one(pk: int) -> InboundEmail | None:
    """An email, or None."""
    return InboundEmail.objects.filter(pk=pk).select_related("subscriber").first()


def heard(mail: InboundEmail) -> str:
    """What we took it to mean, in words."""
    return _HEARD.get(mail.intent, mail.intent)
