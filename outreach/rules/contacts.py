"""Ways to reach somebody that an article names: phones, short codes, addresses; which one is its call to action."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from outreach.rules.article import Article, Contact, ContactRole, Sentence, block_sentences
from outreach.rules.patterns import word_set

_S = r"[\s.–‑-]"  # what stands between the groups of a number
_AREA = rf"(?:\(\d{{3}}\)\s?|\d{{3}}{_S})"
_EXTENSION = r",?\s(?:ext\.?|extension|extensión|x)\s?\d{1,5}\b"
_WORD = (  # seven keys, some of them letters: "555-HELP", "NEW-LIFE", "SOBER-01"
    rf"(?:\d{{3}}{_S}[A-Z]{{4}}|[A-Z]{{3}}{_S}?[A-Z]{{4,5}}|[A-Z]{{4}}{_S}?[A-Z]{{3,4}}|[A-Z]{{5}}{_S}?\d{{2}}|"
    rf"[A-Z]{{4}}{_S}?\d{{3}}|[A-Z]{{7,9}})"
)
PHONE = re.compile(
    rf"(?<![\w./–‑-])(?:\+?1{_S}?)?{_AREA}\d{{3}}{_S}\d{{4}}(?![\d–‑-])(?:{_EXTENSION})?"
    r"|(?<![\w.])\+\d{1,3}[\s.-]?(?:\(?\d{1,4}\)?[\s.-]?){2,5}\d{2,4}(?!\d)"
    rf"|(?<![\w.])(?:1{_S}?)?{_AREA}{_WORD}(?:\s\(\d{{4}}\))?(?!\w)"
    r"|(?<![\w./#-])1?[2-9]\d{2}[2-9]\d{6}(?![\w-])"
)
_SHORT = re.compile(r"(?<![\w$€.,:/-])(988|911|211|741-?741|838255|9-8-8|9-1-1)(?![\w%]|[.,:/-]\d)")
_CALLS = re.compile(
    r"\b(?:call|text|dial|phone|contact|reach|message|press|ll[aá]m|m[aá]rc|m[aá]rqu|env[ií]|escr[ií]b|mensaje|comuní)\w*\b",
    re.I,
)
_LINE = re.compile(
    r"^\W*(?:\w+\W+){0,3}(?:lifeline|crisis|suicide|hotline|helpline|line|operator|dispatch|línea)", re.I
)
# "The national helpline, 1-800-…" is somebody else's; "our helpline" is not.
_OUTSIDE = re.compile(
    r"(?<!our )(?<!nuestra )\b(?:(?:help|hot|quit|life|warm)[ -]?line|crisis (?:line|center|text)|poison (?:control|help)|"
    r"línea (?:nacional|de (?:ayuda|crisis|emergencia|prevención))|(?:national|state) line)\b[^.;]{0,40}$",
    re.I,
)
_NO_VOICE = re.compile(r"\b(?:fax|tty|tdd)\b[^.;,]{0,12}$", re.I)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_REST = r"(?:[^\s<>()\[\]\"“”]|\([^\s<>()\[\]\"“”]*\))"
URL = re.compile(
    rf"(?:https?://|www\.){_REST}*(?:[^\s<>()\[\]\"“”.,;:!?’']|\([^\s<>()\[\]\"“”]*\))"
    rf"|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|us|info|health)\b(?![\w@]|\.\w)(?:/{_REST}*(?<![.,;:!?’']))?"
)
_LETTERS = {
    c: d
    for d, cs in zip("23456789", ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"], strict=True)
    for c in cs
}
# Lines for an emergency: named for the reader's safety, never as what a series asks for. 988, 911, 211, the Crisis Text
# Line, the Veterans' text line, the old Lifeline (English, Spanish), the Georgia line (protocols.md section 6.3), Poison
# Help, domestic violence, sexual assault, Trevor, disaster distress, maternal mental health.
_CRISIS = word_set(
    """
    988 911 741741 838255 8002738255 8886289454 8007154225 8002221222 8007997233 8006564673 8664887386 8009855990
    8338526262
    """
)
# National helplines (SAMHSA, its TTY, NAMI, the quitline): a fine primary contact only when there is no other.
_HELPLINE = word_set("8006624357 8004874889 8009506264 8007848669")
_ASKS = re.compile(
    r"\b(?:call|text|phone|reach|contact|dial|write|e-?mail|visit|book|sign up|register|apply|join|"
    r"llam[ae]|llámenos|escrib[ae]|marque|visite|reserve|inscríba)\w*\b",
    re.I,
)


def digits(value: str) -> str:
    """The number behind a phone as written: ten digits for the US, letters turned into digits; "+44…" keeps its country."""
    shown = re.sub(rf"(?:{_EXTENSION}|\s\(\d{{4}}\))$", "", value.strip())
    plain = "".join(_LETTERS.get(c, c) for c in shown.upper() if c.isalnum())
    if value.strip().startswith("+") and not plain.startswith("1"):
        return "+" + plain
    plain = plain.removeprefix("1") if len(plain) > 10 else plain
    return plain[:10] if re.search(r"[A-Z]", shown) else plain  # a word may have more letters than the number keys


def tel(value: str) -> str:
    """A tel: link for a phone or short code as written."""
    number = digits(value)
    return f"tel:{number}" if number.startswith("+") or len(number) != 10 else f"tel:+1{number}"


def _in_sentence(sentence: Sentence) -> Iterator[Contact]:
    text = sentence.text
    for match in PHONE.finditer(text):
        if not _NO_VOICE.search(text[max(0, match.start() - 20) : match.start()]):
            before = text[max(0, match.start() - 300) : match.start()]
            yield _phone(match.group(0).strip(), sentence, outside=bool(_OUTSIDE.search(before)))
    asked = _CALLS.search(text)
    for match in _SHORT.finditer(text):
        if (asked and asked.end() <= match.start()) or _LINE.match(text[match.end() : match.end() + 120]):
            number = digits(match.group(1))
            role: ContactRole = "crisis" if number in _CRISIS else "other"
            yield Contact("shortcode", match.group(1), f"tel:{number}", sentence.id, role)
    for match in EMAIL.finditer(text):
        yield Contact("email", match.group(0), f"mailto:{match.group(0)}", sentence.id, "other")
    for match in URL.finditer(text):
        url = match.group(0) if match.group(0).startswith("http") else f"https://{match.group(0)}"
        yield Contact("url", match.group(0), url, sentence.id, "other")
    yield from _behind_links(sentence)


def _phone(value: str, sentence: Sentence, *, outside: bool = False) -> Contact:
    number = digits(value)
    role: ContactRole = "crisis" if number in _CRISIS else "other"
    return Contact("phone", value, tel(value), sentence.id, role, outside=outside or number in _CRISIS | _HELPLINE)


def _behind_links(sentence: Sentence) -> Iterator[Contact]:
    """Contacts that stand in a link's target only ("Call our desk"), shown as a number or an address."""
    for mark in sentence.marks:
        said = sentence.text[mark.start : mark.end]
        if mark.kind != "link" or not mark.url:
            continue
        scheme, _, rest = mark.url.partition(":")
        if scheme in ("http", "https"):
            yield Contact("url", said, mark.url, sentence.id, "other")
        elif scheme == "mailto" and not EMAIL.search(said):
            yield Contact("email", rest, mark.url, sentence.id, "other")
        elif scheme == "tel" and not PHONE.search(said) and len(digits(rest)) == 10:
            number = digits(rest)
            yield _phone(f"{number[:3]}-{number[3:6]}-{number[6:]}", sentence)


def find_contacts(article: Article) -> Article:
    """The article with its contacts, one of them `primary`: the phone its end asks to call, else an address or page."""
    found: list[tuple[int, Contact]] = []
    last = max((i for i, s in enumerate(article.sections) if s.blocks), default=0)
    scores: dict[str, int] = {}
    name = (article.organisation or "").casefold()
    for i, section in enumerate(article.sections):
        for block in section.blocks:
            for sentence in block_sentences(block):
                asks = bool(_ASKS.search(sentence.text))
                for contact in _in_sentence(sentence):
                    found.append((i, contact))
                    scores.setdefault(contact.url, 0)
                    own = bool(name) and name in sentence.text.casefold() and not contact.outside
                    bonus = 30 if own else 20 if i == last and _is_house(contact.url, name) else 0
                    scores[contact.url] += _score(contact, at_end=i == last, asks=asks) + bonus
    if not found:
        return article
    candidates = [c for _, c in found if _may_lead(c, scores[c.url])]
    if candidates:
        best = max(candidates, key=lambda c: (scores[c.url], -c.sentence)).url
        found = [(i, replace(c, role="primary") if c.url == best else c) for i, c in found]
    return replace(article, contacts=tuple(c for _, c in found))


def _is_house(url: str, name: str) -> bool:
    """Does the address of a page hold the house's name ("oakandiron.example.org", Oak & Iron Men's Health)?"""
    host = re.match(r"https?://(?:www\.)?(?P<label>[\w-]+)", url)
    label = host["label"].replace("-", "") if host else ""
    return len(label) > 4 and re.sub(r"[^a-z]", "", name.replace("&", "and")).startswith(label)


def _score(contact: Contact, *, at_end: bool, asks: bool) -> int:
    kind = {"phone": 100, "email": 40, "url": 20, "shortcode": 0}[contact.kind]
    helpline = 60 if contact.outside and contact.kind == "phone" else 0
    return kind + (30 if at_end else 0) + (20 if asks else 0) - helpline


def _may_lead(contact: Contact, score: int) -> bool:
    if contact.role == "crisis" or contact.kind == "shortcode":
        return False
    # A page or an address is a call to action only where the text asks the reader to go there.
    return contact.kind == "phone" or score >= (60 if contact.kind == "email" else 70)
