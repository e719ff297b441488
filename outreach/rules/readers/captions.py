"""Captions that no markup tells: words under a picture or beside a table, in Markdown and Word."""

from __future__ import annotations

import re

import lxml.html

_NAMED = re.compile(
    r"^(?:(?:figure|fig\.|table|chart|image|photo|figura|tabla|cuadro|imagen|foto)\s*\d{1,3}\s*[.:–—-]|"
    r"(?:photo|image|picture|foto|imagen)(?: credit| by)?\s*:)",
    re.I,
)
_MOST = 30  # words; a longer paragraph is text


def mark(tree: lxml.html.HtmlElement) -> None:
    """Renames the paragraphs that are captions to `figcaption`: named ones anywhere, italic ones under a picture."""
    for paragraph in list(tree.iter("p")):
        text = re.sub(r"\s+", " ", "".join(paragraph.itertext())).strip()
        if not text or len(text.split()) > _MOST:
            continue
        pictured = paragraph.find(".//img") is not None or _is_picture(paragraph.getprevious())
        beside = pictured or any(_is_table(x) for x in (paragraph.getprevious(), paragraph.getnext()))
        if (pictured and _all_italic(paragraph)) or (beside and _NAMED.match(text)):
            paragraph.tag = "figcaption"


def _is_picture(element: lxml.html.HtmlElement | None) -> bool:
    if element is None or not isinstance(element.tag, str):
        return False
    return not "".join(element.itertext()).strip() and (element.tag == "img" or element.find(".//img") is not None)


def _is_table(element: lxml.html.HtmlElement | None) -> bool:
    return element is not None and element.tag == "table"


def _all_italic(paragraph: lxml.html.HtmlElement) -> bool:
    italic = sum(len("".join(e.itertext()).strip()) for e in paragraph.iter("em", "i"))
    return italic >= len(re.sub(r"\s+", " ", "".join(paragraph.itertext())).strip()) - 1
