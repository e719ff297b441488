"""A web page to lines: our own walk over its tree, with trafilatura's judgement of what the main text is.

The walk keeps what the article needs and extractors lose (note lists, superscripts, nested items); trafilatura, the best
judge of main content in two benchmarks (article.md section 2.1), decides which of the lines belong to the article.
Scripts, styles, forms and hidden parts are never read, no link is followed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import lxml.etree
import lxml.html
import trafilatura

from outreach.rules.article import ArticleRefused
from outreach.rules.readers.lines import Line, Page, key
from outreach.rules.readers.signs import is_prose
from outreach.rules.readers.sources import is_sources_heading
from outreach.rules.readers.tree import walk

_SEPARATOR = re.compile(r"\s+[|–—·»:-]\s+|\s*[|»]\s*")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FEW = 0.5  # below this share of the page's prose trafilatura's answer is not trusted


def parse(text: str) -> lxml.html.HtmlElement:
    """The tree of an HTML text. Raises ArticleRefused when there is none."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = lxml.html.document_fromstring(_DECLARATION.sub("", text).encode("utf-8"), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise ArticleRefused(
            "The web page could not be read; copy the article's text into a .txt file instead."
        ) from error
    return tree


def read_html(text: str) -> Page:
    """The lines of a web page. What lies outside its main text carries a hint and is dropped with that reason."""
    tree = parse(text)
    lines = walk(tree)
    titles, site = _titles(tree, lines)
    lines = _outside_hinted(lines, _main_text(text), titles)
    return Page(
        lines=tuple(lines), titles=titles, organisation=_meta(tree, "og:site_name") or site, byline=_author(tree),
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )  # fmt: skip


def _main_text(text: str) -> str:
    """Letters and digits of what trafilatura takes for the article, with a space at both ends; "" when it finds none."""
    plain = _DECLARATION.sub("", text)
    best = ""
    for recall in (False, True):
        found = trafilatura.extract(
            plain, output_format="txt", include_comments=False, include_tables=True, favor_recall=recall, with_metadata=False,
        )  # fmt: skip
        words = key(found or "")
        if not best or len(best) < 0.8 * len(words):
            best = words
    return f" {best} " if best else ""


def _outside_hinted(lines: Sequence[Line], main: str, titles: Sequence[str]) -> list[Line]:
    """The lines, those outside the main text with a hint. Notes that the text points at are always inside."""
    pointed = {span.ref for line in lines for span in line.spans if span.ref}
    out = [
        replace(x, hint=None) if any(f"#{a}" in pointed for a in x.anchors) and x.hint != "caption" else x
        for x in lines
    ]
    notes = {id(x) for x in out if any(f"#{a}" in pointed for a in x.anchors)}
    inside = [not x.hint and f" {key(x.text)} " in main for x in out]
    prose = sum(len(x.text.split()) for x in out if not x.hint and is_prose(x.text))
    covered = sum(len(x.text.split()) for x, ok in zip(out, inside, strict=True) if ok and is_prose(x.text))
    if covered < _FEW * prose:
        return out
    known = {key(t) for t in titles}
    for i in _recovered(out, inside):
        inside[i] = True
    return [
        x if ok or x.hint or id(x) in notes or key(x.text) in known else replace(x, hint="outside the main text")
        for x, ok in zip(out, inside, strict=True)
    ]


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
        if (line.kind in ("item", "heading") and line.sure and beside) or (
            is_prose(line.text) and len(line.text.split()) >= 5
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


def _titles(tree: lxml.html.HtmlElement, lines: Sequence[Line]) -> tuple[tuple[str, ...], str | None]:
    """Titles the page tells, best first, and the name of the site when the <title> ends in it."""
    whole = re.sub(r"\s+", " ", tree.findtext(".//head/title") or "").strip()
    parts = [p.strip() for p in _SEPARATOR.split(whole) if p.strip()]
    site = _meta(tree, "og:site_name")
    heads = [re.sub(r"\s+", " ", "".join(h.itertext())).strip() for h in tree.iter("h1")]
    heads = [h for h in heads if h and key(h) != key(site or "")]
    agreed = [h for h in heads if key(h) and key(h) in key(whole)]
    standing = {key(line.text) for line in lines}
    prefixes = [whole[: m.start()] for m in reversed(list(_SEPARATOR.finditer(whole)))]
    title = next((p for p in (whole, *prefixes) if key(p) in standing), None)
    told = [*agreed[:1], *([] if len(heads) != 1 else heads), title, _meta(tree, "og:title"), *heads[:1]]
    if not any(told) and parts:
        told = [whole if len(parts) == 1 else max(prefixes[:1] or parts, key=len)]
    found = tuple(dict.fromkeys(t for t in told if t and key(t)))
    tail = (
        parts[-1]
        if len(parts) > 1 and found and key(parts[-1]) not in key(found[0]) and len(parts[-1].split()) <= 6
        else None
    )
    return found, tail


def _meta(tree: lxml.html.HtmlElement, name: str) -> str | None:
    for meta in tree.iter("meta"):
        if name in (meta.get("property"), meta.get("name")):
            return re.sub(r"\s+", " ", meta.get("content") or "").strip() or None
    return None


def _author(tree: lxml.html.HtmlElement) -> str | None:
    told = _meta(tree, "author") or _meta(tree, "article:author")
    return told if told and re.fullmatch(r"[^\W\d_][^@/\d]{2,60}", told) else None
