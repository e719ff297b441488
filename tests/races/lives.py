"""The lives of those who race: somebody at a door, and a member of staff. Each answers (confirmed, begun, ended)."""

from __future__ import annotations

import dataclasses
import functools
import io
import time
from collections.abc import Callable
from typing import Any, Final

from tests.faults import lives as doors
from tests.faults.children import Line, living_on_jobs

TOPIC: Final = "recovery-notes"
WORDS: Final = "Yes, please write to me about recovery."
BUGS: Final = {
    "no wait": "an opt-out is confirmed without waiting for the calls already running",
    "no lock": "an import asks who left when it begins, and not again with their rows locked",
}


def plant(bug: str) -> None:
    """Breaks this process's program in one place."""
    from outreach.actions import opting_out, preferring
    from outreach.actions.importing import applying

    if bug == "no wait":
        for module in (opting_out, preferring):
            module.wait_for_batches_of = lambda *_, **__: True  # type: ignore[attr-defined]
    elif bug == "no lock":
        applying._LOCK, applying._LEFT_SINCE = "SELECT 1", "SELECT '{channel}{column}'"


def web(listening: Any, bug: str) -> Callable[[Line, int], None]:
    """The pages, with a bug or without."""
    serve = doors.web(listening)

    def life(line: Line, slot: int) -> None:
        plant(bug)
        serve(line, slot)

    return life


def racer(sandbox_url: str, bug: str) -> Callable[[Line, int], None]:
    """Somebody at a door, or a member of staff."""

    def life(line: Line, slot: int) -> None:
        doors._own_connection("caller")
        plant(bug)
        _stop_when_judged(line)
        acts: dict[str, Callable[[dict[str, Any]], bool]] = {
            "one_click": doors._one_click, "page": doors._page, "text": functools.partial(doors._text, sandbox_url),
            "leave": doors._leave, "topics_off": functools.partial(_choose, ticked=False),
            "topics_on": functools.partial(_choose, ticked=True), "start": functools.partial(_start, sandbox_url),
            "import": _import, "campaign": _campaign,
        }  # fmt: skip

        def timed(act: Callable[[dict[str, Any]], bool], job: dict[str, Any]) -> tuple[bool, float, float]:
            begun = time.time()
            done = act(job)
            return done, begun, time.time()

        living_on_jobs(line, {name: functools.partial(timed, act) for name, act in acts.items()}, lambda job: None)

    return life


def _stop_when_judged(line: Line) -> None:
    """An import stands still between its report and its first chunk, until the harness lets it go on."""
    from outreach.actions.importing import applying

    apply = applying.apply

    def stopping(*args: Any, **kwargs: Any) -> None:
        line.say(at="import: judged")
        line.hear()
        apply(*args, **kwargs)

    applying.apply = stopping


def _start(sandbox_url: str, job: dict[str, Any]) -> bool:
    """START, by text: nobody has to be told anything for it to count."""
    doors._text(sandbox_url, {**job, "body": "START"})
    return True


def _choose(job: dict[str, Any], *, ticked: bool) -> bool:
    """The preferences page: every topic ticked, or none."""
    from outreach.actions import clock, preferring

    offered = {(channel, TOPIC): WORDS for channel in ("email", "sms")}
    chosen = {
        "offered": offered, "ticked": frozenset(offered if ticked else ()), "discreet": False, "language": "en",
        "zip_code": job["zip"], "zone": None, "seen": None,
    }  # fmt: skip
    choices = preferring.Choices(
        **{field.name: chosen[field.name] for field in dataclasses.fields(preferring.Choices)}  # type: ignore[arg-type]
    )
    return doors._at_the_database(lambda: preferring.save(job["id"], choices, now=clock.now()))


def _import(job: dict[str, Any]) -> bool:
    """A list of everybody, from before they left; whoever agreed to something in it is taken into every campaign."""
    from outreach.actions import campaigning, clock, importing
    from outreach.models import Campaign

    sheet = importing.Attestation(topic=TOPIC, wording=WORDS, source="an old list", attested_by="Dana Whitfield")
    importing.import_csv(io.BytesIO(job["csv"].encode()), sheet, now=clock.now(), dry_run=False, skip_bad_rows=True)
    for campaign in Campaign.objects.filter(status="running"):
        campaigning.enroll(campaign, now=clock.now())
    return True


def _campaign(job: dict[str, Any]) -> bool:
    """A new series for everyone who agrees to it now."""
    from outreach.actions import clock
    from tests import builders

    now = clock.now()
    builders.make_campaign(builders.make_series(emails=1, texts=1, now=now), name=f"Round {job['round']}", now=now)
    return True
