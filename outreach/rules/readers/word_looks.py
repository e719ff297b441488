"""What a Word document says by look: styles that are headings under another name, large type, hidden text."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from typing import Any

import lxml.etree
import mammoth

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_HEADING = re.compile(
    r"(?:heading|überschrift|título|titre|titolo|kop|rubrik|overskrift|nagłówek|otsikko|заголовок|标题|見出し)\s?([1-9])",
    re.I,
)
_DEEPER = re.compile(r"List (?:Bullet|Number) ([2-5])")
_LARGER = 1.2  # times the text's own size: from here a short line is a heading
_MOST = 14  # words of a heading


def without_hidden(data: bytes) -> bytes:
    """The document without the runs that Word hides (`w:vanish`); the same bytes when it hides none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {i.filename: archive.read(i) for i in archive.infolist() if not i.filename.startswith("word/media/")}
    if not any(b"<w:vanish" in parts.get(name, b"") for name in _TEXT_PARTS):
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, _shown(part) if name in _TEXT_PARTS else part)
    return out.getvalue()


def _shown(part: bytes) -> bytes:
    tree = _tree(part)
    for run in list(tree.iter(f"{_W}r")):
        hidden = run.find(f"{_W}rPr/{_W}vanish")
        parent = run.getparent()
        if hidden is not None and _on(hidden) and parent is not None:
            parent.remove(run)
    out: bytes = lxml.etree.tostring(tree, encoding="utf-8", xml_declaration=True)
    return out


def _on(element: Any) -> bool:
    return element.get(f"{_W}val") not in ("0", "false", "off")


def _tree(part: bytes) -> Any:
    return lxml.etree.fromstring(part, lxml.etree.XMLParser(resolve_entities=False, no_network=True))


def looks(data: bytes) -> Callable[[Any], Any]:
    """A change to mammoth's document: styles that lead to a heading are that heading, short large lines are bold."""
    levels = _heading_styles(data)

    def changed(document: Any) -> Any:
        usual = _usual_size(document)

        def paragraph(element: Any) -> Any:
            level = levels.get(element.style_id or "")
            if level:
                return element.copy(style_id=None, style_name=f"heading {level}")
            deeper = _DEEPER.fullmatch(element.style_name or "")
            if deeper and element.numbering is not None and str(element.numbering.level_index) == "0":
                return element.copy(numbering=_at_level(element.numbering, int(deeper.group(1)) - 1))
            return _bold(element) if usual and _is_large(element, usual) else element

        return mammoth.transforms.paragraph(paragraph)(document)

    return changed


def _at_level(numbering: Any, level: int) -> Any:
    return type(numbering)(level_index=str(level), is_ordered=numbering.is_ordered)


def _heading_styles(data: bytes) -> dict[str, int]:
    """The rank of each paragraph style that is a heading by its name, its outline level or the style it builds on."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "word/styles.xml" not in archive.namelist():
            return {}
        tree = _tree(archive.read("word/styles.xml"))
    own: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in tree.iter(f"{_W}style"):
        name, ident = style.find(f"{_W}name"), style.get(f"{_W}styleId") or ""
        called = _HEADING.fullmatch((name.get(f"{_W}val") or "").strip()) if name is not None else None
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        rank = outline.get(f"{_W}val") if outline is not None else None
        if called:
            own[ident] = int(called.group(1))
        elif rank is not None and rank.isdigit():
            own[ident] = int(rank) + 1 if int(rank) < 9 else 0
        parent = style.find(f"{_W}basedOn")
        if parent is not None:
            based[ident] = parent.get(f"{_W}val") or ""
    return {ident: level for ident in (*own, *based) if (level := _level(ident, own, based))}


def _level(ident: str, own: dict[str, int], based: dict[str, str]) -> int:
    for _ in range(10):
        if ident in own:
            return own[ident]
        ident = based.get(ident, "")
    return 0


def _runs(element: Any) -> list[tuple[str, Any]]:
    """The runs of an element that hold text, each with that text."""
    documents = mammoth.documents
    found = []
    for run in mammoth.transforms.get_descendants_of_type(element, documents.Run):
        text = "".join(t.value for t in mammoth.transforms.get_descendants_of_type(run, documents.Text))
        if text.strip():
            found.append((text, run))
    return found


def _usual_size(document: Any) -> float | None:
    """The size most of the text has; None where no run tells one."""
    sizes: Counter[float] = Counter()
    for text, run in _runs(document):
        sizes[run.font_size or 0.0] += len(text)
    if not any(sizes):
        return None
    # Text without a size has the one of its style, which Word sets to 11 or 12 points.
    return min(sizes, key=lambda s: (-sizes[s], s)) or 12.0


def _is_large(paragraph: Any, usual: float) -> bool:
    runs = _runs(paragraph)
    if not runs or sum(len(text.split()) for text, _ in runs) > _MOST:
        return False
    return all((run.font_size or 0.0) >= _LARGER * usual for _, run in runs)


def _bold(paragraph: Any) -> Any:
    return mammoth.transforms.run(lambda run: run.copy(is_bold=True))(paragraph)
