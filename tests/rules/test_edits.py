"""What staff change in a draft: applied where it belongs, everything else left as the author wrote it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.article import Article
from outreach.rules.compiler import compile_series
from outreach.rules.draft import EmailDraft, SeriesDraft
from outreach.rules.edits import Edit, restored_lines
from outreach.rules.readers import read
from tests.rules.articles import LISTICLE, SAMPLE, STAR_NOTES

TEXT = SAMPLE.read_text(encoding="utf-8")


def compiled(text: str = TEXT, *edits: Edit, parts: int | None = None) -> tuple[Article, SeriesDraft]:
    article = read(text.encode(), "article.txt", restored=restored_lines(edits))
    return article, compile_series(article, parts=parts, edits=edits)


def words(email: EmailDraft) -> str:
    out = []
    for block in email.blocks:
        if block.kind == "sources":
            continue
        out.append(block.text)
        stack = list(block.items)
        while stack:
            item = stack.pop(0)
            out.append("".join(run.text for run in item.runs))
            stack[:0] = item.children
    return "\n".join(out)


def found(article: Article, start: str) -> int:
    """The id of the sentence that starts so."""
    return next(s.id for s in article.sentences() if s.text.startswith(start))


ARTICLE, PLAIN = compiled()
CITED = next(s for s in ARTICLE.sentences() if s.refs)


def test_a_reworded_sentence_stands_where_the_authors_stood_and_keeps_its_source() -> None:
    _, draft = compiled(TEXT, Edit(kind="reword", sentence=CITED.id, was=CITED.text, words="Fewer words say it."))
    email = next(e for e in draft.emails if CITED.id in e.sources)
    assert "Fewer words say it.[1]" in words(email) and CITED.text not in words(email)
    assert email.citations[0].text in {c.text for c in ARTICLE.citations}
    assert draft.coverage == PLAIN.coverage
    assert draft.originals == PLAIN.originals


def test_an_edit_moves_no_other_sentence() -> None:
    """Twelve long sentences would make other cuts, if the cuts followed the edits."""
    edits = [Edit(kind="reword", sentence=i, was="", words="A word and another word. " * 20) for i in range(1, 13)]
    _, draft = compiled(TEXT, *edits)
    assert [e.sources for e in draft.emails] == [e.sources for e in PLAIN.emails]


def test_a_struck_sentence_stands_nowhere_and_is_counted_as_struck() -> None:
    _, draft = compiled(TEXT, Edit(kind="strike", sentence=CITED.id, was=CITED.text))
    assert all(CITED.id not in e.sources and CITED.text not in words(e) for e in draft.emails)
    assert draft.coverage.struck == 1 and draft.coverage.complete
    assert draft.coverage.placed == PLAIN.coverage.placed - 1
    assert "1 struck out by staff" in draft.coverage.say
    assert not [p for p in draft.problems if p.code == "coverage"]


def test_a_heading_leaves_with_the_last_sentence_under_it() -> None:
    section = next(s for s in ARTICLE.sections[1:] if s.heading and s.blocks)
    ids = [s.id for block in section.blocks for s in _sentences(block)]
    _, draft = compiled(TEXT, *(Edit(kind="strike", sentence=i) for i in ids))
    assert section.heading not in [b.text for e in draft.emails for b in e.blocks if b.kind == "heading"]
    kept, _ = compiled(TEXT, *(Edit(kind="strike", sentence=i) for i in ids[1:]))
    assert kept.sections == ARTICLE.sections, "the article itself is never changed"


def _sentences(block: object) -> list[object]:
    from outreach.rules.article import block_sentences

    return list(block_sentences(block))  # type: ignore[arg-type]


def test_a_part_of_which_everything_was_struck_is_no_email_any_more() -> None:
    gone = PLAIN.emails[1].sources
    _, draft = compiled(TEXT, *(Edit(kind="strike", sentence=i) for i in gone))
    assert len(draft.emails) == len(PLAIN.emails) - 1
    assert [e.number for e in draft.emails] == list(range(1, len(draft.emails) + 1))
    assert f"Part 2 of {len(draft.emails)}" in words(draft.emails[1])


def test_the_points_under_a_struck_point_stay() -> None:
    text = (
        "# Packing\n\nWhat follows is a list of what to bring along when you come to stay with us for a while.\n\n"
        "- Bring these papers with you.\n  - The insurance card of your own.\n  - A list of medicines.\n- Bring shoes.\n"
    )
    article = read(text.encode(), "a.md")
    draft = compile_series(article, edits=[Edit(kind="strike", sentence=found(article, "Bring these"))])
    block = next(b for b in draft.emails[0].blocks if b.kind == "list")
    assert ["".join(r.text for r in item.runs) for item in block.items] == [
        "The insurance card of your own.", "A list of medicines.", "Bring shoes.",
    ]  # fmt: skip


def test_a_link_stays_on_its_words_and_leaves_without_them() -> None:
    text = (
        "# Kits\n\n" + "Find a [free kit](https://kits.example.org/x) near your home today. " + "More words here. " * 8
    )
    article = read(text.encode(), "a.md")
    for said, linked in (("Take a free kit home.", True), ("Take one home.", False)):
        draft = compile_series(article, edits=[Edit(kind="reword", sentence=1, words=said)])
        runs = [r for b in draft.emails[0].blocks if b.kind == "paragraph" for r in b.runs]
        assert [r.text for r in runs if r.url] == (["free kit"] if linked else [])
        assert said in "".join(r.text for r in runs)


@pytest.mark.parametrize("kind", ["subject", "subject_discreet", "preheader", "preheader_discreet"])
def test_what_an_email_says_of_itself_may_be_worded_by_staff(kind: str) -> None:
    last = PLAIN.emails[2].sources[-1]
    _, draft = compiled(TEXT, Edit(kind=kind, sentence=last, words="A line of our own for this one"))  # type: ignore[arg-type]
    assert [getattr(e, kind) for e in draft.emails].count("A line of our own for this one") == 1
    assert getattr(draft.emails[2], kind) == "A line of our own for this one"


def test_a_subject_stays_when_the_sentence_it_hangs_on_is_struck_out() -> None:
    first = PLAIN.emails[1].sources[0]
    edits = [Edit(kind="subject_discreet", sentence=first, words="Our quiet line"), Edit(kind="strike", sentence=first)]
    _, draft = compiled(TEXT, *edits)
    assert draft.emails[1].subject_discreet == "Our quiet line" and first not in draft.emails[1].sources


def test_of_two_subjects_for_one_email_the_first_stands_and_a_person_is_asked() -> None:
    ids = PLAIN.emails[0].sources
    edits = [Edit(kind="subject", sentence=i, words=f"Subject of sentence {i}") for i in ids[:2]]
    _, draft = compiled(TEXT, *edits)
    assert draft.emails[0].subject == f"Subject of sentence {ids[0]}"
    problem = next(p for p in draft.problems if p.code == "edit-conflict")
    assert (problem.severity, problem.where) == ("error", "email 1")


def test_a_text_may_be_worded_made_and_left_out() -> None:
    worded, out = PLAIN.tips[0].sentences[0], PLAIN.tips[1].sentences[0]
    new = next(r.sentences[0] for r in PLAIN.rejected)
    _, draft = compiled(
        TEXT,
        Edit(kind="text", sentence=worded, words="Ask “one” question today."),
        Edit(kind="no_text", sentence=out),
        Edit(kind="text", sentence=new, words="Rest is part of it. Take ten minutes."),
    )
    by_sentence = {t.sentences[0]: t for t in draft.tips}
    assert by_sentence[worded].text == 'Ask "one" question today.', "folded like every text"
    assert by_sentence[worded].kind == "action" and by_sentence[worded].reasons == ("worded by a person",)
    assert by_sentence[new].text == "Rest is part of it. Take ten minutes."
    assert out not in by_sentence
    assert next(r for r in draft.rejected if r.sentences == (out,)).reasons == ("taken out by a person",)
    assert list(by_sentence) == sorted(by_sentence), "texts follow the article"


def test_a_text_may_outlive_its_sentence_in_the_emails() -> None:
    sentence = PLAIN.tips[0].sentences[0]
    _, draft = compiled(
        TEXT, Edit(kind="strike", sentence=sentence), Edit(kind="text", sentence=sentence, words="Call somebody today.")
    )
    assert "Call somebody today." in [t.text for t in draft.tips]


@pytest.mark.parametrize(
    ("text", "line", "before"),
    [
        pytest.param(TEXT, "Person looking out over a lake at sunrise", "text of a picture", id="a picture's text"),
        pytest.param(STAR_NOTES, "Share this:", "", id="behind the article"),
        pytest.param(LISTICLE, "2. Keep the door open", "list of contents", id="an item of the contents"),
    ],
)
def test_a_line_left_out_comes_back_at_its_place(text: str, line: str, before: str) -> None:
    plain, _ = compiled(text)
    line = next((d.line for d in plain.dropped if d.line == line), plain.dropped[0].line)
    article, draft = compiled(text, Edit(kind="restore", was=line))
    assert line not in [d.line for d in article.dropped]
    said = [s.text for s in article.sentences()]
    assert any(line in s or s in line for s in said)
    assert draft.coverage.complete and draft.coverage.total > len(list(plain.sentences()))


def test_a_line_may_come_back_as_a_heading() -> None:
    line = next(d.line for d in ARTICLE.dropped if d.reason in ("text of a picture", "between title and text"))
    article, _ = compiled(TEXT, Edit(kind="restore", was=line, words="heading"))
    assert line in [s.heading for s in article.sections]


def test_an_edit_to_decide_on_is_an_error_that_names_both_wordings() -> None:
    _, draft = compiled(
        TEXT,
        Edit(kind="reword", sentence=3, was="Old words.", words="Our words.", conflict="changed", now="New words."),
    )
    problem = next(p for p in draft.problems if p.code == "edit-conflict")
    assert problem.severity == "error" and problem.where == "sentence 3"
    assert all(said in problem.say for said in ("Old words.", "Our words.", "New words."))
    assert any("Our words." in words(e) for e in draft.emails), "what a person wrote stays until a person decides"


def _any_edit(total: int) -> st.SearchStrategy[Edit]:
    made: list[Callable[[int, str], Edit]] = [
        lambda i, w: Edit(kind="reword", sentence=i, words=w),
        lambda i, w: Edit(kind="strike", sentence=i),
        lambda i, w: Edit(kind="text", sentence=i, words=w),
        lambda i, w: Edit(kind="no_text", sentence=i),
        lambda i, w: Edit(kind="subject", sentence=i, words=w),
    ]
    said = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80)
    return st.builds(lambda f, i, w: f(i, w), st.sampled_from(made), st.integers(1, total), said)


@given(st.lists(_any_edit(len(PLAIN.originals)), max_size=12, unique_by=lambda e: (e.kind, e.sentence)))
def test_whatever_is_edited_every_sentence_is_placed_once_or_struck(edits: list[Edit]) -> None:
    draft = compile_series(ARTICLE, edits=edits)
    placed = [i for e in draft.emails for i in e.sources]
    out = {e.sentence for e in edits if e.kind == "strike"}
    assert placed == [s.id for s in ARTICLE.sentences() if s.id not in out]
    assert draft.coverage.complete
