"""The plain-text part of an email: a letter that reads well by itself, not a stripped web page.

Lines wrap at 76 columns between words only, and nothing is put inside a sentence, so each one stays findable. The
target of a link follows its block on a line of its own, unless the words name it already.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from outreach.rendering.environment import clean
from outreach.rules.draft import Block, ListItem, Run
from outreach.rules.links import safe_url

WIDTH: Final = 76


def wrap(text: str, first: str = "", rest: str = "") -> str:
    """The text in lines of at most 76 columns (longer words stay whole), with an indent for the first and the rest."""
    lines = textwrap.wrap(
        clean(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def body(blocks: Iterable[Block]) -> str:
    """All blocks as plain text, an empty line between them and two above a heading."""
    pieces: list[str] = []
    for block in blocks:
        text = "\n".join(line for line in _block(block) if line)
        if text and pieces:
            pieces.append("\n\n\n" if block.kind in ("heading", "sources") else "\n\n")
        pieces.append(text)
    return "".join(pieces)


def _block(block: Block) -> Iterator[str]:
    match block.kind:
        case "list":
            yield from _items(block.items, block.ordered, block.start, "")
        case "quote":
            yield wrap(block.text, "    ", "    ")
            yield from _targets(block.runs, "    ")
            if block.by:
                yield wrap(f"— {block.by}", "    ", "    ")
        case "cta":
            # The body says the number already: a second "Call …" line would only repeat it.
            if not block.said:
                yield wrap(block.text)
                yield from _targets((Run(block.text, url=block.url),), "")
        case "sources":
            yield wrap(block.text)
            for item in block.items:
                yield wrap(_joined(item.runs), "", "    ")
                yield from _targets(item.runs, "    ")
        case "part" | "recap" | "hook" | "heading" | "paragraph" | "bridge":
            yield wrap(block.text)
            yield from _targets(block.runs, "")


def _items(items: Sequence[ListItem], ordered: bool, start: int, indent: str) -> Iterator[str]:
    for number, item in enumerate(items, start):
        bullet = f"{number}. " if ordered else "- "
        inner = indent + " " * len(bullet)
        yield wrap(_joined(item.runs), indent + bullet, inner)
        yield from _targets(item.runs, inner)
        yield from _items(item.children, item.ordered, 1, inner)


def _joined(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def _targets(runs: Sequence[Run], indent: str) -> Iterator[str]:
    """The link targets that the words do not name, each once."""
    said = _joined(runs)
    for url in dict.fromkeys(safe_url(run.url) for run in runs):
        if url and not _names(said, url):
            yield f"{indent}<{url}>"


def _names(said: str, url: str) -> bool:
    scheme, _, target = url.partition(":")
    if scheme == "tel":
        digits = re.sub(r"\D", "", target)
        return digits[-10:] in re.sub(r"\D", "", said)
    bare = target.strip("/").removeprefix("www.")
    return bool(bare) and bare.casefold() in said.casefold()
