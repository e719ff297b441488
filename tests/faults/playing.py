"""One run of many faults: the series is played moment by moment, and at every step something goes wrong.

All choices come from one seed. What the operating system schedules is not ours to repeat; the points are.
"""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from typing import Any, Final

from tests.faults.children import Child
from tests.faults.deck import BEFORE, Deck, Fault, at_points, fits, loose, restarts
from tests.faults.resting import OPEN, next_moment
from tests.faults.seeding import Someone
from tests.faults.stage import DOORS, Stage, Stuck, call_at_door

WORKERS: Final = 3
LEAVERS: Final = 0.4  # of the people: who may opt out in a run, so that somebody is left to send to
ROUNDS: Final = 60  # how often one moment may be ticked before it counts as stuck


class Play:
    """`wanted`: how many faults. They are counted in `stage.counts` when they have happened."""

    def __init__(self, stage: Stage, rng: random.Random, wanted: int) -> None:
        self.stage, self.rng, self.wanted = stage, rng, wanted
        self.armed = Deck(rng, at_points)
        self.loose = Deck(rng, loose)
        self.restarts = restarts(rng)
        self.rules: dict[int, Fault] = {}
        self.leaving: set[int] = set()
        self.held: list[Someone] = []
        self.loses = self.doubles = 0
        self.numbers = itertools.count(1)
        stage.on_hint = self._hint

    @property
    def injected(self) -> int:
        return self.stage.counts.total()

    def play(self) -> None:
        """Until enough has gone wrong, or the series is over."""
        stage = self.stage
        while self.injected < self.wanted:
            moment = next_moment(stage)
            if moment is None and not stage.eyes.one(OPEN):
                break
            if moment is not None and moment > stage.clock:
                self._let_go_on()
                stage.set_clock(moment)
                self._sign_up()
            self._moment()
        self._settle_down()

    def _sign_up(self) -> None:
        """Somebody new asks for emails on the page, and is to be asked back once."""
        caller = self.stage.caller()
        self.stage.give(caller, "sign_up", number=next(self.numbers), channels=[])
        self.stage.pump(lambda: caller.job is None, "a sign-up is taken")

    def _moment(self) -> None:
        """All that is due now, with what goes wrong meanwhile."""
        stage, rounds = self.stage, 0
        stage.hints.append({"do": "tick"})
        while self.injected < self.wanted:
            self._assign()
            stage.hear(0.004)
            while stage.standing:
                self._strike(stage.standing.popleft())
            self._take_back()
            if stage.hints or any(child.job for child in self._workers()):
                continue
            if self._end_leases():
                rounds += 1
            moment = next_moment(stage)
            if moment is None or moment > stage.clock:
                return
            rounds += 1
            if rounds > ROUNDS:
                raise Stuck(f"what is due at {stage.clock} is not done after {rounds} ticks")
            stage.hints.append({"do": "tick"})

    def _workers(self) -> list[Child]:
        return [child for child in self.stage.nest.children.values() if child.role == "worker"]

    def _hint(self, channel: str) -> None:
        """A task gives a hint: as the broker carries it, or loses it, or brings it twice."""
        if self.loses:
            self.loses -= 1
            self.stage.counts["hint lost"] += 1
            return
        self.stage.hints.append({"do": "send_batch", "channel": channel})
        if self.doubles:
            self.doubles -= 1
            self.stage.counts["hint doubled"] += 1
            self.stage.hints.append({"do": "send_batch", "channel": channel})

    def _assign(self) -> None:
        stage = self.stage
        workers = self._workers()
        while len(workers) < WORKERS:
            workers.append(stage.worker())
        for child in workers:
            if child.job is None and stage.hints:
                job = stage.hints.popleft()
                if job["do"] == "send_batch":
                    self._arm(child, job["channel"])
                    self._go_wrong()
                if child.pid and child.slot in stage.nest.children:
                    stage.give(child, **job)
                else:
                    stage.hints.appendleft(job)

    def _arm(self, child: Child, channel: str) -> None:
        """The next fault of the deck for this worker."""
        if self.restarts and self.injected > self.wanted // (len(self.restarts) + 1):
            fault: Fault | None = self.restarts.pop()
        else:
            fault = self.armed.draw(lambda f: fits(f, channel) and self._leavable(f))
        if fault is not None:
            child.fault = fault
            self.stage.nest.arms.arm(child.slot, fault.at)

    def _leavable(self, fault: Fault) -> bool:
        return not fault.kind.startswith("opt-out") or len(self.leaving) < len(self.stage.people) * LEAVERS

    def _take_back(self) -> None:
        """A fault whose point was not passed comes again. The pages have no job that ends: theirs waits for its point."""
        for child in list(self.stage.nest.children.values()):
            if child.role != "web" and child.job is None and child.fault is not None and child.stopped_at is None:
                if child.role == "worker":
                    self.armed.back(child.fault)
                child.fault = None
                self.stage.nest.arms.disarm(child.slot)

    def _strike(self, child: Child) -> None:
        """A child has come to the point it was armed for."""
        stage, fault = self.stage, child.fault
        if child.slot not in stage.nest.children:
            return
        child.fault = None
        if fault.kind == "lease ends before":  # counted when the sweep has come by, at the second point
            stage.lease_ends([child.job["name"]])
            child.fault = Fault("lease ends", fault.door)
            stage.nest.arms.arm(child.slot, fault.door)
            child.go()
            return
        stage.counts[fault.name] += 1
        if fault.kind in ("worker killed", "opt-out killed", "page killed", "clockwork killed"):
            stage.kill(child)
            stage.web()
        elif fault.kind.endswith("in mid-call"):
            self._in_mid_call(child, fault)
        elif fault.kind == "connection cut off":
            stage.terminate_backend(child)
            child.go()
        elif fault.kind == "opt-out":
            self._opt_out_of(child, wait=True)
            self._arm_again(child)
            child.go()
        elif fault.kind == "overtaken by another worker":
            self._overtaken(child)
            self._arm_again(child)
            child.go()
        elif fault.kind == "asleep for hours":
            self._asleep(child, fault)
            self._arm_again(child)
            child.go()
        elif fault.kind == "lease ends":
            self._lease_ends(child)
            self._arm_again(child)
            child.go()
        elif fault.kind.startswith("database restarted"):
            stage.ground.restart("fast" if "fast" in fault.kind else "immediate")
            child.go()

    def _arm_again(self, child: Child) -> None:
        if child.job and child.job.get("channel"):
            self._arm(child, child.job["channel"])

    def _in_mid_call(self, child: Child, fault: Fault) -> None:
        """The provider holds its answer back; the call is under way when it strikes."""
        stage = self.stage
        on = "sendgrid" if fault.at == BEFORE["email"] else "twilio"
        before = {rule["id"] for rule in stage.box.get("/sandbox/misbehave")["rules"]}
        rule = stage.box.post("/sandbox/misbehave", {"on": on, "do": "delay", "delay_ms": 80})["id"]
        assert rule not in before
        child.go()
        stage.pump(
            lambda: (
                rule not in {r["id"] for r in stage.box.get("/sandbox/misbehave")["rules"]}
                or child.job is None
                or child.slot not in stage.nest.children
            ),
            "a call arrives at the provider",
        )
        if child.slot not in stage.nest.children:
            return
        if fault.kind.startswith("worker killed"):
            stage.kill(child)
        elif fault.kind.startswith("connection"):
            stage.terminate_backend(child)
        else:
            self._opt_out_of(child, wait=False)

    def _opt_out_of(self, child: Child, *, wait: bool) -> None:
        """Somebody of this worker's batch opts out now. With `wait`, goes on when they have been answered, or when it is
        seen that they are made to wait."""
        stage = self.stage
        person = self._somebody(child)
        door = self.rng.choice([d for d, channels in DOORS.items() if (child.job or {}).get("channel") in channels])
        caller = self._at_door(door, person)
        if caller is not None and wait:
            stage.pump(
                lambda: caller.job is None or stage.blocked() or bool(stage.standing), "an opt-out is answered or waits"
            )

    def _somebody(self, child: Child) -> Someone:
        assert child.job is not None
        name = child.job["name"]
        ids = self.stage.eyes.one("SELECT subscriber_ids FROM batch WHERE worker = %s ORDER BY id DESC LIMIT 1", [name])
        people = [
            p for p in self.stage.people if p.id not in self.leaving and (p.phone or child.job["channel"] == "email")
        ]
        return self.rng.choice([p for p in people if p.id in (ids or ())] or people)

    def _at_door(self, door: str, person: Someone) -> Child | None:
        self.leaving.add(person.id)
        if door == "hold":
            self.held.append(person)
        return call_at_door(self.stage, door, person, self.rng)

    def _lease_ends(self, child: Child) -> None:
        """A worker has stood still for longer than its lease, and a sweep comes by."""
        assert child.job is not None
        stage = self.stage
        stage.lease_ends([child.job["name"]])
        clock = self._clockwork()
        if clock is not None:
            stage.give(clock, "sweep")
            stage.pump(lambda: clock.job is None or stage.blocked(), "a sweep ends or waits")

    def _asleep(self, child: Child, fault: Fault) -> None:
        """Hours go by before the fence. Nobody else may be at a call then: asleep behind the fence is a known limit."""
        stage = self.stage

        def others() -> bool:
            return any(c.job for c in self._workers() if c is not child)

        stage.pump(lambda: not others() or bool(stage.standing) or stage.blocked(), "the others end their turns")
        if others():
            stage.counts[fault.name] -= 1
            self.armed.back(fault)
        else:
            stage.set_clock(stage.clock + timedelta(minutes=self.rng.randrange(30, 600)))

    def _overtaken(self, child: Child) -> None:
        """While one stands, another takes a turn of the same lane from its beginning to its end, or waits for a lock."""
        stage = self.stage
        other = next((c for c in self._workers() if c.job is None), None) or stage.worker()
        if child.job and "channel" in child.job:
            stage.give(other, "send_batch", channel=child.job["channel"])
            stage.pump(lambda: other.job is None or stage.blocked(), "another worker ends its turn or waits")

    def _clockwork(self) -> Child | None:
        stage = self.stage
        clocks = [child for child in stage.nest.children.values() if child.role == "clockwork"]
        idle = next((child for child in clocks if child.job is None), None)
        return idle or (stage.worker("clockwork") if len(clocks) < 2 else None)

    def _end_leases(self) -> bool:
        """The time of dead workers' leases passes; a sweep follows, which may be killed too."""
        stage = self.stage
        if not stage.eyes.one(OPEN):
            return False
        stage.lease_ends(sorted(stage.over))
        fault = self.loose.draw(lambda f: f.door == "sweep") if self.rng.random() < 0.4 else None
        self._clock_job("sweep", fault)
        return True

    def _clock_job(self, do: str, fault: Fault | None) -> None:
        stage, clock = self.stage, self._clockwork()
        if clock is None:
            return
        if fault is not None:
            clock.fault = fault
            stage.nest.arms.arm(clock.slot, fault.at)
        stage.give(clock, {"poll": "poll_inbound"}.get(do, do))
        stage.pump(
            lambda: (
                clock.job is None
                or clock.stopped_at is not None
                or clock.slot not in stage.nest.children
                or stage.blocked()  # by one that stands at a point with its rows locked, and goes on after this
            ),
            f"{do} ends, stops or waits",
        )
        if clock.stopped_at is not None and clock in stage.standing:
            stage.standing.remove(clock)
            self._strike(clock)

    def _go_wrong(self) -> None:
        """One or two of the things beside the workers."""
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            fault = self.loose.draw(self._leavable)
            if fault is not None:
                self._let_happen(fault)

    def _let_happen(self, fault: Fault) -> None:
        stage = self.stage
        if fault.rule:
            rule = stage.box.post("/sandbox/misbehave", dict(fault.rule))
            self.rules[rule["id"]] = fault
            stage.counts[fault.name] += 1
        elif fault.kind == "hint lost":
            self.loses += 1
        elif fault.kind == "hint doubled":
            self.doubles += 1
        elif fault.kind == "beat doubled":
            stage.hints.extend([{"do": "tick"}, {"do": "tick"}])
            stage.counts[fault.name] += 1
        elif fault.kind == "worker killed anywhere":
            busy = [c for c in self._workers() if c.job and c.stopped_at is None and c.fault is None]
            busy = busy or [c for c in self._workers() if c.job and c.stopped_at is None]
            if busy:
                stage.kill(self.rng.choice(busy))
                stage.counts[fault.name] += 1
        elif fault.kind == "clockwork killed":
            self._clock_job(fault.door, fault)
        else:
            self._at_a_door(fault)

    def _at_a_door(self, fault: Fault) -> None:
        """An opt-out through the doors, or a report that comes in; its page may be killed on the way."""
        stage = self.stage
        web = stage.web()
        people = [p for p in stage.people if p.id not in self.leaving and (p.phone or fault.door != "text")]
        if fault.door and people:
            caller = self._at_door(fault.door, self.rng.choice(people))
            if fault.at and caller is not None:
                who = caller if fault.door == "leave" else web
                if who.fault is None:
                    who.fault = fault
                    stage.nest.arms.arm(who.slot, fault.at)
            elif caller is not None:
                stage.counts[fault.name] += 1
        elif fault.at and web.fault is None:
            web.fault = fault
            stage.nest.arms.arm(web.slot, fault.at)

    def _let_go_on(self) -> None:
        """Who was held on the phone is let go on, before the next moment."""
        stage, held, self.held = self.stage, self.held, []
        for person in held:
            stage.release(person)

    def _settle_down(self) -> None:
        """No fault is armed any more; what stands goes on, what runs ends. Rules that met nothing are not counted."""
        stage = self.stage
        for child in list(stage.nest.children.values()):
            stage.nest.arms.disarm(child.slot)
        stage.on_hint = None

        def over() -> bool:
            while stage.standing:
                child = stage.standing.popleft()
                if child.slot in stage.nest.children:
                    child.fault = None
                    child.go()
            return not any(child.job for child in stage.nest.children.values())

        stage.pump(over, "everybody ends what they are at")
        self._let_go_on()
        for rule in stage.box.get("/sandbox/misbehave")["rules"]:
            fault: Any = self.rules.get(rule["id"])
            if fault is not None:
                stage.counts[fault.name] -= 1
        stage.set_clock(stage.clock + timedelta(seconds=1))
