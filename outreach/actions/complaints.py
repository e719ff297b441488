"""The rate of spam complaints: looked at when a complaint came, never per delivery.

Counting is bounded by the complaints, not by the volume: beyond a thousand delivered emails for each of them there is no
alarm, so nobody counts further.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions import alerts, pausing
from outreach.actions.dispatching.rows import run
from outreach.models import Watermark
from outreach.rules import complaints

CHANNEL = "email"
REASON = "complaints"  # of the lane's pause
RESUMED = "complaints looked at"  # watermark: emails given out earlier are settled by a person's word
_COMPLAINED = (
    """SELECT count(*) FROM message WHERE channel = 'email' AND complained_at IS NOT NULL AND claimed_at > %s"""
)
# SMTP reports no delivery: what a server took and did not send back counts.
_DELIVERED = """SELECT count(*) FROM (SELECT 1 FROM message WHERE channel = 'email' AND claimed_at > %s AND bounced_at IS NULL
    AND (delivered_at IS NOT NULL OR complained_at IS NOT NULL OR (provider = 'smtp' AND status = 'sent')) LIMIT %s) counted"""


def watch(now: datetime) -> complaints.Verdict | None:
    """Judges both windows. From 0.1 % staff are told; from 0.3 % the email lane stops until a person resumes it.

    To be called when a complaint was written down, in the same transaction.
    """
    looked_at = Watermark.objects.filter(name=RESUMED).values_list("at", flat=True).first()
    worst: complaints.Verdict | None = None
    counts = (0, 0)
    for window in complaints.WINDOWS:
        since = max(now - window, looked_at) if looked_at else now - window
        ((complained,),) = run(_COMPLAINED, [since])
        ((delivered,),) = run(_DELIVERED, [since, complaints.enough(complained)])
        verdict = complaints.judge(delivered, complained)
        if verdict and worst != "stop":
            worst, counts = verdict, (complained, delivered)
    if worst:
        _tell(worst, *counts, now)
    return worst


def _tell(verdict: complaints.Verdict, complained: int, delivered: int, now: datetime) -> None:
    say = f"{complained} of {max(delivered, complained):,} delivered emails were marked as spam. "
    if verdict == "stop":
        pausing.pause_lane(CHANNEL, pausing.UNTIL_RESUMED, REASON)
        say += "That is 3 in 1,000 or more, so all emails have stopped. Find out who was written to and why, then resume them."
    else:
        say += "From 1 in 1,000 on mailbox providers lose trust; at 3 in 1,000 all emails stop. Please look at what went out."
    alerts.raise_alert("email_complaints", say, now)


@transaction.atomic
def resume_lane(channel: str, now: datetime, *, actor: User | None) -> bool:
    """A person lets a lane go on. What was given out by email until now is looked at, and counts no more. False when it did
    not wait."""
    if not pausing.resume_lane(channel, now, actor=actor):
        return False
    if channel == CHANNEL:
        Watermark.objects.update_or_create(name=RESUMED, defaults={"at": now})
    return True
