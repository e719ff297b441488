"""Ways to reach somebody that an article names: phones, short codes, addresses; which one is its call to action."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from outreach.rules.article import Article, Contact, ContactRole, Sentence, block_sentences

PHONE = re.compile(
    r"(?<![\w./-])(?:\+?1[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\d-])"
    r"|(?<![\w.])\+\d{1,3}[\s.-]?(?:\(?\d{1,4}\)?[\s.-]?){2,5}\d{2,4}(?!\d)"
    r"|(?<![\w.])1?[\s.-]?8\d\d[\s.-](?:\d{3}[\s.-][A-Z]{4}|[A-Z]{3}[\s.-]?[A-Z]{4}|[A-Z]{7})(?:\s\(\d{4}\))?(?!\w)"
)
_SHORT = re.compile(r"(?<![\w$€.,:/-])(988|911|741741)(?![\w%]|[.,:/-]\d)")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"“”]+[^\s<>()\[\]\"“”.,;:!?’']")
_LETTERS = {
    c: d
    for d, cs in zip("23456789", ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"], strict=True)
    for c in cs
}
# 988, 911, the Crisis Text Line, the old Lifeline number, the Georgia Crisis and Access Line (protocols.md section 6.3).
_CRISIS = frozenset({"988", "911", "741741", "8002738255", "8007154225"})
_HELPLINE = frozenset({"8006624357", "8004874889"})  # SAMHSA: a fine primary contact only when there is no other
_ASKS = re.compile(
    r"\b(?:call|text|phone|reach|contact|dial|write|e-?mail|visit|llam[ae]|llámenos|escrib[ae]|marque|visite)\w*\b",
    re.I,
)


def digits(value: str) -> str:
    """The number behind a phone as written: ten digits for the US, letters turned into digits; "+44…" keeps its country."""
    shown = re.sub(r"\s\(\d{4}\)$", "", value.strip())
    plain = "".join(_LETTERS.get(c, c) for c in shown.upper() if c.isalnum())
    if value.strip().startswith("+") and not plain.startswith("1"):
        return "+" + plain
    return plain[1:] if len(plain) == 11 and plain.startswith("1") else plain


def tel(value: str) -> str:
    """A tel: link for a phone or short code as written."""
    number = digits(value)
    return f"tel:{number}" if number.startswith("+") or len(number) != 10 else f"tel:+1{number}"


def _in_sentence(sentence: Sentence) -> Iterator[Contact]:
    text = sentence.text
    for match in PHONE.finditer(text):
        number = digits(match.group(0))
        role: ContactRole = "crisis" if number in _CRISIS else "other"
        yield Contact("phone", match.group(0).strip(), tel(match.group(0)), sentence.id, role)
    for match in _SHORT.finditer(text):
        yield Contact("shortcode", match.group(1), f"tel:{match.group(1)}", sentence.id, "crisis")
    for match in EMAIL.finditer(text):
        yield Contact("email", match.group(0), f"mailto:{match.group(0)}", sentence.id, "other")
    for match in URL.finditer(text):
        url = match.group(0) if match.group(0).startswith("http") else f"https://{match.group(0)}"
        yield Contact("url", match.group(0), url, sentence.id, "other")
    for mark in sentence.marks:
        if mark.kind == "link" and mark.url and mark.url.startswith("http"):
            yield Contact("url", text[mark.start : mark.end], mark.url, sentence.id, "other")


def find_contacts(article: Article) -> Article:
    """The article with its contacts, one of them `primary`: the phone its end asks to call, else an address or page."""
    found: list[tuple[int, Contact]] = []
    last = max((i for i, s in enumerate(article.sections) if s.blocks), default=0)
    scores: dict[str, int] = {}
    for i, section in enumerate(article.sections):
        for block in section.blocks:
            for sentence in block_sentences(block):
                for contact in _in_sentence(sentence):
                    found.append((i, contact))
                    scores.setdefault(contact.url, 0)
                    scores[contact.url] += _score(contact, at_end=i == last, asks=bool(_ASKS.search(sentence.text)))
    if not found:
        return article
    candidates = [c for _, c in found if _may_lead(c, scores[c.url])]
    if candidates:
        best = max(candidates, key=lambda c: (scores[c.url], -c.sentence)).url
        found = [(i, replace(c, role="primary") if c.url == best else c) for i, c in found]
    return replace(article, contacts=tuple(c for _, c in found))


def _score(contact: Contact, *, at_end: bool, asks: bool) -> int:
    kind = {"phone": 100, "email": 40, "url": 20, "shortcode": 0}[contact.kind]
    helpline = 60 if digits(contact.value) in _HELPLINE and contact.kind == "phone" else 0
    return kind + (30 if at_end else 0) + (20 if asks else 0) - helpline


def _may_lead(contact: Contact, score: int) -> bool:
    if contact.role == "crisis" or contact.kind == "shortcode":
        return False
    # A page or an address is a call to action only where the text asks the reader to go there.
    return contact.kind == "phone" or score >= (60 if contact.kind == "email" else 70)
