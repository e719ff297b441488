"""Which part of a page an element is, by its tag, role, class and make: navigation, sharing, comments, contents …"""

from __future__ import annotations

import re

import lxml.html

from outreach.rules.patterns import word_set
from outreach.rules.readers.page_facts import HEADS, Facts

HIDDEN = "hidden"
PULL_QUOTE = "pull quote"
HEAD, FOOT, BESIDE = "head of the page", "foot of the page", "box beside the text"
_TAGS = {
    "nav": "navigation", "aside": BESIDE, "footer": FOOT, "form": "form", "figcaption": "caption",
    "caption": "caption", "dialog": "dialog",
}  # fmt: skip
_ROLES = {
    "navigation": "navigation", "banner": HEAD, "complementary": BESIDE, "contentinfo": FOOT, "dialog": "dialog",
    "alertdialog": "dialog", "search": "search", "menu": "navigation", "menubar": "navigation", "tablist": "navigation",
}  # fmt: skip
# Names of parts that may hold whole sentences of their own.
_WORDS = {
    "related": "related recommended recirc recirculation readnext upnext yarpp bookmark",
    "comments": "comment comments disqus commentlist respond",
    "sign-up": "newsletter subscribe subscription signup optin mailchimp mc4wp",
    "cookies": "cookie cookies consent gdpr ccpa onetrust",
    "advert": "promo advert advertisement adsense sponsor sponsored cta",
    "contents": "toc tableofcontents lwptoc",
    "byline": "byline author bio authorbox reviewer",
    FOOT: "footer copyright colophon",
    "dialog": "popup modal overlay lightbox",
    "chat": "livechat chatbot",
    PULL_QUOTE: "pullquote pullout",
}
# Names of parts that hold scraps; on an element with a paragraph in it the same word means something else.
_SCRAPS = {
    "share": "share sharing social socials addtoany sharedaddy",
    "related": "trending popular",
    "advert": "ad ads",
    "byline": "date dateline published timestamp posted postmeta meta",
    "navigation": "menu nav navbar navigation breadcrumb breadcrumbs pagination pager sitemap",
    "caption": "caption credit",
    "chat": "chat",
    "tags": "tags taglist tagcloud postcategories",
}
_BARS = {"navigation": "sidebar"}
_PART_OF = {w: part for names in (_WORDS, _SCRAPS, _BARS) for part, words in names.items() for w in words.split()}
_SCRAP_WORDS = frozenset(w for words in _SCRAPS.values() for w in words.split())
_UNSEEN = word_set(
    """
    screen-reader-text sr-only visually-hidden visuallyhidden skip-link skip-to-content screenreader print-only
    a11y-hidden u-hidden hidden d-none is-hidden invisible w-condition-invisible w-form-done w-form-fail
    """
)
_CONTAINERS = word_set(
    """
    div section aside ul ol p span details form header footer table tbody tr td dl figure figcaption
    """
)
_NAMED_BY_ID = word_set("div section aside ul form table td")
_MOST = 0.35  # no part of a page that holds more of its words than this is furniture
_FEW = 45  # words of a box that asks to press a button or to leave an address
_SENTENCES = 25  # words from which a part holds sentences, when most of them are no links


def part_of(element: lxml.html.HtmlElement, facts: Facts, total: int) -> str | None:
    """The name of the page part, or None for what may be the article. `total` is the number of the page's words."""
    tag = element.tag
    classes = (element.get("class") or "").split()
    if _is_unseen(classes) and not (facts.words > _MOST * total and total > 60):
        return HIDDEN
    if (facts.words > _MOST * total and total > 60) or facts.title or tag in ("article", "main", "body", "h1"):
        return None
    named = _ROLES.get((element.get("role") or "").lower()) or _TAGS.get(tag)
    if named == BESIDE and tag == "aside" and _is_infobox(element, facts):
        named = None
    if named:
        return named
    if tag == "header" and next(element.iter("p"), None) is None:
        return None if next(element.iter("h2", "h3"), None) is not None else HEAD
    if tag not in _CONTAINERS:
        return None
    return _by_name(element, classes, facts) or _by_make(element, facts)


def _is_unseen(classes: list[str]) -> bool:
    """Classes that hide; those that hide on small screens alone ("hidden md:block") do not count."""
    lower = [c.lower() for c in classes]
    return any(c in _UNSEEN for c in lower) and not any(
        ":" in c or (c.startswith("d-") and c != "d-none") for c in lower
    )


def _by_name(element: lxml.html.HtmlElement, classes: list[str], facts: Facts) -> str | None:
    names = list(classes)
    told = element.get("id") or ""
    if element.tag in _NAMED_BY_ID and told and len(re.split(r"[-_]", told)) <= 3:
        names.append(told)
    speaks = facts.words - facts.linked >= _SENTENCES and facts.text
    for name in names:
        for word in _tokens(name):
            if word in _PART_OF and not (speaks and word in _SCRAP_WORDS):
                return _PART_OF[word]
    return None


def _tokens(name: str) -> list[str]:
    """The words of a class name: "wp-block-post-author" and "relatedPosts" alike; whole name without marks too."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name)
    words = [w.lower() for w in re.split(r"[-_]+", apart) if w]
    if words[:1] in (["has"], ["is"], ["no"], ["not"], ["with"], ["without"]):
        return []
    return [*words, "".join(words)]


def _by_make(element: lxml.html.HtmlElement, facts: Facts) -> str | None:
    """Parts that no name gives away: a sign-up box, a banner with a button, a column of links, a list of contents."""
    tag = element.tag
    if tag in ("ul", "ol") and _is_contents(element):
        return "contents"
    if tag == "td" and facts.links >= 3 and facts.linked >= 0.5 * facts.words and facts.words < 80:
        return "navigation"
    if tag == "table" and facts.links >= 2 and facts.linked == facts.words:
        return "navigation"
    if tag in ("div", "section", "figure") and 0 < facts.words <= _FEW:
        if facts.fields:
            return "box with a form"
        if facts.buttons and not facts.phones and facts.blocks > 1 and _stands_alone(element):
            return "banner with a button"
    return None


def _is_contents(element: lxml.html.HtmlElement) -> bool:
    """Two items or more, each of them one link to a place on the same page."""
    items = [e for e in element if isinstance(e.tag, str)]
    return len(items) >= 2 and all(
        (link := next(item.iter("a"), None)) is not None
        and re.match(r"#\w", (link.get("href") or "").strip())
        and len("".join(item.itertext()).split()) == len("".join(link.itertext()).split())
        for item in items[:40]
    )


def _stands_alone(element: lxml.html.HtmlElement) -> bool:
    """No neighbour looks like it, as every section or card of a row would."""
    look = (element.tag, element.get("class"))
    parent = element.getparent()
    near = [element.getprevious(), element.getnext()]
    return parent is not None and all(e is None or (e.tag, e.get("class")) != look for e in near)


def _is_infobox(element: lxml.html.HtmlElement, facts: Facts) -> bool:
    """An aside with sentences and no links that stands between paragraphs of a text belongs to it."""
    around = [element.getprevious(), element.getnext()]
    texts = ("p", "ul", "ol", "blockquote", *HEADS)
    return facts.links == facts.fields == 0 and facts.words >= 8 and all(
        e is not None and e.tag in texts for e in around
    ) and _by_name(element, (element.get("class") or "").split(), facts) is None  # fmt: skip
