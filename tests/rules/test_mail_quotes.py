"""What a person wrote themselves, of replies as mail programs write them; what is quoted never counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules.mail_quotes import own_words

SITE = "https://notes.example.org"
FOOTER = f"Unsubscribe: {SITE}/u/0123abcd/"


def quoted(*lines: str) -> str:
    return "\n".join(f"> {line}" for line in lines)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param("unsubscribe", "unsubscribe", id="nothing quoted"),
        pytest.param(
            f"unsubscribe\n\nOn Tue, Nov 24, 2026 at 10:00 AM A. Notes <notes@example.org> wrote:\n\n{quoted('Hi', FOOTER)}",
            "unsubscribe",
            id="Gmail",
        ),
        pytest.param(
            "Thank you!\n\nOn Tue, Nov 24, 2026 at 10:00 AM A. Health Notes\n<notes@example.org> wrote:\n\n"
            + quoted("Hello", "Unsubscribe"),
            "Thank you!",
            id="Gmail, its line broken in two",
        ),
        pytest.param(
            "Gracias\n\nEl mar, 24 nov 2026 a las 10:00, A. Notes (<notes@example.org>) escribió:\n\n" + quoted("baja"),
            "Gracias",
            id="Gmail in Spanish",
        ),
        pytest.param(
            "Thanks\n\n> On Nov 24, 2026, at 10:00 AM, A. Notes <notes@example.org> wrote:\n> \n> unsubscribe",
            "Thanks",
            id="Apple Mail",
        ),
        pytest.param(
            "When is the next group?\n\n________________________________\nFrom: A. Notes <notes@example.org>\n"
            "Sent: Tuesday, November 24, 2026 10:00 AM\nTo: Ann\nSubject: Step 1\n\nUnsubscribe",
            "When is the next group?",
            id="Outlook with its line",
        ),
        pytest.param(
            "Yes please\n\nFrom: A. Notes <notes@example.org>\nSent: Tuesday\nTo: Ann\nSubject: Step 1\n\nunsubscribe",
            "Yes please",
            id="Outlook without its line",
        ),
        pytest.param(
            "Sí\n\nDe: A. Notes <notes@example.org>\nEnviado el: martes\nPara: Ann\nAsunto: Paso 1\n\nbaja",
            "Sí",
            id="Outlook in Spanish",
        ),
        pytest.param(
            "*From:* is how every letter starts",
            "*From:* is how every letter starts",
            id="a line that only looks like it",
        ),
        pytest.param("ok\n\n-----Original Message-----\nunsubscribe", "ok", id="Original Message"),
        pytest.param("ok\n\n-----Mensaje original-----\nbaja", "ok", id="Mensaje original"),
        pytest.param("fyi\n\nBegin forwarded message:\n\nunsubscribe", "fyi", id="forwarded by Apple Mail"),
        pytest.param("fyi\n\n---------- Forwarded message ---------\nunsubscribe", "fyi", id="forwarded by Gmail"),
        pytest.param(
            "On Tue, Nov 24, 2026 Notes <notes@example.org> wrote:\n> Are you well?\n> Unsubscribe\n\nNo. Please call me.",
            "No. Please call me.",
            id="written beneath the quote",
        ),
        pytest.param(
            "Le mar. 24 nov. 2026 à 10:00, Notes <notes@example.org> a écrit :\n> Bonjour\n\nmerci",
            "merci",
            id="French",
        ),
        pytest.param(
            "24.11.2026 10:00 Notes <notes@example.org>:\n> hello\n\nthanks", "thanks", id="only address and colon"
        ),
        pytest.param("thanks\n-- \nAnn\nunsubscribe from everything since 1999", "thanks", id="a signature"),
        pytest.param("stop\n\nSent from my iPhone", "stop", id="the telephone's own line"),
        pytest.param("alto\n\nEnviado desde mi iPhone", "alto", id="the telephone's own line in Spanish"),
        pytest.param(
            "stop\n\nSent from my iPhone\n\nmy number is new too", "stop\n\n\nmy number is new too", id="words after it"
        ),
        pytest.param(f"thanks\n{FOOTER}", "thanks", id="our own link without any mark"),
        pytest.param(
            "thanks\n> a long line that a mail server broke in\ntwo, unsubscribe\n> and the next",
            "thanks",
            id="a broken quote",
        ),
        pytest.param("thanks\r\n> hi\r\n> unsubscribe\r\n", "thanks", id="line ends of the wire"),
        pytest.param(
            "On my way to the group I felt better.", "On my way to the group I felt better.", id="a sentence with On"
        ),
        pytest.param("On second thought: unsubscribe", "On second thought: unsubscribe", id="On and a colon"),
        pytest.param("> stop\n> please", "", id="a quote alone"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_persons_own_words_of_a_plain_reply(text: str, own: str) -> None:
    """English and Spanish programs, quotes above and beneath."""
    assert own_words(text, own_address=SITE) == own


@pytest.mark.parametrize(
    ("html", "own"),
    [
        pytest.param(
            '<div dir="ltr">unsubscribe</div><br><div class="gmail_quote"><div class="gmail_attr">On Tue Notes wrote:</div>'
            "<blockquote>Hi<br>Unsubscribe</blockquote></div>",
            "unsubscribe",
            id="Gmail",
        ),
        pytest.param(
            '<div>Call me</div><div id="appendonsend"></div><div id="divRplyFwdMsg"><b>From:</b> Notes</div><p>Unsubscribe</p>',
            "Call me",
            id="Outlook",
        ),
        pytest.param('<p>Thanks</p><blockquote type="cite">unsubscribe</blockquote>', "Thanks", id="Apple Mail"),
        pytest.param(
            '<p>No</p><div class="moz-cite-prefix">On 24.11.26 Notes wrote:</div><blockquote>baja</blockquote>',
            "No",
            id="Thunderbird",
        ),
        pytest.param('<div>ok</div><div class="yahoo_quoted">unsubscribe</div>', "ok", id="Yahoo"),
        pytest.param(
            "<blockquote><p>Hi</p></blockquote><p>please stop</p>", "please stop", id="written beneath the quote"
        ),
        pytest.param("<style>stop</style><script>stop</script><p>hello</p>", "hello", id="nothing that is not shown"),
        pytest.param("<p>don&#39;t&nbsp;stop</p>", "don't stop", id="entities"),
        pytest.param("<p>un<b>sub</b>scribe", "unsubscribe", id="words across elements, nothing closed"),
        pytest.param(
            "<div>On Tue, Nov 24, 2026 Notes &lt;n@example.org&gt; wrote:</div><div>stop</div>", "", id="a line alone"
        ),
        pytest.param("</div></div><p>hi", "hi", id="closed more than opened"),
    ],
)
def test_the_persons_own_words_of_an_html_reply(html: str, own: str) -> None:
    """Without a plain text part."""
    assert own_words("", html) == own


def test_plain_text_is_preferred_and_blank_text_is_none() -> None:
    """The HTML part says the same in other words, when there is a text at all."""
    assert own_words("stop", "<p>go on</p>") == "stop"
    assert own_words(" \n ", "<p>go on</p>") == "go on"


@given(st.lists(st.text(st.sampled_from("unsubscribe stop\u00e9")), max_size=6))
def test_what_is_marked_line_by_line_never_counts(lines: list[str]) -> None:
    """Whatever it says."""
    marked = "\n".join("> " + " ".join(line.split()) for line in lines)
    assert own_words(f"hello\n\nOn Tue Notes <n@example.org> wrote:\n{marked}") == "hello"


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_no_text_can_make_it_fail(text: str, html: str) -> None:
    """A stranger writes what they like."""
    own_words(text, html, own_address=SITE)
