"""schedules.yaml: the shipped file is right, and every mistake in a wrong one is told with its line and a cure."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.cadence import EVERY_DAY, WHOLE_DAY, Cadence, SchedulesInvalid, Window, parse

SHIPPED = Path(__file__).resolve().parents[2] / "schedules.yaml"

RIGHT = """\
organisation:
  name: ALANA Recovery
  short_name: ALANA
  neutral_name: A. Health Notes
  postal_address: 100 Example Street, Atlanta, GA 30303
  phone: 404-555-0123
  email: hello@example.org
senders:
  email:
    name: ALANA Recovery
    address: notes@example.org
    discreet_name: A. Health Notes
    reply_to: hello@example.org
    per_second: 50
    batch: 500
  sms:
    number: +1 404 555 0100
    kind: 10dlc
    parts_per_second: 0.5
    batch: 25
quiet_hours:
  zone: America/New_York
  sms: 09:00-20:00
  sunday_sms: none
  email: all day
caps:
  texts_per_24h: 1
  emails_per_24h: 2
topics:
  notes:
    label: Notes
    label_es: Notas
    channels: [email, sms]
cadences:
  gentle:
    email:
      days: [0, 7]
      then_every: 7
      at: 10:00
      late: next_window
      late_after: 6 hours
    sms:
      days: [2]
      then_every: 3
      at: 17:30
      weekdays: [Mon, friday]
      late: drop
      late_after: 90 minutes
series:
  first:
    article: articles/first.txt
    cadence: gentle
    topic: notes
ticks:
  tick_seconds: 5
  sweep_seconds: 30
  reconcile_seconds: 120
  poll_inbound_seconds: 60
"""


def _line(text: str, part: str) -> int:
    """The line of the one place where `part` stands."""
    assert text.count(part) == 1, part
    return text[: text.index(part)].count("\n") + 1


def _told(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SchedulesInvalid) as refused:
        parse(text)
    return [(problem.line, problem.where, problem.say) for problem in refused.value.problems]


def test_the_shipped_file_is_right() -> None:
    schedules = parse(SHIPPED.read_text(encoding="utf-8"))
    assert schedules.organisation.name == "ALANA Recovery"
    assert schedules.organisation.phone == "404-555-0123"
    assert schedules.senders.sms.number == "+14045550100"
    gentle = schedules.cadences["gentle"]
    assert gentle.email and (gentle.email.days[:4], gentle.email.at) == ((0, 7, 14, 21), time(10))
    assert gentle.sms and (gentle.sms.days[:3], gentle.sms.at) == ((2, 5, 9), time(17, 30))
    (series,) = schedules.series
    assert (series.slug, series.article) == ("heroin-and-the-brain", "outreach/samples/heroin_and_the_brain.txt")
    assert (SHIPPED.parent / series.article).is_file()


def test_the_shipped_file_names_only_people_and_places_that_are_fiction() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert all("555 01" in number or "555-01" in number for number in re.findall(r"404[- ]\d{3}[- ]\d{4}", text))
    assert all(address.endswith("example.org") for address in re.findall(r"@([\w.-]+\.\w+)", text))


def test_every_value_arrives_as_it_was_meant() -> None:
    schedules = parse(RIGHT)
    assert schedules.organisation.website is None
    assert schedules.quiet_hours.sunday_sms is None
    assert schedules.quiet_hours.email == WHOLE_DAY
    assert schedules.quiet_hours.sms == Window(time(9), time(20))
    assert schedules.senders.sms.parts_per_second == 0.5
    assert (schedules.senders.email.per_day, schedules.senders.sms.parts_per_day) == (None, None)
    daily = parse(RIGHT.replace("per_second: 50", "per_second: 50\n    per_day: 5000", 1)).senders.email
    assert (daily.per_second, daily.per_day) == (50.0, 5000)
    sms, email = schedules.cadences["gentle"].sms, schedules.cadences["gentle"].email
    assert sms and email
    assert (sms.channel, sms.weekdays, sms.late, sms.late_after) == (
        "sms",
        frozenset({0, 4}),
        "drop",
        timedelta(minutes=90),
    )
    assert email.weekdays == EVERY_DAY
    assert schedules.topics[0].channels == ("email", "sms")
    assert schedules.series[0].audience is None


BROKEN = """\
organisation:
  name: ALANA Recovery
  short_name: ALANA
  short_name: ALANA again
  neutral_name: Recovery Letters
  postal_address:
  phone: 555-0123
  emial: hello@example.org
senders:
  email:
    name: ALANA Recovery
    address: notes at example.org
    discreet_name: A. Health Notes
    reply_to: hello@example.org
    per_second: fast
    batch: 5000
  sms:
    kind: longcode
    parts_per_second: 1
    batch: 25
quiet_hours:
  zone: Eastern
  sms: 07:00-22:00
  sunday_sms: none
  email: 08:00-25:00
  states:
    ZZ:
      sms: 10:00-19:00
caps: 3
topics:
  notes:
    label: Notes
    label_es: Notas
    channels: [email, sms, fax]
cadences:
  gentle:
    email:
      days: [0, 7, 7]
      then_every: 0
      at: 25:00
      weekdays: [Monday, Tusday]
      late: nextwindow
      late_after: soon
  Loud One:
    sms:
      days: [1]
series:
  first:
    article: /etc/passwd
    cadence: gentel
    topic: note
tick:
  tick_seconds: 5
"""

# What stands in the line -> what the sentence about it must hold.
BROKEN_TOLD = [
    ("short_name: ALANA again", "second time; the first is in line 3"),
    ("neutral_name: Recovery Letters", "A. Health Notes"),
    ("postal_address:", "empty"),
    ("phone: 555-0123", "not a whole, existing phone number"),
    ("emial: hello", "Did you mean “email”?"),
    ("address: notes at", "not an email address"),
    ("per_second: fast", "more than 0"),
    ("batch: 5000", "from 1 to 1000"),
    ("kind: longcode", "10dlc, toll_free, short_code"),
    ("zone: Eastern", "America/New_York"),
    ("sms: 07:00-22:00", "the law allows no texts"),
    ("email: 08:00-25:00", "like 09:00-20:00"),
    ("ZZ:", "two letters"),
    ("caps: 3", "is a section"),
    ("channels: [email, sms, fax]", "email, sms"),
    ("days: [0, 7, 7]", "rising order"),
    ("then_every: 0", "from 1 to 365"),
    ("at: 25:00", "like 17:30"),
    ("weekdays: [Monday, Tusday]", "Did you mean “Tuesday”?"),
    ("late: nextwindow", "Did you mean “next_window”?"),
    ("late_after: soon", "like 90 minutes"),
    ("Loud One:", "small letters"),
    ("article: /etc/passwd", "leads out of this folder"),
    ("cadence: gentel", "Did you mean “gentle”?"),
    ("topic: note\n", "Did you mean “notes”?"),
    ("tick:", "Did you mean “ticks”?"),
]


@pytest.mark.parametrize(("part", "say"), BROKEN_TOLD, ids=[part.strip() for part, _ in BROKEN_TOLD])
def test_each_of_many_mistakes_is_told_at_its_line_with_its_cure(part: str, say: str) -> None:
    line = _line(BROKEN, part)
    assert any(at == line and say in told for at, _, told in _told(BROKEN)), [t for t in _told(BROKEN) if t[0] == line]


@pytest.mark.parametrize(("line", "most"), [("", 3), ("  messages_per_24h: 2\n", 2), ("  messages_per_24h: 9\n", 9)])
def test_the_cap_over_both_channels_may_be_left_out(line: str, most: int) -> None:
    """Then each channel's cap stands alone."""
    text = RIGHT.replace("  emails_per_24h: 2\n", "  emails_per_24h: 2\n" + line)
    assert parse(text).caps.messages_per_24h == most


def test_nothing_is_told_that_is_not_wrong() -> None:
    """Besides the mistakes above only what is missing: the organisation's email, a number to send from, the ticks."""
    expected = sorted(
        [_line(BROKEN, part) for part, _ in BROKEN_TOLD]
        + [_line(BROKEN, "organisation:"), _line(BROKEN, "  sms:\n    kind"), 1]
    )
    assert sorted(line for line, _, _ in _told(BROKEN)) == expected


def test_the_whole_complaint_reads_line_by_line() -> None:
    with pytest.raises(SchedulesInvalid) as refused:
        parse(BROKEN)
    lines = [int(found) for found in re.findall(r"(?m)^line (\d+): ", str(refused.value))]
    assert len(lines) == len(refused.value.problems) and lines == sorted(lines)


AT = _line(RIGHT, "ticks:\n")


def _on_call(*rows: str) -> tuple[str, str]:
    """Before the ticks, these rows of an on-call list."""
    return "ticks:\n", "on_call:\n" + "".join(f"  {row}\n" for row in rows) + "ticks:\n"


ONE_MISTAKE = [  # id, what stands in RIGHT, what is written in its place, line (of the changed part if None), sentence
    ("tab", "  name: ALANA Recovery\n  short", "\tname: ALANA Recovery\n  short", None, "spaces only"),
    ("open quote", "label: Notes", 'label: "Notes', None, "quotation mark"),
    ("colon in words", "name: ALANA Recovery\n    address", "name: ALANA: Recovery\n    address", None, "double quotes"),
    ("at sign first", "label: Notes", "label: @Notes", None, "double quotes"),
    ("star first", "label: Notes", "label: *Notes", None, "double quotes"),
    ("open bracket", "[email, sms]", "[email, sms", None, "not closed"),
    ("indentation", "  emails_per_24h", "   emails_per_24h", None, "exactly under"),
    ("no colon", "  texts_per_24h: 1", "  texts_per_24h 1", None, ""),
    ("list for a word", "short_name: ALANA", "short_name: [ALANA]", None, "a list stands here"),
    ("section for a word", "zone: America/New_York", "zone: {a: b}", None, "a section stands here"),
    ("word for a list", "channels: [email, sms]", "channels: email", None, "is a list"),
    ("list for a section", "caps:\n  texts_per_24h: 1\n  emails_per_24h: 2", "caps: [1, 2]", None, "is a section"),
    ("unknown zone", "America/New_York", "America/Atlanta", None, "no time zone"),
    ("zone without summer", "America/New_York", "EST", None, "America/New_York"),
    ("texts before eight", "sms: 09:00-20:00", "sms: 07:59-20:00", None, "08:00-21:00"),
    ("texts after nine", "sms: 09:00-20:00", "sms: 09:00-21:01", None, "08:00-21:00"),
    ("texts over midnight", "sms: 09:00-20:00", "sms: 20:00-09:00", None, "08:00-21:00"),
    ("texts all day", "sms: 09:00-20:00", "sms: all day", None, "08:00-21:00"),
    ("no hours", "email: all day", "email: 09:00-09:00", None, "same time"),
    ("clock of twelve", "at: 10:00", "at: 10 am", None, "like 17:30"),
    ("text time outside hours", "at: 17:30", "at: 20:00", None, "quiet_hours"),
    ("no message at all", "  emails_per_24h: 2", "  emails_per_24h: 2\n  messages_per_24h: 0", 29, "from 1 to 23"),
    ("stale at once", "    batch: 25", "    batch: 25\n    stale_after_months: 0", 21, "from 3 to 120"),
    ("too many texts", "texts_per_24h: 1", "texts_per_24h: 4", None, "from 1 to 3"),
    ("half a text", "texts_per_24h: 1", "texts_per_24h: 1.5", None, "not a whole number"),
    ("costly brand", "short_name: ALANA", "short_name: ALÁNA", None, "double the price"),
    ("long brand", "short_name: ALANA", f"short_name: {'A' * 31}", None, "30 letters"),
    ("telling sender", "discreet_name: A. Health Notes", "discreet_name: Sober Living", None, "neutral"),
    ("web address", "email: hello@example.org\ns", "email: hello@example.org\n  website: example.org\ns", 8, "https://"),
    ("two senders", "kind: 10dlc", f"messaging_service: MG{'0' * 32}\n    kind: 10dlc", None, "both named"),
    ("bad service", "number: +1 404 555 0100", "messaging_service: my service", None, "MG"),
    ("no emails a day", "per_second: 50", "per_second: 50\n    per_day: 0", 15, "from 1 to 10000000"),
    ("no texts a day", "parts_per_second: 0.5", "parts_per_second: 0.5\n    parts_per_day: many", 20, "whole number"),
    ("no rate", "parts_per_second: 0.5", "parts_per_second: 0", None, "more than 0"),
    ("unknown weekday", "[Mon, friday]", "[Mon, Frieday]", None, "Did you mean “Friday”?"),
    ("no days", "days: [2]", "days: []", None, "at least one"),
    ("day before the start", "days: [2]", "days: [-1]", None, "from 0"),
    ("silent cadence", "cadences:\n", "cadences:\n  empty: {}\n", 35, "sends nothing"),
    ("no topics", "topics:\n  notes:\n    label: Notes\n    label_es: Notas\n    channels: [email, sms]", "topics: {}", None, ""),
    ("channel nobody can choose", "channels: [email, sms]", "channels: [email]", 52, "Add sms"),
    ("article format", "articles/first.txt", "articles/first.pdf", None, ".docx"),
    ("article elsewhere", "articles/first.txt", "articles/../../first.txt", None, "leads out"),
    ("article on a server", "articles/first.txt", '"https://example.org/first.txt"', None, "leads out"),
    ("doubled section", "ticks:\n", "caps:\n  texts_per_24h: 1\nticks:\n", None, "second time"),
    ("two files", "ticks:\n", "---\nticks:\n", None, "three dashes"),
    ("on call, no way", *_on_call("- name: First"), AT + 1, "`phone:`, an `email:`"),
    ("on call, no name", *_on_call("- phone: 470 555 0181"), AT + 1, "“name” is missing"),
    ("on call, bad phone", *_on_call("- name: A", "  phone: 555"), AT + 2, "phone number"),
    ("on call, bad email", *_on_call("- name: A", "  email: a@"), AT + 2, "hello@example.org"),
    ("on call, slip", *_on_call("- name: A", "  phon: 1", "  email: a@example.org"), AT + 2, "“phone”"),
    ("on call twice", *_on_call("- {name: A, email: a@example.org}", "- {name: A, email: b@example.org}"), AT + 2, "second"),
    ("on call at our number", *_on_call("- {name: A, phone: +1 404 555 0100}"), AT + 1, "come from this number"),
    ("on call, no list", "ticks:\n", "on_call: A\nticks:\n", AT, "is a list"),
    ("test of the pager at no time", "ticks:\n", "on_call_test: evening\nticks:\n", AT, "like 17:30"),
    ("hidden character", "label: Notes", "label: No\x07tes", None, "cannot be seen"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "say"), [row[1:] for row in ONE_MISTAKE], ids=[r[0] for r in ONE_MISTAKE]
)
def test_one_mistake_is_told_once_at_its_line(old: str, new: str, line: int | None, say: str) -> None:
    text = RIGHT.replace(old, new, 1)
    assert text != RIGHT
    told = _told(text)
    assert len(told) == 1, told
    assert told[0][0] == (line or RIGHT[: RIGHT.index(old)].count("\n") + 1) and say in told[0][2], told


def test_people_on_call_keep_their_order_and_may_be_left_out() -> None:
    text = (
        RIGHT
        + "on_call:\n  - {name: A, phone: 470-555-0181}\n  - {name: B, email: B@Example.org}\non_call_test: 17:15\n"
    )
    found = parse(text)
    assert [(p.name, p.phone, p.email) for p in found.on_call] == [
        ("A", "+14705550181", None), ("B", None, "b@example.org"),
    ]  # fmt: skip
    assert found.on_call_test == time(17, 15)
    assert (parse(RIGHT).on_call, parse(RIGHT).on_call_test) == ((), time(18))


@pytest.mark.parametrize("key", re.findall(r"(?m)^(\w+):$", RIGHT))
def test_a_missing_section_is_told_and_series_may_be_missing(key: str) -> None:
    text = re.sub(rf"(?ms)^{key}:\n(?:  .*?\n)+(?=\S|\Z)", "", RIGHT)
    if key == "series":
        assert parse(text).series == ()
        return
    assert (1, key) in [(line, where) for line, where, _ in _told(text)]


@pytest.mark.parametrize("number", [n for n, row in enumerate(RIGHT.splitlines()) if re.match(r" +\w+: \S", row)])
def test_a_line_taken_away_is_asked_for_by_name(number: int) -> None:
    rows = RIGHT.splitlines(keepends=True)
    key = rows[number].split(":")[0].strip()
    text = "".join(rows[:number] + rows[number + 1 :])
    if key == "weekdays":
        parse(text)
        return
    assert any(where.endswith(f".{key}") for _, where, _ in _told(text)), key


def test_broken_yaml_in_one_section_does_not_hide_mistakes_in_another() -> None:
    text = (
        RIGHT.replace("label: Notes", 'label: "Notes')
        .replace("zone: America/New_York", "zone: Mars")
        .replace("batch: 25", "batch: 0")
    )
    told = _told(text)
    assert [line for line, _, _ in told] == [
        _line(text, "batch: 0"),
        _line(text, "zone: Mars"),
        _line(text, 'label: "Notes'),
    ]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only a note\n", "null", "just words", "- a\n- list\n", "[" * 1000, "\ufeff"]
)
def test_what_is_no_schedule_at_all_is_one_plain_sentence(text: str) -> None:
    (told,) = _told(text)
    assert told[0] == 1 and told[2].endswith(".")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert parse("\ufeff" + RIGHT.replace("\n", "\r\n")) == parse(RIGHT)


def test_quotes_and_order_of_keys_do_not_matter() -> None:
    quoted = RIGHT.replace("at: 10:00", 'at: "10:00"').replace("batch: 25", 'batch: "25"').replace("[0, 7]", "['0', 7]")
    assert parse(quoted) == parse(RIGHT)


SECTIONS = re.findall(r"(?ms)^\w+:\n(?:  .*?\n)+(?=\S|\Z)", RIGHT)


@given(st.permutations(SECTIONS))
def test_the_order_of_sections_does_not_matter(sections: list[str]) -> None:
    assert parse("".join(sections)) == parse(RIGHT)


@given(st.text(max_size=200) | st.text(alphabet="abc:-[]{}\"'\n #&*!|>%@`,? \t", max_size=60))
def test_any_text_gives_schedules_or_sentences(text: str) -> None:
    for line, _, say in _told(text):
        assert 1 <= line <= text.count("\n") + 1 and say


@given(st.integers(0, len(RIGHT) - 1), st.sampled_from(["", " ", ":", '"', "'", "[", "\n", "\t", "-", "x", "#", "{"]))
def test_one_slip_of_the_hand_never_raises_anything_else(at: int, typed: str) -> None:
    try:
        found = parse(RIGHT[:at] + typed + RIGHT[at + 1 :])
    except SchedulesInvalid as refused:
        assert refused.problems
    else:
        assert all(isinstance(cadence, Cadence) for cadence in found.cadences.values())
