"""How one value of schedules.yaml is read: each reader takes a Spot and returns the value or raises Wrong with the cure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from itertools import pairwise
from typing import Final, TypeVar
from urllib.parse import urlsplit

from outreach.rules.area_codes import STATE_OF_AREA
from outreach.rules.places import UnknownZone, zone_named
from outreach.rules.schedule_values import EVERY_DAY, WHOLE_DAY, Window
from outreach.rules.sms import fold, measure
from outreach.rules.tokens import AddressInvalid, normal_email, normal_phone
from outreach.rules.yaml_tree import Spot, Told, Wrong, did_you_mean

T = TypeVar("T")

LAW: Final = Window(time(8), time(21))  # 47 CFR 64.1200(c)(1): no text before 8 or after 21, the person's local time
STATES: Final = frozenset(STATE_OF_AREA.values())
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ARTICLE_FORMATS: Final = (".txt", ".html", ".htm", ".md", ".markdown", ".docx")

_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})")
_RANGE: Final = re.compile(r"\s*(\S+?)\s*(?:-|–|—|\bto\b)\s*(\S+)\s*")
_SPAN: Final = re.compile(r"(\d{1,5})\s*(minutes?|hours?|days?)", re.IGNORECASE)
_KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SERVICE: Final = re.compile(r"MG[0-9a-f]{32}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A discreet person's From line must not say what the letters are about to whoever looks over a shoulder.
_TELLING: Final = re.compile(
    r"recover|addict|sober|sobri|rehab|detox|substance|drug|alcohol|opioid|heroin|overdose|treatment|narco|droga",
    re.IGNORECASE,
)


def line_of_text(spot: Spot) -> str:
    """A text on one line, ends trimmed."""
    text = spot.scalar().strip()
    if _CONTROL.search(text):
        raise Wrong("This text must stand on one line, without tabs or line breaks inside.")
    return text


def lines_of_text(spot: Spot) -> str:
    """A text that may be written over several lines; they are joined with commas."""
    return ", ".join(line.strip(" ,") for line in spot.scalar().splitlines() if line.strip(" ,"))


def brand(spot: Spot) -> str:
    """The name that begins every text: short, and in letters that do not double a text's price."""
    text = line_of_text(spot)
    if len(fold(text)) > 30:  # as it is sent: three dots, where … stands
        raise Wrong(f"“{text}” has {len(fold(text))} letters, and it begins every text. Use 30 letters or fewer.")
    if measure(fold(text)).encoding != "GSM-7":
        raise Wrong(f"“{text}” holds a letter that would double the price of every text. Write it without that letter.")
    return text


def telling(text: str) -> str:
    """The part of a name or an address that tells what it is about; "" when none does."""
    found = _TELLING.search(text)
    return found[0] if found else ""


def discreet(spot: Spot) -> str:
    """A name for people who asked for discretion."""
    text = line_of_text(spot)
    if found := telling(text):
        raise Wrong(
            f"“{text}” is what discreet people see, and “{found}” tells what it is about. "
            "Choose a neutral name like “A. Health Notes”."
        )
    return text


def discreet_brand(spot: Spot) -> str:
    """A neutral name that begins the texts of people who asked for discretion: as short and plain as the usual one."""
    discreet(spot)
    return brand(spot)


def email(spot: Spot) -> str:
    """An email address, normalised."""
    try:
        return normal_email(spot.scalar())
    except AddressInvalid as error:
        raise Wrong(f"{error.say} Write one like hello@example.org.") from None


def phone_to_send_from(spot: Spot) -> str:
    """A number texts come from, in E.164."""
    try:
        return normal_phone(spot.scalar())
    except AddressInvalid as error:
        raise Wrong(error.say) from None


def phone_to_show(spot: Spot) -> str:
    """A number people call: it must be a whole one, and stays as it was written, because people read it."""
    phone_to_send_from(spot)
    text = line_of_text(spot)
    if len(text) > 25 or measure(fold(text)).encoding != "GSM-7":
        raise Wrong(f"“{text}” stands in texts and must be short and plain. Write it like 404-555-0123.")
    return text


def messaging_service(spot: Spot) -> str:
    """The id of a Twilio Messaging Service."""
    text = spot.scalar().strip()
    if not _SERVICE.fullmatch(text):
        raise Wrong(f"“{text}” is not a Messaging Service. Copy its id from Twilio: MG and 32 signs from 0-9 and a-f.")
    return text


def website(spot: Spot) -> str:
    """An https address."""
    text = line_of_text(spot)
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" and "." in (parts.hostname or "") and not re.search(r"\s", text)
    except ValueError:
        good = False
    if not good:
        raise Wrong(f"“{text}” is not a web address we can show. Write it like https://www.example.org.")
    return text


def site(spot: Spot) -> str:
    """The https origin of a website, as a browser names it: https://www.example.org, without a path."""
    text = website(spot).rstrip("/")
    if not re.fullmatch(r"https://[a-z0-9.-]+(:\d{1,5})?", text):
        raise Wrong(
            f"“{text}” is more than the name of a website. Write it like https://www.example.org, no path after it."
        )
    return text


def whole(least: int, most: int) -> Callable[[Spot], int]:
    """A reader of whole numbers from `least` to `most`."""

    def read(spot: Spot) -> int:
        text = spot.scalar().strip()
        if not re.fullmatch(r"-?\d{1,9}", text):
            raise Wrong(f"“{text}” is not a whole number. Write one from {least} to {most}.")
        if not least <= int(text) <= most:
            raise Wrong(f"{text} is out of range. Write a number from {least} to {most}.")
        return int(text)

    return read


def rate(spot: Spot) -> float:
    """How many per second: more than 0, at most 100000; a fraction is fine."""
    text = spot.scalar().strip()
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) or not 0 < float(text) <= 100_000:
        raise Wrong(
            f"“{text}” is not a rate. Write how many per second, more than 0 and at most 100000, like 2 or 0.5."
        )
    return float(text)


def clock_time(spot: Spot) -> time:
    """A wall-clock time, 00:00 to 23:59."""
    text = spot.scalar().strip()
    if (found := _time(text)) is None or text.startswith("24"):
        raise Wrong(f"“{text}” is not a time of day. Write hours and minutes from 00:00 to 23:59, like 17:30.")
    return found


def _time(text: str) -> time | None:
    if text == "24:00":
        return time(0)
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def window(spot: Spot) -> Window:
    """Hours of the day, 09:00-20:00; "all day" is every hour."""
    text = spot.scalar().strip()
    if text.casefold() == "all day":
        return WHOLE_DAY
    match = _RANGE.fullmatch(text)
    start, end = (_time(match[1]), _time(match[2])) if match else (None, None)
    if match is None or start is None or end is None or match[1] == "24:00":
        raise Wrong(f"“{text}” are not hours. Write them from start to end, like 09:00-20:00.")
    try:
        return Window(start, end)
    except ValueError:
        raise Wrong(f"“{text}” begins and ends at the same time. Write the end you mean, like 09:00-20:00.") from None


def text_window(spot: Spot) -> Window:
    """Hours for texts: inside what the law allows everywhere, and not over midnight."""
    found = window(spot)
    if not (LAW.start <= found.start < found.end <= LAW.end):
        raise Wrong(
            f"“{spot.scalar().strip()}” reaches beyond 08:00-21:00, and the law allows no texts outside those hours. "
            "Write hours within them, like 09:00-20:00."
        )
    return found


def text_window_or_none(spot: Spot) -> Window | None:
    """As text_window, or the word "none" for no texts at all."""
    return None if spot.scalar().strip().casefold() == "none" else text_window(spot)


def span(spot: Spot) -> timedelta:
    """A length of time: "90 minutes", "2 hours", "3 days"."""
    text = spot.scalar().strip()
    match = _SPAN.fullmatch(text)
    if match is None:
        raise Wrong(f"“{text}” is not a length of time. Write a number and a unit, like 90 minutes, 2 hours or 1 day.")
    unit = match[2].casefold().removesuffix("s")
    length = (
        int(match[1]) * {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}[unit]
    )
    if length > timedelta(days=30):
        raise Wrong(f"“{text}” is longer than 30 days. A message that late has lost its sense; write a shorter time.")
    return length


def one_of(*words: str) -> Callable[[Spot], str]:
    """A reader of one word out of a few."""

    def read(spot: Spot) -> str:
        text = spot.scalar().strip()
        if text not in words:
            raise Wrong(_unknown(text, words))
        return text

    return read


def _unknown(text: str, words: tuple[str, ...]) -> str:
    hint = did_you_mean(text, words)
    return f"“{text}” is not known here. {hint + ' ' if hint else ''}Write one of: {', '.join(words)}."


def list_of(read: Callable[[Spot], T], *, least: int = 0) -> Callable[[Spot], tuple[T, ...]]:
    """A reader of lists; every bad element is noted at its own line."""

    def read_all(spot: Spot) -> tuple[T, ...]:
        found: list[T] = []
        sound = True
        for item in spot.items():
            try:
                found.append(read(item))
            except Wrong as wrong:
                spot.notes.add(item.line, item.where, str(wrong))
                sound = False
            except Told:
                sound = False
        if not sound:
            raise Told
        if len(found) < least:
            raise Wrong("The list is empty. Write at least one.")
        return tuple(found)

    return read_all


def days(spot: Spot) -> tuple[int, ...]:
    """Days after the start, each later than the one before; day 0 is the day it starts."""
    found = list_of(whole(0, 3650), least=1)(spot)
    for before, after in pairwise(found):
        if after <= before:
            raise Wrong(f"Day {after} comes after day {before}. Write the days in rising order, each one once.")
    return found


def weekdays(spot: Spot) -> frozenset[int]:
    """A list of day names, whole or three letters; or "every day"; 0 is Monday."""
    if not isinstance(spot.node.value, list) and spot.scalar().strip().casefold() == "every day":
        return EVERY_DAY
    return frozenset(list_of(_weekday, least=1)(spot))


def _weekday(spot: Spot) -> int:
    text = spot.scalar().strip()
    for number, name in enumerate(WEEKDAYS):
        if text.casefold() in (name.casefold(), name[:3].casefold()):
            return number
    hint = did_you_mean(text, WEEKDAYS)
    raise Wrong(f"“{text}” is not a day of the week. {hint or 'Write names like Monday or Mon.'}")


def zone(spot: Spot) -> str:
    """An IANA zone of a place."""
    text = spot.scalar().strip()
    try:
        zone_named(text)
    except UnknownZone as error:
        raise Wrong(error.say) from None
    return text


def article_path(spot: Spot) -> str:
    """A file inside the project, in a format a reader exists for; whether it is there is not asked here."""
    text = line_of_text(spot)
    if text.startswith(("/", "~")) or "\\" in text or ":" in text or ".." in text.split("/"):
        raise Wrong(
            f"“{text}” leads out of this folder. Put the article inside it, and write its path like articles/my.txt."
        )
    if not text.casefold().endswith(ARTICLE_FORMATS):
        raise Wrong(f"“{text}” is in no format we read. Save it as one of: {', '.join(ARTICLE_FORMATS)}.")
    return text


def check_key(name: str) -> None:
    """Raise Wrong for a name that cannot stand in links and tables."""
    if not _KEY.fullmatch(name) or len(name) > 60:
        raise Wrong(
            f"“{name}” cannot be a name here. Use small letters, digits and single hyphens, at most 60, like family-notes."
        )


def check_state(name: str) -> None:
    """Raise Wrong for a state that does not exist."""
    if name not in STATES:
        raise Wrong(f"“{name}” is not a state. Write its two letters, like TX for Texas.")
