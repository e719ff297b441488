"""check reply, hours, sms, words: what the rules say about one case, or about a file of them. No database is asked.

With --jsonl one case a line goes in and one JSON answer a line comes out, in order. A line that cannot be read is answered
by {"error": …} with its number, the others are answered all the same, and the exit code is 2.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer

from outreach.cli.base import AsJson, app, console, many, open_file
from outreach.errors import Refused
from outreach.rules.schedule_values import Channel, Organisation, QuietHours, Schedules, Window

if TYPE_CHECKING:
    from outreach.rules.hours import Hours
    from outreach.rules.verdicts import Speaker

check = typer.Typer(
    help="Ask the rules: what a reply means, allowed hours, a text's cost, words.", no_args_is_help=True
)
app.add_typer(check, name="check")

Answer = dict[str, Any]
Case = Mapping[str, Any]
TextArgument = Annotated[str | None, typer.Argument(help="The text; or give --jsonl.", metavar="TEXT")]
JsonLines = Annotated[
    str | None,
    typer.Option("--jsonl", help="A file with one JSON case a line; - reads what is piped in.", metavar="FILE"),
]

_NEUTRAL = Organisation(
    name="Outreach", short_name="Outreach", postal_address="", phone="our office", email="", website=None,
    neutral_name="Notes",
)  # fmt: skip
_ALL_DAY = Window(time(0), time(0))
_USUAL_HOURS = QuietHours(
    sms=Window(time(9), time(20)), sunday_sms=Window(time(12), time(20)), email=Window(time(7), time(21))
)


@check.command("reply")
def reply_command(text: TextArgument = None, jsonl: JsonLines = None, as_json: AsJson = False) -> None:
    """What a text that somebody sends us means, what it would change, and what they would be answered."""
    _answer(reply, {"text": text}, jsonl, as_json, _say_reply)


@check.command("hours")
def hours_command(
    phone: Annotated[str | None, typer.Option(help="A number, like +14045550142.")] = None,
    zip_code: Annotated[str | None, typer.Option("--zip", help="A ZIP code.")] = None,
    state: Annotated[str | None, typer.Option(help="Two letters, like GA.")] = None,
    zone: Annotated[str | None, typer.Option(help="A time zone the person confirmed, like America/Chicago.")] = None,
    at: Annotated[str | None, typer.Option(help="The moment, like 2026-11-25T08:30:00-05:00. Default: now.")] = None,
    channel: Annotated[str, typer.Option(help="sms or email.")] = "sms",
    jsonl: JsonLines = None,
    as_json: AsJson = False,
) -> None:
    """Whether a person may be written to at a moment, why, and when next."""
    case = {"phone": phone, "zip": zip_code, "state": state, "zone": zone, "at": at, "channel": channel}
    if jsonl is None and not as_json:
        _check_typed(case)
    _answer(hours, case, jsonl, as_json, _say_hours)


@check.command("sms")
def sms_command(text: TextArgument = None, jsonl: JsonLines = None, as_json: AsJson = False) -> None:
    """What a text costs, as it stands and with its typography in plain letters."""
    _answer(cost, {"text": text}, jsonl, as_json, _say_cost)


@check.command("words")
def words_command(
    text: TextArgument = None,
    channel: Annotated[str | None, typer.Option(help="sms or email: also what holds for these alone.")] = None,
    jsonl: JsonLines = None,
    as_json: AsJson = False,
) -> None:
    """Words that hurt, press or promise, and the reading grade."""
    _answer(words, {"text": text, "channel": channel}, jsonl, as_json, _say_words)


def _check_typed(case: Case) -> None:
    """What a person typed is looked at more closely than a program's case, where a number of no place counts as not given."""
    from outreach.rules import places, tokens

    _moment(case)
    if not any(case[name] for name in ("phone", "zip", "state", "zone")):
        raise Refused(
            "Say where the person is: give --phone, --zip, --state or --zone; or a file of cases with --jsonl."
        )
    if case["zip"] and not places.ZIP.fullmatch(case["zip"]):
        raise Refused(f"“{case['zip']}” is no ZIP code: write five digits, like 30303.")
    if case["phone"]:
        try:
            tokens.normal_phone(case["phone"])
        except tokens.AddressInvalid as e:
            raise Refused(str(e)) from None


# --- the four questions ---------------------------------------------------------------------------------------------
# Each loads the rules it asks: every other command starts without their tables of words.


def reply(case: Case) -> Answer:
    """The verdict on {"text", "opt_out_type"?}, as it would be acted on for somebody we know."""
    from outreach.rules import verdicts

    found = verdicts.hear(_text(case), speaker(), opt_out_type=_word(case, "opt_out_type"))
    return {
        "intent": found.intent,
        "also": list(found.also),
        "channel_effects": dict(found.effects),
        "topic": found.topic,
        "reply": found.reply or found.unsaid,
        "confirmation": found.confirmation,
        "incident": found.incident is not None,
        "staff_task": found.staff_task,
        "language": found.language,
        "crisis": found.incident,
        "answered_by": found.answered_by,
    }


def hours(case: Case) -> Answer:
    """Whether {"phone"?, "zip"?, "state"?, "zone"?, "at"?, "channel"?} is an allowed moment: for a text by the law of every
    place the person may be in, and under `ours` by the organisation's own hours as well, which are what we send by."""
    from outreach.rules import hours as allowed_hours
    from outreach.rules import places

    channel = _channel(case) or "sms"
    try:
        place = places.place(
            phone=_word(case, "phone"), zip_code=_zip(case), zone=_word(case, "zone"), state=_word(case, "state")
        )
    except places.UnknownZone as e:
        raise Refused(str(e)) from None
    at, quiet = _moment(case), _quiet_hours()
    by_law = replace(quiet, sms=_ALL_DAY, sunday_sms=_ALL_DAY, states=())
    found = allowed_hours.hours(channel, place, at, by_law)
    return {
        **_hours_shown(found),
        "zones": list(found.zones),
        "law": list(found.law),
        "ours": _hours_shown(allowed_hours.hours(channel, place, at, quiet)),
    }


def _hours_shown(found: "Hours") -> Answer:
    return {
        "allowed": found.allowed,
        "reason": found.reason,
        "window": list(found.window) if found.window else None,
        "next_allowed": found.next_allowed.isoformat() if found.next_allowed else None,
    }


def cost(case: Case) -> Answer:
    """Encoding, units and parts of {"text"}, as it stands and folded."""
    from outreach.rules import sms

    text = _text(case)
    return {**_measured(text), "folded": _measured(sms.fold(text))}


def words(case: Case) -> Answer:
    """The problems and the grade of {"text", "channel"?}."""
    from outreach.rules import checked_words

    found = checked_words.check(_text(case), _channel(case))
    problems = [{"severity": p.severity, "code": p.code, "where": p.where, "say": p.say} for p in found.problems]
    return {"problems": problems, "grade": found.grade, "language": found.language}


def _measured(text: str) -> Answer:
    from outreach.rules import sms

    found = sms.measure(text)
    return {"encoding": found.encoding, "units": found.units, "parts": found.parts}


# --- who answers: the schedules of this project, else neutral words ---------------------------------------------------


@cache
def _schedules() -> Schedules | None:
    from outreach import settings
    from outreach.rules import cadence

    try:
        return cadence.parse(settings.SCHEDULES_FILE.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError):
        return None
    except UnicodeDecodeError:
        raise Refused(f"{settings.SCHEDULES_FILE} is not UTF-8 text. Save the file as UTF-8.") from None


@cache
def speaker() -> "Speaker":
    """Who would answer."""
    from outreach.rules import verdicts

    found = _schedules()
    if found is None:
        return verdicts.Speaker(organisation=_NEUTRAL)
    return verdicts.Speaker(organisation=found.organisation, sender=found.senders.sms.kind, topics=found.topics)


def _quiet_hours() -> QuietHours:
    found = _schedules()
    return found.quiet_hours if found else _USUAL_HOURS


# --- the fields of a case -----------------------------------------------------------------------------------------------


def _text(case: Case) -> str:
    text = case.get("text")
    if not isinstance(text, str):
        raise Refused('It needs "text", and that must be a string.')
    return text


def _word(case: Case, name: str) -> str | None:
    value = case.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return f"+{value}" if name == "phone" else str(value)
    raise Refused(f'"{name}" must be a string.')


def _zip(case: Case) -> str | None:
    value = case.get("zip", case.get("zip_code"))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:05d}"  # 02139 was written as a number
    return _word({"zip": value}, "zip")


def _channel(case: Case) -> Channel | None:
    value = _word(case, "channel")
    if value not in (None, "sms", "email"):
        raise Refused(f"There is no channel “{value}”: write sms or email.")
    return cast(Channel | None, value)


_FIRST_YEAR, _LAST_YEAR = 2, 9998  # days before and after it are looked at, and the calendar has years 1 to 9999


def _moment(case: Case) -> datetime:
    said = case.get("at")
    if said is None or said == "":
        return datetime.now(UTC)
    cure = "write it like 2026-11-25T08:30:00-05:00."
    if not isinstance(said, str):
        raise Refused(f'"at" must be a string: {cure}')
    try:
        moment = datetime.fromisoformat(said.strip())
    except ValueError:
        raise Refused(f"“{said}” is not a moment: {cure}") from None
    if moment.tzinfo is None:
        raise Refused(f"“{said}” does not say on whose clock: {cure}")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Refused(f"“{said}” is outside the calendar: {cure}")
    return moment.astimezone(UTC)


# --- one case, or a file of them ----------------------------------------------------------------------------------------


def _answer(
    ask: Callable[[Case], Answer], case: Case, jsonl: str | None, as_json: bool, say: Callable[[Answer], Iterable[str]]
) -> None:
    if jsonl is not None:
        if case.get("text") is not None:
            raise Refused("Give a text or --jsonl, not both.")
        if not _answer_lines(ask, jsonl):
            raise typer.Exit(2)
        return
    if "text" in case and case["text"] is None:
        raise Refused("Give the text to check, or a file of them with --jsonl.")
    answer = ask(case)
    if as_json:
        _print(answer)
    else:
        for line in say(answer):
            console.print(line, markup=False)


def _answer_lines(ask: Callable[[Case], Answer], source: str) -> bool:
    """Answers line by line; returns whether every line could be read."""
    whole = True
    for number, line in _lines(source):
        try:
            _print(ask(_case(line)))
        except Refused as e:
            whole = False
            _print({"error": f"line {number}: {e}"})
    return whole


def _case(line: bytes) -> Case:
    try:
        case = json.loads(line)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Refused('This is not JSON: write one object a line, like {"text": "STOP"}.') from None
    if not isinstance(case, dict):
        raise Refused('This is not an object: write one a line, like {"text": "STOP"}.')
    return case


def _lines(source: str) -> Iterator[tuple[int, bytes]]:
    with sys.stdin.buffer if source == "-" else open_file(Path(source)) as file:
        for number, line in enumerate(file, 1):
            stripped = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
            if stripped:
                yield number, stripped


def _print(answer: Answer) -> None:
    # \u2028 or a lone surrogate within a string must not cut a line or stop the rest
    print(json.dumps(answer, ensure_ascii=True))


# --- for a person to read -------------------------------------------------------------------------------------------

_MEANS = {
    "crisis": "a crisis", "stop": "wants to stop", "start": "wants to begin", "help": "asks for help or who writes",
    "yes": "says yes to what we asked", "more": "wants the next text now", "slow": "wants fewer texts",
    "pause": "wants a pause of two weeks", "topics": "asks what there is", "spanish": "wants Spanish",
    "english": "wants English", "person": "something a person must read",
}  # fmt: skip
_CHANNELS = {"sms": "texts", "email": "emails"}


def _say_reply(answer: Answer) -> Iterator[str]:
    means = _MEANS[answer["intent"]] + (f" ({answer['crisis'].replace('_', ' ')})" if answer["crisis"] else "")
    also = f", also {', '.join(answer['also'])}" if answer["also"] else ""
    yield f"Means:    {means}{also}. Language: {answer['language']}."
    changed = [
        f"{_CHANNELS[c]} {'end' if e == 'out' else 'begin'}"
        for c, e in answer["channel_effects"].items()
        if e != "none"
    ]
    about = f", of {answer['topic']} alone" if answer["topic"] and changed else ""
    if answer["incident"]:
        changed.append("every program message is held until staff close the crisis")
    yield f"Changes:  {', '.join(changed) or 'nothing'}{about}."
    if answer["answered_by"] == "provider":
        yield "Answer:   the provider answers this by itself; we send nothing more."
    else:
        yield f"Answer:   {answer['reply'] or 'none.'}"
    if answer["incident"]:
        yield "Staff:    an incident opens and on-call staff are paged."
    elif answer["staff_task"]:
        yield "Staff:    it waits in the inbox for a person."


def _say_hours(answer: Answer) -> Iterator[str]:
    ours = answer["ours"]
    if answer["allowed"]:
        yield (
            "Allowed by the law."
            if ours["allowed"]
            else "Allowed by the law, and outside our own hours: it would wait."
        )
    else:
        yield f"Not allowed ({answer['reason'].replace('_', ' ')})."
    yield f"Zones:    {', '.join(answer['zones']) or 'none known'}"
    yield f"That day: {'-'.join(answer['window']) if answer['window'] else 'closed'}"
    if not (answer["allowed"] and ours["allowed"]):
        yield f"Next:     {_on_their_clock(ours['next_allowed'], answer['zones'])}"
    yield from (f"Law:      {line}" for line in answer["law"])


def _on_their_clock(moment: str | None, zones: list[str]) -> str:
    if moment is None:
        return "never, or not known"
    at = datetime.fromisoformat(moment)
    return at.astimezone(ZoneInfo(zones[0]) if zones else UTC).strftime("%a %Y-%m-%d %H:%M %Z")


def _say_cost(answer: Answer) -> Iterator[str]:
    folded = answer["folded"]
    yield f"{answer['encoding']}, {answer['units']} units, {_parts(answer)}."
    if folded != {key: answer[key] for key in folded}:
        yield f"With plain quotes, dashes and spaces: {folded['encoding']}, {folded['units']} units, {_parts(folded)}."


def _parts(answer: Answer) -> str:
    return many(answer["parts"], "part")


def _say_words(answer: Answer) -> Iterator[str]:
    yield from (f"{p['severity']}: {p['code']}: {p['say']}" for p in answer["problems"])
    if not answer["problems"]:
        yield "Nothing to mend."
    if answer["grade"] is not None:
        yield f"Reading grade {answer['grade']} (the aim is 6, the limit 8)."
