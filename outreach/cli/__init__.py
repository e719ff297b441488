"""The `outreach` command. Errors are one line: what, where, and the cure; exit 2. Exit 1: a promise was broken."""

import importlib
import json
import sys
import traceback
from io import TextIOWrapper

import typer

from outreach.cli.base import app, many
from outreach.errors import Refused, trace

__all__ = ["load_commands", "main"]

_ROOMS = (
    "campaigns", "catching_up", "checking", "content", "mail", "paging", "people", "recompiling", "running", "schedules",
    "staff", "watching",
)  # fmt: skip


def load_commands() -> None:
    """Imports every room of the command line: each registers its commands."""
    for room in _ROOMS:
        importlib.import_module(f"outreach.cli.{room}")


def main() -> None:
    """Runs the command line and turns every error a person can mend into one line."""
    load_commands()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our letters gets "?", not a crash
    try:
        code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(130) from None
    except Exception as e:  # noqa: BLE001  # here every error gets its one line
        lines = _say(e)
        if lines is None:
            raise SystemExit(_fault(e)) from None
        if "--json" in sys.argv:
            print(json.dumps({"error": lines[0]} if len(lines) == 1 else {"error": lines[0], "problems": lines[1:]}))
        else:
            print("\n".join(lines), file=sys.stderr)
        raise SystemExit(2) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _fault(e: Exception) -> int:
    """Tells a fault of our own by its kind and place; a terminal's output ends in logs and mails, and an error can quote
    an address. OUTREACH_DEBUG shows all of it. Returns the exit code (70, EX_SOFTWARE of sysexits.h)."""
    from django.conf import settings

    if settings.configured and settings.DEBUG:
        traceback.print_exception(e)
    else:
        print(f"A fault in Outreach itself: {trace(e)}. OUTREACH_DEBUG=1 shows the whole of it.", file=sys.stderr)
    return 70


def _say(e: Exception) -> list[str] | None:
    """The lines for an error that has a cure; None for a fault of our own."""
    from django.core.exceptions import ImproperlyConfigured
    from typer.exceptions import TyperException

    from outreach.rules.article import ArticleRefused
    from outreach.rules.cadence import SchedulesInvalid
    from outreach.rules.places import UnknownZone

    if isinstance(e, TyperException):
        command = getattr(getattr(e, "ctx", None), "command_path", None) or "outreach"
        said = " ".join(e.format_message().split()).rstrip(".")
        if "unexpected extra argument" in said:
            said += ". Words that belong together stand in quotes"
        return [f"{said}. See `{command} --help`."]
    if isinstance(e, SchedulesInvalid):
        head = f"The schedules have {many(len(e.problems), 'mistake')}; nothing was changed."
        return [head, *(f"  line {p.line}, {p.where}: {p.say}" for p in e.problems)]
    if isinstance(e, (ArticleRefused, UnknownZone)):
        return [getattr(e, "say", None) or str(e)]
    if isinstance(e, (Refused, ImproperlyConfigured)):
        return [str(e)]
    if isinstance(e, OSError) and e.filename is not None:
        return [f"{e.filename}: {e.strerror}."]
    return _say_database(e)


def _say_database(e: Exception) -> list[str] | None:
    from django.db import OperationalError, ProgrammingError

    if isinstance(e, OperationalError):
        return [f"The database cannot be used: {str(e).strip().splitlines()[0]}. Check DATABASE_URL."]
    if isinstance(e, ProgrammingError) and "does not exist" in str(e):
        return ["The database has no tables yet: run `outreach migrate`."]
    return None
