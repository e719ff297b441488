"""May we write? Every reason, their order, and a ledger that means the same in every order of reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.consent import Allowed, Denied, Facts, LedgerEntry, decide, standing

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FINE = Facts(address_ok=True, suppressed=None, consent="granted", held=None, paused_until=None, erased=False)


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        pytest.param(FINE, Allowed(), id="nothing against it"),
        pytest.param(replace(FINE, erased=True), Denied("erased", True), id="erased"),
        pytest.param(replace(FINE, suppressed="stop"), Denied("suppressed:stop", True), id="stop"),
        pytest.param(
            replace(FINE, suppressed=""), Denied("suppressed:", True), id="a cause without a name still counts"
        ),
        pytest.param(replace(FINE, consent="revoked"), Denied("revoked", True), id="revoked"),
        pytest.param(replace(FINE, consent="none"), Denied("no_consent", True), id="never asked"),
        pytest.param(replace(FINE, address_ok=False), Denied("no_address", True), id="no address"),
        pytest.param(replace(FINE, held="crisis"), Denied("held", False), id="held"),
        pytest.param(replace(FINE, consent="pending"), Denied("unconfirmed", False), id="unconfirmed"),
        pytest.param(replace(FINE, paused_until=NOW + HOUR), Denied("paused", False, NOW + HOUR), id="paused"),
        pytest.param(replace(FINE, paused_until=NOW), Allowed(), id="the pause ends now"),
        pytest.param(replace(FINE, paused_until=NOW - HOUR), Allowed(), id="the pause is over"),
        pytest.param(
            replace(FINE, paused_until=NOW + HOUR, held="x", suppressed="stop"),
            Denied("suppressed:stop", True),
            id="lasting first",
        ),
        pytest.param(replace(FINE, paused_until=NOW + HOUR, held="x"), Denied("held", False), id="held over paused"),
        pytest.param(
            replace(FINE, consent="pending", suppressed="bounce"), Denied("suppressed:bounce", True), id="bounced"
        ),
    ],
)
def test_each_state_has_its_answer(facts: Facts, answer: Allowed | Denied) -> None:
    assert decide(facts, "sms", "recovery-notes", NOW) == answer


facts = st.builds(
    Facts,
    address_ok=st.booleans(),
    suppressed=st.sampled_from([None, "stop", "bounce"]),
    consent=st.sampled_from(["granted", "revoked", "none", "pending"]),
    held=st.sampled_from([None, "staff"]),
    paused_until=st.sampled_from([None, NOW - HOUR, NOW, NOW + HOUR]),
    erased=st.booleans(),
)


@given(facts)
def test_writing_is_allowed_only_when_nothing_at_all_stands_against_it(known: Facts) -> None:
    free = known.address_ok and known.suppressed is None and known.consent == "granted" and known.held is None
    free = free and not known.erased and (known.paused_until is None or known.paused_until <= NOW)
    assert isinstance(decide(known, "email", "recovery-notes", NOW), Allowed) is free


@pytest.mark.parametrize(
    ("known", "channel", "topic", "now"),
    [
        (FINE, "fax", "t", NOW),
        (FINE, "sms", "", NOW),
        (FINE, "sms", "t", NOW.replace(tzinfo=None)),
        (replace(FINE, paused_until=datetime(2027, 3, 2)), "sms", "t", NOW),
        (replace(FINE, consent="maybe"), "sms", "t", NOW),  # type: ignore[arg-type]
    ],
    ids=["channel", "topic", "naive now", "naive pause", "unheard-of consent"],
)
def test_what_cannot_be_judged_is_refused_not_allowed(known: Facts, channel: str, topic: str, now: datetime) -> None:
    with pytest.raises(ValueError):
        decide(known, channel, topic, now)


def _entry(kind: str, hours: int, topic: str | None = "notes", channel: str = "sms") -> LedgerEntry:
    return LedgerEntry(kind=kind, channel=channel, topic=topic, at=NOW + hours * HOUR)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ledger", "stands"),
    [
        pytest.param([], "none", id="nothing"),
        pytest.param([_entry("requested", 0)], "pending", id="asked"),
        pytest.param([_entry("requested", 0), _entry("granted", 1)], "granted", id="confirmed"),
        pytest.param([_entry("granted", 0), _entry("revoked", 1)], "revoked", id="revoked"),
        pytest.param([_entry("granted", 0), _entry("revoked", 1, None)], "revoked", id="STOP means every topic"),
        pytest.param([_entry("granted", 0), _entry("revoked", 1, "other")], "granted", id="another topic"),
        pytest.param([_entry("granted", 0), _entry("revoked", 1, None, "email")], "granted", id="another channel"),
        pytest.param([_entry("revoked", 0, None), _entry("granted", 1)], "granted", id="came back"),
        pytest.param([_entry("revoked", 0), _entry("requested", 1)], "pending", id="asks to come back"),
        pytest.param([_entry("granted", 0), _entry("requested", 1)], "granted", id="asked again, still granted"),
        pytest.param([_entry("granted", 1), _entry("revoked", 1)], "revoked", id="in one moment no wins"),
    ],
)
def test_the_ledger_says_where_a_person_stands(ledger: list[LedgerEntry], stands: str) -> None:
    assert standing(ledger, "sms", "notes") == stands


entries = st.one_of(
    st.builds(
        _entry, st.sampled_from(["requested", "granted"]), st.integers(0, 5), st.sampled_from(["notes", "other"])
    ),
    st.builds(_entry, st.just("revoked"), st.integers(0, 5), st.sampled_from(["notes", "other", None])),
)


@given(st.lists(entries, max_size=7).flatmap(lambda ledger: st.tuples(st.just(ledger), st.permutations(ledger))))
def test_the_order_of_reading_the_ledger_does_not_matter(both: tuple[list[LedgerEntry], list[LedgerEntry]]) -> None:
    assert standing(both[0], "sms", "notes") == standing(both[1], "sms", "notes")


@given(st.lists(entries, max_size=7))
def test_after_a_stop_nobody_stands_granted(ledger: list[LedgerEntry]) -> None:
    assert standing([*ledger, _entry("revoked", 6, None)], "sms", "notes") == "revoked"


@pytest.mark.parametrize("entry", [_entry("granted", 0, None), replace(_entry("revoked", 0), at=datetime(2027, 3, 1))])
def test_a_grant_for_everything_and_a_naive_moment_are_refused(entry: LedgerEntry) -> None:
    with pytest.raises(ValueError):
        standing([entry], "sms", "notes")
