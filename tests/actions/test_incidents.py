"""A crisis: answered at once past everything, one incident for a person by whatever way they write, nothing sent meanwhile."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection

from outreach.actions import answering, attending, campaigning, incidents, opting_out, paging, polling, schedules
from outreach.actions.dispatching import send_batch
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import storing
from outreach.models import (
    Activity,
    CrisisMessage,
    InboundText,
    Incident,
    LanePause,
    Message,
    Page,
    Reply,
    Subscriber,
    Suppression,
)
from outreach.rules import reply_texts
from tests import builders
from tests.actions.test_receiving_texts import form
from tests.builders import NOW
from tests.parts import Sandbox
from tests.together import at_once

NIGHT = datetime(2026, 11, 25, 8, 12, tzinfo=UTC)  # 3:12 in Atlanta
_people = count(100)


def after(minutes: float) -> datetime:
    return NIGHT + timedelta(minutes=minutes)


def make_ann(**fields: object) -> Subscriber:
    """Somebody with a number that no other test has used: the sandbox remembers."""
    return builders.make_subscriber(phone=f"+1229555{next(_people):04d}", **fields)  # type: ignore[arg-type]


def text(person: Subscriber, body: str = "I want to die", *, now: datetime = NIGHT, **fields: str) -> str | None:
    """The person texts us; what they are answered."""
    return storing.receive_text(form(body, str(person.phone), **fields), now)


def answers() -> list[str]:
    return list(CrisisMessage.objects.order_by("pk").values_list("answer", flat=True))


def says() -> list[str]:
    """What the pages said."""
    return list(Page.objects.order_by("pk").values_list("say", flat=True))


# --- the answer, at any hour and past everything ---------------------------------------------------------------------


def _capped(ann: Subscriber) -> None:
    Message.objects.create(
        kind="confirmation", subscriber=ann, channel="sms", address_key=ann.phone_key, status="sent", claimed_at=NIGHT,
        sent_at=NIGHT,
    )  # fmt: skip


def _pausing(ann: Subscriber) -> None:
    Subscriber.objects.filter(pk=ann.pk).update(paused_until=after(9999))


def _held(ann: Subscriber) -> None:
    Subscriber.objects.filter(pk=ann.pk).update(held_reason="Grief", held_at=NIGHT)


def _campaign_paused(ann: Subscriber) -> None:
    campaigning.pause(builders.make_campaign(), now=NIGHT)


def _lane_halted(ann: Subscriber) -> None:
    for channel in ("sms", "email"):
        LanePause.objects.create(channel=channel, until=after(9999), reason="auth")


def _opted_out(ann: Subscriber) -> None:
    opting_out.opt_out("sms", bytes(ann.phone_key or b""), method="sms_reply", source="test", now=after(-60))


def _nothing(ann: Subscriber) -> None: ...


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "given",
    [_nothing, _capped, _pausing, _held, _campaign_paused, _lane_halted, _opted_out],
    ids=["at 3 am", "capped", "in a pause", "on hold", "campaign paused", "lane halted", "opted out in own words"],
)
@pytest.mark.usefixtures("stage")
def test_a_crisis_is_answered_in_the_answer_to_its_webhook(given: Callable[[Subscriber], None], language: str) -> None:
    ann = make_ann()
    given(ann)
    said = text(ann, "I want to die" if language == "en" else "ya no quiero vivir")
    organisation = schedules.current().organisation
    assert said == reply_texts.crisis(organisation, "self_harm", language, stopped=False)
    for lifeline in ("911", "988", "1-800-715-4225"):
        assert lifeline in said
    assert Incident.objects.get().page_due_at == NIGHT


@pytest.mark.usefixtures("stage")
def test_naloxone_is_named_for_an_overdose_and_for_nothing_else() -> None:
    ann, ben = make_ann(), make_ann()
    assert "naloxone" in (text(ann, "he took too many pills and wont wake up") or "")
    assert "naloxone" not in (text(ben) or "")


@pytest.mark.usefixtures("stage")
def test_a_stop_with_a_crisis_is_one_answer_to_both_and_an_incident() -> None:
    ann = make_ann()
    said = text(ann, "stop texting me. I want to die")
    assert said and "988" in said and "no more texts" in said
    assert Suppression.objects.get().confirmed_at is not None
    assert answers() == ["given"] and Message.objects.filter(kind="reply").count() == 1


@pytest.mark.usefixtures("stage")
def test_the_lifelines_wait_a_few_seconds_at_most_for_a_call_that_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop stands, and is not claimed to be done while a text may be on its way."""
    from outreach.actions.receiving import texts

    ann = make_ann()
    monkeypatch.setattr(texts, "CALLS_OVER_IN_CRISIS", timedelta(milliseconds=200))
    run(
        """INSERT INTO batch (key, channel, step_number, status, enrollment_ids, subscriber_ids, address_keys, worker,
            moment, lease_until) VALUES (gen_random_uuid(), 'sms', 0, 'calling', '{}', %s, %s, '', now(),
            now() + interval '1 minute')""",
        [[ann.pk], [ann.phone_key]],
    )
    calling, asked = threading.Event(), threading.Event()

    def a_call() -> None:
        run("BEGIN")
        run("SELECT id FROM batch FOR UPDATE")
        calling.set()
        asked.wait()
        run("COMMIT")
        connection.close()

    worker = threading.Thread(target=a_call)
    worker.start()
    calling.wait()
    try:
        said = text(ann, "stop texting me. I want to die")
    finally:
        asked.set()
        worker.join()
    assert said and "988" in said and "no more texts" not in said
    assert Suppression.objects.get().confirmed_at is None


# --- one incident -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("stage")
def test_every_message_of_an_hour_joins_the_crisis_and_is_answered_once() -> None:
    ann = make_ann()
    said = [bool(text(ann, now=after(minutes))) for minutes in (0, 5, 59, 60)]
    assert said == [True, False, False, True]
    assert answers() == ["given", "earlier", "earlier", "given"]
    assert Incident.objects.count() == 1


@pytest.mark.usefixtures("stage")
def test_an_email_and_a_form_of_the_same_person_join_the_crisis_of_the_text() -> None:
    ann = make_ann(email="ann@example.org")
    text(ann)
    by_email = incidents.open_incident(
        channel="email", address_key=ann.email_key, subscriber=ann, words="I still want to die", reach="ann@example.org",
        source_id=7, kind="self_harm", now=after(1),
    )  # fmt: skip
    by_form = incidents.open_incident(
        channel="web", address_key=None, subscriber=ann, words="help me", answer="shown", now=after(2)
    )
    assert not by_email.fresh and by_form.incident == by_email.incident
    assert [m.body for m in CrisisMessage.objects.order_by("pk")] == ["I want to die", "I still want to die", "help me"]


@pytest.mark.usefixtures("stage")
def test_an_email_of_nobody_we_know_opens_a_crisis_that_holds_nobody_and_is_joined_by_its_address() -> None:
    for minutes in (0, 1):
        opened = incidents.open_incident(
            channel="email", address_key=b"e" * 32, words="I want to die", reach="x@example.org", now=after(minutes)
        )
    incident = Incident.objects.get(pk=opened.incident)
    assert (incident.subscriber, incident.held_ids, incident.said.count()) == (None, [], 2)


@pytest.mark.usefixtures("stage")
def test_other_people_have_crises_of_their_own() -> None:
    text(make_ann())
    text(make_ann())
    assert Incident.objects.count() == 2


@pytest.mark.usefixtures("stage")
def test_after_a_crisis_was_closed_the_next_message_opens_another() -> None:
    ann = make_ann()
    text(ann)
    attending.close_incident(Incident.objects.get().pk, now=after(5), actor=builders.make_staff())
    text(ann, now=after(10))
    assert list(Incident.objects.order_by("pk").values_list("closed_at", flat=True)) == [after(5), None]
    assert Subscriber.objects.get().held_reason == incidents.HOLD


@pytest.mark.usefixtures("stage")
def test_eight_messages_at_one_moment_are_one_crisis() -> None:
    ann = make_ann()
    at_once(8, lambda: text(ann))
    assert Incident.objects.count() == 1 and CrisisMessage.objects.count() == 8
    assert answers().count("given") == 1, "and one answer"
    assert Activity.objects.filter(verb="opened").count() == 1


@pytest.mark.parametrize("wrong", [{"channel": "fax"}, {"answer": "perhaps"}], ids=str)
@pytest.mark.usefixtures("stage")
def test_a_channel_or_an_answer_that_is_none_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not known here"):
        incidents.open_incident(**{"channel": "sms", "address_key": b"k", "now": NIGHT, **wrong})  # type: ignore[arg-type]


# --- meanwhile -------------------------------------------------------------------------------------------------------


def test_while_a_crisis_is_open_no_program_message_is_sent_and_afterwards_they_go_on(switchboard: Sandbox) -> None:
    ann = make_ann(channels=["email"])
    ben = make_ann(channels=["email"])
    builders.make_campaign(builders.make_series(texts=0))
    text(ann, now=NOW)
    lane = switchboard.lane("email")
    while send_batch(lane, lambda: NOW).more:
        pass
    assert list(Message.objects.filter(kind="step").values_list("subscriber", flat=True)) == [ben.pk]
    attending.close_incident(Incident.objects.get().pk, now=NOW, actor=builders.make_staff())
    for hours in range(
        3, 24 * 8, 3
    ):  # a hold is asked about again after a day, and a late step waits for its next hour
        later = NOW + timedelta(hours=hours)
        while send_batch(lane, lambda: later).more:  # noqa: B023  # called at once
            pass
    steps = Message.objects.filter(kind="step", subscriber=ann, status="sent").order_by("pk")
    assert list(steps.values_list("step_number", flat=True)) == [1, 2]


@pytest.mark.usefixtures("stage")
def test_a_crisis_holds_everyone_who_has_the_number_and_touches_no_hold_of_the_staff() -> None:
    ann = make_ann()
    other = builders.make_subscriber(phone=ann.phone, email="other@example.org", held_reason="Grief", held_at=NIGHT)
    text(ann)
    assert Subscriber.objects.get(pk=ann.pk).held_reason == incidents.HOLD
    assert Subscriber.objects.get(pk=other.pk).held_reason == "Grief"
    assert Incident.objects.get().held_ids == [ann.pk]


@pytest.mark.usefixtures("stage")
def test_pause_by_text_holds_texts_and_emails_for_two_weeks() -> None:
    """The pause is of the person: their series wait on both channels, and go on by themselves."""
    ann = make_ann()
    assert "two weeks" in (text(ann, "PAUSE", now=NOW) or "")
    assert Subscriber.objects.get(pk=ann.pk).paused_until == NOW + timedelta(days=14)


# --- when the machine cannot answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "fields", "answer"),
    [
        pytest.param([], {"OptOutType": "STOP"}, "none", id="the crisis itself came with a stop at Twilio"),
        pytest.param(["STOP"], {}, "none", id="STOP before"),
        pytest.param(["Unsubscribe "], {}, "none", id="another word of Twilio's"),
        pytest.param(["STOP", "START"], {}, "given", id="came back"),
        pytest.param(["please stop texting me"], {}, "given", id="a stop in own words: Twilio knows nothing of it"),
    ],
)
def test_who_stopped_at_twilio_is_a_persons_to_answer_and_the_page_says_so(
    switchboard: Sandbox, before: list[str], fields: dict[str, str], answer: str
) -> None:
    ann = make_ann()
    for minute, word in enumerate(before):
        text(ann, word, now=after(minute - 30))
    assert "988" in (text(ann, **fields) or ""), "it is tried all the same"
    assert answers() == [answer]
    paging.page_due(NIGHT)
    assert says() == ["unanswered" if answer == "none" else "waiting"]
    claimed = Message.objects.filter(kind="reply", reason="crisis", status="sent").count()
    assert claimed == (0 if answer == "none" else 1), "no answer is claimed that was surely refused"


def test_a_number_known_to_have_stopped_at_the_provider_is_a_persons_to_answer(switchboard: Sandbox) -> None:
    ann = make_ann()
    Suppression.objects.create(channel="sms", address_key=ann.phone_key, cause="provider_stop", at=NOW)
    text(ann)
    assert answers() == ["none"]


@pytest.mark.parametrize("taken_on", [False, True], ids=["nobody there", "taken on already"])
def test_an_answer_that_the_provider_reports_as_failed_pages_at_once(switchboard: Sandbox, taken_on: bool) -> None:
    ann = make_ann()
    text(ann)
    paging.page_due(NIGHT)
    if taken_on:
        attending.acknowledge(Incident.objects.get().pk, now=after(0.2), actor=builders.make_staff())
    key = CrisisMessage.objects.get().answer_key
    assert key is not None
    storing.receive_status(
        [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30005")], key, after(0.5)
    )
    answering.follow_up(after(0.5))
    assert answers() == ["failed"]
    paging.page_due(after(0.5))
    assert says() == ["waiting", "unanswered"]
    answering.follow_up(after(0.6))
    assert paging.page_due(after(0.6)) == 0


def test_an_answer_that_arrived_is_known_to(switchboard: Sandbox) -> None:
    text(make_ann())
    key = CrisisMessage.objects.get().answer_key
    assert key is not None
    storing.receive_status([("MessageSid", "SM1"), ("MessageStatus", "delivered")], key, after(0.1))
    answering.follow_up(after(0.1))
    assert answers() == ["sent"]
    assert Message.objects.get(key=str(key)).delivered_at == after(0.1)


def silence() -> None:
    """A minute in which no status callback came, in real time."""
    run("UPDATE crisis_message SET recorded_at = recorded_at - interval '61 seconds'")


def test_an_answer_the_provider_does_not_know_of_is_brought_by_a_call(switchboard: Sandbox) -> None:
    """Our answer came too late for its webhook, say: then it was thrown away, and nobody tells."""
    switchboard.client.post("/sandbox/clock", {"now": NIGHT.isoformat()})
    ann = make_ann()
    said = text(ann)
    answering.follow_up(after(0.5))
    assert answers() == ["given"], "its report may still come"
    silence()
    answering.follow_up(after(1.1))
    assert answers() == ["sent"]
    assert [line["body"] for line in switchboard.accepted() if line["to"] == ann.phone] == [said]
    answering.follow_up(after(2))
    assert Reply.objects.count() == 1


def test_an_answer_that_the_provider_refuses_is_a_persons_and_the_page_says_so(switchboard: Sandbox) -> None:
    """The STOP at Twilio was never told to us: error 21610 makes no message and calls nobody back."""
    ann = make_ann()
    text(ann)
    silence()
    switchboard.client.post("/sandbox/fate", {"to": ann.phone, "fate": "refused:21610", "count": 1})
    answering.follow_up(after(1.1))
    assert answers() == ["failed"]
    assert Suppression.objects.get(channel="sms").cause == "provider_stop"
    paging.page_due(after(1.1))
    assert says() == ["unanswered"]


def test_an_answer_is_found_in_the_providers_list_when_its_report_was_lost(switchboard: Sandbox) -> None:
    ann = make_ann()
    said = text(ann)
    silence()
    switchboard.client.post("/sandbox/clock", {"now": NIGHT.isoformat()})
    key = CrisisMessage.objects.get().answer_key
    lane = switchboard.lane("sms")
    assert lane.sms is not None and key is not None and said is not None
    sent = lane.sms.send(_batch(ann, said, key.hex))
    assert len(sent) == 1
    answering.follow_up(after(1.1))
    assert answers() == ["sent"] and not Reply.objects.exists()


def test_one_word_is_remembered_in_the_language_it_was_answered_in(switchboard: Sandbox) -> None:
    """Else the answer is looked for in another one, not found, and given twice."""
    ann = make_ann(language="es")
    said = text(ann, "overdosing")
    assert said == reply_texts.crisis(schedules.current().organisation, "overdose", "es", stopped=False)
    assert CrisisMessage.objects.get().language == "es"


@pytest.mark.usefixtures("stage")
def test_on_a_toll_free_number_cancel_is_no_stop_at_twilio() -> None:
    """What the provider does not act on does not make it refuse the lifelines."""
    shipped = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    schedules.apply(shipped.replace("kind: 10dlc ", "kind: toll_free "), now=NOW + timedelta(minutes=1))
    ann = make_ann()
    text(ann, "CANCEL", now=after(-30))
    text(ann)
    assert answers() == ["given"]


def _batch(person: Subscriber, body: str, key: str):  # type: ignore[no-untyped-def]
    from outreach.providers.base import TextBatch, TextMessage

    message = TextMessage(
        key=key, to=str(person.phone), body=body, status_callback=f"http://127.0.0.1:9/{key}/", validity_seconds=60
    )
    return TextBatch(batch_key=key, messages=(message,), sender_number="+14045550100")


def test_a_list_that_cannot_be_read_is_asked_again_and_after_minutes_a_person_is_told(switchboard: Sandbox) -> None:
    from outreach.providers.twilio import Twilio

    text(make_ann())
    nowhere = Twilio("http://127.0.0.1:9", "AC1", "token")
    silence()
    answering.follow_up(after(1.1), texts=nowhere)
    assert answers() == ["given"]
    run("UPDATE crisis_message SET recorded_at = recorded_at - interval '3 minutes'")
    answering.follow_up(after(4), texts=nowhere)
    assert answers() == ["failed"]


def late(switchboard: Sandbox, ann: Subscriber, moment: datetime, body: str = "I want to die") -> None:
    """A text whose webhook is lost: the poll finds it."""
    switchboard.client.post("/sandbox/clock", {"now": moment.isoformat()})
    switchboard.client.post("/sandbox/reply", {"from": ann.phone, "body": body, "to": "+14045550100"})


def test_a_crisis_whose_webhook_was_lost_is_answered_by_a_call(switchboard: Sandbox) -> None:
    ann, moment = make_ann(), NIGHT + timedelta(days=30)
    late(switchboard, ann, moment)
    found = moment + timedelta(minutes=2)
    assert polling.poll_inbound(found, provider=switchboard.lane("sms").sms) == 1
    assert answers() == ["due"]
    answering.follow_up(found)
    assert answers() == ["sent"]
    (line,) = [line for line in switchboard.accepted() if line["to"] == ann.phone]
    assert "988" in line["body"]


def test_a_crisis_found_hours_late_is_a_persons_to_answer(switchboard: Sandbox) -> None:
    ann, moment = make_ann(), NIGHT + timedelta(days=60)
    late(switchboard, ann, moment)
    found = moment + timedelta(hours=2)
    polling.poll_inbound(found, provider=switchboard.lane("sms").sms)
    assert answers() == ["none"]
    paging.page_due(found)
    assert says() == ["unanswered"]


def test_a_late_answer_is_never_a_call_to_somebody_who_opted_out(switchboard: Sandbox) -> None:
    """The first promise knows no exception: a person calls."""
    ann, moment = make_ann(), NIGHT + timedelta(days=90)
    _opted_out(ann)
    late(switchboard, ann, moment)
    found = moment + timedelta(minutes=1)
    polling.poll_inbound(found, provider=switchboard.lane("sms").sms)
    answering.follow_up(found)
    assert answers() == ["failed"]
    assert [line for line in switchboard.accepted() if line["to"] == ann.phone] == []


def test_a_busy_provider_is_tried_again_for_the_lifelines(switchboard: Sandbox) -> None:
    ann, moment = make_ann(), NIGHT + timedelta(days=120)
    late(switchboard, ann, moment)
    found = moment + timedelta(minutes=1)
    polling.poll_inbound(found, provider=switchboard.lane("sms").sms)
    switchboard.misbehave(on="twilio", do="status", status=429)
    answering.follow_up(found)
    assert answers() == ["due"]
    answering.follow_up(found + timedelta(seconds=5))
    assert answers() == ["sent"]
    assert len([line for line in switchboard.accepted() if line["to"] == ann.phone]) == 1


def test_nobody_is_answered_who_has_no_phone(switchboard: Sandbox) -> None:
    storing.receive_text(form("I want to die", "72645"), NIGHT)
    assert answers() == ["none"] and InboundText.objects.get().reply == ""


# --- by email -----------------------------------------------------------------------------------------------------------


def by_email(address: str, words: str = "I want to die", *, now: datetime = NIGHT, language: str = "en") -> None:
    """Somebody answers an email of ours in danger, and is answered."""
    key = builders.key_of("email", address)
    opened = incidents.open_incident(
        channel="email", address_key=key, words=words, reach=address, kind="self_harm", language=language, now=now
    )
    answering.answer_email(opened.message, now, answered="")


def letters(sandbox: Sandbox, address: str) -> list[dict[str, object]]:
    return [line for line in sandbox.accepted() if line["to"] == address]


@pytest.mark.parametrize(("language", "subject"), [("en", "Your message to us"), ("es", "Su mensaje")])
def test_an_email_in_danger_is_answered_by_an_email_with_a_neutral_subject(
    switchboard: Sandbox, language: str, subject: str
) -> None:
    address = f"crisis-{language}@example.org"
    for channel in ("email", "sms"):
        LanePause.objects.create(channel=channel, until=after(9999), reason="auth")
    by_email(address, language=language)
    assert answers() == ["sent"]
    (letter,) = letters(switchboard, address)
    assert letter["subject"] == subject
    organisation = schedules.current().organisation.as_neutral()
    assert Reply.objects.get().body == reply_texts.crisis(organisation, "self_harm", language, stopped=False)
    message = Message.objects.get()
    assert (message.kind, message.channel, message.status) == ("reply", "email", "sent")
    by_email(address, "still here", now=after(10))
    assert answers() == ["sent", "earlier"] and len(letters(switchboard, address)) == 1


def test_an_address_that_opted_out_is_a_persons_to_answer(switchboard: Sandbox) -> None:
    key = builders.key_of("email", "gone@example.org")
    opting_out.opt_out("email", key, method="one_click", source="test", now=after(-60))
    by_email("gone@example.org")
    assert answers() == ["none"]
    answering.follow_up(NIGHT)
    paging.page_due(NIGHT)
    assert letters(switchboard, "gone@example.org") == [] and says() == ["unanswered"]


def test_an_email_answer_that_came_back_pages_at_once(switchboard: Sandbox) -> None:
    by_email("full@example.org")
    paging.page_due(NIGHT)
    key = CrisisMessage.objects.get().answer_key
    assert key is not None
    body = (
        f'[{{"event": "bounce", "type": "bounce", "status": "5.1.1", "timestamp": {int(after(1).timestamp())}, '
        f'"outreach_id": "{key.hex}", "email": "full@example.org"}}]'
    )
    storing.receive_events(body.encode(), after(1))
    answering.follow_up(after(1))
    paging.page_due(after(1))
    assert answers() == ["failed"] and says() == ["waiting", "unanswered"]
