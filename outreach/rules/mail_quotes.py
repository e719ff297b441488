"""What a person wrote themselves in a reply, without what their mail program quoted beneath or above it.

Programs mark quotes in two ways: with ">" before every line, after which the person may go on writing; or with a line
or a block of headers, beneath which everything is quoted. Text that is not clearly quoted counts as the person's own:
a wish or a cry for help must not be taken for a quote.
"""

from __future__ import annotations

import re
from typing import Final

import lxml.html
from lxml import etree

# Everything beneath these is somebody else's: English and Spanish, as Outlook, Apple Mail, Gmail, Thunderbird and
# Yahoo write them.
_BENEATH: Final = re.compile(
    r"^\s*(?:"
    r"-{2,}\s*(?:original message|forwarded message|reply message|mensaje original|mensaje reenviado|mensaje de respuesta)"
    r"|begin forwarded message:|inicio del mensaje reenviado:"
    r"|_{10,}\s*$"
    r")",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"^-- ?$")
# "On Tue, Nov 24, 2026 at 10:00 AM Notes <notes@example.org> wrote:", over up to four lines; other languages end in the
# address and a colon.
_INTRODUCES: Final = re.compile(
    r"^\s*(?:(?:on|el|em|le)\b.{5,300}\b(?:wrote|escribi[oó]|escreveu|a écrit)\s?:"
    r"|[^\n]{0,200}<?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+>?[^\n@]{0,30}:)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_MAY_INTRODUCE: Final = re.compile(r"^\s*(?:on|el|em|le)\b", re.IGNORECASE)
_HEADER_FROM: Final = re.compile(r"^\s*\*?(?:from|de)\s?:\*?\s*\S", re.IGNORECASE)
_HEADER_MORE: Final = re.compile(
    r"^\s*\*?(?:sent|date|to|subject|enviado|fecha|para|asunto)(?:\s+el)?\s?:\*?", re.IGNORECASE
)
_DEVICE: Final = re.compile(
    r"^\s*(?:sent from my |sent from (?:yahoo|outlook|mail)|get outlook for |enviado desde (?:mi |yahoo|outlook)|"
    r"obtener outlook para )",
    re.IGNORECASE,
)
_INTRODUCTION_LINES: Final = 4
_HEADER_LINES: Final = 6


def own_words(text: str, html: str = "", *, own_address: str = "") -> str:
    """What the person wrote, of the plain text, or of the HTML when there is no plain text.

    `own_address`: where our own pages are ("https://notes.example.org"); a line with a link there is from our email.
    """
    written = text if text.strip() else _text_of(html)
    return _unquoted(written.replace("\r\n", "\n").replace("\r", "\n").split("\n"), own_address)


def _unquoted(lines: list[str], own_address: str) -> str:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _BENEATH.match(line) or _SIGNATURE.match(line) or _is_header_block(lines, at):
            break
        if span := _introduction(lines, at):
            if not _quoted_soon(lines, at + span):
                break  # no marks: all that follows is the quote
            at += span
            continue
        if _is_quoted(line) or _wrapped(lines, at) or _DEVICE.match(line) or (own_address and own_address in line):
            at += 1
            continue
        kept.append(line)
        at += 1
    return "\n".join(kept).strip()


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith((">", "|"))


def _wrapped(lines: list[str], at: int) -> bool:
    """Whether a line is the rest of a quoted one that a mail server broke in two: quoted before it and after it."""
    return (
        0 < at < len(lines) - 1 and bool(lines[at].strip()) and _is_quoted(lines[at - 1]) and _is_quoted(lines[at + 1])
    )


def _introduction(lines: list[str], at: int) -> int:
    """How many lines from here introduce a quote; 0 when they do not."""
    if not lines[at].strip() or _is_quoted(lines[at]):
        return 0
    if _INTRODUCES.match(lines[at][:500]):
        return 1
    if _MAY_INTRODUCE.match(lines[at]):
        for more in range(2, _INTRODUCTION_LINES + 1):
            if at + more <= len(lines) and _INTRODUCES.match(" ".join(lines[at : at + more])[:500]):
                return more
    return 0


def _quoted_soon(lines: list[str], at: int) -> bool:
    """Whether the next line that is not blank is marked as quoted."""
    following = next((line for line in lines[at : at + _HEADER_LINES] if line.strip()), "")
    return _is_quoted(following)


def _is_header_block(lines: list[str], at: int) -> bool:
    """Outlook's "From: … Sent: … To: … Subject: …" without any other mark."""
    if not _HEADER_FROM.match(lines[at]):
        return False
    return sum(bool(_HEADER_MORE.match(line)) for line in lines[at + 1 : at + _HEADER_LINES]) >= 2


# --- HTML -----------------------------------------------------------------------------------------------------------

_SILENT: Final = frozenset({"script", "style", "head", "title", "template", "blockquote"})
_QUOTING: Final = (
    "gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra", "divrplyfwdmsg", "appendonsend",
    "mail-editor-reference-message-container", "outlookmessageheader",
)  # fmt: skip
_FROM_HERE_ON: Final = (
    "divrplyfwdmsg",
    "appendonsend",
    "outlookmessageheader",
    "mail-editor-reference-message-container",
)
_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "hr", "table", "ul", "ol"})


def _text_of(html: str) -> str:
    """The words of an HTML mail that are not within a quote. libxml2 takes linear time whatever is in it."""
    # its parser is told the encoding by what it is given, never by the mail's own words about it
    root = lxml.html.document_fromstring(f"<div>{html}</div>".encode("utf-8", "replace"), parser=_utf8())
    said: list[str] = []
    silent: object | None = None  # the outermost open element that quotes
    for happening, element in etree.iterwalk(root, events=("start", "end")):
        if happening == "start":
            if silent is None and (quoting := _quotes(element)):
                if quoting == "from here on":
                    break
                silent = element
            if silent is None:
                said += ["\n" if element.tag in _BREAKS else "", element.text or ""]
        else:
            if silent is element:
                silent = None
            if silent is None:
                said += ["\n" if element.tag in _BREAKS else "", element.tail or ""]
    lines = "".join(said).replace("\xa0", " ").split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)


def _quotes(element: etree._Element) -> str | None:
    """Whether an element holds a quote, or begins one that goes on to the end."""
    marks = " ".join(element.get(name) or "" for name in ("class", "id")).casefold()
    if marks and any(mark in marks for mark in _FROM_HERE_ON):
        return "from here on"
    return "quote" if element.tag in _SILENT or (marks and any(mark in marks for mark in _QUOTING)) else None


def _utf8() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, recover=True, huge_tree=True)
