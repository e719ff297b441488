"""PDF to the same article: rows joined, furniture left out, headings guessed, a person asked; the rest refused."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from outreach.rules.article import ArticleRefused, ItemList, Paragraph
from outreach.rules.compiler import compile_series
from outreach.rules.readers import read
from tests.rules.articles import cited, headings, lists, section, texts
from tests.rules.pdf_files import MORE, PROSE, SLEEP, Ink, dot, pdf_file, set_pages, stream

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("flate", [False, True], ids=["plain", "packed"])
def test_a_set_article_keeps_title_headings_lists_and_sources(flate: bool) -> None:
    article = read(pdf_file(set_pages(SLEEP), flate=flate), "sleep.pdf")
    assert article.title == "Sleep in Early Recovery"
    assert headings(article) == ["Why Nights Are Hard", "When to Ask for Help"]
    assert [len(found.items) for found in lists(article)] == [2, 2]
    assert [found.ordered for found in lists(article)] == [False, True]
    assert cited(article) == {
        "Sleep is often the last thing to come back.": ("1",),
        "About 6 in 10 people in early recovery sleep badly.": ("2",),
    }
    assert [c.text for c in article.citations] == [
        "Brower K. Insomnia and return to use. Sleep Reviews, 2003.",
        "Academy of Sleep. Position paper. https://sleep.example/paper",
    ]


def test_a_person_has_to_confirm_what_was_guessed() -> None:
    found = [
        p
        for p in compile_series(read(pdf_file(set_pages(SLEEP)), "sleep.pdf")).problems
        if p.code == "confirm-structure"
    ]
    assert [(p.severity, p.where) for p in found] == [("warning", "article")]


def test_running_heads_feet_and_page_numbers_leave_with_their_reasons() -> None:
    pages = set_pages(SLEEP, head="Hope Harbor Clinic - Handout", foot="Page # of 3", rows=14)
    assert len(pages) > 2
    article = read(pdf_file(pages), "sleep.pdf")
    assert texts(article) == texts(read(pdf_file(set_pages(SLEEP)), "sleep.pdf"))
    taken = {(d.line, d.reason) for d in article.dropped}
    assert ("Hope Harbor Clinic - Handout", "running head") in taken
    assert ("Page 2 of 3", "running foot") in taken


@pytest.mark.parametrize("rows", range(8, 30))
def test_wherever_the_page_breaks_no_sentence_is_cut_or_lost(rows: int) -> None:
    whole = texts(read(pdf_file(set_pages(SLEEP)), "sleep.pdf"))
    assert texts(read(pdf_file(set_pages(SLEEP, rows=rows, foot="#")), "sleep.pdf")) == whole


@pytest.mark.parametrize("width", [50, 64, 77, 95])
def test_however_wide_the_rows_are_the_sentences_are_the_same(width: int) -> None:
    whole = texts(read(pdf_file(set_pages(SLEEP)), "sleep.pdf"))
    assert texts(read(pdf_file(set_pages(SLEEP, width=width)), "sleep.pdf")) == whole


def page_of(*ink: Ink | str, links: tuple[tuple[str, str], ...] = ()) -> bytes:
    """A page with a title and a paragraph above the ink of the test."""
    return pdf_file([[Ink("A Calm Evening", 740, size=20), Ink(PROSE, 700), Ink(MORE, 680), *ink]], links=links)


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("Most people find that a steady treat-", "ment helps.", "a steady treatment helps."),
        ("Most people ask whether the leave is job-", "protected by law.", "is job-protected by law."),
        ("Most people find that a long conver\xad", "sation helps.", "a long conversation helps."),
    ],
    ids=["a divided word", "a compound", "a soft hyphen"],
)
def test_words_divided_at_the_margin_are_whole_again(before: str, after: str, whole: str) -> None:
    assert texts(read(page_of(Ink(before, 640), Ink(after, 626.8)), "a.pdf"))[-1].endswith(whole)


TEA, BATH = Ink("Tea with milk", 600, 90), Ink("A warm bath", 586.8, 90)


@pytest.mark.parametrize(
    "items",
    [
        [Ink("• Tea with milk", 600, 90), Ink("• A warm bath", 586.8, 90)],
        [Ink("\x7f Tea with milk", 600, 90), Ink("\x7f A warm bath", 586.8, 90)],
        [Ink("n", 600, 76, font="F4"), TEA, Ink("n", 586.8, 76, font="F4"), BATH],
        [dot(80, 602), TEA, dot(80, 588.8), BATH],
        [Ink("- Tea with milk", 600), Ink("- A warm bath", 586.8)],
    ],
    ids=["bullets", "delete signs", "a font of signs", "drawn dots", "dashes"],
)  # fmt: skip
def test_items_are_found_whatever_their_bullet_is(items: list[Ink | str]) -> None:
    article = read(page_of(Ink("Two things help at night:", 620), *items), "a.pdf")
    assert [[s.text for i in found.items for s in i.sentences] for found in lists(article)] == [
        ["Tea with milk", "A warm bath"]
    ]


def test_items_set_further_in_are_nested() -> None:
    rows = [("• Heat.", 90), ("• Clear the vent.", 120), ("• Sweep the flue.", 120), ("• Cars.", 90)]
    ink = [Ink(text, 600 - 13.2 * n, x) for n, (text, x) in enumerate(rows)]
    (found,) = lists(read(page_of(Ink("Check these:", 620), *ink), "a.pdf"))
    assert [len(item.children) for item in found.items] == [2, 0]


def test_a_bold_row_above_a_paragraph_is_a_heading_and_a_bold_word_is_not() -> None:
    bold = Ink("What Helps Tonight", 640, font="F2"), Ink("Remember: ", 620, font="F2")
    article = read(page_of(*bold, Ink("a tired brain is not a lazy one.", 620, 130)), "a.pdf")
    assert headings(article) == ["What Helps Tonight"]
    (block,) = section(article, "What Helps Tonight").blocks
    assert isinstance(block, Paragraph)
    (sentence,) = block.sentences
    assert sentence.text == "Remember: a tired brain is not a lazy one."
    assert [(m.kind, sentence.text[m.start : m.end].strip()) for m in sentence.marks] == [("strong", "Remember:")]


@pytest.mark.parametrize(
    ("top", "title", "organisation"),
    [
        ([("HOPE HARBOR CLINIC", 24), ("A Calm Evening", 20)], "A Calm Evening", "Hope Harbor Clinic"),
        ([("A Calm Evening and", 20), ("What It Does for You", 20)], "A Calm Evening and What It Does for You", None),
        ([("A Calm Evening", 20), ("What It Does for You", 15)], "A Calm Evening", None),
    ],
    ids=["a letterhead", "two rows", "a subtitle"],
)
def test_the_largest_writing_of_the_first_page_is_the_title(
    top: list[tuple[str, float]], title: str, organisation: str | None
) -> None:
    ink = [Ink(text, 746 - 24 * n, size=size) for n, (text, size) in enumerate(top)]
    article = read(pdf_file([[*ink, Ink(PROSE, 690), Ink(MORE, 676.8)]]), "untitled.pdf")
    assert (article.title, article.organisation) == (title, organisation)


def test_paragraphs_told_by_their_indent_alone_are_parted() -> None:
    rows = [
        ("Rest helps the body. It also helps the mind, and it does so without any cost to you,", 86),
        ("which is why we ask about it first.", 72),
        ("Food helps as well. Eat at the same hours every day, and do not skip the first meal,", 86),
        ("even when you feel no hunger.", 72),
    ]  # fmt: skip
    ink = [Ink(text, 640 - 13.2 * n, x) for n, (text, x) in enumerate(rows)]
    article = read(page_of(*ink), "a.pdf")
    firsts = [b.sentences[0].text for s in article.sections for b in s.blocks if not isinstance(b, ItemList)]
    assert {"Rest helps the body.", "Food helps as well."} <= set(firsts)


def test_notes_at_the_foot_of_each_page_serve_their_own_page_and_do_not_cut_the_text() -> None:
    one = [
        Ink("A Calm Evening", 740, size=20), Ink(PROSE, 700),
        Ink("Sleep mends the brain.{1} A long night is worth more than any pill, and it", 680),
        Ink("{1} Sleep Institute. The Mended Brain, 2019.", 80, size=8),
    ]  # fmt: skip
    two = [
        Ink("costs nothing.", 740), Ink("Walks help too.{1} " + PROSE, 700), Ink(MORE, 680),
        Ink("{1} Walking Society. Ten Minutes, 2021.", 80, size=8),
    ]  # fmt: skip
    article = read(pdf_file([one, two]), "a.pdf")
    assert "A long night is worth more than any pill, and it costs nothing." in texts(article)
    sources = {c.ref: c.text for c in article.citations}
    assert [sources[refs[0]][:15] for refs in cited(article).values()] == ["Sleep Institute", "Walking Society"]


def test_small_raised_digits_that_name_no_source_stay_text() -> None:
    article = read(page_of(Ink("A room of 10 m{2} is enough for a calm night and a good morning.", 640)), "a.pdf")
    assert "A room of 10 m² is enough for a calm night and a good morning." in texts(article)


def test_links_of_the_page_are_kept_and_only_harmless_ones() -> None:
    article = read(
        page_of(
            Ink("Read", 640), Ink(" the whole guide", 640, 100), Ink(" today and tomorrow.", 640, 190),
            links=(("98 638 185 650", "https://example.org/guide"), ("70 678 400 690", "javascript:alert\\(1\\)")),
        ),
        "a.pdf",
    )  # fmt: skip
    found = {(s.text[m.start : m.end].strip(), m.url) for s in article.sentences() for m in s.marks if m.kind == "link"}
    assert found == {("the whole guide", "https://example.org/guide")}


def test_a_watermark_is_left_out_with_its_reason_and_a_page_set_sideways_is_read() -> None:
    stamp = Ink("DRAFT", 300, 200, 60, matrix="0.7 0.7 -0.7 0.7")
    article = read(page_of(stamp), "a.pdf")
    assert ("DRAFT", "written across the page") in {(d.line, d.reason) for d in article.dropped}
    sideways = [
        [
            Ink(t, 72, x, s, matrix="0 1 -1 0")
            for t, x, s in (("A Calm Evening", 40, 20), (PROSE, 80, 11), (MORE, 100, 11))
        ]
    ]
    assert texts(read(pdf_file(sideways), "a.pdf")) == texts(read(page_of(), "a.pdf"))


def test_a_page_without_text_is_named_among_what_was_left_out() -> None:
    article = read(pdf_file([*set_pages(SLEEP), [dot(100, 100)]]), "a.pdf")
    assert ("Page 2", "no text on it") in {(d.line, d.reason) for d in article.dropped}


def test_reading_a_pdf_twice_gives_the_same_article() -> None:
    data = pdf_file(set_pages(SLEEP, rows=14, head="Hope Harbor Clinic", foot="#"))
    assert read(data, "a.pdf") == read(data, "a.pdf")


LOCK = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (x) /U (y) >> /ID [(a) (b)]"
FORM = stream(b"BT /F1 11 Tf (word ) Tj ET\n" * 400, entries="/Type /XObject /Subtype /Form")
DEEP = stream(b"/X0 Do " * 3_000, entries="/Type /XObject /Subtype /Form /Resources << /XObject << /X0 10 0 R >> >>")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pdf_file([[dot(100, 100)]]), "holds pictures of pages and no text"),
        (pdf_file(set_pages(SLEEP), trailer=LOCK), "protected"),
        (pdf_file(set_pages(SLEEP))[:300], "damaged"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "damaged"),
        (pdf_file([[Ink("word", 700)]] * 101), "101 pages"),
        (pdf_file([[Ink("Only four words here.", 700)]]), "words"),
        (pdf_file([[Ink("word " * 1000, 700)] * 90]), "too many for one series"),
        (pdf_file([["BT /F1 11 Tf " + "(\x01\x02\x03) Tj " * 90 + "ET"]]), "which letters"),
        (pdf_file([[dot(9, 9) * 500_000]], flate=True), "more drawing"),
        (pdf_file([[" " * 80_000_000]], flate=True), "more drawing"),
        (pdf_file([["/X0 Do " * 9_000]], objects=[FORM, DEEP], resources="/XObject << /X0 11 0 R >>"), "more drawing"),
    ],
    ids=[
        "picture", "encrypted", "cut off", "no inside", "pages", "few words", "too long", "no letters", "drawing",
        "bomb", "forms",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(ArticleRefused) as refused:
        read(data, "a.pdf")
    assert says in refused.value.say
    assert refused.value.say.endswith(".") and "\n" not in refused.value.say and "Error" not in refused.value.say


def test_a_name_that_says_pdf_over_something_else_is_refused() -> None:
    with pytest.raises(ArticleRefused, match="no PDF"):
        read(b"A long enough text, but no PDF at all. " * 20, "a.pdf")


def test_nothing_odd_in_a_file_is_printed() -> None:
    data = pdf_file(set_pages(SLEEP)).replace(b"startxref\n", b"startxref\n9").replace(b"/Size", b"/Sise")
    script = "import sys; from outreach.rules.readers import read; read(sys.stdin.buffer.read(), 'a.pdf')"
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", script], input=data, capture_output=True, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


SPICE = [
    b"endobj", b"stream\n", b"\nendstream", b"<<", b">>", b"[", b"]", b"(", b"\\", b"<FF", b" 0 R", b" obj",
    b"/Kids [1 0 R 2 0 R]",
    b"/Length 99999999", b"/Filter /LZWDecode", b"/Filter [/FlateDecode /FlateDecode]", b"/Parent 3 0 R", b" Tj", b" Do ", b" q ",
    b"-99999999999999999999", b"1e308", b"nan", b"BT ", b" Tm", b"0 0 0 0 0 0 Tm", b"xref\n0 9999999\n", b"/ToUnicode 1 0 R",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_mutated_files_are_read_or_refused_soon_and_in_little_room(seed: int) -> None:
    dice = random.Random(seed)
    data = bytearray(pdf_file(set_pages(SLEEP, rows=20, head="Hope Harbor Clinic", foot="#"), flate=seed % 3 == 0))
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(data))
        match dice.randrange(4):
            case 0:
                del data[at : at + dice.randint(1, 300)]
            case 1:
                data[at:at] = dice.choice(SPICE)
            case 2:
                data[at] = dice.randrange(256)
            case _:
                data[at : at + 1] = bytes(data[at : at + dice.randint(1, 200)]) * dice.randint(1, 3)
    data[:5] = b"%PDF-"
    start = time.perf_counter()
    try:
        article = read(bytes(data), "a.pdf")
        assert [i for e in compile_series(article).emails for i in e.sources] == [s.id for s in article.sentences()]
    except ArticleRefused as refused:
        assert refused.say.endswith(".")
    assert time.perf_counter() - start < 5


def test_a_line_that_staff_restore_stands_behind_its_page() -> None:
    pages = set_pages(SLEEP, rows=14)
    pages[0].append(Ink("This handout was read by two nurses and a father.", 40, size=9))
    pages[1].append(Ink("This handout was read by two nurses and a father.", 40, size=9))
    data, line = pdf_file(pages), "This handout was read by two nurses and a father."
    assert line not in texts(read(data, "a.pdf"))
    assert line in texts(read(data, "a.pdf", restored={line: ""}))[2:-2]
