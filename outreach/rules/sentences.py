"""Where sentences end. pysbd cuts one block at a time, with reference markers lifted first; own rules mend its known slips.

pysbd is quadratic in the length of a text and may lose characters it uses inside, so long blocks are cut into pieces and
every answer is checked against the text: when it does not add up, the plain rule cuts instead.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pysbd

from outreach.rules.imperatives import instructs
from outreach.rules.patterns import word_set

_PIECE = 1_500
_LANGUAGES = word_set(
    """
    en es de fr it nl da pl ru el bg sk kk hi mr zh ja ar fa ur am hy my
    """
)
# A run of marks is tried once, from its first one: twelve thousand dots in a row cost nothing.
_PLAIN = re.compile(
    r"(?<![.!?…。؟！？])[.!?…。؟！？]++[\"'”’»)\]]*(?:\s+(?=[\"'“‘«(\[¿¡]*[A-ZÀ-ÖØ-Þ\d])|(?<=[。！？])|\s*$)"
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(“\"])(?:Dr|Mr|Mrs|Ms|Prof|Sr|Jr|Sra|Srta|Dra|St|vs|etc|e\.g|i\.e|p\.ej|No|Núm|Nos|vol|fig|approx|ca|"
    r"cf|al|Inc|Ltd|Co|"
    r"[A-Z]|[A-Z](?:\.[A-Z])+|(?:Ph|M|Psy|Ed)\.D|a\.m|p\.m|pág|art)\.$"
)
_TIME = re.compile(r"\b[ap]\.\s?m\.$", re.I)
_AFTER_TIME = re.compile(
    r"(?:Pacific|Eastern|Central|Mountain|Standard|Daylight|ET|PT|CT|MT|EST|EDT|PST|PDT|CST|CDT|to|on|and|or|until|"
    r"hasta|a|y)\b"
)
# Abbreviations that never end a sentence: a name or a number follows.
_TITLES = re.compile(
    r"(?:^|[\s(“\"])(?:Dr|Mr|Mrs|Ms|Prof|Rev|Gen|Lt|Col|Sgt|Hon|Sr|Sra|Srta|Dra|Lic|Ing|Mt|Ft|vs|approx|Av|Avda|e\.g|"
    r"i\.e|p\.\s?ej|Ud|Uds|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.$"
)
# Abbreviations that a number follows; without one they end a sentence ("Is it safe? No. Stop.").
_COUNTS = re.compile(r"(?:^|[\s(“\"])(?:No|Nos|Núm|n\.º|Fig|Vol|vol|pp?|pág|págs|art|ch|sec|[A-Z][a-z]{1,4})\.$")
# What may stand at the end of a sentence as well as before a name: "Elm St.", "Acme Inc.", "the U.S.", "Sam T.".
_EITHER = re.compile(r"(?:^|\s)(?:St|Jr|Inc|Co|Corp|Ltd|(?:[A-Z]\.){1,3}|EE\.\s?UU\.|[A-Z])\.?$")
_LETTER = re.compile(r"(?P<before>[^\W\d_]+) (?P<letter>[A-Z])\.$")
# A letter behind one of these is its name and no initial: "hepatitis C.", "vitamin D.", "Plan B.".
_LETTERED = word_set(
    """
    appendix category class exhibit figure grade group hepatitis influenza item level option part phase plan schedule
    section step track type unit vitamin vitamins ward wing
    """
)
# Capitalised, these open a sentence; a name they hardly are.
_OPENERS = word_set(
    """
    a after all also an and another anyone anything are as ask at be because before both but by call can come could
    did do does each either even every everyone few first for from go had has have he help her here his how i if in
    is it its just keep let many maybe more most my neither never no nobody not nothing now often on once one only or
    other our people please read she should since so some somebody someone sometimes start still stop such take talk
    tell that the their then there these they this those though today together too try two under until was we were
    what when where which while who why will with without would yes yet you your
    al algunos cada como con cuando de desde después el ella ellas ellos en es esa ese eso esta estas este esto estos
    hay la las le lo los más mi muchos nadie ni no nos nuestro o para pero por pregunte pídala que qué se si sin sobre
    su sus también todo todos tu un una usted ustedes y ya
    """
)
_END_INSIDE = re.compile(
    r"(?:\s?\.(?:\s\.){2}|(?<=[a-zà-ÿ\d%)])[.!?…]+|(?<=\b[A-Z])\.)[”\"’»)\]]*\s+"
    r"(?=[“\"‘«(¿¡]?(?:[A-ZÀ-Þ][a-zà-ÿ’']+|I)[\s,])"
)
_NUMBERED = re.compile(r"^\(?\w{1,2}[.)]$")


@lru_cache(maxsize=8)
def _segmenter(language: str) -> pysbd.Segmenter:
    return pysbd.Segmenter(language=language if language in _LANGUAGES else "en", clean=False)


def cut(text: str, language: str = "en") -> list[tuple[int, int]]:
    """The sentences of one block as (start, end) offsets, without the white space around them, in order, nothing lost."""
    spans: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        spans.extend((start + a, start + b) for a, b in _segments(text[start:end], language))
    return _mended(text, [s for s in (_trimmed(text, a, b) for a, b in spans) if s[0] < s[1]])


def _pieces(text: str) -> list[tuple[int, int]]:
    """Cuts of a long block at plain sentence ends, each piece short enough for pysbd."""
    if len(text) <= _PIECE:
        return [(0, len(text))]
    out: list[tuple[int, int]] = []
    start = end = 0
    for a, b in _plain_segments(text):
        if b - start > _PIECE and a > start:
            out.append((start, a))
            start = a
        end = b
    out.append((start, max(end, len(text))))
    return out


def _segments(text: str, language: str) -> list[tuple[int, int]]:
    if len(text) > 4 * _PIECE:
        return _plain_segments(text)
    parts = _segmenter(language).segment(text)
    out: list[tuple[int, int]] = []
    at = 0
    for part in parts:
        if not text.startswith(part, at):
            return _plain_segments(text)
        out.append((at, at + len(part)))
        at += len(part)
    return out if not text[at:].strip() else _plain_segments(text)


def _plain_segments(text: str) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    start = 0
    for match in _PLAIN.finditer(text):
        if _ABBREVIATED.search(text[max(0, match.start() - 12) : match.start() + 1]) and match.end() < len(text):
            continue
        out.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        out.append((start, len(text)))
    return out


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _mended(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins what pysbd cut too early: inside links and numbers, after initials and times, before small letters."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and _belongs(
            text[max(out[-1][0], out[-1][1] - _PIECE) : out[-1][1]], text[out[-1][1] : start], text[start:end]
        ):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return [piece for span in out for piece in _cut_again(text, *span)]


def _belongs(before: str, between: str, after: str) -> bool:
    """Does `after` continue the sentence `before`?"""
    if not between and not re.search(r"[.!?][”\"’)\]]$", before):
        return True
    if not between and re.match(r"[\w/%&=-]", after) and re.search(r"[\w/][.?]$", before):
        return True  # inside a link: "www.x." + "org"
    if not re.search(r"[^\W_]", after):
        return True  # stray marks belong to what stands before them
    first = re.sub(r"^[\"'“‘«(\[¿¡]+", "", after)[:1]
    if first.islower() and not re.search(r"[!?][”\"’]?$", before) and not re.match(r"^(?:e|i)[A-Z]", after):
        return True
    if first.islower() and re.search(r"[!?][”\"’]$", before):
        return True  # “Is it safe?” she asked.
    if _TIME.search(before) and _AFTER_TIME.match(after):
        return True
    if _NUMBERED.match(before) or _leans_on_name(before, after):
        return True
    return before.count("(") > before.count(")") and ")" in after and len(after) < 200


def _leans_on_name(before: str, after: str) -> bool:
    """Does `before` end in an abbreviation or initial whose name or number is the start of `after`?"""
    if _TITLES.search(before):
        return bool(re.match(r"[\dA-ZÀ-Þ]", after))
    if _COUNTS.search(before) and re.match(r"\d", after):
        return True
    return bool(_EITHER.search(before) and re.match(r"[\dA-ZÀ-Þ]", after)) and not _opens(before, after)


def _opens(before: str, after: str) -> bool:
    """Does a new sentence begin behind an abbreviation, an initial or a lettered name? ("in the U.S. | It is …")."""
    letter = _LETTER.search(before)
    if letter and letter["before"].lower() in _LETTERED:
        return True
    word = re.match(r"[^\W\d_]+", after)
    return (word is not None and word.group(0).lower() in _OPENERS) or instructs(after)


def _cut_again(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts what pysbd left whole: an end mark, with its quote or bracket, and then a clear new sentence."""
    if end - start > 4 * _PIECE:
        return [(start, end)]
    out: list[tuple[int, int]] = []
    at = start
    for match in _END_INSIDE.finditer(text, start, end):
        before = text[at : match.end()].rstrip()
        if _goes_on(before, text[match.end() : end]):
            continue
        out.append(_trimmed(text, at, match.end()))
        at = match.end()
    out.append(_trimmed(text, at, end))
    return out


def _goes_on(before: str, after: str) -> bool:
    """Does the sentence go on behind what only looks like its end?"""
    if before in ("No.", "Yes."):
        return False
    if len(before.split()) < 3 and "…" not in before:
        return True
    if before.count("“") != before.count("”") or before.count("(") != before.count(")") or before.count('"') % 2:
        return True
    if _EITHER.search(before):
        return not _opens(before, after)
    if _TITLES.search(before) or _TIME.search(before):
        return True
    return bool(_ABBREVIATED.search(before))
