"""The one judgement about a due step, asked at the claim and again at the fence: by the same facts, by the same rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from outreach.actions.dispatching.lane import Lane
from outreach.actions.dispatching.rows import Person
from outreach.rules import consent, hours, places, planner
from outreach.rules.cadence import Track

CLOSING = timedelta(minutes=2)
HOLD_STEP = timedelta(days=1)  # how long a held person's step waits before it is looked at again


@dataclass(frozen=True, slots=True)
class Go:
    """It may go now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: it is due again at `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Leave:
    """This step is let go; with `ends` the whole run ends."""

    reason: str
    ends: bool = False


Verdict = Go | Wait | Leave


def track_of(lane: Lane, cadence: str) -> Track | None:
    """The track of the lane's channel in a cadence, or None when the schedules have it no more."""
    found = lane.schedules.cadences.get(cadence)
    return getattr(found, lane.channel, None) if found else None


def _unless_closing(lane: Lane, place: places.Place, now: datetime) -> Verdict:
    """A text that would begin in the last moments of the allowed hours might arrive after them: it waits for the next."""
    quiet = lane.schedules.quiet_hours
    if lane.channel == "sms" and hours.closes("sms", place, now + CLOSING, quiet) is None:
        return Wait(hours.next_open("sms", place, now + CLOSING, quiet) or now + HOLD_STEP, "closing")
    return Go()


def judge(
    person: Person, lane: Lane, track: Track | None, topic: str, *, planned_for: datetime, now: datetime
) -> Verdict:
    """Consent and suppression first, then what was sent already, then hours, lateness and caps."""
    allowed = consent.decide(person.facts, lane.channel, topic, now)
    if isinstance(allowed, consent.Denied):
        if allowed.lasting:
            return Leave(allowed.reason, ends=True)
        return Wait(allowed.until or now + HOLD_STEP, allowed.reason)
    if track is None:
        return Wait(now + HOLD_STEP, "no_cadence")
    if person.address_key != person.claimed_key:
        return Wait(now, "address_changed")  # the next claim records the new one; what providers report hangs on it
    if person.ended:
        return Leave("run_ended")
    if person.discreet and person.telling:
        return Leave("not_discreet")
    if person.same_step_sent:
        return Leave("same_address")
    verdict = planner.decide(
        channel=lane.channel,
        planned_for=planned_for,
        now=now,
        place=person.place,
        quiet=lane.schedules.quiet_hours,
        track=track,
        sent_last_24h=person.lately,
        cap=lane.cap,
    )
    match verdict:
        case planner.Send():
            return _unless_closing(lane, person.place, now)
        case planner.Defer(until, reason):
            return Wait(until, reason)
        case planner.Skip(reason):
            return Leave(reason)
        case _:
            assert_never(verdict)
