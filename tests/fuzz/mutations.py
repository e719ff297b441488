"""What happens to a sound file: bytes go wrong, structures grow, somebody means harm. Every choice is by dice."""

from __future__ import annotations

import copy
import io
import random
import re
import zipfile
from collections.abc import Callable

import lxml.etree
import lxml.html

from tests.fuzz.nasties import ATTRIBUTES, MARKDOWN, NASTIES, TAGS

Mutation = Callable[[bytes, random.Random], bytes]


def flip(data: bytes, dice: random.Random) -> bytes:
    """A few bytes become others."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        if out:
            out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def delete(data: bytes, dice: random.Random) -> bytes:
    """A piece is missing, often the end."""
    at = dice.randrange(len(data) + 1)
    return data[:at] if dice.random() < 0.2 else data[:at] + data[at + dice.randint(1, 400) :]


def insert(data: bytes, dice: random.Random) -> bytes:
    """Something nasty stands somewhere, now and then many times."""
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(NASTIES) * dice.choice((1, 1, 1, 3, 40)) + data[at:]


def repeat(data: bytes, dice: random.Random) -> bytes:
    """A piece comes again, up to 60 times."""
    at = dice.randrange(len(data) + 1)
    piece = data[at : at + dice.randint(1, 300)]
    return data[:at] + piece * dice.choice((1, 2, 5, 60)) + data[at:]


def splice(data: bytes, dice: random.Random, others: tuple[bytes, ...]) -> bytes:
    """The head of one file and the tail of another."""
    other = dice.choice(others)
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other) + 1) :]


def encode(data: bytes, dice: random.Random) -> bytes:
    """Another encoding, a wrong one, or two in one file."""
    text = data.decode("utf-8", "replace")
    at = dice.randrange(len(text) + 1)
    match dice.randrange(6):
        case 0:
            return text.encode("utf-16")
        case 1:
            return text.encode("utf-16-be", "replace")
        case 2:
            return text.encode("cp1252", "replace")
        case 3:
            return b"\xef\xbb\xbf" + data
        case 4:
            return text[:at].encode("utf-8") + text[at:].encode("cp1252", "replace")
        case _:
            return text.encode("utf-8").decode("latin-1").encode("utf-8")


def lines(data: bytes, dice: random.Random) -> bytes:
    """Lines change their order, lose their ends or get new ones."""
    rows = data.split(b"\n")
    match dice.randrange(4):
        case 0:
            a, b = dice.randrange(len(rows)), dice.randrange(len(rows))
            rows[a], rows[b] = rows[b], rows[a]
        case 1:
            dice.shuffle(rows)
        case 2:
            at = dice.randrange(len(rows))
            rows[at] = b" " * dice.randint(1, 40) + rows[at]
        case _:
            return dice.choice((b"\r\n", b"\r", b"\n\n", b" ", b"\xe2\x80\xa8")).join(rows)
    return b"\n".join(rows)


def markdown(data: bytes, dice: random.Random) -> bytes:
    """Markdown's own signs at the starts of lines and between words, now and then very many of one."""
    rows = data.decode("utf-8", "replace").split("\n")
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(rows))
        sign = dice.choice(MARKDOWN) * dice.choice((1, 1, 1, 2, 5, 300))
        if dice.random() < 0.6:
            rows[at] = sign + rows[at]
        else:
            words = rows[at].split(" ")
            words.insert(dice.randrange(len(words) + 1), sign)
            rows[at] = " ".join(words)
    if dice.random() < 0.1:
        deep = [f"{'  ' * n}- Step {n} is a small one." for n in range(dice.choice((20, 120, 500)))]
        at = dice.randrange(len(rows) + 1)
        rows[at:at] = ["", *deep, ""]
    return "\n".join(rows).encode("utf-8", "replace")


def html_tree(data: bytes, dice: random.Random) -> bytes:
    """Elements move, double, change their name, gain attributes or sink deep."""
    try:
        tree = lxml.html.document_fromstring(data)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return insert(data, dice)
    for _ in range(dice.randint(1, 6)):
        elements = [e for e in tree.iter() if isinstance(e.tag, str) and e.getparent() is not None]
        if not elements:
            break
        _change(dice.choice(elements), elements, dice)
    return bytes(lxml.html.tostring(tree, encoding="utf-8"))


def _change(element: lxml.html.HtmlElement, all_: list[lxml.html.HtmlElement], dice: random.Random) -> None:
    parent = element.getparent()
    match dice.randrange(9):
        case 0:
            parent.remove(element)
        case 1:
            for _ in range(dice.choice((1, 3, 30))):
                parent.append(copy.deepcopy(element))
        case 2 | 3:
            element.tag = dice.choice(TAGS)
        case 4:
            name, value = dice.choice(ATTRIBUTES)
            element.set(name.replace("xml:", ""), value)
        case 5:
            for n in range(dice.choice((10, 3000))):
                element.set(f"data-{n}", "x" * dice.choice((1, 50)))
        case 6:
            _sink(element, dice)
        case 7:
            element.text = f"{element.text or ''}{dice.choice(NASTIES).decode('utf-8', 'replace')}".translate(_NOT_XML)
        case _:
            target = dice.choice(all_)
            if target not in set(element.iter()) and target is not element:
                target.append(element)


_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


def _sink(element: lxml.html.HtmlElement, dice: random.Random) -> None:
    """The element ends up inside many others: boxes, lists in lists, quotes in quotes."""
    tags = dice.choice(
        (("div",), ("ul", "li"), ("blockquote",), ("span",), ("table", "tr", "td"), ("b", "i"), ("ol", "li"))
    )
    parent = element.getparent()
    at = parent.index(element)
    top = inner = lxml.html.Element(tags[0])
    for n in range(1, dice.choice((5, 60, 250, 500))):
        inner = lxml.etree.SubElement(inner, tags[n % len(tags)])
    parent.remove(element)
    inner.append(element)
    parent.insert(at, top)


def html_growth(data: bytes, dice: random.Random) -> bytes:
    """A large table, a giant attribute, many attributes, a deep nest, as source text."""
    piece = dice.choice(
        (
            "<table>" + "<tr><td>One dose</td><td>5 mg</td></tr>" * dice.choice((5, 400)) + "</table>",
            f'<p title="{"x" * 60_000}">A long title stands on this paragraph of the page.</p>',
            "<p "
            + " ".join(f"a{n}=1" for n in range(4000))
            + ">Many attributes stand on this paragraph of the page.</p>",
            "<ul><li>" * dice.choice((10, 300, 600)) + "The innermost item says what to do.",
            "<div>" * dice.choice((100, 300, 3000)) + "<p>The innermost box holds a sentence of its own.</p>",
            "<b>" * 400 + "Bold beyond all measure is still a sentence.",
            "<a href='https://example.org/'>" * 50 + "One link in fifty is enough for anybody." + "</a>" * 50,
            "<blockquote>" * 200 + "<p>Quoted many times over, and still the same words.</p>",
            "&amp;" * 2000,
            "&#x41;" * 2000,
            "<br>" * 3000,
            "<p></p>" * 2000,
            "<font color=red>" * 300 + "Red words in a row.",
            "<select><option>" * 50,
            "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>&b;",
            "<plaintext>",
            "<title>",
            "<textarea>",
            "<xmp>",
        )
    )
    at = dice.choice([0, len(data), data.find(b"<p") % (len(data) + 1), dice.randrange(len(data) + 1)])
    return data[:at] + piece.encode() + data[at:]


def docx_parts(data: bytes, dice: random.Random) -> bytes:
    """The XML inside a Word file breaks, grows or says something else; the zip stays sound."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            parts = {name: old.read(name) for name in old.namelist()}
    except Exception:  # noqa: BLE001 - a broken zip breaks in a dozen ways
        return flip(data, dice)
    if not parts:
        return flip(data, dice)
    name = "word/document.xml" if dice.random() < 0.6 and "word/document.xml" in parts else dice.choice(sorted(parts))
    match dice.randrange(6):
        case 0:
            parts[name] = flip(parts[name], dice)
        case 1:
            parts[name] = delete(parts[name], dice)
        case 2:
            parts[name] = repeat(parts[name], dice)
        case 3 if dice.random() < 0.5:
            del parts[name]
        case 3:
            parts["word/" + dice.choice(("media/a.png", "../../etc/x.xml", "a" * 300))] = b"x" * 50
        case _:
            parts[name] = word_tree(parts[name], dice)
    out = io.BytesIO()
    kind = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(out, "w", kind) as new:
        for part, body in parts.items():
            new.writestr(part, body)
    return out.getvalue()


def word_tree(data: bytes, dice: random.Random) -> bytes:
    """Elements of a part of a Word file double, move, vanish, nest or get other text."""
    try:
        tree = lxml.etree.fromstring(data)
    except (lxml.etree.LxmlError, ValueError):
        return insert(data, dice)
    for _ in range(dice.randint(1, 5)):
        elements = [e for e in tree.iter() if isinstance(e.tag, str) and e.getparent() is not None]
        if not elements:
            break
        element = dice.choice(elements)
        parent = element.getparent()
        match dice.randrange(6):
            case 0:
                parent.remove(element)
            case 1:
                for _ in range(dice.choice((1, 4, 300))):
                    parent.append(copy.deepcopy(element))
            case 2:
                element.tag = dice.choice(elements).tag
            case 3:
                element.text = (element.text or "") + dice.choice(NASTIES).decode("utf-8", "replace").translate(
                    _NOT_XML
                )
            case 4:
                for name in list(element.attrib)[:1]:
                    element.set(name, dice.choice(("", "0", "-1", "x" * 2000, "99999999999999999999", "&<>\"'")))
            case _:
                inner = element
                for _ in range(dice.choice((3, 60, 400))):
                    inner = lxml.etree.SubElement(inner, element.tag)
                inner.text = "The innermost element holds a sentence of its own."
    return bytes(lxml.etree.tostring(tree))


def pdf_syntax(data: bytes, dice: random.Random) -> bytes:
    """Numbers, names and operators of a PDF become others: places, sizes, lengths, references that run in circles."""
    marks = list(
        re.finditer(
            rb"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.])|/[A-Z]\w*|\b(?:Tj|Tm|Tf|Td|BT|ET|re|obj|endobj|stream)\b", data
        )
    )
    for mark in sorted(dice.sample(marks, min(len(marks), dice.choice((1, 2, 5, 40)))), key=lambda m: -m.start()):
        if mark[0][:1] == b"/" or mark[0].isalpha():
            new = dice.choice(marks)[0]
        else:
            new = dice.choice(
                (
                    b"0",
                    b"1",
                    b"2",
                    b"-1",
                    b"3",
                    b"1e9",
                    b"99999999999",
                    b"0.0001",
                    b"-720",
                    b"nan",
                    dice.choice(marks)[0],
                )
            )
        data = data[: mark.start()] + new + data[mark.end() :]
    return data


ANY: tuple[Mutation, ...] = (flip, delete, insert, insert, repeat, encode, lines)
OF_FORMAT: dict[str, tuple[Mutation, ...]] = {
    "txt": (),
    "md": (markdown, markdown, markdown),
    "html": (html_tree, html_tree, html_tree, html_growth),
    "docx": (docx_parts,) * 12,
    "pdf": (pdf_syntax,) * 6,
}
