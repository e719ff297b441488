"""Child processes, forked from one that has read the program already: a new worker costs milliseconds, and dies for real.

Each child talks with the harness over one socket, a JSON object a line: jobs in, outcomes and stops at points out.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.faults import points
from tests.faults.points import Arms

_PR_SET_PDEATHSIG: Final = 1


class Line:
    """The child's end of the socket. Several threads may stop at points; one job runs at a time."""

    def __init__(self, end: socket.socket) -> None:
        self._reading, self._end, self._lock = end.makefile("r"), end, threading.Lock()

    def say(self, **what: Any) -> None:
        """One line to the harness."""
        with self._lock:
            self._end.sendall(json.dumps(what).encode() + b"\n")

    def hear(self) -> dict[str, Any]:
        """The next line; the child ends when the harness is gone."""
        line = self._reading.readline()
        if not line:
            os._exit(0)
        return dict(json.loads(line))


class Child:
    """One process. `job` is what it was given and has not answered yet."""

    def __init__(self, slot: int, role: str, pid: int, end: socket.socket) -> None:
        self.slot, self.role, self.pid, self.end = slot, role, pid, end
        self.job: dict[str, Any] | None = None
        self.stopped_at: str | None = None  # the point it stands at
        self.fault: Any = None  # what is to happen at the point it is armed for
        self._unread = b""

    def give(self, **job: Any) -> None:
        """A job, or the word that lets it go on from a point."""
        self.end.sendall(json.dumps(job).encode() + b"\n")

    def go(self) -> None:
        """Lets it go on from the point it stands at."""
        self.stopped_at = None
        self.give(go=True)

    def heard(self) -> list[dict[str, Any]] | None:
        """The lines that have come in; None when the child is dead."""
        try:
            data = self.end.recv(1 << 20)
        except ConnectionError:
            return None
        if not data:
            return None
        *lines, self._unread = (self._unread + data).split(b"\n")
        return [dict(json.loads(line)) for line in lines]

    def kill(self) -> None:
        """SIGKILL, by its pid, and wait for its end."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
            self.end.close()

    def end_gently(self) -> None:
        """SIGTERM, for the sandbox; it closes its log."""
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
            os.waitpid(self.pid, 0)
            self.pid = 0
            self.end.close()


class Nest:
    """Makes children and hears them."""

    def __init__(self, log: Path) -> None:
        self.arms = Arms()
        self.log = log
        self.children: dict[int, Child] = {}
        self._slots = 0

    def fork(self, role: str, life: Callable[[Line, int], None]) -> Child:
        """A child that lives `life(line, slot)`."""
        ours, theirs = socket.socketpair()
        self._slots = self._slots % 249 + 1
        while self._slots in self.children:
            self._slots = self._slots % 249 + 1
        slot = self._slots
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                _become_child(self.log)
                line = Line(theirs)
                points.passing = _stopper(self.arms, slot, line)
                life(line, slot)
            except BaseException:  # noqa: BLE001  # a child's last words go to the log; nothing of it may run on as a parent
                import traceback

                traceback.print_exc()
            finally:
                os._exit(0)
        theirs.close()
        child = Child(slot, role, pid, ours)
        self.children[slot] = child
        return child

    def hear(self, seconds: float) -> list[tuple[Child, list[dict[str, Any]] | None]]:
        """What the children say within `seconds`; None for one that is dead. Dead ones are forgotten."""
        ends = {child.end: child for child in self.children.values()}
        ready, _, _ = select.select(list(ends), [], [], seconds)
        heard = []
        for end in ready:
            child = ends[end]
            lines = child.heard()
            if lines is None:
                self.forget(child)
            heard.append((child, lines))
        return heard

    def forget(self, child: Child) -> None:
        """Kills a child, if it lives, and takes it off the list."""
        child.kill()
        self.arms.disarm(child.slot)
        self.children.pop(child.slot, None)

    def end_all(self) -> None:
        """Ends every child that was made here."""
        for child in list(self.children.values()):
            if child.role == "sandbox":
                child.end_gently()
            self.forget(child)


def _become_child(log: Path) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(fd, 1)
    os.dup2(fd, 2)


def _stopper(arms: Arms, slot: int, line: Line) -> Callable[[int], None]:
    def passing(number: int) -> None:
        if arms.stops(slot, number):
            line.say(at=points.POINTS[number - 1].name)
            line.hear()

    return passing


def living_on_jobs(
    line: Line, jobs: Mapping[str, Callable[[dict[str, Any]], Any]], prepare: Callable[[dict[str, Any]], None]
) -> None:
    """The life of a worker or a caller: one job after the other, each answered with its outcome."""
    while True:
        job = line.hear()
        prepare(job)
        try:
            outcome, trouble = jobs[job["do"]](job), ""
        except Exception as e:  # noqa: BLE001  # whatever a task raises is a finding for the judge
            import traceback

            traceback.print_exc()
            outcome, trouble = None, f"{type(e).__name__}: {e}"
        line.say(done=job["do"], outcome=outcome, trouble=trouble)
