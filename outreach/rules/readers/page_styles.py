"""Looks that a page gives by class: which class names its style sheet makes bold or raised."""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.html

_RULE = re.compile(r"\.([A-Za-z][\w-]{0,60})\s*\{([^{}]{0,2000})\}")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_RAISED = re.compile(r"vertical-align\s*:\s*super", re.I)
_MOST = 200_000  # characters of style sheets that are looked at


@dataclass(frozen=True, slots=True)
class Styles:
    """Class names that make text bold, and those that raise it."""

    bold: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()


def read_styles(tree: lxml.html.HtmlElement) -> Styles:
    """The styles of a page's own sheet, rules for one class alone (the look of a word processor's export)."""
    sheet = "".join(e.text or "" for e in tree.iter("style"))[:_MOST]
    rules = _RULE.findall(sheet)
    return Styles(
        bold=frozenset(name for name, look in rules if _BOLD.search(look)),
        raised=frozenset(name for name, look in rules if _RAISED.search(look)),
    )


def is_bold(element: lxml.html.HtmlElement, styles: Styles) -> bool:
    """Bold by its style or its class."""
    return bool(_BOLD.search(element.get("style") or "")) or _has(element, styles.bold)


def is_raised(element: lxml.html.HtmlElement, styles: Styles) -> bool:
    """Raised by its style or its class."""
    return bool(_RAISED.search(element.get("style") or "")) or _has(element, styles.raised)


def _has(element: lxml.html.HtmlElement, names: frozenset[str]) -> bool:
    return bool(names) and any(c in names for c in (element.get("class") or "").split())
