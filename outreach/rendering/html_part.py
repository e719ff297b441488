"""The html part of an email: template -> MJML -> HTML -> CSS inlined.

MJML does not sanitise, so only escaped text goes in (the environment sees to it). Nothing is fetched: no fonts, no
stylesheets, no images.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from css_inline import CSSInliner
from mjml import mjml2html

from outreach.rendering.environment import render
from outreach.rules.draft import Block, Direction

_INLINER: Final = CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
_RIGHT_TO_LEFT: Final = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"])


def direction(language: str, blocks: Sequence[Block]) -> Direction:
    """Which way the email as a whole runs: by its language, or by most of the author's blocks."""
    theirs = [block.dir for block in blocks if not block.slot]
    by_blocks = theirs.count("rtl") * 2 > len(theirs)
    return "rtl" if by_blocks or language.lower().split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def html_of(values: Mapping[str, Any], blocks: Sequence[Block], language: str) -> str:
    """The whole document. `values` are the frame's (see templates/email/email.mjml.jinja)."""
    opening, rest = (blocks[0], blocks[1:]) if blocks and blocks[0].kind == "part" else (None, blocks)
    mjml = render(
        "email/email.mjml.jinja",
        **values,
        opening=opening,
        groups=list(_groups(rest)),
        language=language,
        dir=direction(language, blocks),
    )
    return from_mjml(mjml)


def from_mjml(mjml: str) -> str:
    """MJML as the HTML that is sent. Everything in it must be escaped already."""
    # An empty table of fonts: otherwise the names of some well-known ones would be fetched from a third party.
    return _INLINER.inline(mjml2html(mjml, fonts={}))


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """A button, or the running text between two buttons."""

    button: Block | None
    blocks: tuple[Block, ...]


def _groups(blocks: Iterable[Block]) -> Iterable[_Group]:
    running: list[Block] = []
    for block in blocks:
        if block.kind != "cta":
            running.append(block)
            continue
        if running:
            yield _Group(None, tuple(running))
        yield _Group(block, ())
        running = []
    if running:
        yield _Group(None, tuple(running))
