"""For any sound article in any format: nothing lost, nothing doubled, nothing invented, all of it text to the last."""

import re

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach import rendering
from outreach.rules import sms
from outreach.rules.article import Article
from outreach.rules.compiler import compile_series
from outreach.rules.draft import SeriesDraft
from outreach.rules.readers import read
from tests.fuzz import invariants
from tests.fuzz.invariants import CENTRE, VALUES, flat
from tests.rendering.letters import draft as letter
from tests.rendering.letters import paragraph
from tests.rules.generated import EXTRAS, LITERALS, Made, Piece, articles, as_html, as_markdown, as_text

FORMATS = {"txt": as_text, "html": as_html, "md": as_markdown}
# An example is a whole article compiled and rendered: fewer of them, each worth more.
MANY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def compiled(made: Made, ending: str) -> tuple[Article, SeriesDraft]:
    article = read(FORMATS[ending](made).encode("utf-8"), f"article.{ending}")
    return article, compile_series(article)


def authored(draft: SeriesDraft) -> str:
    """All the author's words in the emails, without white space."""
    blocks = (block for email in draft.emails for block in email.blocks if not block.slot)
    return flat("".join(text for block in blocks for text in invariants.texts(block)))


@pytest.mark.parametrize("ending", FORMATS)
@given(made=articles())
@MANY
def test_every_sentence_of_a_sound_article_stands_once_and_in_order(ending: str, made: Made) -> None:
    _, draft = compiled(made, ending)
    whole, at = authored(draft), 0
    for sentence in made.sentences():
        words = flat(sentence)
        found = whole.find(words, at)
        assert found >= 0, (sentence, [d for d in draft.dropped if flat(d.line) in words or words in flat(d.line)])
        at = found + len(words)
        assert whole.count(words) == 1, sentence


@pytest.mark.parametrize("ending", FORMATS)
@given(made=articles())
@MANY
def test_what_is_left_out_is_no_sentence_of_the_body(ending: str, made: Made) -> None:
    _, draft = compiled(made, ending)
    body = {flat(sentence) for sentence in made.sentences()}
    for dropped in draft.dropped:
        assert flat(dropped.line) not in body, dropped
        assert not any(sentence in flat(dropped.line) for sentence in body), dropped


@pytest.mark.parametrize("ending", FORMATS)
@given(made=articles())
@MANY
def test_nothing_is_invented_and_everything_is_sent_as_written(ending: str, made: Made) -> None:
    article, draft = compiled(made, ending)
    invariants.places_every_sentence_once(article, draft)
    invariants.invents_nothing(draft, FORMATS[ending](made).replace("\\", ""))
    invariants.prints_as_json(draft, [invariants.renders_safely(email, len(draft.emails)) for email in draft.emails])
    invariants.sends_every_tip(draft)


@pytest.mark.parametrize("ending", FORMATS)
@given(made=articles())
@MANY
def test_a_cited_sentence_keeps_its_source_in_its_email(ending: str, made: Made) -> None:
    _, draft = compiled(made, ending)
    for _, pieces in made.sections:
        for piece in pieces:
            if piece.cites:
                email = next(e for e in draft.emails if flat(piece.sentences[-1]) in _words_of(e))
                assert flat(made.sources[piece.cites - 1]) in flat("".join(c.text for c in email.citations)), piece


def _words_of(email: object) -> str:
    return flat("".join(t for b in getattr(email, "blocks", ()) if not b.slot for t in invariants.texts(b)))


@pytest.mark.parametrize("literal", [*LITERALS, *EXTRAS])
@pytest.mark.parametrize("ending", FORMATS)
def test_what_means_something_to_a_program_arrives_as_text(ending: str, literal: str) -> None:
    words = f"Write the card with {literal} in your own hand before you go home."
    made = Made("Cards for Your Wallet", (("", (_paragraph(words),)),), (), furniture=False)
    _, draft = compiled(made, ending)
    email = draft.emails[0]
    form = rendering.compile_email(email, organisation=CENTRE, total=1)
    values = VALUES | {"preheader": email.preheader, "subject": email.subject}
    html, text = form.html, form.text
    for mark, value in form.substitutions(values).items():  # as the provider does it: literally, everywhere
        html, text = html.replace(mark, value), text.replace(mark, value)
    assert flat(words) in flat(text)
    assert flat(words) in flat(_visible(html))
    assert literal not in form.substitutions(values)
    sent = rendering.compile_text(words, organisation=CENTRE, first=True)
    assert sms.fold(literal) in sent or sms.fold(words) in sent


def _paragraph(words: str) -> Piece:
    return Piece(
        "paragraph", (words, "Show it to the nurse before anything else is done.", "Keep a second one in a drawer.")
    )


def _visible(page: str) -> str:
    return "".join(lxml.html.document_fromstring(page.encode("utf-8")).find("body").itertext())


@given(text=st.text(min_size=1, max_size=300), name=st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_words_at_all_are_text_in_an_email_and_never_meet_a_slot(text: str, name: str) -> None:
    email = letter(paragraph(f"a{text}b"))
    form = rendering.compile_email(email, organisation=CENTRE, total=2)
    values = VALUES | {"preheader": "p", "subject": "s", "greeting": name}
    filled = rendering.fill(form, values)
    html, plain = form.html, form.text
    for mark, value in form.substitutions(values).items():
        html, plain = html.replace(mark, value), plain.replace(mark, value)
    assert (html, plain) == (filled.html, filled.text)
    tags = re.findall(r"<[a-zA-Z!/][^>]*>", html)
    bare = rendering.fill(
        rendering.compile_email(letter(paragraph("ab")), organisation=CENTRE, total=2), values | {"greeting": ""}
    )
    assert len(tags) == len(re.findall(r"<[a-zA-Z!/][^>]*>", bare.html))
