"""Importing people from a CSV file: a report of every row first, then all of the good rows or nothing.

An import can never bring back someone who opted out: a suppressed address or a withdrawn consent is `blocked`, and the
row changes nothing there.

The file is read as it comes and checked row by row (`reading`) into a temporary table (`staging`), where every question
about all rows is one statement: who stands there twice, who is known, who left. Then it is applied in chunks, each in a
transaction of its own (`applying`): an import that was interrupted is simply run again, and goes on where it ended, for
what is there already is `same`. Memory is a chunk, never a file.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Literal

from django.contrib.auth.models import User

from outreach.actions import schedules
from outreach.actions.importing import applying, reading, staging
from outreach.errors import Refused
from outreach.models.people import CHANNELS
from outreach.rules.cadence import Schedules

Verdict = Literal["new", "changed", "same", "blocked", "invalid", "duplicate"]
VERDICTS: tuple[Verdict, ...] = ("new", "changed", "same", "blocked", "invalid", "duplicate")
MOST_ROWS = 10_000  # of a report: nobody looks at more one by one; the counts are of all


@dataclass(frozen=True, slots=True)
class Row:
    """A row that staff should look at. `line` counts from 1 with the header, as an editor shows it."""

    line: int
    verdict: Verdict
    say: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """Why we may write to these people: staff state it per file, and it stands in every consent event."""

    topic: str
    wording: str
    source: str
    channels: tuple[str, ...] = ("email", "sms")


@dataclass(frozen=True, slots=True)
class Report:
    """What an import would do, or did. `rows` holds the rows that staff should look at, those that stop the import first
    to be kept; `more` says how many such rows there are beyond them."""

    counts: dict[str, int]
    rows: tuple[Row, ...]
    applied: bool
    more: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def import_csv(
    data: bytes | BinaryIO,
    attestation: Attestation,
    *,
    now: datetime,
    dry_run: bool,
    skip_bad_rows: bool = False,
    actor: User | None = None,
) -> Report:
    """Reads a CSV file (its bytes, or an open file that can be read twice) and, unless `dry_run`, applies it.

    Rows that cannot be used stop the whole import unless `skip_bad_rows`. Raises Refused for a file that cannot be read
    at all, or an attestation that says nothing. Call it outside a transaction.
    """
    attestation = _checked(attestation, schedules.current())
    file = BytesIO(data) if isinstance(data, bytes) else data
    with staging.table():
        staging.fill(reading.rows(file))
        staging.judge(attestation.topic, attestation.channels)
        counts = dict.fromkeys(VERDICTS, 0) | staging.counts()
        apply = not dry_run and (skip_bad_rows or not counts["invalid"])
        if apply:
            applying.apply(attestation.topic, attestation.wording, attestation.source, attestation.channels,
                           now=now, actor=actor, people=(counts["new"], counts["changed"]))  # fmt: skip
        rows, more = staging.worth_a_look(MOST_ROWS)
    return Report(counts, tuple(Row(*row) for row in rows), apply, more)


def _checked(attestation: Attestation, in_force: Schedules) -> Attestation:
    """The attestation, for the channels that its topic has."""
    topics = {t.key: t for t in in_force.topics}
    if attestation.topic not in topics:
        raise Refused(f"No topic is called “{attestation.topic}”. Known: {', '.join(topics)}.")
    if not attestation.channels or not set(attestation.channels) <= set(CHANNELS):
        raise Refused("Say for which channels these people agreed: email, sms or both.")
    if len(attestation.wording.strip()) < 10 or not attestation.source.strip():
        raise Refused(
            "Say which words these people agreed to (at least 10 characters) and where: both are kept as proof."
        )
    channels = tuple(c for c in attestation.channels if c in topics[attestation.topic].channels)
    if not channels:
        raise Refused(f"The topic “{attestation.topic}” does not go out by {' or '.join(attestation.channels)}.")
    return replace(attestation, channels=channels)
