"""The spine: one batch's life, from due to settled. `send_batch` is all a worker calls.

claim   one transaction: record who is due a step as a batch; nobody in an open batch is claimed again
mark    one statement: the batch is `calling` from here on; before it, a dead worker's batch is simply due again
fence   one transaction from here: lock the batch, read consent, suppression, holds, hours and caps, decide everyone
call    the provider
settle  write every outcome, move the cursors, end the batch; the commit releases the lock that opt-outs wait for

Why the transaction stays open during the call: the lock is the fence. It dies with its holder's connection, so nobody
waits for the dead, and it holds no lock on any person. A call is bounded (seconds), so the wait is.

Why one row is the intent: until the provider was called there is nothing to say about anybody, and what a crash leaves
is that row. Messages and cursors are written once, with what is known then.
"""

from collections.abc import Callable
from datetime import datetime

from outreach.actions.dispatching import pace
from outreach.actions.dispatching.claim import claim
from outreach.actions.dispatching.confirmations import send_confirmations
from outreach.actions.dispatching.lane import Lane, Sent, lane
from outreach.actions.dispatching.send import fence_call_settle
from outreach.actions.dispatching.sweep import sweep
from outreach.actions.dispatching.waiting import due_lanes, next_due, wait_for_batches_of

__all__ = [
    "Lane",
    "Sent",
    "due_lanes",
    "lane",
    "next_due",
    "pace",
    "send_batch",
    "send_confirmations",
    "sweep",
    "wait_for_batches_of",
]


def send_batch(lane: Lane, clock: Callable[[], datetime], worker: str = "") -> Sent:
    """One turn of a lane: claims at most one batch and sends it. `clock` is asked at the claim and again at the fence.

    Confirmations come first: somebody is waiting in front of their mailbox.
    """
    if lane.channel == "email":
        turn = send_confirmations(lane, clock, worker)
        if turn.more:
            return turn
    now = clock()
    claimed = claim(lane, now, worker)
    if claimed is None:
        return Sent()
    if claimed.batch is None:
        return Sent(more=True, wait=claimed.wait)
    called = fence_call_settle(lane, claimed.batch, clock)
    return Sent(claimed=claimed.batch.people, called=called, more=True)
