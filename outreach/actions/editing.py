"""What staff may change in a draft. Each act is kept as an edit beside the article, and the series is compiled anew.

Two people may have the same draft open. Whoever acts can say what they saw (`seen`); when something else stands there
by now, because a line came back or a newer article came in, the act is refused instead of hitting another sentence.

Only drafts change. A series handed in for review goes back to being a draft, because an approval is bound to the exact
words; a published one never changes (recompiling.py makes a new draft of it).
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions.drafting import originals, rebuild
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Series, SeriesEdit
from outreach.rules import lifecycle
from outreach.rules.draft import email_from_dict
from outreach.rules.edits import LIMITS, OF_AN_EMAIL, EditKind
from outreach.rules.readers.decode import clean

MAX_EMAILS = 60


def marks(series: Series, rows: Iterable[SeriesEdit] | None = None) -> dict[int, str]:
    """Per sentence a short sign of what stands there now, the author's words and staff's edits of it, for `seen`.

    `rows` are the edits of the series, when they are at hand.
    """
    edits: dict[int, list[str]] = defaultdict(list)
    for edit in series.edits.all() if rows is None else rows:
        edits[edit.sentence].append(f"{edit.kind} {edit.words}")
    return {i: fingerprint("\n".join([said, *sorted(edits[i])])) for i, said in enumerate(originals(series), 1)}


def fingerprint(words: str) -> str:
    """A short sign of words somebody saw, for `seen`."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def reword(
    series: Series, sentence: int, words: str, *, now: datetime, actor: User | None = None, seen: str = ""
) -> None:
    """The sentence says `words` in its email. The author's own words again undo it. Raises Refused for none or too many."""
    _put(series, "reword", sentence, words, now=now, actor=actor, seen=seen)


def strike(series: Series, sentence: int, *, now: datetime, actor: User | None = None, seen: str = "") -> None:
    """The sentence is left out of the emails, on this person's word."""
    _put(series, "strike", sentence, "", now=now, actor=actor, seen=seen)


def word_text(
    series: Series, sentence: int, words: str, *, now: datetime, actor: User | None = None, seen: str = ""
) -> None:
    """The text made of the sentence says `words`; where none was made of it, one is."""
    _put(series, "text", sentence, words, now=now, actor=actor, seen=seen)


def leave_out_text(series: Series, sentence: int, *, now: datetime, actor: User | None = None, seen: str = "") -> None:
    """No text is made of the sentence."""
    _put(series, "no_text", sentence, "", now=now, actor=actor, seen=seen)


@transaction.atomic
def word_email(
    series: Series, number: int, kind: EditKind, words: str, *, now: datetime, actor: User | None = None
) -> None:
    """Gives an email a subject or preheader (`kind` is one of OF_AN_EMAIL). Raises Refused when there is no such email."""
    if kind not in OF_AN_EMAIL:
        raise Refused(f"“{kind}” is nothing an email has: {', '.join(OF_AN_EMAIL)}.")
    series = _locked(series, now=now, actor=actor)
    step = series.steps.filter(channel="email", number=number).first()
    if step is None or not step.content.get("sources"):
        raise Refused(f"“{series.title}” has no email {number}.")
    said = _said(kind, words)
    if said == step.content[kind]:
        return
    email = email_from_dict(step.content)
    before = series.edits.filter(kind=kind, sentence__in=email.cut_from)
    held = before.order_by("sentence").first()
    was, sentence = (held.was, held.sentence) if held else (step.content[kind], email.cut_from[0])
    before.delete()
    if said != was:
        SeriesEdit.objects.create(series=series, kind=kind, sentence=sentence, was=was, words=said, at=now, by=actor)
    _done(series, f"changed the {kind.replace('_', ' ')} of email {number} in", now=now, actor=actor)


@transaction.atomic
def word_email_lines(
    series: Series, number: int, words: Mapping[EditKind, str], *, seen: Mapping[EditKind, str], now: datetime,
    actor: User | None = None,
) -> None:  # fmt: skip
    """Gives an email those of its subjects and preheaders that are not as they were `seen`: all or none of them.

    Raises Refused when somebody else changed one of them since.
    """
    changed = {kind: said for kind, said in words.items() if _one_line(said) != seen[kind]}
    if not changed:
        return
    series = _locked(series, now=now, actor=actor)
    step = series.steps.filter(channel="email", number=number).first()
    for kind in changed:
        if step is not None and step.content.get(kind) not in (seen[kind], _one_line(changed[kind])):
            raise Refused(
                f"Somebody changed the {kind.replace('_', ' ')} of email {number} while this page was open: look again."
            )
    for kind, said in changed.items():
        word_email(series, number, kind, said, now=now, actor=actor)


@transaction.atomic
def restore_line(
    series: Series, line: str, *, as_heading: bool = False, now: datetime, actor: User | None = None
) -> None:
    """Puts a line back that was left out as page furniture; twice is as good as once.

    Raises Refused when no such line was left out.
    """
    series = _locked(series, now=now, actor=actor)
    if series.edits.filter(kind="restore", was=line).exists():
        return
    if line not in {dropped["line"] for dropped in series.dropped}:
        raise Refused("That line is not among those left out; open the series again and look.")
    SeriesEdit.objects.create(
        series=series, kind="restore", was=line, words="heading" if as_heading else "", at=now, by=actor
    )
    _done(series, "restored a line of", now=now, actor=actor)
    if any(dropped["line"] == line for dropped in series.dropped):
        raise Refused(
            "That line belongs to the page around the article and cannot be put back; add it to the article itself."
        )


@transaction.atomic
def ask_emails(series: Series, count: int | None, *, now: datetime, actor: User | None = None) -> None:
    """Asks for a number of emails, or leaves it to the rules (None). The nearest possible number is made."""
    if count is not None and not 1 <= count <= MAX_EMAILS:
        raise Refused(f"A series has from 1 to {MAX_EMAILS} emails.")
    series = _locked(series, now=now, actor=actor)
    series.wanted_emails = count
    _done(series, f"asked for {count or 'any number of'} emails in", now=now, actor=actor)


@transaction.atomic
def discard(series: Series, pk: int, *, now: datetime, actor: User | None = None) -> None:
    """Takes an edit back: the author's words, as they are now, stand again."""
    series = _locked(series, now=now, actor=actor)
    _edit(series, pk).delete()
    _done(series, "took an edit back in", now=now, actor=actor)


@transaction.atomic
def take_back(
    series: Series, kinds: Collection[EditKind], sentences: Sequence[int], *, now: datetime, actor: User | None = None,
    seen: str = "",
) -> None:  # fmt: skip
    """Takes back what was changed of these sentences in these ways, if anything was; `seen` is of the first of them."""
    series = _locked(series, now=now, actor=actor)
    edits = series.edits.filter(kind__in=kinds, sentence__in=sentences)
    if not edits.exists():
        return  # a second click
    _check_seen(series, seen, sentences[0] if sentences else 0)
    edits.delete()
    _done(series, "took an edit back in", now=now, actor=actor)


@transaction.atomic
def keep(series: Series, pk: int, *, now: datetime, actor: User | None = None, seen: str | None = None) -> None:
    """Settles a conflict for the edit: it goes on, now measured against the author's new words, those that were `seen`."""
    series = _locked(series, now=now, actor=actor)
    edit = _edit(series, pk)
    if seen is not None and seen != edit.author_now:
        raise Refused("The author's words changed again while this page was open: look again.")
    if edit.conflict == "gone":
        raise Refused("Its sentence is no longer in the article: discard the edit, or make it on another sentence.")
    edit.was, edit.author_now, edit.conflict = edit.author_now or edit.was, "", ""
    edit.save()
    _done(series, "kept an edit in", now=now, actor=actor)


@transaction.atomic
def _put(
    series: Series, kind: EditKind, sentence: int, words: str, *, now: datetime, actor: User | None, seen: str
) -> None:
    series = _locked(series, now=now, actor=actor)
    said = _said(kind, words)
    authored = originals(series)
    if not 1 <= sentence <= len(authored):
        raise Refused(f"“{series.title}” has no sentence {sentence}; open it again and look.")
    was = authored[sentence - 1]
    if series.edits.filter(kind=kind, sentence=sentence, words=said, conflict="").exists():
        return  # a second click
    _check_seen(series, seen, sentence)
    # Of two that exclude each other the last one made holds.
    of_email, of_text = ("reword", "strike"), ("text", "no_text")
    series.edits.filter(kind__in=of_email if kind in of_email else of_text, sentence=sentence).delete()
    if kind != "reword" or said != was:
        SeriesEdit.objects.create(series=series, kind=kind, sentence=sentence, was=was, words=said, at=now, by=actor)
    verb = {"reword": "reworded", "strike": "struck out", "text": "worded the text of", "no_text": "made no text of"}[
        kind
    ]
    _done(series, f"{verb} sentence {sentence} in", now=now, actor=actor)


def _check_seen(series: Series, seen: str, sentence: int) -> None:
    if seen and seen != marks(series).get(sentence):
        raise Refused("Somebody changed this sentence, or the article, while this page was open: look again.")


def _one_line(words: str) -> str:
    return re.sub(r"\s+", " ", clean(words)).strip()


def _said(kind: EditKind, words: str) -> str:
    """The words as one clean line. Raises Refused when there are none or too many."""
    said = _one_line(words)
    limit = LIMITS.get(kind)
    if limit is None:
        return ""
    if not said:
        what = {"reword": ", or strike the sentence out", "text": ", or leave the text out"}.get(kind, "")
        raise Refused(f"Write the words that should stand there{what}.")
    if len(said) > limit:
        raise Refused(f"That has {len(said)} characters; at most {limit} can stand there.")
    return said


def _locked(series: Series, *, now: datetime, actor: User | None) -> Series:
    """The series, locked, as a draft. Raises Refused when it may not change any more."""
    series = Series.objects.select_for_update().get(pk=series.pk)
    if series.ready_messages:
        raise Refused(f"“{series.title}” is made of ready messages; change their file and compile it again.")
    if series.status == "review":
        series.status = "draft"
        Series.objects.filter(pk=series.pk, status__in=lifecycle.sources("series", "draft")).update(status="draft")
        note("took back from review", series, now=now, actor=actor)
    if series.status != "draft":
        raise Refused(f"“{series.title}” is {series.status} and does not change any more; make a new draft of it.")
    return series


def _edit(series: Series, pk: int) -> SeriesEdit:
    edit = series.edits.filter(pk=pk).first()
    if edit is None:
        raise Refused("That edit is not there any more; open the series again and look.")
    return edit


def _done(series: Series, verb: str, *, now: datetime, actor: User | None) -> None:
    rebuild(series)
    if not series.steps.exists():
        raise Refused("Nothing would be left of the series; leave at least one sentence in it.")
    note(verb, series, now=now, actor=actor)
