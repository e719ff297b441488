"""Paging: who is on call hears of a crisis at once, the next one after 15 minutes in which nobody took it on, and so on.

Pages go past everything that holds program messages back: caps, hours, pace, pauses, suppressions. Each is a row before
the call and settled after it, unique per incident, round and attempt, and its worker holds the row's lock meanwhile: two
workers make no two calls. A worker that dies in the call leaves its page `uncertain`, which counts as failed: the other way
and the next person are paged at once. For a crisis two pages are better than none.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from outreach.actions import alerts, connecting, schedules
from outreach.actions.dispatching.rows import run
from outreach.actions.incidents import ACKNOWLEDGE_WITHIN, UNANSWERED
from outreach.models import Incident, Page
from outreach.providers.base import (
    Accepted,
    Busy,
    EmailBatch,
    EmailRecipient,
    Outcome,
    Rejected,
    TextBatch,
    TextMessage,
    Unclear,
    Unreachable,
)
from outreach.rules import delivery, paging
from outreach.rules.cadence import Schedules
from outreach.rules.paging import Tried, Way

log = logging.getLogger(__name__)
DEAD_AFTER = timedelta(seconds=5)  # in real time: between a page's row and its lock its worker needs a moment
AGAIN = timedelta(minutes=1)  # when a round reached nobody
KEPT_LOOKING = timedelta(days=3)  # how long a provider's report about a page is waited for
_STATUS = {Accepted: "sent", Rejected: "failed", Busy: "failed", Unreachable: "failed", Unclear: "uncertain"}
_WHY = {Busy: "provider_busy", Unreachable: "provider_unreachable", Unclear: "no_clear_answer"}
_NOT_SET_UP = Unreachable("The provider is not set up.", stop=True)


@dataclass(frozen=True, slots=True)
class Call:
    """A page that is to be made now, and where it goes."""

    page: int
    key: str
    way: Way
    say: paging.Say


def page_due(now: datetime) -> int:
    """Pages whoever is to be paged. Returns how many pages a provider took. Never raises for what goes wrong with one
    incident: the others are paged all the same, and a person is told."""
    watch(now)
    taken = 0
    for incident in waiting(now).values_list("pk", flat=True):
        try:
            taken += _round(incident, now)
        except Exception as e:  # noqa: BLE001  # whatever it is, it must not keep back another crisis
            log.error("incident %s could not be paged: %s", incident, type(e).__name__)
            _alarm("A crisis could not be paged. Please look at the inbox and the log.", now)
    return taken


def waiting(now: datetime) -> QuerySet[Incident]:
    """Incidents somebody is to be paged for, the longest due first."""
    return Incident.objects.filter(closed_at=None, page_due_at__lte=now).order_by("page_due_at", "pk")


def _round(incident: int, now: datetime) -> int:
    taken = 0
    while call := _next(incident, now):
        taken += make(call, now)
    return taken


@transaction.atomic
def _next(incident_id: int, now: datetime) -> Call | None:
    """Records the next page of an incident. None: the round is over, or another worker is at it."""
    incident = waiting(now).select_for_update(skip_locked=True).filter(pk=incident_id).first()
    if incident is None:
        return None
    in_force = schedules.current()
    if not incident.round_open:
        _begin(incident, now)
    made = list(Page.objects.filter(incident=incident, round=incident.rounds).order_by("attempt"))
    if any(page.status == "calling" and not _bury(page, now) for page in made):
        incident.save()
        return None
    way = paging.next_way(in_force.on_call, incident.level, _tried(made))
    if way is None:
        _end(incident, made, in_force, now)
        return None
    say: paging.Say = "unanswered" if incident.said.filter(answer__in=UNANSWERED).exists() else "waiting"
    page = Page.objects.create(
        incident=incident, round=incident.rounds, attempt=len(made) + 1, person=way.name, channel=way.channel, say=say,
        at=now,
    )  # fmt: skip
    incident.save()
    return Call(page.pk, page.key.hex, way, say)


def _tried(made: Iterable[Page]) -> list[Tried]:
    return [Tried(page.person, page.channel, page.status == "sent") for page in made]


def _begin(incident: Incident, now: datetime) -> None:
    """A new round; the next person's turn comes when 15 minutes have passed since the last one's."""
    began = incident.due_at - ACKNOWLEDGE_WITHIN
    first = incident.round_at is None or incident.round_at < began
    if not first and incident.escalates_at is not None and now >= incident.escalates_at:
        incident.level += 1
        incident.escalates_at = now + ACKNOWLEDGE_WITHIN
    elif first:
        incident.escalates_at = now + ACKNOWLEDGE_WITHIN
    incident.rounds += 1
    incident.round_at, incident.round_open = now, True


def _end(incident: Incident, made: list[Page], in_force: Schedules, now: datetime) -> None:
    incident.round_open = False
    following = incident.escalates_at or now + ACKNOWLEDGE_WITHIN
    if not in_force.on_call:
        _alarm("A crisis waits and nobody is on call. Write `on_call:` in schedules.yaml, and look at the inbox.", now)
    elif not any(page.status == "sent" for page in made):
        _alarm("A crisis waits and nobody on call could be paged by any way. Look at the inbox, and call them.", now)
        following = min(following, now + AGAIN)
    incident.page_due_at = None if incident.acknowledged_at else max(following, now + timedelta(seconds=1))
    incident.save()


def _bury(page: Page, now: datetime) -> bool:
    """Ends the page of a dead worker: nobody knows whether it went out. False: its worker lives."""
    dead = run(
        """SELECT id FROM page WHERE id = %s AND status = 'calling' AND called_at < clock_timestamp() - %s
        FOR UPDATE SKIP LOCKED""",
        [page.pk, DEAD_AFTER],
    )
    if dead:
        page.status, page.reason = "uncertain", "worker_died_in_call"
        page.save(update_fields=["status", "reason"])
        _failed(page, now)
    return bool(dead)


def make(call: Call, now: datetime) -> int:
    """Makes a page under its lock and settles it. Returns 1 when the provider took it."""
    with transaction.atomic():
        if not run("SELECT id FROM page WHERE id = %s AND status = 'calling' FOR UPDATE", [call.page]):
            return 0  # it was taken for dead: others were paged in its place
        provider, outcome = _deliver(call)
        page = Page.objects.get(pk=call.page)
        page.provider, page.status = provider, _STATUS[type(outcome)]
        page.reason = (outcome.code or "rejected") if isinstance(outcome, Rejected) else _WHY.get(type(outcome), "")
        page.save(update_fields=["provider", "status", "reason"])
        if page.status != "sent":
            _failed(page, now)
    return int(page.status == "sent")


def _deliver(call: Call) -> tuple[str, Outcome]:
    """The provider's name and what it answered."""
    provider = connecting.provider_name(call.way.channel)
    send = _text if call.way.channel == "sms" else _email
    try:
        return provider, send(call)
    except Exception as e:  # noqa: BLE001  # a fault of our own is a failed page: the other way is tried
        log.error("page %s could not be made: %s", call.page, type(e).__name__)
        return provider, Unclear("The page could not be made.")


def _text(call: Call) -> Outcome:
    if not settings.TWILIO_ACCOUNT_SID:
        return _NOT_SET_UP
    sender = schedules.current().senders.sms
    message = TextMessage(
        key=call.key,
        to=call.way.address,
        body=paging.words(call.say, _inbox()),
        status_callback=f"{settings.PUBLIC_URL}/hooks/twilio/status/{call.key}/",
        validity_seconds=int(ACKNOWLEDGE_WITHIN.total_seconds()),
    )
    batch = TextBatch(
        batch_key=call.key, messages=(message,), sender_number=sender.number, messaging_service=sender.messaging_service
    )
    return connecting.text_provider().send(batch)[call.key]


def _email(call: Call) -> Outcome:
    if settings.EMAIL_PROVIDER == "sendgrid" and not settings.SENDGRID_API_KEY:
        return _NOT_SET_UP
    sender = schedules.current().senders.email
    link = escape(_inbox())
    anchor = f'<a href="{link}">{link}</a>'
    batch = EmailBatch(
        batch_key=call.key,
        from_name=sender.name,
        from_address=sender.address,
        subject=paging.SUBJECTS[call.say],
        text=f"{paging.words(call.say, _inbox())}\n",
        html=f"<p>{paging.words(call.say, anchor)}</p>",
        recipients=(EmailRecipient(key=call.key, to=call.way.address),),
    )
    return connecting.email_provider().send(batch)[call.key]


def _inbox() -> str:
    return f"{settings.PUBLIC_URL}/inbox/"


def watch(now: datetime) -> None:
    """Follows up what providers report about pages: one that came back is a failed page, and others are paged at once."""
    for page in Page.objects.filter(status="calling"):  # also of incidents that somebody took on meanwhile
        with transaction.atomic():
            _bury(page, now)
    # what comes while its worker still calls waits until the page is settled
    rows = run(
        """SELECT p.id, d.id, d.provider, d.event, d.code, d.at FROM delivery_event d JOIN page p ON p.key = d.message_key
        WHERE d.applied_at IS NULL AND d.message_key IS NOT NULL AND d.recorded_at > now() - %s AND p.status <> 'calling'
        ORDER BY d.at""",
        [KEPT_LOOKING],
    )
    for page, event, provider, word, detail, at in rows:
        status, _, kind = detail.partition("|")
        meaning = delivery.meaning(provider, word, code=status or None, kind=kind or None)
        with transaction.atomic():
            mine = "UPDATE delivery_event SET applied_at = %s WHERE id = %s AND applied_at IS NULL RETURNING 1"
            if run(mine, [now, event]):
                _report(page, meaning, status or word, at, now)


def _report(page_id: int, meaning: delivery.Meaning, code: str, at: datetime, now: datetime) -> None:
    if meaning.fact == "delivered_at":
        Page.objects.filter(pk=page_id, delivered_at=None).update(delivered_at=at)
    if meaning.settles == "sent":  # some carriers send no receipt: that the provider has it may be the last word
        Page.objects.filter(pk=page_id, status="uncertain").update(status="sent", reason="")
    if meaning.fact in ("bounced_at", "failed_at") and Page.objects.filter(
        pk=page_id, status__in=("sent", "uncertain")
    ).update(status="failed", reason=code):
        page = Page.objects.select_related("incident").get(pk=page_id)
        _failed(page, now)
        if page.incident_id:
            Incident.objects.filter(
                pk=page.incident_id, rounds=page.round, closed_at=None, acknowledged_at=None
            ).update(round_open=True, page_due_at=now)


def _failed(page: Page, now: datetime) -> None:
    """A failing pager is an alarm of its own. The label alone: an address has no place in it."""
    by = {"sms": "text", "email": "email"}[page.channel]
    what = "The test of the pager" if page.incident_id is None else "A crisis page"
    also = "" if page.incident_id is None else " The other way and the next person were tried at once."
    why = page.reason.replace("_", " ")
    _alarm(f"{what} to “{page.person}” by {by} failed ({why}).{also} Please mend it before the night.", now)


def _alarm(say: str, now: datetime) -> None:
    alerts.raise_alert("pager_failed", say, now)
