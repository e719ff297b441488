"""From one version of an article to the next: sentences are followed, and no edit is lost or overwritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.carrying import Match, align, carry
from outreach.rules.edits import Edit

A, B, C, D = (
    "Sleep is often the last thing to come back.",
    "Keep the same wake-up time, even on weekends.",
    "Put the phone in another room an hour before bed.",
    "Talk to your doctor if poor sleep lasts longer than a month.",
)
B2 = "Keep the same wake-up time every day, even on weekends and holidays."
NEW = "A short walk in the morning light helps the body's clock."


def same(*indexes: int) -> list[Match | None]:
    return [Match(i, True) for i in indexes]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param([A, B], [A, B], same(0, 1), id="nothing changed"),
        pytest.param([A, B, C], [A, NEW, B, C], same(0, 2, 3), id="one came in between"),
        pytest.param([A, B, C], [A, C], [Match(0, True), None, Match(1, True)], id="one is gone"),
        pytest.param([A, B, C, D], [C, D, A, B], same(2, 3, 0, 1), id="a paragraph moved"),
        pytest.param([A, B], [A, B2], [Match(0, True), Match(1, False)], id="one was reworded"),
        pytest.param([A, B], [B2, A], [Match(1, True), Match(0, False)], id="reworded and moved"),
        pytest.param([A], [NEW], [None], id="another sentence in its place"),
        pytest.param(["It’s “late”."], ['It\'s "late".'], same(0), id="only the typography changed"),
        pytest.param(["It costs 5 %."], ["It costs 50 %."], [Match(0, False)], id="a figure changed"),
        pytest.param(["Take 1.5 mg."], ["Take 1,5 mg."], [Match(0, False)], id="a decimal point moved"),
        pytest.param(["It is ≥ 5."], ["It is ≤ 5."], [Match(0, False)], id="a sign of comparison turned"),
        pytest.param(["At -5 degrees."], ["At 5 degrees."], [Match(0, False)], id="a minus went"),
        pytest.param([A, A], [A], [Match(0, True), None], id="of two alike one is gone"),
        pytest.param([], [A], [], id="from nothing"),
        pytest.param([A], [], [None], id="to nothing"),
    ],
)
def test_where_each_sentence_went(before: list[str], after: list[str], found: list[Match | None]) -> None:
    assert align(before, after) == found


@given(
    st.lists(st.sampled_from([A, B, B2, C, D, NEW]), max_size=12), st.lists(st.sampled_from([A, B, C, D]), max_size=12)
)
def test_no_two_sentences_share_a_place(before: list[str], after: list[str]) -> None:
    taken = [m.index for m in align(before, after) if m is not None]
    assert len(taken) == len(set(taken)) and all(0 <= i < len(after) for i in taken)


def reword(sentence: int, was: str, words: str = "Our words.") -> Edit:
    return Edit(kind="reword", sentence=sentence, was=was, words=words)


def test_an_edit_follows_its_sentence() -> None:
    assert carry([reword(2, B)], [A, B], [NEW, A, B]) == [reword(3, B)]


def test_an_edit_of_a_sentence_the_author_changed_is_kept_and_marked() -> None:
    (edit,) = carry([reword(2, B)], [A, B], [A, B2])
    assert edit is not None
    assert (edit.words, edit.conflict, edit.was, edit.now, edit.sentence) == ("Our words.", "changed", B, B2, 2)


def test_an_edit_of_a_sentence_that_is_gone_is_kept_and_comes_back_with_it() -> None:
    (edit,) = carry([reword(2, B)], [A, B], [A])
    assert edit is not None and (edit.sentence, edit.conflict, edit.words) == (0, "gone", "Our words.")
    assert carry([edit], [A], [NEW, B, A]) == [reword(2, B)]


def test_a_conflict_stays_one_until_a_person_decides() -> None:
    (edit,) = carry([reword(2, B)], [A, B], [A, B2])
    assert edit is not None
    assert carry([edit], [A, B2], [A, B2]) == [edit]


def test_a_conflict_ends_when_the_author_takes_the_change_back() -> None:
    (edit,) = carry([reword(2, B)], [A, B], [A, B2])
    assert edit is not None
    assert carry([edit], [A, B2], [A, B]) == [reword(2, B)]


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        pytest.param(reword(2, B, B2), [A, B2], id="the author made the same change"),
        pytest.param(Edit(kind="strike", sentence=2, was=B), [A], id="the author struck it out too"),
        pytest.param(Edit(kind="no_text", sentence=2, was=B), [A], id="there is no sentence to make a text of"),
    ],
)
def test_an_edit_that_has_done_its_work_is_left_out(edit: Edit, after: list[str]) -> None:
    assert carry([edit], [A, B], after) == [None]


def test_striking_a_sentence_that_the_author_changed_is_asked_again() -> None:
    (edit,) = carry([Edit(kind="strike", sentence=2, was=B)], [A, B], [A, B2])
    assert edit is not None and (edit.conflict, edit.now) == ("changed", B2)


def test_a_subject_stays_with_the_email_and_is_checked_when_its_first_sentence_is_gone() -> None:
    subject = Edit(kind="subject", sentence=1, was="Made", words="Ours")
    assert carry([subject], [A, B], [NEW, A, B]) == [Edit(kind="subject", sentence=2, was="Made", words="Ours")]
    (moved,) = carry([subject], [A, B], [NEW, B])
    assert moved is not None and (moved.sentence, moved.conflict, moved.words) == (2, "changed", "Ours")
    (lost,) = carry([subject], [A], [NEW])
    assert lost is not None and (lost.sentence, lost.conflict) == (0, "gone")


def test_a_change_of_marks_alone_is_an_edit() -> None:
    eat = "Let us eat grandma today."
    edit = reword(1, eat, "Let us eat, Grandma, today!")
    assert carry([edit], [eat], [eat]) == [edit]


def test_a_sentence_that_was_there_all_the_time_is_not_the_one_that_is_gone() -> None:
    (edit,) = carry([reword(3, A)], [A, B, A], [A, B])
    assert edit is not None and edit.conflict == "gone"
    assert carry([edit], [A, B], [A, B]) == [edit]


def test_of_two_edits_that_meet_the_first_holds_and_the_second_waits() -> None:
    gone = [Edit(kind="reword", was=A, words=w, conflict="gone") for w in ("First.", "Second.")]
    first, second = carry(gone, [B], [B, A])
    assert first == reword(2, A, "First.")
    assert second is not None and (second.sentence, second.conflict, second.words) == (0, "gone", "Second.")


def test_a_restored_line_stays_restored() -> None:
    edit = Edit(kind="restore", was="Share this")
    assert carry([edit], [A], [NEW]) == [edit]


EDITS = st.lists(
    st.builds(
        lambda i, w: reword(i, [A, B, C, D][i - 1], w), st.integers(1, 4), st.sampled_from(["Ours.", B2, "Theirs."])
    ),
    max_size=4, unique_by=lambda e: e.sentence,
)  # fmt: skip


@given(EDITS, st.lists(st.sampled_from([A, B, B2, C, D, NEW]), max_size=8))
def test_no_words_of_a_person_are_ever_lost(edits: list[Edit], after: list[str]) -> None:
    """Each edit is still there with its words, unless the author now says the same."""
    for edit, carried in zip(edits, carry(edits, [A, B, C, D], after), strict=True):
        if carried is None:
            assert edit.words in after, edit
        else:
            assert (carried.kind, carried.words, carried.was) == (edit.kind, edit.words, edit.was)
            assert carried.conflict or after[carried.sentence - 1] == edit.was
