"""What a person means who answers a text: crisis, stop, start, help, keyword, or something a person must read.

The order is the rule: a crisis is heard before everything, an opt-out before the rest, and in doubt between stopping and
going on we stop and a person looks. Nothing is ever thrown away: whatever this says, the message stands in the inbox.
The words are tables in crisis_words.py, sayings.py, stop_words.py, keyword_words.py, reply_words.py and urgent_words.py;
here is only how they are looked for. How a text becomes plain words stands in reply_letters.py, which part of the messages
a stop is about in reply_parts.py, and what follows from a meaning in verdicts.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from outreach.rules import keyword_words, reply_spelling, reply_words, stop_words
from outreach.rules.crisis_words import CRISIS
from outreach.rules.reply_letters import LONG_QUOTE, one_slip, own_words
from outreach.rules.reply_letters import clauses as clauses_of
from outreach.rules.reply_parts import BOTH, Part, part_of
from outreach.rules.reply_rows import Language, Row
from outreach.rules.sayings import SAYINGS
from outreach.rules.schedule_values import Topic
from outreach.rules.urgent_words import URGENT

Kind = Literal["crisis", "stop", "start", "help", "keyword", "person"]


@dataclass(frozen=True, slots=True)
class Intent:
    """What was meant.

    kind: what is done first. also: what is done besides: "stop" (with a crisis), "person" (someone must look),
    "urgent" (the same day), "start" (the provider took YES for START; we did not), "tapback" (a thumbs-up, no words).
    keyword: for "keyword" yes | more | slow | pause | topics | spanish | english; for "crisis" its class overdose |
    self_harm | violence | withdrawal. language: what to answer in. part: what a stop ends, when that is less or more than
    all texts.
    """

    kind: Kind
    also: tuple[str, ...] = ()
    keyword: str | None = None
    language: Language = "en"
    part: Part | None = None

    @property
    def stops(self) -> bool:
        """Whether something ends: it can come with a cry for help."""
        return self.kind == "stop" or "stop" in self.also


@dataclass(frozen=True, slots=True)
class _Stop:
    language: Language
    doubt: bool
    whole: bool = False  # a keyword of its own: nothing said beside it narrows it
    vague: bool = False  # doubtful only for want of knowing what is to stop


def classify(text: str, *, opt_out_type: str | None = None, topics: Sequence[Topic] = ()) -> Intent:
    """What `text` means. `opt_out_type` is Twilio's OptOutType (STOP, START, HELP), which is believed for a stop.
    `topics`: what people can leave one by one; without them a stop can name a channel only."""
    own, tapback = own_words(text)
    heard = " ".join(clauses_of(own))
    said = LONG_QUOTE.sub(" ", own)
    if not clauses_of(said):
        said = own  # all of it stands between quotation marks: nobody else said it
    clauses = clauses_of(said)
    provider = (opt_out_type or "").strip().upper()
    language = _language(heard, own)

    stop = _Stop(language, doubt=False, whole=True) if provider == "STOP" else _stop(clauses, said)
    part = None if provider == "STOP" else part_of(clauses, topics, stops=stop is not None)
    if part and not stop:
        stop = _Stop(language, doubt=False)
    if part and stop and stop.whole and "sms" not in part.channels:
        part = replace(part, channels=BOTH)  # STOP, and the emails too
    doubt = stop is not None and ((stop.doubt and not (part and stop.vague)) or bool(part and part.doubt))
    if part and part.channels == ("sms",) and not part.topics and not part.named:
        part = None  # simply all texts
    if crisis := _meant(CRISIS, heard):
        also = ("stop",) if stop else ()
        return Intent("crisis", also, crisis.name, _either(crisis.language, language), part if stop else None)
    if stop:
        return Intent("stop", ("person",) if doubt else (), None, _either(stop.language, language), part)
    return _going_on(" ".join(_polite(clauses)), heard, provider, language, tapback=tapback)


def _going_on(said: str, heard: str, provider: str, language: Language, *, tapback: bool) -> Intent:
    """The meaning of a message that is neither a crisis nor a stop; `said` is without politeness, `heard` with all."""
    answer = " ".join(
        dict.fromkeys(word for word in heard.split() if _is_keyword(word) or word not in stop_words.POLITE)
    )
    if keyword := keyword_words.KEYWORD_EXACT.get(said) or keyword_words.KEYWORD_EXACT.get(answer):
        # Twilio takes YES for START; for us it only answers what we asked.
        return Intent("keyword", ("start",) if provider == "START" else (), *keyword)
    start = reply_words.START_EXACT.get(said) or reply_words.START_EXACT.get(heard)
    if start or provider == "START":
        return Intent("start", language=_either(start, language))
    if begun := _first(reply_words.START_PHRASES, said, heard):
        return Intent("start", language=_either(begun.language, language))
    if help_ := reply_words.HELP_EXACT.get(said) or reply_words.HELP_EXACT.get(heard):
        return Intent("help", ("person",) if help_[1] else (), None, help_[0])
    if asked := _first(reply_words.HELP_PHRASES, said, heard):
        return Intent("help", ("person",), None, _either(asked.language, language))
    if provider == "HELP":
        return Intent("help", language=language)
    if phrase := _first(keyword_words.KEYWORD_PHRASES, said, heard):
        return Intent("keyword", (), phrase.name, _either(phrase.language, language))
    if urgent := _meant(URGENT, heard):
        return Intent("person", ("urgent",), None, _either(urgent.language, language))
    return Intent("person", ("tapback",) if tapback and not heard else (), None, language)


def _is_keyword(word: str) -> bool:
    """Yes is politeness before another word and an answer alone."""
    return word in keyword_words.KEYWORD_EXACT


# --- stop -----------------------------------------------------------------------------------------------------------


def _stop(clauses: list[str], raw: str) -> _Stop | None:
    """The wish to hear no more, by the clearest evidence in any clause."""
    exact = [_exact_stop(clause) or _exact_stop(_bare(clause)) for clause in clauses]
    if sure := next((found for found in exact if found), None):
        rest = [clause for clause, found in zip(clauses, exact, strict=True) if not found and _bare(clause)]
        return _Stop(sure.language, sure.doubt or bool(rest), whole=True)
    if halves := next((stop for clause in clauses if (stop := _in_two(clause))), None):
        return halves
    if spaced := _exact_stop("".join(" ".join(clauses).split()) if _is_spelled_out(clauses) else ""):
        return spaced
    kept = [_cut(stop_words.INVITING, clause) for clause in clauses]
    if len(clauses) == 2 and clauses[0] in ("no", "nope", "nah"):
        kept.append(" ".join(clauses))  # no, thanks
    for phrase in stop_words.STOP_PHRASES:
        for clause in kept:
            if (match := phrase.pattern.search(clause)) and not _negated(clause, match.start()):
                return _Stop(phrase.language, phrase.doubt or _first(stop_words.NARROWER, clause) is not None)
    for clause in kept:
        left = _cut(stop_words.NOT_STOP, clause)
        if doubt := _first(stop_words.STOP_DOUBT, left) or _first(stop_words.STOP_DOUBT, _bare(left)):
            return _Stop(doubt.language, doubt=True, vague=True)
        if left == clause and _shouts_stop(raw) and "stop" in clause.split():
            return _Stop("en", doubt=True)
    return None


def _exact_stop(said: str) -> _Stop | None:
    if not said:
        return None
    once = " ".join(dict.fromkeys(said.split()))  # stop stop stop
    squeezed = re.sub(r"(.)\1{2,}", r"\1", once)  # stoooop
    single = re.sub(r"(.)\1", r"\1", squeezed)  # quitt, optt out
    for form in (said, once, squeezed, single):
        if language := stop_words.STOP_EXACT.get(form):
            return _Stop(language, doubt=False)
    if " " not in squeezed and one_slip(squeezed, "stop"):
        return _Stop("en", doubt=squeezed in stop_words.ORDINARY)
    return None


def _in_two(clause: str) -> _Stop | None:
    """STOP with a space slipped in: sto pp."""
    words = _bare(clause).split()
    joined = "".join(words)
    return _exact_stop(joined) if len(words) == 2 and joined.startswith("st") and len(joined) < 7 else None


# "don't stop texting me" holds the phrase "stop texting" and means the opposite; "you won't stop texting me" does not.
_NEGATION: Final = re.compile(
    r"(?<!you )(?<!\S)(dont|never|wont|cant|couldnt|didnt|not|no) ((ever|you|just|please|to|even|let them|dare) )*$"
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


# --- words --------------------------------------------------------------------------------------------------------


def _bare(clause: str) -> str:
    """A clause without the politeness around it; politeness alone stays what it is."""
    return " ".join(word for word in clause.split() if word not in stop_words.POLITE)


def _polite(clauses: list[str]) -> list[str]:
    return [bare for clause in clauses if (bare := _bare(clause))]


def _first(rows: Iterable[Row], *texts: str) -> Row | None:
    return next((row for row in rows for text in texts if row.pattern.search(text)), None)


def _meant(rows: Iterable[Row], heard: str) -> Row | None:
    """The first row that still holds when the sayings in which nobody is in danger are taken out."""
    return _first(rows, _cut(SAYINGS, heard)) if _first(rows, heard) else None


def _cut(rows: Iterable[Row], clause: str) -> str:
    for row in rows:
        clause = " ".join(row.pattern.sub(" ", clause).split())
    return clause


def _language(heard: str, own: str) -> Language:
    said = heard.split()
    spanish = sum(word in reply_spelling.SPANISH_WORDS for word in said) + any(sign in own for sign in "¿¡ñÑ")
    return "es" if spanish > sum(word in reply_spelling.ENGLISH_WORDS for word in said) else "en"


def _either(by_row: Language | None, by_words: Language) -> Language:
    return "es" if "es" in (by_row, by_words) else "en"
