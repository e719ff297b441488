"""page: who is on call, paged by hand."""

from typing import Annotated, Any

import typer

from outreach.cli.base import AsJson, app, console, print_json, ready


@app.command()
def page(
    test: Annotated[bool, typer.Option("--test", help="Page everybody on call by every way, as a test.")] = False,
    as_json: AsJson = False,
) -> None:
    """Pages whoever is to be paged for a crisis, as the workers do every few seconds. With --test: everybody on call, by every
    way. Exit 1 when one of them failed."""
    ready()
    from outreach.actions import answering, clock, paging, trying_pager

    now = clock.now()
    if not test:
        answering.follow_up(now)
        taken = paging.page_due(now)
        if as_json:
            print_json({"pages": taken})
        else:
            console.print(f"{taken or 'No'} page{'s' * (taken != 1)} made.")
        return
    tested = trying_pager.try_now(now)
    _show(tested, as_json)
    raise typer.Exit(1 if tested.failed or tested.broken_off else 0)


def _show(tested: Any, as_json: bool) -> None:
    if as_json:
        print_json(
            [{"person": p.person, "channel": p.channel, "status": p.status, "reason": p.reason} for p in tested.pages]
        )
        return
    for one in tested.pages:
        mark = "[green]✓[/green]" if one.status == "sent" else "[red]✗[/red]"
        console.print(f"{mark} ", end="")
        by = {"sms": "text", "email": "email"}[one.channel]
        why = f" ({one.reason.replace('_', ' ')})" if one.reason else ""
        console.print(f"{one.person} by {by}: {one.status}{why}", markup=False)
    if not tested.failed:
        console.print("Every provider took it. Ask the people on call whether it arrived.")
