"""`make fuzz N=10000`: that many inputs in worker processes, five seconds and a share of memory for each.

    python -m tests.fuzz 10000 [--first 0] [--workers 2] [--only html,md] [--keep FOLDER]

Prints what came out and every failure once; exit 1 when there is one. `--keep` writes the inputs that failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from tests.fuzz.inputs import made

SECONDS = 5.0  # of processor time for one input: the clock on the wall would judge the machine's other work
PATIENCE = 60.0  # seconds on the clock after which a worker is ended
MEMORY = 1_500_000_000  # bytes of address space for one worker


@dataclass(slots=True)
class Tally:
    """What came out, the failures by their last line, and the slowest inputs."""

    out: Counter[str] = field(default_factory=Counter)
    failures: dict[str, list[int]] = field(default_factory=dict)
    traces: dict[str, str] = field(default_factory=dict)
    slowest: list[tuple[float, int]] = field(default_factory=list)

    def add(self, number: int, word: str, trace: str, seconds: float) -> None:
        """Counts one input; `word` is "compiled", "refused", or what went wrong."""
        self.out[word if word in ("compiled", "refused") else "failed"] += 1
        self.slowest = sorted([*self.slowest, (round(seconds, 2), number)], reverse=True)[:5]
        if word not in ("compiled", "refused"):
            if word not in self.failures:
                print(f"  number {number}: {word}", flush=True)
            self.failures.setdefault(word, []).append(number)
            self.traces.setdefault(word, trace)


def work(pipe: Connection, endings: list[str] | None) -> None:
    """A worker: numbers in, outcomes out."""
    from tests.fuzz.invariants import judged, made_of

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (number := pipe.recv()) is not None:
        name, data = made(number, endings)
        pipe.send(("begun", "", 0.0))
        start, seconds = time.process_time(), 0.0
        try:
            made_out = made_of(data, name)
            seconds = time.process_time() - start
            word, trace = judged(data, made_out), ""
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            word, trace = _place(error), traceback.format_exc(limit=-6)
            seconds = seconds or time.process_time() - start
        pipe.send((word if seconds <= SECONDS else f"over {SECONDS:.0f} seconds", trace, seconds))


def _place(error: BaseException) -> str:
    """The kind of failure: one finding per place in the program and kind of error."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    last = frames[-1]
    say = str(error).split(":")[0][:60] if isinstance(error, AssertionError) else ""
    return f"{type(error).__name__} {say} at {Path(last.filename).name}:{last.lineno}"


class Worker:
    """A process with one input at a time; it is ended and replaced when the input takes too long or kills it."""

    def __init__(self, endings: list[str] | None) -> None:
        self.endings = endings
        self.number: int | None = None
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(theirs, self.endings), daemon=True)
        self.process.start()
        theirs.close()
        self.deadline = float("inf")

    def give(self, number: int | None) -> None:
        """The next input, or None to end."""
        self.number = number
        self.deadline = time.monotonic() + 60  # importing and making the input do not count
        self.pipe.send(number)

    def take(self, tally: Tally) -> bool:
        """Reads what the worker says; True when its input is done."""
        try:
            word, trace, seconds = self.pipe.recv()
        except (EOFError, OSError):
            self._lost(tally, "the process died")
            return True
        if word == "begun":
            self.deadline = time.monotonic() + PATIENCE
            return False
        tally.add(self.number or 0, word, trace, seconds)
        self.deadline = float("inf")
        return True

    def overdue(self, tally: Tally) -> bool:
        """Ends the worker when its input takes too long."""
        if time.monotonic() < self.deadline:
            return False
        self._lost(tally, f"no end after {PATIENCE:.0f} seconds")
        return True

    def _lost(self, tally: Tally, word: str) -> None:
        self.process.kill()
        self.process.join()
        tally.add(self.number or 0, word, "", PATIENCE)
        self._start()


def run(numbers: range, workers: int, endings: list[str] | None) -> Tally:
    """All inputs through the workers."""
    tally, left, start = Tally(), iter(numbers), time.monotonic()
    team = [Worker(endings) for _ in range(workers)]
    busy: list[Worker] = []
    for worker in team:
        if (number := next(left, None)) is not None:
            worker.give(number)
            busy.append(worker)
    while busy:
        ready = wait([w.pipe for w in busy], timeout=0.2)
        done = [w for w in busy if (w.take(tally) if w.pipe in ready else w.overdue(tally))]
        for worker in done:
            if (number := next(left, None)) is None:
                busy.remove(worker)
                worker.give(None)
                continue
            worker.give(number)
            if sum(tally.out.values()) % 1000 == 0:
                print(
                    f"  {sum(tally.out.values()):,} after {time.monotonic() - start:.0f} s: {_counts(tally)}",
                    flush=True,
                )
    return tally


def _counts(tally: Tally) -> str:
    return ", ".join(f"{tally.out[word]:,} {word}" for word in ("compiled", "refused", "failed"))


def main() -> int:
    """Runs and prints; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=lambda s: s.split(","), default=None, help="formats, like html,md")
    parser.add_argument("--keep", type=Path, default=None, help="folder for the inputs that failed")
    asked = parser.parse_args()
    tally = run(range(asked.first, asked.first + asked.count), asked.workers, asked.only)
    print(f"{sum(tally.out.values()):,} inputs: {_counts(tally)}")
    print("slowest: " + ", ".join(f"{seconds} s (number {number})" for seconds, number in tally.slowest))
    for word, numbers in sorted(tally.failures.items(), key=lambda f: -len(f[1])):
        print(f"\n{len(numbers)} × {word}: numbers {', '.join(map(str, numbers[:8]))}\n{tally.traces[word]}".rstrip())
        if asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
            name, data = made(numbers[0], asked.only)
            (asked.keep / f"{numbers[0]}-{Path(name).name}").write_bytes(data)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
