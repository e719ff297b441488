"""`make faults N=2000`: that many faults, counted one by one, and the judge's verdict after every run.

    python -m tests.faults 2000 [--seed 1] [--per-run 150] [--people 40] [--planted] [--limits] [--celery 30]

Prints what was injected, what came out, and every breach with the seed of its run; exit 1 when there is one. The same
seed makes the same choices; what the operating system schedules in between is its own.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.ground import Ground


@dataclass
class Tally:
    """What all runs together injected, made and broke."""

    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)
    opt_outs: int = 0
    runs: int = 0

    def show(self, seconds: float) -> None:
        """The summary."""
        injected = self.faults.total()
        print(f"\nFaults injected, by kind ({injected} in {self.runs} runs and {seconds:.0f} s):")
        kinds: Counter[str] = Counter()
        for name, n in self.faults.items():
            kinds[name.partition(" · ")[0]] += n
        for kind, n in kinds.most_common():
            print(f"  {n:5}  {kind}")
            for name, m in sorted(self.faults.items()):
                if name.startswith(f"{kind} · ") and m:
                    print(f"           {m:4}  {name.partition(' · ')[2]}")
        print("\nOutcomes at rest:")
        for name, n in sorted(self.outcomes.items()):
            print(f"  {n:5}  {name}")
        print(f"  {self.opt_outs:5}  opt-outs and holds confirmed meanwhile")
        print(f"\n{len(self.breaches)} breaches of the promises.")
        for breach in self.breaches:
            print(f"  {breach}")


def one_run(ground: Ground, tally: Tally, *, seed: int, faults: int, people: int, celery: bool = False) -> None:
    """One run and its verdict, added to the tally."""
    from tests.faults.celery_run import play_with_celery
    from tests.faults.judge import judge
    from tests.faults.playing import Play
    from tests.faults.resting import audited, come_to_rest
    from tests.faults.stage import Stuck, staged

    with staged(ground, people=people, seed=seed) as stage:
        try:
            if celery:
                play_with_celery(stage, random.Random(seed), faults)
            else:
                Play(stage, random.Random(seed), faults).play()
            come_to_rest(stage)
            found = judge(stage)
            held, places = audited(stage)
            if held is not (not found):
                found.append(f"the product's own audit says {'held' if held else 'broken'}: {places[:5]}")
        except Stuck as e:
            found = [f"stuck: {e}", *stage.nest.log.read_text().splitlines()[-5:]]
        for breach in found:
            print(f"  seed {seed}: {breach}", flush=True)
        tally.breaches += [f"seed {seed}: {breach}" for breach in found]
        tally.faults += stage.counts
        tally.opt_outs += len(stage.confirmed)
        tally.runs += 1
        for channel, status, reason, n in stage.eyes.see(
            "SELECT channel, status, reason, count(*) FROM message WHERE kind = 'step' GROUP BY 1, 2, 3"
        ):
            tally.outcomes[f"{channel} {status} {reason}".strip()] += n


def planted_bugs(ground: Ground) -> list[str]:
    """Every planted bug's scene, with and without it, and what was found and mended; what did not come out as it should."""
    from tests.faults.scenes import FOUND, SCENES, played

    wrong = []
    for bug, scene in SCENES.items():
        found, sound = played(ground, scene, bug), played(ground, scene)
        print(f"  {'seen' if found else 'MISSED':7} {bug}: {found[0] if found else 'the judge said nothing'}")
        wrong += [f"the planted bug “{bug}” was not seen"] * (not found)
        wrong += [f"without the bug, “{bug}”: {breach}" for breach in sound]
    for name, scene in FOUND.items():
        broken = played(ground, scene)
        print(f"  {'broken' if broken else 'mended':7} {name}")
        wrong += broken
    return wrong


def known_limits(ground: Ground) -> None:
    """What no process that dies can bring about, but a connection or a machine can: whether it breaks a promise."""
    from tests.faults.scenes import LIMITS, played

    for name, scene in LIMITS.items():
        found = played(ground, scene)
        print(f"  {'breaks' if found else 'holds':7} {name}{f': {found[0]}' if found else ''}")


def _end(_signal: int, _frame: object) -> None:
    """Asked to end: everything that was started is ended first, however often it is asked again."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """0 when every promise held and every planted bug asked for was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("faults", type=int, nargs="?", default=2000)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the others count on from it")
    parser.add_argument("--per-run", type=int, default=150)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--celery", type=int, default=0, help="so many of them under real Celery workers and Redis")
    parser.add_argument("--planted", action="store_true", help="show first that five planted bugs are seen")
    parser.add_argument("--limits", action="store_true", help="show which known limits break a promise; not counted")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    tally, began = Tally(), time.monotonic()
    with Ground() as ground:
        if given.planted:
            print("Planted bugs:")
            tally.breaches += planted_bugs(ground)
        if given.limits:
            print("Known limits:")
            known_limits(ground)
        seed = given.seed
        if given.celery:
            one_run(ground, tally, seed=seed, faults=given.celery, people=12, celery=True)
            print(
                f"  seed {seed} with Celery: {tally.faults.total()} faults, {len(tally.breaches)} breaches", flush=True
            )
        while tally.faults.total() < given.faults:
            left = given.faults - tally.faults.total()
            # a few of them meet nothing in the end and are not counted
            one_run(ground, tally, seed=seed, faults=min(given.per_run, left + 8), people=given.people)
            print(f"  seed {seed}: {tally.faults.total()} faults, {len(tally.breaches)} breaches", flush=True)
            seed += 1
    tally.show(time.monotonic() - began)
    return 1 if tally.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
