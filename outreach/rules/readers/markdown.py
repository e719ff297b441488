"""Markdown to lines: markdown-it's HTML, walked like a page. HTML in the file is read by tag, never passed through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import lxml.html
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from outreach.rules.article import ArticleRefused
from outreach.rules.readers import captions
from outreach.rules.readers.flavours import plain, toml_front_matter
from outreach.rules.readers.html import parse
from outreach.rules.readers.html_tags import HTML_TAGS
from outreach.rules.readers.lines import Page
from outreach.rules.readers.tree import walk

_TAG = re.compile(r"</?([A-Za-z][\w-]*)")
_LONG_DEFINITION = 40  # words
_MOST_BRACKETS = 1_000
_SIGN = re.compile(r"[][\\`*_<>&!~:]")
_FIELD = re.compile(r"^(?P<name>[A-Za-z][\w-]*):\s*(?P<value>.+?)\s*$")
_HOUSE = re.compile(
    r"\b(?:Recovery|Clinic|Hospital|Cent(?:er|re)|Health|House|Care|Office|Services?|Therapy|Foundation|Institute|"
    r"Group|Association|Department)\b"
)


def read_markdown(text: str) -> Page:
    """The lines of a Markdown text, with title, author and language from its front matter."""
    _refuse_tangled(text)
    reader = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])
    reader.use(front_matter_plugin).use(footnote_plugin).use(deflist_plugin)
    reader.add_render_rule("html_inline", _html_or_text)
    reader.add_render_rule("html_block", _html_or_text)
    reader.add_render_rule("footnote_caption", _note_number)
    toml, text = toml_front_matter(text)
    tokens = reader.parse(plain(text))
    about = {**_front_matter(tokens), **toml}
    html = reader.renderer.render(tokens, reader.options, {})
    html = re.sub(r"(<li[^>]*>\s*(?:<p>)?)\[[ xX]\]\s", r"\1", html)
    tree = parse(f"<html><body>{html}</body></html>")
    captions.mark(tree)
    _label_terms(tree)
    lines = walk(tree)
    author = about.get("author") or about.get("autor")
    house = next((about[n] for n in ("organisation", "organization", "publisher", "site") if n in about), None)
    if house is None and author and _HOUSE.search(author):
        house = author
    return Page(
        lines=tuple(lines), titles=tuple(about[n] for n in ("title", "titulo") if n in about), organisation=house,
        byline=author if author != house else None, language=about.get("lang") or about.get("language"),
    )  # fmt: skip


def _refuse_tangled(text: str) -> None:
    """The parser looks from every opening bracket to the end of its paragraph: thousands of them take it minutes."""
    for block in re.split(r"\n\s*\n", text):
        brackets = block.count("[")
        if brackets > _MOST_BRACKETS and brackets * len(_SIGN.findall(block)) > _MOST_BRACKETS**2:
            raise ArticleRefused(
                f"One paragraph of the Markdown file holds {brackets:,} square brackets; take them out and try again."
            )


def _html_or_text(self: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    """Known tags stay for the walk, which reads the harmless ones; anything else between signs is the author's text."""
    content = tokens[index].content
    if content.lstrip().startswith(("<!--", "<?", "<!")):
        return content if content.lstrip().startswith("<!--") else ""
    if all(name.lower() in HTML_TAGS for name in _TAG.findall(content)):
        return content
    return escape(content)


def _label_terms(tree: lxml.html.HtmlElement) -> None:
    """Short definitions ("term", ": what it means") become items that open with their term; long ones keep it above them."""
    for defined in list(tree.iter("dl")):
        if any(len(dd) > 1 or len("".join(dd.itertext()).split()) > _LONG_DEFINITION for dd in defined.iter("dd")):
            continue
        term = ""
        for child in list(defined):
            if child.tag == "dt":
                term = "".join(child.itertext()).strip()
                defined.remove(child)
            else:
                child.tag = "li"
                for paragraph in child.findall("p"):
                    paragraph.drop_tag()
                child.text = f"{term} – {(child.text or '').lstrip()}" if term else child.text
        defined.tag = "ul"


def _note_number(self: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    """A note's number each time it is cited: the parser's own "[3:1]" would stay in the text if the note were lost."""
    return f"[{tokens[index].meta['id'] + 1}]"


def _front_matter(tokens: Sequence[Token]) -> dict[str, str]:
    """Plain `name: value` lines of the front matter; nothing nested is needed."""
    out: dict[str, Any] = {}
    for token in tokens:
        if token.type == "front_matter":
            for line in token.content.split("\n"):
                match = _FIELD.match(line)
                if match:
                    value = match.group("value")
                    quoted = re.fullmatch(r"([\"'])(.*)\1", value)
                    out[match.group("name").lower()] = quoted.group(2) if quoted else value
    return out
