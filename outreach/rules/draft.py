"""What the compiler hands on: a series as plain values, ready to be stored as JSON, shown to staff and rendered.

`EmailDraft.blocks` is the whole body of an email, in the order a reader sees it. Rendering walks the blocks and adds
nothing but the greeting and the footers (legal, and the lifelines when `lifelines` is set). All text in a block is text:
braces, percent signs and angle brackets in it are the author's and must arrive as they are, so a renderer escapes them.
Words that are ours and not the author's stand in blocks with `slot=True`.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

BlockKind = Literal["part", "recap", "hook", "heading", "paragraph", "list", "quote", "bridge", "cta", "sources"]
CtaKind = Literal["phone", "url", "email"]
TipKind = Literal["action", "warning", "hope", "fact"]
Severity = Literal["error", "warning", "note"]
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look. Joining the texts of all runs gives the plain text, reference markers included.

    `ref` is set on a reference marker only: the number of the source in this email; its text is then "[1]". A text
    renderer prints the text as it is, an HTML renderer may raise it (`<sup>`). `url` makes the run a link (http, https,
    mailto or tel; nothing else ever gets here).
    """

    text: str
    strong: bool = False
    em: bool = False
    url: str | None = None
    ref: int | None = None


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list or of the sources. `children` are nested items; `sources` the ids of the sentences in it."""

    runs: tuple[Run, ...]
    children: tuple[ListItem, ...] = ()
    sources: tuple[int, ...] = ()
    ordered: bool = False  # how the children are numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of an email's body.

    kind     part       our "Part 2 of 4" line, small, first
             recap      our "Last time: …" line
             hook       our opening question
             heading    the author's heading, `level` 1..3 within the email
             paragraph  the author's text
             list       `items`; `ordered` with `start` as the first number; its lead-in is the paragraph before it
             quote      the author's quotation; `by` names the speaker when the article does
             bridge     our "Next time: …" line
             cta        our button: `runs` is its label, `url` its target (tel:, https:, mailto:). With `said` the body
                        says the number or address already: HTML shows the button, plain text leaves the block out.
                        Otherwise plain text prints the label, which then holds the number or address.
             sources    `runs` is our label ("Sources"), `items` the numbered sources of this email ("[1] …"), last
    runs     the text; empty for a list
    slot     the words are ours, not the author's (staff see them shaded)
    sources  ids of the article's sentences that stand in this block
    dir      direction of the text, "rtl" for Arabic, Hebrew …
    """

    kind: BlockKind
    runs: tuple[Run, ...] = ()
    items: tuple[ListItem, ...] = ()
    level: int = 2
    ordered: bool = False
    start: int = 1
    by: str | None = None
    url: str | None = None
    said: bool = False
    slot: bool = False
    sources: tuple[int, ...] = ()
    dir: Direction = "ltr"

    @property
    def text(self) -> str:
        """The plain text of the runs (without list items)."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class CitationRef:
    """A source as numbered in one email: `ref` restarts at 1 in every email, `text` is the author's, `url` if it has one."""

    ref: int
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class CallToAction:
    """The one thing an email asks for. `value` as the article writes it ("770.759.7474"), `url` as a link target."""

    kind: CtaKind
    value: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailDraft:
    """One email of a series, before rendering. `sources` are the ids of all sentences in it, in reading order.

    `lifelines` is set when the email speaks of overdose, suicide or self-harm: rendering must then add the crisis lines
    (988 and 911) in its safety footer. `words` counts the body without sources. `subject_discreet` and
    `preheader_discreet` hold no word that could embarrass on a locked screen. `named` are the
    sources that sentences with a figure name themselves ("According to X, …"): they stay in the text and are not listed a
    second time. `span` are the ids of the author's sentences that this email is cut from, those struck out among them.
    """

    number: int
    subject: str
    subject_discreet: str
    preheader: str
    preheader_discreet: str
    blocks: tuple[Block, ...]
    citations: tuple[CitationRef, ...] = ()
    cta: CallToAction | None = None
    sources: tuple[int, ...] = ()
    lifelines: bool = False
    language: str = "en"
    words: int = 0
    named: tuple[str, ...] = ()
    span: tuple[int, ...] = ()

    @property
    def cut_from(self) -> tuple[int, ...]:
        """The ids by which staff's subject and preheader find this email."""
        return self.span or self.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """A text made from the article. `text` is what is sent, typography folded; `source` the full citation of a statistic,
    else the name of the section it comes from, or None. `cited` tells the two apart. `reasons` say why it was chosen."""

    text: str
    kind: TipKind
    source: str | None
    cited: bool
    sentences: tuple[int, ...]
    encoding: str
    parts: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedTip:
    """A sentence that was looked at and not chosen, with the reasons staff may read."""

    text: str
    sentences: tuple[int, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line left out as page furniture, with the name of the rule that took it. Staff can restore it."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something staff should look at: stable `code`, `where` ("email 2, subject"), `say` = what and how to mend it."""

    severity: Severity
    code: str
    where: str
    say: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the article's sentences stand in the series, how many lines were left out as page furniture, and how
    many sentences a person struck out."""

    placed: int
    total: int
    dropped_lines: int
    struck: int = 0

    @property
    def complete(self) -> bool:
        """Whether every sentence stands in the series or was struck out by a person."""
        return self.placed + self.struck == self.total

    @property
    def say(self) -> str:
        """The coverage line of the review page."""
        struck = f", {self.struck} struck out by staff" if self.struck else ""
        return (
            f"{self.placed} of {self.total} sentences placed{struck}, "
            f"{self.dropped_lines} {'line' if self.dropped_lines == 1 else 'lines'} left out as page furniture"
        )


@dataclass(frozen=True, slots=True)
class Original:
    """A sentence as the author wrote it, with the citations it carries: what edits and the audit are measured against.

    `place` is the number of the paragraph or list item it stands in, from 1, and `heading` the heading above it: where
    it belongs, also once it was struck out. 0 and "" where nobody noted them.
    """

    text: str
    sources: tuple[str, ...] = ()
    place: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDraft:
    """A whole compiled article. The same article, edits and compiler version give the same draft, byte for byte.

    `originals` are the author's sentences, unedited, in the order of their ids (the first has id 1).
    """

    title: str
    organisation: str | None
    language: str
    article_hash: str
    compiler_version: str
    emails: tuple[EmailDraft, ...]
    tips: tuple[Tip, ...]
    rejected: tuple[RejectedTip, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[Problem, ...] = ()
    coverage: Coverage = field(default_factory=lambda: Coverage(0, 0, 0))
    originals: tuple[Original, ...] = ()


T = TypeVar("T")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value


def _value(hint: Any, data: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return None if data is None else _value(next(a for a in get_args(hint) if a is not type(None)), data)
    if origin is tuple:
        return tuple(_value(get_args(hint)[0], v) for v in data)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _build(hint, data)
    return data


def _build(cls: type[T], data: Mapping[str, Any]) -> T:
    hints = get_type_hints(cls)
    return cls(**{name: _value(hints[name], data[name]) for name in hints if name in data})


def email_to_dict(email: EmailDraft) -> dict[str, Any]:
    """JSON-able form of an email; `email_from_dict` gives the same value back."""
    return dict(_plain(email))


def email_from_dict(data: Mapping[str, Any]) -> EmailDraft:
    """The email stored by `email_to_dict`. Fields added since then take their defaults; raises TypeError if one lacks."""
    return _build(EmailDraft, data)


def tip_to_dict(tip: Tip) -> dict[str, Any]:
    """JSON-able form of a tip; `tip_from_dict` gives the same value back."""
    return dict(_plain(tip))


def tip_from_dict(data: Mapping[str, Any]) -> Tip:
    """The tip stored by `tip_to_dict`."""
    return _build(Tip, data)


def draft_to_dict(draft: SeriesDraft) -> dict[str, Any]:
    """JSON-able form of a whole draft; `draft_from_dict` gives the same value back."""
    return dict(_plain(draft))


def draft_from_dict(data: Mapping[str, Any]) -> SeriesDraft:
    """The draft stored by `draft_to_dict`."""
    return _build(SeriesDraft, data)
