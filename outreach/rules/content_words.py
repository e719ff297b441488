"""What must not be said, and what carriers filter: pressure, blame, promises, doses, rewards, goods. English and Spanish.

Sources: protocols.md section 6.2 (no shame, blame, urgency or scarcity; no outcome promises; no dosing advice), 4.3
(SHAFT and prescription content), 5 (no reward for a referral).
"""

from __future__ import annotations

import re

from outreach.rules.patterns import one_of

_UNITS = (
    r"(?:mg|mcg|ml|milligrams?|micrograms?|milliliters?|grams? of|doses?|tablets?|pills?|capsules?|drops|puffs|sprays|units|"
    r"drinks?|miligramos|gramos de|dosis|pastillas?|tabletas?|píldoras?|cápsulas?|gotas|tragos?|copas?)"
)
_DOSE = re.compile(
    r"(?:\d|\b(?:one|two|three|four|five|six|eight|ten|twenty|fifty|half a|diez|cinco|veinte))\s?"
    r"(?:mg|mcg|ml|milligrams?|micrograms?|miligramos)\b"
    r"|\b(?:take|give|use|inject|spray|repeat|swallow|add|try|drink|have|tome|toma|dé|dele|use|repita|beba|inyecte|rocíe)\s+"
    r"(?:(?!for\b)\w+\s+){0,2}?(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|ten|fifteen|twenty|half|an?|another|extra|second|"
    rf"third|double|una?|dos|tres|cuatro|media|otra|segunda|doble)\s+(?:\w+\s+)?{_UNITS}\b"
    r"|\b(?:after|since|desde|después de) (?:your|the|su|la) (?:last|última?o?) (?:use|dose|drink|dosis|consumo|trago)\b"
    r"|^(?:please )?(?:stop|quit|skip|double|halve|reduce|increase|raise|lower|deje|suspenda|aumente|reduzca|doble)\s+"
    r"(?:taking\s+|de tomar\s+)?(?:your|the|a|su|la|el)?\s*(?:\w+\s+)?(?:medicines?|medications?|pills?|doses?|"
    r"antidepressants?|methadone|buprenorphine|medicamentos?|medicinas?|pastillas?|dosis)\b",
    re.I,
)
_SHAME = (
    r"""
    (?:should|ought to) be ashamed
    shame on (?:you|him|her|them)
    (?:it is|it's|this is) (?:all )?(?:your|his|her|their) (?:own )?fault
    (?:you|they) (?:brought|did) (?:it|this) (?:on|to) (?:yourself|yourselves|themselves)
    (?:no one|nobody) (?:but|except) (?:yourself|you) to blame
    lack(?:s|ing)? (?:of )?(?:will ?power|character|moral\w*)
    weak(?:-willed|-minded)
    if you (?:really|truly) (?:loved|cared|wanted)
    (?:you have|there is|there's) no excuse
    (?:a )?disgrace
    (?:debería|tendría que) (?:dar|sentir)\w* vergüenza
    (?:es|fue) (?:toda )?(?:su|tu) (?:propia )?culpa
    falta de (?:voluntad|carácter)
    si (?:de verdad|realmente) (?:quisiera|amara|le importara)
    """,
    "it blames or shames; say what happened and what helps",
)
_URGENCY = (
    r"""
    act (?:now|fast|today)
    hurry(?: up)?(?=[!.,]| and| while| before)
    last chance
    (?:limited|short) time (?:only|offer)
    (?:spots?|beds?|places?|seats?|spaces?) (?:are|is) (?:limited|running out|filling|going fast)
    only (?:\w+ ){1,2}(?:spots?|beds?|places?|seats?|spaces?) left
    before it(?:'s| is) too late
    don'?t (?:wait|delay)(?: any longer| another (?:day|minute)|[!.])
    (?:today|tonight|this week) only
    now or never
    while (?:there is|there's) still time
    actúe (?:ya|ahora)
    última oportunidad
    (?:plazas|cupos|lugares|camas) limitad[oa]s
    antes de que sea (?:demasiado )?tarde
    no espere más
    solo (?:hoy|esta semana)
    ahora o nunca
    """,
    "it presses; leave the pace to the reader",
)
_PROMISES = (
    r"""
    guarantee[ds]?
    100 ?(?:%|percent) (?:success|effective|safe)\w*
    success rates?
    (?:will|can|to|that|does) (?:be )?cured?
    cures (?:addiction|depression|anxiety|alcoholism|\w+ use)
    (?:never|not) (?:\w+ )?(?:relapse|use|drink|crave|smoke) again
    (?:works|work) (?:every time|for everyone|for everybody|always)
    always works?
    (?:you|they|he|she) will (?:recover|be healed|be free|get well)
    once and for all
    miracle
    garantiza\w*
    tasas? de éxito
    (?:cura|curará|curarse) (?:definitiva(?:mente)?|total(?:mente)?|para siempre)
    se curará
    (?:funciona|sirve) (?:siempre|para todos)
    milagro\w*
    """,
    "it promises an outcome that nobody can; say what helps many people",
)
_REWARDS = (
    r"""
    refer(?:ring)? (?:a )?(?:friend|someone|patient|client)s?(?: \w+){0,6} (?:and|to|you) (?:\w+ )?(?:get|receive|earn|win)
    (?:get|receive|earn|win) (?:\w+ ){0,5}(?:for|when you) (?:each|every|a|any)? ?(?:refer\w*|friend)
    referral (?:bonus|reward|fee|gift|credit)\w*
    (?:gift card|cash|reward|bonus) (?:\w+ ){0,4}refer\w*
    (?:refiera|recomiende) (?:\w+ ){1,5}y (?:reciba|gane|obtenga)
    (?:premio|bono|recompensa) por (?:referir|recomendar)\w*
    """,
    "a reward for a referral is a crime here; take it out",
)  # fmt: skip
# SHAFT: sex, hate, alcohol, firearms, tobacco; and what carriers put beside it.
_SHAFT = r"""
    cannabis marijuana weed thc cbd kratom kava vap(?:e|es|ing) e-?cig\w* cigarettes? cigars? tobacco
    nicotine porn\w* sex(?:y|ual)?
    escorts? guns? firearms? rifles? pistols? ammo ammunition casinos? gambl\w* betting beer wine liquor vodka whiskey tequila
    marihuana tabaco cigarrillos? armas? pistolas? apuestas cerveza vino licor
"""
_DRUGS = r"""
    heroin fentanyl cocaine crack meth(?:amphetamine)? opioids? opiates? oxycodone oxycontin percocet vicodin hydrocodone morphine
    codeine tramadol xanax valium klonopin ativan benzo\w* adderall ritalin ketamine mdma ecstasy lsd ambien suboxone subutex
    methadone buprenorphine sublocade vivitrol naltrexone naloxone narcan antabuse campral zoloft prozac lexapro
    wellbutrin viagra
    heroína fentanilo cocaína metanfetamina opioides? morfina tramadol metadona buprenorfina naloxona naltrexona
"""


def _pattern(lines: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + one_of(lines) + r"(?!\w)", re.I)


def _words(text: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(text.split()) + r")(?!\w)", re.I)


# code, pattern, what to say about it
PRESSURE = tuple(
    (code, _pattern(lines), say)
    for code, (lines, say) in (
        ("shame", _SHAME), ("urgency", _URGENCY), ("promise", _PROMISES), ("referral-reward", _REWARDS),
    )
)  # fmt: skip
SHAFT = _words(_SHAFT)
DRUG_NAMES = _words(_DRUGS)
_DENIED = re.compile(
    r"\b(?:no|not|never|cannot|nobody|neither|nor|without|isn't|can't|won't|don't|doesn't|there is no|nadie|nunca|ni|"
    r"sin)\b[^.;:]{0,24}$",
    re.I,
)


def pressing(text: str) -> list[tuple[str, str, str]]:
    """What presses, blames, promises or rewards in a text: (code, the words, what to say about it). What the text denies
    ("nobody can guarantee") does not count."""
    plain = text.replace("’", "'")
    found: list[tuple[str, str, str]] = []
    for code, pattern, say in PRESSURE:
        for match in pattern.finditer(plain):
            if code == "urgency" or not _DENIED.search(plain[: match.start()]):
                found.append((code, match.group(0), say))
    return found


def tells_a_dose(text: str) -> bool:
    """Does the text say how much of a medicine to take, or when to take or stop it? That is for a doctor to say."""
    return bool(_DOSE.search(text))
