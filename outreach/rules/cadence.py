"""schedules.yaml, read: text in, Schedules out, or every mistake with its line and the cure.

The file is what a person without programming edits, so nothing is guessed and nothing is passed over: an unknown key, a
doubled key and a reference to nothing are mistakes like a wrong time. The values live in schedule_values.py, the reading
of single values in schedule_fields.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType
from typing import Final, TypeVar, cast

from outreach.rules import schedule_fields as fields
from outreach.rules.schedule_values import (
    EVERY_DAY,
    WHOLE_DAY,
    Cadence,
    Caps,
    Channel,
    EmailSender,
    Late,
    OnCall,
    Organisation,
    QuietHours,
    Retention,
    Schedules,
    Senders,
    SeriesPlan,
    StateWindow,
    TextSender,
    TextSenderKind,
    Ticks,
    Topic,
    Track,
    Window,
)
from outreach.rules.yaml_tree import Notes, Section, Spot, Told, Wrong, compose, did_you_mean

__all__ = [
    "EVERY_DAY",
    "WHOLE_DAY",
    "Cadence",
    "Caps",
    "Channel",
    "EmailSender",
    "Late",
    "OnCall",
    "Organisation",
    "QuietHours",
    "Retention",
    "Schedules",
    "SchedulesInvalid",
    "SchedulesProblem",
    "Senders",
    "SeriesPlan",
    "StateWindow",
    "TextSender",
    "TextSenderKind",
    "Ticks",
    "Topic",
    "Track",
    "Window",
    "parse",
]

T = TypeVar("T")

_SAMPLE: Final = "Compare with the schedules.yaml that came with Outreach."
# FL, OK and MD allow three texts in 24 hours (protocols 4.2), and a person there may have a number from anywhere.
_MOST_TEXTS: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class SchedulesProblem:
    """One mistake: its line (from 1), the path of keys to it, and what is wrong with the cure."""

    line: int
    where: str
    say: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.where + ': ' if self.where else ''}{self.say}"


class SchedulesInvalid(ValueError):
    """The file has mistakes; `problems` holds every one of them, by line."""

    def __init__(self, problems: tuple[SchedulesProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def parse(text: str) -> Schedules:
    """The schedules of a schedules.yaml text. Raises SchedulesInvalid with every mistake in it."""
    notes = Notes()
    top, broken = compose(text.removeprefix("\ufeff"), notes)
    schedules: Schedules | None = None
    if top is None or top.is_empty():
        if not notes.found:
            notes.add(1, "", f"The file is empty. {_SAMPLE}")
    else:
        try:
            schedules = _schedules(Section(top), broken)
        except Wrong:
            notes.add(1, "", f"The file is not made of sections like `organisation:`. {_SAMPLE}")
        except Told:
            pass
    if notes.found or schedules is None:
        raise SchedulesInvalid(tuple(SchedulesProblem(n.line, n.where, n.say) for n in sorted(set(notes.found))))
    return schedules


def _schedules(top: Section, broken: frozenset[str]) -> Schedules:
    def part(key: str, read: Callable[[Spot], T]) -> T | None:
        if key in broken and key not in top.spots:
            return None  # its YAML is already noted; "missing" would be untrue
        return top.take(key, read, "…, with its lines indented under it")

    organisation = part("organisation", _organisation)
    senders = part("senders", _senders)
    quiet_hours = part("quiet_hours", _quiet_hours)
    caps = part("caps", _caps)
    topics = part("topics", _named(_topic, least=1))
    cadences = part("cadences", _named(lambda name, spot: _cadence(name, spot, quiet_hours), least=1))
    series: dict[str, SeriesPlan] = {}
    if "series" not in broken or "series" in top.spots:
        plans = _named(lambda slug, spot: _series(slug, spot, cadences, topics, top))
        series = top.maybe("series", plans, series)
    ticks = part("ticks", _ticks)
    on_call: tuple[OnCall, ...] = ()
    if "on_call" not in broken or "on_call" in top.spots:
        on_call = top.maybe("on_call", lambda spot: _on_call(spot, senders), on_call)
    on_call_test = top.maybe("on_call_test", fields.clock_time, time(18))
    retention = Retention() if "retention" in broken else top.maybe("retention", _retention, Retention())
    top.close()
    if broken:
        raise Told
    # close() raised if anything is absent or wrong, so what is left is whole.
    return Schedules(
        organisation=cast(Organisation, organisation),
        senders=cast(Senders, senders),
        quiet_hours=cast(QuietHours, quiet_hours),
        caps=cast(Caps, caps),
        topics=tuple(cast("dict[str, Topic]", topics).values()),
        cadences=MappingProxyType(cast("dict[str, Cadence]", cadences)),
        series=tuple(series.values()),
        ticks=cast(Ticks, ticks),
        on_call=on_call,
        on_call_test=on_call_test,
        retention=retention,
    )


def _named(read: Callable[[str, Spot], T], least: int = 0) -> Callable[[Spot], dict[str, T]]:
    """A reader of a section whose keys are names the person chose."""

    def entry(name: str, spot: Spot) -> T:
        fields.check_key(name)
        return read(name, spot)

    def read_all(spot: Spot) -> dict[str, T]:
        section = Section(spot)
        found = section.each(entry)
        section.close()
        if len(found) < least:
            raise Wrong("Nothing stands in this section. Write at least one.")
        return found

    return read_all


def _organisation(spot: Spot) -> Organisation:
    section = Section(spot)
    organisation = Organisation(
        name=section.take("name", fields.line_of_text, "ALANA Recovery"),
        short_name=section.take("short_name", fields.brand, "ALANA"),
        neutral_name=section.take("neutral_name", fields.discreet_brand, "A. Health Notes"),
        postal_address=section.take("postal_address", fields.lines_of_text, "100 Example Street, Atlanta, GA 30303"),
        phone=section.take("phone", fields.phone_to_show, "404-555-0123"),
        email=section.take("email", fields.email, "hello@example.org"),
        website=section.maybe("website", fields.website, None),
        form_sites=section.maybe("form_sites", fields.list_of(fields.site), ()),
    )
    section.close()
    return organisation


def _senders(spot: Spot) -> Senders:
    section = Section(spot)
    email = section.take("email", _email_sender, "…, with its lines indented under it")
    sms = section.take("sms", _text_sender, "…, with its lines indented under it")
    section.close()
    return Senders(email=email, sms=sms)


def _email_sender(spot: Spot) -> EmailSender:
    section = Section(spot)
    name = section.take("name", fields.line_of_text, "ALANA Recovery")
    address = section.take("address", fields.email, "notes@example.org")
    discreet_name = section.take("discreet_name", fields.discreet, "A. Health Notes")
    reply_to = section.take("reply_to", fields.email, "hello@example.org")
    per_second = section.take("per_second", fields.rate, "50")
    per_day = section.maybe("per_day", fields.whole(1, 10_000_000), None)
    batch = section.take("batch", fields.whole(1, 1000), "500")
    section.close()
    return EmailSender(
        name=name,
        address=address,
        discreet_name=discreet_name,
        reply_to=reply_to,
        per_second=per_second,
        per_day=per_day,
        batch=batch,
    )


def _text_sender(spot: Spot) -> TextSender:
    section = Section(spot)
    number = section.maybe("number", fields.phone_to_send_from, None)
    service = section.maybe("messaging_service", fields.messaging_service, None)
    kinds = fields.one_of("10dlc", "toll_free", "short_code")
    sender = TextSender(
        number=number,
        messaging_service=service,
        kind=cast(TextSenderKind, section.take("kind", kinds, "10dlc")),
        parts_per_second=section.take("parts_per_second", fields.rate, "1"),
        parts_per_day=section.maybe("parts_per_day", fields.whole(1, 10_000_000), None),
        batch=section.take("batch", fields.whole(1, 500), "25"),
        stale_after_months=section.maybe("stale_after_months", fields.whole(3, 120), 18),
    )
    written = [
        key for key in ("number", "messaging_service") if key in section.spots and not section.spots[key].is_empty()
    ]
    if not written:
        section.fail("number", "No one to send from. Write `number: +1 404 555 0100` or a `messaging_service:`.")
    elif len(written) == 2:
        section.fail(
            "messaging_service", "A number and a messaging service are both named. Keep the one texts come from."
        )
    section.close()
    return sender


def _quiet_hours(spot: Spot) -> QuietHours:
    section = Section(spot)
    quiet = QuietHours(
        zone=section.take("zone", fields.zone, "America/New_York"),
        sms=section.take("sms", fields.text_window, "09:00-20:00"),
        sunday_sms=section.take("sunday_sms", fields.text_window_or_none, "12:00-20:00"),
        email=section.take("email", fields.window, "08:00-21:00"),
        states=section.maybe("states", _states, ()),
    )
    section.close()
    return quiet


def _states(spot: Spot) -> tuple[StateWindow, ...]:
    section = Section(spot)
    found = section.each(_state)
    section.close()
    return tuple(found.values())


def _state(name: str, spot: Spot) -> StateWindow:
    fields.check_state(name)
    section = Section(spot)
    sms: Window | None = section.take("sms", fields.text_window, "10:00-20:00")
    sunday = section.maybe("sunday_sms", fields.text_window_or_none, sms)
    section.close()
    return StateWindow(name, cast(Window, sms), sunday)


def _caps(spot: Spot) -> Caps:
    section = Section(spot)
    texts = section.take("texts_per_24h", fields.whole(1, _MOST_TEXTS), "1")
    emails = section.take("emails_per_24h", fields.whole(1, 20), "2")
    messages = section.maybe("messages_per_24h", fields.whole(1, _MOST_TEXTS + 20), None)
    section.close()
    if messages is None:  # no cap of its own: each channel's stands alone
        messages = (texts or 0) + (emails or 0)
    return Caps(texts_per_24h=texts, emails_per_24h=emails, messages_per_24h=messages)


def _topic(key: str, spot: Spot) -> Topic:
    section = Section(spot)
    channels = section.take("channels", fields.list_of(fields.one_of("email", "sms"), least=1), "[email, sms]")
    topic = Topic(
        key=key,
        label=section.take("label", fields.line_of_text, "Weekly notes"),
        label_es=section.take("label_es", fields.line_of_text, "Notas semanales"),
        channels=tuple(dict.fromkeys(cast("tuple[Channel, ...]", channels or ()))),
    )
    section.close()
    return topic


def _cadence(name: str, spot: Spot, quiet: QuietHours | None) -> Cadence:
    section = Section(spot)
    email = section.maybe("email", lambda spot: _track("email", spot, quiet.email if quiet else None), None)
    sms = section.maybe("sms", lambda spot: _track("sms", spot, quiet.sms if quiet else None), None)
    if not section.spots.keys() & {"email", "sms"}:
        section.fail("", f"The cadence “{name}” sends nothing. Give it an `email:` part, an `sms:` part, or both.")
    section.close()
    return Cadence(name, email, sms)


def _track(channel: Channel, spot: Spot, hours: Window | None) -> Track:
    section = Section(spot)
    days = section.take("days", fields.days, "[0, 7, 14, 21]")
    then_every = section.take("then_every", fields.whole(1, 365), "7")
    at = section.take("at", fields.clock_time, "10:00")
    weekdays = section.maybe("weekdays", fields.weekdays, EVERY_DAY)
    late = section.take("late", fields.one_of("send", "next_window", "drop"), "next_window")
    late_after = section.take("late_after", fields.span, "3 hours")
    if at is not None and hours is not None and not _inside(at, hours):
        section.fail(
            "at", f"{at:%H:%M} is outside the {channel} hours {hours} of quiet_hours. Choose a time within them."
        )
    section.close()
    return Track(
        channel=channel,
        days=days,
        then_every=then_every,
        at=at,
        weekdays=weekdays,
        late=cast(Late, late),
        late_after=late_after,
    )


def _inside(at: time, hours: Window) -> bool:
    if hours == WHOLE_DAY:
        return True
    if hours.start < hours.end:
        return hours.start <= at < hours.end
    return at >= hours.start or at < hours.end


def _series(
    slug: str, spot: Spot, cadences: Mapping[str, Cadence] | None, topics: Mapping[str, Topic] | None, top: Section
) -> SeriesPlan:
    section = Section(spot)
    plan = SeriesPlan(
        slug=slug,
        article=section.take("article", fields.article_path, "articles/my-article.txt"),
        cadence=section.take("cadence", _reference("cadence", _names(top, "cadences", cadences)), "gentle"),
        topic=section.take("topic", _reference("topic", _names(top, "topics", topics)), "notes"),
        audience=section.maybe("audience", fields.line_of_text, None),
    )
    cadence, topic = (cadences or {}).get(plan.cadence), (topics or {}).get(plan.topic)
    if cadence and topic:
        for channel, track in (("email", cadence.email), ("sms", cadence.sms)):
            if track and channel not in topic.channels:
                section.fail(
                    "cadence",
                    f"The cadence “{cadence.name}” writes by {channel}, but nobody can choose {channel} for the topic "
                    f"“{topic.key}”. Add {channel} to the topic's channels, or choose another cadence.",
                )
    section.close()
    return plan


def _names(top: Section, key: str, read: Mapping[str, object] | None) -> tuple[str, ...] | None:
    """The names written under a section, also those with mistakes inside; None when the section cannot be read."""
    if read is not None:
        return tuple(read)
    spot = top.spots.get(key)
    try:
        return None if spot is None else tuple(Section(spot.silent()).spots)
    except Wrong:
        return None


def _reference(kind: str, known: tuple[str, ...] | None) -> Callable[[Spot], str]:
    def read(spot: Spot) -> str:
        name = spot.scalar().strip()
        if known and name not in known:  # an empty section has been told already
            hint = did_you_mean(name, known)
            raise Wrong(f"There is no {kind} “{name}”. {hint or 'There are: ' + ', '.join(known) + '.'}")
        return name

    return read


def _on_call(spot: Spot, senders: Senders | None) -> tuple[OnCall, ...]:
    people = fields.list_of(_person_on_call)(spot)
    for number, person in enumerate(people):
        item = spot.items()[number]
        if person.name in [earlier.name for earlier in people[:number]]:
            spot.notes.add(
                item.line, item.where, f"“{person.name}” stands here a second time. Give each a name of its own."
            )
        if senders and person.phone and person.phone == senders.sms.number:
            say = "Pages come from this number and cannot go to it. Write the phone that the person carries."
            spot.notes.add(item.line, item.where, say)
    return people


def _person_on_call(spot: Spot) -> OnCall:
    section = Section(spot)
    name = section.take("name", fields.line_of_text, "First on call")
    phone = section.maybe("phone", fields.phone_to_send_from, None)
    email = section.maybe("email", fields.email, None)
    if not any(key in section.spots and not section.spots[key].is_empty() for key in ("phone", "email")):
        section.fail("", "There is no way to reach this person. Write a `phone:`, an `email:`, or better both.")
    section.close()
    return OnCall(name=name, phone=phone, email=email)


def _ticks(spot: Spot) -> Ticks:
    section = Section(spot)
    ticks = Ticks(
        tick_seconds=section.take("tick_seconds", fields.whole(1, 300), "5"),
        sweep_seconds=section.take("sweep_seconds", fields.whole(5, 3600), "30"),
        reconcile_seconds=section.take("reconcile_seconds", fields.whole(10, 86_400), "120"),
        poll_inbound_seconds=section.take("poll_inbound_seconds", fields.whole(10, 3600), "60"),
    )
    section.close()
    return ticks


def _retention(spot: Spot) -> Retention:
    section, usual = Section(spot), Retention()
    retention = Retention(
        texts_days=section.maybe("texts_days", fields.whole(30, 3650), usual.texts_days),
        reports_days=section.maybe("reports_days", fields.whole(30, 3650), usual.reports_days),
        people_years=section.maybe("people_years", fields.whole(5, 50), usual.people_years),
    )
    section.close()
    return retention
