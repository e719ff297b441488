"""What nobody can say yet, for staff: what is doubtful, and the decision to send it again.

A machine never sends a doubtful message twice. A person may: they have asked the recipient, or looked at the provider's
own pages. The staff's ledger says who it was.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions.dispatching.rows import run
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Message

REASON = "resent_by_person"
PROVEN_LOST = "not_at_provider"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that may or may not have been taken, or was proven lost, and whose run has not gone past it."""

    message: Message
    lost: bool


def doubts(*, limit: int = 200) -> list[Doubt]:
    """The oldest first: what is uncertain, and what the provider's own list lacked and can still be sent."""
    ids = run(
        """(SELECT m.id FROM message m WHERE m.status = 'uncertain' ORDER BY m.id LIMIT %s)
        UNION ALL
        (SELECT m.id FROM message m JOIN enrollment e ON e.id = m.enrollment_id AND e.next_step = m.step_number + 1
            JOIN campaign c ON c.id = m.campaign_id AND c.status = 'running'
        WHERE m.status = 'failed' AND m.reason = %s AND e.status IN ('active', 'finished') ORDER BY m.id LIMIT %s)""",
        [limit, PROVEN_LOST, limit],
    )
    found = Message.objects.select_related("subscriber", "step").in_bulk([row for (row,) in ids])
    return [Doubt(found[row], found[row].status == "failed") for (row,) in ids if row in found]


@transaction.atomic
def resend(pk: int, *, now: datetime, actor: User | None = None) -> None:
    """Makes the step of a doubtful message due again, as a new message: consent, hours and caps are asked anew.

    Raises Refused when there is nothing doubtful about it, when a later step went out already, or its campaign is over.
    """
    message = Message.objects.select_for_update().filter(pk=pk).first()
    if message is None:
        raise Refused(f"There is no message {pk}.")
    if message.status != "uncertain" and not (message.status == "failed" and message.reason == PROVEN_LOST):
        raise Refused(f"Message {pk} is {message.status}: only what is uncertain, or proven lost, can be sent again.")
    if message.kind != "step":
        raise Refused(f"Message {pk} belongs to no series: it is asked for again by whoever wanted it.")
    moved = run(
        """UPDATE enrollment e SET next_step = %s, next_due_at = %s, next_wanted_at = %s, next_moved = %s,
            status = 'active', ended_at = NULL
        FROM campaign c WHERE c.id = e.campaign_id AND c.status = 'running' AND e.id = %s AND e.next_step = %s
            AND e.status IN ('active', 'finished') RETURNING e.id""",
        [message.step_number, now, message.wanted_at, REASON, message.enrollment_id, (message.step_number or 0) + 1],
    )
    if not moved:
        raise Refused(
            f"Message {pk} cannot be sent again: a later step went out already, or the run or its campaign is over."
        )
    Message.objects.filter(pk=pk).update(status="returned", reason=REASON, settled_at=now)
    note("resent", message, now=now, actor=actor)
