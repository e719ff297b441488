"""Confirming a sign-up: the owner of the mailbox by the link, the owner of the phone by a text.

The email's owner confirms the emails alone. A number that was entered with them is the claim of whoever filled in the
form, so its texts wait until that phone itself says START or YES.

The email that carries the link is sent by `dispatching.send_confirmations`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from outreach.actions import campaigning, schedules
from outreach.actions.dispatching.rows import run
from outreach.actions.locking import lock_holders
from outreach.actions.suppressing import LIFTED_BY_PERSON, lift
from outreach.errors import Refused
from outreach.models import Campaign, Consent, ConsentEvent, Subscriber, Suppression


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """What a link stands for: the words that wait for a yes, whether any emails are agreed to, and the language."""

    waiting: tuple[str, ...]
    agreed: bool
    language: str


def to_confirm(subscriber: int, event: int) -> ToConfirm | None:
    """What the link of this sign-up would confirm now; None when it is nobody's (any more)."""
    asked = _asked(subscriber, event)
    if asked is None:
        return None
    mine = Consent.objects.filter(subscriber_id=subscriber, channel="email")
    waiting = mine.filter(state="pending").order_by("topic").values_list("event__wording", flat=True)
    return ToConfirm(tuple(waiting), mine.filter(state="granted").exists(), asked.language)


def confirm(subscriber: int, event: int, *, now: datetime, ip: str | None = None) -> bool:
    """Grants the emails that wait for a yes, lifts the person's own unsubscribe and opens their runs.

    Returns whether emails may come now: not after a bounce or a complaint, and not when nothing was asked for. Twice
    changes nothing more.
    """
    with transaction.atomic():
        if _asked(subscriber, event) is None:
            return False
        person = Subscriber.objects.get(pk=subscriber)
        if person.email_key is None:
            return False
        lock_holders("email", [bytes(person.email_key)])  # first, as an opt-out does, so that none waits for ever
        standing = Suppression.objects.filter(channel="email", address_key=person.email_key, lifted_at=None)
        list(standing.select_for_update())
        topics = _grant([subscriber], "email", method="confirmation_link", now=now, ip=ip)
        if topics:
            lift("email", bytes(person.email_key), causes=LIFTED_BY_PERSON, now=now)
            _open_runs([subscriber], topics, now)
        if standing.exists():
            return False
        return Consent.objects.filter(subscriber_id=subscriber, channel="email", state="granted").exists()


@transaction.atomic
def confirm_by_text(
    phone_key: bytes, *, now: datetime, wording: str = "", language: str = "en", provider_id: str = ""
) -> int:
    """Grants the texts that wait for the word of the phone that has just sent it. Returns how many records it covers.

    A consent that was too old to act on is as good as new by it. Not while the number is suppressed: a YES does not take back
    a STOP, START does so before it comes here.
    """
    people = list(lock_holders("sms", [phone_key]))
    if Suppression.objects.filter(channel="sms", address_key=phone_key, lifted_at=None).exists():
        return 0
    said = {"wording": wording, "language": language, "provider_id": provider_id}
    topics = _grant(people, "sms", method="sms_reply", now=now, said=said, stale_before=_stale_before(now))
    if topics:
        _open_runs(people, topics, now)
    return len(people) if topics else 0


def _stale_before(now: datetime) -> datetime | None:
    try:
        return schedules.current().senders.sms.stale_before(now)
    except Refused:  # nothing is applied yet: a person's yes is taken all the same
        return None


def _asked(subscriber: int, event: int) -> ConsentEvent | None:
    return ConsentEvent.objects.filter(
        pk=event, subscriber_id=subscriber, subscriber__erased_at=None, channel="email", action="requested"
    ).first()


def _grant(
    people: Sequence[int],
    channel: str,
    *,
    method: str,
    now: datetime,
    ip: str | None = None,
    said: dict[str, str] | None = None,
    stale_before: datetime | None = None,
) -> list[str]:
    """Appends `granted` for what is pending, or was granted before `stale_before`; returns the topics. The words are those
    of the request; what was `said` by text stands beside them.

    The people are locked, so an opt-out at the same moment comes first and leaves nothing pending, or comes after.
    """
    said = said or {}
    rows = run(
        """SELECT w.subscriber_id, w.topic, e.wording, e.language, e.source, e.id, e.at, e.adult
        FROM consent w JOIN consent_event e ON e.id = w.event_id
        WHERE w.subscriber_id = ANY(%(people)s::bigint[]) AND w.channel = %(channel)s
            AND (w.state = 'pending' OR (w.state = 'granted' AND w.since < %(stale)s::timestamptz))
        ORDER BY w.id""",
        {"people": list(people), "channel": channel, "stale": stale_before},
    )
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            subscriber_id=subscriber, channel=channel, topic=topic, action="granted", wording=wording,
            said=said.get("wording", ""), language=said.get("language") or language, method=method, source=source, ip=ip,
            provider_id=said.get("provider_id", ""), answers=asked, asked_at=asked_at, adult=adult, at=now,
        )
        for subscriber, topic, wording, language, source, asked, asked_at, adult in rows
    )  # fmt: skip
    return sorted({topic for _, topic, *_ in rows})


def _open_runs(people: Sequence[int], topics: Sequence[str], now: datetime) -> None:
    """Puts these people into the running campaigns of their topics; each one's day 0 is today."""
    for campaign in Campaign.objects.filter(status="running", series__topic__in=topics).select_related("series"):
        for subscriber in people:
            try:
                campaigning.enroll(campaign, now=now, only=subscriber)
            except Refused:  # the schedules lost its cadence: staff see that elsewhere, and a yes is a yes all the same
                break
