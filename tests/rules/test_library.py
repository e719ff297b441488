"""A table of ready messages becomes a draft: every word as it is, in the order told, with its source."""

import pytest

from outreach.rules.article import ArticleRefused
from outreach.rules.compiling import compile_source
from outreach.rules.contract import contract
from outreach.rules.edits import Edit
from outreach.rules.library import is_library, read_library
from tests.rules.libraries import CREDIT, MIXED, body, codes, emails, read, refused, table, texts

WALK = "Walk for ten minutes after lunch."
REST = "Rest when your body asks you to."


# --- what becomes of a library ----------------------------------------------------------------------------------------


def test_a_library_becomes_texts_and_emails_in_the_order_told_with_its_words_and_its_source() -> None:
    draft = read(MIXED)
    assert (draft.title, draft.language, draft.organisation) == ("Harbor messages", "en", None)
    assert [(t.text, t.kind, t.parts, t.source) for t in draft.tips] == [
        ("Call one friend today, even for a minute.", "action", 1, CREDIT),
        ("Drink a glass of water when the urge comes. It passes in minutes.", "action", 1, CREDIT),
    ]
    (email,) = draft.emails
    assert [b.kind for b in email.blocks] == ["paragraph", "paragraph", "list", "paragraph", "sources"]
    assert body(email).split("\n")[2] == " Walk around the block Sit in the sun for ten minutes".strip()
    runs = [r for b in email.blocks for r in b.runs]
    assert any(r.text == "free" and r.strong for r in runs)
    assert any(r.text == "a friend" and r.url == "https://example.org/friends" for r in runs)
    assert [(c.ref, c.text, c.url) for c in email.citations] == [(1, CREDIT, "https://example.org/library")]
    assert email.cta is None and email.number == 1 and email.words > 20
    assert 40 <= len(email.preheader) <= 110 and email.subject_discreet and email.preheader_discreet
    assert not [p for p in draft.problems if p.severity != "note"]


def test_sentences_are_counted_through_the_whole_library_and_each_stands_once() -> None:
    draft = read(MIXED)
    placed = [i for t in draft.tips for i in t.sentences] + [i for e in draft.emails for i in e.sources]
    assert placed == list(range(1, 9))
    assert (draft.coverage.placed, draft.coverage.total) == (8, 8)
    assert draft.rejected == () and draft.dropped == ()


def test_the_same_bytes_give_the_same_draft_and_the_contract_has_its_usual_shape() -> None:
    assert read(MIXED) == read(MIXED)
    told = contract(read(MIXED), [("text", "html")])
    assert set(told) == {"title", "organisation", "emails", "tips", "dropped", "problems"}
    assert told["tips"][0]["source"] == CREDIT and told["emails"][0]["citations"][0]["ref"] == "1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_way_to_save_a_sheet_is_read(delimiter: str, encoding: str) -> None:
    told = table(
        ("text", "fuente"), ("Respire hondo; usted puede, mañana también.", "Casa Puerto"), delimiter=delimiter
    )
    (tip,) = read_library(told.encode(encoding), "x.csv").tips
    assert (tip.text, tip.source) == ("Respire hondo; usted puede, mañana también.", "Casa Puerto")


def test_a_spreadsheet_may_tell_its_separator_in_a_line_of_its_own() -> None:
    draft = read("sep=;\n" + table(("text", "kind", "source"), (WALK, "", CREDIT), (REST, "", CREDIT), delimiter=";"))
    assert [t.text for t in draft.tips] == [WALK, REST]
    assert "line 4: no words" in refused("sep=;\ntext;source\na word;x\n.;x\n")


def test_columns_have_spanish_names_too_in_any_order() -> None:
    head = ("fuente", "día", "Título", "Asunto", "Mensaje", "canal", "clase", "idioma")
    draft = read(
        table(
            head,
            ("Casa Puerto", "2", "", "", "Salga a caminar diez minutos.", "texto", "acción", "es"),
            (
                "Casa Puerto",
                "1",
                "Días claros",
                "Un paso pequeño para el día de hoy",
                "Hoy basta un paso.",
                "correo",
                "",
                "es",
            ),
        )
    )
    assert (draft.title, draft.language) == ("Días claros", "es")
    assert (draft.tips[0].kind, draft.emails[0].blocks[-1].text) == ("action", "Fuentes")


@pytest.mark.parametrize(
    ("head", "rows", "wanted"),
    [
        pytest.param(("text", "order"), [("c", "30"), ("a", "1"), ("b", "2,5")], "abc", id="numbers with gaps"),
        pytest.param(("text", "day"), [("b", "2"), ("a", "1"), ("c", "2")], "abc", id="ties keep their order"),
        pytest.param(("text", "order"), [("b", "2"), ("c", ""), ("a", "1")], "abc", id="none stays behind the one above"),
        pytest.param(("text", "order"), [("a", ""), ("b", "")], "ab", id="no numbers"),
        pytest.param(("text", "order", "day"), [("b", "2", "1"), ("c", "1", "2"), ("a", "1", "1")], "abc", id="day first"),
    ],
)  # fmt: skip
def test_rows_come_in_the_order_that_they_tell(head: tuple[str, ...], rows: list[tuple[str, ...]], wanted: str) -> None:
    draft = read(table(head, *rows), CREDIT)
    assert "".join(t.text for t in draft.tips) == wanted


def test_a_kind_that_is_not_told_is_judged_by_the_words() -> None:
    told = texts(WALK, "Never share a needle.", "Recovery is possible.", "The brain has many cells.")
    assert [t.kind for t in read(told).tips] == ["action", "warning", "hope", "fact"]


def test_typography_is_folded_and_line_breaks_stay() -> None:
    (tip,) = read(texts("  You’re not alone — “one day”…\n\n Breathe.  ")).tips
    assert tip.text == 'You\'re not alone - "one day"...\n\nBreathe.' and tip.encoding == "GSM-7"


def test_a_long_text_is_an_error_and_not_cut() -> None:
    long = "Take one small step today and be kind to yourself. " * 8
    draft = read(texts(long))
    assert draft.tips[0].text == long.strip() and draft.tips[0].parts == 3
    assert ("error", "long-text") in codes(draft)


@pytest.mark.parametrize(
    "cell", ["=1+1 is two, and so are we", "+1 for a walk today", "-Walk today", "@home, rest well"]
)
def test_a_cell_that_looks_like_a_formula_is_text(cell: str) -> None:
    assert read(texts(cell)).tips[0].text == cell


# --- where the words come from ----------------------------------------------------------------------------------------


def test_an_attribution_for_the_file_stands_in_every_email_and_beside_every_text() -> None:
    told = "Harbor House, https://example.org/library, CC BY 4.0"
    draft = read(table(("subject", "text"), ("", WALK), ("A quiet minute for you and me", REST)), told)
    assert draft.tips[0].source == told and not draft.tips[0].cited
    (citation,) = draft.emails[0].citations
    assert (citation.text, citation.url) == (told, "https://example.org/library")


def test_a_rows_own_source_comes_first_with_its_licence_and_the_files_attribution_behind_it() -> None:
    head = ("subject", "text", "source", "licence", "url")
    row = ("A quiet minute for you and me", REST, "Sleep Survey", "CC0", "www.example.org/sleep")
    (email,) = read(table(head, row), CREDIT).emails
    assert [(c.ref, c.text, c.url) for c in email.citations] == [
        (1, "Sleep Survey (CC0)", "https://www.example.org/sleep"),
        (2, CREDIT, None),
    ]
    items = email.blocks[-1].items
    assert [run.text for item in items for run in item.runs] == ["[1] ", "Sleep Survey (CC0)", "[2] ", CREDIT]


@pytest.mark.parametrize(
    ("source", "attribution", "cited", "found"),
    [
        pytest.param("Sleep Survey", None, True, None, id="the row has its own source"),
        pytest.param("", CREDIT, False, "error", id="an attribution of the file backs no figure"),
    ],
)
def test_a_figure_in_a_text_needs_the_rows_own_source(
    source: str, attribution: str | None, cited: bool, found: str | None
) -> None:
    draft = read(table(("text", "source"), ("About 80% of people sleep better after a month.", source)), attribution)
    assert draft.tips[0].cited is cited
    assert next((p.severity for p in draft.problems if p.code == "unsourced-number"), None) == found


def test_a_figure_in_an_email_without_a_source_of_its_own_is_a_warning() -> None:
    told = table(("subject", "text"), ("A quiet minute for you and me", "About 80% of people sleep better in May."))
    assert ("warning", "unsourced-number") in codes(read(told, CREDIT))
    assert ("warning", "unsourced-number") not in codes(read(emails("About 80% of people sleep better in May.")))


# --- which files are libraries ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "library"),
    [
        ("x.csv", "anything", True),
        ("X.TSV", "anything", True),
        ("pasted.txt", "text,source\nWalk,x\n", True),
        ("pasted.txt", "Mensaje;Fuente\nCamine;x\n", True),
        ("pasted.txt", "Text, source and subject of a letter\nWalk,x\n", False),
        ("pasted.txt", "Message\n\nWalk every day.", False),
        ("x.md", "# Text\n", False),
    ],
)
def test_a_table_is_known_by_its_name_or_by_its_first_line(name: str, data: str, library: bool) -> None:
    assert is_library(data.encode(), name) is library


def test_one_door_takes_articles_and_libraries() -> None:
    assert compile_source(MIXED.encode(), "x.csv").draft.tips[0].source == CREDIT
    article = ("A Quiet Day\n\n" + "The brain likes its rest and gets it at night. " * 6).encode()
    assert compile_source(article, "a.txt", attribution=" ").draft.emails[0].number == 1
    with pytest.raises(ArticleRefused, match="changed in their file"):
        compile_source(MIXED.encode(), "x.csv", edits=[Edit(kind="strike", sentence=1)], before=["Walk."])
    with pytest.raises(ArticleRefused, match="belongs to a CSV"):
        compile_source(article, "a.txt", attribution=CREDIT)
