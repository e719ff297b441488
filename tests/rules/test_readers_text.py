"""Plain text to an article: page dumps, wrapped hand-outs, footnotes of every look."""

import pytest

from outreach.rules.article import Paragraph
from outreach.rules.readers.wrapping import unwrap
from tests.rules.articles import (
    LISTICLE,
    SAMPLE,
    SPANISH,
    STAR_NOTES,
    WRAPPED,
    cited,
    headings,
    lists,
    read_text,
    texts,
)

FILLER = (
    "The brain is an organ that needs rest, food and company to work well every day. "
    "A calm evening helps most people to sleep through the night."
)


def page(*blocks: str) -> str:
    return "\n\n".join(blocks)


def test_the_sample_article_is_read_whole_without_its_page_furniture() -> None:
    article = read_text(SAMPLE.read_text(encoding="utf-8"))
    assert article.title == "Heroin and the Brain"
    assert article.organisation == "ALANA Recovery"
    assert headings(article) == [
        "What Heroin Does in the Brain",
        "How Long Use Can Change Daily Life",
        "What Signs Should You Look For?",
        "How Treatment Helps the Brain Heal",
        "Talk With ALANA Recovery Today",
    ]
    dropped = {d.line for d in article.dropped}
    assert {"Menu Close", "Blog", "Person looking out of a window and thinking about the brain"} <= dropped
    assert not any("Menu" in t or "Footnotes" in t or "Share" in t for t in texts(article))
    assert [c.value for c in article.contacts if c.role == "primary"] == ["770-555-0143"]


def test_footnote_digits_glued_to_a_year_and_a_word_are_lifted() -> None:
    article = read_text(SAMPLE.read_text(encoding="utf-8"))
    found = cited(article)
    assert list(found.values()) == [("1",), ("2",)]
    assert all(text.endswith(("2022.", "impulses.")) for text in found)


def test_stars_and_daggers_name_the_notes_at_the_end() -> None:
    article = read_text(STAR_NOTES)
    assert article.title == "Sleep in Early Recovery"
    assert article.organisation == "Hope Harbor Clinic"
    assert article.byline == "Dana Whitfield"
    assert sorted(cited(article).values()) == [("*",), ("†",)]
    assert article.citations[1].url == "https://sleep.example/paper"
    assert "Try a few of these:" in texts(article)
    assert len(lists(article)[0].items) == 2


def test_a_listicle_keeps_numbered_headings_and_loses_its_contents_list() -> None:
    article = read_text(LISTICLE)
    assert article.title == "5 Ways to Support a Loved One in Treatment"
    assert headings(article) == ["1. Learn about the condition", "2. Keep the door open", "3. Set limits you can keep"]
    assert sorted(cited(article).values()) == [("1",), ("2", "3")]
    assert article.organisation == "Lakeview Family Center"
    assert not any("Teenager" in t for t in texts(article))


def test_a_hard_wrapped_handout_becomes_paragraphs_and_items_again() -> None:
    article = read_text(WRAPPED)
    assert article.title == "UNDERSTANDING TRIGGERS"
    assert article.organisation == "Valley View Behavioral Health"
    assert headings(article) == ["I. OUTSIDE TRIGGERS"]
    assert "It can be a place, a smell, a song or a feeling." in texts(article)
    assert "Seeing a friend who still uses, even if the friend does not offer anything" in texts(article)
    assert any(t.endswith("in your treatment.") for t in texts(article))
    assert not any("Page 1" in t for t in texts(article))


def test_a_spanish_article_is_read_as_spanish() -> None:
    article = read_text(SPANISH)
    assert (article.language, article.title, article.organisation) == (
        "es",
        "La ansiedad en la recuperación",
        "Casa Norte",
    )
    assert headings(article) == ["¿Por qué aparece la ansiedad?", "Qué puede hacer hoy", "Llámenos"]
    assert sorted(cited(article).values()) == [("1",), ("2",)]


def test_an_article_without_blank_lines_is_read_by_its_lines() -> None:
    article = read_text(
        "Managing Cravings Day by Day\nCravings are strong urges that come in waves. Most waves pass soon.\n"
        "They are a sign that the brain is healing, not a sign of failure.\nWhat sets them off\n"
        "Places, people and moods can all start a craving. Payday is a common trigger.\n"
    )
    assert article.title == "Managing Cravings Day by Day"
    assert headings(article) == ["What sets them off"]


@pytest.mark.parametrize(
    ("sentence", "marker", "kept"),
    [
        ("Deaths fell in 2022", ".1", "Deaths fell in 2022."),
        ("It weakens control", ".1", "It weakens control."),
        ("It weakens control", ".[1]", "It weakens control."),
        ("It weakens control", " [1].", "It weakens control."),
        ("It weakens control", ".¹", "It weakens control."),
        ("It weakens control", ". (1)", "It weakens control."),
        ("It weakens control", " (1).", "It weakens control."),
        ("It weakens control", ".^1", "It weakens control."),
        ("It weakens “control", ".”1", "It weakens “control.”"),
        ("The pressure was below 130/80", ".1", "The pressure was below 130/80."),
    ],
)
def test_markers_of_every_look_are_lifted(sentence: str, marker: str, kept: str) -> None:
    article = read_text(
        page("About the Brain", f"{FILLER} {sentence}{marker} Then it rains.", "Sources", "1. Some Book. 2020.")
    )
    assert cited(article) == {kept: ("1",)}
    assert "Then it rains." in texts(article)


@pytest.mark.parametrize(
    "sentence",
    [
        "The dose was 2.1 mg for adults.",
        "About 1,1 million people saw it.",
        "The group meets at 6:1 odds.",
        "Take vitamin B1 every day.",
        "Version 2.1 is out.",
        "Call 770-555-0101 now.",
        "See No. 1 on the list.",
        "Most doctors want 130/80.",
    ],
)
def test_digits_that_are_no_markers_stay(sentence: str) -> None:
    article = read_text(
        page(
            "About the Brain",
            f"{FILLER} Rest helps the brain.1 {sentence}",
            FILLER + " It works.",
            "Sources",
            "1. Some Book. 2020.",
        )
    )
    assert sentence in texts(article)
    assert list(cited(article)) == ["Rest helps the brain."]


def test_several_markers_at_once_name_several_sources() -> None:
    article = read_text(
        page(
            "About the Brain",
            FILLER + " Rest helps.[1,3] Food helps.[1–3]",
            "References",
            "[1] A. 2020.\n[2] B. 2021.\n[3] C. 2022.",
        )
    )
    assert list(cited(article).values()) == [("1", "3"), ("1", "2", "3")]


@pytest.mark.parametrize(
    "line",
    [
        "Share this article", "4 min read", "By Ines Calloway", "Home > Articles > Working Life", "March 3, 2025",
        "Man in a work vest unlocking a shop door at sunrise", "Table of Contents", "Last updated May 4, 2024",
        "Medically reviewed by A. Person, MD", "Compartir en Facebook", "© 2024 Some Clinic",
    ],
)  # fmt: skip
def test_furniture_around_the_text_is_dropped_with_a_reason(line: str) -> None:
    article = read_text(
        page("The Brain at Rest", line, FILLER, "A Better Evening", FILLER.replace("brain", "body"), line)
    )
    assert line not in texts(article) and line not in headings(article)
    assert [d.reason for d in article.dropped if d.line == line]


def test_a_banner_between_sections_heads_nothing() -> None:
    article = read_text(
        page(
            "The Brain at Rest", FILLER, "SEE IF YOUR PLAN COVERS CARE", "A Better Evening", FILLER[::1] + " Rest well."
        )
    )
    assert headings(article) == ["A Better Evening"]


def test_bare_lines_behind_a_lead_in_are_items() -> None:
    article = read_text(
        page(
            "The Brain at Rest",
            FILLER,
            "Common signs are:\nnausea\nsweating\nchills",
            "Later, most signs fade away again.",
        )
    )
    assert [i.sentences[0].text for i in lists(article)[0].items] == ["nausea", "sweating", "chills"]
    lead = [b for s in article.sections for b in s.blocks if isinstance(b, Paragraph) and b.lead_in]
    assert lead[0].sentences[-1].text == "Common signs are:"


def test_template_signs_are_text() -> None:
    signs = "The front says {{ first_name }}, {% if late %}, %s, %(time)d, ${ROOM}, {0} and <<DATE>> at 100%."
    assert signs in texts(read_text(page("Cards", FILLER, signs)))


def test_unwrap_never_joins_across_blank_lines_or_bullets() -> None:
    lines = ["x" * 60 + " word", "", "- item one is here and goes on for quite a while until it ends", "- item two"]
    assert unwrap(lines) == lines


def test_related_posts_and_comments_behind_the_article_leave() -> None:
    article = read_text(
        page("The Brain at Rest", FILLER, "A Better Evening", FILLER.replace("brain", "body"),
             "You might also like", "Five Shoes", "three comments", "I read this twice and it made me laugh a lot.")
    )  # fmt: skip
    assert not any("laugh" in t or "Shoes" in t for t in texts(article))


def test_an_address_below_the_notes_does_not_hide_them() -> None:
    article = read_text(
        "A Calm Evening\n\nA calm evening helps most people to sleep through the whole night.¹ "
        "A walk in the morning helps as well, and so does a steady hour for getting up.\n\n"
        "1. Sleep Institute. The Mended Brain, 2019.\n\nOur house\n\n9 Gull Street, Portland, ME\n"
    )
    assert [c.text for c in article.citations] == ["Sleep Institute. The Mended Brain, 2019."]
