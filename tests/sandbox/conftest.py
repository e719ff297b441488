"""A sandbox as a real process on a free port, and a real web server that receives its webhooks."""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

ROOT = Path(__file__).parents[2]
OWN = "+14045550100"  # the program's number
ANN = "+14045550123"


@dataclass
class Hook:
    """One webhook call as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def elements(self) -> list[dict[str, Any]]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """The program under test, as far as the sandbox can see it: a web server that keeps what it is sent."""

    port: int
    hooks: list[Hook] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)  # the next ones; then 200 with nothing

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [one for hook in self.hooks if hook.path == "/hooks/sendgrid/events/" for one in hook.elements]

    @property
    def statuses(self) -> list[str]:
        return [hook.form["MessageStatus"] for hook in self.hooks if "MessageStatus" in hook.form]

    def clear(self) -> None:
        self.hooks.clear()
        self.answers.clear()


@dataclass
class Box:
    """A running sandbox and the few words the tests say to it."""

    process: subprocess.Popen[str]
    port: int
    directory: Path
    keys: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def account(self) -> str:
        return self.keys["twilio"]["account_sid"]

    def call(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def ask(self, path: str, wish: dict[str, Any] | None = None, method: str = "POST") -> tuple[int, dict[str, Any]]:
        body = json.dumps(wish).encode() if wish is not None else None
        status, _, said = self.call(method, path, body, Content_Type="application/json")
        return status, json.loads(said)

    def get(self, path: str) -> Any:
        return json.loads(self.call("GET", path)[2])

    def mail(self, mail: Any, key: str | None = None) -> tuple[int, dict[str, str], bytes]:
        body = mail if isinstance(mail, bytes) else json.dumps(mail).encode()
        bearer = f"Bearer {key or self.keys['sendgrid']['api_key']}"
        return self.call("POST", "/v3/mail/send", body, Authorization=bearer, Content_Type="application/json")

    def text(self, form: dict[str, str], token: str | None = None) -> tuple[int, dict[str, Any]]:
        pair = f"{self.account}:{token or self.keys['twilio']['auth_token']}".encode()
        status, _, said = self.call(
            "POST",
            f"/2010-04-01/Accounts/{self.account}/Messages.json",
            urlencode(form).encode(),
            Authorization=f"Basic {base64.b64encode(pair).decode()}",
            Content_Type="application/x-www-form-urlencoded",
        )
        return status, json.loads(said)

    def idle(self) -> None:
        assert self.get("/sandbox/idle?wait=20")["idle"]

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.call("GET", f"/sandbox/log.jsonl?after={after}")[2].splitlines()]

    def seq(self) -> int:
        return int(self.get("/sandbox/pulse")["seq"])


def letter(*addresses: str, **changes: Any) -> dict[str, Any]:
    """A good mail/send body for these people, with `changes` on top."""
    return {
        "from": {"email": "news@alana.example.org", "name": "ALANA Recovery"},
        "subject": "For -name-",
        "content": [
            {"type": "text/plain", "value": "Hello -name-. Leave: -leave-"},
            {"type": "text/html", "value": '<p>Hello -name-. <a href="-leave-">Leave</a></p>'},
        ],
        "personalizations": [
            {
                "to": [{"email": address}],
                "custom_args": {"outreach_id": f"id-{address}", "outreach_batch": "batch-1"},
                "substitutions": {"-name-": address.partition("@")[0], "-leave-": f"https://example.org/u/{place}"},
            }
            for place, address in enumerate(addresses)
        ],
        **changes,
    }


Start = Callable[..., Box]


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """One web server for all; each test begins with nothing received."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            kept.hooks.append(Hook(self.path, dict(self.headers), body))
            status, text = kept.answers.pop(0) if kept.answers else (200, "")
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts sandboxes and ends them after the module."""
    running: list[Box] = []

    def run(directory: Path, *arguments: str) -> Box:
        command = [sys.executable, "-m", "outreach.sandbox", "--dir", str(directory), "--port", "0", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Sandbox on http://127.0.0.1:")
        box = Box(process, int((directory / "port").read_text()), directory)
        box.keys = box.get("/sandbox/keys.json")
        running.append(box)
        return box

    yield run
    for box in running:
        box.process.terminate()
        box.process.wait(10)
        assert box.process.stdout is not None
        box.process.stdout.close()


@pytest.fixture(scope="module")
def shared_box(start: Start, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Box:
    """One process for a whole module; use `box`."""
    quick = ("--event-batch-ms", "20", "--retry-ms", "20")
    return start(tmp_path_factory.mktemp("sandbox"), "--webhook-base", receiver.base, *quick)


@pytest.fixture
def box(shared_box: Box, receiver: Receiver) -> Box:
    """The module's sandbox: well-behaved, at real time, with nothing received yet."""
    shared_box.ask("/sandbox/misbehave", method="DELETE")
    shared_box.ask("/sandbox/clock", {"now": None})
    shared_box.idle()
    receiver.clear()
    return shared_box
