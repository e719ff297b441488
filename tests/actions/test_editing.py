"""Staff change a draft: every act is kept beside the article, the series is compiled anew, the promise still proves."""

from typing import Any

import pytest

from outreach.actions import auditing_words, drafting, editing, publishing
from outreach.errors import Refused
from outreach.models import Activity, Series, SeriesEdit
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")
SAMPLE = builders.ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
OURS = "These are words of our own and nobody else's."


@pytest.fixture
def series(stage: None) -> Series:
    """A draft of the sample article."""
    return drafting.draft_series(
        SAMPLE.read_bytes(), SAMPLE.name, topic="recovery-notes", cadence="gentle", now=NOW, actor=builders.make_staff()
    )


def emails(series: Series) -> list[dict[str, Any]]:
    return list(series.steps.filter(channel="email").order_by("number").values_list("content", flat=True))


def texts(series: Series) -> dict[int, str]:
    found = series.steps.filter(channel="sms").values_list("content", flat=True)
    return {content["sentences"][0]: content["text"] for content in found}


def said(series: Series, sentence: int) -> bool:
    return any(sentence in email["sources"] for email in emails(series))


def test_a_reworded_sentence_is_in_the_email_with_who_did_it(series: Series) -> None:
    dana = builders.make_staff("eli")
    editing.reword(series, 2, f"  {OURS[:20]}\n{OURS[20:]} ", now=NOW, actor=dana)
    edit = SeriesEdit.objects.get()
    assert (edit.kind, edit.sentence, edit.words, edit.by) == ("reword", 2, " ".join(edit.words.split()), dana)
    assert edit.was == drafting.originals(series)[1]
    assert edit.words in str(emails(series)[0])
    assert Activity.objects.latest("pk").verb == "reworded sentence 2 in"


def test_the_authors_words_again_are_no_edit(series: Series) -> None:
    before = emails(series)
    editing.reword(series, 2, OURS, now=NOW)
    editing.reword(series, 2, drafting.originals(series)[1], now=NOW)
    assert not SeriesEdit.objects.exists() and emails(series) == before


def test_of_rewording_and_striking_the_last_act_holds(series: Series) -> None:
    editing.reword(series, 2, OURS, now=NOW)
    editing.strike(series, 2, now=NOW)
    assert [e.kind for e in series.edits.all()] == ["strike"] and not said(series, 2)
    editing.reword(series, 2, OURS, now=NOW)
    assert [e.kind for e in series.edits.all()] == ["reword"] and said(series, 2)


def test_an_edit_can_be_taken_back(series: Series) -> None:
    before = emails(series)
    editing.strike(series, 2, now=NOW)
    editing.discard(series, series.edits.get().pk, now=NOW)
    assert emails(series) == before
    with pytest.raises(Refused, match="not there any more"):
        editing.discard(series, 4711, now=NOW)


def test_a_subject_is_worded_reworded_and_made_again(series: Series) -> None:
    made = emails(series)[1]["subject"]
    for subject in ("A first try at a subject", "A better one for this part"):
        editing.word_email(series, 2, "subject", subject, now=NOW)
        assert emails(series)[1]["subject"] == subject
    assert series.edits.get().was == made
    editing.word_email(series, 2, "subject", made, now=NOW)
    assert not series.edits.exists() and emails(series)[1]["subject"] == made


def test_a_text_is_worded_left_out_and_made(series: Series) -> None:
    one, other = sorted(texts(series))[:2]
    new = next(r["sentences"][0] for r in series.rejected)
    editing.word_text(series, one, OURS, now=NOW)
    editing.leave_out_text(series, other, now=NOW)
    editing.word_text(series, new, "Rest. It is part of it.", now=NOW)
    now = texts(series)
    assert now[one] == OURS and other not in now and now[new] == "Rest. It is part of it."
    numbers = list(series.steps.filter(channel="sms").values_list("number", flat=True))
    assert numbers == list(range(1, len(now) + 1))


def test_a_line_left_out_comes_back_and_the_edits_follow_their_sentences(series: Series) -> None:
    editing.reword(series, 2, OURS, now=NOW)
    total = len(drafting.originals(series))
    line = next(d["line"] for d in series.dropped if d["reason"] in ("text of a picture", "between title and text"))
    editing.restore_line(series, line, now=NOW)
    series.refresh_from_db()
    assert len(drafting.originals(series)) == total + 1
    assert line not in [d["line"] for d in series.dropped]
    edit = series.edits.get(kind="reword")
    assert drafting.originals(series)[edit.sentence - 1] == edit.was
    assert OURS in str(emails(series)[0])


def test_a_number_of_emails_may_be_asked_for(series: Series) -> None:
    count = len(emails(series))
    editing.ask_emails(series, count - 1, now=NOW)
    assert len(emails(series)) == count - 1
    editing.ask_emails(series, None, now=NOW)
    assert len(emails(series)) == count


def test_a_conflict_is_settled_for_the_edit_or_for_the_author(series: Series) -> None:
    editing.reword(series, 2, OURS, now=NOW)
    SeriesEdit.objects.update(was="Old.", conflict="changed", author_now=drafting.originals(series)[1])
    drafting.rebuild(series)
    with pytest.raises(Refused, match="problems marked as errors"):
        publishing.publish(series, now=NOW)
    editing.keep(series, series.edits.get().pk, now=NOW)
    edit = series.edits.get()
    assert (edit.conflict, edit.was, edit.words) == ("", drafting.originals(series)[1], OURS)
    publishing.publish(Series.objects.get(), now=NOW)


def test_an_edit_whose_sentence_is_gone_cannot_be_kept(series: Series) -> None:
    SeriesEdit.objects.create(series=series, kind="reword", was="Gone.", words=OURS, conflict="gone", at=NOW)
    with pytest.raises(Refused, match="no longer in the article"):
        editing.keep(series, SeriesEdit.objects.get().pk, now=NOW)


def test_editing_takes_a_series_back_from_review(series: Series) -> None:
    publishing.submit(series, now=NOW)
    editing.strike(series, 2, now=NOW)
    series.refresh_from_db()
    assert series.status == "draft"
    assert "took back from review" in Activity.objects.values_list("verb", flat=True)


@pytest.mark.parametrize(
    ("act", "say"),
    [
        pytest.param(lambda s: editing.reword(s, 2, "  ", now=NOW), "Write the words", id="no words"),
        pytest.param(lambda s: editing.reword(s, 2, "x" * 2001, now=NOW), "at most 2000", id="too many words"),
        pytest.param(lambda s: editing.reword(s, 4711, OURS, now=NOW), "has no sentence 4711", id="no such sentence"),
        pytest.param(lambda s: editing.reword(s, 0, OURS, now=NOW), "has no sentence 0", id="sentence nought"),
        pytest.param(lambda s: editing.word_email(s, 99, "subject", "x", now=NOW), "no email 99", id="no such email"),
        pytest.param(lambda s: editing.word_email(s, 1, "html", "x", now=NOW), "nothing an email has", id="no such line"),
        pytest.param(lambda s: editing.restore_line(s, "x", now=NOW), "not among those left out", id="no such line out"),
        pytest.param(lambda s: editing.ask_emails(s, 61, now=NOW), "from 1 to 60", id="too many emails"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_and_changes_nothing(series: Series, act: Any, say: str) -> None:
    before, hash_before = emails(series), series.content_hash
    with pytest.raises(Refused, match=say):
        act(series)
    series.refresh_from_db()
    assert emails(series) == before and series.content_hash == hash_before and not series.edits.exists()


def test_nobody_can_strike_out_a_whole_series(series: Series) -> None:
    for sentence in range(1, len(drafting.originals(series)) + 1):
        SeriesEdit.objects.create(series=series, kind="strike", sentence=sentence, at=NOW)
        SeriesEdit.objects.get_or_create(series=series, kind="no_text", sentence=sentence, defaults={"at": NOW})
    SeriesEdit.objects.filter(kind="strike", sentence=1).delete()
    drafting.rebuild(series)
    with pytest.raises(Refused, match="Nothing would be left"):
        editing.strike(series, 1, now=NOW)
    assert said(series, 1)


def test_a_published_series_is_not_edited(series: Series) -> None:
    publishing.publish(series, now=NOW)
    with pytest.raises(Refused, match="make a new draft of it"):
        editing.strike(series, 2, now=NOW)
    assert said(series, 2) and not series.edits.exists()


def test_the_audit_proves_an_edited_series_and_notices_when_it_is_not_as_edited(series: Series) -> None:
    editing.reword(series, 2, OURS, now=NOW)
    editing.strike(series, 3, now=NOW)
    publishing.publish(series, now=NOW)
    series.refresh_from_db()
    assert auditing_words.breaches(series) == (len(drafting.originals(series)), [])
    series.edits.filter(kind="strike").update(sentence=4)
    _, broken = auditing_words.breaches(series)
    assert any("sentence 3 is in no email" in b for b in broken)
    assert any("sentence 4 was struck out and stands" in b for b in broken)
    series.edits.filter(kind="reword").update(words="Something else than was sent out.")
    assert any("words of sentence 2" in b for b in auditing_words.breaches(series)[1])


def test_the_audit_goes_by_what_an_older_compiler_read(series: Series) -> None:
    publishing.publish(series, now=NOW)
    Series.objects.update(compiler_version="0")
    series.refresh_from_db()
    assert auditing_words.breaches(series)[1] == []
    series.originals[1]["text"] = "A sentence that no email holds at all."
    assert len(auditing_words.breaches(series)[1]) == 1


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_guessed_structure_is_published_only_when_a_person_confirmed_it(series: Series, confirmed: bool) -> None:
    problem = {"severity": "warning", "code": "confirm-structure", "where": "article", "say": "Check it."}
    Series.objects.update(problems=[problem])
    if confirmed:
        publishing.confirm_structure(series, now=NOW, actor=series.created_by)
        publishing.publish(series, now=NOW)
        assert Series.objects.get().structure_confirmed_by == series.created_by
    else:
        with pytest.raises(Refused, match="does not tell its structure"):
            publishing.publish(series, now=NOW)


@pytest.mark.parametrize("act", [editing.strike, editing.leave_out_text])
def test_an_act_on_a_sentence_that_is_another_by_now_is_refused(series: Series, act: Any) -> None:
    seen = editing.marks(series)[2]
    act(series, 2, now=NOW, seen=seen)
    with pytest.raises(Refused, match="Somebody changed this sentence, or the article"):
        act(series, 3, now=NOW, seen=seen)
    assert [e.sentence for e in series.edits.all()] == [2]


def test_of_two_people_on_one_sentence_the_second_is_told_and_a_second_click_is_none(series: Series) -> None:
    seen = editing.marks(series)[2]
    for _ in range(2):
        editing.reword(series, 2, OURS, now=NOW, seen=seen)
    with pytest.raises(Refused, match="Somebody changed this sentence"):
        editing.reword(series, 2, "Words of the second person.", now=NOW, seen=seen)
    with pytest.raises(Refused, match="Somebody changed this sentence"):
        editing.take_back(series, ("reword",), [2], now=NOW, seen=seen)
    assert [e.words for e in series.edits.all()] == [OURS]


def test_the_lines_of_an_email_are_changed_together_or_not_at_all(series: Series) -> None:
    made = emails(series)[1]
    seen = {kind: made[kind] for kind in ("subject", "preheader")}
    good = {"subject": " A subject of our own for it ", "preheader": made["preheader"]}
    editing.word_email_lines(series, 2, good, seen=seen, now=NOW)
    assert emails(series)[1]["subject"] == "A subject of our own for it"
    assert [e.kind for e in series.edits.all()] == ["subject"], "what was not touched is no edit"
    bad = {"subject": "Another subject", "preheader": " "}
    with pytest.raises(Refused, match="Write the words"):
        editing.word_email_lines(series, 2, bad, seen={**seen, "subject": good["subject"].strip()}, now=NOW)
    assert emails(series)[1]["subject"] == "A subject of our own for it"


def test_what_somebody_else_changed_since_is_not_overwritten(series: Series) -> None:
    made = emails(series)[1]["subject"]
    editing.word_email(series, 2, "subject", "What Eli wrote meanwhile", now=NOW)
    with pytest.raises(Refused, match="Somebody changed the subject of email 2"):
        editing.word_email_lines(series, 2, {"subject": "What Dana writes"}, seen={"subject": made}, now=NOW)
    editing.word_email_lines(series, 2, {"subject": made}, seen={"subject": made}, now=NOW)
    assert emails(series)[1]["subject"] == "What Eli wrote meanwhile"


def test_a_line_put_back_twice_is_put_back_once(series: Series) -> None:
    line = next(d["line"] for d in series.dropped if d["reason"] in ("text of a picture", "between title and text"))
    for _ in range(2):
        editing.restore_line(series, line, now=NOW)
    assert series.edits.count() == 1


def test_taking_back_twice_is_as_good_as_once(series: Series) -> None:
    before = emails(series)
    editing.strike(series, 2, now=NOW)
    for _ in range(2):
        editing.take_back(series, ["reword", "strike"], [2], now=NOW)
    assert emails(series) == before and Activity.objects.filter(verb="took an edit back in").count() == 1


def test_an_edit_keeps_its_number_while_others_come_and_go(series: Series) -> None:
    editing.strike(series, 2, now=NOW)
    first = series.edits.get().pk
    editing.reword(series, 4, OURS, now=NOW)
    editing.discard(series, series.edits.get(sentence=4).pk, now=NOW)
    assert series.edits.get().pk == first
    editing.strike(series, 6, now=NOW)
    assert series.edits.count() == 2, "a new edit takes no number that is in use"
