"""A newer article or compiler: first the difference, then a new version in which no edit is lost."""

import pytest

from outreach.actions import drafting, editing, publishing, recompiling
from outreach.errors import Refused
from outreach.models import Article, Series, SeriesEdit
from outreach.rules.readers import ArticleRefused
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")
SAMPLE = builders.ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
TEXT = SAMPLE.read_text(encoding="utf-8")
OURS = "These are words of our own and nobody else's."


@pytest.fixture
def series(stage: None) -> Series:
    return drafting.draft_series(SAMPLE.read_bytes(), SAMPLE.name, topic="recovery-notes", cadence="gentle", now=NOW)


def newer(series: Series, sentence: int, words: str) -> bytes:
    """The article with one sentence in other words."""
    return TEXT.replace(drafting.originals(series)[sentence - 1], words).encode()


def in_emails(series: Series, words: str) -> bool:
    return any(
        words in str(content) for content in series.steps.filter(channel="email").values_list("content", flat=True)
    )


def test_a_look_at_the_difference_stores_nothing(series: Series) -> None:
    hash_before = series.content_hash
    said = drafting.originals(series)[1][:-1] + " these days."
    made = recompiling.preview(series, newer(series, 2, said))
    assert [(c.kind, c.after) for c in made.changes.sentences] == [("reworded", said)]
    series.refresh_from_db()
    assert series.content_hash == hash_before and Article.objects.count() == 1


def test_a_draft_becomes_the_new_version_and_keeps_its_edits(series: Series) -> None:
    editing.reword(series, 5, OURS, now=NOW)
    first = drafting.originals(series)[0]
    data = TEXT.replace(first, f"{first} A sentence came in before.").encode()
    target = recompiling.recompile(series, data, SAMPLE.name, now=NOW)
    assert target.pk == series.pk and bytes(target.article.source) == data
    edit = target.edits.get()
    assert (edit.sentence, edit.words, edit.conflict) == (6, OURS, "")
    assert in_emails(target, OURS) and in_emails(target, "A sentence came in before.")
    assert Article.objects.count() == 2, "what was handed in first is kept"


def test_an_edit_of_a_sentence_the_author_changed_stands_and_waits_for_a_person(series: Series) -> None:
    editing.reword(series, 5, OURS, now=NOW)
    was = drafting.originals(series)[4]
    target = recompiling.recompile(series, newer(series, 5, was[:-1] + " these days."), SAMPLE.name, now=NOW)
    edit = target.edits.get()
    assert (edit.conflict, edit.author_now, edit.was) == ("changed", was[:-1] + " these days.", was)
    assert in_emails(target, OURS), "never overwritten"
    with pytest.raises(Refused, match="problems marked as errors"):
        publishing.publish(target, now=NOW)
    editing.discard(target, edit.pk, now=NOW)
    target.refresh_from_db()
    assert in_emails(target, was[:-1] + " these days.") and not in_emails(target, OURS)
    publishing.publish(target, now=NOW)


def test_of_a_published_series_a_new_draft_is_made(series: Series) -> None:
    editing.reword(series, 5, OURS, now=NOW)
    publishing.publish(series, now=NOW)
    steps = list(series.steps.values_list("content", "compiled"))
    target = recompiling.recompile(series, newer(series, 2, "The author says it anew today."), "newer.txt", now=NOW)
    assert (target.status, target.replaces_id, target.slug) == ("draft", series.pk, f"{series.slug}-2")
    assert in_emails(target, OURS) and in_emails(target, "The author says it anew today.")
    assert list(series.steps.values_list("content", "compiled")) == steps
    assert series.edits.count() == target.edits.count() == 1
    publishing.publish(target, now=NOW)


def test_a_published_series_may_be_taken_up_again_as_it_is(series: Series) -> None:
    publishing.publish(series, now=NOW)
    target = recompiling.recompile(series, now=NOW)
    assert (target.status, target.replaces, target.article) == ("draft", series, series.article)


def test_the_same_article_again_is_refused_for_a_draft(series: Series) -> None:
    with pytest.raises(Refused, match="Nothing changes"):
        recompiling.recompile(series, TEXT.encode(), SAMPLE.name, now=NOW)


def test_a_file_that_is_no_article_changes_nothing(series: Series) -> None:
    with pytest.raises(ArticleRefused):
        recompiling.recompile(series, b"", "empty.txt", now=NOW)
    assert Article.objects.count() == 1


def test_another_article_keeps_every_edit_as_one_to_decide_on(series: Series) -> None:
    editing.reword(series, 5, OURS, now=NOW)
    editing.word_text(series, series.rejected[0]["sentences"][0], "Words for a text.", now=NOW)
    other = "Walking\n\n" + "\n\n".join(
        f"A walk of {n} minutes clears the head and costs nothing at all." for n in range(20, 30)
    )
    target = recompiling.recompile(series, other.encode(), "walking.txt", now=NOW)
    assert {(e.words, e.conflict) for e in target.edits.all()} == {(OURS, "gone"), ("Words for a text.", "gone")}
    assert [p["code"] for p in target.problems].count("edit-conflict") == 2


def test_a_newer_compiler_that_counts_otherwise_takes_the_edits_along(series: Series) -> None:
    """As if an older version had not cut the first two sentences apart."""
    editing.reword(series, 5, OURS, now=NOW)
    first, second, *rest = series.refresh_from_db() or series.originals
    Series.objects.update(
        compiler_version="0", originals=[{"text": f"{first['text']} {second['text']}", "sources": []}, *rest]
    )
    SeriesEdit.objects.update(sentence=4)
    series.refresh_from_db()
    target = recompiling.recompile(series, now=NOW)
    assert (target.edits.get().sentence, target.edits.get().conflict) == (5, "")
    assert target.compiler_version != "0"


def test_a_confirmed_structure_is_asked_for_again_with_another_file(series: Series) -> None:
    publishing.confirm_structure(series, now=NOW)
    target = recompiling.recompile(series, newer(series, 2, "The author says it anew today."), now=NOW)
    assert target.structure_confirmed_at is None


def test_a_newer_version_is_stored_once_and_taken_in_as_it_was_seen(series: Series) -> None:
    data = newer(series, 2, "The author says it anew today.")
    article = recompiling.hand_in(series, data, "newer.txt", now=NOW)
    assert recompiling.hand_in(series, data, "newer.txt", now=NOW) == article
    target = recompiling.take_in(series, article, seen=series.content_hash, now=NOW)
    assert (target.pk, target.article, Article.objects.count()) == (series.pk, article, 2)
    assert in_emails(target, "The author says it anew today.")


def test_the_same_bytes_handed_in_are_the_article_there_is(series: Series) -> None:
    assert recompiling.hand_in(series, TEXT.encode(), "copy.txt", now=NOW) == series.article


def test_what_changed_since_it_was_looked_at_is_looked_at_again(series: Series) -> None:
    article = recompiling.hand_in(series, newer(series, 2, "The author says it anew today."), "newer.txt", now=NOW)
    seen = series.content_hash
    editing.strike(series, 3, now=NOW)
    with pytest.raises(Refused, match="look at the difference again"):
        recompiling.take_in(series, article, seen=seen, now=NOW)
    assert not in_emails(series, "The author says it anew today.")


def test_a_second_click_makes_no_second_draft(series: Series) -> None:
    publishing.publish(series, now=NOW)
    series.refresh_from_db()
    made = [recompiling.take_in(series, series.article, seen=series.content_hash, now=NOW) for _ in range(2)]
    assert made[0].pk == made[1].pk and Series.objects.count() == 2
