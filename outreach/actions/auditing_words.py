"""The fifth promise, proved from the words: the article as it was handed in against the emails as they were rendered."""

import re
from collections import Counter

from outreach.models import Series
from outreach.rules.article import Article
from outreach.rules.draft import EmailDraft, email_from_dict
from outreach.rules.readers import read

_MARKER = re.compile(r"\[\d{1,2}\]")
_WORD = re.compile(r"[^\W_]+")
SHORT = 4  # a sentence of fewer words may stand in another sentence by chance, so it is counted by its id alone


def breaches(series: Series) -> tuple[int, list[str]]:
    """(sentences of the article, what is wrong): lost, doubled or changed words, a sentence without its source."""
    article = read(bytes(series.article.source), series.article.source_name)
    steps = list(series.steps.filter(channel="email").order_by("number"))
    drafts = [email_from_dict(step.content) for step in steps]
    placed = Counter(sentence for draft in drafts for sentence in draft.sources)
    texts = [_words(str((step.compiled or {}).get("text", ""))) for step in steps]
    sentences = list(article.sentences())
    wanted = Counter(_words(s.text) for s in sentences)
    broken = []
    for sentence in sentences:
        if placed[sentence.id] != 1:
            where = f"stands in {placed[sentence.id]} emails" if placed[sentence.id] else "is in no email"
            broken.append(f"{series.slug}: sentence {sentence.id} {where}")
            continue
        words = _words(sentence.text)
        if words.count(" ") >= SHORT - 1 and sum(text.count(words) for text in texts) < wanted[words]:
            broken.append(f"{series.slug}: the words of sentence {sentence.id} are in no email as it was rendered")
    broken += [f"{series.slug}: sentence {s} is not the article's" for s in placed.keys() - {s.id for s in sentences}]
    return len(sentences), broken + _without_source(series.slug, article, drafts)


def _without_source(slug: str, article: Article, drafts: list[EmailDraft]) -> list[str]:
    sources = {citation.ref: _words(citation.text) for citation in article.citations}
    listed = {sentence: {_words(c.text) for c in draft.citations} for draft in drafts for sentence in draft.sources}
    return [
        f"{slug}: sentence {sentence.id} stands without its source"
        for sentence in article.sentences()
        for ref in sentence.refs
        if ref.ref in sources and sources[ref.ref] not in listed.get(sentence.id, set())
    ]


def _words(text: str) -> str:
    """The words alone, in lower case, one space between them: wrapping, markers and bullets do not count."""
    return " ".join(_WORD.findall(_MARKER.sub(" ", text).lower()))
