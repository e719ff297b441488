"""Flesch-Kincaid reading grade: 0.39 words per sentence + 11.8 syllables per word - 15.59 (protocols.md section 6.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


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


def grade(sentences: Sequence[str]) -> float | None:
    """The grade of some sentences, to one decimal; None when there are too few words to say (under 30)."""
    words = [w for s in sentences for w in _WORD.findall(s)]
    if len(words) < 30 or not sentences:
        return None
    spoken = sum(map(syllables, words))
    return round(0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59, 1)
