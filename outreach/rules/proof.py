"""A series as a person proofreads it: its lines in the order of the article, sentence by sentence.

Each sentence keeps its id and its look; one that was struck out stands where it stood, so that it can be taken back.
Lines in words of our own are marked as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from outreach.rules.draft import Block, BlockKind, EmailDraft, ListItem, Original, Run
from outreach.rules.edits import Edit

State = Literal["", "reworded", "struck"]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: its id, the author's words, and how it stands in its email (`runs`; struck: the author's words)."""

    id: int
    author: str
    runs: tuple[Run, ...]
    state: State = ""

    @property
    def words(self) -> str:
        """The words as they stand, without the numbers of the sources."""
        return "".join(run.text for run in self.runs if run.ref is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a series: a heading, a paragraph, a point of a list, or (`ours`) words that are not the author's.

    `text` is that of a heading or of our words, `notes` the entries of our list of sources; `said` are the author's
    sentences. `level` is the depth of a point, from 0; `point` its bullet or number.
    """

    email: int
    kind: BlockKind
    ours: bool = False
    text: str = ""
    notes: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    level: int = 0
    point: str = ""


def proof(emails: Sequence[EmailDraft], authored: Sequence[Original], edits: Sequence[Edit]) -> tuple[Line, ...]:
    """Every line of the emails in order, with the sentences that were struck out in their places."""
    reworded = {e.sentence: e.words for e in edits if e.kind == "reword" and e.sentence}
    reader = _Reader(authored, reworded)
    lines = [line for email in emails for block in email.blocks for line in reader.lines(email.number, block)]
    placed = {i for email in emails for i in email.sources}
    for edit in sorted((e for e in edits if e.kind == "strike"), key=lambda e: e.sentence):
        if 1 <= edit.sentence <= len(authored) and edit.sentence not in placed:
            _put_in(lines, edit.sentence, authored)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Reader:
    authored: Sequence[Original]
    reworded: dict[int, str]

    def lines(self, email: int, block: Block) -> Iterator[Line]:
        """One block as lines."""
        if block.slot:
            notes = tuple("".join(run.text for run in item.runs) for item in block.items)
            yield Line(email=email, kind=block.kind, ours=True, text=block.text, notes=notes)
        elif block.kind == "list":
            yield from self._items(email, block.items, 0, block.start if block.ordered else 0)
        elif block.kind == "heading":
            yield Line(email=email, kind="heading", text=block.text, level=block.level)
        else:
            yield Line(email=email, kind=block.kind, said=self._said(block.sources, block.runs))

    def _items(self, email: int, items: Sequence[ListItem], level: int, number: int) -> Iterator[Line]:
        """The points of a list, each before its own; `number` is that of the first one, 0 for bullets."""
        for n, item in enumerate(items):
            below = {i for child in item.children for i in child.sources}
            said = self._said([i for i in item.sources if i not in below], item.runs)
            point = f"{number + n}." if number else "•"
            yield Line(email=email, kind="list", said=said, level=level, point=point)
            yield from self._items(email, item.children, level + 1, 1 if item.ordered else 0)

    def _said(self, ids: Sequence[int], runs: Sequence[Run]) -> tuple[Said, ...]:
        author = [self.authored[i - 1].text if i <= len(self.authored) else "" for i in ids]
        words = [self.reworded.get(i, text) for i, text in zip(ids, author, strict=True)]
        cut = split_runs(runs, words) or [(Run(text),) for text in words]
        return tuple(
            Said(i, text, part, "reworded" if i in self.reworded else "")
            for i, text, part in zip(ids, author, cut, strict=True)
        )


def split_runs(runs: Iterable[Run], sentences: Sequence[str]) -> list[tuple[Run, ...]] | None:
    """The runs of a paragraph cut into those of its sentences; a source's number stays with the sentence before it.

    None when the runs do not say these sentences.
    """
    if not sentences:
        return None
    out: list[list[Run]] = [[] for _ in sentences]
    at, done = 0, 0  # the sentence being read, and how many of its characters
    for run in runs:
        if run.ref is not None:
            out[at].append(run)
            continue
        text = run.text
        while text:
            if at < len(sentences) - 1 and done == len(sentences[at]):
                at, done = at + 1, 0
                text = text[len(text) - len(text.lstrip()) :] if not sentences[at][:1].isspace() else text
                continue
            part = text[: len(sentences[at]) - done]
            if not part or not sentences[at].startswith(part, done):
                return None
            out[at].append(replace(run, text=part))
            done, text = done + len(part), text[len(part) :]
    whole = at == len(sentences) - 1 and done == len(sentences[at])
    return [tuple(part) for part in out] if whole else None


def _put_in(lines: list[Line], sentence: int, authored: Sequence[Original]) -> None:
    """Puts a struck sentence back to be seen: into its paragraph, else as a line of its own under its heading."""
    original = authored[sentence - 1]
    said = Said(sentence, original.text, (Run(original.text),), "struck")
    here = [
        i for i, line in enumerate(lines)
        if original.place and any(authored[s.id - 1].place == original.place for s in line.said if s.id <= len(authored))
    ]  # fmt: skip
    if here:
        before = [i for i in here if lines[i].said[0].id < sentence]
        i = before[-1] if before else here[0]
        lines[i] = replace(lines[i], said=tuple(sorted((*lines[i].said, said), key=lambda s: s.id)))
        return
    following = next((i for i, line in enumerate(lines) if line.said and line.said[0].id > sentence), len(lines))
    before_it = max((i + 1 for i in range(following) if lines[i].said), default=0)
    own = [i for i in range(before_it, following) if lines[i].kind == "heading" and lines[i].text == original.heading]
    at = own[-1] + 1 if own else before_it or following
    email = lines[at - 1].email if at and (own or before_it) else lines[at].email if at < len(lines) else 1
    lines.insert(at, Line(email=email, kind="paragraph", said=(said,)))
