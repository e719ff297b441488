"""An article as every reader returns it: sections of blocks of sentences, with the citations and contacts they use.

A sentence's text is the author's, letter by letter, with reference markers lifted out and kept by their offset. Sentence
ids number the sentences in reading order, so "is everything placed exactly once?" is arithmetic on ids. What a reader
left out stands in `dropped` with the rule that took it: nothing is thrown away silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from outreach.rules.draft import Direction, Dropped

MarkKind = Literal["strong", "em", "link"]
ContactKind = Literal["phone", "url", "email", "shortcode"]
ContactRole = Literal["primary", "crisis", "other"]


class ArticleRefused(Exception):
    """The file cannot become a series. `say` is one sentence for staff: what is wrong and what to do."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


@dataclass(frozen=True, slots=True)
class Mark:
    """Emphasis or a link on `text[start:end]` of a sentence; `url` only on a link (http, https, mailto, tel)."""

    start: int
    end: int
    kind: MarkKind
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference marker: it stood at `offset` of the sentence's text and names the citation `ref`."""

    offset: int
    ref: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `id` is its number in reading order, from 1. `lead` is the space that stood before it ("" or " ")."""

    id: int
    text: str
    refs: tuple[Ref, ...] = ()
    marks: tuple[Mark, ...] = ()
    lead: str = " "


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose. `lead_in` says that the list after it belongs to it."""

    sentences: tuple[Sentence, ...]
    lead_in: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list. `label` is the length of a leading "Label –" / "Label:" within the first sentence, else 0."""

    sentences: tuple[Sentence, ...]
    children: tuple[Item, ...] = ()
    label: int = 0
    ordered: bool = False  # how the children are counted

    def walk(self) -> Iterator[Sentence]:
        """The item's sentences, then those of its children."""
        yield from self.sentences
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list; its lead-in is the paragraph before it when that says so. `start` is the first number of an ordered one."""

    items: tuple[Item, ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation set apart, with its speaker when the article names one."""

    sentences: tuple[Sentence, ...]
    by: str | None = None


Block = Paragraph | ItemList | Quote


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. The part before the first heading has `heading=None`, level 0."""

    heading: str | None
    level: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A source: `ref` is its name in the article ("1", "cdc"), `text` the author's words for it.

    `remark` marks a note that explains and names no source: it is listed like one, but no figure rests on it.
    """

    ref: str
    text: str
    url: str | None = None
    remark: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody, as the article writes it. `url` is the link target; `sentence` the id where it stands.

    `outside` is a helpline of somebody else's: it may be all an article names, but never bears the organisation's name.
    """

    kind: ContactKind
    value: str
    url: str
    sentence: int
    role: ContactRole
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A whole article. `source_hash` is the SHA-256 of the bytes read; `dir` the direction of its script."""

    title: str
    organisation: str | None
    byline: str | None
    language: str
    source_name: str
    source_hash: str
    sections: tuple[Section, ...]
    citations: tuple[Citation, ...] = ()
    contacts: tuple[Contact, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[str, ...] = ()
    dir: Direction = "ltr"

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence in reading order."""
        for section in self.sections:
            for block in section.blocks:
                yield from block_sentences(block)

    def sources_of(self, sentence: Sentence) -> tuple[Citation, ...]:
        """The sources a sentence refers to, in its order; remarks are none."""
        by_ref = {c.ref: c for c in self.citations if not c.remark}
        return tuple(by_ref[r.ref] for r in sentence.refs if r.ref in by_ref)

    @property
    def words(self) -> int:
        """Words of the body (headings not counted)."""
        return sum(len(s.text.split()) for s in self.sentences())


def block_sentences(block: Block) -> Iterator[Sentence]:
    """The sentences of a block in reading order, nested items included."""
    if isinstance(block, ItemList):
        for item in block.items:
            yield from item.walk()
    else:
        yield from block.sentences


def passages(block: Block) -> Iterator[tuple[Sentence, ...]]:
    """The sentences of a block by paragraph or list item, in reading order."""
    if isinstance(block, ItemList):
        for item in block.items:
            yield from _item_passages(item)
    else:
        yield block.sentences


def _item_passages(item: Item) -> Iterator[tuple[Sentence, ...]]:
    yield item.sentences
    for child in item.children:
        yield from _item_passages(child)
