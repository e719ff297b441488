"""May a sentence be sent alone? Every reason against it, in words that staff understand.

A tip that misleads is worse than none, so these rules would rather lose a good sentence: what a list warns of, a step out
of its procedure, a dose, a belief that the next sentence denies, a crisis without its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from outreach.rules import sms
from outreach.rules.article import Article
from outreach.rules.candidates import Candidate
from outreach.rules.content_words import pressing, tells_a_dose
from outreach.rules.figures import has_figure, named_source
from outreach.rules.imperatives import forbids, instructs
from outreach.rules.lead_ins import taken_back, tells_what_is_wrong
from outreach.rules.slots import fill, slot_texts
from outreach.rules.standalone import leaning
from outreach.rules.words import HAS_911, HAS_988, speaks_of_crisis

LANGUAGES = ("en", "es")  # in which a sentence can be judged
_OWN_GROUND = re.compile(
    r"\b(?:because|so that|so you|to (?:avoid|keep|make sure|prevent|stop)|if|when|porque|para que|si|cuando)\b", re.I
)
_NEXT_STEP = re.compile(
    r"\b(?:then|next|again|repeat|once more|back|nothing changes|luego|después|otra vez|repita)\b", re.I
)
_MYTH = re.compile(r"^(?:common )?(?:myths?|mito|mistake|error|false|falso|fiction|don'?t|wrong)\b[\s#\d]*[:–-]", re.I)
_NEGATED_AND = re.compile(
    r"^(?:do not|don['’]t|never|no|nunca)\b[^,;]*\b(?:and|or|y|o)\b(?! (?:a|an|the|your|any|un|una|el|la)\b)", re.I
)
# "Do not skip doses to save money without asking": what does the "without" allow?
_NOT_WITHOUT = re.compile(r"^(?:do not|don['’]t|no)\b.*\b(?:to|para) \w+.*\b(?:without|sin)\b", re.I)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|can|could|may|might|will|would|must|should|has|have|had|does|do|helps?|makes?|gives?|takes?|keeps?|"
    r"costs?|lowers?|raises?|brings?|means?|counts?|works?|turns?|leads?|causes?|gets?|saves?|builds?|eases?|calms?|es|son|"
    r"puede[n]?|ayuda[n]?|hace[n]?|da[n]?|baja[n]?|calma[n]?)\b",
    re.I,
)
_GERUND = re.compile(r"\w+(?:ing|ando|iendo|yendo)\b", re.I)
_INFINITIVE = re.compile(r"(?:no )?\w+(?:ar|er|ir)(?:se)?\b", re.I)


def try_out(c: Candidate, article: Article) -> None:
    """Writes into `c.reject` every reason against the candidate, and into `c.text` the form in which it would be sent."""
    if article.language not in LANGUAGES:
        c.reject.append("texts are chosen in English and Spanish only; write some by hand")
        return
    _complete(c, article.language)
    c.text = folded(c.text)
    c.reject.extend(leaning(c.text, article.organisation, article.language))
    c.reject.extend(_form(c))
    c.reject.extend(_content(c, article.language))
    if c.in_list:
        c.reject.extend(_in_list(c, article.language))
    else:
        c.reject.extend(_in_prose(c, article.language))


def folded(text: str) -> str:
    """The text as a phone gets it: the same words, typography in plain characters, a long dash with space around it."""
    return sms.fold(re.sub(r"(?<=\S)\s*—\s*(?=\S)", " - ", text))


def _complete(c: Candidate, language: str) -> None:
    """An item often lacks its capital, its full stop, or the sense that its list lends it; alone on a phone it needs them."""
    text = re.sub(r"[;,]$", "", c.text.rstrip())
    opening = c.sign_opening
    if opening is not None and not instructs(c.unlabelled, language) and not taken_back(c.after):
        c.lent = True
        item = text if re.search(r"[.!?…][\"”’)]*$", text) else text + "."
        if opening:
            c.text = f"{opening}: {item}"
        else:
            c.text = fill(slot_texts(language).warning_sign, text=item[:1].upper() + item[1:])
        return
    whole = bool(re.search(r"[.!?…:][\"”’)]*$", text))
    if c.sense in ("advice", "open", "steps") and not whole and instructs(c.unlabelled, language):
        c.text = text[:1].upper() + text[1:] + "."


def _form(c: Candidate) -> Iterator[str]:
    if c.text.rstrip().endswith(":"):
        yield "introduces a list"
    if c.quoted or re.match(r"[\"“«]", c.text):
        yield "somebody else's words"
    if not sms.fits(c.text, 2):
        yield "longer than two parts"
    if _NEGATED_AND.match(c.text) or _NOT_WITHOUT.match(c.text):
        yield "can be read two ways: what does the “not” reach?"


def _content(c: Candidate, language: str) -> Iterator[str]:
    if has_figure(c.text) and not c.sources and named_source(c.text) is None:
        yield "a figure without its own source"
    if speaks_of_crisis(c.text) and not (HAS_988.search(c.text) or HAS_911.search(c.text)):
        yield "speaks of a crisis without a crisis line"
    if tells_a_dose(c.text) and not forbids(c.text):
        yield "tells a dose; that is for a doctor or pharmacist to say"
    for _, words, say in pressing(c.text):
        yield f"“{words}”: {say}"
    if _MYTH.match(c.text):
        yield "a belief that the article denies"
    if taken_back(c.after) and not forbids(c.text):
        yield f"the next sentence takes it back (“{c.after}”)"


def _in_list(c: Candidate, language: str) -> Iterator[str]:
    advises = instructs(c.unlabelled, language)
    loose = bool(_GERUND.match(c.unlabelled) or (language == "es" and _INFINITIVE.match(c.unlabelled)))
    if c.sense == "wrong" and (c.first or advises or loose):
        yield f"its list tells what is wrong or does not help (“{c.lead_in}”)"
    elif c.sense == "others" and (advises or loose):
        yield f"reads as advice, but its list tells what others do (“{c.lead_in}”)"
    elif c.sense in ("warning", "signs") and advises:
        yield f"reads as advice, but its list warns of it (“{c.lead_in}”)"
    elif c.sense == "warning" and loose and not c.labelled:
        yield "an item of a list of warnings, cut loose"
    elif c.sense == "signs" and c.first and not c.labelled and c.sign_opening is None:
        yield "a sign needs the name of what it is a sign of"
    elif loose and not advises and not c.labelled and not c.lent and not _FINITE.search(c.text):
        yield "a piece of a sentence"
    elif c.sense == "steps" and not _whole_step(c.text):
        yield "one step of several that belong together"


def _whole_step(text: str) -> bool:
    """A step that gives its own reason, or a crisis line, serves without the others."""
    if HAS_911.search(text) or HAS_988.search(text):
        return True
    return bool(_OWN_GROUND.search(text)) and not _NEXT_STEP.search(text)


def _in_prose(c: Candidate, language: str) -> Iterator[str]:
    advises = instructs(c.text, language) or bool(_GERUND.match(c.text))
    if advises and not forbids(c.text) and tells_what_is_wrong(c.heading):
        yield f"reads as advice, but its heading warns of it (“{c.heading}”)"
