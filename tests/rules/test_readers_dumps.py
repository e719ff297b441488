"""What a page dump mixes into its text: boxes between the sections, decks, banners, takeaways, markers that lead nowhere."""

import pytest

from outreach.rules.compiler import compile_series
from outreach.rules.readers import read
from tests.rules.articles import cited, headings, lists, read_text, texts

FILLER = (
    "The brain is an organ that needs rest, food and company to work well every day. "
    "A calm evening helps most people to sleep through the night."
)
BOX = ("Related Articles", "Five Myths About Sleep")


def page(*blocks: str) -> str:
    return "\n\n".join(blocks)


@pytest.mark.parametrize("marker", ["2", "[2]", "²", " (2)", "1,2"])
def test_a_lead_in_with_a_marker_keeps_its_list(marker: str) -> None:
    article = read_text(
        page("The Brain at Rest", FILLER + " Rest helps.[1]", f"Call 911 if any of these appear:{marker}",
             "• A seizure\n• A high fever", FILLER.replace("brain", "body"), "Sources", "1. A. 2020.\n2. B. 2021.")
    )  # fmt: skip
    assert [i.sentences[0].text for i in lists(article)[0].items] == ["A seizure", "A high fever"]
    assert cited(article)["Call 911 if any of these appear:"][-1] == "2"


def test_a_line_that_says_when_to_call_911_is_no_banner() -> None:
    article = read_text(
        page("The Brain at Rest", FILLER, "Call 911 if you see", "• A seizure\n• A high fever", FILLER[:80])
    )
    assert "Call 911 if you see" in (*texts(article), *headings(article))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("In This Guide\nDeep Sleep\nNight Light\nAsk for Help",), ()),
        ((), ("Sources", "1. Sleep Institute. The Mended Brain, 2019.")),
    ],
    ids=["named in the contents", "before the sources"],
)
def test_the_article_goes_on_behind_a_box_of_related_posts(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    body = ("Deep Sleep", FILLER * 3, *BOX, "Night Light", FILLER.replace("brain", "eye"),
            "Ask for Help", "Our house is open at night. Call 404-555-0101 and ask for a bed.")  # fmt: skip
    article = read_text(page("The Brain at Rest", *before, FILLER, *body, *after))
    assert headings(article)[-2:] == ["Night Light", "Ask for Help"]
    assert not any("Myths" in t for t in (*texts(article), *headings(article)))


def test_teasers_behind_a_box_of_related_posts_are_not_the_article() -> None:
    teasers = ("Five Shoes We Like", "Fit matters more than you think.", "A Walk in Town", "We tried nine routes.")
    article = read_text(page("The Brain at Rest", FILLER, "Deep Sleep", FILLER * 2, BOX[0], *teasers))
    assert headings(article) == ["Deep Sleep"]


def test_a_deck_below_a_short_title_is_no_title() -> None:
    deck = "How to keep take-home medicine and other tablets away from children, visitors and pets at home"
    body = "Storing a tablet safely takes a box. " + FILLER
    article = read_text(page("An official website of Marrow County", "Safe Storage", deck, body, "Where", FILLER))
    assert article.title == "Safe Storage"


def test_takeaways_give_way_to_the_paragraph_that_says_the_same() -> None:
    said = "You did not cause it and you can still make a difference."
    article = read_text(page("The Brain at Rest", "Key Takeaways", f"• {said}", FILLER, said, "Sleep", FILLER[:78]))
    assert texts(article).count(said) == 1 and texts(article).index(said) > 0
    assert "Key Takeaways" not in headings(article)


@pytest.mark.parametrize(
    "line",
    [
        "View this email in your browser", "You are receiving this because you came to our house.", "Unsubscribe",
        "Next month: sleep without pills", "Stonebridge House does not share your address with anyone.",
    ],
)  # fmt: skip
def test_what_a_letter_to_subscribers_prints_around_its_text_leaves(line: str) -> None:
    article = read_text(page("The Brain at Rest", FILLER, "A Better Evening", FILLER.replace("brain", "body"), line))
    assert line not in texts(article) and line not in headings(article)


def test_advice_in_the_words_of_a_mailing_stays() -> None:
    for said in (
        "Unsubscribe from every casino letter today.",
        "Do not share your address with anyone you met online.",
    ):
        assert said in texts(
            read_text(page("The Brain at Rest", FILLER, "A Better Evening", FILLER.replace("brain", "body"), said))
        )


def test_a_heading_in_the_contents_names_no_organisation() -> None:
    article = read_text(
        page("In This Guide\nWhy Deep Sleep Is Gold\nNight Light\nAsk for Help", "The Brain at Rest", FILLER,
             "Why Deep Sleep Is Gold", FILLER, "Night Light", FILLER, "Ask for Help", FILLER,
             "© 2025 Harbor Light House. All rights reserved.")
    )  # fmt: skip
    assert article.organisation == "Harbor Light House"


@pytest.mark.parametrize(
    ("closing", "who"),
    [
        ("Call Pine Ridge Wellness at 404-555-0101 to begin.", "Pine Ridge Wellness"),
        ("Call Harbor House at 404-555-0101 to begin.", "Harbor House"),
        ("Llame a la Clínica Los Álamos al 404-555-0101 hoy.", "Clínica Los Álamos"),
        ("Reach a coach at Larkin Family Services, (612) 555-0170.", "Larkin Family Services"),
        ("The Anchor Point Housing Alliance has visited each of the houses.", "Anchor Point Housing Alliance"),
        ("En el Centro Familiar Los Álamos atendemos a toda la familia.", "Centro Familiar Los Álamos"),
        ("Our Bridge Clinic sees people until four in the afternoon.", None),
        ("Call Dana Whitlock at 404-555-0101 to begin.", None),
        ("Call Poison Control Center at 1-800-222-1222 at any hour.", None),
    ],
)
def test_the_house_may_be_named_only_where_it_asks_to_be_called(closing: str, who: str | None) -> None:
    assert read_text(page("The Brain at Rest", FILLER, "A Better Evening", FILLER, closing)).organisation == who


def html(body: str, title: str = "Fenwick Middle School - Counseling Corner") -> bytes:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def test_a_masthead_that_links_home_is_no_title() -> None:
    body = (
        "<div><h1><a href='/'>Fenwick Middle School</a></h1></div><div><h2 class='fsTitle'>Your Teenager Is Tired</h2>"
        f"<p>{FILLER}</p><h3>How much is enough</h3><p>{FILLER.replace('brain', 'body')}</p></div>"
    )
    assert read(html(body), "page.html").title == "Your Teenager Is Tired"


def test_a_marker_whose_link_leads_nowhere_names_the_note_by_its_number() -> None:
    body = (
        f"<article><h1>The Brain at Rest</h1><p>{FILLER} Rest helps.<sup><a href='#fn-1'>1</a></sup></p><h2>Sleep</h2>"
        f"<p>{FILLER.replace('brain', 'body')}</p><p><b>References</b></p><p>1. Sleep Institute. Rest, 2019.<br>"
        "2. Night Office. Sleep, 2020.</p></article>"
    )
    assert cited(read(html(body, "The Brain at Rest"), "page.html"))["Rest helps."] == ("1",)


def test_a_national_helpline_never_bears_the_name_of_the_house() -> None:
    text = page("The Brain at Rest", f"At Harbor House, we know. {FILLER}", "Ask for Help", FILLER * 3,
                "The national helpline, 1-800-GAMBLER, is open all night.")  # fmt: skip
    alone = compile_series(read(text.encode(), "a.txt"))
    assert {e.cta.label for e in alone.emails if e.cta} == {"Call 1-800-GAMBLER"}
    both = compile_series(read((text + "\n\nCall Harbor House at 404-555-0101 to join us.").encode(), "a.txt"))
    assert {e.cta.value for e in both.emails if e.cta} == {"404-555-0101"}


def test_a_sentence_is_no_title_and_a_short_lead_in_stays_with_its_list() -> None:
    article = read_text(
        page("A Guide to Brain and Sleep", "The walk at dawn helps.", "Here is what helps:",
             "- The walk at dawn with a friend.\n- The walk at noon in the sun.\n- The rest of a calm, long evening.")
    )  # fmt: skip
    assert article.title == "A Guide to Brain and Sleep"
    assert "Here is what helps:" in texts(article)
