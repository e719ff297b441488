"""Explain: why a message was sent, moved or skipped; what comes next for a person, and why then."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from outreach.actions import schedules
from outreach.actions.placing import place_of
from outreach.errors import Refused
from outreach.models import ConsentEvent, Enrollment, Message, Subscriber
from outreach.rules import planner, tokens

REASONS = {
    "": "as planned",
    "quiet_hours": "outside the hours in which a text is allowed there",
    "weekday": "the cadence does not write on that day of the week",
    "dst_gap": "that clock time does not exist on the day the clocks go forward",
    "min_gap": "too soon after the step before it",
    "asked": "the person asked for it",
    "after_start": "the day had begun already",
    "not_before": "too soon after the step before it",
    "cap": "enough was sent to this person in the last 24 hours",
    "late": "too late for this step",
    "number_lapsed": "the number may belong to somebody else by now",
    "catch_up": "nothing was sent for some hours, and what was late then was spread out",
    "same_address": "another record with this address got it",
    "no_consent": "there is no consent for this topic and channel",
    "revoked": "consent was withdrawn",
    "not_discreet": "its words tell what it is about, and the person asked for discretion",
    "closing": "the allowed hours were about to end",
    "held": "everything is on hold for this person",
    "address_changed": "the address changed while it was being sent",
    "not_composed": "it could not be put together; a person was told",
    "run_ended": "the run had ended",
    "unconfirmed": "the sign-up is not confirmed yet",
    "not_pending": "there was nothing left to confirm",
    "paused": "the person asked for a pause",
    "opted_out": "the person opted out",
    "campaign_paused": "the campaign was paused",
    "campaign_stopped": "the campaign was stopped",
    "provider_busy": "the provider asked us to wait",
    "provider_unreachable": "the provider could not be reached, and surely took nothing",
    "worker_died_before_call": "a worker stopped before it called the provider",
    "worker_died_in_call": "a worker stopped while it called the provider: what became of it is being asked",
    "no_clear_answer": "the provider gave no clear answer: what became of it is being asked",
    "provider_report": "settled by the provider's own report",
    "found_at_provider": "settled by the provider's message list",
    "resent_by_person": "somebody decided to send it again",
    "fruitless": "message after message was not taken",
    "in_flight": "another record with this number was just getting it",
    "daily_cap": "the day's allowance was used up",
    "not_at_provider": "the provider's message list does not have it",
    "no_cadence": "the cadence is not in the schedules any more",
}


def say_reason(code: str) -> str:
    """A reason code in plain words; an unknown code is shown as it is."""
    head, _, tail = code.partition(":")
    if head == "suppressed":
        return f"the address is suppressed ({tail.replace('_', ' ')})"
    return REASONS.get(code, code.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A step still to come: when, what the cadence asked for, and why it was moved."""

    enrollment: int
    campaign: str
    channel: str
    step: int
    at: datetime
    wanted: datetime
    moved: str
    zone: str


def upcoming(subscriber: Subscriber, now: datetime) -> list[Upcoming]:
    """Everything this person will get from running campaigns, computed with the same planner that sends."""
    in_force = schedules.current()
    where = place_of(phone=subscriber.phone, zip_code=subscriber.zip_code, zone=subscriber.zone, state=subscriber.state)
    zone = where.zones[0] if where.zones else in_force.quiet_hours.zone
    found: list[Upcoming] = []
    active = Enrollment.objects.filter(subscriber=subscriber, status="active", campaign__status="running")
    for run in active.select_related("campaign__series"):
        cadence = in_force.cadences.get(run.campaign.series.cadence)
        track = getattr(cadence, run.channel, None) if cadence else None
        steps = run.campaign.series.steps.filter(channel=run.channel).count()
        if track is None or run.next_step > steps or run.next_due_at is None:
            continue
        first = Upcoming(
            run.pk, run.campaign.name, run.channel, run.next_step, max(run.next_due_at, now),
            run.next_wanted_at or run.next_due_at, run.next_moved, zone,
        )  # fmt: skip
        rest = planner.plan(
            track.slowed(run.slowed), steps, run.next_step, run.anchor, where, in_force.quiet_hours,
            not_before=first.at + planner.MIN_GAP,
        )  # fmt: skip
        found.append(first)
        found += [
            Upcoming(run.pk, run.campaign.name, run.channel, run.next_step + n, p.at, p.wanted, p.moved or "", zone)
            for n, p in enumerate(rest, 1)
        ]
    return sorted(found, key=lambda u: (u.at, u.channel))


def find(what: str) -> Message | Subscriber:
    """The message or person a command names: a message id or key, `person:ID`, an email address or a phone number."""
    if what.isdecimal():
        message = Message.objects.filter(pk=int(what)).first()
        if message:
            return message
    if key := _key(what):
        message = Message.objects.filter(key=key).first()
        if message:
            return message
    if what.startswith("person:") and what[7:].isdigit():
        person = Subscriber.objects.filter(pk=int(what[7:])).first()
    else:
        person = Subscriber.objects.filter(email=what.lower()).first() or _by_phone(what)
    if person is None:
        raise Refused(
            f"Nothing is known as “{what}”. Give a message number, person:NUMBER, an email or a phone number."
        )
    return person


def _key(what: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(what)
    except ValueError:
        return None


def _by_phone(what: str) -> Subscriber | None:
    try:
        return Subscriber.objects.filter(phone=tokens.normal_phone(what)).order_by("pk").first()
    except tokens.AddressInvalid:
        return None


def say_message(message: Message) -> list[str]:
    """The life of one message, a line per fact."""
    what = f"{message.channel} step {message.step_number or '-'} ({message.kind})"
    lines = [f"{what}, {message.status}: {say_reason(message.reason)}"]
    if message.wanted_at:
        lines.append(f"wanted {message.wanted_at:%a %Y-%m-%d %H:%M} UTC in {message.zones or 'an unknown zone'}")
    if message.moved:
        lines.append(f"moved: {say_reason(message.moved)}")
    for name in ("claimed", "sent", "accepted", "delivered", "bounced", "complained", "failed"):
        at = getattr(message, f"{name}_at")
        if at:
            lines.append(f"{name} {at:%a %Y-%m-%d %H:%M:%S} UTC")
    return lines


def say_person(person: Subscriber, now: datetime) -> list[str]:
    """Consent, history and future of one person, a line each."""
    lines = [f"person {person.pk}, {person.role}, language {person.language}"]
    lines += [
        f"consent {e.at:%Y-%m-%d %H:%M} UTC: {e.action} {e.channel}/{e.topic} by {e.method}"
        for e in ConsentEvent.objects.filter(subscriber=person).order_by("pk")
    ]
    for message in Message.objects.filter(subscriber=person).order_by("claimed_at"):
        lines.append(
            f"{message.claimed_at:%Y-%m-%d %H:%M} UTC: {message.channel} step {message.step_number or message.kind} "
            f"{message.status}" + (f" ({say_reason(message.reason)})" if message.reason else "")
        )
    lines += [
        f"next {u.at:%a %Y-%m-%d %H:%M} UTC: {u.channel} step {u.step} of {u.campaign}"
        + (f" (moved: {say_reason(u.moved)})" if u.moved else "")
        for u in upcoming(person, now)
    ]
    return lines
