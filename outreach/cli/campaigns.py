"""enroll, pause, resume, stop, simulate: the same actions as the pages."""

import json
from collections import Counter
from datetime import datetime
from typing import Annotated, Any

import typer

from outreach.cli.base import AsJson, app, console, print_json, ready, series_called
from outreach.errors import Refused

SeriesArgument = Annotated[str, typer.Argument(help="The name of a published series.", metavar="SERIES")]
CampaignArgument = Annotated[int, typer.Argument(help="The number of a campaign.", metavar="CAMPAIGN")]
Segment = Annotated[
    str | None, typer.Option("--segment", help='Who: a condition as JSON, like {"role": "family"}. Default: everyone.')
]


def _condition(segment: str | None) -> dict[str, Any] | None:
    if not segment:
        return None
    try:
        found = json.loads(segment)
    except ValueError as e:
        raise Refused(f'--segment is not JSON: {e}. Write it like {{"role": "family"}}.') from None
    if not isinstance(found, dict):
        raise Refused('--segment must be a condition like {"role": "family"}.')
    return found


def _campaign(number: int) -> Any:
    ready()
    from outreach.models import Campaign

    campaign = Campaign.objects.filter(pk=number).first()
    if campaign is None:
        raise Refused(f"There is no campaign {number}.")
    return campaign


@app.command()
def enroll(
    series: SeriesArgument,
    segment: Segment = None,
    name: Annotated[str | None, typer.Option(help="What staff call the campaign. Default: series and month.")] = None,
    as_json: AsJson = False,
) -> None:
    """Starts a campaign: everyone in the audience with consent begins the series now."""
    ready()
    from outreach.actions import campaigning, clock
    from outreach.actions.reading_campaigns import midway

    now = clock.now()
    who = _condition(segment)
    found = series_called(series)
    campaign = campaigning.create(found, name=name or f"{found.title}, {now:%B %Y}", who=who, now=now)
    runs = campaigning.start(campaign, now=now)
    twice = midway(campaign)
    if as_json:
        print_json({"campaign": campaign.pk, "runs": runs, "midway": twice})
        return
    console.print(f"Campaign {campaign.pk} is running: {runs} runs opened (a person has one per channel).")
    if twice:
        console.print(
            f"Another campaign is giving this series to {twice} of its people already: they get every step of both. "
            f"If that was not meant: `outreach stop {campaign.pk}`."
        )


@app.command()
def pause(campaign: CampaignArgument) -> None:
    """Nothing more starts until it is resumed. People keep their place."""
    found = _campaign(campaign)
    from outreach.actions import campaigning, clock

    campaigning.pause(found, now=clock.now())
    console.print(f"Campaign {campaign} is paused.")


@app.command()
def resume(campaign: CampaignArgument) -> None:
    """Goes on where it was paused."""
    found = _campaign(campaign)
    from outreach.actions import campaigning, clock

    campaigning.resume(found, now=clock.now())
    console.print(f"Campaign {campaign} runs again.")


@app.command()
def stop(campaign: CampaignArgument) -> None:
    """Ends a campaign for good."""
    found = _campaign(campaign)
    from outreach.actions import campaigning, clock

    console.print(f"Campaign {campaign} is stopped: {campaigning.stop(found, now=clock.now())} runs ended.")


@app.command()
def simulate(
    series: SeriesArgument,
    segment: Segment = None,
    days: Annotated[int, typer.Option(min=1, max=730, help="How far to look.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Who would get what when, if the series started now. Nothing is sent or written."""
    ready()
    from zoneinfo import ZoneInfo

    from outreach.actions import clock, simulating
    from outreach.actions.explaining import say_reason

    found = simulating.simulate(series_called(series), now=clock.now(), days=days, who=_condition(segment))
    if as_json:
        print_json(
            {
                "people": found.people,
                "held": found.held,
                "moved": found.moved,
                "calendar": [
                    {
                        "at": s.at.isoformat(), "wanted": s.wanted.isoformat(), "moved": s.moved or None,
                        "channel": s.channel, "step": s.step, "zone": s.zone, "people": s.people,
                    }
                    for s in found.slots
                ],
            }
        )  # fmt: skip
        return
    people = ", ".join(f"{n} by {channel}" for channel, n in found.people.items()) or "nobody"
    console.print(f"{people} over {days} days:")
    shown: Counter[tuple[datetime, str, str, int, str]] = Counter()
    for s in found.slots:  # places of one zone that differ in their law have lines of their own
        shown[s.at, s.zone, s.channel, s.step, s.moved] += s.people
    for (at, zone, channel, step, moved), n in shown.items():
        local = at.astimezone(ZoneInfo(zone))
        why = f"  (moved: {say_reason(moved)})" if moved else ""
        people = "person" if n == 1 else "people"
        console.print(f"  {local:%a %Y-%m-%d %H:%M} {zone:<20} {channel:<5} step {step}  {n:>7} {people}{why}")
    for hold, n in found.held.items():
        console.print(f"  {n} people get no texts until their ZIP is known ({hold.replace('_', ' ')})")
