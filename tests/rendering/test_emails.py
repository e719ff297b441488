"""What every email holds: two parts, a footer the law asks for, and nothing from anyone else's host."""

import re
from urllib.parse import urlsplit

import pytest

from outreach import rendering
from outreach.rules.draft import Block, EmailDraft, ListItem, Run, email_from_dict, email_to_dict
from tests.rendering.letters import (
    HOPE_BRIDGE,
    OUR_HOST,
    bare,
    compiled,
    draft,
    flat,
    one_of_each,
    paragraph,
    runs,
    see,
    values,
)

FOOTERS = [
    pytest.param(
        "en",
        [
            "Unsubscribe",
            "Choose what you get",
            "Read online",
            "because you signed up",
            "part 2 of 4",
        ],
        id="English",
    ),
    pytest.param(
        "es",
        [
            "Darse de baja",
            "Elegir qué recibir",
            "Leer en línea",
            "porque se suscribió",
            "parte 2 de 4",
        ],
        id="Spanish",
    ),
]


@pytest.mark.parametrize(("language", "words"), FOOTERS)
def test_every_part_of_the_footer_is_in_html_and_in_text(language: str, words: list[str]) -> None:
    email = compiled(draft(language=language))
    filled = rendering.fill(email, values(email))
    seen = see(filled.html)
    for part in [*words, HOPE_BRIDGE.name, "PO Box 555", "Atlanta, GA 30303"]:
        assert part in seen.words, part
        assert part in flat(filled.text), part
    for url in (f"{OUR_HOST}/u/AAAA/", f"{OUR_HOST}/p/BBBB/", f"{OUR_HOST}/r/CCCC/"):
        assert url in seen.links
        assert url in filled.text.split()


def test_a_series_of_one_email_is_no_part_of_anything() -> None:
    email = compiled(draft(), total=1)
    assert "part 2 of" not in see(email.html).words + email.text


def test_both_parts_are_always_there_and_say_the_same() -> None:
    blocks = one_of_each("Rest mends the brain.")
    email = compiled(draft(*blocks))
    assert see(email.html).words.count("Rest mends the brain.") == flat(email.text).count("Rest mends the brain.")


def test_an_empty_draft_still_has_both_parts_and_its_footer() -> None:
    empty = EmailDraft(
        number=1, subject="a", subject_discreet="b", preheader="", preheader_discreet="", blocks=(), language="en"
    )
    email = compiled(empty)
    filled = rendering.fill(email, values(email, greeting=""))
    assert "Unsubscribe" in filled.text and "Unsubscribe" in filled.html


@pytest.mark.parametrize(
    ("language", "danger", "crisis"),
    [
        ("en", "in danger: call 911", "call or text 988"),
        ("es", "en peligro: llame al 911", "llame o envíe un mensaje de texto al 988"),
    ],
)
def test_lifelines_stand_in_both_parts_when_the_email_speaks_of_danger(language: str, danger: str, crisis: str) -> None:
    email = compiled(draft(lifelines=True, language=language))
    for words in (see(email.html).words, flat(email.text)):
        assert danger in words and crisis in words
    assert {"tel:911", "tel:988", "sms:988"} <= set(see(email.html).links)
    text, html = bare(draft(lifelines=True, language=language))
    assert "988" not in text, "the body alone is the article's"
    assert "988" in html


def test_without_danger_no_crisis_lines_frighten_anyone() -> None:
    email = compiled(draft())
    assert "988" not in email.html + email.text


def test_nothing_is_fetched_and_no_host_but_ours_and_the_authors_is_named() -> None:
    email = compiled(draft(*one_of_each("Sleep", link="https://author.example.net/read"), lifelines=True))
    filled = rendering.fill(email, values(email))
    seen = see(filled.html)
    assert {"img", "link", "script", "iframe", "object", "video", "form", "base"}.isdisjoint(seen.tags)
    assert not [name for _, name, _ in seen.attributes if name in ("src", "srcset", "background", "action")]
    assert not re.search(r"url\(|@import|@font-face|expression\(", filled.html)
    named = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s\"'<>]+", filled.html + filled.text)}
    # w3.org is the name of the HTML namespace; no program fetches it
    assert named == {"www.w3.org", "outreach.example.org", "author.example.net", "example.org"}


def test_the_document_says_its_language_direction_and_that_it_knows_the_dark() -> None:
    email = compiled(draft(language="es"))
    assert '<html lang="es" dir="ltr"' in email.html
    assert '<meta name="color-scheme" content="light dark">' in email.html
    assert "prefers-color-scheme: dark" in email.html


def test_right_to_left_text_runs_right_to_left_under_a_footer_that_does_not() -> None:
    blocks = (Block(kind="paragraph", runs=runs("النوم يساعد الدماغ"), dir="rtl"),)
    email = compiled(draft(*blocks, language="ar"))
    assert '<html lang="ar" dir="rtl"' in email.html
    assert re.search(r'<p[^>]*dir="rtl"[^>]*>النوم', email.html)
    assert re.search(r'<div lang="en" dir="ltr"[^>]*>\s*<p class="foot-brand"', email.html)


def test_styles_are_inlined_and_media_queries_kept() -> None:
    email = compiled(draft())
    assert re.search(r'<p class="paragraph" style="[^"]*margin: 16px 0 0', email.html)
    assert "@media only screen and (max-width: 480px)" in email.html


def test_the_preheader_comes_first_unseen_and_padded() -> None:
    email = compiled(draft())
    words = see(rendering.fill(email, values(email)).html).words
    assert words.startswith(email.preheader + "\u034f")
    hidden = email.html[email.html.index("<body") :]
    assert hidden.index("display:none") < hidden.index("preheader-") < hidden.index("brand-")


LETTER = draft(
    Block(kind="part", runs=runs("Part 2 of 4"), slot=True),
    Block(kind="recap", runs=runs("Last time: rest."), slot=True),
    Block(kind="heading", runs=runs("What Helps")),
    Block(
        kind="paragraph",
        runs=(
            Run("Most people sleep badly in the first weeks."),
            Run("[1]", ref=1),
            Run(" That is common, and it gets better with a steady hour for bed and a "),
            Run("quiet room", url="https://example.org/room"),
            Run("."),
        ),
    ),
    Block(
        kind="list",
        items=(
            ListItem(
                (
                    Run("Light", strong=True),
                    Run(" – Bright mornings and dim evenings set the clock that the body keeps."),
                ),
                children=(
                    ListItem(runs("Open the curtains.")),
                    ListItem(runs("Go out.")),
                ),
                ordered=True,
            ),
            ListItem(runs("Meals – Eat at the same hours.")),
        ),
    ),
    Block(kind="quote", runs=runs("It took a month. Then I slept."), by="Bob"),
    Block(kind="paragraph", runs=runs("Call 770-555-0143 to talk.")),
    Block(kind="cta", runs=runs("Call 770-555-0143"), url="tel:+17705550143", said=True, slot=True),
    Block(kind="bridge", runs=runs("Next time: food."), slot=True),
    Block(
        kind="sources",
        runs=runs("Sources"),
        slot=True,
        items=(ListItem((Run("[1]", ref=1), Run(" Sleep Institute", url="https://example.org/sleep"))),),
    ),
)
AS_SENT = """\
Part 2 of 4

Last time: rest.


What Helps

Most people sleep badly in the first weeks.[1] That is common, and it gets
better with a steady hour for bed and a quiet room.
<https://example.org/room>

- Light – Bright mornings and dim evenings set the clock that the body
  keeps.
  1. Open the curtains.
  2. Go out.
- Meals – Eat at the same hours.

    It took a month. Then I slept.
    — Bob

Call 770-555-0143 to talk.

Next time: food.


Sources
[1] Sleep Institute
    <https://example.org/sleep>
"""


def test_the_plain_text_is_a_letter() -> None:
    text, _ = bare(LETTER)
    assert text == AS_SENT


def test_the_body_without_footer_is_the_body_that_is_sent() -> None:
    email = compiled(LETTER)
    text, html = bare(LETTER)
    sent = rendering.fill(email, values(email, greeting=""))
    assert sent.text.startswith(text)
    assert sent.text[len(text) :].strip().startswith("-----")
    assert html.startswith("<!DOCTYPE html>") and html.endswith("</html>")
    assert not re.search("-o[0-9a-f]{10}:", html + text)
    for gone in ("PO Box", "Unsubscribe", "Hi "):
        assert gone not in see(html).words
    assert 'href=""' not in html
    assert see(html).words.split("Sources")[0].split("Part 2 of 4")[1] in see(sent.html).words


def test_a_said_call_is_a_button_in_html_only_and_an_unsaid_one_is_in_both() -> None:
    said = Block(kind="cta", runs=runs("Call 770-555-0143"), url="tel:+17705550143", said=True, slot=True)
    unsaid = Block(kind="cta", runs=runs("Sign up now"), url="https://example.org/sign-up", slot=True)
    email = compiled(draft(paragraph("Rest."), said, unsaid))
    assert {"tel:+17705550143", "https://example.org/sign-up"} <= set(see(email.html).links)
    assert "770" not in email.text
    assert "Sign up now\n<https://example.org/sign-up>\n" in email.text


@pytest.mark.parametrize("first", ["cta", "heading", "part", "quote", "sources"])
def test_an_email_may_open_with_any_block(first: str) -> None:
    block = next(block for block in one_of_each("Begin here.") if block.kind == first)
    email = compiled(draft(block, paragraph("Then this.")))
    assert re.search(r"Begin here\..*Then this\.", see(email.html).words)


def test_a_link_whose_words_name_its_target_is_not_written_twice() -> None:
    block = Block(
        kind="paragraph",
        runs=(
            Run("Call "),
            Run("(770) 555-0143", url="tel:+17705550143"),
            Run(", write to "),
            Run("care@example.org", url="mailto:care@example.org"),
            Run(" or see "),
            Run("example.org/help", url="https://www.example.org/help/"),
        ),
    )
    text, _ = bare(draft(block))
    assert text == "Call (770) 555-0143, write to care@example.org or see example.org/help\n"


def test_a_long_address_is_never_broken() -> None:
    url = "https://example.org/" + "long-way-" * 20
    email = compiled(draft(paragraph(f"See {url} for more.")))
    assert url in email.text


def test_a_block_nobody_draws_is_refused_rather_than_lost() -> None:
    stored = email_to_dict(draft())
    stored["blocks"][0]["kind"] = "table"
    with pytest.raises(ValueError, match="table"):
        compiled(email_from_dict(stored))


def test_subject_and_preheader_are_single_lines() -> None:
    """A line break in a subject would end the header and begin another."""
    email = compiled(draft(subject="Sleep\r\nBcc: everyone@example.org"))
    assert email.subject == "Sleep Bcc: everyone@example.org"


def test_an_email_stays_far_below_the_size_at_which_mail_programs_cut() -> None:
    """Gmail hides what comes after 102 kB, and with it the unsubscribe link."""
    email = compiled(draft(*(paragraph("Sleep helps the brain to mend. " * 12) for _ in range(40))))
    assert len(email.html.encode()) < 80_000
