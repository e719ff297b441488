"""An audience as data: conditions that staff can read, a program can store, and both the planner and SQL can follow.

    {"all": [{"role": "family"}, {"not": {"tag": "alumni"}}]}

A condition is a mapping with one key: all, any (lists of conditions), not (a condition), or one of the plain ones below.
`parse` refuses what it cannot read with the place and the cure; `matches` decides for one person given as plain values.
`chosen` makes one of what staff choose on a page, and `say` puts any of them in words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, TypeAlias

from outreach.rules.area_codes import STATE_OF_AREA
from outreach.rules.places import UnknownZone, zone_named

ROLES: Final = ("subscriber", "family")
LANGUAGES: Final = ("en", "es")
CHANNELS: Final = ("email", "sms")
STATES: Final = frozenset(STATE_OF_AREA.values())
DEEPEST: Final = 20
MOST_WORDS: Final = 60

Name = Literal[
    "role", "language", "zone", "state", "tag", "reachable", "consented", "discreet", "joined_before", "joined_after"
]
NAMES: Final[tuple[Name, ...]] = (
    "role", "language", "zone", "state", "tag", "reachable", "consented", "discreet", "joined_before", "joined_after",
)  # fmt: skip


class AudienceInvalid(ValueError):
    """A condition that cannot be read; `say` is one sentence with the place and the cure."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


@dataclass(frozen=True, slots=True)
class Is:
    """A plain condition. `consented` compares with "channel/topic", the joined ones with a date (start of day, UTC)."""

    name: Name
    value: str | bool | date


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold; with none, it holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one holds; with none, it does not hold."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: Condition


Condition: TypeAlias = Is | Every | Some | Not
EVERYONE: Final = Every(())


def parse(data: Any, where: str = "audience", depth: int = 0) -> Condition:
    """The condition of a JSON-able value; an empty mapping is everyone. Raises AudienceInvalid."""
    if depth > DEEPEST:
        raise AudienceInvalid(f"{where}: conditions are nested more than {DEEPEST} deep. Say it more simply.")
    if not isinstance(data, Mapping):
        raise AudienceInvalid(f'{where}: a condition is written like {{"role": "family"}}, not {data!r}.')
    if not data:
        return EVERYONE
    if len(data) != 1:
        raise AudienceInvalid(f'{where}: a condition has one key; join several with {{"all": [ … ]}}.')
    ((name, value),) = data.items()
    if name in ("all", "any"):
        if not isinstance(value, (list, tuple)):
            raise AudienceInvalid(f'{where}.{name}: needs a list of conditions, like {{"{name}": [ … ]}}.')
        of = tuple(parse(one, f"{where}.{name}[{n}]", depth + 1) for n, one in enumerate(value, 1))
        return Every(of) if name == "all" else Some(of)
    if name == "not":
        return Not(parse(value, f"{where}.not", depth + 1))
    return _plain(name, value, where)


def _plain(name: Any, value: Any, where: str) -> Is:
    if name not in NAMES:
        close = difflib.get_close_matches(str(name), [*NAMES, "all", "any", "not"], 1)
        hint = f" Did you mean “{close[0]}”?" if close else f" Known: {', '.join(NAMES)}, all, any, not."
        raise AudienceInvalid(f"{where}: “{name}” is not known.{hint}")
    place = f"{where}.{name}"
    if name == "discreet":
        if not isinstance(value, bool):
            raise AudienceInvalid(f"{place}: must be true or false.")
        return Is(name, value)
    if not isinstance(value, str) or not value.strip():
        raise AudienceInvalid(f"{place}: needs a word.")
    value = value.strip()
    if not value.isprintable():  # a NUL or half a surrogate pair would also be refused by PostgreSQL, but not kindly
        raise AudienceInvalid(f"{place}: holds a character that cannot be seen. Type the word again.")
    if name in ("joined_before", "joined_after"):
        try:
            return Is(name, date.fromisoformat(value))
        except ValueError:
            raise AudienceInvalid(f"{place}: “{value}” is not a date like 2027-02-22.") from None
    _check_choice(name, value, place)
    return Is(name, value.upper() if name == "state" else value)


def _check_choice(name: str, value: str, place: str) -> None:
    choices = {"role": ROLES, "language": LANGUAGES, "reachable": CHANNELS}.get(name)
    if choices and value not in choices:
        raise AudienceInvalid(f"{place}: “{value}” must be {' or '.join(choices)}.")
    if name == "consented":
        channel, slash, topic = value.partition("/")
        if not slash or channel not in CHANNELS or not topic:
            raise AudienceInvalid(f"{place}: write channel/topic, like email/recovery-notes.")
    if name == "state" and value.upper() not in STATES:
        raise AudienceInvalid(f"{place}: “{value}” is not a state. Write its two letters, like GA.")
    if name == "zone":
        try:
            zone_named(value)
        except UnknownZone as error:
            raise AudienceInvalid(f"{place}: {error.say}") from None


def matches(condition: Condition, person: Mapping[str, Any]) -> bool:
    """Whether it holds for a person: role, language, zone, state, tags, reachable (channels), consented
    ("channel/topic" strings), discreet, joined (aware datetime)."""
    match condition:
        case Every(of):
            return all(matches(one, person) for one in of)
        case Some(of):
            return any(matches(one, person) for one in of)
        case Not(of):
            return not matches(of, person)
        case Is(name, value):
            return _holds(name, value, person)


def _holds(name: Name, value: str | bool | date, person: Mapping[str, Any]) -> bool:
    if name == "tag":
        return value in person["tags"]
    if name in ("reachable", "consented"):
        return value in person[name]
    if name in ("joined_before", "joined_after"):
        joined: datetime = person["joined"]
        assert isinstance(value, date)
        if joined.tzinfo is None:
            raise ValueError("a naive datetime: moments are aware")
        day = joined.astimezone(UTC).date()
        return day < value if name == "joined_before" else day >= value
    return bool(person[name] == value)


def chosen(
    *, role: str = "", language: str = "", tags: str = "", without: str = "", states: str = ""
) -> dict[str, Any]:
    """The condition, as data, of what was chosen on a page; what is empty asks for nothing. `tags`: one of them is
    enough; `without`: people with one of these are left out; `states`: two letters each. Words are separated by commas.

    Raises AudienceInvalid for a state that does not exist, and for more than MOST_WORDS of a kind.
    """
    parts: list[dict[str, Any]] = [{name: value} for name, value in (("role", role), ("language", language)) if value]
    codes = [code.upper() for code in _words(states)]
    if strange := [code for code in codes if code not in STATES]:
        raise AudienceInvalid(f"“{strange[0]}” is not a state. Write its two letters, like GA.")
    parts += _one_of("tag", _words(tags.lower())) + _one_of("state", codes)
    parts += [{"not": part} for part in _one_of("tag", _words(without.lower()))]
    return parts[0] if len(parts) == 1 else {"all": parts} if parts else {}


def tags_of(condition: Condition) -> frozenset[str]:
    """Every tag that a condition names."""
    match condition:
        case Every(of) | Some(of):
            return frozenset[str]().union(*map(tags_of, of))
        case Not(of):
            return tags_of(of)
        case Is(name, value):
            return frozenset({str(value)}) if name == "tag" else frozenset()


def _words(text: str) -> list[str]:
    words = list(dict.fromkeys(word for part in re.split("[,;\n]", text) if (word := part.strip())))
    if len(words) > MOST_WORDS:
        raise AudienceInvalid(f"More than {MOST_WORDS} tags or states are asked for. Say it more simply.")
    return words


def _one_of(name: str, values: Sequence[str]) -> list[dict[str, Any]]:
    if len(values) < 2:
        return [{name: value} for value in values]
    return [{"any": [{name: value} for value in values]}]


_SAID: Final = {
    ("role", "family"): "families",
    ("role", "subscriber"): "subscribers",
    ("language", "en"): "in English",
    ("language", "es"): "in Spanish",
    ("reachable", "email"): "with an email address",
    ("reachable", "sms"): "with a phone",
    ("discreet", True): "discreet",
    ("discreet", False): "not discreet",
}
_BEFORE: Final = {
    "tag": "tagged “{}”", "state": "in {}", "zone": "in {}", "consented": "who agreed to {}",
    "joined_before": "who joined before {}", "joined_after": "who joined on or after {}",
}  # fmt: skip


def say(condition: Condition) -> str:
    """Whom a condition means, in words: “families, in GA or in AL, not tagged “alumni””."""
    match condition:
        case Every(()):
            return "everyone"
        case Some(()):
            return "nobody"
        case Every(of):
            return ", ".join(_bracketed(one, Every) for one in of)
        case Some(of):
            return " or ".join(_bracketed(one, Some) for one in of)
        case Not(of):
            return f"not {_bracketed(of, Not)}"
        case Is(name, value):
            return _SAID.get((name, value)) or _BEFORE[name].format(value)


def _bracketed(condition: Condition, within: type) -> str:
    """Words for a part of a condition, in brackets where they would be read with what stands beside them."""
    while isinstance(condition, Every | Some) and len(condition.of) == 1:  # the same as the one it holds
        condition = condition.of[0]
    several = isinstance(condition, Every | Some) and len(condition.of) > 1
    alternatives_in_a_list = within is Every and isinstance(condition, Some)
    return f"({say(condition)})" if several and not alternatives_in_a_list else say(condition)
