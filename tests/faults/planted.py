"""Five known mistakes, planted into a worker process by replacing a function there. The judge must see every one.

A harness that never cries is no proof; each of these is found by its scene in scenes.py, and the sound program is not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.faults.points import replace

_SPINE: Final = "outreach.actions.dispatching"


def plant(bug: str) -> None:
    """Plants one of `BUGS` into this process; "" plants nothing."""
    if bug:
        BUGS[bug]()


def _settle_before_call() -> None:
    """The outcome is written as if it were known, committed, and only then is the provider called."""
    owed: list[Callable[[], Any]] = []

    def put_off(send: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(self: Any, batch: Any, gate: Any = None) -> Mapping[str, Any]:
            from outreach.providers.base import Accepted

            owed.append(functools.partial(send, self, batch))
            people = batch.recipients if hasattr(batch, "recipients") else batch.messages
            return {one.key: Accepted(f"SM{one.key}") for one in people}

        return wrapped

    def call_after(settle: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any) -> Any:
            called = settle(*args)
            while owed:
                owed.pop()()
            return called

        return wrapped

    replace("outreach.providers.sendgrid", "SendGrid.send", put_off)
    replace("outreach.providers.twilio", "Twilio.send", put_off)
    replace(_SPINE, "fence_call_settle", call_after)


def _no_lease() -> None:
    """The sweep takes every open batch, whether or not its worker still has time."""

    def careless(run: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(query: str, *values: Any) -> Any:
            return run(query.replace("b.lease_until < clock_timestamp()", "true"), *values)

        return wrapped

    replace(f"{_SPINE}.sweep", "run", careless)


def _opt_out_read_before_the_lock() -> None:
    """The facts are read first and the lock that opt-outs wait for is taken after."""
    later: list[Callable[[], bool]] = []

    def put_off(lock: Callable[..., bool]) -> Callable[..., bool]:
        def wrapped(batch: int) -> bool:
            later.append(functools.partial(lock, batch))
            return True

        return wrapped

    def lock_after(read: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            people = read(*args, **kwargs)  # the point "facts read" lies in here, with no lock held yet
            while later:
                later.pop()()
            return people

        return wrapped

    replace(f"{_SPINE}.send", "lock_calling", put_off)
    replace(f"{_SPINE}.send", "due_people", lock_after)


def _blind_resend() -> None:
    """What is uncertain is simply due again."""

    def resend(reconcile: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            from outreach.actions.dispatching.rows import run

            run(
                """WITH doubtful AS (UPDATE message SET status = 'returned' WHERE status = 'uncertain'
                    RETURNING enrollment_id, step_number)
                UPDATE enrollment e SET next_step = d.step_number, next_due_at = (SELECT now FROM clock_setting),
                    status = 'active', ended_at = NULL
                FROM doubtful d WHERE e.id = d.enrollment_id"""
            )
            return 0

        return wrapped

    replace("outreach.actions.reconciling", "reconcile", resend)


def _cursor_advanced_on_failure() -> None:
    """A call that surely was not taken leaves the cursor behind its step."""

    def skip(settle: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(lane: Any, batch: Any, *args: Any) -> Any:
            from outreach.actions.dispatching.rows import run

            (carried,) = run("SELECT enrollment_ids FROM batch WHERE id = %s", [batch.id])[0]
            called = settle(lane, batch, *args)
            run(
                """UPDATE enrollment e SET next_step = e.next_step + 1 WHERE e.id = ANY(%s) AND e.next_step = %s
                    AND e.status = 'active' AND NOT EXISTS (SELECT 1 FROM message m WHERE m.enrollment_id = e.id
                        AND m.step_number = e.next_step AND m.status <> 'returned')""",
                [carried, batch.group.step],
            )
            return called

        return wrapped

    replace(_SPINE, "fence_call_settle", skip)


BUGS: Final[Mapping[str, Callable[[], None]]] = {
    "settle before call": _settle_before_call,
    "no lease": _no_lease,
    "opt-out read before the lock": _opt_out_read_before_the_lock,
    "blind resend": _blind_resend,
    "cursor advanced on failure": _cursor_advanced_on_failure,
}
