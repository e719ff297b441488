"""One forced interleaving per planted bug: the point at which a worker stands while the other thing happens.

Every scene is played twice: with its bug, which the judge must report, and without, when it must have nothing to say.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.faults.children import Child
from tests.faults.ground import Ground
from tests.faults.judge import judge
from tests.faults.resting import come_to_rest, job
from tests.faults.stage import Stage, call_at_door, staged

FIRST_TEXT: Final = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)  # Thursday, half past five in Atlanta


def _standing_at(stage: Stage, point: str, channel: str = "email") -> Child:
    """A worker that has been given a hint and stands at `point`."""
    child = stage.worker()
    stage.nest.arms.arm(child.slot, point)
    stage.give(child, "send_batch", channel=channel)
    stage.pump(lambda: child.stopped_at is not None or child.job is None, f"a worker comes to “{point}”")
    assert child.stopped_at == point, f"nobody passed “{point}”; {stage.troubles}"
    stage.standing.clear()
    return child


def _goes_on(stage: Stage, child: Child) -> None:
    child.go()
    stage.pump(lambda: child.job is None, "the worker ends its turn")


def killed_after_settling(stage: Stage) -> None:
    """A worker dies when everything is written down."""
    stage.kill(_standing_at(stage, "settle: committed"))


def a_sweep_meets_a_living_worker(stage: Stage) -> None:
    """A worker stands between mark and lock, its lease has time, and a sweep comes by."""
    child = _standing_at(stage, "mark: committed")
    job(stage, "sweep")
    _goes_on(stage, child)


def an_opt_out_meets_the_fence(stage: Stage) -> None:
    """The facts are read; now somebody of the batch opts out, and is answered, or made to wait for the call."""
    child = _standing_at(stage, "fence: facts read")
    (ids,) = stage.eyes.see("SELECT subscriber_ids FROM batch WHERE status = 'calling'")[0]
    person = next(p for p in stage.people if p.id == ids[0])
    caller = call_at_door(stage, "one_click", person, random.Random(1))
    stage.pump(lambda: caller.job is None or stage.blocked(), "an opt-out is answered or waits")
    _goes_on(stage, child)
    stage.pump(lambda: caller.job is None, "the opt-out is answered")
    assert len(stage.confirmed) == 1


def an_answer_is_lost(stage: Stage) -> None:
    """The provider takes a call and its answer is cut; its reports are lost too."""
    stage.box.post("/sandbox/misbehave", {"on": "sendgrid", "do": "cut_after_accept"})
    stage.box.post("/sandbox/misbehave", {"on": "events", "do": "off", "count": 50})
    job(stage, "send_batch", channel="email")
    assert stage.eyes.one("SELECT count(*) FROM message WHERE status = 'uncertain'")
    job(stage, "reconcile")


def the_provider_is_busy(stage: Stage) -> None:
    """A call is surely not taken."""
    stage.box.post("/sandbox/misbehave", {"on": "sendgrid", "do": "status", "status": 429, "retry_after": 5})
    job(stage, "send_batch", channel="email")


def the_connection_is_lost_before_the_call(stage: Stage) -> None:
    """The lock goes with its connection, unseen, between the last look and the first byte; somebody opts out meanwhile."""
    child = _standing_at(stage, "call: email first byte")
    (ids,) = stage.eyes.see("SELECT subscriber_ids FROM batch WHERE status = 'calling'")[0]
    stage.terminate_backend(child)
    caller = call_at_door(stage, "one_click", next(p for p in stage.people if p.id == ids[0]), random.Random(1))
    stage.pump(lambda: caller.job is None or stage.blocked(), "an opt-out is answered or waits", patience=20)
    _goes_on(stage, child)


def the_machine_sleeps_between_fence_and_call(stage: Stage) -> None:
    """The hours are judged; then the machine sleeps into the night (a laptop's lid), and the worker goes on."""
    stage.set_clock(FIRST_TEXT)
    child = _standing_at(stage, "fence: judged", "sms")
    stage.set_clock(FIRST_TEXT + timedelta(hours=9))
    _goes_on(stage, child)


def the_machine_sleeps_before_a_call_whose_answer_is_lost(stage: Stage) -> None:
    """Between claim and call the machine sleeps for longer than the provider's list is looked through around the claim."""
    stage.set_clock(FIRST_TEXT)
    stage.box.post("/sandbox/misbehave", {"on": "twilio", "do": "cut_after_accept", "count": 50})
    stage.box.post("/sandbox/misbehave", {"on": "status", "do": "off", "count": 500})
    child = _standing_at(stage, "fence: locked", "sms")
    stage.set_clock(FIRST_TEXT + timedelta(minutes=40))
    _goes_on(stage, child)
    stage.pump(lambda: stage.box.wait_idle(20), "every report is withheld")


SCENES: Final[Mapping[str, Callable[[Stage], None]]] = {
    "settle before call": killed_after_settling,
    "no lease": a_sweep_meets_a_living_worker,
    "opt-out read before the lock": an_opt_out_meets_the_fence,
    "blind resend": an_answer_is_lost,
    "cursor advanced on failure": the_provider_is_busy,
}


# Interleavings of no killed process and no planted bug, known to break a promise or not: `--limits` says which.
# What the random runs found, forced: the judge must have nothing to say.
FOUND: Final[Mapping[str, Callable[[Stage], None]]] = {
    "a text that was taken long after its claim is not denied": the_machine_sleeps_before_a_call_whose_answer_is_lost,
}
LIMITS: Final[Mapping[str, Callable[[Stage], None]]] = {
    "1: the connection is lost between the last look and the first byte": the_connection_is_lost_before_the_call,
    "4: the machine sleeps between the last look and the first byte": the_machine_sleeps_between_fence_and_call,
}


def played(ground: Ground, scene: Callable[[Stage], None], bug: str = "") -> list[str]:
    """The breaches that the judge finds after a scene."""
    with staged(ground, people=4, seed=7, bug=bug, emails=2, texts=1, places=1) as stage:
        scene(stage)
        come_to_rest(stage)
        return judge(stage)
