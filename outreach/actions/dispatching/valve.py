"""The safety valve of a lane: when message after message brings nothing, the lane stops until a person has looked.

An outage that answers 500 leaves a doubt per message, and a sender that carriers refuse a failure per message: neither may
go through a whole audience.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from outreach.actions import alerts
from outreach.actions.dispatching.rows import run
from outreach.actions.pausing import pause_lane
from outreach.providers.base import Accepted, Outcome, Rejected, Unclear

IN_A_ROW: Final = 20  # messages


def watch(channel: str, outcomes: Mapping[int, Outcome], now: datetime) -> None:
    """Counts the messages since the last one that was taken, over all workers; at IN_A_ROW the lane stops for an hour.

    What surely was not taken (busy, unreachable) has a pause of its own and does not count.
    """
    fruitless = sum(isinstance(outcome, Unclear | Rejected) for outcome in outcomes.values())
    taken = any(isinstance(outcome, Accepted) for outcome in outcomes.values())
    if not (fruitless or taken):
        return
    rows = run(
        """UPDATE sender_pace SET fruitless = CASE WHEN %s THEN 0 ELSE fruitless + %s END
        WHERE channel = %s AND (fruitless > 0 OR NOT %s) RETURNING fruitless""",
        [taken, fruitless, channel, taken],
    )
    if not rows or rows[0][0] < IN_A_ROW:
        return
    run("UPDATE sender_pace SET fruitless = 0 WHERE channel = %s", [channel])
    pause_lane(channel, now + alerts.HALT, "fruitless")
    say = f"{rows[0][0]} messages in a row were not taken, so the lane has stopped for an hour. Please look at the provider."
    alerts.raise_alert(f"{channel}_fruitless", say, now)
