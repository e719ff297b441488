"""Audiences as data: what is accepted, what is refused and how it is said, and who is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.audience import EVERYONE, AudienceInvalid, Every, Is, Not, Some, chosen, matches, parse
from outreach.rules.audience import say as put_in_words

ANN: dict[str, Any] = {
    "role": "family",
    "language": "es",
    "zone": "America/New_York",
    "state": "GA",
    "tags": {"alumni"},
    "reachable": {"email", "sms"},
    "consented": {"email/recovery-notes"},
    "discreet": True,
    "joined": datetime(2027, 2, 22, 0, 0, tzinfo=UTC),
}

PLAIN: list[tuple[dict[str, Any], bool]] = [
    ({"role": "family"}, True),
    ({"role": "subscriber"}, False),
    ({"language": "es"}, True),
    ({"language": "en"}, False),
    ({"zone": "America/New_York"}, True),
    ({"zone": "America/Chicago"}, False),
    ({"state": "GA"}, True),
    ({"state": "ga"}, True),
    ({"state": "TX"}, False),
    ({"tag": "alumni"}, True),
    ({"tag": "staff"}, False),
    ({"reachable": "sms"}, True),
    ({"consented": "email/recovery-notes"}, True),
    ({"consented": "sms/recovery-notes"}, False),
    ({"discreet": True}, True),
    ({"discreet": False}, False),
    ({"joined_before": "2027-02-23"}, True),
    ({"joined_before": "2027-02-22"}, False),
    ({"joined_after": "2027-02-22"}, True),
    ({"joined_after": "2027-02-23"}, False),
    ({}, True),
    ({"all": []}, True),
    ({"any": []}, False),
    ({"not": {}}, False),
    ({"all": [{"role": "family"}, {"not": {"tag": "staff"}}]}, True),
    ({"all": [{"role": "family"}, {"tag": "staff"}]}, False),
    ({"any": [{"tag": "staff"}, {"state": "GA"}]}, True),
    ({"any": [{"tag": "staff"}, {"state": "TX"}]}, False),
    ({"not": {"not": {"role": "family"}}}, True),
]


@pytest.mark.parametrize(("data", "meant"), PLAIN, ids=[str(data) for data, _ in PLAIN])
def test_a_condition_means_whom_it_says(data: dict[str, Any], meant: bool) -> None:
    assert matches(parse(data), ANN) is meant


def test_a_condition_becomes_plain_values() -> None:
    data = {"all": [{"state": "ga"}, {"any": [{"joined_after": "2027-01-31"}]}, {"not": {"tag": " x "}}]}
    expected = Every((Is("state", "GA"), Some((Is("joined_after", date(2027, 1, 31)),)), Not(Is("tag", "x"))))
    assert parse(data) == expected
    assert parse({}) == EVERYONE


def test_a_day_is_a_day_in_utc_wherever_the_moment_was_noted() -> None:
    """20:00 in Atlanta is already the next day in UTC, and PostgreSQL says so too."""
    evening = ANN | {"joined": datetime(2027, 2, 21, 20, 0, tzinfo=timezone(timedelta(hours=-5)))}
    assert matches(parse({"joined_after": "2027-02-22"}), evening)
    assert not matches(parse({"joined_before": "2027-02-22"}), evening)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        matches(parse({"joined_after": "2027-02-22"}), ANN | {"joined": datetime(2027, 2, 22)})


REFUSED: list[tuple[Any, str]] = [
    (None, "audience: a condition is written like"),
    ([], "audience: a condition is written like"),
    ("family", "audience: a condition is written like"),
    ({"role": "family", "state": "GA"}, "one key"),
    ({"rol": "family"}, "Did you mean “role”?"),
    ({"colour": "blue"}, "Known: role"),
    ({"role": "patient"}, "subscriber or family"),
    ({"language": "fr"}, "en or es"),
    ({"zone": "EST"}, "America/New_York"),
    ({"zone": "America/Atlanta"}, "no time zone"),
    ({"state": "Georgia"}, "two letters"),
    ({"state": "ZZ"}, "two letters"),
    ({"tag": ""}, "needs a word"),
    ({"tag": 7}, "needs a word"),
    ({"tag": "a\0b"}, "cannot be seen"),
    ({"tag": "\ud800"}, "cannot be seen"),
    ({"discreet": "yes"}, "true or false"),
    ({"discreet": 1}, "true or false"),
    ({"reachable": "fax"}, "email or sms"),
    ({"consented": "recovery-notes"}, "channel/topic"),
    ({"consented": "fax/recovery-notes"}, "channel/topic"),
    ({"consented": "email/"}, "channel/topic"),
    ({"joined_before": "yesterday"}, "like 2027-02-22"),
    ({"joined_before": "2027-02-30"}, "like 2027-02-22"),
    ({"all": {"role": "family"}}, "audience.all: needs a list"),
    ({"any": "family"}, "audience.any: needs a list"),
    ({"not": [{"role": "family"}]}, "audience.not: a condition"),
    ({"all": [{"role": "family"}, {"not": {"state": "QQ"}}]}, "audience.all[2].not.state"),
    ({3: "x"}, "“3” is not known"),
]


@pytest.mark.parametrize(("data", "say"), REFUSED, ids=[ascii(data) for data, _ in REFUSED])
def test_what_cannot_be_read_is_refused_with_its_place_and_a_cure(data: Any, say: str) -> None:
    with pytest.raises(AudienceInvalid) as refused:
        parse(data)
    assert say in refused.value.say and refused.value.say.endswith((".", "?"))


def test_an_endless_nest_is_refused() -> None:
    data: dict[str, Any] = {"role": "family"}
    for _ in range(5000):
        data = {"not": data}
    with pytest.raises(AudienceInvalid, match="nested"):
        parse(data)


conditions: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.sampled_from([data for data, _ in PLAIN if len(data) == 1 and not {"all", "any", "not"} & set(data)]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda of: {"all": of}),
        st.lists(inner, max_size=4).map(lambda of: {"any": of}),
        inner.map(lambda of: {"not": of}),
    ),
    max_leaves=8,
)


@given(st.lists(conditions, max_size=4).flatmap(lambda of: st.tuples(st.just(of), st.permutations(of))))
def test_the_order_of_conditions_does_not_matter(both: tuple[list[Any], list[Any]]) -> None:
    for name in ("all", "any"):
        assert matches(parse({name: both[0]}), ANN) == matches(parse({name: both[1]}), ANN)


@given(conditions)
def test_not_is_the_other_half_of_everyone(data: dict[str, Any]) -> None:
    assert matches(parse({"not": data}), ANN) is not matches(parse(data), ANN)


@given(
    st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_any_data_is_a_condition_or_a_sentence(data: Any) -> None:
    try:
        parse(data)
    except AudienceInvalid as refused:
        assert refused.say


@pytest.mark.parametrize(
    ("fields", "data", "words"),
    [
        ({}, {}, "everyone"),
        ({"role": "family"}, {"role": "family"}, "families"),
        ({"tags": " Spring ,, spring; "}, {"tag": "spring"}, "tagged “spring”"),
        (
            {"language": "es", "tags": "spring,alumni", "without": "staff, moved away", "states": "ga, al"},
            {
                "all": [
                    {"language": "es"},
                    {"any": [{"tag": "spring"}, {"tag": "alumni"}]},
                    {"any": [{"state": "GA"}, {"state": "AL"}]},
                    {"not": {"any": [{"tag": "staff"}, {"tag": "moved away"}]}},
                ]
            },
            "in Spanish, tagged “spring” or tagged “alumni”, in GA or in AL, not (tagged “staff” or tagged “moved away”)",
        ),
        ({"without": "staff"}, {"not": {"tag": "staff"}}, "not tagged “staff”"),
    ],
)
def test_what_staff_choose_is_a_condition_and_can_be_said(
    fields: dict[str, str], data: dict[str, Any], words: str
) -> None:
    assert chosen(**fields) == data
    assert put_in_words(parse(data)) == words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"any": []}, "nobody"),
        ({"any": [{"tag": "a"}, {"all": [{"role": "family"}, {"discreet": True}]}]}, "tagged “a” or (families, discreet)"),
        ({"not": {"not": {"reachable": "sms"}}}, "not not with a phone"),
        ({"not": {"all": [{"any": [{"tag": "a"}, {"tag": "b"}]}]}}, "not (tagged “a” or tagged “b”)"),
        ({"consented": "email/recovery-notes"}, "who agreed to email/recovery-notes"),
        ({"joined_after": "2027-02-22"}, "who joined on or after 2027-02-22"),
        ({"zone": "America/Chicago"}, "in America/Chicago"),
    ],
)  # fmt: skip
def test_any_condition_can_be_said(data: dict[str, Any], words: str) -> None:
    assert put_in_words(parse(data)) == words


def test_too_many_words_are_refused() -> None:
    with pytest.raises(AudienceInvalid, match="More than 60"):
        chosen(tags=",".join(map(str, range(61))))


def test_a_state_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(AudienceInvalid, match="“XX” is not a state"):
        chosen(states="GA, xx")
