"""The words we answer a text with, in English and Spanish.

Every answer begins with who writes, fits two parts, and stays in the GSM alphabet: the Spanish ones use words without the
accents that would halve a part's length (protocols.md 3). A crisis answer names only what section 6.3 approves: 911, 988,
naloxone and staying with the person. It asks nothing, promises nothing, quotes nothing, and says truly who reads the line.
"""

from __future__ import annotations

from outreach.rules.reply_rows import Language
from outreach.rules.schedule_values import Organisation

_OVERDOSE = {
    "en": "Call 911 now. If you have naloxone, give it, and stay with the person.",
    "es": "Llame al 911 ahora. Si tiene naloxona, dé una dosis y no deje sola a la persona.",
}
_DANGER = {
    "en": "If anyone is in danger now, call 911.",
    "es": "Si alguien corre peligro ahora, llame al 911.",
}
_LIFELINE = {
    "en": "To talk with someone, call or text 988, free, day or night. Staff read these texts, but not at all hours.",
    "es": "Para hablar con alguien, llame al 988 y oprima 2, gratis, a toda hora. "
    "El personal lee estos textos, pero no a toda hora.",
}
_NO_MORE = {
    "en": "You will get no more texts from us.",
    "es": "Ya no le mandaremos textos.",
}
_COME_BACK = {
    "en": "Reply START to come back.",
    "es": "Para volver, responda START.",
}
_STARTED = {
    "en": "You will get our texts again. Msg&data rates may apply. Reply HELP for help, STOP to stop.",
    "es": "Le mandaremos textos de nuevo. Puede haber cargos por mensajes y datos. "
    "Responda HELP para ayuda, STOP para terminar.",
}
_HELP = {
    "en": "To reach a person, call {phone}. Msg&data rates may apply. Reply STOP to stop. "
    "In danger: 911. Crisis: call/text 988.",
    "es": "Para hablar con una persona, llame al {phone}. Puede haber cargos por mensajes y datos. "
    "Responda STOP para terminar. En peligro: 911. Crisis: llame al 988 y oprima 2.",
}
_PAUSED = {
    "en": "No texts for two weeks, then they go on. Reply STOP to end them.",
    "es": "Dos semanas sin textos, luego siguen. Responda STOP para terminar.",
}


def crisis(organisation: Organisation, kind: str | None, language: Language, *, stopped: bool) -> str:
    """The lifelines. `kind` is the crisis class of an Intent; `stopped` confirms an opt-out in the same message."""
    first = _OVERDOSE if kind == "overdose" else _DANGER
    words = [first[language], _LIFELINE[language]]
    return _from(organisation, " ".join([*words, _NO_MORE[language]] if stopped else words))


def stop_confirmed(organisation: Organisation, language: Language) -> str:
    """The one confirmation of an opt-out: nothing promotional (47 CFR 64.1200(a)(12))."""
    return _from(organisation, f"{_NO_MORE[language]} {_COME_BACK[language]}")


def start_confirmed(organisation: Organisation, language: Language) -> str:
    """The answer to somebody who came back."""
    return _from(organisation, _STARTED[language])


def help_reply(organisation: Organisation, language: Language) -> str:
    """Who writes, a person's number, how to stop, and the lifelines."""
    return _from(organisation, _HELP[language].format(phone=organisation.phone))


def pause_confirmed(organisation: Organisation, language: Language) -> str:
    """The answer to PAUSE."""
    return _from(organisation, _PAUSED[language])


def _from(organisation: Organisation, words: str) -> str:
    return f"{organisation.short_name}: {words}"
