"""Emails somebody sent us: who leaves by them, who is heard, what machines report, and what nobody wrote."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import override_settings

from outreach.actions import answering, connecting, links
from outreach.actions.dispatching import send_batch
from outreach.actions.opting_out import opt_out
from outreach.actions.receiving import storing
from outreach.models import (
    Alert,
    Consent,
    ConsentEvent,
    CrisisMessage,
    DeliveryEvent,
    Enrollment,
    InboundEmail,
    Incident,
    Message,
    Subscriber,
    Suppression,
    WebhookReceipt,
)
from outreach.rules.mail import Mail
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner
from tests.parts import KEY, Sandbox

pytestmark = pytest.mark.usefixtures("stage")
LATER = NOW + timedelta(minutes=5)
SITE = "https://notes.example.org"
DOMAIN = "in.example.org"


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    with override_settings(PUBLIC_URL=SITE, INBOUND_MAIL_DOMAIN=DOMAIN):
        yield


def token_of(person: Subscriber, campaign: int = 1) -> str:
    return links.unsubscribe_url(person.pk, campaign).rsplit("/", 2)[1]


def post(
    text: str = "", sender: str = "ann@example.org", to: str = f"hello@{DOMAIN}", subject: str = "Re: Step", **more: Any
) -> None:
    """An email as the door hands it on."""
    headers = {"message-id": f"<{abs(hash((text, sender, to, subject)))}@example.org>", **more.pop("headers", {})}
    mail = Mail(recipients=(to,), sender=sender, text=text, subject=subject, headers=headers, **more)
    storing.receive_mail(mail, LATER)
    assert not WebhookReceipt.objects.filter(applied_at=None).exists(), WebhookReceipt.objects.get(
        applied_at=None
    ).problem


def suppressed() -> set[tuple[str, bytes]]:
    rows = Suppression.objects.filter(lifted_at=None).values_list("channel", "address_key")
    return {(channel, bytes(key)) for channel, key in rows}


def key(person: Subscriber, channel: str = "email") -> bytes:
    return bytes((person.email_key if channel == "email" else person.phone_key) or b"")


def make_sent(person: Subscriber, **fields: Any) -> Message:
    """An email of a campaign that went out to a person."""
    campaign = builders.make_campaign()
    run = Enrollment.objects.get(channel="email", subscriber=person, campaign=campaign)
    values = {"status": "sent", "provider": "smtp", "claimed_at": NOW, "sent_at": NOW, **fields}
    return Message.objects.create(
        kind="step", enrollment=run, step_number=1, campaign=campaign, subscriber=person, channel="email",
        address_key=person.email_key, **values,
    )  # fmt: skip


def drain(sandbox: Sandbox) -> None:
    """Sends what is due now, by the witness's clock as well."""
    sandbox.client.post("/sandbox/clock", {"now": NOW.isoformat()})
    while send_batch(sandbox.lane("email"), lambda: NOW).more:
        pass


# --- leaving --------------------------------------------------------------------------------------------------------


def test_the_address_of_the_header_ends_the_emails_of_its_person() -> None:
    """Whoever the mail says it is from, with no word in it; at once, confirmed, and on record."""
    person, other = builders.make_subscriber(), builders.make_subscriber(email="ben@example.org")
    builders.make_campaign()
    post(to=f"unsub+{token_of(person)}@{DOMAIN}", sender="ben@example.org", subject="unsubscribe")
    assert suppressed() == {("email", key(person))}
    event = ConsentEvent.objects.get(action="revoked")
    assert (event.subscriber_id, event.method, event.topic, event.channel) == (person.pk, "mailto", "*", "email")
    assert Enrollment.objects.get(subscriber=person, channel="email").exit_reason == "opted_out"
    assert Enrollment.objects.get(subscriber=person, channel="sms").status == "active"
    assert Enrollment.objects.get(subscriber=other, channel="email").status == "active"
    assert Suppression.objects.get().confirmed_at is not None
    stored = InboundEmail.objects.get()
    assert (stored.subscriber_id, stored.named_by, stored.intent, stored.needs_person) == (
        person.pk,
        "token",
        "stop",
        False,
    )


def test_the_link_of_an_old_email_of_somebody_erased_still_holds() -> None:
    """Signed with a key that signs no more; the address is gone, its hash is not."""
    person = builders.make_subscriber()
    with override_settings(TOKEN_KEYS=[b"an-old-key-of-the-year-before"]):
        token = token_of(person)
    Subscriber.objects.filter(pk=person.pk).update(email=None, first_name="", erased_at=NOW)
    with override_settings(TOKEN_KEYS=[b"the-new-key-of-this-year", b"an-old-key-of-the-year-before"]):
        post(to=f"unsub+{token}@{DOMAIN}")
    assert suppressed() == {("email", key(person))}


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"), lambda t: t[:-2], lambda t: "0" * 44]
)
def test_a_forged_token_ends_nobodys_emails_but_the_senders(spoil: Any) -> None:
    """The wish is clear, whose it is is not: a person looks."""
    person = builders.make_subscriber()
    post(to=f"unsub+{spoil(token_of(person))}@{DOMAIN}", sender="stranger@example.org")
    assert ("email", key(person)) not in suppressed() and len(suppressed()) == 1
    assert InboundEmail.objects.get().needs_person


def test_a_reply_that_says_so_ends_the_emails_of_its_sender() -> None:
    """Above the quote, in either language; no confirmation goes out."""
    person = builders.make_subscriber(email="ann@example.org")
    post("unsubscribe\n\nOn Tue Notes <notes@example.org> wrote:\n> Hi")
    assert suppressed() == {("email", key(person))}
    event = ConsentEvent.objects.get(action="revoked")
    assert (event.method, event.beside.said) == ("email_reply", "unsubscribe")
    assert not Message.objects.exists()
    assert not InboundEmail.objects.get().needs_person


def test_the_quoted_footer_ends_nothing() -> None:
    """The person said thank you."""
    builders.make_subscriber(email="ann@example.org")
    post(f"Thank you!\n\nOn Tue Notes <notes@example.org> wrote:\n> Unsubscribe: {SITE}/u/ab/\n> unsubscribe")
    assert not suppressed()
    assert InboundEmail.objects.get().needs_person and InboundEmail.objects.get().body == "Thank you!"


def test_whoever_writes_from_another_address_is_known_by_the_link_they_quote() -> None:
    """Both addresses get nothing more, and a person is told."""
    person = builders.make_subscriber()
    post(f"unsubscribe\n\n> Unsubscribe: {SITE}/u/{token_of(person)}/", sender="other@example.org")
    assert ("email", key(person)) in suppressed() and len(suppressed()) == 2
    stored = InboundEmail.objects.get()
    assert (stored.subscriber_id, stored.named_by, stored.needs_person) == (person.pk, "quote", True)


def test_a_quoted_link_ends_nothing_when_the_words_do_not() -> None:
    """It names the person, it is no wish."""
    person = builders.make_subscriber()
    post(f"A friend sent me this. When is the group?\n\n> {SITE}/u/{token_of(person)}/", sender="other@example.org")
    assert not suppressed() and InboundEmail.objects.get().subscriber is None


def test_a_friend_who_leaves_does_not_end_the_emails_they_were_forwarded_from() -> None:
    """Ben is known himself, so the link in Ann's forwarded email says nothing."""
    ann, ben = builders.make_subscriber(), builders.make_subscriber(email="ben@example.org")
    post(f"unsubscribe\n\n> {SITE}/u/{token_of(ann)}/", sender="ben@example.org")
    assert suppressed() == {("email", key(ben))}


def test_an_email_that_names_texts_ends_them_too() -> None:
    """47 CFR 64.1200(a)(11): an email is a reasonable way to say so."""
    person = builders.make_subscriber(email="ann@example.org")
    post("please stop texting and emailing me")
    assert suppressed() == {("email", key(person)), ("sms", key(person, "sms"))}
    assert InboundEmail.objects.get().needs_person, "texts alone may have been meant"


def test_a_word_of_coming_back_is_left_to_a_person() -> None:
    """Anybody can write it in somebody's name."""
    person = builders.make_subscriber(email="ann@example.org")
    post("unsubscribe")
    post("START", subject="START")
    assert suppressed() == {("email", key(person))}
    assert InboundEmail.objects.get(intent="start").needs_person


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"auto-submitted": "auto-replied"}}, {"envelope_from": ""}, {"subject": "Automatic reply: Step"},
        {"sender": "mailer-daemon@example.org"}, {"headers": {"precedence": "bulk"}},
    ],
)  # fmt: skip
def test_what_nobody_wrote_leaves_no_trace(more: dict[str, Any]) -> None:
    """No opt-out, no work for anybody, no words kept."""
    person = builders.make_subscriber(email="ann@example.org")
    post("unsubscribe. I want to die.", **more)
    post(to=f"unsub+{token_of(person)}@{DOMAIN}", **more)
    assert not suppressed() or more.get("subject")  # a cry under the subject of an absence is heard
    if not more.get("subject"):
        assert not InboundEmail.objects.exists() and not Incident.objects.exists()
    assert all(receipt.body is None for receipt in WebhookReceipt.objects.all())


def test_the_same_email_again_changes_nothing() -> None:
    """SendGrid repeats what it got no answer to."""
    builders.make_subscriber(email="ann@example.org")
    for _ in range(3):
        post("unsubscribe, and please call me")
    assert InboundEmail.objects.count() == 1
    assert ConsentEvent.objects.filter(action="revoked").count() == 1


def test_the_same_words_without_a_message_id_are_heard_again_another_day() -> None:
    """Not every mail program names its emails; who writes “help me” twice wrote twice."""
    builders.make_subscriber(email="ann@example.org")
    for day in (24, 24, 25):
        headers = {"message-id": "", "date": f"Tue, {day} Nov 2026 10:00:00 -0500"}
        post("Please call me", headers=headers)
    assert InboundEmail.objects.count() == 2


def test_an_email_without_a_usable_sender_is_for_a_person() -> None:
    """Nobody's emails can be ended by it."""
    post("unsubscribe", sender="ann@localhost")
    assert not suppressed() and InboundEmail.objects.get().needs_person


def test_no_batch_goes_out_to_whoever_left_by_email(sandbox: Sandbox) -> None:
    """The promise: after the confirmed opt-out no provider call for the address starts; another person's goes out."""
    person, other = (
        builders.make_subscriber(email="gone@example.org"),
        builders.make_subscriber(email="stays@example.org"),
    )
    builders.make_campaign(builders.make_series(emails=1, texts=0))
    post(to=f"unsub+{token_of(person)}@{DOMAIN}")
    drain(sandbox)
    assert "/inbox/stays@example.org/1" in sandbox.page("/inbox/stays@example.org")
    assert "/inbox/gone@example.org/1" not in sandbox.page("/inbox/gone@example.org")
    assert list(Message.objects.values_list("subscriber_id", "status")) == [(other.pk, "sent")]


def test_an_email_whose_taking_in_failed_is_kept_and_taken_in_by_the_sweep() -> None:
    """Stored first: a fault after the answer loses nothing."""
    person = builders.make_subscriber(email="ann@example.org")
    by_owner("ALTER TABLE inbound_email RENAME TO away")
    try:
        storing.receive_mail(Mail(recipients=("x@y.example.org",), sender="ann@example.org", text="unsubscribe"), LATER)
    finally:
        by_owner("ALTER TABLE away RENAME TO inbound_email")
    assert WebhookReceipt.objects.get().problem == "ProgrammingError" and not suppressed()
    assert storing.apply_waiting(LATER) == 1
    assert suppressed() == {("email", key(person))}
    assert WebhookReceipt.objects.get().body is None


# --- people ---------------------------------------------------------------------------------------------------------


def test_a_question_waits_for_a_person_with_its_own_words_alone() -> None:
    """What it quoted is not kept."""
    person = builders.make_subscriber(email="ann@example.org")
    post("When is the next group?\n\n-----Original Message-----\nsecret")
    stored = InboundEmail.objects.get()
    assert (stored.subscriber_id, stored.named_by, stored.intent) == (person.pk, "sender", "person")
    assert (stored.body, stored.needs_person, stored.at) == ("When is the next group?", True, LATER)


def test_a_strangers_junk_is_no_work_for_anybody_and_a_persons_is() -> None:
    """It stands in the inbox all the same; a cry for help is heard in junk too."""
    builders.make_subscriber(email="ann@example.org")
    post("Cheap pills", sender="junk@example.net", junk=True)
    post("Cheap pills", junk=True)
    assert list(InboundEmail.objects.order_by("pk").values_list("needs_person", flat=True)) == [False, True]
    post("I want to die", sender="junk@example.net", junk=True)
    assert Incident.objects.count() == 1


def test_an_empty_email_is_kept_and_needs_nobody() -> None:
    """A slip of the thumb."""
    post("> quoted")
    stored = InboundEmail.objects.get()
    assert (stored.intent, stored.needs_person, stored.body) == ("empty", False, "")


# --- crisis ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def sending(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The process's own connection to the provider leads to the sandbox."""
    connecting.email_provider.cache_clear()
    with override_settings(SENDGRID_BASE_URL=sandbox.client.base, SENDGRID_API_KEY=KEY, EMAIL_PROVIDER="sendgrid"):
        yield sandbox
    connecting.email_provider.cache_clear()
    sandbox.behave()


def test_a_cry_for_help_by_email_opens_an_incident_and_is_answered_at_once(sending: Sandbox) -> None:
    """With the lifelines, from the neutral name, in the thread, marked as automatic."""
    person = builders.make_subscriber(email="cry1@example.org")
    post("I want to die", sender="cry1@example.org")
    incident = Incident.objects.get()
    assert (incident.channel, incident.subscriber_id) == ("email", person.pk)
    said = CrisisMessage.objects.get()
    message = Message.objects.get()
    assert (said.answer, said.answer_key, said.words) == ("sent", message.key, "I want to die")
    assert not InboundEmail.objects.get().needs_person, "the incident is the task"
    assert (said.reach, said.source_id) == ("cry1@example.org", InboundEmail.objects.get().pk)
    assert (message.kind, message.channel, message.status) == ("reply", "email", "sent")
    page = sending.page("/inbox/cry1@example.org/1?view=text")
    assert "988" in page and "911" in page and "ALANA" not in page
    shown = sending.page("/inbox/cry1@example.org/1?view=headers")
    assert "auto-replied" in shown and "Your message" in shown and "In-Reply-To" in shown


def test_the_lifelines_go_out_once_in_an_hour_and_every_cry_is_heard(sending: Sandbox) -> None:
    """One incident, two messages, one answer."""
    builders.make_subscriber(email="cry2@example.org")
    post("I want to die", sender="cry2@example.org")
    post("I really want to die", sender="cry2@example.org")
    assert Incident.objects.count() == 1 and Message.objects.count() == 1
    assert sorted(CrisisMessage.objects.values_list("answer", flat=True)) == ["earlier", "sent"]


def test_a_goodbye_with_a_cry_for_help_is_both(sending: Sandbox) -> None:
    """Answered first, since from the confirmed opt-out on no call for the address starts."""
    person = builders.make_subscriber(email="cry3@example.org")
    post("unsubscribe me. I want to die.", sender="cry3@example.org")
    assert CrisisMessage.objects.get().answer == "sent"
    assert suppressed() == {("email", key(person))} and Suppression.objects.get().confirmed_at is not None
    assert InboundEmail.objects.get().intent == "crisis"


def test_whoever_had_left_is_answered_by_a_person(sending: Sandbox) -> None:
    """Promise 1 has no exception: the incident says that nobody answered."""
    person = builders.make_subscriber(email="cry4@example.org")
    Suppression.objects.create(channel="email", address_key=person.email_key, cause="unsubscribe", at=NOW)
    post("I want to die", sender="cry4@example.org")
    assert CrisisMessage.objects.get().answer == "none" and not Message.objects.exists()


@pytest.mark.parametrize(("vouched_for", "answer"), [(True, "sent"), (False, "none")])
def test_a_stranger_is_answered_when_their_domain_vouches_for_them(
    sending: Sandbox, vouched_for: bool, answer: str
) -> None:
    """Else anybody could make us write to anybody; a person is paged either way."""
    post("I want to die", sender=f"stranger{vouched_for}@example.org".lower(), vouched_for=vouched_for)
    assert CrisisMessage.objects.get().answer == answer and Incident.objects.count() == 1


def test_an_answer_that_was_surely_not_taken_is_brought_again(sending: Sandbox) -> None:
    """A minute later, by whoever looks after open answers."""
    builders.make_subscriber(email="cry5@example.org")
    sending.misbehave(on="sendgrid", do="status", status=401)
    post("I want to die", sender="cry5@example.org")
    assert CrisisMessage.objects.get().answer == "due" and Message.objects.get().status == "returned"
    answering.follow_up(LATER + timedelta(seconds=5))
    assert CrisisMessage.objects.get().answer == "due", "who took it in may still be at it"
    sending.behave()
    long_ago()
    answering.follow_up(LATER + timedelta(seconds=61))
    assert CrisisMessage.objects.get().answer == "sent" and InboundEmail.objects.get().reply == answering.REPLY


def long_ago() -> None:
    CrisisMessage.objects.update(recorded_at=F("recorded_at") - timedelta(seconds=61))


def test_a_cry_whose_process_died_is_answered_all_the_same(sending: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The email was taken in, and nothing came after."""
    builders.make_subscriber(email="cry8@example.org")
    with monkeypatch.context() as patch:
        patch.setattr(answering, "answer_email", lambda *given, **more: None)
        post("I want to die", sender="cry8@example.org")
        post("I really want to die", sender="cry8@example.org")
    assert sorted(CrisisMessage.objects.values_list("answer", flat=True)) == ["due", "earlier"], "one answer is coming"
    long_ago()
    answering.follow_up(LATER + timedelta(seconds=61))
    assert sorted(CrisisMessage.objects.values_list("answer", flat=True)) == ["earlier", "sent"]
    assert Message.objects.get().status == "sent"


def test_when_the_provider_refuses_the_incident_says_so(sending: Sandbox) -> None:
    """And the opt-out in the same email holds."""
    person = builders.make_subscriber(email="cry9@example.org")
    sending.misbehave(on="sendgrid", do="status", status=400)
    post("unsubscribe me. I want to die.", sender="cry9@example.org")
    assert CrisisMessage.objects.get().answer == "failed"
    assert suppressed() == {("email", key(person))} and Suppression.objects.get().confirmed_at is not None


def test_a_provider_that_gives_no_clear_answer_leaves_a_doubt_and_a_person_is_told(sending: Sandbox) -> None:
    """The provider's own report settles it later."""
    builders.make_subscriber(email="cry6@example.org")
    sending.misbehave(on="sendgrid", do="status", status=500)
    post("I want to die", sender="cry6@example.org")
    assert CrisisMessage.objects.get().answer == "failed" and Message.objects.get().status == "uncertain"


def test_whoever_leaves_by_another_way_meanwhile_gets_no_call(
    sending: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The opt-out is confirmed between taking the email in and the call: the fence reads it, and a person answers."""
    person = builders.make_subscriber(email="cry7@example.org")
    answer = answering.answer_email

    def leaves_first(*given: Any, **more: Any) -> None:
        opt_out("email", key(person), method="one_click", source="link", now=LATER - timedelta(seconds=1))
        answer(*given, **more)

    monkeypatch.setattr(answering, "answer_email", leaves_first)
    post("I want to die", sender="cry7@example.org")
    assert Suppression.objects.get().confirmed_at is not None
    assert CrisisMessage.objects.get().answer == "failed" and Message.objects.get().status == "skipped"


# --- machines -------------------------------------------------------------------------------------------------------


def bounce(message: Message | str, status: str = "5.1.1", action: str = "failed", to: str = "") -> None:
    """A bounce report with the headers of our email in it."""
    name = message if isinstance(message, str) else message.key.hex
    about = to or "whoever@example.org"
    post(
        "Sorry.", sender="mailer-daemon@mx.example.org", envelope_from="",
        status=f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {about}\nAction: {action}\nStatus: {status}",
        original=f"X-Outreach-Id: {name}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "action", "fact", "cause"),
    [
        ("5.1.1", "failed", "bounced_at", "bounce"),
        ("5.2.2", "failed", "bounced_at", None),
        ("5.7.1", "failed", "bounced_at", None),
        ("4.4.7", "delayed", None, None),
        ("2.1.5", "delivered", "delivered_at", None),
    ],
)
def test_a_bounce_by_email_has_the_outcome_of_an_event(
    status: str, action: str, fact: str | None, cause: str | None
) -> None:
    """The same facts, the same suppressions; nobody opted out."""
    person = builders.make_subscriber()
    message = make_sent(person)
    bounce(message, status, action)
    message.refresh_from_db()
    assert (message.bounced_at, message.delivered_at) == (
        LATER if fact == "bounced_at" else None, LATER if fact == "delivered_at" else None,
    )  # fmt: skip
    assert list(Suppression.objects.values_list("cause", flat=True)) == ([cause] if cause else [])
    assert not ConsentEvent.objects.filter(action="revoked").exists()
    assert not InboundEmail.objects.exists()


def test_a_bounce_settles_what_was_in_doubt_and_counts_once() -> None:
    """Proof that the server had taken it."""
    message = make_sent(builders.make_subscriber(), status="uncertain")
    bounce(message)
    bounce(message)
    message.refresh_from_db()
    assert message.status == "sent" and DeliveryEvent.objects.count() == 1


def test_a_bounce_without_our_mark_changes_nothing_and_is_told() -> None:
    """Anybody can write that an address is dead."""
    person = builders.make_subscriber(email="ann@example.org")
    make_sent(person)
    post(
        "x",
        sender="mailer-daemon@mx.example.org",
        status="Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1",
    )
    assert not Suppression.objects.exists() and Alert.objects.get().kind == "email_report_unknown"


def test_of_a_report_about_several_the_one_we_wrote_to_counts() -> None:
    """Each recipient has a block."""
    person = builders.make_subscriber(email="ann@example.org")
    message = make_sent(person)
    post(
        "x", sender="mailer-daemon@mx.example.org", original=f"X-Outreach-Id: {message.key.hex}",
        status="Final-Recipient: rfc822; ben@example.org\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; ann@example.org\nAction: delayed\nStatus: 4.4.1",
    )  # fmt: skip
    assert not Suppression.objects.exists() and DeliveryEvent.objects.get().event == "delayed"


def complain(person: Subscriber, campaign: int, word: str = "abuse", original: str = "") -> None:
    post(
        "Report.", sender="fbl@isp.example.org", feedback=f"Feedback-Type: {word}",
        original=original or f"List-Unsubscribe: <{SITE}/u/{token_of(person, campaign)}/>",
    )  # fmt: skip


def test_a_complaint_by_email_ends_all_program_mail_without_a_word_to_the_person() -> None:
    """Found by the link, since addresses and ids are redacted."""
    person = builders.make_subscriber(topics=["recovery-notes", "family-notes"])
    message = make_sent(person)
    complain(person, message.campaign_id or 0)
    message.refresh_from_db()
    assert message.complained_at == LATER
    assert Suppression.objects.get().cause == "complaint"
    assert ConsentEvent.objects.get(action="revoked").method == "spam_report"
    assert set(Consent.objects.filter(channel="email").values_list("state", flat=True)) == {"revoked"}
    assert Enrollment.objects.get(channel="email").exit_reason == "opted_out"
    assert Message.objects.count() == 1, "no confirmation goes out"


@pytest.mark.parametrize(
    ("word", "cause"), [("fraud", "complaint"), ("opt-out", "unsubscribe"), ("not-spam", None), ("virus", None)]
)
def test_other_kinds_of_feedback(word: str, cause: str | None) -> None:
    """Only a person's wish ends their emails."""
    person = builders.make_subscriber()
    message = make_sent(person)
    complain(person, message.campaign_id or 0, word, f"X-Outreach-Id: {message.key.hex}")
    assert list(Suppression.objects.values_list("cause", flat=True)) == ([cause] if cause else [])


def test_a_complaint_about_an_email_that_is_in_no_ledger_still_ends_the_emails() -> None:
    """Its link says whose they are."""
    person = builders.make_subscriber()
    complain(person, 77)
    assert suppressed() == {("email", key(person))} and Suppression.objects.get().cause == "complaint"
    assert ConsentEvent.objects.get(action="revoked").method == "spam_report"


def test_a_complaint_with_a_forged_link_ends_nobodys_emails() -> None:
    """It is told to staff."""
    person = builders.make_subscriber()
    complain(person, 1, original=f"List-Unsubscribe: <{SITE}/u/{'0' * 44}/>")
    assert not Suppression.objects.exists() and Alert.objects.get().kind == "email_report_unknown"


def test_every_email_of_a_series_carries_the_headers_that_let_a_mailbox_leave(sandbox: Sandbox) -> None:
    """RFC 8058: one https address, first; the mailto with the same token; a list id without a topic."""
    builders.make_subscriber(email="headers@example.org", discreet=True)
    builders.make_campaign(builders.make_series(emails=1, texts=0))
    drain(sandbox)
    shown = sandbox.page("/inbox/headers@example.org/1?view=headers")
    found = re.search(
        rf"&lt;({SITE}/u/([0-9a-f]+)/)&gt;, &lt;mailto:unsub\+([0-9a-f]+)@{DOMAIN}\?subject=unsubscribe&gt;", shown
    )
    assert found and found[2] == found[3]
    assert "List-Unsubscribe=One-Click" in shown and "&lt;letters.alana.example.org&gt;" in shown
    assert "recovery-notes" not in shown
    post(to=f"unsub+{found[3]}@{DOMAIN}", sender="anyone@example.org")
    assert len(suppressed()) == 1 and InboundEmail.objects.get().named_by == "token"
