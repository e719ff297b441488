"""What the public pages show. Read-only; nothing here tells a forged link from a stale one."""

from dataclasses import dataclass
from datetime import datetime

from outreach import rendering
from outreach.actions import preferring, schedules
from outreach.actions.suppressing import LIFTED_BY_PERSON
from outreach.models import Step, Subscriber, Suppression
from outreach.rules.cadence import Topic


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the preferences page. `waiting`: ticked, and the texts wait for the phone's own START."""

    channel: str
    topic: Topic
    ticked: bool
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A person's own settings. `closed` maps a channel that cannot be chosen here to why: "stopped" (only a text START
    opens it again), "provider" (the text provider has it stopped: nothing we do lifts that, only the phone's START),
    "unreachable" (it bounced or was reported; a person must look). `held`: staff hold everything for now."""

    subscriber: int
    boxes: tuple[Box, ...]
    closed: dict[str, str]
    discreet: bool
    language: str
    paused_until: datetime | None
    held: bool
    zip_code: str
    zone: str

    def offered(self, channel: str) -> tuple[Box, ...]:
        """The boxes of one channel."""
        return tuple(box for box in self.boxes if box.channel == channel)


def email_key(subscriber: int) -> bytes | None:
    """What this person's email address is suppressed under, or None when there is no such person or address."""
    key = Subscriber.objects.filter(pk=subscriber).values_list("email_key", flat=True).first()
    return bytes(key) if key is not None else None


def preferences(subscriber: int, now: datetime) -> Preferences | None:
    """A person's settings, or None when nobody (any more) has this link."""
    person = Subscriber.objects.filter(pk=subscriber, erased_at=None).first()
    if person is None:
        return None
    states = preferring.current_states(subscriber)
    closed = {}
    boxes = []
    for channel, key in (("email", person.email_key), ("sms", person.phone_key)):
        if key is None:
            continue
        cause = _cause(channel, bytes(key))
        if cause and not (channel == "email" and cause in LIFTED_BY_PERSON):
            closed[channel] = _closed(cause)
            continue
        for topic in schedules.current().topics:
            if channel in topic.channels:
                state = states.get((channel, topic.key))
                waiting = channel == "sms" and state == "pending"
                boxes.append(Box(channel, topic, waiting or (state == "granted" and not cause), waiting))
    return Preferences(
        subscriber=subscriber,
        boxes=tuple(boxes),
        closed=closed,
        discreet=person.discreet,
        language=person.language,
        paused_until=person.paused_until if person.paused_until and person.paused_until > now else None,
        held=person.held_reason is not None,
        zip_code=person.zip_code or "",
        zone=person.zone or "",
    )


def part_online(step: int, subscriber: int, links_page: str) -> str | None:
    """A part of a published series as a page that names nobody, or None.

    Links get forwarded, so the page carries no one's own links: all lead to `links_page`, which says where they are.
    """
    found = Step.objects.filter(pk=step, channel="email", series__status__in=("published", "archived")).first()
    if found is None or found.compiled is None:
        return None
    organisation = schedules.current().organisation
    discreet = bool(Subscriber.objects.filter(pk=subscriber).values_list("discreet", flat=True).first())
    compiled = rendering.CompiledEmail.from_dict(found.compiled)
    return rendering.read_online(
        compiled,
        {
            "greeting": "",
            "unsubscribe_url": links_page,
            "preferences_url": links_page,
            "read_online_url": links_page,
            "preheader": "",
            "brand": organisation.neutral_name if discreet else organisation.name,
            "subject": compiled.subject_discreet if discreet else compiled.subject,
        },
    )


def _closed(cause: str) -> str:
    if cause == "provider_stop":
        return "provider"
    return "stopped" if cause in LIFTED_BY_PERSON else "unreachable"


def _cause(channel: str, key: bytes) -> str | None:
    return (
        Suppression.objects.filter(channel=channel, address_key=key, lifted_at=None)
        .values_list("cause", flat=True)
        .first()
    )
