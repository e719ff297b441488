"""The keywords people answer with: YES, MORE, SLOW, PAUSE, TOPICS and a language, alone and in a sentence.

Plain words, as in reply_words.py. A sentence must be about our texts and nothing else: every row holds the whole of it.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import Language, listed, rows

KEYWORD_EXACT: Final[dict[str, tuple[str, Language]]] = {
    **dict.fromkeys(("yes", "y", "yeah", "yep", "yup", "confirm", "i agree"), ("yes", "en")),
    **dict.fromkeys(("si", "confirmo", "claro que si", "claro", "si claro", "acepto"), ("yes", "es")),
    **dict.fromkeys(
        listed(
            """
            pause | snooze | take a break | hold | hold off | pause it | pause all | paused | pause texts |
            pause messages | pause the texts | pause my texts | pause 2 weeks | pause two weeks | puase | pasue |
            pauze | paus
            """
        ),
        ("pause", "en"),
    ),
    **dict.fromkeys(
        listed("pausa | pausar | pausen | pause los mensajes | pausar mensajes | una pausa | hacer pausa | en pausa"),
        ("pause", "es"),
    ),
    **dict.fromkeys(
        listed(
            """
            more | more please | another | another one | one more | next | next one | next tip | next text |
            send more | more tips | more texts | another tip | send another | send another one | send the next one |
            give me more | i want more | moar | mor | send me more | send me another | keep going send more
            """
        ),
        ("more", "en"),
    ),
    **dict.fromkeys(
        listed(
            """
            mas | otro | otra | otro mas | uno mas | siguiente | el siguiente | manden mas | mande mas |
            mas consejos | otro consejo | mas mensajes | quiero mas | envie mas | envien mas | mandame mas |
            mandenme mas | otro mensaje
            """
        ),
        ("more", "es"),
    ),
    **dict.fromkeys(
        listed(
            """
            slow | slower | slow down | less | fewer | less often | fewer texts | less texts | fewer messages |
            less messages | text me less | send less | send fewer | slow it down | not so often | less frequent |
            less frequently | too often | too frequent | half | slwo | solw | fewer please
            """
        ),
        ("slow", "en"),
    ),
    **dict.fromkeys(
        listed(
            """
            lento | mas lento | despacio | mas despacio | menos | menos mensajes | menos textos | menos seguido |
            no tan seguido | con menos frecuencia | menos frecuencia | muy seguido | manden menos | mande menos |
            menos frecuente
            """
        ),
        ("slow", "es"),
    ),
    **dict.fromkeys(
        listed(
            """
            topics | topic | topic list | topics list | list topics | my topics | menu | options | choose | choices |
            lists | subjects | preferences | settings | topcis | topics please | change topics | change topic
            """
        ),
        ("topics", "en"),
    ),
    **dict.fromkeys(
        listed(
            """
            temas | tema | lista de temas | opciones | menu de temas | los temas | mis temas | cambiar temas |
            cambiar de tema | preferencias | ajustes
            """
        ),
        ("topics", "es"),
    ),
    **dict.fromkeys(("spanish", "espanol", "en espanol", "in spanish"), ("spanish", "es")),
    **dict.fromkeys(("english", "ingles", "en ingles", "in english"), ("english", "en")),
}

# The keywords in a sentence; `name` is the keyword.
KEYWORD_PHRASES: Final = (
    *rows(
        "en",
        r"""
        ^((can|could|would|will|i|id|like|need|want|to|we|a|lets|me|you|hi|hello|the|my|your|these|a little|short
        + |quick) )*(pause|snooze|take a (short )?(break|pause)|put (\S+ )?on
        + (hold|pause))( (from|on|the|my|your|these|all|texts|messages|tips|them|it|for|a|an|few|two|2|one|while|bit
        + |week|weeks|month|days|now|until \S+( \S+)?|texting|me))*$
        ^hold (off )?((my|the|your|these|on|all|sending) )*(texts|messages|tips|texting)( (for|a|while|now|two|2
        + |weeks|week|me))*$
        """,
        "pause",
    ),
    *rows(
        "es",
        r"""
        ^((puede|pueden|podrian|quiero|quisiera|necesito|me|una|hacer|poner|hagan|haga|pongan|en) )*(pausar|pausa
        + |pausen|pause)( (de|en|los|las|mis|sus|mensajes|textos|por|dos|2|unas|una|semanas|semana|dias|un|tiempo|mes
        + |ahora))*$
        ^(descansar|un descanso|tomar un descanso|dame un descanso) (de |por )?((los|sus|mensajes|textos|unos|dias
        + |semana|una|dos|semanas) ?)*$
        """,
        "pause",
    ),
    *rows(
        "en",
        r"""
        ^((can|could|would|will|you|i|id|like|want|to|get|please|us|me|it|do|have|is there|are there|got) )*(send
        + |text|give|get|have|see|hear|read) (me |us )?((a|an|some|the|any) )*(few )?(more|another|next)( (tips?
        + |texts?|messages?|ones?|of|these|those|like|this|that|them|one|notes?|info))*$
        ^((any|some|are there|is there|got) )+more( (tips?|texts?|messages?))?$
        """,
        "more",
    ),
    *rows(
        "es",
        r"""
        ^((puede|pueden|podrian|quiero|quisiera|me|por|favor|tienen|hay) )*(mandar(me)?|enviar(me)?|recibir|ver
        + |manden|mandeme|envien|leer|tienen|mande|mandenme|hay) ((un|una|unos|el|la) )*(mas|otro|otra
        + |siguiente)( (consejos?|textos?|mensajes?|de|estos|esos|uno))*$
        """,
        "more",
    ),
    *rows(
        "en",
        r"""
        ^((can|could|would|will|you|i|id|like|want|to|get|please|us|me|maybe|prefer|receive|have|just|only|a bit
        + |a little|the|texts?|messages?|be|come|is|its|are|could you) )*(text|send|message|write|get|slow|receive
        + |have|fewer|less)? ?(me |us )?(a (bit|little) )?(fewer|less( often| frequent| frequently)?
        + |slow(er)?( down)?|not (as|so) (many|often|much))( (texts?|messages?|tips|please|often|frequently|for me|of
        + |these|them|down|a bit|the|everything|per week|a week))*$
        ^((can|could|you|would|please|send|text|me|get|these|the|i|want|like|prefer|only|just|texts?|messages?|it
        + |them|maybe|to) )*(once|one|twice) (a|per|every) (week|month|other week)( (is|would be) (enough|plenty|fine
        + |better))?( instead| please| only)?$
        """,
        "slow",
    ),
    *rows(
        "es",
        r"""
        ^((puede|pueden|podrian|quiero|quisiera|prefiero|me|recibir|mandar(me)?|enviar(me)?|manden|mandenme|envien
        + |que|los|las|mensajes|textos|escriban|escribir(me)?|lleguen|vayan|un poco|poco|por) )*(menos( seguido
        + | mensajes| textos| frecuencia| frecuente)?|mas (despacio|lento)|no tan seguido
        + |con menos frecuencia)( (mensajes|textos|veces|por semana|a la semana|por favor|seguido))*$
        ^((solo|solamente|manden|mandenme|quiero|un|una|prefiero|mensaje|texto) )*(una vez|uno) (a la|por|al
        + |cada) (semana|mes|quince dias)$
        """,
        "slow",
    ),
    *rows(
        "en",
        r"""
        ^((what|which|are|the|your|other|can|could|i|you|see|show|list|send|me|do|have|change|choose|pick|tell|give
        + |all|my|there|a|of|is|about|know|how|to) )+(topics?|subjects|options|choices)( (do you have|are there
        + |can i (get|choose|pick)|available|you have|please|list|i get|else|there are|offered|is there))*$
        ^what else (do you (have|send|offer|text about)|can i get|is there)$
        """,
        "topics",
    ),
    *rows(
        "es",
        r"""
        ^((que|cuales|son|los|otros|puedo|ver|mostrar|lista|de|mandar|me|hay|tienen|cambiar|escoger|elegir|quiero|mis
        + |sus|muestren|como|cambio|mas) )+(temas?|opciones)( (tienen|hay|puedo|recibir|escoger|disponibles|mas|son
        + |ofrecen))*$
        """,
        "topics",
    ),
    *rows(
        "en",
        r"""
        ^((can|could|you|please|text|send|me|speak|talk|write|these|them|get|the|texts|messages|in|i|want|need|to
        + |only|my|language|is|switch|change|it) )+(in |to )?spanish( instead| only)?$
        """,
        "spanish",
    ),
    *rows(
        "es",
        r"""
        ^((puede|pueden|por|favor|mandar(me)?|manden|mandenme|escriban|escribanme|quiero|los|mensajes|textos|en
        + |prefiero|hablo|solo|cambiar|a|recibir|lo|mi|idioma|es|se|puedo|me|escribir|hablar|envien) )+espanol$
        """,
        "spanish",
    ),
    *rows(
        "en",
        r"""
        ^((can|could|you|please|text|send|me|speak|talk|write|these|them|get|the|texts|messages|in|i|want|need|to
        + |only|my|language|is|switch|change|it|back) )+(in |to )?english( instead| only)?$
        """,
        "english",
    ),
    *rows(
        "es",
        r"""
        ^((puede|pueden|por|favor|mandar(me)?|manden|mandenme|escriban|quiero|los|mensajes|textos|en|prefiero|solo
        + |cambiar|a|recibir) )+ingles$
        """,
        "english",
    ),
)
