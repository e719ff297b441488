"""Does a sentence tell the reader what to do? Imperatives of English and (usted, tú) Spanish, by their first words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from outreach.rules.patterns import word_set
from outreach.rules.spanish_verbs import is_imperative

_VERBS = word_set(
    """
    dim sip sing snack tidy tuck toss unwind mute stash hug admit agree allow appoint applaud approach argue assume attach
    bake balance bandage bear believe blame blow boil bow break browse bury button cancel carry cast catch challenge charge
    chew circle claim clear climb clip combine comfort commit communicate complete compliment confirm congratulate consult
    continue cool cope copy cough crawl cross crush cry cuddle deal declare decline decorate defrost delay deliver demand
    designate develop disconnect discard disinfect dissolve distract divide document donate double download drain drop dry
    eliminate embrace empathize enroll enter escape establish estimate evaluate exhale extend feed feel fight flip flush fold
    freeze gargle garden gently grab grant grill grind guide hand handle hear heat hide hit host hum hurry ignore imagine
    improve inhale inject insert insist interrupt introduce investigate jog judge jump kick kill kiss label lend lengthen let
    lighten light load log loosen lose love lubricate mail manage marinate mean meditate memorize mix modify mop nap negotiate
    nap nudge observe obtain occupy omit oppose overcome paint participate pat peel perform permit pet picture plant plug
    plunge polish pour pretend produce program promise propose protect prove provide pull punish push put puff question
    quit raise rate reassure rebuild receive recite reconnect recover recycle redirect reflect refrain refresh refuse register
    relax rely rely remain repair research reschedule resist resolve restrict restore rethink retreat reuse reveal
    review revisit
    rewrite ride rub ruin sacrifice sanitize savor scan scrub seal season secure sense serve settle shake shop shorten shout
    shower shrink shut simplify skip slide slip soften solve sort sound spot spray sprinkle stack steady steer stir strengthen
    stroke struggle study substitute sweep swim swing tape taper target taste teach tear tense thaw tighten time
    tolerate toughen
    translate transfer trace trade trim trick type uncover unfollow unfriend unlock unpack urge vary vent verify view
    vote wade
    wean weigh whisper widen win wipe wish withdraw wonder worry wrap yawn yell yield zip
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
_BEFORE = re.compile(
    r"^(?:(?:please|always|never|just|simply|only|first|then|also|now|instead|por favor|siempre|nunca|no)\b,?\s+)+|"
    r"^(?:do not|don'?t|do)\s+|"
    r"^(?:when|if|once|before|after|while|until|as soon as|at|on|in|each|every|to|for|during|whenever|unless|with|"
    r"cuando|si|antes de|después de|cada|para|al)\b[^,.;]{3,90},\s+(?:then\s+)?",
    re.I,
)
_AHEAD = frozenset({"please", "always", "never", "just", "do", "not", "don't"})
_NOUNS_TOO = word_set(
    """
    back clean face figure help hope ice line list mind name note order park place plan point post practice report
    rest reward set show sign sleep step stick store support talk test text track train travel treat use walk watch
    work exercise record request change control cover measure phone play print return run search shift slow stand
    start stop stretch touch turn visit drink drive focus dance cut call answer block book care move own limit lie
    feel garden nap light heat love label balance blame break challenge charge comfort copy cough cross cry deal delay demand
    document double drain drop escape estimate fight flush fold freeze grant guide hand handle hit host jump kick
    kiss load log
    mail mean paint pet picture plant plug program promise question quit rate recover recycle research review ride season
    sense shake shop shout shower slide slip sort sound spot spray struggle study sweep swim tape target taste tear time trade
    trick trust type urge view vote win wish wonder worry yawn balance change smoking drinking
    """
)
_HAY_QUE = re.compile(
    r"^(?:hay que|conviene|procure|trate de|es (?:mejor|bueno|importante|útil|recomendable|"
    r"preferible)) (?!que\b)\w+(?:ar|er|ir)(?:se|lo|"
    r"la|los|las|le|les)?\b",
    re.I,
)
_FORBIDS = re.compile(
    r"^(?:(?:please|por favor),?\s+)?(?:do not|don'?t|never|avoid|nunca|evite|evita|jamás|no (?!one\b|matter\b|"
    r"amount\b|hay\b|está))",
    re.I,
)
_VERBISH = re.compile(
    r"^(?:is|are|was|were|has|have|had|can|could|may|might|will|would|should|must|do|does|did|helps?|makes?|takes?|"
    r"gives?|works?|of|and|or|often|usually|lasts?|counts?|matters?|groups?|comes|goes|needs|grows|brings|feels|looks|seems|"
    r"becomes|begins|starts|ends|means|leads|turns|returns|stays|tells|hurts|heals|builds|fades|passes)$",
    re.I,
)
# "Worry keeps the body ready": a plural noun is rarely followed by an article, a verb is.
_NOUN_AND_VERB = re.compile(r"^\w+ \w+[^s\W]s (?:the|an?|your|you|it|us|people|most|many|some|our|their)\b", re.I)


# "Take the alcohol away and the brain is left racing": what follows if somebody does, not what to do.
_CONDITIONAL = re.compile(
    r"^\w+ [^,;.]{3,60},? and (?:the|your|their|you|it|they|he|she|we|somebody|someone|everything|nothing)\b(?: [\w'’-]+){0,2}? "
    r"(?:is|are|will|'ll|can|may|might|gets?|becomes?|starts?|goes|comes)\b",
    re.I,
)


def instructs(text: str, language: str = "en") -> bool:
    """Is the sentence, or its main clause behind an opening "If …,", an instruction?"""
    rest = text.replace("’", "'").strip("\"“”'‘¡ ")
    if language == "es" and _HAY_QUE.match(rest):
        return True
    for _ in range(3):
        cut = _BEFORE.match(rest)
        if not cut:
            break
        if re.match(r"(?:do not|don'?t|never)\b", rest, re.I):
            after = rest[cut.end() :].split(None, 1)
            return bool(after) and not re.match(r"(?:you|we|they|people)\b", after[0], re.I)
        rest = rest[cut.end() :]
    words = re.findall(r"[^\W\d_][\w'-]*", rest)
    if len(words) < 2 or (language != "es" and _CONDITIONAL.match(rest)):
        return False
    return _spanish(words) if language == "es" else _english(words, rest)


def opening_verb(words: Sequence[str]) -> int | None:
    """Where the verb of an instruction stands that opens with it ("Fight …", "Do not fight …", "Please never …")."""
    plain = [re.sub(r"[^\w'-]", "", w).lower().replace("’", "'") for w in words]
    at = next((i for i, w in enumerate(plain) if w not in _AHEAD), None)
    if at is None or plain[at] not in _VERBS or (at == 0 and plain[at] in _NOUNS_TOO):
        return None
    return at


def forbids(text: str) -> bool:
    """Is the sentence an instruction not to do something ("Never …", "Do not …", "No comparta …")?"""
    return bool(_FORBIDS.match(text.replace("’", "'").strip("\"“”'‘¡ ")))


def _english(words: list[str], rest: str) -> bool:
    first, second = words[0].lower(), words[1].lower()
    if first not in _VERBS or (first in _NOUNS_TOO and re.match(r"\w+,", rest)):
        return False
    return not (first in _NOUNS_TOO and (_VERBISH.match(second) or _NOUN_AND_VERB.match(rest)))


def _spanish(words: list[str]) -> bool:
    """ "No le ofrezca …": pronouns may stand before the verb when something is forbidden."""
    for word in words[:3]:
        if word.lower() not in ("le", "les", "lo", "la", "los", "las", "se", "me", "te"):
            return is_imperative(word)
    return False
