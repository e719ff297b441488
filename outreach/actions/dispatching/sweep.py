"""Sweep: end the batches whose worker died.

A batch that was never marked `calling` surely asked nothing of a provider: its people are due again. One that was may
have been taken, so its messages become `uncertain` and only the provider's own word settles them.
"""

from datetime import datetime

from django.db import transaction

from outreach.actions.connecting import provider_name
from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.settle import Settled, end_batch, finish_cursors, lock_runs, record, return_to_due


def sweep(now: datetime, *, limit: int = 100) -> int:
    """Ends up to `limit` dead batches, each in its own transaction. Returns how many."""
    ended = 0
    while ended < limit and _sweep_one(now):
        ended += 1
    return ended


@transaction.atomic
def _sweep_one(now: datetime) -> bool:
    # SKIP LOCKED: a batch whose worker lives holds its lock, and is not dead however old its lease.
    rows = run(
        """SELECT b.id, b.channel, b.status, (SELECT count(*) FROM step p JOIN campaign c ON c.series_id = p.series_id
            WHERE c.id = b.campaign_id AND p.channel = b.channel)
        FROM batch b WHERE b.status IN ('claimed', 'calling') AND b.lease_until < clock_timestamp()
        ORDER BY b.lease_until LIMIT 1 FOR UPDATE OF b SKIP LOCKED"""
    )
    if not rows:
        return False
    batch, channel, status, steps = rows[0]
    open_rows = [row for (row,) in run("SELECT id FROM message WHERE batch_id = %s AND status = 'sending'", [batch])]
    if status == "claimed":
        settled = [Settled(row, "returned", "worker_died_before_call", again_at=now) for row in open_rows]
    else:
        settled = [Settled(row, "uncertain", "worker_died_in_call", called_at=now) for row in open_rows]
    lock_runs(settled)
    record(settled, provider=provider_name(channel), now=now)
    return_to_due(settled)
    finish_cursors(batch, steps, now)
    end_batch(batch, "released" if status == "claimed" else "swept")
    return True
