"""staff add, staff link: accounts for the people who work with Outreach."""

from typing import Annotated

import typer

from outreach.cli.base import app, console, ready

staff = typer.Typer(help="Staff accounts and one-time login links.", no_args_is_help=True)
app.add_typer(staff, name="staff")
Name = Annotated[str, typer.Argument(help="The login name: letters, digits and . _ - +", metavar="NAME")]


@staff.command()
def add(
    name: Name,
    first_name: Annotated[str, typer.Option(help="What pages and records call the person.")] = "",
    last_name: str = "",
) -> None:
    """Makes a staff account and prints a login link that works once within 15 minutes."""
    ready()
    from outreach.actions import clock, staffing

    user = staffing.add_staff(name, first_name=first_name, last_name=last_name, now=clock.now())
    _print_link(user)


@staff.command()
def link(name: Name) -> None:
    """Prints a fresh login link for an account."""
    ready()
    from outreach.actions import staffing

    _print_link(staffing.staff_named(name))


def _print_link(user: object) -> None:
    from django.conf import settings

    from outreach.actions import staffing

    console.print(f"{settings.PUBLIC_URL}{staffing.make_login_link(user)}", markup=False)  # type: ignore[arg-type]
