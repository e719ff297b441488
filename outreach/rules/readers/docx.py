"""Word to lines: mammoth's HTML (headings by style, footnotes as a list, tracked deletions gone), walked like a page."""

from __future__ import annotations

import io
import re
import zipfile

import lxml.html
import mammoth

from outreach.rules.article import ArticleRefused
from outreach.rules.readers import captions
from outreach.rules.readers.decode import clean
from outreach.rules.readers.html import parse
from outreach.rules.readers.lines import Page
from outreach.rules.readers.tree import walk
from outreach.rules.readers.word_looks import looks, without_hidden

_MAX_UNPACKED = 12_000_000  # bytes of XML; 15,000 words in Word have about 3,000,000
_MAX_ELEMENTS = 150_000  # a few kilobytes can unpack to millions, each of which costs time and memory
_DAMAGED = "The Word file is damaged; open it in Word, save it again and try once more."
# Title alone is an h1, so that the first heading of a document without a title is not taken for one.
_STYLES = "\n".join(
    [
        *(
            f"p[style-name='{name}'] => h1.document-title:fresh"
            for name in ("Title", "Título", "Titel", "Titre", "Titolo")
        ),
        *(
            f"p[style-name='{name}'] => p:fresh"
            for name in ("Subtitle", "Subtítulo", "Untertitel", "Sous-titre", "Sottotitolo")
        ),
        *(
            f"p[style-name='{name}'] => blockquote:fresh"
            for name in ("Quote", "Intense Quote", "Quotations", "Block Text", "Cita", "Cita destacada", "Zitat")
        ),
        *(
            f"p[style-name='{name}'] => figcaption:fresh"
            for name in (
                "Caption",
                "caption",
                "Figure",
                "Table",
                "Illustration",
                "Descripción",
                "Leyenda",
                "Beschriftung",
            )
        ),
        *(f"p[style-name='{name}'] => nav:fresh" for name in ("TOC Heading", "Contents Heading", "toa heading")),
        *(f"p[style-name='heading {n}'] => h{min(n + 1, 6)}:fresh" for n in range(1, 10)),
        *(
            f"p[style-name='{name} {n}'] => nav:fresh"
            for n in range(1, 10)
            for name in ("toc", "TOC", "Contents", "index")
        ),
        "r[style-name='Strong'] => strong",
    ]
)


def read_docx(data: bytes) -> Page:
    """The lines of a Word document. Raises ArticleRefused when it is damaged, protected or no Word document at all."""
    _refuse_unsound(data)
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(without_hidden(data)), style_map=_STYLES, include_embedded_style_map=False,
            transform_document=looks(data), convert_image=mammoth.images.img_element(lambda _: {"alt": ""}),
        )  # fmt: skip
    except Exception as error:
        raise ArticleRefused(_DAMAGED) from error
    html = clean(result.value)
    tree = parse(f"<html><body>{html}</body></html>")
    captions.mark(tree)
    _unwrap_cells(tree)
    title = next((re.sub(r"\s+", " ", "".join(h.itertext())).strip() for h in tree.iter("h1")), "")
    return Page(lines=tuple(walk(tree)), titles=(title,) if title else ())


def _unwrap_cells(tree: lxml.html.HtmlElement) -> None:
    """Word puts a paragraph into every cell: without it a table of facts looks like one. A bold first row is its head."""
    for table in tree.iter("table"):
        if any(len(cell.findall("p")) != 1 or len(cell) != 1 for cell in table.iter("td", "th") if len(cell)):
            continue
        for i, row in enumerate(table.iter("tr")):
            cells = [c for c in row if c.tag in ("td", "th")]
            head = i == 0 and len(cells) > 1 and all(_is_bold(c) for c in cells)
            for cell in cells:
                cell.tag = "th" if head else cell.tag
                for paragraph in cell.findall("p"):
                    paragraph.drop_tag()


def _is_bold(cell: lxml.html.HtmlElement) -> bool:
    text = "".join(cell.itertext()).strip()
    return bool(text) and text == "".join("".join(b.itertext()) for b in cell.iter("strong")).strip()


def _refuse_unsound(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if "word/document.xml" not in names:
                raise ArticleRefused("This is no Word document; save the article as .docx, .html, .md or .txt.")
            if sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels"))) > _MAX_UNPACKED:
                raise ArticleRefused(
                    "The Word file unpacks to more text than a series can take; split it into several articles."
                )
            if archive.read("word/document.xml").count(b"<w:") > _MAX_ELEMENTS:
                raise ArticleRefused(
                    "The Word file has more parts than a series can take; split it into several articles."
                )
            for name in names:
                # No Word program writes a document type; one could only carry entities that grow without end.
                if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(name)[:2000]:
                    raise ArticleRefused(_DAMAGED)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError, EOFError, KeyError) as error:
        raise ArticleRefused(_DAMAGED) from error
    except Exception as error:
        if isinstance(error, ArticleRefused):
            raise
        raise ArticleRefused(_DAMAGED) from error
