"""The words people answer with apart from crisis, stop and the keywords: coming back, help, and who we are.

Every entry is in plain words: no accents, no capitals, no apostrophes (dont, cant). To deepen a table, add an entry and its
case in tests/rules/test_replies_rest.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import Language, listed, rows

START_EXACT: Final[dict[str, Language]] = {
    **dict.fromkeys(
        listed(
            """
            start | unstop | un stop | unstop me | resubscribe me | start again | start over | restart | resume |
            opt in | optin | opt me in | opt back in | subscribe | yes start | start yes | please start |
            restart texts | reactivate | activate | turn on | turn back on | undo | undo stop | start sending |
            unblock | back in | subscribe | resubscribe | subscribe me | sign me up | sign me up again |
            sign me back up | start texting me | start texts | start texting me again | resume texts | text me again |
            begin | continue | put me back on | start messages
            """
        ),
        "en",
    ),
    **dict.fromkeys(
        listed(
            """
            comenzar | empezar | iniciar | inicio | reanudar | suscribir | suscribirme | suscribirse | alta |
            darme de alta | activar | reactivar | reanudar mensajes | continuar | seguir | volver | otra vez |
            empezar otra vez | quiero volver a recibir mensajes | quiero recibir los mensajes | inscribirme |
            inscribir | deseo recibir mensajes | suscribanme | quiero recibir textos | quiero los mensajes |
            alta por favor | comienza | empieza | inscribanme | apuntenme | quiero suscribirme | quiero inscribirme |
            reiniciar | activar | quiero recibir mensajes | empezar de nuevo | comenzar de nuevo
            """
        ),
        "es",
    ),
}

# Coming back in a sentence: what is to come again is always named, for "start again" may be about a life.
START_PHRASES: Final = (
    *rows(
        "en",
        r"""
        ^(i |id |can |could |would |want|like|please|to|get|me|start|again|you|hi|ok|sorry|changed my mind|mistake|by
        + |accident|did not mean to|oops|and|just|have)*
        + ?(start|resume|restart|begin|continue|turn on|turn back on|reactivate|put me back on|sign me (back )?up for
        + |subscribe me to|re ?subscribe me)( _)? (receiving |getting
        + |sending |texting )*(me )?((the|your|my|these|those|daily|all|any) )*(texts?|texting|messages?|messaging
        + |tips|notes|alerts|list|me)( again| please| back| to me)*$
        (text|message|send) me (\S+ )?again( please)?$
        (want|like|love) to (start )?(get|getting|receive|receiving|have) ((the|your|these|those) )*(texts|messages
        + |tips|notes) again
        (put|add|get) me back on( (the|your|this) list)?$|(opt|sign) me back (in|up)$|(sign|signed) (me )?up (for
        + |to) (the |your )?(texts|messages|tips|notes)$
        (changed my mind|by mistake|by accident|didnt mean to (stop|unsubscribe)).* (start|resume|keep|want) .*(texts
        + |texting|messages|them|tips)
        """,
    ),
    *rows(
        "es",
        r"""
        (vuelvan|vuelva|volver) a (mandarme|enviarme|mandar|enviar|escribirme|textearme|recibir)( \S+){0,4}$
        (quiero|quisiera|deseo|me gustaria) (volver a |empezar a |comenzar a |seguir )?(recibir|recibiendo
        + |suscribirme|inscribirme)( \S+){0,4}( de nuevo| otra vez)?$
        (empiecen|comiencen|reanuden|reactiven|activen|sigan) ((a|los|las|sus|mis|con|mandando|enviando|mandarme
        + |enviarme) )*(mensajes|textos|notas|consejos|enviarlos|mandarlos)( de nuevo| otra vez)?$
        (inscribanme|suscribanme|apuntenme|metanme) (de nuevo|otra vez|a los mensajes|a la lista|para recibir \S+)$
        """,
    ),
)

# The second value: someone asks for more than a list of numbers, so a person looks.
HELP_EXACT: Final[dict[str, tuple[Language, bool]]] = {
    **dict.fromkeys(
        ("help", "hlep", "hepl", "halp", "helpp", "info", "information", "help info", "?", "??", "???"), ("en", False)
    ),
    **dict.fromkeys(
        listed(
            """
            help me | i need help | need help | can you help me | can you help | who is this | who are you |
            whos this | who dis | whos dis | and you are | you are | what is this | who is it | i need some help |
            help us | sos
            """
        ),
        ("en", True),
    ),
    **dict.fromkeys(("ayuda", "informacion"), ("es", False)),
    **dict.fromkeys(
        listed(
            """
            ayudame | ayudeme | ayudenme | necesito ayuda | auxilio | socorro | quien es | quien eres | quien habla |
            que es esto
            """
        ),
        ("es", True),
    ),
}

# Questions about us, whatever is around them: who writes, and how to stop, is the answer; and a person looks.
HELP_PHRASES: Final = (
    *rows(
        "en",
        r"""
        (who|whos|who s) (is|are|am|r|dis|this|texting|sending|messaging|gave) _ (this|you|texting( me)?|with|to
        + |these|messaging( me)?|it|calling|number|sending this|talking to|from)$
        (how|where|why) (did|do|have|are|is) (you|u|yall|they|this) (guys )?(even )?(get|got|have|find|obtain|texting
        + |text|messaging|sending|contacting|have) (my|this|me|these)( \S+){0,4}$
        ^(who|whos) (is )?(texting|messaging|contacting|sending|writing) (me|this|us|these|to me)( \S+){0,3}$
        who gave you (my|this)( \S+){0,2}|where (did )?(you|u) get (my|this)( \S+){0,3}
        what (is|s|are) (this|these|this number|you)( \S+){0,3}( about| for| from)?$|whats this( \S+){0,3}$
        + |what (company|number|program|organization|place|center) (is|are) (this|you)( from)?
        (is this|are you|am i talking to) (a |an )?(real( person)?|bot|robot|human|scam|spam|automated|computer
        + |person|legit)( \S+){0,3}$
        do i know you|i dont know (who (this|you) (is|are)|this number|you)$|new number who
        """,
    ),
    *rows(
        "es",
        r"""
        (quien|quienes|kien) (es|son|eres|habla|escribe|manda|me (escribe|manda|habla|envia)|le dio|les dio
        + |esta)( \S+){0,4}$
        (como|de donde|donde|por que|porque|quien) (\S+ )?(consigui\S+|obtuv\S+|sac\S+|tienen|tiene|dio|encontraron
        + |agarraron) (\S+ )?(mi|este|ese) (numero|telefono|contacto|celular)( \S+){0,2}
        (por que|porque) (me )?(estan |esta )?(escrib\S+|mand\S+|envi\S+|text\S+)( \S+){0,4}$
        (que|cual) (es|son|numero|compania|programa|centro) (esto|este|ese|eso|este numero|estos mensajes|es este
        + |es esto|son)( \S+){0,2}$|de que (se trata|es esto)|(esto )?es (un )?(robot|una estafa|fraude|real|persona)$
        """,
    ),
)
