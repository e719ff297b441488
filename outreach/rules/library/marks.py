"""What another system left in a message: marks it would have filled, tags, and the notices and names it would have added."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from outreach.rules.patterns import word_set
from outreach.rules.readers.html_tags import HTML_TAGS

_FIELD_WORDS = r"names?|insert|phone|clinic|program(?:me)?|url|website|nombres?|apellidos?|inserte|teléfono|clínica"
_FIELDS = re.compile(
    r"\{\{\{?[^{}\n]{0,80}\}?\}\}|\{%[^%\n]{0,80}%\}|\$?\{[^\W\d][\w .|-]{0,40}\}"  # {{name}} {% if %} ${name} {name}
    r"|\*\|[^|\n]{1,60}\|\*"  # *|FNAME|*
    r"|<<[^<>\n]{1,40}>>|%%[^%\n]{1,40}%%|%[A-Z][A-Z_]{2,30}%|\[\[[^\[\]\n]{1,40}\]\]"
    r"|\[[A-Z][A-Z _'-]{2,30}\]|\[[A-Z][a-z]+(?: [A-Z][a-z]+){1,3}\]"  # [NAME] [First Name]
    rf"|\[(?=[^\[\]\n]{{0,40}}\b(?i:{_FIELD_WORDS})\b)[^\[\]\s]+(?: [^\[\]\s]+){{0,4}}\]"  # [your name here]
)
_ANGLE = re.compile(r"</?\s*([A-Za-z][\w-]*)(?:\s[^<>\n]{0,200})?/?>")
_NOTICES = re.compile(
    r"\b(?i:reply|respond|text|txt|send)(?i: with)? [\"“'‘]?(?:STOP|UNSUBSCRIBE|CANCEL|QUIT|END)\b[^.!?\n]{0,60}"
    r"|\b(?i:reply|respond) (?i:with )?[\"“'‘]?(?:HELP|INFO)\b[^.!?\n]{0,40}"
    r"|\bSTOP\b[\"”'’]?\s?(?:=|2|(?i:to))\s?(?i:opt|end|quit|cancel|stop|unsubscribe)\w*"
    r"|\b(?i:msgs?|messages?|message)\.?\s?(?i:&|and|\+)\s?(?i:data) (?i:rates)(?i: may apply)?"
    r"|\b(?i:msg|message) frequency\b[^.!?\n]{0,20}"
    r"|\b(?i:to (?:unsubscribe|opt[- ]?out))\b[^.!?\n]{0,60}|\b(?i:unsubscribe (?:here|at any time|link))\b"
    r"|\b(?i:responda|responde|envíe|envía|escriba|escribe)(?i: con)? [\"“«'‘]?"
    r"(?:STOP|ALTO|PARE|PARAR|BAJA|CANCELAR|FIN|AYUDA)\b[^.!?\n]{0,60}"
    r"|\b(?i:tarifas de (?:mensajes?|datos))\b[^.!?\n]{0,40}|\b(?i:darse de baja|cancelar (?:la|su|tu) suscripción)\b"
)
_PREFIX = re.compile(r"\s*([^\W\d_][\w'’&.+ -]{1,38}?)\s?:\s+(?=\S)")
# What a message may open with, and no sender's name.
_NO_NAMES = word_set(
    """
    tip reminder remember note fact quote day week did challenge question today try goal step
    consejo recordatorio recuerde recuerda nota dato frase día semana pregunta hoy meta paso reto
    """
)


def merge_fields(text: str) -> tuple[str, ...]:
    """Marks that another system fills per person, each once, as written."""
    found = [m.group(0) for m in _FIELDS.finditer(text) if not _is_link(text, m)]
    left = _FIELDS.sub(" ", text)
    found += [m.group(0) for m in _ANGLE.finditer(left) if m.group(1).lower() not in HTML_TAGS]
    return tuple(dict.fromkeys(found))


def tags(text: str) -> tuple[str, ...]:
    """HTML tags that stand in the text as words, each once."""
    return tuple(dict.fromkeys(m.group(0) for m in _ANGLE.finditer(text) if m.group(1).lower() in HTML_TAGS))


def notices(text: str) -> tuple[str, ...]:
    """What a text says about leaving, help or costs, which the program says itself."""
    return tuple(dict.fromkeys(m.group(0).strip() for m in _NOTICES.finditer(text)))


def sender_prefix(texts: Sequence[str], credits: Sequence[str] = ()) -> str | None:
    """The name before a colon that opens three or more of the texts, and half of them; or one that a credit names."""
    told = [m.group(1) for m in map(_PREFIX.match, texts) if m]
    told = [name for name in told if name.split()[0].casefold() not in _NO_NAMES]
    counted = Counter(name.casefold() for name in told)
    for name in told:
        times = counted[name.casefold()]
        named = any(name.casefold() in credit.casefold() for credit in credits)
        if named or (times >= 3 and times * 2 >= len(texts)):
            return name
    return None


def opens_with(text: str, name: str) -> bool:
    """Does the text begin with this name and a colon?"""
    match = _PREFIX.match(text)
    return match is not None and match.group(1).casefold() == name.casefold()


def _is_link(text: str, match: re.Match[str]) -> bool:
    """ "[our number](tel:…)": the words of a link in Markdown."""
    return text[match.end() : match.end() + 1] == "(" and match.group(0).startswith("[")
