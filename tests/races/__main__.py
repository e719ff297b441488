"""python -m tests.races [--rounds N] [--people N] [--seed N] [--bug NAME]: see tests/races/__init__.py."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time

from tests.faults.ground import Ground
from tests.faults.resting import audited
from tests.faults.stage import Stuck, staged
from tests.races.judge import judge
from tests.races.lives import BUGS
from tests.races.playing import Race


def race(ground: Ground, *, rounds: int, people: int, seed: int, bug: str) -> list[str]:
    """One race and its verdict, said aloud."""
    began = time.monotonic()
    with staged(ground, people=people, seed=seed, emails=1, texts=1) as stage:
        ran = Race(stage, random.Random(seed), bug)
        try:
            ran.run(rounds)
            found = judge(ran)
            held, places = audited(stage)
            if not held:
                found.append(f"the product's own audit: {places[:3]}")
        except Stuck as e:
            found = [f"stuck: {e}", *stage.nest.log.read_text().splitlines()[-8:]]
        calls = stage.eyes.one("SELECT count(*) FROM message WHERE kind = 'step' AND status = 'sent'")
        outs = sum(act.out for act in ran.acts)
        counts = ran.counts
        print(
            f"seed {seed}{f', {bug}' if bug else ''}: {calls} sends, {outs} confirmed opt-outs and "
            f"{counts['not confirmed']} unconfirmed, {len(ran.acts) - outs} ways back, {counts['import']} imports, "
            f"{counts['left while somebody stood']} left while a worker or an import stood; {len(found)} breaches "
            f"({time.monotonic() - began:.0f} s)",
            flush=True,
        )
        for breach in found[:10]:
            print(f"  {breach}", flush=True)
    return found


def _end(_signal: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """0 when no call started that must not have; 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.races", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bug", choices=["", *BUGS], default=[], action="append")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    wrong = 0
    with Ground() as ground:
        for bug in given.bug or [""]:
            wrong += bool(race(ground, rounds=given.rounds, people=given.people, seed=given.seed, bug=bug))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
