"""Poll: find inbound texts whose webhook was lost. A STOP must be honoured even when nobody delivered it."""

import logging
from datetime import datetime, timedelta

from django.db.models import Min

from outreach.actions import alerts, connecting, schedules
from outreach.actions.receiving import texts
from outreach.models import Enrollment, InboundText, Watermark
from outreach.providers.base import ListUnavailable, TextProvider

log = logging.getLogger(__name__)
NAME = "inbound texts"
OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(days=2)


def poll_inbound(now: datetime, *, provider: TextProvider | None = None) -> int:
    """Takes in every inbound text of the provider's list that we do not have. Returns how many were new.

    It asks from the last look that reached its end, not from the newest text we have: a text that came through after an
    outage must not hide the ones lost in it. The first look goes back to when the first person was to get texts: polls
    may have failed from the very beginning.
    """
    mark = Watermark.objects.filter(name=NAME).values_list("at", flat=True).first() or _beginning(now)
    sender = schedules.current().senders.sms
    try:
        listed = (provider or connecting.text_provider()).list_inbound(since=mark - OVERLAP, to=sender.number)
    except ListUnavailable:
        return 0  # the next turn asks again, from the same moment
    ids = [inbound.provider_id for inbound in listed]
    known = set(InboundText.objects.filter(provider_id__in=ids).values_list("provider_id", flat=True))
    fresh = [inbound for inbound in listed if inbound.provider_id not in known]
    failed = 0
    for inbound in fresh:
        try:
            texts.take_in(inbound, now, answering=False)
        except Exception as e:  # noqa: BLE001  # one text that cannot be taken in must not hide the others
            failed += 1
            log.error("an inbound text of the provider's list could not be taken in: %s", type(e).__name__)
    if failed:
        say = f"{failed} texts from the provider's list could not be taken in. They are tried again; please look at the log."
        alerts.raise_alert("text_not_taken_in", say, now)
    else:
        Watermark.objects.update_or_create(name=NAME, defaults={"at": now})
    return len(fresh) - failed


def _beginning(now: datetime) -> datetime:
    """Before this moment nobody was to get a text of ours, so nobody had one to answer or to stop."""
    first = Enrollment.objects.filter(channel="sms").aggregate(at=Min("created_at"))["at"]
    return min(first or now, now - FIRST_LOOK)
