"""Double opt-in: a request is an entry in the ledger and no more, until the owner of the address has said yes."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from outreach.actions import auditing, confirming, limiting, links, opting_out, preferring, signing_up
from outreach.actions.dispatching import confirmations as spine
from outreach.actions.dispatching import due_lanes, send_batch, sweep
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving.texts import take_in
from outreach.actions.suppressing import key_of, suppress_key
from outreach.models import Batch, Consent, ConsentEvent, Enrollment, Message, Subscriber, Suppression
from outreach.providers.base import Inbound
from outreach.providers.gate import Gate
from tests import builders
from tests.builders import NOW
from tests.parts import Sandbox
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("stage")
EMAIL, PHONE = "nora@example.org", "+14045550155"
WORDS = {("email", "recovery-notes"): "Send me emails: Notes on recovery"}
BOTH = {**WORDS, ("sms", "recovery-notes"): "Send me texts: Notes on recovery."}
LATER = NOW + timedelta(hours=2)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def ask(now: datetime = NOW, *, asked: dict[tuple[str, str], str] = WORDS, **fields: str | None) -> None:
    values = {"email": EMAIL, "phone": None, "first_name": "Nora", "zip_code": "30303", "language": "en", **fields}
    signing_up.request(signing_up.SignUp(asked=asked, **values), now=now, ip="192.0.2.7")  # type: ignore[arg-type]


def sent(sandbox: Sandbox, now: datetime = NOW) -> int:
    """Lets the email lane work; returns how many confirmations it gave to the provider."""
    before = Message.objects.filter(kind="confirmation", status="sent").count()
    while send_batch(sandbox.lane("email"), at(now)).more:
        pass
    return Message.objects.filter(kind="confirmation", status="sent").count() - before


def newest(person: Subscriber) -> int:
    return preferring.newest_event(person.pk)


def state(channel: str = "email", topic: str = "recovery-notes", **of: object) -> str | None:
    found = Consent.objects.filter(channel=channel, topic=topic, **of)  # type: ignore[misc]
    return found.values_list("state", flat=True).first()


def text(body: str, sid: str = "SM1") -> None:
    take_in(Inbound(provider_id=sid, from_number=PHONE, to_number="+14045550100", body=body, at=LATER), LATER)


def assert_held(sandbox: Sandbox) -> None:
    keys = {m.hex for (m,) in run("SELECT key FROM message")}
    found = auditing.audit([line for line in sandbox.accepted() if line["key"] in keys])
    assert found.held, [p.where for p in found.promises if not p.held]


def test_a_request_is_kept_with_its_exact_words_and_starts_nothing() -> None:
    builders.make_campaign(started=True)
    ask(asked=BOTH, phone=PHONE)
    person = Subscriber.objects.get()
    assert (person.email, person.phone, person.first_name, person.source) == (EMAIL, PHONE, "Nora", "sign-up form")
    events = ConsentEvent.objects.order_by("channel")
    assert {(e.channel, e.topic): e.wording for e in events} == BOTH
    assert {(e.action, e.source, e.beside.ip, e.language) for e in events} == {
        ("requested", "sign-up form", "192.0.2.7", "en")
    }
    assert {state("email"), state("sms")} == {"pending"}
    assert not Enrollment.objects.exists()


def test_an_address_no_ticked_box_needs_is_not_kept() -> None:
    ask(phone=PHONE)
    assert Subscriber.objects.get().phone is None


def test_a_known_person_is_found_and_not_changed() -> None:
    known = builders.make_subscriber(email=EMAIL, phone=PHONE, channels=[], first_name="Eleanor", language="es")
    ask(asked=BOTH, phone=PHONE, zip_code="98101")
    assert Subscriber.objects.get() == known
    known.refresh_from_db()
    assert (known.first_name, known.zip_code, known.language) == ("Eleanor", "30303", "es")
    assert {state("email"), state("sms")} == {"pending"}


def test_nobody_can_give_a_known_address_another_number() -> None:
    known = builders.make_subscriber(email=EMAIL, phone="+14045550199", channels=[])
    ask(asked=BOTH, phone=PHONE)
    known.refresh_from_db()
    assert known.phone == "+14045550199"
    assert state("sms", subscriber=known) is None
    assert state("sms", subscriber__phone=PHONE) == "pending"


def test_a_request_does_not_weaken_a_consent_that_stands(sandbox: Sandbox) -> None:
    builders.make_subscriber(email=EMAIL)
    ask()
    assert state() == "granted"
    assert sent(sandbox) == 0


def test_the_confirmation_is_discreet_and_carries_one_link(sandbox: Sandbox) -> None:
    ask()
    assert due_lanes(NOW) == ["email"]
    assert sent(sandbox) == 1
    assert due_lanes(NOW) == []
    message, batch = Message.objects.get(), Batch.objects.get()
    assert (message.kind, message.status, message.enrollment_id, message.campaign_id) == (
        "confirmation",
        "sent",
        None,
        None,
    )
    assert (batch.campaign_id, batch.step_number, batch.status) == (None, 0, "settled")
    found = sandbox.accepted()[-1]
    assert (found["to"], found["subject"]) == (EMAIL, "Please confirm your email address")
    inbox = sandbox.page(f"/inbox/{EMAIL}")
    n = max(int(n) for n in re.findall(rf"/inbox/{EMAIL}/(\d+)", inbox))
    letter = sandbox.page(f"/inbox/{EMAIL}/{n}?view=text")
    assert "A. Health Notes" in letter and "ALANA" not in letter and "recovery" not in letter.lower()
    assert links.confirm_url(message.subscriber_id or 0, newest(Subscriber.objects.get())) in letter
    assert "100 Example Street" in letter and "Hi Nora," in letter
    assert_held(sandbox)


def test_each_gets_it_in_the_language_of_the_sign_up(sandbox: Sandbox) -> None:
    ask()
    ask(email="rosa@example.org", language="es")
    assert sent(sandbox) == 2
    subjects = {line["to"]: line["subject"] for line in sandbox.accepted()[-2:]}
    assert subjects == {
        EMAIL: "Please confirm your email address",
        "rosa@example.org": "Confirme su dirección de correo, por favor",
    }


def test_confirmations_go_before_the_series(sandbox: Sandbox) -> None:
    builders.make_subscriber()
    builders.make_campaign()
    ask()
    assert send_batch(sandbox.lane("email"), at(NOW)).called == 1
    assert Message.objects.get().kind == "confirmation"


def test_an_address_gets_three_a_day_however_often_it_is_entered(sandbox: Sandbox) -> None:
    for minutes in range(0, 60, 10):
        ask(NOW + timedelta(minutes=minutes))
        sent(sandbox, NOW + timedelta(minutes=minutes))
    assert Message.objects.filter(kind="confirmation").count() == 3
    assert ConsentEvent.objects.count() == limiting.PER_ADDRESS  # what was entered after that counts for nothing
    assert sent(sandbox, NOW + timedelta(hours=23)) == 0
    ask(NOW + timedelta(days=2))
    assert sent(sandbox, NOW + timedelta(days=2)) == 1


def test_a_request_that_was_answered_is_not_answered_again(sandbox: Sandbox) -> None:
    ask()
    assert [sent(sandbox), sent(sandbox), sent(sandbox, NOW + timedelta(days=3))] == [1, 0, 0]


@pytest.mark.parametrize("cause", ["complaint", "bounce", "invalid_address"])
def test_an_address_that_bounced_or_complained_is_not_written_to(sandbox: Sandbox, cause: str) -> None:
    ask()
    suppress_key("email", key_of("email", EMAIL), cause=cause, now=NOW)
    assert sent(sandbox) == 0
    assert not Message.objects.exists()


def test_whoever_is_on_hold_is_asked_once_the_hold_is_over(sandbox: Sandbox) -> None:
    ask()
    Subscriber.objects.update(held_reason="grief", held_at=NOW)
    assert sent(sandbox) == 0
    Subscriber.objects.update(held_reason=None, held_at=None)
    assert sent(sandbox) == 1


def test_who_unsubscribed_is_asked_nothing_whoever_types_the_address(sandbox: Sandbox) -> None:
    """The promise has no exception: the way back is in the emails the person has, not in a form anyone can fill in."""
    builders.make_subscriber(email=EMAIL, topics=["recovery-notes"], channels=["email"])
    opting_out.opt_out("email", key_of("email", EMAIL), method="one_click", source="test", now=NOW)
    ask(LATER)
    assert sent(sandbox, LATER) == 0
    assert Suppression.objects.get().lifted_at is None
    assert_held(sandbox)


def claimed(sandbox: Sandbox) -> spine._Batch:
    batch = spine._claim(sandbox.lane("email"), 10, NOW, "test")
    assert batch
    return batch


@pytest.mark.parametrize(
    ("meanwhile", "status", "reason"),
    [
        (
            lambda key: opting_out.opt_out("email", key, method="one_click", source="t", now=NOW),
            "skipped",
            "not_pending",
        ),
        (lambda key: suppress_key("email", key, cause="bounce", now=NOW), "skipped", "suppressed:bounce"),
        (lambda _: Subscriber.objects.update(held_reason="grief"), None, "held"),
        (lambda _: Subscriber.objects.update(erased_at=NOW), "skipped", "erased"),
    ],
    ids=["opted out", "bounced", "held", "erased"],
)
def test_the_fence_reads_everything_anew(
    sandbox: Sandbox, meanwhile: Callable[[bytes], object], status: str | None, reason: str
) -> None:
    ask()
    batch = claimed(sandbox)
    meanwhile(key_of("email", EMAIL))
    assert spine._fence_call_settle(sandbox.lane("email"), batch, Gate([0.0], 1e9), at(NOW)) == 0
    # who is only to wait is found again: nothing is written
    assert list(Message.objects.values_list("status", "reason")) == ([(status, reason)] if status else [])
    assert_held(sandbox)


def test_an_opt_out_waits_for_a_confirmation_that_is_being_sent(sandbox: Sandbox) -> None:
    import threading

    from django.db import connection

    ask()
    sandbox.misbehave(on="sendgrid", do="delay", delay_ms=1200)

    def work() -> None:
        send_batch(sandbox.lane("email"), at(NOW))
        connection.close()

    sender = threading.Thread(target=work)
    sender.start()
    while not Batch.objects.filter(status="calling").exists():
        pass
    while run("SELECT 1 FROM batch WHERE status = 'calling' FOR UPDATE SKIP LOCKED"):
        pass  # until the sender holds the lock
    done = opting_out.opt_out("email", key_of("email", EMAIL), method="one_click", source="test", now=NOW)
    assert done.confirmed and not Batch.objects.filter(status="calling").exists()
    sender.join()


def test_a_confirmation_whose_worker_died_before_the_call_is_due_again(sandbox: Sandbox) -> None:
    ask()
    claimed(sandbox)
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    assert sweep(NOW) == 1
    assert sent(sandbox) == 1
    assert list(Message.objects.values_list("status", flat=True)) == ["sent"]
    assert_held(sandbox)


def test_a_confirmation_whose_worker_died_in_the_call_is_not_repeated(sandbox: Sandbox) -> None:
    ask()
    claimed(sandbox)
    run(
        "UPDATE batch SET status = 'calling', calling_at = now(), claimed_at = '2020-01-01', lease_until = '2020-01-02'"
    )
    assert sweep(NOW) == 1
    assert sent(sandbox) == 0
    assert Message.objects.get().status == "uncertain"


def test_a_busy_provider_loses_no_confirmation(sandbox: Sandbox) -> None:
    ask()
    sandbox.misbehave(on="sendgrid", do="status", status=429, retry_after=90)
    assert sent(sandbox) == 0
    assert sent(sandbox, NOW + timedelta(minutes=2)) == 1


def test_two_workers_ask_once(sandbox: Sandbox) -> None:
    for number in range(20):
        ask(email=f"nora{number}@example.org")

    def work() -> None:
        while send_batch(sandbox.lane("email"), at(NOW)).more:
            pass

    at_once(4, work)
    assert list(Message.objects.values_list("status", flat=True)) == ["sent"] * 20


def test_a_yes_grants_the_same_words_and_opens_this_persons_runs_alone() -> None:
    campaign = builders.make_campaign()
    builders.make_campaign(builders.make_series(topic="family-notes"), name="Families")
    builders.make_subscriber()  # came later, and is nobody's business here
    ask(asked=BOTH, phone=PHONE)
    person = Subscriber.objects.get(email=EMAIL)
    event = ConsentEvent.objects.get(subscriber=person, channel="email").pk
    assert confirming.confirm(person.pk, event, now=LATER, ip="192.0.2.8")
    granted = ConsentEvent.objects.get(action="granted", subscriber=person)
    assert (granted.wording, granted.method, granted.beside.ip) == (
        WORDS["email", "recovery-notes"],
        "confirmation_link",
        "192.0.2.8",
    )
    asked = ConsentEvent.objects.get(pk=event)
    assert (granted.answers, granted.asked_at, granted.wording_version) == (event, asked.at, asked.wording_version)
    assert (state("email", subscriber=person), state("sms", subscriber=person)) == ("granted", "pending")
    opened = Enrollment.objects.get(anchor=LATER)
    assert (opened.subscriber_id, opened.campaign_id, opened.channel) == (person.pk, campaign.pk, "email")


def test_a_second_yes_changes_nothing() -> None:
    builders.make_campaign()
    ask()
    person = Subscriber.objects.get()
    event = newest(person)
    assert confirming.confirm(person.pk, event, now=NOW)
    before = ConsentEvent.objects.count(), Enrollment.objects.count()
    assert confirming.confirm(person.pk, event, now=LATER)
    assert (ConsentEvent.objects.count(), Enrollment.objects.count()) == before


def test_a_yes_after_an_opt_out_brings_nothing_back() -> None:
    ask()
    person = Subscriber.objects.get()
    event = newest(person)
    opting_out.opt_out("email", key_of("email", EMAIL), method="one_click", source="test", now=NOW)
    assert confirming.confirm(person.pk, event, now=LATER) is False
    assert (state(), Suppression.objects.get().lifted_at) == ("revoked", None)


def test_a_yes_does_not_lift_a_complaint() -> None:
    ask()
    person = Subscriber.objects.get()
    suppress_key("email", key_of("email", EMAIL), cause="complaint", now=NOW)
    assert confirming.confirm(person.pk, newest(person), now=LATER) is False
    assert Suppression.objects.get().lifted_at is None


def test_a_link_belongs_to_one_person_and_one_request() -> None:
    ask()
    ask(email="other@example.org")
    person, other = Subscriber.objects.order_by("pk")
    assert confirming.confirm(person.pk, newest(other), now=NOW) is False
    assert confirming.to_confirm(person.pk, newest(other)) is None
    assert set(Consent.objects.values_list("state", flat=True)) == {"pending"}


@pytest.mark.parametrize("word", ["START", "Yes", "sí"])
def test_texts_begin_with_the_phones_own_word(word: str) -> None:
    campaign = builders.make_campaign()
    ask(asked=BOTH, phone=PHONE)
    text(word)
    assert (state("sms"), state("email")) == ("granted", "pending")
    granted = ConsentEvent.objects.get(action="granted")
    assert (granted.beside.said, granted.method, granted.provider_id) == (word, "sms_reply", "SM1")
    assert granted.wording == BOTH["sms", "recovery-notes"], "and the words they had asked for"
    assert (Enrollment.objects.get().channel, Enrollment.objects.get().campaign_id) == ("sms", campaign.pk)
    text(word, "SM2")
    assert ConsentEvent.objects.filter(action="granted").count() == 1


def test_a_yes_does_not_take_back_a_stop_and_start_does() -> None:
    builders.make_subscriber(email=None, phone=PHONE, channels=["sms"])
    text("STOP", "SM1")
    ask(asked={("sms", "recovery-notes"): "Send me texts"}, phone=PHONE)
    text("YES", "SM2")
    assert state("sms") == "pending"
    text("START", "SM3")
    assert state("sms") == "granted"


def test_any_other_text_confirms_nothing() -> None:
    ask(asked=BOTH, phone=PHONE)
    text("who is this?")
    assert state("sms") == "pending"
