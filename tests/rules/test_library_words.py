"""The words of a ready message: read as what they are, every one of them once, whatever the rows say."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.rules.article import ArticleRefused
from outreach.rules.draft import EmailDraft, ListItem, Run
from outreach.rules.library import read_library
from tests.rules.libraries import CREDIT, MIXED, body, emails, read, table

WALK = "Walk for ten minutes after lunch."
REST = "Rest when your body asks you to."


# --- the bodies of emails ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "kinds", "said"),
    [
        pytest.param("Rest.", ["paragraph"], "Rest.", id="very short"),
        pytest.param("Menu\n\nShare this\n\nCopyright 2024 Harbor", ["paragraph"] * 3,
                     "Menu\nShare this\nCopyright 2024 Harbor", id="nothing is furniture"),
        pytest.param("# One step\n\nWalk **today**.", ["heading", "paragraph"], "One step\nWalk today.", id="Markdown"),
        pytest.param("# One step", ["paragraph"], "One step", id="a heading alone"),
        pytest.param("Read ![a quiet lake](x.png) and **rest**.", ["paragraph"],
                     "Read ![a quiet lake](x.png) and **rest**.", id="Markdown that would lose words is text"),
        pytest.param("---\ntitle: Rest\n---\n\nSleep **well**.", ["heading", "paragraph"], "title: Rest\nSleep well.",
                     id="nothing is front matter"),
        pytest.param("1. Breathe in.\n2. Breathe out.", ["list"], "Breathe in. Breathe out.", id="steps"),
        pytest.param("1. Breathe.\n4. Rest.", ["list", "paragraph"], "Breathe.\n4. Rest.", id="a number out of turn"),
        pytest.param("o Llame hoy.\n\na) Descanse.", ["paragraph", "paragraph"], "o Llame hoy.\na) Descanse.",
                     id="letters before words"),
        pytest.param("<p>Rest &amp; walk</p><ul><li>One</li><li>Two</li></ul>", ["paragraph", "list"],
                     "Rest & walk\nOne Two", id="HTML"),
        pytest.param("<div><script>alert(1)</script><p>Rest</p><p style='display:none'>x</p></div>", ["paragraph"],
                     "Rest", id="HTML with what nobody sees"),
        pytest.param("<p>Rest</p><footer><p>Harbor House</p></footer><button>Press</button>", ["paragraph"] * 3,
                     "Rest\nHarbor House\nPress", id="HTML has no furniture"),
        pytest.param("<div><p>Rest <span style='display: none'>unseen</span>well</p></div>",
                     ["paragraph"], "Rest well", id="HTML with hidden words in the middle"),
        pytest.param("<ul><li>Rest</li></ul><ol start=3><li>Walk</li><li>Eat</li></ol>", ["list", "list"], "Rest\nWalk Eat",
                     id="bullets and then numbers"),
        pytest.param("Rest if your pulse is <60 & you are > tired.", ["paragraph"],
                     "Rest if your pulse is <60 & you are > tired.", id="signs are text"),
    ],
)  # fmt: skip
def test_a_body_is_read_as_what_it_is_and_keeps_every_word(cell: str, kinds: list[str], said: str) -> None:
    (email,) = read(emails(cell)).emails
    assert [b.kind for b in email.blocks if not b.slot] == kinds
    assert body(email) == said


def test_no_tag_of_an_html_body_passes() -> None:
    cell = "<p onclick='x()'>Rest <img src=x onerror=y><a href='javascript:z()'>here</a> <a href='https://example.org'>now</a></p>"
    (email,) = read(emails(cell)).emails
    assert body(email) == "Rest here now"
    assert [r.url for b in email.blocks if not b.slot for r in b.runs if r.url] == ["https://example.org"]


# --- any rows at all --------------------------------------------------------------------------------------------------


WORD = st.text("abcdeghilmnorstuyABDEHLMRSTWáéñüÓ0123456789", min_size=1, max_size=9)
GLUE = st.sampled_from([
    " ", " ", " ", ", ", ". ", "! ", "? ", ": ", "; ", "\n", "\n\n", "\n- ", "\n* ", "\n1. ", "\n2) ", "\n    3. ", "\n# ", " **",
    "** ", " (", ") ", ' "', "\t", "\n> ", " – ", "…", " [", "] ", "\n---\n", " & ", " < ",
    "](https://", "](https://example.org/", "<p>",
])  # fmt: skip
SPEECH = st.lists(st.tuples(WORD, GLUE), min_size=1, max_size=25).map(lambda p: "".join(w + g for w, g in p))
ROWS = st.lists(st.tuples(st.booleans(), SPEECH), min_size=1, max_size=12)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


@given(ROWS, st.sampled_from(",;\t"))
@settings(max_examples=200, deadline=None)
@example([(True, "Walk\n1. Breathe\n3. Rest\n- Sleep\n2. Eat")], ",")
@example([(True, "1. a\n    7. b\n2. c")], ",")
@example([(True, "0 [0](https://0) [1](https://example.org/2)")], ",")
@example([(True, "0\n- MA\n1. 0\n    3. 0\n- 0"), (True, "1. a\n    - b\n1. c"), (True, "1. a\n2. b\n1. c")], ",")
@example([(True, "0. 0"), (True, "01. a\n02. b")], ",")
@example([(True, "0\n# 0\n> 0\n    3. 0 ")], ",")
def test_whatever_the_rows_say_stands_exactly_once_in_the_draft_in_their_order(
    rows: list[tuple[bool, str]], delimiter: str
) -> None:
    first = {(email, " ".join(words(said))): said for email, said in reversed(rows)}
    cells = [("A quiet minute for you and me" if email else "", said, CREDIT) for (email, _), said in first.items()]
    draft = read(table(("subject", "text", "source"), *cells, delimiter=delimiter))
    letters, tips = iter(draft.emails), iter(draft.tips)
    for subject, said, _ in cells:
        shown = as_shown(next(letters)) if subject else next(tips).text
        assert words(shown) == words(said)
    assert draft.coverage.placed == draft.coverage.total > 0
    placed = sorted([i for t in draft.tips for i in t.sentences] + [i for e in draft.emails for i in e.sources])
    assert placed == list(range(1, draft.coverage.total + 1))


def as_shown(email: EmailDraft) -> str:
    """What the email says, with the numbers that its lists are counted by and the targets of its links."""

    def said(runs: tuple[Run, ...]) -> str:
        return "".join(f"{run.text} {run.url} " if run.url else run.text for run in runs)

    def items(them: tuple[ListItem, ...], ordered: bool, start: int) -> str:
        out = []
        for n, item in enumerate(them, start):
            out.append(f"{n if ordered else ''} {said(item.runs)}")
            out.append(items(item.children, item.ordered, 1))
        return "\n".join(out)

    blocks = [b for b in email.blocks if not b.slot]
    return "\n".join(f"{said(b.runs)}\n{items(b.items, b.ordered, b.start)}\n{b.by or ''}" for b in blocks)


SPICE = st.sampled_from([
    b'"', b'""', b",", b";", b"\t", b"\n", b"\r\n", b"\x00", b"\xff\xfe", b"\xe9", b"{{", b"<p>", b"</p>", b"<table><tr><th>x",
    b"&#x110000;", b"# ", b"- ", b"1. ", b"[^1]: ", b"***", b"```\n", b"email,", b"sep=;\n", b"\xe2\x80\xae", b"=cmd()",
    b"9" * 40,
])  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, len(MIXED)), st.integers(0, 60), SPICE), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_damaged_table_is_read_or_refused_in_a_sentence(blows: list[tuple[int, int, bytes]]) -> None:
    data = MIXED.encode()
    for at, gone, spice in blows:
        data = data[:at] + spice + data[at + gone :]
    try:
        draft = read_library(data, "harbor.csv", CREDIT)
    except ArticleRefused as e:
        assert len(e.say) > 20 and "\n" not in e.say
        return
    assert draft.coverage.placed == draft.coverage.total > 0
    assert all(t.text and t.parts for t in draft.tips) and all(e.subject and e.sources for e in draft.emails)
