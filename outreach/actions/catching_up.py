"""After a standstill: what became late because nothing was sending waits as a plan, and a person decides.

A lane stands still when something has been due in it for OUTAGE and nothing of it came to an outcome since: every worker
was down, the lane was halted, or its provider could not be reached. The tick looks each minute (`watch`) and keeps the last
moment at which the lane was in order as a watermark. A pause that is part of a usual day (the daily cap, a provider that
asks us to wait) is in order, and so is whatever staff paused themselves.

What was due by the end of a standstill is then passed by at the claim (one bound per lane), while what falls due later goes
out as usual. Nothing is moved or written per person until somebody decides: by each step's own rule for being late, or with
what is to be sent spread over some hours. Nobody waits for ever: after DECIDE_WITHIN the rules decide, and staff are told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions import alerts, schedules
from outreach.actions.dispatching.judging import track_of
from outreach.actions.dispatching.lane import bare_lane
from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.waiting import EVER
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import CatchUp, LanePause
from outreach.rules.cadence import Track
from outreach.rules.schedule_values import Channel

CHANNELS: Final[tuple[Channel, ...]] = ("email", "sms")
OUTAGE: Final = timedelta(hours=3)
DECIDE_WITHIN: Final = timedelta(days=1)
LOOK: Final = timedelta(minutes=1)
GRACE: Final = timedelta(minutes=10)  # what is due for longer than this and does not move is not in order
USUAL_PAUSES: Final = ("daily_cap", "provider_busy")
LONGEST_SPREAD: Final = 72  # hours
CHUNK: Final = 2000  # runs moved in one transaction: an opt-out never waits long behind it
PIECES: Final = 25  # so many chunks at a time: whoever decides on a page waits seconds, not minutes

_OLDEST = """
SELECT min(d.next_due_at) FROM campaign c JOIN step p ON p.series_id = c.series_id AND p.channel = %(channel)s
JOIN LATERAL (SELECT next_due_at FROM enrollment e WHERE e.status = 'active' AND e.channel = %(channel)s
    AND e.campaign_id = c.id AND e.next_step = p.number AND e.next_due_at <= %(now)s AND e.next_due_at > %(after)s
    ORDER BY e.next_due_at LIMIT 1) d ON true
WHERE c.status = 'running'
"""
# By campaign and step: everyone who waits, and those of them who are late by the rule of their cadence's track.
_WAITING = """
SELECT c.id, c.name, r.cadence, e.next_step, count(*),
    count(*) FILTER (WHERE e.next_due_at < %(now)s - t.late_after)
FROM campaign c JOIN series r ON r.id = c.series_id
JOIN enrollment e ON e.campaign_id = c.id AND e.channel = %(channel)s AND e.status = 'active'
    AND e.next_due_at <= %(until)s
LEFT JOIN unnest(%(cadences)s::text[], %(spans)s::interval[]) AS t(cadence, late_after) ON t.cadence = r.cadence
WHERE c.status = 'running' GROUP BY 1, 2, 3, 4 ORDER BY 2, 1, 4
"""
# Who would be sent to now gets a moment of the hours to come, by a hash of the run: even, and the same if asked again.
# In the order of ids, as every other action locks runs.
_SPREAD = """
WITH chosen AS (
    SELECT e.id FROM enrollment e JOIN campaign c ON c.id = e.campaign_id AND c.status = 'running'
    JOIN series r ON r.id = c.series_id
    JOIN unnest(%(cadences)s::text[], %(spans)s::interval[], %(sends)s::bool[]) AS t(cadence, late_after, sends)
        ON t.cadence = r.cadence
    WHERE e.channel = %(channel)s AND e.status = 'active' AND e.next_due_at <= %(until)s
        AND (t.sends OR e.next_due_at >= %(decided)s - t.late_after)
    ORDER BY e.id LIMIT %(chunk)s FOR UPDATE OF e)
UPDATE enrollment e SET next_wanted_at = coalesce(e.next_wanted_at, e.next_due_at), next_moved = 'catch_up',
    next_due_at = greatest(%(decided)s, %(until)s) + interval '1 second'
        + (hashint8(e.id)::bigint + 2147483648) / 4294967296.0 * make_interval(hours => %(hours)s)
FROM chosen WHERE e.id = chosen.id
"""


_looked: dict[str, datetime] = {}  # when this process looked last; one that knows nothing looks at once


@dataclass(frozen=True, slots=True)
class Line:
    """What waits of one step of one campaign: how many go out now (or when the hours allow), how many wait for their next
    usual moment, and how many are left out, each with its record."""

    campaign: str
    channel: str
    step: int
    now: int
    next_window: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A standstill and what each step's own rule would make of it at this moment."""

    catch_up: CatchUp
    lines: tuple[Line, ...]
    decides_itself_at: datetime

    @property
    def now(self) -> int:
        return sum(line.now for line in self.lines)

    @property
    def next_window(self) -> int:
        return sum(line.next_window for line in self.lines)

    @property
    def dropped(self) -> int:
        return sum(line.dropped for line in self.lines)

    @property
    def messages(self) -> int:
        return self.now + self.next_window + self.dropped


def watch(now: datetime) -> None:
    """Looks at each lane, at most once a minute: keeps its watermark, opens a plan after a standstill, and goes on with
    what was decided. In between it costs nothing."""
    due = [c for c in CHANNELS if not timedelta(0) <= now - _looked.get(c, EVER) < LOOK]
    if not due:
        return
    seen = dict(run("SELECT name, at FROM watermark WHERE name = ANY(%s)", [[_name(c) for c in due]]))
    for channel in due:
        _look(channel, seen.get(_name(channel)), now)
        _looked[channel] = now


def _name(channel: str) -> str:
    return f"in order: {channel}"


def _look(channel: Channel, at: datetime | None, now: datetime) -> None:
    plan = CatchUp.objects.filter(channel=channel, done_at=None).first()
    if plan is not None:
        _go_on(plan, now)
    pause = LanePause.objects.filter(channel=channel, until__gt=now).first()
    if pause is not None:
        if pause.reason in USUAL_PAUSES:
            _in_order(channel, now)
        return
    after = plan.until if plan is not None and plan.done_at is None else EVER
    ((oldest,),) = run(_OLDEST, {"channel": channel, "now": now, "after": after})
    if oldest is None or now - oldest <= GRACE or _moving(channel, now):
        _in_order(channel, now)
    elif at is None or (now - at > OUTAGE and now - oldest > OUTAGE and _open(channel, at, now)):
        _in_order(channel, now)  # nothing is known of the time before, or a plan knows it now


def _moving(channel: str, now: datetime) -> bool:
    """Whether a message of the lane came to an outcome just now; one that was surely not taken is none."""
    return bool(
        run(
            """SELECT 1 FROM message WHERE claimed_at > %s AND claimed_at <= %s AND channel = %s AND kind = 'step'
                AND status <> 'returned' LIMIT 1""",
            [now - GRACE, now, channel],
        )
    )


def _in_order(channel: str, now: datetime) -> None:
    run(
        """INSERT INTO watermark (name, at) VALUES (%s, %s)
        ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE watermark.at < excluded.at""",
        [_name(channel), now],
    )


def _open(channel: str, since: datetime, now: datetime) -> bool:
    """Lets what was due by now wait for a decision; a plan that waits already is widened. False: another was decided on and
    is not done yet."""
    return bool(
        run(
            """INSERT INTO catch_up (channel, since, until, opened_at, decision) VALUES (%s, %s, %s, %s, '')
            ON CONFLICT (channel) WHERE done_at IS NULL DO UPDATE SET until = excluded.until
            WHERE catch_up.decision = '' RETURNING id""",
            [channel, since, now, now],
        )
    )


def _go_on(plan: CatchUp, now: datetime) -> None:
    """What is decided is brought to its end; what nobody decides in time, the rules do."""
    if plan.decision == "spread":
        _spread_on(plan, now)
    elif now - plan.opened_at >= DECIDE_WITHIN and _decide(plan.pk, "default", now, None, done=now):
        plan.done_at = now
        say = (
            "After a standstill nobody said within a day what to do with what was late: each step's own rule for being late "
            "decides now."
        )
        alerts.raise_alert(f"{plan.channel}_caught_up", say, now)


def waiting() -> list[CatchUp]:
    """The standstills that wait for a person's decision, the oldest first."""
    return list(CatchUp.objects.filter(done_at=None, decision="").order_by("opened_at"))


def plans(now: datetime) -> list[Plan]:
    """The plans that wait for a decision, with their numbers as they are now."""
    return [Plan(one, tuple(_lines(one, now)), one.opened_at + DECIDE_WITHIN) for one in waiting()]


def _lines(plan: CatchUp, now: datetime) -> list[Line]:
    tracks = _tracks(plan.channel)
    rows = run(
        _WAITING,
        {
            "channel": plan.channel, "now": now, "until": plan.until, "cadences": list(tracks),
            "spans": [track.late_after for track in tracks.values()],
        },
    )  # fmt: skip
    lines = []
    for _, name, cadence, step, people, late in rows:
        track = tracks.get(cadence)
        rule = track.late if track else "next_window"  # a cadence that is gone waits until schedules have it again
        if track is None:
            late = people
        lines.append(
            Line(
                name, plan.channel, step,
                now=people if rule == "send" else people - late,
                next_window=late if rule == "next_window" else 0,
                dropped=late if rule == "drop" else 0,
            )
        )  # fmt: skip
    return lines


def _tracks(channel: str) -> dict[str, Track]:
    lane = bare_lane(channel)  # type: ignore[arg-type]
    found = {name: track_of(lane, name) for name in schedules.current().cadences}
    return {name: track for name, track in found.items() if track}


def confirm(plan: int, *, now: datetime, actor: User | None = None) -> None:
    """Lets each step's own rule for being late decide, as it does after any delay. Raises Refused when it was decided."""
    if not _decide(plan, "rules", now, actor, done=now):
        raise Refused("This was decided already.")


def spread(plan: int, hours: int, *, now: datetime, actor: User | None = None) -> None:
    """Sends what the rules would send now evenly over so many hours; the rest follows its own rule, as with `confirm`.

    What an interruption leaves, the next tick goes on with. Raises Refused for a number of hours that makes no sense, and
    when it was decided.
    """
    if not 1 <= hours <= LONGEST_SPREAD:
        raise Refused(f"Spread it over 1 to {LONGEST_SPREAD} hours.")
    if not _decide(plan, "spread", now, actor, hours=hours):
        raise Refused("This was decided already.")
    _spread_on(CatchUp.objects.get(pk=plan), now)


@transaction.atomic
def _decide(
    plan: int,
    decision: str,
    now: datetime,
    actor: User | None,
    *,
    hours: int | None = None,
    done: datetime | None = None,
) -> bool:
    """Writes the decision, once."""
    decided = CatchUp.objects.filter(pk=plan, decision="", done_at=None).update(
        decision=decision, spread_hours=hours, decided_at=now, decided_by=actor, done_at=done
    )
    if decided:
        detail = {"spread": f"spread over {hours} hours", "default": "nobody decided within a day"}.get(decision, "")
        note("caught up", CatchUp.objects.get(pk=plan), now=now, actor=actor, detail=detail)
    return bool(decided)


def _spread_on(plan: CatchUp, now: datetime) -> None:
    """Moves what is left to move, a piece at a time: what is moved is behind the bound no more. With none left the plan is
    done; else the next look goes on."""
    tracks = _tracks(plan.channel)
    values = {
        "channel": plan.channel, "until": plan.until, "decided": plan.decided_at, "hours": plan.spread_hours,
        "chunk": CHUNK, "cadences": list(tracks), "spans": [track.late_after for track in tracks.values()],
        "sends": [track.late == "send" for track in tracks.values()],
    }  # fmt: skip
    for _ in range(PIECES):
        if not _move_piece(values):
            CatchUp.objects.filter(pk=plan.pk, done_at=None).update(done_at=now)
            plan.done_at = now
            return


@transaction.atomic
def _move_piece(values: dict[str, object]) -> bool:
    return bool(run(_SPREAD + " RETURNING e.id", values))
