"""Which language a text is in (English or Spanish, else what the file says), and which way it runs."""

from __future__ import annotations

import re
import unicodedata

from outreach.rules.draft import Direction
from outreach.rules.patterns import word_set

# The commonest little words. Those of the neighbours keep Portuguese or French from being taken for Spanish.
_LITTLE = {
    "en": word_set(
        """
        the and of to is that you your for with are can not this it be or have from when they who will if in on at by was
        what how do does their our we has had but more an
        """
    ),
    "es": word_set(
        """
        el la los las de del que y en un una para con por su sus no es se como más pero cuando si usted puede al lo le
        está están son o ni muy también qué cómo esta este hay ser hasta desde sin sobre mi tu ya
        """
    ),
    "pt": word_set(
        "o os as do da dos das que e em um uma para com não por seu sua é são ou mais você ao à pelo pela isso ele"
    ),
    "fr": word_set(
        "le la les des du de et en un une pour avec pas ne que qui est sont vous votre vos au aux ce ou dans sur à il"
    ),
    "it": word_set(
        "il lo la gli i di del della che e in un una per con non è sono si come più ma se nel alla le da questo"
    ),
    "de": word_set(
        "der die das und ist nicht mit ein eine für auf zu den dem sie von im es wenn oder wird sich auch bei"
    ),
}


def guess_language(text: str, told: str | None) -> str:
    """The language by its commonest words: "en", "es", or a neighbour of these; else what the file tells, else "en"."""
    words = re.findall(r"[^\W\d_]+", text.lower()[:20_000])
    counts = {code: sum(w in little for w in words) for code, little in _LITTLE.items()}
    counts["es"] += sum(bool(re.search(r"ñ|ción$|ciones$|mente$|[íú]a$|\w[áó]n?$", w)) for w in words) // 2
    counts["es"] += 2 * len(re.findall(r"[¿¡]", text[:20_000]))
    code = _code(told)
    # Ties and near-ties go to what the file tells.
    best = max(counts, key=lambda c: (counts[c], c == code, c == "en", c))
    if counts[best] >= max(2, len(words) * 0.08):
        return best
    return code or "en"


def _code(told: str | None) -> str | None:
    if not told or not re.fullmatch(r"[A-Za-z]{2,3}([-_]\w+)*", told.strip()):
        return None
    return re.split(r"[-_]", told.strip().lower())[0]


def direction(text: str) -> Direction:
    """ "rtl" when most letters are of a right-to-left script."""
    letters = [c for c in text[:5_000] if c.isalpha()]
    right = sum(unicodedata.bidirectional(c) in ("R", "AL") for c in letters)
    return "rtl" if right > len(letters) / 2 else "ltr"
