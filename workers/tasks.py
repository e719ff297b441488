"""Thin tasks. A task is a hint that there may be work: it asks the clock, calls one action, and ends.

A lost task loses nothing (the next tick gives it again); a doubled one does nothing twice (the claim locks). Arguments
are lane names only: no id, no address, no text.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from functools import partial

from celery import Task
from django.db import InterfaceError, OperationalError, close_old_connections

from outreach.actions import (
    answering,
    auditing_ledger,
    campaigning,
    catching_up,
    clock,
    dispatching,
    limiting,
    paging,
    polling,
    reconciling,
    retaining,
    telling_providers,
    trying_pager,
)
from outreach.actions.receiving import storing
from outreach.errors import trace
from outreach.rules.schedule_values import Channel
from outreach.running.broker import LANES
from workers.app import app

log = logging.getLogger(__name__)
WORKER = f"{socket.gethostname()}:{os.getpid()}"
TURN_SECONDS = 5.0  # then a task makes room for others
AT_ONCE = 2  # tasks on a lane: while one waits for its database or provider, the other puts the next batch together
_answers = threading.Lock()  # one thread at a time asks a provider about answers: should it hang, the others still page
HINT_SECONDS = 10.0  # a hint nobody took by then is stale: the next tick gives a fresh one


class Work(Task):  # type: ignore[misc]  # celery ships no types
    """A task at the edge of the database: a lost connection ends this hint, and the next tick brings the work again.

    Any other fault ends it too, and is told here by its kind and place: Celery would log the exception's own words, and a
    database quotes the row it refuses.
    """

    def __call__(self, *args: object, **kwargs: object) -> object:
        close_old_connections()
        try:
            return super().__call__(*args, **kwargs)
        except (OperationalError, InterfaceError) as e:
            log.warning("%s: the database cannot be reached (%s); the work stays due", self.name, type(e).__name__)
            return None
        except Exception as e:  # noqa: BLE001  # told without its words; the next tick brings the work again
            log.error("%s failed: %s", self.name, trace(e))
            return None


@app.task(base=Work)
def tick() -> None:
    """Wakes every lane that has work; applies reports that their doors left to each other, and those that came before
    their message.

    A standstill is looked for first: what it left behind must not be claimed before a person has decided.
    """
    now = clock.now()
    catching_up.watch(now)
    for channel in dispatching.due_lanes(now):
        for _ in range(AT_ONCE):
            wake(channel)
    storing.apply_left(now)
    reconciling.apply_early(now)


@app.task(base=Work)
def send_batch(channel: Channel) -> None:
    """Sends batches of a lane until nothing is due, or it is another's turn."""
    lane = dispatching.lane(channel)
    until = time.monotonic() + TURN_SECONDS
    while time.monotonic() < until:
        turn = dispatching.send_batch(lane, clock.now, WORKER)
        if not turn.more:
            return
        if turn.wait:
            time.sleep(min(turn.wait, 1.0))  # the sender's pace; nothing is held meanwhile
    wake(channel)


@app.task(base=Work)
def sweep() -> None:
    """Ends the batches of dead workers, applies what webhooks left behind, closes campaigns that are done, lets go of what
    has been kept long enough, seals the ledger."""
    now = clock.now()
    steps: tuple[Callable[[], object], ...] = (
        partial(dispatching.sweep, now),
        partial(storing.apply_waiting, now),
        partial(storing.forget_unread, now),
        partial(limiting.forget, now),
        partial(campaigning.finish_done, now),
        partial(retaining.let_go, now),
        partial(telling_providers.tell_providers, now),
        auditing_ledger.head,  # seals what was appended to the consent ledger since the last time
    )
    for step in steps:  # a fault in one keeps none of the others back
        try:
            step()
        except (OperationalError, InterfaceError):
            raise
        except Exception as e:  # noqa: BLE001  # told without its words, as `Work` tells one
            log.error("sweep failed: %s", trace(e))


@app.task(base=Work)
def reconcile() -> None:
    """Settles what is uncertain from the provider's own word."""
    reconciling.reconcile(clock.now())


@app.task(base=Work)
def poll_inbound() -> None:
    """Finds inbound texts whose webhook was lost."""
    polling.poll_inbound(clock.now())


@app.task(base=Work)
def page() -> None:
    """Sees whether crises were answered, and pages whoever is to be paged for them."""
    try:
        if _answers.acquire(blocking=False):
            try:
                answering.follow_up(clock.now())
            finally:
                _answers.release()
    finally:  # whatever keeps a machine from answering, people are paged
        paging.page_due(clock.now())


@app.task(base=Work)
def try_pager() -> None:
    """Runs the evening's test of the pager when it is due."""
    trying_pager.try_if_due(clock.now())


def wake(channel: str) -> None:
    """Gives the hint that a lane has work. A broker that refuses it (full, gone) is logged; the work stays due."""
    try:
        send_batch.apply_async((channel,), queue=LANES[channel], expires=HINT_SECONDS)
    except Exception as e:  # noqa: BLE001  # the broker carries hints, never truth: whatever its trouble, nothing is lost
        log.error("no hint could be given to lane %s: %s", channel, type(e).__name__)
