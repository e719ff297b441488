"""Claims with a figure: what a reader would want to see a source for. English and Spanish."""

from __future__ import annotations

import re

_N = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twenty|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)"
_CLAIM = re.compile(
    rf"(?<![\d.,])[.,]?\d(?:[\d.,]*\d)?\s?(?:%|percent\b|per cent\b|percentage\b|por ciento\b)"
    rf"|(?<![\d$.])\d{{1,3}}(?:,\d{{3}})+(?![\d]|[.,-]\d)|(?<![\d$.])\d{{1,3}}(?:\.\d{{3}})+(?=\s+[a-zà-ÿ])|"
    r"\b\d+(?:\.\d+)?\s?(?:hundred|thousand|million|billion|trillion|mil|millones)\b"
    rf"|\b(?:hundreds|thousands|millions|billions|miles|millones) (?:of|de)\b"
    rf"|\b{_N}\s(?:in|out of|of every|de cada)\s{_N}\b"
    r"|\b(?:half|a third|one[- ]third|two[- ]thirds|a quarter|one[- ]quarter|three[- ]quarters|la mitad|un tercio|"
    r"una cuarta parte)\s(?:of|de)\s(?!(?:an?|the|your|his|her|it|this|that|every|each|su|la|el|"
    r"una?)\b(?! (?:\w+ )?(?:adults|people|"
    r"population|deaths|cases|patients|families|children|teens|time|población|casos|personas|muertes)\b))"
    r"|\b(?:by|by about|by nearly|by almost|by more than|by up to|about|nearly|almost|more than|less than|roughly|"
    r"as much as) (?:half|a third|two[- ]thirds|"
    r"a quarter)\b(?! (?:an?|the|your|of (?:an?|the|your)) ?\w*)(?!-)|\bhalf as (?:often|likely|many|much)\b"
    rf"|\b(?:twice|three times|four times|five times|ten times|{_N} times|\d+(?:\.\d+)? times|{_N}[- ]?fold) (?:as|"
    r"more|less|higher|lower|likelier|greater|the)\b"
    r"|\b(?:doubles?|doubled|triples?|tripled|quadrupled|halves|halved) (?:the|your|their|a person|one)\b|\b(?:has|"
    r"have|had) (?:doubled|tripled|quadrupled)\b"
    r"|\b(?:se ha )?(?:duplicad[oa]|triplicad[oa]|duplica|triplica)\b"
    r"|\b(?:more than|over|about|nearly|almost|fewer than|less than|at least|an estimated|más de|cerca de|casi|"
    r"menos de) \d{2,}\s(?!(?:minutes?|hours?|days?|weeks?|months?|feet|steps?|pounds?|degrees|"
    r"minutos?|horas?|días?|semanas?|meses)\b)\w+",
    re.I,
)


_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|fall|winter)"
_SOURCE = re.compile(
    r"^(?:According to|As reported by|Data from|Según)\s+(?!you|your|her|his|their|usted)(?P<a>[^,]{3,90}),"
    rf"|\((?P<b>(?!(?i:{_MONTHS})\w*\.?\s+\d)[A-ZÀ-Þ][\w.’'-]*(?:(?:,? |, ?& ?| & )[\w.&’'-]+){{0,12}},?\s+(?:19|20)\d\d[a-z]?)\)"
    r"|\b(?P<c>(?i:an?|the|one|una?|el|la)\s+(?:\w+\s+){0,4}(?:study|survey|report|review|estudio|encuesta|informe)\s+"
    r"(?:by|from|in|of|de|del)\s+(?:the\s+)?[A-ZÀ-Þ][\w&’'-]+(?:\s+(?:of|on|for|and|de|[A-ZÀ-Þ])[\w&’'-]*){0,8})"
    r"|,\s+(?:according to|as reported by|según)\s+"
    r"(?P<d>(?:(?:the|data from|el|la|los|las)\s+)*[A-ZÀ-Þ][^,;()]{2,90}?)(?=[,;]|\.?$)"
)


def named_source(text: str) -> str | None:
    """The source a sentence names itself: "According to X, …", "…, according to X", "(Author, 2005)", "a study by X"."""
    match = _SOURCE.search(text.rstrip())
    return next(g for g in match.groups() if g).strip() if match else None


def sourced_in_words(text: str) -> str | None:
    """The source a sentence names for the figure it states, or that stands in brackets behind what it says."""
    match = _SOURCE.search(text.rstrip())
    told = match is not None and (match["b"] is not None or has_figure(text) or bool(re.search(r"\d", text)))
    return named_source(text) if told else None


def has_figure(text: str) -> bool:
    """Does the text state a statistic: a share, a large number, a rate, a multiple? Dates, doses and times are none."""
    return bool(_CLAIM.search(text))
