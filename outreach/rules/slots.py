"""The only words that are not the author's: reviewed wording for an email's frame, English and Spanish.

Change them here and nowhere else. `{…}` are filled by the compiler with the author's own headings, numbers of parts and
contacts; nothing else may be added. Discreet texts hold no word that tells a passer-by what the series is about.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTexts:
    """Wording of one language. Every field is used in one place, named by the field."""

    language: str
    part: str = "Part {n} of {total}"
    subject_part: str = "{title}: part {n} of {total}"
    subject_with_part: str = "{heading} (part {n} of {total})"
    subject_single: str = "{title}: a short read for you"
    subject_short: str = "{title}: a short read, part {n} of {total}"
    discreet_part: str = "Part {n} of {total} of your reading series"
    discreet_single: str = "Your short read for this week is here"
    preheader_discreet: str = "A few minutes to read, whenever it suits you."
    preheader_more: str = "{text} – a few minutes to read, at your own pace."
    preheader_plain: str = "A few minutes to read, at your own pace, part {n} of {total}."
    recap: str = "Last time: {heading}"
    hook: str = "We go on with “{heading}”."
    bridge: str = "Next time: {heading}"
    bridge_more: str = "Next time: more on “{heading}”."
    bridge_plain: str = "The next part follows soon."
    call: str = "Call {who}: {value}"
    call_said: str = "Call {who}"
    call_outside: str = "Call {value}"
    write: str = "Write to {who}: {value}"
    write_said: str = "Write to {who}"
    visit: str = "Visit {who}: {value}"
    visit_said: str = "Visit {who}"
    us: str = "us"
    sources: str = "Sources"
    notes: str = "Sources and notes"
    warning_sign: str = "Warning sign: {text}"


ENGLISH = SlotTexts(language="en")

SPANISH = SlotTexts(
    language="es",
    part="Parte {n} de {total}",
    subject_part="{title}: parte {n} de {total}",
    subject_with_part="{heading} (parte {n} de {total})",
    subject_single="{title}: una lectura breve para usted",
    subject_short="{title}: lectura breve, parte {n} de {total}",
    discreet_part="Parte {n} de {total} de su serie de lecturas",
    discreet_single="Su lectura breve de esta semana",
    preheader_discreet="Unos minutos de lectura, cuando le venga bien.",
    preheader_more="{text} – unos minutos de lectura, a su ritmo.",
    preheader_plain="Unos minutos de lectura, a su ritmo, parte {n} de {total}.",
    recap="En la parte anterior: {heading}",
    hook="Seguimos con «{heading}».",
    bridge="En la próxima parte: {heading}",
    bridge_more="En la próxima parte: más sobre «{heading}».",
    bridge_plain="Pronto recibirá la siguiente parte.",
    call="Llame a {who}: {value}",
    call_said="Llame a {who}",
    call_outside="Llame al {value}",
    write="Escriba a {who}: {value}",
    write_said="Escriba a {who}",
    visit="Visite {who}: {value}",
    visit_said="Visite {who}",
    us="nuestro equipo",
    sources="Fuentes",
    notes="Fuentes y notas",
    warning_sign="Señal de alerta: {text}",
)


def slot_texts(language: str) -> SlotTexts:
    """The wording for a language; English for those without one."""
    return SPANISH if language == "es" else ENGLISH


def fill(template: str, **values: object) -> str:
    """A slot's wording with its marks filled. Plain replacement, once: braces within the values stay text."""
    out, rest = "", template
    while "{" in rest:
        before, _, after = rest.partition("{")
        name, _, rest = after.partition("}")
        out += before + str(values[name])
    return out + rest
