"""Apply delivery events: facts set once, doubts settled, addresses suppressed, alerts raised. Order never matters."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from outreach.actions import alerts
from outreach.actions.dispatching.rows import run
from outreach.actions.opting_out import opt_out
from outreach.actions.suppressing import suppress_key
from outreach.providers.base import Event
from outreach.rules import delivery

FACTS = ("delivered_at", "bounced_at", "complained_at", "failed_at")
# Causes that are the person's own word, so they end consent too; the others say something about the address alone.
WITHDRAWALS = {"complaint": "spam_report", "unsubscribe": "provider_unsubscribe", "provider_stop": "provider_stop"}


@transaction.atomic
def apply_events(events: Iterable[Event], now: datetime) -> int:
    """Keeps each event once and applies the new ones, all or none. Returns how many were new."""
    unique = {(e.provider, e.natural_key): e for e in events}
    if not unique:
        return 0
    rows = run(
        """INSERT INTO delivery_event (provider, natural_key, event_id, message_key, event, code, at)
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
        ON CONFLICT (provider, natural_key) DO NOTHING RETURNING id""",
        [
            [e.provider for e in unique.values()],
            [e.natural_key for e in unique.values()],
            [e.event_id for e in unique.values()],
            [_key(e.message_key) for e in unique.values()],
            [e.event for e in unique.values()],
            [_detail(e) for e in unique.values()],
            [e.at for e in unique.values()],
        ],
    )
    apply_event_rows([row for (row,) in rows], now)
    return len(rows)


@transaction.atomic
def apply_event_rows(ids: Sequence[int], now: datetime) -> None:
    """Applies stored events, all or none. One whose message is not there yet stays unapplied for the reconcile.

    Applied once more, an event settles what became uncertain since; its alert and its opt-out belong to the first time.
    """
    if not ids:
        return
    rows = run(
        """SELECT d.id, d.provider, d.event, d.code, d.at, m.id, m.channel, m.address_key,
            d.applied_at IS NULL AND (m.id IS NOT NULL OR d.message_key IS NULL)
        FROM delivery_event d LEFT JOIN message m ON m.key = d.message_key WHERE d.id = ANY(%s) ORDER BY d.at, d.id""",
        [list(ids)],
    )
    facts: dict[str, list[tuple[int, datetime]]] = {fact: [] for fact in FACTS}
    settles: dict[str, list[tuple[int, datetime]]] = {"sent": [], "failed": []}
    applied: list[int] = []
    withdrawn: dict[tuple[str, bytes], str] = {}
    for event, provider, word, code, at, message, channel, address, first_time in rows:
        status, _, kind = code.partition("|")
        meaning = delivery.meaning(provider, word, code=status or None, kind=kind or None)
        if meaning.alert and first_time:
            alerts.raise_known(meaning.alert, channel or ("sms" if provider == "twilio" else "email"), now)
        if message is None:
            continue
        applied.append(event)
        if meaning.fact:
            facts[meaning.fact].append((message, at))
        if meaning.settles:
            settles[meaning.settles].append((message, at))
        if meaning.suppress and address is not None and first_time:
            suppress_key(channel, bytes(address), cause=meaning.suppress, now=now)
            if meaning.suppress in WITHDRAWALS:
                withdrawn[channel, bytes(address)] = WITHDRAWALS[meaning.suppress]
    _set_facts(facts)
    _settle(settles)
    for (channel, address), method in withdrawn.items():
        opt_out(channel, address, method=method, source="provider", now=now, wait=False)
    run("UPDATE delivery_event SET applied_at = coalesce(applied_at, %s) WHERE id = ANY(%s)", [now, applied])


def _set_facts(facts: dict[str, list[tuple[int, datetime]]]) -> None:
    for fact, found in facts.items():
        if found:
            # the name comes from FACTS, never from outside; the earliest report of a fact stands
            run(
                f"""UPDATE message m SET {fact} = least(m.{fact}, v.at) FROM (SELECT id, min(at) AS at
                    FROM unnest(%s::bigint[], %s::timestamptz[]) AS u(id, at) GROUP BY id) v WHERE m.id = v.id""",
                _columns(found),
            )


def _settle(settles: dict[str, list[tuple[int, datetime]]]) -> None:
    """A report settles a message that is uncertain. One that is settled keeps its status; facts tell the rest."""
    for status, found in settles.items():
        if found:
            run(
                """UPDATE message m SET status = %s, reason = 'provider_report', settled_at = v.at,
                    accepted_at = CASE WHEN %s = 'sent' THEN v.at ELSE m.accepted_at END
                FROM (SELECT id, min(at) AS at FROM unnest(%s::bigint[], %s::timestamptz[]) AS u(id, at) GROUP BY id) v
                WHERE m.id = v.id AND m.status = 'uncertain'""",
                [status, status, *_columns(found)],
            )


def _columns(pairs: Sequence[tuple[int, datetime]]) -> list[Any]:
    return [[row for row, _ in pairs], [at for _, at in pairs]]


def _detail(event: Event) -> str:
    return f"{event.code or ''}|{event.kind}" if event.kind else event.code or ""


def _key(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
