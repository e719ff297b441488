"""What was handed in becomes a draft series: an article, or a library of ready messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.rules.article import ArticleRefused
from outreach.rules.carrying import carry
from outreach.rules.compiler import compile_series, refuse_large
from outreach.rules.draft import SeriesDraft
from outreach.rules.edits import Edit, restored_lines
from outreach.rules.library import is_library, read_library
from outreach.rules.readers import read


@dataclass(frozen=True, slots=True)
class Compiled:
    """A draft and, for each edit given, how it stands on this article (None: it has done its work)."""

    draft: SeriesDraft
    edits: Sequence[Edit | None]


def compile_source(
    data: bytes,
    name: str,
    *,
    attribution: str | None = None,
    edits: Sequence[Edit] = (),
    before: Sequence[str] = (),
    wanted: int | None = None,
) -> Compiled:
    """The draft a file becomes, with edits made on another reading of it, whose sentences were `before`.

    `attribution` says where the messages of a library come from. Raises ArticleRefused, with one sentence for staff, for
    a file that cannot become a series, an attribution for an article, and for edits or a number of emails on a library.
    """
    if is_library(data, name):
        if edits:
            raise ArticleRefused(
                "The words of ready messages are changed in their file; change it and hand it in again."
            )
        if wanted is not None:
            raise ArticleRefused(
                "Ready messages are as many emails as their file has; leave the number of emails open."
            )
        return Compiled(read_library(data, name, attribution), ())
    if attribution and attribution.strip():
        raise ArticleRefused(
            "An attribution belongs to a CSV of ready messages; an article names its sources itself. Leave it empty."
        )
    article = read(data, name, restored=restored_lines(edits))
    refuse_large(article)  # before its sentences are compared with those of another reading
    carried = carry(edits, before, [s.text for s in article.sentences()])
    draft = compile_series(article, parts=wanted, edits=[e for e in carried if e is not None])
    return Compiled(draft, carried)
