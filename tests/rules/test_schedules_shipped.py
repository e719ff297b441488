"""The schedules.yaml that ships: every value as a person reads it there, and no slip in it that goes unexplained."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules.cadence import (
    EVERY_DAY,
    Cadence,
    Caps,
    EmailSender,
    OnCall,
    Organisation,
    QuietHours,
    Schedules,
    SchedulesInvalid,
    Senders,
    SeriesPlan,
    TextSender,
    Ticks,
    Topic,
    Track,
    Window,
    parse,
)

TEXT = (Path(__file__).resolve().parents[2] / "schedules.yaml").read_text(encoding="utf-8")

MORNING = Track(
    channel="email", days=(0, 7, 14, 21), then_every=7, at=time(10), weekdays=EVERY_DAY, late="next_window",
    late_after=timedelta(hours=6),
)  # fmt: skip
AFTERNOON = Track(
    channel="sms", days=(2, 5, 9, 12, 16, 19), then_every=7, at=time(17, 30), weekdays=EVERY_DAY, late="next_window",
    late_after=timedelta(hours=2),
)  # fmt: skip
EXPECTED = Schedules(
    organisation=Organisation(
        name="ALANA Recovery",
        short_name="ALANA Recovery",
        postal_address="100 Example Street, Atlanta, GA 30303",
        phone="404-555-0123",
        email="hello@alana.example.org",
        website="https://www.alana.example.org",
        form_sites=("https://www.alana.example.org",),
        neutral_name="A. Health Notes",
    ),
    senders=Senders(
        email=EmailSender(
            name="ALANA Recovery", address="notes@alana.example.org", discreet_name="A. Health Notes",
            reply_to="hello@alana.example.org", per_second=50.0, batch=500,
        ),
        sms=TextSender(
            number="+14045550100", messaging_service=None, kind="10dlc", parts_per_second=3.0, parts_per_day=2000,
            batch=25,
        ),
    ),
    quiet_hours=QuietHours(
        sms=Window(time(9), time(20)),
        sunday_sms=Window(time(12), time(20)),
        email=Window(time(7), time(21)),
        states=(),
        zone="America/New_York",
    ),
    caps=Caps(texts_per_24h=1, emails_per_24h=2, messages_per_24h=2),
    topics=(
        Topic(
            key="recovery-notes", label="Notes on recovery", label_es="Notas sobre la recuperación",
            channels=("email", "sms"),
        ),
        Topic(
            key="family-notes", label="Notes for families and friends", label_es="Notas para familias y amistades",
            channels=("email", "sms"),
        ),
    ),
    cadences={
        "gentle": Cadence("gentle", MORNING, AFTERNOON),
        "steady": Cadence(
            "steady",
            replace(
                MORNING, days=(0, 3, 7, 10, 14, 17), then_every=4, at=time(9, 30), weekdays=frozenset(range(5)),
                late_after=timedelta(days=1),
            ),
            None,
        ),
        "family-evenings": Cadence(
            "family-evenings",
            replace(MORNING, at=time(18)),
            replace(
                AFTERNOON, days=(3, 10, 17, 24), at=time(18, 30), weekdays=frozenset(range(6)), late="drop",
                late_after=timedelta(days=1),
            ),
        ),
    },
    series=(
        SeriesPlan(
            slug="heroin-and-the-brain", article="outreach/samples/heroin_and_the_brain.txt", cadence="gentle",
            topic="recovery-notes", audience=None,
        ),
    ),
    ticks=Ticks(tick_seconds=5, sweep_seconds=30, reconcile_seconds=120, poll_inbound_seconds=60),
    on_call=(
        OnCall(name="First on call", phone="+14705550181", email="oncall@alana.example.org"),
        OnCall(name="Second on call", phone="+14705550182", email="director@alana.example.org"),
    ),
    on_call_test=time(18),
)  # fmt: skip


@pytest.mark.parametrize("part", Schedules.__slots__)
def test_each_section_means_what_it_says(part: str) -> None:
    assert getattr(parse(TEXT), part) == getattr(EXPECTED, part)


def test_the_states_shown_as_an_example_can_be_switched_on() -> None:
    switched = TEXT.replace("  states: {} ", "  states: #")
    for line in ("TX:", "  sms: 10:00-19:00", "  sunday_sms: none"):
        assert f"  #   {line}\n" in switched
        switched = switched.replace(f"  #   {line}\n", f"    {line}\n")
    (texas,) = parse(switched).quiet_hours.states
    assert (texas.state, texas.sms, texas.sunday_sms) == ("TX", Window(time(10), time(19)), None)


ORGANISATION = [
    ("short_name: ALANA Recovery ", "short_name: " + "a" * 31 + " ", "30 letters or fewer"),
    ("short_name: ALANA Recovery ", "short_name: " + "…" * 11 + " ", "30 letters or fewer"),
    ("short_name: ALANA Recovery ", "short_name: Ánimo ", "double the price"),
    ("phone: 404-555-0123", "phone: 404  -  555  -  0123         .", "404-555-0123"),
    ("phone: 404-555-0123", "phone: ٤٠٤-٥٥٥-٠١٢٣", "404-555-0123"),
]


@pytest.mark.parametrize(("old", "new", "say"), ORGANISATION, ids=["long", "dots", "accent", "spread", "digits"])
def test_what_stands_in_every_text_is_short_and_in_plain_letters(old: str, new: str, say: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(SchedulesInvalid) as refused:
        parse(TEXT.replace(old, new))
    (problem,) = refused.value.problems
    assert problem.line == TEXT[: TEXT.index(old)].count("\n") + 1 and say in problem.say


# The notes are taken out first: a slip in them changes nothing, and the rest is read three times as fast.
BARE = "\n".join(line for line in TEXT.splitlines() if line.strip() and not line.lstrip().startswith("#")) + "\n"
slips = st.lists(
    st.tuples(
        st.integers(0, len(BARE)), st.integers(0, 6), st.text(alphabet="aZ09:-[]{}\"'# \n\t,&*!|>%@é\x00", max_size=4)
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(slips)
def test_slips_in_the_shipped_file_are_told_or_harmless(made: list[tuple[int, int, str]]) -> None:
    text = BARE
    for at, gone, typed in made:
        text = text[:at] + typed + text[at + gone :]
    try:
        parse(text)
    except SchedulesInvalid as refused:
        lines = text.count("\n") + 1
        assert all(1 <= problem.line <= lines and problem.say.strip() for problem in refused.problems)
