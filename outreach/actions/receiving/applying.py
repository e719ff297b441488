"""Apply delivery events: facts set once, doubts settled, addresses suppressed, alerts raised. Order never matters.

Everything goes by sets, however many events come together: one statement keeps those that are new, one writes their
facts to the messages. What is rare (a suppression, an opt-out, an alert) costs a few statements more per call, not per
event. Callers come one at a time (`alone`), so that two posts about the same messages never wait for each other in a ring.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from outreach.actions import alerts, complaints
from outreach.actions.dispatching.rows import run
from outreach.actions.locking import lock_holders
from outreach.actions.opting_out import withdraw_all
from outreach.actions.suppressing import suppress_keys
from outreach.providers.base import Event
from outreach.rules import delivery
from outreach.rules.consent import CHANNELS
from outreach.rules.delivery import Meaning

# Causes that are the person's own word, so they end consent too; the others say something about the address alone.
WITHDRAWALS = {"complaint": "spam_report", "unsubscribe": "provider_unsubscribe", "provider_stop": "provider_stop"}
CHANNEL = {"sendgrid": "email", "smtp": "email", "twilio": "sms"}
LOCK = 0x6F75_7472_6561_6368  # the number of the advisory lock is of no meaning; it must only be ours alone


@dataclass(frozen=True, slots=True)
class Report:
    """One event as it is applied. `first`: never applied before, so its alert and its opt-out are due."""

    message_key: uuid.UUID | None
    at: datetime
    meaning: Meaning
    channel: str
    first: bool


def alone(*, wait: bool) -> bool:
    """Makes this transaction the one that applies events. Without `wait`, False when another one does."""
    if wait:
        run("SELECT FROM pg_advisory_xact_lock(%s)", [LOCK])
        return True
    ((mine,),) = run("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    return bool(mine)


@transaction.atomic(savepoint=False)
def apply_events(events: Iterable[Event], now: datetime) -> int:
    """Keeps each event once and applies the new ones, all or none. Returns how many were new.

    One whose message is not there yet is kept unapplied, for the reconcile.
    """
    unique: dict[tuple[str, str], Event] = {}
    for event in events:
        unique.setdefault((event.provider, event.natural_key), event)
    if not unique:
        return 0
    told = list(unique.values())
    rows = run(
        """INSERT INTO delivery_event (provider, natural_key, event_id, message_key, event, code, at, applied_at)
        SELECT v.provider, v.natural_key, v.event_id, v.message_key, v.event, v.code, v.at,
            CASE WHEN m.id IS NOT NULL THEN %s::timestamptz END
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
            AS v(provider, natural_key, event_id, message_key, event, code, at)
        LEFT JOIN message m ON m.key = v.message_key
        ON CONFLICT (provider, natural_key) DO NOTHING RETURNING provider, natural_key, applied_at IS NOT NULL""",
        [
            now,
            [e.provider for e in told],
            [e.natural_key for e in told],
            [e.event_id for e in told],
            [_key(e.message_key) for e in told],
            [e.event for e in told],
            [_detail(e) for e in told],
            [e.at for e in told],
        ],
    )
    new = [(unique[provider, natural_key], found) for provider, natural_key, found in rows]
    # what is about no message at all (a change of the account) is told to staff at once, and applies to nothing
    reports = [_report(e.provider, e.event, _detail(e), _key(e.message_key), e.at, first=True)
               for e, found in new if found or e.message_key is None]  # fmt: skip
    _apply(reports, now)
    return len(rows)


@transaction.atomic(savepoint=False)
def apply_event_rows(ids: Sequence[int], now: datetime) -> None:
    """Applies stored events, all or none. One whose message is still not there stays unapplied.

    Applied once more, an event settles what became uncertain since; its alert and its opt-out belong to the first time.
    """
    if not ids:
        return
    rows = run(
        """SELECT d.id, d.provider, d.event, d.code, d.message_key, d.at, d.applied_at IS NULL
        FROM delivery_event d JOIN message m ON m.key = d.message_key WHERE d.id = ANY(%s)""",
        [list(ids)],
    )
    _apply([_report(provider, word, code, key, at, first=first)
            for _, provider, word, code, key, at, first in rows], now)  # fmt: skip
    run(
        "UPDATE delivery_event SET applied_at = %s WHERE id = ANY(%s) AND applied_at IS NULL",
        [now, [row for row, *_ in rows]],
    )


def _report(provider: str, word: str, detail: str, key: uuid.UUID | None, at: datetime, *, first: bool) -> Report:
    return Report(key, at, _meaning(provider, word, detail), CHANNEL.get(provider, "email"), first)


@lru_cache(maxsize=4096)
def _meaning(provider: str, word: str, detail: str) -> Meaning:
    status, _, kind = detail.partition("|")
    return delivery.meaning(provider, word, code=status or None, kind=kind or None)


def _apply(reports: Collection[Report], now: datetime) -> None:
    told = Counter((r.meaning.alert, r.channel) for r in reports if r.first and r.meaning.alert)
    for (alert, channel), times in told.items():
        alerts.raise_known(str(alert), channel, now, times)
    # People before suppressions before messages before runs: the order in which every action takes its locks.
    withdrawn = _suppress([r for r in reports if r.first and r.meaning.suppress and r.message_key], now)
    _write_facts([r for r in reports if r.message_key and (r.meaning.fact or r.meaning.settles)])
    if any(r.first and r.meaning.fact == "complained_at" for r in reports):
        complaints.watch(now)
    for channel, methods in withdrawn.items():
        withdraw_all(channel, methods, source="provider", now=now)


def _suppress(reports: Sequence[Report], now: datetime) -> dict[str, dict[bytes, str]]:
    """Suppresses the addresses these messages went to. Returns who said so themselves: channel -> address -> method."""
    if not reports:
        return {}
    rows = run(
        """SELECT key, channel, address_key FROM message WHERE key = ANY(%s) AND address_key IS NOT NULL""",
        [[r.message_key for r in reports]],
    )
    addresses = {key: (channel, bytes(address)) for key, channel, address in rows}
    ordered = sorted(
        ((*addresses[r.message_key], r.at, str(r.meaning.suppress)) for r in reports if r.message_key in addresses),
        key=lambda one: one[2],
    )
    for one in sorted(CHANNELS):  # people before suppressions, as everybody locks them
        lock_holders(one, {address for channel, address, _, _ in ordered if channel == one})
    suppress_keys(((channel, address, cause) for channel, address, _, cause in ordered), now=now)
    withdrawn: dict[str, dict[bytes, str]] = {}
    for channel, address, _, cause in ordered:
        if cause in WITHDRAWALS:
            withdrawn.setdefault(channel, {})[address] = WITHDRAWALS[cause]
    return withdrawn


def _write_facts(reports: Sequence[Report]) -> None:
    """Writes facts and verdicts in one statement. The earliest report of a fact stands. A verdict settles a message that
    is uncertain ("sent" before "failed"); one that is settled keeps its status, and the facts tell the rest. A message
    that these reports do not change is not written."""
    if reports:
        run(
            """UPDATE message m SET delivered_at = least(m.delivered_at, v.delivered),
                bounced_at = least(m.bounced_at, v.bounced), complained_at = least(m.complained_at, v.complained),
                failed_at = least(m.failed_at, v.failed),
                status = CASE WHEN m.status <> 'uncertain' THEN m.status WHEN v.sent IS NOT NULL THEN 'sent'
                    WHEN v.lost IS NOT NULL THEN 'failed' ELSE m.status END,
                reason = CASE WHEN m.status = 'uncertain' AND coalesce(v.sent, v.lost) IS NOT NULL
                    THEN 'provider_report' ELSE m.reason END,
                settled_at = CASE WHEN m.status = 'uncertain' THEN coalesce(v.sent, v.lost, m.settled_at)
                    ELSE m.settled_at END,
                accepted_at = CASE WHEN m.status = 'uncertain' THEN coalesce(v.sent, m.accepted_at)
                    ELSE m.accepted_at END
            FROM (SELECT key, min(at) FILTER (WHERE fact = 'delivered_at') AS delivered,
                    min(at) FILTER (WHERE fact = 'bounced_at') AS bounced,
                    min(at) FILTER (WHERE fact = 'complained_at') AS complained,
                    min(at) FILTER (WHERE fact = 'failed_at') AS failed,
                    min(at) FILTER (WHERE settles = 'sent') AS sent, min(at) FILTER (WHERE settles = 'failed') AS lost
                FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[]) AS u(key, at, fact, settles)
                GROUP BY key) v
            WHERE m.key = v.key AND (m.status = 'uncertain'
                OR v.delivered < coalesce(m.delivered_at, 'infinity') OR v.bounced < coalesce(m.bounced_at, 'infinity')
                OR v.complained < coalesce(m.complained_at, 'infinity')
                OR v.failed < coalesce(m.failed_at, 'infinity'))""",
            [
                [r.message_key for r in reports],
                [r.at for r in reports],
                [r.meaning.fact for r in reports],
                [r.meaning.settles for r in reports],
            ],
        )


def _detail(event: Event) -> str:
    return f"{event.code or ''}|{event.kind}" if event.kind else event.code or ""


def _key(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
