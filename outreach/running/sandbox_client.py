"""Talking to the sandbox over HTTP: acting as people and mailbox providers do, and reading its own log."""

import json
from collections.abc import Mapping
from typing import Any

import urllib3

from outreach.errors import Refused


class SandboxClient:
    """A client of one sandbox. Raises Refused with the sandbox's own words when it says no."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=60), retries=False)

    def get(self, path: str) -> Any:
        """A JSON document of the sandbox."""
        return self._read(self._http.request("GET", self.base + path))

    def post(self, path: str, values: Mapping[str, Any]) -> Any:
        """Acts: POSTs JSON to one of the `/sandbox/…` addresses."""
        answer = self._http.request(
            "POST", self.base + path, body=json.dumps(dict(values)), headers={"Content-Type": "application/json"}
        )
        return self._read(answer)

    def delete(self, path: str) -> Any:
        """Clears what a POST to the same address set."""
        return self._read(self._http.request("DELETE", self.base + path))

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return self._http.request("GET", self.base + "/sandbox/pulse").status < 500
        except urllib3.exceptions.HTTPError:
            return False

    def wait_idle(self, seconds: float = 20) -> bool:
        """Waits until no callback is owed; False when some still are."""
        return bool(self.get(f"/sandbox/idle?wait={seconds:g}")["idle"])

    def log(self) -> list[dict[str, Any]]:
        """Everything the sandbox wrote down about what it received, oldest first."""
        after = 0
        lines: list[dict[str, Any]] = []
        while True:
            answer = self._http.request("GET", f"{self.base}/sandbox/log.jsonl?after={after}")
            if answer.status != 200:
                raise Refused(f"The sandbox at {self.base} does not give its log (HTTP {answer.status}).")
            page = [json.loads(line) for line in answer.data.decode().splitlines() if line.strip()]
            page = [line for line in page if line["seq"] > after]
            if not page:
                return lines
            lines += page
            after = page[-1]["seq"]

    def _read(self, answer: urllib3.BaseHTTPResponse) -> Any:
        try:
            found = json.loads(answer.data)
        except ValueError:
            found = {}
        if answer.status >= 400:
            raise Refused(f"The sandbox refused: {found.get('error', f'HTTP {answer.status}')}")
        return found
