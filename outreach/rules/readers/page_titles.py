"""What a web page tells about its own title and its site: h1, <title>, og:title, class names, and what stands on it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import lxml.html

from outreach.rules.readers.decode import plain_signs
from outreach.rules.readers.lines import Line, key
from outreach.rules.readers.signs import is_prose

_SEPARATOR = re.compile(r"\s+(?:::|[|–—·•»:-])\s+|\s*[|»]\s*")
_AFTER_SITE = re.compile(r":\s+")
_TITLE_CLASS = re.compile(
    r"(?:^|\s)(?:(?:entry|post|page|article|blog|story|node)[-_]{1,2}title|MsoTitle|headline|title|(?-i:[a-z]{2,8}Title))"
    r"(?=$|\s)",
    re.I,
)
_HOME = re.compile(r"(?:/|\./|\.\./|#|/?(?:index|default|home)\.\w{3,5}|https?://[^/]+/?)", re.I)
_LONGEST = 500  # letters of a <title>; every way to part it is tried
_NEAR = 80  # lines among which a fuller form of the title is looked for


def find_titles(tree: lxml.html.HtmlElement, lines: Sequence[Line]) -> tuple[tuple[str, ...], str | None]:
    """Titles the page tells, best first, and the name of the site when its <title> tells that too.

    Best is an h1 that the <title> repeats, then the only h1, then what the page's classes or its <title> call the title
    and a line shows. No titles at all when several h1 head sections and nothing agrees: the text itself decides then.
    """
    whole, og = (
        _plain(tree.findtext(".//head/title") or "")[:_LONGEST],
        (meta(tree, "og:title") or "")[:_LONGEST] or None,
    )
    site = meta(tree, "og:site_name")
    heads = _heads(tree, site)
    standing = {key(line.text) for line in lines if line.hint != "hidden"}
    told = [*_agreed(heads, whole), *(heads if len(set(heads)) == 1 else []), *_by_class(tree, site, whole)]
    sites = {key(site or ""), *_mastheads(tree)}
    told += [p for p in _pieces(whole, og) if key(p) in standing and key(p) not in sites]
    if not told:
        told = _unseen(whole, og, lines, several=len(heads) > 1)
    found = tuple(dict.fromkeys(t for t in told if t and key(t)))
    return found, _site(whole, og, found)


def meta(tree: lxml.html.HtmlElement, name: str) -> str | None:
    """What a page's head says under a name ("og:title", "author")."""
    for element in tree.iter("meta"):
        if name in (element.get("property"), element.get("name")):
            return _plain(element.get("content") or "") or None
    return None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", plain_signs(text)).strip()


def _heads(tree: lxml.html.HtmlElement, site: str | None) -> list[str]:
    """The h1 of a page, without its masthead: a link to the start page, or the site's name."""
    out = []
    for head in tree.iter("h1"):
        text = _plain("".join(head.itertext()))
        if text and key(text) != key(site or "") and not _leads_home(head):
            out.append(text)
    return out


def _mastheads(tree: lxml.html.HtmlElement) -> set[str]:
    """The h1 that link to the start page, as keys: names of the site, never a title."""
    return {key(_plain("".join(head.itertext()))) for head in tree.iter("h1") if _leads_home(head)}


def _leads_home(element: lxml.html.HtmlElement) -> bool:
    """Does it link to the start page, as a masthead does?"""
    link = next(element.iter("a"), None)
    return link is not None and _HOME.fullmatch((link.get("href") or "x").strip()) is not None


def _agreed(heads: Sequence[str], whole: str) -> list[str]:
    """The h1 that the <title> repeats; of several the one that is more than its last piece, the site."""
    found = [h for h in heads if key(h) and f" {key(h)} " in f" {key(whole)} "]
    last = key(_SEPARATOR.split(whole)[-1]) if whole else ""
    better = [h for h in found if key(h) != last]
    return (better or found)[:1]


def _by_class(tree: lxml.html.HtmlElement, site: str | None, whole: str) -> list[str]:
    """What a class or itemprop names as the title; of several only one that the <title> repeats."""
    found: dict[str, str] = {}
    for e in tree.iter("h1", "h2", "h3", "p", "div", "span", "td"):
        if e.get("itemprop") == "headline" or _TITLE_CLASS.search(e.get("class") or ""):
            text = _plain("".join(e.itertext())) if len(found) < 20 else ""
            if text and len(text.split()) <= 20 and key(text) != key(site or "") and not _leads_home(e):
                found.setdefault(key(text), text)
    if len(found) <= 1:
        return list(found.values())
    return [t for k, t in found.items() if f" {k} " in f" {key(whole)} "][:1]


def _pieces(whole: str, og: str | None) -> list[str]:
    """The <title> and og:title whole, then without their last pieces, then without their first."""
    out: list[str] = []
    for text in (whole, og or ""):
        cuts = list(_SEPARATOR.finditer(text))
        out.append(text)
        out.extend(text[: m.start()] for m in reversed(cuts))
        out.extend(text[m.end() :] for m in (*cuts, *_AFTER_SITE.finditer(text)))
    return [p for p in out if key(p)]


def _unseen(whole: str, og: str | None, lines: Sequence[Line], *, several: bool) -> list[str]:
    """A title that no line shows as it is: the line that says it more fully, else what the head says."""
    cuts = list(_SEPARATOR.finditer(whole))
    best = og or (whole[: cuts[-1].start()] if cuts else whole)
    if not key(best):
        return []
    for line in lines[:_NEAR]:
        text = line.text.strip()
        fuller = f" {key(best)} " in f" {key(text)} " and len(text.split()) <= 16
        if fuller and not is_prose(text) and line.hint is None and len(key(best).split()) > 1:
            return [text]
    return [] if several else [best]


def _site(whole: str, og: str | None, found: Sequence[str]) -> str | None:
    """The name of the site: what the <title> says beside the article's title."""
    if not whole or not found:
        return None
    title = key(found[0])
    parts = [p.strip() for p in _SEPARATOR.split(whole) if p.strip()]
    if len(parts) == 1 and whole.lower().endswith(found[0].lower()):
        parts = [whole[: len(whole) - len(found[0])].strip(" :"), found[0]]
        parts = parts[::-1] if parts[0] else parts[1:]
    if len(parts) == 1 and og is None:
        return None
    name = parts[-1] if key(parts[-1]) not in title else parts[0]
    return name if key(name) not in title and len(name.split()) <= 6 else None
