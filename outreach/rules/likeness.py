"""Do two texts say the same? By their content words, cut to stems, with the commonest pairs of words taken as one."""

from __future__ import annotations

import re
from functools import lru_cache

from outreach.rules.patterns import word_set

_ALIKE = 0.55  # of the words of both
_WITHIN = 0.75  # of the words of the shorter
_REPEATED = 0.6
_EMPTY = word_set(
    """
    a an and are as at be been before but by can do does for from get go had has have he her his how i if in into is it its
    may more most my no not of off on once or our out over own she should so some than that the their them then there these
    they this to too until up very was we well were what when where which who will with without you your yourself every each
    any all about after always never just only also even still again please make let
    el la los las un una unos unas de del al a y o u en que por para con sin su sus se le les lo es son no si cuando como más
    muy ya te tu tus usted ustedes este esta ese esa cada todo todos toda todas antes después
    """
)
_SAME = {
    "right away": "now", "at once": "now", "immediately": "now", "straight away": "now", "as soon as you can": "now",
    "de inmediato": "ahora", "enseguida": "ahora", "ya mismo": "ahora",
    "bedtime": "bed", "lamps": "lights", "lamp": "light", "turn the lights down": "dim the lights",
    "turn down the lights": "dim the lights", "medicines": "medicine", "medications": "medicine", "medication": "medicine",
    "meds": "medicine", "pills": "medicine", "pill": "medicine", "tablets": "medicine", "physician": "doctor",
    "provider": "doctor", "kids": "child", "children": "child", "kid": "child", "cell phone": "phone", "cellphone": "phone",
    "smartphone": "phone", "mobile": "phone", "someone": "person", "somebody": "person", "anyone": "person",
    "people": "person", "loved one": "person", "does not": "not", "will not": "not", "cannot": "not", "can't": "not",
    "won't": "not", "doesn't": "not", "tonight": "night", "stroll": "walk", "fall asleep": "sleep", "ring": "call",
    "dial": "call", "phone 911": "call 911", "medicinas": "medicamento", "medicina": "medicamento",
    "medicamentos": "medicamento", "pastillas": "medicamento", "niños": "niño", "hijos": "niño", "hijo": "niño",
}  # fmt: skip
_SAME_RE = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(_SAME, key=len, reverse=True))) + r")(?!\w)")
_ENDINGS = re.compile(r"(?<=\w{3})(?:ings?|ed|es|s|ly|mente)$")


@lru_cache(maxsize=2048)
def content_words(text: str) -> frozenset[str]:
    """The stems of the words that carry what a text says."""
    plain = _SAME_RE.sub(lambda m: _SAME[m.group(0)], text.lower().replace("’", "'"))
    words = [w for w in re.findall(r"\w+", plain) if w not in _EMPTY]
    return frozenset(_ENDINGS.sub("", w) for w in words)


def alike(a: str, b: str) -> bool:
    """Would a reader of both say "I have had this one"?"""
    first, second = content_words(a), content_words(b)
    shared = len(first & second)
    if not shared:
        return a.casefold() == b.casefold()
    shorter = min(len(first), len(second))
    return shared / len(first | second) >= _ALIKE or (shorter >= 3 and shared / shorter >= _WITHIN)


def repeats(text: str, said: str) -> bool:
    """Does the text say little that is not in `said` already?"""
    words = content_words(text)
    return len(words & content_words(said)) >= _REPEATED * len(words)
