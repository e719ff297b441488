"""Markdown as site generators and note apps write it: their marks never reach a reader, the author's words do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.article import Paragraph, Quote
from outreach.rules.readers.flavours import plain
from tests.rules.articles import headings, read_text, texts

TEXT = (
    "The brain is an organ that needs rest, food and company to work well every day. A calm evening helps most people "
    "to sleep through the night."
)


def read(mark: str, head: str = "# The Brain at Rest\n\n") -> list[str]:
    article = read_text(
        f"{head}{TEXT}\n\n## At Night\n\n{mark}\n\nThen rest for a while, and wake at the same hour.\n", "a.md"
    )
    return texts(article)[2:-1]


@pytest.mark.parametrize(
    ("mark", "kept"),
    [
        ('{{< figure src="/a.jpg" caption="A porch" >}}', []),
        ("{{< tip >}}\nAsk two people to be your first call.\n{{< /tip >}}", ["Ask two people to be your first call."]),
        ("{{% tip %}}Ask two people to be your first call.{{% /tip %}}", ["Ask two people to be your first call."]),
        ("{% include banner.html kind='x' %}", []),
        ("{% comment %} Ask the lawyer about this sentence. {% endcomment %}", []),
        ("Ask two people to be your first call.\n{: .lead}", ["Ask two people to be your first call."]),
        ("{:toc}", []),
        ("[TOC]", []),
        ("[[_TOC_]]", []),
        ("import Tabs from '@theme/Tabs';", []),
        ("export const meta = { a: 1 };", []),
        ("<Banner kind='promo' />", []),
        ("<Card>\n\nAsk two people to be your first call.\n\n</Card>", ["Ask two people to be your first call."]),
        (":::tip Good to know\nAsk two people to call first.\n:::", ["Good to know: Ask two people to call first."]),
        (":::{note}\nAsk two people to be your first call.\n:::", ["Ask two people to be your first call."]),
        ("::: warning\n\nAsk two people to be your first call.\n\n:::", ["Ask two people to be your first call."]),
        ('!!! note "Good to know"\n    Ask two people to call.', ["Good to know: Ask two people to call."]),
        ("> [!NOTE]\n> Ask two people to be your first call.", ["Ask two people to be your first call."]),
        ("> [!tip]- Why two?\n> Ask two people to be your first call.", ["Why two?", "Ask two people to be your first call."]),
        (":::tip Try these\n- Walk for a while.\n- Call a friend.\n:::", ["Try these:", "Walk for a while.", "Call a friend."]),
        ("%% ask the editor about this sentence %%", []),
        ("<!-- ask the editor about this sentence -->", []),
        ("![[card.png]]", []),
        ("Read [[Breathing basics|our breathing page]] tonight.", ["Read our breathing page tonight."]),
        ("Read [[Breathing basics]] again tonight.", ["Read Breathing basics again tonight."]),
        ("This is ==very== good for the heart.", ["This is very good for the heart."]),
        ("This is un*believ*ably good for the heart.", ["This is unbelievably good for the heart."]),
        ("Take two, not ~~four~~ five, steps back.", ["Take two, not five, steps back."]),
        ("It costs \\$5 \\* 2 for every \\_person\\_ here.", ["It costs $5 * 2 for every _person_ here."]),
        ("#sleep #rest", []),
        ("Use {{ name }} and {% if late %} as they are printed.", ["Use {{ name }} and {% if late %} as they are printed."]),
        ("Add <<DATE>> and ${ROOM} to each card by hand.", ["Add <<DATE>> and ${ROOM} to each card by hand."]),
        ("About 100%% sure is what she was at noon.", ["About 100%% sure is what she was at noon."]),
        ("- [ ] Call a friend before noon.\n- [x] Eat.", ["Call a friend before noon.", "Eat."]),
        ("Write on line one,  \nthen on line two.", ["Write on line one, then on line two."]),
        ("![A porch](a.jpg)\n*A porch in the evening light*", []),
        ("![A porch](a.jpg)\n\n*A porch in the evening light.*", []),
        ("Naloxone\n:   It reverses an overdose of opioids.", ["Naloxone – It reverses an overdose of opioids."]),
    ],
    ids=lambda v: v[:24].replace("\n", "/") if isinstance(v, str) else "",
)  # fmt: skip
def test_marks_of_tools_leave_and_the_authors_words_stay(mark: str, kept: list[str]) -> None:
    assert read(mark) == kept


def test_marks_in_fenced_code_are_left_alone() -> None:
    assert read("```\n[[_TOC_]] is the mark that {{< opens >}} the list here.\n```") == [
        "[[_TOC_]] is the mark that {{< opens >}} the list here."
    ]


@pytest.mark.parametrize(
    "head",
    [
        '+++\ntitle = "The Brain at Rest"\nauthor = "Fern House Clinic"\n[cover]\nimage = "a.jpg"\n+++\n\n',
        '---\ntitle: "The Brain at Rest"\nauthor: Fern House Clinic\ntags:\n  - sleep\n---\n\n',
        "---\ntitle: The Brain at Rest\nauthor: Fern House Clinic\n---\n\n# The Brain at Rest\n\n",
        "---\nauthor: Fern House Clinic\n---\n\nThe Brain at Rest\n=================\n\n",
    ],
)
def test_the_title_is_found_in_front_matter_or_text(head: str) -> None:
    article = read_text(f"{head}{TEXT}\n\n## At Night\n\n{TEXT.replace('brain', 'body')}\n", "a.md")
    assert (article.title, article.organisation) == ("The Brain at Rest", "Fern House Clinic")
    assert headings(article) == ["At Night"]


def test_a_call_out_is_text_and_no_quotation() -> None:
    article = read_text(
        f"# The Brain at Rest\n\n{TEXT}\n\n> [!NOTE]\n> Ask two people to be your first call.\n\n> She did.\n", "a.md"
    )
    blocks = [b for s in article.sections for b in s.blocks]
    assert isinstance(blocks[1], Paragraph) and isinstance(blocks[2], Quote)


def test_a_note_about_the_page_is_furniture() -> None:
    note = "Last updated: March 2024. Found a mistake? [Edit this page](https://git.example.org/a)."
    article = read_text(
        f"# The Brain at Rest\n\n{TEXT}\n\n## At Night\n\n{TEXT.replace('brain', 'body')}\n\n---\n\n*{note}*\n", "a.md"
    )
    assert not any("updated" in t or "mistake" in t for t in texts(article))


WORDS = st.text(alphabet=st.sampled_from(list("abcde ABC.,;!?()'\"0123456789áñ¿\n-*_")), max_size=300)


@given(WORDS)
def test_text_without_marks_of_tools_is_left_alone(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("mark", ["{{<", "[[a", "%%", "{% comment %}", ":::", "==", "{:", "#a ", "> [!", " "])
def test_marks_without_end_cost_little(mark: str) -> None:
    assert plain(mark * 40_000 + "\nx").endswith("x")
