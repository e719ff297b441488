"""Bounces (RFC 3464) and complaints (RFC 5965): what they say, of whom, and which email of ours they are about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rules import delivery, mail_reports
from outreach.rules.mail import Mail

KEY, TOKEN = "0123456789abcdef" * 2, "9f" * 22
HEAD = "Reporting-MTA: dns; mx.example.org\nArrival-Date: Tue, 24 Nov 2026 10:00:00 -0500\n\n"
ORIGINAL = (
    f"From: A. Notes <notes@example.org>\nX-Outreach-Id: {KEY}\nMessage-ID: <{KEY}@example.org>\nSubject: Small step"
)


def block(action: str = "failed", status: str = "5.1.1", said: str = "", to: str = "ann@example.org") -> str:
    lines = [f"Final-Recipient: rfc822; {to}", f"Action: {action}", f"Status: {status}", f"Diagnostic-Code: {said}"]
    return "\n".join(line for line in lines if not line.endswith(": "))


@pytest.mark.parametrize(
    ("text", "action", "code"),
    [
        pytest.param(block(), "failed", "5.1.1", id="failed"),
        pytest.param(block("Failed (mailbox gone)"), "failed", "5.1.1", id="another case and a comment"),
        pytest.param(block("delayed", "4.4.7"), "delayed", "4.4.7", id="delayed"),
        pytest.param(block("delivered", "2.1.5"), "delivered", "2.1.5", id="delivered"),
        pytest.param(block("relayed", "2.1.9"), "relayed", "2.1.9", id="relayed"),
        pytest.param(
            block("failed", "5.0.0", "smtp; 550 5.1.1 unknown user"),
            "failed",
            "5.1.1",
            id="the diagnosis is more exact",
        ),
        pytest.param(block("failed", "5.2.2", "smtp; 552 5.1.1 x"), "failed", "5.2.2", id="the status is exact"),
        pytest.param(
            block("failed", "5.0.0", "smtp; 450 4.2.1 later"), "failed", "5.0.0", id="a diagnosis of another class"
        ),
        pytest.param(block("failed", "", "smtp; 550 5.2.1 disabled"), "failed", "5.2.1", id="no status, a diagnosis"),
        pytest.param(block("failed", "", "smtp; 550 no such user"), "failed", None, id="no enhanced status at all"),
        pytest.param(
            block("failed", "5.1.1 (bad destination mailbox)"), "failed", "5.1.1", id="a comment behind the status"
        ),
        pytest.param(block("", "5.1.1"), "failed", "5.1.1", id="no action, a permanent status"),
        pytest.param(block("", "4.2.2"), "delayed", "4.2.2", id="no action, a passing status"),
        pytest.param(block("exploded", "5.1.1"), "failed", "5.1.1", id="an unknown action"),
        pytest.param(block().replace("Diagnostic", " Diag"), "failed", "5.1.1", id="a folded line"),
        pytest.param(block().replace("\n", "\r\n"), "failed", "5.1.1", id="line ends of the wire"),
        pytest.param(
            block(said="smtp; 550 10.5.1.1 is an address"), "failed", "5.1.1", id="numbers that are no status"
        ),
    ],
)
def test_what_a_bounce_says(text: str, action: str, code: str | None) -> None:
    """The action, and the enhanced status of RFC 3463."""
    assert mail_reports.recipients(HEAD + text) == [("ann@example.org", action, code)]


def test_each_recipient_has_a_report_of_their_own() -> None:
    """And the block about the message has none."""
    text = HEAD + block() + "\n\n" + block("delayed", "4.4.1", to="ben@example.org")
    assert mail_reports.recipients(text) == [
        ("ann@example.org", "failed", "5.1.1"),
        ("ben@example.org", "delayed", "4.4.1"),
    ]
    assert mail_reports.recipients(HEAD) == []


def test_the_address_we_wrote_to_is_preferred_to_the_one_it_was_forwarded_to() -> None:
    """RFC 3464: Original-Recipient is what the sender wrote."""
    text = f"Original-Recipient: rfc822;Ann@Example.org\n{block(to='elsewhere@example.net')}"
    assert mail_reports.recipients(text)[0][0] == "ann@example.org"


def test_a_bomb_of_blocks_is_read_as_far_as_it_may_matter() -> None:
    """Work is bounded."""
    assert len(mail_reports.recipients("\n\n".join([block()] * 5000))) == 50


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        *((code, True) for code in ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")),
        *(
            (code, False)
            for code in ("5.2.2", "5.3.4", "5.4.4", "5.7.1", "5.6.0", "5.1.8", "5.1.7", "5.0.0", "4.2.2", "5.1.11")
        ),
    ],
)
def test_only_a_status_about_the_mailbox_itself_ends_the_emails(status: str, hard: bool) -> None:
    """RFC 3463: a full mailbox, a policy or our own sender address is no proof of a dead one."""
    ((_, action, code),) = mail_reports.recipients(block("failed", status))
    assert (delivery.meaning("smtp", action, code=code).suppress == "bounce") is hard


@pytest.mark.parametrize("status", ["5.1.1", "4.4.7", "5.2.1"])
def test_a_delay_is_never_a_bounce(status: str) -> None:
    """Whatever its status."""
    ((_, action, code),) = mail_reports.recipients(block("delayed", status))
    meant = delivery.meaning("smtp", action, code=code)
    assert (meant.fact, meant.suppress) == (None, None)


@pytest.mark.parametrize(
    ("text", "word", "cause"),
    [
        ("Feedback-Type: abuse\nUser-Agent: x\nVersion: 1", "abuse", "complaint"),
        ("User-Agent: x\nFeedback-Type: Abuse ; x", "abuse", "complaint"),
        ("Feedback-Type: fraud", "fraud", "complaint"),
        ("Feedback-Type: opt-out", "opt-out", "unsubscribe"),
        ("Feedback-Type: not-spam", "not-spam", None),
        ("Feedback-Type: virus", "virus", None),
        ("Feedback-Type: auth-failure", "auth-failure", None),
        ("Feedback-Type: other", "other", None),
        ("Feedback-Type: something new", "other", None),
        ("Version: 1", "abuse", "complaint"),
        ("", "abuse", "complaint"),
    ],
)
def test_what_a_complaint_says(text: str, word: str, cause: str | None) -> None:
    """RFC 5965 and 6430; only a person's wish ends their emails."""
    assert mail_reports.feedback_type(text) == word
    assert delivery.meaning("smtp", word).suppress == cause


@pytest.mark.parametrize(
    "original",
    [
        pytest.param(f"X-Outreach-Id: {KEY}", id="our own header"),
        pytest.param(f"Subject: x\nMessage-ID: <{KEY}@mail.example.org>\n", id="the message id that SMTP servers keep"),
        pytest.param(f"> X-Outreach-Id: {KEY}\r\n", id="quoted by a daemon"),
    ],
)
def test_our_message_is_known_by_what_came_back(original: str) -> None:
    """Both hold an id that nobody can guess."""
    assert mail_reports.marks(Mail(original=original)) == (KEY, ())


def test_our_link_names_the_person_where_ids_are_cut_out() -> None:
    """Feedback loops redact addresses; a folded header is read whole."""
    link = f"<https://notes.example.org/u/{TOKEN}/>"
    original = f"List-Unsubscribe: {link},\n <mailto:unsub+{TOKEN[:20]}\n {TOKEN[20:]}@in.example.org>"
    assert mail_reports.marks(Mail(original=original)) == (None, (TOKEN,))


def test_a_reference_names_the_message_when_nothing_came_back() -> None:
    """Some daemons return no headers at all."""
    assert mail_reports.marks(Mail(headers={"in-reply-to": f"<{KEY}@example.org>"})) == (KEY, ())
    assert mail_reports.marks(Mail(headers={"references": f"<x@y> <{KEY}@example.org>"})) == (KEY, ())


@pytest.mark.parametrize(
    "original", ["", "X-Outreach-Id: 123", f"X-Outreach-Id: {KEY}0", "Message-ID: <x@example.org>"]
)
def test_what_is_not_ours_is_not_taken_for_ours(original: str) -> None:
    """Half an id is none."""
    assert mail_reports.marks(Mail(original=original)) == (None, ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("host said: 550 5.1.1 unknown", ("failed", "5.1.1")),
        ("451 4.4.1 timed out", ("delayed", "4.4.1")),
        ("Sorry.", None),
    ],
)
def test_a_daemon_that_speaks_no_standard_is_understood_by_its_numbers(
    text: str, found: tuple[str, str] | None
) -> None:
    """Or not at all."""
    told = mail_reports.read(Mail(sender="mailer-daemon@example.org", text=text, original=ORIGINAL))
    assert [(one.action, one.code) for one in told] == ([found] if found else [])


def test_microsofts_complaints_are_complaints() -> None:
    """They have no machine-readable part."""
    (told,) = mail_reports.read(Mail(sender="staff@hotmail.com", original=ORIGINAL))
    assert (told.action, told.message_key) == ("abuse", KEY)


def test_what_an_older_server_returns_within_its_own_words_is_found() -> None:
    """As qmail does."""
    text = (
        f"Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}"
    )
    (told,) = mail_reports.read(Mail(sender="mailer-daemon@example.org", text=text))
    assert (told.action, told.code, told.message_key) == ("failed", "5.1.1", KEY)


@given(st.text(max_size=2000), st.text(max_size=2000), st.text(max_size=2000))
def test_no_text_can_make_it_fail(status: str, feedback: str, original: str) -> None:
    """A stranger writes what they like."""
    mail_reports.read(Mail(status=status, original=original))
    mail_reports.read(Mail(feedback=feedback, original=original))
