"""What people choose for themselves through the links in their messages: topics, a pause, discretion, language, leaving.

What ends something is committed first and then waits for the provider calls already running, as every opt-out does; only
a True answer may be shown to the person as done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from outreach.actions.dispatching import wait_for_batches_of
from outreach.actions.locking import lock_either
from outreach.actions.opting_out import opt_in, opt_out
from outreach.actions.recording import note
from outreach.actions.suppressing import LIFTED_BY_PERSON, lift
from outreach.models import Consent, ConsentEvent, Enrollment, Subscriber, Suppression
from outreach.rules import lifecycle

PAUSE = timedelta(days=14)
METHOD = "preferences_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person sent from the preferences page.

    `offered` maps every (channel, topic) that stood on the page to the exact words beside its box; `ticked` are the boxes
    that were ticked. What was not offered is not touched. `zip_code` has five digits or is None, `zone` is an IANA name
    the person chose or None. `seen`: the newest entry of the ledger that the page knew, None when it does not matter.
    """

    offered: Mapping[tuple[str, str], str]
    ticked: frozenset[tuple[str, str]]
    discreet: bool
    language: str
    zip_code: str | None
    zone: str | None
    seen: int | None = None


def save(subscriber: int, choices: Choices, *, now: datetime, ip: str | None = None) -> bool | None:
    """Appends a consent event for every box that changed and stores discretion, language and place.

    Texts to a number that never said yes to any are only asked for here: they wait for START from the phone itself, since
    whoever holds this link holds the mailbox, and the number may have been entered by anyone.

    Returns False when something ended and a call may still be running: then nothing may be called done yet. None: something
    happened since the page was opened, and nothing was changed.
    """
    with transaction.atomic():
        person = _locked(subscriber)
        if choices.seen is not None and choices.seen != newest_event(subscriber):
            return None
        states = current_states(subscriber)
        affected: set[int] = set()
        for (channel, topic), wording in choices.offered.items():
            granted = states.get((channel, topic)) == "granted"
            if (channel, topic) in choices.ticked and not granted:
                if channel == "email" or phone_said_yes(person):
                    _grant(person, channel, topic, wording, choices.language, now, ip)
                elif states.get((channel, topic)) != "pending":
                    _append(person.pk, channel, topic, "requested", wording, choices.language, now, ip)
            elif (channel, topic) not in choices.ticked and states.get((channel, topic)) in ("granted", "pending"):
                affected |= _revoke(person, channel, topic, wording, choices.language, now)
        Subscriber.objects.filter(pk=subscriber).update(
            discreet=choices.discreet, language=choices.language, zip_code=choices.zip_code, zone=choices.zone
        )
    return wait_for_batches_of(sorted(affected)) if affected else True


def pause(subscriber: int, *, now: datetime) -> bool:
    """Nothing for two weeks; people keep their place. Returns False when a call may still be running."""
    with transaction.atomic():
        person = Subscriber.objects.select_for_update().get(pk=subscriber)
        Subscriber.objects.filter(pk=subscriber).update(paused_until=now + PAUSE)
        note("paused", person, now=now, actor=None, detail="by the person, for two weeks")
    return wait_for_batches_of([subscriber])


@transaction.atomic
def end_pause(subscriber: int, *, now: datetime) -> None:
    """Messages go on."""
    person = Subscriber.objects.select_for_update().get(pk=subscriber)
    if Subscriber.objects.filter(pk=subscriber, paused_until__gt=now).update(paused_until=None):
        note("resumed", person, now=now, actor=None, detail="by the person")


def leave(
    subscriber: int,
    *,
    wording: str,
    language: str,
    now: datetime,
    channels: Sequence[str] = ("email", "sms"),
    ip: str | None = None,
) -> bool:
    """Ends everything on these channels. Returns False when a call may still be running. Call it outside a transaction."""
    person = Subscriber.objects.get(pk=subscriber)
    confirmed = True
    for channel, key in (("email", person.email_key), ("sms", person.phone_key)):
        if key is not None and channel in channels:
            done = opt_out(
                channel, bytes(key), method=METHOD, source=METHOD, now=now, wording=wording, language=language, ip=ip
            )
            confirmed = confirmed and done.confirmed
    return confirmed


def undo_leaving(subscriber: int, event: int, *, now: datetime, wording: str, language: str, ip: str | None) -> bool:
    """Takes back an opt-out from the emails, if `event` is still the person's newest consent event.

    Returns whether emails may come again: not after a complaint or a bounce, and not when something happened since.
    """
    with transaction.atomic():
        person = _locked(subscriber)
        if person.erased_at or person.email_key is None or newest_event(subscriber) != event:
            return False
        opt_in(
            "email",
            bytes(person.email_key),
            method="undo",
            source="unsubscribe_page",
            now=now,
            wording=wording,
            language=language,
            ip=ip,
        )
        return not Suppression.objects.filter(channel="email", address_key=person.email_key, lifted_at=None).exists()


def _locked(subscriber: int) -> Subscriber:
    """The person, locked together with every record that has an address of theirs, for whom the same choice counts."""
    person = Subscriber.objects.get(pk=subscriber)
    lock_either(*(bytes(key) if key is not None else None for key in (person.email_key, person.phone_key)))
    return Subscriber.objects.select_for_update(no_key=True).get(pk=subscriber)


def newest_event(subscriber: int) -> int:
    """The id of the person's newest consent event; 0 when there is none."""
    newest = ConsentEvent.objects.filter(subscriber_id=subscriber).order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def phone_said_yes(person: Subscriber) -> bool:
    """Whether anybody ever granted texts to this number: its owner by START, or an attested list."""
    if person.phone_key is None:
        return False
    return ConsentEvent.objects.filter(subscriber__phone_key=person.phone_key, channel="sms", action="granted").exists()


def current_states(subscriber: int) -> dict[tuple[str, str], str]:
    """(channel, topic) -> state, as the ledger has it."""
    rows = Consent.objects.filter(subscriber_id=subscriber).values_list("channel", "topic", "state")
    return {(channel, topic): state for channel, topic, state in rows}


def _grant(
    person: Subscriber, channel: str, topic: str, wording: str, language: str, now: datetime, ip: str | None
) -> None:
    key = person.email_key if channel == "email" else person.phone_key
    if channel == "email" and key is not None:
        lift(channel, bytes(key), causes=LIFTED_BY_PERSON, now=now)
    _append(person.pk, channel, topic, "granted", wording, language, now, ip)


def _revoke(person: Subscriber, channel: str, topic: str, wording: str, language: str, now: datetime) -> set[int]:
    """Ends a topic for every record that holds the address. Returns the records' ids."""
    column = "email_key" if channel == "email" else "phone_key"
    key = getattr(person, column)
    people = {person.pk}
    if key is not None:
        people |= set(Subscriber.objects.filter(**{column: key}).values_list("pk", flat=True))
    for one in sorted(people):
        _append(one, channel, topic, "revoked", wording, language, now, None)
    Enrollment.objects.filter(
        subscriber_id__in=people,
        channel=channel,
        campaign__series__topic=topic,
        status__in=lifecycle.sources("enrollment", "exited"),
    ).update(status="exited", exit_reason="opted_out", ended_at=now)
    return people


def _append(
    subscriber: int, channel: str, topic: str, action: str, wording: str, language: str, now: datetime, ip: str | None
) -> None:
    ConsentEvent.objects.create(
        subscriber_id=subscriber,
        channel=channel,
        topic=topic,
        action=action,
        wording=wording,
        language=language,
        method=METHOD,
        source=METHOD,
        ip=ip,
        at=now,
    )
