"""Does a sentence tell the reader what to do? Imperatives of English and (usted, tú) Spanish, by their first words."""

from __future__ import annotations

import re

from outreach.rules.patterns import word_set

_VERBS = word_set(
    """
    dim sip sing snack tidy tuck toss unwind mute stash hug
    accept add aim allow answer apply arrange arrive ask attend avoid back bathe be become begin bend block book
    breathe bring brush build buy call carry celebrate change chat check choose clean clear close collect come
    compare connect consider contact control cook count cover create cut dance decide delete describe dial discuss
    dispose do draw dress drink drive eat empty encourage end enjoy ensure examine exercise expect explain explore
    express face fasten figure fill find finish fix focus follow forgive gather get give go greet grow guard hang
    have help hide hire hold honor ice identify imagine include inform inspect install invite join jot journal keep
    kneel know lay lean learn leave let lie lift limit line list listen locate lock look lower maintain make manage
    mark massage measure meet mention mind mix monitor move name never note notice offer open order organize own
    pack park pause pay phone pick place plan play point post practice praise pray prepare press prevent print put
    raise reach read recognize record reduce refill remember remind remove rent repeat replace reply report request
    reserve respect respond rest return reward rinse roll run save say schedule screw search see seek select send
    separate set share shift show sign sit skip sleep slow smile soak speak spend spread squeeze stand start stay
    step stick stop store stretch suggest support swap switch take talk teach tell test text thank think throw tie
    touch track train travel treat trust try turn understand unplug update use visit volunteer wait wake walk warm
    warn wash watch wear weigh welcome work wrap write
    """
)
_SPANISH_VERBS = word_set(
    """
    abra acepte acuda acuéstese anote aplique aprenda apunte avise ayude baje beba busque cambie camine coma
    comience compre comparta comuníquese consulte controle converse cuente cuide dé deje descanse diga duerma elija
    empiece encuentre escriba escuche espere evite explique fije guarde haga hable identifique incluya informe
    invite lave lea levántese llame lleve mantenga mida mire muévase observe ofrezca pase pida piense planifique
    ponga practique pregunte prepare pruebe quédese quite recuerde reduzca regrese repita respire revise salga
    siéntese siga solicite tenga tome trate use utilice vaya verifique visite vuelva acude aprende ayuda bebe busca
    camina come comparte cuida deja descansa di duerme elige empieza escribe escucha espera evita guarda habla haz
    intenta lava lee llama lleva mantén mira pide piensa planea pon practica pregunta prueba recuerda respira revisa
    sal sigue ten toma trata usa ve visita
    """
)
_BEFORE = re.compile(
    r"^(?:(?:please|always|never|just|simply|only|first|then|also|now|instead|por favor|siempre|nunca|no)\b,?\s+)+|"
    r"^(?:do not|don'?t|do)\s+|"
    r"^(?:when|if|once|before|after|while|until|as soon as|at|on|in|each|every|to|for|during|whenever|unless|with|"
    r"cuando|si|antes de|después de|cada|para|al)\b[^,.;]{3,90},\s+(?:then\s+)?",
    re.I,
)
_NOUNS_TOO = word_set(
    """
    back clean face figure help hope ice line list mind name note order park place plan point post practice report
    rest reward set show sign sleep step stick store support talk test text track train travel treat use walk watch
    work exercise record request change control cover measure phone play print return run search shift slow stand
    start stop stretch touch turn visit drink drive focus dance cut call answer block book care move own limit lie
    """
)
_VERBISH = re.compile(
    r"^(?:is|are|was|were|has|have|had|can|could|may|might|will|would|should|must|do|does|did|helps?|makes?|takes?|"
    r"gives?|works?|of|and|or|often|usually|lasts?|counts?|matters?|groups?)$",
    re.I,
)


def instructs(text: str, language: str = "en") -> bool:
    """Is the sentence, or its main clause behind an opening "If …,", an instruction?"""
    rest = text.replace("’", "'").strip("\"“”'‘ ")
    for _ in range(3):
        cut = _BEFORE.match(rest)
        if not cut:
            break
        if re.match(r"(?:do not|don'?t|never)\b", rest, re.I):
            after = rest[cut.end() :].split(None, 1)
            return bool(after) and not re.match(r"(?:you|we|they|people)\b", after[0], re.I)
        rest = rest[cut.end() :]
    words = re.findall(r"[^\W\d_][\w'-]*", rest)
    if len(words) < 2:
        return False
    first, second = words[0].lower(), words[1].lower()
    if language == "es":
        return first in _SPANISH_VERBS
    if first not in _VERBS or (first in _NOUNS_TOO and re.match(r"\w+,", rest)):
        return False
    return not (first in _NOUNS_TOO and _VERBISH.match(second))
