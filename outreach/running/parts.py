"""Child processes: each with its log file, watched, restarted when it should live, ended with us.

Only processes started here are ever stopped, by their own pid.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from outreach.errors import CannotStart

STOP_WITHIN = 10.0  # seconds a part gets to end by itself


class Part:
    """One child process. `log` takes everything it prints."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._command = list(command)
        self._environment = dict(environment)
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running child; 0 when there is none."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self) -> None:
        """Starts the child, or does nothing while it runs."""
        if self.pid:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, env={**os.environ, **self._environment}, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,  # Ctrl-C is ours to pass on, in order
                preexec_fn=_end_with_parent,
            )  # fmt: skip

    def kill(self) -> None:
        """SIGKILL, as a machine that loses power would."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            assert self._process
            self._process.wait()

    def stop(self) -> None:
        """Asks the child to end, and ends it if it does not."""
        if not self._process or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            # the whole session is ours: a worker's own children go with it
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for an error message."""
        if not self.log.exists():
            return "(it printed nothing)"
        return "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-lines:]) or "(it printed nothing)"

    def require_alive(self) -> None:
        """Raises CannotStart with its last words when the child has ended."""
        if not self.pid:
            raise CannotStart(f"{self.name} ended by itself. The end of {self.log}:\n{self.last_words()}")


def _end_with_parent() -> None:
    """On Linux a child is asked to end when we are killed without a chance to stop it (PR_SET_PDEATHSIG, prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def python(*arguments: str) -> list[str]:
    """A command line for this same Python."""
    return [sys.executable, "-W", "ignore", *arguments]


def wait_until(ready: Callable[[], bool], part: Part, within: float, what: str) -> None:
    """Waits until `ready()`, watching `part`. Raises CannotStart when it dies or the time runs out."""
    until = time.monotonic() + within
    while not ready():
        part.require_alive()
        if time.monotonic() > until:
            raise CannotStart(
                f"{part.name} did not {what} within {within:.0f} s. The end of {part.log}:\n{part.last_words()}"
            )
        time.sleep(0.05)
