"""Rows to messages: sorted, each one once, their sentences counted through the whole library."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outreach.rules import sentences
from outreach.rules.article import ArticleRefused, Section, Sentence, block_sentences
from outreach.rules.draft import Problem
from outreach.rules.language import guess_language
from outreach.rules.library.rows import Faults, Row, read_table
from outreach.rules.lint_wording import problem
from outreach.rules.readers.blocks import assemble
from outreach.rules.readers.lines import Line, key
from outreach.rules.readers.titles import of_file
from outreach.rules.trials import folded

MAX_EMAILS = 60
MAX_TEXTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A row to be sent. `text` are the words of a text as a phone gets them, `sections` the body of an email."""

    row: Row
    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A whole library in the order it is sent in. `source_hash` is the SHA-256 of the bytes read."""

    title: str
    language: str
    source_hash: str
    messages: tuple[Message, ...]
    notes: tuple[Problem, ...]

    def of(self, channel: str) -> tuple[Message, ...]:
        """The messages of one channel."""
        return tuple(m for m in self.messages if m.row.channel == channel)


def read_messages(data: bytes, name: str) -> Library:
    """The messages in a file. Raises ArticleRefused when it is no such table, and when a single row cannot be used."""
    table = read_table(data)
    bodies = {row.line: _body(row, table.faults) for row in table.rows}
    table.faults.refuse()
    language = _language(table.rows)
    kept, notes = _once(table.rows)
    _refuse_many(kept)
    ordered = sorted(kept, key=lambda row: (row.place, row.line))
    title = next(iter(table.titles), None) or of_file(name) or ("Mensajes" if language == "es" else "Messages")
    return Library(
        title=" ".join(title.split()), language=language, source_hash=hashlib.sha256(data).hexdigest(),
        messages=tuple(_messages(ordered, bodies, language)), notes=(*table.notes, *notes),
    )  # fmt: skip


def _body(row: Row, faults: Faults) -> tuple[Line, ...]:
    if row.channel == "sms":
        return ()
    from outreach.rules.library.bodies import WordsLost, body_lines  # the readers of pages: articles do without

    try:
        lines = body_lines(row.text)
        if not any(key(line.text) for line in lines):
            faults.add(row.line, "no words in its HTML, so fill it or delete the row")
        return lines
    except WordsLost as e:
        faults.add(row.line, e.say)
    except ArticleRefused:
        faults.add(row.line, "its HTML could not be read, so write it as plain text")
    return ()


def _language(rows: Sequence[Row]) -> str:
    """The one language of the series: as the rows tell it, else by the commonest words."""
    told: dict[str, list[str]] = {}
    for row in rows:
        if row.language:
            told.setdefault(row.language, []).append(str(row.line))
    if len(told) > 1:
        which = "; ".join(
            f"“{language}” in line{'s' * (len(lines) > 1)} {', '.join(lines[:10])}{' …' * (len(lines) > 10)}"
            for language, lines in sorted(told.items())
        )
        raise ArticleRefused(f"A series has one language, and this file has two ({which}); split it into two files.")
    return next(iter(told), None) or guess_language(" ".join(row.text for row in rows), None)


def _once(rows: Sequence[Row]) -> tuple[list[Row], list[Problem]]:
    """The rows without those that say what an earlier one says, each of them noted."""
    kept: list[Row] = []
    notes: list[Problem] = []
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        same = (row.channel, " ".join(folded(row.text).casefold().split()))
        if same in first:
            say = f"It says the same as line {first[same]} and is left out; nobody gets a message twice."
            notes.append(problem("note", "same-message", f"line {row.line}", say))
        else:
            first[same] = row.line
            kept.append(row)
    return kept, notes


def _refuse_many(rows: Sequence[Row]) -> None:
    for channel, most, what in (("email", MAX_EMAILS, "emails"), ("sms", MAX_TEXTS, "texts")):
        count = sum(row.channel == channel for row in rows)
        if count > most:
            raise ArticleRefused(f"The library has {count} {what} and a series takes at most {most}; split the file.")


def _messages(rows: Sequence[Row], bodies: dict[int, tuple[Line, ...]], language: str) -> Iterator[Message]:
    count = 0
    for row in rows:
        message = (
            _email(row, bodies[row.line], language, count) if row.channel == "email" else _text(row, language, count)
        )
        count += len(message.sentences)
        yield message


def _email(row: Row, lines: Sequence[Line], language: str, before: int) -> Message:
    sections = assemble(lines, {}, language, before=before)
    told = tuple(s for section in sections for block in section.blocks for s in block_sentences(block))
    return Message(row=row, text="", sections=sections, sentences=told)


def _text(row: Row, language: str, before: int) -> Message:
    text = folded("\n".join(line.strip() for line in row.text.split("\n")))
    cuts = sentences.cut(text, language)
    told = tuple(Sentence(before + n, text[start:end]) for n, (start, end) in enumerate(cuts, 1))
    return Message(row=row, text=text, sections=(), sentences=told)
