"""The words we answer a text with, in English and Spanish.

Every answer begins with who writes, fits two parts whatever a name of 30 letters holds, and stays in the GSM alphabet: the
Spanish ones do without á, í, ó and ú, which would halve a part's length (protocols.md 3). A crisis answer follows 6.3: 911
first, 988 by call and by text, naloxone for an overdose alone; it asks nothing, promises nothing, diagnoses nothing and
quotes nothing. It names no hotline that would tell whoever holds the phone what the matter is. That staff are alerted is
true when it is sent (the incident stands before the answer); that they read at once is not, and so it says that too.
In Spanish 988 is reached with 2 after the call and with the word AYUDA by text [988op; 988lifeline.org, What to expect].
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from outreach.rules.reply_rows import Language
from outreach.rules.schedule_values import Channel, Organisation
from outreach.rules.sms import GSM_BASIC, GSM_EXTENSION, fits, fold, measure

_Said = Mapping[Language, str]
MOST_PARTS: Final = 2

_DANGER: Final[_Said] = {
    "en": "If life is in danger, call 911 now.",
    "es": "Si hay peligro de muerte, llame al 911 ahora.",
}
_FIRST: Final[Mapping[str | None, _Said]] = {
    "overdose": {
        "en": "Call 911 now. If you have naloxone, give it, and stay with the person.",
        "es": "Llame al 911 ahora. Si tiene naloxona, dé una dosis y no deje sola a la persona.",
    },
    "self_harm": _DANGER,
    "violence": {
        "en": "If you or anyone is in danger, call 911 now.",
        "es": "Si usted o alguien corre peligro, llame al 911 ahora.",
    },
    "withdrawal": {
        "en": "Call 911 now for a seizure, chest pain or seeing things, and stay with the person.",
        "es": "Llame al 911 ya si hay convulsiones, visiones o dolor de pecho, y no deje sola a la persona.",
    },
}
_LIFELINE: Final[_Said] = {
    "en": "You can call or text 988, free, day or night.",
    "es": "Ayuda gratis a toda hora: llame al 988 y oprima 2, o mande AYUDA al 988.",
}
# The Georgia Crisis and Access Line by its number alone: its name would tell what the matter is [gcal].
_GEORGIA: Final[_Said] = {"en": "In Georgia: 1-800-715-4225.", "es": "En Georgia: 1-800-715-4225."}
_STAFF: Final[_Said] = {
    "en": "Our staff are alerted, but may not read this right away.",
    "es": "Avisamos al personal, pero puede tardar en leer.",
}
_NO_MORE: Final[_Said] = {
    "en": "You will get no more texts from us.",
    "es": "Ya no le mandaremos textos.",
}
_COME_BACK: Final[_Said] = {
    "en": "Reply START to come back.",
    "es": "Para volver, responda START.",
}
_STARTED: Final[_Said] = {
    "en": "You will get our texts again. Msg&data rates may apply. Reply HELP for help, STOP to stop.",
    "es": "Le mandaremos textos de nuevo. Puede haber cargos por mensajes y datos. "
    "Responda HELP para ayuda, STOP para terminar.",
}
_HELP: Final[_Said] = {
    "en": "To reach a person, call {phone}. Msg&data rates may apply. Reply STOP to stop. "
    "In danger: 911. Crisis: call/text 988.",
    "es": "Para hablar con una persona, llame al {phone}. Puede haber cargos por mensajes y datos. "
    "Responda STOP para terminar. En peligro: 911. Crisis: llame al 988 (oprima 2).",
}
_PAUSED: Final[_Said] = {
    "en": "No texts for two weeks, then they go on. Reply STOP to end them.",
    "es": "Dos semanas sin textos, luego siguen. Responda STOP para terminar.",
}
_MORE: Final[_Said] = {
    "en": "The next text comes as soon as the hours and the daily limit allow. Reply STOP to end them.",
    "es": "El texto que sigue llega en cuanto lo permitan las horas y el tope diario. Responda STOP para terminar.",
}
_NOTHING_MORE: Final[_Said] = {
    "en": "No further text is waiting for you. To reach a person, call {phone}. Reply STOP to end texts.",
    "es": "No hay otro texto pendiente para usted. Para hablar con una persona, llame al {phone}. Responda STOP para terminar.",
}
_SLOW: Final[_Said] = {
    "en": "Texts come less often from now on. Reply MORE for the next one, STOP to end them.",
    "es": "Desde ahora los textos vienen menos seguido. Responda MAS para el siguiente, STOP para terminar.",
}
_TOPICS: Final[_Said] = {
    "en": "You can get: {topics}. To end one, reply STOP and its name. To begin one, call {phone}.",
    "es": "Puede recibir: {topics}. Para terminar uno, responda STOP y su nombre. Para empezar otro, llame al {phone}.",
}
_CHOOSE: Final[_Said] = {
    "en": "To choose what you get, call {phone}. Reply STOP to end all texts, PAUSE for two weeks off.",
    "es": "Para escoger lo que recibe, llame al {phone}. Responda STOP para terminar los textos, PAUSA para dos semanas "
    "sin ellos.",
}
# What ended: (by channels) whole channels, then topics named, then topics unnamed.
_ENDED: Final[Mapping[tuple[Channel, ...], _Said]] = {
    ("sms",): {"en": "You will get no more texts from us.", "es": "Ya no le mandaremos textos."},
    ("email",): {"en": "You will get no more emails from us.", "es": "Ya no le mandaremos correos."},
    ("email", "sms"): {
        "en": "You will get no more texts and no more emails from us.",
        "es": "Ya no le mandaremos textos ni correos.",
    },
}
_ENDED_TOPIC: Final[Mapping[tuple[Channel, ...], _Said]] = {
    ("sms",): {"en": "No more texts of: {topics}.", "es": "Ya no le mandaremos textos de: {topics}."},
    ("email",): {"en": "No more emails of: {topics}.", "es": "Ya no le mandaremos correos de: {topics}."},
    ("email", "sms"): {"en": "No more of: {topics}.", "es": "Ya no le mandaremos: {topics}."},
}
_ENDED_SOME: Final[_Said] = {
    "en": "What you named will not come any more.",
    "es": "Eso ya no le va a llegar.",
}
_END_ALL: Final[_Said] = {
    "en": "Reply STOP to end all texts.",
    "es": "Para terminar todos los textos, responda STOP.",
}


def crisis(organisation: Organisation, kind: str | None, language: str, *, stopped: bool, alerted: bool = True) -> str:
    """The lifelines. `kind` is the crisis class of an Intent; `stopped` confirms an opt-out in the same message. `alerted`:
    staff know of it, and so it says that they do."""
    said = [_FIRST.get(kind, _DANGER), _LIFELINE, _GEORGIA]
    said += ([_STAFF] if alerted else []) + ([_NO_MORE] if stopped else [])
    whole = _from(organisation, *(_in(language, words) for words in said))
    if measure(whole).parts <= MOST_PARTS:
        return whole
    said.remove(_GEORGIA)  # a name of costly letters: 988 is answered there by the same people [988ga]
    return _from(organisation, *(_in(language, words) for words in said))


def stop_confirmed(organisation: Organisation, language: str) -> str:
    """The one confirmation of an opt-out: nothing promotional (47 CFR 64.1200(a)(12))."""
    return _from(organisation, _in(language, _NO_MORE), _in(language, _COME_BACK))


def start_confirmed(organisation: Organisation, language: str) -> str:
    """The answer to somebody who came back."""
    return _from(organisation, _in(language, _STARTED))


def help_reply(organisation: Organisation, language: str) -> str:
    """Who writes, a person's number, how to stop, and the lifelines."""
    return _from(organisation, _in(language, _HELP).format(phone=organisation.phone))


def pause_confirmed(organisation: Organisation, language: str) -> str:
    """The answer to PAUSE."""
    return _from(organisation, _in(language, _PAUSED))


def more_coming(organisation: Organisation, language: str, *, coming: bool) -> str:
    """The answer to MORE: the next text comes, or none is left."""
    return _from(organisation, _in(language, _MORE if coming else _NOTHING_MORE).format(phone=organisation.phone))


def slowed(organisation: Organisation, language: str, *, coming: bool) -> str:
    """The answer to SLOW: less often, or nothing that could be slowed."""
    return _from(organisation, _in(language, _SLOW if coming else _NOTHING_MORE).format(phone=organisation.phone))


def topic_list(organisation: Organisation, language: str, labels: Sequence[str]) -> str:
    """The answer to TOPICS. Without labels (a person who asked for discretion) it names none. Labels that find no room in
    two parts are left out from the end."""
    if not labels:
        return _from(organisation, _in(language, _CHOOSE).format(phone=organisation.phone))
    return _fitted(organisation, _in(language, _TOPICS), labels)


def part_confirmed(
    organisation: Organisation, language: str, *, channels: tuple[Channel, ...], labels: Sequence[str], topics: bool
) -> str:
    """The one confirmation of a stop that ends less or more than all texts: what ended, and how to end all texts.

    channels: on which something ended. topics: only topics ended there, `labels` of them ([]: they are not to be named).
    """
    ends = tuple(channel for channel in ("email", "sms") if channel in channels)
    if not topics:
        after = _COME_BACK if "sms" in ends else _END_ALL
        return _from(organisation, _in(language, _ENDED[ends]), _in(language, after))
    if not labels:
        return _from(organisation, _in(language, _ENDED_SOME), _in(language, _END_ALL))
    said = f"{_in(language, _ENDED_TOPIC[ends])} {_in(language, _END_ALL)}"
    return _fitted(organisation, said, labels)


def _fitted(organisation: Organisation, said: str, labels: Sequence[str]) -> str:
    """The words with as many labels as two parts have room for, at least a piece of the first."""
    plain = [_gsm(label) for label in labels]
    for count in range(len(plain), 0, -1):
        text = _from(organisation, _filled(said, organisation, "; ".join(plain[:count])))
        if fits(text):
            return text
    for length in range(len(plain[0]), 0, -1):
        text = _from(organisation, _filled(said, organisation, plain[0][:length].rstrip()))
        if fits(text):
            return text
    return _from(organisation, _filled(said, organisation, "-"))


def _filled(said: str, organisation: Organisation, topics: str) -> str:
    return said.replace("{phone}", organisation.phone).replace("{topics}", topics)


def _gsm(label: str) -> str:
    """A label in the letters a text can carry at the plain price: án becomes an, an emoji goes."""
    found = []
    for letter in fold(label):
        if letter in GSM_BASIC or letter in GSM_EXTENSION:
            found.append(letter)
        else:
            found += [plain for plain in unicodedata.normalize("NFD", letter) if plain in GSM_BASIC]
    return " ".join("".join(found).split()) or "?"


def _in(language: str, said: _Said) -> str:
    return said["es" if language == "es" else "en"]


def _from(organisation: Organisation, *words: str) -> str:
    # A curly apostrophe in a name would double the price of every answer.
    return fold(f"{organisation.short_name}: {' '.join(words)}")
