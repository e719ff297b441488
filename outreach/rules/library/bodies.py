"""The body of a ready email to lines: HTML, Markdown or plain text, and no word lost whichever it is.

The readers of articles may drop furniture and guess headings; here nothing may go. So each reading is checked against
the words of the cell, and the next plainer one is taken when they differ; the plainest keeps paragraphs as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from outreach.rules.article import ArticleRefused
from outreach.rules.links import safe_url
from outreach.rules.readers.html import parse
from outreach.rules.readers.lines import Line, Span, key
from outreach.rules.readers.markdown import read_markdown
from outreach.rules.readers.page_facts import UNREAD
from outreach.rules.readers.page_parts import HIDDEN
from outreach.rules.readers.text import read_text
from outreach.rules.readers.tree import STRUCK, walk

_HTML = re.compile(
    r"\s*(?><!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|header|section|div|p|h[1-6]|ul|ol|table|center|"
    r"span|blockquote)\b[^<>]*>",
    re.I | re.S,
)
_MARKDOWN = re.compile(r"^#{1,6} \S|\*\*\S[^*\n]*\*\*|__\S[^_\n]*__|\]\((?:https?|mailto|tel):", re.M)
_TARGET = re.compile(r"\]\(((?:https?|mailto|tel):[^()\s]*)\)")


class WordsLost(ArticleRefused):
    """The HTML of a message holds words that no reading of it keeps."""


def is_html(text: str) -> bool:
    """Is the whole body a piece of HTML, and not a text that mentions a tag?"""
    return bool(_HTML.match(text))


def body_lines(text: str) -> tuple[Line, ...]:
    """The lines of a body, every word of it in them. Raises WordsLost for HTML with words outside its text."""
    if is_html(text):
        return _counted(_html(text))
    if _MARKDOWN.search(text):
        # The empty line keeps a rule at the start from being read as front matter.
        lines = read_markdown("\n\n" + text).lines
        said = [f"{line.number or ''} {_said(line)}" if line.marker is None else _said(line) for line in lines]
        if _letters(said) == _letters([_without_targets(text)]) and not any(line.hint for line in lines):
            return _counted(lines)
    lines = read_text(text).lines
    if _letters(map(_said, lines)) == _letters([text]):
        return _counted(lines)
    return tuple(Line(kind="text", spans=(Span(part.strip()),)) for part in re.split(r"\n\s*\n", text) if part.strip())


def _html(text: str) -> Sequence[Line]:
    """The lines of a piece of HTML without what nobody sees. A button's words stand on a line of their own."""
    read, page = walk(parse(text)), parse(text)
    for element in list(page.iter(*UNREAD)):
        element.drop_tree()
    # Compared without their order: what stands apart in the middle of a line is read before it.
    whole = sorted(_letters([page.text_content()])) == sorted(_letters(map(_said, read)))
    if not whole or any(line.hint == STRUCK for line in read):
        raise WordsLost(
            "its HTML holds words outside its text (struck out, or in the frame of a table), so write it as plain text"
        )
    return [line for line in read if line.hint != HIDDEN]


def _said(line: Line) -> str:
    """The line with the mark it was written with."""
    return f"{line.marker or ''} {line.text} {line.by or ''}"


def _without_targets(text: str) -> str:
    """Markdown without the targets of the links that mail may carry: they are kept as targets, and no words."""
    return _TARGET.sub(lambda m: "]" if safe_url(m.group(1)) else m.group(0), text)


def _letters(texts: Iterable[str]) -> str:
    return "".join(key(text).replace(" ", "") for text in texts)


def _counted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines as a list can show them. A number out of turn or a letter before an item stays where it was written."""
    out: list[Line] = []
    run: list[Line] = []  # the items of the list that goes on
    if all(line.kind == "heading" for line in lines):  # a heading of nothing is the message itself
        lines = [replace(line, kind="text", level=0) for line in lines]
    for line in (_plain(line) for line in lines):
        if line.kind == "item" and _in_turn(line, run):
            run = [*([] if _starts_again(line, run) else run), line]
        else:
            run = []
            if line.kind == "item":
                mark = line.marker or (f"{line.number}." if line.ordered else "")
                line = Line(kind="text", spans=(Span(f"{mark} ".lstrip()), *line.spans))
        out.append(line)
    return tuple(out)


def _plain(line: Line) -> Line:
    """The line with every marker a word of the text: a ready message has no list of sources that it could name."""
    return replace(line, spans=tuple(replace(span, ref=None) for span in line.spans), hint=None)


def _in_turn(line: Line, run: Sequence[Line]) -> bool:
    """Can a list show the item as it was written: bullets among bullets, numbers one after the other?"""
    if line.marker and re.sub(r"\W", "", line.marker) != (str(line.number) if line.ordered else ""):
        return False  # a letter, or "01": a list would count it another way
    if _starts_again(line, run):
        return not line.ordered or bool(line.number)
    if run and line.level < run[0].level:
        return not line.ordered and not run[0].ordered
    before = _sibling(line, run)
    if not line.ordered:
        return before is None or not before.ordered
    if before is None:
        return bool(line.number) and (not run or line.number == 1)
    return before.ordered and line.number == (before.number or 0) + 1


def _sibling(line: Line, run: Sequence[Line]) -> Line | None:
    """The item before it in the same list."""
    for item in reversed(run):
        if item.level <= line.level:
            return item if item.level == line.level else None
    return None


def _starts_again(line: Line, run: Sequence[Line]) -> bool:
    """Does another list begin with it, as blocks are made of lines?"""
    if not run or line.level != run[0].level:
        return False
    if line.sure and run[0].sure and line.ordered != run[0].ordered:
        return True
    return line.ordered and run[-1].level == line.level and line.number == 1 and run[0].ordered
