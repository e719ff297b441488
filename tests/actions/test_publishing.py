"""From an article to a published series: seen, approved word for word, rendered once."""

from typing import Any

import pytest

from outreach.actions import drafting, publishing, schedules
from outreach.errors import Refused
from outreach.models import Activity, Article, Series, Step
from outreach.rules import sms
from outreach.rules.readers import ArticleRefused
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")
SAMPLE = builders.ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"


def draft(**changes: Any) -> Series:
    asked = {"topic": "recovery-notes", "cadence": "gentle", "now": NOW, **changes}
    return drafting.draft_series(SAMPLE.read_bytes(), SAMPLE.name, **asked)


def reworded(series: Series) -> None:
    """Somebody changes a word of a step."""
    step = series.steps.filter(channel="email").latest("number")
    step.content["subject"] = "Another subject"
    step.save()


def test_a_draft_keeps_the_article_as_it_was_handed_in_and_places_every_sentence() -> None:
    staff = builders.make_staff()
    series = draft(actor=staff)
    article = Article.objects.get()
    assert bytes(article.source) == SAMPLE.read_bytes()
    assert (article.source_name, article.created_by, series.created_by) == (SAMPLE.name, staff, staff)
    assert (series.status, series.title, series.topic, series.cadence) == (
        "draft", article.title, "recovery-notes", "gentle",
    )  # fmt: skip
    assert series.coverage["placed"] == series.coverage["total"] > 0
    for channel in ("email", "sms"):
        numbers = list(series.steps.filter(channel=channel).values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1)) and numbers
    assert set(series.steps.values_list("compiled", flat=True)) == {None}
    assert Activity.objects.get().verb == "drafted"


def test_publishing_renders_every_step_once_with_its_slots() -> None:
    series, dana = draft(), builders.make_staff()
    publishing.submit(series, now=NOW)
    publishing.publish(series, now=NOW, actor=dana)
    series.refresh_from_db()
    assert (series.status, series.approved_by, series.approved_at, series.published_at) == ("published", dana, NOW, NOW)
    for step in series.steps.filter(channel="email"):
        assert {"html", "text", "subject", "slots"} <= set(step.compiled)
        assert "unsubscribe_url" in step.compiled["slots"]
        assert step.parts == 0
    for step in series.steps.filter(channel="sms"):
        assert "STOP" in step.compiled["first"] and step.compiled["first"] != step.compiled["later"]
        assert step.parts == max(sms.measure(body).parts for body in step.compiled.values())
    assert list(Activity.objects.order_by("pk").values_list("verb", flat=True)) == ["drafted", "submitted", "published"]


def test_a_draft_may_be_published_by_who_looks_at_it_now() -> None:
    series = draft()
    publishing.publish(series, now=NOW)
    series.refresh_from_db()
    assert series.status == "published"
    assert Activity.objects.filter(verb="submitted").exists()


def test_words_that_changed_since_the_review_are_not_published() -> None:
    series = draft()
    publishing.submit(series, now=NOW)
    reworded(series)
    with pytest.raises(Refused, match="changed since it was handed to review"):
        publishing.publish(series, now=NOW)
    series.refresh_from_db()
    assert series.status == "review"
    assert set(series.steps.values_list("compiled", flat=True)) == {None}


@pytest.mark.parametrize("field", ["topic", "cadence"])
def test_to_whom_and_when_it_goes_is_part_of_what_was_reviewed(field: str) -> None:
    series = draft()
    publishing.submit(series, now=NOW)
    Series.objects.filter(pk=series.pk).update(**{field: {"topic": "family-notes", "cadence": "steady"}[field]})
    with pytest.raises(Refused, match="changed since"):
        publishing.publish(series, now=NOW)


def test_a_step_that_was_added_or_taken_away_is_a_change() -> None:
    series = draft()
    publishing.submit(series, now=NOW)
    series.steps.filter(channel="sms").latest("number").delete()
    with pytest.raises(Refused, match="changed since"):
        publishing.publish(series, now=NOW)


def test_a_draft_that_was_edited_before_it_was_handed_in_is_approved_as_handed_in() -> None:
    series = draft()
    reworded(series)
    publishing.submit(series, now=NOW)
    publishing.publish(series, now=NOW)
    step = series.steps.filter(channel="email").latest("number")
    assert step.compiled["subject"] == "Another subject"


def published(series: Series) -> None:
    publishing.publish(series, now=NOW)


def archived(series: Series) -> None:
    Series.objects.filter(pk=series.pk).update(status="archived")


def submitted(series: Series) -> None:
    publishing.submit(series, now=NOW)


@pytest.mark.parametrize(
    ("before", "act", "say"),
    [
        pytest.param(submitted, submitted, "is review and cannot become review", id="submit twice"),
        pytest.param(published, submitted, "is published and cannot become review", id="submit what is published"),
        pytest.param(published, published, "is published and cannot become published", id="publish twice"),
        pytest.param(archived, published, "is archived and cannot become published", id="publish what is archived"),
        pytest.param(archived, submitted, "is archived and cannot become review", id="submit what is archived"),
    ],
)
def test_a_move_that_is_not_one_is_refused_and_says_where_the_series_stands(before: Any, act: Any, say: str) -> None:
    series = builders.make_series(published=False)
    before(series)
    moved = Series.objects.values("status", "published_at").get(pk=series.pk)
    with pytest.raises(Refused, match=say):
        act(series)
    assert Series.objects.values("status", "published_at").get(pk=series.pk) == moved


def no_steps(series: Series) -> None:
    Step.objects.filter(series=series).delete()
    publishing.submit(series, now=NOW)


def an_error(series: Series) -> None:
    problem = {"severity": "error", "code": "citation_missing", "where": "email 1", "say": "Give the source."}
    Series.objects.filter(pk=series.pk).update(problems=[problem])


def a_cadence_that_is_gone(series: Series) -> None:
    Series.objects.filter(pk=series.pk).update(cadence="hurried")
    series.refresh_from_db()
    publishing.submit(series, now=NOW)


@pytest.mark.parametrize(
    ("spoil", "say"),
    [
        pytest.param(no_steps, "there is nothing to publish", id="no steps"),
        pytest.param(an_error, "still has problems marked as errors", id="a problem marked as an error"),
        pytest.param(a_cadence_that_is_gone, "No cadence is called “hurried”. Known: family-evenings, gentle",
                     id="a cadence the schedules no longer have"),
    ],
)  # fmt: skip
def test_what_cannot_go_out_is_not_published(spoil: Any, say: str) -> None:
    series = builders.make_series(published=False)
    spoil(series)
    with pytest.raises(Refused, match=say):
        publishing.publish(series, now=NOW)
    series.refresh_from_db()
    assert series.status != "published"


def test_a_warning_does_not_stop_it() -> None:
    series = builders.make_series(published=False)
    problem = {"severity": "warning", "code": "long", "where": "email 1", "say": "It is long."}
    Series.objects.filter(pk=series.pk).update(problems=[problem])
    publishing.publish(series, now=NOW)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        pytest.param(["brain", "brain", "brain"], ["brain", "brain-2", "brain-3"], id="asked for"),
        pytest.param([None, None], ["heroin-and-the-brain", "heroin-and-the-brain-2"], id="made of the title"),
        pytest.param(["b" * 110, "b" * 120], ["b" * 100, "b" * 100 + "-2"], id="alike in their first hundred letters"),
    ],
)
def test_a_slug_that_is_taken_gets_a_number(wanted: list[str | None], given: list[str]) -> None:
    assert [draft(slug=slug).slug for slug in wanted] == given


@pytest.mark.parametrize(
    ("changes", "say"),
    [
        pytest.param(
            {"topic": "gossip"}, "No topic is called “gossip”. Known: recovery-notes, family-notes", id="topic"
        ),
        pytest.param({"cadence": "hurried"}, "No cadence is called “hurried”", id="cadence"),
    ],
)
def test_an_unknown_topic_or_cadence_is_refused_with_the_known_ones(changes: dict[str, str], say: str) -> None:
    with pytest.raises(Refused, match=say):
        draft(**changes)
    assert not Article.objects.exists() and not Series.objects.exists()


def test_a_file_that_is_no_article_leaves_nothing_behind() -> None:
    with pytest.raises(ArticleRefused):
        drafting.draft_series(b"", "empty.txt", topic="recovery-notes", cadence="gentle", now=NOW)
    assert not Article.objects.exists()


def test_a_published_series_stays_as_it_is_when_the_schedules_change() -> None:
    series = builders.make_series()
    before = list(series.steps.values_list("compiled", "parts"))
    text = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    schedules.apply(text.replace("100 Example Street", "200 Example Street"), now=NOW)
    assert list(series.steps.values_list("compiled", "parts")) == before
