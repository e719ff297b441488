"""Every legal and every illegal move of everything that has a life."""

from __future__ import annotations

from itertools import product

import pytest

from outreach.rules import lifecycle
from outreach.rules.lifecycle import BATCH, CAMPAIGN, ENROLLMENT, MESSAGE, SERIES, Kind, UnknownStatus

# Written out a second time on purpose: the table of the code is not its own proof.
LEGAL: dict[Kind, set[tuple[str, str]]] = {
    MESSAGE: {
        ("uncertain", "sent"),
        ("uncertain", "failed"),
        ("uncertain", "returned"),
        ("failed", "returned"),
    },
    ENROLLMENT: {
        ("active", "paused"),
        ("active", "finished"),
        ("active", "exited"),
        ("paused", "active"),
        ("paused", "finished"),
        ("paused", "exited"),
    },
    CAMPAIGN: {
        ("draft", "running"),
        ("draft", "stopped"),
        ("running", "paused"),
        ("running", "stopped"),
        ("running", "finished"),
        ("paused", "running"),
        ("paused", "stopped"),
    },
    BATCH: {("claimed", "calling"), ("claimed", "released"), ("calling", "settled"), ("calling", "swept")},
    SERIES: {("draft", "review"), ("review", "draft"), ("review", "published"), ("published", "archived")},
}

# A message is written with its outcome.
BORN_FINAL: dict[Kind, set[str]] = {MESSAGE: {"skipped"}}

EVERY_PAIR = [(kind, old, new) for kind in LEGAL for old, new in product(lifecycle.statuses(kind), repeat=2)]


@pytest.mark.parametrize(("kind", "old", "new"), EVERY_PAIR, ids=lambda part: str(part))
def test_a_move_is_legal_exactly_when_it_is_in_the_plan(kind: Kind, old: str, new: str) -> None:
    assert lifecycle.may(kind, old, new) is ((old, new) in LEGAL[kind])


@pytest.mark.parametrize("kind", LEGAL)
def test_no_status_of_the_plan_is_missing(kind: Kind) -> None:
    assert {status for move in LEGAL[kind] for status in move} | BORN_FINAL.get(kind, set()) == set(
        lifecycle.statuses(kind)
    )


@pytest.mark.parametrize(
    ("kind", "finals"),
    [
        (MESSAGE, {"sent", "returned", "skipped"}),
        (ENROLLMENT, {"finished", "exited"}),
        (CAMPAIGN, {"stopped", "finished"}),
        (BATCH, {"released", "settled", "swept"}),
        (SERIES, {"archived"}),
    ],
)
def test_nothing_leaves_a_final_status(kind: Kind, finals: set[str]) -> None:
    assert set(lifecycle.finals(kind)) == finals
    assert not any(lifecycle.may(kind, old, new) for old in finals for new in lifecycle.statuses(kind))


@pytest.mark.parametrize("kind", LEGAL)
def test_every_status_can_be_reached_from_a_start(kind: Kind) -> None:
    reached = set(lifecycle.starts(kind))
    for _ in lifecycle.statuses(kind):
        reached |= {new for old, new in LEGAL[kind] if old in reached}
    assert reached == set(lifecycle.statuses(kind))


def test_the_sources_of_a_status_are_the_where_of_its_update() -> None:
    assert lifecycle.sources(MESSAGE, "sent") == ("uncertain",)
    assert lifecycle.sources(MESSAGE, "skipped") == ()
    assert lifecycle.sources(CAMPAIGN, "draft") == ()


@pytest.mark.parametrize("kind", LEGAL)
def test_the_check_constraint_holds_every_status(kind: Kind) -> None:
    assert lifecycle.sql_check(kind) == lifecycle.statuses(kind)


@pytest.mark.parametrize(
    "call",
    [
        lambda: lifecycle.may(MESSAGE, "uncertain", "delivered"),
        lambda: lifecycle.may(MESSAGE, "", "sent"),
        lambda: lifecycle.may("letter", "uncertain", "sent"),  # type: ignore[arg-type]
        lambda: lifecycle.statuses("letter"),  # type: ignore[arg-type]
        lambda: lifecycle.starts("letter"),  # type: ignore[arg-type]
        lambda: lifecycle.sources(BATCH, "sent"),
    ],
    ids=["status", "empty", "kind", "statuses", "starts", "sources"],
)
def test_a_word_in_no_table_is_refused(call: object) -> None:
    with pytest.raises(UnknownStatus):
        call()  # type: ignore[operator]
