"""Surface signs of a line: is it prose, bare, a heading's look, a picture's text? Used by all readers."""

from __future__ import annotations

import re
from typing import Literal

# Reference markers may stand behind the end mark; they are lifted later.
_DIGITS = r"(?:(?<=\D[.!?…])|(?<=\d{4}\.)|(?<=[”\"’)\]]))\s?\d{1,2}(?:\s?[,–-]\s?\d{1,2})*"
_MARKERS = (
    rf"(?:\s?\[\^?[\w:-]{{1,24}}(?:\s?[,–-]\s?\d{{1,2}})*\]|\s?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\s?\(\d{{1,2}}\)|{_DIGITS}|[*†‡§]{{1,3}})*"
)
# A lead-in may carry one too, "these appear:3"; a time ("at 6:15") and a ratio carry none.
_LEAD_MARKERS = (
    r"(?:(?:(?<=[^\W\d_]:)\d{1,2}(?:,\d{1,2})*|\s?\[\^?[\w:-]{1,24}\]|\s?\(\d{1,2}\)|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡§]{1,3}))?"
)
END = re.compile(rf"(?:[.!?…;。؟！？][\"'”’»)\]]*{_MARKERS}|:[\"'”’»)\]]*{_LEAD_MARKERS})$")
_LEADS_IN = re.compile(rf":{_LEAD_MARKERS}\s*$")
SENTENCE_END = re.compile(rf"[.!?…。؟！？][\"'”’»)\]]*{_MARKERS}$")
BULLET = re.compile(r"^\s*(?:[•◦▪‣●○∙·◆■□❖✓✔➢➤►⁃*+\-–—]|o(?=\t|\s+[A-Z])|→|⇒|☐|☑|☒|\[[ xX]?\])\s+(?=\S)")
SOLID_BULLET = re.compile(r"^\s*[•◦▪‣●○∙◆■□❖✓✔➢➤►⁃]\s*(?=\S)")
NUMBER = re.compile(r"^\s*(?P<marker>\(?(?P<n>\d{1,2}|[a-z])[.)])\s+(?=\S)")
LABEL = re.compile(r"^(?P<label>[^.!?:;–—]{2,60}?)(?:\s+[–—-]\s+|:\s+|—(?=[A-Z“\"]))(?=\S)")

_PEOPLE = (
    r"person|people|man|men|woman|women|couple|family|families|group|doctor|nurse|therapist|counsel+or|patient|"
    r"teen(?:ager)?s?|girls?|boys?|mother|father|mom|dad|child(?:ren)?|kids?|friends?|hands?|firefighter|someone|"
    r"student|worker|photo(?:graph)?|image|picture|illustration|graphic|close-?up|view|silhouette|portrait|"
    r"mujer|hombre|persona|personas|pareja|familia|grupo|manos|foto|imagen|niñ[oa]s?"
)
_PICTURE = re.compile(
    rf"^(?:(?:an?|the|two|three|several|many|young|older?|elderly|smiling|happy|sad|stressed|worried|female|male|una?|"
    rf"dos)\s+){{0,3}}(?:{_PEOPLE})\b(?:(?:\s+\S+){{0,4}}\s+\w+(?:ing|ando|iendo)\b|\s+(?:in|at|on|with|of|by|near|"
    r"beside|"
    rf"holding|en|con|de)\b)",
    re.I,
)
_SCENE = re.compile(
    rf"^(?:an?|two|three|una?|dos)\s+(?:\w+\s+){{0,2}}(?:{_PEOPLE})\s+(?:sit|stand|look|hold|walk|lie|smile|talk|hug|stare|read|"
    r"wait|lean|gaze|reache|rest|kneel|laugh|camina|mira|sostiene|abraza|habla|sonríe)s?\b",
    re.I,
)
_CREDIT = re.compile(
    r"^(?:photo|image|picture|illustration|credit|foto|imagen)\b.{0,12}?(?:\bby\b|:|\bcredit|\bpor\b)", re.I
)


def is_prose(text: str) -> bool:
    """Does the line read as a sentence: an end mark, or too long to be anything else?"""
    return bool(END.search(text)) or len(text.split()) > 16


def leads_in(text: str) -> bool:
    """Does the line end in a colon, reference markers aside: the lead-in of a list?"""
    return bool(_LEADS_IN.search(text))


def is_full(text: str) -> bool:
    """A sentence of five words or more, or a lead-in."""
    return len(text.split()) >= 5 and bool(END.search(text))


def could_head(text: str) -> bool:
    """Could the line be a heading: up to 90 characters, at most 14 words, no end mark but a single "?" or "!"?"""
    if not text or len(text) > 90 or len(text.split()) > 14 or not re.search(r"[^\W\d_]", text):
        return False
    first = next(c for c in text if c.isalnum())
    if first.islower() or text.endswith((",", ";", "–", "—", "-", "…", ":")):
        return False
    return not re.search(
        r"[.!?…。][\"”’)]*(?=\s|$)",
        re.sub(r"^(?:\d{1,2}|[IVX]{1,4}|[A-Z])[.)]\s|[?!][\"”’)]*$|\b(?:vs|Dr|Mr|Mrs|Ms|St|No)\.", "", text),
    )


def style(text: str) -> Literal["caps", "title", "plain"]:
    """How a line is written: ALL CAPITALS, Title Case or plain."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 3 and sum(c.isupper() for c in letters) > 0.85 * len(letters):
        return "caps"
    long = [w for w in re.findall(r"[^\W\d_][\w’'-]*", text) if len(w) > 3]
    if len(text.split()) > 1 and sum(w[0].isupper() for w in long) >= 0.8 * max(1, len(long)):
        return "title"
    return "plain"


def is_picture_text(text: str) -> bool:
    """Does the line describe a picture ("Woman holding a cup of tea") or credit one?"""
    if _CREDIT.search(text):
        return True
    return (
        3 <= len(text.split()) <= 24
        and not re.search(r"[.!?:;]\s", text)
        and not SENTENCE_END.search(text)
        and style(text) == "plain"
        and bool(_PICTURE.search(text) or _SCENE.search(text))
    )
