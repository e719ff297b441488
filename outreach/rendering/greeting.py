"""How an email opens for one person."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HELLO: Final = {"en": "Hi {name},", "es": "Hola, {name}:"}
_LONGEST: Final = 40
# Anyone can sign anyone up under any "name"; what is no name (an address, a sentence to pass on) greets nobody.
_NAME: Final = re.compile(r"[^\W\d_]+\.?(?:[ '’-][^\W\d_]+\.?)*")


def greeting(first_name: str, language: str) -> str:
    """ "Hi Ann," in the person's language (English unless Spanish), or "" if the name is missing or is not a name."""
    name = " ".join(unicodedata.normalize("NFC", first_name).split())
    # Vowel signs of many scripts are marks, not letters; they are left aside for the check only.
    letters = "".join(char for char in name if not unicodedata.category(char).startswith("M"))
    if len(name) > _LONGEST or not _NAME.fullmatch(letters):
        return ""
    return _HELLO.get(language.lower()[:2], _HELLO["en"]).format(name=name)
