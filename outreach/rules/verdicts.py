"""What follows from what a person texted: what ends or begins, who answers with which words, and who must look.

The same verdict is what `outreach check reply` prints and what actions/receiving acts on, so the door cannot tell one thing
and the program do another. Only the circumstances differ: the door knows no person, the action does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from outreach.rules import reply_texts
from outreach.rules.replies import Intent, classify
from outreach.rules.reply_parts import Part
from outreach.rules.reply_rows import Language
from outreach.rules.schedule_values import Channel, Organisation, TextSenderKind, Topic

Effect = Literal["out", "in", "none"]
Answerer = Literal["us", "provider", "nobody"]

# What carriers or Twilio act on and answer by themselves, whatever the case of the letters, by the kind of sender
# [tw-aoo] [tw-stop] [tw-tf] [tw-sc]: on a toll-free number the network's own words alone, on a short code none.
PROVIDER_STOPS: Final = frozenset(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"))
PROVIDER_STARTS: Final = frozenset(("start", "yes", "unstop"))
PROVIDER_WORDS: Final[Mapping[TextSenderKind, frozenset[str]]] = {
    "10dlc": PROVIDER_STOPS | PROVIDER_STARTS | {"help", "info"},
    "toll_free": frozenset(("stop", "start", "unstop")),
    "short_code": frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who answers: the organisation, the kind of number it writes from, and what people can ask for."""

    organisation: Organisation
    sender: TextSenderKind = "10dlc"
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What only the database knows. known: the number is somebody's; email: that person has an address for emails. held: no
    claim that something ended may be made yet, a call is still running. crisis_told: the crisis words were sent within the
    window. coming: a text can come to who asks for MORE or SLOW. discreet: the person asked for neutral words. has_topics: they
    get one of the topics that a stop names. language: what the person asked to be written in."""

    known: bool = True
    email: bool = True
    held: bool = False
    crisis_told: bool = False
    coming: bool = True
    discreet: bool = False
    has_topics: bool = True
    language: Language | None = None


USUAL: Final = Circumstances()
LONGEST: Final = 1600  # characters of an SMS at its longest; what is beyond is kept, not interpreted


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows. intent: crisis | stop | start | help | yes | more | slow | pause | topics | spanish | english | person.

    effects: what happens to each channel. topics: the only ones that end, empty when a channel ends whole. topic: what the
    wish named, a key or the person's own word. answered_by: who answers. answer: the kind of our answer, "" for none; reply:
    its words. unsaid: our words where the provider answers a keyword by itself, if it does. confirmation: the person is told
    once that it ended or began, by us or by the provider. incident: the class of a crisis. staff_task: a person must look.
    """

    intent: str
    also: tuple[str, ...]
    effects: Mapping[Channel, Effect]
    topics: tuple[str, ...]
    topic: str | None
    answered_by: Answerer
    answer: str
    reply: str | None
    unsaid: str | None
    confirmation: bool
    incident: str | None
    staff_task: bool
    language: Language


def intent_of(text: str, speaker: Speaker, *, opt_out_type: str | None = None) -> Intent:
    """What a text means to this speaker."""
    return classify(text[:LONGEST], opt_out_type=opt_out_type, topics=speaker.topics)


def hear(text: str, speaker: Speaker, given: Circumstances = USUAL, *, opt_out_type: str | None = None) -> Verdict:
    """What follows from a text."""
    intent = intent_of(text, speaker, opt_out_type=opt_out_type)
    return judge(intent, text, speaker, given, opt_out_type=opt_out_type)


def judge(
    intent: Intent, text: str, speaker: Speaker, given: Circumstances = USUAL, *, opt_out_type: str | None = None
) -> Verdict:
    """What follows from an intent that `text` had, under the circumstances given."""
    intent = in_their_language(_meant(intent, given), text, given)
    effects = _effects(intent)
    by: Answerer = "provider" if opt_out_type or provider_answers(text, speaker.sender) else "us"
    if intent.kind == "crisis":
        by = "us"  # whatever the provider said, it did not say this
    confirms = not opt_out_type
    answer = _answer(intent, given, confirms=confirms) if by == "us" else ""
    told = intent.stops or intent.kind == "start"
    kept = _answer(intent, given, confirms=True) if by == "provider" and not opt_out_type else ""
    return Verdict(
        intent=intent.keyword or "person" if intent.kind == "keyword" else intent.kind,
        also=intent.also,
        effects=effects,
        topics=intent.part.topics if intent.part and intent.stops else (),
        topic=intent.part.named if intent.part and intent.stops else None,
        answered_by=by if by == "provider" or answer else "nobody",
        answer=answer,
        reply=_words(answer, intent, speaker, given, confirms=confirms) if answer else None,
        unsaid=_words(kept, intent, speaker, given, confirms=True) if kept else None,
        confirmation=told and (by == "provider" or (bool(answer) and not given.held)),
        incident=(intent.keyword or "crisis") if intent.kind == "crisis" else None,
        staff_task=needs_person(intent, given),
        language=intent.language,
    )


def in_their_language(intent: Intent, text: str, given: Circumstances) -> Intent:
    """One word alone is answered in the language the person chose: MORE and HELP are everybody's words."""
    return replace(intent, language="es") if given.language == "es" and len(text.split()) == 1 else intent


def provider_answers(text: str, sender: TextSenderKind) -> bool:
    """Whether the provider acts on this text by itself and answers it: one keyword alone, nothing around it."""
    return text.strip().casefold() in PROVIDER_WORDS[sender]


def needs_person(intent: Intent, given: Circumstances = USUAL) -> bool:
    """Whether somebody must read it: all but what was plainly done, and a thumbs-up."""
    intent = _meant(intent, given)
    if intent.kind in ("crisis", "person"):
        return "tapback" not in intent.also
    return "person" in intent.also or "urgent" in intent.also or (intent.kind == "keyword" and not given.known)


def ends(intent: Intent, given: Circumstances = USUAL) -> Part | None:
    """What ends by this intent, wholly or for some topics; None when it holds no stop."""
    if intent.kind != "stop" and "stop" not in intent.also:
        return None
    return _meant(intent, given).part or Part(("sms",))


def _meant(intent: Intent, given: Circumstances) -> Intent:
    """A stop of what somebody does not get, emails or a topic, means the texts they do get: in doubt these end."""
    part = intent.part
    if part and ((part.channels == ("email",) and not given.email) or (part.topics and not given.has_topics)):
        return replace(intent, part=None, also=_with(intent.also, "person"))
    return intent


def _with(also: tuple[str, ...], word: str) -> tuple[str, ...]:
    return also if word in also else (*also, word)


def _effects(intent: Intent) -> Mapping[Channel, Effect]:
    if intent.stops:
        ended = intent.part.channels if intent.part else ("sms",)
        return {channel: "out" if channel in ended else "none" for channel in ("sms", "email")}
    return {"sms": "in" if intent.kind == "start" else "none", "email": "none"}


def _answer(intent: Intent, given: Circumstances, *, confirms: bool) -> str:
    """The kind of answer we owe, "" for none. `confirms`: a stop is ours to confirm, the provider has not."""
    if intent.kind == "crisis" and not given.crisis_told:
        return "crisis"
    if intent.kind == "stop" or (intent.kind == "crisis" and "stop" in intent.also and confirms):
        return "" if given.held else "part" if intent.part else "stop"
    if intent.kind in ("start", "help"):
        return intent.kind
    if intent.kind == "keyword" and intent.keyword in ("more", "slow", "pause", "topics"):
        if intent.keyword == "topics":
            return "topics"
        return intent.keyword if not given.held else ""  # known or not: an answer must not tell who is
    return ""


def _words(answer: str, intent: Intent, speaker: Speaker, given: Circumstances, *, confirms: bool) -> str:
    ours = speaker.organisation
    if given.discreet:
        ours = ours.as_neutral()
    language = intent.language
    match answer:
        case "crisis":
            stopped = "stop" in intent.also and not given.held and confirms
            return reply_texts.crisis(ours, intent.keyword, language, stopped=stopped)
        case "stop":
            return reply_texts.stop_confirmed(ours, language)
        case "part":
            return _part_words(ours, intent, speaker.topics, given)
        case "start":
            return reply_texts.start_confirmed(ours, language)
        case "help":
            return reply_texts.help_reply(ours, language)
        case "pause":
            return reply_texts.pause_confirmed(ours, language)
        case "more":
            return reply_texts.more_coming(ours, language, coming=given.coming)
        case "slow":
            return reply_texts.slowed(ours, language, coming=given.coming)
        case _:
            return reply_texts.topic_list(ours, language, () if given.discreet else _labels(speaker.topics, language))


def _part_words(ours: Organisation, intent: Intent, topics: Sequence[Topic], given: Circumstances) -> str:
    part = intent.part or Part(("sms",))
    ended = [topic for topic in topics if topic.key in part.topics]
    labels = _labels(ended, intent.language) if ended and not given.discreet else ()
    return reply_texts.part_confirmed(
        ours, intent.language, channels=part.channels, labels=labels, topics=bool(part.topics)
    )


def _labels(topics: Sequence[Topic], language: str) -> tuple[str, ...]:
    return tuple(topic.label_es if language == "es" else topic.label for topic in topics)
