"""Paging for a crisis: whom, by which way, in which words. What was tried is an argument; what comes next is the answer.

A page names nobody, quotes nothing and says where to look (protocols.md 6.3): phones lie about, and providers keep texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from outreach.rules.schedule_values import Channel, OnCall

Say = Literal["waiting", "unanswered", "test"]

SUBJECTS: Final = {"waiting": "Crisis reply waiting", "unanswered": "Crisis reply waiting", "test": "Test of the pager"}
_WORDS: Final = {
    "waiting": "Crisis reply waiting. Open the inbox: {link}",
    "unanswered": "Crisis reply waiting. It could not be answered automatically. Open the inbox: {link}",
    "test": "Test of the crisis pager. There is nothing to do.",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to one person: `name` is their label, `address` a number in E.164 or an email address."""

    name: str
    channel: Channel
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """A page of this round that is over, and whether a provider took it."""

    name: str
    channel: str
    taken: bool


def words(say: Say, link: str) -> str:
    """What a page says. `link`: the inbox of the staff; whoever opens it has to log in."""
    return _WORDS[say].format(link=link)


def ways(person: OnCall) -> tuple[Way, ...]:
    """Every way to a person, the loudest first."""
    found: list[Way] = []
    if person.phone:
        found.append(Way(person.name, "sms", person.phone))
    if person.email:
        found.append(Way(person.name, "email", person.email))
    return tuple(found)


def next_way(on_call: Sequence[OnCall], level: int, tried: Iterable[Tried]) -> Way | None:
    """Whom to page next in a round, None when the round is over.

    It begins with the person at place `level` of the list, which goes round, by their first way. Every page that fails
    adds that person's other way and the next person's first way, at once.
    """
    if not on_call:
        return None
    over = {(one.name, one.channel): one.taken for one in tried}
    people = [on_call[(level + place) % len(on_call)] for place in range(len(on_call))]
    wanted = [(0, ways(people[0])[0])]
    for place, way in wanted:  # grows while it is walked
        taken = over.get((way.name, way.channel))
        if taken is None:
            return way
        if not taken:
            more = [(place, other) for other in ways(people[place])[1:]]
            more += [(place + 1, ways(people[place + 1])[0])] if place + 1 < len(people) else []
            wanted += [one for one in more if one not in wanted]
    return None


def trial_due(last: datetime | None, at: time, zone: str, now: datetime) -> bool:
    """Whether the evening's test of the pager is due: its moment has come since the last one (None: there was none).

    Raises ValueError for a naive moment.
    """
    if now.tzinfo is None or (last is not None and last.tzinfo is None):
        raise ValueError("a naive datetime: moments are aware, in UTC")
    here = ZoneInfo(zone)
    local = now.astimezone(here)
    today = datetime.combine(local.date(), at, tzinfo=here)
    moment = today if today <= local else datetime.combine(local.date() - timedelta(days=1), at, tzinfo=here)
    return last is None or last < moment
