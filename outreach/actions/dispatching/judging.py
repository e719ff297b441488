"""The one judgement about a due step, under the batch's lock: by the facts of this moment, by the rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from outreach.actions.dispatching.facts import History
from outreach.actions.dispatching.lane import Lane
from outreach.rules import consent, hours, places, planner
from outreach.rules.cadence import Track

CLOSING = timedelta(minutes=2)
HOLD_STEP = timedelta(days=1)  # how long a held person's step waits before it is looked at again
IN_FLIGHT = timedelta(minutes=1)


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


@dataclass(frozen=True, slots=True)
class Over:
    """It is not due any more: the run ended, or stands elsewhere. Nothing is to be recorded."""


Verdict = Go | Wait | Leave | Over


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
    history: History,
    place: places.Place,
    lane: Lane,
    track: Track | None,
    topic: str,
    *,
    telling: bool,
    planned_for: datetime,
    now: datetime,
) -> Verdict:
    """Consent and suppression first, then what was sent already, then hours, lateness and caps.

    `telling`: these words say what they are about, and the person asked for discretion.
    """
    if not history.due:
        return Over()
    allowed = consent.decide(history.facts, lane.channel, topic, now)
    if isinstance(allowed, consent.Denied):
        if allowed.lasting:
            return Leave(allowed.reason, ends=True)
        return Wait(allowed.until or now + HOLD_STEP, allowed.reason)
    if track is None:
        return Wait(now + HOLD_STEP, "no_cadence")
    if not history.same_address:
        return Wait(now, "address_changed")  # the next claim records the new one; what providers report hangs on it
    if telling:
        return Leave("not_discreet")
    if history.same_step_sent:
        return Leave("same_address")
    if history.same_step_going:
        return Wait(now + IN_FLIGHT, "in_flight")
    verdict = planner.decide(
        channel=lane.channel,
        planned_for=planned_for,
        now=now,
        place=place,
        quiet=lane.schedules.quiet_hours,
        track=track,
        sent_last_24h=history.lately,
        cap=lane.cap,
        sent_elsewhere=history.elsewhere,
        together=lane.cap_together,
    )
    match verdict:
        case planner.Send():
            return _unless_closing(lane, place, now)
        case planner.Defer(until, reason):
            return Wait(until, reason)
        case planner.Skip(reason):
            return Leave(reason)
        case _:
            assert_never(verdict)
