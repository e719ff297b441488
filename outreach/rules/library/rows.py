"""The rows of a library: every cell read and judged, every fault collected with its line and its cure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from outreach.rules.article import ArticleRefused
from outreach.rules.contacts import URL
from outreach.rules.csv_rows import TableRefused, refuse_twice, rows
from outreach.rules.draft import Problem, TipKind
from outreach.rules.library import columns
from outreach.rules.links import safe_url
from outreach.rules.lint_wording import problem
from outreach.rules.readers.decode import MOST_CLEANED, decode, refuse_other_formats
from outreach.rules.readers.lines import key
from outreach.rules.subjects import shorten

MAX_BYTES = 2_000_000
_SHOWN = 20  # faults that are told one by one

Channel = Literal["sms", "email"]
T = TypeVar("T")
_CHANNELS: Mapping[str, Channel] = {
    **dict.fromkeys(("sms", "text", "txt", "texto", "mensaje"), "sms"),
    **dict.fromkeys(("email", "e-mail", "mail", "correo", "correo electrónico"), "email"),
}  # fmt: skip
_KINDS: Mapping[str, TipKind] = {
    **dict.fromkeys(("action", "acción", "accion"), "action"),
    **dict.fromkeys(("warning", "advertencia", "aviso"), "warning"),
    **dict.fromkeys(("hope", "esperanza"), "hope"),
    **dict.fromkeys(("fact", "dato", "hecho"), "fact"),
}  # fmt: skip
_LANGUAGES = {"en": "en", "english": "en", "inglés": "en", "es": "es", "spanish": "es", "español": "es"}
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Credit:
    """Where words come from, as the reader sees it."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message as the table has it. `place` sorts the rows; `credit` is the row's own source."""

    line: int
    channel: Channel
    text: str
    subject: str
    preheader: str
    kind: TipKind | None
    place: tuple[float, float]
    language: str | None
    credit: Credit | None


@dataclass(slots=True)
class Faults:
    """What is wrong, row by row: (line, what and how to mend it)."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, say: str) -> None:
        """Notes a fault; `say` is a phrase without a full stop."""
        self.found.append((line, say))

    def refuse(self) -> None:
        """Raises ArticleRefused when there is any, naming the rows."""
        if not self.found:
            return
        told = "; ".join(f"line {line}: {say}" for line, say in sorted(self.found, key=lambda fault: fault[0])[:_SHOWN])
        more = len(self.found) - _SHOWN
        rest = f"; and {more} more" if more > 0 else ""
        raise ArticleRefused(f"Nothing was imported, these rows must be mended first: {told}{rest}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The usable rows in the order of the file, what was wrong with the others, the titles told and what staff may know."""

    rows: tuple[Row, ...]
    faults: Faults
    titles: tuple[str, ...]
    notes: tuple[Problem, ...]


def read_table(data: bytes) -> Table:
    """The table in a file. Raises ArticleRefused when it is none; faults of single rows are collected in the answer."""
    text, skipped = columns.without_hint(_text(data))
    separator = columns.delimiter(text)
    try:
        table = [(line + skipped, cells) for line, cells in rows(text, separator)]
        head = table[0][1] if table else []
        names = [columns.column(cell) for cell in head]
        refuse_twice([name for name in names if name])
    except TableRefused as e:
        raise ArticleRefused(e.say) from None
    _check_head(head, names)
    if len(table) < 2:
        raise ArticleRefused("Line 1 names the columns, but no message follows; put one in each row below it.")
    faults = Faults()
    found: list[Row] = []
    titles: dict[str, int] = {}
    for line, cells in table[1:]:
        given = _given(line, names, cells, faults)
        if given is None:
            continue
        if given.get("title"):
            titles.setdefault(given["title"], line)
        row = _row(line, given, found[-1].place if found else (-math.inf, -math.inf), faults)
        if row is not None:
            found.append(row)
    notes = (*_unread(head, names, table[1:]), *_other_titles(titles))
    return Table(rows=tuple(found), faults=faults, titles=tuple(titles), notes=notes)


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ArticleRefused(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB; split the library into smaller files."
        )
    if data.startswith(b"PK"):
        raise ArticleRefused("This is a workbook and not a CSV file; save its sheet as “CSV UTF-8” and try again.")
    refuse_other_formats(data)
    try:
        return decode(data)
    except ArticleRefused as e:
        if len(data) <= MOST_CLEANED:
            raise ArticleRefused("The file is not text; save the sheet as “CSV UTF-8” and try again.") from e
        raise ArticleRefused(
            f"The file has more than {MOST_CLEANED:,} characters; split the library into smaller files."
        ) from e


def _check_head(head: Sequence[str], names: Sequence[str | None]) -> None:
    if "text" in names:
        return
    strange = [cell for cell, name in zip(head, names, strict=True) if name is None]
    meant = next((f" Did you mean “{m}” by “{cell.strip()}”?" for cell in strange if (m := columns.likely(cell))), "")
    raise ArticleRefused(
        "Line 1 must name the columns, one of them “text” with the words of the message."
        + (meant or f" Known columns: {', '.join(columns.COLUMNS)}.")
    )


def _unread(
    head: Sequence[str], names: Sequence[str | None], table: Sequence[tuple[int, Sequence[str]]]
) -> list[Problem]:
    """A note for every column that is not ours, unless it is empty."""
    out = []
    for n, (cell, name) in enumerate(zip(head, names, strict=True)):
        if name or not any(cell.strip() or (len(cells) > n and cells[n].strip()) for _, cells in table):
            continue
        meant = columns.likely(cell)
        called = f"“{cell.strip()}”" if cell.strip() else "without a name"
        hint = f"; did you mean “{meant}”?" if meant else "; nothing of it is sent."
        out.append(
            problem("note", "unknown-column", f"line 1, column {n + 1}", f"The column {called} is not read{hint}")
        )
    return out


def _other_titles(titles: Mapping[str, int]) -> list[Problem]:
    if len(titles) < 2:
        return []
    first, second = list(titles)[:2]
    say = f"The series is called “{first}”; “{second}” and other titles are left out, as a series has one."
    return [problem("note", "several-titles", f"line {titles[second]}", say)]


def _given(line: int, names: Sequence[str | None], cells: Sequence[str], faults: Faults) -> dict[str, str] | None:
    """The row's cells by column; None, with a fault, when there are more of them than columns."""
    if any(cell.strip() for cell in cells[len(names) :]):
        say = f"{len(cells)} cells where line 1 names {len(names)} columns, so put quotes around the text"
        faults.add(line, say)
        return None
    return {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}


def _row(line: int, given: Mapping[str, str], before: tuple[float, float], faults: Faults) -> Row | None:
    """The row, or None when it has a fault. A row without a number stays behind the one above it."""
    known = len(faults.found)
    text, subject, preheader = (_words(line, given, name, faults) for name in ("text", "subject", "preheader"))
    channel = _channel(line, given, faults)
    if channel == "email" and not subject:
        faults.add(line, "an email without a subject, so add one or say sms")
    if channel == "sms" and (subject or preheader):
        faults.add(line, f"a text has no {'subject' if subject else 'preheader'}, so clear it or say email")
    row = Row(
        line=line, channel=channel, text=text, subject=" ".join(subject.split()), preheader=" ".join(preheader.split()),
        kind=_choice(line, given, "kind", _KINDS, "action, warning, hope or fact", faults),
        place=_place(line, given, before, faults),
        language=_choice(line, _short_language(given), "language", _LANGUAGES, "en or es", faults),
        credit=_credit(line, given, faults),
    )  # fmt: skip
    return row if len(faults.found) == known else None


def _words(line: int, given: Mapping[str, str], name: str, faults: Faults) -> str:
    text = given.get(name, "")
    if "\ufffd" in text:
        faults.add(line, f"{name} holds a character that could not be read, so save the file as “CSV UTF-8”")
    elif name == "text" and not key(text):
        faults.add(line, "no words in the text, so fill it or delete the row")
    return text


def _channel(line: int, given: Mapping[str, str], faults: Faults) -> Channel:
    told = _choice(line, given, "channel", _CHANNELS, "sms or email", faults)
    return told or ("email" if given.get("subject") else "sms")


def _choice(
    line: int, given: Mapping[str, str], name: str, choices: Mapping[str, T], known: str, faults: Faults
) -> T | None:
    word = given.get(name, "").casefold()
    if not word or word in choices:
        return choices.get(word)
    faults.add(line, f"{name} “{shorten(given[name], 40)}” is not {known}")
    return None


def _short_language(given: Mapping[str, str]) -> Mapping[str, str]:
    """ "en-US" is English."""
    return {"language": re.sub(r"^([a-z]{2})[-_]\w+$", r"\1", given.get("language", "").lower())}


def _place(line: int, given: Mapping[str, str], before: tuple[float, float], faults: Faults) -> tuple[float, float]:
    day, order = (_number(line, given, name, faults) for name in ("day", "order"))
    if day is None and order is None:
        return before
    return (before[0] if day is None else day, -math.inf if order is None else order)


def _number(line: int, given: Mapping[str, str], name: str, faults: Faults) -> float | None:
    told = given.get(name, "")
    if told and not _NUMBER.fullmatch(told):
        faults.add(line, f"{name} “{shorten(told, 40)}” is not a number")
        return None
    return float(told.replace(",", ".")) if told else None


def _credit(line: int, given: Mapping[str, str], faults: Faults) -> Credit | None:
    source, licence, url = (" ".join(given.get(name, "").split()) for name in ("source", "licence", "url"))
    if not source:
        if licence or url:
            faults.add(line, f"a {'licence' if licence else 'url'} without a source, so say whose words they are")
        return None
    address = safe_url(f"https://{url}" if url.lower().startswith("www.") else url)
    if url and (address is None or not address.startswith("http")):
        faults.add(line, f"url “{shorten(url, 60)}” is not a whole address like https://example.org/page")
    return credit(source if not licence or licence in source else f"{source} ({licence})", address)


def credit(text: str, url: str | None = None) -> Credit:
    """The credit with this text; without an address of its own, the first one that stands in the text."""
    told = URL.search(text)
    return Credit(text, url or (safe_url(told.group(0)) if told else None))
