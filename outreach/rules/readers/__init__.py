"""Bytes to an article. One reader per format; what follows is shared. Nothing is executed, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping

from outreach.rules.article import Article, ArticleRefused
from outreach.rules.readers.decode import decode, refuse_long, refuse_other_formats
from outreach.rules.readers.lines import Page
from outreach.rules.readers.shape import shape

__all__ = ["ArticleRefused", "read"]

_HTML = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|p|h1)\b",
    re.I | re.S,
)


def read(
    data: bytes, name: str, *, organisation: str | None = None, restored: Mapping[str, str] | None = None
) -> Article:
    """The article in a file. `name` tells the format where the bytes do not; `organisation` overrides what is found;
    `restored` are lines that staff put back, with the kind each shall have ("heading", or "" as it was read).

    Raises ArticleRefused, with one sentence for staff, for what is empty, binary, too long, too short or broken.
    """
    refuse_other_formats(data)
    page = _page(data, name.lower())
    return shape(page, data, name, organisation, restored)


def _page(data: bytes, name: str) -> Page:
    """The lines, from the reader of the file's format. Each is imported when it is needed: some bring big libraries."""
    if data.startswith(b"PK"):
        from outreach.rules.readers.docx import read_docx

        return read_docx(data)
    if data.lstrip()[:5] == b"%PDF-":
        from outreach.rules.readers.pdf import read_pdf

        return read_pdf(data)
    if name.endswith(".pdf"):
        raise ArticleRefused("This is no PDF file; give the article as .pdf, .docx, .html, .md or .txt.")
    if name.endswith(".docx"):
        raise ArticleRefused("The Word file is damaged; open it in Word, save it again and try once more.")
    text = decode(data, _declared(data) if name.endswith((".html", ".htm", ".xhtml")) else None)
    if name.endswith((".html", ".htm", ".xhtml")) or _HTML.match(text):
        from outreach.rules.readers.html import read_html

        return read_html(text)
    refuse_long(text)
    if name.endswith((".md", ".markdown", ".mdown")) or _is_markdown(text):
        from outreach.rules.readers.markdown import read_markdown

        return read_markdown(text)
    from outreach.rules.readers.text import read_text

    return read_text(text)


def _declared(data: bytes) -> str | None:
    """The character set a web page names in its head."""
    match = re.search(rb"<meta[^>]{0,80}charset=[\"']?([\w-]{3,20})", data[:4000], re.I)
    return match.group(1).decode("ascii") if match else None


def _is_markdown(text: str) -> bool:
    """A text file is Markdown when it says so by front matter, or by two or more of its headings."""
    if re.match(r"---\n(?:[\w-]+:.*\n)+---\n", text):
        return True
    return len(re.findall(r"^#{1,4} \S", text, re.M)) >= 2
