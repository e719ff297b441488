"""What a recompilation changes: the old series beside the new, sentence by sentence, for a person to read first.

Compared are the author's sentences and where they stand, the subjects, and the texts; a sentence is followed through
rewording and moving by rules/carrying.py. Emails are paired by the sentences they share, so an inserted part does not
make every later one look changed.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from outreach.rules.carrying import Match, align
from outreach.rules.draft import EmailDraft, SeriesDraft, Tip
from outreach.rules.edits import Edit

ChangeKind = Literal["added", "removed", "reworded", "moved"]

_PIECE = re.compile(r"\s+|[^\W_]+(?:['’][^\W_]+)*|.", re.S)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of two versions of a sentence: in both, only in the old one ("out") or only in the new one ("in")."""

    kind: Literal["both", "out", "in"]
    text: str


def word_changes(before: str, after: str) -> tuple[Stretch, ...]:
    """What changed between two versions of a sentence, word by word. Joining all but "in" gives the old, all but "out"
    the new one, letter by letter."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    out: list[Stretch] = []
    for _, a, b, c, d in difflib.SequenceMatcher(lambda piece: piece.isspace(), old, new, autojunk=False).get_opcodes():
        if old[a:b] == new[c:d]:
            out.append(Stretch("both", "".join(old[a:b])))
            continue
        out += [Stretch("out", "".join(old[a:b]))] if a < b else []
        out += [Stretch("in", "".join(new[c:d]))] if c < d else []
    return tuple(out)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """One sentence that is not as it was. Numbers are of emails, None where it stands in none (or did not exist)."""

    kind: ChangeKind
    before: str = ""
    after: str = ""
    email_before: int | None = None
    email_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChange:
    """An email of the new series with the one it was (None: a new one), or one that is no more (`number` None)."""

    number: int | None
    was_number: int | None
    subject: str
    was_subject: str
    sentences: int = 0  # of its sentences that were added, reworded, moved in, or left it
    around: tuple[str, ...] = ()  # what else changed: "headings", "links", "sources", "call to action", "preview line"

    @property
    def same(self) -> bool:
        """Nothing in it changed but perhaps its number."""
        return self.number is not None and not self.sentences and not self.around and self.subject == self.was_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """A text that is new, gone, or says something else than before."""

    kind: Literal["added", "removed", "reworded"]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChanges:
    """Everything a recompilation changes. `conflicts` are the edits on which a person has to decide."""

    sentences: tuple[SentenceChange, ...]
    emails: tuple[EmailChange, ...]
    texts: tuple[TextChange, ...]
    kept: int  # edits that go on as they are
    done: int  # edits that are no longer needed: the author made them too, or their sentence is gone
    conflicts: tuple[Edit, ...]

    @property
    def nothing(self) -> bool:
        """The new series says the same as the old."""
        return not (self.sentences or self.texts or self.conflicts or any(not e.same for e in self.emails))

    @property
    def say(self) -> str:
        """The change in one line for staff."""
        counts = Counter(c.kind for c in self.sentences)
        said = [f"{counts[kind]} {kind}" for kind in ("added", "removed", "reworded", "moved") if counts[kind]]
        parts = [f"sentences: {', '.join(said)}"] if said else []
        changed = sum(not e.same for e in self.emails)
        if changed:
            parts.append(f"emails changed: {changed}")
        if self.texts:
            parts.append(f"texts changed: {len(self.texts)}")
        if self.kept:
            parts.append(f"edits kept: {self.kept}")
        if self.done:
            parts.append(f"edits no longer needed: {self.done}")
        if self.conflicts:
            parts.append(f"edits to decide on: {len(self.conflicts)}")
        return ("; ".join(parts) or "nothing changes") + "."


@dataclass(frozen=True, slots=True)
class Version:
    """A series as it stands: the author's sentences in the order of their ids, the emails, the texts."""

    sentences: Sequence[str]
    emails: Sequence[EmailDraft]
    texts: Sequence[Tip]

    @classmethod
    def of(cls, draft: SeriesDraft) -> Version:
        """The version a draft is."""
        return cls([o.text for o in draft.originals], draft.emails, draft.tips)


def compare(before: Version, after: Version, carried: Sequence[Edit | None] = ()) -> SeriesChanges:
    """What changes from one version to the other; `carried` are the edits as rules/carrying.py brought them over."""
    edits = [edit for edit in carried if edit is not None]
    places = align(before.sentences, after.sentences)
    came_from = {match.index + 1: i + 1 for i, match in enumerate(places) if match is not None}
    emails_before, emails_after = _places(before.emails), _places(after.emails)
    pairs = _pairs(before.emails, after.emails, came_from)
    sentences = _sentences(before, after, places, emails_before, emails_after, pairs)
    return SeriesChanges(
        sentences=sentences,
        emails=_emails(before.emails, after.emails, pairs, sentences),
        texts=_texts(before.texts, after.texts, came_from),
        kept=sum(not e.conflict for e in edits),
        done=len(carried) - len(edits),
        conflicts=tuple(e for e in edits if e.conflict),
    )


def _places(emails: Sequence[EmailDraft]) -> dict[int, int]:
    return {sentence: email.number for email in emails for sentence in email.sources}


def _pairs(before: Sequence[EmailDraft], after: Sequence[EmailDraft], came_from: Mapping[int, int]) -> dict[int, int]:
    """New email number -> old: each pair shares most, no email is in two; ties go to the earlier."""
    stood = _places(before)
    shared: Counter[tuple[int, int]] = Counter()
    for email in after:
        for sentence in email.sources:
            old = stood.get(came_from.get(sentence, 0))
            if old is not None:
                shared[email.number, old] += 1
    pairs: dict[int, int] = {}
    for new, old in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if new not in pairs and old not in pairs.values():
            pairs[new] = old
    return pairs


def _sentences(
    before: Version, after: Version, places: Sequence[Match | None], emails_before: Mapping[int, int],
    emails_after: Mapping[int, int], pairs: Mapping[int, int],
) -> tuple[SentenceChange, ...]:  # fmt: skip
    """In the order of the new article; what is gone stands where it stood in the old."""
    found: list[tuple[float, SentenceChange]] = []
    last = -1.0
    for i, (text, match) in enumerate(zip(before.sentences, places, strict=True)):
        was = emails_before.get(i + 1)
        if match is None:
            found.append((last + 0.5, SentenceChange(kind="removed", before=text, email_before=was)))
            continue
        last = float(match.index)
        now, said = emails_after.get(match.index + 1), after.sentences[match.index]
        both = {"before": text, "after": said, "email_before": was, "email_after": now}
        if not match.same:
            found.append((last, SentenceChange(kind="reworded", **both)))  # type: ignore[arg-type]
        elif was is not None and now is not None and pairs.get(now) != was:
            found.append((last, SentenceChange(kind="moved", **both)))  # type: ignore[arg-type]
    taken = {match.index for match in places if match is not None}
    for j, text in enumerate(after.sentences):
        if j not in taken:
            found.append((float(j), SentenceChange(kind="added", after=text, email_after=emails_after.get(j + 1))))
    return tuple(change for _, change in sorted(found, key=lambda pair: pair[0]))


def _emails(
    before: Sequence[EmailDraft], after: Sequence[EmailDraft], pairs: Mapping[int, int], changes: Sequence[SentenceChange]
) -> tuple[EmailChange, ...]:  # fmt: skip
    old = {email.number: email for email in before}
    touched = Counter(c.email_after for c in changes if c.email_after is not None)
    touched.update(pair for pair in _left(changes, pairs))
    out = [
        EmailChange(
            number=email.number, was_number=pairs.get(email.number), subject=email.subject,
            was_subject=old[pairs[email.number]].subject if email.number in pairs else "", sentences=touched[email.number],
            around=_around(old[pairs[email.number]], email) if email.number in pairs else (),
        )
        for email in after
    ]  # fmt: skip
    gone = [email for email in before if email.number not in pairs.values()]
    out += [EmailChange(number=None, was_number=e.number, subject="", was_subject=e.subject) for e in gone]
    return tuple(out)


def _around(before: EmailDraft, after: EmailDraft) -> tuple[str, ...]:
    """What differs between two emails besides their sentences and subjects."""
    return tuple(what for what, of in _AROUND.items() if of(before) != of(after))


def _headings(email: EmailDraft) -> list[str]:
    return [block.text for block in email.blocks if block.kind == "heading"]


def _links(email: EmailDraft) -> list[str]:
    items = [item for block in email.blocks if block.kind != "sources" for item in block.items]
    runs = [run for block in email.blocks for run in block.runs]
    while items:
        item = items.pop(0)
        runs += item.runs
        items += item.children
    return sorted(run.url for run in runs if run.url)


_AROUND: Final[Mapping[str, Callable[[EmailDraft], object]]] = {
    "headings": _headings,
    "links": _links,
    "sources": lambda email: [(c.text, c.url) for c in email.citations],
    "call to action": lambda email: email.cta,
    "preview line": lambda email: (email.preheader, email.preheader_discreet),
}


def _left(changes: Sequence[SentenceChange], pairs: Mapping[int, int]) -> list[int]:
    """For each sentence that left an email, the number of the email that one became."""
    became = {old: new for new, old in pairs.items()}
    return [
        became[c.email_before]
        for c in changes
        if c.kind in ("removed", "moved") and c.email_before is not None and c.email_before in became
    ]


def _texts(before: Sequence[Tip], after: Sequence[Tip], came_from: Mapping[int, int]) -> tuple[TextChange, ...]:
    old = {tip.sentences[0]: tip.text for tip in before if tip.sentences}
    out: list[TextChange] = []
    for tip in after:
        was = old.pop(came_from.get(tip.sentences[0], 0), None) if tip.sentences else None
        if was is None:
            out.append(TextChange(kind="added", after=tip.text))
        elif was != tip.text:
            out.append(TextChange(kind="reworded", before=was, after=tip.text))
    return (*out, *(TextChange(kind="removed", before=text) for text in old.values()))
