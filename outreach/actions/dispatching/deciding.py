"""What becomes of each person of a batch: who goes, who waits, who leaves; and when the step after this one is due.

The answers for plain people are shared: everyone in one place, due at one moment, gets one judgement and one plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from outreach.actions.dispatching.facts import PLAIN, Due, History
from outreach.actions.dispatching.judging import Go, Leave, Over, Verdict, Wait, judge, track_of
from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.waiting import Group
from outreach.actions.placing import exchange, place_of
from outreach.rules import planner
from outreach.rules.places import Place


@dataclass(frozen=True, slots=True)
class Fate:
    """What is written for a person: the message (`status` "" writes none), and where the run goes.

    `was_wanted`, `was_moved`: when the cadence asked for this step, and why it came at another time. `moves`: the cursor
    goes past this step; else it stays, and `due` is when it is looked at again. `run`: the run's status afterwards.
    `called_at`: when the provider answered, None when it was not asked. `code`: its refusal.
    """

    status: str = ""
    reason: str = ""
    called_at: datetime | None = None
    code: str | None = None
    parts: int = 0
    zones: str = ""
    was_wanted: datetime | None = None
    was_moved: str = ""
    moves: bool = True
    due: datetime | None = None
    wanted: datetime | None = None
    moved: str = ""
    run: str = "active"
    exit_reason: str = ""


KEPT = Fate(moves=False)  # nothing is written, the cursor stays as it is


@dataclass(frozen=True, slots=True)
class Spot:
    """Everyone in one place with one anchor and one due moment.

    `onward`: when their next step is due, and so what a sent step leaves behind. `staying`: what one leaves behind that
    is not sent after all, all but the moment at which it is due again.
    """

    place: Place
    onward: Fate
    staying: Fate


@dataclass(slots=True)
class Spots:
    """The plans of a batch, each made once."""

    lane: Lane
    group: Group
    now: datetime
    _known: dict[tuple[object, ...], Spot] = field(default_factory=dict)

    def of(self, person: Due) -> Spot:
        """Where this person is, and what comes after this step."""
        key = (
            person.zone, person.zip_code, person.state, exchange(person.phone), person.anchor, person.due_at,
            person.wanted_at, person.moved, person.slowed,
        )  # fmt: skip
        spot = self._known.get(key)
        if spot is None:
            place = place_of(phone=person.phone, zip_code=person.zip_code, zone=person.zone, state=person.state)
            wanted = person.wanted_at or person.due_at
            so_far = Fate(zones=",".join(place.zones), was_wanted=wanted, was_moved=person.moved)
            spot = Spot(place, self._onward(so_far, place, person), replace(so_far, moves=False, wanted=wanted))
            self._known[key] = spot
        return spot

    def _onward(self, so_far: Fate, place: Place, person: Due) -> Fate:
        group, track = self.group, track_of(self.lane, self.group.cadence)
        if group.step >= group.steps:
            return replace(so_far, due=self.now, wanted=self.now, run="finished")
        if track is None:
            return replace(so_far, due=self.now, wanted=self.now)
        (planned,) = planner.plan(
            track.slowed(person.slowed), group.step + 1, group.step, person.anchor, place, self.lane.schedules.quiet_hours,
            not_before=self.now + planner.MIN_GAP,
        )  # fmt: skip
        return replace(so_far, due=planned.at, wanted=planned.wanted, moved=planned.moved or "")


@dataclass(slots=True)
class Decided:
    """Who may get it now, and the fate of all others by their place in the batch."""

    going: list[Due] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)  # of those going, in the same order
    fates: dict[int, Fate] = field(default_factory=dict)


def decide(
    lane: Lane,
    group: Group,
    people: Sequence[Due],
    histories: Mapping[int, History],
    *,
    says_what: bool,
    now: datetime,
    running: bool,
) -> Decided:
    """Judges everyone. `says_what`: the words tell what they are about. `running`: the campaign is."""
    decided = Decided()
    spots, track = Spots(lane, group, now), track_of(lane, group.cadence)
    verdicts: dict[tuple[int, datetime, bool], Verdict] = {}
    for person in people:
        spot = spots.of(person)
        shared = (id(spot), person.due_at, person.discreet)
        verdict = verdicts.get(shared) if person.plain else None
        if verdict is None:
            verdict = judge(
                PLAIN if person.plain else histories[person.n], spot.place, lane, track, group.topic,
                telling=says_what and person.discreet, planned_for=person.due_at, now=now,
            )  # fmt: skip
            if person.plain:
                verdicts[shared] = verdict
        if isinstance(verdict, Go):
            if not running:
                decided.fates[person.n] = KEPT
            else:
                decided.going.append(person)
                decided.spots.append(spot)
        else:
            decided.fates[person.n] = fate_of(verdict, spot, now)
    return decided


def fate_of(verdict: Wait | Leave | Over, spot: Spot, now: datetime) -> Fate:
    """What a verdict other than Go leaves behind."""
    match verdict:
        case Wait(until, reason):
            return replace(spot.staying, due=until, moved=reason)
        case Leave(reason, True):
            return replace(
                spot.onward, status="skipped", reason=reason, due=now, wanted=now, moved="", run="exited",
                exit_reason=reason,
            )  # fmt: skip
        case Leave(reason):
            return replace(spot.onward, status="skipped", reason=reason)
        case Over():
            return KEPT
        case _:
            assert_never(verdict)
