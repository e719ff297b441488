"""What a list makes of its items: advice, the steps of a procedure, signs to watch for, warnings, or what is wrong.

"Put the person in a cold shower" is advice under "What helps:" and can kill under "What not to do:". The sense stands in
the lead-in, in the heading over it, or in the sentence behind the list ("None of these work."). English and Spanish.
"""

from __future__ import annotations

import re
from typing import Literal

from outreach.rules.patterns import one_of

Sense = Literal["advice", "steps", "signs", "warning", "wrong", "others", "open"]

# What the article tells to be false, useless or harmful. Nothing of such a list may be sent.
_WRONG = re.compile(
    r"(?<!\w)"
    + one_of(
        r"""
        myths?
        mistakes
        (?:a|an|the|one|big|biggest|common|first|worst) mistake
        errors?
        misconceptions?
        misunderstandings?
        pitfalls?
        traps?
        (?:is|are|was|were|do|does|get|gets|got) wrong(?:ly)?(?! with)
        wrong (?:things?|ways?|ideas?|advice|beliefs?|answers?|moves?|turns?)
        false(?:hoods?)?
        untrue
        (?:bad|old|poor|outdated|unsafe) advice
        excuses?
        lies
        rumou?rs?
        temptations?
        what not to \w+
        (?:things?|words|phrases) not to \w+
        don'?ts?
        (?:do|does|did|will|would|can)(?: not|n'?t) (?:\w+ )?(?:help|work|say|do)
        (?:rarely|never|seldom) (?:helps?|works?)
        (?:make|makes|making) (?:\w+ ){1,2}worse
        backfires?
        unhelpful
        sabotag\w+
        enabling
        (?:set|hold|keep|push)s? (?:\w+ ){1,2}(?:back|stuck|sick|away|from)
        gets? in the way
        barriers?
        obstacles?
        (?:things?|what) to (?:avoid|stop)
        avoid(?: these| the following| this| doing| saying)?:?$
        (?:stay|keep|steer) (?:away|clear) (?:from|of)
        (?:friend|voice|craving|mind|head|people|family|he|she|they|\w+s) (?:\w+ )?(?:may|might|will|can) (?:say|tell|test|tempt)
        (?:friends?|voice|people|family|\w+s) (?:often|used to) (?:say|tell|test|tempt|think|offer)
        people (?:say|think|believe|claim)
        (?:you (?:may|might|will) hear)
        (?:lines|words|thoughts|sayings|phrases|things) (?:like|such as) (?:these|this)
        cost (?:\w+ )?(?:lives|minutes or lives)
        mitos?
        errores|error
        falso|falsa|falsas|falsos
        excusas?
        mentiras?
        (?:consejos|remedios|trucos) (?:\w+ ){0,3}que no
        no (?:\w+ )?(?:funcionan?|sirven?|ayudan?|debe|haga|hacer|decir|diga)
        empeoran?|(?:hacen?|ponen?) (?:\w+ ){0,3}peor(?:es)?
        qué (?:no|evitar)|(?:lo|cosas) que (?:no|debe evitar|hay que evitar)
        evite(?: lo siguiente| esto)?:?$
        (?:dice|dicen|creen|piensan) (?:\w+ ){0,2}(?:gente|personas|muchos)
        (?:gente|personas|muchos) (?:\w+ )?(?:dice|dicen|cree|creen|piensa|piensan)
        """
    )
    + r"(?!\w)",
    re.I,
)
# Over prose only the plainest headings count: under "What others may say" there is good advice as well.
_WRONG_HEADING = re.compile(
    r"\b(?:myths?|mistakes|misconceptions|pitfalls|what not to \w+|don'?ts|(?:do|does)(?: not|n'?t) (?:help|work)|"
    r"(?:things?|what) to avoid|mitos|errores|(?:qué|lo que) no (?:\w+ )?(?:hacer|decir|ayuda|funciona))\b",
    re.I,
)
_ORDER = re.compile(
    r"\b(?:in (?:this|that|the same|the right) order|same order|sequence|en (?:este|ese) orden)\b", re.I
)
_IDEAS = re.compile(
    r"\b(?:ways|tips|ideas|habits|things|rules|reasons|suggestions|consejos|maneras|formas|ideas|hábitos|reglas)\b",
    re.I,
)
_ADVICE = re.compile(
    r"(?<!\w)"
    + one_of(
        r"""
        try
        tips?
        ideas?
        habits?
        advice
        ways? (?:to|for)
        how to
        steps?
        rules?
        skills?
        what (?:helps|works|to do|you can do|to try|to say|else helps)
        what (?:\w+ ){1,3}can do
        (?:can|may|will|could|to|that) help
        helps?
        (?:lower|reduce|cut|cover|ease|prevent|protect|manage|handle|calm|keep)\w*
        cope|coping
        do (?:this|these)
        (?:this|these) instead
        consejos?
        ideas
        (?:lo que|qué) (?:ayuda|puede hacer|hacer|funciona)
        cómo
        pruebe|intente|haga lo siguiente
        (?:pueden?|para) (?:\w+ )?(?:ayudar|prevenir|reducir|evitar|bajar|cuidar|proteger)\w*
        pasos
        hábitos
        """
    )
    + r"(?!\w)",
    re.I,
)
_SIGNS = re.compile(
    r"\b(?:(?<!you )(?<!to )signs?|symptoms?|red flags?|(?:watch|look|listen)(?: out)? for|señal(?:es)?|síntomas?)\b"
    r"|\b(?:see|call|tell|ask|talk to|consulte)\b.{0,40}\b(?:if|when|si)\b[^.]{0,40}:?$"
    r"|\bnotic(?:e|es)\b|\bsi nota\b",
    re.I,
)
# "Get tested more often if you:", "It is not for people who have:": the items say when or for whom, never what to do.
_CONDITIONS = re.compile(
    r"(?<!^)\b(?:if|when|unless|whenever|si|cuando)\b(?:[^.:]{0,40}\b(?:you|he|she|they|it|anyone|someone|child|baby|person|"
    r"partner|are|is|have|has|had|feel|feels|see|sees|use|usted|está|tiene|appears?|"
    r"happens?|occurs?|(?:any )?of (?:these|the following)|aparece|ocurre))?[\s:]*$"
    r"|\b(?:people|anyone|someone|those|women|men|children|teens|adults|patients|personas) (?:who|que)"
    r"(?: (?:have|are|has|is|had|take|use|tienen|son|toman))?[\s:]*$",
    re.I,
)
# "It helps if you:", "You will sleep better if you:": there the items are what to do.
_GOOD_WHEN = re.compile(
    r"\b(?:you (?:can|will|may)|helps?|better|best|well|easier|safer|lowers?|reduces?|goes|tips|ways|ayuda|mejor)\b.*"
    r"\b(?:if|when|who|si|cuando|que)\b",
    re.I,
)
_GETS_HELP = re.compile(r"\b(?:get|seek|ask for|call for|need|pida|busque)\b.{0,20}\b(?:help|care|ayuda)\b", re.I)
# "Here is what we do:", "At the first visit a nurse will:": what others do is no advice to the reader.
_OTHERS = re.compile(
    r"\b(?:what|how) (?:we|they|our (?:\w+ )?(?:team|staff|nurses|counselors)) (?:will |can )?(?:do|offer|provide|check|look)\b"
    r"|\b(?:we|they|our (?:\w+ )?(?:team|staff|nurses?|counselors?|doctors?)|(?:the|an?|your) (?:nurse|doctor|team|counselor|"
    r"therapist|officer|judge|court|program|clinic|social worker|navigator|peer))(?: (?:will|may|can|might|also|then)){1,2}\s*:?$"
    r"|\b(?:nuestro equipo|nosotros|la enfermera|el médico|(?:el|la) consejer[oa])(?: \w+){0,2}\s*:?$|\blo que hacemos\b",
    re.I,
)
_FOR_YOU = re.compile(r"\b(?:suggest|recommend|advise|ask|tell|want|need|help|urge)\b.{0,20}\byou\b", re.I)
_WARNS = re.compile(
    r"\b(?:risks?|warnings?|dangers?|dangerous|triggers?|harm\w*|problems?|consequences?|effects?|avoid|never|don'?t|"
    r"do not|stop|worse|push|causes?|easy to mistake|withdrawal|riesgos?|peligros?|efectos|causas|evite|nunca|daños?)\b",
    re.I,
)
# "None of these work." behind a list, "That is a myth." behind a sentence.
_TAKEN_BACK = re.compile(
    r"^(?:(?:but|and|yet|pero|y)\s+)?(?:(?:this|that|these|those|it|they|all(?: \w+)? of (?:these|them|it)|"
    r"none of (?:these|them|it)|"
    r"both|such \w+|the truth|in (?:truth|fact|reality)|actually|esto|eso|estas?|estos|ninguna? de|todo esto|todo eso|"
    r"nada de|"
    r"ambas|en realidad|la verdad)\b.{0,60}?(?<!\w)(?:wrong|myths?|mistakes?|dangerous|false|not true|untrue|never works?|"
    r"(?:does|do|did|will)(?: not|n'?t) (?:help|work|do|make|keep|last|solve|change)|rarely|(?<!no )harm(?:s|ful)?|kill\w*|"
    r"worse|backfires?|not (?:so|the case)|"
    r"(?:is|are|was|were)(?: \w+)? not (?:true|safe|right|correct|helpful|how|so)|(?:isn|aren)'?t (?:true|safe|right|"
    r"so)|mitos?|"
    r"errores|error|falso|falsas?|peligros\w*|no (?:es|son|sirven?|funcionan?|ayudan?)|hacen? daño|empeoran?)(?!\w)"
    r"|none of (?:these|them|it|this)\b|ningun[oa] de|nada de (?:esto|eso)"
    r"|(?:wrong|false|not so|not true|falso|mentira|no es cierto|no es verdad)[.,!])",
    re.I,
)
# Lists that may lend an item its sense: "Warning sign: …".
_ALERT = re.compile(
    r"\b(?:warning signs?|danger signs?|red flags?|watch(?: out)? for|(?:signs?|changes) (?:\w+ )?(?:deserve|call|need|ask)|"
    r"(?:pay|deserves?) attention|signs? that (?!\w+ing\b)|señal(?:es)? de (?:alerta|alarma|advertencia|peligro)|"
    r"preste atención)\b",
    re.I,
)
_SIGNS_OF = re.compile(
    r"\b(?:signs?|symptoms?|señal(?:es)?|síntomas?) (?:and \w+ )?(?:of|de)\b(?! (?:alerta|alarma|advertencia|peligro))",
    re.I,
)
_BARE_SIGNS_OF = re.compile(
    r"^(?P<name>(?:(?:the|some|common|early|possible|first|warning|main|clear) ){0,2}signs? of (?:an? |the )?[\w' -]{3,40}?|"
    r"(?:(?:las|algunas|posibles) ){0,2}señales de (?:una? |la |el )?[\w' -]{3,40}?)"
    r"(?: (?:include|can include|may include|are|incluyen|son))?\s*:?$",
    re.I,
)  # fmt: skip


def sense_of(lead_in: str, heading: str, after: str = "", *, ordered: bool = False) -> Sense:
    """The sense of a list: its lead-in decides, the heading where that says nothing; what follows may take all back."""
    own, above = _sense(lead_in), _sense(heading)
    if taken_back(after) or "wrong" in (own, above if own != "advice" else ""):
        return "wrong"
    said = own if own != "open" else above
    context = f"{heading} {lead_in}"
    if ordered and said in ("advice", "open") and (_ORDER.search(lead_in) or not _IDEAS.search(context)):
        return "steps"
    return "steps" if said == "advice" and _ORDER.search(lead_in) else said


def _sense(text: str) -> Sense:
    plain = text.replace("’", "'").strip()
    if _WRONG.search(plain):
        return "wrong"
    if _OTHERS.search(plain) and not _FOR_YOU.search(plain):
        return "others"
    if _CONDITIONS.search(plain) and (_GETS_HELP.search(plain) or not _GOOD_WHEN.search(plain)):
        return "signs"
    if _ADVICE.search(plain) and not re.search(r"\b(?:warning|red flags?|side effects?|signs?|señales)\b", plain, re.I):
        return "advice"
    if _SIGNS.search(plain):
        return "signs"
    return "warning" if _WARNS.search(plain) else "open"


def tells_what_is_wrong(heading: str) -> bool:
    """Does the heading stand over what should not be done or believed ("What not to do", "Myths")?"""
    return bool(_WRONG_HEADING.search(heading.replace("’", "'")))


def taken_back(after: str) -> bool:
    """Does a sentence deny what stands before it ("That is a myth.", "None of these work.")?"""
    return bool(_TAKEN_BACK.match(after.replace("’", "'").strip()))


def sign_opening(lead_in: str, heading: str) -> str | None:
    """What puts the sense back before an item of a list of signs: the author's "Signs of burnout", else "" for our own
    "Warning sign", else None when the sign would be without the name of what it is a sign of."""
    plain = lead_in.replace("’", "'").strip().rstrip(":").strip()
    bare = _BARE_SIGNS_OF.match(plain)
    if bare:
        name = bare.group("name").strip()
        return name[:1].upper() + name[1:]
    if _SIGNS_OF.search(plain) or _CONDITIONS.search(plain):
        return None
    return "" if _ALERT.search(plain) or _ALERT.search(heading) else None
