"""The audit: clean after a clean run, and every breach planted by hand is found and named."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from outreach.actions import auditing, opting_out, publishing, schedules
from outreach.actions.auditing import Audit, Promise
from outreach.actions.dispatching import Lane, send_batch
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import storing
from outreach.models import Campaign, Enrollment, Message, Series, Subscriber
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")
FIRST_TEXT = NOW + timedelta(days=2, hours=7, minutes=30)  # Thursday 17:30 in Atlanta
THREE_AM = datetime.fromisoformat("2026-11-27T03:00:00-05:00")


def send(sandbox: Sandbox, lane: Lane, moment: datetime) -> None:
    sandbox.client.post("/sandbox/clock", {"now": moment.isoformat()})
    while send_batch(lane, lambda: moment).more:
        run("DELETE FROM sender_pace")  # every token is free again


def witness_of(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The witness's lines about the messages of this test."""
    keys = {key.hex for (key,) in run("SELECT key FROM message")}
    return [line for line in sandbox.accepted() if line["key"] in keys]


@pytest.fixture
def campaign(stage: None, sandbox: Sandbox) -> Campaign:
    """Three people got the first email and the first text, in Atlanta, when they should."""
    for _ in range(3):
        builders.make_subscriber()
    campaign = builders.make_campaign()
    send(sandbox, sandbox.lane("email"), NOW)
    send(sandbox, sandbox.lane("sms"), FIRST_TEXT)
    assert Message.objects.filter(status="sent").count() == 6
    return campaign


@pytest.fixture
def witness(campaign: Campaign, sandbox: Sandbox) -> list[dict[str, Any]]:
    return witness_of(sandbox)


def broken(audit: Audit) -> dict[str, tuple[str, ...]]:
    """The promises that were broken, and where."""
    assert audit.held == all(p.held for p in audit.promises)
    return {p.name: p.where for p in audit.promises if not p.held}


def promise(audit: Audit, name: str) -> Promise:
    return next(p for p in audit.promises if p.name == name)


def a_message(channel: str = "email") -> Message:
    found = Message.objects.filter(channel=channel).order_by("pk").first()
    assert found
    return found


@contextmanager
def without(*indexes: str) -> Iterator[None]:
    """The database lets two counted messages for one step in, as it never does; its guards come back afterwards."""
    guards = [
        definition
        for (definition,) in run("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(indexes)])
    ]
    assert len(guards) == len(indexes)
    for name in indexes:
        by_owner(f"DROP INDEX {name}")
    try:
        yield
    finally:
        by_owner("DELETE FROM message WHERE reason = 'planted'")
        for guard in guards:
            by_owner(guard)


# --- clean ----------------------------------------------------------------------------------------------------------


def test_a_clean_run_keeps_every_promise(campaign: Campaign, witness: list[dict[str, Any]]) -> None:
    audit = auditing.audit(witness)
    assert broken(audit) == {}
    assert audit.held and audit.witness
    assert {p.name: p.checked for p in audit.promises} == {
        "opt_out": 6, "once": 6, "nothing_lost": 6, "allowed_hours": 3, "faithful": 2, "evidence": 6,
    }  # fmt: skip
    assert audit.totals == {"email_sent": 3, "sms_sent": 3, "deferred": 0, "accepted_by_provider": 6}


def test_without_a_sandbox_the_ledger_alone_is_checked(campaign: Campaign) -> None:
    audit = auditing.audit()
    assert audit.held and not audit.witness
    assert "accepted_by_provider" not in audit.totals


def test_an_empty_database_keeps_every_promise() -> None:
    assert auditing.audit([]).held


def test_the_proof_can_be_written_as_json(campaign: Campaign, witness: list[dict[str, Any]]) -> None:
    run("UPDATE message SET sent_at = %s WHERE channel = 'sms'", [THREE_AM])
    told = json.loads(json.dumps(auditing.audit().to_dict()))
    assert (told["held"], told["witness_compared"]) == (False, False)
    hours = next(p for p in told["promises"] if p["name"] == "allowed_hours")
    assert (hours["held"], hours["broken"], len(hours["where"]), hours["counts"]) == (False, 3, 3, {"outside_hours": 3})


def test_at_most_twenty_places_are_named_and_all_are_counted() -> None:
    for _ in range(25):
        builders.make_subscriber(channels=["email"])
    builders.make_campaign()
    run("UPDATE enrollment SET next_step = 2")
    lost = promise(auditing.audit(), "nothing_lost")
    assert (lost.broken, len(lost.where), lost.counts["lost"]) == (25, 20, 25)


# --- planted --------------------------------------------------------------------------------------------------------


def test_a_message_after_a_confirmed_opt_out_is_found(campaign: Campaign, witness: list[dict[str, Any]]) -> None:
    message = a_message()
    run(
        """INSERT INTO suppression (channel, address_key, cause, at, confirmed_at)
        VALUES ('email', %s, 'unsubscribe', %s, %s)""",
        [message.address_key, NOW - timedelta(hours=2), NOW - timedelta(hours=1)],
    )
    assert broken(auditing.audit()) == {
        "opt_out": (f"message {message.pk} started after the confirmed opt-out of its address",)
    }
    assert len(broken(auditing.audit(witness))["opt_out"]) == 2  # the ledger and the witness both say so


@pytest.mark.parametrize(
    ("confirmed", "lifted"),
    [
        pytest.param(NOW + timedelta(seconds=1), None, id="confirmed after it"),
        pytest.param(NOW - timedelta(days=2), NOW - timedelta(days=1), id="came back before it"),
    ],
)
def test_a_message_that_broke_no_opt_out_is_not_accused(
    campaign: Campaign, witness: list[dict[str, Any]], confirmed: datetime | None, lifted: datetime | None
) -> None:
    run(
        """INSERT INTO suppression (channel, address_key, cause, at, confirmed_at, lifted_at)
        VALUES ('email', %s, 'unsubscribe', %s, %s, %s)""",
        [a_message().address_key, NOW - timedelta(days=3), confirmed, lifted],
    )
    assert broken(auditing.audit(witness)) == {}


def test_an_opt_out_between_two_messages_accuses_the_second_alone(campaign: Campaign, sandbox: Sandbox) -> None:
    """Lifting it afterwards hides nothing."""
    ann = a_message().subscriber
    assert ann and ann.email_key
    opting_out.opt_out("email", bytes(ann.email_key), method="one_click", source="test", now=NOW + timedelta(days=1))
    second = Message.objects.filter(channel="email").order_by("pk")[1]
    run(
        "UPDATE message SET address_key = %s, sent_at = %s, kind = 'step', campaign_id = NULL WHERE id = %s",
        [ann.email_key, NOW + timedelta(days=2), second.pk],
    )
    run("UPDATE suppression SET lifted_at = %s", [NOW + timedelta(days=3)])
    assert broken(auditing.audit())["opt_out"] == (
        f"message {second.pk} started after the confirmed opt-out of its address",
    )


def test_what_the_provider_got_after_the_opt_out_is_found_though_the_ledger_says_otherwise(
    campaign: Campaign, witness: list[dict[str, Any]]
) -> None:
    message = a_message()
    assert message.address_key
    later = NOW + timedelta(days=1)
    opting_out.opt_out("email", bytes(message.address_key), method="one_click", source="test", now=later)
    (line,) = [line for line in witness if line["key"] == message.key.hex]
    line["at"] = (later + timedelta(minutes=1)).isoformat()
    assert broken(auditing.audit(witness)) == {
        "opt_out": (f"message {message.pk}: the provider got it after the confirmed opt-out of its address",)
    }


def test_two_messages_that_count_for_one_step_are_found(campaign: Campaign) -> None:
    message = a_message()
    with without("message_once_per_step", "message_once_per_number"):
        run(
            """INSERT INTO message (key, kind, enrollment_id, step_number, subscriber_id, campaign_id, channel, status,
                reason, provider, provider_id, parts, moved, zones, claimed_at, sent_at)
            SELECT gen_random_uuid(), kind, enrollment_id, step_number, subscriber_id, campaign_id, channel, 'sent',
                'planted', '', '', 0, '', '', claimed_at, sent_at FROM message WHERE id = %s""",
            [message.pk],
        )
        found = broken(auditing.audit())
    assert found["once"] == (f"enrollment {message.enrollment_id}, step 1: 2 messages count",)
    assert auditing.audit().held


def test_a_step_the_provider_took_twice_is_found(campaign: Campaign, witness: list[dict[str, Any]]) -> None:
    message = a_message()
    (line,) = [line for line in witness if line["key"] == message.key.hex]
    assert broken(auditing.audit([*witness, dict(line)])) == {
        "once": (f"enrollment {message.enrollment_id}, step 1: the provider took it 2 times",)
    }


def test_an_attempt_given_back_that_was_taken_after_all_is_found(
    campaign: Campaign, witness: list[dict[str, Any]]
) -> None:
    """`returned` means proven not taken: the step went out again."""
    message = a_message()
    ((key,),) = run(
        """INSERT INTO message (key, kind, enrollment_id, step_number, step_id, subscriber_id, campaign_id, channel,
            status, reason, provider, provider_id, parts, moved, zones, claimed_at)
        SELECT gen_random_uuid(), kind, enrollment_id, step_number, step_id, subscriber_id, campaign_id, channel, 'returned',
            'provider_unreachable', '', '', 0, '', '', claimed_at FROM message WHERE id = %s RETURNING key""",
        [message.pk],
    )
    assert auditing.audit(witness).held
    found = broken(auditing.audit([*witness, {"kind": "accepted", "key": key.hex, "at": NOW.isoformat()}]))
    assert set(found) == {"once", "nothing_lost"}


def lost_message() -> None:
    by_owner("DELETE FROM message WHERE id = %s", [a_message().pk])


def lost_cursor() -> None:
    run("UPDATE enrollment SET next_step = 3 WHERE id = (SELECT min(id) FROM enrollment)")


def early_finish() -> None:
    run("UPDATE enrollment SET status = 'finished' WHERE id = (SELECT min(id) FROM enrollment)")


def orphan() -> None:
    run("UPDATE message SET subscriber_id = 999 WHERE id = %s", [a_message().pk])


def dead_batch() -> None:
    run("UPDATE batch SET status = 'calling', claimed_at = '2020-01-01', lease_until = '2020-01-02' WHERE id = 1")


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        pytest.param(lost_message, "0 outcomes for 1 steps", id="a message is gone"),
        pytest.param(lost_cursor, "1 outcomes for 2 steps", id="a cursor ran ahead"),
        pytest.param(early_finish, "is finished with 1 steps left", id="a run ended early"),
        pytest.param(orphan, "names a run, a person or a step that does not exist", id="a message of nobody"),
        pytest.param(dead_batch, "batch 1 is still open though its lease ended", id="a batch nobody swept"),
    ],
)
def test_a_lost_outcome_is_found(campaign: Campaign, plant: Callable[[], None], named: str) -> None:
    plant()
    (where,) = broken(auditing.audit())["nothing_lost"]
    assert named in where


@pytest.mark.parametrize("status", ["failed", "skipped", "returned"])
def test_what_the_provider_took_though_the_ledger_says_it_did_not_is_found(
    campaign: Campaign, witness: list[dict[str, Any]], status: str
) -> None:
    message = a_message()
    run("UPDATE message SET status = %s, reason = 'rejected' WHERE id = %s", [status, message.pk])
    found = broken(auditing.audit(witness))
    assert f"message {message.pk} is {status}, but the provider took it" in found["nothing_lost"]


def test_what_the_provider_never_got_though_the_ledger_says_sent_is_found(
    campaign: Campaign, witness: list[dict[str, Any]]
) -> None:
    message = a_message("sms")
    without_it = [line for line in witness if line["key"] != message.key.hex]
    assert broken(auditing.audit(without_it)) == {
        "nothing_lost": (f"message {message.pk} is sent, but the provider never got it",)
    }


def test_what_the_provider_took_and_gave_up_afterwards_is_no_contradiction(
    campaign: Campaign, witness: list[dict[str, Any]]
) -> None:
    """A doubtful call that a later report settled as failed: the witness took it, and the ledger is right."""
    message = a_message("sms")
    run("UPDATE message SET status = 'uncertain', reason = 'no_clear_answer' WHERE id = %s", [message.pk])
    storing.receive_status(
        [("MessageSid", "SM1"), ("MessageStatus", "failed"), ("ErrorCode", "30008")], message.key, NOW
    )
    message.refresh_from_db()
    assert message.status == "failed"
    assert auditing.audit(witness).held


def test_a_doubtful_message_is_counted_and_breaks_nothing(campaign: Campaign, witness: list[dict[str, Any]]) -> None:
    run("UPDATE message SET status = 'uncertain', reason = 'no_clear_answer' WHERE id = %s", [a_message().pk])
    audit = auditing.audit(witness)
    assert audit.held
    assert promise(audit, "nothing_lost").counts["uncertain"] == 1


def test_an_answer_to_a_text_is_no_call_and_needs_no_witness(campaign: Campaign, witness: list[dict[str, Any]]) -> None:
    form = [("MessageSid", "SM7"), ("From", "+17705550177"), ("To", "+14045550100"), ("Body", "stop texting me")]
    assert storing.receive_text(form, NOW)
    assert auditing.audit(witness).held


def test_what_a_killed_worker_had_sent_is_audited_by_the_log_and_counted_as_unknown_without_it(
    campaign: Campaign, witness: list[dict[str, Any]]
) -> None:
    message = a_message("sms")
    run("UPDATE message SET sent_at = NULL, reason = 'provider_report' WHERE id = %s", [message.pk])
    alone, compared = auditing.audit(), auditing.audit(witness)
    for name, checked in (("opt_out", 6), ("allowed_hours", 3)):
        assert (promise(alone, name).checked, promise(alone, name).counts["start_unknown"]) == (checked - 1, 1)
        assert promise(compared, name).checked == checked and "start_unknown" not in promise(compared, name).counts
    for seen in witness:
        if seen.get("key") == message.key.hex:
            seen["at"] = THREE_AM.isoformat()
    assert set(broken(auditing.audit(witness))) == {"allowed_hours"}


def test_a_text_at_three_in_the_morning_is_found(campaign: Campaign) -> None:
    message = a_message("sms")
    run("UPDATE message SET sent_at = %s WHERE id = %s", [THREE_AM, message.pk])
    assert broken(auditing.audit()) == {
        "allowed_hours": (f"message {message.pk} started at 2026-11-27 08:00 UTC, outside the allowed hours",)
    }


def test_a_text_the_provider_got_at_night_is_found_whatever_the_ledger_says(
    campaign: Campaign, witness: list[dict[str, Any]]
) -> None:
    message = a_message("sms")
    for line in witness:
        if line["key"] == message.key.hex:
            line["at"] = THREE_AM.isoformat()
    assert set(broken(auditing.audit(witness))) == {"allowed_hours"}


def test_an_email_at_night_is_no_breach(campaign: Campaign) -> None:
    run("UPDATE message SET sent_at = %s WHERE channel = 'email'", [THREE_AM])
    assert auditing.audit().held


def test_a_text_to_somebody_whose_place_nobody_knows_is_found(campaign: Campaign) -> None:
    message = a_message("sms")
    run("UPDATE message SET zones = '' WHERE id = %s", [message.pk])
    assert len(broken(auditing.audit())["allowed_hours"]) == 1


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"zone": "Asia/Tokyo"}, id="moved abroad"),
        pytest.param({"zip_code": "98101", "phone": "+12065550142"}, id="moved to Seattle"),
        pytest.param({"zip_code": None, "phone": None, "phone_key": None}, id="erased"),
        pytest.param({"zone": "Mars/Olympus"}, id="a zone that is gone"),
    ],
)
def test_a_text_is_judged_by_where_the_person_was_when_it_was_sent(campaign: Campaign, facts: dict[str, Any]) -> None:
    Subscriber.objects.update(**facts)
    assert auditing.audit().held
    run("UPDATE message SET sent_at = %s WHERE channel = 'sms'", [THREE_AM])
    assert len(broken(auditing.audit())["allowed_hours"]) == 3


def test_a_text_is_judged_by_the_quiet_hours_in_force_when_it_was_sent(campaign: Campaign) -> None:
    """Narrowing them later makes nothing wrong; widening them later makes nothing right."""
    shipped = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8").replace("at: 17:30", "at: 18:00")
    evening = datetime.fromisoformat("2026-11-27T20:30:00-05:00")
    schedules.apply(shipped.replace("sms: 09:00-20:00 ", "sms: 17:45-20:00 "), now=FIRST_TEXT + timedelta(days=3))
    assert auditing.audit().held
    schedules.apply(shipped.replace("sms: 09:00-20:00 ", "sms: 08:00-21:00 "), now=FIRST_TEXT + timedelta(days=4))
    message = a_message("sms")
    run("UPDATE message SET sent_at = %s WHERE id = %s", [evening, message.pk])
    assert len(broken(auditing.audit())["allowed_hours"]) == 1
    run("UPDATE message SET sent_at = %s WHERE id = %s", [evening + timedelta(days=7), message.pk])
    assert auditing.audit().held


def change_sources(series: Series, number: int, sources: list[int]) -> None:
    """Plants it so that only the sentences tell: the approval's hash is made to fit."""
    step = series.steps.get(channel="email", number=number)
    step.content["sources"] = sources
    step.save()
    Series.objects.filter(pk=series.pk).update(content_hash=publishing.content_hash(series))


@pytest.mark.parametrize(
    ("sources", "named"),
    [
        pytest.param([1, 2], "sentence 1 stands in 2 emails", id="in two emails"),
        pytest.param([], "sentence 2 is in no email", id="in none"),
        pytest.param([2, 2], "sentence 2 stands in 2 emails", id="twice in one"),
    ],
)
def test_a_sentence_that_does_not_stand_in_exactly_one_email_is_found(sources: list[int], named: str) -> None:
    series = builders.make_series()
    assert auditing.audit().held
    change_sources(series, 2, sources)
    assert broken(auditing.audit()) == {"faithful": (f"{series.slug}: {named}",)}


def test_a_sentence_that_is_not_the_articles_is_found() -> None:
    series = builders.make_series()
    change_sources(series, 2, [2, 7])
    assert broken(auditing.audit()) == {"faithful": (f"{series.slug}: sentence 7 is not the article's",)}


def test_words_that_were_lost_in_the_rendering_are_found() -> None:
    """The ids may be right and the letter empty: the rendered words are compared with the article's own file."""
    series = builders.make_series()
    step = series.steps.get(channel="email", number=2)
    assert step.compiled
    step.compiled["text"] = step.compiled["text"].replace("window", "door")
    step.save()
    said = f"{series.slug}: the words of sentence 2 are in no email as it was rendered"
    assert broken(auditing.audit()) == {"faithful": (said,)}


def test_what_the_provider_took_and_no_ledger_knows_is_found(campaign: Campaign, witness: list[dict[str, Any]]) -> None:
    stranger = {**witness[0], "key": "0" * 32}
    assert list(broken(auditing.audit([*witness, stranger]))) == ["once"]
    assert list(broken(auditing.audit([*witness, {**witness[0], "key": None}]))) == ["once"]


def test_what_has_long_been_due_and_was_never_begun_is_found(campaign: Campaign) -> None:
    due = Enrollment.objects.filter(status="active").order_by("next_due_at").first()
    assert due and due.next_due_at
    assert auditing.audit(now=due.next_due_at + timedelta(minutes=14)).held
    assert list(broken(auditing.audit(now=due.next_due_at + timedelta(minutes=16)))) == ["nothing_lost"]
    Campaign.objects.update(status="paused")
    assert auditing.audit(now=due.next_due_at + timedelta(days=9)).held


def test_a_message_to_a_suppressed_address_is_found_though_nobody_was_told(campaign: Campaign) -> None:
    run(
        "INSERT INTO suppression (channel, address_key, cause, at) VALUES ('email', %s, 'complaint', %s)",
        [a_message().address_key, NOW - timedelta(minutes=5)],
    )
    assert list(broken(auditing.audit())) == ["opt_out"]


def test_a_message_after_its_topic_was_left_is_found(campaign: Campaign) -> None:
    message = a_message()
    assert message.subscriber
    builders.consent(message.subscriber, "email", action="revoked", now=NOW - timedelta(minutes=5))
    assert auditing.audit().held, "asked for before, but written after the call: no message began after it"
    run("UPDATE batch SET calling_at = clock_timestamp() + %s", [auditing.WRITTEN_WITHIN])
    assert list(broken(auditing.audit())) == ["opt_out"]
    builders.consent(message.subscriber, "email", action="granted", now=NOW - timedelta(minutes=2))
    assert auditing.audit().held


def test_an_attempt_given_back_that_was_delivered_is_found(campaign: Campaign) -> None:
    run("UPDATE message SET status = 'skipped', reason = 'x', delivered_at = %s WHERE id = %s", [NOW, a_message().pk])
    assert "nothing_lost" in broken(auditing.audit())


def test_words_that_changed_after_they_were_approved_are_found() -> None:
    series = builders.make_series()
    step = series.steps.get(channel="email", number=2)
    step.content["subject"] = "Buy now"
    step.save()
    assert broken(auditing.audit()) == {"faithful": (f"{series.slug}: its words changed after they were approved",)}


def test_a_draft_is_not_held_to_it() -> None:
    series = builders.make_series(published=False)
    change_sources(series, 2, [1])
    assert auditing.audit().held
