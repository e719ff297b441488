"""The walk over an HTML tree: blocks become lines, inline looks become spans. Shared by web pages, Word and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import lxml.html

from outreach.rules.patterns import word_set
from outreach.rules.readers.decode import plain_signs
from outreach.rules.readers.line_breaks import split_at_breaks
from outreach.rules.readers.lines import Line, Span, cut, squeeze
from outreach.rules.readers.page_facts import CONTROLS, HEADS, UNREAD, Facts, measure, named_content
from outreach.rules.readers.page_parts import HIDDEN, part_of
from outreach.rules.readers.page_styles import Styles, is_bold, is_raised, read_styles
from outreach.rules.readers.signs import BULLET, NUMBER, SOLID_BULLET

_STRUCK = word_set("del s strike")
_INLINE = word_set(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label legend mark nobr q ruby s samp small span
    strike strong sub sup time tt u var wbr picture
    """
)
_MARKER = re.compile(
    r"^\s*[\[(^]?(?:\d{1,3}(?::\d{1,2})?|[a-z]|[ivx]{1,4}|[*†‡§¶]{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?:\s?[,–-]\s?\d{1,3})*[\])]?\s*$"
)
_MAX_DEPTH = 200
_TEASER = "link to another page"
STRUCK = "struck out in the article"


@dataclass(frozen=True, slots=True)
class _Look:
    """How text at this place of the tree looks and where it stands."""

    strong: bool = False
    em: bool = False
    url: str | None = None
    ref: str | None = None
    sup: bool = False
    level: int = 0  # of a heading
    depth: int = -1  # of a list
    ordered: bool = False
    quote: bool = False
    hint: str | None = None
    inside: bool = False


@dataclass(slots=True)
class _State:
    facts: dict[lxml.html.HtmlElement, Facts]
    styles: Styles
    content: frozenset[lxml.html.HtmlElement]
    total: int
    lines: list[Line] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    item: int | None = None  # the number of the item whose first line is still to come; 0 for a bullet
    open_item: int | None = None  # index of the line that later paragraphs of the same item join
    by: str | None = None

    def apart(self) -> _State:
        """A state for text that is read on its own (a cell of a table)."""
        return _State(self.facts, self.styles, self.content, self.total)


def walk(tree: lxml.html.HtmlElement) -> list[Line]:
    """The lines of a tree in reading order, what is hidden or a part of the page among them with a hint."""
    body = tree.find("body") if tree.tag == "html" else tree
    if body is None:
        return []
    facts = measure(body)
    state = _State(facts, read_styles(tree), named_content(facts), max(1, facts[body].words))
    _element(body, _Look(), state, 0)
    _flush(state, _Look())
    return state.lines


def _hidden(element: lxml.html.HtmlElement, state: _State) -> bool:
    look = re.sub(r"\s+", "", element.get("style") or "").lower()
    told = (
        element.get("hidden") is not None
        or "display:none" in look
        or ("visibility:hidden" in look and "animation" not in look)
        or "mso-hide:all" in look
    )
    # A page that hides nearly all of itself shows it again when its scripts run.
    return told and state.facts[element].words < 0.8 * state.total


def _element(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in UNREAD:
        return
    if tag in CONTROLS:
        _aside(element, "button" if tag == "button" else "form", state)
        return
    if depth > _MAX_DEPTH:
        _text(" ".join(_words(element)), look, state)
        return
    if look.hint is None and _hidden(element, state):
        if tag in _INLINE:
            _aside(element, HIDDEN, state)
            return
        look = replace(look, hint=HIDDEN)
    if tag in _STRUCK and look.hint is None:
        _aside(element, STRUCK, state)
        return
    if element in state.content:
        look = replace(look, inside=True)
    for name in (element.get("id"), element.get("name") if tag == "a" else None):
        if name:
            state.anchors.append(name)
    if tag == "br":
        state.spans.append(Span("\n"))
    elif tag == "hr":
        _flush(state, look)
    elif tag in _INLINE:
        _inline(element, look, state, depth)
    elif tag not in ("img", "wbr"):
        _block(element, look, state, depth)


def _words(element: lxml.html.HtmlElement) -> Iterator[str]:
    for e in element.iter():
        if isinstance(e.tag, str) and e.tag not in UNREAD:
            yield e.text or ""
        if e is not element:
            yield e.tail or ""


def _aside(element: lxml.html.HtmlElement, hint: str, state: _State) -> None:
    """Text that stands in the middle of a line and is no part of it: kept on a line of its own, with its hint."""
    spans = squeeze([Span(plain_signs(" ".join(_words(element))))])
    if spans:
        state.lines.append(Line(kind="text", spans=spans, hint=hint))


def _inline(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    tag = element.tag
    if look.hint is None and tag in ("span", "label", "a", "small") and _part(element, state) == HIDDEN:
        _aside(element, HIDDEN, state)
        return
    if tag == "cite" and look.quote:
        state.by = _speaker(element)
        return
    if tag in ("b", "strong") or is_bold(element, state.styles):
        look = replace(look, strong=True)
    elif tag in ("i", "em", "cite", "dfn"):
        look = replace(look, em=True)
    if tag == "sup" or is_raised(element, state.styles):
        look = replace(look, sup=True, ref=_sup_ref(element))
    if tag == "a":
        look = _linked(element, look, state)
    _children(element, look, state, depth)


def _linked(element: lxml.html.HtmlElement, look: _Look, state: _State) -> _Look:
    href = (element.get("href") or "").strip()
    if href.startswith("#") and len(href) > 1:
        return replace(look, ref=href) if look.sup or _MARKER.match("".join(element.itertext())) else look
    facts = state.facts[element]
    if facts.blocks > 1 and not facts.title and facts.links == 1 and facts.words < 0.35 * state.total:
        look = replace(look, hint=look.hint or _TEASER)
    before = state.spans[-1] if state.spans else None
    if before and before.url and before.url != href and not before.text[-1:].isspace():
        state.spans.append(Span(" "))
    return look if not href or re.match(r"(?:javascript|data|vbscript|#)", href, re.I) else replace(look, url=href)


def _sup_ref(element: lxml.html.HtmlElement) -> str | None:
    text = "".join(element.itertext()).strip()
    link = next((a.get("href") for a in element.iter("a") if re.match(r"#.", a.get("href") or "")), None)
    if link:
        return str(link)
    return re.sub(r"[\[\]()^\s]", "", text) if _MARKER.match(text) else None


def _part(element: lxml.html.HtmlElement, state: _State) -> str | None:
    return part_of(element, state.facts[element], state.total)


def _speaker(element: lxml.html.HtmlElement) -> str | None:
    return re.sub(r"^[\s–—-]+|\s+$", "", re.sub(r"\s+", " ", plain_signs("".join(element.itertext())))) or None


def _block(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    tag = element.tag
    anchors = state.anchors[-1:] if element.get("id") else []
    if anchors:
        state.anchors.pop()
    _flush(state, look)
    state.anchors.extend(anchors)
    if tag in ("footer", "figcaption") and (look.quote or _beside_quote(element)):
        state.by = _speaker(element)
        _speak(state)
        return
    inner = replace(look, hint=look.hint or _part(element, state))
    if tag in HEADS:
        inner = replace(inner, level=HEADS[tag])
    elif tag in ("ul", "ol", "menu", "dir"):
        _list(element, inner, state, depth)
        return
    elif tag == "blockquote":
        inner = replace(inner, quote=True)
    elif tag == "table" and _is_data(element):
        _table(element, inner, state, depth)
        return
    elif tag in ("dt", "summary"):
        inner = replace(inner, strong=True)
    _children(element, inner, state, depth)
    _flush(state, inner)


def _beside_quote(element: lxml.html.HtmlElement) -> bool:
    """The caption of a quotation names its speaker."""
    before = element.getprevious()
    return before is not None and before.tag == "blockquote"


def _children(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    if element.text:
        _text(element.text, look, state)
    for child in element:
        _element(child, look, state, depth + 1)
        if child.tail:
            _text(child.tail, look, state)


def _text(text: str, look: _Look, state: _State) -> None:
    plain = re.sub(r"\s+", " ", plain_signs(text))
    state.spans.append(Span(plain, look.strong and not look.level, look.em, look.url, look.ref))


def _list(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    held = (state.item, state.open_item)
    ordered = element.tag == "ol"
    start = element.get("start") or "1"
    number = int(start) if start.isdigit() and len(start) < 5 else 1
    inner = replace(look, depth=look.depth + 1, ordered=ordered, level=0)
    if element.text and element.text.strip():
        _text(element.text, look, state)
        _flush(state, look)
    for child in element:
        if isinstance(child.tag, str) and child.tag != "li":
            state.item = state.open_item = None
            _element(child, inner if child.tag in ("ul", "ol") else replace(inner, depth=look.depth), state, depth + 1)
        elif isinstance(child.tag, str):
            _list_item(child, look, inner, number if ordered else 0, state, depth)
            number += 1
        if child.tail and child.tail.strip():
            state.item = state.open_item = None
            _text(child.tail, look, state)
            _flush(state, look)
    state.item, state.open_item = held


def _list_item(
    element: lxml.html.HtmlElement, look: _Look, inner: _Look, number: int, state: _State, depth: int
) -> None:
    cards = next(element.iter(*HEADS, "summary"), None) is not None
    state.item, state.open_item = (None if cards else number), None
    hint = HIDDEN if _hidden(element, state) else _part_of_item(element, state)
    inner = replace(inner, depth=look.depth if cards else inner.depth, hint=inner.hint or hint)
    if element.get("id"):
        state.anchors.append(str(element.get("id")))
    _children(element, inner, state, depth + 1)
    _flush(state, inner)
    state.item = None


def _part_of_item(element: lxml.html.HtmlElement, state: _State) -> str | None:
    """An item counts as hidden by its class alone; other names of parts are not for items."""
    found = _part(element, state)
    return found if found == HIDDEN else None


def _is_data(table: lxml.html.HtmlElement) -> bool:
    """A table of facts rather than one that lays out the page."""
    if table.get("role") in ("presentation", "none"):
        return False
    held = {e.tag for e in table.iter() if e is not table and isinstance(e.tag, str)}
    if held & {"ul", "ol", "table", "blockquote", *HEADS}:
        return False
    rows = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
    wide = [row for row in rows if len(row) > 1]
    most = 25 if "p" in held else 40
    if any(len("".join(cell.itertext()).split()) > most for row in rows for cell in row if cell.tag == "td"):
        return False
    return len(wide) >= (2 if "p" in held else 1)


def _table(table: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    """One item per row, its cells parted by dashes; what stands beside the rows (a caption) on its own line."""
    for part in table.iter("caption", "tr"):
        if part.tag == "caption":
            _block(part, replace(look, hint=look.hint or "caption"), state, depth + 1)
            continue
        spans: list[Span] = []
        for cell in part:
            if not isinstance(cell.tag, str) or cell.tag not in ("td", "th"):
                continue
            apart = state.apart()
            _children(cell, _Look(), apart, depth + 1)
            _flush(apart, _Look())
            state.lines.extend(line for line in apart.lines if line.hint)
            told = [s for line in apart.lines if not line.hint for s in (Span(" "), *line.spans)]
            if told:
                spans.extend([Span(" – "), *told] if spans else told)
        if spans:
            state.lines.append(Line(kind="item", spans=squeeze(spans), sure=True, hint=look.hint, inside=look.inside))


def _flush(state: _State, look: _Look) -> None:
    """Ends the block: its spans become one line, or several where line breaks part them."""
    pieces = split_at_breaks(state.spans)
    state.spans = []
    for spans in pieces:
        if not spans:
            continue
        anchors, state.anchors = tuple(state.anchors), []
        if state.item is not None:
            state.lines.append(
                Line(
                    kind="item", spans=spans, level=max(0, look.depth), ordered=look.ordered, sure=True,
                    anchors=anchors, hint=look.hint, number=state.item if look.ordered else None, inside=look.inside,
                )
            )  # fmt: skip
            state.item, state.open_item = None, len(state.lines) - 1
        elif state.open_item is not None and look.depth >= 0 and not look.level:
            line = state.lines[state.open_item]
            joined = squeeze((*line.spans, Span(" "), *spans))
            state.lines[state.open_item] = replace(line, spans=joined, anchors=line.anchors + anchors)
        else:
            state.lines.append(_line(spans, look, anchors))
    _speak(state)


def _speak(state: _State) -> None:
    """Gives a speaker that was read to the quotation before it."""
    if state.by and state.lines and state.lines[-1].kind == "quote":
        state.lines[-1] = replace(state.lines[-1], by=state.by)
        state.by = None


def _line(spans: tuple[Span, ...], look: _Look, anchors: tuple[str, ...]) -> Line:
    text = "".join(s.text for s in spans)
    told = Line(kind="text", spans=spans, anchors=anchors, hint=look.hint, inside=look.inside)
    if look.level:
        return replace(told, kind="heading", level=look.level, sure=True)
    bullet = SOLID_BULLET.match(text) or (BULLET.match(text) if re.match(r"\s*[-–*·]\s", text) else None)
    number = NUMBER.match(text)
    if look.quote:
        return replace(told, kind="quote", sure=True)
    if bullet:
        return replace(told, kind="item", spans=cut(spans, bullet.end()), marker=bullet.group(0).strip(), gap=False)
    if number and number.group("n").isdigit():
        return replace(
            told, kind="item", spans=cut(spans, number.end()), ordered=True, number=int(number.group("n")),
            marker=number.group("marker"),
        )  # fmt: skip
    return told
