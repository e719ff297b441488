"""Reference markers in running text: found, lifted out and remembered by their place.

The trap of footnote digits: "in 2022.1 Studies" must lose its 1, "2.1 million", "130/80." and "version 2.1" must not.
A marker counts only when the article's own list of sources holds its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from outreach.rules.readers.lines import Line, Span

SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUP = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NUMBERS = r"\d{1,2}(?:\s?[,–-]\s?\d{1,2})*"

# Each pattern has one group, the names. Order matters: the surest first.
_ONE = r"\[\^?[\w-]{1,24}(?:\s*[,;–]\s*[\w-]{1,24})*\]"
_BRACKET = re.compile(rf"\^?\s?({_ONE}(?:\s?[,;–-]\s?{_ONE})*)(?!\()")
_ALONE = re.compile(rf"\^?\s?({_ONE})(?!\()")  # beside one that names no source
_SUPER = re.compile(rf"(?<!\bm)(?<!\bcm)(?<!\bkm)(?<!\bft)\s?([{_SUP}]+(?:[,˒⁻–-]\s?[{_SUP}]+)*)")
_CARET = re.compile(rf"\^(?:\(({_NUMBERS})\)|({_NUMBERS})\^?)")
_PAREN = re.compile(
    rf"(?<=[.!?,;”\"’»])\s?\(({_NUMBERS})\)(?=\s|$)|"
    rf"(?<=[a-z]:)\s?\(({_NUMBERS})\)(?=\s*$)|"
    rf"(?<=[a-z%])\s?\(({_NUMBERS})\)(?=[.,;:!?](?:\s|$))"
)
_GLUED = re.compile(rf"(?<=[.!?,;:”\"’»)%…])({_NUMBERS})(?=\s|$|[”\"’)])")
_WORD = re.compile(r"(?<=[a-z]{3})(\d{1,2})(?=[.,;:!?]|\s|$)")
_SYMBOL = re.compile(r"(?<=[^\s*])(\*{1,3}|†{1,2}|‡{1,2}|§{1,2}|¶)(?=[\s.,;:!?”\")]|$)")
_PATTERNS = (_BRACKET, _ALONE, _SUPER, _CARET, _PAREN, _GLUED, _WORD, _SYMBOL)

_ABBREVIATED = re.compile(r"(?:^|\W)(?:no|nos|p|pp|vol|fig|sec|ch|st|art|v|approx|ca|núm|pág)\.$", re.I)
_COUNTED_WORDS = re.compile(r"(?:vitamin|omega|covid|type|step|phase|stage|level|grade|route|room|unit)$", re.I)


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker in a text: `text[start:end]` names the sources `names`."""

    start: int
    end: int
    names: tuple[str, ...]


def expand(group: str) -> tuple[str, ...]:
    """The names in a marker: "1,3" is 1 and 3, "2–4" is 2, 3 and 4."""
    names: list[str] = []
    plain = re.sub(r"[\[\]^]", "", group.translate(SUPERSCRIPT).replace("⁻", "-")).strip()
    for part in re.split(r"\s*[,;˒]\s*", plain):
        span = re.fullmatch(r"(\d{1,2})\s?[–-]\s?(\d{1,2})", part)
        if span and int(span[1]) < int(span[2]) <= int(span[1]) + 20:
            names.extend(str(n) for n in range(int(span[1]), int(span[2]) + 1))
        elif part:
            names.append(part)
    return tuple(names)


def find(text: str, names: Collection[str]) -> list[Marker]:
    """All markers in a text, left to right, that name only sources in `names`; overlaps go to the surer look."""
    found: list[Marker] = []
    taken = bytearray(len(text))
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            group = next(g for g in match.groups() if g is not None)
            wanted = expand(group)
            if not wanted or any(name not in names for name in wanted):
                continue
            if pattern in (_GLUED, _WORD) and not _is_marker(text, match.start(), match.end()):
                continue
            if not any(taken[match.start() : match.end()]):
                found.append(Marker(match.start(), match.end(), wanted))
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return sorted(found, key=lambda m: m.start)


def _is_marker(text: str, start: int, end: int) -> bool:
    """Is the digit glued at `start` a marker, and not the tail of a number, a time or an abbreviation?"""
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    if before[-1:].isalpha():
        return not _COUNTED_WORDS.search(before)
    if _ABBREVIATED.search(before):
        return False
    if before[-1:] in ".,:" and before[-2:-1].isdigit():
        # "2022.1": a marker only where a sentence can end; "1,2" and "6:15" never.
        return before[-1] == "." and bool(re.match(r"\s*$|\s+[\"“‘(¿¡]?[A-ZÀ-ÖØ-Þ¿¡]", after))
    if before[-1:] == "." and not before[-2:-1].strip():
        return False  # ".5 mg"
    return bool(before[-1:] != ":" or before[-2:-1].isalpha())


def lift(line: Line, names: Collection[str]) -> Line:
    """The line with every marker turned into an empty span that carries the name (several spans for "1,3").

    A marker the markup made (`ref` set by the reader) that names no source becomes plain text again.
    """
    spans: list[Span] = []
    for span in line.spans:
        spans.extend(_lifted(span, names))
    return replace(line, spans=_closed_up(spans))


def _lifted(span: Span, names: Collection[str]) -> Iterator[Span]:
    if span.ref is not None:
        wanted = _meant(span, names)
        if wanted:
            yield from (Span("", ref=name) for name in wanted)
        else:
            yield Span(span.text, span.strong, span.em)
        return
    at = 0
    for marker in find(span.text, names) if names else ():
        yield Span(span.text[at : marker.start], span.strong, span.em, span.url)
        yield from (Span("", ref=name) for name in marker.names)
        at = marker.end
    yield Span(span.text[at:], span.strong, span.em, span.url)


def _meant(span: Span, names: Collection[str]) -> tuple[str, ...]:
    """The sources a marked-up marker names; where its link leads nowhere, by the number that it shows."""
    assert span.ref is not None
    if span.ref in names:
        return (span.ref,)
    shown = span.text if span.ref.startswith("#") else span.ref
    return tuple(n for n in expand(shown) if n in names)


def _closed_up(spans: list[Span]) -> tuple[Span, ...]:
    """No space before a lifted marker, nothing left between or around markers, and a space where sentences would meet."""
    out: list[Span] = []
    standing = [s for s in spans if s.text or s.ref is not None]
    for span, following in zip(standing, [*standing[1:], None], strict=False):
        if span.ref is None:
            text = span.text.rstrip() if following is not None and following.ref is not None else span.text
            if out and out[-1].ref is not None:
                text = _behind_marker(text, "".join(s.text for s in out[-40:]), between=following)
            span = Span(text, span.strong, span.em, span.url)
        if out and out[-1].ref is not None and span.ref == out[-1].ref:
            continue
        if span.text or span.ref is not None:
            out.append(span)
    return _without_brackets(out)


def _behind_marker(text: str, before: str, between: Span | None) -> str:
    """What stands behind a marker: no comma on the way to the next one, a space before the next sentence."""
    if between is not None and between.ref is not None and re.fullmatch(r"\s*[,;–-]?\s*", text):
        return ""
    if re.search(r"[.!?][\"”’)]*$", before) and text[:1].isalpha():
        return f" {text}"
    return text


def _without_brackets(spans: list[Span]) -> tuple[Span, ...]:
    """Brackets that held nothing but markers ("[" a link "]") are gone with them."""
    out = list(spans)
    i = 0
    while i < len(out):
        end = i
        while end < len(out) and out[end].ref is not None:
            end += 1
        if 0 < i < end < len(out):
            before, after = out[i - 1], out[end]
            pair = before.text[-1:] + after.text[:1]
            if pair in ("[]", "()"):
                out[i - 1] = replace(before, text=before.text[:-1].rstrip())
                out[end] = replace(after, text=after.text[1:])
        i = end + 1
    return tuple(s for s in out if s.text or s.ref is not None)
