"""What an email to us means: unsubscribes by address and by word, automatic replies, crises, bounces, and people."""

from typing import Any

import pytest

from outreach.rules import mail_replies
from outreach.rules.mail import Mail
from outreach.rules.mail_replies import understand

TOKEN = "0f" * 22
AT = f"unsub+{TOKEN}@in.example.org"
ABSENCE = "I am out of the office until Monday. In urgent cases call my colleague. Please stop by then."


def mail(text: str = "", subject: str = "Re: Small step 1", to: str = "hello@in.example.org", **more: Any) -> Mail:
    headers = {name.replace("_", "-"): value for name, value in more.pop("headers", {}).items()}
    return Mail(
        recipients=(to,),
        sender=more.pop("sender", "ann@example.org"),
        subject=subject,
        headers=headers,
        text=text,
        **more,
    )


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("", "unsubscribe"), ("", ""), ("", "Re: whatever"), ("unsubscribe", "unsubscribe"), ("\n\nSent from my iPhone", "x"),
        ("This message was automatically generated.", "unsubscribe"), ("thank you for all", "bye"),
    ],
)  # fmt: skip
def test_the_address_of_the_header_is_the_wish_whatever_is_written(text: str, subject: str) -> None:
    """An empty body is normal: a button wrote it."""
    meant = understand(mail(text, subject, AT))
    assert (meant.kind, meant.tokens, meant.stops) == ("unsubscribe", (TOKEN,), True)


@pytest.mark.parametrize(
    "to", [AT.upper().casefold(), f"unsubscribe+{TOKEN}@x.example.org", f"unsub={TOKEN}@x.example.org"]
)
def test_the_token_is_found_in_what_servers_make_of_the_address(to: str) -> None:
    """Lower-cased, or with another sign for the plus."""
    assert understand(mail(to=to)).tokens == (TOKEN,)


def test_the_mailbox_without_a_token_is_a_wish_too() -> None:
    """Then only the sender says who leaves."""
    meant = understand(mail(to="unsub@in.example.org"))
    assert meant.stops and meant.tokens == ()


@pytest.mark.parametrize(
    "to", ["unsubtle@in.example.org", f"x+unsub+{TOKEN}@in.example.org", f"reply+{TOKEN}@in.example.org"]
)
def test_another_mailbox_is_no_wish(to: str) -> None:
    """Only the one we wrote into the header."""
    meant = understand(mail("hello", to=to))
    assert not meant.stops and meant.tokens == ()


STOPS = [
    "unsubscribe", "Unsubscribe please", "Please unsubscribe me.", "STOP", "stop", "remove me", "Take me off this list",
    "please stop emailing me", "No more emails please", "quiero darme de baja", "baja", "no me manden más correos",
    "cancelar", "unsubscribe\n\nSent from my iPhone", "opt out",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
@pytest.mark.parametrize("quote", ["", "\n\nOn Tue, Nov 24, 2026 Notes <n@example.org> wrote:\n> don't stop"])
def test_words_that_end_the_emails(text: str, quote: str) -> None:
    """English and Spanish, above a quote or alone."""
    assert understand(mail(text + quote)).stops


@pytest.mark.parametrize(
    "text",
    [
        "Don't stop, these help me", "I can't stop drinking", "I want to quit", "cancel my appointment on Monday",
        "Thank you", "When is the next group?", "Gracias, me ayuda mucho",
        "Thanks!\n\nOn Tue, Nov 24, 2026 Notes <n@example.org> wrote:\n> Unsubscribe: https://notes.example.org/u/ab/",
        "Thanks!\n\n-----Original Message-----\nReply STOP or unsubscribe",
        "Thanks!\nhttps://notes.example.org/u/abcdef/ unsubscribe",
    ],
)  # fmt: skip
def test_words_that_end_nothing(text: str) -> None:
    """Not their own, or not meant so; a person answers."""
    meant = understand(mail(text), own_address="https://notes.example.org")
    assert (meant.kind, meant.stops) == ("words", False) and meant.doubt


def test_a_clear_goodbye_needs_nobody_and_a_doubtful_one_does() -> None:
    """In doubt the emails end and a person asks."""
    assert not understand(mail("unsubscribe")).doubt
    assert understand(mail("unsubscribe\n\nBut I would still like to come to the group on Monday.")).doubt


@pytest.mark.parametrize(
    ("subject", "text", "stops"),
    [
        pytest.param("unsubscribe", "", True, id="the subject alone"),
        pytest.param("Re: unsubscribe", "", True, id="an answer called so"),
        pytest.param("STOP", "\n", True, id="one word"),
        pytest.param("Baja", "", True, id="in Spanish"),
        pytest.param("Re: How to stop worrying", "thank you", False, id="the subject of our email"),
        pytest.param("RE: [2]: Don't stop", "thank you", False, id="the subject of our email, numbered"),
        pytest.param("please stop these emails", "Ann", True, id="a subject of their own"),
    ],
)
def test_a_subject_counts_when_it_is_the_persons_own(subject: str, text: str, stops: bool) -> None:
    """Behind Re: stands ours."""
    assert understand(mail(text, subject)).stops is stops


@pytest.mark.parametrize(
    ("text", "texts_too"),
    [
        ("stop texting and emailing me", True),
        ("no más mensajes de texto", True),
        ("unsubscribe", False),
        ("context", False),
    ],
)
def test_texts_end_too_when_they_are_named(text: str, texts_too: bool) -> None:
    """An email can end the texts (47 CFR 64.1200(a)(11))."""
    assert understand(mail(text)).texts_too is texts_too


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"headers": {"auto_submitted": "auto-replied"}}, id="RFC 3834"),
        pytest.param({"headers": {"auto_submitted": "auto-generated; x=y"}}, id="RFC 3834, generated"),
        pytest.param({"headers": {"auto_submitted": "Auto-Notified"}}, id="RFC 3834, notified"),
        pytest.param({"headers": {"precedence": "auto_reply"}}, id="Precedence auto_reply"),
        pytest.param({"headers": {"precedence": "Bulk"}}, id="Precedence bulk"),
        pytest.param({"headers": {"precedence": "junk"}}, id="Precedence junk"),
        pytest.param({"headers": {"x_autoreply": "yes"}}, id="X-Autoreply"),
        pytest.param({"headers": {"x_autorespond": "vacation"}}, id="X-Autorespond"),
        pytest.param({"headers": {"x_auto_response_suppress": "OOF, AutoReply"}}, id="Exchange, with an absence"),
        pytest.param({"headers": {"list_unsubscribe": "<mailto:x@example.org>"}}, id="somebody's newsletter"),
        pytest.param({"subject": "Automatic reply: Small step 1"}, id="Outlook's subject"),
        pytest.param({"subject": "Out of Office: Small step"}, id="an absence's subject"),
        pytest.param({"subject": "Respuesta automática: Small step"}, id="Outlook's subject in Spanish"),
        pytest.param({"subject": "Fuera de la oficina"}, id="an absence in Spanish"),
        pytest.param({"envelope_from": ""}, id="null sender"),
        pytest.param({"sender": "MAILER-DAEMON@example.org".lower()}, id="daemon"),
        pytest.param({"sender": ""}, id="no sender at all"),
        pytest.param({"sender": "no-reply@example.org"}, id="no-reply"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", [ABSENCE, "unsubscribe", "stop"])
def test_nobody_wrote_an_automatic_reply(more: dict[str, Any], text: str) -> None:
    """Whatever words stand in it."""
    if "x_auto_response_suppress" in more.get("headers", {}):
        text = ABSENCE  # by itself the header is no sign
    meant = understand(mail(text, **more))
    assert meant.kind == "automatic" and not meant.stops


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"headers": {"auto_submitted": "no"}}, id="Auto-Submitted: no"),
        pytest.param({"headers": {"x_auto_response_suppress": "All"}}, id="Exchange on a person's email"),
        pytest.param({"headers": {"precedence": "first-class"}}, id="another precedence"),
        pytest.param({"headers": {"x_autoreply": "no"}}, id="X-Autoreply: no"),
        pytest.param({"subject": "I am out"}, id="a subject that may mean both"),
        pytest.param({"envelope_from": "ann@example.org"}, id="a real envelope"),
    ],
)
def test_a_person_is_heard(more: dict[str, Any]) -> None:
    """A wish must not get lost in a header that people's own programs write."""
    assert understand(mail("unsubscribe", **more)).stops


def test_a_mailbox_that_unsubscribes_for_a_person_is_heard_and_a_vacation_reply_is_not() -> None:
    """The token was in our email alone: what is generated there was pressed by somebody."""
    assert understand(mail(to=AT, headers={"auto_submitted": "auto-generated"})).stops
    assert not understand(mail(to=AT, headers={"auto_submitted": "auto-replied"})).stops
    assert not understand(mail(to=AT, envelope_from="")).stops


@pytest.mark.parametrize("to", ["hello@in.example.org", AT])
def test_a_cry_for_help_is_heard_in_any_email(to: str) -> None:
    """Also in one that unsubscribes."""
    meant = understand(mail("Please unsubscribe me. I want to die.", to=to))
    assert meant.crisis and meant.stops


def test_a_cry_for_help_may_stand_in_the_subject() -> None:
    """With nothing beneath it."""
    assert understand(mail("", "I want to die")).crisis
    assert not understand(mail("ok\n\n> I want to die", "Re: x")).crisis


def test_a_cry_for_help_is_heard_under_the_subject_of_an_absence_and_not_from_a_machine() -> None:
    """A false alarm is the better mistake, where the sign is only likely."""
    assert understand(mail("I want to die", "Out of office")).crisis
    assert not understand(mail("I want to die", headers={"auto_submitted": "auto-replied"})).crisis


@pytest.mark.parametrize(
    ("last", "kind"), [("I want to die.", "crisis"), ("Please unsubscribe me.", "stop"), ("Thank you.", "person")]
)
def test_the_last_line_of_a_long_letter_is_heard(last: str, kind: str) -> None:
    """Rules made for texts take a letter in pieces, and the gravest piece decides."""
    letter = "Today I walked along the river, and it was good. " * 300 + "\n\n" + last
    meant = understand(mail(letter))
    assert meant.intent is not None and meant.intent.kind == kind and meant.doubt


@pytest.mark.parametrize(
    "text", ["a" * 20_000, "On a\n" * 4000, "aaaa@b.c" * 2400, "\n" * 20_000, "x\n" * 9000, "> " * 9000]
)
def test_no_letter_takes_forever(text: str) -> None:
    """The timeout of the test run is the judge: some of these took time by the square of their length."""
    for _ in range(3):
        understand(mail(text))


@pytest.mark.parametrize("text", ["", "\n\n", "> our words", "On Tue Notes <n@example.org> wrote:\n> x"])
def test_an_email_without_words_of_their_own_is_empty(text: str) -> None:
    """A picture, or a slip of the thumb."""
    assert understand(mail(text)).kind == "empty"


def test_reports_of_machines_are_told_apart() -> None:
    """By their machine-readable part, or by the daemon's name and what came back."""
    assert understand(mail(status="Action: failed")).kind == "bounce"
    assert understand(mail(feedback="Feedback-Type: abuse")).kind == "complaint"
    assert understand(mail("550", sender="mailer-daemon@example.org", original="X-Outreach-Id: 1")).kind == "bounce"
    assert understand(mail("550", sender="", original="X-Outreach-Id: 1")).kind == "bounce"
    assert understand(mail("Hi\nX-Outreach-Id: " + "0" * 32, sender="postmaster@example.org")).kind == "bounce"
    assert understand(mail("", sender="staff@hotmail.com", original="Subject: x")).kind == "complaint"
    assert understand(mail("X-Outreach-Id: " + "0" * 32)).kind == "words"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("Ann Example <Ann@Example.org>", "ann@example.org"), ("ann@example.org", "ann@example.org"),
        ('"a@b.example.org" <ann@example.org>', "ann@example.org"), ("", ""), ("nobody", ""), ("<>", ""),
        ("a b@example.org", ""), ("x" * 5000, ""),
    ],
)  # fmt: skip
def test_the_address_of_a_from_header(header: str, address: str) -> None:
    """The one in angle brackets, in lower case."""
    assert mail_replies.address_of(header) == address


def test_the_mailto_address_is_as_short_as_an_address_must_be() -> None:
    """RFC 5321 allows 64 characters before the @."""
    assert mail_replies.mailto(TOKEN, "in.example.org") == AT
    assert mail_replies.mailto("a" * 59, "in.example.org") is None
    assert mail_replies.mailto(TOKEN, "") is None
