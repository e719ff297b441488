"""subscribers import and export."""

import csv
import getpass
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.cli.base import AsJson, app, console, open_file, print_json, ready
from outreach.errors import Refused

if TYPE_CHECKING:
    from outreach.models import Subscriber

subscribers = typer.Typer(help="People: import from and export to CSV.", no_args_is_help=True)
app.add_typer(subscribers, name="subscribers")
MOST_LINES = 50


@subscribers.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A CSV file with a header line.", metavar="FILE.csv")],
    topic: Annotated[str, typer.Option(help="What these people asked for.")],
    wording: Annotated[str, typer.Option(help="The exact words they agreed to; kept as proof.")],
    source: Annotated[str, typer.Option(help="Where and how they agreed; kept as proof.")],
    attested_by: Annotated[
        str, typer.Option(help="Who answers for it; without it, the account that runs this command.", metavar="NAME")
    ] = "",
    collected_on: Annotated[
        datetime | None,
        typer.Option(help="The last day on which one of them agreed; without it, today.", formats=["%Y-%m-%d"]),
    ] = None,
    channels: Annotated[
        str, typer.Option(help="For what they agreed: email, sms, or both with a comma.")
    ] = "email,sms",
    adults: Annotated[
        bool | None, typer.Option("--adults/--not-all-adults", help="Whether all of them are known to be adults.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report; change nothing.")] = False,
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Import the good rows of a file with bad ones.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Imports people: a report of every row first; a bad row stops the whole file unless you say otherwise."""
    with open_file(file):  # a wrong name is told before anything is started
        pass
    ready()
    from outreach.actions import clock, importing

    attestation = importing.Attestation(
        topic=topic, wording=wording, source=source, attested_by=attested_by or f"{getpass.getuser()}, at the command line",
        collected_on=collected_on.date() if collected_on else None, adults=adults,
        channels=tuple(part.strip() for part in channels.split(",") if part.strip()),
    )  # fmt: skip
    with open_file(file) as data:
        report = importing.import_csv(data, attestation, now=clock.now(), dry_run=dry_run, skip_bad_rows=skip_bad_rows)
    if as_json:
        rows = [{"line": r.line, "verdict": r.verdict, "say": r.say} for r in report.rows]
        print_json({"applied": report.applied, "counts": report.counts, "rows": rows, "more_rows": report.more})
    else:
        for row in report.rows[:MOST_LINES]:
            console.print(f"  line {row.line}: {row.verdict}: {row.say}", markup=False)
        beyond = len(report.rows) + report.more - MOST_LINES
        if beyond > 0:
            console.print(f"  … and {beyond} more (up to {importing.MOST_ROWS:,} of them with --json)")
        console.print(", ".join(f"{n} {verdict}" for verdict, n in report.counts.items() if n) + ".")
        if report.applied:
            changed = any(n for verdict, n in report.counts.items() if verdict not in ("same", "invalid"))
            console.print("Imported." if changed else "Nothing new: everyone in it stood here as they are.")
        elif dry_run:
            console.print("Nothing was changed: this was a dry run.")
        else:
            console.print("Nothing was changed: mend the invalid rows, or add --skip-bad-rows to leave them out.")
    if not dry_run and not report.applied:
        raise typer.Exit(2)


@subscribers.command()
def export() -> None:
    """Writes everyone as CSV to standard output, with their standing per channel."""
    ready()
    from outreach.actions.reading_export import rows

    writer = csv.writer(sys.stdout)
    for row in rows():
        writer.writerow(row)


Who = Annotated[str, typer.Argument(metavar="PERSON", help="person:NUMBER, an email address or a phone number.")]


def _person(who: str) -> "Subscriber":
    from outreach.actions import explaining
    from outreach.models import Subscriber

    found = explaining.find(who if not who.isdecimal() else f"person:{who}")
    if not isinstance(found, Subscriber):
        raise Refused(f"“{who}” is no person: give person:NUMBER, an email address or a phone number.")
    return found


@subscribers.command()
def show(who: Who) -> None:
    """Everything that is held of one person, as JSON: the answer to somebody who asks. Every entry of the consent ledger
    comes with its place in the chain."""
    ready()
    from outreach.actions import reading_person

    print_json(reading_person.everything(_person(who).pk))


@subscribers.command()
def erase(who: Who, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Erases a person for good. What stays is a keyed hash that keeps their addresses from ever being written to again."""
    ready()
    from outreach.actions import clock, erasing

    person = _person(who)
    taken = erasing.to_erase(person.pk)
    if not yes:
        console.print(
            f"This erases person {person.pk} for good: name, addresses, what they wrote ({taken.texts} by text, "
            f"{taken.mails} by email) and everything "
            f"that could name them. {taken.events} entries of the consent ledger and {taken.messages} messages stay without "
            "a name, and their addresses get nothing ever again."
        )
        if not typer.confirm("Erase this person?"):
            console.print("Nobody was erased.")
            raise typer.Exit(1)
    if erasing.erase(person.pk, now=clock.now()):
        console.print(f"Person {person.pk} is erased.")
    else:
        console.print(f"Person {person.pk} is erased. A message may have been on its way at this very moment.")
