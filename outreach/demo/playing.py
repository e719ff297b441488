"""Playing the days: move the clock to the next moment at which something happens, let the workers work, go on.

The clock is the only thing that is not real. Workers, broker, database, HTTP, signatures and rules are the same as in
production, and none of them knows.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.actions import clock, dispatching, paging, reconciling
from outreach.demo.script import DAYS, START, Happening, happenings
from outreach.errors import CannotStart
from outreach.models import Batch, Page
from outreach.running.system import System

SETTLE_WITHIN = 60.0  # real seconds one virtual moment may take
KILL_AT = timedelta(days=12)  # from here on, the next worker seen in mid-call is killed


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the demo stands: for the progress bar and the lines above it."""

    at: datetime
    say: str | None = None


def play(system: System, wake: Callable[[str], None]) -> Iterator[Moment]:
    """Plays all days, yielding where it is. `wake` gives one task of the clockwork to the workers, by name."""
    waiting = happenings()
    end = START + timedelta(days=DAYS)
    killed = False
    now = START
    while True:
        moment = _next_moment(waiting, end)
        if moment is None:
            break
        now = max(now, moment)
        _set_clock(system, now)
        while waiting and waiting[0].at <= now:
            yield Moment(now, waiting.pop(0).act(system))
        if not killed and now >= START + KILL_AT and dispatching.due_lanes(now):
            say = _kill_in_mid_call(system, wake)
            killed = say is not None
            if say:
                yield Moment(now, say)
        _work(system, now, wake)
        yield Moment(now)
    _set_clock(system, end)
    _last_reports(system, end, wake)
    yield Moment(end)


def _next_moment(waiting: list[Happening], end: datetime) -> datetime | None:
    """The next thing: a due message (when its lane may go), or something in the script. None when all is done."""
    moments = [waiting[0].at] if waiting else []
    due = dispatching.next_due()
    if due is not None:
        moments.append(due)
    moments = [m for m in moments if m <= end]
    return min(moments) if moments else None


def _set_clock(system: System, now: datetime) -> None:
    assert system.client is not None
    system.client.post("/sandbox/clock", {"now": now.isoformat()})
    clock.set_virtual(now)


def let_pass(system: System, time_passed: timedelta) -> None:
    """Moves both clocks on, as real ones go on by themselves."""
    _set_clock(system, clock.now() + time_passed)


def _work(system: System, now: datetime, wake: Callable[[str], None], *, pages: bool = False) -> None:
    """Lets the workers do all there is to do at this moment, and the providers report. `pages`: the pager too, which else
    goes by the real clock."""
    assert system.client is not None
    until = time.monotonic() + SETTLE_WITHIN
    nudge = 0.0
    while dispatching.due_lanes(now) or _open_batches() or (pages and _pages_due(now)):
        system.keep_alive()
        if time.monotonic() >= nudge:
            wake("tick")
            if pages:
                wake("page")
            if _open_batches():
                wake("sweep")
            nudge = time.monotonic() + 0.5
        if time.monotonic() > until:
            raise CannotStart(
                f"The workers did not finish what was due at {now:%Y-%m-%d %H:%M} UTC within {SETTLE_WITHIN:.0f} s. "
                f"The end of their log:\n{system.worker_parts[-1].last_words()}"
            )
        time.sleep(0.02)
    system.client.wait_idle()


def _open_batches() -> bool:
    return Batch.objects.filter(status__in=("claimed", "calling")).exists()


def _pages_due(now: datetime) -> bool:
    return paging.waiting(now).exists() or Page.objects.filter(status="calling").exists()


def _kill_in_mid_call(system: System, wake: Callable[[str], None]) -> str | None:
    """Slows the providers, waits for a batch in mid-call, and kills the worker that holds it. None if none was caught."""
    assert system.client is not None
    for provider in ("sendgrid", "twilio"):
        system.client.post("/sandbox/misbehave", {"on": provider, "do": "delay", "delay_ms": 1500, "count": 1})
    wake("tick")
    until = time.monotonic() + 5
    while time.monotonic() < until:
        batch = Batch.objects.filter(status="calling").exclude(worker="").first()
        if batch is not None:
            pid = int(batch.worker.rpartition(":")[2])
            for part in system.worker_parts:
                if part.pid == pid:
                    time.sleep(0.3)  # the request is on its way: the sandbox is holding the answer back
                    part.kill()
                    return f"{part.name} is killed (SIGKILL) while it waits for the provider's answer"
        time.sleep(0.01)
    return None


def _last_reports(system: System, now: datetime, wake: Callable[[str], None]) -> None:
    """Settles what is still uncertain, as the clockwork would in the following hour; after it nothing is on its way."""
    assert system.client is not None
    system.client.wait_idle()
    reconciling.reconcile(now)
    _work(system, now, wake, pages=True)
    paging.watch(now)
