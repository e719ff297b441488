"""Which part of the messages a person wishes to end: a channel, a topic, or everything.

"No more emails but texts are fine", "stop the family notes", "just email me", "ya no quiero correos, los textos sí". A
message is cut into segments at words like "but"; in each, what is named (a channel, a topic, a kind of message) is ended or
kept by the words around it. What nobody named is left alone, except after "only": then the rest ends. Whether it is a wish
at all is decided here too: naming emails is not yet leaving them. All words are plain ones, as in stop_words.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from outreach.rules.patterns import word_set
from outreach.rules.schedule_values import Channel, Topic

BOTH: Final[tuple[Channel, ...]] = ("email", "sms")


@dataclass(frozen=True, slots=True)
class Part:
    """What ends. channels: on which; topics: keys of schedules.yaml, empty when all of them end there. named: the key, or
    the person's own word for what they named ("tips"), or None. doubt: a person should ask what was meant."""

    channels: tuple[Channel, ...]
    topics: tuple[str, ...] = ()
    named: str | None = None
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """Something named in a segment: "email", "sms", "messages" (whatever comes), "all", or a topic's key."""

    what: str
    word: str
    start: int
    end: int


_EMAIL: Final = r"e ?mails?|e ?mailing|emailed|newsletters?|correos?( electronicos?)?|mails|boletin(es)?|inbox|e mail"
_TEXT: Final = (
    r"texts?|texting|text ?messages?|sms|textos?|mensajes? de texto|texteo|textear|textearme|texteen|textee|"
    r"daily tips?|tips?|consejos?|phone messages?|my (phone|cell)|mi (telefono|celular)"
)
_MESSAGES: Final = r"messages?|messaging|mensajes?|notes?|notas?|updates?|alerts?|reminders?|notifications?|avisos?"
_ALL: Final = (
    r"everything|every thing|all (the |your |of (it|them|your) )?(lists?|communications?|contact"
    r"|correspondence|channels)"
    r"|all contact|any (way|form|channel)|anything|todo|todos? (los|sus|tipo de) \S+|cualquier \S+"
)
_NOUN: Final = re.compile(
    rf"(?<!\S)(?:(?P<email>{_EMAIL})|(?P<sms>{_TEXT})|(?P<all>{_ALL})|(?P<messages>{_MESSAGES}))(?!\S)"
)
_SEGMENT: Final = re.compile(
    r" (?:but|pero|however|though|although|sino|instead just|and just|and only|y solo) | (?=(?:and|y) (?:keep"
    r"|continue|leave|sigan|siga|dejen los|dejen las|deje los|deje las) )"
)
_EXCEPT: Final = re.compile(
    r" (?:except(?: for)?|excepto|menos|salvo|other than|besides|apart from|aside from|all but|not counting) "
)
_END: Final = re.compile(
    r"(?<!\S)(?:stop|stops|no|dont|not|quit|end|cancel|unsubscribe|unsub|remove|off|out|without|never|done"
    r"|enough|less|cease"
    r"|discontinue|leave|leaving|drop|delete|opt|optout|cant|nix|kill|rid|tired|sick|too|many|alto|pare|paren"
    r"|para|deje|dejen|dejar"
    r"|ya|cancelar|cancelen|cancele|quiten|quitenme|quiteme|quitar|baja|basta|sin|nunca|tampoco|terminar"
    r"|parar|detener|eliminar|salir)(?!\S)"
)
_DOUBLE_NO: Final = re.compile(
    r"(?<!\S)(?:dont|do not|never|please dont|no|nunca) (?:(?:ever|you|please|me) )*(?:stop|end|cancel|quit"
    r"|mind|remove|paren|pare|dejen|deje)(?!\S)"
    r"|no problem|not a problem|dont mind|cant stop|wouldnt mind|no me molestan|no hay problema"
)
_KEEP: Final = re.compile(
    r"(?<!\S)(?:keep|keeping|kept|still|fine|ok|okay|good|great|love|like|want|prefer|rather|instead|continue"
    r"|works?|welcome|yes|alright"
    r"|cool|better|enough for me|leave|need|useful|helpful|si|bien|quiero|prefiero|sigan|siga|mejor|manden"
    r"|mande|gustan|me sirven|esta bien)(?!\S)"
)
_ONLY_WORD: Final = r"(?:only|just|solo|solamente|nomas|unicamente|nada mas)"
_ONLY: Final = re.compile(
    rf"^(?:(?:please|por favor|hi|hello|hola|can|could|you|i|id|would|like|want|wanted|prefer|need|to|me|get"
    rf"|receive|have|send|sending|keep|the|your|my"
    rf"|for|now|ok|okay|quiero|quisiera|prefiero|deseo|recibir|que|manden|mandenme|mande|mandeme|envien"
    rf"|envienme|los|las|el|la|sus|"
    rf"and|y|puede|pueden|tener|mis|{_ONLY_WORD}) )*$"
)
_AFTER_ONLY: Final = re.compile(
    rf"^(?: (?:please|por favor|thanks|thank|you|gracias|only|from|now|on|for|instead|me|and|y|notes?|texts?"
    rf"|messages?|emails?|stuff|ones?|series"
    rf"|solamente|nomas|nada|mas|nothing|else|updates?|notas|mensajes|textos|correos|tips|as|always|too"
    rf"|{_ONLY_WORD}))*$"
)


_CHOSEN: Final = re.compile(rf"(?<!\S){_ONLY_WORD}(?!\S)")


def part_of(clauses: Sequence[str], topics: Iterable[Topic], *, stops: bool) -> Part | None:
    """The part a wish in these clauses ends; None when no part is named.

    `stops`: another look found that the clauses hold a wish to stop, so what they name without a word is ended.
    """
    ended: list[_Named] = []
    kept: list[_Named] = []
    only = strong = denied = False
    for text, excepted in _segments(clauses):
        named = _named(text, tuple(topics))
        if not named:
            continue
        if excepted:
            kept += named
            only = True
            continue
        for one in named:
            sense = _sense(text, one, ended_before=bool(ended), kept_before=bool(kept))
            if sense == "only" and denied:
                sense = "end"  # don't stop the texts, just the emails
            strong = strong or (sense == "end" and _is_strong(text[: one.start], text[one.end :]))
            if sense == "only":
                only = True
                kept.append(one)
            elif sense == "end":
                ended.append(one)
            elif sense == "keep":
                kept.append(one)
            elif stops and _END.search(text):
                ended.append(one)
        denied = denied or _DOUBLE_NO.search(text) is not None
    if not (stops or only or strong or (ended and kept)):
        return None
    part = _part(ended, kept, topics=tuple(topics), only=only, chosen=any(_CHOSEN.search(c) for c in clauses))
    asked = any(one.word in ("email", "text") for one in kept) and not ended
    return replace(part, doubt=True) if part and asked else part


def _segments(clauses: Sequence[str]) -> list[tuple[str, bool]]:
    """The segments of the clauses, and whether each is what the one before it excepts."""
    found: list[tuple[str, bool]] = []
    for clause in clauses:
        for piece in _SEGMENT.split(f" {clause} "):
            head, *rest = _EXCEPT.split(f" {piece.strip()} ")
            found.append((head.strip(), False))
            found += [(other.strip(), True) for other in rest]
    return [(text, excepted) for text, excepted in found if text]


# What is named right behind one of these, at the beginning of a clause, is not wanted: no more emails; end recovery notes.
_STRONG: Final = re.compile(
    r"^(?:(?:hi|hello|hey|please|just|only|i|we|ok|okay|thanks|and|so|hola|por|favor|ya|way) )*"
    r"(?:no more|no|too many|enough|stop|end|quit|cancel|cease|drop|unsub|unsubscribe(?: me)?(?: from)?"
    r"|opt (?:me )?out of|remove me from|off"
    r"|dont (?:want|need|send|like)|never send|do without|no quiero|no quiero mas|no mas|basta de|alto a"
    r"|demasiados|muchos|no deseo|no necesito"
    r"|no me (?:manden?|envien?|interesan?|gustan?)|cancel(?:ar|en)|paren|pare|dejen?|quiten(?:me)?(?: de)?"
    r"|terminar|sin)"
    r"(?: (?:the|your|these|those|any|all|of|more|me|my|from|to|get|getting|receive|receiving|sending|las?"
    r"|los|sus|estos|estas|mas|recibir|de|esos))* $"
)


def _is_strong(before: str, after: str) -> bool:
    """A bare "no" needs nothing more behind it: "no emails today?" asks, "no emails please" refuses."""
    if _STRONG.search(before) is None:
        return False
    return _AFTER_ONLY.match(after.rstrip()) is not None or re.search(r"(?<!\S)(?:no|muchos|sin|off) $", before) is None


# Emails that are not got, found or opened are missed, not refused.
_MISSED: Final = re.compile(
    r"(?<!\S)(?:dont|didnt|doesnt|cant|never|havent|hasnt|not|no|nunca|couldnt) (?:(?:ever|always|even"
    r"|me) )*(?:get|got|gets|getting any|receive|received|open"
    r"|opened|see|saw|read|find|found|have|had|use|check|checked|understand|know|recib\S*|llega\S*|llego"
    r"|abr\S*|encuentro|veo|tengo|entiendo|uso)(?!\S)"
)


def _sense(text: str, one: _Named, *, ended_before: bool, kept_before: bool) -> str:
    """Whether what is named is ended, kept, the only one kept, or merely named (""), by the words around it."""
    before, after = text[: one.start].strip(), text[one.end :]
    if _MISSED.search(before):
        return ""
    if one.word == "text" and after.startswith(" me") and re.search(r"(?<!\S)just$", before):
        return ""  # "just text me" asks to be texted, not to be left alone by email
    if re.search(
        r"(?<!\S)(?:dont|do not|didnt|never) (?:ever )?(?:want|wanted|wish|need)(?: \S+){0,2}$", before
    ) and re.match(r" to (?:stop|end|quit|cease|go away)(?!\S)", after):
        return "keep"  # I don't want these texts to end
    if one.word in ("text", "email") and re.match(r" (?:my|him|her|them|people|anyone|back)(?!\S)", after):
        return ""  # whom one writes to oneself
    if match := re.match(r" (?:please )?(yes|si|no|out|off|ok|okay|fine|only|instead)(?!\S)", after):
        word = match[1]
        if word == "only" and _END.search(before) is None:
            return "only"
        if word in ("no", "out", "off") and not before.endswith(("no", "not", "say")):
            return "end"
        if word in ("yes", "si", "ok", "okay", "fine", "instead") and not re.search(r"(?<!\S)(not|no|dont)$", before):
            return "keep"
    if re.search(r"(?<!\S)(?:not|no)(?: the| your| my| los| las)?$", before) and re.search(
        rf"(?<!\S)(?:{_END_VERBS})(?!\S)", before
    ):
        return "keep"  # stop the emails not the texts
    if ended_before and not kept_before and re.fullmatch(r"(?:not|no)(?: the| your| my| los| las)?", before):
        return "keep"
    chosen = re.search(r"(?<!\S)" + _ONLY_WORD + r"(?!\S)", f"{before}{after}")
    if chosen and _ONLY.match(f"{before} " if before else "") and _AFTER_ONLY.match(after):
        return "only"
    if re.search(r"(?<!\S)(?:instead of|rather than|en vez de|en lugar de|over|than)(?: \S+)?$", before):
        return "end"
    if _DOUBLE_NO.search(before):
        return "keep"
    if _END.search(before):
        return "end"
    return "keep" if _KEEP.search(before) or _KEEP.search(after) else ""


_END_VERBS: Final = (
    r"stop|quit|end|cancel|unsubscribe|remove|paren|pare|dejen|deje|quiten|cancelen|cancelar|no more|ya no"
)


def _part(
    ended: list[_Named], kept: list[_Named], *, topics: tuple[Topic, ...], only: bool, chosen: bool
) -> Part | None:
    keys = [topic.key for topic in topics]
    ended_topics = [one.what for one in ended if one.what in keys]
    kept_topics = [one.what for one in kept if one.what in keys]
    ended_channels = _channels(ended)
    kept_channels = _channels(kept)
    vague = next((one.word for one in (*ended, *kept) if one.what == "sms" and "tip" in one.word), None)
    if not ended and not (only and kept):
        return None
    if ended_topics:
        topics_ended = tuple(dict.fromkeys(ended_topics))
        left = tuple(channel for channel in (ended_channels or BOTH) if channel not in kept_channels) or BOTH
        return Part(left, topics_ended, ", ".join(topics_ended))
    if kept_topics and (only or ended):
        others = tuple(key for key in keys if key not in kept_topics)
        if not others:
            return None
        return Part(ended_channels or BOTH, others, ", ".join(others))
    if any(one.what == "all" for one in ended):
        left = tuple(channel for channel in BOTH if channel not in kept_channels)
        return Part(left or BOTH, named=vague, doubt=not left)
    if ended_channels:
        left = tuple(channel for channel in ended_channels if channel not in kept_channels)
        unclear = not left or any(one.what == "messages" for one in kept)
        return Part(left or ended_channels, named=vague if kept or chosen else None, doubt=unclear)
    if kept_channels and (only or ended):
        left = tuple(channel for channel in BOTH if channel not in kept_channels)
        # "only texts and emails" ends nothing that can be named
        return Part(left, named=vague, doubt=vague is not None) if left else None
    return None


def _channels(named: Sequence[_Named]) -> tuple[Channel, ...]:
    return tuple(channel for channel in BOTH if any(one.what == channel for one in named))


# --- what is named --------------------------------------------------------------------------------------------------

_CARRIER: Final = (
    r"(?:notes?|texts?|messages?|tips?|emails?|e mails?|ones?|stuff|series|updates?|newsletters?|lists?"
    r"|topics?|program|group|info|things?"
    r"|notas?|mensajes?|textos?|correos?|consejos?|serie|lista|tema|programa|boletin)"
)
_SMALL: Final = word_set(
    """a an and the of on for to in with your our my about from notes note notas nota tips tip texts text messages message
    mensajes mensaje emails email correos correo news newsletter updates update daily weekly series list un una y e o u el
    la los las de del para por sobre con su sus en friends friend amistades amigos"""
)


def _named(text: str, topics: tuple[Topic, ...]) -> list[_Named]:
    """What a segment names, from left to right; a topic's own words are not read again as a kind of message."""
    found: list[_Named] = []
    for key, pattern in _topic_patterns(topics):
        found += [_Named(key, match[0], *match.span()) for match in pattern.finditer(text)]
        # "the family emails" names the channel as well
        found += [
            _Named(channel, word, one.start, one.end)
            for one in found
            if one.what == key
            for channel, word in _channel_words(one.word)
        ]
    taken = [(one.start, one.end) for one in found]
    for match in _NOUN.finditer(text):
        start, end = match.span()
        if not any(start < b and a < end for a, b in taken):
            found.append(_of(match))
    return sorted(found, key=lambda one: one.start)


def _of(match: re.Match[str]) -> _Named:
    what = next(name for name in ("email", "sms", "all", "messages") if match[name])
    return _Named(what, match[0], *match.span())


def _channel_words(phrase: str) -> list[tuple[str, str]]:
    found = []
    for word in phrase.split():
        if re.fullmatch(_EMAIL, word):
            found.append(("email", word))
        elif re.fullmatch(r"texts?|textos?|sms", word):
            found.append(("sms", word))
    return found


@lru_cache(maxsize=32)
def _topic_patterns(topics: tuple[Topic, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """A pattern for each topic: its key, a label, or a word of its own beside a word for messages."""
    words = {topic.key: _own_words(topic) for topic in topics}
    patterns = []
    for topic in topics:
        shared = {word for key, others in words.items() if key != topic.key for word in others}
        own = sorted(words[topic.key] - shared, key=len, reverse=True)
        whole = [_spoken(topic.key), _spoken(topic.label), _spoken(topic.label_es)]
        choices = [re.escape(name) for name in whole if name]
        if own:
            word = "(?:" + "|".join(map(re.escape, own)) + ")(?:s|es)?"
            choices += [
                rf"{word} (?:and \S+ )?{_CARRIER}",
                rf"{_CARRIER} (?:(?:on|about|for|de|del|para|sobre|la|las|el|los|the|your) )+{word}",
            ]
        patterns.append((topic.key, re.compile(rf"(?<!\S)(?:{'|'.join(choices)})(?!\S)")))
    return tuple(patterns)


def _own_words(topic: Topic) -> set[str]:
    said = f"{_spoken(topic.key)} {_spoken(topic.label)} {_spoken(topic.label_es)}".split()
    return {form for word in said if word not in _SMALL and len(word) > 2 for form in _forms(word)}


def _forms(word: str) -> set[str]:
    """A word in the singular and the plural, as far as a letter tells."""
    singular = word[:-3] + "y" if word.endswith("ies") else word[:-1] if word.endswith("s") else word
    plural = singular[:-1] + "ies" if singular.endswith("y") else singular
    return {word, singular, plural}


def _spoken(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain))
