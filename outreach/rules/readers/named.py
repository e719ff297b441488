"""Sources that a sentence names itself: "(Smith & Lee, 2019)", "Brower (2003)", "According to the Sleep Institute, …".

Such a name is the author's text and stays. When the article's list of sources holds it, the sentence also gets a
reference to it, so that the email that says it lists it. Only sources without a marker of their own are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from outreach.rules.article import Citation
from outreach.rules.readers.lines import Line, Span, key

_YEAR = r"(?:(?:19|20)\d\d[a-z]?|n\.d\.|s\.f\.)"
_IN_BRACKETS = re.compile(rf"\((?P<group>[^()]{{2,200}}?\b{_YEAR}(?:[,;][^()]{{0,120}})?)\)")
_IN_TEXT = re.compile(
    rf"(?P<name>[A-ZÀ-Þ][\w’'-]+(?:\s+(?:&|and|y|et al\.|of|on|for|de|[A-ZÀ-Þ][\w’'-]+))*)\s+\((?P<year>{_YEAR})\)"
)
_SAID = re.compile(
    r"\b(?:[Aa]ccording to|[Aa]s reported by|[Dd]ata from|[Ss]egún)\s+(?:the |an? |la |el |los |las )?(?P<name>[^,.;:()]{3,90})"
)
_SMALL = frozenset({"of", "on", "for", "and", "the", "in", "de", "la", "el", "y", "sobre", "para", "del"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a sentence may call a source by: its first author or publisher, the initials of it, and the year."""

    ref: str
    name: str
    initials: str
    year: str | None


def refer(lines: Sequence[Line], citations: Sequence[Citation]) -> list[Line]:
    """The lines with a reference behind each name of a source in `citations` that no marker names."""
    marked = {span.ref for line in lines for span in line.spans if span.ref is not None}
    entries = [e for c in citations if c.ref not in marked for e in _entry(c)]
    if not entries:
        return list(lines)
    return [_referred(line, entries) if line.kind != "heading" else line for line in lines]


def _entry(citation: Citation) -> Iterator[_Entry]:
    year = re.search(rf"\b{_YEAR}", citation.text)
    name = re.split(r"[,.(]|\s[–—-]\s|\s(?:&|and|y)\s(?=[A-Z]\w+,)", citation.text, maxsplit=1)[0].strip()
    if len(name) >= 3:
        capitals = [w[0] for w in re.findall(r"[^\W\d_]+", name) if w.lower() not in _SMALL]
        initials = "".join(capitals) if len(capitals) > 2 else ""
        yield _Entry(citation.ref, key(name), initials.casefold(), year.group(0) if year else None)


def _referred(line: Line, entries: Sequence[_Entry]) -> Line:
    spans: list[Span] = []
    for span in line.spans:
        if span.ref is not None:
            spans.append(span)
            continue
        at = 0
        for end, ref in _named(span.text, entries):
            spans.append(Span(span.text[at:end], span.strong, span.em, span.url))
            spans.append(Span("", ref=ref))
            at = end
        spans.append(Span(span.text[at:], span.strong, span.em, span.url))
    kept = tuple(s for s in spans if s.text or s.ref is not None)
    return replace(line, spans=kept)


def _named(text: str, entries: Sequence[_Entry]) -> list[tuple[int, str]]:
    """Where references go: the offset behind each name and the source it means, in order."""
    found: list[tuple[int, str]] = []
    for match in _IN_BRACKETS.finditer(text):
        for part in match["group"].split(";"):
            year = re.search(_YEAR, part)
            if year:
                found.extend((match.end(), e.ref) for e in _meant(part[: year.start()], year.group(0), entries))
    for match in _IN_TEXT.finditer(text):
        found.extend((match.end(), e.ref) for e in _meant(match["name"], match["year"], entries))
    for match in _SAID.finditer(text):
        named = [e for e in _meant(match["name"], None, entries) if len(e.name.split()) > 1 or e.initials]
        if len(named) == 1:
            found.append((match.end(), named[0].ref))
    return sorted(dict.fromkeys(found))


def _meant(name: str, year: str | None, entries: Sequence[_Entry]) -> list[_Entry]:
    """The sources that go by the name, and by the year when one is told."""
    said = re.sub(r"^(?:see|e g|cf|the|also|in|véase|ver|la|el) ", "", key(name))
    words = said.split()
    return [
        e
        for e in entries
        if (year is None or e.year == year)
        and words
        and (said == e.name or f"{said} ".startswith(f"{e.name} ") or words[0] == e.initials or words[-1] == e.name)
    ]
