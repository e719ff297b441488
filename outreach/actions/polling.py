"""Poll: find inbound texts whose webhook was lost. A STOP must be honoured even when nobody delivered it."""

from datetime import datetime, timedelta

from django.db.models import Max

from outreach.actions import connecting, schedules
from outreach.actions.receiving import texts
from outreach.models import InboundText
from outreach.providers.base import ListUnavailable, TextProvider

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
        InboundText.objects.filter(provider_id__in=[t.provider_id for t in listed]).values_list("provider_id", flat=True)
    )
    fresh = [inbound for inbound in listed if inbound.provider_id not in known]
    for inbound in fresh:
        texts.take_in(inbound, now)
    return len(fresh)
