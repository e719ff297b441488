"""A million people: imported from a file with every check, and enrolled by set.

An import is compared with three bare ways: a COPY of the file into a plain table of text, nothing checked, nothing
indexed; a COPY of the people alone into a table like theirs, with its indexes; and an INSERT … SELECT of all it writes,
people, ledger and consents, into tables like theirs. An enrolment is compared with an INSERT … SELECT of its rows.
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks.crowd import NOW, WORDING, campaign_for_everyone, put_schedules_in_force, settle
from benchmarks.parts import database
from benchmarks.rows import Row

HEADER = "email,phone,first_name,last_name,zip,language,tags\n"
TOPIC = "recovery-notes"


def run(quick: bool) -> list[Row]:
    """Import and enrolment, of one crowd."""
    count = 20_000 if quick else 1_000_000
    with database() as address, tempfile.TemporaryDirectory() as folder:
        put_schedules_in_force()
        file = Path(folder) / "people.csv"
        _write(file, count)
        return [*_import(file, count, address), *_enroll(count, address)]


def _import(file: Path, count: int, address: str) -> list[Row]:
    from outreach.actions.importing import Attestation, import_csv

    sheet = Attestation(topic=TOPIC, wording=WORDING, source="people.csv", attested_by="the benchmark")

    def ours(dry_run: bool) -> None:
        with file.open("rb") as opened:
            report = import_csv(opened, sheet, now=NOW, dry_run=dry_run)
        assert report.counts["new"] == count, report.counts

    checked = _seconds(lambda: ours(dry_run=True))
    imported = _seconds(lambda: ours(dry_run=False))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with psycopg.connect(address, autocommit=True) as bare:
        copied = count / _seconds(lambda: _copy(bare, file))
        people = file.with_name("people.rows")
        _copy_out(bare, people)
        put = count / _seconds(lambda: _copy_in(bare, "COPY copied_subscriber FROM STDIN", people))
        written = count / _seconds(lambda: _bare_people(bare))
        for table in ("bare_subscriber", "bare_consent_event", "bare_consent", "copied_subscriber", "plain"):
            bare.execute(f"DROP TABLE {table}")
    size = f"{count:,} rows"
    return [
        Row("import, checked only (dry run)", size, count / checked, "rows/s", limit=copied, note="limit: bare COPY"),
        Row("import, checked and applied", size, count / imported, "rows/s", limit=copied, target=0.2,
            note="limit: bare COPY of the file into text"),
        Row("import, against its people alone", size, count / imported, "rows/s", limit=put,
            note="limit: bare COPY of the people into a table like theirs"),
        Row("import, against its own rows", size, count / imported, "rows/s", limit=written,
            note="limit: bare INSERT … SELECT of the people, ledger and consents it writes"),
        Row("import, memory of the whole process", size, memory, "MB", target=200),
    ]  # fmt: skip


def _enroll(count: int, address: str) -> list[Row]:
    from outreach.actions import campaigning

    settle("subscriber", "consent", "consent_event")
    campaign = campaign_for_everyone()
    seconds = _seconds(lambda: _check_enrolled(campaigning.start(campaign, now=NOW), 2 * count))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with psycopg.connect(address, autocommit=True) as bare:
        bare.execute("CREATE TABLE made AS SELECT * FROM enrollment")
        bare.execute("TRUNCATE enrollment CASCADE")
        columns = ", ".join(
            name for (name,) in bare.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'made' AND column_name <> 'id'"
            )
        )  # fmt: skip
        settle("made")
        limit = _seconds(lambda: bare.execute(f"INSERT INTO enrollment ({columns}) SELECT {columns} FROM made"))
    return [
        Row("enrol everyone of an audience by set", f"{2 * count:,} runs", 2 * count / seconds, "runs/s",
            limit=2 * count / limit, target=0.5, note="limit: bare INSERT … SELECT of the same rows"),
        Row("enrol, memory of the whole process", f"{2 * count:,} runs", memory, "MB", target=200),
    ]  # fmt: skip


def _check_enrolled(opened: int, expected: int) -> None:
    assert opened == expected, f"{opened} of {expected} runs were opened"


def _write(file: Path, count: int) -> None:
    """A list as a centre's data base gives it: several spellings of numbers, American places, domains that many share."""
    from outreach.rules.area_codes import STATE_OF_AREA

    dice = random.Random(20261125)
    areas = sorted(set(STATE_OF_AREA) - {"684", "671", "670", "787", "939", "340", "983"})
    domains = [f"mail{n}.example.org" for n in range(200)]
    shapes = ("+1{}{}{:04d}", "({}) {}-{:04d}", "{}-{}-{:04d}", "{}{}{:04d}")
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(HEADER)
        for n in range(count):
            area, exchange = areas[n % len(areas)], 200 + (n // len(areas)) % 800
            phone = shapes[n % 4].format(area, exchange, (n // (len(areas) * 800)) * 7 + n % 7)
            out.write(
                f"Person.{n}@{domains[n % 200]},{phone},First{n % 1000},Last{n % 977},{30000 + dice.randrange(900):05d},"
                f"{'es' if n % 10 == 0 else 'en'},{'alumni;spring' if n % 5 == 0 else ''}\n"
            )


def _copy(bare: psycopg.Connection, file: Path) -> None:
    bare.execute(f"CREATE TABLE plain ({', '.join(f'{name} text' for name in HEADER.strip().split(','))})")
    _copy_in(bare, "COPY plain FROM STDIN (FORMAT csv, HEADER)", file)


def _copy_out(bare: psycopg.Connection, rows: Path) -> None:
    """The people that the import wrote, as COPY reads them, and an empty table like theirs."""
    bare.execute("CREATE TABLE copied_subscriber (LIKE subscriber INCLUDING ALL)")
    with rows.open("wb") as out, bare.cursor().copy("COPY subscriber TO STDOUT") as copy:
        for block in copy:
            out.write(block)


def _copy_in(bare: psycopg.Connection, statement: str, rows: Path) -> None:
    with rows.open("rb") as opened, bare.cursor().copy(statement) as copy:
        while block := opened.read(1 << 20):
            copy.write(block)


def _bare_people(bare: psycopg.Connection) -> None:
    """The rows that the import wrote, once more, into tables like theirs. The time it takes is one INSERT for each."""
    for table in ("subscriber", "consent_event", "consent"):
        bare.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
    for table in ("subscriber", "consent_event", "consent"):
        bare.execute(f"INSERT INTO bare_{table} OVERRIDING SYSTEM VALUE SELECT * FROM {table}")


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
