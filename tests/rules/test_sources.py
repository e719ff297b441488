"""The article's own list of sources, in the looks that writers give it."""

import pytest

from outreach.rules.article import Article
from outreach.rules.compiler import compile_series
from tests.rules.articles import cited, headings, read_text, texts

BODY = (
    "Rest for the Brain\n\nThe brain is an organ that needs rest, food and company to work well every day. Sleep helps "
    "the brain to mend.{a} A walk in the morning helps as well.{b} Most people feel the change within a few weeks.\n\n"
    "What Helps at Night\n\nA calm evening helps most people to sleep through the whole night without a pill."
)
FIRST, SECOND = "Sleep helps the brain to mend.", "A walk in the morning helps as well."


def article(a: str, b: str, notes: str) -> Article:
    return read_text(BODY.format(a=a, b=b) + "\n\n" + notes + "\n")


def outcome(found: Article) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    return [c.text for c in found.citations], {
        s: tuple(c.text for r in refs for c in found.citations if c.ref == r) for s, refs in cited(found).items()
    }


ONE, TWO = "Sleep Institute. How Sleep Heals. 2021.", "Walk Office – Steps a Day"


@pytest.mark.parametrize(
    ("a", "b", "notes"),
    [
        ("1", "2", f"Sources\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Sources:\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"SOURCES\n\n1) {ONE}\n2) {TWO}"),
        ("1", "2", f"References\n\n(1) {ONE}\n(2) {TWO}"),
        ("[1]", "[2]", f"References\n\n[1] {ONE}\n[2] {TWO}"),
        ("[1]", "[2]", f"References\n\n[1]: {ONE}\n[2]: {TWO}"),
        ("[^1]", "[^2]", f"Notes\n\n[^1]: {ONE}\n[^2]: {TWO}"),
        ("¹", "²", f"Footnotes\n\n¹ {ONE}\n² {TWO}"),
        ("¹", "²", f"Footnotes\n\n¹{ONE}\n²{TWO}"),
        ("^1", "^2", f"Endnotes\n\n^1 {ONE}\n^2 {TWO}"),
        ("1", "2", f"Footnotes:\n\n1 {ONE}\n2 {TWO}"),
        ("1", "2", f"Works Cited\n\n1. {ONE}\n\n2. {TWO}"),
        ("1", "2", f"Bibliography\n\n1. {ONE}\n\n2. {TWO}"),
        ("1", "2", f"Reference List\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Sources Cited\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Article Sources\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Sources and Further Reading\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Sources & References\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"References:\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Citations\n\n- 1. {ONE}\n- 2. {TWO}"),
        ("1", "2", f"Fuentes\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Referencias\n\n1.- {ONE}\n2.- {TWO}"),
        ("1", "2", f"Notas y referencias\n\n1. {ONE}\n2. {TWO}"),
        ("1", "2", f"Fuentes consultadas\n\n1. {ONE}\n2. {TWO}"),
        ("*", "†", f"* {ONE}\n† {TWO}"),
        ("*", "**", f"*{ONE}\n**{TWO}"),
        ("†", "‡", f"Notes\n\n† {ONE}\n‡ {TWO}"),
        ("[a]", "[b]", f"Notes\n\n[a] {ONE}\n[b] {TWO}"),
        ("[i]", "[ii]", f"Notes\n\n[i] {ONE}\n[ii] {TWO}"),
        ("[1]", "[2]", f"[1] {ONE}\n[2] {TWO}"),
        ("1", "2", f"1. {ONE}\n2. {TWO}"),
        ("[1]", "[2]", f"Sources\n\n• [1] {ONE}\n• [2] {TWO}"),
        ("1", "2", f"Sources\n\n1\t{ONE}\n2\t{TWO}"),
        ("1", "2", f"Sources\n\n#1: {ONE}\n#2: {TWO}"),
        ("1", "2", f"----\n\nSources\n\n1. {ONE}\n2. {TWO}\n\n© 2024 Some Clinic"),
        ("1", "2", f"Sources\n\n1. {ONE}\n2. {TWO}\n\nShare this article\nFacebook Twitter"),
    ],
    ids=lambda v: v[:30].replace("\n", "/") if isinstance(v, str) else "",
)
def test_a_list_of_sources_is_read_and_leaves_the_text(a: str, b: str, notes: str) -> None:
    found = article(a, b, notes)
    assert outcome(found) == ([ONE, TWO], {FIRST: (ONE,), SECOND: (TWO,)})
    assert headings(found) == ["What Helps at Night"]
    assert not any("Institute" in t or "Office" in t or "Clinic" in t for t in texts(found))


@pytest.mark.parametrize(
    ("notes", "url"),
    [
        ("Sources\n\n1. Sleep Institute. https://sleep.example/a", "https://sleep.example/a"),
        ("Sources\n\n1. Sleep Institute. <https://sleep.example/a>", "https://sleep.example/a"),
        ("Sources\n\n1. Sleep Institute (https://sleep.example/a).", "https://sleep.example/a"),
        ("Sources\n\n1. Sleep Institute.\nhttps://sleep.example/a", "https://sleep.example/a"),
        ("Sources\n\n1. https://sleep.example/a", "https://sleep.example/a"),
        ("Sources\n\n1. Sleep Institute. www.sleep.example/a", "https://www.sleep.example/a"),
        ("Sources\n\n1. Sleep Institute. doi:10.5555/sleep.1", "https://doi.org/10.5555/sleep.1"),
        ("Sources\n\n1. Sleep Institute. https://sleep.example/a. Accessed May 4, 2024.", "https://sleep.example/a"),
        ("Sources\n\n1. Sleep Institute. 2021.", None),
        ("Sources\n\n1. Sleep Institute. javascript:alert(1)", None),
    ],
)
def test_a_source_keeps_its_address(notes: str, url: str | None) -> None:
    assert [c.url for c in article("1", "", notes).citations] == [url]


def test_one_source_may_be_named_twice_and_is_listed_once() -> None:
    found = article("1", "1", f"Sources\n\n1. {ONE}")
    assert outcome(found) == ([ONE], {FIRST: (ONE,), SECOND: (ONE,)})


@pytest.mark.parametrize(
    "again", ["Ibid.", "Ibid", "Id.", "Ibídem.", "See note 1.", "See note 1 above.", "Véase la nota 1."]
)
def test_a_note_that_only_points_at_another_names_that_source(again: str) -> None:
    """Cut into emails, “Ibid.” would stand alone: it takes the words of the note it means."""
    found = article("1", "2", f"Notes\n\n1. {ONE}\n2. {again}")
    assert outcome(found) == ([ONE], {FIRST: (ONE,), SECOND: (ONE,)})


def test_a_page_behind_ibid_is_kept() -> None:
    found = article("1", "2", f"Notes\n\n1. {ONE}\n2. Ibid., p. 14.")
    assert outcome(found)[1][SECOND] == ("Sleep Institute. How Sleep Heals. 2021, p. 14.",)


def test_numbers_that_start_again_name_each_their_own_list() -> None:
    """Each section with its own notes: the same number means another source under the next list."""
    second = BODY.partition("\n\n")[2].replace("Sleep helps the brain to mend.", "Food helps the brain too.")
    found = read_text(
        BODY.format(a="1", b="2") + f"\n\nSources\n\n1. {ONE}\n2. {TWO}\n\nWhat Helps at Noon\n\n"
        + second.format(a="1", b="").replace("What Helps at Night", "What Helps at Dusk")
        + "\n\nSources\n\n1. Food Office. Bread. 2020.\n"
    )  # fmt: skip
    named = outcome(found)[1]
    assert named[FIRST] == (ONE,)
    assert named["Food helps the brain too."] == ("Food Office. Bread. 2020.",)


def test_a_marker_without_a_source_stays_in_the_text() -> None:
    found = article("[1]", "[7]", f"Sources\n\n1. {ONE}")
    assert FIRST in texts(found)
    assert any("[7]" in t for t in texts(found))


def test_steps_behind_a_lead_in_are_no_sources() -> None:
    found = read_text(
        BODY.format(a="", b="") + "\n\nTake these steps:\n\n1. Turn off the light.\n2. Put the phone in the kitchen.\n"
    )
    assert found.citations == ()
    assert "Turn off the light." in texts(found)


APA = (
    "References\n\nBrower, K. J. (2003). Insomnia and relapse. Sleep Reviews, 7, 523–539.\n"
    "National Institute on Drug Abuse. (2020). Treatment and recovery. https://nida.example/x\n"
    "Smith, A., & Lee, B. (2019). Sleep in early recovery. Journal of Rest, 3, 1–9.\n"
)
BROWER, NIDA, SMITH = "Brower", "National", "Smith"


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Sleep helps the brain (Smith & Lee, 2019).", [SMITH]),
        ("Sleep helps the brain (Smith and Lee 2019).", [SMITH]),
        ("Sleep helps the brain (Smith et al., 2019).", [SMITH]),
        ("Sleep helps the brain (see Smith & Lee, 2019, p. 4).", [SMITH]),
        ("Sleep helps the brain (Brower, 2003; Smith & Lee, 2019).", [BROWER, SMITH]),
        ("Sleep helps the brain (National Institute on Drug Abuse, 2020).", [NIDA]),
        ("Sleep helps the brain (NIDA, 2020).", [NIDA]),
        ("Brower (2003) found that sleep helps the brain.", [BROWER]),
        ("Smith and Lee (2019) found that sleep helps the brain.", [SMITH]),
        ("According to the National Institute on Drug Abuse, sleep helps.", [NIDA]),
        ("According to Brower, sleep helps the brain.", []),
        ("Sleep helps the brain (Smith & Lee, 2018).", []),
        ("Sleep helps the brain (Jones, 2019).", []),
        ("Sleep helps the brain (and it did so in 2019).", []),
        ("According to most people, sleep helps.", []),
    ],
)
def test_a_source_named_in_the_sentence_is_found_in_the_list_and_the_words_stay(
    sentence: str, names: list[str]
) -> None:
    found = read_text(BODY.format(a="", b=f" {sentence}") + "\n\n" + APA)
    assert sentence in texts(found)
    by_ref = {c.ref: c.text.split()[0].strip(",") for c in found.citations}
    assert [by_ref[r] for refs in cited(found).values() for r in refs] == names


def test_a_source_with_a_marker_of_its_own_is_not_named_twice() -> None:
    found = article("1", " (Smith, 2019).", "Sources\n\n1. Smith, A. (2019). Sleep.\n2. Lee, B. (2020). Walks.")
    assert list(cited(found).values()) == [("1",)]


@pytest.mark.parametrize(
    ("note", "remark"),
    [
        ("This number includes people who were never tested.", True),
        ("The figure covers three counties.", True),
        ("Names and some details have been changed.", True),
        ("Not all plans do.", True),
        ("Esta cifra incluye a menores de edad.", True),
        ("The Number of the Sleepless. Sleep Institute.", False),
        ("This Is Your Brain on Sleep. Night Press, 2019.", False),
        ("Sleep Institute. How Sleep Heals. 2021.", False),
        ("This page is at https://sleep.example/a.", False),
    ],
)
def test_a_note_that_explains_is_no_source(note: str, remark: bool) -> None:
    assert [c.remark for c in article("1", "", f"Notes\n\n1. {note}").citations] == [remark]


def test_no_figure_rests_on_a_remark() -> None:
    """The remark is listed, under a label that says so, and staff learn that the figure has no source."""
    found = article(
        "1", " About 40 percent of adults sleep badly.2", f"Notes\n\n1. {ONE}\n2. This number includes naps."
    )
    draft = compile_series(found)
    assert [b.text for e in draft.emails for b in e.blocks if b.kind == "sources"] == ["Sources and notes"]
    assert [c.text for e in draft.emails for c in e.citations] == [ONE, "This number includes naps."]
    assert "unsourced-number" in [p.code for p in draft.problems]
    assert not any("40 percent" in t.text for t in draft.tips)


def test_a_source_used_in_two_emails_is_listed_in_both_and_numbered_anew() -> None:
    more = " ".join(f"Rest helps in the quiet of night number {n} as it did before." for n in range(24))
    found = read_text(
        f"Rest for the Brain\n\n{more} Sleep mends.1 Walks mend.2\n\nWhat Helps at Night\n\n{more.replace('Rest', 'Food')} "
        f"Food mends.2\n\nWhat Helps at Noon\n\n{more.replace('Rest', 'Light')}\n\nSources\n\n1. {ONE}\n2. {TWO}\n"
    )
    lists = [[(c.ref, c.text) for c in e.citations] for e in compile_series(found).emails]
    assert [x for x in lists if x] == [[(1, ONE), (2, TWO)], [(1, TWO)]]
