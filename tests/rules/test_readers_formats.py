"""Web pages, Markdown and Word to the same article; nothing that runs or hides comes through."""

import io
import zipfile

import pytest

from outreach.rules.article import Article, ArticleRefused, Quote
from outreach.rules.readers import read
from tests.rules.articles import (
    BLOG_PAGE,
    MARKDOWN,
    cited,
    headings,
    lists,
    read_text,
    section,
    texts,
    word_file,
    word_paragraph,
)

PROSE = (
    "A calm evening helps most people to sleep through the whole night, and a short walk in the morning helps as well."
)


def in_page(body: str, title: str = "A Calm Evening") -> Article:
    return read_text(f"<html><head><title>{title}</title></head><body>{body}</body></html>", "page.html")


def test_a_blog_page_keeps_its_article_with_notes_lists_and_quote() -> None:
    article = read_text(BLOG_PAGE, "page.html")
    assert (article.title, article.organisation) == ("What Is Naloxone?", "Bright Path Center")
    assert headings(article) == ["How it works", "How to use the spray", "Where to get it"]
    assert list(cited(article).values()) == [("1",), ("2",)]
    assert [c.url for c in article.citations] == ["https://drugs.example/n", None]
    steps = lists(article)[0]
    assert steps.ordered and len(steps.items) == 2
    assert [s.text for s in steps.items[1].sentences] == ["Put the nozzle into one nostril.", "Use the whole dose."]
    assert steps.items[1].children[0].sentences[0].text == "Hold it steady."
    quote = next(b for b in section(article, "How to use the spray").blocks if isinstance(b, Quote))
    assert quote.by == "Lee, a father"


def test_nothing_that_runs_or_hides_comes_out_of_a_page() -> None:
    article = read_text(BLOG_PAGE, "page.html")
    everything = repr(article)
    for bad in ("EVIL", "javascript:", "track("):
        assert bad not in everything
    kept = " ".join(texts(article))
    for furniture in ("Home", "Sam Ortiz", "Photo", "Myths", "Comments", "Powered"):
        assert furniture not in kept
    links = {m.url for s in article.sentences() for m in s.marks if m.kind == "link"}
    assert links == {"https://brightpath.example/kits", "tel:+14785550119"}


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">HIDDEN words nobody should ever read here.</p>',
        "<p hidden>HIDDEN words nobody should ever read here.</p>",
        "<noscript><p>HIDDEN words nobody should ever read here.</p></noscript>",
        "<template><p>HIDDEN words nobody should ever read here.</p></template>",
        '<iframe srcdoc="&lt;p&gt;HIDDEN&lt;/p&gt;">HIDDEN</iframe>',
        "<svg><text>HIDDEN</text></svg>",
        "<!-- <p>HIDDEN words nobody should ever read here.</p> -->",
        "<form><label>HIDDEN</label><button>HIDDEN</button></form>",
        '<div class="sharedaddy"><p>HIDDEN words nobody should ever read here.</p></div>',
        '<span class="screen-reader-text">HIDDEN</span>',
    ],
)
def test_hidden_parts_and_page_parts_are_not_text(hidden: str) -> None:
    article = in_page(
        f"<main><h1>A Calm Evening</h1><p>{PROSE}</p>{hidden}<p>{PROSE.replace('evening', 'noon')}</p></main>"
    )
    assert "HIDDEN" not in " ".join(texts(article))


def test_a_page_of_divs_has_headings_and_items_by_their_look() -> None:
    article = in_page(
        f'<div><div class="t1"><span>A Calm Evening</span></div><div class="tx"><span>{PROSE}</span></div>'
        '<div class="t2">What helps at home</div><div class="tx">Try one of these tonight:</div>'
        '<div class="r">• Dim the lights early.</div>'
        f'<div class="r"><span>•</span>&nbsp;<span>Read on paper.</span></div>'
        f'<div class="tx">{PROSE.replace("evening", "noon")}</div></div>'
    )
    assert headings(article) == ["What helps at home"]
    assert [i.sentences[0].text for i in lists(article)[0].items] == ["Dim the lights early.", "Read on paper."]


def test_an_old_table_page_with_line_breaks_is_read_in_blocks() -> None:
    article = in_page(
        "<table><tr><td width=150><a href=1.html>Support Groups</a><br><a href=2.html>Library</a></td><td>"
        f"<font size=5><b>A Calm Evening</b></font><br><br>{PROSE} You may notice:<br>"
        f"&#8226; slow breath<br>&#8226; warm hands<br><br>"
        f"<b>What can help</b><br>{PROSE.replace('evening', 'noon')}<sup>1</sup><br><br>"
        f"<b>References</b><br>1. Sleep Survey, 2021."
        "</td></tr></table>"
    )
    assert headings(article) == ["What can help"]
    assert [i.sentences[0].text for i in lists(article)[0].items] == ["slow breath", "warm hands"]
    assert list(cited(article).values()) == [("1",)]


def test_escaped_signs_in_a_page_are_text() -> None:
    article = in_page(
        f"<h1>A Calm Evening</h1><p>{PROSE}</p>"
        "<p>The line if (a &lt; b &amp;&amp; c &gt; d) is plain, and &lt;i&gt;x&lt;/i&gt; too.</p>"
    )
    assert "The line if (a < b && c > d) is plain, and <i>x</i> too." in texts(article)


def test_a_page_in_another_character_set_is_read() -> None:
    head = '<meta charset="iso-8859-1"><title>Una tarde</title>'
    page = f"<html><head>{head}</head><body><h1>Una tarde</h1><p>Mañana será otro día. {PROSE}</p></body></html>"
    assert "Mañana será otro día." in texts(read(page.encode("iso-8859-1"), "page.html"))


def test_markdown_keeps_notes_items_quote_and_literal_signs() -> None:
    article = read_text(MARKDOWN, "article.md")
    assert (article.title, article.organisation, article.language) == (
        "Starting Medication",
        "Juniper Health Office",
        "en",
    )
    assert headings(article) == ["Weeks one and two", "Side effects"]
    assert list(cited(article).values()) == [("1",), ("1", "2")]
    assert [c.text for c in article.citations] == [
        "Academy of Sciences. Medications Save Lives. 2019.",
        "Larochelle et al. After an overdose. Annals, 2018.",
    ]
    assert "Use {{ dose }} cards, 100% of them, with <<DATE>> and ${ROOM}." in texts(article)
    assert "evil" not in " ".join(texts(article)) and "never shown" not in " ".join(texts(article))
    quote = next(b for b in section(article, "Weeks one and two").blocks if isinstance(b, Quote))
    assert quote.by == "Nurse Avery"


def test_markdown_with_a_typed_list_of_sources() -> None:
    article = read_text(
        "# A Calm Evening\n\n## Contents\n- [At night](#n)\n- [At noon](#m)\n- [Help](#h)\n\n"
        f"{PROSE} Walks help [1][2].\n\n## At night\n\n"
        f"{PROSE}\n\n## At noon\n\nEat well and rest for a while.\n\n## Help\n\nCall 478-555-0101 any day.\n\n## References\n\n"
        "[1] Walk Institute. Steps. https://walk.example/a\n[2] Somebody A. Evenings. 2019.\n",
        "a.md",
    )
    assert headings(article) == ["At night", "At noon", "Help"]
    assert cited(article) == {"Walks help.": ("1", "2")}
    assert [c.text for c in article.citations] == [
        "Walk Institute. Steps. https://walk.example/a",
        "Somebody A. Evenings. 2019.",
    ]


def test_a_superscript_behind_an_abbreviation_is_a_marker() -> None:
    article = in_page(
        f"<h1>A Calm Evening</h1><p>{PROSE} In 2021, 16,706 people slept badly in the U.S. <sup>1</sup></p>"
        f"<h2>At night</h2><p>{PROSE.replace('evening', 'noon')}</p>"
        "<p><small>Sources:<br/>1. Night Survey, 2022.</small></p>"
    )
    assert cited(article) == {"In 2021, 16,706 people slept badly in the U.S.": ("1",)}


def test_a_word_file_with_styles_and_footnotes() -> None:
    article = read(
        word_file(
            word_paragraph("Dormir mejor", style="Ttulo")
            + word_paragraph("Rutina", style="TDC1")
            + word_paragraph("Dormir bien ayuda a sanar. El cuerpo necesita descansar muchas horas cada noche.", note=1)
            + word_paragraph("Rutina", style="Ttulo1")
            + word_paragraph("Acuéstese a la misma hora todos los días. Evite la siesta después de las tres."),
            notes={1: " Instituto del Sueño. Guía. 2021."},
            styles={"Ttulo": "Title", "Ttulo1": "heading 1", "TDC1": "toc 1"},
        ),
        "dormir.docx",
    )
    assert (article.title, article.language) == ("Dormir mejor", "es")
    assert headings(article) == ["Rutina"]
    assert list(cited(article).values()) == [("1",)]
    assert article.citations[0].text == "Instituto del Sueño. Guía. 2021."


def test_a_word_file_without_styles_is_read_by_its_look() -> None:
    article = read(
        word_file(
            word_paragraph("Eating Well on a Small Budget", bold=True)
            + word_paragraph("Fern Valley Food Bank")
            + word_paragraph(
                "Good food does not have to cost much. A little planning on Sunday saves money all week long."
            )
            + word_paragraph("Plan before you shop", bold=True)
            + word_paragraph("Write a list and stick to it. Families who plan their meals throw away less food.")
            + word_paragraph("• Check the cupboard first.")
            + word_paragraph("• Buy beans in large bags.")
        ),
        "budget.docx",
    )
    assert (article.title, article.organisation) == ("Eating Well on a Small Budget", "Fern Valley Food Bank")
    assert headings(article) == ["Plan before you shop"]
    assert len(lists(article)[0].items) == 2


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "empty"),
        (b" \n\n ", "a.txt", "empty"),
        (bytes(range(256)) * 20, "a.txt", "not text"),
        (b"Too short to be an article.", "a.txt", "words"),
        (b"%PDF-1.7 ...", "a.pdf", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 50, "a.doc", ".docx"),
        (b"{\\rtf1 hello}", "a.rtf", "RTF"),
        (b"PK\x03\x04 broken", "a.docx", "damaged"),
        (b"no zip at all", "a.docx", "damaged"),
        (b"A long line of words. " * 20_000, "a.txt", "characters"),
        (b"x" * 5_000_000, "a.txt", "4 MB"),
        (b"<html><body></body></html>", "a.html", "words"),
    ],
)  # fmt: skip
def test_what_cannot_become_a_series_is_refused_in_one_sentence(data: bytes, name: str, says: str) -> None:
    with pytest.raises(ArticleRefused) as refused:
        read(data, name)
    assert says in refused.value.say
    assert refused.value.say.endswith(".") and "\n" not in refused.value.say and "Error" not in refused.value.say


def test_a_word_file_that_carries_a_document_type_is_refused() -> None:
    """A document type can only serve to blow up entities; no Word program writes one."""
    out = io.BytesIO(word_file(word_paragraph(PROSE)))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/settings.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(ArticleRefused):
        read(out.getvalue(), "bomb.docx")


def test_another_zip_is_no_word_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(ArticleRefused, match="no Word document"):
        read(out.getvalue(), "table.docx")
