"""The article's own list of sources: found, taken out of the body and read, whatever its look."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from outreach.rules.article import Citation
from outreach.rules.links import safe_url
from outreach.rules.readers import markers
from outreach.rules.readers.lines import Line
from outreach.rules.readers.signs import could_head, leads_in
from outreach.rules.readers.vocabulary import END_OF_ARTICLE

_LIST_NAME = (
    r"(?:(?:foot|end)\s?notes?|notes|references?(?: list)?|(?:list of |article |medical |selected |key )?"
    r"(?:references?|sources?)(?: (?:cited|consulted|used))?|citations?|works (?:cited|consulted)|bibliography|"
    r"fuentes?(?: (?:consultadas|citadas|utilizadas|de información))?|referencias?(?: (?:bibliográficas|consultadas))?|"
    r"notas(?: (?:al pie|finales))?|bibliografía(?: consultada)?|obras citadas|citas)"
)
_HEAD = re.compile(
    rf"^\W*(?:{_LIST_NAME}(?:\s*(?:\band\b|&|\by\b|/|,)\s*(?:{_LIST_NAME}|(?:further|suggested) reading|credits))*"
    r"|المصادر|المراجع|الهوامش)\W*$",
    re.I,
)
_MARK = re.compile(
    r"^\s*(?:\[\^?(?P<a>[\w-]{1,24})\]:?|\((?P<b>\d{1,2})\)|(?P<c>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\^(?P<d>\d{1,2})\^?|"
    r"(?P<e>[*†‡§¶]{1,3})|#?(?P<f>\d{1,2})(?:[.)]|:(?=\s))|(?P<h>[a-z])[.)](?=\s)|(?P<g>\d{1,2})(?=\s+[A-ZÀ-Þ“\"]))"
    r"\s*(?=\S)"
)
_BACK = re.compile(r"\s*(?:↩︎?|↑|⤴|⮐|⏎|\^|Back to text|Jump up|Return to text|Volver al texto)\s*", re.I)
_URL = re.compile(r"(?:https?://|\bwww\.)[^\s<>()\[\]]+[^\s<>()\[\].,;:]")
_DOI = re.compile(r"\bdoi(?:\.org/|:\s?)(10\.\d{4,9}/[^\s<>()\[\]]+[^\s<>()\[\].,;:])", re.I)
# Notes that only point at another one: "Ibid., p. 4", "See note 1".
_SAME = re.compile(
    r"^(?:ibid(?:em)?|ibídem|íbid(?:em)?|id(?:em)?|ídem)\b\.?,?\s*(?P<page>(?:at |pp?\.|págs?\.)?.{0,12}?)\.?$", re.I
)
_SEE = re.compile(
    r"^(?:see|véase|ver)(?: the| la)? (?:foot|end)?(?:note|nota|source|reference|ref\.|fuente) (?P<name>\w{1,3})"
    r"(?: above| arriba)?\.?$",
    re.I,
)
_REMARK = re.compile(
    r"^(?:this|these|that|those|it|they|we|our|not all|names?\b.{0,40}\b(?:changed|have been)|some|many|most people|if|in some|"
    r"for (?:people|some|most)|here|because|although|however|unless|except|including|includes|excludes|defined as|as used|"
    r"by [“\"]|the (?:number|figure|term|word|author|name|rate|share)s?|este|esta|estos|estas|esto|no todos|algunos|los "
    r"nombres|incluye|se refiere|si|aquí|el (?:término|número|nombre))\b",
    re.I,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|may|will|does|do|did|means?|refers?|includes?|excludes?|counts?|comes?|covers?|"
    r"said|changed|es|son|fue|incluye|excluye|significa|cuenta|abarca|ha|han|puede)\b"
)
_MOST = 150  # notes in a list without a heading
_SYMBOLS = "*†‡§¶"


@dataclass(slots=True)
class Sources:
    """What was found: the citations by every name the text may use, and the lines before and after the list."""

    body: list[Line]
    after: list[Line] = field(default_factory=list)
    heading: list[Line] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # name used in the text -> Citation.ref


def take(lines: list[Line]) -> Sources:
    """Splits the lines into body, list of sources and what comes after it. Without a list everything is body."""
    for found in (_anchored(lines), _headed(lines), _trailing(lines)):
        if found is not None:
            return _with_earlier(found)
    return Sources(list(lines))


def _with_earlier(found: Sources) -> Sources:
    """Lists of sources between the sections, whose numbers begin again: each serves the text from the list before it.

    A list counts only when the text before it uses all its names: steps under a heading "Notes" stay steps.
    """
    body, start, i = found.body, 0, 0
    out: list[Line] = []
    while i < len(body):
        if not _HEAD.match(body[i].text) or i + 1 == len(body):
            i += 1
            continue
        part = Sources(body[start:i])
        end = _read_list(part, body, i + 1)
        used = {n for line in part.body for m in markers.find(line.text, part.names) for n in m.names}
        if part.citations and all(_name_used(part, c.ref, used) for c in part.citations):
            own = {name: f"{ref} (list {len(found.heading) + 1})" for name, ref in part.names.items()}
            out.extend(_renamed(markers.lift(line, part.names), own) for line in part.body)
            found.citations.extend(Citation(own[c.ref], c.text, c.url) for c in part.citations)
            found.names.update({ref: ref for ref in own.values()})
            found.heading.append(body[i])
            start = i = end
        else:
            i += 1
    found.body = [*out, *body[start:]]
    return found


def _name_used(part: Sources, ref: str, used: Collection[str]) -> bool:
    return any(part.names[name] == ref for name in used)


def _renamed(line: Line, names: Mapping[str, str]) -> Line:
    spans = tuple(replace(s, ref=names.get(s.ref, s.ref)) if s.ref is not None else s for s in line.spans)
    return replace(line, spans=spans)


def _anchored(lines: list[Line]) -> Sources | None:
    """Notes that links in the text point at (block editors, Word, Markdown)."""
    pointing: dict[str, int] = {}
    labels: dict[str, str] = {}
    for i, line in enumerate(lines):
        for span in line.spans:
            if span.ref and span.ref.startswith("#"):
                pointing.setdefault(span.ref[1:], i)
                labels.setdefault(span.ref[1:], re.sub(r"[\[\]()^\s]", "", span.text).translate(markers.SUPERSCRIPT))
    notes = [
        (i, anchor)
        for i, line in enumerate(lines)
        for anchor in line.anchors
        if anchor in pointing and pointing[anchor] < i
    ]
    if not notes:
        return None
    at = sorted({i for i, _ in notes})
    found = Sources([line for i, line in enumerate(lines) if i not in at])
    for i, anchor in notes:
        name = labels[anchor] or anchor
        _add(found, name, lines[i], {f"#{anchor}": name})
    first, last = at[0], at[-1]
    found.body, found.after = [x for i, x in enumerate(lines[:first]) if i not in at], []
    between = [line for i, line in enumerate(lines[first:last], first) if i not in at]
    tail = lines[last + 1 :]
    if found.body and _HEAD.match(found.body[-1].text):
        found.heading = [found.body.pop()]
    found.after = [*between, *tail]
    listed = _headed(found.body)
    if listed is not None:
        # A list by hand beside the linked notes: its names stay out of the way of theirs.
        found.body, found.heading = listed.body, [*found.heading, *listed.heading]
        found.citations.extend(c for c in listed.citations if c.ref not in found.names)
        found.names.update({c.ref: c.ref for c in listed.citations if c.ref not in found.names})
    return found


def is_sources_heading(text: str) -> bool:
    """Is the line the heading of a list of sources ("References", "Footnotes:", "Fuentes")?"""
    return bool(_HEAD.match(text))


def _headed(lines: list[Line]) -> Sources | None:
    """A list under "References", "Footnotes:" …: the last such heading that has one."""
    for i in range(len(lines) - 1, -1, -1):
        if lines[i].kind in ("heading", "text") and _HEAD.match(lines[i].text) and i + 1 < len(lines):
            found = Sources(lines[:i], heading=[lines[i]])
            end = _read_list(found, lines, i + 1)
            if found.citations:
                found.after = lines[end:]
                return found
    return None


def _read_list(found: Sources, lines: list[Line], start: int) -> int:
    """Reads sources from `start`; returns the index behind the last of them."""
    marked = _name(lines[start]) is not None
    for i in range(start, len(lines)):
        line = lines[i]
        name = _name(line)
        if name is not None and name in found.names and not (marked and line.kind == "item"):
            return i
        if name is None and found.citations and _URL.fullmatch(line.text.strip()):
            _extend(found, line)
        elif marked and name is not None:
            _add(found, name, line)
        elif not marked and name is None and (line.kind == lines[start].kind) and _looks_like_source(line, i == start):
            _add(found, str(len(found.citations) + 1), line)
        else:
            return i
    return len(lines)


def _looks_like_source(line: Line, first: bool) -> bool:
    if line.kind == "item" or first or not line.gap:
        return True
    return bool(_URL.search(line.text) or re.search(r"\b(?:19|20)\d\d\b|\bet al\b|\bdoi\b|[–—]|\. [A-Z]", line.text))


def _trailing(lines: list[Line]) -> Sources | None:
    """A run of notes without a heading near the end, each opening with a marker that the text uses."""
    end, tries = len(lines), 0
    while end > max(len(lines) // 2, len(lines) - 60) and tries < 4:
        start = end
        while start > max(0, end - _MOST) and _strict_name(lines, start - 1) is not None:
            start -= 1
        if start == end:
            end -= 1
            continue
        found = Sources(lines[:start], after=lines[end:])
        for line in lines[start:end]:
            _add(found, _name(line) or "", line)
        used = {n for line in found.body for m in markers.find(line.text, found.names) for n in m.names}
        used |= {n for line in found.body for span in line.spans if span.ref for n in markers.expand(span.ref)}
        if found.citations and all(c.ref in used for c in found.citations):
            return found
        end, tries = start, tries + 1
    return None


def _strict_name(lines: list[Line], i: int) -> str | None:
    """The name of a note that stands without a heading: no list item behind a lead-in may be taken for one."""
    line = lines[i]
    if END_OF_ARTICLE.match(line.text):
        return None  # "3 Comments"
    if line.kind == "item" and (line.marker or "-")[0] not in _SYMBOLS:
        first = i
        while first > max(0, i - _MOST) and lines[first - 1].kind == "item":
            first -= 1
        if first > 0 and (leads_in(lines[first - 1].text) or could_head(lines[first - 1].text)):
            return None
    if line.kind == "item" and not line.ordered and (line.marker or "-")[0] not in _SYMBOLS:
        return None
    return _name(line)


def _name(line: Line) -> str | None:
    if line.kind == "heading":
        return None
    if line.kind == "item" and line.number is not None:
        return str(line.number)
    match = _MARK.match(line.text)
    if line.kind == "item" and line.marker and line.marker[0] in _SYMBOLS and not (match and match["f"]):
        return line.marker
    if not match or (line.kind == "item" and match["g"]):
        return None
    return next(g for g in match.groups() if g).translate(markers.SUPERSCRIPT)


def _add(found: Sources, name: str, line: Line, also: Mapping[str, str] | None = None) -> None:
    text = line.text
    mark = _MARK.match(text)
    told = line.number is None and _name(line) != line.marker
    if mark and (line.kind != "item" or text.startswith("[") or told):
        text = text[mark.end() :]
    text = re.sub(r"^[-–—]\s+", "", re.sub(r"\s+", " ", _BACK.sub(" ", text)).strip())
    if not text:
        return
    if name in found.names and also is None:
        name = f"{name}-{len(found.citations)}"
    linked = next((s.url for s in line.spans if s.url and s.url.startswith("http")), None)
    found.names.update(also or {})
    meant, text = _meant(found, text)
    if meant is not None:
        found.names.update({name: meant, **dict.fromkeys(also or {}, meant)})
        return
    if all(c.ref != name for c in found.citations):
        url = linked or _address(text)
        found.citations.append(Citation(name, text, url, remark=url is None and _is_remark(text)))
    found.names[name] = name


def _meant(found: Sources, text: str) -> tuple[str | None, str]:
    """The source that "Ibid." or "See note 1" means, or None and the text to list (with the page that "Ibid." adds)."""
    same, see = _SAME.match(text), _SEE.match(text)
    if see and see["name"] in found.names:
        return found.names[see["name"]], text
    if not same or not found.citations:
        return None, text
    last = found.citations[-1]
    if not same["page"]:
        return last.ref, text
    return None, f"{last.text.rstrip('.')}, {same['page']}."


def _is_remark(text: str) -> bool:
    """A sentence that explains ("This number includes …") rather than the name of a book, a page or an office."""
    told = re.search(r"[.!?]$", text) and not re.search(r"\b(?:19|20)\d\d\b", text)
    return bool(told and _REMARK.match(text) and _VERB.search(text))


def _address(text: str) -> str | None:
    """The address a source gives: a link, a "www." or a DOI."""
    plain = _URL.search(text)
    if plain:
        return safe_url(plain.group(0) if plain.group(0).startswith("http") else f"https://{plain.group(0)}")
    doi = _DOI.search(text)
    return safe_url(f"https://doi.org/{doi.group(1)}") if doi else None


def _extend(found: Sources, line: Line) -> None:
    last = found.citations[-1]
    found.citations[-1] = Citation(
        last.ref, f"{last.text} {line.text.strip()}", last.url or safe_url(line.text.strip())
    )
