"""Which language a text is in (English, Spanish, else what the file says), and which way it runs."""

from __future__ import annotations

import re
import unicodedata

from outreach.rules.draft import Direction
from outreach.rules.patterns import word_set

_ENGLISH = word_set(
    """
    the and of to is that you your for with are can not this it be or have from when they who will if
    """
)
_SPANISH = word_set(
    """
    el la los las de que y en un una para con por su no es se del como más pero cuando si usted puede
    """
)


def guess_language(text: str, told: str | None) -> str:
    """ "en" or "es" by the commonest words; another code only when the file tells it and neither fits."""
    words = re.findall(r"[^\W\d_]+", text.lower()[:20_000])
    english, spanish = sum(w in _ENGLISH for w in words), sum(w in _SPANISH for w in words)
    code = (
        re.split(r"[-_]", told.strip().lower())[0]
        if told and re.fullmatch(r"[A-Za-z]{2,3}([-_]\w+)*", told.strip())
        else None
    )
    if max(english, spanish) >= max(3, len(words) * 0.08):
        return "es" if spanish > english else "en"
    return code or "en"


def direction(text: str) -> Direction:
    """ "rtl" when most letters are of a right-to-left script."""
    letters = [c for c in text[:5_000] if c.isalpha()]
    right = sum(unicodedata.bidirectional(c) in ("R", "AL") for c in letters)
    return "rtl" if right > len(letters) / 2 else "ltr"
