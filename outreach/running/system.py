"""The whole of Outreach on one machine: database, sandbox, web pages, workers; started in order, stopped in reverse."""

import fcntl
import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import urllib3

from outreach import embedded
from outreach.errors import CannotStart
from outreach.running.parts import Part, python, wait_until
from outreach.running.ports import free_port
from outreach.running.sandbox_client import SandboxClient

PORT, SANDBOX_PORT = 8000, 8025
START_WITHIN = 60.0  # seconds
REMEMBERED = (
    "PUBLIC_URL", "OUTREACH_SECRET", "OUTREACH_VIRTUAL_CLOCK", "OUTREACH_LEASE_SECONDS", "SANDBOX_URL", "SENDGRID_BASE_URL",
    "SENDGRID_API_KEY", "SENDGRID_WEBHOOK_KEYS", "INBOUND_MAIL_DOMAIN", "TWILIO_BASE_URL", "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKENS",
)  # fmt: skip


@dataclass
class System:
    """`home`: where embedded parts live. `virtual`: people move the clock. With `sandbox` False, real providers are used.

    Use it as a context manager; leaving it stops every part it started and nothing else.
    """

    home: Path
    workers: int = 1
    virtual: bool = False
    sandbox: bool = True
    port: int = PORT
    lease_seconds: float | None = None
    parts: list[Part] = field(default_factory=list)
    worker_parts: list[Part] = field(default_factory=list)
    client: SandboxClient | None = None
    url: str = ""
    moved_from: int | None = None  # the port that was asked for, when it was busy
    _lock: IO[str] | None = None

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        self._lock_home()
        embedded.forget(self.home)
        os.environ["OUTREACH_HOME"] = str(self.home)
        self.port, wanted = free_port(self.port), self.port
        self.moved_from = wanted if wanted != self.port else None
        self.url = os.environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{self.port}")
        if self.lease_seconds:
            os.environ["OUTREACH_LEASE_SECONDS"] = str(self.lease_seconds)
        if self.virtual:
            os.environ["OUTREACH_VIRTUAL_CLOCK"] = "yes"
            # a demo's own secret, also on a database that is given: it holds nobody real
            os.environ.setdefault("OUTREACH_SECRET", embedded.ensure_secret(self.home))
        embedded.prepare_environment()
        try:
            if self.sandbox:
                self._start_sandbox()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def prepare_database(self) -> None:
        """Brings the database up to date. Django is set up from here on."""
        import django

        django.setup()
        from outreach.actions import migrating

        migrating.bring_up_to_date()

    def remember(self) -> None:
        """Writes down how this system was started, so that commands given later in this folder join it."""
        embedded.remember(self.home, {name: os.environ[name] for name in REMEMBERED if name in os.environ})

    def start_web(self) -> None:
        """Starts the web pages and waits until they answer."""
        web = self._add("web", python("-m", "outreach.cli", "web", "--port", str(self.port)))
        http = urllib3.PoolManager(retries=False, timeout=2.0)

        def answers() -> bool:
            try:
                return http.request("GET", f"http://127.0.0.1:{self.port}/login/").status < 500
            except urllib3.exceptions.HTTPError:
                return False

        wait_until(answers, web, START_WITHIN, "answer")

    def start_workers(self) -> None:
        """Starts the clockwork's beat and the workers. The beat is a process of its own: it outlives a killed worker."""
        beat = python("-m", "celery", "-A", "workers.app", "beat", "--loglevel", "WARNING", "--schedule",
                      str(self.home / "beat"), "--pidfile", "")  # fmt: skip
        self.worker_parts.append(self._add("beat", beat))
        for n in range(1, self.workers + 1):
            command = python(
                "-m", "celery", "-A", "workers.app", "worker", "--pool", "threads", "--concurrency", "4",
                "--queues", "control,lane.email,lane.sms", "--loglevel", "WARNING", "--hostname", f"worker{n}@%h",
                "--without-gossip", "--without-mingle", "--without-heartbeat",
            )  # fmt: skip
            self.worker_parts.append(self._add(f"worker{n}", command))

    def keep_alive(self) -> list[str]:
        """Restarts workers that ended; returns their names. Raises CannotStart when another part ended."""
        restarted = []
        for part in self.parts:
            if part.pid:
                continue
            if part in self.worker_parts:
                part.start()
                restarted.append(part.name)
            else:
                part.require_alive()
        return restarted

    def stop(self) -> None:
        """Stops every part, the last started first."""
        for part in reversed(self.parts):
            part.stop()
        self.parts.clear()
        self.worker_parts.clear()
        if self._lock is not None:
            self._lock.close()

    def _lock_home(self) -> None:
        """One system per folder. The lock goes with the process that holds it, however it ends."""
        self._lock = (self.home / "running.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"Outreach is running in {self.home} already: stop it with Ctrl-C where it runs, or set OUTREACH_HOME to "
                "another folder."
            ) from None

    def _start_sandbox(self) -> None:
        folder = self.home / "sandbox"
        if self.virtual:
            shutil.rmtree(folder, ignore_errors=True)  # the log of an earlier demo is no witness of this one
        # its usual port belongs to the usual pages; beside pages elsewhere it goes elsewhere too
        port = free_port(SANDBOX_PORT if self.port == PORT else 0)
        keys = {
            "key": "SG." + secrets.token_urlsafe(24),
            "sid": "AC" + secrets.token_hex(16),
            "token": secrets.token_hex(16),
        }
        part = self._add(
            "sandbox",
            python(
                "-m", "outreach.sandbox", "--dir", str(folder), "--port", str(port), "--webhook-base", self.url,
                "--sendgrid-key", keys["key"], "--twilio-sid", keys["sid"], "--twilio-token", keys["token"],
            ),
        )  # fmt: skip
        self.client = SandboxClient(f"http://127.0.0.1:{port}")
        wait_until(self.client.ready, part, START_WITHIN, "answer")
        public_key = self.client.get("/sandbox/keys.json")["sendgrid"]["event_public_key"]
        os.environ.update(
            SANDBOX_URL=self.client.base,
            SENDGRID_BASE_URL=self.client.base,
            SENDGRID_API_KEY=keys["key"],
            SENDGRID_WEBHOOK_KEYS=public_key,
            INBOUND_MAIL_DOMAIN="in.alana.example.org",
            TWILIO_BASE_URL=self.client.base,
            TWILIO_ACCOUNT_SID=keys["sid"],
            TWILIO_AUTH_TOKENS=keys["token"],
        )

    def _add(self, name: str, command: list[str]) -> Part:
        # only this process is ever the database's owner; the parts it starts are the application
        part = Part(name, command, {"DATABASE_OWNER_URL": ""}, self.home / "logs" / f"{name}.log")
        part.start()
        self.parts.append(part)
        return part
