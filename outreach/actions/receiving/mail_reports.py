"""Bounces and complaints that come as email: the same facts, suppressions and alerts as a provider's own events.

A report counts by a mark of ours that nobody could guess. One without is told to staff and changes nothing: anybody can
write that a stranger's address is dead.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from outreach.actions import alerts, links
from outreach.actions.locking import lock_holders
from outreach.actions.opting_out import withdraw_all
from outreach.actions.receiving import applying
from outreach.actions.suppressing import key_of, suppress_keys
from outreach.models import Message, Subscriber
from outreach.providers.base import Event
from outreach.rules import delivery
from outreach.rules import mail_reports as reading
from outreach.rules.mail import Mail
from outreach.rules.mail_reports import Report
from outreach.rules.tokens import AddressInvalid

PROVIDER = "smtp"  # whose words these are, whoever sent the email they are about


def take_in(mail: Mail, now: datetime, *, at: datetime) -> None:
    """Applies what a machine reported. The same report again changes nothing."""
    reports = reading.read(mail)
    keyed = [(key, report) for report in reports if (key := _message_key(report))]
    events = [_event(key, report, at) for key, report in _about_its_recipient(keyed)]
    if events:
        with transaction.atomic():
            applying.alone(wait=True)
            applying.apply_events(events, now)
    left = [report for report in reports if _message_key(report) is None]
    if left and not _left_by_token(left, now):
        say = "A mail server sent back or reported an email, and nothing in it says which one. Nothing was changed."
        alerts.raise_alert("email_report_unknown", say, now)


def _message_key(report: Report) -> str | None:
    """Our id of the message: as the report has it, or of the newest email of the person and campaign of its unsubscribe link."""
    if report.message_key:
        return report.message_key
    for token in report.tokens:
        if ids := links.read(links.UNSUBSCRIBE, token):
            newest = (
                Message.objects.filter(subscriber_id=ids[0], campaign_id=ids[1], channel="email", kind="step")
                .filter(status__in=("sent", "uncertain"))
                .order_by("-claimed_at")
                .values_list("key", flat=True)
                .first()
            )
            if newest is not None:
                return str(newest.hex)
    return None


def _about_its_recipient(keyed: Sequence[tuple[str, Report]]) -> list[tuple[str, Report]]:
    """Of a report about several recipients, what it says about the one that we wrote to; a forwarding mailbox may name one
    that we do not know, and then it stands alone."""
    if len(keyed) < 2:
        return list(keyed)
    wrote_to = dict(Message.objects.filter(key__in=[key for key, _ in keyed]).values_list("key", "address_key"))
    ours = {key.hex: bytes(address) for key, address in wrote_to.items() if address}
    return [(key, report) for key, report in keyed if _key_of(report.recipient) == ours.get(key, b"")]


def _key_of(address: str) -> bytes | None:
    try:
        return key_of("email", address)
    except AddressInvalid:
        return None


def _event(key: str, report: Report, at: datetime) -> Event:
    parts = ["mail", key, report.action, report.code]
    return Event(
        provider=PROVIDER,
        message_key=key,
        event=report.action,
        code=report.code,
        kind=None,
        at=at,
        natural_key=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        event_id=None,
        provider_id=None,
    )


@transaction.atomic
def _left_by_token(reports: Sequence[Report], now: datetime) -> bool:
    """A complaint about an email that is in no ledger any more still ends the emails of whose link it carries."""
    ids = [read[0] for report in reports for token in report.tokens if (read := links.read(links.UNSUBSCRIBE, token))]
    cause = next(
        (c for report in reports if (c := delivery.meaning(PROVIDER, report.action, code=report.code).suppress)), None
    )
    keys = [bytes(key) for key in Subscriber.objects.filter(pk__in=ids).values_list("email_key", flat=True) if key]
    if not keys or cause is None:
        return bool(keys)
    lock_holders("email", keys)  # people before suppressions, as everybody locks them
    suppress_keys((("email", key, cause) for key in keys), now=now)
    if method := applying.WITHDRAWALS.get(cause):
        withdraw_all("email", dict.fromkeys(keys, method), source="provider", now=now)
    return True
