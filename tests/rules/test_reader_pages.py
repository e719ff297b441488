"""Web pages as sites and programs make them: what is the article, what is the page, and that nothing goes unseen."""

import re
import time

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules.article import Article, ArticleRefused, Quote
from outreach.rules.readers import read
from tests.rules.articles import BLOG_PAGE, cited, headings, lists, read_text, section, texts

WALK = "A walk of twenty minutes lifts the mood of most people for the rest of the day, whatever the weather."
TEA = "A cup of tea in the evening is a fine way to end the day, and a page or two of a book goes well with that."
CALL = "Marten House keeps a bench free for you; call 404-555-0136 at any hour of the day to hear more about that."
COOK = "Cooking for two on a Sunday gives the week a shape that many people miss in their first sober months."


def page(body: str, head: str = "<title>Small Steps</title>") -> Article:
    return read_text(f"<html><head>{head}</head><body>{body}</body></html>", "page.html")


def around(middle: str) -> Article:
    """An article with something in its middle."""
    return page(
        f"<main><h1>Small Steps</h1><p>{WALK}</p><p>{COOK}</p>{middle}<h2>In the evening</h2><p>{TEA}</p>"
        f"<p>{CALL}</p></main>"
    )


def reasons(article: Article) -> dict[str, str]:
    return {d.line: d.reason for d in article.dropped}


@pytest.mark.parametrize(
    ("middle", "line", "reason"),
    [
        ('<p style="display: none">Only for printers today.</p>', "Only for printers today.", "hidden"),
        ('<p class="d-none">Only for printers today.</p>', "Only for printers today.", "hidden"),
        ("<button>Open the menu</button>", "Open the menu", "page part: button"),
        ("<form><label>Your name</label><input></form>", "Your name", "page part: form"),
        ("<select><option>Georgia</option></select>", "Georgia", "page part: form"),
        ("<figure><img src=a><figcaption>A bench by a lake.</figcaption></figure>", "A bench by a lake.", "page part: caption"),
        ("<nav><a href=/a>Programs</a></nav>", "Programs", "page part: navigation"),
        ("<div><h3>Stay close</h3><p>One letter a month.</p><input type=email></div>", "One letter a month.", "box with a form"),
        (
            "<div class=x1><h3>Find a bed today</h3><p>We answer in minutes.</p><a class='btn-main' href=/go>Go</a></div>",
            "We answer in minutes.",
            "banner with a button",
        ),
        ("<div class=promo-box><p>Half price in May only.</p></div>", "Half price in May only.", "page part: advert"),
        ("<div class=newsletter-container><p>Write to us soon.</p></div>", "Write to us soon.", "page part: sign-up"),
        ("<a href=/b><div>Another day</div><div>Read how Ann did it.</div></a>", "Read how Ann did it.", "link to another page"),
        ("<aside>Ask for <a href=/p>a leaflet</a> at the desk.</aside>", "Ask for a leaflet at the desk.", "box beside the text"),
        ("<ul><li><a href='#x'>The evening</a></li><li><a href='#y'>The day</a></li></ul>", "The day", "page part: contents"),
        ("<blockquote>gives the week a shape</blockquote>", "gives the week a shape", "pull quote"),
        ("<div class=pullquote>“gives the week a shape”</div>", "“gives the week a shape”", "pull quote"),
    ],
)  # fmt: skip
def test_what_is_no_article_leaves_with_its_reason(middle: str, line: str, reason: str) -> None:
    article = around(middle)
    assert texts(article) == [WALK, COOK, TEA, CALL]
    assert reasons(article)[line] == reason


@pytest.mark.parametrize(
    "middle",
    [
        "<div id=social-anxiety><h2>Social anxiety</h2><p>{}</p></div>",
        "<div class=menu-plan><p>{}</p><p>Eat soup on Mondays and eat beans on all the other days.</p></div>",
        "<aside>{}</aside>",
        "<div class='is-hidden-on-print'><p>{}</p></div>",
        "<div class='hidden md:block'><p>{}</p></div>",
        "<div style='visibility: hidden; animation-name: none'><p>{}</p></div>",
        "<button aria-controls=q1>Why rest?</button><div id=q1 style='display:none'><p>{}</p></div>",
        "<h3><button aria-controls=q1>Why rest?</button></h3><div id=q1 hidden aria-hidden=true><p>{}</p></div>",
        "<ul role=tablist><li><a role=tab href='#q1'>Rest</a></li></ul><div id=q1 style='display:none;'><p>{}</p></div>",
        "<details><summary>Why rest?</summary><p>{}</p></details>",
        "<blockquote>{}</blockquote>",
        "<ul>{}</ul>",
        "<table><tr><td>{}</td></tr></table>",
        "<div class='slide yin bar-options'>{}</div>",
    ],
)
def test_what_only_looks_like_furniture_stays(middle: str) -> None:
    rest = "Rest is a part of the work of healing, and nobody has to earn it first by being busy all of the day long."
    assert rest in texts(around(middle.format(rest)))


@pytest.mark.parametrize(
    ("middle", "heading"),
    [
        ("<h3><button>Why rest?</button></h3><p>{}</p>", "Why rest?"),
        ("<button aria-controls=q1>Why rest?</button><div id=q1><p>{}</p></div>", "Why rest?"),
        ("<details><summary>Why rest?</summary><p>{}</p></details>", "Why rest?"),
        ("<h2>On rest<span class=sr-only> opens below</span></h2><p>{}</p>", "On rest"),
        ("<p class=c9><span class=c1>On rest</span></p><p>{}</p>", "On rest"),
    ],
)
def test_headings_by_other_means(middle: str, heading: str) -> None:
    style = "<style>.c1{color:#000;font-weight:700}</style>"
    rest = "Rest is a part of the work of healing, and nobody has to earn it first by being busy all of the day long."
    article = page(
        f"<main><h1>Small Steps</h1><p>{WALK}</p><h2>By day</h2><p>{COOK}</p>{middle.format(rest)}"
        f"<h2>In the evening</h2><p>{TEA}</p></main>",
        f"<title>Small Steps</title>{style}",
    )
    assert headings(article) == ["By day", heading, "In the evening"]
    assert " opens below" not in " ".join(headings(article))


BOTH = "<title>Small Steps - Marten House</title>"
SITE_FIRST = "<title>Marten House: Small Steps</title>"


@pytest.mark.parametrize(
    ("head", "top", "title", "organisation"),
    [
        (
            "<title>Small Steps :: Marten House</title>",
            "<h1><a href=/>Marten House</a></h1><h1>Small Steps</h1>",
            "Small Steps",
            "Marten House",
        ),
        (BOTH, "<h1>Marten House</h1><h1>Small Steps</h1>", "Small Steps", "Marten House"),
        (SITE_FIRST, "<h3 class=post-title>Small Steps</h3>", "Small Steps", "Marten House"),
        (
            SITE_FIRST,
            "<h1 class=title><a href=/>Marten House</a></h1><h2 class=date-header>Sunday, May 5, 2019</h2>"
            "<h3 class=entry-title>Small Steps</h3>",
            "Small Steps",
            "Marten House",
        ),
        (
            "<title>Marten House</title><meta property=og:title content='Small Steps'>",
            "<div>Small Steps</div>",
            "Small Steps",
            "Marten House",
        ),
        ("<title>Patient Handout</title>", "<p class=MsoTitle>Small Steps</p>", "Small Steps", None),
        (BOTH, "<font size=6><b>Small Steps Every Day</b></font>", "Small Steps Every Day", "Marten House"),
        ("<title>Small Steps</title>", "", "Small Steps", None),
    ],
    ids=["linked masthead", "two h1", "site first", "old blog", "og alone", "Word", "fuller line", "title alone"],
)
def test_the_title_is_the_articles_and_not_the_sites(head: str, top: str, title: str, organisation: str | None) -> None:
    article = page(f"{top}<p>{WALK}</p><h2>By day</h2><p>{COOK}</p><h2>In the evening</h2><p>{TEA}</p>", head)
    assert (article.title, article.organisation) == (title, organisation)
    assert texts(article) == [WALK, COOK, TEA]


def test_section_headings_of_the_first_rank_are_no_title() -> None:
    article = page(
        f"<p><b>Small Steps</b></p><p>{WALK}</p><h1>By day</h1><p>{COOK}</p><h1>In the evening</h1><p>{TEA}</p>",
        "<title>Document1</title>",
    )
    assert (article.title, headings(article)) == ("Small Steps", ["By day", "In the evening"])


@pytest.mark.parametrize(
    ("mark", "notes"),
    [
        ("<sup>a</sup>", "<div><p>a. Walk Survey, 2020.</p></div>"),
        ("<sup>*</sup>", "<details><summary>Sources</summary><p>* Walk Survey, 2020.</p></details>"),
        ("<span style='vertical-align: super'>1</span>", "<h2>Sources</h2><ol><li>Walk Survey, 2020.</li></ol>"),
        ("<span class=c7>1</span>", "<h2>Sources</h2><ol><li>Walk Survey, 2020.</li></ol>"),
        ("<sup><a href='javascript:void(0)'>1</a></sup>", "<h4>References</h4><p>1. Walk Survey, 2020.</p>"),
        ("<sup><a href='#n1'>1</a></sup>", "<div hidden><p id=n1>Walk Survey, 2020.</p></div>"),
        (" [1]", "<h3>Sources</h3><ul><li>[1] Walk Survey, 2020.</li></ul>"),
    ],
    ids=["letter", "star in details", "raised by style", "raised by class", "script link", "hidden note", "brackets"],
)
def test_reference_marks_of_many_makes(mark: str, notes: str) -> None:
    article = page(
        f"<main><h1>Small Steps</h1><p>{WALK}{mark}</p><h2>By day</h2><p>{COOK}</p><h2>In the evening</h2><p>{TEA}</p>"
        f"{notes}</main>",
        "<title>Small Steps</title><style>.c7{vertical-align:super}</style>",
    )
    assert len(cited(article)) == 1 and WALK in cited(article)
    assert [c.text for c in article.citations] == ["Walk Survey, 2020."]


def test_a_table_of_facts_keeps_its_head_and_its_marks() -> None:
    article = around(
        "<table><caption>Table 1</caption><tr><th>Sign</th><th>Time</th></tr><tr><td><p>Poor sleep</p></td>"
        "<td><p>two weeks</p></td></tr></table>"
    )
    rows = [item.sentences[0].text for item in lists(article)[0].items]
    assert rows == ["Sign – Time", "Poor sleep – two weeks"]
    assert reasons(article)["Table 1"] == "page part: caption"


def test_lists_that_follow_each_other_stay_apart() -> None:
    article = around(
        "<ol><li>Wait ten minutes.</li></ol><ol start=2><li>Call a friend.</li></ol>"
        "<ul><li><details><summary>Why call?</summary><p>A voice helps more than a thought.</p></details></li></ul>"
        "<ul><li>Keep a list of names.</li></ul>"
    )
    assert [(b.ordered, len(b.items)) for b in lists(article)] == [(True, 2), (False, 1)]
    assert "Why call?" in headings(article)


def test_data_about_a_page_above_its_text_leaves() -> None:
    facts = "<table><tr><th>Owner</th><td>Kit L.</td></tr><tr><th>Status</th><td>Ready</td></tr></table>"
    points = "<h3>In short</h3><ul><li>Rest well</li><li>Walk daily</li></ul>"
    body = f"<p>{WALK}</p><h2>By day</h2><p>{COOK}</p><h2>In the evening</h2><p>{TEA}</p>"
    article = page(f"<article><h1>Small Steps</h1>{facts}{points}{body}</article>")
    assert reasons(article)["Owner – Kit L."] == "before the text"
    assert texts(article)[:2] == ["Rest well", "Walk daily"]


@pytest.mark.parametrize(
    "quote",
    [
        "<blockquote><p>Nobody heals alone.</p><cite>Ruth, a nurse</cite></blockquote>",
        "<figure><blockquote>Nobody heals alone.</blockquote><figcaption>— Ruth, a nurse</figcaption></figure>",
        "<blockquote>Nobody heals alone.<footer>Ruth, a nurse</footer></blockquote>",
    ],
)
def test_the_speaker_of_a_quotation_is_no_part_of_it(quote: str) -> None:
    article = around(quote)
    found = next(b for s in article.sections for b in s.blocks if isinstance(b, Quote))
    assert ([s.text for s in found.sentences], found.by) == (["Nobody heals alone."], "Ruth, a nurse")


def test_signs_written_as_entities_are_made_plain() -> None:
    article = around(
        "<p>Re&shy;co&shy;very takes&nbsp;time, so call 404&#8209;555&#8209;0136 today&#8203; and rest.</p>"
    )
    assert "Recovery takes time, so call 404-555-0136 today and rest." in texts(article)


def test_links_wrapped_by_other_programs_are_unwrapped() -> None:
    article = around(
        "<p>Read about it on <a href='https://www.google.com/url?q=https://walk.example/a%3Fb&amp;sa=D'>this page</a> or "
        "<a href='https://eu.safelinks.protection.outlook.com/?url=https%3A%2F%2Ftea.example%2F&amp;data=1'>that one</a>.</p>"
    )
    assert {m.url for s in article.sentences() for m in s.marks if m.kind == "link"} == {
        "https://walk.example/a?b",
        "https://tea.example/",
    }


def test_the_element_that_a_page_names_as_its_text_is_trusted() -> None:
    last = "Widgets and bars are words that many extractors take for furniture, yet here they are the article's own."
    article = page(
        f"<div><h1>Small Steps</h1><div class=entry-content><p>{WALK}</p><p>{TEA}</p><p>{COOK}</p>"
        f"<div class='widget bar'><p>{last}</p></div></div><div><p>{CALL}</p></div></div>"
    )
    assert texts(article)[:4] == [WALK, TEA, COOK, last]


def seen(html: str) -> list[str]:
    """The words that a reader of a page could see or unfold."""
    body = lxml.html.document_fromstring(html).find("body")
    for e in list(body.iter("script", "style", "template", "noscript", "svg", "iframe")):
        e.drop_tree()
    return re.findall(r"[^\W\d_]{2,}", " ".join(body.itertext()))


_PIECES = [
    f"<p>{WALK}</p>", f"<h2>By day</h2><p>{TEA}</p>", "<ul>loose<li>One thing</li>stray<li>Two things<p>and more</p></li></ul>",
    "<nav><a href=/a>Programs</a></nav>", "<p hidden>Secret sentence stands here.</p>",
    "<form><label>Name</label><button>Send it</button></form>",
    "<table><caption>Figures</caption><tr><th>Sign</th><th>Time</th></tr><tr><td>Sleep</td><td>Weeks</td></tr></table>",
    "<table><tr><td>Left<p>Middle words</p></td><td>Right</td></tr></table>", "<dl><dt>Term</dt><dd>Meaning of that.</dd></dl>",
    "<figure><img><figcaption>Somebody sits</figcaption></figure>", "<blockquote>Go on.<cite>Ann</cite></blockquote>",
    "<div class=comments><p>Nice text, thank you.</p></div>", "<details><summary>More</summary>Inside it all.</details>",
    "<p>One<br>two<br><br>• three<br>• four</p>", "<dialog>Window words</dialog>", "<span class=sr-only>Spoken only</span>",
    "<fieldset><legend>Legend here</legend></fieldset>", "<select><option>Choice</option></select><textarea>typed</textarea>",
    "<table><tr><td>Left<button>Press</button></td><td>Right</td></tr><tr><td>Low</td><td>High</td></tr></table>",
    "<center><font>Old page</font></center>", "<h3><button>Fold me</button></h3><div>Folded words</div>", "loose words",
    "<a href=/x><h3>Teaser</h3><p>Teaser text</p></a>", "<section class=related><article><h3>Other</h3></article></section>",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=8))
def test_every_word_of_a_page_is_in_the_article_or_in_what_was_left_out(pieces: list[str]) -> None:
    body = f"<h1>Small Steps</h1><p>{COOK}</p>{''.join(pieces)}<p>{CALL}</p>"
    html = f"<html><head><title>Small Steps</title></head><body>{body}</body></html>"
    article = read(html.encode(), "page.html")
    kept = [article.title, *headings(article), *texts(article), *(d.line for d in article.dropped)]
    kept += [b.by or "" for s in article.sections for b in s.blocks if isinstance(b, Quote)]
    kept += [c.text for c in article.citations]
    assert all(d.reason for d in article.dropped)
    known = set(re.findall(r"[^\W\d_]{2,}", " ".join(kept)))
    assert [w for w in seen(html) if w not in known] == []


def test_every_word_of_a_whole_page_is_accounted_for() -> None:
    article = read_text(BLOG_PAGE, "page.html")
    kept = " ".join([article.title, *headings(article), *texts(article), *(d.line for d in article.dropped)])
    kept += " ".join(c.text for c in article.citations) + " Lee a father"
    assert [w for w in seen(BLOG_PAGE) if w not in kept] == []
    assert section(article, "How it works")


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 60_000 + "deep",
        "<div class='a-b-c related x'>" * 240 + "<p>deep words</p>" * 10_000,
        "<b>" * 60_000,
        "<p>" + "<a href=#x>1</a>" * 40_000 + "</p>",
        "".join(f"<p id=x{i} data-a{i}='{i}'>w</p>" for i in range(40_000)),
        "<p " + " ".join(f"a{i}=1" for i in range(80_000)) + ">w</p>",
        "<ul><li>" * 120 + "<li>w</li>" * 20_000,
        "<table><tr><td>" * 80 + "<td>w</td>" * 20_000,
        "<blockquote>a b c</blockquote>" * 20_000,
        "".join(f"<button aria-controls=p{i}>w</button><div id=p{i} hidden><p>w</p></div>" for i in range(8_000)),
    ],
    ids=["deep", "deep and wide", "inline", "links", "ids", "attributes", "lists", "tables", "quotes", "panels"],
)
def test_large_and_deep_pages_take_bounded_time(body: str) -> None:
    start = time.process_time()
    try:
        page(f"<h1>Small Steps</h1><p>{WALK} {TEA} {COOK}</p>{body}")
    except ArticleRefused as refused:  # more words than a series takes
        assert refused.say.endswith(".")
    assert time.process_time() - start < 60
