"""The article's own list of sources, in the looks that writers give it."""

import pytest

from outreach.rules.article import Article
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
