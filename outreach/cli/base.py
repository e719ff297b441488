"""What every command shares: the application, the database on demand, and how results are printed."""

import json
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from rich.console import Console

from outreach import __version__
from outreach.errors import Refused

if TYPE_CHECKING:
    from outreach.models import Series

app = typer.Typer(
    name="outreach",
    help="Articles become a drip series of emails and texts: on time, once, and with every opt-out honoured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
console = Console(highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Articles become a drip series of emails and texts: on time, once, and with every opt-out honoured."""
    if show:
        print(f"outreach {__version__}")
        raise typer.Exit


def many(number: int, noun: str) -> str:
    """A number with its noun: 1 email, 2 emails."""
    return f"{number} {noun}{'s' * (number != 1)}"


def ready() -> None:
    """Makes the database usable: starts the embedded one when no DATABASE_URL is given, and brings it up to date."""
    from outreach import embedded

    own = embedded.is_embedded()
    embedded.prepare_environment()
    import django

    django.setup()
    if own:
        from outreach.actions import migrating

        migrating.bring_up_to_date()


def series_called(slug: str, looked_for: str = "series") -> "Series":
    """The series of that name. Raises Refused with the known ones. Makes the database ready."""
    ready()
    from outreach.models import Series

    series = Series.objects.filter(slug=slug).first()
    if series is None:
        known = ", ".join(Series.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise Refused(f"No {looked_for} is called “{slug}”. Known: {known}.")
    return series


def print_json(value: Any) -> None:
    """Prints a value as JSON with the letters people read, on one document; in UTF-8 whatever the terminal speaks."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def read_file(path: Path) -> bytes:
    """The bytes of a file a person named. Raises Refused with the cure."""
    with open_file(path) as file:
        return file.read()


def open_file(path: Path) -> BinaryIO:
    """A file a person named, to be read as it is needed and to be closed. Raises Refused with the cure."""
    if path.is_dir():
        raise Refused(f"{path} is a folder: name a file in it.")
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Refused(f"{path} is not there: check the name.") from None
    except OSError as e:
        raise Refused(f"{path} cannot be read: {e.strerror}.") from None


def read_article(what: str) -> tuple[bytes, str]:
    """The bytes and the name of the article a person named: a file, or a web page that is fetched now.

    Raises Refused with the cure.
    """
    from outreach.fetching.pages import fetch, is_address

    if is_address(what):
        page = fetch(what)
        return page.data, page.name
    return read_file(Path(what)), Path(what).name
