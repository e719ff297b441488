"""Numbers change hands: what a person says who has somebody else's number, and which ends of a consent nobody can undo.

A consent is that of the person who held the number then. When a number may have passed on (its holder says it is the wrong
one, the carrier says it is dead, our record got another), the old consents lapse: START from the phone brings back what its
holder ended there, never what somebody else had agreed to.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

WRONG_NUMBER: Final = "wrong_number"
LAPSED: Final = "number_lapsed"
CHANGED: Final = "number_changed"
FOR_GOOD: Final = (WRONG_NUMBER, LAPSED, CHANGED)  # methods of a withdrawal that START does not take back
# Causes of a suppression that say nothing of its holder's will: a START from the very phone proves them out of date.
DEAD: Final = ("disconnected", "invalid", "not_sms_capable")

_WRONG: Final = re.compile(
    r"\b(?:wrong|incorrect) (?:number|numb|num|no|phone|person|guy|lady)\b"
    r"|\b(?:not|isnt|isn t|never was|no longer|not even) (?:my|his|her|their|the right|\w{2,20}(?: s)?) (?:number|phone|cell)\b"
    r"|\b(?:don t|dont|do not) know (?:any(?:one|body)?|this|that|an?)(?: \w+)? by that name\b"
    r"|\b(?:numero|persona) (?:equivocad[oa]|incorrect[oa])\b|\bequivoc\w* (?:de|el) numero\b"
    r"|\bno es (?:el|su|mi|este el) (?:numero|telefono)\b"
)


def says_wrong_number(text: str) -> bool:
    """Whether somebody says that we have the wrong number, in English or Spanish. Asked of texts that stop; it opts nobody
    out by itself."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return bool(_WRONG.search(" ".join(re.sub(r"[^a-z0-9]+", " ", letters.casefold()).split())))
