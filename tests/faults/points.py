"""The named points of the spine: where a worker can be stopped, killed or cut off. One table; nothing in the product knows it.

A point lies before or after one function of the product, named as the calling module sees it. `install` wraps those
functions once, in the process from which all others are forked; a child stops at a point only when it is armed for it.
When a function is renamed, its row is changed here and nowhere else.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import mmap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

_SPINE: Final = "outreach.actions.dispatching"


@dataclass(frozen=True, slots=True)
class Point:
    """One place. `by`: who passes it: a sender, the clockwork (sweep, reconcile, poll), or the doors."""

    name: str
    module: str
    function: str  # "name" or "Class.name"
    side: Literal["before", "after"]
    by: Literal["send", "sweep", "reconcile", "poll", "opt_out", "hook"] = "send"


POINTS: Final = (
    Point("claim: alone at it", f"{_SPINE}.claim", "by_index", "after"),
    Point("claim: before its commit", f"{_SPINE}.claim", "hot", "after"),
    Point("claim: committed", f"{_SPINE}.claim", "_claim_group", "after"),
    Point("mark: before", f"{_SPINE}.send", "mark_calling", "before"),
    Point("mark: committed", f"{_SPINE}.send", "mark_calling", "after"),
    Point("fence: locked", f"{_SPINE}.send", "lock_calling", "after"),
    Point("fence: facts read", f"{_SPINE}.send", "due_people", "after"),
    Point("fence: judged", f"{_SPINE}.send", "_fence", "after"),
    Point("call: email before", "outreach.providers.sendgrid", "SendGrid.send", "before"),
    Point("call: texts before", "outreach.providers.twilio", "Twilio.send", "before"),
    Point("call: email first byte", "outreach.providers.sendgrid", "SendGrid._post", "before"),
    Point("call: email answered", "outreach.providers.sendgrid", "SendGrid.send", "after"),
    Point("call: texts answered", "outreach.providers.twilio", "Twilio.send", "after"),
    Point("settle: before", f"{_SPINE}.send", "_settle", "before"),
    Point("settle: recorded", f"{_SPINE}.send", "settle", "after"),
    Point("settle: before its commit", f"{_SPINE}.send", "end_batch", "after"),
    Point("settle: committed", f"{_SPINE}", "fence_call_settle", "after"),
    Point("confirm: claimed", f"{_SPINE}.confirmations", "_claim", "after"),
    Point("confirm: marked", f"{_SPINE}.confirmations", "mark_calling", "after"),
    Point("confirm: facts read", f"{_SPINE}.confirmations", "_reread", "after"),
    Point("confirm: before its commit", f"{_SPINE}.confirmations", "end_batch", "after"),
    Point("sweep: recorded", f"{_SPINE}.sweep", "settle", "after", "sweep"),
    Point("sweep: before its commit", f"{_SPINE}.sweep", "end_batch", "after", "sweep"),
    Point("sweep: committed", f"{_SPINE}.sweep", "_sweep_one", "after", "sweep"),
    Point("reconcile: before", "outreach.actions.reconciling", "reconcile", "before", "reconcile"),
    Point("reconcile: events applied", "outreach.actions.reconciling", "settle_from_events", "after", "reconcile"),
    Point("reconcile: list read", "outreach.providers.twilio", "Twilio.list_sent", "after", "reconcile"),
    Point("reconcile: feed read", "outreach.providers.sendgrid", "SendGrid.list_batch", "after", "reconcile"),
    Point("poll: list read", "outreach.providers.twilio", "Twilio.list_inbound", "after", "poll"),
    Point("poll: one text taken in", "outreach.actions.receiving.texts", "take_in", "after", "poll"),
    Point("opt-out: before its commit", "outreach.actions.opting_out", "suppress_key", "after", "opt_out"),
    Point("opt-out: committed", "outreach.actions.opting_out", "confirm", "before", "opt_out"),
    Point("opt-out: waited", "outreach.actions.opting_out", "wait_for_batches_of", "after", "opt_out"),
    Point("opt-out: before the answer", "outreach.actions.opting_out", "opt_out", "after", "opt_out"),
    Point("hook: stored", "outreach.actions.receiving.storing", "_store", "after", "hook"),
    Point("hook: applied", "outreach.actions.receiving.storing", "_apply_one", "after", "hook"),
    Point("hook: text taken in", "outreach.actions.receiving.texts", "take_in", "after", "hook"),
)
NUMBERS: Final = {point.name: number for number, point in enumerate(POINTS, start=1)}
# Where the same function is also known under another module's name, it is replaced there too.
ALSO_KNOWN: Final = {
    ("outreach.actions.opting_out", "confirm"): ("outreach.actions.keywords", "outreach.actions.receiving.mails"),
    ("outreach.actions.opting_out", "opt_out"): ("outreach.web.public.unsubscribe", "outreach.actions.preferring"),
}


class Arms:
    """Shared memory: for every child the number of the point it shall stop at, and how often it may pass before."""

    def __init__(self, children: int = 250) -> None:
        self._bytes = mmap.mmap(-1, 2 * (children + 1))

    def arm(self, slot: int, point: str, skip: int = 0) -> None:
        """The child in `slot` stops at `point` once, after passing it `skip` times."""
        self._bytes[2 * slot + 1] = skip
        self._bytes[2 * slot] = NUMBERS[point]

    def disarm(self, slot: int) -> bool:
        """Takes it back; whether it was still armed."""
        armed = self._bytes[2 * slot] != 0
        self._bytes[2 * slot] = 0
        return armed

    def stops(self, slot: int, number: int) -> bool:
        """Asked by the child at every point; disarms when it is the one."""
        if self._bytes[2 * slot] != number:
            return False
        if self._bytes[2 * slot + 1]:
            self._bytes[2 * slot + 1] -= 1
            return False
        self._bytes[2 * slot] = 0
        return True


passing: Callable[[int], None] = lambda number: None  # noqa: E731  # a child puts its own here


def install() -> None:
    """Wraps every function of the table. The product's files are not touched; its modules in this process are."""
    seams: dict[tuple[str, str], dict[str, list[int]]] = {}
    for number, point in enumerate(POINTS, start=1):
        seams.setdefault((point.module, point.function), {"before": [], "after": []})[point.side].append(number)
    for (module, function), numbers in seams.items():
        replace(module, function, functools.partial(_stopping, before=numbers["before"], after=numbers["after"]))


def replace(module: str, function: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Puts `wrap(function)` in the function's place, wherever it is known. Raises AttributeError when it is not there."""
    others = [importlib.import_module(other) for other in ALSO_KNOWN.get((module, function), ())]
    owner: Any = importlib.import_module(module)
    *path, name = function.split(".")
    for part in path:
        owner = getattr(owner, part)
    original = getattr(owner, name)
    fresh = wrap(original)
    setattr(owner, name, fresh)
    for other in others:
        assert getattr(other, name) is original, f"{other.__name__} knows another {name}"
        setattr(other, name, fresh)


def _stopping(function: Callable[..., Any], *, before: list[int], after: list[int]) -> Callable[..., Any]:
    assert not inspect.iscoroutinefunction(function), "a point lies at a plain function"

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        for number in before:
            passing(number)
        result = function(*args, **kwargs)
        for number in after:
            passing(number)
        return result

    return wrapped


def named(by: str) -> list[str]:
    """The names of the points that `by` passes."""
    return [point.name for point in POINTS if point.by == by]
