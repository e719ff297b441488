"""How an email opens for one person."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HELLO: Final = {"en": "Hi {name},", "es": "Hola, {name}:"}
_LONGEST: Final = 40
# Anyone can sign anyone up under any "name"; what is no name (an address, a sentence to pass on) greets nobody.
_NAME: Final = re.compile(r"[^\W\d_]+\.?(?:[ '’-][^\W\d_]+\.?)*")


# Some programs show the beginning of a letter beside its subject: 90 characters and more of it must tell nothing.
_DISCREET: Final = {
    "en": ("this is the note you asked for.", "It is best read in a quiet moment, on a screen that only you can see."),
    "es": (
        "esta es la nota que pidió.",
        "Es mejor leerla en un momento tranquilo, en una pantalla que solo usted vea.",
    ),
}


def greeting(first_name: str, language: str, *, discreet: bool = False) -> str:
    """ "Hi Ann," in the person's language (English unless Spanish), or "" if the name is missing or is not a name.

    For a discreet person a few neutral words follow, with or without a name: what a glance at the letter's beginning
    shows is theirs, before the author's first word.
    """
    hello = _hello(first_name, language)
    if not discreet:
        return hello
    note, where = _DISCREET.get(language.lower()[:2], _DISCREET["en"])
    opening = f"{hello} {note}" if hello else note[:1].upper() + note[1:]
    return f"{opening}\n{where}"


def _hello(first_name: str, language: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", first_name).split())
    # Vowel signs of many scripts are marks, not letters; they are left aside for the check only.
    letters = "".join(char for char in name if not unicodedata.category(char).startswith("M"))
    if len(name) > _LONGEST or not _NAME.fullmatch(letters):
        return ""
    return _HELLO.get(language.lower()[:2], _HELLO["en"]).format(name=name)
