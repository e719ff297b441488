"""From a text as it came to the plain words the tables are written in.

Full-width and styled letters, look-alikes of other alphabets, invisible characters, emoji that say a word, spelled-out and
misspelled words become plain ones; what a tapback, a mail program or a signature added is not the person's own and goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

from outreach.rules import reply_spelling

# What phones put before the text somebody reacted to [iMessage, Google Messages; English and Spanish].
_TAPBACK: Final = re.compile(
    r"""^\s*(?:
        (?:liked|loved|disliked|laughed\ at|emphasi[sz]ed|questioned|reacted\ (?:with\ )?.{1,20}?\ to
          |removed\ (?:an?|the)\ [\w\s-]{1,20}\ from|removed\ their\ .{1,20}?\ from)(?:\ (?:a|an|the)\ (?:message|text))?:?
        |(?:a\ .{1,30}\ )?(?:le\ (?:gust[oó]|encant[oó]|dio\ (?:risa|me\ gusta|un\ me\ gusta)|disgust[oó]|hizo\ gracia
            |pareci[oó]\ .{1,20}?)
          |le\ (?:gusta|encanta)|no\ le\ gust[oó]|ya\ no\ le\ gusta|reaccion[oó]\ (?:con\ )?.{1,20}?\ a
          |se\ ri[oó]\ (?:de|con)
          |(?:marc[oó]|indic[oó]|destac[oó]|enfatiz[oó]|exclam[oó]|cuestion[oó]|pregunt[oó]|quit[oó]|elimin[oó])\b[^"“«]{0,40}?)
          (?:\ (?:el|un|al)\ mensaje)?:?
        |me\ (?:gust[oó]|encant[oó]|gusta|encanta)|(?:te|les)\ gust[oó]
        |[^\w\s"“«]{1,8}\ (?:to|a|en)
        )
        \s*["“«‘'](?P<quoted>.*)$""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_REPLY_HEADER: Final = re.compile(
    # a program's line has a colon, and a date before it or nothing after it; "on Tuesday he wrote a letter" is a person's
    r"(?im)^\s*((on|el) (.{5,120} (wrote|escribi[oó]):(?=\s*$)|(?=[^\n]{0,40}\d).{5,120} (wrote|escribi[oó]):)"
    r"|-+ ?(original|forwarded) message ?-+|-+ ?mensaje original ?-+"
    r"|_{10,}(?=\s*$)|(from|de): .{3,80}$(?=[\s\S]{0,200}(subject|asunto):)).*"
)
_QUOTED_LINE: Final = re.compile(r"(?m)^\s*(>(?![:;=._<(])|\|).*$")  # but >:( is a face
_SIGNATURE: Final = re.compile(
    r"(?im)^\s*((sent|enviado) (from|via|by|using|with|desde|con|de)(?!.*\b(i|i'?m|me|he|she|se|want|quiero|quiere)\b)"
    r" (my |mi |the |el |la )?\S+( \S+){0,5}\.?|get outlook for \S+( \S+)?)\s*$"
)
# Four words or more between quotation marks are somebody else's; fewer may be the keyword as our text showed it.
LONG_QUOTE: Final = re.compile(r"[\"“«](?:[^\"“”«»\s]+\s+){3,}[^\"“”«»]*[\"”»]")
_CLAUSE_END: Final = re.compile(r"[.!;:,\n\r()…—–]+|\?+(?=\s*\S)|\s-+\s|\s/\s")
_LOOKALIKE: Final = str.maketrans(
    "аеорсухіѕткмнвјԁԛԝһАЕОРСУХІЅТКМНВЈ"  # Cyrillic
    "ΑΒΕΗΙΚΜΝΟΡΤΥΧΖαορτυκι"  # Greek
    "ıɑɡꜱᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ",  # small capitals
    "aeopcyxistkmhbjdqwhAEOPCYXISTKMHBJABEHIKMNOPTYXZaoptukiiagsabcdefghijklmnoprtuvwyz",
)
_LOOKALIKE.update({first + n: ord("a") + n for first in (0x1F150, 0x1F170) for n in range(26)})  # white on black
_LETTER_FLAGS: Final = re.compile("[\U0001f1e6-\U0001f1ff]{3,}")
_WORDS: Final = {
    "\U0001f6d1": "stop",
    "\u26d4": "stop",
    "\U0001f48a": "pills",
    "\U0001f52b": "gunsign",
    "\U0001f602": "lol",
    "\U0001f923": "lol",
    "\U0001f62d": "crying",
    "\U0001f622": "crying",
    "\u2620": "skull",
    "\u26b0": "coffin",
    "\U0001f198": "sos",
    "\u2753": "?",
    "\u2754": "?",
}
_TAPPED_PICTURE: Final = re.compile(
    r"(?i)^\s*(liked|loved|disliked|laughed at|emphasi[sz]ed|questioned) (an?|the|your) (image|photo|picture"
    r"|movie|video|attachment|link|message"
    r"|audio message|sticker)\s*$"
)


def own_words(text: str) -> tuple[str, bool]:
    """What the person wrote themselves, in compatible characters; and whether it began as a tapback."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(letter for letter in text if letter in "\n\r\t" or unicodedata.category(letter) not in ("Cf", "Cc"))
    text = text.translate(_LOOKALIKE)
    text = _LETTER_FLAGS.sub(lambda flags: "".join(chr(ord(flag) - 0x1F1E6 + ord("a")) for flag in flags[0]), text)
    text = _QUOTED_LINE.sub("", text)
    if (header := _REPLY_HEADER.search(text)) and (before := text[: header.start()]).strip():
        text = before  # where nothing stands before it, it may be no header at all: better heard than lost
    text = _SIGNATURE.sub("", text)
    if _TAPPED_PICTURE.match(text):
        return "", True
    if tapback := _TAPBACK.match(text):
        opening = text[tapback.start("quoted") - 1]
        closing = max(tapback["quoted"].rfind(mark) for mark in ("’'" if opening in "‘'" else '"”»'))
        return (tapback["quoted"][closing + 1 :] if closing >= 0 else ""), True
    return text, False


def clauses(text: str) -> list[str]:
    """The clauses as plain words: no accents, capitals, apostrophes or signs; spelling mended."""
    for sign, word in _WORDS.items():
        if sign in text:
            text = text.replace(sign, f" {word} ")
    if set("".join(text.split())) == {"?"}:
        return [text.strip()[:3].strip() or "?"]
    text = _DOTTED.sub(lambda letters: letters[0].replace(".", ""), text)
    return [plain for part in _CLAUSE_END.split(text) if (plain := _plain(part))]


def _plain(text: str) -> str:
    text = re.sub(r"\bo\s?[’'‘]\s?d(?:[’'‘]?e?d)?\b", " od ", text.casefold())  # he O'D'd
    text = re.sub(r"\bod[’'‘]e?d\b", " od ", text)  # odd is another word
    text = re.sub(r"\b2(?= (?:die|live|stop|kill|end|quit|use|drink|be|go|get|talk|unsubscribe|cancel)\b)", "to", text)
    text = re.sub(r"\btoo(?= (?:die|live|kill|end)\b)", "to", text)
    text = re.sub(r"[’'‘´`ʼ]", "", text)
    text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    text = re.sub(r"(?<=[a-z])[*@$](?=[a-z])", lambda sign: {"@": "a", "$": "s"}.get(sign[0], ""), text)  # st*p, f$ck
    text = " ".join(_plain_word(word) for word in re.findall(r"[^\W_]+", text))
    text = _SPELLED_OUT.sub(lambda letters: letters[0].replace(" ", ""), text)
    return _SPELLING.sub(lambda match: reply_spelling.SPELLING[match[0]], text)


@lru_cache(maxsize=1 << 14)
def _plain_word(word: str) -> str:
    return _mended(_spelt(word))


_DOTTED: Final = re.compile(r"(?<!\w)(?:[^\W\d_]\.){3,}[^\W\d_]?(?!\w)")  # k.i.l.l
_SPELLED_OUT: Final = re.compile(r"(?<!\S)[a-z](?: [a-z]){3,}(?!\S)")  # s u i c i d e
_DIGITS: Final = str.maketrans("01345789", "oieastbg")


def _spelt(word: str) -> str:
    """A word without digits for letters (st0p, su1c1de) and without letters held down (stooop, hellllp)."""
    if not word.isalpha() and re.fullmatch(r"[a-z]+\d[a-z\d]*[a-z]\d*", word):
        word = word.translate(_DIGITS)
    return re.sub(r"([a-z])\1{2,}", r"\1", word) if word.isalpha() else word


_SPELLING: Final = re.compile(
    r"(?<!\S)(?:" + "|".join(sorted(map(re.escape, reply_spelling.SPELLING), key=len, reverse=True)) + r")(?!\S)"
)


@cache
def _mending() -> Mapping[str, str]:
    """Every single slip in a word worth mending -> the word; a right word is never taken for a slip."""
    slips = {slip: word for word in reply_spelling.MENDED for slip in _deletions(word)}
    return {slip: word for slip, word in slips.items() if slip not in reply_spelling.MENDED}


def _mended(word: str) -> str:
    if len(word) < 5 or word in reply_spelling.MENDED or word in reply_spelling.NOT_SLIPS:
        return word
    table = _mending()
    for slip in (word, *_deletions(word)):
        if (meant := table.get(slip)) and one_slip(word, meant):
            return meant
    return next((meant for meant in reply_spelling.MENDED if meant in _deletions(word)), word)


def _deletions(word: str) -> Iterable[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def one_slip(word: str, meant: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours swapped."""
    if word == meant or abs(len(word) - len(meant)) > 1:
        return False
    if len(word) != len(meant):
        longer, shorter = (word, meant) if len(word) > len(meant) else (meant, word)
        return shorter in _deletions(longer)
    wrong = [at for at in range(len(word)) if word[at] != meant[at]]
    if len(wrong) == 1:
        return True
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and word[wrong[0]] + word[wrong[1]] == meant[wrong[1]] + meant[wrong[0]]
    )
