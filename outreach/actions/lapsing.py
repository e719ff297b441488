"""Consents that lapse because a number may have passed on to somebody else (rules/numbers.py).

A dead number stays suppressed, so nothing old can be sent to it; what was agreed to for it lapses at the moment the number
comes back to life, by the word of the phone itself. Only what was asked for after its death counts then.
"""

from datetime import datetime

from django.db import transaction

from outreach.actions.dispatching.rows import run
from outreach.actions.locking import lock_holders
from outreach.actions.suppressing import lift
from outreach.models import Suppression
from outreach.rules import numbers


@transaction.atomic
def revive(phone_key: bytes, *, now: datetime, provider_id: str = "") -> bool:
    """A dead number has texted START: it lives, and whoever holds it now has agreed to nothing yet. False: it was not dead.

    The consents and requests from before its death lapse, and its suppression is lifted, in one commit. What was asked for
    since is left for `confirming.confirm_by_text`.
    """
    people = sorted(lock_holders("sms", [phone_key]))  # before the suppression, as an opt-out does
    dead = (
        Suppression.objects.select_for_update()
        .filter(channel="sms", address_key=phone_key, lifted_at=None, cause__in=numbers.DEAD)
        .first()
    )
    if dead is None:
        return False
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method,
            source, provider_id, at)
        SELECT c.subscriber_id, 'sms', c.topic, 'revoked', '', '', 'en', %s, 'inbound text', %s, %s FROM consent c
        WHERE c.subscriber_id = ANY(%s) AND c.channel = 'sms' AND c.topic <> '*' AND c.since <= %s
            AND (c.state <> 'revoked' OR NOT EXISTS (SELECT 1 FROM consent_event e WHERE e.id = c.event_id
                AND e.method = ANY(%s)))
        ORDER BY c.subscriber_id, c.topic""",
        [numbers.LAPSED, provider_id, now, people, dead.at, list(numbers.FOR_GOOD)],
    )
    run(
        """SELECT id FROM enrollment WHERE subscriber_id = ANY(%s) AND channel = 'sms' AND status IN ('active', 'paused')
        ORDER BY id FOR UPDATE""",
        [people],
    )
    run(
        """UPDATE enrollment SET status = 'exited', exit_reason = %s, ended_at = %s
        WHERE subscriber_id = ANY(%s) AND channel = 'sms' AND status IN ('active', 'paused')""",
        [numbers.LAPSED, now, people],
    )
    return lift("sms", phone_key, causes=numbers.DEAD, now=now)


def holder_of(phone_key: bytes) -> int | None:
    """The oldest record by which we still know the holder of a number; None when every one may be of somebody who had it
    before: it died since, or a person said that it is not theirs."""
    found = run(
        """SELECT s.id FROM subscriber s WHERE s.phone_key = %s AND s.erased_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.channel = 'sms' AND x.address_key = s.phone_key
                AND x.lifted_at IS NULL AND x.cause = ANY(%s) AND x.at >= s.created_at)
            AND NOT EXISTS (SELECT 1 FROM consent c JOIN consent_event e ON e.id = c.event_id
                WHERE c.subscriber_id = s.id AND c.channel = 'sms' AND e.method = ANY(%s))
        ORDER BY s.id LIMIT 1""",
        [phone_key, list(numbers.DEAD), [numbers.WRONG_NUMBER, numbers.LAPSED]],
    )
    return found[0][0] if found else None
