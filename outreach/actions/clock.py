"""The one place where a door asks what time it is.

Rules and actions take `now` as an argument. Doors get it here: real time, or the virtual instant kept in the database
when `OUTREACH_VIRTUAL_CLOCK` is set (the demo moves it; nothing else knows the difference).
"""

from datetime import UTC, datetime

from django.conf import settings

from outreach.errors import Refused
from outreach.models import ClockSetting


def now() -> datetime:
    """The moment to pass on, aware, in UTC."""
    if settings.VIRTUAL_CLOCK:
        moment = ClockSetting.objects.values_list("now", flat=True).first()
        if moment is not None:
            return moment
    return datetime.now(UTC)


def set_virtual(moment: datetime) -> None:
    """Moves the virtual clock. It never goes back, since the past is recorded; raises Refused if asked to."""
    if not settings.VIRTUAL_CLOCK:
        raise Refused("The clock is real here: set OUTREACH_VIRTUAL_CLOCK=yes to move it by hand.")
    current = ClockSetting.objects.values_list("now", flat=True).first()
    if current is not None and moment < current:
        raise Refused(f"The virtual clock stands at {current:%Y-%m-%d %H:%M} UTC and cannot go back.")
    ClockSetting.objects.update_or_create(id=1, defaults={"now": moment})
