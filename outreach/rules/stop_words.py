"""What ends the texts, what only looks like it, and where the doubt begins, in English and Spanish.

Every pattern sees plain words: no accents, no capitals, no apostrophes (dont, cant), spelling mended by reply_words.py; how
a row is written says reply_rows.py. Sources: 47 CFR 64.1200(a)(10) for the words that always count as an opt-out, Twilio's
default keywords, protocols.md 2.6 and 4.1. To deepen a table, add a row and its case in tests/rules/test_replies.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import Language, listed, rows

# A whole clause that is one of these, politeness apart, is an opt-out.
STOP_EXACT: Final[dict[str, Language]] = {
    **dict.fromkeys(
        listed(
            """
            stop | stops | stop all | stopall | discontinue | cease | cease and desist | block me | delete |
            stopstop | stop2end | stop2quit | stopit | stopnow | stopplease | stoptexting | stoptexts | stop it |
            stop this | stop that | stop now | stop already | stop everything | stop them | stop these | stop stop |
            stop immediately | stop at once | stop me | unsubscribe | unsubscribe me | unsub | un subscribe | cancel
            | cancel all | cancel me | cancel it | cancel this | end | end all | end this | quit | quit it | quit
            this | quit all | revoke | optout | opt out | opt me out | remove | remove me | remove us | no more | no
            mas texts | stop messages | arret | arrete | arretez
            """
        ),
        "en",
    ),
    **dict.fromkeys(
        listed(
            """
            alto | para | parar | pare | paren | para ya | paren ya | pare ya | detener | detengan | detenganse |
            baja | de baja | cancelar | cancela | cancele | cancelen | no mas | ya no mas | no mas mensajes | no mas
            textos | basta | ya basta | salir | eliminar | quitar | quitenme | quiteme | borrame | borreme |
            borrenme | saquenme
            """
        ),
        "es",
    ),
}

# Said around a keyword without changing it.
POLITE: Final = frozenset(
    [
        "please",
        "thanks",
        "thank",
        "you",
        "now",
        "ok",
        "okay",
        "hi",
        "hello",
        "hey",
        "sorry",
        "sir",
        "maam",
        "just",
        "immediately",
        "today",
        "asap",
        "right",
        "so",
        "yes",
        "yeah",
        "bro",
        "dude",
        "guys",
        "omg",
        "ugh",
        "lol",
        "por",
        "favor",
        "gracias",
        "hola",
        "ya",
        "ahora",
        "oiga",
        "senor",
        "senora",
        "thankyou",
    ]
)

_TO_US: Final = (
    r"(text|texts|texting|message|messages|messaging|sms|send|sending|contacting|contact|emails?|emailing|spam|spamming"
    r"|alerts?|notifications?|subscription|updates|bothering|harassing|bugging|writing|blowing up my phone|reminders|tips"
    r"|newsletter)"
)

# "I never text my mother anymore" tells a story; "never text me again" asks for something.
_NO_STORY: Final = r"(?<!\bi )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!\bthey )" + "".join(
    rf"(?<!\b{who} )"
    for who in ("kids", "people", "friends", "family", "children", "parents", "son", "daughter", "mom")
)

# Wishes about messages. They are looked for before the negatives, so "I want to stop these texts" is heard.
STOP_PHRASES: Final = (
    *rows(
        "en",
        rf"""
        (stop|quit|cease|end|discontinue|cancel) ((all|these|those|the|your|this|my|with|me|any|of|sending|getting|receiving
        + |please|to|so many) )*{_TO_US}
        (stop|quit|cancel|end) (receiving|getting) _ (these|this|them|those|anything|it|your)
        (stop|quit) (receiving|getting|sending) (these|this|them|those|anything|it|your)?
        ^no (texts|messages|spam)$
        (enough|done) (with|of) ((the|these|those|your|all) )*{_TO_US}
        no more (of )?(these |those |this |your |the )*{_TO_US}
        {_NO_STORY}(dont|never) (ever |you )?(text|message|contact|email|spam|bother|harass|bug)( me| us| this number| here| him
        + | her)( ever)?( again| anymore)?
        {_NO_STORY}(dont|never) (ever )?(text|message|contact|send|email|write|bother) (again|anymore)
        {_NO_STORY}(dont|never) (ever )?(text|message|contact|email|bother|disturb|spam|call)( me| us)?$
        do not disturb|dont disturb
        {_NO_STORY}(dont|never) (ever )?send _ (me|messages|message|texts|text|anything|these|this|stuff)
        (dont|no longer|didnt|not|never) (want|wish|need|care|like) (to (get|receive|have|be on
        + |hear) |getting |receiving |for )?
        + ((any|these|your|the|more|this|from|of|anymore|all|those) )*({_TO_US}|list|from you)
        (dont|no longer|not|never) (want|wish) (to )?be (texted|messaged|contacted|emailed|bothered|called or texted)
        (dont|no longer) want (any of )?(these|this|them|those)( anymore)?
        take (me |us |my number )?off (of )?(the |this |your )?list
        take (me|us|my number|this number|my name) _ off
        get (me|us|my number) off (of )?(this|the|your)( list)?
        (remove|delete|erase) (me|us|my number|my name|this number|my phone|my info|my contact|from (the|this|your
        + |all)? ?lists?) ?(from)?
        leave (me|us) alone
        lose (my|this) number
        wrong number|(have|got|texting|texted) (the )?wrong$|^wrong$|^wrong (person|phone)|(have|got|texting|texted|contacted
        + |reached) (the )?wrong (person|phone)
        opt (me )?out|optout
        (unsubscribe|unenroll|deregister) (me|us|from|this)
        (revoke|withdraw|take back) (my )?(consent|permission)
        (ask|asked|told|tell|telling|asking|begging) you (guys )?(to )?stop
        (said|say) (to )?stop( (it|this|that|now|already))?$
        ((can|could|would|will|cant|wont|why dont|why wont) you|you (need|have|ought) to|you (must|should)) (please |just )*stop
        + ( (it|this|that|now|already|please))*$
        ((the|these|those|your|all|this) )+{_TO_US} (really )?((need|needs|have|has|got) to|must|should|better|please) (stop
        + |end)
        (make|want|need|like) ((the|these|those|your|this|all|my) )*{_TO_US} (to )?(stop|end|stopped)
        (cancel|end|stop) (my|this|the) (subscription|enrollment|membership|service|program|sign ?up|registration|account
        + |series)
        """,
    ),
    *rows(
        "en",
        r"""
        unsubscribe
        ^((im|i|am|we|are|were|sorry|hi|hello|no|thanks|just|really|please) )*(no longer|not) (really )?interested( (anymore
        + |thanks|thank you|please|in (this|these|your|any|it).*))*$
        no (thanks|thank you)
        ^(spam|scam|reported|blocked|enough)( (already|now|please|thanks))*$|^go to hell
        ^(i )?dont want( it| this)?$|^i want out$
        (this|that) (is not|isnt|aint) _ (number|phone)( anymore)?|(no longer|not) (at|on) this number|new (phone|number
        + |owner) who
        (never|didnt|dont remember) (sign|signed|signing|subscribe|subscribed|agree|agreed|consent|consented|ask|asked) (up
        + |to this|for this|to these|for these)
        (i am|im|i will|going to) (blocking|block|report|reporting|suing|sue) (you|this|the number|this number)
        (fuck|piss|bugger) off|^(please |just )*(go away|get lost)
        when (will|do|does|are) (these|they|the texts|the messages|you) _ (stop|end)
        (want|like) to (stop|cancel|unsubscribe|opt out)$|need to (cancel|unsubscribe|opt out)$
        how (do|can|could|to|would) (i )?(cancel( it| this| these)?$|get off (of )?(this|the|your) list|opt out|unsubscribe)
        too many (texts|messages)
        """,
        doubt=True,
    ),
    *rows(
        "es",
        r"""
        (no|nunca) (me |nos )?(mande|mandes|manden|envie|envies|envien|escriba|escribas|escriban|textee|textees|texteen
        + |contacte|contactes|contacten|moleste|molestes|molesten)( mas| nada)?
        (no|nunca) (me |nos )?(vuelva|vuelvan|siga|sigan)( a)? (mand|envi|escrib|molest|text|contact)\S+( mas| nada)?
        (deje|dejen|deja|dejar|paren|pare|para|parar|basta) de (mandar|enviar|escribir|molestar|textear|contactar|recibir
        + |mandarme|enviarme|escribirme|molestarme|textearme|contactarme|mandando|recibirlos)
        (ya )?no (quiero|deseo|necesito) (seguir )?(recibir|recibiendo)( nada| mas| estos| sus| los| textos| mensajes)*
        (ya )?no (quiero|deseo|necesito) ((mas|estos|esos|sus|los|tantos|de) )*(mensajes?|textos?)
        (ya )?no (quiero|deseo) que me (manden|envien|escriban|contacten|molesten|sigan)
        (darme|dame|deme|denme|dar|dan|den|quiero la) (de )?baja
        (quitenme|quiteme|quitame|saquenme|saqueme|sacame|borrenme|borreme|borrame|eliminenme|elimineme) (de|del)
        (borren|borre|eliminen|elimine|quiten|quite) mi (numero|nombre|telefono)
        numero equivocado|se equivoco de numero|persona equivocada
        (dejenme|dejeme|dejame|dejen de) (en paz|tranquil[oa]|sol[oa])
        (cancelar|parar|paren|pare|detener|detengan) ((los|estos|sus|mis|esos) )?(mensajes|textos)
        cancelar (mi|la|esta) (suscripcion|inscripcion|cuenta)
        """,
    ),
    *rows(
        "es",
        r"""
        no me interesa$
        no gracias
        no soy esa persona
        (este|esta|ese|ya) no es (su|mi|el) (numero|telefono)
        callense
        larguense
        (ya )?no quiero mas$
        ya no me interesa
        nunca me (inscribi|registre|suscribi)
        """,
        doubt=True,
    ),
)

# A stop word that is not meant for us. Where one matches, its words are taken out before the doubtful look.
NOT_STOP: Final = (
    *rows(
        "en",
        r"""
        (?<!you )(dont|never|wont|cant|couldnt|didnt|doesnt|not|never going to|please dont|isnt going to
        + |wouldnt) (ever |you ever |you |just |seem to |even )*(stop|stopped|quit|end|cancel|remove|unsubscribe|opt|leave
        + |take)( \S+)?( \S+)?
        (want|like|need|trying|tried|try|going|able|ready|helped|help|hard|decided|struggling|love|hoping|hope|have|had|has
        + |got|time|how|made|make|he needs|she needs|way|help me|help him|help her) ((me|him|her|them|it|us) )?(to )?(quit
        + |stop|stopped|end)( \S+)?
        how (do|can|could|to|would|did|does) (i |you |we |he |she |one |someone )?(ever |finally )?(stop|quit)( \S+)?
        (stop|stopped|stopping|stops) (by|in|over|sign|light|at)
        (bus|truck|train|next|rest|first|last|full|pit|one|traffic|non|door) stop
        (end|ends|ended) (of|up|zone|goal|table|stage)|(the|week|at|to|year|dead|by|an|no|in|rear|deep|both|each) end
        (cancel|cancelled|canceled|end|reschedule) (my|the|our|his|her|an|this|that|tomorrows|todays|a) ?\S* ?(appointment
        + |appt|appts|appointments|session|visit|class|ride|meeting|call|reservation|order|interview|date|intake|group|meds
        + |prescription|refill|insurance|card)
        cancel (appointment|appt|session|visit|class|ride|meeting|tomorrow|today|monday|tuesday|wednesday|thursday|friday
        + |saturday|sunday)
        (quit|stopped|stop) (smoking|drinking|using|vaping|heroin|fentanyl|meth|alcohol|cold turkey|weed|coke|cocaine|opioids
        + |pills|dope|my job|work)
        (i|he|she|we|they|who|that|it|just|has|have|finally) (quit|stop|end|cancel)( \S+)?
        remove (the|my) (stain|shirt|shoes|mask|coat)
        """,
    ),
    *rows(
        "es",
        r"""
        no (paren|pare|pares|dejes|dejen|deje|detengan) (de )?(\S+)?
        no (puedo|puede|pude|podemos|logro) (parar|dejar|detener)( de)?( \S+)?
        (quiero|quiere|necesito|intento|trato de|como|ayuda para|ayudame a) (dejar|dejo|parar|paro) ((de|la|el|las) )?(tomar
        + |beber|fumar|consumir|drogarme|usar|heroina|drogas?|alcohol|cocaina|pastillas|bebida|droga)
        cancelar (mi|la|una|su) (cita|consulta|visita|sesion|clase|reunion)
        """,
    ),
)

# A clause that begins like this, and was not taken out above, is doubtful: stop, and a person looks.
STOP_DOUBT: Final = (
    *rows(
        "en",
        r"""
        ^stop \S.*
        ^(\S+ )?(said|mean|means) stop$
        ^(quit|end|cancel) (it|this|that|them|these|those|everything)\b.*
        """,
    ),
    *rows(
        "en",
        r"""
        (ok|okay|so|and|then|again|please|ugh|but|sorry|wrong|no) stop$
        ^(?!my|this|next|which|our|your)\S+ stop$
        ^(cancel|unsub|optout|revoke) \S.*
        """,
    ),
    *rows("es", r"""^(alto|basta|pare|paren) (ya|por|con|a|de|estos|los|las|esto|eso|no|que)\b.*"""),
)

# When the wish is narrower than "all texts", it is still a stop (silence means all), and a person looks.
NARROWER: Final = rows(
    "en",
    r"""
    (while|during|until|till|unless|except|before|after|at night|at work|so late|so early|this late|this early
    + |on (mon|tues|wednes|thurs|fri|satur|sun)day|on weekends|every day|so many|so much|today|tonight|tomorrow
    + |in the morning|this week)
    (durante|hasta|en la noche|de noche|tan tarde|tan temprano|en el trabajo|tantos|todos los dias|hoy|manana)
    """,
)

# Not about receiving at all, though the words are near.
INVITING: Final = rows(
    "en",
    r"""
    why (dont|wont|didnt) (you|anyone|anybody|nobody|someone) (ever )?(text|message|contact|send|email|write)( me| us)?
    dont (forget|hesitate|be afraid) to \S+( me| us)?
    (need|needs|had|have|has|trying|try|decided|able|going|learn|learning|hard|want|help me|help him|help her) (to )?(stop
    + |quit) (texting|messaging|sending|contacting|writing|emailing|calling|bothering) (my|him|her|them|money|people
    + |everyone|to)
    (keep|continue|please keep) (texting|sending|the texts|them coming|it up|messaging)
    (dont|didnt|never) (get|got|received|receive) (the|your|a|any|my|todays) (text|texts|message|messages)
    """,
)


# One-word answers near "stop" that are words of their own: stop all the same, and a person looks.
ORDINARY: Final = frozenset(
    ["shop", "step", "top", "spot", "slop", "stoop", "strop", "atop", "stow", "stomp", "sop", "top"]
)
