"""What a recompilation changes, as a person reads it before it happens."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.changes import SeriesChanges, Version, compare, word_changes
from outreach.rules.compiler import compile_series
from outreach.rules.draft import SeriesDraft
from outreach.rules.edits import Edit
from outreach.rules.readers import read
from tests.rules.articles import SAMPLE

TEXT = SAMPLE.read_text(encoding="utf-8")
FIRST = compile_series(read(TEXT.encode(), "a.txt")).originals[0].text


def draft(text: str = TEXT, parts: int | None = None) -> SeriesDraft:
    return compile_series(read(text.encode(), "a.txt"), parts=parts)


def changes(text: str, *, parts: int | None = None) -> SeriesChanges:
    return compare(Version.of(draft()), Version.of(draft(text, parts)))


def test_the_same_article_changes_nothing() -> None:
    same = changes(TEXT)
    assert same.nothing and same.say == "nothing changes."
    assert [e.was_number for e in same.emails] == [e.number for e in same.emails]


def test_a_new_heading_link_or_source_is_a_change_without_any_new_sentence() -> None:
    told = (
        "# Rest\n\n"
        + "Rest helps.[^1] " * 3
        + "See [the page](https://a.example.org/x) today. "
        + "Sleep is good. " * 8
    )
    old = told + "\n\n## Rest now\n\n" + "Lie down early and rise early every day. " * 4 + "\n\n[^1]: A book.\n"
    new = old.replace("a.example.org", "b.example.org").replace("Rest now", "Do not rest").replace("A book", "B book")

    def version(text: str) -> Version:
        return Version.of(compile_series(read(text.encode(), "a.md")))

    found = compare(version(old), version(new))
    assert not found.nothing and not found.sentences
    assert found.emails[0].around == ("headings", "links", "sources")


def test_a_new_sentence_is_told_with_its_email() -> None:
    found = changes(TEXT.replace(FIRST, f"{FIRST} Nobody has to do this alone."))
    (change,) = found.sentences
    assert (change.kind, change.after, change.email_after) == ("added", "Nobody has to do this alone.", 1)
    assert found.emails[0].sentences == 1 and all(e.same for e in found.emails[1:])
    assert "sentences: 1 added" in found.say


def test_a_reworded_sentence_is_told_with_both_wordings() -> None:
    found = changes(TEXT.replace(FIRST, FIRST[:-1] + " today."))
    (change,) = found.sentences
    assert (change.kind, change.before, change.after) == ("reworded", FIRST, FIRST[:-1] + " today.")


def test_a_sentence_that_is_gone_is_told_with_the_email_it_left() -> None:
    whole = draft()
    last = len(whole.emails)
    said = [whole.originals[i - 1].text for i in whole.emails[-1].sources]
    gone = next(text for text in said if f"{text} " in TEXT)
    found = changes(TEXT.replace(f"{gone} ", ""))
    (change,) = found.sentences
    assert (change.kind, change.before, change.email_before, change.email_after) == ("removed", gone, last, None)
    assert found.emails[-1].sentences == 1, "an email changes when a sentence leaves it"


def test_another_number_of_emails_tells_which_is_which() -> None:
    whole = draft()
    found = changes(TEXT, parts=len(whole.emails) - 1)
    assert {c.kind for c in found.sentences} == {"moved"}
    gone = [e for e in found.emails if e.number is None]
    assert len(gone) == 1 and gone[0].was_subject
    assert sorted(e.was_number for e in found.emails if e.was_number) == list(range(1, len(whole.emails) + 1))


def test_a_text_is_followed_through_its_sentence() -> None:
    whole = draft()
    tip = whole.tips[0]
    original = whole.originals[tip.sentences[0] - 1].text
    article = read(TEXT.encode(), "a.txt")
    reworded = compile_series(article, edits=[Edit(kind="text", sentence=tip.sentences[0], words="Ours now.")])
    (change,) = compare(Version.of(whole), Version.of(reworded)).texts
    assert (change.kind, change.before, change.after) == ("reworded", tip.text, "Ours now.")
    out = compile_series(article, edits=[Edit(kind="no_text", sentence=tip.sentences[0])])
    assert [(c.kind, c.before) for c in compare(Version.of(whole), Version.of(out)).texts] == [("removed", tip.text)]
    assert original


def test_edits_are_counted_as_kept_or_to_decide_on() -> None:
    version = Version.of(draft())
    edits = [Edit(kind="reword", sentence=1), Edit(kind="reword", sentence=2, conflict="changed")]
    found = compare(version, version, edits)
    assert (found.kept, [e.sentence for e in found.conflicts]) == (1, [2])
    assert not found.nothing and "edits to decide on: 1" in found.say


WORDS = st.lists(st.sampled_from(["The", "brain", "brain's", "heals", ",", "slowly", "80%", "–", "größer"]), max_size=9)


@given(WORDS, WORDS)
def test_marked_words_give_both_versions_back_letter_by_letter(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    marked = word_changes(before, after)
    assert "".join(s.text for s in marked if s.kind != "in") == before
    assert "".join(s.text for s in marked if s.kind != "out") == after


def test_only_the_words_that_changed_are_marked() -> None:
    marked = word_changes("The brain is slow to heal.", "The brain was quite slow to heal.")
    assert [(s.kind, s.text) for s in marked] == [
        ("both", "The brain "), ("out", "is"), ("in", "was quite"), ("both", " slow to heal."),
    ]  # fmt: skip
