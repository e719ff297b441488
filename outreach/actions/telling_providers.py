"""Asking the providers to forget whom we have erased, until they have answered.

Doing it twice is harmless at both, so a request is marked done after the call, and no transaction waits for a provider.
What they had to be told goes with their answer.
"""

from datetime import datetime, timedelta

from django.conf import settings

from outreach.actions import alerts
from outreach.models import ErasureRequest
from outreach.providers import forgetting

AT_ONCE = 5  # requests in a turn
CALLS = 50  # messages of one person that are deleted in a turn
WAIT = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
TOLD_AFTER = len(WAIT)  # tries without success: then a person is told, and it goes on day by day


def tell_providers(now: datetime) -> int:
    """One turn. A provider that did not do one request is asked no other in it: one that hangs must not hold up the clockwork.
    Returns how many were done."""
    due = ErasureRequest.objects.filter(done_at=None, next_try_at__lte=now).order_by("next_try_at")[:AT_ONCE]
    done, stuck = 0, set[str]()
    for request in due:
        if request.provider in stuck:
            continue
        if _tell(request, now):
            done += 1
        else:
            stuck.add(request.provider)
    return done


def _tell(request: ErasureRequest, now: datetime) -> bool:
    mine = ErasureRequest.objects.filter(pk=request.pk, done_at=None)
    tries = request.tries + 1
    later = now + WAIT[min(tries, len(WAIT)) - 1]
    if not mine.filter(tries=request.tries).update(tries=tries, next_try_at=later):
        return False  # another worker is at it
    if request.provider == "sendgrid":
        taken = forgetting.sendgrid_forgets(settings.SENDGRID_BASE_URL, settings.SENDGRID_API_KEY, request.address)
        left = [] if taken else [request.address]
    else:
        left = _delete(request, now)
    if not left:
        mine.update(done_at=now, address="", provider_ids=[])
        return True
    if tries >= TOLD_AFTER:
        say = "A provider did not erase what it holds of a person whom we erased. It is asked again every day."
        alerts.raise_alert("erasure_not_done", say, now)
    return False


def _delete(request: ErasureRequest, now: datetime) -> list[str]:
    """Deletes some of the person's messages; what is left. When all that were tried are gone, the next turn goes on."""
    token = settings.TWILIO_AUTH_TOKENS[0] if settings.TWILIO_AUTH_TOKENS else ""
    some, rest = request.provider_ids[:CALLS], request.provider_ids[CALLS:]
    stuck = forgetting.twilio_forgets(settings.TWILIO_BASE_URL, settings.TWILIO_ACCOUNT_SID, token, some)
    left = [*rest, *stuck]
    more = {} if stuck else {"tries": 0, "next_try_at": now}
    ErasureRequest.objects.filter(pk=request.pk, done_at=None).update(provider_ids=left, **more)
    return left
