"""Settle: write down what became of each message, put back what surely was not taken, end the batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.actions.dispatching.rows import run


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of one message row. `again_at` belongs to `returned` alone; `leave` ends the enrollment."""

    row: int
    status: str
    reason: str
    provider_id: str = ""
    again_at: datetime | None = None
    called_at: datetime | None = None
    code: str | None = None
    leave: bool = False


def lock_runs(settled: Sequence[Settled]) -> None:
    """Locks the runs of these messages, in the order every other action locks them, so that none ends meanwhile."""
    run(
        """SELECT e.id FROM enrollment e WHERE e.id IN (SELECT enrollment_id FROM message WHERE id = ANY(%s))
        ORDER BY e.id FOR UPDATE""",
        [[s.row for s in settled]],
    )


def record(settled: Sequence[Settled], *, provider: str, now: datetime, sent_at: datetime | None = None) -> None:
    """Moves messages out of `sending`, in one statement. A row that is not `sending` any more is left alone.

    `sent_at`: when the call began; None (nobody knows): when it was claimed. A message that would be returned to a run
    which has ended meanwhile is skipped for the reason that ended it: there is no cursor left to bring it back.
    """
    if not settled:
        return
    run(
        """UPDATE message m SET provider_id = v.provider_id,
            status = CASE WHEN v.status = 'returned' AND e.ended_at IS NOT NULL THEN 'skipped' ELSE v.status END,
            reason = CASE WHEN v.status = 'returned' AND e.ended_at IS NOT NULL
                THEN coalesce(nullif(e.exit_reason, ''), 'run_ended') ELSE v.reason END,
            provider = CASE WHEN v.called_at IS NULL THEN '' ELSE %(provider)s END,
            sent_at = CASE WHEN v.called_at IS NULL THEN NULL ELSE coalesce(%(sent_at)s, m.claimed_at) END,
            settled_at = v.settled_at,
            accepted_at = CASE WHEN v.status = 'sent' THEN v.called_at END,
            failed_at = CASE WHEN v.status = 'failed' THEN v.called_at END
        FROM unnest(%(rows)s::bigint[], %(statuses)s::text[], %(reasons)s::text[], %(ids)s::text[],
            %(called)s::timestamptz[], %(settled)s::timestamptz[])
            AS v(id, status, reason, provider_id, called_at, settled_at)
        JOIN message own ON own.id = v.id LEFT JOIN enrollment e ON e.id = own.enrollment_id
        WHERE m.id = v.id AND m.status = 'sending'""",
        {
            "provider": provider,
            "sent_at": sent_at,
            "rows": [s.row for s in settled],
            "statuses": [s.status for s in settled],
            "reasons": [s.reason for s in settled],
            "ids": [s.provider_id for s in settled],
            "called": [s.called_at for s in settled],
            "settled": [s.called_at or now for s in settled],
        },
    )


def return_to_due(settled: Sequence[Settled]) -> None:
    """Sets the cursor of every returned message back to its step, and ends the enrollment of those who left."""
    back = [s for s in settled if s.status == "returned"]
    if back:
        run(
            """UPDATE enrollment e SET next_step = m.step_number, next_due_at = v.due, next_wanted_at = m.wanted_at,
                next_moved = v.reason
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS v(id, due, reason)
            JOIN message m ON m.id = v.id
            WHERE e.id = m.enrollment_id AND e.next_step = m.step_number + 1 AND e.status IN ('active', 'paused')""",
            [[s.row for s in back], [s.again_at for s in back], [s.reason for s in back]],
        )
    left = [s for s in settled if s.leave]
    if left:
        run(
            """UPDATE enrollment e SET status = 'exited', exit_reason = v.reason, ended_at = m.settled_at
            FROM unnest(%s::bigint[], %s::text[]) AS v(id, reason) JOIN message m ON m.id = v.id
            WHERE e.id = m.enrollment_id AND e.status IN ('active', 'paused')""",
            [[s.row for s in left], [s.reason for s in left]],
        )


def finish_cursors(batch: int, steps: int, now: datetime) -> None:
    """Ends the enrollments of a batch whose last step has its outcome."""
    run(
        """UPDATE enrollment e SET status = 'finished', ended_at = %s FROM message m
        WHERE m.batch_id = %s AND e.id = m.enrollment_id AND e.status = 'active' AND e.next_step > %s
            AND m.status <> 'sending'""",
        [now, batch, steps],
    )


def end_batch(batch: int, status: str) -> None:
    """The batch's last word; `status` is settled, swept or released."""
    run("UPDATE batch SET status = %s, ended_at = clock_timestamp() WHERE id = %s", [status, batch])
