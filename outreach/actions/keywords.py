"""Doing what a text asks: a stop of everything or of a part, PAUSE, MORE, SLOW, and a language.

It is the number that asks: what it asks holds for everyone who has it. Nothing here answers anybody; rules/verdicts.py says
with which words, when the calls already running are over.
"""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from outreach.actions import schedules
from outreach.actions.dispatching import wait_for_batches_of
from outreach.actions.locking import lock_holders
from outreach.actions.opting_out import confirm, withdraw, withdraw_topics
from outreach.actions.placing import place_of
from outreach.actions.preferring import PAUSE
from outreach.errors import Refused
from outreach.models import Consent, Enrollment, Subscriber
from outreach.rules import planner
from outreach.rules.places import zone_named
from outreach.rules.replies import Intent
from outreach.rules.reply_parts import Part
from outreach.rules.verdicts import Circumstances, Speaker

SLOWEST = 4  # times as long between two texts; who wants fewer still stops
ASKED = "asked"  # why a step comes at another time: the person asked for it


@dataclass(slots=True)
class Followed:
    """What was done. `ended`: (channel, address key, people) of every whole channel that ended. `affected`: people whose
    running calls must be waited for besides. `coming`: there was a text that MORE or SLOW could move."""

    ended: list[tuple[str, bytes, list[int]]] = field(default_factory=list)
    affected: list[int] = field(default_factory=list)
    coming: bool = True


def speaker() -> Speaker | None:
    """Who answers, by the schedules in force; None when none are applied yet."""
    try:
        in_force = schedules.current()
    except Refused:
        return None
    return Speaker(organisation=in_force.organisation, sender=in_force.senders.sms.kind, topics=in_force.topics)


def circumstances(intent: Intent, key: bytes, person: Subscriber | None) -> Circumstances:
    """What is known of the number before anything is done."""
    mine = Subscriber.objects.filter(phone_key=key, erased_at=None)
    topics, channels = (intent.part.topics, intent.part.channels) if intent.part else ((), ())
    return Circumstances(
        known=person is not None,
        email=mine.filter(email_key__isnull=False).exists(),
        discreet=mine.filter(discreet=True).exists(),
        language="es" if person is not None and person.language == "es" else None,
        has_topics=not topics
        or Consent.objects.filter(subscriber__in=mine, topic__in=topics, channel__in=channels)
        .exclude(state="revoked")
        .exists(),
    )


def stop(
    part: Part, key: bytes, *, method: str, now: datetime, wording: str, language: str, provider_id: str
) -> Followed:
    """Ends what a stop names, in the caller's transaction. The emails are those of everyone who has the number. `method`:
    by which act, "sms_reply" or what rules/numbers.py names."""
    said: dict[str, Any] = {"wording": wording, "language": language, "provider_id": provider_id}
    followed = Followed()
    keys = {("sms", key)} if "sms" in part.channels else set()
    if "email" in part.channels:
        emails = Subscriber.objects.filter(phone_key=key, email_key__isnull=False).values_list("email_key", flat=True)
        keys |= {("email", bytes(email)) for email in emails if email}
    for channel, address in sorted(keys):
        if part.topics:
            followed.affected += withdraw_topics(
                channel, address, part.topics, method=method, source="inbound text", now=now, **said
            )
        else:
            people = withdraw(channel, address, method=method, source="inbound text", now=now, **said)
            followed.ended.append((channel, address, people))
    return followed


def settled(followed: Followed, *, now: datetime, since: float, limit: timedelta) -> bool:
    """Waits for the calls already running, `limit` at most for all of them, outside a transaction. True: what was done may be
    told."""
    until = time.monotonic() + limit.total_seconds()
    confirmed = True
    for channel, key, people in followed.ended:
        confirmed = confirm(channel, key, people, now=now, since=since, limit=_left(until)) and confirmed
    if followed.affected:
        confirmed = wait_for_batches_of(sorted(set(followed.affected)), limit=_left(until)) and confirmed
    return confirmed


def _left(until: float) -> timedelta:
    return timedelta(seconds=max(until - time.monotonic(), 0.05))


def end_pause(key: bytes) -> None:
    """Who begins again has no pause any more."""
    Subscriber.objects.filter(phone_key=key, erased_at=None, paused_until__isnull=False).update(paused_until=None)


def follow(keyword: str | None, key: bytes, person: Subscriber | None, *, now: datetime) -> Followed:
    """Does what a keyword asks, in the caller's transaction."""
    if person is None:
        return Followed(coming=False)
    mine = Subscriber.objects.filter(phone_key=key, erased_at=None)
    if keyword == "pause":  # it is the number that gets no texts: everyone who has it pauses
        lock_holders("sms", [key])
        mine.update(paused_until=now + PAUSE)
        return Followed(affected=list(mine.values_list("pk", flat=True)))
    if keyword in ("spanish", "english"):
        Subscriber.objects.filter(pk=person.pk).update(language="es" if keyword == "spanish" else "en")
    if keyword == "more":
        end_pause(key)
        return Followed(coming=_bring_next(key, now))
    if keyword == "slow":
        return Followed(coming=_slow(key, now))
    return Followed()


@transaction.atomic
def _bring_next(key: bytes, now: datetime) -> bool:
    """Makes the number's next text due now; hours and caps still hold when it is sent. False when there is none."""
    coming = _runs(key).order_by("next_due_at", "pk").first()
    if coming is None:
        return False
    if coming.next_due_at is None or coming.next_due_at > now:
        Enrollment.objects.filter(pk=coming.pk).update(next_due_at=now, next_wanted_at=now, next_moved=ASKED)
    return True


@transaction.atomic
def _slow(key: bytes, now: datetime) -> bool:
    """Doubles the gaps of the number's texts, counted from the text sent last. False when there are none to slow."""
    in_force = schedules.current()
    found = False
    for run in _runs(key):
        cadence = in_force.cadences.get(run.campaign.series.cadence)
        if cadence is None or cadence.sms is None or run.slowed >= SLOWEST:
            found = found or run.slowed >= SLOWEST
            continue
        found = True
        person = run.subscriber
        place = place_of(phone=person.phone, zip_code=person.zip_code, zone=person.zone, state=person.state)
        times = run.slowed * 2
        # The last step sent stays on its day, so that the longer gaps are counted from it.
        kept = cadence.sms.day(run.next_step - 2) if run.next_step > 1 else 0
        clock = zone_named(place.zones[0] if place.zones else in_force.quiet_hours.zone)
        anchor = run.anchor.astimezone(clock) - timedelta(days=kept * (times - run.slowed))
        (planned,) = planner.plan(
            cadence.sms.slowed(times), run.next_step, run.next_step - 1, anchor, place, in_force.quiet_hours,
            not_before=now,
        )  # fmt: skip
        Enrollment.objects.filter(pk=run.pk).update(
            slowed=times, anchor=anchor, next_due_at=planned.at, next_wanted_at=planned.wanted, next_moved=ASKED
        )
    return found


def _runs(key: bytes) -> QuerySet[Enrollment]:
    """The running text series of everyone who has the number, locked, with steps still to come."""
    return (
        Enrollment.objects.filter(
            subscriber__phone_key=key,
            subscriber__erased_at=None,
            channel="sms",
            status="active",
            campaign__status="running",
        )
        .select_related("campaign__series", "subscriber")
        .select_for_update(of=("self",))
    )


def facing(given: Circumstances, followed: Followed, *, settled: bool, crisis_told: bool) -> Circumstances:
    """The circumstances when everything was done and it is time to answer."""
    return replace(given, held=not settled, coming=followed.coming, crisis_told=crisis_told)
