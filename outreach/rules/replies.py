"""What a person means who answers a text: crisis, stop, start, help, keyword, or something a person must read.

The order is the rule: a crisis is heard before everything, an opt-out before the rest, and in doubt between stopping and
going on we stop and a person looks. Nothing is ever thrown away: whatever this says, the message stands in the inbox.
The words are tables in crisis_words.py, stop_words.py and reply_words.py; here is only how they are looked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeVar

from outreach.rules import reply_words, stop_words
from outreach.rules.crisis_words import CRISIS, URGENT
from outreach.rules.reply_rows import Language, Row

Kind = Literal["crisis", "stop", "start", "help", "keyword", "person"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Intent:
    """What was meant.

    kind: what is done first. also: what is done besides: "stop" (with a crisis), "person" (someone must look),
    "urgent" (the same day), "start" (the provider took YES for START; we did not), "tapback" (a thumbs-up, no words).
    keyword: for "keyword" yes | pause | spanish | english; for "crisis" its class overdose | self_harm | violence |
    withdrawal. language: what to answer in.
    """

    kind: Kind
    also: tuple[str, ...] = ()
    keyword: str | None = None
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class _Stop:
    language: Language
    doubt: bool


def classify(text: str, *, opt_out_type: str | None = None) -> Intent:
    """What `text` means. `opt_out_type` is Twilio's OptOutType (STOP, START, HELP), which is believed for a stop."""
    own, tapback = _own_words(text)
    heard = " ".join(_clauses(own))
    said = _LONG_QUOTE.sub(" ", own)
    clauses = _clauses(said)
    provider = (opt_out_type or "").strip().upper()
    language = _language(heard)

    stop = _Stop(language, doubt=False) if provider == "STOP" else _stop(clauses, said)
    if crisis := _first(CRISIS, heard):
        return Intent("crisis", ("stop",) if stop else (), crisis.name, _either(crisis.language, language))
    if stop:
        return Intent("stop", ("person",) if stop.doubt else (), None, _either(stop.language, language))
    return _going_on(" ".join(_polite(clauses)), heard, provider, language, tapback=tapback)


def _going_on(said: str, heard: str, provider: str, language: Language, *, tapback: bool) -> Intent:
    """The meaning of a message that is neither a crisis nor a stop; `said` is without politeness, `heard` with all."""
    answer = " ".join(
        dict.fromkeys(word for word in heard.split() if _is_keyword(word) or word not in stop_words.POLITE)
    )
    if keyword := reply_words.KEYWORD_EXACT.get(said) or reply_words.KEYWORD_EXACT.get(answer):
        # Twilio takes YES for START; for us it only answers what we asked.
        return Intent("keyword", ("start",) if provider == "START" else (), *keyword)
    if (start := reply_words.START_EXACT.get(said) or reply_words.START_EXACT.get(heard)) or provider == "START":
        return Intent("start", language=_either(start, language))
    if help_ := reply_words.HELP_EXACT.get(said) or reply_words.HELP_EXACT.get(heard):
        return Intent("help", ("person",) if help_[1] else (), None, help_[0])
    if provider == "HELP":
        return Intent("help", language=language)
    if urgent := _first(URGENT, heard):
        return Intent("person", ("urgent",), None, _either(urgent.language, language))
    return Intent("person", ("tapback",) if tapback and not heard else (), None, language)


def _is_keyword(word: str) -> bool:
    """Yes is politeness before another word and an answer alone."""
    return word in reply_words.KEYWORD_EXACT


# --- stop -----------------------------------------------------------------------------------------------------------


def _stop(clauses: list[str], raw: str) -> _Stop | None:
    """The wish to hear no more, by the clearest evidence in any clause."""
    exact = [_exact_stop(_bare(clause)) for clause in clauses]
    if sure := next((found for found in exact if found), None):
        rest = [clause for clause, found in zip(clauses, exact, strict=True) if not found and _bare(clause)]
        return _Stop(sure.language, sure.doubt or bool(rest))
    if spaced := _exact_stop("".join(" ".join(clauses).split()) if _is_spelled_out(clauses) else ""):
        return spaced
    kept = [_cut(stop_words.INVITING, clause) for clause in clauses]
    for phrase in stop_words.STOP_PHRASES:
        for clause in kept:
            if (match := phrase.pattern.search(clause)) and not _negated(clause, match.start()):
                return _Stop(phrase.language, phrase.doubt or _first(stop_words.NARROWER, clause) is not None)
    for clause in kept:
        left = _cut(stop_words.NOT_STOP, clause)
        if doubt := _first(stop_words.STOP_DOUBT, left) or _first(stop_words.STOP_DOUBT, _bare(left)):
            return _Stop(doubt.language, doubt=True)
        if left == clause and _shouts_stop(raw) and "stop" in clause.split():
            return _Stop("en", doubt=True)
    return None


def _exact_stop(said: str) -> _Stop | None:
    if not said:
        return None
    once = " ".join(dict.fromkeys(said.split()))  # stop stop stop
    squeezed = re.sub(r"(.)\1{2,}", r"\1", once)  # stoooop
    for form in (said, once, squeezed):
        if language := stop_words.STOP_EXACT.get(form):
            return _Stop(language, doubt=False)
    if " " not in squeezed and _one_slip(squeezed, "stop"):
        return _Stop("en", doubt=squeezed in stop_words.ORDINARY)
    return None


# "don't stop texting me" holds the phrase "stop texting" and means the opposite; "you won't stop texting me" does not.
_NEGATION: Final = re.compile(
    r"(?<!you )(?<!\S)(dont|never|wont|cant|couldnt|didnt|not|no) ((ever|you|just|please|to|even|let them) )*$"
)


def _negated(clause: str, start: int) -> bool:
    found = _NEGATION.search(clause[:start])
    # "can't you stop texting me" and "why won't you stop …" ask us to stop.
    return bool(found) and not (found and found[0].startswith(("cant you", "wont you", "couldnt you")))


def _shouts_stop(raw: str) -> bool:
    """A lone STOP in capitals inside a message that is not all in capitals is meant as the keyword."""
    return bool(re.search(r"\bSTOP\b", raw)) and not raw.isupper()


def _is_spelled_out(clauses: list[str]) -> bool:
    letters = " ".join(clauses).split()
    return 3 < len(letters) < 13 and all(len(letter) == 1 for letter in letters)


# --- words ----------------------------------------------------------------------------------------------------------

_TAPBACK: Final = re.compile(
    r"""^\s*(?:
        (?:liked|loved|disliked|laughed\ at|emphasi[sz]ed|questioned|reacted\ .{1,12}?\ to
          |removed\ an?\ [\w\s]{1,20}\ from
          |(?:a\ .{1,30}\ )?le\ (?:gust[oó]|encant[oó]|dio\ risa|disgust[oó])|le\ gusta|reaccion[oó]\ .{1,12}?\ a
          |(?:marc[oó]|indic[oó])\ .{1,30}?)
        |[^\w\s"“]{1,6}\ (?:to|a))
        \s*["“«](?P<quoted>.*)$""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_REPLY_HEADER: Final = re.compile(r"(?im)^\s*(on .{5,120} wrote|el .{5,120} escribi[oó]|-+ ?original message ?-+).*")
_QUOTED_LINE: Final = re.compile(r"(?m)^\s*>.*$")
# Four words or more between quotation marks are somebody else's; fewer may be the keyword as our text showed it.
_LONG_QUOTE: Final = re.compile(r"[\"“«](?:[^\"“”«»\s]+\s+){3,}[^\"“”«»]*[\"”»]")
_CLAUSE_END: Final = re.compile(r"[.!;:,\n\r()…—–]+|\?+(?=\s*\S)|\s-+\s")
_LOOKALIKE: Final = str.maketrans("аеорсухіѕтАЕОРСУХІЅТ", "aeopcyxistAEOPCYXIST")
_EMOJI: Final = {"\U0001f6d1": " stop ", "\U0001f48a": " pills "}


def _own_words(text: str) -> tuple[str, bool]:
    """What the person wrote themselves, in compatible characters; and whether it began as a tapback."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(letter for letter in text if letter in "\n\r\t" or unicodedata.category(letter) not in ("Cf", "Cc"))
    text = text.translate(_LOOKALIKE)
    text = _QUOTED_LINE.sub("", text)
    if header := _REPLY_HEADER.search(text):
        text = text[: header.start()]
    if tapback := _TAPBACK.match(text):
        closing = max(tapback["quoted"].rfind(mark) for mark in '"”»')
        return (tapback["quoted"][closing + 1 :] if closing >= 0 else ""), True
    return text, False


def _clauses(text: str) -> list[str]:
    """The clauses as plain words: no accents, capitals, apostrophes or signs; spelling mended."""
    for sign, word in _EMOJI.items():
        text = text.replace(sign, word)
    if set(text.strip()) == {"?"}:
        return [text.strip()[:3]]
    return [plain for part in _CLAUSE_END.split(text) if (plain := _plain(part))]


def _plain(text: str) -> str:
    text = re.sub(r"[’'‘´`ʼ]", "", text.casefold())
    text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    text = " ".join(_mended(word) for word in re.findall(r"[^\W_]+", text))
    return _SPELLING.sub(lambda match: reply_words.SPELLING[match[0]], text)


_SPELLING: Final = re.compile(
    r"(?<!\S)(?:" + "|".join(sorted(map(re.escape, reply_words.SPELLING), key=len, reverse=True)) + r")(?!\S)"
)


@cache
def _mending() -> Mapping[str, str]:
    """Every single slip in a word worth mending -> the word; a right word is never taken for a slip."""
    slips = {slip: word for word in reply_words.MENDED for slip in _deletions(word)}
    return {slip: word for slip, word in slips.items() if slip not in reply_words.MENDED}


def _mended(word: str) -> str:
    if len(word) < 5 or word in reply_words.MENDED or word in reply_words.NOT_SLIPS:
        return word
    table = _mending()
    for slip in (word, *_deletions(word)):
        if (meant := table.get(slip)) and _one_slip(word, meant):
            return meant
    return next((meant for meant in reply_words.MENDED if meant in _deletions(word)), word)


def _deletions(word: str) -> Iterable[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _one_slip(word: str, meant: str) -> bool:
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


def _bare(clause: str) -> str:
    """A clause without the politeness around it; politeness alone stays what it is."""
    return " ".join(word for word in clause.split() if word not in stop_words.POLITE)


def _polite(clauses: list[str]) -> list[str]:
    return [bare for clause in clauses if (bare := _bare(clause))]


def _first(rows: Iterable[Row], text: str) -> Row | None:
    return next((row for row in rows if row.pattern.search(text)), None)


def _cut(rows: Iterable[Row], clause: str) -> str:
    for row in rows:
        clause = " ".join(row.pattern.sub(" ", clause).split())
    return clause


def _language(heard: str) -> Language:
    said = heard.split()
    spanish = sum(word in reply_words.SPANISH_WORDS for word in said)
    return "es" if spanish > sum(word in reply_words.ENGLISH_WORDS for word in said) else "en"


def _either(by_row: Language | None, by_words: Language) -> Language:
    return "es" if "es" in (by_row, by_words) else "en"
