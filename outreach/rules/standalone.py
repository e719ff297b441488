"""Does a sentence stand alone? A text on a phone has no sentence before it to lean on.

Surface signs, English and Spanish, no model: an opening that points back, "these" without its noun, a pronoun before
anything it could mean, "we" without a name, words that point at the page. `leaning` returns every reason found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from outreach.rules import spanish_pointers
from outreach.rules.imperatives import opening_verb
from outreach.rules.patterns import word_set

_APOSTROPHE = str.maketrans("’‘", "''")

# What opens a sentence that leans on the one before. Exceptions follow in _OPENS_WELL.
_POINTERS = re.compile(
    r"(?:this|that|these|those|they|them|their|theirs|he|she|him|his|her|hers|it|its|such|both|either|neither|"
    r"another|others?|each one|one of (?:them|these)|"
    r"and|but|or|nor|so|yet|still|also|then|thus|hence|therefore|however|instead|meanwhile|moreover|furthermore|"
    r"additionally|besides|otherwise|similarly|"
    r"likewise|consequently|conversely|nevertheless|nonetheless|afterwards?|later|next|finally|lastly|"
    r"second(?:ly)?|third(?:ly)?|firstly|again|"
    r"for (?:example|instance|this reason|these reasons|that reason)|in (?:addition|contrast|other words|fact|"
    r"short|summary|conclusion|turn|this|that|these|those|doing so|such|either)|"
    r"as (?:a result|such|mentioned|noted|we|you can see)|because of (?:this|that|these)|on the other hand|"
    r"on the contrary|at (?:that|this) (?:point|stage)|after (?:that|this)|"
    r"before (?:that|this)|until then|since then|by then|from there|even so|that said|even then|of course|of these|"
    r"of those|among (?:these|them)|with (?:this|that|these|those)|"
    r"like (?:this|that)|to do (?:this|so|that)|doing (?:this|so|that)|here|there(?='s why| lies)|below|above|"
    r"the (?:former|latter|following|others?|first one|second one)|once (?:there|done)|"
    r"this is why|that is why|if (?:so|not)|why\?|how\?|not always|not only that|let's|let us|"
    r"est[eao]s?|es[eao]s?|esto|eso|aquell?[oa]s?|ell[oa]s?|él|ella|además|sin embargo|por ejemplo|por eso|"
    r"por es[ao]|por lo tanto|por tanto|por ello|así(?: que)?|también|tampoco|pero|y|o|entonces|"
    r"luego|después(?! de\b)|en cambio|asimismo|aquí|ahí|allí|mientras tanto|finalmente|por último|por otro lado|de hecho|"
    r"en resumen|tales?|dich[oa]s?|ambos|ambas|otr[oa]s|como resultado|a continuación)\b",
    re.I,
)
_OPENS_WELL = re.compile(
    r"(?:these days|this (?:week|month|year|winter|summer|spring|fall|season|morning|evening|weekend)|those (?:who|"
    r"with|whose|in|living|affected|around|close)|"
    r"other (?:people|adults|parents|families)|both [\w-]+ and|both (?:parents|partners|sides|of you|you)|"
    r"each (?:day|week|time|person)|"
    r"here (?:in|at) [A-Z]|later in life|so (?:far|many|much)|still (?:your|the|a)\b|next (?:week|time|month|year|"
    r"to)|then again|otherwise healthy|"
    r"either (?:a|an|one|way)|such (?:a|an) |no matter|yet another|not always|this too|and yet|second (?:hand|"
    r"opinion)s?|third of|like (?:many|most|any|other)|esta (?:semana|noche|mañana)|este (?:mes|año)|it takes)\b",
    re.I,
)
# "It is never too late to …": an "it" that stands for what follows.
_EMPTY_IT = re.compile(
    r"\bit(?:'s| is| was| can be| may be| might be| will be| would be| could be| feels| seems| helps| takes| pays|"
    r" makes sense| doesn't take| does not take|'ll be| isn't| is not)\b"
    r"(?!(?: not)? (?:an?|the) (?!good|bad|great|fair|wise|safe|big|small|little|common|natural|normal|myth|fact|sign|mistake|"
    r"idea|start|"
    r"best|first|right (?:time|thing|idea)|time|hour|day|only)\w+(?: \w+){0,2} (?:for|when|if)\b)"
    r"(?:(?: \w+){0,5}? (?:to|that|when|if|for|how|what|whether|before|until|than)\b| (?:never|not) too (?:late|early|"
    r"soon)\b| (?:never|"
    r"not) your (?:fault|job)\b)",
    re.I,
)
_MADE_IT = re.compile(
    r"\b(?:mak(?:e|es|ing)|made|find|finds|finding|found|keep|keeps|take|takes) it (?:\w+ly )?(?:\w+er|hard|easy|"
    r"possible|impossible|difficult|safe|clear|an? (?:habit|point|rule|practice|goal|priority|little|bit)|more|less|"
    r"too|seem|feel|one|slow|easier)\b",
    re.I,
)

_THESE = re.compile(
    r"\b(these|those)\b(?! (?:days|who|with|whose|living|around|affected|close|that|you|we|in recovery)\b)\s*([\w'-]*)",
    re.I,
)
_THIS = re.compile(
    r"\bthis\b(?! (?:week|month|year|winter|summer|spring|fall|season|morning|evening|weekend|way|time|moment|day|"
    r"afternoon|very|too|one)\b)\s*([\w'-]*)",
    re.I,
)
_BARE_THAT = re.compile(
    r"\b(?:after|before|like|of|than|about|with|from|by|for|despite|beyond|to) that(?=[\s]*[,.;!?]|$)|(?:^|"
    r", )that(?='s| is| was| means| can| may| will)\b",
    re.I,
)
# "When you notice one, call": one of what? "If you miss a dose, … another one" says it.
_BARE_ONE = re.compile(
    r"(?<!\bno )(?<!\bevery )(?<!\bany )(?<!\beach )(?<!\bday )(?<!\bnumber )(?<!\bloved )\b(?:this |that |which |the nearest |"
    r"the right |a new )?one(?=[,.;:!?]|$| (?:is|was|has|suits?|fits?|works?|appears|goes|to you)\b)(?!, two)",
    re.I,
)
_ONE_OF = re.compile(r"\b(?:an?|two|three|some|many|most|your|old|bad) [\w-]+|\b\w{2,}[^\Ws]s\b", re.I)
_COUNTED = re.compile(
    r"\b(?:all|both|each|any|some|none|most|many|one|two|three|either|neither) of (?:them|these|those|this|it)\b|"
    r"\bthe (?:two|three|four|five) of\b",
    re.I,
)
_PAGE = re.compile(
    r"\bthe following\b|\b(?:listed|mentioned|described|discussed|shown|see|seen|noted|outlined|explained|as|given|"
    r"linked) (?:above|below|earlier|here|previously)\b|"
    r"\b(?:above|below)(?=[.:;,)]|$)|\b(?:in|on|of) this (?:article|post|guide|section|page|series|list|chapter|"
    r"blog|handout|leaflet|table|chart|figure)\b|\b(?:this|the) (?:article|blog|post|chart|page|website)\b|"
    r"\bthis (?:table|figure|link)\b|"
    r"\b(?:see|in) the (?:table|figure)\b|\b(?:follow|use|open|visit|through) the link\b|"
    r"\b(?:tap|click) (?:here|on|below|any|the (?:link|button|icon|image|name|box))\b|"
    r"\b(?:keep reading|read on|click|scroll|sign up|subscribe|check out our|download)\b|\bwe(?:'ll|"
    r" will) (?:look|see|cover|discuss|explore|explain|share)\b|\b(?:closer|deeper) look\b|"
    r"\bwhat to expect, from\b|"
    r"\blearn more\b|\bcontact us online\b",
    re.I,
)
# "You can, too.", "Stay on the line even so."
_TAIL = re.compile(r",? (too|as well|either|though|even so|after all|instead|in turn)[.!]$", re.I)
_FIRST = re.compile(
    r"(?<![\w'])(?:I|I'(?:m|ve|ll|d)|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Yy]o|[Mm]i|[Mm]is|[Cc]onmigo)(?![\w'])"
)
_WE = re.compile(r"(?<![\w'])(?:we|we'(?:re|ve|ll|d)|our|ours|ourselves|us)(?![\w'])", re.I)
_PRONOUN = re.compile(
    r"(?<![\w'])(?:they|them|their|theirs|themselves|he|him|his|himself|she|her|hers|herself|it|its|itself|they're|"
    r"they'll|it's|he's|she's)(?![\w])",
    re.I,
)
_PERSON_WORDS = word_set(
    """
    someone somebody anyone anybody everyone everybody nobody person people child son man boy dog kid mom dad wife
    """
)
_NO_NOUNS = word_set(
    """
    about above across after again all almost along also always and any are around ask away back because been before
    being below best better between both but by call can come could did do does doing done down during each early
    either else enough even ever every far few find first for from get give go good great had has have having help
    here how if in into is just keep kind know last later least leave less let like little long look made make many
    may maybe might mind more most much must near need never new next no not now of off often old on once one only
    open or other our out over own perhaps please put quite rather really right same say see set should show simply
    since so some soon start stay still stop such sure take talk tell than that the their them then there these they
    think this those though through to together too try turn two under until up use very want was watch way well
    were what when where whether which while who whole why will with without work would write yes yet you your yours
    avoid bring check choose eat drink drive encourage feel hold invite lift listen move offer pick plan practice
    remind reach remember rest return share sit sleep speak stand store support test thank treat trust wait walk
    wash wear yourself promise decide thing things put
    thankfully sometimes usually nearly mostly eventually today tomorrow tonight
    """
)


_LY_NOUNS = word_set("family belly bully ally reply supply assembly jelly")
# "Whole grains do so more slowly."
_DO_SO = re.compile(r"^\W*(?:\w+ ){1,3}(?:do|does|did) (?:so|it)\b", re.I)


def leaning(text: str, organisation: str | None = None, language: str = "en") -> tuple[str, ...]:
    """Reasons why the text does not stand alone, for staff; empty when it does."""
    plain = text.translate(_APOSTROPHE).strip()
    unquoted = re.sub(r"[\"“«][^\"”»]*[\"”»]", " ", plain)
    out: list[str] = []
    if opens_with_pointer(plain, language):
        out.append(f"opens with “{plain.split()[0]}”, which points back")
    out.extend(_demonstratives(plain))
    pronoun = _loose_pronoun(plain)
    if pronoun:
        out.append(f"“{pronoun}” has nothing to stand for")
    if _FIRST.search(unquoted):
        out.append("speaks as “I”")
    named = organisation is not None and organisation.casefold() in plain.casefold()
    if _WE.search(unquoted) and not named:
        out.append("says “we” without a name")
    if language == "es":
        out.extend(spanish_pointers.leaning(unquoted, organisation))
    if _DO_SO.match(plain):
        out.append("“do so”: do what?")
    tail = _TAIL.search(plain)
    if tail:
        out.append(f"ends with “{tail.group(1)}”, which points back")
    page = _PAGE.search(plain)
    if page:
        out.append(f"points at the page (“{page.group(0)}”)")
    out.extend(_form(plain, language))
    return tuple(out)


def opens_with_pointer(text: str, language: str = "en") -> bool:
    """Does the sentence open with a word that leans on the sentence before?"""
    plain = re.sub(r"^[\"'“‘«(¿¡\s]+", "", text.translate(_APOSTROPHE))
    if not _POINTERS.match(plain) or _OPENS_WELL.match(plain):
        return False
    if language == "es" and re.match(r"(?:this|that|so|he|and|but|or)\b", plain, re.I):
        return False
    if (
        language != "es"
        and re.match(r"(?:est[eao]s?|es[eao]s?|y|o|luego|tales?|dich[oa]s?)\b", plain, re.I)
        and plain[:2].lower() != "es"
    ):
        return False
    return not _EMPTY_IT.match(plain)


def _demonstratives(plain: str) -> Iterable[str]:
    for match in (*_THESE.finditer(plain), *_THIS.finditer(plain)):
        noun = match.group(match.lastindex or 1)
        if match.start() == 0:
            continue  # the opening is judged apart
        if not _named_before(noun, plain[: match.start()]):
            yield f"“{match.group(0).strip()}” points at something outside"
    for pattern in (_BARE_THAT, _COUNTED):
        found = pattern.search(plain)
        if found and not (pattern is _COUNTED and _has_noun(plain[: found.start()].split())):
            yield f"“{found.group(0).strip(' ,')}” points at something outside"
    one = _BARE_ONE.search(plain)
    if one and (one.group(0).lower() != "one" or not _ONE_OF.search(plain, 0, one.start())):
        yield f"“{one.group(0)}”: one of what?"
    same = re.search(
        r"(?<!\bin )(?<!\bat )(?<!\bunder )(?<!\baround )\bthe same (?!(?:time|day|hour|way|place|amount|dose|as|for|"
        r"thing|each|every|person|effect)\b)(\w+ ?\w*)",
        plain,
        re.I,
    )
    if same and not re.search(r"\b(?:as|each|every)\b", plain[same.end() :]):
        yield f"“{same.group(0)}”: the same as what?"


def _named_before(noun: str, before: str) -> bool:
    stem = noun.lower().rstrip("s")
    return len(stem) > 3 and stem in before.lower()


def _loose_pronoun(plain: str) -> str | None:
    """The first third-person pronoun with nothing before it that it could stand for."""
    for match in _PRONOUN.finditer(plain):
        before = plain[: match.start()].split()
        word = match.group(0).lower()
        if word.startswith("it"):
            if _EMPTY_IT.match(plain, match.start()) or _MADE_IT.search(
                plain[max(0, match.start() - 12) : match.end() + 30]
            ):
                continue
            if re.match(
                r"it(?:'s| is| was| will be)? (?:rain|late|dark|cold|hot|morning|evening|time|safe|\d)",
                plain[match.start() :],
                re.I,
            ):
                continue
        if _has_noun(before):
            return None
        return match.group(0)
    return None


def _has_noun(words: list[str]) -> bool:
    """Is there a word a pronoun could stand for? The opening verb of an instruction is none."""
    verb = opening_verb(words)
    for i, raw in enumerate(words):
        if i == verb:
            continue
        word = re.sub(r"[^\w'-]", "", raw).lower()
        if word in _PERSON_WORDS:
            return True
        if i == 0 and len(words) == 1:
            return False
        if len(word) >= 4 and word not in _NO_NOUNS and (not word.endswith("ly") or word in _LY_NOUNS):
            return True
        if len(word) == 3 and i and words[i - 1].lower() in ("a", "an", "the", "your", "each", "every"):
            return True
    return False


def _form(plain: str, language: str) -> Iterable[str]:
    """Is it a whole sentence, quotes and brackets in pairs, no marker left?"""
    if len(re.findall(r"[^\W\d_]+", plain)) < (3 if language == "es" else 4):
        yield "too short to be a thought"
    if not re.search(r"[.!?…][\"”»')]*$", plain):
        yield "no end mark"
    elif plain.rstrip("\"”»')").endswith(("…", "...")):
        yield "breaks off"
    if plain.count("(") != plain.count(")") or plain.count("“") != plain.count("”") or plain.count('"') % 2:
        yield "quotes or brackets do not pair"
    if re.match(r"[^\w]*[a-zà-ÿ]", plain) and not re.match(r"e[A-Z]|i[A-Z]", plain):
        yield "starts in the middle"
    if re.search(r"\[\^?\w{1,3}\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]|[a-z)”\"][.!?]\d{1,2}(?:\s|$)", plain):
        yield "a reference marker is left in it"
