"""Sound articles made by chance, each written as text, HTML and Markdown: what a careful author would hand in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from hypothesis import strategies as st

# Everything here is text, whatever program it means something to; it must arrive letter by letter.
LITERALS = (
    "{{ x }}", "{% raw %}", "{% endraw %}", "{{{y}}}", "%s", "%(x)s", "%%", "${X}", "<<A>>", "*|FNAME|*", "-name-", "{#c#}",
    "<b>bold</b>", "&amp;", "R&B", "a_b_c", "`tick`", "$HOME", "[Name]", "{0}", "#tag", "C:\\new", "<%x%>", "\\1",
)  # fmt: skip
EXTRAS = (
    "912-555-0161", "(404) 555-0188", "care@example.org", "https://example.org/rest?a=1", "www.example.org/start", "50%",
    "2.5 mg", "U.S.", "6:15 a.m.", "Dr. Avery", "“home”", "don’t", "501(c)(3)", "No. 3", "corazón", "mañana", "naïve", "½ cup",
    "😀", "👨‍👩‍👧",
)  # fmt: skip
_NOUNS = (
    "lamp garden kitchen window blanket pillow river bridge mirror ladder basket engine candle hammer saddle".split()
)
_LOOKS = (
    "quiet yellow patient narrow gentle wooden steady hollow distant modest crooked tender frozen silent simple".split()
)
_ENDS = (".", ".", ".", ".", "!", "?")
_SHAPES = (
    "The {a} {b} helps people to rest {x} in the evening",
    "Many families keep a {a} {b} near the door {x} for years",
    "Look for the {a} {b} before you go out {x} alone",
    "Every {a} {b} needs some care {x} from time to time",
    "La lámpara y el {a} {b} ayudan a descansar {x} cada noche",
    "You can bring a {a} {b} to the first visit {x} with a friend",
)


@dataclass(frozen=True)
class Piece:
    """A paragraph, a quotation or a list (`items`, each with its own nested ones) behind its lead-in."""

    kind: str
    sentences: tuple[str, ...]
    items: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cites: int = 0  # number of the source behind the last sentence; 0 for none


@dataclass(frozen=True)
class Made:
    """An article: title, sections of (heading, pieces), sources."""

    title: str
    sections: tuple[tuple[str, tuple[Piece, ...]], ...]
    sources: tuple[str, ...]
    furniture: bool

    def sentences(self) -> list[str]:
        """Every sentence and item of the body in order."""
        out: list[str] = []
        for _, pieces in self.sections:
            for piece in pieces:
                out.extend(piece.sentences)
                for item, nested in piece.items:
                    out.extend((item, *nested))
        return out


@st.composite
def articles(draw: st.DrawFn) -> Made:
    """A sound article of one to five sections."""
    names = iter(draw(st.permutations([(a, b) for a in _LOOKS for b in _NOUNS])))

    def sentence(ends: tuple[str, ...] = _ENDS) -> str:
        a, b = next(names)
        extra = draw(st.one_of(st.just(""), st.sampled_from(LITERALS), st.sampled_from(EXTRAS)))
        text = draw(st.sampled_from(_SHAPES)).format(a=a, b=b, x="\0").replace("\0", extra)
        return re.sub(" +", " ", text) + draw(st.sampled_from(ends))

    def piece(sources: int) -> Piece:
        kind = draw(st.sampled_from(("paragraph", "paragraph", "paragraph", "list", "ordered", "quote")))
        cites = draw(st.integers(0, sources))
        if kind in ("list", "ordered"):
            a, b = next(names)
            lead = f"Try these things with the {a} {b} at home:"
            nested = [
                tuple(sentence((".",)) for _ in range(draw(st.sampled_from((0, 0, 1, 2)))))
                for _ in range(draw(st.integers(2, 4)))
            ]
            return Piece(kind, (lead,), tuple((sentence((".",)), inner) for inner in nested))
        if kind == "quote":
            return Piece(kind, tuple(sentence((".",)) for _ in range(draw(st.integers(1, 2)))))
        return Piece(kind, tuple(sentence() for _ in range(draw(st.integers(2, 5)))), cites=cites)

    count = draw(st.integers(0, 3))
    sections = []
    for number in range(draw(st.integers(1, 5))):
        a, b = next(names)
        pieces = [Piece("paragraph", (sentence((".",)), sentence((".",)), sentence((".",))))]
        pieces += [piece(count) for _ in range(draw(st.integers(0, 4)))]
        sections.append((f"How a {a.title()} {b.title()} Helps" if number else "", tuple(pieces)))
    sources = tuple(f"{_LOOKS[n].title()} Institute. Rest and the {_NOUNS[n]}. 2019." for n in range(count))
    return Made("Rest and the Quiet House", tuple(sections), sources, draw(st.booleans()))


def as_text(made: Made) -> str:
    """The article as a plain text."""
    out = ["Home | Services | Contact", "", made.title, ""] if made.furniture else [made.title, ""]
    for heading, pieces in made.sections:
        if heading:
            out += [heading, ""]
        for piece in pieces:
            mark = f"[{piece.cites}]" if piece.cites else ""
            words = " ".join(piece.sentences) + mark
            out.append(words if piece.kind != "quote" else f"“{words}”")
            for number, (item, nested) in enumerate(piece.items, 1):
                out.append(f"{number}. {item}" if piece.kind == "ordered" else f"- {item}")
                out += [f"    - {inner}" for inner in nested]
            out.append("")
    return (
        "\n".join([*out, *_sources(made), *(["", "Share this:", "Facebook  Twitter  Email"] if made.furniture else [])])
        + "\n"
    )


def _sources(made: Made) -> list[str]:
    return ["References", *(f"[{n}] {text}" for n, text in enumerate(made.sources, 1))] if made.sources else []


def as_html(made: Made) -> str:
    """The article as a web page."""
    out = [f"<!doctype html><html><head><title>{made.title}</title></head><body>"]
    if made.furniture:
        out.append('<nav><a href="/">Home</a> <a href="/services">Services</a></nav>')
    out.append(f"<article><h1>{made.title}</h1>")
    for heading, pieces in made.sections:
        out += [f"<h2>{heading}</h2>"] if heading else []
        for piece in pieces:
            mark = f"<sup>[{piece.cites}]</sup>" if piece.cites else ""
            words = escape(" ".join(piece.sentences)) + mark
            out.append(f"<blockquote><p>{words}</p></blockquote>" if piece.kind == "quote" else f"<p>{words}</p>")
            if piece.items:
                tag = "ol" if piece.kind == "ordered" else "ul"
                items = "".join(f"<li>{escape(item)}{_nested(nested)}</li>" for item, nested in piece.items)
                out.append(f"<{tag}>{items}</{tag}>")
    if made.sources:
        out.append(
            "<h2>References</h2>" + "".join(f"<p>[{n}] {escape(text)}</p>" for n, text in enumerate(made.sources, 1))
        )
    out.append("</article>" + ("<footer>© Hope Harbor. All rights reserved.</footer>" if made.furniture else ""))
    return "\n".join([*out, "</body></html>"])


def _nested(items: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>" if items else ""


def as_markdown(made: Made) -> str:
    """The article as Markdown."""
    out = [f"# {made.title}", ""]
    for heading, pieces in made.sections:
        out += [f"## {heading}", ""] if heading else []
        for piece in pieces:
            mark = f"[^{piece.cites}]" if piece.cites else ""
            words = _plain(" ".join(piece.sentences)) + mark
            out += [f"> {words}" if piece.kind == "quote" else words, ""]
            for number, (item, nested) in enumerate(piece.items, 1):
                out.append(f"{number}. {_plain(item)}" if piece.kind == "ordered" else f"- {_plain(item)}")
                out += [f"    - {_plain(inner)}" for inner in nested]
            out.append("")
    return "\n".join([*out, *(f"[^{n}]: {text}" for n, text in enumerate(made.sources, 1))]) + "\n"


def _plain(text: str) -> str:
    # A pair of "%%" is a note app's comment to a reader of Markdown, so an author who means it escapes it.
    return re.sub(r"([\\`*_{}\[\]<>#|~&!$-]|%(?=%)|(?<=%)%)", r"\\\1", text)
