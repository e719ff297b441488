"""One race: campaigns go out while people leave, come back and are imported, all at the same time.

Acts about one address come one after the other, so that it is known which was last; acts about different addresses, the
sends and the imports come all together. Workers are stopped at the points around the fence and the call, opt-outs
between their commit and their confirmation, imports between their report and their first row; whoever is released first
is drawn. All choices come from one seed.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from tests.faults.children import Child
from tests.faults.resting import come_to_rest, next_moment
from tests.faults.seeding import Someone
from tests.faults.stage import DOORS, STOP_WORDS, Stage
from tests.races import lives

WORKERS: Final = 3
RACERS: Final = 4
OUT: Final = ("one_click", "page", "text", "leave", "topics_off")
CHANNELS_OF: Final = DOORS | {"topics_off": ("email", "sms"), "topics_on": ("email", "sms"), "start": ("sms",)}
IMPORTS: Final = 3  # in a round
ACTS: Final = 25  # in a round, beside those of whom a stopped worker or import concerns
SPELLINGS: Final = ("+1 {} {} {}", "({}) {}-{}", "{}.{}.{}", "1-{}-{}-{}", "{}{}{}")
# where a worker is stopped: it has decided whom to call and has not begun yet; or it is on its way there or back
DECIDED: Final = ("fence: facts read", "fence: judged", "call: email before", "call: texts before")
ELSEWHERE: Final = (
    "claim: committed", "mark: committed", "fence: locked", "call: email answered", "call: texts answered",
    "settle: before its commit",
)  # fmt: skip
OPT_OUT_POINTS: Final = ("opt-out: before its commit", "opt-out: committed", "opt-out: waited")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did at a door: leaving (`out`) counts from its confirmation on, coming back from when it began."""

    out: bool
    channel: str
    address: str
    at: float
    door: str


@dataclass
class Race:
    """One race on a stage; `acts` is what the judge goes by."""

    stage: Stage
    rng: random.Random
    bug: str = ""
    acts: list[Act] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    last: dict[str, str] = field(default_factory=dict)  # address -> what it did last
    imports: int = 0  # still to come in this round
    free_acts: int = 0

    def __post_init__(self) -> None:
        stage = self.stage
        stage.on_hint = lambda channel: stage.hints.append({"do": "send_batch", "channel": channel})
        stage._answered = self._answered  # type: ignore[method-assign]  # our racers answer with two moments
        stage.kill(stage.web())
        stage.nest.fork("web", lives.web(stage.listening, self.bug))

    def run(self, rounds: int) -> None:
        """So many campaigns, one after the other, each to whoever agrees to it then."""
        stage = self.stage
        for number in range(1, rounds + 1):
            self._finish()
            self._begin(number)
            self.imports, self.free_acts = IMPORTS, ACTS
            while (moment := next_moment(stage)) is not None:
                if moment > stage.clock:
                    stage.set_clock(moment)
                self._moment()
            stage.set_clock(stage.clock + timedelta(days=1))
        self._finish()
        come_to_rest(stage)

    def _begin(self, number: int) -> None:
        """Most of those who are out come back, and then a campaign starts for whoever agrees."""
        stage = self.stage
        for person in stage.people:
            if self.last.get(person.email) in OUT and self.rng.random() < 0.8:
                child = self._act(person, "topics_on")
                stage.pump(lambda child=child: child is None or child.job is None, "somebody comes back")  # type: ignore[misc]
        starter = self._racer()
        assert starter is not None
        stage.give(starter, "campaign", round=number)
        stage.pump(lambda: starter.job is None, "a campaign starts")

    def _moment(self) -> None:
        """Everything that is due now, until nothing is."""
        stage = self.stage
        stage.hints.append({"do": "tick"})
        while stage.hints or self._busy("worker") or stage.standing:
            self._give_work()
            self._give_acts()
            stage.hear(0.003)
            if stage.standing:
                child = stage.standing[self.rng.randrange(len(stage.standing))]
                stage.standing.remove(child)
                self._stands(child)

    def _finish(self) -> None:
        """Whoever stands goes on; whatever runs ends."""
        stage = self.stage

        def over() -> bool:
            while stage.standing:
                stage.standing.popleft().go()
            return not any(child.job for child in stage.nest.children.values())

        for child in stage.nest.children.values():
            stage.nest.arms.disarm(child.slot)
        stage.pump(over, "everybody ends what they are at")

    # --- who does something next ---

    def _of(self, role: str) -> list[Child]:
        return [child for child in self.stage.nest.children.values() if child.role == role]

    def _busy(self, role: str) -> bool:
        return any(child.job for child in self._of(role))

    def _racer(self) -> Child | None:
        idle = next((child for child in self._of("racer") if child.job is None), None)
        if idle is None and len(self._of("racer")) < RACERS:
            idle = self.stage.nest.fork("racer", lives.racer(self.stage.box.base, self.bug))
        return idle

    def _give_work(self) -> None:
        stage = self.stage
        while len(self._of("worker")) < WORKERS:
            stage.worker()
        for child in self._of("worker"):
            if child.job is None and stage.hints:
                job = stage.hints.popleft()
                if job["do"] == "send_batch" and self.rng.random() < 0.9:
                    points = DECIDED if self.rng.random() < 0.6 else ELSEWHERE
                    stage.nest.arms.arm(child.slot, self.rng.choice(points))
                stage.give(child, **job)

    def _give_acts(self) -> None:
        """Now and then somebody leaves, comes back or is imported."""
        if self.free_acts and self.rng.random() < 0.1 and self._act(self.rng.choice(self.stage.people)):
            self.free_acts -= 1
        if (
            self.imports
            and self.rng.random() < 0.05
            and not any((c.job or {}).get("do") == "import" for c in self._of("racer"))
        ):
            child = self._racer()
            if child is not None:
                self.imports -= 1
                self.counts["import"] += 1
                again = self.rng.sample(self.stage.people, 4)
                self.stage.give(
                    child, "import", csv=self._list_of_everybody(again), ids=[person.id for person in again]
                )

    def _act(self, person: Someone, door: str = "", *, straight: bool = False) -> Child | None:
        """The person's next act, when nobody with one of their addresses is at a door; the racer who does it. `straight`:
        the page is not stopped on its way."""
        addresses = {person.email, person.phone}
        if any(addresses & set((child.job or {}).get("addresses", ())) for child in self._of("racer")):
            return None
        child = self._racer()
        if child is None:
            return None
        door = door or self._next_door(person)
        for address in addresses:
            self.last[address] = door
        if door in ("one_click", "page", "text") and not straight and self.rng.random() < 0.3:
            web = self.stage.web()
            if web.stopped_at is None:
                self.stage.nest.arms.arm(web.slot, self.rng.choice(OPT_OUT_POINTS))
        self.counts[door] += 1
        self.stage.give(
            child, door, id=person.id, url=person.unsubscribe, phone=person.phone, body=self.rng.choice(STOP_WORDS),
            zip="30303", addresses=sorted(addresses), email=person.email,
        )  # fmt: skip
        return child

    def _next_door(self, person: Someone) -> str:
        """Who is out comes back by half the chance: texts by START after a STOP, all else on the preferences page."""
        out = self.last.get(person.email) in OUT or self.last.get(person.phone) in OUT
        if not out or self.rng.random() < 0.5:
            return self.rng.choice(OUT)
        return "start" if self.last.get(person.phone) == "text" else "topics_on"

    def _list_of_everybody(self, again: list[Someone]) -> str:
        """An old list: everybody, in every spelling of their number, and some once more with another email address."""
        number = self.counts["import"]
        rows = [
            (person.email.upper() if self.rng.random() < 0.3 else person.email, person) for person in self.stage.people
        ]
        rows += [(f"other{person.id}.{number}@example.org", person) for person in again]
        self.rng.shuffle(rows)
        return "email,phone\n" + "".join(f"{email},{self._spelled(person.phone)}\n" for email, person in rows)

    def _spelled(self, phone: str) -> str:
        digits = phone.removeprefix("+1")
        return self.rng.choice(SPELLINGS).format(digits[:3], digits[3:6], digits[6:])

    # --- who has come to a point ---

    def _stands(self, child: Child) -> None:
        """Before it goes on, somebody whom it concerns leaves: and is answered, or seen to be made to wait."""
        stage = self.stage
        imports = child.stopped_at == "import: judged"
        if imports or child.role == "worker":
            self.counts[f"stopped at {child.stopped_at}"] += 1
            for _ in range(3 if imports else 1):
                who = self._concerned(child)
                racer = self._leave(who, imports) if who is not None else None
                if racer is not None:
                    self.counts["left while somebody stood"] += 1
                    stage.pump(
                        lambda racer=racer: racer.job is None or stage.blocked() or self._stands_at_a_door(),
                        "somebody leaves or waits",
                    )  # fmt: skip
        child.go()

    def _leave(self, person: Someone, imports: bool) -> Child | None:
        # a topic that was left is no suppression: an import has to find it by itself
        return self._act(person, "topics_off" if imports else self.rng.choice(OUT), straight=True)

    def _stands_at_a_door(self) -> bool:
        return any(child.role == "web" for child in self.stage.standing)

    def _concerned(self, child: Child) -> Someone | None:
        people = [p for p in self.stage.people if self.last.get(p.email) not in OUT]
        if child.role == "worker" and child.job:
            found = self.stage.eyes.one(
                "SELECT subscriber_ids FROM batch WHERE worker = %s ORDER BY id DESC LIMIT 1", [child.job["name"]]
            )
            people = [p for p in people if p.id in (found or ())]
        elif child.job:
            people = [p for p in people if p.id in child.job["ids"]]
        return self.rng.choice(people) if people else None

    def _answered(self, child: Child, line: dict[str, Any]) -> None:
        """Notes what was confirmed to whom; a trouble is a finding."""
        stage, job = self.stage, child.job or {}
        stage._over(child)
        child.job = None
        stage.nest.arms.disarm(child.slot)
        if line["trouble"]:
            stage.troubles.append(f"{line['done']} ended by {line['trouble']}")
        if child.role != "racer" or line["done"] not in CHANNELS_OF or not line["outcome"]:
            return
        done, begun, ended = line["outcome"]
        out = line["done"] in OUT
        if out and not done:
            self.counts["not confirmed"] += 1
            return
        for channel in CHANNELS_OF[line["done"]]:
            address = job["email"] if channel == "email" else job["phone"]
            self.acts.append(Act(out, channel, address, ended if out else begun, line["done"]))
