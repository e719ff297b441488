"""mailbox, lanes: emails to us from a local mail server, and lanes that wait."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from outreach.cli.base import AsJson, app, console, many, open_file, print_json, ready
from outreach.errors import CannotStart, Refused

MOST_BYTES = 30 * 1024 * 1024
TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the email and tries again


@app.command()
def mailbox(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE.eml …]", help="Emails; none, or a dash, reads one from a pipe."),
    ] = None,
) -> None:
    """Takes in emails to us, from files or a pipe: opt-outs, replies, bounces and complaints. In a pipe, exit 75 asks the mail
    server to try again."""
    from django.db import OperationalError

    named = [file for file in files or [Path("-")] if str(file) != "-"]
    piped = len(named) < len(files or ["-"])
    mails = [_read(file) for file in named]
    if piped:
        mails.append(sys.stdin.buffer.read(MOST_BYTES))
        if not mails[-1].strip():
            raise Refused("No email came in: name a file, or pipe one in.")
    try:
        ready()
        taken = _take_in(mails)
    except (OperationalError, CannotStart) as e:
        if not piped:
            raise
        print(f"The email was not taken in: the database cannot be used ({type(e).__name__}).", file=sys.stderr)
        raise typer.Exit(TRY_LATER) from None
    console.print(f"{many(taken, 'email')} taken in.")


def _read(path: Path) -> bytes:
    with open_file(path) as file:
        return file.read(MOST_BYTES)


def _take_in(mails: list[bytes]) -> int:
    from outreach.actions import clock
    from outreach.actions.receiving import storing
    from outreach.providers.inbound_mail import read_message

    for raw in mails:
        storing.receive_mail(read_message(raw), clock.now())
    return len(mails)


@app.command()
def lanes(
    resume: Annotated[str | None, typer.Option(help="Let this lane go on: email or sms.")] = None,
    as_json: AsJson = False,
) -> None:
    """What waits and why. With --resume, a lane goes on at your word."""
    ready()
    from outreach.actions import clock, complaints, pausing

    now = clock.now()
    if resume is not None:
        if resume not in ("email", "sms"):
            raise Refused(f"There is no lane “{resume}”: there are email and sms.")
        if not complaints.resume_lane(resume, now, actor=None):
            raise Refused(f"The {resume} lane does not wait.")
    waiting = pausing.waiting(now)
    if as_json:
        print_json(
            [{"lane": w.channel, "until": None if w.until_resumed else w.until, "reason": w.reason} for w in waiting]
        )
        return
    for one in waiting:
        until = "until a person resumes it" if one.until_resumed else f"until {one.until:%Y-%m-%d %H:%M} UTC"
        console.print(f"{one.channel}: waits {until} ({one.reason.replace('_', ' ')})", markup=False)
    if not waiting:
        console.print("No lane waits.")
