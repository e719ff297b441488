"""How good is a sentence as a text? Surface signs, each with a weight and a reason that staff can read.

A measured trial (article.md section 0.3) found no embedding that chooses better than "tells what to do", "speaks to the
reader", "gives hope" and their like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from outreach.rules import sms
from outreach.rules.article import Article
from outreach.rules.candidates import Candidate
from outreach.rules.contacts import EMAIL, PHONE, URL
from outreach.rules.draft import TipKind
from outreach.rules.figures import has_figure
from outreach.rules.imperatives import forbids, instructs
from outreach.rules.words import HAS_911, HAS_988, stigma_in

_HOPE = re.compile(
    r"\b(?:hope|heal(?:s|ed|ing)?|can recover|recover(?:s|ed|ing)|possible|never too late|not too late|not alone|alone again|"
    r"(?:no one|nobody) (?:has|needs|is|should)|better|easier|relief|(?:everyone|you|all|families) (?:is|are) welcome|"
    r"prevent(?:ed|able)|improv\w+|stronger|"
    r"normal|allowed|entitled|within reach|get(?:s|ting)? well|fades?|progress|"
    r"help(?:s|ed)? (?:you|people|make)|brighter|fulfilling|healthier|peace|treatable|forgiv\w+|does no harm|"
    r"does not (?:undo|mean)|grows? back|adds? up|ready|deserves?|makes? (?:a|the) (?:huge |big )?difference|"
    r"find(?:s)? (?:their|a|your) way|did not cause|not your fault|each try|"
    r"esperanza|sanar?|posible|mejor(?:a|an|ar|ará)?|nunca es tarde|no está sol[oa]|alivi\w+|normal|confianza|derecho a|"
    r"con (?:el )?tiempo|poco a poco|se puede prevenir|no hace daño|con ayuda|cambia[nr]?)\b",
    re.I,
)
_HOPE_WEAK = re.compile(
    r"\b(?:recovery|point|prevent|trust|small (?:steps|changes)|recuperación|empezar de nuevo)\b", re.I
)
_DOWNBEAT = re.compile(
    r"\b(?:poor(?:ly)?|risks?|worse|worst|hard(?:er|est)?|trouble|deaths?|dying|die[sd]?|difficult\w*|pain(?:ful)?|"
    r"lose|lost|fail\w*|"
    r"bad(?:ly)?|discouraging|insomnia|mal|peor|difícil\w*|muert\w*|riesgo\w*|dolor)\b",
    re.I,
)
_WARNING = re.compile(
    r"\b(?:never|dangerous|risk\w*|damag\w*|harm(?:s|ful)?|emergency|warning|too (?:high|much|little|fast)|poison\w*|"
    r"die[sd]?|death|kills?|severe|worse|harder|suspect|right away|the same day|at once|lasting|trigger|serious|"
    r"stop (?:your|the) breathing|habit-forming|push(?:es)? \w+ away|señal de alerta|warning sign|red flag|"
    r"nunca|peligr\w*|riesgo\w*|daño\w*|emergencia|grave|mortal|de inmediato|retrasa|detener la respiración)\b|"
    r"\bdo not\b(?! (?:have|need) to)|\bdon['’]t\b(?! (?:have|need) to)|^no (?=\w+[ae]n?\b)|\bsigns? of\b|\bseñales de\b",
    re.I,
)
_NOT_A_WARNING = re.compile(r"never too late|nunca es tarde|(?:does|do) no harm|no hace daño|not dangerous", re.I)
# "the Youth Risk Behavior Survey", "Hope House": names neither warn nor encourage.
_NAMES = re.compile(r"(?<=[a-z,’'] )(?:[A-ZÀ-Þ][\w’'-]+ ){1,5}[A-ZÀ-Þ][\w’'-]+")
# How things look to somebody, often before they turn out otherwise.
_SEEMS = re.compile(r"\b(?:it|everything|life|all) (?:seems|seemed|looks|looked) |\bparece (?:que|fácil|obvio)", re.I)
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
    r"\b(?:offers?|provides?|serves?|walk-ins?|questions are welcome|"
    r"runs|sees? (?:new|people|patients)|accepts|specializes|our (?:\w+ )?(?:team|"
    r"program|staff|"
    r"services|groups?|counselors|therapists|nurses|crews?|intake)|free for|at no cost|reach out|contact us|call us|"
    r"contáctenos|llámenos|ofrece\w*|atiende\w*)\b",
    re.I,
)
_SAYS_WHY = re.compile(r"\b(?:because|so that|, so|even if|porque|para que|aunque)\b", re.I)
_SHORT_CODE = re.compile(r"\b(?:text|envíe|mande)\b.{0,30}\b\d{5,6}\b", re.I)
_SETTING = re.compile(r"^(?:Some|Several|Many|A few|Sometimes|Usually|Often|Later|Most|Algunos|Muchos)\b")


def weigh(c: Candidate, article: Article) -> None:
    """Sets the score, the reasons and the kind of a candidate that passed the trials."""
    instruction = instructs(c.unlabelled, article.language)
    for points, reason in (*_for(c, instruction), *_against(c, article, instruction)):
        c.score += points
        c.reasons.append(reason)
        if points < 0:
            c.doubts.append(reason)
    c.kind = kind_of(c.text, instruction)


def gives_hope(text: str) -> bool:
    """Does the sentence encourage? Words of hope beside words of trouble do not count, unless they outweigh them."""
    if _SEEMS.search(text):
        return False
    text = _NAMES.sub(" ", text)
    strong = len(_HOPE.findall(text))
    down = len(_DOWNBEAT.findall(text))
    if strong:
        return strong >= down
    return bool(_HOPE_WEAK.search(text)) and not down and not has_figure(text)


def warns(text: str) -> bool:
    """Does the sentence warn of a danger?"""
    return bool(_WARNING.search(_NAMES.sub(" ", _NOT_A_WARNING.sub(" ", text))))


def _for(c: Candidate, instruction: bool) -> Iterator[tuple[float, str]]:
    words = len(c.text.split())
    if instruction:
        yield 2.0 if not c.labelled else 0.5, "tells what to do"
    if _YOU.search(c.text):
        yield 0.8, "speaks to the reader"
    if gives_hope(c.text):
        yield 0.9, "gives hope"
    if warns(c.text):
        yield 0.6, "warns"
    if 7 <= words <= 24:
        yield 0.4, "a good length"
    if _SAYS_WHY.search(c.text):
        yield 0.3, "says why"
    if c.sources:
        yield 0.2, "has a source"
    if c.labelled and not instruction:
        yield 0.5, "a point with its name"


def _against(c: Candidate, article: Article, instruction: bool) -> Iterator[tuple[float, str]]:
    if sms.measure(c.text).parts > 1:
        yield -1.2, "takes two parts"
    hopeful, warning = gives_hope(c.text), warns(c.text)
    crisis_line = HAS_988.search(c.text) or HAS_911.search(c.text)
    contact = PHONE.search(c.text) or EMAIL.search(c.text) or URL.search(c.text) or _SHORT_CODE.search(c.text)
    if contact and not crisis_line:
        yield -3.5, "asks to get in touch"
    if article.organisation and article.organisation.casefold() in c.text.casefold():
        if not hopeful:
            yield -1.2, "speaks of the organisation"
        elif c.text.casefold().startswith(article.organisation.casefold()):
            yield -0.6, "speaks of the organisation"
    if _PROMOTES.search(c.text):
        yield -1.2, "promotes a service"
    if stigma_in(c.text):
        yield -1.5, "holds a word that can hurt"
    if has_figure(c.text) and not instruction and not hopeful and not _YOU.search(c.text):
        yield -0.5, "a figure more than a message"
    if c.text.endswith("?"):
        yield -1.5, "a question"
    if _DEFINES.search(c.text) and not hopeful and not warning:
        yield -0.6, "defines a term"
    if not (instruction or _YOU.search(c.text) or hopeful or warning):
        yield -0.4, "only a fact"
    yield from _by_place(c, instruction)


def _by_place(c: Candidate, instruction: bool) -> Iterator[tuple[float, str]]:
    if c.labelled and re.search(r"\b(?:it|its|them)\b", c.unlabelled, re.I) and " " not in c.text.split(":")[0]:
        yield -0.9, "leans on its label"
    if c.lent and not c.sign_opening:
        yield -0.4, "a sign without the name of what it is a sign of"
    if c.nested:
        yield -1.5, "belongs to the point above it"
    if c.sense == "steps":
        yield -1.6 if c.labelled else -0.8, "one step of several"
    if _LEANS_A_LITTLE.search(c.text):
        yield -0.5, "leans a little on its neighbours"
    if instruction and len(c.text.split()) < 6:
        yield -0.8, "too short to say why or how"
    if _SETTING.match(c.text) and not instruction:
        yield -0.4, "sets the scene"
    if re.match(r"If (?!you\b)", c.text):
        yield -0.9, "for a special case"
    if _refers_back(c):
        yield -1.0, "takes up what the sentence before brought in"
    if c.sense in ("open", "warning") and not c.labelled and not instruction:
        yield -0.3, "one item of a list"


def _refers_back(c: Candidate) -> bool:
    """ "… through a program. Using the program is confidential": the noun was brought in just before."""
    for match in re.finditer(r"\b[Tt]he ([a-z]{4,})\b", c.text):
        noun = match.group(1).rstrip("s")
        if re.search(rf"\b(?:an?|new|one)\b[^.]*\b{re.escape(noun)}", c.before, re.I):
            return True
    return False


def kind_of(text: str, instruction: bool) -> TipKind:
    """What a text does for its reader; `instruction` says whether it tells them to do something."""
    if instruction and not forbids(text):
        return "action"
    if warns(text):
        return "warning"
    return "hope" if gives_hope(text) else "fact"
