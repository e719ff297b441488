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
            stop | stops | stop all | stopall | stop2end | stop2quit | stopit | stopnow | stopplease | stoptexting |
            stoptexts | stop it | stop this | stop that | stop now | stop already | stop everything | stop them | stop
            these | stop stop | stop immediately | stop at once | stop me | unsubscribe | unsubscribe me | unsub | un
            subscribe | cancel | cancel all | cancel me | cancel it | cancel this | end | end all | end this | quit |
            quit it | quit this | quit all | revoke | optout | opt out | opt me out | remove | remove me | remove us |
            no more | no mas texts | stop messages | arret | arrete | arretez
            """
        ),
        "en",
    ),
    **dict.fromkeys(
        listed(
            """
            alto | parar | pare | paren | para ya | paren ya | pare ya | detener | detengan | detenganse | baja | de
            baja | cancelar | cancela | cancele | cancelen | no mas | ya no mas | no mas mensajes | no mas textos |
            basta | ya basta | salir | eliminar | quitar | quitenme | quiteme | borrame | borreme | borrenme |
            saquenme
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

# Wishes about messages. They are looked for before the negatives, so "I want to stop these texts" is heard.
STOP_PHRASES: Final = (
    *rows(
        "en",
        rf"""
        (stop|quit|cease|end|discontinue|cancel) ((all|these|those|the|your|this|my|with|me|any|of|sending|getting|receiving
        + |please|to|so many) )*{_TO_US}
        (stop|quit|cancel|end) (receiving|getting) _ (these|this|them|those|anything|it|your)
        (stop|quit) (receiving|getting|sending) (these|this|them|those|anything|it|your)?
        no more (of )?(these |those |this |your |the )*{_TO_US}
        (dont|never) (ever |you )?(text|message|contact|email|spam|bother|harass|bug)( me| us| this number| here| him
        + | her)( ever)?( again| anymore)?
        (dont|never) (ever )?(text|message|contact|send|email|write|bother) (again|anymore)
        (dont|never) (ever )?send _ (me|messages|message|texts|text|anything|these|this|stuff)
        (dont|no longer|didnt|not) (want|wish|need|care|like) (to )?(get|getting|receive|receiving|have|be on|hear|for|any
        + |these|your|the|more|anymore)? ?(any |these |your |the |more |this |from |of )*({_TO_US}|list|from you)
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
        (can|could|would|will|why dont|why wont|you need to|you must|you should|you have to|cant
        + |wont) (you )?(please )?stop (it|this|that|now|already|please)?$
        (cancel|end|stop) (my|this|the) (subscription|enrollment|membership|service|program|sign ?up|registration|account
        + |series)
        """,
    ),
    *rows(
        "en",
        r"""
        unsubscribe
        (no longer|not) interested
        no (thanks|thank you)
        (never|didnt|dont remember) (sign|signed|signing|subscribe|subscribed|agree|agreed|consent|consented|ask|asked) (up
        + |to this|for this|to these|for these)
        (i am|im|i will|going to) (blocking|block|report|reporting|suing|sue) (you|this|the number|this number)
        (fuck|piss|bugger) off|go away|get lost
        when (will|do|does|are) (this|these|it|they|the texts|the messages|you) _ (stop|end)
        (want|like|need) to (stop|cancel|unsubscribe|opt out|leave|end)$
        how (do|can|could|to|would) (i )?(cancel|get off|opt out|unsubscribe|get out)
        too many (texts|messages)
        """,
        doubt=True,
    ),
    *rows(
        "es",
        r"""
        (no|nunca) (me |nos )?(mande|mandes|manden|envie|envies|envien|escriba|escribas|escriban|textee|textees|texteen
        + |contacte|contactes|contacten|moleste|molestes|molesten|vuelva|vuelvan|sigan|siga)( a)?( mandando| enviando
        + | escribir| escribirme| mandar| molestar| molestando| escribiendo)?( mas| nada)?
        (deje|dejen|deja|dejar|paren|pare|para|parar|basta) de (mandar|enviar|escribir|molestar|textear|contactar|recibir
        + |mandarme|enviarme|escribirme|molestarme|textearme|contactarme|mandando|recibirlos)
        (ya )?no (quiero|deseo|necesito) (mas|recibir|seguir recibiendo|que me|estos|sus|los|estos) ?(mensajes|textos|mensaje
        + |texto|manden|envien|escriban|mas|nada|sus mensajes)?
        (darme|dame|deme|denme|dar|dan|den|quiero la) (de )?baja
        (quitenme|quiteme|quitame|saquenme|saqueme|sacame|borrenme|borreme|borrame|eliminenme|elimineme) (de|del)
        (borren|borre|eliminen|elimine|quiten|quite) mi (numero|nombre|telefono)
        numero equivocado|se equivoco de numero|persona equivocada
        (dejenme|dejeme|dejame|dejen de) (en paz|tranquil[oa]|sol[oa])
        cancelar (mi|la|esta) (suscripcion|inscripcion|cuenta)
        (cancelar|parar|detener) (los|estos|sus|mis) (mensajes|textos)
        """,
    ),
    *rows("es", r"""no me interesa|no gracias|ya no me interesa|nunca me (inscribi|registre|suscribi)""", doubt=True),
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
        r"""^stop \S.*|^(\S+ )?(said|mean|means) stop$|^(quit|end|cancel) (it|this|that|them|these|those|everything)\b.*""",
    ),
    *rows("en", r"""(ok|okay|so|and|then|again|please|ugh) stop$|^(cancel|unsub|optout|revoke) \S.*"""),
    *rows("es", r"""^(alto|basta|baja|paren) \S.*"""),
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
    (keep|continue|please keep) (texting|sending|the texts|them coming|it up|messaging)
    (dont|didnt|never) (get|got|received|receive) (the|your|a|any|my|todays) (text|texts|message|messages)
    """,
)


# One-word answers near "stop" that are words of their own: stop all the same, and a person looks.
ORDINARY: Final = frozenset(
    ["shop", "step", "top", "spot", "slop", "stoop", "strop", "atop", "stow", "stomp", "sop", "top"]
)
