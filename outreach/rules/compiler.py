"""Article in, series out: emails in the article's order, every sentence once, plus texts made of its best sentences.

Pure: the same article gives the same draft, byte for byte. The only words added are those of rules/slots.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from outreach.rules import subjects, tips
from outreach.rules.article import (
    Article,
    ArticleRefused,
    Citation,
    Contact,
    Item,
    ItemList,
    Mark,
    Paragraph,
    Quote,
    Sentence,
    block_sentences,
    passages,
)  # fmt: skip
from outreach.rules.contacts import digits
from outreach.rules.draft import (
    Block,
    CallToAction,
    CitationRef,
    Coverage,
    EmailDraft,
    ListItem,
    Original,
    Run,
    SeriesDraft,
)  # fmt: skip
from outreach.rules.edits import Edit, conflicts, edited_article, edited_emails, struck
from outreach.rules.figures import sourced_in_words
from outreach.rules.lint import lint
from outreach.rules.partition import Unit, edited_units, partition, units
from outreach.rules.slots import SlotTexts, fill, slot_texts
from outreach.rules.standalone import opens_with_pointer
from outreach.rules.words import speaks_of_crisis

VERSION = "4"  # a new number whenever the same article may give other sentences or another series
MAX_EMAILS = 60
MAX_WORDS = 15_000


def compile_series(
    article: Article, slots: SlotTexts | None = None, *, parts: int | None = None, edits: Sequence[Edit] = ()
) -> SeriesDraft:
    """The series made of an article.

    `slots` overrides the frame's wording (default: the article's language); `parts` asks for a number of emails;
    `edits` are what staff changed. The cuts are those of the author's article, so an edit moves no other sentence.
    Raises ArticleRefused for an article of more than 15,000 words or 60 emails, and for `parts` below 1.
    """
    refuse_large(article)
    if parts is not None and parts < 1:
        raise ArticleRefused("A series needs at least one email; ask for one part or more.")
    wording = slots or slot_texts(article.language)
    pieces = units(article)
    ranges = partition(pieces, parts)
    if len(ranges) > MAX_EMAILS:
        raise ArticleRefused(
            f"The article would make {len(ranges)} emails and a series takes at most {MAX_EMAILS}; split it."
        )
    whole, article = article, edited_article(article, edits)
    tried = tips.try_all(article)
    cuts = [(edited_units(pieces[a:b], edits), pieces[a:b]) for a, b in ranges]
    drafts = _emails(article, [body for body, _ in cuts if body], wording, tips.standing(tried))
    spans = [tuple(s.id for u in cut if u.block for s in block_sentences(u.block)) for body, cut in cuts if body]
    emails = edited_emails([replace(d, span=span) for d, span in zip(drafts, spans, strict=True)], edits)
    chosen, rejected = tips.edited(tips.choose(article, tried=tried), article, edits)
    draft = SeriesDraft(
        title=article.title, organisation=article.organisation, language=article.language, article_hash=article.source_hash,
        compiler_version=VERSION, emails=emails, tips=chosen, rejected=rejected, dropped=article.dropped,
        coverage=_coverage(whole, emails, edits), originals=originals(whole),
    )  # fmt: skip
    return replace(draft, problems=(*conflicts(edits, emails), *lint(draft, article)))


def refuse_large(article: Article) -> None:
    """Raises ArticleRefused for an article of more than 15,000 words."""
    if article.words > MAX_WORDS:
        raise ArticleRefused(
            f"The article has {article.words:,} words, too many for one series; "
            "split it into articles of up to 10,000 words each."
        )


def originals(article: Article) -> tuple[Original, ...]:
    """The author's sentences in the order of their ids, each with where it stands and the full citations it carries."""
    by_ref = {c.ref: c.text for c in article.citations}
    found: list[Original] = []
    place = 0
    for section in article.sections:
        for passage in (p for block in section.blocks for p in passages(block)):
            place += 1
            for s in passage:
                cited = tuple(dict.fromkeys(by_ref[r.ref] for r in s.refs if r.ref in by_ref))
                found.append(Original(s.text, cited, place, section.heading or ""))
    return tuple(found)


def _coverage(article: Article, emails: Sequence[EmailDraft], edits: Sequence[Edit]) -> Coverage:
    """Arithmetic on sentence ids: those that stand in exactly one place, and those a person struck out."""
    placed = Counter(i for email in emails for i in email.sources)
    ids = {s.id for s in article.sentences()}
    return Coverage(
        sum(placed[i] == 1 for i in ids), len(ids), len(article.dropped), len(struck(edits) & ids - placed.keys())
    )


def _emails(
    article: Article, parts: Sequence[Sequence[Unit]], slots: SlotTexts, standing: frozenset[int]
) -> list[EmailDraft]:
    forms = subjects.known_forms([s.text for s in article.sentences()])
    topics = [_topic(article, part, forms) for part in parts]
    taken: set[str] = set()
    return [_email(article, part, n, topics, slots, forms, taken, standing) for n, part in enumerate(parts, 1)]


def _topic(article: Article, part: Sequence[Unit], forms: dict[str, str]) -> str | None:
    """What a part is about: its first heading, else the heading of the section it goes on with."""
    for unit in part:
        heading = article.sections[unit.section].heading
        if unit.block is None and heading:
            return subjects.calm(heading, forms)
    heading = article.sections[part[0].section].heading
    return subjects.calm(heading, forms) if heading else None


def _email(
    article: Article, part: Sequence[Unit], number: int, topics: Sequence[str | None], slots: SlotTexts,
    forms: dict[str, str], taken: set[str], standing: frozenset[int],
) -> EmailDraft:  # fmt: skip
    total = len(topics)
    writer = _Writer(article)
    body = [writer.block(unit) for unit in part]
    said = [s for unit in part if unit.block is not None for s in block_sentences(unit.block)]
    headings = [subjects.calm(b.text, forms) for b in body if b.kind == "heading"]
    subject = subjects.subject(
        title=subjects.calm(article.title, forms),
        headings=headings,
        number=number,
        total=total,
        slots=slots,
        taken=taken,
    )
    text = "\n".join(s.text for s in said) + "\n" + "\n".join(headings)
    cta, cta_block = _call_to_action(article, text, slots)
    blocks = [*_opening(article, part, number, topics, slots), *body]
    if cta_block is not None:
        blocks.append(cta_block)
    if number < total:
        blocks.append(_bridge(topics[number - 1], topics[number], slots))
    if writer.citations:
        blocks.append(sources_block(writer.citations, slots.notes if writer.remarks else slots.sources))
    blocks = [replace(b, dir=article.dir) if not b.slot else b for b in blocks]
    plain = [s.text for s in said]
    return EmailDraft(
        number=number, subject=subject, subject_discreet=subjects.discreet_subject(number, total, slots),
        preheader=subjects.preheader(
            sentences=plain, subject=subject, number=number, total=total, slots=slots,
            stands=[s.id in standing for s in said],
        ),
        preheader_discreet=slots.preheader_discreet, blocks=tuple(blocks), citations=tuple(writer.citations), cta=cta,
        sources=tuple(s.id for s in said), lifelines=speaks_of_crisis(text), language=article.language,
        words=count_words(blocks), named=_named(article, said),
    )  # fmt: skip


def _named(article: Article, sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Sources that stand in the sentences themselves, where no marker leads to a list."""
    names = (sourced_in_words(s.text) for s in sentences if not article.sources_of(s))
    return tuple(dict.fromkeys(name for name in names if name))


def _closed(text: str | None) -> str:
    """A heading as the end of a sentence of ours: a full stop unless it brings its own mark."""
    text = (text or "").rstrip()
    return text if text.endswith(("?", "!", ".", "…")) else f"{text}."


def _opening(
    article: Article, part: Sequence[Unit], number: int, topics: Sequence[str | None], slots: SlotTexts
) -> list[Block]:
    out: list[Block] = []
    if len(topics) > 1:
        out.append(Block(kind="part", runs=(Run(fill(slots.part, n=number, total=len(topics))),), slot=True))
    before = topics[number - 2] if number > 1 else None
    if before and before != topics[number - 1]:
        out.append(Block(kind="recap", runs=(Run(fill(slots.recap, heading=_closed(before))),), slot=True))
    first = part[0]
    if number > 1 and first.block is not None:
        opening = next((s.text for s in block_sentences(first.block)), "")
        topic = topics[number - 1]
        if topic and (opens_with_pointer(opening, article.language) or topic == before):
            out.append(Block(kind="hook", runs=(Run(fill(slots.hook, heading=topic)),), slot=True))
    return out


def _bridge(topic: str | None, following: str | None, slots: SlotTexts) -> Block:
    if not following:
        text = slots.bridge_plain
    elif following == topic:
        text = fill(slots.bridge_more, heading=following)
    else:
        text = fill(slots.bridge, heading=_closed(following))
    return Block(kind="bridge", runs=(Run(text),), slot=True)


def _call_to_action(article: Article, text: str, slots: SlotTexts) -> tuple[CallToAction | None, Block | None]:
    """The article's primary contact as this email's one call to action. When the text gives it, only HTML shows a button."""
    contact = next((c for c in article.contacts if c.role == "primary"), None)
    if contact is None or contact.kind == "shortcode":
        return None, None
    value = contact.url if contact.kind == "url" else contact.value
    said = _says(text, contact)
    who = article.organisation or slots.us
    asks = {
        "phone": (slots.call, slots.call_said),
        "email": (slots.write, slots.write_said),
        "url": (slots.visit, slots.visit_said),
    }
    template = slots.call_outside if contact.outside else asks[contact.kind][1 if said else 0]
    label = fill(template, who=who, value=value)
    cta = CallToAction(contact.kind, value, label, contact.url)
    return cta, Block(kind="cta", runs=(Run(label),), url=contact.url, said=said, slot=True)


def _says(text: str, contact: Contact) -> bool:
    if contact.kind == "phone":
        wanted = digits(contact.value)
        return wanted in re.sub(r"(?<=\d)[\s().–‑-]+(?=\d)", "", text) or contact.value in text
    return contact.value in text


def sources_block(citations: Iterable[CitationRef], label: str) -> Block:
    """The list of an email's sources under its label."""
    items = []
    for citation in citations:
        runs = [Run(f"[{citation.ref}] "), Run(citation.text, url=citation.url)]
        items.append(ListItem(tuple(runs)))
    return Block(kind="sources", runs=(Run(label),), items=tuple(items), slot=True)


def body_blocks(article: Article) -> tuple[Block, ...]:
    """A whole article as the blocks of one email, without the frame that a part of a series has."""
    writer = _Writer(article)
    out: list[Block] = []
    for n, section in enumerate(article.sections):
        heading = [None] if section.heading is not None else []
        out.extend(writer.block(Unit(n, block, 0, 0)) for block in (*heading, *section.blocks))
    return tuple(replace(block, dir=article.dir) for block in out)


def count_words(blocks: Iterable[Block]) -> int:
    """Words of an email's body, the list of sources not counted."""
    return sum(len(text.split()) for text in _texts(blocks))


def _texts(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        if block.kind == "sources" or (block.kind == "cta" and block.said):
            continue
        yield block.text
        stack = list(block.items)
        while stack:
            item = stack.pop()
            yield "".join(run.text for run in item.runs)
            stack.extend(item.children)


class _Writer:
    """Turns units into blocks and numbers the sources of one email in the order in which it uses them."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.by_ref: dict[str, Citation] = {c.ref: c for c in article.citations}
        self.citations: list[CitationRef] = []
        self.remarks = False  # does a note among them explain rather than name a source?
        self._numbers: dict[str, int] = {}

    def block(self, unit: Unit) -> Block:
        """The unit as a block of this email."""
        section = self.article.sections[unit.section]
        if unit.block is None:
            return Block(kind="heading", runs=(Run(section.heading or ""),), level=min(section.level + 1, 3))
        ids = tuple(s.id for s in block_sentences(unit.block))
        if isinstance(unit.block, Paragraph):
            return Block(kind="paragraph", runs=self._runs(unit.block.sentences), sources=ids)
        if isinstance(unit.block, Quote):
            return Block(kind="quote", runs=self._runs(unit.block.sentences), by=unit.block.by, sources=ids)
        return self._list(unit.block, ids)

    def _list(self, block: ItemList, ids: tuple[int, ...]) -> Block:
        items = tuple(self._item(item) for item in block.items)
        return Block(kind="list", items=items, ordered=block.ordered, start=block.start, sources=ids)

    def _item(self, item: Item) -> ListItem:
        ids = tuple(s.id for s in item.walk())
        runs = self._runs(item.sentences, label=item.label)
        return ListItem(runs, tuple(self._item(child) for child in item.children), ids, item.ordered)

    def _runs(self, sentences: Sequence[Sentence], label: int = 0) -> tuple[Run, ...]:
        out: list[Run] = []
        for i, sentence in enumerate(sentences):
            if i and sentence.lead:
                out.append(Run(sentence.lead))
            out.extend(self._sentence(sentence, label if i == 0 else 0))
        return _joined(out)

    def _sentence(self, sentence: Sentence, label: int) -> list[Run]:
        text = sentence.text
        borders = {0, len(text), *(r.offset for r in sentence.refs)}
        borders.update(x for m in sentence.marks for x in (m.start, m.end))
        bold = len(text[:label].rstrip(" –—-")) if label else 0
        borders.add(bold)
        cuts = sorted(b for b in borders if 0 <= b <= len(text))
        refs: dict[int, list[str]] = {}
        for r in sentence.refs:
            if r.ref in self.by_ref:
                refs.setdefault(r.offset, []).append(r.ref)
        marks = sorted(sentence.marks, key=lambda m: m.start)
        out: list[Run] = []
        for start, end in zip(cuts, [*cuts[1:], None], strict=True):
            out.extend(self._marker(ref) for ref in refs.get(start, ()))
            if end is not None and end > start:
                while marks and marks[0].end <= start:
                    marks.pop(0)
                near = takewhile(lambda m: m.start <= start, marks)  # noqa: B023 - used at once
                out.append(_run(sentence, start, end, bold, near))
        return out

    def _marker(self, ref: str) -> Run:
        citation = self.by_ref[ref]
        self.remarks = self.remarks or citation.remark
        mark = re.sub(r"\W+", " ", citation.text).casefold().strip()
        if mark not in self._numbers:
            self._numbers[mark] = len(self.citations) + 1
            self.citations.append(CitationRef(self._numbers[mark], citation.text, citation.url))
        return Run(f"[{self._numbers[mark]}]", ref=self._numbers[mark])


def _run(sentence: Sentence, start: int, end: int, bold: int, marks: Iterable[Mark]) -> Run:
    inside = [m for m in marks if m.start <= start and m.end >= end]
    url = next((m.url for m in inside if m.kind == "link"), None)
    strong = any(m.kind == "strong" for m in inside) or start < bold
    return Run(sentence.text[start:end], strong, any(m.kind == "em" for m in inside), url)


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    out: list[Run] = []
    for run in runs:
        last = out[-1] if out else None
        if (
            last
            and run.ref is None
            and last.ref is None
            and (last.strong, last.em, last.url) == (run.strong, run.em, run.url)
        ):
            out[-1] = replace(last, text=last.text + run.text)
        elif last and run.ref is not None and last.ref == run.ref:
            continue
        else:
            out.append(run)
    return tuple(out)
