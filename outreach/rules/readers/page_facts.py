"""What the walk must know of every element before it meets it, counted once over the whole page.

One pass from the last element to the first adds up words, links and blocks, so that a question about an element costs
nothing however deep or wide the page is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import lxml.html

from outreach.rules.patterns import word_set

UNREAD = word_set(
    """
    script style noscript template iframe object embed applet svg math canvas audio video head title datalist map area
    link meta base frame frameset param source track
    """
)
CONTROLS = word_set("button input select textarea option")
HEADS = {f"h{n}": n for n in range(1, 7)}
_BLOCKS = word_set("p div li td th dt dd blockquote figcaption section article header footer") | HEADS.keys()
_CONTENT = re.compile(
    r"(?:^|[\s_-])(?:entry|post|article|blog|story|gh|e)[-_]{1,2}(?:content|body)(?=$|\s|[-_]{2})"
    r"|(?:^|\s)(?:w-richtext|field--name-body)(?=$|\s)",
    re.I,
)
_BUTTON = re.compile(r"(?:^|[\s_-])(?:btn|button|cta)(?:$|[\s_-])", re.I)
_ELSEWHERE = re.compile(r"(?!#|tel:|sms:|mailto:|javascript:)\S", re.I)


@dataclass(slots=True)
class Facts:
    """Of one element with all it holds: words, words in links to other pages, and what it is made of."""

    words: int = 0
    linked: int = 0
    links: int = 0  # to other pages
    blocks: int = 0  # elements with text of their own
    fields: int = 0  # to type in
    buttons: int = 0
    phones: int = 0
    title: bool = False  # an h1 or main
    text: bool = False  # a paragraph, list or heading

    def add(self, other: Facts) -> None:
        """Counts a child in."""
        self.words += other.words
        self.linked += other.linked
        self.links += other.links
        self.blocks += other.blocks
        self.fields += other.fields
        self.buttons += other.buttons
        self.phones += other.phones
        self.title |= other.title
        self.text |= other.text


def measure(body: lxml.html.HtmlElement) -> dict[lxml.html.HtmlElement, Facts]:
    """The facts of every element under `body`, itself included."""
    out: dict[lxml.html.HtmlElement, Facts] = {}
    for element in reversed(list(body.iter())):
        facts = Facts()
        tag = element.tag
        if isinstance(tag, str) and tag not in UNREAD:
            own = _count(element.text)
            for child in element:
                own += _count(child.tail)
                facts.add(out[child])
            _know(element, tag, own, facts)
        out[element] = facts
    return out


def _count(text: str | None) -> int:
    return len(text.split()) if text else 0


def _know(element: lxml.html.HtmlElement, tag: str, own: int, facts: Facts) -> None:
    facts.words += own
    facts.blocks += bool(own or facts.words) and tag in _BLOCKS and facts.blocks == 0
    facts.title |= tag in ("h1", "main") and facts.words > 0
    facts.text |= tag in ("p", "ul", "ol", "dl", "table") or tag in HEADS
    facts.fields += tag == "textarea" or (
        tag == "input" and (element.get("type") or "text").lower() in ("text", "email", "tel", "search")
    )
    href = element.get("href") if tag == "a" else None
    if tag == "button" or (
        tag == "a" and facts.words and (_BUTTON.search(element.get("class") or "") or element.get("role") == "button")
    ):
        facts.buttons += 1
    if href and _ELSEWHERE.match(href.strip()) and facts.words:
        facts.links += 1
        facts.linked = facts.words
    facts.phones += bool(href and href.strip().lower().startswith("tel:"))


def named_content(facts: Mapping[lxml.html.HtmlElement, Facts]) -> frozenset[lxml.html.HtmlElement]:
    """The element that the page itself names as the article's text, with its neighbours of the same name; may be empty."""
    named = {e: m for e in facts if (m := _content_name(e)) is not None}
    if not named:
        return frozenset()
    best = max(named, key=lambda e: facts[e].words)
    return frozenset(e for e in named if e is best or (named[e] == named[best] and e.getparent() is best.getparent()))


def _content_name(element: lxml.html.HtmlElement) -> str | None:
    if not isinstance(element.tag, str) or element.tag in ("body", "html", "a", "span", "p"):
        return None
    if element.get("itemprop") == "articleBody":
        return "articleBody"
    found = _CONTENT.search(element.get("class") or "")
    return found.group(0).strip(" -_").lower() if found else None


def unfold(tree: lxml.html.HtmlElement) -> None:
    """Opens, in place, what a reader of the page can open: panels of tabs and accordions, with their buttons as headings.

    A part is such a panel when a button or a tab on the same page names it, and it is text: no menu, form or window.
    """
    named = _controlled(tree)
    panels = {e.get("id") or "": e for e in tree.iter("div", "section", "p", "dd", "ul", "li") if _is_panel(e, named)}
    for panel in panels.values():
        for name in ("hidden", "aria-hidden"):
            panel.attrib.pop(name, None)
        style = re.sub(
            r"(?i)(?:display|visibility)\s*:\s*(?:none|hidden)\s*(?:!important)?\s*;?", "", panel.get("style") or ""
        )
        panel.set("style", style)
    for button in list(tree.iter("button")):
        if _target(button) in panels or any(
            a.tag in HEADS or a.tag in ("summary", "dt") for a in button.iterancestors()
        ):
            held = any(a.tag in HEADS or a.tag in ("summary", "dt") for a in button.iterancestors())
            button.tag = "span" if held else "h6"


def _controlled(tree: lxml.html.HtmlElement) -> frozenset[str]:
    names = {_target(e) for e in tree.iter("button", "a", "div", "summary", "span", "h2", "h3", "h4") if len(e.attrib)}
    return frozenset(n for n in names if n)


def _target(element: lxml.html.HtmlElement) -> str:
    """The id of the part that a button or tab opens, or ""."""
    told = element.get("aria-controls") or element.get("data-bs-target") or element.get("data-target")
    if told is None and (element.get("role") == "tab" or element.get("data-toggle") or element.get("data-bs-toggle")):
        told = element.get("href")
    return (told or "").strip().removeprefix("#")


def _is_panel(element: lxml.html.HtmlElement, named: frozenset[str]) -> bool:
    if element.get("role") != "tabpanel" and (element.get("id") or "") not in named:
        return False
    if (element.get("role") or "") in ("dialog", "alertdialog", "menu", "navigation", "search"):
        return False
    if any(isinstance(a.tag, str) and a.tag in ("nav", "form", "dialog") for a in element.iterancestors()):
        return False
    return (
        next(element.iter("nav", "form", "dialog"), None) is None
        and next(element.iter("p", "ul", "ol"), None) is not None
    )
