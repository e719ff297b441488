"""The stage of one run: a fresh database, the sandbox, the pages, workers and callers; and the hands that move them.

The harness is one thread. `pump` hears the children until something is true; nothing here waits by a clock to pass.
"""

from __future__ import annotations

import os
import random
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from outreach.running.sandbox_client import SandboxClient
from tests.faults import lives, seeding
from tests.faults.children import Child, Line, Nest
from tests.faults.ground import Eyes, Ground
from tests.faults.lives import KEY, SID, TOKEN
from tests.faults.seeding import Someone

NEVER: Final = datetime.fromisoformat("0001-01-01T00:00:00+00:00")  # before the clock is set
PATIENCE: Final = 60.0  # real seconds after which a run counts as stuck: a finding, never a pass
_names = iter(range(1, 1_000_000))


class Stuck(Exception):
    """Something that should have happened did not; the words say what."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An opt-out (or a hold) that was confirmed at the real moment `at`, noted when the answer had come."""

    door: str
    person: Someone
    channels: tuple[str, ...]
    at: float
    until: float = float("inf")


@dataclass
class Stage:
    """One run. `counts`: the faults injected, by kind; `troubles`: what a task raised that it should not have."""

    ground: Ground
    folder: Path
    people: list[Someone]
    nest: Nest
    eyes: Eyes
    box: SandboxClient
    listening: socket.socket
    clock: datetime
    bug: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    confirmed: list[Confirmed] = field(default_factory=list)
    hints: deque[dict[str, Any]] = field(default_factory=deque)
    over: set[str] = field(default_factory=set)  # names under which no worker works any more
    standing: deque[Child] = field(default_factory=deque)  # children that have come to a point
    on_hint: Callable[[str], None] | None = None
    lost_reports: bool = False  # whether any report of a provider was withheld for good

    @property
    def notes(self) -> Path:
        return self.folder / "calls"

    @property
    def witness(self) -> Path:
        return self.folder / "sandbox" / "witness.sqlite3"

    def worker(self, role: str = "worker") -> Child:
        """A new worker process."""
        return self.nest.fork(role, lives.worker(role, self.bug, self.notes))

    def caller(self) -> Child:
        """A caller with nothing to do; a new one when all are busy."""
        for child in self.nest.children.values():
            if child.role == "caller" and child.job is None:
                return child
        return self.nest.fork("caller", lives.caller(self.box.base))

    def web(self) -> Child:
        """The pages' process; a new one when the last was killed."""
        for child in self.nest.children.values():
            if child.role == "web":
                return child
        return self.nest.fork("web", lives.web(self.listening))

    def give(self, child: Child, do: str, **more: Any) -> None:
        """A job, under a name that no other job of this run has: the database shows whose batch is whose."""
        assert child.job is None, f"{child.role} is busy with {child.job}"
        child.job = {"do": do, "name": f"{child.role}{child.slot}.{next(_names)}", **more}
        child.give(**child.job)

    def set_clock(self, moment: datetime) -> None:
        """Moves both clocks, as real ones go on by themselves."""
        self.box.post("/sandbox/clock", {"now": moment.isoformat()})
        self.eyes.see("UPDATE clock_setting SET now = %s", [moment])
        self.clock = moment

    def kill(self, child: Child) -> None:
        """SIGKILL; what it was at is nobody's any more."""
        self._over(child)
        self.nest.forget(child)

    def terminate_backend(self, child: Child) -> None:
        """Cuts a child's connection to the database, and waits until the server has let go of it."""
        name = f"{child.role}{child.slot}" if child.role != "web" else "web"
        self.eyes.see("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [name])
        gone = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        self.pump(lambda: self.eyes.one(gone, [name]) == 0, "a terminated connection goes")

    def lease_ends(self, names: list[str]) -> None:
        """For these names a lease's time passes: as if an hour had gone by in which they did nothing. (A batch that is
        locked just now is passed by: the harness waits for nobody's lock.)"""
        self.eyes.see(
            """UPDATE batch SET claimed_at = claimed_at - interval '1 hour', lease_until = lease_until - interval '1 hour'
            WHERE id IN (SELECT id FROM batch WHERE status IN ('claimed', 'calling') AND worker = ANY(%s)
                AND lease_until > clock_timestamp() FOR UPDATE SKIP LOCKED)""",
            [names],
        )

    def blocked(self) -> bool:
        """Whether somebody waits for a lock now: at a door, in the clockwork, or a worker."""
        return bool(
            self.eyes.one(
                """SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                AND application_name ~ '^(web|caller|clockwork|worker)' AND datname = current_database()"""
            )
        )

    def release(self, person: Someone) -> None:
        """Who was held goes on: from before this act on, calls are right again."""
        for place, out in enumerate(self.confirmed):
            if out.door == "hold" and out.person.id == person.id and out.until == float("inf"):
                self.confirmed[place] = replace(out, until=time.time())
        caller = self.caller()
        self.give(caller, "unhold", person=person.id, id=person.id, channels=[])
        self.pump(lambda: caller.job is None, "a hold ends")

    def pump(self, until: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Hears the children until `until()`; raises Stuck when it does not come true."""
        end = time.monotonic() + patience
        while not until():
            self.hear(0.005)
            if time.monotonic() > end:
                raise Stuck(f"{what}: not within {patience:.0f} s; {self._who()}")

    def hear(self, seconds: float) -> None:
        """One look at what the children say. Who has come to a point is put into `standing`."""
        for child, lines in self.nest.hear(seconds):
            if lines is None:
                self._over(child)
                continue
            for line in lines:
                self._take(child, line)

    def _take(self, child: Child, line: dict[str, Any]) -> None:
        if "at" in line:
            child.stopped_at = line["at"]
            self.standing.append(child)
        elif "hint" in line:
            if self.on_hint:
                self.on_hint(line["hint"])
        elif "done" in line:
            self._answered(child, line)

    def _answered(self, child: Child, line: dict[str, Any]) -> None:
        job = child.job or {}
        self._over(child)
        child.job = None
        self.nest.arms.disarm(child.slot)
        if line["trouble"]:
            self.troubles.append(f"{line['done']} ended by {line['trouble']}")
        if line["done"] == "sign_up" and line["outcome"]:
            self.people.append(someone(line["outcome"]))
        elif child.role == "caller" and line["outcome"]:
            confirmed, at = line["outcome"]
            person = next((p for p in self.people if p.id == job.get("person")), None)
            if confirmed and person is not None and job["do"] != "unhold":
                self.confirmed.append(Confirmed(job["do"], person, tuple(job["channels"]), at))

    def _over(self, child: Child) -> None:
        if child.job:
            self.over.add(child.job["name"])

    def _who(self) -> str:
        return ", ".join(
            f"{c.role}{c.slot} {c.job['do'] if c.job else 'idle'}{f' at {c.stopped_at}' if c.stopped_at else ''}"
            for c in self.nest.children.values()
        )


DOORS: Final = {
    "one_click": ("email",),
    "page": ("email",),
    "text": ("sms",),
    "leave": ("email", "sms"),
    "hold": ("email", "sms"),
}
STOP_WORDS: Final = ("STOP", "Please stop texting me", "unsubscribe")


def call_at_door(stage: Stage, door: str, person: Someone, rng: random.Random) -> Child:
    """Somebody opts out; the child that does it. When it has answered, `stage.confirmed` has it if it was confirmed."""
    caller = stage.caller()
    stage.give(
        caller, door, person=person.id, id=person.id, channels=list(DOORS[door]), url=person.unsubscribe, phone=person.phone,
        body=rng.choice(STOP_WORDS),
    )  # fmt: skip
    return caller


@contextmanager
def staged(
    ground: Ground, *, people: int, seed: int, bug: str = "", emails: int = 3, texts: int = 3, places: int = 5
) -> Iterator[Stage]:
    """Sets the stage of a run, and clears it away."""
    number = next(_names)
    name, folder = f"faults_{number}", ground.folder / f"run{number}"
    folder.mkdir()
    address = ground.fresh(name)
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    nest, eyes = Nest(folder / "log"), Eyes(address)
    try:
        box = _sandbox(nest, folder / "sandbox", url)
        _point_settings_at(box, url, folder)
        stage = Stage(ground, folder, [], nest, eyes, box, listening, NEVER, bug)
        stage.people = _seeded(stage, people, seed, emails, texts, places)
        stage.web()
        stage.set_clock(eyes.one("SELECT now FROM clock_setting"))
        yield stage
    finally:
        nest.end_all()
        eyes.close()
        listening.close()
        ground.drop(name)


def _sandbox(nest: Nest, folder: Path, url: str) -> SandboxClient:
    nest.fork("sandbox", lives.sandbox(folder, url))
    port = folder / "port"
    end = time.monotonic() + PATIENCE
    while not port.exists():
        if time.monotonic() > end:
            raise Stuck("the sandbox does not start")
        os.sched_yield()
    return SandboxClient(f"http://127.0.0.1:{port.read_text().strip()}")


def _point_settings_at(box: SandboxClient, url: str, folder: Path) -> None:
    from django.conf import settings

    values = {
        "PUBLIC_URL": url, "SENDGRID_BASE_URL": box.base, "SENDGRID_API_KEY": KEY, "TWILIO_BASE_URL": box.base,
        "SENDGRID_WEBHOOK_KEYS": [box.get("/sandbox/keys.json")["sendgrid"]["event_public_key"]],
        "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKENS": [TOKEN], "SANDBOX_URL": box.base, "VIRTUAL_CLOCK": True,
        "BROKER_FOLDER": folder / "broker",
    }  # fmt: skip
    for name, value in values.items():
        setattr(settings, name, value)


def _seeded(stage: Stage, *how: int) -> list[Someone]:
    def life(line: Line, slot: int) -> None:
        line.say(done="seed", trouble="", outcome=seeding.seed(*how))

    child, found = stage.nest.fork("seed", life), None
    while found is None:
        for who, lines in stage.nest.hear(1.0):
            if who is child and lines is None:
                raise Stuck(f"seeding failed: {stage.nest.log.read_text()[-2000:]}")
            if who is child and lines:
                found = lines[0]["outcome"]
    return [someone(person) for person in found]


def someone(told: dict[str, Any]) -> Someone:
    """A person, as a child tells of them."""
    return Someone(told["id"], told["email"], told["phone"], tuple(told["zones"]), told["unsubscribe"])
