"""Our own words around an article, in the languages we write. An email in another language gets the English ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterWords:
    """The words under an email. `part` takes number and total."""

    language: str
    lifelines: str
    danger: str
    danger_call: str
    crisis: str
    crisis_call: str
    crisis_or: str
    crisis_text: str
    crisis_when: str
    why: str
    part: str
    read_online: str
    preferences: str
    unsubscribe: str

    def about(self, number: int, total: int) -> str:
        """Why a person gets this email, and which part it is. The series is not named: its title may tell too much."""
        if total <= 1:
            return self.why
        return f"{self.why} {self.part.format(number=number, total=total)}"


_ENGLISH: Final = FooterWords(
    language="en",
    lifelines="If it is urgent",
    danger="Someone’s life is in danger:",
    danger_call="call 911",
    crisis="Thoughts of suicide, or any crisis:",
    crisis_call="call",
    crisis_or="or",
    crisis_text="text 988",
    crisis_when="day or night",
    why="You get this email because you signed up for it.",
    part="It is part {number} of {total}.",
    read_online="Read online",
    preferences="Choose what you get",
    unsubscribe="Unsubscribe",
)
_SPANISH: Final = FooterWords(
    language="es",
    lifelines="Si es urgente",
    danger="Hay una vida en peligro:",
    danger_call="llame al 911",
    crisis="Pensamientos de suicidio o cualquier crisis:",
    crisis_call="llame",
    crisis_or="o",
    crisis_text="envíe un mensaje de texto al 988",
    crisis_when="de día o de noche; en la llamada, oprima 2 para español",
    why="Recibe este correo porque se suscribió.",
    part="Es la parte {number} de {total}.",
    read_online="Leer en línea",
    preferences="Elegir qué recibir",
    unsubscribe="Darse de baja",
)


def footer_words(language: str) -> FooterWords:
    """The words for an email in this language ("es", "es-MX" …)."""
    return _SPANISH if language.lower().split("-")[0] == "es" else _ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationWords:
    """The words of the email that asks to confirm a sign-up. None of them says what the messages are about."""

    language: str
    subject: str
    preheader: str
    say: str
    button: str
    not_you: str


_CONFIRM_ENGLISH: Final = ConfirmationWords(
    language="en",
    subject="Please confirm your email address",
    preheader="One tap, and it is done",
    say="This address was entered on our sign-up page. If that was you, please confirm it. The sign-up counts only then.",
    button="Confirm",
    not_you="If it was not you, do nothing, and nothing changes.",
)
_CONFIRM_SPANISH: Final = ConfirmationWords(
    language="es",
    subject="Confirme su dirección de correo, por favor",
    preheader="Un toque y listo",
    say="Esta dirección se escribió en nuestra página de suscripción. Si fue usted, confírmela, por favor. Solo "
    "entonces vale la suscripción.",
    button="Confirmar",
    not_you="Si no fue usted, no haga nada, y nada cambia.",
)


def confirmation_words(language: str) -> ConfirmationWords:
    """The words for a confirmation in this language ("es", "es-MX" …)."""
    return _CONFIRM_SPANISH if language.lower().split("-")[0] == "es" else _CONFIRM_ENGLISH
