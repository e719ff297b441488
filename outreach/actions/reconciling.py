"""Reconcile: settle what is `uncertain`, by the provider's own word alone. Nothing is ever resent by a machine.

Events carrying our id settle first; they may have come before our own commit. For texts, Twilio's message list is asked
next: a message to that number, created between its claim and the moment its doubt was written down, or in the minutes
around. (A machine may sleep between claim and call: the claim alone does not say when.) What stays open after that is
shown to staff.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from outreach.actions import connecting
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import storing
from outreach.actions.receiving.applying import alone, apply_event_rows
from outreach.models import Message, Reply
from outreach.providers.base import ListUnavailable, TextProvider

ASK_AFTER = timedelta(minutes=2)  # how long the provider's own callbacks get before its list is asked
AROUND = timedelta(minutes=10)
EARLY = timedelta(days=3)  # in real time: how long before its message an event may come
TOGETHER = 5_000


def reconcile(now: datetime, *, texts: TextProvider | None = None, limit: int = 200) -> int:
    """Settles what can be settled; returns how many messages left `uncertain`. `texts` None: the configured provider."""
    storing.apply_waiting(now)  # what doors stored and left; it may be the very word that is waited for
    settled = settle_from_events(now)
    waiting = Message.objects.filter(
        status="uncertain", channel="sms", provider="twilio", claimed_at__lt=now - ASK_AFTER, reason__in=OPEN_REASONS
    ).select_related("subscriber", "step")
    doubtful = list(waiting[:limit])
    if doubtful:
        settled += _settle_from_list(doubtful, texts or connecting.text_provider(), now)
    return settled


OPEN_REASONS = ("no_clear_answer", "worker_died_in_call")


def settle_from_events(now: datetime) -> int:
    """Applies events that were stored before their message existed or was settled. Returns how many messages left
    `uncertain`.

    Both are looked up from the small side, through partial indexes, so that a turn costs what is open and not what was
    ever reported. An event that has had no message for three days is about somebody else's email.
    """
    with transaction.atomic():
        alone(wait=True)
        before = Message.objects.filter(status="uncertain").count()
        if before:
            rows = run(
                """SELECT d.id FROM message m JOIN delivery_event d ON d.message_key = m.key
                WHERE m.status = 'uncertain'"""
            )
            apply_event_rows([row for (row,) in rows], now)
        settled = before - Message.objects.filter(status="uncertain").count() if before else 0
    apply_early(now)
    return settled


def apply_early(now: datetime) -> int:
    """Applies events that came before their message was written down, those whose message is there by now: a complaint
    must not wait. Costs one small question when there is none. Returns how many."""
    applied = 0
    while _early(1) and (turn := _apply_early(now)):
        applied += turn
    return applied


def _early(limit: int) -> list[int]:
    rows = run(
        """SELECT d.id FROM delivery_event d JOIN message m ON m.key = d.message_key
        WHERE d.applied_at IS NULL AND d.message_key IS NOT NULL AND d.recorded_at > now() - %s
        ORDER BY d.recorded_at LIMIT %s""",
        [EARLY, limit],
    )
    return [row for (row,) in rows]


@transaction.atomic
def _apply_early(now: datetime) -> int:
    alone(wait=True)
    rows = _early(TOGETHER)
    apply_event_rows(rows, now)
    return len(rows)


def _settle_from_list(messages: Sequence[Message], texts: TextProvider, now: datetime) -> int:
    settled = 0
    for message in messages:
        number, bodies = _sent_as(message)
        if not number:
            continue
        try:
            listed = texts.list_sent(to=number, since=message.claimed_at - AROUND)
        except ListUnavailable:
            return settled  # nothing may be concluded; the next turn asks again
        last = message.settled_at or message.claimed_at  # when the doubt was written down: the call was over by then
        found = [
            item
            for item in listed
            if item.body in bodies
            and message.claimed_at - AROUND <= item.at <= last + AROUND
            and not _taken(item.provider_id)
        ]
        if len(found) == 1:
            settled += Message.objects.filter(pk=message.pk, status="uncertain").update(
                status="sent",
                reason="found_at_provider",
                provider_id=found[0].provider_id,
                settled_at=now,
                sent_at=found[0].at,
            )
        elif not found and now - last > AROUND:
            # The list is complete by now and lacks it: proven not sent. It is still not resent by itself.
            settled += Message.objects.filter(pk=message.pk, status="uncertain").update(
                status="failed", reason="not_at_provider", settled_at=now, failed_at=now, sent_at=None
            )
    return settled


def _sent_as(message: Message) -> tuple[str | None, set[str]]:
    """The number a text went to, and the bodies it may have."""
    if message.kind == "reply":
        written = Reply.objects.filter(batch=message.batch_id, batch__isnull=False).first()
        return (written.phone, {written.body}) if written else (None, set())
    compiled = message.step.compiled if message.step else None
    return (message.subscriber.phone if message.subscriber else None), set(compiled.values()) if compiled else set()


def _taken(provider_id: str) -> bool:
    return Message.objects.filter(channel="sms", provider_id=provider_id).exists()
