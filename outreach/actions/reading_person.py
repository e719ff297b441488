"""Everything that is held of one person, as data: for the person who asks for it, with the proof of the ledger's entries."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q

from outreach.actions.dispatching.rows import run
from outreach.errors import Refused
from outreach.models import (
    Activity,
    Consent,
    ConsentAttestation,
    ConsentEvent,
    ConsentSeal,
    CrisisMessage,
    Enrollment,
    InboundEmail,
    InboundText,
    Incident,
    Message,
    Reply,
    Subscriber,
    Suppression,
)
from outreach.rules import ledger

_LINKS = """
SELECT e.id, l.lane, l.number, l.hash, l.previous, l.at, l.firsts, l.lasts, l.digests FROM unnest(%s::bigint[]) AS e(id)
JOIN consent_link l ON EXISTS (SELECT FROM unnest(l.firsts, l.lasts) AS r(first, last) WHERE e.id BETWEEN r.first AND r.last)
"""


def everything(subscriber: int) -> dict[str, Any]:
    """All that is held of a person, JSON-able but for moments and dates. Raises Refused when there is no such person."""
    person = Subscriber.objects.filter(pk=subscriber).values().first()
    if person is None:
        raise Refused(f"There is no person {subscriber}.")
    closed = Q(channel="email", address_key=person["email_key"]) | Q(channel="sms", address_key=person["phone_key"])
    number = Q(address_key=person["phone_key"], address_key__isnull=False)
    texts = InboundText.objects.filter(Q(subscriber_id=subscriber) | number)
    mailbox = Q(address_key=person["email_key"], address_key__isnull=False)
    mails = InboundEmail.objects.filter(Q(subscriber_id=subscriber) | mailbox)
    incidents = Incident.objects.filter(subscriber_id=subscriber)
    return {
        "person": _plain(person),
        "consent_now": _rows(
            Consent.objects.filter(subscriber_id=subscriber).order_by("pk"), "channel", "topic", "state", "since"
        ),
        "ledger": _ledger(subscriber),
        "suppressions": _rows(
            Suppression.objects.filter(closed, address_key__isnull=False).order_by("pk"),
            "channel", "cause", "at", "confirmed_at", "lifted_at",
        ),
        "runs": _rows(
            Enrollment.objects.filter(subscriber_id=subscriber).order_by("pk"),
            "channel", "status", "exit_reason", "next_step", "next_due_at", "created_at", "ended_at",
            campaign_name=F("campaign__name"),
        ),
        "messages": _rows(
            Message.objects.filter(subscriber_id=subscriber).exclude(status="returned").order_by("pk"),
            "kind", "channel", "status", "reason", "step_number", "claimed_at", "sent_at", "delivered_at", "bounced_at",
            "complained_at", "failed_at", "zones", campaign_name=F("campaign__name"), subject=F("step__content__subject"),
            text=F("step__content__text"),
        ),
        "texts_received": _rows(texts.order_by("pk"), "at", "phone", "body", "intent", "also", "reply", "closed_at"),
        "answers_by_staff": _rows(
            Reply.objects.filter(Q(subscriber_id=subscriber) | number | mailbox).order_by("pk"), "at", "address", "body",
            by=F("author__username"),
        ),
        "crisis_messages": _rows(
            CrisisMessage.objects.filter(Q(incident__subscriber_id=subscriber) | number | mailbox).order_by("pk"),
            "at", "channel", "kind", "words", "reach", "answer",
        ),
        "emails_received": _rows(
            mails.order_by("pk"), "at", "sender", "subject", "body", "intent", "also", "reply", "closed_at"
        ),
        "incidents": _rows(incidents.order_by("pk"), "opened_at", "acknowledged_at", "closed_at"),
        "acts_of_staff": _rows(
            Activity.objects.filter(object_kind="subscriber", object_id=subscriber).order_by("pk"),
            "verb", "detail", "at", by=F("actor__username"),
        ),
    }  # fmt: skip


def _rows(rows: Any, *fields: str, **named: Any) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows.values(*fields, **named)]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value for name, value in row.items()
    }


def _ledger(subscriber: int) -> list[dict[str, Any]]:
    """The person's events with what stands beside them, what was attested, and where each stands in the chain."""
    events = list(ConsentEvent.objects.filter(subscriber_id=subscriber).order_by("pk").values())
    beside = ConsentEvent.objects.filter(subscriber_id=subscriber, beside__isnull=False).values(
        "id", address=F("beside__ip"), words=F("beside__said"), given=F("beside__address_given"), salt=F("beside__salt"),
        erased_at=F("beside__erased_at"),
    )  # fmt: skip
    personal = {row["id"]: row for row in beside}
    attested = {
        row["id"]: _plain(row)
        for row in ConsentAttestation.objects.filter(pk__in={e["attestation_id"] for e in events}).values()
    }
    proofs = _proofs(events)
    return [
        _plain({name: event[name] for name in ledger.EVENT_FIELDS})
        | {
            "beside": _plain(personal[event["id"]]) if event["id"] in personal else None,
            "attestation": attested.get(event["attestation_id"]),
            "proof": proofs.get(event["id"]),
        }
        for event in events
    ]


def _proofs(events: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """For each event: its digest, its link, whether the link holds that digest, and the first seal over the link."""
    digests = {event["id"]: ledger.event_digest(event) for event in events}
    found: dict[int, dict[str, Any]] = {}
    for number, lane, link, link_hash, previous, at, firsts, lasts, held in run(_LINKS, [list(digests)]):
        place = 0
        for first, last in zip(firsts, lasts, strict=True):
            place += min(max(number - first, 0), last - first + 1)
        start = place * ledger.DIGEST_BYTES
        found[number] = {
            "digest": digests[number].hex(),
            "link": f"{lane}.{link}",
            "place": place,
            "link_previous": bytes(previous).hex(),
            "link_hash": bytes(link_hash).hex(),
            "link_at": at,
            "unchanged": bytes(held[start : start + ledger.DIGEST_BYTES]) == digests[number],
            "seal": _seal_over(lane, link, at),
        }
    return found


def _seal_over(lane: int, link: int, at: Any) -> dict[str, Any] | None:
    """The first seal that names this link or a later one of its lane; None while none does."""
    for seal in ConsentSeal.objects.filter(at__gte=at).order_by("number").iterator(chunk_size=20):
        for one in seal.heads.split(","):
            its_lane, number, _ = one.split(":")
            if int(its_lane) == lane and int(number) >= link:
                return {"number": seal.number, "hash": bytes(seal.hash).hex(), "at": seal.at}
    return None
