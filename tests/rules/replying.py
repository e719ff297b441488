"""How the tables of replies are written: a group says what its texts show, and what every one of them means."""

from __future__ import annotations

from typing import Any

import pytest

from outreach.rules.replies import Intent, classify
from outreach.rules.schedule_values import Topic

TOPICS = (
    Topic(key="recovery-notes", label="Notes on recovery", label_es="Notas sobre la recuperación",
    channels=("email", "sms")),
    Topic(
        key="family-notes", label="Notes for families and friends", label_es="Notas para familias y amistades",
        channels=("email", "sms"),
    ),
)  # fmt: skip


def group(shows: str, expected: str, *texts: str) -> list[Any]:
    """One case a text. `expected` is written as `told` writes it; `shows` stands in the case's name."""
    return [pytest.param(text, expected, id=f"{shows}: {text!a}") for text in texts]


def told(intent: Intent) -> str:
    """A meaning in a word: "stop", "crisis:overdose", "crisis:self_harm+stop", "person+urgent", "more". Spanish ends in "es".

    Whether a person looks at a stop as well stands in test_replies.py; here it is left out.
    """
    word = {"crisis": f"crisis:{intent.keyword}", "keyword": str(intent.keyword)}.get(intent.kind, intent.kind)
    besides = "".join(
        f"+{also}" for also in intent.also if also != "person" and (intent.kind, also) != ("keyword", "start")
    )
    return f"{word}{besides}{' es' if intent.language == 'es' else ''}"


def heard(text: str) -> str:
    """What a text is taken to mean, in a word."""
    return told(classify(text, topics=TOPICS))
