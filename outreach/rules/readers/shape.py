"""Lines to an article: the shared rules in their order, whatever the format was.

Order matters: sources leave first (their numbers must not look like steps), then what surrounds the article, then bare
lines get their kind, last the markers are lifted and the sentences cut and numbered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from outreach.rules.article import Article, ArticleRefused
from outreach.rules.contacts import find_contacts
from outreach.rules.draft import Direction, Dropped
from outreach.rules.language import direction, guess_language
from outreach.rules.readers import furniture, headings, letter, markers, named, repeats, sources, titles
from outreach.rules.readers.blocks import assemble
from outreach.rules.readers.decode import refuse_long
from outreach.rules.readers.lines import Line, Page, key
from outreach.rules.readers.signs import is_prose

MIN_WORDS = 20
_MOST_LINES = 20_000  # every line costs time, and a series has at most 15,000 words
_MOST_WORDS = 40_000  # furniture counted
_KEEP_AFTER = 100  # words of prose behind the sources from which they are taken for a part of the article


def shape(
    page: Page, data: bytes, name: str, organisation: str | None = None, restored: Mapping[str, str] | None = None
) -> Article:
    """The article in a page. `restored` are lines that stay whatever the rules say, with their kind ("heading" or "").

    Raises ArticleRefused when under 20 words of text are left.
    """
    _refuse_huge(page.lines)
    dropped: list[Dropped] = []
    warnings = list(page.warnings)
    lines, kept = _without_restored(page.lines, restored or {})
    lines = _without_hinted(lines, dropped)
    refuse_long("".join(line.text for line in lines))
    everything = [line.text for line in lines]
    lines = letter.opened(lines, dropped)
    found = sources.take(lines)
    lines = _joined_after(found, dropped, warnings)
    lines = headings.contents_list(lines, dropped)
    title, start = titles.choose(lines, page.titles)
    names = frozenset(
        key(line.text) for line in lines[:start] if len(line.text.split()) <= 6 or line is lines[start - 1]
    )
    dropped.extend(
        Dropped(line.text, "the title" if i == start - 1 else "before the title")
        for i, line in enumerate(lines[:start])
    )
    lines = lines[start:]
    author = titles.byline(everything, page.byline)
    lines = _body(lines, author, names, dropped)
    language = guess_language(" ".join(line.text for line in lines), page.language)
    lifted = [markers.lift(line, found.names) for line in _with_restored(lines, kept)]
    lifted = named.refer(lifted, found.citations)
    sections = assemble(lifted, found.names, language)
    if title is None:
        title = _fallback_title(lines, name)
    dropped[:] = [d for d in dropped if d.reason != "the title" and d.line.strip()]
    who = organisation or titles.organisation(lines, page.organisation, [d.line for d in dropped])
    dir_: Direction = direction(" ".join(line.text for line in lines))
    article = Article(
        title=re.sub(r"\s+", " ", title).strip(), organisation=who, byline=author, language=language, source_name=name,
        source_hash=hashlib.sha256(data).hexdigest(), sections=sections, citations=tuple(found.citations),
        dropped=tuple(dropped), warnings=tuple(warnings), dir=dir_,
    )  # fmt: skip
    if article.words < MIN_WORDS:
        raise ArticleRefused(
            f"Only {article.words} words of text were found, and a series needs at least {MIN_WORDS}; "
            "check that the file holds the article."
        )
    return find_contacts(article)


def _refuse_huge(lines: Sequence[Line]) -> None:
    """Before the rules have their turn: what could not become a series takes no time."""
    words = sum(len(line.text.split()) for line in lines)
    if len(lines) > _MOST_LINES or words > _MOST_WORDS:
        size = f"{words:,} words" if words > _MOST_WORDS else f"{len(lines):,} lines"
        raise ArticleRefused(
            f"The article has {size}, too many for one series; split it into articles of up to 10,000 words each."
        )


def _without_restored(lines: Sequence[Line], restored: Mapping[str, str]) -> tuple[list[Line], list[Line]]:
    """The lines, each with its place on the page, parted into those the rules judge and those staff restored."""
    placed = [replace(line, at=i) for i, line in enumerate(lines)]
    kept = [
        replace(line, kind="heading", level=line.level or 2, hint=None)
        if restored[line.text.strip()] == "heading"
        else replace(line, hint=None)
        for line in placed
        if line.text.strip() in restored
    ]
    return [line for line in placed if line.text.strip() not in restored], kept


def _with_restored(lines: Sequence[Line], kept: Sequence[Line]) -> list[Line]:
    """The restored lines back at their places. The sort is stable, and lines only ever leave in between."""
    return sorted([*lines, *kept], key=lambda line: line.at) if kept else list(lines)


def _without_hinted(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    dropped.extend(Dropped(line.text, _reason(line.hint)) for line in lines if line.hint)
    return [line for line in lines if not line.hint and (line.text.strip() or line.spans)]


def _reason(hint: str) -> str:
    """Why a hinted line leaves, in words for staff."""
    return hint if " " in hint or hint == "hidden" else f"page part: {hint}"


def _joined_after(found: sources.Sources, dropped: list[Dropped], warnings: list[str]) -> list[Line]:
    """The body, with the text behind the sources put back when there is too much of it to be furniture."""
    prose = sum(len(line.text.split()) for line in found.after if is_prose(line.text))
    body = sum(len(line.text.split()) for line in found.body)
    dropped.extend(Dropped(line.text, "heading of the sources") for line in found.heading)
    if prose >= _KEEP_AFTER and prose >= body / 4:
        warnings.append("text-after-sources")
        return [*found.body, *found.after]
    dropped.extend(Dropped(line.text, "after the sources") for line in found.after)
    if prose >= _KEEP_AFTER / 2:
        warnings.append("text-after-sources-dropped")
    return found.body


def _body(lines: list[Line], author: str | None, names: frozenset[str], dropped: list[Dropped]) -> list[Line]:
    """The article's lines. `names` are the short lines that stood before the title: mastheads come again at the end."""
    lines = headings.small(lines)
    lines = furniture.head(lines, dropped)
    lines = furniture.tail(lines, author, names, dropped)
    lines = furniture.vocabulary(lines, names, dropped)
    lines = furniture.banners(lines, dropped)
    lines = furniture.pictures(lines, dropped)
    lines = repeats.without(lines, dropped)
    lines = headings.guess(lines, dropped)
    return headings.without_empty(lines, dropped)


def _fallback_title(lines: list[Line], name: str) -> str:
    first = next((line.text for line in lines if line.kind == "heading"), None)
    if first:
        return first
    named = titles.of_file(name)
    if named:
        return named
    text = next((line.text for line in lines), "Untitled")
    return text if len(text) <= 70 else text[:70].rsplit(" ", 1)[0] + "…"
