"""The fifth promise, proved from the words: the article as it was handed in against the emails as they were rendered."""

import re
from collections import Counter
from collections.abc import Sequence

from outreach.actions.drafting import edit_of
from outreach.models import Series
from outreach.rules.compiler import VERSION, originals
from outreach.rules.draft import EmailDraft, Original, email_from_dict
from outreach.rules.edits import Edit, restored_lines, struck
from outreach.rules.readers import read

_MARKER = re.compile(r"\[\d{1,2}\]")
_WORD = re.compile(r"[^\W_]+")
SHORT = 4  # a sentence of fewer words may stand in another sentence by chance, so it is counted by its id alone


def breaches(series: Series) -> tuple[int, list[str]]:
    """(sentences of the article, what is wrong): lost, doubled or changed words, a sentence without its source.

    A sentence that a person reworded must stand in that person's words, one that a person struck out nowhere.
    """
    edits = [edit_of(row) for row in series.edits.all()]
    out, reworded = struck(edits), {e.sentence: e.words for e in edits if e.kind == "reword"}
    steps = list(series.steps.filter(channel="email").order_by("number"))
    drafts = [email_from_dict(step.content) for step in steps]
    placed = Counter(sentence for draft in drafts for sentence in draft.sources)
    texts = [_words(str((step.compiled or {}).get("text", ""))) for step in steps]
    authored = _authored(series, edits)
    said = {i: _words(reworded.get(i, o.text)) for i, o in enumerate(authored, 1) if i not in out}
    wanted = Counter(said.values())
    broken = [f"{series.slug}: sentence {i} was struck out and stands in an email" for i in sorted(out) if placed[i]]
    for i, words in said.items():
        if placed[i] != 1:
            where = f"stands in {placed[i]} emails" if placed[i] else "is in no email"
            broken.append(f"{series.slug}: sentence {i} {where}")
        elif words.count(" ") >= SHORT - 1 and sum(text.count(words) for text in texts) < wanted[words]:
            broken.append(f"{series.slug}: the words of sentence {i} are in no email as it was rendered")
    strangers = sorted(placed.keys() - set(range(1, len(authored) + 1)))
    broken += [f"{series.slug}: sentence {s} is not the article's" for s in strangers]
    return len(authored), broken + _without_source(series.slug, authored, drafts)


def _authored(series: Series, edits: Sequence[Edit]) -> list[Original]:
    """The author's sentences: read from the article again, or, when the compiler has changed since, as it read them."""
    if series.compiler_version == VERSION or not series.originals:
        article = read(bytes(series.article.source), series.article.source_name, restored=restored_lines(edits))
        return list(originals(article))
    return [Original(o["text"], tuple(o["sources"])) for o in series.originals]


def _without_source(slug: str, authored: Sequence[Original], drafts: Sequence[EmailDraft]) -> list[str]:
    listed = {sentence: {_words(c.text) for c in draft.citations} for draft in drafts for sentence in draft.sources}
    return [
        f"{slug}: sentence {i} stands without its source"
        for i, original in enumerate(authored, 1)
        for source in original.sources
        if i in listed and _words(source) not in listed[i]
    ]


def _words(text: str) -> str:
    """The words alone, in lower case, one space between them: wrapping, markers and bullets do not count."""
    return " ".join(_WORD.findall(_MARKER.sub(" ", text).lower()))
