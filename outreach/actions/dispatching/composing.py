"""From a claimed batch to the request values of the provider: the step's rendering, and each person's own words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

from outreach import rendering
from outreach.actions import links
from outreach.actions.dispatching.claim import ClaimedBatch
from outreach.actions.dispatching.deciding import Spot
from outreach.actions.dispatching.facts import Due
from outreach.actions.dispatching.lane import Lane
from outreach.models import Step
from outreach.providers.base import EmailBatch, EmailRecipient, TextBatch, TextMessage
from outreach.rules import keys, planner, sms


def _compiled(step: int) -> dict[str, Any]:
    return dict(Step.objects.values_list("compiled", flat=True).get(pk=step) or {})


@lru_cache(maxsize=256)
def _compiled_email(step: int) -> rendering.CompiledEmail:
    """Published steps never change, so each is read and prepared once per process."""
    return rendering.CompiledEmail.from_dict(_compiled(step))


@lru_cache(maxsize=256)
def _compiled_text(step: int) -> dict[str, str]:
    return _compiled(step)


@lru_cache(maxsize=1 << 14)
def _greeting(first_name: str, language: str, discreet: bool) -> str:
    return rendering.greeting(first_name, language, discreet=discreet)


def says_what(channel: str, step: int) -> bool:
    """Whether a text tells what it is about, so that people who asked for discretion cannot get it."""
    return channel == "sms" and "discreet_later" not in _compiled_text(step)


def parts_of(channel: str, step: int, person: Due) -> int:
    """The SMS parts of the text this person gets; 0 for an email."""
    return _parts(_body(step, person)) if channel == "sms" else 0


@lru_cache(maxsize=1 << 10)
def _parts(body: str) -> int:
    return sms.measure(body).parts


def _body(step: int, person: Due) -> str:
    variant = ("discreet_" if person.discreet else "") + ("later" if person.had_before else "first")
    return _compiled_text(step)[variant]


LINKS = ("unsubscribe_url", "preferences_url", "read_online_url")


def compose_email(lane: Lane, batch: ClaimedBatch, going: Sequence[Due]) -> EmailBatch:
    """One provider call for everyone in the batch. A discreet person's name for us is the neutral one."""
    compiled = _compiled_email(batch.group.step_id)
    same = {discreet: _same(lane, compiled, discreet) for discreet in {person.discreet for person in going}}
    # What nobody has of their own is filled in once; with both kinds of people in one call, it is the provider's to fill.
    subjects = {False: compiled.subject, True: compiled.subject_discreet}
    subject = compiled.subject
    if len(same) == 1:
        ((discreet, values),) = same.items()
        compiled, subject, same = compiled.with_values(values), values["subject"], {discreet: {}}
    filling = _Filling(compiled, same)
    sender, name = lane.schedules.senders.email, keys.namer(batch.key)
    names = {False: None, True: sender.discreet_name}
    links_of = links.email_links(batch.group.campaign, batch.group.step_id)
    headers_of = links.list_headers(sender.address.rpartition("@")[2])
    recipients = []
    for person in going:
        urls = links_of(person.subscriber)
        recipients.append(
            EmailRecipient(
                name(person.n),
                person.address or "",
                subjects[person.discreet],
                names[person.discreet],
                filling.of(person, urls),
                headers_of(urls[0]),
            )
        )
    return EmailBatch(
        batch_key=batch.key.hex,
        from_name=sender.name,
        from_address=sender.address,
        reply_to=sender.reply_to,
        subject=subject,
        text=filling.compiled.text,
        html=filling.compiled.html,
        recipients=tuple(recipients),
    )


class _Filling:
    """The words of each person of a batch, by the marks they stand for. `compiled`: the email with those marks.

    Links stand the same in html and text, so each has one mark; whoever has the same greeting shares its words.
    """

    def __init__(self, compiled: rendering.CompiledEmail, same: Mapping[bool, Mapping[str, str]]) -> None:
        """`same`: what a discreet person (True) and others (False) have in common."""
        self.compiled, self._marks = compiled.with_one_mark(LINKS)
        if not compiled.is_plain(settings.PUBLIC_URL):  # all else in a link is letters, digits and slashes of our own
            raise ValueError("PUBLIC_URL holds a sign that cannot stand in an email's link")
        self._same = {discreet: compiled.some_substitutions(values) for discreet, values in same.items()}
        self._greeted: dict[tuple[str, str, bool], dict[str, str]] = {}

    def of(self, person: Due, urls: tuple[str, str, str]) -> dict[str, str]:
        """One person's words by mark. `urls`: their LINKS."""
        shared = (person.first_name, person.language, person.discreet)
        words = self._greeted.get(shared)
        if words is None:
            greeting = {"greeting": _greeting(person.first_name, person.language, person.discreet)}
            words = self.compiled.some_substitutions(greeting) | self._same[person.discreet]
            self._greeted[shared] = words
        return {**words, **dict(zip(self._marks, urls, strict=True))}


def _same(lane: Lane, compiled: rendering.CompiledEmail, discreet: bool) -> dict[str, str]:
    """The slots that are the same for all discreet people, or for all others."""
    organisation = lane.schedules.organisation
    if discreet:
        return {
            "brand": organisation.neutral_name,
            "subject": compiled.subject_discreet,
            "preheader": compiled.preheader_discreet,
        }
    return {"brand": organisation.name, "subject": compiled.subject, "preheader": compiled.preheader}


def compose_text(
    lane: Lane, batch: ClaimedBatch, going: Sequence[Due], spots: Sequence[Spot], now: datetime
) -> TextBatch:
    """The texts of a batch. The first one a person ever gets says who writes, how often, and HELP and STOP."""
    sender, quiet = lane.schedules.senders.sms, lane.schedules.quiet_hours
    name = keys.namer(batch.key)
    return TextBatch(
        batch_key=batch.key.hex,
        sender_number=sender.number,
        messaging_service=sender.messaging_service,
        messages=tuple(
            TextMessage(
                key=name(person.n),
                to=person.address or "",
                body=_body(batch.group.step_id, person),
                status_callback=f"{settings.PUBLIC_URL}/hooks/twilio/status/{name(person.n)}/",
                validity_seconds=planner.seconds_left("sms", spot.place, now, quiet),
            )
            for person, spot in zip(going, spots, strict=True)
        ),
    )
