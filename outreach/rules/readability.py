"""Flesch-Kincaid reading grade: 0.39 words per sentence + 11.8 syllables per word - 15.59 (protocols.md section 6.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


@lru_cache(maxsize=10_000)
def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels; a rough guide, exact for most words."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    if not plain:
        return 0
    groups = len(re.findall(r"[aeiouy]+", plain))
    silent_e = plain.endswith("e") and not re.search(r"[^aeiouy]le$|[aeiouy]e$", plain)
    silent_ed = re.search(r"[^aeiouytd]ed$", plain) is not None
    silent_es = re.search(r"[^aeiouysxz]es$", plain) is not None and not re.search(
        r"(?:ch|sh|[cg])es$|[^aeiouy]les$", plain
    )
    return max(1, groups - (silent_e or silent_ed or silent_es))


def grade(sentences: Sequence[str], *, least: int = 30) -> float | None:
    """The grade of some sentences, to one decimal; None when there are too few words to say (under `least`)."""
    words = [w for s in sentences for w in _WORD.findall(s)]
    if len(words) < least or not sentences:
        return None
    spoken = sum(map(syllables, words))
    return round(0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59, 1)


def spanish_syllables(word: str) -> int:
    """Syllables of a Spanish word: groups of vowels, where two strong vowels or an accented weak one part."""
    plain = re.sub(r"(?<=[gq])u(?=[eiéí])", "", word.lower())
    parted = re.sub(r"(?<=[aeoáéó])(?=[aeoáéóíú])|(?<=[íú])(?=[aeoáéó])", " ", plain)
    return max(1, len(re.findall(r"[aeiouáéíóúü]+", parted))) if re.search(r"\w", plain) else 0


def spanish_ease(sentences: Sequence[str]) -> float | None:
    """Szigriszt's perspicuity of some Spanish sentences, 0 to 100: 55 and more reads as everyday Spanish, under 40 as
    that of specialists (the INFLESZ scale). None when there are too few words to say (under 30)."""
    words = [w for s in sentences for w in re.findall(r"[^\W\d_]+", s)]
    if len(words) < 30 or not sentences:
        return None
    spoken = sum(map(spanish_syllables, words))
    return round(206.835 - 62.3 * spoken / len(words) - len(words) / len(sentences), 1)
