"""Letting go of what has been kept long enough: once a day, a little with every sweep until nothing is left to let go.

A turn that is killed has lost nothing: the next one finds what is still there. Evidence and suppressions are not touched
by the clock: they stay for ever.
"""

import logging
from datetime import datetime, timedelta

from outreach.actions import erasing, schedules
from outreach.actions.dispatching.rows import run
from outreach.errors import Refused
from outreach.models import Watermark

log = logging.getLogger(__name__)
WATERMARK = "let_go"
EVERY = timedelta(days=1)
AT_ONCE = 2_000  # rows of a kind in a turn
PEOPLE_AT_ONCE = 20  # each is an opt-out and a dozen statements
YEAR = timedelta(days=365.25)

_TEXTS = """
UPDATE inbound_text SET body = '', phone = '' WHERE id IN (
    SELECT id FROM inbound_text WHERE at < %(before)s AND (body <> '' OR phone <> '')
        AND (NOT needs_person OR closed_at IS NOT NULL)
    ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) RETURNING id
"""
_MAILS = """
UPDATE inbound_email SET body = '', subject = '', sender = '' WHERE id IN (
    SELECT id FROM inbound_email WHERE at < %(before)s AND (body <> '' OR subject <> '' OR sender <> '')
        AND (NOT needs_person OR closed_at IS NOT NULL)
    ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) RETURNING id
"""
# What was answered holds the address too; what came by email or a form stands in its crisis as well.
_REPLIES = """
UPDATE reply SET body = '', address = '' WHERE id IN (
    SELECT id FROM reply WHERE at < %(before)s AND (body <> '' OR address <> '')
    ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) RETURNING id
"""
_CRISES = """
UPDATE crisis_message SET words = '', reach = '' WHERE id IN (
    SELECT c.id FROM crisis_message c JOIN incident i ON i.id = c.incident_id AND i.closed_at IS NOT NULL
    WHERE c.at < %(before)s AND (c.words <> '' OR c.reach <> '')
    ORDER BY c.at LIMIT %(limit)s FOR UPDATE OF c SKIP LOCKED) RETURNING id
"""
# Looked for among the first rows alone, which are the oldest. A report that still waits for its message is not let go.
_REPORTS = """
DELETE FROM delivery_event WHERE id IN (
    SELECT id FROM (SELECT id, at, applied_at, message_key FROM delivery_event ORDER BY id LIMIT 2 * %(limit)s) oldest
    WHERE at < %(before)s AND (applied_at IS NOT NULL OR message_key IS NULL) LIMIT %(limit)s) RETURNING id
"""
# What a webhook brought, once nothing of it is left but that it came.
_RECEIPTS = """
DELETE FROM webhook_receipt WHERE id IN (
    SELECT id FROM (SELECT id, received_at, applied_at, body FROM webhook_receipt ORDER BY id LIMIT 2 * %(limit)s) oldest
    WHERE received_at < %(before)s AND applied_at IS NOT NULL AND body IS NULL LIMIT %(limit)s) RETURNING id
"""
# Who agrees to nothing any more, in no run, and was last written to, heard of or imported that long ago.
_PEOPLE = """
SELECT s.id FROM subscriber s WHERE s.erased_at IS NULL AND s.created_at < %(before)s
    AND NOT EXISTS (SELECT FROM consent c WHERE c.subscriber_id = s.id AND c.state = 'granted')
    AND NOT EXISTS (SELECT FROM consent_event e WHERE e.subscriber_id = s.id AND e.at >= %(before)s)
    AND NOT EXISTS (SELECT FROM message m WHERE m.subscriber_id = s.id AND m.claimed_at >= %(before)s)
    AND NOT EXISTS (SELECT FROM inbound_text t WHERE t.subscriber_id = s.id AND (t.at >= %(before)s
        OR (t.needs_person AND t.closed_at IS NULL)))
    AND NOT EXISTS (SELECT FROM inbound_email t WHERE t.subscriber_id = s.id AND (t.at >= %(before)s
        OR (t.needs_person AND t.closed_at IS NULL)))
    AND NOT EXISTS (SELECT FROM incident i WHERE i.subscriber_id = s.id AND i.closed_at IS NULL)
ORDER BY s.id LIMIT %(limit)s
"""


def let_go(now: datetime) -> dict[str, int]:
    """One turn, unless everything was done within a day. Returns how many texts (with emails to us, our answers and
    what was said in crises), reports (with what is left of their webhooks) and people were let go."""
    done = Watermark.objects.filter(name=WATERMARK).values_list("at", flat=True).first()
    if done is not None and done > now - EVERY:
        return {}
    try:
        kept = schedules.current().retention
    except Refused:  # nothing is in force yet, so nothing is old
        return {}
    counts = {
        "texts": sum(
            len(run(written, {"before": now - timedelta(days=kept.texts_days), "limit": AT_ONCE}))
            for written in (_TEXTS, _MAILS, _REPLIES, _CRISES)
        ),
        "reports": sum(
            len(run(written, {"before": now - timedelta(days=kept.reports_days), "limit": AT_ONCE}))
            for written in (_REPORTS, _RECEIPTS)
        ),
        "people": _people(now - kept.people_years * YEAR, now),
    }
    if any(counts.values()):
        log.info("let go: %(texts)d texts, %(reports)d reports, %(people)d people", counts)
    else:
        Watermark.objects.update_or_create(name=WATERMARK, defaults={"at": now})
    return counts


def _people(before: datetime, now: datetime) -> int:
    erased = 0
    for (person,) in run(_PEOPLE, {"before": before, "limit": PEOPLE_AT_ONCE}):
        try:
            erasing.erase(person, now=now)
        except Refused:  # somebody erased them at this moment
            continue
        erased += 1
    return erased
