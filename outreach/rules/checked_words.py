"""What a piece of writing would be told before it goes out: its problems and its reading grade, without a series around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.rules import readability
from outreach.rules.draft import Problem
from outreach.rules.language import guess_language
from outreach.rules.lint import lint_text, reading
from outreach.rules.lint_wording import dosing, problem, wording
from outreach.rules.schedule_values import Channel
from outreach.rules.words import HAS_911, HAS_988, speaks_of_crisis


@dataclass(frozen=True, slots=True)
class Checked:
    """problems: as `outreach lint` tells them. grade: Flesch-Kincaid, of a few words a rough guide alone; None for text
    that is not English. language: as its words tell it."""

    problems: tuple[Problem, ...]
    grade: float | None
    language: str


def check(text: str, channel: Channel | None = None) -> Checked:
    """The problems of `text`: of any writing; as a text, its cost and its lock screen as well; as an email, its lifelines."""
    language = guess_language(text, None)
    sentences = [one for one in re.split(r"(?<=[.!?])\s+|\n+", text.strip()) if one]
    found = (
        lint_text(text, None, language) if channel == "sms" else tuple(_any_writing(text, sentences, language, channel))
    )
    return Checked(found, readability.grade(sentences, least=1) if language == "en" else None, language)


def _any_writing(text: str, sentences: list[str], language: str, channel: Channel | None) -> Iterator[Problem]:
    yield from wording(text, "text")
    yield from dosing(text, "text")
    if channel == "email" and speaks_of_crisis(text) and not (HAS_988.search(text) and HAS_911.search(text)):
        yield problem("error", "crisis-lifelines", "text", "It speaks of a crisis; write 988 and 911 into it.")
    yield from reading(sentences, language, "text")
