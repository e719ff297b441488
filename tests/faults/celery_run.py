"""The same promises with the real broker and the real workers: Redis flushed, killed and restarted under Celery.

Beat, workers and Redis are processes as `outreach up` starts them; hints get lost and doubled in the broker itself.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from outreach.running.parts import Part, python, wait_until
from outreach.running.ports import free_port
from tests.faults.lives import KEY, SID, TOKEN
from tests.faults.resting import OPEN, next_moment
from tests.faults.stage import PATIENCE, Stage, Stuck, call_at_door
from tests.tools import redis_server

WORKERS: Final = 2
LANES: Final = ("control", "lane.email", "lane.sms")


@dataclass
class Broker:
    """Redis, the workers and two beats, each a part of its own."""

    stage: Stage
    redis: Part
    port: int
    workers: list[Part] = field(default_factory=list)
    beats: list[Part] = field(default_factory=list)

    def client(self) -> Any:
        """A connection to Redis."""
        from redis import Redis

        return Redis(port=self.port, socket_timeout=5)

    def answers(self) -> bool:
        """Whether Redis is there."""
        from redis.exceptions import RedisError

        try:
            return bool(self.client().ping())
        except RedisError:
            return False

    def give(self, task: str) -> None:
        """One hint more. A broker that is away just now does not carry it, and nobody minds."""
        from celery import Celery
        from kombu.exceptions import OperationalError

        giver = Celery("faults-giver", broker=f"redis://127.0.0.1:{self.port}/0", set_as_current=False)
        giver.conf.broker_transport_options = {"global_keyprefix": "outreach."}
        giver.conf.task_publish_retry = False
        try:
            giver.send_task(f"workers.tasks.{task}", queue="control")
        except OperationalError:
            pass
        finally:
            giver.close()

    def kill_worker(self, rng: random.Random) -> None:
        """SIGKILL for one of the workers; another takes its place."""
        part = rng.choice(self.workers)
        if part.pid:
            self.stage.over.add(f"{socket.gethostname()}:{part.pid}")
            part.kill()
            part.start()

    def missed(self) -> None:
        """A worker that ended by itself is a finding; it is started again, so that the run can go on."""
        for part in self.workers + self.beats:
            if not part.pid:
                self.stage.troubles.append(f"{part.name} ended by itself: {part.last_words(1)}")
                part.start()

    def restart(self) -> None:
        """Redis dies, with all it held, and comes back empty."""
        self.redis.kill()
        self.redis.start()
        wait_until(self.answers, self.redis, 30, "answer")


def _faults(broker: Broker, rng: random.Random) -> dict[str, Callable[[], None]]:
    def stopped_for_a_while() -> None:
        pid = rng.choice(broker.workers).pid
        if pid:
            os.kill(pid, signal.SIGSTOP)
            broker.stage.hear(0.5)
            os.kill(pid, signal.SIGCONT)

    def somebody_leaves() -> None:
        stage = broker.stage
        person = rng.choice(stage.people)
        call_at_door(stage, rng.choice(("one_click", "text", "leave")), person, rng)

    def twice() -> None:
        broker.give("tick")
        broker.give("tick")

    return {
        "redis flushed": lambda: broker.client().flushall(),
        "redis killed and restarted": broker.restart,
        "celery worker killed": lambda: broker.kill_worker(rng),
        "celery worker stopped for a while": stopped_for_a_while,
        "hints lost": lambda: broker.client().delete(*(f"outreach.{lane}" for lane in LANES)),
        "hints doubled": twice,
        "opt-out": somebody_leaves,
        "connections cut off": lambda: cut_off(broker.stage),
        "database restarted (fast)": lambda: broker.stage.ground.restart("fast"),
        "database restarted (immediate)": lambda: broker.stage.ground.restart("immediate"),
    }


def cut_off(stage: Stage) -> None:
    """Every connection of a worker to the database ends, whatever it is doing."""
    stage.eyes.see(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'outreach' AND datname = current_database()"""
    )


def play_with_celery(stage: Stage, rng: random.Random, wanted: int) -> None:
    """Plays the series moment by moment with real workers, `wanted` faults on the way; counts them in the stage.

    A fault comes when the workers have got on since the last one: what only ever meets a starting worker proves little.
    """
    with _celery(stage) as broker:
        faults, deck, done = _faults(broker, rng), [], 0  # type: dict[str, Callable[[], None]], list[str], int
        while stage.counts.total() < wanted and (moment := next_moment(stage)) is not None:
            if moment > stage.clock:
                stage.set_clock(moment)
            end = time.monotonic() + 2 * PATIENCE
            while _busy(stage):
                if stage.counts.total() < wanted and _done(stage) > done:
                    done = _done(stage)
                    deck = deck or rng.sample(sorted(faults), len(faults))
                    kind = deck.pop()
                    faults[kind]()
                    stage.counts[f"{kind} · celery"] += 1
                broker.give("tick")
                broker.missed()
                stage.lease_ends(sorted(stage.over))
                broker.give("sweep")
                stage.hear(rng.uniform(0.05, 0.4))
                if time.monotonic() > end:
                    raise Stuck(f"with Celery, what is due at {stage.clock} is not done")
        stage.pump(lambda: not any(c.job for c in stage.nest.children.values()), "everybody at a door is answered")


def _done(stage: Stage) -> int:
    return int(stage.eyes.one("SELECT count(*) FROM message"))


def _busy(stage: Stage) -> bool:
    moment = next_moment(stage)
    return bool(stage.eyes.one(OPEN)) or (moment is not None and moment <= stage.clock)


@contextmanager
def _celery(stage: Stage) -> Iterator[Broker]:
    """Redis, two beats and the workers; each is stopped by its pid, and its batches are nobody's any more."""
    server = redis_server()
    if server is None:
        raise Stuck("there is no redis-server on this machine: apt install redis-server")
    port, logs = free_port(0), stage.folder / "logs"
    redis = Part("redis", [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(stage.folder)],
                 {}, logs / "redis.log")  # fmt: skip
    broker = Broker(stage, redis, port)
    environment = _environment(stage, port)
    for number in range(1, WORKERS + 1):
        command = python(
            "-m", "celery", "-A", "workers.app", "worker", "--pool", "threads", "--concurrency", "3", "--queues",
            ",".join(LANES), "--loglevel", "ERROR", "--hostname", f"worker{number}@%h", "--without-gossip",
            "--without-mingle", "--without-heartbeat",
        )  # fmt: skip
        broker.workers.append(Part(f"worker{number}", command, environment, logs / f"worker{number}.log"))
    for number in (1, 2):  # two of them: the beat is doubled all the time
        command = python("-m", "celery", "-A", "workers.app", "beat", "--loglevel", "ERROR", "--pidfile", "",
                         "--schedule", str(stage.folder / f"beat{number}"))  # fmt: skip
        broker.beats.append(Part(f"beat{number}", command, environment, logs / f"beat{number}.log"))
    parts = [redis, *broker.beats, *broker.workers]
    try:
        redis.start()
        wait_until(broker.answers, redis, 30, "answer")
        for part in parts[1:]:
            part.start()
        yield broker
    finally:
        for part in reversed(parts):
            if part in broker.workers and part.pid:
                stage.over.add(f"{socket.gethostname()}:{part.pid}")
            part.kill()


def _environment(stage: Stage, port: int) -> dict[str, str]:
    from django.conf import settings

    return {
        "DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "PUBLIC_URL": settings.PUBLIC_URL, "SANDBOX_URL": stage.box.base, "SENDGRID_BASE_URL": stage.box.base,
        "SENDGRID_API_KEY": KEY, "TWILIO_BASE_URL": stage.box.base, "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKENS": TOKEN, "OUTREACH_HOME": str(stage.folder), "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
