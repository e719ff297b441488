"""schedules check, diff, apply: like a plan and an apply."""

from pathlib import Path
from typing import Annotated

import typer

from outreach.cli.base import app, console, read_file, ready

schedules = typer.Typer(help="schedules.yaml: check it, see what would change, apply it.", no_args_is_help=True)
app.add_typer(schedules, name="schedules")
FileOption = Annotated[Path | None, typer.Argument(help="Default: the schedules.yaml of this project.", metavar="FILE")]


def _text(file: Path | None) -> str:
    from outreach import settings
    from outreach.errors import Refused

    path = file or settings.SCHEDULES_FILE
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as e:
        line = e.object[: e.start].count(b"\n") + 1
        raise Refused(f"{path}, line {line}: this is not UTF-8 text. Save the file as UTF-8.") from None


@schedules.command()
def check(file: FileOption = None) -> None:
    """Lists every mistake with its line and the cure. Needs no database."""
    from outreach.rules import cadence

    found = cadence.parse(_text(file))
    console.print(
        f"No mistakes: {len(found.cadences)} cadences, {len(found.topics)} topics, {len(found.series)} series."
    )


@schedules.command()
def diff(file: FileOption = None) -> None:
    """What `apply` would change."""
    ready()
    text = _text(file)
    from outreach.actions import schedules as action

    lines = action.difference(text)
    console.print("\n".join(lines) if lines else "Nothing would change.", markup=False)


@schedules.command()
def apply(file: FileOption = None) -> None:
    """Puts the file in force, whole or not at all."""
    ready()
    text = _text(file)
    from outreach.actions import clock
    from outreach.actions import schedules as action

    changed = action.apply(text, now=clock.now())
    console.print("Applied." if changed else "Nothing to do: this is in force already.")
