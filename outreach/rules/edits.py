"""What staff change in a draft: values that are kept beside the article and applied each time it is compiled.

An edit belongs to a sentence by its id, and keeps the author's words it was made for (`was`): so it can be carried to
another version of the article, and shown as a conflict instead of being lost or overwritten (rules/carrying.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from outreach.rules.article import Article, Block, Item, ItemList, Mark, Ref, Section, Sentence
from outreach.rules.draft import EmailDraft, Problem
from outreach.rules.lint_wording import problem

EditKind = Literal[
    "reword",  # the sentence says `words` instead
    "strike",  # the sentence is left out of the emails, on a named person's word
    "restore",  # the line `was`, left out as page furniture, belongs to the article (`words`: "heading" to head a section)
    "subject", "subject_discreet", "preheader", "preheader_discreet",  # of the email in which the sentence stands
    "text",  # the text made of the sentence says `words`; where there is none, one is made
    "no_text",  # no text is made of the sentence
]  # fmt: skip
Conflict = Literal["", "changed", "gone"]

OF_AN_EMAIL: Final = ("subject", "subject_discreet", "preheader", "preheader_discreet")
LIMITS: Final = {"reword": 2_000, "text": 1_600, **dict.fromkeys(OF_AN_EMAIL, 200)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change. `sentence` is an id of the article it stands on, 0 for a restored line or a sentence that is gone.

    `conflict` says that the author's words are no longer those it was made for: "changed" (to `now`) or "gone".
    """

    kind: EditKind
    sentence: int = 0
    was: str = ""
    words: str = ""
    conflict: Conflict = ""
    now: str = ""


def restored_lines(edits: Sequence[Edit]) -> dict[str, str]:
    """The lines to restore, each with the kind it shall have: "heading" or "" (as the reader took it)."""
    return {e.was.strip(): e.words for e in edits if e.kind == "restore"}


def struck(edits: Sequence[Edit]) -> frozenset[int]:
    """Ids of the sentences a person left out."""
    return frozenset(e.sentence for e in edits if e.kind == "strike" and e.sentence)


def edited_article(article: Article, edits: Sequence[Edit]) -> Article:
    """The article with reworded sentences in place and struck ones gone. Its sections keep their numbers."""
    if not any(e.kind in ("reword", "strike") for e in edits):
        return article
    sections = [
        Section(section.heading, section.level, tuple(b for b in (edited_block(x, edits) for x in section.blocks) if b))
        for section in article.sections
    ]
    return replace(article, sections=tuple(sections))


def edited_block(block: Block, edits: Sequence[Edit]) -> Block | None:
    """The block as edited, or None when nothing of it is left."""
    if isinstance(block, ItemList):
        items = _items(block.items, edits)
        return replace(block, items=items) if items else None
    sentences = _sentences(block.sentences, edits)
    return replace(block, sentences=sentences) if sentences else None


def _items(items: Sequence[Item], edits: Sequence[Edit]) -> tuple[Item, ...]:
    out: list[Item] = []
    for item in items:
        sentences, children = _sentences(item.sentences, edits), _items(item.children, edits)
        if sentences:
            kept = item.sentences[:1] == sentences[:1]
            out.append(replace(item, sentences=sentences, children=children, label=item.label if kept else 0))
        else:
            out.extend(children)  # a point that was struck leaves its own points behind
    return tuple(out)


def _sentences(sentences: Sequence[Sentence], edits: Sequence[Edit]) -> tuple[Sentence, ...]:
    out_of, words = struck(edits), {e.sentence: e.words for e in edits if e.kind == "reword" and e.sentence}
    return tuple(_reworded(s, words[s.id]) if s.id in words else s for s in sentences if s.id not in out_of)


def _reworded(sentence: Sentence, words: str) -> Sentence:
    """The sentence in a person's words. Its sources move to its end; a link or emphasis stays where its words still are."""
    marks = []
    for mark in sentence.marks:
        marked = sentence.text[mark.start : mark.end]
        if marked.strip() and words.count(marked) == 1:
            at = words.index(marked)
            marks.append(Mark(at, at + len(marked), mark.kind, mark.url))
    refs = tuple(Ref(len(words), ref.ref) for ref in sentence.refs)
    return replace(sentence, text=words, refs=refs, marks=tuple(marks))


def edited_emails(emails: Sequence[EmailDraft], edits: Sequence[Edit]) -> tuple[EmailDraft, ...]:
    """The emails with the subjects and preheaders that staff gave them; of two for one email the first holds."""
    out = []
    for email in emails:
        given: dict[str, str] = {}
        for edit in edits:
            if edit.kind in OF_AN_EMAIL and edit.sentence in email.cut_from:
                given.setdefault(edit.kind, edit.words)
        out.append(replace(email, **given) if given else email)  # type: ignore[arg-type]
    return tuple(out)


def conflicts(edits: Sequence[Edit], emails: Sequence[EmailDraft]) -> tuple[Problem, ...]:
    """Edits on which a person has to decide, as problems that stop publishing."""
    marked = [problem("error", "edit-conflict", _where(e), _say(e)) for e in edits if e.conflict]
    for email in emails:
        for kind in OF_AN_EMAIL:
            given = [e.words for e in edits if e.kind == kind and e.sentence in email.cut_from]
            if len(given) > 1:
                what, where = kind.replace("_", " "), f"email {email.number}"
                say = f"Two emails became one: “{given[0]}” is its {what}, “{given[1]}” is not; discard one of them."
                marked.append(problem("error", "edit-conflict", where, say))
    return tuple(marked)


def _where(edit: Edit) -> str:
    return f"sentence {edit.sentence}" if edit.sentence else "an edit"


def _say(edit: Edit) -> str:
    if edit.kind in OF_AN_EMAIL:
        what = edit.kind.replace("_", " ")
        return f"The {what} “{edit.words}” stood over an email whose first sentence is gone; keep it if it fits, or discard it."
    did = {"strike": "was struck out", "no_text": "was kept out of the texts"}.get(
        edit.kind, f"got the words “{edit.words}”"
    )
    if edit.conflict == "gone":
        return (
            f"“{edit.was}” {did}, but it is no longer in the article; discard the edit, or make it on another sentence."
        )
    return (
        f"“{edit.was}” {did}, and the author has since written “{edit.now}”; keep the edit or take the author's words."
    )
