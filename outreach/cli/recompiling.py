"""recompile: a newer version of an article, or of the compiler; first the difference, then the new draft."""

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from outreach.cli.base import AsJson, app, console, many, print_json, read_article, series_called
from outreach.rules.changes import EmailChange, SentenceChange, SeriesChanges, TextChange

if TYPE_CHECKING:
    from outreach.rules.edits import Edit


@app.command()
def recompile(
    series: Annotated[str, typer.Argument(help="The name of a series.", metavar="SERIES")],
    article: Annotated[str | None, typer.Argument(help="A newer version of it.", metavar="FILE-or-URL")] = None,
    make: Annotated[bool, typer.Option("--apply", help="Do it. Without this only the difference is shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """What a newer article, or today's compiler, changes in a series. Staff edits are kept; conflicts are shown.

    A draft becomes the new version; of a published series a new draft is made.
    """
    from dataclasses import asdict

    data, name = read_article(article) if article else (None, None)
    found = series_called(series)
    from outreach.actions import clock, recompiling

    changes = recompiling.preview(found, data, name).changes
    made = recompiling.recompile(found, data, name, now=clock.now()).slug if make else None
    if as_json:
        print_json({"series": found.slug, "made": made, "say": changes.say, **asdict(changes)})
        return
    _show(changes)
    if made:
        console.print(f"\nNow in [bold]{made}[/bold]. Publish it when it reads well.")
    elif not changes.nothing:
        console.print("\nNothing was changed yet; add --apply to do it.", style="dim")


def _show(changes: SeriesChanges) -> None:
    console.print(Text(changes.say[:1].upper() + changes.say[1:], style="bold"))
    for email in changes.emails:
        if not email.same:
            console.print(Text(_email(email), style="cyan"))
    for sentence in changes.sentences:
        console.print(_sentence(sentence))
    for text in changes.texts:
        console.print(_text(text))
    for edit in changes.conflicts:
        console.print(_conflict(edit))


def _email(change: EmailChange) -> str:
    if change.number is None:
        return f"  email {change.was_number} is no more: {change.was_subject}"
    if change.was_number is None:
        return f"  email {change.number} is new: {change.subject}"
    was = f" (was {change.was_number})" if change.was_number != change.number else ""
    subject = "" if change.subject == change.was_subject else f"; its subject was “{change.was_subject}”"
    touched = f"{many(change.sentences, 'sentence')} touched"
    around = f"; changed too: {', '.join(change.around)}" if change.around else ""
    return f"  email {change.number}{was}: {change.subject}{subject}; {touched}{around}"


def _sentence(change: SentenceChange) -> Text:
    if change.kind == "reworded":
        return Text("  ~ ").append_text(_marked(change.before, change.after))
    if change.kind == "moved":
        return Text(f"  > from email {change.email_before} to {change.email_after}: {change.after}", style="dim")
    sign, words, style = ("+", change.after, "green") if change.kind == "added" else ("-", change.before, "red")
    return Text(f"  {sign} {words}", style=style)


def _text(change: TextChange) -> Text:
    if change.kind == "reworded":
        return Text("  text ~ ").append_text(_marked(change.before, change.after))
    sign, words, style = ("+", change.after, "green") if change.kind == "added" else ("-", change.before, "red")
    return Text(f"  text {sign} {words}", style=style)


def _conflict(edit: "Edit") -> Text:
    now = f"the author now writes “{edit.now}”" if edit.now else "its sentence is gone"
    return Text(
        f"  ! decide: “{edit.was}” has our words “{edit.words or '(left out)'}”, and {now}", style="bold yellow"
    )


def _marked(before: str, after: str) -> Text:
    line = Text()
    for words, style in _words(before.split(), after.split()):
        line.append(" ".join(words) + " ", style=style)
    line.rstrip()
    return line


def _words(before: list[str], after: list[str]) -> Iterator[tuple[list[str], str]]:
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield before[a:b], ""
            continue
        if b > a:
            yield before[a:b], "red strike"
        if d > c:
            yield after[c:d], "green"
