"""Letting everything come to rest after the faults: leases end, reports arrive, the clock goes on to the last step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.faults.children import Line
from tests.faults.stage import Stage, Stuck

_NEXT = """
SELECT min(greatest(e.next_due_at, coalesce(l.until, e.next_due_at)))
FROM enrollment e JOIN campaign c ON c.id = e.campaign_id
JOIN step p ON p.series_id = c.series_id AND p.channel = e.channel AND p.number = e.next_step
LEFT JOIN lane_pause l ON l.channel = e.channel
WHERE e.status = 'active' AND c.status = 'running'
"""
OPEN = "SELECT count(*) FROM batch WHERE status IN ('claimed', 'calling')"


_CONFIRM = """UPDATE catch_up SET decision = 'rules', decided_at = %(now)s, done_at = %(now)s
    WHERE done_at IS NULL AND decision = ''"""


def next_moment(stage: Stage) -> datetime | None:
    """When something is due next: asked of the tables, not of the product. The clock leaps, so the product may take a leap for
    a standstill; staff let each step's own rule decide then."""
    stage.eyes.see(_CONFIRM, {"now": stage.clock})
    found = stage.eyes.one(_NEXT)
    return found if found is None else max(found, stage.clock)


def job(stage: Stage, do: str, role: str = "clockwork", **more: Any) -> None:
    """One job, from its beginning to its end (or the end of its worker)."""
    child = next((c for c in stage.nest.children.values() if c.role == role and c.job is None), None)
    child = child or stage.worker(role)
    stage.give(child, do, **more)
    stage.pump(lambda: child.job is None or child.slot not in stage.nest.children, f"{do} ends")


def end_leases(stage: Stage) -> None:
    """The leases of those who are gone end, and a sweep finds their batches."""
    stage.lease_ends(sorted(stage.over))
    job(stage, "sweep")


def come_to_rest(stage: Stage, most_moments: int = 400) -> None:
    """No more faults: whatever is due is sent, whatever is doubtful settled, until nothing is left to do."""
    stage.box.delete("/sandbox/misbehave")
    stage.on_hint = None
    for child in list(stage.nest.children.values()):
        stage.nest.arms.disarm(child.slot)
    for _ in range(most_moments):
        end_leases(stage)
        moment = next_moment(stage)
        if moment is None and not stage.eyes.one(OPEN):
            break
        if moment is not None and moment > stage.clock:
            stage.set_clock(moment)
        for channel in ("email", "sms"):
            job(stage, "send_batch", channel=channel)
    else:
        raise Stuck("the series did not come to its end")
    _last_reports(stage)


def _last_reports(stage: Stage) -> None:
    """Reports arrive, the receipts of a killed page are taken up, the provider's lists are asked."""
    stage.web()
    if not stage.box.wait_idle(30):
        raise Stuck(f"reports are still owed: {stage.box.get('/sandbox/idle')}")
    # as if a minute had passed: what is young is left to the door that stored it
    stage.eyes.see(
        "UPDATE webhook_receipt SET recorded_at = recorded_at - interval '1 minute' WHERE applied_at IS NULL"
    )
    for minutes in (5, 30):
        stage.set_clock(stage.clock + timedelta(minutes=minutes))
        job(stage, "send_batch", channel="email")  # whoever signed up late and is still to be asked back
        for do in ("poll_inbound", "sweep", "reconcile"):
            job(stage, do)


def audited(stage: Stage) -> tuple[bool, list[str]]:
    """What the product's own audit says of the same run: (all promises held, the places it names)."""
    lines, now = stage.box.log(), stage.clock

    def life(line: Line, slot: int) -> None:
        from outreach.actions import auditing

        found = auditing.audit(lines, now=now)
        line.say(done="audit", trouble="", outcome=[found.held, [w for p in found.promises for w in p.where]])

    child, found = stage.nest.fork("audit", life), None
    while found is None:
        for who, said in stage.nest.hear(1.0):
            if who is child and said is None:
                raise Stuck(f"the audit failed: {stage.nest.log.read_text()[-2000:]}")
            if who is child and said:
                found = said[0]["outcome"]
    return bool(found[0]), list(found[1])
