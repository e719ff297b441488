"""Texts from an article: sentences that stand alone, chosen for what they do for the reader.

A tip may say the opposite of its list ("Counselors see three risks: – Taking every extra hour …"), so an item becomes
a tip only when it is a whole sentence and its lead-in does not warn of it. Whatever was looked at and left keeps its
reasons. Choosing is by surface signs: a measured trial (article.md section 0.3) found no embedding that does better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from outreach.rules import sms
from outreach.rules.article import Article, Item, ItemList, Paragraph, Quote, Section, Sentence
from outreach.rules.contacts import EMAIL, PHONE, URL
from outreach.rules.draft import RejectedTip, Tip, TipKind
from outreach.rules.edits import Edit
from outreach.rules.figures import has_figure, named_source
from outreach.rules.imperatives import instructs
from outreach.rules.standalone import leaning
from outreach.rules.words import HAS_911, HAS_988, speaks_of_crisis

MAX_TIPS = 12
_ALIKE = 0.55

_WARNS = re.compile(
    r"\b(?:signs?|symptoms?|risks?|warnings?|mistakes?|dangers?|dangerous|triggers?|harms?|problems?|consequences?|"
    r"effects?|myths?|avoid|never|don['’]?t|do not|"
    r"stop|wait|worse|push|red flags?|causes?|easy to mistake|señal(?:es)?|síntomas?|riesgos?|peligros?|errores|"
    r"efectos|causas|evite|mitos|nunca)\b",
    re.I,
)
_HOPE = re.compile(
    r"\b(?:hope|heal(?:s|ed|ing)?|recover(?:y|s|ed|ing)?|possible|never too late|not alone|no one (?:has|needs|"
    r"should)|nobody (?:has|needs|is)|better|easier|relief|welcome|prevent(?:ed|able)?|"
    r"improv\w+|stronger|normal|point|within reach|get(?:s|ting)? well|fades?|progress|help(?:s|ed)? (?:you|people|"
    r"make)|brighter|fulfilling|healthier|makes? a (?:huge |big )?difference|"
    r"esperanza|sanar|recuperaci\w+|posible|mejor\w*|nunca es tarde|no está solo|alivio|normal)\b",
    re.I,
)
_WARNING = re.compile(
    r"\b(?:never|danger\w*|risk\w*|damag\w*|harm\w*|emergency|warning|too (?:high|much|little|fast)|poison\w*|"
    r"die[sd]?|death|severe|worse|harder|suspect|right away|the same day|at once|lasting|"
    r"nunca|peligr\w*|riesgo\w*|daño\w*|emergencia|grave|de inmediato)\b|"
    r"\bdo not\b(?! (?:have|need) to)|\bdon['’]t\b(?! (?:have|need) to)",
    re.I,
)
_YOU = re.compile(r"\b(?:you|your|yourself|usted|ustedes|tú|te|su|sus|tu|tus)\b", re.I)
_DEFINES = re.compile(
    r"^(?:An?|The|[A-Z][\w-]+(?: \w+){0,2}) (?:is|are) (?:an?|the|when|one of)\b|\b(?:consists? of|refers? to|"
    r"is called|are called|known as|is defined)\b"
)
_LEANS_A_LITTLE = re.compile(
    r"\b(?:also|too|as well|either|another|others|instead|however|again|such|these|those|the same|también|además|"
    r"otr[oa]s?)\b|^The \w+s are\b|\bthe (?:part|rest|list)\b",
    re.I,
)
_PROMOTES = re.compile(
    r"\b(?:offers?|provides?|serves?|runs|sees new|accepts|specializes|our (?:team|program|staff|services|"
    r"therapists|nurses)|free for|reach out|contact us|call us|contáctenos|llámenos|ofrece)\b",
    re.I,
)
_SETTING = re.compile(r"^(?:Some|Several|Many|A few|Sometimes|Usually|Often|Later|Most|Algunos|Muchos)\b")
_NEGATED_AND = re.compile(
    r"^(?:do not|don['’]t|never|no|nunca)\b[^,;]*\b(?:and|or|y|o)\b(?! (?:a|an|the|your|any|un|una|el|la)\b)", re.I
)


@dataclass(slots=True)
class _Candidate:
    """A sentence under trial: where it stands decides what it may say alone."""

    sentence: Sentence
    text: str
    section: Section
    place: int  # number of the paragraph or item it stands in: one tip from each
    lead_in: str = ""
    in_list: bool = False
    ordered: bool = False
    nested: bool = False
    labelled: bool = False
    quoted: bool = False
    before: str = ""
    reject: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    score: float = 0.0
    kind: TipKind = "fact"


def choose(article: Article, count: int | None = None) -> tuple[tuple[Tip, ...], tuple[RejectedTip, ...]]:
    """The tips of an article in reading order, and every other candidate with the reasons against it.

    `count` asks for a number; by default one per hundred words, at most twelve; a short article has up to five.
    """
    candidates = list(_candidates(article))
    for candidate in candidates:
        _try(candidate, article)
    wanted = count if count is not None else _wanted(article.words)
    chosen = _pick([c for c in candidates if not c.reject], wanted)
    taken = {id(c) for c in chosen}
    tips = [_tip(c, article) for c in candidates if id(c) in taken]
    rejected = [
        RejectedTip(c.text, (c.sentence.id,), tuple(c.reject) or ("others were better",))
        for c in candidates
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
    candidate = next((c for c in _candidates(article) if c.sentence.id == edit.sentence), None)
    words = sms.fold(edit.words)
    if candidate is None:  # its sentence was struck out of the emails; the text is a person's own
        cost = sms.measure(words)
        return Tip(
            text=words, kind="fact", source=None, cited=False, sentences=(edit.sentence,), encoding=cost.encoding,
            parts=cost.parts, reasons=("worded by a person",),
        )  # fmt: skip
    candidate.text, candidate.labelled, candidate.reasons = words, False, ["worded by a person"]
    candidate.kind = _kind(candidate, instructs(words, article.language))
    return _tip(candidate, article)


def _wanted(words: int) -> int:
    return max(min(5, -(-words // 80)), min(MAX_TIPS, words // 100))


def _candidates(article: Article) -> Iterator[_Candidate]:
    place = 0
    for section in article.sections:
        lead_in = section.heading or ""
        for block in section.blocks:
            if isinstance(block, ItemList):
                for item in block.items:
                    place += 1
                    yield from _from_item(item, section, place, lead_in, ordered=block.ordered, nested=False)
                continue
            place += 1
            before = ""
            for sentence in block.sentences:
                quoted = isinstance(block, Quote)
                yield _Candidate(sentence, sentence.text, section, place, quoted=quoted, before=before)
                before = sentence.text
            lead_in = block.sentences[-1].text if isinstance(block, Paragraph) else (section.heading or "")


def _from_item(
    item: Item, section: Section, place: int, lead_in: str, *, ordered: bool, nested: bool
) -> Iterator[_Candidate]:
    for i, sentence in enumerate(item.sentences):
        text = sentence.text
        labelled = i == 0 and 0 < item.label < len(text)
        if labelled:
            label = re.sub(r"\s*[–—:-]\s*$", "", text[: item.label])
            text = f"{label}: {text[item.label :]}"
        yield _Candidate(
            sentence, text, section, place, lead_in=lead_in, in_list=True, ordered=ordered, nested=nested, labelled=labelled,
            before=item.sentences[i - 1].text if i else "",
        )  # fmt: skip
    for child in item.children:
        yield from _from_item(child, section, place, lead_in, ordered=ordered, nested=True)


def _try(c: _Candidate, article: Article) -> None:
    _complete(c, article.language)
    c.text = sms.fold(re.sub(r"(?<=\S)\s*—\s*(?=\S)", " - ", c.text))
    c.reject.extend(leaning(c.text, article.organisation, article.language))
    if c.text.rstrip().endswith(":"):
        c.reject.append("introduces a list")
    if c.quoted or re.match(r"[\"“«]", c.text):
        c.reject.append("somebody else's words")
    if has_figure(c.text) and not article.sources_of(c.sentence) and named_source(c.text) is None:
        c.reject.append("a figure without its own source")
    if speaks_of_crisis(c.text) and not (HAS_988.search(c.text) or HAS_911.search(c.text)):
        c.reject.append("speaks of a crisis without a crisis line")
    if not sms.fits(c.text, 2):
        c.reject.append("longer than two parts")
    if c.in_list and _WARNS.search(c.lead_in) and instructs(_unlabelled(c), article.language):
        c.reject.append(f"reads as advice, but its list warns of it (“{c.lead_in}”)")
    if c.in_list and _WARNS.search(c.lead_in) and re.match(r"\w+ing\b", _unlabelled(c)) and not c.labelled:
        c.reject.append("an item of a list of warnings, cut loose")
    if _NEGATED_AND.match(c.text):
        c.reject.append("can be read two ways: what does the “not” reach?")
    if not c.reject:
        _weigh(c, article)


def _complete(c: _Candidate, language: str) -> None:
    """An instruction in a list often lacks its capital and full stop; alone on a phone it needs both."""
    if (
        c.in_list
        and not re.search(r"[.!?…:;,][\"”’)]*$", c.text)
        and instructs(_unlabelled(c), language)
        and not _WARNS.search(c.lead_in)
    ):
        c.text = c.text[:1].upper() + c.text[1:] + "."


def _unlabelled(c: _Candidate) -> str:
    return c.sentence.text if not c.labelled else c.text.split(": ", 1)[1]


def _weigh(c: _Candidate, article: Article) -> None:
    """What speaks for and against a candidate that stands alone, in reasons staff can read."""

    def add(points: float, reason: str) -> None:
        c.score += points
        c.reasons.append(reason)

    words = len(c.text.split())
    instruction = instructs(_unlabelled(c), article.language)
    if instruction:
        add(2.0 if not c.labelled else 0.5, "tells what to do")
    if _YOU.search(c.text):
        add(0.8, "speaks to the reader")
    if _HOPE.search(c.text):
        add(0.9, "gives hope")
    if _WARNING.search(c.text):
        add(0.6, "warns")
    if 7 <= words <= 24:
        add(0.4, "a good length")
    if sms.measure(c.text).parts > 1:
        add(-1.2, "takes two parts")
    if c.sentence.refs:
        add(0.2, "has a source")
    if c.labelled and not instruction:
        add(0.5, "a point with its name")
    _weigh_against(c, article, add, instruction=instruction)
    c.kind = _kind(c, instruction)


def _weigh_against(c: _Candidate, article: Article, add: object, *, instruction: bool) -> None:
    def less(points: float, reason: str) -> None:
        c.score -= points
        c.reasons.append(reason)

    crisis_line = HAS_988.search(c.text) or HAS_911.search(c.text)
    if (PHONE.search(c.text) or EMAIL.search(c.text) or URL.search(c.text)) and not crisis_line:
        less(3.5, "asks to get in touch")
    if article.organisation and article.organisation.casefold() in c.text.casefold() and not _HOPE.search(c.text):
        less(1.2, "speaks of the organisation")
    if _PROMOTES.search(c.text):
        less(1.2, "promotes a service")
    if c.text.endswith("?"):
        less(1.5, "a question")
    if _DEFINES.search(c.text) and not _HOPE.search(c.text) and not _WARNING.search(c.text):
        less(0.6, "defines a term")
    if c.nested:
        less(1.5, "belongs to the point above it")
    if c.ordered:
        less(1.6 if c.labelled else 0.8, "one step of several")
    if _LEANS_A_LITTLE.search(c.text):
        less(0.5, "leans a little on its neighbours")
    if _SETTING.match(c.text) and not instruction:
        less(0.4, "sets the scene")
    if re.match(r"If (?!you\b)", c.text):
        less(0.9, "for a special case")
    if _refers_back(c):
        less(1.0, "takes up what the sentence before brought in")
    if not (instruction or _YOU.search(c.text) or _HOPE.search(c.text) or _WARNING.search(c.text)):
        less(0.4, "only a fact")
    if c.in_list and not c.labelled and not instruction and not c.ordered:
        less(0.3, "one item of a list")


def _refers_back(c: _Candidate) -> bool:
    """ "… through a program. Using the program is confidential": the noun was brought in just before."""
    for match in re.finditer(r"\b[Tt]he ([a-z]{4,})\b", c.text):
        noun = match.group(1).rstrip("s")
        if re.search(rf"\b(?:an?|new|one)\b[^.]*\b{re.escape(noun)}", c.before, re.I):
            return True
    return False


def _kind(c: _Candidate, instruction: bool) -> TipKind:
    if instruction and not re.match(r"(?:never|do not|don't|nunca)\b", c.text, re.I):
        return "action"
    if _WARNING.search(re.sub(r"(?i)never too late|nunca es tarde", "", c.text)):
        return "warning"
    return "hope" if _HOPE.search(c.text) else "fact"


def _pick(candidates: Sequence[_Candidate], wanted: int) -> list[_Candidate]:
    """The best, one per paragraph, no two alike; each kind has its chance when it has a fair candidate."""
    ranked = sorted(candidates, key=lambda c: (-round(c.score, 3), c.sentence.id))
    chosen: list[_Candidate] = []
    for kind in ("action", "warning", "hope"):
        first = next((c for c in ranked if c.kind == kind and c.score >= 0.9), None)
        if first is not None and wanted >= 4 and _fits_in(first, chosen, strict=True):
            chosen.append(first)
    for strict in (True, False):
        for c in ranked:
            if len(chosen) >= wanted:
                return chosen[:wanted]
            if c not in chosen and _fits_in(c, chosen, strict=strict) and (c.score > 0 or strict):
                chosen.append(c)
    return chosen


def _fits_in(c: _Candidate, chosen: Sequence[_Candidate], *, strict: bool) -> bool:
    if strict and any(c.place == x.place for x in chosen):
        return False
    if strict and c.score <= 0.2 and len(chosen) >= 3:
        return False
    return all(_likeness(c.text, x.text) < _ALIKE for x in chosen)


def _likeness(a: str, b: str) -> float:
    first, second = set(re.findall(r"\w+", a.lower())), set(re.findall(r"\w+", b.lower()))
    return len(first & second) / max(1, len(first | second))


def _tip(c: _Candidate, article: Article) -> Tip:
    cited = article.sources_of(c.sentence)
    text = c.text
    if cited and has_figure(text):
        text = _with_publisher(text, cited[0].text)
    cost = sms.measure(text)
    said = named_source(c.text) if has_figure(c.text) else None
    source = "; ".join(x.text for x in cited) if cited else said or c.section.heading
    tip = Tip(
        text=text, kind=c.kind, source=source, cited=bool(cited or said), sentences=(c.sentence.id,), encoding=cost.encoding,
        parts=cost.parts, reasons=tuple(c.reasons),
    )  # fmt: skip
    return replace(tip, source=source or None)


def _with_publisher(text: str, citation: str) -> str:
    """A figure with the name of its source's publisher behind it, when that costs no further part."""
    name = re.split(r"\s+[–—-]\s+|(?<!\b[A-Z])\.\s+|,\s+|:\s+", sms.fold(citation), maxsplit=1)[0].strip(" .\"'")
    longer = f"{text} ({name}.)"
    if not 3 <= len(name) <= 60 or "(" in name or sms.measure(longer).parts > sms.measure(text).parts:
        return text
    return longer
