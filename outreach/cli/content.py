"""compile, lint, publish: from an article to a published series."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from outreach.cli.base import AsJson, app, console, many, print_json, read_article, read_file, ready, series_called
from outreach.errors import Refused
from outreach.rules.article import ArticleRefused
from outreach.rules.draft import Problem, SeriesDraft

ArticleArgument = Annotated[
    str,
    typer.Argument(
        help="A text page dump, Markdown, HTML, DOCX or PDF file, a CSV of ready messages, or one public web page.",
        metavar="FILE-or-URL",
    ),
]
EmailCount = Annotated[
    int | None,
    typer.Option("--emails", min=1, max=60, help="Ask for a number of emails; the nearest possible is made."),
]
Attribution = Annotated[
    str | None,
    typer.Option(help="For a CSV of ready messages: who wrote them, where they were published, under which licence."),
]
MARKS = {"error": "✗", "warning": "!", "note": "·"}


def _draft(
    what: str, cadence: str | None, attribution: str | None, emails: int | None = None
) -> tuple[SeriesDraft, list[tuple[str, str]]]:
    """The draft of an article with each email's text and HTML, as `compile` prints them. No database is needed."""
    from outreach import rendering, settings
    from outreach.rules import cadence as schedules_file
    from outreach.rules.compiling import compile_source

    in_force = schedules_file.parse(read_file(settings.SCHEDULES_FILE).decode("utf-8", "replace"))
    if cadence and cadence not in in_force.cadences:
        raise Refused(f"No cadence is called “{cadence}”. Known: {', '.join(sorted(in_force.cadences))}.")
    draft = compile_source(*read_article(what), attribution=attribution, wanted=emails).draft
    rendered = [
        rendering.body_without_footer(email, organisation=in_force.organisation, language=draft.language)
        for email in draft.emails
    ]
    return draft, rendered


@app.command("compile")
def compile_command(
    article: ArticleArgument,
    cadence: Annotated[str | None, typer.Option(help="Check that this cadence exists.")] = None,
    emails: EmailCount = None,
    attribution: Attribution = None,
    as_json: AsJson = False,
) -> None:
    """An article, or a library of ready messages, becomes a draft series of emails and texts, with its problems."""
    from outreach.rules.contract import contract, refused

    try:
        draft, rendered = _draft(article, cadence, attribution, emails)
    except ArticleRefused as e:
        if not as_json:
            raise
        print_json(refused(e))
        raise typer.Exit(2) from None
    if as_json:
        print_json(contract(draft, rendered))
        return
    _show(draft, rendered)


def _show(draft: SeriesDraft, rendered: list[tuple[str, str]]) -> None:
    console.print(f"\n[bold]{_plain(draft.title)}[/bold]  {_plain(draft.organisation or '')}")
    console.print(f"{many(len(draft.emails), 'email')}, {many(len(draft.tips), 'text')}. {draft.coverage.say}.")
    for email, (text, _) in zip(draft.emails, rendered, strict=True):
        console.print(f"\n[bold cyan]Email {email.number}[/bold cyan]  {_plain(email.subject)}")
        console.print(
            f"  discreet   {_plain(email.subject_discreet)}\n  preheader  {_plain(email.preheader)}", style="dim"
        )
        console.print(f"  {email.words} words, {len(email.citations)} sources", style="dim")
        console.print(Text("\n".join(f"  │ {line}" for line in text.splitlines())))
    for n, tip in enumerate(draft.tips, 1):
        console.print(f"\n[bold cyan]Text {n}[/bold cyan]  {tip.kind}, {tip.encoding}, {many(tip.parts, 'part')}")
        console.print(Text(f"  │ {tip.text}"))
    if draft.dropped:
        console.print("\n[bold]Left out as page furniture[/bold]")
        for dropped in draft.dropped:
            console.print(Text(f"  {dropped.line[:70]}  ({dropped.reason})", style="dim"))
    _show_problems(draft.problems)


def _show_problems(problems: tuple[Problem, ...]) -> None:
    counts: Counter[str] = Counter(problem.severity for problem in problems)
    head = ", ".join(many(counts[severity], severity) for severity in MARKS if counts[severity]) or "No problems"
    console.print(f"\n[bold]{head}[/bold]")
    for problem in problems:
        console.print(Text(f"  {MARKS[problem.severity]} {problem.where}: {problem.say} [{problem.code}]"))


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


@app.command()
def lint(
    what: Annotated[
        str,
        typer.Argument(
            help="A file, the address of a web page, or the name of a series.", metavar="FILE-URL-or-SERIES"
        ),
    ],
    attribution: Attribution = None,
    as_json: AsJson = False,
) -> None:
    """The problems of an article or a series, the gravest first. Exit 1 when one is an error."""
    problems: list[dict[str, Any]]
    from outreach.fetching.pages import is_address

    if is_address(what) or Path(what).exists():
        draft, _ = _draft(what, None, attribution)
        problems = [{"severity": p.severity, "code": p.code, "where": p.where, "say": p.say} for p in draft.problems]
    else:
        problems = series_called(what, "file and no series").problems
    problems = sorted(problems, key=lambda p: list(MARKS).index(p["severity"]))
    if as_json:
        print_json(problems)
    else:
        _show_problems(tuple(Problem(**p) for p in problems))
    raise typer.Exit(1 if any(p["severity"] == "error" for p in problems) else 0)


@app.command()
def publish(
    article: ArticleArgument,
    topic: Annotated[str, typer.Option(help="What people asked for.")],
    cadence: Annotated[str, typer.Option(help="The rhythm, as named in schedules.yaml.")],
    slug: Annotated[str | None, typer.Option(help="The name of the series in addresses and commands.")] = None,
    attribution: Attribution = None,
    emails: EmailCount = None,
    structure_confirmed: Annotated[
        bool,
        typer.Option("--structure-confirmed", help="You compared a PDF's headings, lists and order with `compile`."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compiles an article or a library and publishes the series: from here on its words do not change. All of it or nothing."""
    data, name = read_article(article)
    ready()
    from django.db import transaction

    from outreach.actions import clock, drafting, publishing

    now = clock.now()
    with transaction.atomic():
        series = drafting.draft_series(
            data, name, topic=topic, cadence=cadence, now=now, slug=slug, emails=emails, attribution=attribution
        )
        if structure_confirmed:
            publishing.confirm_structure(series, now=now)
        publishing.publish(series, now=now)
    sent, texts = (series.steps.filter(channel=c).count() for c in ("email", "sms"))
    earlier = drafting.of_the_same_source(series)
    if as_json:
        told = {"series": series.slug, "emails": sent, "texts": texts, "coverage": series.coverage, "earlier": earlier}
        print_json(told)
        return
    console.print(f"Published “{_plain(series.title)}” as [bold]{series.slug}[/bold]: {sent} emails, {texts} texts.")
    if earlier:
        console.print(
            f"The same {'library' if attribution else 'article'} was published before, as {earlier}: this is a series of "
            f"its own, and both can be sent. A newer version of {earlier} is made by `outreach recompile {earlier} FILE`."
        )
