"""Word documents by look: headings under other names, large type, hidden text, comments, captions."""

import io
import zipfile

import pytest

from outreach.rules.article import Article
from outreach.rules.readers import read
from tests.rules.articles import cited, headings, texts, word_file, word_paragraph

TEXT = "The brain needs rest, food and company to work well every day. A calm evening helps most people to sleep."
MORE = "Most people feel the change within a few weeks of sleeping at the same hours."


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, look: str = "") -> str:
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(runs)}</w:p>"


def document(*paragraphs: str, **parts: dict[str, str]) -> Article:
    title = word_paragraph("The Brain at Rest", style="T")
    styles = {"T": "Title", **parts.get("styles", {})}
    return read(word_file(title + word_paragraph(TEXT) + "".join(paragraphs), styles=styles), "rest.docx")


@pytest.mark.parametrize(
    "name",
    ["heading 1", "Heading 1", "heading 3", "Überschrift 1", "Título 1", "Titre 2", "Titolo 1", "Kop 1", "标题 1"],
)
def test_a_heading_style_is_known_in_other_languages(name: str) -> None:
    article = document(word_paragraph("At night", style="H"), word_paragraph(MORE), styles={"H": name})
    assert headings(article) == ["At night"]


@pytest.mark.parametrize(
    "style",
    [
        '<w:style w:type="paragraph" w:styleId="House"><w:name w:val="House head"/><w:basedOn w:val="H1"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="House"><w:name w:val="House head"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
        "</w:style>",
    ],
    ids=["built on a heading", "with an outline level"],
)
def test_a_style_of_the_house_may_be_a_heading(style: str) -> None:
    more = word_paragraph("At night", style="House") + word_paragraph(MORE)
    data = word_file(
        word_paragraph("The Brain at Rest", style="T") + word_paragraph(TEXT) + more,
        styles={"T": "Title", "H1": "heading 1"},
    )
    assert headings(read(_with_style(data, style), "rest.docx")) == ["At night"]


def _with_style(data: bytes, style: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "word/styles.xml":
                part = part.replace(b"</w:styles>", style.encode() + b"</w:styles>")
            new.writestr(info.filename, part)
    return out.getvalue()


def test_large_lines_without_a_style_are_headings() -> None:
    large = '<w:sz w:val="32"/>'
    article = document(
        paragraph(run("At night", large)),
        word_paragraph(MORE),
        paragraph(run("At noon", large)),
        word_paragraph("A short walk before the meal clears the head for the rest of the day."),
    )
    assert headings(article) == ["At night", "At noon"]


@pytest.mark.parametrize(("look", "shown"), [("<w:vanish/>", False), ('<w:vanish w:val="0"/>', True), ("<w:b/>", True)])
def test_hidden_text_is_never_sent(look: str, shown: bool) -> None:
    article = document(paragraph(run(MORE), run(" Ask the lawyer about this one.", look)))
    assert ("Ask the lawyer about this one." in texts(article)) is shown


def test_struck_text_is_never_sent() -> None:
    article = document(
        paragraph(run("Take "), run("four", "<w:strike/>"), run("five steps back before you answer them."))
    )
    assert "Take five steps back before you answer them." in texts(article)


def test_a_comment_is_neither_text_nor_a_source() -> None:
    article = document(paragraph(run(MORE), '<w:r><w:commentReference w:id="0"/></w:r>'))
    assert cited(article) == {} and article.citations == ()
    assert MORE in texts(article)


def test_a_style_map_inside_the_file_has_no_say() -> None:
    out = io.BytesIO(
        word_file(word_paragraph("The Brain at Rest", style="T") + word_paragraph(TEXT) + word_paragraph(MORE))
    )
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("mammoth/style-map", "p => nav:fresh")
    assert MORE in texts(read(out.getvalue(), "rest.docx"))


def test_words_under_a_picture_are_a_caption() -> None:
    picture = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:docPr id="1" name="p" descr="A porch"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rId1"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    article = document(picture, paragraph(run("A porch in the evening light of June", "<w:i/>")), word_paragraph(MORE))
    assert not any("porch" in t for t in texts(article))


def table(*rows: tuple[str, ...], head: str = "") -> str:
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(run(c, head if i == 0 else ''))}</w:tc>" for c in row) + "</w:tr>"
        for i, row in enumerate(rows)
    )
    return f"<w:tbl>{cells}</w:tbl>"


def test_a_table_of_facts_keeps_every_row_its_head_too() -> None:
    facts = table(
        ("When", "What to do"), ("Night one", "Walk before dinner"), ("Night two", "Read on paper"), head="<w:b/>"
    )
    assert texts(document(facts, word_paragraph(MORE)))[2:-1] == [
        "When – What to do",
        "Night one – Walk before dinner",
        "Night two – Read on paper",
    ]


def test_a_table_that_lays_out_the_page_is_read_as_paragraphs() -> None:
    cell = paragraph(run(MORE)) + paragraph(run("Then walk for a while every day."))
    assert texts(document(f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"))[2:] == [
        MORE,
        "Then walk for a while every day.",
    ]
