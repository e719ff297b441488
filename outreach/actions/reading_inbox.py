"""What the inbox shows: who waits for an answer, and conversations. Crises are in reading_incidents.py. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from outreach.actions import reading_mail
from outreach.actions.reading_incidents import ANSWERED, Crisis, open_crises
from outreach.actions.suppressing import key_of_sender
from outreach.models import CrisisMessage, InboundEmail, InboundText, Message, Reply, Subscriber, Suppression

RECENT = 200
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Conversation:
    """One number's texts, by the newest of them. `waiting` counts what needs a person; `at`: since when the first of those
    waits or, when nothing does, when the newest came."""

    newest: InboundText
    waiting: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation; `ours` is what went out, `by` who of the staff wrote it."""

    at: datetime
    ours: bool
    body: str
    note: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """A conversation in the order it happened. `stopped`: the opt-out because of which nobody can be texted. `reachable`: the
    sender is a phone. `people`: everyone whose record has the number."""

    newest: InboundText
    lines: Sequence[Line]
    crises: Sequence[Crisis]
    waiting: int
    stopped: Suppression | None
    reachable: bool
    people: Sequence[Subscriber]

    @property
    def language(self) -> str:
        """What to write in: what the person chose, else what their latest crisis was written in."""
        if self.people:
            return "Spanish" if self.people[0].language == "es" else "English"
        return self.crises[0].language if self.crises else ""


def inbox() -> tuple[list[Conversation | InboundEmail], list[Conversation | InboundEmail]]:
    """Texts and emails together: (those who wait, the longest first; the others, the newest first)."""
    waiting, others = _conversations()
    at = attrgetter("at")
    return (
        sorted([*waiting, *reading_mail.waiting()], key=at),
        sorted([*others, *reading_mail.others()], key=at, reverse=True),
    )


def _conversations() -> tuple[list[Conversation], list[Conversation]]:
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
        [Conversation(texts[-1], len(texts), texts[0].at) for texts in waiting.values()],
        [Conversation(text, 0, text.at) for text in list(others.values())[:SHOWN]],
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
    key = text.address_key
    theirs = list(
        InboundText.objects.filter(address_key=key).select_related("subscriber").order_by("-at", "-pk")[:RECENT]
    )
    answers = dict(CrisisMessage.objects.filter(inbound__in=theirs).values_list("inbound", "answer"))
    lines = [Line(t.at, False, t.body, _heard(t, answers)) for t in theirs] + _ours(key)
    crises = set(_of_open_crises().filter(address_key=key).values_list("incident", flat=True))
    return ConversationPage(
        newest=theirs[0],
        lines=sorted(lines, key=lambda line: (line.at, line.ours)),
        crises=open_crises(crises) if crises else (),
        waiting=_waiting().filter(address_key=key).count(),
        stopped=Suppression.objects.filter(channel="sms", address_key=key, lifted_at=None).first(),
        reachable=key_of_sender(text.phone)[1],
        people=list(Subscriber.objects.filter(phone_key=key, erased_at=None).order_by("pk")),
    )


def _ours(key: bytes | memoryview) -> list[Line]:
    """What went out to a number: series and automatic answers by their messages, the staff's own texts by their rows."""
    sent = (
        Message.objects.filter(Q(kind="step") | ~Q(kind="step"), channel="sms", address_key=key)
        .exclude(kind="reply", batch__isnull=False)
        .filter(status__in=("sent", "uncertain"))  # one index holds the steps, one the rest
        .order_by("-claimed_at")
        .values_list("claimed_at", "kind", "status", "reason", F("step__content__text"))[:RECENT]
    )
    lines = [_line(at, kind, status, reason, body) for at, kind, status, reason, body in sent]
    written = list(Reply.objects.filter(address_key=key).select_related("author").order_by("-at")[:RECENT])
    became = {
        batch: (status, delivered)
        for batch, status, delivered in Message.objects.filter(
            kind="reply", address_key=key, batch__in=[reply.batch_id for reply in written]
        ).values_list("batch", "status", "delivered_at")
    }
    for reply in written:
        status, delivered = became.get(reply.batch_id or 0, ("going", None))
        author = (
            reply.author.get_short_name() or reply.author.get_username() if reply.author else "the automatic answer"
        )
        lines.append(
            Line(reply.at, True, reply.body, "delivered" if delivered else _BECAME.get(status, status), author)
        )
    return lines


_BECAME: Mapping[str, str] = {
    "sent": "sent",
    "failed": "not sent: the provider refuses it",
    "skipped": "not sent: the number has opted out",
    "returned": "not sent: the provider could not be reached",
    "uncertain": "uncertain: the provider is being asked",
    "going": "on its way",
}


def _heard(text: InboundText, answers: Mapping[int, str]) -> str:
    meant = {
        "crisis": "understood as a crisis",
        "stop": "opted out of texts",
        "start": "asked for texts again",
        "help": "asked for help",
        "keyword": "a keyword",
        "person": "for a person",
    }
    heard = meant.get(text.intent, text.intent)
    return f"{heard}. {ANSWERED[answers[text.pk]]}" if text.pk in answers else heard


def _line(at: datetime, kind: str, status: str, reason: str, body: str | None) -> Line:
    if kind == "reply":
        return Line(at, True, f"(the automatic answer for “{reason}”)", "sent at once")
    return Line(at, True, body or "(a text)", "sent" if status == "sent" else "uncertain: the provider is being asked")
