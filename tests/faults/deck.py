"""The kinds of fault, and the deck they are drawn from: every kind and every named point comes before any comes again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.faults import points

BEFORE: Final = {"email": "call: email before", "sms": "call: texts before"}
# Who stops here has a claim that is committed and no lock yet: a sweep may take the batch once its lease is over.
_UNLOCKED: Final = ("claim: committed", "mark: before", "mark: committed", "confirm: claimed", "confirm: marked")
# Who sleeps here finds another hour at the fence.
_BEFORE_THE_FENCE: Final = ("claim: committed", "mark: before", "mark: committed", "fence: locked")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `at`: the point it needs; `rule`: what the sandbox is asked to do; `door`: by which
    door, which task, or which second point."""

    kind: str
    at: str = ""
    rule: tuple[tuple[str, Any], ...] = ()
    door: str = ""

    @property
    def name(self) -> str:
        """What it is counted as."""
        said = dict(self.rule)
        rule = f"{said.get('on')} {said.get('do')} {said.get('status', '')}".strip() if said else ""
        return " · ".join(part for part in (self.kind, self.door, self.at, rule) if part)


def at_points() -> list[Fault]:
    """What a sender meets at a named point."""
    sending = points.named("send")
    found = [Fault("worker killed", point) for point in sending for _ in range(2)]
    found += [Fault("connection cut off", point) for point in sending]
    found += [Fault("opt-out", point) for point in sending]
    found += [Fault("lease ends", point) for point in _UNLOCKED]
    found += [Fault("lease ends before", _UNLOCKED[0], door=point) for point in ("fence: locked", *BEFORE.values())]
    found += [Fault("overtaken by another worker", point) for point in sending if not point.startswith("call")]
    found += [Fault("asleep for hours", point) for point in _BEFORE_THE_FENCE]
    for point in BEFORE.values():
        found += [Fault("worker killed in mid-call", point)] * 3
        found += [Fault("connection cut off in mid-call", point)] * 2
        found += [Fault("opt-out in mid-call", point)] * 2
    return found


def restarts(rng: random.Random) -> list[Fault]:
    """The database goes away, wherever a worker just is."""
    sending = points.named("send")
    return [Fault(f"database restarted ({mode})", rng.choice(sending)) for mode in ("fast", "immediate")]


def loose() -> list[Fault]:
    """What goes wrong beside the workers: the providers, their reports, the hints, the doors, the clockwork."""
    found = [Fault("worker killed anywhere")] * 6
    found += [Fault("hint lost")] * 5 + [Fault("hint doubled")] * 5 + [Fault("beat doubled")] * 4
    for on in ("sendgrid", "twilio"):
        for do, more in (
            ("cut_after_accept", {}), ("cut_before_accept", {}), ("delay", {"delay_ms": 60}), ("garbage", {}),
            ("status", {"status": 429, "retry_after": 20}), ("status", {"status": 500}), ("status", {"status": 503}),
            ("status", {"status": 500, "accept": True}), ("status", {"status": 202, "accept": True}),
        ):  # fmt: skip
            found.append(_rule("provider", on=on, do=do, **more))
    for on, kinds in (
        ("events", "late twice shuffle off"),
        ("status", "late twice shuffle off"),
        ("inbound", "twice off"),
    ):
        for do in kinds.split():
            found += [_rule("reports", on=on, do=do, **({"delay_ms": 120} if do == "late" else {}))] * 2
    for door in ("one_click", "page", "text", "leave"):
        found += [
            Fault("opt-out killed", point, door=door) for point in points.named("opt_out") if _passes(door, point)
        ]
    found += [Fault("page killed", point) for point in points.named("hook") if point != "hook: text taken in"] * 2
    found += [Fault("page killed", "hook: text taken in", door="text")]
    found += [Fault("opt-out", door=door) for door in ("one_click", "page", "text", "leave", "hold")]
    for do in ("sweep", "reconcile", "poll"):
        found += [Fault("clockwork killed", point, door=do) for point in points.named(do)] * 2
    return found


def fits(fault: Fault, channel: str) -> bool:
    """Whether a sender of this channel can come to the points of a fault."""
    where = fault.at + fault.door
    if channel == "sms":
        return "call: email" not in where and "confirm:" not in where
    return "call: texts" not in where


def _passes(door: str, point: str) -> bool:
    return door != "text" or point != "opt-out: before the answer"  # a text takes the inner half of an opt-out


def _rule(kind: str, **rule: Any) -> Fault:
    return Fault(kind, rule=tuple(rule.items()))


@dataclass
class Deck:
    """A shuffled stack; drawn to its end before it is shuffled anew."""

    rng: random.Random
    make: Callable[[], list[Fault]]
    _left: list[Fault] = field(default_factory=list)

    def draw(self, fits: Callable[[Fault], bool] = lambda fault: True) -> Fault | None:
        """The next one that fits; None when none of a whole deck does."""
        for _ in range(2):
            for place in range(len(self._left) - 1, -1, -1):
                if fits(self._left[place]):
                    return self._left.pop(place)
            fresh = self.make()
            self.rng.shuffle(fresh)
            self._left = fresh + self._left
        return None

    def back(self, fault: Fault) -> None:
        """One that could not happen comes again soon."""
        self._left.insert(len(self._left) * 3 // 4, fault)
