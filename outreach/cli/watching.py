"""audit, explain, uncertain, doctor: what happened, why, and whether all is well."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from outreach.cli.base import AsJson, app, console, print_json, ready
from outreach.errors import Refused

ledger = typer.Typer(help="The consent ledger's chain.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")


def witness_log() -> list[dict[str, Any]] | None:
    """The sandbox's own log: asked of the sandbox while it runs, else the copy it left; None without a sandbox."""
    from django.conf import settings

    from outreach.running.sandbox_client import SandboxClient

    if not settings.SANDBOX_URL:
        return None
    client = SandboxClient(settings.SANDBOX_URL)
    if client.ready():
        return client.log()
    copy: Path = settings.STATE_DIR / "sandbox" / "log.jsonl"
    if copy.exists():
        return [json.loads(line) for line in copy.read_text(encoding="utf-8").splitlines() if line]
    raise Refused(f"The sandbox at {settings.SANDBOX_URL} does not answer and left no log at {copy}.")


@app.command()
def audit(
    as_json: AsJson = False,
    since: Annotated[
        str,
        typer.Option(help="A head of the consent ledger that was kept: it must still be in the chain.", metavar="HEAD"),
    ] = "",
) -> None:
    """Proves the five promises from the ledger, and against the sandbox's own log; and that the consent ledger is whole and
    unchanged. Exit 1 when one was broken."""
    ready()
    from outreach.actions import auditing, auditing_ledger, clock

    found = auditing.audit(witness_log(), now=clock.now(), kept_head=since)
    if found.held:  # what was found right is sealed as it stands
        found = replace(found, head=auditing_ledger.head())
    if as_json:
        print_json(found.to_dict())
    else:
        show_audit(found)
    raise typer.Exit(0 if found.held else 1)


def show_audit(found: Any) -> None:
    """The audit as a table a person reads in one look."""
    wide = max(len(p.title) for p in found.promises)
    for p in found.promises:
        mark = "[green]✓[/green]" if p.held else "[red]✗[/red]"
        counts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in p.counts.items())
        console.print(f"{mark} {p.title:<{wide}}  {p.checked:>6} checked: {counts}")
    for p in found.promises:
        for line in p.where:
            console.print(f"  {p.name}: {line}", style="red")
    if found.head:
        console.print(f"Head of the consent ledger, to be kept elsewhere: {found.head.hex()}")
    compared = "compared with the sandbox's own log" if found.witness else "from the ledger alone: there is no sandbox"
    verdict = "[green]Every promise held[/green]" if found.held else "[red]A promise was broken[/red]"
    console.print(f"{verdict}, {compared}.")


@ledger.command("head")
def ledger_head(
    since: Annotated[str, typer.Option(help="A head that was kept: says whether it is still in the chain.")] = "",
    as_json: AsJson = False,
) -> None:
    """Seals the ledger as it is now and prints the seal's hash. Keep it where the database's owner cannot reach it: with
    `outreach audit --since HEAD` it proves one day that nothing before it was changed or cut off."""
    ready()
    from outreach.actions import auditing_ledger

    number = auditing_ledger.require_head(since) if since else None
    head = auditing_ledger.head()
    if as_json:
        print_json({"head": head.hex() if head else None, "since": number})
    else:
        if number:
            console.print(f"Still in the chain, as seal {number}.")
        console.print(head.hex() if head else "The ledger is empty.")


@app.command()
def explain(
    what: Annotated[
        str,
        typer.Argument(metavar="MESSAGE-or-SUBSCRIBER", help="A message number, person:NUMBER, an email or a phone."),
    ],
    as_json: AsJson = False,
) -> None:
    """Why it was sent, moved or skipped; what comes next and why then."""
    ready()
    from outreach.actions import clock, explaining
    from outreach.models import Message

    found = explaining.find(what)
    lines = explaining.say_message(found) if isinstance(found, Message) else explaining.say_person(found, clock.now())
    if as_json:
        print_json({"what": str(found), "lines": lines})
    else:
        console.print("\n".join(lines), markup=False)


@app.command()
def uncertain(as_json: AsJson = False) -> None:
    """Messages of which nobody can say yet whether the provider took them. They are never resent by a machine."""
    ready()
    from outreach.actions.explaining import say_reason
    from outreach.models import Message

    rows = [
        {"message": m.pk, "channel": m.channel, "since": m.claimed_at.isoformat(), "why": say_reason(m.reason)}
        for m in Message.objects.filter(status="uncertain").order_by("claimed_at")
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        console.print(f"  message {row['message']} ({row['channel']}) since {row['since']}: {row['why']}", markup=False)
    console.print(f"{len(rows) or 'No'} uncertain message{'s' * (len(rows) != 1)}.")


@app.command()
def resend(
    message: Annotated[
        int, typer.Argument(help="The number of a message, as `outreach uncertain` shows it.", metavar="MESSAGE")
    ],
) -> None:
    """Sends an uncertain message again, at your word: if it did arrive, the person has it twice."""
    ready()
    from outreach.actions import clock, resending

    resending.resend(message, now=clock.now())
    console.print(f"Message {message} is due again. Consent, hours and caps are asked anew before it goes.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Checks settings, database, broker, schedules, keys and lanes. Exit 1 when something would stop messages."""
    ready()
    from outreach.actions import clock, diagnosing

    checks = diagnosing.diagnose(clock.now())
    if as_json:
        print_json([{"name": c.name, "ok": c.ok, "say": c.say} for c in checks])
    else:
        for check in checks:
            console.print(f"{'[green]✓[/green]' if check.ok else '[red]✗[/red]'} {check.name}: ", end="")
            console.print(check.say, markup=False)
    raise typer.Exit(0 if all(c.ok for c in checks) else 1)
