"""Which part of a page an element is, by its tag, role and class: navigation, sharing, comments, contents …"""

from __future__ import annotations

import re

import lxml.html

from outreach.rules.patterns import word_set

_TAGS = {"nav": "navigation", "aside": "aside", "footer": "footer", "form": "form", "figcaption": "caption"}
_ROLES = {
    "navigation": "navigation", "banner": "banner", "complementary": "aside", "contentinfo": "footer", "dialog": "dialog",
    "alertdialog": "dialog", "search": "search", "menu": "navigation", "menubar": "navigation",
}  # fmt: skip
_WORDS = {
    "share": "share sharing social socials addtoany sharedaddy",
    "related": "related recommended recirc recirculation trending popular readnext upnext yarpp",
    "comments": "comment comments disqus commentlist respond",
    "sign-up": "newsletter subscribe subscription signup optin mailchimp",
    "cookies": "cookie cookies consent gdpr ccpa onetrust",
    "advert": "promo advert advertisement adsense sponsor sponsored ad ads",
    "contents": "toc tableofcontents lwptoc",
    "byline": "byline author bio dateline posted postmeta meta authorbox",
    "navigation": "menu nav navbar navigation breadcrumb breadcrumbs pagination pager sidebar sitemap",
    "footer": "footer copyright colophon",
    "dialog": "popup modal overlay lightbox",
    "caption": "caption credit",
    "chat": "chat livechat chatbot",
    "tags": "tags taglist tagcloud postcategories",
}
_PART_OF = {word: part for part, words in _WORDS.items() for word in words.split()}
_UNSEEN = word_set(
    """
    screen-reader-text sr-only visually-hidden visuallyhidden skip-link skip-to-content screenreader print-only
    a11y-hidden u-hidden
    """
)
_CONTAINERS = word_set(
    """
    div section aside ul ol p span details form header footer table dl figure figcaption
    """
)
_MOST = 0.35  # no part of a page that holds more of its words than this is furniture


def part_of(element: lxml.html.HtmlElement, words: int, total: int) -> str | None:
    """The name of the page part, or None for what may be the article. `words` of the element, `total` of the page."""
    tag = element.tag
    classes = (element.get("class") or "").split()
    if any(c.lower() in _UNSEEN for c in classes):
        return "unseen"
    if words > _MOST * total and total > 60:
        return None
    if tag in ("article", "main", "body", "h1") or any(True for _ in element.iter("h1", "article", "main")):
        return None
    named = _ROLES.get((element.get("role") or "").lower()) or _TAGS.get(tag)
    if named:
        return named
    if tag == "header" and not any(True for _ in element.iter("p")):
        return None if any(True for _ in element.iter("h2", "h3")) else "header"
    if tag not in _CONTAINERS:
        return None
    names = list(classes)
    if tag in ("div", "section", "aside", "ul", "form"):
        names.extend(n for n in [element.get("id") or ""] if n and len(re.split(r"[-_]", n)) <= 2)
    for name in names:
        for word in _tokens(name):
            if word in _PART_OF:
                return _PART_OF[word]
    return None


def _tokens(name: str) -> list[str]:
    """The words of a class name: "wp-block-post-author" and "relatedPosts" alike; whole name without marks too."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name)
    words = [w.lower() for w in re.split(r"[-_]+", apart) if w]
    if (
        words[:1] in (["has"], ["is"], ["no"], ["not"], ["with"], ["without"])
        or "container" in words
        or "content" in words
    ):
        return []
    return [*words, "".join(words)]
