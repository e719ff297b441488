"""Settle: write down what became of everyone in a batch, move their cursors, end the batch. One statement for all.

What is the same for many is sent once: fates are arrays, and each person has a number into them; their words are few
even where every person is due at a moment of their own, so fates have a number into those. Looking up is quick because
an array of numbers or moments without NULL is read at any place at once, and one of words is short. (Tables of them
would be joined: a comparison for every person with every fate.)
"""

from collections.abc import Mapping
from datetime import datetime

from outreach.actions import alerts
from outreach.actions.dispatching.deciding import Fate
from outreach.actions.dispatching.rows import array, hot, moments, run

# Cursors are moved in the order of their ids (the batch's own), as every other action locks them: see `by_index`.
_SETTLE = """
WITH person AS MATERIALIZED (
    SELECT o.enrollment, o.subscriber, o.address_key, o.provider_id, o.n,
        nullif((%(called)s::timestamptz[])[o.fate], '-infinity') AS called_at,
        nullif((%(was_wanted)s::timestamptz[])[o.fate], '-infinity') AS was_wanted,
        nullif((%(due)s::timestamptz[])[o.fate], '-infinity') AS due,
        nullif((%(wanted)s::timestamptz[])[o.fate], '-infinity') AS wanted,
        (%(statuses)s::text[])[w.n] AS status, (%(reasons)s::text[])[w.n] AS reason,
        (%(parts)s::smallint[])[w.n] AS parts, (%(zones)s::text[])[w.n] AS zones,
        (%(was_moved)s::text[])[w.n] AS was_moved, (%(moves)s::bool[])[w.n] AS moves,
        (%(moved)s::text[])[w.n] AS moved, (%(runs)s::text[])[w.n] AS run, (%(exits)s::text[])[w.n] AS exit_reason,
        b.id AS batch, b.key AS batch_key, b.campaign_id, b.step_number, b.channel, b.moment
    FROM batch b CROSS JOIN LATERAL unnest(b.enrollment_ids, b.subscriber_ids, b.address_keys, %(codes)s::int[],
        %(provider_ids)s::text[]) WITH ORDINALITY AS o(enrollment, subscriber, address_key, fate, provider_id, n)
        CROSS JOIN LATERAL (SELECT (%(words)s::int[])[o.fate] AS n) w
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
    words: dict[tuple[object, ...], int] = {}
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
        "words": array([words.setdefault(_words(fate), len(words) + 1) for fate in table]),
        **{name: [said[at] for said in words] for at, name in enumerate(_WORDS)},
        "called": moments(fate.called_at for fate in table),
        "was_wanted": moments(fate.was_wanted for fate in table),
        "due": moments(fate.due for fate in table),
        "wanted": moments(fate.wanted for fate in table),
    }


_WORDS = ("statuses", "reasons", "parts", "zones", "was_moved", "moves", "moved", "runs", "exits")


def _words(fate: Fate) -> tuple[object, ...]:
    """What a fate says beside its moments, in the order of _WORDS."""
    return (
        fate.status, fate.reason, fate.parts, fate.zones, fate.was_moved, fate.moves, fate.moved, fate.run,
        fate.exit_reason,
    )  # fmt: skip


def end_batch(batch: int, status: str) -> None:
    """The batch's last word; `status` is settled, swept or released. Whom it was for stands in the messages now."""
    run(
        """UPDATE batch SET status = %s, ended_at = clock_timestamp(), enrollment_ids = '{}', subscriber_ids = '{}',
            address_keys = '{}' WHERE id = %s""",
        [status, batch],
    )
