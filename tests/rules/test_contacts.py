"""Ways to reach somebody: what is a phone, a short code, an address, a page; and which of them is the call to action."""

import pytest

from outreach.rules.article import Article
from outreach.rules.contacts import digits, tel
from tests.rules.articles import read_text

FILLER = (
    "The brain is an organ that needs rest, food and company to work well every day. A calm evening helps most people "
    "to sleep through the night."
)


def article(last: str, middle: str = "") -> Article:
    return read_text(
        f"The Brain at Rest\n\n{FILLER} {middle}\n\nA Better Evening\n\n{FILLER}\n\nTalk to Us\n\n{last}\n"
    )


def primary(found: Article) -> list[tuple[str, str]]:
    return sorted({(c.kind, c.url) for c in found.contacts if c.role == "primary"})


@pytest.mark.parametrize(
    ("text", "value", "url"),
    [
        ("Call 404-555-0101 to talk with us.", "404-555-0101", "tel:+14045550101"),
        ("Call (404) 555-0101 to talk with us.", "(404) 555-0101", "tel:+14045550101"),
        ("Call (404)555-0101 to talk with us.", "(404)555-0101", "tel:+14045550101"),
        ("Call 404.555.0101 to talk with us.", "404.555.0101", "tel:+14045550101"),
        ("Call 404 555 0101 to talk with us.", "404 555 0101", "tel:+14045550101"),
        ("Call 1-404-555-0101 to talk with us.", "1-404-555-0101", "tel:+14045550101"),
        ("Call 1 (404) 555-0101 to talk with us.", "1 (404) 555-0101", "tel:+14045550101"),
        ("Call +1 404 555 0101 to talk with us.", "+1 404 555 0101", "tel:+14045550101"),
        ("Call +1 (404) 555-0101 to talk with us.", "+1 (404) 555-0101", "tel:+14045550101"),
        ("Call +14045550101 to talk with us.", "+14045550101", "tel:+14045550101"),
        ("Call 4045550101 to talk with us.", "4045550101", "tel:+14045550101"),
        ("Call 404–555–0101 to talk with us.", "404–555–0101", "tel:+14045550101"),
        ("Call 404‑555‑0101 to talk with us.", "404-555-0101", "tel:+14045550101"),
        ("Call 404-555-0101, ext. 4, and ask for Kim.", "404-555-0101, ext. 4", "tel:+14045550101"),
        ("Call 404-555-0101 ext. 4 and ask for Kim.", "404-555-0101 ext. 4", "tel:+14045550101"),
        ("Call 404-555-0101 x12 and ask for Kim.", "404-555-0101 x12", "tel:+14045550101"),
        ("Call 404-555-0101 extension 12 and ask.", "404-555-0101 extension 12", "tel:+14045550101"),
        ("Call 1-800-555-HELP and ask for Kim.", "1-800-555-HELP", "tel:+18005554357"),
        ("Call 1-800-555-HELP (4357) and ask for Kim.", "1-800-555-HELP (4357)", "tel:+18005554357"),
        ("Call 800-NEW-LIFE and ask for Kim.", "800-NEW-LIFE", "tel:+18006395433"),
        ("Call 1-888-SOBER-01 and ask for Kim.", "1-888-SOBER-01", "tel:+18887623701"),
        ("Call (800) 555-HELP and ask for Kim.", "(800) 555-HELP", "tel:+18005554357"),
        ("Call 404-555-CARE and ask for Kim.", "404-555-CARE", "tel:+14045552273"),
        ("Call +52 55 5555 0101 from Mexico today.", "+52 55 5555 0101", "tel:+525555550101"),
        ("Call +44 20 7946 0101 from Britain today.", "+44 20 7946 0101", "tel:+442079460101"),
        ("Our desk is at 404-555-0101.", "404-555-0101", "tel:+14045550101"),
        ("Phone: 404-555-0101. We answer all day long.", "404-555-0101", "tel:+14045550101"),
        ("Text or call 404-555-0101 at any hour.", "404-555-0101", "tel:+14045550101"),
        ("Text HOPE to 404-555-0101 at any hour.", "404-555-0101", "tel:+14045550101"),
        ("Llame al 404-555-0101 a cualquier hora.", "404-555-0101", "tel:+14045550101"),
    ],
)  # fmt: skip
def test_a_phone_is_found_as_written_with_its_link(text: str, value: str, url: str) -> None:
    contacts = [c for c in article(text).contacts if c.kind == "phone"]
    assert [(c.value, c.url, c.role) for c in contacts] == [(value, url, "primary")]


@pytest.mark.parametrize(
    "text",
    [
        "It was 404-555-01 in the old book of numbers.",
        "About 1,404,555 people read it in the year 2021.",
        "The grant number is 2020-404-555-0101-7 in the book.",
        "It takes 100 200 300 steps to get there on foot.",
        "See 10.1001/404.555.0101 for the whole paper.",
        "Open from 8:00-17:00 on 2024-05-05 and 2024-06-06.",
        "The ZIP is 30301-0101 for all of the offices here.",
        "The pages 404-555 tell the rest of this story.",
    ],
)
def test_other_numbers_are_no_phones(text: str) -> None:
    assert not [c for c in article(text).contacts if c.kind == "phone"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Call or text 988 at any hour of the day.", ["988"]),
        ("Dial 9-8-8 at any hour of the day.", ["988"]),
        ("Call 911 if the person does not wake up.", ["911"]),
        ("Call 9-1-1 if the person does not wake up.", ["911"]),
        ("Text HOME to 741741 at any hour.", ["741741"]),
        ("Text HOME to 741-741 at any hour.", ["741741"]),
        ("Veterans may text 838255 at any hour.", ["838255"]),
        ("Dial 211 to find a bed near you tonight.", ["211"]),
        ("Envíe la palabra AYUDA al 741741 a cualquier hora.", ["741741"]),
        ("The book has 988 pages and 911 notes.", []),
        ("It costs $988, or 911 euros, in the shop.", []),
        ("In room 911 we met 988 people last year.", []),
        ("The Porsche 911 was parked in front of it.", []),
    ],
)
def test_short_codes_are_crisis_lines_where_the_text_says_to_call_them(text: str, codes: list[str]) -> None:
    found = [c for c in article(text).contacts if c.kind == "shortcode"]
    assert [c.url for c in found] == [f"tel:{code}" for code in codes]
    assert {c.role for c in found} <= {"crisis", "other"}


@pytest.mark.parametrize(
    ("middle", "last", "url"),
    [
        # The number the end asks to call wins over one in passing.
        ("The county line is 404-555-0199.", "Call us at 404-555-0101 today.", "tel:+14045550101"),
        # Crisis lines are never what a series sells.
        ("Call 988 in a crisis.", "Call 404-555-0101 to start.", "tel:+14045550101"),
        ("Call 404-555-0101 to start.", "In a crisis, call or text 988.", "tel:+14045550101"),
        ("Call 404-555-0101 to start.", "The Lifeline is at 1-800-273-8255.", "tel:+14045550101"),
        ("Call 404-555-0101 to start.", "Poison Help answers at 1-800-222-1222.", "tel:+14045550101"),
        # SAMHSA's helpline leads only where nobody else is named.
        ("Call 404-555-0101 to start.", "Or call SAMHSA at 1-800-662-4357 at any hour.", "tel:+14045550101"),
        ("Rest is free.", "Call SAMHSA at 1-800-662-HELP (4357) at any hour.", "tel:+18006624357"),
        # A fax is nothing to call.
        ("Rest is free.", "Fax: 404-555-0199. Phone: 404-555-0101. Come and see us.", "tel:+14045550101"),
        ("Rest is free.", "Send forms by fax to 404-555-0199, or call 404-555-0101.", "tel:+14045550101"),
        # A phone before an address, an address before a page.
        ("Rest is free.", "Write to help@example.org or call 404-555-0101.", "tel:+14045550101"),
        ("Rest is free.", "Write to help@example.org or see example.org/help for more.", "mailto:help@example.org"),
        ("Rest is free.", "Visit https://example.org/start to begin.", "https://example.org/start"),
        ("Rest is free.", "Visit www.example.org/start to begin.", "https://www.example.org/start"),
        # A page to book at, or one of the house's own, at the end.
        ("Rest is free.", "Book a first session at www.example.org/intake.", "https://www.example.org/intake"),
        ("At Example House, we rest.", "A list of meals is at example.org/dads.", "https://example.org/dads"),
        # The same number said twice is one contact.
        ("Call 404-555-0101 today.", "Call (404) 555-0101 today, or 404-555-0199 at night.", "tel:+14045550101"),
        # TTY lines are for those who need them.
        ("Rest is free.", "Call 404-555-0101 (TTY 404-555-0199) today.", "tel:+14045550101"),
    ],
)  # fmt: skip
def test_the_primary_contact_is_the_one_the_article_asks_to_use(middle: str, last: str, url: str) -> None:
    assert [u for _, u in primary(article(last, middle))] == [url]


@pytest.mark.parametrize(
    ("middle", "last"),
    [
        ("The paper is at https://example.org/paper in full.", "Nobody has to walk alone through all of it."),
        ("Call 911 if a person does not wake up.", "Call or text 988 at any hour of the day."),
        ("Text HOME to 741741 at any hour.", "Nobody has to walk alone through all of it."),
    ],
)
def test_an_article_may_have_no_call_to_action(middle: str, last: str) -> None:
    assert primary(article(last, middle)) == []


@pytest.mark.parametrize(
    ("text", "kind", "url"),
    [
        ("Write to help@example.org today.", "email", "mailto:help@example.org"),
        ("Write to help.desk+new@mail.example.org.", "email", "mailto:help.desk+new@mail.example.org"),
        ("Visit https://example.org/a?b=c.", "url", "https://example.org/a?b=c"),
        ("Visit (https://example.org/a) today.", "url", "https://example.org/a"),
        ("Visit www.example.org.", "url", "https://www.example.org"),
        ("Visit example.org/help to begin.", "url", "https://example.org/help"),
        ("Visit https://example.org/a_(b) today.", "url", "https://example.org/a_(b)"),
    ],
)
def test_addresses_and_pages_end_where_the_sentence_takes_over(text: str, kind: str, url: str) -> None:
    assert [(c.kind, c.url) for c in article(text).contacts] == [(kind, url)]


def test_letters_of_a_phone_are_dialled_as_digits() -> None:
    assert digits("1-800-662-HELP (4357)") == "8006624357"
    assert tel("988") == "tel:988"
