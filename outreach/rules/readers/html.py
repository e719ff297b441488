"""A web page to lines: our own walk over its tree, with trafilatura's judgement of what the main text is.

The walk keeps what the article needs and extractors lose (note lists, superscripts, nested items). Which lines belong to
the article is told first by the page (the element it names as the article's text), else by trafilatura, the best judge
of main content in two benchmarks (article.md section 2.1). Scripts and styles are never read, no link is followed; what
is hidden, a form or a part of the page leaves with that reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

import lxml.etree
import lxml.html

from outreach.rules.article import ArticleRefused
from outreach.rules.readers.lines import Line, Page, key
from outreach.rules.readers.page_facts import unfold
from outreach.rules.readers.page_parts import HIDDEN, PULL_QUOTE
from outreach.rules.readers.page_titles import find_titles, meta
from outreach.rules.readers.signs import is_full, is_prose
from outreach.rules.readers.sources import is_sources_heading
from outreach.rules.readers.tree import walk

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FEW = 0.5  # below this share of the page's prose trafilatura's answer is not trusted
_MOST_ELEMENTS = 8_000  # beyond, trafilatura takes minutes; no article's page has so many
# The parser takes minutes for a tag with tens of thousands of attributes; none of those matter.
_CROWDED_TAG = re.compile(
    r"<([A-Za-z][\w:-]*+)(?>\s++[^\s\"'<>/=]++(?>\s*+=\s*+(?>\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?+){300,}+"
)
_MOST_QUOTES = 200  # quotations compared with the text
OUTSIDE = "outside the main text"


def parse(text: str) -> lxml.html.HtmlElement:
    """The tree of an HTML text. Raises ArticleRefused when there is none."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = lxml.html.document_fromstring(
            _CROWDED_TAG.sub(r"<\1 ", _DECLARATION.sub("", text)).encode("utf-8"), parser=parser
        )
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise ArticleRefused(
            "The web page could not be read; copy the article's text into a .txt file instead."
        ) from error
    return tree


def read_html(text: str) -> Page:
    """The lines of a web page. What lies outside its main text carries a hint and is dropped with that reason."""
    tree = parse(text)
    unfold(tree)
    lines = _without_pull_quotes(walk(tree))
    titles, site = find_titles(tree, lines)
    lines = _before_text_hinted(_outside_hinted(lines, _main_text(tree), titles), titles)
    return Page(
        lines=tuple(lines), titles=titles, organisation=meta(tree, "og:site_name") or site, byline=_author(tree),
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )  # fmt: skip


def _main_text(tree: lxml.html.HtmlElement) -> str:
    """Letters and digits of what trafilatura takes for the article, with a space at both ends; "" when it finds none."""
    import trafilatura  # here, because Markdown and Word share this room and do without

    best = ""
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return best
    for recall in (False, True):
        found = trafilatura.extract(
            deepcopy(tree), output_format="txt", include_comments=False, include_tables=True, favor_recall=recall,
            with_metadata=False,
        )  # fmt: skip
        words = key(found or "")
        if not best or len(best) < 0.8 * len(words):
            best = words
    return f" {best} " if best else ""


def _without_pull_quotes(lines: Sequence[Line]) -> list[Line]:
    """The lines, quotations set apart that only repeat words of the text with a hint; others are the text's own."""
    quotes = [x for x in lines if x.hint == PULL_QUOTE or (x.kind == "quote" and not x.hint)][:_MOST_QUOTES]
    set_apart = {id(x) for x in quotes}
    told = "\n".join(f" {key(x.text)} " for x in lines if not x.hint and id(x) not in set_apart)
    repeats = {id(x): key(x.text) != "" and f" {key(x.text)} " in told for x in quotes}
    return [
        replace(x, hint=PULL_QUOTE if repeats[id(x)] else None, kind="quote", sure=True) if id(x) in repeats else x
        for x in lines
    ]


def _outside_hinted(lines: Sequence[Line], main: str, titles: Sequence[str]) -> list[Line]:
    """The lines, those outside the main text with a hint. Notes that the text points at are always inside."""
    pointed = {f"{span.ref}" for line in lines if line.hint != HIDDEN for span in line.spans if span.ref}
    out = [
        replace(x, hint=None) if any(f"#{a}" in pointed for a in x.anchors) and x.hint != "caption" else x
        for x in lines
    ]
    notes = {id(x) for x in out if any(f"#{a}" in pointed for a in x.anchors)}
    inside = [not x.hint and (f" {key(x.text)} " in main or _is_named(x)) for x in out]
    prose = sum(len(x.text.split()) for x in out if not x.hint and is_prose(x.text))
    covered = sum(len(x.text.split()) for x, ok in zip(out, inside, strict=True) if ok and is_prose(x.text))
    if covered < _FEW * prose:
        return out
    known = {key(t) for t in titles}
    for i in _recovered(out, inside):
        inside[i] = True
    return [
        x if ok or x.hint or id(x) in notes or key(x.text) in known else replace(x, hint=OUTSIDE)
        for x, ok in zip(out, inside, strict=True)
    ]


def _before_text_hinted(lines: Sequence[Line], titles: Sequence[str]) -> list[Line]:
    """The lines, scraps of lists and tables before the first sentence with a hint, unless a heading or lead-in opens them."""
    known = {key(t) for t in titles}
    out = list(lines)
    opened = False
    for i, line in enumerate(lines):
        if line.hint:
            continue
        if line.kind != "item" and is_prose(line.text):
            break
        if line.kind == "heading":
            opened = line.level > 1 and key(line.text) not in known
        elif line.kind == "item" and not opened and not is_full(line.text):
            out[i] = replace(line, hint="before the text")
    return out


def _is_named(line: Line) -> bool:
    """Stands it in the element that the page names as the article's text, and reads like text?"""
    return line.inside and (line.sure or is_prose(line.text) or line.strong)


def _recovered(lines: Sequence[Line], inside: Sequence[bool]) -> list[int]:
    """Lines between lines of the main text that are whole sentences, items of the same list, or its list of sources."""
    at = [i for i, ok in enumerate(inside) if ok]
    if not at:
        return []
    out: list[int] = []
    taken: set[int] = set()
    for i in range(at[0], at[-1]):
        line = lines[i]
        if inside[i] or line.hint:
            continue
        beside = inside[i - 1] or inside[i + 1] or (i - 1 in taken)
        if (line.kind in ("item", "heading", "quote") and line.sure and beside) or (
            is_prose(line.text) and len(line.text.split()) >= 5 and not _is_link(line)
        ):
            out.append(i)
            taken.add(i)
    for i, line in enumerate(lines):
        if is_sources_heading(line.text) and line.kind != "item" and not line.hint:
            end = i + 1
            while end < len(lines) and lines[end].kind != "heading":
                end += 1
            out.extend(j for j in range(i, end) if not lines[j].hint)
    return out


def _is_link(line: Line) -> bool:
    """Is all of it one link to another page?"""
    return all(s.url and not s.url.startswith(("tel:", "mailto:")) for s in line.spans if s.text.strip())


def _author(tree: lxml.html.HtmlElement) -> str | None:
    told = meta(tree, "author") or meta(tree, "article:author")
    return told if told and re.fullmatch(r"[^\W\d_][^@/\d]{2,60}", told) else None
