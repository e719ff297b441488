"""Settle: write down what became of everyone in a batch, move their cursors, end the batch. One statement for all.

What is the same for many is sent once: the fates are short arrays, and each person has a number into them. (A table of
them would be joined: a comparison for every person with every fate.)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from outreach.actions import alerts
from outreach.actions.dispatching.deciding import Fate
from outreach.actions.dispatching.rows import array, hot, run

# Cursors are moved in the order of their ids (the batch's own), as every other action locks them: see `by_index`.
_SETTLE = """
WITH person AS MATERIALIZED (
    SELECT o.enrollment, o.subscriber, o.address_key, o.provider_id, o.n,
        (%(statuses)s::text[])[o.fate] AS status, (%(reasons)s::text[])[o.fate] AS reason,
        (%(called)s::timestamptz[])[o.fate] AS called_at, (%(parts)s::smallint[])[o.fate] AS parts,
        (%(zones)s::text[])[o.fate] AS zones, (%(was_wanted)s::timestamptz[])[o.fate] AS was_wanted,
        (%(was_moved)s::text[])[o.fate] AS was_moved, (%(moves)s::bool[])[o.fate] AS moves,
        (%(due)s::timestamptz[])[o.fate] AS due, (%(wanted)s::timestamptz[])[o.fate] AS wanted,
        (%(moved)s::text[])[o.fate] AS moved, (%(runs)s::text[])[o.fate] AS run,
        (%(exits)s::text[])[o.fate] AS exit_reason,
        b.id AS batch, b.key AS batch_key, b.campaign_id, b.step_number, b.channel, b.moment
    FROM batch b CROSS JOIN LATERAL unnest(b.enrollment_ids, b.subscriber_ids, b.address_keys, %(codes)s::int[],
        %(provider_ids)s::text[]) WITH ORDINALITY AS o(enrollment, subscriber, address_key, fate, provider_id, n)
    WHERE b.id = %(batch)s::bigint AND o.fate IS NOT NULL
), written AS (
    INSERT INTO message (key, kind, enrollment_id, step_number, step_id, campaign_id, subscriber_id, batch_id, channel,
        address_key, status, reason, provider, provider_id, parts, wanted_at, moved, zones, claimed_at, sent_at,
        settled_at, accepted_at, failed_at)
    SELECT (left(p.batch_key::text, 32) || lpad(to_hex(p.n), 4, '0'))::uuid,
        CASE WHEN p.enrollment IS NOT NULL THEN 'step' WHEN EXISTS (SELECT FROM reply r WHERE r.batch_id = p.batch)
            THEN 'reply' ELSE 'confirmation' END,
        p.enrollment, nullif(p.step_number, 0),
        %(step)s::bigint, p.campaign_id, p.subscriber, p.batch, p.channel, p.address_key, p.status, p.reason,
        CASE WHEN p.called_at IS NULL THEN '' ELSE %(provider)s::text END,
        coalesce(p.provider_id, CASE WHEN p.status = 'sent' THEN %(provider_id)s::text END, ''),
        p.parts, p.was_wanted, p.was_moved, p.zones, p.moment,
        CASE WHEN p.called_at IS NOT NULL THEN %(sent)s::timestamptz END, coalesce(p.called_at, %(now)s::timestamptz),
        CASE WHEN p.status = 'sent' THEN p.called_at END, CASE WHEN p.status = 'failed' THEN p.called_at END
    FROM person p WHERE p.status <> ''
    {on_conflict} RETURNING 1
), cursors AS (
    UPDATE enrollment e SET
        next_step = CASE WHEN p.moves THEN p.step_number + 1 ELSE e.next_step END,
        next_due_at = p.due,
        next_wanted_at = p.wanted,
        next_moved = p.moved,
        status = CASE WHEN e.status = 'active' THEN p.run ELSE e.status END,
        exit_reason = CASE WHEN e.status = 'active' THEN p.exit_reason ELSE e.exit_reason END,
        ended_at = CASE WHEN e.status = 'active' AND p.run <> 'active' THEN %(now)s::timestamptz ELSE e.ended_at END
    FROM (SELECT * FROM person WHERE due IS NOT NULL ORDER BY n) p
    WHERE e.id = p.enrollment AND e.next_step = p.step_number
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM person WHERE status <> '')
"""
_STRICT = _SETTLE.format(on_conflict="")
_LENIENT = _SETTLE.format(on_conflict="ON CONFLICT DO NOTHING")


def settle(
    batch: int,
    step: int | None,
    fates: Mapping[int, Fate],
    *,
    people: int,
    provider: str,
    sent: datetime | None,
    now: datetime,
    provider_ids: Mapping[int, str] | None = None,
    lenient: bool = False,
) -> None:
    """Writes the messages of a batch and moves its people's cursors.

    `fates`: by place in the batch, from 1; `people` is how many it has. `step`: the row of the step, None for a batch
    outside any series, whose people have no cursor: replies that somebody wrote, or confirmations. To be called after
    `by_index`. `sent`: when the call began, None when nobody knows. `provider_ids`: the provider's names of the messages
    that were taken. `lenient` passes over a message that cannot be (its step has one already) and raises an alert: for a
    batch whose worker is gone and which must end somehow.
    """
    values = _columns(batch, fates, people, provider, sent, now, provider_ids or {})
    ((written, wanted),) = hot(_LENIENT if lenient else _STRICT, values | {"step": step})
    if written != wanted:
        say = "A message could not be recorded: its step has an outcome already. Please run `outreach audit`."
        alerts.raise_alert("message_not_recorded", say, now)


def _columns(
    batch: int,
    fates: Mapping[int, Fate],
    people: int,
    provider: str,
    sent: datetime | None,
    now: datetime,
    provider_ids: Mapping[int, str],
) -> dict[str, object]:
    numbers: dict[int, int] = {}
    table: list[Fate] = []
    codes: list[int | None] = []
    for n in range(1, people + 1):
        fate = fates.get(n)
        if fate is None:
            codes.append(None)
            continue
        number = numbers.get(id(fate))
        if number is None:
            table.append(fate)
            number = numbers[id(fate)] = len(table)
        codes.append(number)
    one = set(provider_ids.values())
    shared = one.pop() if len(one) == 1 else None
    return {
        "batch": batch,
        "codes": array(codes),
        "provider": provider,
        "sent": sent,
        "now": now,
        # one name for the whole call (SendGrid), or one for each
        "provider_id": shared,
        "provider_ids": [] if shared or not provider_ids else [provider_ids.get(n) for n in range(1, people + 1)],
        "statuses": _each(table, "status"),
        "reasons": _each(table, "reason"),
        "called": _each(table, "called_at"),
        "parts": _each(table, "parts"),
        "zones": _each(table, "zones"),
        "was_wanted": _each(table, "was_wanted"),
        "was_moved": _each(table, "was_moved"),
        "moves": _each(table, "moves"),
        "due": _each(table, "due"),
        "wanted": _each(table, "wanted"),
        "moved": _each(table, "moved"),
        "runs": _each(table, "run"),
        "exits": _each(table, "exit_reason"),
    }


def _each(table: Iterable[Fate], name: str) -> list[object]:
    return [getattr(fate, name) for fate in table]


def end_batch(batch: int, status: str) -> None:
    """The batch's last word; `status` is settled, swept or released. Whom it was for stands in the messages now."""
    run(
        """UPDATE batch SET status = %s, ended_at = clock_timestamp(), enrollment_ids = '{}', subscriber_ids = '{}',
            address_keys = '{}' WHERE id = %s""",
        [status, batch],
    )
