"""The walk over an HTML tree: blocks become lines, inline looks become spans. Shared by web pages, Word and Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import lxml.html

from outreach.rules.patterns import word_set
from outreach.rules.readers.lines import Line, Span, cut, squeeze
from outreach.rules.readers.page_parts import part_of
from outreach.rules.readers.signs import BULLET, NUMBER, SOLID_BULLET, is_prose

_SKIP = word_set(
    """
    script style noscript template iframe object embed applet svg math canvas audio video head title button input
    select textarea option datalist map area link meta base frame frameset param source track dialog del s strike
    """
)
_HEADS = {f"h{n}": n for n in range(1, 7)}
_INLINE = word_set(
    """
    a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark nobr q ruby samp small span
    strong sub sup time tt u var wbr picture
    """
)
_MARKER = re.compile(
    r"^\s*[\[(^]?(?:\d{1,3}(?::\d{1,2})?|[a-z]|[ivx]{1,4}|[*†‡§¶]{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?:\s?[,–-]\s?\d{1,3})*[\])]?\s*$"
)
_NOTE = re.compile(r"\s*(?:\[\^?[\w-]{1,24}\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\(\d{1,2}\))\s+(?=[A-ZÀ-Þ“\"])")
_MAX_DEPTH = 200


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


@dataclass(slots=True)
class _State:
    lines: list[Line] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    item: int | None = None  # the number of the item whose first line is still to come; 0 for a bullet
    open_item: int | None = None  # index of the line that later paragraphs of the same item join
    words: int = 1
    by: str | None = None


def walk(tree: lxml.html.HtmlElement) -> list[Line]:
    """The lines of a tree in reading order."""
    body = tree.find("body") if tree.tag == "html" else tree
    state = _State()
    if body is None:
        return []
    state.words = max(1, len(_visible(body).split()))
    _element(body, _Look(), state, 0)
    _flush(state, _Look())
    return state.lines


def _visible(element: lxml.html.HtmlElement) -> str:
    return " ".join(
        t for e in element.iter() if isinstance(e.tag, str) and e.tag not in _SKIP for t in (e.text or "", e.tail or "")
    )


def _hidden(element: lxml.html.HtmlElement) -> bool:
    look = re.sub(r"\s+", "", element.get("style") or "").lower()
    return (
        element.get("hidden") is not None
        or "display:none" in look
        or "visibility:hidden" in look
        or "mso-hide:all" in look
    )


def _element(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIP or _hidden(element) or depth > _MAX_DEPTH:
        return
    for name in (element.get("id"), element.get("name") if tag == "a" else None):
        if name:
            state.anchors.append(name)
    if tag == "br":
        state.spans.append(Span("\n"))
    elif tag in ("img", "hr", "wbr"):
        if tag == "hr":
            _flush(state, look)
    elif tag in _INLINE:
        _children(element, _inline(element, look), state, depth)
    else:
        _block(element, look, state, depth)


def _inline(element: lxml.html.HtmlElement, look: _Look) -> _Look:
    tag = element.tag
    style = (element.get("style") or "").replace(" ", "").lower()
    if tag in ("b", "strong") or re.search(r"font-weight:(?:bold|[6-9]00)", style):
        look = replace(look, strong=True)
    elif tag in ("i", "em", "cite", "dfn"):
        look = replace(look, em=True)
    if tag == "sup" or "vertical-align:super" in style:
        look = replace(look, sup=True, ref=_sup_ref(element))
    if tag == "a":
        href = (element.get("href") or "").strip()
        text = "".join(element.itertext())
        if href.startswith("#") and len(href) > 1 and (_MARKER.match(text) or look.sup):
            look = replace(look, ref=href)
        elif re.match(r"(?:https?|mailto|tel):", href, re.I):
            look = replace(look, url=href)
    hint = part_of(element, 0, 1) if tag == "span" else None
    return replace(look, hint=look.hint or hint) if hint == "unseen" else look


def _sup_ref(element: lxml.html.HtmlElement) -> str | None:
    text = "".join(element.itertext()).strip()
    link = next((a.get("href") for a in element.iter("a") if (a.get("href") or "").startswith("#")), None)
    if link:
        return str(link)
    return re.sub(r"[\[\]()^\s]", "", text) if _MARKER.match(text) else None


def _block(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    tag = element.tag
    anchors = state.anchors[-1:] if element.get("id") else []
    if anchors:
        state.anchors.pop()
    _flush(state, look)
    state.anchors.extend(anchors)
    hint = look.hint or part_of(element, len(_visible(element).split()), state.words)
    inner = replace(look, hint=hint)
    if tag in _HEADS:
        inner = replace(inner, level=_HEADS[tag])
    elif tag in ("ul", "ol", "menu", "dir"):
        _list(element, inner, state, depth)
        return
    elif tag == "blockquote":
        inner = replace(inner, quote=True)
    elif tag == "table" and _is_data(element):
        _table(element, inner, state)
        return
    elif tag == "dt":
        inner = replace(inner, strong=True)
    elif tag in ("footer", "figcaption") and look.quote:
        state.by = re.sub(r"^[\s–—-]+|\s+$", "", re.sub(r"\s+", " ", "".join(element.itertext()))) or None
        return
    _children(element, inner, state, depth)
    _flush(state, inner)


def _children(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    if element.text:
        _text(element.text, look, state)
    for child in element:
        _element(child, look, state, depth + 1)
        if child.tail:
            _text(child.tail, look, state)


def _text(text: str, look: _Look, state: _State) -> None:
    plain = re.sub(r"\s+", " ", text)
    state.spans.append(Span(plain, look.strong and not look.level, look.em, look.url, look.ref))


def _list(element: lxml.html.HtmlElement, look: _Look, state: _State, depth: int) -> None:
    held = (state.item, state.open_item)
    ordered = element.tag == "ol"
    start = element.get("start") or "1"
    number = int(start) if start.isdigit() and len(start) < 5 else 1
    inner = replace(look, depth=look.depth + 1, ordered=ordered, level=0)
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag != "li":
            state.item = state.open_item = None
            _element(child, inner if child.tag in ("ul", "ol") else replace(inner, depth=look.depth), state, depth + 1)
            continue
        cards = any(isinstance(x.tag, str) and x.tag in _HEADS for x in child.iter())
        state.item, state.open_item = (None if cards else (number if ordered else 0)), None
        if child.get("id"):
            state.anchors.append(str(child.get("id")))
        if not _hidden(child):
            _children(child, replace(inner, depth=look.depth) if cards else inner, state, depth + 1)
        _flush(state, replace(inner, depth=look.depth) if cards else inner)
        number += 1
    state.item, state.open_item = held


def _is_data(table: lxml.html.HtmlElement) -> bool:
    """A table of facts rather than one that lays out the page."""
    if any(
        isinstance(e.tag, str) and e.tag in ("p", "ul", "ol", "table", "blockquote", *_HEADS)
        for e in table.iter()
        if e is not table
    ):
        return False
    if any(len("".join(cell.itertext()).split()) > 40 for cell in table.iter("td")):
        return False
    return any(len(row.findall("td")) + len(row.findall("th")) > 1 for row in table.iter("tr"))


def _table(table: lxml.html.HtmlElement, look: _Look, state: _State) -> None:
    for row in table.iter("tr"):
        cells = [
            re.sub(r"\s+", " ", "".join(c.itertext())).strip()
            for c in row
            if isinstance(c.tag, str) and c.tag in ("td", "th")
        ]
        text = " – ".join(c for c in cells if c)
        if text and not all(c.tag == "th" for c in row):
            state.lines.append(Line(kind="item", spans=(Span(text),), sure=True, hint=look.hint))


def _flush(state: _State, look: _Look) -> None:
    """Ends the block: its spans become one line, or several where line breaks part them."""
    pieces = _split_at_breaks(state.spans)
    state.spans = []
    for spans in pieces:
        if not spans:
            continue
        anchors, state.anchors = tuple(state.anchors), []
        if state.item is not None:
            state.lines.append(
                Line(
                    kind="item", spans=spans, level=max(0, look.depth), ordered=look.ordered, sure=True,
                    anchors=anchors, hint=look.hint, number=state.item if look.ordered else None,
                )
            )  # fmt: skip
            state.item, state.open_item = None, len(state.lines) - 1
        elif state.open_item is not None and look.depth >= 0 and not look.level:
            line = state.lines[state.open_item]
            joined = squeeze((*line.spans, Span(" "), *spans))
            state.lines[state.open_item] = replace(line, spans=joined, anchors=line.anchors + anchors)
        else:
            state.lines.append(_line(spans, look, anchors))
            if look.quote and state.by is None:
                continue
    if state.by and state.lines and state.lines[-1].kind == "quote":
        state.lines[-1] = replace(state.lines[-1], by=state.by)
        state.by = None


def _line(spans: tuple[Span, ...], look: _Look, anchors: tuple[str, ...]) -> Line:
    text = "".join(s.text for s in spans)
    if look.level:
        return Line(kind="heading", spans=spans, level=look.level, sure=True, anchors=anchors, hint=look.hint)
    bullet = SOLID_BULLET.match(text) or (BULLET.match(text) if re.match(r"\s*[-–*·]\s", text) else None)
    number = NUMBER.match(text)
    if bullet and not look.quote:
        return Line(kind="item", spans=cut(spans, bullet.end()), anchors=anchors, hint=look.hint, gap=False)
    if number and number.group("n").isdigit() and not look.quote:
        return Line(
            kind="item", spans=cut(spans, number.end()), ordered=True, number=int(number.group("n")),
            marker=number.group("marker"), anchors=anchors, hint=look.hint,
        )  # fmt: skip
    return Line(kind="quote" if look.quote else "text", spans=spans, sure=look.quote, anchors=anchors, hint=look.hint)


def _split_at_breaks(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Pieces between <br>: a double break parts paragraphs; a single one only items, and a bold line from its text."""
    pieces: list[list[Span]] = [[]]
    doubles: list[bool] = []
    for span in spans:
        if span.text == "\n":
            if pieces[-1] and any(s.text.strip() for s in pieces[-1]):
                pieces.append([])
                doubles.append(False)
            elif doubles:
                doubles[-1] = True
        else:
            pieces[-1].append(span)
    squeezed = [squeeze(p) for p in pieces]
    out: list[tuple[Span, ...]] = squeezed[:1]
    for i, piece in enumerate(squeezed[1:]):
        text, before = "".join(s.text for s in piece), "".join(s.text for s in out[-1])
        opens = SOLID_BULLET.match(text) or BULLET.match(text) or NUMBER.match(text) or _NOTE.match(text)
        title = bool(out[-1]) and all(s.strong for s in out[-1] if s.text.strip()) and not is_prose(before)
        if doubles[i] or opens or title or SOLID_BULLET.match(before):
            out.append(piece)
        else:
            out[-1] = squeeze((*out[-1], Span(" "), *piece))
    return out
