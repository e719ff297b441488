"""Word lists with a meaning for safety: crisis, discretion, stigma. English and Spanish.

Sources: protocols.md section 6.1 (words and what to say instead), 6.3 (crisis classes). Patterns match whole words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Speaking of these needs 988 and 911 in the same message.
CRISIS = re.compile(
    r"\b(?:overdos\w*|suicid\w*|self[- ]harm\w*|harm(?:ing)? (?:your|him|her|them)sel(?:f|ves)|"
    r"kill(?:ing)? (?:your|him|her|my|them)sel(?:f|ves)|"
    r"(?:end(?:ing)?|tak(?:e|ing)) (?:your|their|his|her|my) (?:own )?li(?:fe|ves)|want(?:s|ed|ing)? to die|"
    r"hurt(?:ing)? (?:your|him|her|my|them)sel(?:f|ves)|cut(?:ting)? (?:your|him|her|my|them)sel(?:f|ves)|"
    r"(?:no|not|n'?t) (?:want|wants|wanting|wish) to (?:live|be alive|go on living)|(?:no|a) reason to live|better off dead|"
    r"wish(?:es|ed)? (?:you|they|he|she|I) (?:were|was|had) (?:dead|died)(?: too)?|wish you had died|"
    r"sobredosis|surdose|suic[ií]d\w*|suizid\w*|selbstmord\w*|autolesi\w*|hacerse daño|lastimarse|cortarse(?= a sí|"
    r" los brazos| la piel)|"
    r"quitar(?:se|me|te) la vida|(?:querer|quiere|quiero|ganas de|deseos? de|pensar en|piensa en) morir(?:se|me)?|"
    r"no (?:querer|quiere|quiero) (?:vivir|seguir viviendo)|la vida no (?:tiene|tenga|vale)(?: sentido| la pena)?)\b",
    re.I,
)
HAS_988 = re.compile(r"(?<!\d)988(?!\d)")
HAS_911 = re.compile(r"(?<!\d)911(?!\d)")

# What must not show on a locked screen when a person asked for discretion: substances, conditions, care.
_PRIVATE = r"""
heroin\w* opi(?:oid|ate)\w* fentanyl\w* cocaine\w* crack meth(?:amphetamine)?s? amphetamin\w* marijuana cannabis weed
alcohol\w* drink(?:s|er|ers|ing)?(?!\s(?:\w+\s){0,4}?(?:water|tea|juice|milk|coffee|broth|fluids)) drunk\w* booze
beers? wines? liquor hangovers? drugs? addict\w* substances? overdos\w* relaps\w* rehab\w* recover(?:y|ing) detox\w*
withdrawal\w* crav(?:e|es|ing|ings) naloxone narcan methadone buprenorphine suboxone naltrexone benzo\w* xanax
oxycodone hydrocodone percocet vicodin oxycontin morphine codeine tramadol adderall ketamine mdma ecstasy painkillers?
pills? kratom cbd thc dope stoned vap(?:e|es|ing) nicotine tobacco smok\w* cigarette\w* gambl\w* sober sobriety
twelve-step suicid\w* self-harm depress\w* anxi(?:ety|ous)\w* panic burnout ocd adhd insomnia hospice funeral\w*
miscarr\w* infertil\w* menopaus\w* std bipolar schizophren\w* psychos\w* psychiatr\w* ptsd trauma\w* disorders?
mental\w* therap\w* counsel\w* grief griev\w* bereave\w* mourn\w* eating\sdisorders? binge\w* anorexi\w* bulimi\w*
cancer\w* tumou?rs? chemo\w* hiv aids stds sti stis hepatitis herpes pregnan\w* abortion\w* contracept\w* dementia
alzheimer\w* diabet\w* epilep\w* abus\w* violen\w* assault\w* rape\w* incest incarcerat\w* prison jail treatment\w*
clinic\w* diagnos\w* medicines? medications? patients? symptoms? quit quitting dependen\w* tolerance misuse\w*
needles? homeless\w* divorce\w* heroína opioides? fentanilo cocaína alcohol drogas? adicci\w* adict\w* sustancias?
sobredosis recaída\w* rehabilitaci\w* recuperaci\w* desintoxicaci\w* abstinencia suicidi\w* depresi\w* ansiedad
terapia\w* duelo cáncer vih embaraz\w* violencia abuso tratamiento\w* trastornos? salud sobri\w* tabaco fumar beber
bebidas? borrach\w* cerveza pastillas? muerte murió violación cárcel prisión sida drogue\w* alcool\w* toxicomanie\w*
héroïne sevrage rechute\w* dépression anxiété deuil suicide\w* traitement\w* dépendance\w* álcool vícios?
dependênci\w* recaídas ansiedade depressão luto tratamentos maconha dwòg alkòl adiksyon depresyon swisid ma\stúy rượu
nghiện trầm\scảm drogen\w* sucht\w* heroin alkohol\w* entzug\w* rückfall\w*
"""
PRIVATE = re.compile(r"(?<!\w)(?:" + "|".join(_PRIVATE.split()) + r")(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class Stigma:
    """A way of speaking to avoid, and what to say instead."""

    pattern: re.Pattern[str]
    instead: str


def _stigma(pattern: str, instead: str) -> Stigma:
    return Stigma(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I), instead)


STIGMA = (
    _stigma(r"(?:former|reformed|recovering|ex)[- ](?:drug )?(?:addicts?|alcoholics?|users?)", "person in recovery"),
    _stigma(
        r"addicted bab(?:y|ies)|born addicted|crack bab(?:y|ies)",
        "newborn with withdrawal; baby born to a parent who used drugs",
    ),
    _stigma(
        r"(?:drug |heroin |substance |opioid |meth |cocaine )?(?:addicts?|junkies|junkie|abusers?|druggies?|druggie)"
        r"|(?:drug|heroin|opioid|meth|cocaine|substance) users?",
        "person with a substance use disorder; person who uses drugs",
    ),
    _stigma(
        r"alcoholics?|(?:an?|the|that|town|old|some) drunks?(?! driv\w+| person)|drunks|drunkards?",
        "person with alcohol use disorder",
    ),
    _stigma(
        r"(?:substance|drug|drugs|alcohol|heroin|opioid|opiate|cocaine|meth|prescription|fentanyl|"
        r"polysubstance)(?: and \w+)? abuse|"
        r"abuse of (?:drugs|alcohol|heroin|opioids|substances)|abus(?:e|es|ed|ing) (?:drugs|alcohol|heroin|opioids|"
        r"substances)|"
        r"drug habits?|drug problems?",
        "use, misuse or substance use disorder",
    ),
    _stigma(
        r"(?:get|gets|getting|got|stay|stays|staying|stayed|become|became|been) clean(?! and dry| water| air| hands|"
        r" clothes)|"
        r"clean and sober|(?:he|she|they|who|person|people|i|you|we|son|daughter|friend|husband|wife|brother|sister|mother|"
        r"father|patient|client) (?:is|are|was|were|am) clean(?! and dry|er|ed)|(?:days?|weeks?|months?|years?) clean|"
        r"dirty (?:addict|person|people)",
        "in recovery; not currently using",
    ),
    _stigma(r"(?:clean|dirty) (?:tests?|urine|screens?|drug tests?|samples?)", "tested negative; tested positive"),
    _stigma(r"(?:clean|dirty) (?:needles?|syringes?)", "sterile needle; used needle"),
    _stigma(
        r"relaps(?:e|es|ed|ing)|lapses?(?! of| in)|(?:had|have|has|after|a) (?:a )?slips?(?! of| on| and| in|"
        r" road)(?= |[.,;:!?]|$)",
        "return to use; recurrence",
    ),
    _stigma(
        r"medication[- ]assisted treatment|opi(?:oid|ate) (?:substitution|replacement)(?: therapy)?|"
        r"substitution therapy|(?-i:MAT)",
        "medication for opioid use disorder; medication treatment",
    ),
    _stigma(
        r"non-?complian(?:t|ce)|in denial|treatment[- ]resistant|resistant to (?:treatment|help|change)|fail(?:s|ed|"
        r"ing)? (?:in )?treatment|"
        r"treatment failures?",
        "chose not to; sees it differently; did not benefit from",
    ),
    _stigma(r"commit(?:s|ted|ting)? suicide", "died by suicide"),
    _stigma(
        r"(?:failed|successful|unsuccessful|completed) (?:suicide )?attempts?|(?:failed|successful) suicide",
        "suicide attempt; died by suicide",
    ),
    _stigma(
        r"enablers?|enabling|co-?dependen(?:t|ts|cy|ce)|tough love|(?:hit(?:s|ting)? )?rock bottom",
        "describe the behaviour; supportive limits",
    ),
    _stigma(
        r"convicts?|felons?|inmates?|ex-?cons?", "person with justice-system involvement; person who is incarcerated"
    ),
    _stigma(
        r"drogadict[oa]s?|adict[oa]s?|ex-?adict[oa]s?|"
        r"alcohólic[oa]s?(?! anónimos)(?<!bebidas alcohólicas)(?<!bebida alcohólica)|"
        r"borrach[oa]s?|toxicóman[oa]s?|drogatas?|yonquis?|vicios[oa]s?",
        "persona con un trastorno por consumo de sustancias",
    ),
    _stigma(r"bebés? adict[oa]s?|naci[óo] adict[oa]", "bebé con síndrome de abstinencia"),
    _stigma(
        r"(?:está|están|estar|estoy|mantenerse|sigue|lleva(?: \w+){1,3}) limpi[oa]s?(?= de (?:drogas|alcohol)|[.,;:]|$)",
        "en recuperación; no consume actualmente",
    ),
    _stigma(
        r"(?:tratamiento asistido con|terapia asistida con) medicamentos|(?:terapia|tratamiento) de (?:sustitución|"
        r"reemplazo)",
        "medicamentos para el trastorno por consumo de opioides",
    ),
    _stigma(
        r"comet\w+ suicidio|intentos? (?:fallido|fracasado)s?(?: de suicidio)?",
        "murió por suicidio; intento de suicidio",
    ),
    _stigma(
        r"codependientes?|codependencia|tocar fondo|tocó fondo|en negación", "describa la conducta; límites con apoyo"
    ),
    _stigma(
        r"pres[oa]s|reclus[oa]s?|convict[oa]s?|delincuentes?", "persona encarcelada; persona con antecedentes penales"
    ),
    _stigma(
        r"abuso de (?:drogas|sustancias|alcohol|heroína|opioides)|recaídas?",
        "consumo; trastorno por consumo; regreso al consumo",
    ),
)

# Names of organisations keep their words.
PROPER_NAMES = re.compile(
    r"Alcoholics Anonymous|Narcotics Anonymous|Cocaine Anonymous|Alcohólicos Anónimos|Narcóticos Anónimos|"
    r"National Institute on (?:Drug Abuse|Alcohol Abuse and Alcoholism)|"
    r"Substance Abuse and Mental Health Services Administration|"
    r"(?:Journal|Center|Office|Department|Institute|Division|Bureau) (?:of|on|for) (?:[A-Z][\w-]+ (?:and |& |"
    r"of )?){0,6}(?:Abuse|Addicts?|Alcoholics?|Alcoholism)|"
    r"[A-Z][\w-]+ (?:and [A-Z][\w-]+ )?Abuse (?:Treatment|Prevention|Resource)? ?(?:Center|Program|Council|"
    r"Coalition|Foundation|Institute|Services)"
)


def speaks_of_crisis(text: str) -> bool:
    """Does the text speak of overdose, suicide or self-harm?"""
    return bool(CRISIS.search(text))


def is_private(text: str) -> bool:
    """Does the text hold a word that may not show on the locked screen of a person who asked for discretion?"""
    return bool(PRIVATE.search(text))


def stigma_in(text: str) -> list[tuple[str, str]]:
    """The stigmatising words of a text with what to say instead; names of organisations do not count."""
    # Links and addresses are no speech.
    spoken = re.sub(r"(?<!\S)\S+@\S+|https?://\S+|www\.\S+", lambda m: " " * len(m.group(0)), text)
    open_text = PROPER_NAMES.sub(lambda m: " " * len(m.group(0)), spoken)
    found: list[tuple[str, str]] = []
    taken: list[tuple[int, int]] = []
    for stigma in STIGMA:
        for match in stigma.pattern.finditer(open_text):
            if all(match.end() <= a or match.start() >= b for a, b in taken):
                taken.append(match.span())
                found.append((match.group(0), stigma.instead))
    return found
