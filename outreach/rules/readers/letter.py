"""An article sent as a mail: header lines, a greeting with a covering note, a sign-off. None of them is the article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from outreach.rules.draft import Dropped
from outreach.rules.readers.lines import Line, Span
from outreach.rules.readers.signs import could_head, is_full, is_prose, style

_HEADER = re.compile(
    r"^(?:from|to|cc|bcc|sent|date|reply-to|attachments?|de|para|enviado|fecha)\s*:\s*\S.{0,120}$|^>?\s*-+ ?(?:forwarded|"
    r"original) message ?-+$",
    re.I,
)
_SUBJECT = re.compile(r"^(?:subject|re|asunto)\s*:\s*(?P<text>\S.{0,160})$", re.I)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon)|hola|buen[oa]s (?:días|tardes)|estimad[oa]s?|querid[oa]s?)\b"
    r"[^.!?,:]{0,40}[,:!–—-]",
    re.I,
)
_FAREWELL = re.compile(
    r"^(?:(?:many )?thanks(?: (?:so much|again|all))?|thank you|(?:all the |all my )?best(?: (?:wishes|regards))?|"
    r"(?:kind|warm) (?:regards|wishes)|regards|cheers|sincerely|warmly|yours(?: truly)?|gracias|saludos(?: cordiales)?|"
    r"atentamente|un abrazo)\s*[,.!–—-]*$|^sent from my \w+|^enviado desde mi \w+",
    re.I,
)
_COVER = re.compile(
    r"\b(?:draft|piece|article|newsletter|attached|below|review|proofread|edits?|look (?:it )?over|feedback|publish|blog|post|"
    r"borrador|texto|artículo|adjunt\w+|boletín|revis\w+)\b",
    re.I,
)
_NEAR = 12  # lines of a mail before its article begins
_NOTE = 80  # words of a covering note


def opened(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """The lines without a mail's header, greeting and covering note, and without its sign-off.

    A subject stays when nothing below it could be the title.
    """
    first = lines[:_NEAR]
    headers = {i for i, line in enumerate(first) if _HEADER.match(line.text) or _SUBJECT.match(line.text)}
    greeting = next((i for i, line in enumerate(first) if _GREETING.match(line.text)), None)
    if not headers and greeting is None:
        return list(lines)
    if not headers and (greeting != 0 or _note_ends(lines, 0) < 2):
        return list(lines)  # an article that opens with a letter's words
    start = max(headers, default=-1) + 1
    end = _note_ends(lines, start) if greeting is not None and start < len(lines) else start
    kept: list[Line] = []
    for i, line in enumerate(lines[: max(start, end)]):
        subject = _SUBJECT.match(line.text)
        if subject and not _has_title(lines[max(start, end) :]):
            kept.append(Line(kind="text", spans=(Span(subject["text"]),)))
        elif i in headers or i >= start:
            dropped.append(Dropped(line.text, "head of a mail"))
        else:
            kept.append(line)
    return [*kept, *_unsigned(lines[max(start, end) :], dropped)]


def _note_ends(lines: Sequence[Line], start: int) -> int:
    """Index of the title under a greeting and a covering note; of what follows a bare greeting; 0 without either."""
    words = 0
    covers = False
    for i in range(start, min(len(lines) - 1, start + _NEAR)):
        text = lines[i].text
        if i > start and _titles(lines, i) and (covers or i == start + 1):
            return i
        words += len(text.split())
        covers = covers or bool(_COVER.search(text))
        if words > _NOTE:
            break
    return start + 1 if _GREETING.match(lines[start].text) and not is_full(lines[start].text) else 0


def _titles(lines: Sequence[Line], i: int) -> bool:
    text = lines[i].text
    bare = lines[i].kind == "heading" or (lines[i].kind == "text" and not is_prose(text) and style(text) != "plain")
    return bare and could_head(text) and len(text.split()) > 1 and any(is_full(x.text) for x in lines[i + 1 : i + 4])


def _has_title(lines: Sequence[Line]) -> bool:
    """Does a line that could be the title stand before the first sentence?"""
    for i, line in enumerate(lines[:_NEAR]):
        if _titles(lines, i):
            return True
        if is_full(line.text) and not _GREETING.match(line.text):
            return False
    return False


def _unsigned(lines: Sequence[Line], dropped: list[Dropped]) -> list[Line]:
    """Without the sign-off among the last lines and what stands under it."""
    for i in range(max(0, len(lines) - 8), len(lines)):
        if _FAREWELL.match(lines[i].text):
            dropped.extend(Dropped(line.text, "sign-off of a mail") for line in lines[i:])
            return list(lines[:i])
    return list(lines)
