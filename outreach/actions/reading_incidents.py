"""What staff see of crises: the open ones with their timer, and the page of one. Read-only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from outreach.actions.dispatching.rows import run
from outreach.actions.incidents import UNANSWERED
from outreach.models import Activity, CrisisMessage, Incident, Page, Subscriber, Suppression

# What became of the automatic answer, in the words of the staff's pages.
ANSWERED: Mapping[str, str] = {
    "given": "The lifelines were sent at once; the provider has not said yet that they left.",
    "due": "The lifelines are being sent.",
    "sent": "The lifelines were sent.",
    "earlier": "The lifelines had been sent within the hour.",
    "shown": "The lifelines stood on the page the person got.",
    "failed": "It could not be answered automatically: the provider refused it.",
    "none": "It could not be answered automatically.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crisis:
    """One incident with what was said in it, the oldest first, and who was paged for it."""

    incident: Incident
    said: Sequence[CrisisMessage]
    pages: Sequence[Page]

    @property
    def latest(self) -> CrisisMessage:
        return self.said[-1]

    @property
    def unanswered(self) -> bool:
        """Whether the newest message that wanted an answer got none from a machine."""
        return self.latest.answer in UNANSWERED

    @property
    def who(self) -> str:
        """The person's name, or the address they wrote from."""
        person = self.incident.subscriber
        return person.name if person else next((m.address for m in self.said if m.address), "") or "Unknown sender"

    @property
    def phone(self) -> str:
        """The number to call, "" when nobody knows one."""
        texted = next((m.address for m in reversed(self.said) if m.channel == "sms"), "")
        return texted or (self.incident.subscriber.phone if self.incident.subscriber else "") or ""

    @property
    def email(self) -> str:
        """The email address to write to, "" when nobody knows one."""
        wrote = next((m.address for m in reversed(self.said) if m.channel == "email"), "")
        return wrote or (self.incident.subscriber.email if self.incident.subscriber else "") or ""

    @property
    def conversation(self) -> int | None:
        """The newest text of it, whose page is the conversation."""
        return next((m.inbound_id for m in reversed(self.said) if m.inbound_id), None)

    @property
    def language(self) -> str:
        return "Spanish" if self.latest.language == "es" else "English"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """One crisis whole. `held`: whom it holds; `stopped`: their channels that get nothing."""

    crisis: Crisis
    log: Sequence[Activity]
    held: Sequence[Subscriber]
    stopped: Sequence[Suppression]


def open_crises(among: Iterable[int] | None = None) -> list[Crisis]:
    """Crises nobody has closed: those nobody has taken on first, the longest due first. `among`: only these incidents."""
    found = Incident.objects.filter(closed_at=None)
    if among is not None:
        found = found.filter(pk__in=list(among))
    ordered = found.order_by(F("acknowledged_at").asc(nulls_first=True), "due_at", "pk")
    return _with_all(list(ordered.select_related("subscriber", "acknowledged_by")))


def _with_all(incidents: Sequence[Incident]) -> list[Crisis]:
    said: dict[int, list[CrisisMessage]] = defaultdict(list)
    pages: dict[int, list[Page]] = defaultdict(list)
    if incidents:
        for message in CrisisMessage.objects.filter(incident__in=incidents).select_related("inbound").order_by("pk"):
            said[message.incident_id].append(message)
        for page in Page.objects.filter(incident__in=incidents).order_by("pk"):
            pages[page.incident_id or 0].append(page)
    return [Crisis(incident=i, said=said[i.pk], pages=pages[i.pk]) for i in incidents if said[i.pk]]


def incident_page(pk: int) -> IncidentPage | None:
    """Everything about one crisis, open or closed, or None."""
    found = _with_all(list(Incident.objects.filter(pk=pk).select_related("subscriber", "acknowledged_by", "closed_by")))
    if not found:
        return None
    crisis = found[0]
    stopped = Q(channel="sms", address_key__in=[m.address_key for m in crisis.said if m.channel == "sms"])
    stopped |= Q(channel="email", address_key__in=[m.address_key for m in crisis.said if m.channel == "email"])
    if person := crisis.incident.subscriber:
        stopped |= Q(channel="sms", address_key=person.phone_key) | Q(channel="email", address_key=person.email_key)
    return IncidentPage(
        crisis=crisis,
        log=list(
            Activity.objects.filter(object_kind="incident", object_id=pk).select_related("actor").order_by("at", "pk")
        ),
        held=list(Subscriber.objects.filter(pk__in=crisis.incident.held_ids).exclude(held_reason=None).order_by("pk")),
        stopped=list(Suppression.objects.filter(stopped, lifted_at=None)),
    )


def waiting_count() -> int:
    """How much waits for a person, the number beside “Inbox”: texts and emails, and open crises whose words do not."""
    ((waiting,),) = run(
        """SELECT (SELECT count(*) FROM inbound_text WHERE needs_person AND closed_at IS NULL)
            + (SELECT count(*) FROM inbound_email WHERE needs_person AND closed_at IS NULL)
            + (SELECT count(*) FROM incident i WHERE i.closed_at IS NULL AND NOT EXISTS (SELECT FROM crisis_message c
                JOIN inbound_text t ON t.id = c.inbound_id
                WHERE c.incident_id = i.id AND t.needs_person AND t.closed_at IS NULL))"""
    )
    return int(waiting)
