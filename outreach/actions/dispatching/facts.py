"""What the decision about the people of a batch rests on: the hot SQL, read once, under the batch's lock.

Nearly everybody is plain: consent stands, nothing is held, nothing was sent lately. `due_people` says so in one column,
and for those the judgement needs their place and moment alone. For the others `histories` tells what is not plain.
Both ask by the same expressions below, so a person is plain exactly when their history is empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from outreach.actions.dispatching.rows import array, hot
from outreach.rules.consent import Facts


class Due(NamedTuple):
    """One person of a batch. `n` is their place in it, from 1."""

    n: int
    subscriber: int
    address: str | None
    first_name: str
    discreet: bool
    language: str
    zone: str | None
    zip_code: str | None
    state: str | None
    phone: str | None
    due_at: datetime
    wanted_at: datetime | None
    moved: str
    anchor: datetime
    slowed: int
    had_before: bool  # texts: not the first one to this number
    plain: bool


@dataclass(frozen=True, slots=True)
class History:
    """What is not plain about a person. `lately`: when messages of the last day went to them, or are going just now;
    `elsewhere`: the same of the other channel."""

    facts: Facts
    due: bool = True  # the run is active and stands at this step
    same_address: bool = True  # as the one the batch was claimed for
    lately: tuple[datetime, ...] = ()
    same_step_sent: bool = False
    same_step_going: bool = False
    elsewhere: tuple[datetime, ...] = ()


PLAIN = History(
    Facts(address_ok=True, suppressed=None, consent="granted", held=None, paused_until=None, erased=False),
)

_ADDRESS = {"email": "email", "sms": "phone"}

# What went to somebody: emails by person (an address belongs to one), texts by number, whoever's record holds it.
# `|| ''` keeps indexes of some kinds of messages out of the search by person: they would be read whole.
_LATELY = {
    "email": """FROM message m WHERE m.subscriber_id = s.id AND m.claimed_at > %(now)s - interval '24 hours'
        AND m.channel || '' = 'email' AND m.kind || '' = 'step' AND m.status || '' IN ('sent', 'uncertain')""",
    "sms": """FROM message m WHERE m.address_key = o.key AND m.channel = 'sms'
        AND m.claimed_at > %(now)s - interval '24 hours' AND m.kind = 'step' AND m.status IN ('sent', 'uncertain')""",
}
# What went to the person on the other channel, and all that went to them: for an email one look tells of both channels.
_ELSEWHERE = """FROM message m WHERE m.subscriber_id = s.id AND m.claimed_at > %(now)s - interval '24 hours'
    AND m.channel || '' <> %(channel)s AND m.kind || '' = 'step' AND m.status || '' IN ('sent', 'uncertain')"""
_HAD = {
    "email": """(SELECT count(*) FROM message m WHERE m.subscriber_id = s.id AND m.kind || '' = 'step'
        AND m.claimed_at > %(now)s - interval '24 hours' AND m.status || '' IN ('sent', 'uncertain'))""",
    "sms": f"((SELECT count(*) {_LATELY['sms']}) + (SELECT count(*) {_ELSEWHERE}))",
}
# A question with LIMIT is asked person by person; an EXISTS might be answered by reading every message there is.
_HAD_BEFORE = {
    "email": "false",
    "sms": """(SELECT true FROM message m WHERE m.address_key = o.key AND m.channel = 'sms' AND m.kind = 'step'
        AND m.status IN ('sent', 'uncertain') AND m.failed_at IS NULL LIMIT 1) IS NOT NULL""",
}
_SAME_STEP = {
    "email": "false",  # an email address belongs to one person, who is in a campaign once
    "sms": """(SELECT true FROM message m WHERE m.address_key = o.key AND m.channel = 'sms'
        AND m.campaign_id = b.campaign_id AND m.step_number = b.step_number AND m.kind = 'step'
        AND m.status IN ('sent', 'uncertain') LIMIT 1) IS NOT NULL""",
}
# Batches that were marked before this one and are not over: what they carry counts as sent. Marks are taken one after
# the other (see send.mark_calling), so of two batches at least the later one sees the other.
_GOING = """
WITH going AS MATERIALIZED (
    SELECT u.key, k.moment, k.campaign_id, k.step_number FROM batch k, unnest(k.address_keys) AS u(key)
    WHERE k.status = 'calling' AND k.channel = %(channel)s AND u.key IS NOT NULL
        AND (k.calling_at, k.id) < (SELECT calling_at, id FROM batch WHERE id = %(batch)s)),
going_elsewhere AS MATERIALIZED (
    SELECT u.id, k.moment FROM batch k, unnest(k.subscriber_ids) AS u(id)
    WHERE k.status = 'calling' AND k.channel <> %(channel)s AND k.step_number > 0
        AND (k.calling_at, k.id) < (SELECT calling_at, id FROM batch WHERE id = %(batch)s))
"""
_PEOPLE = """
    FROM batch b CROSS JOIN LATERAL unnest(b.enrollment_ids, b.address_keys) WITH ORDINALITY AS o(enrollment, key, n)
    JOIN enrollment e ON e.id = o.enrollment
    JOIN subscriber s ON s.id = e.subscriber_id
    LEFT JOIN consent ct ON ct.subscriber_id = s.id AND ct.channel = %(channel)s AND ct.topic = %(topic)s
    LEFT JOIN suppression x ON x.channel = %(channel)s AND x.address_key = s.{address}_key AND x.lifted_at IS NULL
"""
_DUE = (
    _GOING
    + """
    SELECT o.n, s.id, s.{address}, s.first_name, s.discreet, s.language, s.zone, s.zip_code, s.state, s.phone,
        e.next_due_at, e.next_wanted_at, e.next_moved, e.anchor, e.slowed, {had_before},
        coalesce(e.status = 'active' AND e.next_step = b.step_number AND s.{address}_key = o.key
            AND s.{address} IS NOT NULL AND s.held_reason IS NULL AND s.paused_until IS NULL AND s.erased_at IS NULL
            AND ct.state = 'granted' AND x.id IS NULL AND NOT {same_step}
            AND {had} < %(free)s::int AND o.key NOT IN (SELECT key FROM going)
            AND s.id NOT IN (SELECT id FROM going_elsewhere), false)
    """
    + _PEOPLE
    + "WHERE b.id = %(batch)s ORDER BY o.n"
)
_HISTORY = (
    _GOING
    + """
    SELECT o.n, e.status = 'active' AND e.next_step = b.step_number, s.{address}_key IS NOT DISTINCT FROM o.key,
        s.{address} IS NOT NULL, x.cause, coalesce(ct.state, ca.state, 'none'), s.held_reason, s.paused_until,
        s.erased_at IS NOT NULL,
        coalesce((SELECT array_agg(m.claimed_at) {lately}), '{{}}')
            || coalesce((SELECT array_agg(g.moment) FROM going g WHERE g.key = o.key), '{{}}'),
        {same_step},
        EXISTS (SELECT 1 FROM going g WHERE g.key = o.key AND g.campaign_id = b.campaign_id
            AND g.step_number = b.step_number),
        coalesce((SELECT array_agg(m.claimed_at) {elsewhere}), '{{}}')
            || coalesce((SELECT array_agg(g.moment) FROM going_elsewhere g WHERE g.id = s.id), '{{}}')
    """
    + _PEOPLE
    + """LEFT JOIN consent ca ON ca.subscriber_id = s.id AND ca.channel = %(channel)s AND ca.topic = '*'
    WHERE b.id = %(batch)s AND o.n = ANY(%(people)s::bigint[])"""
)


def _written(query: str, channel: str) -> str:
    return query.format(
        address=_ADDRESS[channel], lately=_LATELY[channel], had_before=_HAD_BEFORE[channel],
        same_step=_SAME_STEP[channel], elsewhere=_ELSEWHERE, had=_HAD[channel],
    )  # fmt: skip


_DUE_BY_CHANNEL = {channel: _written(_DUE, channel) for channel in _ADDRESS}
_HISTORY_BY_CHANNEL = {channel: _written(_HISTORY, channel) for channel in _ADDRESS}


def due_people(channel: str, batch: int, topic: str, now: datetime, *, free: int) -> list[Due]:
    """Everyone in a batch, in its order, as they are at this moment. `free`: how many messages of the last day anybody may
    have had and still be plain, plus one; it must not be above any cap that may hold for them."""
    values = {"channel": channel, "batch": batch, "topic": topic, "now": now, "free": free}
    return list(map(Due._make, hot(_DUE_BY_CHANNEL[channel], values)))


def histories(channel: str, batch: int, topic: str, now: datetime, people: Sequence[int]) -> dict[int, History]:
    """What there is to say about these people of a batch, by their place in it."""
    if not people:
        return {}
    values = {"channel": channel, "batch": batch, "topic": topic, "now": now, "people": array(people)}
    found = {}
    for n, due, same, there, cause, state, held, paused, erased, lately, step_sent, step_going, elsewhere in hot(
        _HISTORY_BY_CHANNEL[channel], values
    ):
        facts = Facts(
            address_ok=there, suppressed=cause, consent=state, held=held, paused_until=paused, erased=erased
        )  # fmt: skip
        found[n] = History(facts, due, same, tuple(lately), step_sent, step_going, tuple(elsewhere))
    return found
