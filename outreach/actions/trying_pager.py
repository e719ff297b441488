"""The test of the pager: everybody on call hears of it by every way, each evening and whenever somebody asks.

A pager that fails is an alarm of its own, before a crisis needs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Subquery

from outreach.actions import schedules
from outreach.actions.dispatching.rows import run
from outreach.actions.paging import Call, make
from outreach.errors import Refused
from outreach.models import Page, Watermark
from outreach.rules import paging
from outreach.rules.paging import Way

NAME = "pager test"
STALE = timedelta(hours=26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The last test: when, and its pages. `at` None: there was none. `ways`: how many there are to people on call now."""

    at: datetime | None
    pages: Sequence[Page]
    ways: int

    @property
    def failed(self) -> list[Page]:
        """The ways that did not work."""
        return [page for page in self.pages if page.status in ("failed", "uncertain")]

    @property
    def broken_off(self) -> bool:
        """Whether it ended before everybody was called."""
        return self.at is not None and len(self.pages) < self.ways

    def stale(self, now: datetime) -> bool:
        """Whether the last test is older than a day, or never was."""
        return self.at is None or now - self.at > STALE


def try_if_due(now: datetime) -> int:
    """Runs the evening's test once, whichever worker comes first. Returns how many pages it made."""
    in_force = schedules.current()
    if not in_force.on_call:
        return 0
    with transaction.atomic():
        number = _begin(now, lambda last: paging.trial_due(last, in_force.on_call_test, in_force.quiet_hours.zone, now))
    return _call_everybody(number, now) if number else 0


def try_now(now: datetime) -> Tested:
    """Runs a test at once. Raises Refused when nobody is on call."""
    if not schedules.current().on_call:
        raise Refused("Nobody is on call: write `on_call:` in schedules.yaml and run `outreach schedules apply`.")
    with transaction.atomic():
        number = _begin(now, lambda _: True)
    _call_everybody(number, now)
    return last_test()


def last_test() -> Tested:
    """The last test and what became of it."""
    last = Watermark.objects.filter(name=NAME).values_list("at", flat=True).first()
    tests = Page.objects.filter(incident=None)
    newest = tests.order_by("-round").values("round")[:1]
    pages = list(tests.filter(round=Subquery(newest)).order_by("attempt"))
    return Tested(at=last, pages=pages, ways=len(_everybody()))


def _begin(now: datetime, due: Callable[[datetime | None], bool]) -> int:
    """The number of a new test, 0 when none is due. One worker at a time."""
    run("SELECT pg_advisory_xact_lock(hashtext('outreach pager test'))")
    if not due(Watermark.objects.filter(name=NAME).values_list("at", flat=True).first()):
        return 0
    Watermark.objects.update_or_create(name=NAME, defaults={"at": now})
    return (Page.objects.filter(incident=None).aggregate(n=Max("round"))["n"] or 0) + 1


def _everybody() -> list[Way]:
    return [way for person in schedules.current().on_call for way in paging.ways(person)]


def _call_everybody(number: int, now: datetime) -> int:
    everybody = _everybody()
    for place, way in enumerate(everybody, 1):
        page = Page.objects.create(
            round=number, attempt=place, person=way.name, channel=way.channel, say="test", at=now
        )
        make(Call(page.pk, page.key.hex, way, "test"), now)
    return len(everybody)
