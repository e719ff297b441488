"""A real sandbox for tests of the actions: its own process, its own log, on loopback."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from outreach.actions import schedules
from outreach.actions.dispatching import Lane
from outreach.providers.sendgrid import SendGrid
from outreach.providers.twilio import Twilio
from outreach.running.parts import Part, python, wait_until
from outreach.running.ports import free_port
from outreach.running.sandbox_client import SandboxClient

KEY, SID, TOKEN = "SG.tests", "AC" + "0" * 32, "token-of-the-tests"


@dataclass
class Sandbox:
    """A running sandbox, its client, and lanes that send to it."""

    client: SandboxClient
    part: Part
    webhook_base: str | None = None

    def lane(self, channel: str) -> Lane:
        if channel == "email":
            return Lane("email", schedules.current(), email=SendGrid(self.client.base, KEY))
        return Lane("sms", schedules.current(), sms=Twilio(self.client.base, SID, TOKEN))

    def misbehave(self, **rule: Any) -> None:
        self.client.post("/sandbox/misbehave", rule)

    def behave(self) -> None:
        self.client.delete("/sandbox/misbehave")
        self.client.post("/sandbox/clock", {"now": None})

    def page(self, path: str) -> str:
        """A page of the sandbox, as text."""
        return urllib3.request("GET", self.client.base + path, retries=False).data.decode()

    def accepted(self) -> list[dict[str, Any]]:
        return [line for line in self.client.log() if line["kind"] == "accepted"]


@contextmanager
def running_sandbox(webhook_base: str | None = None) -> Iterator[Sandbox]:
    """Starts a sandbox, and stops it by its pid."""
    with tempfile.TemporaryDirectory(prefix="outreach-sandbox-") as folder:
        port = free_port(0)
        command = python(
            "-m", "outreach.sandbox", "--dir", folder, "--port", str(port), "--sendgrid-key", KEY, "--twilio-sid", SID,
            "--twilio-token", TOKEN, *(["--webhook-base", webhook_base] if webhook_base else []),
        )  # fmt: skip
        part = Part("sandbox", command, {}, Path(folder) / "sandbox.log")
        part.start()
        client = SandboxClient(f"http://127.0.0.1:{port}")
        try:
            wait_until(client.ready, part, 30, "answer")
            yield Sandbox(client, part, webhook_base)
        finally:
            part.stop()


@contextmanager
def pointed_at(sandbox: Sandbox, patch: Any) -> Iterator[None]:
    """The settings name this sandbox as both providers; `patch` is pytest's monkeypatch."""
    from django.conf import settings

    from outreach.actions import connecting

    for name, value in {
        "SENDGRID_BASE_URL": sandbox.client.base, "SENDGRID_API_KEY": KEY, "TWILIO_BASE_URL": sandbox.client.base,
        "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKENS": [TOKEN],
    }.items():  # fmt: skip
        patch.setattr(settings, name, value)
    connecting.email_provider.cache_clear()
    connecting.text_provider.cache_clear()
    yield
    connecting.email_provider.cache_clear()
    connecting.text_provider.cache_clear()
