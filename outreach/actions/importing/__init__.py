"""Importing people from a CSV file: a report of every row first, then all of the good rows or nothing.

An import can never bring back someone who opted out: a suppressed address or a withdrawn consent is `blocked`, and the
row changes nothing there.

The file is read as it comes and checked row by row (`reading`) into a temporary table (`staging`), where every question
about all rows is one statement: who stands there twice, who is known, who left. Then it is applied in chunks, each in a
transaction of its own (`applying`): an import that was interrupted is simply run again, and goes on where it ended, for
what is there already is `same`. Memory is a chunk, never a file.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO, Literal

from django.contrib.auth.models import User

from outreach.actions import schedules
from outreach.actions.importing import applying, reading, staging
from outreach.errors import Refused
from outreach.models import ConsentAttestation
from outreach.models.people import CHANNELS
from outreach.rules import ledger
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
    """Why we may write to these people: staff state it per file. It is kept with the file's hash, and every consent event
    of the file names it.

    `wording`: the exact words they agreed to. `source`: where and how they agreed. `attested_by`: who answers for it; left
    empty, the member of staff who imports. `collected_on`: the last day on which one of them agreed; None: the day of the
    import. `adults`: whether all of them are known to be adults, None when nobody can say.
    """

    topic: str
    wording: str
    source: str
    channels: tuple[str, ...] = ("email", "sms")
    attested_by: str = ""
    collected_on: date | None = None
    adults: bool | None = None


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
    attestation = _checked(attestation, schedules.current(), actor, now.date())
    file = BytesIO(data) if isinstance(data, bytes) else data
    with staging.table():
        staging.fill(reading.rows(file))
        judged = staging.judge(attestation.topic, attestation.channels)
        counts = dict.fromkeys(VERDICTS, 0) | staging.counts()
        apply = not dry_run and (skip_bad_rows or not counts["invalid"])
        if apply:
            stated = _state(attestation, file, now, actor)
            applying.apply(stated, now=now, judged=judged, actor=actor, people=(counts["new"], counts["changed"]))
        rows, more = staging.worth_a_look(MOST_ROWS)
    return Report(counts, tuple(Row(*row) for row in rows), apply, more)


def _state(attestation: Attestation, file: BinaryIO, now: datetime, actor: User | None) -> ConsentAttestation:
    """The statement as a row. The same one about the same file again, as when an import is resumed, is that row."""
    row = ConsentAttestation(
        topic=attestation.topic,
        channels=list(attestation.channels),
        wording=attestation.wording,
        wording_version=ledger.wording_version("en", attestation.wording),
        collected=attestation.source,
        collected_on=attestation.collected_on or now.date(),
        attested_by=attestation.attested_by,
        adults=attestation.adults,
        file_sha256=_sha256(file),
        actor=actor,
        at=now,
    )
    fields = [f.attname for f in row._meta.concrete_fields if f.attname not in ("id", "at", "recorded_at")]
    known = ConsentAttestation.objects.filter(**{name: getattr(row, name) for name in fields}).first()
    if known is None:
        row.save()
    return known or row


def _sha256(file: BinaryIO) -> bytes:
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(reading.BLOCK):
        found.update(block)
    return found.digest()


def _checked(attestation: Attestation, in_force: Schedules, actor: User | None, today: date) -> Attestation:
    """The attestation, whole, for the channels that its topic has."""
    topics = {t.key: t for t in in_force.topics}
    if attestation.topic not in topics:
        raise Refused(f"No topic is called “{attestation.topic}”. Known: {', '.join(topics)}.")
    if not attestation.channels or not set(attestation.channels) <= set(CHANNELS):
        raise Refused("Say for which channels these people agreed: email, sms or both.")
    if len(attestation.wording.strip()) < 10 or not attestation.source.strip():
        raise Refused(
            "Say which words these people agreed to (at least 10 characters) and where: both are kept as proof."
        )
    attested_by = attestation.attested_by.strip() or (actor.get_full_name() or actor.get_username() if actor else "")
    if not attested_by:
        raise Refused("Say who answers for it that these people agreed: a name, kept as proof.")
    collected_on = attestation.collected_on or today
    if collected_on > today:
        raise Refused(f"These people cannot have agreed on {collected_on:%Y-%m-%d}: that day is still to come.")
    channels = tuple(c for c in attestation.channels if c in topics[attestation.topic].channels)
    if not channels:
        raise Refused(f"The topic “{attestation.topic}” does not go out by {' or '.join(attestation.channels)}.")
    return replace(attestation, channels=channels, attested_by=attested_by, collected_on=collected_on)
