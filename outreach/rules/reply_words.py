"""The words people answer with, as tables: what replies.py looks for, in English and Spanish.

Every pattern sees plain words: no accents, no capitals, no apostrophes (dont, cant), one space between, spelling mended by
SPELLING. `_` in a pattern stands for up to three words in between. Sources: 47 CFR 64.1200(a)(10) for the words that always
count as an opt-out, Twilio's default keywords, protocols.md 2.6, 4.1 and 6.3. To deepen a table, add a row and its case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class Row:
    """One pattern. `name`: the crisis class, or the keyword. `doubt`: a person must look as well."""

    pattern: re.Pattern[str]
    language: Language
    name: str = ""
    doubt: bool = False


def _rows(language: Language, patterns: str, name: str = "", *, doubt: bool = False) -> tuple[Row, ...]:
    """One row per line; `_` is a gap of up to three words, and every pattern begins and ends at a word's edge."""
    lines = (line.strip() for line in patterns.strip().splitlines())
    return tuple(
        Row(re.compile(rf"(?<!\S)(?:{line.replace(' _ ', '(?: [^ ]+){0,3} ')})(?!\S)"), language, name, doubt)
        for line in lines
    )


def _listed(text: str) -> list[str]:
    """The words of a table that is written with | or line breaks between them."""
    return [word.strip() for word in re.split(r"[|\n]", text) if word.strip()]


# What people type for one word, made one: the patterns below then need one spelling.
SPELLING: Final = {
    "can not": "cant",
    "cannot": "cant",
    "could not": "couldnt",
    "do not": "dont",
    "dnt": "dont",
    "don t": "dont",
    "can t": "cant",
    "did not": "didnt",
    "does not": "doesnt",
    "will not": "wont",
    "won t": "wont",
    "is not": "isnt",
    "u": "you",
    "ur": "your",
    "yall": "you",
    "txt": "text",
    "txts": "texts",
    "txting": "texting",
    "msg": "message",
    "msgs": "messages",
    "mssg": "message",
    "msj": "mensaje",
    "pls": "please",
    "plz": "please",
    "pleas": "please",
    "thx": "thanks",
    "wanna": "want to",
    "gonna": "going to",
    "tryna": "trying to",
    "my self": "myself",
    "any more": "anymore",
    "ya ll": "you",
    "xq": "porque",
    "porfa": "por favor",
    "porfavor": "por favor",
}

# Longer words worth mending when one letter is wrong, missing, doubled or swapped.
MENDED: Final = (
    "unsubscribe",
    "overdose",
    "overdosed",
    "overdosing",
    "suicide",
    "suicidal",
    "breathing",
    "unresponsive",
    "naloxone",
    "messages",
    "message",
    "texting",
    "sending",
    "seizure",
    "sobredosis",
    "suicidio",
    "mensajes",
    "cancelar",
    "myself",
)

# --- crisis: asked first, and a false alarm is the better mistake --------------------------------------------------

CRISIS: Final = (
    *_rows(
        "en",
        r"""
        overdos(e|ed|es|ing|in)
        od|ods|oding|o d|odd|oded|od ing|od ed
        (not|isnt|aint|stopped|stop|quit|barely|cant|hardly|no longer) (even )?breath(e|ing|in)
        trouble breathing
        (blue|purple|grey|gray) lips
        lips _ (blue|purple|grey|gray)
        (turning|turned|going|gone) (blue|purple|grey|gray)
        (wont|not|cant|doesnt|isnt|didnt|never) (get )?(him|her|them|it)? ?(to )?(wake|waking|woke|wakin) ?(him|her|them)?( up)?
        cant wake _ up
        wont wake _ up
        unresponsive|not responding to anything|no pulse|unconscious
        too many (pills|pill|tablets|meds|xanax|percs|oxys|tylenol)
        (took|taken|swallowed|ate) _ (bottle|bunch|handful|lot) of (pills|my pills|meds|tylenol|my meds)
        (took|taken|swallowed) (all|the whole|an entire) _ (pills|bottle|meds|tablets)
        (need|needs|bring|give|giving|gave|have|get) _ (narcan|naloxone) _ (now|fast|asap|quick|hurry)
        (need|needs|gave|giving|used|using) (him |her |them |some |the )*(narcan|naloxone)
        (narcan|naloxone) (now|asap|please|isnt working|not working|didnt work)
        """,
        "overdose",
    ),
    *_rows(
        "es",
        r"""
        sobre ?dosis
        no (esta )?(respira|respirando|puede respirar|puedo respirar)
        (dejo|deja) de respirar
        no (se )?(despierta|reacciona|responde nada)
        no (lo|la|le|los) puedo despertar|no puedo despertar(lo|la|le|los)?
        labios (azules|morados|azulados)
        (se puso|esta) (azul|morado|morada)
        (demasiadas|muchas|todas (las|mis)) (pastillas|pildoras)
        (necesito|necesita|traigan|dele) _ (narcan|naloxona)
        inconsciente|sin pulso
        """,
        "overdose",
    ),
    *_rows(
        "en",
        r"""
        kil+(ing|in)? myself
        kms|unalive( myself)?
        (want|wanted|wants|wish|ready|going|rather|trying|like|hope|need) (to|i could|i would|i can) (just )?(die|be dead|not wake up|not exist|disappear forever)
        (rather|want) (be )?dead
        wish i (was|were|am) (dead|never born|not here|not alive)
        (dont|didnt|no longer|not) want to (live|be alive|be here|exist|wake up|go on|keep living|keep going)( anymore)?
        (cant|couldnt) (go on|live like this|live anymore|do life|keep living)( anymore)?
        end it( all)?
        (end|ending|take|taking) (my|my own) life
        suicid(e|al)
        no (reason|point|will) (to|in) (live|living|life|go on|going on)
        nothing (left )?to live for
        good ?bye (forever|everyone|world|cruel world)
        better off (without me|dead|if i was gone|if i were gone|if i died)
        (hurt|hurting|harm|harming|cut|cutting|hang|hanging|shoot|shooting) myself
        self ?harm(ing)?
        life (is|isnt) (not )?worth (living|it)
        (dont|didnt) deserve to live
        (slit|slitting) my wrists?
        jump(ing)? off (a|the) (bridge|roof|building)
        """,
        "self_harm",
    ),
    *_rows(
        "es",
        r"""
        (me )?quiero morir(me)?|querer morir|ganas de morir(me)?
        (me quiero|quiero|voy a|me voy a) matar(me)?
        matarme|suicid(arme|io|ar|a|arse|o|ame)|me suicido
        no quiero (vivir|seguir viviendo|estar viv[oa]|existir|despertar)
        ya no quiero (vivir|seguir|estar aqui)
        (quitarme|acabar con) (la|mi) vida
        acabar con todo
        no (tengo|hay) _ (por que|para que|razon para) vivir
        (mejor|mejores) sin mi
        (hacerme|me hago|me voy a hacer) dano
        cortarme|lastimarme|ahorcarme
        adios para siempre
        """,
        "self_harm",
    ),
    *_rows(
        "en",
        r"""
        (hit|hits|hitting|beat|beats|beating|choke|choked|choking|hurting|raped|raping|stabbed|attacked|attacking|abusing|molested) (me|her|him|us|my (kid|kids|son|daughter|child|baby|mom|mother|sister))
        (going to|will|trying to|threatened to|wants to) (kill|hurt|shoot|stab) (me|her|him|us|them|someone|somebody|my (kid|kids|wife|husband|mom|family))
        (has|got|with) a (gun|knife)
        (child|kid|kids|baby) _ (in danger|not safe|being hurt|abused)
        (i am|im|were|we are) (not safe|in danger)
        domestic violence
        """,
        "violence",
    ),
    *_rows(
        "es",
        r"""
        (me|la|lo|nos) (pega|golpea|pego|golpeo|esta pegando|esta golpeando|violo|quiere matar|va a matar|amenazo)
        (tiene|trae) una? (pistola|arma|cuchillo)
        violencia domestica|estoy en peligro
        """,
        "violence",
    ),
    *_rows(
        "en",
        r"""
        seizures?|seizing|convulsing|convulsions?|delirium|d ?ts
        (seeing|hearing) things
        hallucinat(ing|ions?|es)
        (chest pain|chest hurts)
        """,
        "withdrawal",
    ),
    *_rows(
        "es", r"""convulsion(es)?|convulsionando|alucina(ndo|ciones)|esta viendo cosas|dolor de pecho""", "withdrawal"
    ),
)

# --- opt-out --------------------------------------------------------------------------------------------------------

# A whole clause that is one of these, politeness apart, is an opt-out.
STOP_EXACT: Final[dict[str, Language]] = {
    **dict.fromkeys(
        """stop|stops|stop all|stopall|stop2end|stop2quit|stopit|stopnow|stopplease|stoptexting|stoptexts|stop it|stop this
        |stop that|stop now|stop already|stop everything|stop them|stop these|stop stop|stop immediately|stop at once
        |stop me|unsubscribe|unsubscribe me|unsub|un subscribe|cancel|cancel all|cancel me|cancel it|cancel this|end|end all
        |end this|quit|quit it|quit this|quit all|revoke|optout|opt out|opt me out|remove|remove me|remove us|no more
        |no mas texts|stop messages|arret|arrete|arretez""".replace("\n", "")
        .replace("        ", "")
        .split("|"),
        "en",
    ),
    **dict.fromkeys(
        """alto|parar|pare|paren|para ya|paren ya|pare ya|detener|detengan|detenganse|baja|de baja|cancelar|cancela
        |cancele|cancelen|no mas|ya no mas|no mas mensajes|no mas textos|basta|ya basta|salir|eliminar|quitar|quitenme
        |quiteme|borrame|borreme|borrenme|saquenme""".replace("\n", "")
        .replace("        ", "")
        .split("|"),
        "es",
    ),
}

# Said around a keyword without changing it.
POLITE: Final = frozenset(
    ["please", "thanks", "thank", "you", "now", "ok", "okay", "hi", "hello", "hey", "sorry", "sir", "maam", "just", "immediately", "today", "asap", "right", "so", "yes", "yeah", "bro", "dude", "guys", "omg", "ugh", "lol", "por", "favor", "gracias", "hola", "ya", "ahora", "oiga", "senor", "senora", "thankyou"]
)

_TO_US: Final = r"(text|texts|texting|message|messages|messaging|sms|send|sending|contacting|contact|emails?|emailing|spam|spamming|alerts?|notifications?|subscription|updates|bothering|harassing|bugging|writing|blowing up my phone|reminders|tips|newsletter)"

# Wishes about messages. They are looked for before the negatives, so "I want to stop these texts" is heard.
STOP_PHRASES: Final = (
    *_rows(
        "en",
        rf"""
        (stop|quit|cease|end|discontinue|cancel) (all |these |those |the |your |this |my |with |me |any |of |sending |getting |receiving |please |to |so many )*{_TO_US}
        (stop|quit|cancel|end) (receiving|getting) _ (these|this|them|those|anything|it|your)
        (stop|quit) (receiving|getting|sending) (these|this|them|those|anything|it|your)?
        no more (of )?(these |those |this |your |the )*{_TO_US}
        (dont|never) (ever |you )?(text|message|contact|email|spam|bother|harass|bug)( me| us| this number| here| him| her)( ever)?( again| anymore)?
        (dont|never) (ever )?(text|message|contact|send|email|write|bother) (again|anymore)
        (dont|never) (ever )?send _ (me|messages|message|texts|text|anything|these|this|stuff)
        (dont|no longer|didnt|not) (want|wish|need|care|like) (to )?(get|getting|receive|receiving|have|be on|hear|for|any|these|your|the|more|anymore)? ?(any |these |your |the |more |this |from |of )*({_TO_US}|list|from you)
        (dont|no longer) want (any of )?(these|this|them|those)( anymore)?
        take (me|us|my number|this number|my name) _ off
        get (me|us|my number) off (of )?(this|the|your)( list)?
        (remove|delete|erase) (me|us|my number|my name|this number|my phone|my info) ?(from)?
        leave (me|us) alone
        lose (my|this) number
        wrong (number|person|phone)
        opt (me )?out|optout
        (unsubscribe|unenroll|deregister) (me|us|from|this)
        (revoke|withdraw|take back) (my )?(consent|permission)
        (ask|asked|told|tell|telling|asking|begging|said|say) (you )?(guys )?(to )?stop
        (can|could|would|will|why dont|why wont|you need to|you must|you should|you have to|cant|wont) (you )?(please )?stop (it|this|that|now|already|please)?$
        (cancel|end|stop) (my|this|the) (subscription|enrollment|membership|service|program|sign ?up|registration|account|series)
        """,
    ),
    *_rows(
        "en",
        r"""
        unsubscribe
        (no longer|not) interested
        no (thanks|thank you)
        (never|didnt|dont remember) (sign|signed|signing|subscribe|subscribed|agree|agreed|consent|consented|ask|asked) (up|to this|for this|to these|for these)
        (i am|im|i will|going to) (blocking|block|report|reporting|suing|sue) (you|this|the number|this number)
        (fuck|piss|bugger) off|go away|get lost
        when (will|do|does|are) (this|these|it|they|the texts|the messages|you) _ (stop|end)
        (want|like|need) to (stop|cancel|unsubscribe|opt out|leave|end)$
        how (do|can|could|to|would) (i )?(cancel|get off|opt out|unsubscribe|get out)
        too many (texts|messages)
        """,
        doubt=True,
    ),
    *_rows(
        "es",
        r"""
        (no|nunca) (me |nos )?(mande|mandes|manden|envie|envies|envien|escriba|escribas|escriban|textee|textees|texteen|contacte|contactes|contacten|moleste|molestes|molesten|vuelva|vuelvan|sigan|siga)( a)?( mandando| enviando| escribir| escribirme| mandar| molestar| molestando| escribiendo)?( mas| nada)?
        (deje|dejen|deja|dejar|paren|pare|para|parar|basta) de (mandar|enviar|escribir|molestar|textear|contactar|recibir|mandarme|enviarme|escribirme|molestarme|textearme|contactarme|mandando|recibirlos)
        (ya )?no (quiero|deseo|necesito) (mas|recibir|seguir recibiendo|que me|estos|sus|los|estos) ?(mensajes|textos|mensaje|texto|manden|envien|escriban|mas|nada|sus mensajes)?
        (darme|dame|deme|denme|dar|dan|den|quiero la) (de )?baja
        (quitenme|quiteme|quitame|saquenme|saqueme|sacame|borrenme|borreme|borrame|eliminenme|elimineme) (de|del)
        (borren|borre|eliminen|elimine|quiten|quite) mi (numero|nombre|telefono)
        numero equivocado|se equivoco de numero|persona equivocada
        (dejenme|dejeme|dejame|dejen de) (en paz|tranquil[oa]|sol[oa])
        cancelar (mi|la|esta) (suscripcion|inscripcion|cuenta)
        (cancelar|parar|detener) (los|estos|sus|mis) (mensajes|textos)
        """,
    ),
    *_rows("es", r"""no me interesa|no gracias|ya no me interesa|nunca me (inscribi|registre|suscribi)""", doubt=True),
)

# A stop word that is not meant for us. Where one matches, its words are taken out before the doubtful look.
NOT_STOP: Final = (
    *_rows(
        "en",
        r"""
        (?<!you )(dont|never|wont|cant|couldnt|didnt|doesnt|not|never going to|please dont|isnt going to|wouldnt) (ever |you ever |you |just |seem to |even )*(stop|stopped|quit|end|cancel|remove|unsubscribe|opt|leave|take)( \S+)?( \S+)?
        (want|like|need|trying|tried|try|going|able|ready|helped|help|hard|decided|struggling|love|hoping|hope|have|had|has|got|time|how|made|make|he needs|she needs|way|help me|help him|help her) (me |him |her |them |it |us )?(to )?(quit|stop|stopped|end)( \S+)?
        how (do|can|could|to|would|did|does) (i |you |we |he |she |one |someone )?(ever |finally )?(stop|quit)( \S+)?
        (stop|stopped|stopping|stops) (by|in|over|sign|light|at)
        (bus|truck|train|next|rest|first|last|full|pit|one|traffic|non|door) stop
        (end|ends|ended) (of|up|zone|goal|table|stage)|(the|week|at|to|year|dead|by|an|no|in|rear|deep|both|each) end
        (cancel|cancelled|canceled|end|reschedule) (my|the|our|his|her|an|this|that|tomorrows|todays|a) ?\S* ?(appointment|appt|appts|appointments|session|visit|class|ride|meeting|call|reservation|order|interview|date|intake|group|meds|prescription|refill|insurance|card)
        cancel (appointment|appt|session|visit|class|ride|meeting|tomorrow|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday)
        (quit|stopped|stop) (smoking|drinking|using|vaping|heroin|fentanyl|meth|alcohol|cold turkey|weed|coke|cocaine|opioids|pills|dope|my job|work)
        (i|he|she|we|they|who|that|it|just|has|have|finally) (quit|stop|end|cancel)( \S+)?
        remove (the|my) (stain|shirt|shoes|mask|coat)
        """,
    ),
    *_rows(
        "es",
        r"""
        no (paren|pare|pares|dejes|dejen|deje|detengan) (de )?(\S+)?
        no (puedo|puede|pude|podemos|logro) (parar|dejar|detener)( de)?( \S+)?
        (quiero|quiere|necesito|intento|trato de|como|ayuda para|ayudame a) (dejar|dejo|parar|paro) (de |la |el |las )?(tomar|beber|fumar|consumir|drogarme|usar|heroina|drogas?|alcohol|cocaina|pastillas|bebida|droga)
        cancelar (mi|la|una|su) (cita|consulta|visita|sesion|clase|reunion)
        """,
    ),
)

# A clause that begins like this, and was not taken out above, is doubtful: stop, and a person looks.
STOP_DOUBT: Final = (
    *_rows(
        "en",
        r"""^stop \S.*|^(\S+ )?(said|mean|means) stop$|^(quit|end|cancel) (it|this|that|them|these|those|everything)\b.*""",
    ),
    *_rows("en", r"""(ok|okay|so|and|then|again|please|ugh) stop$|^(cancel|unsub|optout|revoke) \S.*"""),
    *_rows("es", r"""^(alto|basta|baja|paren) \S.*"""),
)

# When the wish is narrower than "all texts", it is still a stop (silence means all), and a person looks.
NARROWER: Final = _rows(
    "en",
    r"""
    (while|during|until|till|unless|except|before|after|at night|at work|so late|so early|this late|this early|on (mon|tues|wednes|thurs|fri|satur|sun)day|on weekends|every day|so many|so much|today|tonight|tomorrow|in the morning|this week)
    (durante|hasta|en la noche|de noche|tan tarde|tan temprano|en el trabajo|tantos|todos los dias|hoy|manana)
    """,
)

# Not about receiving at all, though the words are near.
INVITING: Final = _rows(
    "en",
    r"""
    why (dont|wont|didnt) (you|anyone|anybody|nobody|someone) (ever )?(text|message|contact|send|email|write)( me| us)?
    dont (forget|hesitate|be afraid) to \S+( me| us)?
    (keep|continue|please keep) (texting|sending|the texts|them coming|it up|messaging)
    (dont|didnt|never) (get|got|received|receive) (the|your|a|any|my|todays) (text|texts|message|messages)
    """,
)

# --- the rest -------------------------------------------------------------------------------------------------------

START_EXACT: Final[dict[str, Language]] = {
    **dict.fromkeys(
        ["start", "unstop", "un stop", "start again", "start over", "restart", "resume", "opt in", "optin", "opt me in", "opt back in", "subscribe", "resubscribe", "subscribe me", "sign me up", "sign me up again", "sign me back up", "start texting me", "start texts", "start texting me again", "resume texts", "text me again", "begin", "continue", "put me back on", "start messages"],
        "en",
    ),
    **dict.fromkeys(
        ["comenzar", "empezar", "iniciar", "inicio", "reanudar", "suscribir", "suscribirme", "suscribirse", "alta", "darme de alta", "activar", "quiero recibir mensajes", "empezar de nuevo", "comenzar de nuevo"],
        "es",
    ),
}

# The second value: someone asks for more than a list of numbers, so a person looks.
HELP_EXACT: Final[dict[str, tuple[Language, bool]]] = {
    **dict.fromkeys(("help", "info", "information", "help info", "?", "??", "???"), ("en", False)),
    **dict.fromkeys(
        ["help me", "i need help", "need help", "can you help me", "can you help", "who is this", "who are you", "whos this", "who dis", "what is this", "who is it", "i need some help", "help us", "sos"],
        ("en", True),
    ),
    **dict.fromkeys(("ayuda", "informacion"), ("es", False)),
    **dict.fromkeys(
        ["ayudame", "ayudeme", "ayudenme", "necesito ayuda", "auxilio", "socorro", "quien es", "quien eres", "quien habla", "que es esto"],
        ("es", True),
    ),
}

KEYWORD_EXACT: Final[dict[str, tuple[str, Language]]] = {
    **dict.fromkeys(("yes", "y", "yeah", "yep", "yup", "confirm", "i agree"), ("yes", "en")),
    **dict.fromkeys(("si", "confirmo", "claro que si", "acepto"), ("yes", "es")),
    **dict.fromkeys(("pause", "snooze", "take a break"), ("pause", "en")),
    **dict.fromkeys(("pausa", "pausar"), ("pause", "es")),
    **dict.fromkeys(("spanish", "espanol", "en espanol", "in spanish"), ("spanish", "es")),
    **dict.fromkeys(("english", "ingles", "en ingles", "in english"), ("english", "en")),
}

# Not a crisis, but a person answers the same day (protocols 6.3, class E).
URGENT: Final = (
    *_rows(
        "en",
        r"""
        relaps(e|ed|ing)|(used|using|drank|drinking|smoked) again|slipped( up)?|cravings?|craving
        (need|needs|want) _ (detox|a bed|treatment|rehab)( \S+)?
        (dope ?sick|withdrawals?|in withdrawal|detoxing)
        (about to|going to|want to) (use|drink|get high|shoot up|score)
        (kicked me out|nowhere to (go|sleep)|homeless tonight)
        make it stop
        pills
        """,
    ),
    *_rows(
        "es",
        r"""
        recai|recaida|recayo|(use|consumi|tome|bebi) otra vez|volvi a (usar|consumir|tomar|beber)
        (necesito|necesita) (desintoxicacion|un tratamiento|tratamiento|internarme|rehabilitacion)
        abstinencia|ansias de
        """,
    ),
)

# One-word answers near "stop" that are words of their own: stop all the same, and a person looks.
ORDINARY: Final = frozenset(["shop", "step", "top", "spot", "slop", "stoop", "strop", "atop", "stow", "stomp", "sop", "top"])

SPANISH_WORDS: Final = frozenset(
    ["que", "el", "la", "los", "las", "de", "del", "por", "para", "con", "una", "uno", "hola", "gracias", "favor", "quiero", "necesito", "ayuda", "mensajes", "mensaje", "textos", "como", "estoy", "esta", "usted", "ustedes", "soy", "tengo", "hijo", "hija", "mas", "muy", "pero", "porque", "cuando", "donde", "quien", "mi", "su", "sus", "nos", "ya", "no", "me", "le", "lo", "se", "es", "hermano", "hermana", "esposo", "esposa", "puedo", "puede", "manana", "hoy", "bien", "buenos", "dias", "noches", "tardes", "cita", "numero", "nombre"]
)
ENGLISH_WORDS: Final = frozenset(
    ["the", "a", "an", "i", "you", "he", "she", "it", "we", "they", "to", "of", "and", "is", "are", "was", "my", "your", "his", "her", "me", "for", "in", "on", "at", "with", "not", "no", "do", "does", "did", "have", "has", "this", "that", "what", "when", "where", "who", "how", "can", "will", "would", "please", "thanks", "text", "texts", "message", "stop", "help", "need", "want"]
)
