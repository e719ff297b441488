"""Bytes to clean text: decode, mend, normalise. Refuses what is not text, in one sentence for staff."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import ftfy

from outreach.rules.article import ArticleRefused

MAX_BYTES = 4_000_000
MAX_TEXT = 400_000
MOST_CLEANED = 4 * MAX_TEXT  # characters of a file, tags and all, that are looked at

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Soft hyphen, zero-width space and non-joiner, direction marks and overrides, word joiner, byte order mark. The
# zero-width joiner stays: it holds emoji together.
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")  # no mail carries these, nor XML
_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "This is an old Word file (.doc); open it in Word and save it as .docx."),
    (b"{\\rtf", "This is an RTF file; open it in a word processor and save it as .docx."),
)


def refuse_other_formats(data: bytes) -> None:
    """Raises ArticleRefused for a known format that no reader takes, and for an empty or a huge file."""
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise ArticleRefused("The file is empty; choose the file that holds the article.")
    if len(data) > MAX_BYTES:
        raise ArticleRefused("The file is larger than 4 MB; save the article alone, without pictures, and try again.")
    for start, say in _FORMATS:
        if data.lstrip()[:8].startswith(start):
            raise ArticleRefused(say)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of a file: byte order mark, else strict UTF-8, else `declared`, else windows-1252; mended, NFC.

    No-break and odd spaces become plain spaces, invisible marks go, line ends become LF, form feeds blank lines.
    Raises ArticleRefused when over 1 % of it is control characters, or when it is longer than 400,000 characters.
    """
    text = _decoded(data, declared)
    if len(_CONTROL.findall(text)) > len(text) / 100:
        raise ArticleRefused("The file is not text; save the article as .txt, .html, .md, .docx or .pdf and try again.")
    return clean(text)


def clean(text: str) -> str:
    """Text mended and normalised as `decode` says; raises ArticleRefused when it is too long."""
    if len(text) > MOST_CLEANED:
        raise ArticleRefused(_too_long(len(text)))
    text = re.sub(r"(?:\r?\n){4,}", "\n\n\n", text)  # ftfy takes its time over every line, empty ones too
    # Curly quotes are the author's; ftfy would flatten them unless told not to.
    text = "\n".join(map(_mended, text.replace("\r\n", "\n").split("\n")))
    text = _NO_CHARACTER.sub("", text)
    text = plain_signs(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _CONTROL.sub("", text.replace("\f", "\n\n").replace("\v", "\n").replace("\x85", "\n"))


@lru_cache(maxsize=1024)
def _mended(line: str) -> str:
    # ftfy takes its time over every line: those of plain ASCII hold nothing to mend but the codes of a terminal.
    if line.isascii() and "\x1b" not in line:
        return line
    return str(
        ftfy.fix_text(line, uncurl_quotes=False, unescape_html=False, fix_character_width=False, normalization="NFC")
    )


def plain_signs(text: str) -> str:
    """The text without invisible marks, its no-break spaces and hyphens made plain: pages write them as entities too."""
    return text if text.isascii() else _SPACES.sub(" ", _INVISIBLE.sub("", text)).replace("\u2011", "-")


def refuse_long(text: str) -> None:
    """Raises ArticleRefused when the text of an article is over 400,000 characters."""
    if len(text) > MAX_TEXT:
        raise ArticleRefused(_too_long(len(text)))


def _too_long(size: int) -> str:
    return f"The text has {size:,} characters and a series takes at most {MAX_TEXT:,}; split it into several articles."


def _decoded(data: bytes, declared: str | None) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            return data.decode(declared)
        except (UnicodeError, LookupError):
            pass
    if data[:4000].count(b"\x00") > len(data[:4000]) / 4:  # UTF-16 without a byte order mark
        return data.decode("utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", errors="replace")
    return unicodedata.normalize("NFC", data.decode("windows-1252", errors="replace"))
