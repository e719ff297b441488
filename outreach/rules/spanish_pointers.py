"""What makes a Spanish sentence lean on its neighbours: pointers, pronouns, and verbs whose subject was named before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outreach.rules.patterns import word_set
from outreach.rules.spanish_verbs import has_pronoun_behind

_POINTING = re.compile(
    r"(?<!\w)(?P<word>est[eao]s?|es[eao]s?|esto|eso|aquel(?:l[oa]s?)?|dich[oa]s?|tales)(?!\w)"
    r"(?! (?:semana|noche|mañana|tarde|mes|año|día de hoy|momento|verano|invierno|primavera|otoño|vez|fin de semana|"
    r"que|quienes)\b)"
    r"(?:\s+(?P<noun>\w+))?",
    re.I,
)
_PERSON = re.compile(r"(?<!\w)(?:él|ella|ellos|ellas)(?: mism[oa]s?)?(?!\w)", re.I)
_NAMED = re.compile(
    r"\b(?:el|la|los|las|un|una|unos|unas|su|sus|al|del|cada|alguien|quien|quienes|todo|toda|otro|otra)\b(?: \w{3,})?",
    re.I,
)
# A verb without a subject speaks of what the sentence before named: "Pueden durar meses."
_SUBJECTLESS = re.compile(
    r"^(?:(?:de (?:noche|día)|a veces|a menudo|casi siempre|normalmente|generalmente|con frecuencia|muchas veces|no|"
    r"incluso|aun así|al principio),? )*(?:"
    r"pueden|podrían?|podían?|suelen?|son|eran?|fue|fueron|tienen|hacen|deben|deberían|sirven?|causan?|ayudan|funcionan?|"
    r"duran?|provocan?|producen?|dependen?|ocurren?|aparecen?|desaparecen?|empeoran?|mejoran|vienen?|incluyen|necesitan|"
    r"contestan?|puede (?:tener|ser|causar|durar|provocar|producir|ocurrir|aparecer|afectar|llevar|resultar|haber)|"
    r"lo (?:hace|hacen|mismo (?!que)))(?!\w)",
    re.I,
)
_PAGE = re.compile(
    r"\b(?:lo siguiente|(?:los|las) siguientes|a continuación|siguientes? (?:lista|pasos?|consejos?|señal(?:es)?|"
    r"párrafos?|sección)|"
    r"(?:este|el) (?:artículo|texto|blog|enlace)|est[ae] (?:guía|página|lista|sección|tabla|folleto)|haga clic|siga leyendo|"
    r"más (?:abajo|arriba)|(?:ya )?(?:mencionad|descrit|vist)[oa]s? (?:antes|arriba|anteriormente)|como (?:vimos|dijimos)|"
    r"suscríbase|descargue|nuestro (?:boletín|sitio))\b",
    re.I,
)
_TAIL = re.compile(r",? (?:también|tampoco|además|aun así|por eso|en cambio|igualmente)[.!]$", re.I)
_MOS = re.compile(r"(?<!\w)(?:\w{2,}[aeiáéí]mos|vamos|somos|damos|nosotr[oa]s|nuestr[oa]s?)(?!\w)", re.I)
_NO_VERBS = word_set(
    """
    tramos ramos extremos máximos mínimos últimos próximos mismos ánimos supremos íntimos legítimos anónimos óptimos pésimos
    marítimos racimos optimos ritmos vigésimos décimos séptimos hermanos
    """
)


def leaning(text: str, organisation: str | None) -> Iterator[str]:
    """Reasons, for staff, why a Spanish sentence does not stand alone, beyond its opening word."""
    bare = re.sub(r"^[\"'“‘«(¿¡\s]+", "", text)
    subjectless = _SUBJECTLESS.match(bare)
    if subjectless:
        yield f"“{subjectless.group(0).strip()}” has no subject of its own"
    for match in _POINTING.finditer(bare):
        noun = (match.group("noun") or "").lower().rstrip("s")
        if match.start() and not (len(noun) > 3 and noun in bare[: match.start()].lower()):
            yield f"“{match.group(0).strip()}” points at something outside"
    yield from _pronouns(bare)
    page = _PAGE.search(bare)
    if page:
        yield f"points at the page (“{page.group(0)}”)"
    tail = _TAIL.search(bare)
    if tail:
        yield f"ends with “{tail.group(0).strip(' ,.!')}”, which points back"
    named = organisation is not None and organisation.casefold() in text.casefold()
    ours = next((m.group(0) for m in _MOS.finditer(bare) if m.group(0).lower() not in _NO_VERBS), None)
    if ours and not named:
        yield "says “we” without a name"


def _pronouns(bare: str) -> Iterator[str]:
    person = _PERSON.search(bare)
    if person and not _NAMED.search(bare[: person.start()]):
        yield f"“{person.group(0)}” has nothing to stand for"
    part = re.search(
        r"\b(?:mayoría|much[oa]s|algun[oa]s|ningun[oa]|un[oa]|dos|parte|cada uno) de ell[oa]s\b", bare, re.I
    )
    if part:
        yield f"“{part.group(0)}” points at something outside"
    words = re.findall(r"\w+", bare)
    for i, word in enumerate(words[:2]):
        before = bare[: bare.find(word)]
        if has_pronoun_behind(word) and not _NAMED.search(before) and "," not in before:
            yield f"“{words[i]}” has nothing to stand for"
