"""PDF files for the tests, written by hand: plain syntax, Helvetica, everything where a test wants it."""

from __future__ import annotations

import re
import textwrap
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Helvetica-Oblique", "F4": "ZapfDingbats"}
TOP, LEFT, LEADING = 720.0, 72.0, 1.2
PROSE = (
    "A calm evening helps most people to sleep through the whole night, and a short walk in the morning helps as well."
)
MORE = (
    "Keep the bedroom dark and cool, and leave the phone in another room. A steady hour for getting up matters more than "
    "a steady hour for going to bed."
)
SLEEP = [
    ("title", "Sleep in Early Recovery"),
    ("text", "Sleep is often the last thing to come back.{1} " + MORE),
    ("heading", "Why Nights Are Hard"),
    ("text", PROSE + " About 6 in 10 people in early recovery sleep badly.{2} The brain is relearning its own rhythm."),
    ("text", "Try a few of these tonight:"),
    (
        "item",
        "Keep the same hour for getting up, even on weekends, and even when the night was short and hard to bear.",
    ),
    ("item", "Put the phone in another room an hour before bed."),
    ("heading", "When to Ask for Help"),
    ("text", MORE),
    ("text", "Follow these steps:"),
    ("step", "1. Write down when you slept for one week."),
    ("step", "2. Take the list to your doctor."),
    ("text", "Call Hope Harbor at (404) 555-0188 if poor sleep lasts longer than a month."),
    ("heading", "Sources"),
    ("step", "1. Brower K. Insomnia and return to use. Sleep Reviews, 2003."),
    ("step", "2. Academy of Sleep. Position paper. https://sleep.example/paper"),
]


@dataclass(frozen=True)
class Ink:
    """A piece of text at a place of the page. `matrix` are the first four numbers of its text matrix."""

    text: str
    y: float
    x: float = LEFT
    size: float = 11.0
    font: str = "F1"
    matrix: str = "1 0 0 1"

    def drawn(self) -> str:
        """The operators that draw it; "{1}" in the text is a raised, small 1."""
        out = f"BT {self.matrix} {self.x:g} {self.y:g} Tm /{self.font} {self.size:g} Tf "
        for i, piece in enumerate(re.split(r"\{(.+?)\}", self.text)):
            if i % 2:
                small = self.size * 0.6
                out += f"/{self.font} {small:g} Tf {self.size * 0.35:g} Ts {_string(piece)} Tj 0 Ts "
                out += f"/{self.font} {self.size:g} Tf "
            elif piece:
                out += f"{_string(piece)} Tj "
        return out + "ET\n"


def dot(x: float, y: float, size: float = 4.0) -> str:
    """A filled square of a bullet's size, as browsers draw them."""
    return f"{x:g} {y:g} {size:g} {size:g} re f\n"


def _string(text: str) -> str:
    raw = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"({raw.decode('latin-1')})"


def pdf_file(
    pages: Sequence[Sequence[Ink | str]],
    *,
    flate: bool = False,
    links: Sequence[tuple[str, str]] = (),
    catalog: str = "",
    trailer: str = "",
    resources: str = "",
    objects: Sequence[bytes] = (),
) -> bytes:
    """A PDF of pages of ink; text in a page that is no ink is drawn as it is.

    `links` are (rectangle, address) pairs of the first page; `objects` get the numbers from 10 on.
    """
    fonts = "".join(
        f"/{k} << /Type /Font /Subtype /Type1 /BaseFont /{v}{'' if k == 'F4' else ' /Encoding /WinAnsiEncoding'} >>"
        for k, v in FONTS.items()
    )
    body: dict[int, bytes] = dict(enumerate(objects, 10))
    first = 10 + len(objects)
    kids = [first + 2 * i for i in range(len(pages))]
    body[1] = f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode()
    body[2] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>".encode()
    for i, (number, page) in enumerate(zip(kids, pages, strict=True)):
        content = "".join(x.drawn() if isinstance(x, Ink) else x for x in page).encode("latin-1")
        notes = "".join(
            f"<< /Type /Annot /Subtype /Link /Rect [{box}] /A << /S /URI /URI ({url}) >> >>" for box, url in links
        ) if i == 0 else ""  # fmt: skip
        body[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R /Annots [{notes}] "
            f"/Resources << /Font << {fonts} >> {resources} >> >>"
        ).encode()
        body[number + 1] = stream(content, flate=flate)
    return _assembled(body, trailer)


def stream(data: bytes, *, flate: bool = False, entries: str = "") -> bytes:
    """A stream object's text."""
    packed = zlib.compress(data) if flate else data
    how = "/Filter /FlateDecode" if flate else ""
    return f"<< /Length {len(packed)} {how} {entries} >>\nstream\n".encode() + packed + b"\nendstream"


def _assembled(body: dict[int, bytes], trailer: str) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}
    for number, data in sorted(body.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + data + b"\nendobj\n"
    start = len(out)
    size = max(body) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += f"{places.get(number, 0):010} 00000 {'n' if number in places else 'f'} \n".encode()
    out += f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def set_pages(
    blocks: Sequence[tuple[str, str]], *, head: str = "", foot: str = "", rows: int = 44, width: int = 84
) -> list[list[Ink | str]]:
    """Blocks set as a word processor would: (kind, text) with the kinds title, heading, bold, text, item, step, note.

    `head` and `foot` stand on every page, "#" in them is its number. A page takes `rows` rows of `width` letters.
    """
    pages: list[list[Ink | str]] = [[]]
    y = TOP
    for ink, room in _set(blocks, width):
        y -= room
        if y < TOP - rows * 11 * LEADING:
            pages.append([])
            y = TOP - 11
        pages[-1].append(Ink(ink.text, y, ink.x, ink.size, ink.font))
    for number, page in enumerate(pages, 1):
        if head:
            page.insert(0, Ink(head.replace("#", str(number)), 760, size=9))
        if foot:
            page.append(Ink(foot.replace("#", str(number)), 40, size=9))
    return pages


def _set(blocks: Sequence[tuple[str, str]], width: int) -> Iterator[tuple[Ink, float]]:
    """Rows of ink, each with the room it takes above its baseline."""
    looks = {"title": (22.0, "F2"), "heading": (15.0, "F2"), "bold": (11.0, "F2"), "note": (9.0, "F1")}
    for kind, text in blocks:
        size, font = looks.get(kind, (11.0, "F1"))
        sign, x = {"item": ("• ", LEFT + 18), "step": ("", LEFT + 18)}.get(kind, ("", LEFT))
        wrapped = textwrap.wrap(sign + text, int(width * 11 / size), break_on_hyphens=False)
        for n, row in enumerate(wrapped):
            hangs = 10 if kind in ("item", "step") and n else 0
            yield Ink(row, 0, x + hangs, size, font), size * LEADING + (0 if n else size * 0.7)
