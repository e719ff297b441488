"""up, demo, web, worker, migrate: the running parts."""

import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from outreach.cli.base import AsJson, app, console, print_json, ready
from outreach.cli.watching import show_audit, witness_log

Workers = Annotated[int, typer.Option(min=1, max=16, help="Worker processes.")]
Port = Annotated[
    int, typer.Option(min=1, max=65535, help="Where the pages are served; another one is taken when it is busy.")
]


@app.command()
def up(workers: Workers = 1, port: Port = 8000) -> None:
    """Plays the demo and keeps serving its pages until Ctrl-C."""
    _play(workers, port, as_json=False, serve=True)


@app.command()
def demo(workers: Workers = 1, port: Port = 8000, as_json: AsJson = False) -> None:
    """Thirty days of a sample series on a virtual clock, with the audit. Exit 1 when a promise was broken."""
    _play(workers, port, as_json=as_json, serve=False)


def _play(workers: int, port: int, *, as_json: bool, serve: bool) -> None:
    from outreach import embedded
    from outreach.running.system import System

    started = time.monotonic()
    quiet = as_json
    signal.signal(signal.SIGTERM, _end)
    _say("Starting the database, the sandbox, the pages and the workers …", quiet)
    with System(embedded.state_dir(), workers=workers, virtual=True, port=port, lease_seconds=3) as system:
        system.prepare_database()
        from outreach.demo import staging
        from outreach.demo.script import DAYS, START

        if system.moved_from:
            _say(f"Port {system.moved_from} is in use, so the pages are at {system.url}.", quiet)
        if staging.make_room():
            _say("The earlier demo in this folder, with all that was added to it, is replaced.", quiet)
        stage = staging.stage(START)
        system.start_web()
        system.start_workers()
        system.remember()
        emails, texts = (stage.series.steps.filter(channel=c).count() for c in ("email", "sms"))
        _say(
            f"“{stage.series.title}” became {emails} emails and {texts} texts "
            f"({stage.series.coverage['placed']} of {stage.series.coverage['total']} sentences placed). "
            f"{stage.people} people, {stage.runs} runs. {DAYS} days from {START:%A, %d %B %Y}:",
            quiet,
        )
        _progress(system, quiet)
        found = _audit(system)
        if as_json:
            print_json(found.to_dict())
        else:
            _summary(found, time.monotonic() - started)
        if serve:
            _serve(system, stage)
    if not found.held:
        raise typer.Exit(1)


def _end(_signal: int, _frame: object) -> None:
    """SIGTERM ends us as Ctrl-C does, so that every part is stopped."""
    raise KeyboardInterrupt


def _say(line: str, quiet: bool) -> None:
    if not quiet:
        console.print(line, markup=False)


def _progress(system: Any, quiet: bool) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from outreach.demo.playing import play
    from outreach.demo.script import DAYS, START
    from outreach.running.broker import give

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[sent]}"), TimeElapsedColumn(),
        console=console, disable=quiet, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("day 0", total=DAYS * 24, sent="")
        for moment in play(system, give):
            if moment.say and not quiet:
                bar.console.print(f"  {moment.at:%a %d %b %H:%M} UTC  {moment.say}", markup=False)
            hours = (moment.at - START) / timedelta(hours=1)
            bar.update(task, completed=hours, description=f"day {int(hours // 24)}", sent=_sent())


def _sent() -> str:
    from django.db.models import Count

    from outreach.models import Message

    counts = dict(Message.objects.filter(status="sent", kind="step").values_list("channel").annotate(n=Count("id")))
    return f"{counts.get('email', 0)} emails, {counts.get('sms', 0)} texts"


def _audit(system: Any) -> Any:
    from outreach.actions import auditing, clock

    log = witness_log() or []
    copy: Path = system.home / "sandbox" / "log.jsonl"
    copy.write_text("".join(json.dumps(line) + "\n" for line in log), encoding="utf-8")
    return auditing.audit(log, now=clock.now())


def _summary(found: Any, seconds: float) -> None:
    sent = {c: found.totals.get(f"{c}_sent", 0) for c in ("email", "sms")}
    skipped = sum(n for name, n in found.totals.items() if name.endswith("_skipped"))
    console.print(f"{sent['email']} emails and {sent['sms']} texts sent, {skipped} skipped, in {seconds:.0f} s.\n")
    show_audit(found)


def _serve(system: Any, stage: Any) -> None:
    from outreach.actions import staffing
    from outreach.demo import playing

    link = staffing.make_login_link(stage.author)
    console.print(
        f"\nStaff pages:   [bold]{system.url}[/bold]   sign in within 15 minutes, once, with\n               {system.url}{link}"
    )
    console.print(f"Inboxes and phones of the cast:   [bold]{system.client.base}[/bold]")
    console.print(
        "Commands work beside it:   .venv/bin/outreach audit · explain person:1 · simulate heroin-and-the-brain"
    )
    console.print("The virtual clock goes on from here as a real one does. Ctrl-C stops everything this started.")
    try:
        while True:
            time.sleep(1)
            playing.let_pass(system, timedelta(seconds=1))
            for name in system.keep_alive():
                console.print(f"{name} ended and was started again; see {system.home / 'logs'}.")
    except KeyboardInterrupt:
        console.print("\nStopping …")


@app.command()
def web(port: Port = 8000, host: str = "127.0.0.1", threads: int = 16) -> None:
    """Serves the pages and webhooks."""
    ready()
    from django.conf import settings
    from waitress import serve

    from outreach.wsgi import application

    # Only the proxy that was named may say who is behind it; from anybody else the header is thrown away.
    proxy = settings.TRUSTED_PROXY
    trusted = {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for"}} if proxy else {}
    serve(
        application, host=host, port=port, threads=threads, ident=None, clear_untrusted_proxy_headers=True, **trusted,
        recv_bytes=65_536,  # a post of events has hundreds of kilobytes; eight at a time take a third more CPU
    )  # fmt: skip


@app.command()
def worker(
    beat: Annotated[
        bool, typer.Option("--beat", help="Also give the clockwork's ticks; one worker is enough.")
    ] = False,
    lanes: Annotated[str, typer.Option(help="Queues to work on.")] = "control,lane.email,lane.sms",
    threads: Annotated[int, typer.Option(min=1)] = 4,
) -> None:
    """Runs a Celery worker."""
    from outreach import embedded
    from outreach.errors import Refused
    from outreach.running import broker

    known = (broker.CONTROL, *broker.LANES.values())
    if strange := [lane for lane in lanes.split(",") if lane not in known]:
        raise Refused(f"There is no lane “{strange[0]}”: give one or more of {','.join(known)}, with commas between.")
    embedded.prepare_environment()
    command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "--pool", "threads", "--concurrency",
               str(threads), "--queues", lanes, "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]  # fmt: skip
    raise typer.Exit(subprocess.call(command + (["--beat"] if beat else [])))


@app.command()
def migrate() -> None:
    """Brings the database up to date, as its owner, and gives the application's role what it may do."""
    ready()
    from outreach.actions import migrating

    migrating.bring_up_to_date(verbosity=1)
