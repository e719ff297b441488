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
_MAX_TAGS = 300_000  # a few kilobytes can unpack to millions, each of which costs time and memory
_MAX_PIECES = 60_000  # paragraphs, runs and cells, the dear ones: four for every word that a series may have
_PIECE = re.compile(rb"<(?:\w{1,20}:)?(?:p|r|tc)[\s/>]")
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
            if "word/document.xml" not in {info.filename for info in infos}:
                raise ArticleRefused("This is no Word document; save the article as .docx, .html, .md or .txt.")
            unpacked = sum(info.file_size for info in infos)
            text = sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels")))
            if text > _MAX_UNPACKED or unpacked > 4 * _MAX_UNPACKED:
                raise ArticleRefused(
                    "The Word file unpacks to more text than a series can take; split it into several articles."
                )
            _refuse_parts(archive, infos)
    except ArticleRefused:
        raise
    except Exception as error:
        raise ArticleRefused(_DAMAGED) from error


def _refuse_parts(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
    tags = pieces = 0
    for info in infos:
        with archive.open(info) as file:
            # With a size to read: without one, a part that lies about its size is unpacked whole before that shows.
            part = file.read(info.file_size + 1)
        # Any part may be the document, whatever its name; pictures are none.
        if part[:100].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] not in (b"<", b""):
            continue
        tags += part.count(b"<")
        pieces += sum(1 for _ in _PIECE.finditer(part))
        if tags > _MAX_TAGS or pieces > _MAX_PIECES:
            raise ArticleRefused("The Word file has more parts than a series can take; split it into several articles.")
        # No Word program writes a document type; one could only carry entities that grow without end.
        if b"<!DOCTYPE" in part[:2000]:
            raise ArticleRefused(_DAMAGED)
