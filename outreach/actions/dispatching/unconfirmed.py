"""Who is due the email that asks to confirm a sign-up. Computed from the ledger: no table of planned mail."""

from dataclasses import dataclass
from datetime import datetime

from outreach.actions.dispatching.rows import hot

MOST_PER_DAY = 3  # confirmations one address gets in 24 hours, whoever enters it how often

# A request older than a week is not asked about any more: such an email would only puzzle.
_DUE = """
SELECT s.id, s.email_key, e.language FROM (
    SELECT subscriber_id, max(event_id) AS event, max(since) AS since FROM consent
    WHERE channel = 'email' AND state = 'pending' AND since > %(now)s - interval '7 days' GROUP BY subscriber_id) asked
JOIN subscriber s ON s.id = asked.subscriber_id
JOIN consent_event e ON e.id = asked.event
WHERE s.email IS NOT NULL AND s.erased_at IS NULL AND s.held_reason IS NULL
    AND NOT EXISTS (SELECT 1 FROM message m WHERE m.subscriber_id = s.id AND m.kind = 'confirmation'
        AND m.status <> 'returned' AND m.claimed_at >= asked.since)
    AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.status IN ('claimed', 'calling') AND b.step_number = 0
        AND s.email_key = ANY(b.address_keys))
    AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.channel = 'email' AND x.address_key = s.email_key
        AND x.lifted_at IS NULL)
    AND (SELECT count(*) FROM message m WHERE m.channel = 'email' AND m.address_key = s.email_key
        AND m.claimed_at > %(now)s - interval '24 hours' AND m.kind = 'confirmation'
        AND m.status IN ('sent', 'uncertain')) < %(most)s::int
ORDER BY asked.event LIMIT %(limit)s::int
"""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Someone who asked for emails and is to be asked back, in the language of their sign-up."""

    subscriber: int
    address_key: bytes
    language: str


def unconfirmed(now: datetime, *, limit: int) -> list[Unconfirmed]:
    """The longest waiting first. A suppressed address is asked nothing, whatever the cause: anyone can type an address into
    a form, and who left was told that no email comes any more. The links in their old emails bring them back."""
    rows = hot(_DUE, {"now": now, "most": MOST_PER_DAY, "limit": limit})
    return [Unconfirmed(subscriber, bytes(key), language) for subscriber, key, language in rows]
