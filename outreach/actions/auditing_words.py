"""The fifth promise, proved from the words: the article as it was handed in against the emails as they were rendered."""

import re
from collections import Counter
from collections.abc import Container, Sequence

import lxml.html

from outreach.actions.drafting import attribution_of, edit_of
from outreach.models import Series, Step
from outreach.rules import sms
from outreach.rules.compiler import VERSION, originals
from outreach.rules.draft import Original, email_from_dict, tip_from_dict
from outreach.rules.edits import Edit, restored_lines, struck
from outreach.rules.library import read_library
from outreach.rules.readers import read

_MARKER = re.compile(r"\[\d{1,2}\]")
_WORD = re.compile(r"[^\W_]+")


def breaches(series: Series) -> tuple[int, list[str]]:
    """(sentences of the article, what is wrong): lost, doubled or changed words, a sentence without its source.

    A sentence that a person reworded must stand in that person's words, one that a person struck out nowhere.
    """
    edits = [edit_of(row) for row in series.edits.all()]
    out, reworded = struck(edits), {e.sentence: e.words for e in edits if e.kind == "reword"}
    # The texts of an article say again what its emails say; those of a library are the only place of their words.
    channels = ("email", "sms") if series.ready_messages else ("email",)
    steps = list(series.steps.filter(channel__in=channels).order_by("channel", "number"))
    holds = [frozenset(_placed(step)) for step in steps]
    placed = Counter(sentence for step in steps for sentence in _placed(step))
    if not series.originals and series.compiler_version not in ("", VERSION):
        return _by_number(series, placed)
    authored = _authored(series, edits)
    said = {i: reworded.get(i, o.text) for i, o in enumerate(authored, 1) if i not in out}
    texts = [f" {_words(_rendered(step))} " for step in steps]
    letters = [_words(_seen(step)).replace(" ", "") for step in steps]
    broken = [f"{series.slug}: sentence {i} was struck out and stands in an email" for i in sorted(out) if placed[i]]
    for i, sentence in said.items():
        words = {_words(sentence), _words(sms.fold(sentence))}
        if placed[i] != 1:
            where = f"stands in {placed[i]} emails" if placed[i] else "is in no email"
            broken.append(f"{series.slug}: sentence {i} {where}")
        elif not any(
            i in held and any(f" {w} " in text and w.replace(" ", "") in whole for w in words)
            for held, text, whole in zip(holds, texts, letters, strict=True)
        ):
            broken.append(f"{series.slug}: the words of sentence {i} are in no email as it was rendered")
    strangers = sorted(placed.keys() - set(range(1, len(authored) + 1)))
    broken += [f"{series.slug}: sentence {s} is not the article's" for s in strangers]
    return len(authored), broken + _without_source(series.slug, authored, steps)


def _by_number(series: Series, placed: Counter[int]) -> tuple[int, list[str]]:
    """For a series whose sentences were not kept and that another compiler read: each of its numbers stands once."""
    total = int(series.coverage.get("total", 0))
    wrong = [i for i in range(1, total + 1) if placed[i] != 1]
    return total, [f"{series.slug}: sentence {i} stands in {placed[i]} emails" for i in wrong]


def _authored(series: Series, edits: Sequence[Edit]) -> list[Original]:
    """The author's sentences: read from the article again, or, when the compiler has changed since, as it read them."""
    if series.compiler_version == VERSION or not series.originals:
        data, name = bytes(series.article.source), series.article.source_name
        if series.ready_messages:
            return list(read_library(data, name, attribution_of(series)).originals)
        article = read(data, name, restored=restored_lines(edits))
        return list(originals(article))
    return [Original(o["text"], tuple(o["sources"])) for o in series.originals]


def _placed(step: Step) -> tuple[int, ...]:
    if step.channel == "email":
        return email_from_dict(step.content).sources
    return tip_from_dict(step.content).sentences


def _rendered(step: Step) -> str:
    return str((step.compiled or {}).get("text" if step.channel == "email" else "later", ""))


def _seen(step: Step) -> str:
    """What a reader of the email's HTML sees; a text is its own."""
    if step.channel != "email" or not step.compiled:
        return _rendered(step)
    return "".join(lxml.html.fromstring(str(step.compiled["html"])).itertext())


def _named(step: Step) -> Container[str]:
    """The sources a step names: those an email lists, and the line that a text keeps."""
    if step.channel == "email":
        return {_words(c.text) for c in email_from_dict(step.content).citations}
    return _words(tip_from_dict(step.content).source or "")


def _without_source(slug: str, authored: Sequence[Original], steps: Sequence[Step]) -> list[str]:
    listed = {sentence: _named(step) for step in steps for sentence in _placed(step)}
    return [
        f"{slug}: sentence {i} stands without its source"
        for i, original in enumerate(authored, 1)
        for source in original.sources
        if i in listed and _words(source) not in listed[i]
    ]


def _words(text: str) -> str:
    """The words alone, in lower case, one space between them: wrapping, markers and bullets do not count."""
    return " ".join(_WORD.findall(_MARKER.sub(" ", text).lower()))
