"""Where sentences end. pysbd cuts one block at a time, with reference markers lifted first; own rules mend its known slips.

pysbd is quadratic in the length of a text and may lose characters it uses inside, so long blocks are cut into pieces and
every answer is checked against the text: when it does not add up, the plain rule cuts instead.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pysbd

from outreach.rules.patterns import word_set

_PIECE = 1_500
_LANGUAGES = word_set(
    """
    en es de fr it nl da pl ru el bg sk kk hi mr zh ja ar fa ur am hy my
    """
)
_PLAIN = re.compile(r"[.!?…。؟！？]+[\"'”’»)\]]*(?:\s+(?=[\"'“‘«(\[¿¡]*[A-ZÀ-ÖØ-Þ\d])|(?<=[。！？])|\s*$)")
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
_OPEN_END = re.compile(
    r"(?:^|\s)(?:(?:No|Núm|Fig|Dr|Mr|Mrs|Ms|Prof|St|Sr|Sra|Dra|vs|approx|Mt|Ft)\.|(?:[A-Z]\.){1,3})$"
)
_INITIALS = re.compile(r"(?:^|\s)(?:[A-Z]\.)$")
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
        if out and _belongs(text[out[-1][0] : out[-1][1]], text[out[-1][1] : start], text[start:end]):
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
    if _NUMBERED.match(before) or (
        _OPEN_END.search(before) and re.match(r"[\dA-Z]", after) and not _ends_country(before, after)
    ):
        return True
    return before.count("(") > before.count(")") and ")" in after and len(after) < 200


def _ends_country(before: str, after: str) -> bool:
    """ "In the U.S. It is …": initials that end a sentence when a common opening word follows."""
    if _INITIALS.search(before):
        return False
    return bool(
        re.search(r"(?:[A-Z]\.){2,}$", before)
        and re.match(r"(?:It|The|This|That|These|They|In|If|We|You|He|She|But|And|For|A)\b", after)
    )


def _cut_again(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts what pysbd left whole: a closing quote or bracket and then a clear new sentence."""
    out: list[tuple[int, int]] = []
    at = start
    for match in re.finditer(
        r"(?<=[a-zà-ÿ\d%])[.!?]+(?:[”\"’)\]]+)?\s+(?=[“\"‘(¿¡]?[A-ZÀ-Þ][a-zà-ÿ’']+\s)", text[start:end]
    ):
        cut_at = start + match.end()
        before = text[at : start + match.start() + 1]
        if len(before.split()) < 3 or _ABBREVIATED.search(before) or _OPEN_END.search(before) or _TIME.search(before):
            continue
        inner = text[at:cut_at]
        if inner.count("“") != inner.count("”") or inner.count("(") != inner.count(")") or inner.count('"') % 2:
            continue
        out.append(_trimmed(text, at, cut_at))
        at = cut_at
    out.append(_trimmed(text, at, end))
    return out
