"""The sandbox as a process of its own: the providers meet it over HTTP, as they meet the real ones."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.providers.servers import Wire, http, web


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox; `hooks` is where its webhooks arrive."""

    url: str
    hooks: Wire
    api_key: str
    event_key: str
    account_sid: str
    auth_token: str

    def act(self, path: str, **wish: Any) -> Any:
        """One of its acting calls."""
        request = urllib.request.Request(
            f"{self.url}/sandbox/{path}", json.dumps(wish).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def witnessed(self) -> list[dict[str, Any]]:
        """Its log of everything it was asked."""
        with urllib.request.urlopen(f"{self.url}/sandbox/log.jsonl", timeout=10) as answer:
            return [json.loads(line) for line in answer.read().splitlines()]


@pytest.fixture(scope="package")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for all tests here; each test uses keys of its own."""
    folder = tmp_path_factory.mktemp("sandbox")
    with web(http(200)) as hooks:
        command = [sys.executable, "-m", "outreach.sandbox", "--dir", str(folder), "--port", "0"]
        command += ["--webhook-base", hooks.url, "--number", "+14045550100"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            try:
                with urllib.request.urlopen(f"{url}/sandbox/keys.json", timeout=10) as answer:
                    known = json.load(answer)
                yield Sandbox(
                    url,
                    hooks,
                    known["sendgrid"]["api_key"],
                    known["sendgrid"]["event_public_key"],
                    known["twilio"]["account_sid"],
                    known["twilio"]["auth_token"],
                )
            finally:
                process.terminate()
