"""Which link targets may leave the house: http, https, mailto and tel, and nothing that runs or hides."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from outreach.rules.patterns import word_set

_SHORTENERS = word_set(
    """
    bit.ly tinyurl.com goo.gl t.co ow.ly is.gd buff.ly rebrand.ly cutt.ly shorturl.at rb.gy tiny.cc bl.ink t.ly
    lnkd.in fb.me s.id v.gd soo.gd short.io bit.do adf.ly trib.al hubs.ly amzn.to mcaf.ee dlvr.it ift.tt tr.im x.co
    smarturl.it clck.ru shorte.st tinyurl.is urlz.fr qr.io hyperurl.co snip.ly shrtco.de surl.li ouo.io lc.chat
    """
)

_WRAPPED = re.compile(
    r"https?://(?:www\.google\.[a-z.]{2,6}/url\?(?:[^#\s]*&)?(?:q|url)|"
    r"[\w.-]+\.safelinks\.protection\.outlook\.com/[^?\s]*\?(?:[^#\s]*&)?url)=(?P<target>https?(?::|%3A)[^&\s]+)",
    re.I,
)


def safe_url(url: str | None) -> str | None:
    """The target if mail may carry it: an absolute http(s), mailto or tel link without white space; else None."""
    if not url:
        return None
    url = _unwrapped(url.strip())
    if re.search(r"[\s\x00-\x1f<>\"'`{}|\\^]", url) or len(url) > 2000:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and host and "." in host and not parts.username:
        return url
    if parts.scheme == "mailto" and re.fullmatch(r"[^@?]+@[^@?]+\.[^@?]+", parts.path) and not parts.query:
        return url
    if parts.scheme == "tel" and re.fullmatch(r"\+?[\d().-]{3,20}", parts.path):
        return url
    return None


def _unwrapped(url: str) -> str:
    """The target behind a link that a word processor or mail program has wrapped in one of its own."""
    wrapped = _WRAPPED.match(url)
    return unquote(wrapped.group("target")) if wrapped else url


def is_shortener(url: str) -> bool:
    """Does the link hide its target behind a public shortener? Carriers filter texts that hold one."""
    match = re.match(r"(?:https?://)?(?:www\.)?([\w.-]+)", url, re.I)
    return match is not None and match.group(1).lower().rstrip(".") in _SHORTENERS
