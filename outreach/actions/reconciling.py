"""Reconcile: settle what is `uncertain`, by the provider's own word alone. Nothing is ever resent by a machine.

Events carrying our id settle first; they may have come before our own commit. For texts, Twilio's message list is asked
next: a message to that number, created between its claim and the moment its doubt was written down, or in the minutes
around. (A machine may sleep between claim and call: the claim alone does not say when.) For emails, SendGrid's Email
Activity feed is asked batch by batch: who stands in it was written to. Who does not may stand there later, or never: the feed
lags and is an add-on, so for an email absence proves nothing. What stays open after that is shown to staff.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from outreach.actions import connecting
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import storing
from outreach.actions.receiving.applying import alone, apply_event_rows
from outreach.actions.suppressing import key_of
from outreach.models import Message, Reply, Watermark
from outreach.providers.base import EmailLists, ListedEmail, ListUnavailable, TextProvider
from outreach.rules.tokens import AddressInvalid

ASK_AFTER = timedelta(minutes=2)  # how long the provider's own callbacks get before its list is asked
AROUND = timedelta(minutes=10)
EARLY = timedelta(days=3)  # in real time: how long before its message an event may come
TOGETHER = 5_000

FEED = "email activity"  # the watermark that says until when the feed is left alone; the batches have theirs
EMAILS_ASK_AFTER = timedelta(minutes=5)  # how long SendGrid's own reports, and its feed, get
FEED_REMEMBERS = timedelta(days=30)
LONGEST_REST = timedelta(days=1)
BATCHES_A_TURN = 3  # the feed answers a few questions a minute, and a turn comes every two


def reconcile(
    now: datetime, *, texts: TextProvider | None = None, emails: EmailLists | None = None, limit: int = 200
) -> int:
    """Settles what can be settled; returns how many messages left `uncertain`. None: the configured providers."""
    storing.apply_waiting(now)  # what doors stored and left; it may be the very word that is waited for
    settled = settle_from_events(now)
    waiting = Message.objects.filter(
        status="uncertain", channel="sms", provider="twilio", claimed_at__lt=now - ASK_AFTER, reason__in=OPEN_REASONS
    ).select_related("subscriber", "step")
    doubtful = list(waiting[:limit])
    if doubtful:
        settled += _settle_from_list(doubtful, texts or connecting.text_provider(), now)
    lists = emails or connecting.email_lists()
    return settled + (_settle_from_feed(lists, now) if lists else 0)


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
        return (written.address, {written.body}) if written else (None, set())
    compiled = message.step.compiled if message.step else None
    return (message.subscriber.phone if message.subscriber else None), set(compiled.values()) if compiled else set()


def _taken(provider_id: str) -> bool:
    return Message.objects.filter(channel="sms", provider_id=provider_id).exists()


def _settle_from_feed(emails: EmailLists, now: datetime) -> int:
    """Asks for a few batches with doubtful emails, the oldest doubt first. Returns how many were found to be taken."""
    settled = 0
    for _ in range(BATCHES_A_TURN):
        due = _next_batch(now)
        if due is None:
            break
        batch, key = due
        try:
            settled += _settle_found(batch, emails.list_batch(key.hex), now)
        except ListUnavailable as e:  # nothing may be concluded, and the next batch would meet the same
            if e.after_seconds:
                until = now + timedelta(seconds=e.after_seconds)
                Watermark.objects.update_or_create(name=FEED, defaults={"at": until})
            break
    return settled


def _next_batch(now: datetime) -> tuple[int, uuid.UUID] | None:
    """The batch to ask for now: the one of the oldest doubt that is not to rest, and it is to rest from here on.

    It rests for as long as its doubt is old, at most a day, whatever comes of the question: so a doubt of five minutes is
    asked about again after five, one of an hour after an hour, and a worker that dies in the call asks no faster.
    """
    rows = run(
        """WITH due AS (
            SELECT b.id, b.key, %(feed)s || ' of ' || b.key AS name, max(coalesce(m.settled_at, m.claimed_at)) AS doubted
            FROM message m JOIN batch b ON b.id = m.batch_id
            JOIN subscriber s ON s.id = m.subscriber_id AND s.erased_at IS NULL
            WHERE m.status = 'uncertain' AND m.channel = 'email' AND m.provider = 'sendgrid' AND m.reason = ANY(%(open)s)
                AND NOT EXISTS (SELECT FROM watermark w
                    WHERE w.name IN (%(feed)s, %(feed)s || ' of ' || b.key) AND w.at > %(now)s)
            GROUP BY b.id, b.key
            HAVING max(coalesce(m.settled_at, m.claimed_at)) BETWEEN %(oldest)s AND %(youngest)s
            ORDER BY doubted, b.id LIMIT 1
        ), kept AS (
            INSERT INTO watermark (name, at) SELECT name, %(now)s + least(%(now)s - doubted, %(longest)s) FROM due
            ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE watermark.at <= %(now)s RETURNING name
        ), over AS (
            DELETE FROM watermark WHERE name LIKE %(feed)s || ' of %%' AND at < %(oldest)s
                AND EXISTS (SELECT FROM kept)
        )
        SELECT due.id, due.key FROM due JOIN kept USING (name)""",
        {
            "feed": FEED,
            "open": list(OPEN_REASONS),
            "now": now,
            "oldest": now - FEED_REMEMBERS,
            "youngest": now - EMAILS_ASK_AFTER,
            "longest": LONGEST_REST,
        },
    )
    return rows[0] if rows else None


def _settle_found(batch: int, listed: Sequence[ListedEmail], now: datetime) -> int:
    """Whose address stands in the list was written to. Compared by the key under which the message was sent: each address
    has one, however it is spelled, and it stays the same when the person's own record gets another address."""
    found: dict[bytes, ListedEmail] = {}
    for item in listed:
        try:
            found.setdefault(key_of("email", item.to), item)
        except AddressInvalid:
            continue
    if not found:
        return 0
    with transaction.atomic():
        alone(wait=True)
        # It was taken before the call was over, and not later than what the feed knows of it.
        rows = run(
            """UPDATE message m SET status = 'sent', reason = 'found_at_provider', provider_id = v.provider_id,
                settled_at = %s, accepted_at = least(v.at, m.settled_at)
            FROM unnest(%s::bytea[], %s::text[], %s::timestamptz[]) AS v(address_key, provider_id, at), subscriber s
            WHERE m.status = 'uncertain' AND m.batch_id = %s AND m.channel = 'email' AND m.address_key = v.address_key
                AND s.id = m.subscriber_id AND s.erased_at IS NULL RETURNING m.id""",
            [now, list(found), [i.provider_id for i in found.values()], [i.at for i in found.values()], batch],
        )
    return len(rows)
