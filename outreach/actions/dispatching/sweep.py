"""Sweep: end the batches whose worker died.

A batch that was never marked `calling` surely asked nothing of a provider: its people are simply due again. One that was
may have been taken, so its messages become `uncertain` and only the provider's own word settles them.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from outreach.actions.connecting import provider_name
from outreach.actions.dispatching.composing import parts_of
from outreach.actions.dispatching.deciding import Fate, Spots
from outreach.actions.dispatching.facts import PLAIN, due_people, histories
from outreach.actions.dispatching.lane import Lane, bare_lane
from outreach.actions.dispatching.rows import by_index, run
from outreach.actions.dispatching.settle import end_batch, settle
from outreach.actions.dispatching.waiting import Group

# By addresses: a reply may go to a number that no record has.
# SKIP LOCKED: a batch whose worker lives holds its lock, and is not dead however old its lease.
_DEAD = """
SELECT b.id, b.channel, b.status, b.step_number, cardinality(b.address_keys) FROM batch b
WHERE b.status IN ('claimed', 'calling') AND b.lease_until < clock_timestamp()
ORDER BY b.lease_until LIMIT 1 FOR UPDATE OF b SKIP LOCKED
"""
_GROUP = """
SELECT c.id, p.id, b.step_number, (SELECT count(*) FROM step n WHERE n.series_id = c.series_id
    AND n.channel = b.channel), r.topic, r.cadence, p.parts
FROM batch b JOIN campaign c ON c.id = b.campaign_id JOIN series r ON r.id = c.series_id
JOIN step p ON p.series_id = c.series_id AND p.channel = b.channel AND p.number = b.step_number WHERE b.id = %s
"""
_DOUBT = "worker_died_in_call"


def sweep(now: datetime, *, limit: int = 100) -> int:
    """Ends up to `limit` dead batches, each in its own transaction. Returns how many."""
    ended = 0
    while ended < limit and _sweep_one(now):
        ended += 1
    return ended


@transaction.atomic
def _sweep_one(now: datetime) -> bool:
    rows = run(_DEAD)
    if not rows:
        return False
    batch, channel, status, step, people = rows[0]
    if status == "claimed":
        end_batch(batch, "released")
        return True
    by_index()
    if step:
        _doubt_everyone(batch, bare_lane(channel), people, now)
    else:
        doubt = Fate("uncertain", _DOUBT, called_at=now)
        settle(
            batch, None, dict.fromkeys(range(1, people + 1), doubt), people=people, provider=provider_name(channel),
            sent=None, now=now,
        )  # fmt: skip
    end_batch(batch, "swept")
    return True


def _doubt_everyone(batch: int, lane: Lane, people: int, now: datetime) -> None:
    """Whom the fence would have stopped, nobody knows any more: all of them may have been written to. All but those whose
    number had got this step already, or was getting it just then, by another record."""
    (found,) = run(_GROUP, [batch])
    group = Group(*found)
    spots, step = Spots(lane, group, now), group.step_id
    everyone = due_people(lane.channel, batch, group.topic, now, free=1)
    told = histories(lane.channel, batch, group.topic, now, [person.n for person in everyone if not person.plain])
    shared: dict[tuple[int, int], Fate] = {}
    fates = {}
    for person in everyone:
        spot, parts, history = spots.of(person), parts_of(lane.channel, step, person), told.get(person.n, PLAIN)
        if history.same_step_sent:
            fates[person.n] = replace(spot.onward, status="skipped", reason="same_address")
        elif not history.same_step_going:
            key = (id(spot), parts)
            if key not in shared:
                shared[key] = replace(spot.onward, status="uncertain", reason=_DOUBT, called_at=now, parts=parts)
            fates[person.n] = shared[key]
    settle(
        batch, step, fates, people=people, provider=provider_name(lane.channel), sent=None, now=now, lenient=True
    )  # fmt: skip
