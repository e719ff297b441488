"""What the inbox shows: open crises, who waits for an answer, and conversations. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from outreach.models import CrisisMessage, InboundText, Incident, Message

RECENT = 200
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Conversation:
    """One number's texts, by the newest of them. `waiting` counts what needs a person."""

    newest: InboundText
    waiting: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation; `ours` is what went out."""

    at: datetime
    ours: bool
    body: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """A conversation in the order it happened."""

    newest: InboundText
    lines: Sequence[Line]
    incidents: Sequence[Incident]
    waiting: int


def open_incidents() -> list[Incident]:
    """Crises nobody has closed, the most urgent first."""
    found = Incident.objects.filter(closed_at=None).select_related("inbound", "subscriber", "acknowledged_by")
    return list(found.order_by("acknowledged_at", "due_at"))


def conversations() -> tuple[list[Conversation], list[Conversation]]:
    """(those who wait, the longest first; the others, the newest first)."""
    waiting: dict[bytes, list[InboundText]] = {}
    for text in _waiting().select_related("subscriber").order_by("at"):
        waiting.setdefault(bytes(text.address_key), []).append(text)
    crises = {bytes(key) for key in _of_open_crises().values_list("address_key", flat=True) if key is not None}
    others: dict[bytes, InboundText] = {}
    for text in InboundText.objects.select_related("subscriber").order_by("-at")[:RECENT]:
        key = bytes(text.address_key)
        if key not in waiting and key not in crises:
            others.setdefault(key, text)
    return (
        [Conversation(texts[-1], len(texts)) for texts in waiting.values()],
        [Conversation(text, 0) for text in list(others.values())[:SHOWN]],
    )


def _waiting() -> QuerySet[InboundText]:
    """Texts that wait for a person, without those of an open crisis: they stand above, with their timer."""
    crisis = CrisisMessage.objects.filter(inbound=OuterRef("pk"), incident__closed_at=None)
    return InboundText.objects.filter(~Exists(crisis), needs_person=True, closed_at=None)


def _of_open_crises() -> QuerySet[CrisisMessage]:
    return CrisisMessage.objects.filter(channel="sms", incident__closed_at=None)


def conversation(pk: int) -> ConversationPage | None:
    """The conversation a text belongs to, or None."""
    text = InboundText.objects.filter(pk=pk).first()
    if text is None:
        return None
    theirs = list(
        InboundText.objects.filter(address_key=text.address_key)
        .select_related("subscriber")
        .order_by("-at", "-pk")[:RECENT]
    )
    ours = (
        Message.objects.filter(Q(kind="step") | ~Q(kind="step"), channel="sms", address_key=text.address_key)
        .filter(status__in=("sent", "uncertain"))  # one index holds the steps, one the rest
        .order_by("-claimed_at")
        .values_list("claimed_at", "kind", "status", "reason", F("step__content__text"))[:RECENT]
    )
    crises = set(_of_open_crises().filter(address_key=text.address_key).values_list("incident", flat=True))
    lines = [Line(t.at, False, t.body, _heard(t)) for t in theirs]
    lines += [_line(at, kind, status, reason, body) for at, kind, status, reason, body in ours]
    return ConversationPage(
        newest=theirs[0],
        lines=sorted(lines, key=lambda line: (line.at, line.ours)),
        incidents=[i for i in open_incidents() if i.pk in crises],
        waiting=_waiting().filter(address_key=text.address_key).count(),
    )


def _heard(text: InboundText) -> str:
    meant = {
        "crisis": "understood as a crisis",
        "stop": "opted out of texts",
        "start": "asked for texts again",
        "help": "asked for help",
        "keyword": "a keyword",
        "person": "for a person",
    }
    return meant.get(text.intent, text.intent)


def _line(at: datetime, kind: str, status: str, reason: str, body: str | None) -> Line:
    if kind == "reply":
        return Line(at, True, f"(the automatic answer for “{reason}”)", "sent at once")
    return Line(at, True, body or "(a text)", "sent" if status == "sent" else "uncertain: the provider is being asked")
