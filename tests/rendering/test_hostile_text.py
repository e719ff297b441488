"""The author's words arrive as words: never as markup, never as a template, never as a slot."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach import rendering
from outreach.rendering.environment import clean
from outreach.rules.draft import Block, Run
from tests.rendering.letters import (
    TIMES_IN_ONE_OF_EACH,
    compiled,
    draft,
    flat,
    one_of_each,
    paragraph,
    see,
    values,
)

HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="a script"),
    pytest.param("</mj-text><mj-raw><img src=x onerror=y></mj-raw><mj-text>", id="MJML"),
    pytest.param("{{ organisation.name }} {% for x in y %} {# gone #}", id="a Jinja template"),
    pytest.param("{{ ''.__class__.__mro__ }}", id="a way out of a sandbox"),
    pytest.param("100 %s %(name)s {0} {name} ${HOME} $name", id="other templates"),
    pytest.param("-o8:h:greeting- -o8:t:unsubscribe_url- %unsubscribe_url% -name-", id="slot marks of old"),
    pytest.param("<!-- a --> ]]> <![CDATA[ b ]]> <!--[if mso]>", id="comments"),
    pytest.param("&lt;b&gt; &amp;amp; &nbsp; &#60; &unknown; AT&T", id="entities"),
    pytest.param("\" onmouseover=\"x' onfocus='y", id="quotes"),
    pytest.param("</p></div></td></table></body></html><style>*{display:none}</style>", id="closing tags"),
    pytest.param("javascript:alert(1) data:text/html,x http://tracker.example.com/p.gif", id="addresses"),
]
OUR_TAGS = set(
    "html head title meta style body div table tbody tr td p a sup strong em ul ol li h1 h2 h3 blockquote span br "
    # for Outlook, inside conditional comments the parser sees through
    "noscript xml o:officedocumentsettings".split()
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_arrives_letter_by_letter_in_every_kind_of_block(text: str) -> None:
    email = compiled(draft(*one_of_each(text)))
    filled = rendering.fill(email, values(email))
    seen = see(filled.html)
    assert seen.words.count(flat(text)) == TIMES_IN_ONE_OF_EACH
    assert flat(filled.text).count(flat(text)) == TIMES_IN_ONE_OF_EACH
    assert set(seen.tags) <= OUR_TAGS
    assert not [name for _, name, _ in seen.attributes if name.startswith("on") or name == "src"]


@pytest.mark.parametrize("text", HOSTILE)
def test_subject_preheader_and_brand_are_text_too(text: str) -> None:
    email = compiled(draft(subject=text))
    filled = rendering.fill(email, values(email, subject=text, preheader=text, brand=text, greeting=text))
    seen = see(filled.html)
    assert seen.words.count(flat(text)) == 4  # preheader, brand twice, greeting
    assert set(seen.tags) <= OUR_TAGS
    assert filled.subject == text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//example.com/x", "vbscript:x", "file:///etc"]
)
def test_a_target_that_runs_is_no_link(url: str) -> None:
    email = compiled(
        draft(
            Block(kind="paragraph", runs=(Run("Read on", url=url),)),
            Block(kind="cta", runs=(Run("Go"),), url=url, slot=True),
        )
    )
    assert url not in email.html + email.text
    assert "Read on" in see(email.html).words


def test_a_draft_that_quotes_the_marks_of_its_own_rendering_gets_other_marks() -> None:
    """The marks hang on the words: whoever copies them into the words has changed the marks."""
    before = compiled(draft())
    stolen = re.findall(re.escape(before.mark_prefix) + r"[ht]:\w+-", before.html + before.text)
    text = " ".join(sorted(set(stolen)))
    email = compiled(draft(paragraph(text)))
    filled = rendering.fill(email, values(email))
    assert email.mark_prefix != before.mark_prefix
    assert text in see(filled.html).words
    assert text in flat(filled.text)


def test_a_mark_split_over_two_runs_is_no_mark() -> None:
    before = compiled(draft())
    head, tail = before.mark_prefix[:4], before.mark_prefix[4:] + "t:greeting-"
    email = compiled(draft(Block(kind="paragraph", runs=(Run(head), Run(tail)))))
    assert head + tail in rendering.fill(email, values(email)).text


def test_a_mark_in_a_value_is_not_filled_again() -> None:
    email = compiled(draft())
    mark = f"{email.mark_prefix}t:unsubscribe_url-"
    filled = rendering.fill(email, values(email, brand=f"-{mark}{mark}"))
    assert email.mark_prefix not in filled.text + filled.html


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
@example(["\x00\x0b\x1b\ufffe\ud800", "\u202e\u2028\x85\u00a0"])
@example(["a ", " b", "  ", "c"])
def test_any_text_comes_out_escaped_and_complete(pieces: list[str]) -> None:
    """Runs may end and begin with blanks; none of them, and no character an email can carry, gets lost."""
    email = compiled(
        draft(Block(kind="paragraph", runs=tuple(Run(p, strong=i % 2 == 1) for i, p in enumerate(pieces))))
    )
    filled = rendering.fill(email, values(email))
    expected = flat(clean("".join(pieces)))
    seen = see(filled.html)
    assert f"Hi Ann, {expected}".strip() in seen.words
    assert expected in flat(filled.text)
    assert set(seen.tags) <= OUR_TAGS
    assert filled.html.encode() and filled.text.encode()
