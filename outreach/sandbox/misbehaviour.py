"""Rules that make the sandbox misbehave on request, each with a count or a probability with its own seed.

A rule says where (`on`), what (`do`) and how often. `take` is asked once per API request and once per webhook call.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, TypeVar

T = TypeVar("T")

ANSWERS: Final = ("status", "garbage", "delay", "cut_after_accept", "cut_before_accept")
WEBHOOKS: Final = ("late", "twice", "shuffle", "off")
PLACES: Final = {
    "sendgrid": ANSWERS,
    "activity": (
        "status",
        "garbage",
        "delay",
        "cut_before_accept",
    ),  # its feed: 403 is an account that has not bought it
    "twilio": ANSWERS,
    "events": WEBHOOKS,  # SendGrid's Event Webhook
    "status": WEBHOOKS,  # Twilio's StatusCallback
    "inbound": ("late", "twice", "off"),  # Twilio's webhook for a text a person wrote
}
_FIELDS: Final[dict[str, type | tuple[type, ...]]] = {
    "on": str,
    "do": str,
    "status": int,
    "retry_after": (int, float),
    "delay_ms": (int, float),
    "accept": bool,
    "to": str,
    "skip": int,
    "count": int,
    "probability": (int, float),
    "seed": int,
}


class RuleInvalid(ValueError):
    """The rule cannot be understood; the message says how to mend it."""


@dataclass(slots=True, kw_only=True)
class Rule:
    """One misbehaviour.

    `status` is the HTTP status answered (do=status, default 500); 429 carries `retry_after` seconds. `accept` says
    whether the request is taken, durably, before a status or garbage answer (default: garbage yes, status no; never
    with 429). `delay_ms` belongs to delay and late. `to` limits the rule to one recipient. `skip` lets the first ones
    pass; then the rule acts `count` times (None: always), each with `probability` drawn from `seed`.
    """

    id: int
    on: str
    do: str
    status: int = 500
    retry_after: float = 1.0
    delay_ms: float = 0.0
    accept: bool = False
    to: str | None = None
    skip: int = 0
    count: int | None = 1
    probability: float = 1.0
    seed: int = 0
    _dice: random.Random = field(default_factory=random.Random, repr=False)

    def acts(self) -> bool:
        """Whether the rule acts this time; counts the time."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.count == 0 or (self.probability < 1 and self._dice.random() >= self.probability):
            return False
        if self.count is not None:
            self.count -= 1
        return True

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """A copy in another order, the same one for the same seed."""
        return self._dice.sample(items, len(items))

    def as_json(self) -> dict[str, Any]:
        """The rule as it stands now; `count` is what is left."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


class Misbehaviour:
    """The rules in force, in the order they were given. Kept in memory: a restart is well-behaved again."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._next_id = 1

    def add(self, wish: Mapping[str, Any]) -> Rule:
        """A rule from JSON; raises RuleInvalid."""
        _check(wish)
        probability = float(wish.get("probability", 1.0))
        rule = Rule(
            id=self._next_id,
            **{name: wish[name] for name in wish if name not in ("probability", "count", "accept")},
            probability=probability,
            # A probability alone means "from now on"; a plain wish means "the next one".
            count=wish.get("count", None if "probability" in wish else 1),
            accept=bool(wish.get("accept", wish["do"] == "garbage")),
        )
        if rule.accept and rule.do == "status" and rule.status == 429:
            raise RuleInvalid("429 means nothing was taken: leave out accept")
        rule._dice.seed(rule.seed)
        self._next_id += 1
        self._rules.append(rule)
        return rule

    def remove(self, rule_id: int | None = None) -> int:
        """Forget one rule, or all of them; how many were forgotten."""
        kept = [] if rule_id is None else [rule for rule in self._rules if rule.id != rule_id]
        gone = len(self._rules) - len(kept)
        self._rules = kept
        return gone

    def take(self, on: str, recipients: Collection[str] = ()) -> list[Rule]:
        """The rules that act on this request: every delay, and the first of any other kind."""
        acting: list[Rule] = []
        for rule in self._rules:
            if rule.on != on or (rule.to is not None and rule.to not in recipients):
                continue
            delays = rule.do in ("delay", "late")
            if not delays and any(other.do not in ("delay", "late") for other in acting):
                continue
            if rule.acts():
                acting.append(rule)
        self._rules = [rule for rule in self._rules if rule.count != 0]
        return acting

    def as_json(self) -> list[dict[str, Any]]:
        """The rules in force."""
        return [rule.as_json() for rule in self._rules]


def _check(wish: Mapping[str, Any]) -> None:
    unknown = sorted(set(wish) - set(_FIELDS))
    if unknown:
        raise RuleInvalid(f"unknown: {', '.join(unknown)}; known are {', '.join(_FIELDS)}")
    for name, value in wish.items():
        if name == "count" and value is None:
            continue
        kind = _FIELDS[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise RuleInvalid(f"{name} cannot be {value!r}")
    for name in ("retry_after", "delay_ms", "skip", "count"):
        if (wish.get(name) or 0) < 0:
            raise RuleInvalid(f"{name} cannot be negative")
    if wish.get("on") not in PLACES:
        raise RuleInvalid(f"on must be one of {', '.join(PLACES)}")
    if wish.get("do") not in PLACES[wish["on"]]:
        raise RuleInvalid(f"do must be one of {', '.join(PLACES[wish['on']])} when on is {wish['on']}")
    if not 0 <= wish.get("probability", 1) <= 1:
        raise RuleInvalid("probability must be from 0 to 1")
    if not 200 <= wish.get("status", 500) <= 599:
        raise RuleInvalid("status must be from 200 to 599")
    if wish["do"] in ("delay", "late") and not wish.get("delay_ms"):
        raise RuleInvalid("delay_ms says how long")
