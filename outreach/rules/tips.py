"""Texts from an article: sentences that stand alone, chosen for what they do for the reader.

A tip may say the opposite of its list ("Counselors see three risks: – Taking every extra hour …"), so where a sentence
stands is weighed as well as what it says (candidates.py, trials.py, weights.py). Whatever was looked at and left keeps
its reasons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from outreach.rules import sms
from outreach.rules.article import Article
from outreach.rules.candidates import Candidate, candidates
from outreach.rules.draft import RejectedTip, Tip, TipKind
from outreach.rules.edits import Edit
from outreach.rules.figures import has_figure, named_source
from outreach.rules.imperatives import instructs
from outreach.rules.likeness import alike
from outreach.rules.trials import try_out
from outreach.rules.weights import kind_of, weigh

MAX_TIPS = 12
# Under the centre's own name "we" is clear, and an email has no parts.
_FINE_IN_A_PREVIEW = frozenset({"says “we” without a name", "longer than two parts"})
_KINDS: tuple[TipKind, ...] = ("action", "warning", "hope")
_FAIR = 0.9  # a candidate of this score may stand for its kind
_LOW = 0.2  # nothing at or under this joins three others
_CROWDED = 0.8  # what it costs to stand in a paragraph that gave a text already


def try_all(article: Article) -> tuple[Candidate, ...]:
    """Every candidate with what speaks against it, or with its score."""
    found = tuple(candidates(article))
    for candidate in found:
        try_out(candidate, article)
        if not candidate.reject:
            weigh(candidate, article)
    return found


def standing(tried: Sequence[Candidate]) -> frozenset[int]:
    """The ids of the sentences that may be read alone in the author's own words, as a preview line is."""
    return frozenset(c.sentence.id for c in tried if not c.lent and set(c.reject) <= _FINE_IN_A_PREVIEW)


def choose(
    article: Article, count: int | None = None, tried: Sequence[Candidate] | None = None
) -> tuple[tuple[Tip, ...], tuple[RejectedTip, ...]]:
    """The tips of an article in reading order, and every other candidate with the reasons against it.

    `count` asks for a number; by default one per hundred words, at most twelve; a short article has up to five. `tried`
    are the article's candidates when they were tried before.
    """
    found = try_all(article) if tried is None else tried
    wanted = count if count is not None else _wanted(article.words)
    chosen = _pick([c for c in found if not c.reject], wanted)
    taken = {id(c) for c in chosen}
    tips = [_tip(c) for c in found if id(c) in taken]
    rejected = [
        RejectedTip(c.text, (c.sentence.id,), tuple(c.reject) or _passed_over(c, chosen))
        for c in found
        if id(c) not in taken
    ]
    return tuple(tips), tuple(rejected)


def edited(
    chosen: tuple[tuple[Tip, ...], tuple[RejectedTip, ...]], article: Article, edits: Sequence[Edit]
) -> tuple[tuple[Tip, ...], tuple[RejectedTip, ...]]:
    """The choice as staff changed it: texts taken out, worded by hand, or made of another sentence, in reading order."""
    tips, rejected = {t.sentences[0]: t for t in chosen[0]}, {r.sentences[0]: r for r in chosen[1]}
    for edit in edits:
        if edit.kind == "no_text" and edit.sentence in tips:
            out = tips.pop(edit.sentence)
            rejected[edit.sentence] = RejectedTip(out.text, out.sentences, ("taken out by a person",))
        elif edit.kind == "text" and edit.sentence:
            tips[edit.sentence] = _by_hand(article, edit)
            rejected.pop(edit.sentence, None)
    return tuple(tips[i] for i in sorted(tips)), tuple(rejected[i] for i in sorted(rejected))


def _by_hand(article: Article, edit: Edit) -> Tip:
    """A text in a person's words, with the kind and the source of the sentence it is made of."""
    candidate = next((c for c in candidates(article) if c.sentence.id == edit.sentence), None)
    words = sms.fold(edit.words)
    if candidate is None:  # its sentence was struck out of the emails; the text is a person's own
        cost = sms.measure(words)
        return Tip(
            text=words, kind="fact", source=None, cited=False, sentences=(edit.sentence,), encoding=cost.encoding,
            parts=cost.parts, reasons=("worded by a person",),
        )  # fmt: skip
    candidate.text, candidate.labelled, candidate.reasons = words, False, ["worded by a person"]
    candidate.kind = kind_of(words, instructs(words, article.language))
    return _tip(candidate)


def _wanted(words: int) -> int:
    return max(min(5, -(-words // 80)), min(MAX_TIPS, words // 100))


def _passed_over(c: Candidate, chosen: Sequence[Candidate]) -> tuple[str, ...]:
    twin = next((x for x in chosen if alike(c.text, x.text)), None)
    if twin is not None:
        return (f"says the same as “{twin.text}”",)
    return ("others were better", *c.doubts)


def _pick(found: Sequence[Candidate], wanted: int) -> list[Candidate]:
    """The best, no two alike, spread over the article; each kind has its chance when it has a fair candidate."""
    chosen: list[Candidate] = []
    for kind in _KINDS:
        best = _best([c for c in found if c.kind == kind and c.score >= _FAIR], chosen)
        if best is not None and wanted >= len(_KINDS):
            chosen.append(best)
    while len(chosen) < wanted:
        best = _best([c for c in found if c.score > (_LOW if len(chosen) >= 3 else 0)], chosen)
        if best is None:
            break
        chosen.append(best)
    return chosen


def _best(found: Sequence[Candidate], chosen: Sequence[Candidate]) -> Candidate | None:
    """The one that adds most to the chosen: its score, less for every one already taken from its paragraph."""
    fresh = [c for c in found if c not in chosen and not any(alike(c.text, x.text) for x in chosen)]
    return max(fresh, key=lambda c: (round(_worth(c, chosen), 3), -c.sentence.id), default=None)


def _worth(c: Candidate, chosen: Sequence[Candidate]) -> float:
    beside = sum(abs(c.sentence.id - x.sentence.id) == 1 and c.place == x.place for x in chosen)
    return c.score - _CROWDED * sum(c.place == x.place for x in chosen) - 0.5 * beside


def _tip(c: Candidate) -> Tip:
    text, cited = c.text, c.sources
    if cited and has_figure(text):
        text = _with_publisher(text, cited[0].text)
    cost = sms.measure(text)
    said = named_source(c.text) if has_figure(c.text) else None
    source = "; ".join(x.text for x in cited) if cited else said or c.section.heading
    return Tip(
        text=text, kind=c.kind, source=source or None, cited=bool(cited or said), sentences=(c.sentence.id,),
        encoding=cost.encoding, parts=cost.parts, reasons=tuple(c.reasons),
    )  # fmt: skip


def _with_publisher(text: str, citation: str) -> str:
    """A figure with the name of its source's publisher behind it, when that costs no further part."""
    name = re.split(r"\s+[–—-]\s+|(?<!\b[A-Z])\.\s+|,\s+|:\s+", sms.fold(citation), maxsplit=1)[0].strip(" .\"'")
    longer = f"{text} ({name}.)"
    if not 3 <= len(name) <= 60 or "(" in name or sms.measure(longer).parts > sms.measure(text).parts:
        return text
    return longer
