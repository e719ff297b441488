"""Whole pages copied as text: mastheads, mails, pulled quotations, takeaways, lists that lost their marks."""

import pytest

from outreach.rules.readers.wrapping import unwrap
from tests.rules.articles import headings, lists, read_text, texts

CALM = "Most people sleep better when the evening is quiet and the room is dark. A warm drink may help as well."
WALK = "A short walk after dinner helps the body to settle down. It does not have to be far to be useful."
CALL = "Somebody answers the phone all night. Call Alder House at 229-555-0104 and ask for the night nurse."


def page(*blocks: str) -> str:
    return "\n\n".join(blocks)


@pytest.mark.parametrize(
    "above",
    [
        "Alder House",
        "ALDER HOUSE",
        "Home / Library / Evenings",
        "Home\n\nAlder House\n\nDonate",
        "Alder House Inc.",
    ],
    ids=["masthead", "capitals", "breadcrumb", "menu", "legal form"],
)
def test_the_title_is_not_the_masthead_above_it(above: str) -> None:
    article = read_text(page(above, "Quiet Nights Without a Drink", CALM, "A Little Air", WALK, CALL))
    assert article.title == "Quiet Nights Without a Drink"
    assert article.organisation in ("Alder House", None if "/" in above else "Alder House")
    assert headings(article) == ["A Little Air"]


@pytest.mark.parametrize(
    "below", ["By Ines Calloway", "March 3, 2025", "5 min read", "Medically reviewed by A. Person, MD"]
)
def test_the_title_stands_above_its_byline_or_date(below: str) -> None:
    article = read_text(page("Alder Valley Wellness", "What the Dark Is For", below, CALM, "A Little Air", WALK))
    assert article.title == "What the Dark Is For"


def test_a_masthead_that_comes_again_at_the_end_leaves() -> None:
    article = read_text(
        page("Alder House", "Quiet Nights", CALM, "A Little Air", WALK, CALL, "Alder House, Inc.", "Page 2")
    )
    assert "Alder House, Inc." not in texts(article)
    assert article.organisation == "Alder House"


def test_the_organisation_is_named_as_the_text_names_it() -> None:
    article = read_text(page("Alder House Society", "Quiet Nights", CALM, "A Little Air", WALK, CALL))
    assert article.organisation == "Alder House"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "From: Tam Okafor\nSubject: a draft for March\n\nHi Jo, here is the piece. Is it long enough?\n\nQuiet Nights",
            "Quiet Nights",
        ),
        ("Subject: Quiet Nights\n\nHi all,", "Quiet Nights"),
        ("Hi Jo,\n\nHere is the draft we spoke about on the phone.\n\nQuiet Nights", "Quiet Nights"),
        ("Para: Jo\nAsunto: borrador\n\nHola Jo, aquí va el texto de marzo.\n\nQuiet Nights", "Quiet Nights"),
    ],
    ids=["header and note", "subject is the title", "note alone", "Spanish"],
)  # fmt: skip
def test_an_article_sent_as_a_mail_is_read_without_the_mail(head: str, title: str) -> None:
    article = read_text(page(head, CALM, "A Little Air", WALK, "Thanks!\nTam\nSent from my phone"))
    assert article.title == title
    assert headings(article) == ["A Little Air"]
    assert texts(article) == [s for block in (CALM, WALK) for s in texts(read_text(page("T", block)))]
    assert {"head of a mail", "sign-off of a mail"} >= {d.reason for d in article.dropped if "mail" in d.reason}


def test_an_article_that_opens_like_a_letter_is_kept() -> None:
    article = read_text(page("Dear Mom,", "I am writing because the last year was hard for both of us. " + CALM, WALK))
    assert any(t.startswith("I am writing") for t in texts(article))


@pytest.mark.parametrize(
    "pulled",
    ["“Most people sleep better when the evening is quiet”", "Most people sleep better when the evening is quiet."],
    ids=["in quotation marks", "bare"],
)
def test_a_quotation_pulled_out_of_the_text_is_kept_once(pulled: str) -> None:
    article = read_text(page("Quiet Nights", CALM, pulled, WALK))
    assert sum("evening is quiet" in t for t in texts(article)) == 1
    assert [d.reason for d in article.dropped if "evening is quiet" in d.line] == ["repeats the text"]


def test_takeaways_that_repeat_the_text_leave_and_others_stay_under_their_heading() -> None:
    article = read_text(
        page(
            "Quiet Nights",
            "Key Takeaways",
            "• A warm drink may help as well.\n• It does not have to be far to be useful.\n• Nobody sleeps well every night.",
            CALM,
            "A Little Air",
            WALK,
        )
    )
    assert headings(article) == ["Key Takeaways", "A Little Air"]
    assert sum("warm drink" in t for t in texts(article)) == 1
    assert "Nobody sleeps well every night." in texts(article)


def test_a_list_with_one_item_that_the_text_uses_again_stays_whole() -> None:
    article = read_text(
        page("Quiet Nights", CALM, "Try:", "• a glass of warm milk\n• a dull book\n• slow breath",
             "Why a glass of warm milk? It is dull.")
    )  # fmt: skip
    assert len(lists(article)[0].items) == 3


def test_lines_with_labels_that_lost_their_bullets_are_a_list() -> None:
    article = read_text(
        page("Quiet Nights", CALM + " What a night can hold:",
             "Food: a light supper, early.\nLight: one lamp.\nNoise: none at all.", WALK)
    )  # fmt: skip
    assert [item.label for item in lists(article)[0].items] == [len("Food: "), len("Light: "), len("Noise: ")]


def test_lead_ins_without_a_colon_are_no_headings() -> None:
    article = read_text(
        page("Quiet nights in a dark room", "What helps at night", CALM, "Some things that deserve a try are",
             "• warm milk\n• a dull book", "More air in the room", WALK)
    )  # fmt: skip
    assert headings(article) == ["What helps at night", "More air in the room"]
    assert "Some things that deserve a try are" in texts(article)


def test_lines_in_sentence_case_that_end_in_a_colon_head_their_paragraphs() -> None:
    article = read_text(page("Quiet Nights", CALM, "Before you go to bed:", WALK, "When you wake up at three:", CALL))
    assert headings(article) == ["Before you go to bed", "When you wake up at three"]


def test_what_a_person_says_is_introduced_and_not_headed() -> None:
    article = read_text(
        page("Quiet Nights", CALM, "What one father told us:", "“I sat on the porch until it was light,” he said.")
    )
    assert headings(article) == []


def test_a_section_may_open_with_a_question_as_its_subheading() -> None:
    article = read_text(
        page("Quiet Nights", CALM, "A Little Air", WALK, "Frequently Asked Questions",
             "How far should I walk?", WALK.replace("short", "slow"))
    )  # fmt: skip
    assert headings(article) == ["A Little Air", "Frequently Asked Questions", "How far should I walk?"]


def test_a_paragraph_about_people_is_no_picture_text() -> None:
    told = "People with a long night behind them are slow in the morning. They may want"
    article = read_text(page("Quiet Nights", CALM, told, "• coffee\n• a walk\n• nobody to talk to"))
    assert "They may want" in texts(article)


@pytest.mark.parametrize(
    "tail",
    [
        "MOST READ\n1. Flood maps redrawn\n2. A bakery turns 100",
        "Comments (12)\n\nWhat a hopeful story to read with my coffee this morning.",
        "Enjoyed this? Get one good email a week.\nYour email",
        "Was this page helpful? Yes No",
        "This page is not a substitute for professional medical advice.",
        "Ines Calloway covers sleep and health for the Alder Journal.",
    ],
    ids=["most read", "comments", "newsletter", "helpful", "disclaimer", "author"],
)
def test_what_follows_the_article_leaves(tail: str) -> None:
    article = read_text(page("Quiet Nights", "By Ines Calloway", CALM, "A Little Air", WALK, CALL, tail))
    assert texts(article)[-1].startswith("Call Alder House")
    assert headings(article) == ["A Little Air"]


def test_notes_without_a_heading_are_found_above_a_count_of_comments() -> None:
    article = read_text(
        page("Quiet Nights", CALM + "[1]", "A Little Air", WALK + "[2]", CALL,
             "[1] Sleep Office. Nights.\n[2] Walk Office. Steps.", "2 Comments", "Dolores says:", "Thank you for this.")
    )  # fmt: skip
    assert [c.text for c in article.citations] == ["Sleep Office. Nights.", "Walk Office. Steps."]


def test_a_sentence_in_capitals_that_fills_its_line_goes_on() -> None:
    lines = [
        "NEVER TAKE THE TABLETS TOGETHER WITH ALCOHOL OR WITH ANY OTHER",
        "MEDICINE FOR SLEEP. Together they slow the breath, and nobody may be",
        "there to notice it in time. Ask your pharmacist about all of them.",
    ]
    assert unwrap(lines) == [" ".join(lines)]


@pytest.mark.parametrize(
    "banner",
    [
        "Get Help Today\n\nOur admissions team is available now. Call 229-555-0104.",
        "Call 229-555-0104 now for a free and confidential talk.",
        "Ready to Start?\n\nOur specialists check your insurance free of charge today.",
        "¿Necesita ayuda hoy?\n\nLlame al 229-555-0104, gratis y confidencial, las 24 horas.",
    ],
    ids=["heading and call", "one line", "insurance", "Spanish"],
)
def test_an_advertisement_between_two_sections_leaves(banner: str) -> None:
    article = read_text(page("Quiet Nights", CALM, banner, "A Little Air", WALK, "Talk to Somebody", CALL))
    assert headings(article) == ["A Little Air", "Talk to Somebody"]
    assert not any("free" in t or "gratis" in t or "admissions" in t for t in texts(article))


def test_a_number_that_stands_in_one_place_only_stays() -> None:
    asks = "Call 229-555-0177 now, day or night, for free and confidential help."
    article = read_text(page("Quiet Nights", CALM, asks, "A Little Air", WALK, "Talk to Somebody", CALL))
    assert asks in texts(article)


def test_running_heads_leave_wherever_they_stand() -> None:
    article = read_text(
        page("Alder County Hospital", "Quiet Nights at Home", CALM, "Alder County Hospital  Page 2",
             "Quiet Nights at Home", "A Little Air", WALK)
    )  # fmt: skip
    assert (article.title, headings(article)) == ("Quiet Nights at Home", ["A Little Air"])


def test_headings_without_capitals_are_headings_when_the_page_writes_them_so() -> None:
    article = read_text(
        page(
            "what the dark is for", "why it gets loud", CALM, "what helps a little", WALK, "whom to call at night", CALL
        )
    )
    assert headings(article) == ["why it gets loud", "what helps a little", "whom to call at night"]


@pytest.mark.parametrize("mark", ["→", "☐", "[ ]", "➤"])
def test_arrows_and_boxes_open_items(mark: str) -> None:
    article = read_text(page("Quiet Nights", CALM, "Tonight:", f"{mark} warm milk\n{mark} a dull book", WALK))
    assert [i.sentences[0].text for i in lists(article)[0].items] == ["warm milk", "a dull book"]


def test_what_is_said_between_guillemets_is_no_link() -> None:
    article = read_text(
        page("Noches tranquilas", CALM, "«No puedo dormir».", "Lo dijo mi padre, y nadie supo qué hacer.", WALK)
    )
    assert "«No puedo dormir»." in texts(article)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["Alder County Hospital                               Patient Education",
          "Living With a Machine That Helps You Breathe"], False),
        (["Half of all of the people who are asked say that they sleep badly now.",
          "(2) Many of them never told a doctor about it."], True),
        (["(1) Half of the people who are asked say that they sleep so badly now.",
          "(2) Many of them never told a doctor about it."], False),
        (["Quiet Nights at Home, and What to Do When They Do Not Come", "=" * 58], False),
        (["You can reach the night nurse in the house on the hill by phone (ext.",
          "22) or walk over to her door at any hour of the night."], True),
        (["Each of these helps somebody, and none of them helps everybody always:",
          "2. Walk around the house, and count the steps."], False),
    ],
    ids=["columns", "a marker torn off", "notes", "a rule", "an extension", "a list"],
)  # fmt: skip
def test_what_a_hard_break_parts(lines: list[str], joined: bool) -> None:
    """Behind three full lines, which tell the width of the page."""
    above = [
        "The evening is long for most people, and the night is longer yet. What",
        "helps one of them may keep the next one awake, so try things one at a",
        "time, and write down in the morning what you did and how it had gone.",
        "",
    ]
    assert (len(unwrap([*above, *lines])) == len(unwrap(above)) + 1) is joined


def test_a_first_heading_may_hold_a_year() -> None:
    article = read_text(page("Quiet Nights at Home", "What Changed in 2024", CALM, "A Little Air", WALK))
    assert headings(article) == ["What Changed in 2024", "A Little Air"]


@pytest.mark.parametrize(
    "line",
    [
        "- 3 -",
        "[Infographic: a night in hours]",
        "Client Handout No. 7",
        "Hoja informativa para pacientes",
        "A father sits on the edge of a bed in a dark room, holding a child",
    ],
    ids=["page number", "bracketed picture", "hand-out", "Spanish hand-out", "scene"],
)
def test_what_is_printed_around_a_text_is_not_the_text(line: str) -> None:
    article = read_text(page(line, "Quiet Nights at Home", CALM, line, "A Little Air", WALK))
    assert (article.title, headings(article)) == ("Quiet Nights at Home", ["A Little Air"])
    assert line not in texts(article) and not lists(article)


@pytest.mark.parametrize("title", ["El alcohol y su salud", "Mental Health at Night", "Group Therapy and Your Nights"])
def test_a_title_may_hold_the_words_of_a_house(title: str) -> None:
    article = read_text(
        page("Alder Valley", title, CALM.replace("sleep", "sleep and mental health, alcohol or group nights,"), WALK)
    )
    assert article.title == title


def test_opening_hours_and_the_address_at_the_end_leave() -> None:
    where = "Alder House\n9 Market Street, Suite 300\nMonday – Friday: 8:30 a.m. – 5:00 p.m.\nSaturday: Closed"
    article = read_text(page("Alder House", "Quiet Nights at Home", CALM, "A Little Air", WALK, CALL, where))
    assert texts(article)[-1].startswith("Call Alder House")


def test_a_long_question_somebody_asks_is_no_heading() -> None:
    asked = "“Which of the lamps in this room would you keep if you could keep three?”"
    article = read_text(page("Quiet Nights at Home", CALM, "Words That Help", WALK, asked, "A Little Air", CALL))
    assert headings(article) == ["Words That Help", "A Little Air"] and asked in texts(article)


def test_a_menu_names_nobody_while_a_masthead_does() -> None:
    article = read_text(
        page(
            "Find Care  Learn  Give", "Larkspur Wellness Collective", "Quiet Nights at Home", CALM, "A Little Air", WALK
        )
    )
    assert article.organisation == "Larkspur Wellness Collective"


def test_a_quiz_between_two_sections_heads_nothing() -> None:
    article = read_text(
        page("Quiet Nights at Home", CALM, "Take our 2-minute quiz: How do you sleep?", "A Little Air", WALK)
    )
    assert headings(article) == ["A Little Air"]
