"""The people of a run, in four zones, some with a number in common; one series on both channels; small batches."""

from __future__ import annotations

import random
import re
from dataclasses import asdict, dataclass
from typing import Any, Final

BATCH: Final = 3  # few people a batch: many batches, so many chances for a fault
# area code, ZIP code, zones: the last is somebody who moved and kept the number
PLACES: Final = (
    ("404", "30303", ("America/New_York",)),
    ("312", "60601", ("America/Chicago",)),
    ("303", "80202", ("America/Denver",)),
    ("213", "90012", ("America/Los_Angeles",)),
    ("206", "30303", ("America/New_York", "America/Los_Angeles")),
)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as the harness knows them, without asking the product."""

    id: int
    email: str
    phone: str
    zones: tuple[str, ...]
    unsubscribe: str


def schedules_text(batch: int = BATCH) -> str:
    """The shipped schedules with small batches and no pace worth waiting for."""
    from tests.builders import ROOT

    text = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
    for old, new in (
        (r"per_second: 50\b", "per_second: 1000"), (r"parts_per_second: 3\b", "parts_per_second: 1000"),
        (r"batch: 500\b", f"batch: {batch}"), (r"batch: 25\b", f"batch: {batch}"), (r"tick_seconds: 5\b", "tick_seconds: 1"),
        (r"sweep_seconds: 30\b", "sweep_seconds: 5"), (r"reconcile_seconds: 120\b", "reconcile_seconds: 10"),
        (r"poll_inbound_seconds: 60\b", "poll_inbound_seconds: 10"),
    ):  # fmt: skip
        text, found = re.subn(old, new, text)
        assert found == 1, old
    return text


def seed(people: int, dice: int, emails: int, texts: int, places: int) -> list[dict[str, Any]]:
    """Fills an empty database and starts the campaign. To be called in a child; returns who there is. `places`: how many of
    the zones they live in: few zones are few moments."""
    from outreach.actions import links, schedules
    from outreach.models import ClockSetting
    from tests import builders

    rng = random.Random(dice)
    schedules.apply(schedules_text(), now=builders.NOW)
    ClockSetting.objects.create(id=1, now=builders.NOW)
    made: list[dict[str, Any]] = []
    for number in range(1, people + 1):
        area, zip_code, zones = rng.choice(PLACES[:places])
        email, phone = f"person{number}@example.org", f"+1{area}55501{number % 99 + 1:02d}"
        if made and rng.random() < 0.1:  # two records, one number
            other = rng.choice(made)
            phone, zip_code, zones = other["phone"], other["zip"], tuple(other["zones"])
        person = builders.make_subscriber(email=email, phone=phone, zip_code=zip_code)
        made.append({"id": person.pk, "email": email, "phone": phone, "zones": zones, "zip": zip_code})
    series = builders.make_series(emails=emails, texts=texts)
    campaign = builders.make_campaign(series)
    known = [
        Someone(p["id"], p["email"], p["phone"], p["zones"], links.unsubscribe_url(p["id"], campaign.pk)) for p in made
    ]
    return [asdict(person) for person in known]
