"""Poll: find inbound texts whose webhook was lost. A STOP must be honoured even when nobody delivered it."""

import logging
from datetime import datetime, timedelta

from django.db.models import Max

from outreach.actions import alerts, connecting, schedules
from outreach.actions.receiving import texts
from outreach.models import InboundText
from outreach.providers.base import Inbound, ListUnavailable, TextProvider

log = logging.getLogger(__name__)
OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(days=2)


def poll_inbound(now: datetime, *, provider: TextProvider | None = None) -> int:
    """Takes in every inbound text of the provider's list that we do not have. Returns how many were new."""
    newest = InboundText.objects.aggregate(newest=Max("at"))["newest"]
    since = newest - OVERLAP if newest else now - FIRST_LOOK
    sender = schedules.current().senders.sms
    try:
        listed = (provider or connecting.text_provider()).list_inbound(since=since, to=sender.number)
    except ListUnavailable:
        return 0  # the next turn asks again, from the same moment
    known = set(
        InboundText.objects.filter(provider_id__in=[t.provider_id for t in listed]).values_list(
            "provider_id", flat=True
        )
    )
    fresh = [inbound for inbound in listed if inbound.provider_id not in known]
    return sum(_take_in(inbound, now) for inbound in fresh)


def _take_in(inbound: Inbound, now: datetime) -> bool:
    """One text that cannot be taken in must not keep back the others: a STOP may be among them."""
    try:
        texts.take_in(inbound, now, answering=False)
    except Exception as e:  # noqa: BLE001  # the next turns find it again for an hour, and a person is told
        log.error("inbound text %s could not be taken in: %s", inbound.provider_id, type(e).__name__)
        alerts.raise_alert(
            "text_not_taken_in", "A text somebody wrote to us could not be taken in; please look at the log.", now
        )
        return False
    return True
