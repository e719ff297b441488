"""The doors that ask the rules: one case or a file of them, JSON or words, and never a database."""

import json
from pathlib import Path
from typing import Any

import pytest

from outreach.cli import checking
from outreach.errors import Refused
from tests.commands import outreach, refused

EFFECTS = {"sms": "none", "email": "none"}


def answers(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


# --- the shapes -----------------------------------------------------------------------------------------------------


def test_a_reply_has_every_field_of_its_shape() -> None:
    """The fields a program relies on, and two more: the class of a crisis, and who answers."""
    assert checking.reply({"text": "please stop texting me"}) == {
        "intent": "stop", "also": [], "channel_effects": {"sms": "out", "email": "none"}, "topic": None,
        "reply": "ALANA Recovery: You will get no more texts from us. Reply START to come back.", "confirmation": True,
        "incident": False, "staff_task": False, "language": "en", "crisis": None, "answered_by": "us",
    }  # fmt: skip


INTENTS = [
    ("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("MORE", "more"), ("SLOW", "slow"), ("PAUSE", "pause"),
    ("TOPICS", "topics"), ("YES", "yes"), ("español", "spanish"), ("English", "english"), ("I want to die", "crisis"),
    ("thanks", "person"), ("don't stop", "person"), ("I relapsed", "person"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent"), INTENTS)
def test_an_intent_is_one_word(text: str, intent: str) -> None:
    """A keyword is its own word."""
    assert checking.reply({"text": text})["intent"] == intent


def test_a_stop_beside_a_crisis_is_told_beside_it() -> None:
    """Both are acted on, and one message says both."""
    found = checking.reply({"text": "STOP texting me, I want to die"})
    assert (found["intent"], found["also"], found["channel_effects"]["sms"], found["incident"]) == (
        "crisis",
        ["stop"],
        "out",
        True,
    )
    assert "988" in found["reply"] and "no more texts" in found["reply"]


def test_a_topic_is_named_by_its_key() -> None:
    """As schedules.yaml has it."""
    assert checking.reply({"text": "stop the family notes"})["topic"] == "family-notes"


@pytest.mark.parametrize(("text", "word"), [("STOP", "no more texts"), ("START", "again"), ("HELP", "988")])
def test_a_keyword_shows_our_words_though_the_provider_may_say_its_own(text: str, word: str) -> None:
    """They are what is said where the provider does not answer by itself; where it told us that it has, there are none."""
    found = checking.reply({"text": text})
    assert word in found["reply"] and found["answered_by"] == "provider"
    assert checking.reply({"text": text, "opt_out_type": text})["reply"] is None


def test_the_providers_word_can_be_given_with_a_case() -> None:
    """As its webhook would bring it."""
    assert checking.reply({"text": "basta con esto", "opt_out_type": "STOP"})["answered_by"] == "provider"


def test_hours_have_every_field_of_their_shape() -> None:
    """Six in the morning in Atlanta, and when it opens."""
    found = checking.hours({"phone": "+14045550142", "zip": "30303", "at": "2026-11-25T06:00:00-05:00"})
    assert {key: found[key] for key in ("allowed", "reason", "zones", "window", "next_allowed")} == {
        "allowed": False, "reason": "quiet_hours", "zones": ["America/New_York"], "window": ["08:00", "21:00"],
        "next_allowed": "2026-11-25T13:00:00+00:00",
    }  # fmt: skip
    assert found["ours"] == {
        "allowed": False, "reason": "quiet_hours", "window": ["09:00", "20:00"], "next_allowed": "2026-11-25T14:00:00+00:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("case", "law", "ours"),
    [
        pytest.param({"zip": "30303", "at": "2026-11-25T20:59:59-05:00"}, True, False, id="Georgia, the last second"),
        pytest.param(
            {"zip": "30303", "at": "2026-11-25T21:00:00-05:00"}, False, False, id="Georgia, the end is outside"
        ),
        pytest.param({"zip": "33101", "at": "2026-11-25T20:00:00-05:00"}, False, False, id="Florida ends at eight"),
        pytest.param({"zip": "30303", "at": "2026-11-29T10:00:00-05:00"}, True, False, id="Georgia, a Sunday morning"),
    ],
)
def test_the_law_and_our_own_hours_are_told_apart(case: dict[str, Any], law: bool, ours: bool) -> None:
    """What the law allows, and what we send by: both must hold, ours are narrower."""
    found = checking.hours(case)
    assert (found["allowed"], found["ours"]["allowed"]) == (law, ours)


@pytest.mark.parametrize(
    ("case", "allowed"),
    [
        ({"phone": "+14045550142", "at": "2026-11-25T15:00:00Z"}, True),
        ({"phone": 14045550142, "zip": 30303, "at": "2026-11-25T15:00:00Z", "channel": "sms"}, True),
        ({"at": "2026-11-25T15:00:00Z"}, False),
        ({"at": "2026-11-25T15:00:00Z", "channel": "email"}, True),
        ({"zip": 2139, "at": "2026-11-25T15:00:00Z"}, True),
        ({"zone": "America/Chicago", "state": "GA", "at": "2026-11-25T13:30:00Z"}, False),
    ],
    ids=[
        "a number",
        "numbers as JSON has them",
        "nothing known",
        "an email",
        "a ZIP that lost its nought",
        "a confirmed zone",
    ],
)
def test_hours_are_asked_with_what_is_known(case: dict[str, Any], allowed: bool) -> None:
    """Phone, ZIP, state, zone; texts are held where nothing is known."""
    assert checking.hours(case)["allowed"] is allowed


def test_a_text_costs_what_it_costs_and_what_it_would_folded() -> None:
    """A curly quote halves the room."""
    assert checking.cost({"text": "“" + "a" * 70}) == {
        "encoding": "UCS-2", "units": 71, "parts": 2, "folded": {"encoding": "GSM-7", "units": 71, "parts": 1},
    }  # fmt: skip


def test_words_tell_their_problems_and_their_grade() -> None:
    """What hurts or presses, by its code."""
    found = checking.words({"text": "Addicts must act now."})
    assert {problem["code"] for problem in found["problems"]} == {"stigma", "urgency"}
    assert isinstance(found["grade"], float)
    calm = checking.words({"text": "You are not alone. Call a friend today."})
    assert calm["problems"] == [] and calm["grade"] < 6


def test_words_of_a_text_are_checked_as_a_text_and_of_an_email_as_one() -> None:
    """A channel adds what holds for it alone."""
    text = {"text": "Call us at https://example.org/help today. Suicide is spoken of."}
    codes = {
        channel: {problem["code"] for problem in checking.words({**text, "channel": channel})["problems"]}
        for channel in (None, "sms", "email")
    }
    assert "text-link" in codes["sms"] - codes[None]
    assert "crisis-lifelines" in codes["email"]


@pytest.mark.parametrize(
    ("ask", "case", "says"),
    [
        (checking.reply, {}, '"text"'),
        (checking.reply, {"text": 5}, "string"),
        (checking.cost, {"text": None}, "string"),
        (checking.hours, {"at": "tomorrow"}, "not a moment"),
        (checking.hours, {"at": "2026-11-25T06:00:00"}, "on whose clock"),
        (checking.hours, {"at": 5}, "string"),
        (checking.hours, {"at": "0001-01-01T00:00:00+14:00"}, "calendar"),
        (checking.hours, {"at": "9999-12-31T23:00:00Z", "zip": "30303"}, "calendar"),
        (checking.hours, {"at": "0001-01-01T00:00:00Z", "zip": "96813"}, "calendar"),
        (checking.hours, {"channel": "fax", "at": "2026-11-25T15:00:00Z"}, "sms or email"),
        (checking.hours, {"zone": "EST", "at": "2026-11-25T15:00:00Z"}, "America/New_York"),
        (checking.hours, {"phone": ["+1"], "at": "2026-11-25T15:00:00Z"}, "phone"),
        (checking.words, {"text": "x", "channel": "post"}, "sms or email"),
    ],
)
def test_a_case_that_cannot_be_asked_is_refused_with_the_cure(ask: Any, case: dict[str, Any], says: str) -> None:
    """One error: what is wrong, and how to write it."""
    with pytest.raises(Refused, match=says):
        ask(case)


# --- as a command ---------------------------------------------------------------------------------------------------


def test_a_file_of_cases_is_answered_line_by_line_without_a_database(tmp_path: Path) -> None:
    """In order; nothing is started in the project's folder."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"text": "STOP"}\n\n{"text": "quiero morir"}\r\n{"text": "thanks", "note": "kept out"}', encoding="utf-8"
    )
    home = tmp_path / "home"
    done = outreach(home, "check", "reply", "--jsonl", cases)
    assert done.returncode == 0, done.stderr
    assert [(found["intent"], found["language"]) for found in answers(done.stdout)] == [
        ("stop", "en"),
        ("crisis", "es"),
        ("person", "en"),
    ]
    assert not home.exists()


def test_a_line_that_cannot_be_read_is_told_in_its_place_and_the_rest_answered(tmp_path: Path) -> None:
    """Exit 2 says that not all was answered; the error names the line."""
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes(b'{"text": "STOP"}\n{"text": 5}\nnot json\n[1]\n{"text": "\xff"}\n{"text": "HELP"}\n')
    done = outreach(tmp_path / "home", "check", "reply", "--jsonl", cases, "--json")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    found = answers(done.stdout)
    assert [one.get("intent") for one in found] == ["stop", None, None, None, None, "help"]
    assert [one["error"].split(":")[0] for one in found if "error" in one] == ["line 2", "line 3", "line 4", "line 5"]


@pytest.mark.parametrize("door", ["reply", "hours", "sms", "words"])
def test_every_door_reads_what_is_piped_in(door: str, tmp_path: Path) -> None:
    """A dash is the standard input; a line separator within a text cuts no line."""
    import os
    import subprocess
    import sys

    case = json.dumps({"text": "a\u2028b", "phone": "+14045550142", "at": "2026-11-25T15:00:00Z"}, ensure_ascii=False)
    done = subprocess.run(
        [sys.executable, "-m", "outreach.cli", "check", door, "--jsonl", "-"],
        input=f"{case}\n{case}\n".encode(), capture_output=True, timeout=60, check=False,
        env={**os.environ, "OUTREACH_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(answers(done.stdout.decode())) == 2


def test_one_case_is_told_in_words_and_in_json(tmp_path: Path) -> None:
    """For a person and for a program."""
    said = outreach(tmp_path, "check", "reply", "please stop texting me").stdout
    assert "wants to stop" in said and "texts end" in said and "Reply START" in said
    assert json.loads(outreach(tmp_path, "check", "sms", "hi", "--json").stdout)["parts"] == 1


def test_without_schedules_neutral_words_answer(tmp_path: Path) -> None:
    """The rules are there before the project is."""
    done = outreach(tmp_path, "check", "reply", "who is this", "--json", OUTREACH_SCHEDULES=str(tmp_path / "none.yaml"))
    assert json.loads(done.stdout)["reply"].startswith("Outreach: ")
    hours = outreach(
        tmp_path, "check", "hours", "--zip", "30303", "--at", "2026-11-25T15:00:00Z", "--json",
        OUTREACH_SCHEDULES=str(tmp_path / "none.yaml"),
    )  # fmt: skip
    assert json.loads(hours.stdout)["allowed"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("reply",), "Give the text"),
        (("reply", "x", "--jsonl", "y"), "not both"),
        (("sms", "--jsonl", "nowhere.jsonl"), "is not there"),
        (("hours", "--at", "noon"), "not a moment"),
    ],
)
def test_a_command_that_cannot_be_followed_says_why(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    """One line, exit 2."""
    assert says in refused(outreach(tmp_path, "check", *arguments))
