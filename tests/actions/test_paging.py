"""Paging: at once, on and on until a person takes it, once per round whatever dies, and never a word of the person's."""

import multiprocessing
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from outreach.actions import attending, incidents, paging, schedules
from outreach.actions.dispatching.rows import run
from outreach.models import Activity, Alert, Incident, LanePause, Page, Subscriber, Suppression
from outreach.rules.sms import measure
from tests import builders
from tests.parts import Sandbox
from tests.together import at_once

NIGHT = datetime(2026, 11, 25, 8, 12, tzinfo=UTC)  # 3:12 in Atlanta
FIRST, SECOND = "First on call", "Second on call"
FIRST_PHONE, SECOND_PHONE = "+14705550181", "+14705550182"


def after(minutes: float) -> datetime:
    return NIGHT + timedelta(minutes=minutes)


def make_crisis(**fields: Any) -> Incident:
    person = builders.make_subscriber(first_name="Zoraida", last_name="Quintero", **fields)
    return builders.make_incident(person, "Everything hurts and I want to die", at=NIGHT)


def pages() -> list[tuple[int, str, str, str]]:
    """Every page: its round, to whom, by what, and what became of it."""
    return list(Page.objects.order_by("pk").values_list("round", "person", "channel", "status"))


def taken(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What the providers took of our pages."""
    keys = {page.key.hex for page in Page.objects.all()}
    return [line for line in sandbox.accepted() if str(line["key"]).replace("-", "") in keys]


def fate(sandbox: Sandbox, to: str, word: str) -> None:
    """What the next text to this number meets."""
    sandbox.client.post("/sandbox/fate", {"to": to, "fate": word, "count": 1})


# --- whom, and when -------------------------------------------------------------------------------------------------


def test_the_first_on_call_is_paged_at_once_and_only_once(switchboard: Sandbox) -> None:
    make_crisis()
    assert paging.page_due(NIGHT) == 1
    assert paging.page_due(after(0)) == 0
    assert paging.page_due(after(14.9)) == 0
    assert pages() == [(1, FIRST, "sms", "sent")]
    (line,) = taken(switchboard)
    assert line["to"] == FIRST_PHONE


def test_after_fifteen_minutes_without_an_answer_the_next_person_is_paged_and_so_on(switchboard: Sandbox) -> None:
    make_crisis()
    for minutes in (0, 15, 30, 45):
        paging.page_due(after(minutes))
    assert [person for _, person, _, _ in pages()] == [FIRST, SECOND, FIRST, SECOND]
    assert [line["to"] for line in taken(switchboard)] == [FIRST_PHONE, SECOND_PHONE] * 2


def test_who_takes_it_on_ends_the_pages(switchboard: Sandbox) -> None:
    incident = make_crisis()
    paging.page_due(NIGHT)
    assert attending.acknowledge(incident.pk, now=after(3), actor=builders.make_staff())
    for minutes in (15, 30, 600):
        assert paging.page_due(after(minutes)) == 0


def test_a_closed_crisis_pages_nobody(switchboard: Sandbox) -> None:
    incident = make_crisis()
    attending.close_incident(incident.pk, now=after(1), actor=builders.make_staff())
    assert paging.page_due(after(2)) == 0


def test_another_message_after_it_was_taken_on_starts_the_timer_and_the_pages_anew(switchboard: Sandbox) -> None:
    """The one who has it on may sleep by now."""
    incident = make_crisis()
    paging.page_due(NIGHT)
    paging.page_due(after(15))
    attending.acknowledge(incident.pk, now=after(16), actor=builders.make_staff())
    again = incidents.open_incident(
        channel="sms", address_key=incident.subscriber.phone_key, subscriber=incident.subscriber, now=after(60),
        words="still here", answer="earlier",
    )  # fmt: skip
    assert (again.incident, again.fresh) == (incident.pk, False)
    incident.refresh_from_db()
    assert (incident.acknowledged_at, incident.due_at) == (None, after(75))
    paging.page_due(after(60))
    assert [person for _, person, _, _ in pages()] == [FIRST, SECOND, FIRST]
    assert list(Activity.objects.filter(object_kind="incident").order_by("pk").values_list("verb", flat=True)) == [
        "opened", "acknowledged", "woken",
    ]  # fmt: skip


def test_more_messages_before_anybody_came_page_again_soon_but_not_each_of_them(switchboard: Sandbox) -> None:
    incident = make_crisis()
    paging.page_due(NIGHT)
    for seconds in (10, 20, 30):
        incidents.open_incident(
            channel="sms", address_key=incident.subscriber.phone_key, subscriber=incident.subscriber,
            now=NIGHT + timedelta(seconds=seconds), words="please", answer="earlier",
        )  # fmt: skip
        paging.page_due(NIGHT + timedelta(seconds=seconds))
    assert len(pages()) == 1
    paging.page_due(after(2))
    assert [person for _, person, _, _ in pages()] == [FIRST, FIRST], "it is still the first one's turn"
    paging.page_due(after(15))
    assert pages()[-1][1] == SECOND, "and more messages do not put off the next one's"


def test_two_crises_are_two_pages(switchboard: Sandbox) -> None:
    make_crisis()
    make_crisis()
    assert paging.page_due(NIGHT) == 2


def test_after_an_outage_of_the_workers_the_first_person_is_paged_first(switchboard: Sandbox) -> None:
    make_crisis()
    paging.page_due(after(50))
    assert pages() == [(1, FIRST, "sms", "sent")]
    paging.page_due(after(64))
    assert len(pages()) == 1
    paging.page_due(after(65))
    assert pages()[-1][1] == SECOND


def test_pages_go_past_a_halted_lane_quiet_hours_and_a_suppressed_number(switchboard: Sandbox) -> None:
    for channel in ("email", "sms"):
        LanePause.objects.create(channel=channel, until=after(600), reason="test")
    Suppression.objects.create(
        channel="sms", address_key=builders.key_of("sms", FIRST_PHONE), cause="stop", at=NIGHT, confirmed_at=NIGHT
    )
    make_crisis()
    assert paging.page_due(NIGHT) == 1


# --- what it says ---------------------------------------------------------------------------------------------------


def test_a_page_holds_no_name_no_number_and_no_word_of_the_person(switchboard: Sandbox) -> None:
    incident = make_crisis()
    fate(switchboard, FIRST_PHONE, "refused:21610")  # so that both channels are looked at
    paging.page_due(NIGHT)
    person = incident.subscriber
    assert person.phone and person.email
    lines = taken(switchboard)
    assert {line["to"] for line in lines} == {"oncall@alana.example.org", SECOND_PHONE}
    for line in lines:
        shown = str(line)
        for canary in ("Zoraida", "Quintero", person.phone, person.phone[2:], person.email, "hurts", "want to die"):
            assert canary not in shown
    (text,) = [line for line in lines if line["to"] == SECOND_PHONE]
    assert text["body"] == f"Crisis reply waiting. Open the inbox: {settings.PUBLIC_URL}/inbox/"
    assert measure(text["body"]).parts == 1


def test_a_row_of_a_page_and_its_alarm_hold_no_address(switchboard: Sandbox) -> None:
    fate(switchboard, FIRST_PHONE, "refused:21610")
    make_crisis()
    paging.page_due(NIGHT)
    kept = str(list(Page.objects.values())) + str(list(Alert.objects.values()))
    assert FIRST_PHONE not in kept and "@" not in kept


def test_the_page_says_when_no_machine_could_answer(switchboard: Sandbox) -> None:
    incidents.open_incident(channel="sms", address_key=b"k" * 32, now=NIGHT, words="help", answer="none")
    paging.page_due(NIGHT)
    assert "could not be answered automatically" in taken(switchboard)[0]["body"]


# --- when paging fails ----------------------------------------------------------------------------------------------


def test_a_refused_page_is_an_alarm_and_tries_the_other_way_and_the_next_person_at_once(switchboard: Sandbox) -> None:
    fate(switchboard, FIRST_PHONE, "refused:21610")
    make_crisis()
    assert paging.page_due(NIGHT) == 2
    assert pages() == [
        (1, FIRST, "sms", "failed"), (1, FIRST, "email", "sent"), (1, SECOND, "sms", "sent"),
    ]  # fmt: skip
    alarm = Alert.objects.get()
    assert alarm.kind == "pager_failed" and "First on call" in alarm.say and "21610" in alarm.say
    assert Page.objects.get(status="failed").reason == "21610"


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        pytest.param({"do": "status", "status": 429, "retry_after": 60}, "failed", id="busy"),
        pytest.param({"do": "cut_before_accept"}, "uncertain", id="the line was cut"),
        pytest.param({"do": "status", "status": 500, "accept": True}, "uncertain", id="taken, and said that it broke"),
    ],
)
def test_a_page_without_a_clear_yes_counts_as_failed(switchboard: Sandbox, rule: dict[str, Any], status: str) -> None:
    switchboard.misbehave(on="twilio", to=FIRST_PHONE, **rule)
    make_crisis()
    paging.page_due(NIGHT)
    assert pages()[0][3] == status
    assert [(person, channel) for _, person, channel, _ in pages()[1:]] == [(FIRST, "email"), (SECOND, "sms")]


def test_when_nobody_can_be_paged_it_is_tried_again_after_a_minute(switchboard: Sandbox) -> None:
    for provider in ("twilio", "sendgrid"):
        switchboard.misbehave(on=provider, do="status", status=503, count=2)
    make_crisis()
    assert paging.page_due(NIGHT) == 0
    assert len(pages()) == 4
    assert "nobody on call could be paged" in Alert.objects.get().say
    assert paging.page_due(after(0.5)) == 0
    assert paging.page_due(after(1)) == 1
    assert pages()[-1] == (2, FIRST, "sms", "sent")


def test_without_providers_paging_fails_loudly_and_calls_nobody(stage: None) -> None:
    make_crisis()
    paging.page_due(NIGHT)
    assert {status for *_, status in pages()} == {"failed"}
    assert Alert.objects.filter(kind="pager_failed").exists()


def test_without_anybody_on_call_there_is_an_alarm(switchboard: Sandbox) -> None:
    text = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    begin, end = text.index("on_call:"), text.index("on_call_test:")
    schedules.apply(text[:begin] + text[end:], now=NIGHT)
    make_crisis()
    assert paging.page_due(NIGHT) == 0
    assert "nobody is on call" in Alert.objects.get().say
    assert paging.page_due(after(1)) == 0 and not pages()


def test_a_page_that_comes_back_later_is_a_failed_one(switchboard: Sandbox) -> None:
    """A phone that is off: Twilio takes the text and says only afterwards that it did not arrive."""
    from outreach.actions.receiving import storing

    make_crisis()
    paging.page_due(NIGHT)
    page = Page.objects.get()
    storing.receive_status(
        [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30003")], page.key, after(1)
    )
    assert paging.page_due(after(1)) == 2
    assert pages() == [
        (1, FIRST, "sms", "failed"), (1, FIRST, "email", "sent"), (1, SECOND, "sms", "sent"),
    ]  # fmt: skip
    assert paging.page_due(after(2)) == 0
    assert run("SELECT count(*) FROM delivery_event WHERE applied_at IS NULL") == [(0,)]


def test_a_page_that_arrived_is_written_down(switchboard: Sandbox) -> None:
    from outreach.actions.receiving import storing

    make_crisis()
    paging.page_due(NIGHT)
    storing.receive_status([("MessageSid", "SM1"), ("MessageStatus", "delivered")], Page.objects.get().key, after(1))
    paging.page_due(after(1))
    assert Page.objects.get().delivered_at == after(1)


def test_a_page_in_doubt_that_arrived_was_sent(switchboard: Sandbox) -> None:
    from outreach.actions.receiving import storing

    switchboard.misbehave(on="twilio", to=FIRST_PHONE, do="cut_after_accept")
    make_crisis()
    paging.page_due(NIGHT)
    doubtful = Page.objects.get(status="uncertain")
    storing.receive_status([("MessageSid", "SM1"), ("MessageStatus", "delivered")], doubtful.key, after(1))
    paging.page_due(after(1))
    assert pages() == [
        (1, FIRST, "sms", "sent"), (1, FIRST, "email", "sent"), (1, SECOND, "sms", "sent"),
    ]  # fmt: skip


def test_a_page_reported_as_there_before_its_worker_was_missed_was_sent(switchboard: Sandbox) -> None:
    from outreach.actions.receiving import storing

    make_crisis()
    paging.page_due(NIGHT)
    Page.objects.update(status="calling", called_at=datetime(2026, 1, 1, tzinfo=UTC))  # as its worker left it
    storing.receive_status([("MessageSid", "SM1"), ("MessageStatus", "delivered")], Page.objects.get().key, after(1))
    paging.page_due(after(1))
    assert pages() == [(1, FIRST, "sms", "sent")]
    assert run("SELECT count(*) FROM delivery_event WHERE applied_at IS NULL") == [(0,)]


def test_a_report_that_comes_while_the_page_is_being_made_waits_for_it(switchboard: Sandbox) -> None:
    from outreach.actions.receiving import storing

    make_crisis()
    paging.page_due(NIGHT)
    Page.objects.update(status="calling", called_at=datetime.now(UTC))
    storing.receive_status(
        [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30003")],
        Page.objects.get().key,
        after(1),
    )
    paging.page_due(after(1))
    assert pages() == [(1, FIRST, "sms", "calling")]
    Page.objects.update(status="sent")
    paging.page_due(after(1))
    assert pages()[0] == (1, FIRST, "sms", "failed") and len(pages()) == 3


def test_the_page_of_a_dead_worker_is_ended_also_when_somebody_took_the_crisis_on(switchboard: Sandbox) -> None:
    make_crisis()
    paging.page_due(NIGHT)
    Page.objects.update(status="calling", called_at=datetime(2026, 1, 1, tzinfo=UTC))
    Incident.objects.update(acknowledged_at=after(1), page_due_at=None)
    paging.page_due(after(2))
    assert pages() == [(1, FIRST, "sms", "uncertain")]


# --- races and crashes ----------------------------------------------------------------------------------------------


def test_eight_workers_at_one_timer_make_one_page(switchboard: Sandbox) -> None:
    make_crisis()
    at_once(8, lambda: paging.page_due(NIGHT))
    assert pages() == [(1, FIRST, "sms", "sent")]
    assert len(taken(switchboard)) == 1


def test_a_worker_that_is_at_it_is_not_disturbed(switchboard: Sandbox) -> None:
    """Its page is held by a lock; another worker looks and goes."""
    make_crisis()
    switchboard.misbehave(on="twilio", do="delay", delay_ms=1200)
    worker = threading.Thread(target=lambda: (paging.page_due(NIGHT), connection.close()))
    worker.start()
    while not run("SELECT 1 FROM page WHERE status = 'calling'"):
        assert worker.is_alive()
    run("UPDATE page SET called_at = called_at")  # waits for the lock of the call, if it is held already
    worker.join()
    assert pages() == [(1, FIRST, "sms", "sent")]


def _die_in_the_call(address: str, url: str) -> None:
    """In a process of its own: dies between the provider's yes and the record of it."""
    import os

    from outreach.actions import paging as its_paging

    connection.close()
    kill = its_paging._deliver

    def deliver(call: Any) -> Any:
        kill(call)
        os._exit(9)

    its_paging._deliver = deliver  # type: ignore[assignment]  # the fault that is planted, not the code that is tested
    its_paging.page_due(NIGHT)


def test_a_worker_killed_between_page_and_record_leaves_a_doubt_and_others_are_paged(switchboard: Sandbox) -> None:
    """Two pages are better than none: what nobody can vouch for counts as failed."""
    make_crisis()
    connection.close()
    context = multiprocessing.get_context("fork")
    dying = context.Process(target=_die_in_the_call, args=("", switchboard.client.base))
    dying.start()
    dying.join()
    assert dying.exitcode == 9
    assert pages() == [(1, FIRST, "sms", "calling")], "the intent outlives its worker"
    assert len(taken(switchboard)) == 1
    assert paging.page_due(after(0.1)) == 0, "it may still be alive"
    run("UPDATE page SET called_at = called_at - interval '10 seconds'")
    assert paging.page_due(after(0.2)) == 2
    assert pages() == [
        (1, FIRST, "sms", "uncertain"), (1, FIRST, "email", "sent"), (1, SECOND, "sms", "sent"),
    ]  # fmt: skip
    assert Alert.objects.get().kind == "pager_failed"


def test_a_page_taken_for_dead_is_not_made_any_more(switchboard: Sandbox) -> None:
    """Its worker slept between the row and the call: others were paged in its place."""
    incident = make_crisis()
    call = paging._next(incident.pk, NIGHT)
    assert call is not None
    run("UPDATE page SET called_at = called_at - interval '10 seconds'")
    paging.page_due(after(0.1))
    assert paging.make(call, after(0.2)) == 0
    assert FIRST_PHONE not in {line["to"] for line in taken(switchboard)}


def test_one_incident_that_cannot_be_paged_does_not_keep_back_another(
    switchboard: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = make_crisis(), make_crisis()
    run("UPDATE incident SET page_due_at = page_due_at - interval '1 minute' WHERE id = %s", [broken.pk])
    run("INSERT INTO page (incident_id, round, attempt, key, person, channel, say, status, reason, provider, at) "
        "VALUES (%s, 1, 2, %s, 'First on call', 'sms', 'waiting', 'failed', '', '', now())",
        [broken.pk, uuid.uuid4()])  # fmt: skip
    assert paging.page_due(NIGHT) >= 1
    assert Page.objects.filter(incident=whole, status="sent").exists()
    assert not Subscriber.objects.filter(held_reason=None).exists()
