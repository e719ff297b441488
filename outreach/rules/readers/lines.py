"""What every reader makes first: a list of lines. Shared rules then find the title, the furniture and the sources.

A line is a block of the page (a paragraph, a heading, an item), not a line of the screen. `sure` says that the file's
markup told its kind; without it the kind is the reader's guess and may be changed by the shared rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "text", "item", "quote"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line with one look. `ref` marks a reference marker: the name or link target it points at."""

    text: str
    strong: bool = False
    em: bool = False
    url: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One block. `level` is the rank of a heading (1 the highest) or the depth of an item (0 the outermost)."""

    kind: Kind
    spans: tuple[Span, ...]
    level: int = 0
    ordered: bool = False
    number: int | None = None
    marker: str | None = None  # how the author wrote the number or bullet, as far as it could be a source's name
    sure: bool = False
    gap: bool = True  # a blank line (or a block border) stands before it
    anchors: tuple[str, ...] = ()  # names that links on the same page use for this line
    hint: str | None = None  # the page part it stands in, when the markup names one ("share", "related")
    inside: bool = False  # the page names the element it stands in as the article's text
    by: str | None = None  # speaker of a quotation
    at: int = 0  # its place on the page, so that a line staff restore finds its way back

    @property
    def text(self) -> str:
        """The plain text."""
        return "".join(span.text for span in self.spans)

    @property
    def strong(self) -> bool:
        """Is all of it bold?"""
        return all(span.strong or not span.text.strip() for span in self.spans) and bool(self.text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a reader hands on: lines, and what the file says about itself outside its text."""

    lines: tuple[Line, ...]
    titles: tuple[str, ...] = ()  # best first: h1, og:title, front matter, Title paragraph
    organisation: str | None = None
    byline: str | None = None
    language: str | None = None
    warnings: tuple[str, ...] = ()  # what a person should be told of the reading, by its name


_WORD = re.compile(r"[^\W_]+")


def key(text: str) -> str:
    """The text's letters and digits alone, lower case: how two lines are compared."""
    return " ".join(_WORD.findall(text.casefold()))


def squeeze(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans with white space collapsed across their borders, trimmed at both ends, neighbours of one look joined."""
    groups: list[tuple[Span, list[str]]] = []
    space = True
    for span in spans:
        text = re.sub(r"\s+", " ", span.text)
        if space:
            text = text.removeprefix(" ")
        if not text:
            continue
        space = text.endswith(" ")
        last = groups[-1][0] if groups else None
        if last and (last.strong, last.em, last.url, last.ref) == (span.strong, span.em, span.url, span.ref):
            groups[-1][1].append(text)
        else:
            groups.append((span, [text]))
    out = [Span("".join(texts), x.strong, x.em, x.url, x.ref) for x, texts in groups]
    while out and not out[-1].text.rstrip():
        out.pop()
    if out:
        last = out[-1]
        out[-1] = Span(last.text.rstrip(), last.strong, last.em, last.url, last.ref)
    return tuple(out)


def cut(spans: tuple[Span, ...], start: int) -> tuple[Span, ...]:
    """The spans without their first `start` characters."""
    out: list[Span] = []
    for span in spans:
        if start >= len(span.text):
            start -= len(span.text)
            continue
        out.append(Span(span.text[start:], span.strong, span.em, span.url, span.ref))
        start = 0
    return squeeze(out)
