"""A library of ready messages: drafted, published, rendered for both channels, and held to its words by the audit."""

from typing import Any

import pytest

from outreach.actions import auditing, drafting, editing, publishing, reading_series, recompiling
from outreach.errors import Refused
from outreach.models import Article, Series
from outreach.rules.readers import ArticleRefused
from tests.builders import NOW
from tests.rules.libraries import CREDIT, MIXED, emails, texts

pytestmark = pytest.mark.usefixtures("stage")


def draft(text: str = MIXED, **changes: Any) -> Series:
    asked = {"topic": "recovery-notes", "cadence": "gentle", "now": NOW, **changes}
    return drafting.draft_series(text.encode(), "harbor_messages.csv", **asked)


def published(text: str = MIXED, **changes: Any) -> Series:
    series = draft(text, **changes)
    publishing.publish(series, now=NOW)
    series.refresh_from_db()
    return series


def faithful() -> tuple[str, ...]:
    return next(p.where for p in auditing.audit().promises if p.name == "faithful")


def test_a_draft_keeps_the_file_as_it_was_handed_in_and_its_messages_as_steps() -> None:
    series = draft()
    assert bytes(Article.objects.get().source) == MIXED.encode()
    assert (series.title, series.language, series.status) == ("Harbor messages", "en", "draft")
    assert series.coverage == {"placed": 8, "total": 8, "dropped_lines": 0, "struck": 0}
    assert [(s.channel, s.number) for s in series.steps.all()] == [("email", 1), ("sms", 1), ("sms", 2)]
    assert {s.content["source"] for s in series.steps.filter(channel="sms")} == {CREDIT}
    shown = reading_series.series_page(series.slug)
    assert shown is not None and not shown.changeable and shown.editable and not shown.hindrances
    assert shown.coverage == "8 of 8 sentences of the ready messages stand in the emails and texts"


def test_publishing_renders_both_channels_with_the_source_under_the_email_and_our_notices_in_the_first_text() -> None:
    series = published()
    email, text = series.steps.get(channel="email"), series.steps.get(channel="sms", number=1)
    for form in (email.compiled["text"], email.compiled["html"]):
        assert "Walk around the block" in form and CREDIT in form
    assert 'href="https://example.org/library"' in email.compiled["html"]
    said = "Call one friend today, even for a minute."
    assert said in text.compiled["first"] and "STOP" in text.compiled["first"]
    assert text.compiled["later"].endswith(said)


def test_tags_and_braces_that_are_words_arrive_escaped() -> None:
    series = draft(emails("Rest when <60 & 5 {} %s, and *breathe*."))
    publishing.publish(series, now=NOW)
    email = series.steps.get(channel="email")
    assert "Rest when &lt;60 &amp; 5 {} %s" in email.compiled["html"]
    assert "Rest when <60 & 5 {} %s" in email.compiled["text"]


def test_a_library_with_a_mark_for_another_system_is_not_published() -> None:
    series = draft(texts("Hi {{name}}, walk today."))
    with pytest.raises(Refused, match="problems marked as errors"):
        publishing.publish(series, now=NOW)


def test_an_attribution_for_the_file_is_kept_with_every_message() -> None:
    series = draft("subject,text\nA quiet minute for you and me,Rest well.\n,Walk today.\n", attribution=CREDIT)
    email, text = series.steps.get(channel="email"), series.steps.get(channel="sms")
    assert email.content["citations"] == [{"ref": 1, "text": CREDIT, "url": None}]
    assert text.content["source"] == CREDIT


def test_a_library_that_is_refused_leaves_nothing_behind() -> None:
    with pytest.raises(ArticleRefused, match="line 3: no words"):
        draft("text,source\nWalk today.,x\n.,x\n")
    assert not Article.objects.exists() and not Series.objects.exists()


def test_the_audit_counts_the_sentences_of_a_library_and_finds_them() -> None:
    published()
    promise = next(p for p in auditing.audit().promises if p.name == "faithful")
    assert promise.checked == 8 and promise.where == ()


@pytest.mark.parametrize(
    ("channel", "change", "said"),
    [
        pytest.param("sms", {"sentences": []}, "sentence 1 is in no email", id="a text lost"),
        pytest.param("sms", {"source": "somebody"}, "sentence 1 stands without its source", id="a text's source lost"),
        pytest.param("email", {"citations": []}, "sentence 4 stands without its source", id="an email's source lost"),
    ],
)
def test_a_message_that_lost_its_place_or_its_source_is_found(channel: str, change: dict[str, Any], said: str) -> None:
    series = published()
    step = series.steps.get(channel=channel, number=1)
    step.content |= change
    step.save()
    Series.objects.filter(pk=series.pk).update(content_hash=drafting.content_hash(series))
    assert any(said in told for told in faithful())


def test_a_text_whose_words_were_lost_in_the_rendering_is_found() -> None:
    series = published()
    step = series.steps.get(channel="sms", number=1)
    assert step.compiled
    step.compiled["later"] = step.compiled["later"].replace("friend", "stranger")
    step.save()
    assert faithful() == (f"{series.slug}: the words of sentence 1 are in no email as it was rendered",)


# --- another version of the file --------------------------------------------------------------------------------------

UNCREDITED = "subject,text\nA quiet minute for you and me,Rest well.\n,Walk today.\n"


def test_a_newer_file_shows_its_difference_and_keeps_the_attribution_that_was_given() -> None:
    series = published(UNCREDITED, attribution=CREDIT)
    newer = UNCREDITED.replace("Walk today.", "Walk for ten minutes today.").encode()
    seen = recompiling.preview(series, newer, "harbor_messages.csv")
    assert [(c.kind, c.before, c.after) for c in seen.changes.texts] == [
        ("reworded", "Walk today.", "Walk for ten minutes today.")
    ]
    made = recompiling.recompile(series, newer, "harbor_messages.csv", now=NOW)
    assert made.replaces == series and made.status == "draft"
    text = made.steps.get(channel="sms")
    assert (text.content["text"], text.content["source"]) == ("Walk for ten minutes today.", CREDIT)
    publishing.publish(made, now=NOW)
    assert faithful() == ()


def test_an_attribution_beside_the_rows_own_sources_is_kept_too() -> None:
    series = draft(attribution="Second credit, 2025")
    made = recompiling.preview(series).compiled.draft
    assert [c.text for c in made.emails[0].citations] == [CREDIT, "Second credit, 2025"]
    assert made.tips[0].source == f"{CREDIT}; Second credit, 2025"
    assert recompiling.preview(series).changes.nothing


def test_ready_words_are_changed_in_their_file_and_not_on_the_page() -> None:
    series = draft()
    with pytest.raises(Refused, match="change their file and compile it again"):
        editing.reword(series, 1, "Call two friends.", now=NOW)
    with pytest.raises(ArticleRefused, match="as many emails as their file has"):
        draft(emails=3)
    assert not series.edits.exists()


def test_an_article_does_not_become_a_library_nor_the_reverse() -> None:
    with pytest.raises(Refused, match="another kind of file"):
        recompiling.preview(draft(), b"A title\n\nSome words of an article.", "article.txt")
