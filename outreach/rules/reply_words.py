"""The words people answer with apart from crisis and stop: spelling, keywords, politeness, and signs of a language.

Every entry is in plain words: no accents, no capitals, no apostrophes (dont, cant). To deepen a table, add an entry and its
case in tests/rules/test_replies.py.
"""

from __future__ import annotations

from typing import Final

from outreach.rules.reply_rows import Language, listed

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
    "wana": "want to",
    "killmyself": "kill myself",
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
    "naloxona",
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

# Words of their own that are one slip away from a word above.
NOT_SLIPS: Final = frozenset(
    [
        "testing",
        "tenting",
        "lending",
        "ending",
        "bending",
        "mending",
        "tending",
        "pending",
        "spending",
        "vending",
        "rending",
        "fending",
        "wending",
        "sanding",
        "massage",
        "massages",
        "passage",
        "passages",
        "messenger",
        "cancela",
        "cancelas",
        "cancelan",
        "cancelada",
        "breeding",
        "bathing",
        "loathing",
    ]
)

START_EXACT: Final[dict[str, Language]] = {
    **dict.fromkeys(
        listed(
            """
            start | unstop | un stop | start again | start over | restart | resume | opt in | optin | opt me in | opt
            back in | subscribe | resubscribe | subscribe me | sign me up | sign me up again | sign me back up | start
            texting me | start texts | start texting me again | resume texts | text me again | begin | continue | put
            me back on | start messages
            """
        ),
        "en",
    ),
    **dict.fromkeys(
        listed(
            """
            comenzar | empezar | iniciar | inicio | reanudar | suscribir | suscribirme | suscribirse | alta | darme de
            alta | activar | quiero recibir mensajes | empezar de nuevo | comenzar de nuevo
            """
        ),
        "es",
    ),
}

# The second value: someone asks for more than a list of numbers, so a person looks.
HELP_EXACT: Final[dict[str, tuple[Language, bool]]] = {
    **dict.fromkeys(("help", "info", "information", "help info", "?", "??", "???"), ("en", False)),
    **dict.fromkeys(
        listed(
            """
            help me | i need help | need help | can you help me | can you help | who is this | who are you | whos this
            | who dis | what is this | who is it | i need some help | help us | sos
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

KEYWORD_EXACT: Final[dict[str, tuple[str, Language]]] = {
    **dict.fromkeys(("yes", "y", "yeah", "yep", "yup", "confirm", "i agree"), ("yes", "en")),
    **dict.fromkeys(("si", "confirmo", "claro que si", "acepto"), ("yes", "es")),
    **dict.fromkeys(("pause", "snooze", "take a break"), ("pause", "en")),
    **dict.fromkeys(("pausa", "pausar"), ("pause", "es")),
    **dict.fromkeys(("spanish", "espanol", "en espanol", "in spanish"), ("spanish", "es")),
    **dict.fromkeys(("english", "ingles", "en ingles", "in english"), ("english", "en")),
}


SPANISH_WORDS: Final = frozenset(
    [
        "que",
        "espero",
        "tomar",
        "nunca",
        "ella",
        "este",
        "eso",
        "el",
        "la",
        "los",
        "las",
        "de",
        "del",
        "por",
        "para",
        "con",
        "una",
        "uno",
        "hola",
        "gracias",
        "favor",
        "quiero",
        "necesito",
        "ayuda",
        "mensajes",
        "mensaje",
        "textos",
        "como",
        "estoy",
        "esta",
        "usted",
        "ustedes",
        "soy",
        "tengo",
        "hijo",
        "hija",
        "mas",
        "muy",
        "pero",
        "porque",
        "cuando",
        "donde",
        "quien",
        "mi",
        "su",
        "sus",
        "nos",
        "ya",
        "no",
        "me",
        "le",
        "lo",
        "se",
        "es",
        "hermano",
        "hermana",
        "esposo",
        "esposa",
        "puedo",
        "puede",
        "manana",
        "hoy",
        "bien",
        "buenos",
        "dias",
        "noches",
        "tardes",
        "cita",
        "numero",
        "nombre",
    ]
)
ENGLISH_WORDS: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "to",
        "of",
        "and",
        "is",
        "are",
        "was",
        "my",
        "your",
        "his",
        "her",
        "me",
        "for",
        "in",
        "on",
        "at",
        "with",
        "not",
        "no",
        "do",
        "does",
        "did",
        "have",
        "has",
        "this",
        "that",
        "what",
        "when",
        "where",
        "who",
        "how",
        "can",
        "will",
        "would",
        "please",
        "thanks",
        "text",
        "texts",
        "message",
        "stop",
        "help",
        "need",
        "want",
    ]
)
