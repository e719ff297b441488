"""catch-up: what waits after a standstill, and the decision."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from outreach.cli.base import AsJson, app, console, print_json, ready
from outreach.errors import Refused

if TYPE_CHECKING:
    from outreach.actions.catching_up import Plan


@app.command(name="catch-up")
def catch_up(
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Go on: each step's own rule for being late decides.")
    ] = False,
    spread: Annotated[
        int | None, typer.Option(metavar="HOURS", help="Go on, and spread what would go out now over so many hours.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What became late while nothing was sending, by campaign and step; with an option, what to do with it."""
    if confirm and spread is not None:
        raise Refused("Give --confirm or --spread HOURS, not both.")
    ready()
    from outreach.actions import catching_up, clock

    now = clock.now()
    plans = catching_up.plans(now)
    for plan in plans:
        if spread is not None:
            catching_up.spread(plan.catch_up.pk, spread, now=now)
        elif confirm:
            catching_up.confirm(plan.catch_up.pk, now=now)
    if as_json:
        print_json({"decided": bool(plans) and (confirm or spread is not None), "plans": [_to_dict(p) for p in plans]})
        return
    for plan in plans:
        _show(plan)
    if not plans:
        console.print("Nothing waits: there was no standstill.")
    elif spread is not None:
        console.print(f"It goes out over {spread} hours. Consent, hours and caps are asked anew for each message.")
    elif confirm:
        console.print("It goes on. Consent, hours and caps are asked anew for each message.")
    else:
        console.print(
            "Decide with `outreach catch-up --confirm` or `--spread HOURS`; after the moment above the rules decide."
        )


def _to_dict(plan: "Plan") -> dict[str, Any]:
    one = plan.catch_up
    numbers = [
        {"campaign": x.campaign, "step": x.step, "now": x.now, "next_window": x.next_window, "dropped": x.dropped}
        for x in plan.lines
    ]
    return {
        "channel": one.channel, "since": one.since, "until": one.until, "decides_itself_at": plan.decides_itself_at,
        "now": plan.now, "next_window": plan.next_window, "dropped": plan.dropped, "lines": numbers,
    }  # fmt: skip


def _show(plan: "Plan") -> None:
    one = plan.catch_up
    what = "The emails" if one.channel == "email" else "The texts"
    console.print(f"{what} stood still from {one.since:%a %Y-%m-%d %H:%M} to {one.until:%a %Y-%m-%d %H:%M} UTC.")
    for x in plan.lines:
        console.print(
            f"  {x.campaign}, step {x.step}: {x.now} go out now or when the hours allow, "
            f"{x.next_window} at their next usual moment, {x.dropped} are left out",
            markup=False,
        )
    console.print(
        f"  {plan.messages} in all. Without a decision the rules decide at {plan.decides_itself_at:%a %Y-%m-%d %H:%M} UTC."
    )
