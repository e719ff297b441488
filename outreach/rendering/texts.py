"""The body of a text: the author's words with who writes, and on a person's first text what the carriers ask for.

A first text names the programme, its frequency, "Msg&data rates may apply", HELP and STOP (CTIA messaging principles,
protocols section 4.3). These words come in a full and in a short form; the full one is taken when it costs nothing.
"""

from __future__ import annotations

from typing import Final

from outreach.errors import Refused
from outreach.rendering.environment import clean, render
from outreach.rules import sms
from outreach.rules.schedule_values import Organisation

MOST_PARTS: Final = 3
_USUAL_PARTS: Final = 2


class TextRefused(Refused):
    """The text cannot be sent as it is; `say` tells staff what and how to mend it."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


def compile_text(
    body: str, *, organisation: Organisation, first: bool, language: str = "en", weekly: int | None = None
) -> str:
    """The text as sent, typography folded to what costs least.

    A later text is "ALANA Recovery: <body>" where the name fits in two parts, else the body alone. A first text adds
    how often (weekly is texts per week, None: from time to time), HELP and STOP; it stays within two parts where the
    body is one and the names allow it, and never has more than three. Raises TextRefused for an empty body and for one
    that would need more parts.
    """
    told = sms.fold(clean(body)).strip()
    if not told:
        raise TextRefused("The text is empty. Write a sentence or take the text out.")
    name = sms.fold(clean(organisation.short_name)).strip()
    forms = _first_forms(told, name, language, weekly) if first else _later_forms(told, name)
    for most in (_USUAL_PARTS, MOST_PARTS):
        for form in forms:
            if sms.fits(form, most):
                return form
    over = sms.measure(forms[-1])
    raise TextRefused(f"The text needs {over.parts} parts and may have {MOST_PARTS}. Shorten it by a sentence.")


def _later_forms(told: str, name: str) -> list[str]:
    if _opens_with(told, name):
        return [told]
    # Fewest parts first: the name is worth a second part, and never makes a third.
    return [render("sms/later.txt.jinja", name=name, body=told), told]


def _first_forms(told: str, name: str, language: str, weekly: int | None) -> list[str]:
    code = "es" if language.lower().split("-")[0] == "es" else "en"
    opening = "" if _opens_with(told, name) else f"{name}: "
    return [
        render(f"sms/first.{form}.{code}.txt.jinja", opening=opening, body=told, weekly=weekly)
        for form in ("full", "short")
    ]


def _opens_with(told: str, name: str) -> bool:
    """Whether the words name us at once, as a name of their own and not as part of a longer one."""
    return told.casefold().startswith(name.casefold()) and not told[len(name) : len(name) + 1].isalnum()
