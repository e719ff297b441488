"""What may become a text: every sentence and list item of an article, with what stands around it.

Where a sentence stands decides what it may say alone, so a candidate knows its section, its list's sense, and its
neighbours; the trials judge by that and the reasons stay with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from outreach.rules.article import (
    Article,
    Block,
    Citation,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Section,
    Sentence,
    block_sentences,
)
from outreach.rules.draft import TipKind
from outreach.rules.lead_ins import Sense, sense_of, sign_opening


@dataclass(slots=True)
class Candidate:
    """A sentence under trial. `place` numbers the paragraph or item it stands in; `text` is what would be sent."""

    sentence: Sentence
    text: str
    section: Section
    place: int
    lead_in: str = ""
    sense: Sense | None = None  # of the list it stands in; None outside lists
    lent: bool = False  # its text opens with the sense that its list lent it
    first: bool = True  # the first sentence of its item
    nested: bool = False
    labelled: bool = False
    quoted: bool = False
    before: str = ""
    after: str = ""
    sources: tuple[Citation, ...] = ()  # what it cites, in its order; a note that only remarks is none
    reject: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # what counted against it, though it may be sent
    score: float = 0.0
    kind: TipKind = "fact"

    @property
    def heading(self) -> str:
        """The heading it stands under, "" for none."""
        return self.section.heading or ""

    @property
    def in_list(self) -> bool:
        """Does it stand in a list?"""
        return self.sense is not None

    @property
    def unlabelled(self) -> str:
        """Its own words, without a "Label:" in front."""
        return self.text.split(": ", 1)[1] if self.labelled else self.sentence.text

    @property
    def sign_opening(self) -> str | None:
        """What may stand before it as an item of a list of signs; see lead_ins.sign_opening."""
        if self.sense != "signs" or not self.first or self.labelled:
            return None
        return sign_opening(self.lead_in, self.heading)


def candidates(article: Article) -> Iterator[Candidate]:
    """Every sentence of the article in reading order, list items with their list's sense."""
    sources = {c.ref: c for c in article.citations if not c.remark}
    for candidate in _all(article):
        candidate.sources = tuple(sources[r.ref] for r in candidate.sentence.refs if r.ref in sources)
        yield candidate


def _all(article: Article) -> Iterator[Candidate]:
    place = 0
    for section in article.sections:
        heading = lead_in = section.heading or ""
        for i, block in enumerate(section.blocks):
            following = _opening(section.blocks, i + 1)
            if isinstance(block, ItemList):
                sense = sense_of(lead_in, heading, following, ordered=block.ordered)
                for item in block.items:
                    place += 1
                    yield from _of_item(item, section, place, lead_in, sense, nested=False)
                continue
            place += 1
            yield from _of_prose(block, section, place)
            lead_in = block.sentences[-1].text if isinstance(block, Paragraph) else heading


def _opening(blocks: Sequence[Block], number: int) -> str:
    """The sentence behind a block, in the same section."""
    return next((s.text for s in block_sentences(blocks[number])), "") if number < len(blocks) else ""


def _of_prose(block: Paragraph | Quote, section: Section, place: int) -> Iterator[Candidate]:
    texts = ["", *(s.text for s in block.sentences), ""]
    for i, sentence in enumerate(block.sentences, 1):
        yield Candidate(
            sentence, sentence.text, section, place,
            quoted=isinstance(block, Quote), before=texts[i - 1], after=texts[i + 1],
        )  # fmt: skip


def _of_item(
    item: Item, section: Section, place: int, lead_in: str, sense: Sense, *, nested: bool
) -> Iterator[Candidate]:
    texts = ["", *(s.text for s in item.sentences), ""]
    for i, sentence in enumerate(item.sentences, 1):
        text = sentence.text
        labelled = i == 1 and 0 < item.label < len(text)
        if labelled:
            label = re.sub(r"\s*[–—:-]\s*$", "", text[: item.label])
            text = f"{label}: {text[item.label :]}"
        yield Candidate(
            sentence, text, section, place, lead_in=lead_in, sense=sense, first=i == 1, nested=nested, labelled=labelled,
            before=texts[i - 1], after=texts[i + 1],
        )  # fmt: skip
    for child in item.children:
        # Nested items hang on their parent's sense, which nobody told: they keep the list's own.
        yield from _of_item(child, section, place, lead_in, sense, nested=True)
