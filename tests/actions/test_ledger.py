"""What the database itself refuses and derives: no code path, and no person at a prompt, can break it."""

import random
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from outreach.actions import opting_out, suppressing
from outreach.actions.dispatching.rows import run
from outreach.actions.migrating import OWNER
from outreach.models import Consent, ConsentEvent, Enrollment, Message, Subscriber, Suppression
from outreach.rules import lifecycle
from outreach.rules.consent import LedgerEntry, standing
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner

pytestmark = pytest.mark.usefixtures("stage")
NOTES, FAMILY = "recovery-notes", "family-notes"


def states(person: Subscriber, channel: str = "sms") -> dict[str, str]:
    return dict(Consent.objects.filter(subscriber=person, channel=channel).values_list("topic", "state"))


def stop(person: Subscriber, **more: Any) -> None:
    opting_out.opt_out("sms", bytes(person.phone_key or b""), method="sms_reply", source="test", now=NOW, **more)


def start(person: Subscriber) -> int:
    return opting_out.opt_in("sms", bytes(person.phone_key or b""), method="sms_reply", source="test", now=NOW)


def reached(person: Subscriber) -> bool:
    return not Suppression.objects.filter(address_key=person.phone_key, lifted_at=None).exists()


# --- append only ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE consent_event SET wording = 'Yes to everything'", id="update"),
        pytest.param("UPDATE consent_event SET id = id", id="update that changes nothing"),
        pytest.param("DELETE FROM consent_event", id="delete"),
        pytest.param("DELETE FROM consent_event WHERE action = 'revoked'", id="delete of a withdrawal"),
        pytest.param("TRUNCATE consent_event CASCADE", id="truncate"),
        pytest.param("TRUNCATE subscriber CASCADE", id="truncate through the person"),
        pytest.param(
            "INSERT INTO consent_event SELECT * FROM consent_event ON CONFLICT (id) DO UPDATE SET wording = 'no'",
            id="upsert",
        ),
    ],
)
def test_the_consent_ledger_refuses_to_be_changed(statement: str) -> None:
    """By its triggers whoever asks, and by the rights of the program's role before that."""
    ann = builders.make_subscriber()
    builders.consent(ann, "sms", action="revoked")
    before = list(ConsentEvent.objects.order_by("pk").values())
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic(using=OWNER):
        by_owner(statement)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        run(statement)
    assert list(ConsentEvent.objects.order_by("pk").values()) == before


def test_the_ledger_takes_new_events_and_dates_them_itself() -> None:
    event = builders.consent(builders.make_subscriber(channels=[]), "sms")
    event.refresh_from_db()
    assert event.recorded_at is not None


# --- consent follows ------------------------------------------------------------------------------------------------

ASKED, YES, NO, ALL = ("requested", NOTES), ("granted", NOTES), ("revoked", NOTES), ("revoked", "*")


@pytest.mark.parametrize(
    ("events", "state"),
    [
        pytest.param([ASKED], "pending", id="asked for"),
        pytest.param([ASKED, YES], "granted", id="confirmed"),
        pytest.param([YES, ASKED], "granted", id="asking again does not weaken it"),
        pytest.param([YES, NO], "revoked", id="withdrawn"),
        pytest.param([YES, NO, YES], "granted", id="given again"),
        pytest.param([YES, NO, ASKED], "pending", id="asked for again"),
        pytest.param([YES, ALL], "revoked", id="everything withdrawn"),
        pytest.param([ALL, YES], "granted", id="given after everything was withdrawn"),
        pytest.param([ASKED, ALL], "revoked", id="withdrawn before it was confirmed"),
        pytest.param([YES, ALL, ALL], "revoked", id="withdrawn twice"),
    ],
)
def test_the_current_state_follows_the_events(events: list[tuple[str, str]], state: str) -> None:
    """By trigger in the database, and the same as the rule that reads the ledger says."""
    ann = builders.make_subscriber(channels=[])
    for action, topic in events:
        builders.consent(ann, "sms", topic, action)
    assert states(ann)[NOTES] == state
    newest = Consent.objects.get(subscriber=ann, topic=NOTES)
    assert newest.event.action == {"pending": "requested"}.get(state, state)
    ledger = [
        LedgerEntry(kind=a, channel="sms", topic=None if t == "*" else t, at=NOW.replace(minute=n))  # type: ignore[arg-type]
        for n, (a, t) in enumerate(events)
    ]
    assert standing(ledger, "sms", NOTES) == state


def test_an_event_touches_its_own_person_channel_and_topic_alone() -> None:
    ann = builders.make_subscriber(topics=[NOTES, FAMILY])
    ben = builders.make_subscriber(topics=[NOTES, FAMILY])
    builders.consent(ann, "sms", NOTES, "revoked")
    assert states(ann) == {NOTES: "revoked", FAMILY: "granted"}
    assert set(states(ann, "email").values()) == set(states(ben).values()) == {"granted"}


def test_withdrawing_everything_ends_every_topic_of_that_channel() -> None:
    ann = builders.make_subscriber(topics=[NOTES, FAMILY])
    builders.consent(ann, "sms", "*", "revoked")
    assert states(ann) == {NOTES: "revoked", FAMILY: "revoked", "*": "revoked"}
    assert set(states(ann, "email").values()) == {"granted"}


# --- coming back ----------------------------------------------------------------------------------------------------


def test_coming_back_restores_what_the_opt_out_ended_and_nothing_else() -> None:
    ann = builders.make_subscriber(channels=["sms"], topics=[NOTES, FAMILY])
    builders.consent(ann, "sms", FAMILY, "revoked")
    stop(ann)
    assert start(ann) == 1
    assert states(ann) == {NOTES: "granted", FAMILY: "revoked", "*": "revoked"}
    assert reached(ann)


def test_a_sign_up_that_was_never_confirmed_is_asked_for_again_and_not_given() -> None:
    ann = builders.make_subscriber(channels=[])
    builders.consent(ann, "sms", NOTES, "requested")
    builders.consent(ann, "sms", FAMILY, "granted")
    builders.consent(ann, "sms", FAMILY, "requested")
    stop(ann)
    start(ann)
    assert (states(ann)[NOTES], states(ann)[FAMILY]) == ("pending", "granted")


def test_what_was_given_and_withdrawn_and_asked_for_again_is_only_asked_for() -> None:
    ann = builders.make_subscriber(channels=["sms"])
    builders.consent(ann, "sms", NOTES, "revoked")
    builders.consent(ann, "sms", NOTES, "requested")
    stop(ann)
    start(ann)
    assert states(ann)[NOTES] == "pending"


def test_coming_and_going_many_times_ends_where_it_ended() -> None:
    ann = builders.make_subscriber(channels=["sms"])
    for _ in range(3):
        stop(ann)
        stop(ann)
        assert states(ann)[NOTES] == "revoked" and not reached(ann)
        start(ann)
        start(ann)
        assert states(ann)[NOTES] == "granted" and reached(ann)
    assert ConsentEvent.objects.filter(action="revoked").count() == 3
    assert ConsentEvent.objects.filter(action="granted").count() == 4
    assert Suppression.objects.count() == 3, "what was lifted stays as history"


def test_coming_back_without_having_left_gives_nothing() -> None:
    ann = builders.make_subscriber(channels=["email"])
    start(ann)
    assert states(ann) == {}


@pytest.mark.parametrize("cause", ["bounce", "complaint", "invalid", "disconnected", "not_sms_capable"])
def test_coming_back_does_not_lift_what_is_wrong_with_the_address(cause: str) -> None:
    ann = builders.make_subscriber()
    suppressing.suppress_key("sms", bytes(ann.phone_key or b""), cause=cause, now=NOW)
    stop(ann)
    start(ann)
    assert not reached(ann)
    assert Suppression.objects.get().cause == cause


@pytest.mark.parametrize("before", [True, False], ids=["reported before", "reported after"])
def test_a_complaint_is_not_lifted_whenever_it_was_reported(before: bool) -> None:
    ann = builders.make_subscriber()
    key = bytes(ann.phone_key or b"")
    if before:
        assert suppressing.suppress_key("sms", key, cause="complaint", now=NOW)
    stop(ann)
    if not before:
        assert not suppressing.suppress_key("sms", key, cause="complaint", now=NOW)
    start(ann)
    assert (Suppression.objects.get().cause, reached(ann)) == ("complaint", False)


def test_an_opt_out_is_confirmed_once_and_only_when_it_was_waited_for() -> None:
    ann = builders.make_subscriber()
    done = opting_out.opt_out(
        "sms", bytes(ann.phone_key or b""), method="spam_report", source="provider", now=NOW, wait=False
    )
    assert not done.confirmed
    assert Suppression.objects.get().confirmed_at is None
    stop(ann)
    first = Suppression.objects.get().confirmed_at
    stop(ann)
    assert first is not None and Suppression.objects.get().confirmed_at == first


@pytest.mark.parametrize(
    ("channel", "written"),
    [
        pytest.param("sms", "(404) 555-0123", id="brackets"),
        pytest.param("sms", "+1 404 555 0123", id="country code and spaces"),
        pytest.param("sms", "404.555.0123", id="dots"),
        pytest.param("sms", "1-404-555-0123", id="one in front"),
        pytest.param("sms", "\u200b4045550123 ", id="a character nobody sees"),
        pytest.param("email", "Ann.Lee@EXAMPLE.org", id="capitals"),
        pytest.param("email", " ann.lee@example.org ", id="spaces around"),
        pytest.param("email", "Ann.Lee@example.org", id="capitals before the at"),
    ],
)
def test_who_leaves_is_out_in_every_record_however_the_address_is_written(channel: str, written: str) -> None:
    """Two records share the number; an email address belongs to one record alone. Plus addresses are other mailboxes."""
    one = builders.make_subscriber(email="ann.lee@example.org", phone="+14045550123")
    two = builders.make_subscriber(email="ann.lee+news@example.org", phone="+14045550123")
    opting_out.opt_out(channel, suppressing.key_of(channel, written), method="staff", source="test", now=NOW)
    assert states(one, channel)[NOTES] == "revoked"
    assert states(two, channel)[NOTES] == ("revoked" if channel == "sms" else "granted")


def test_a_domain_is_one_in_either_of_its_spellings() -> None:
    assert suppressing.key_of("email", "ann@bücher.example.org") == suppressing.key_of(
        "email", "ann@xn--bcher-kva.example.org"
    )


# --- constraints ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("campaign", "campaign"),
        ("enrollment", "enrollment"),
        ("message", "message"),
        ("batch", "batch"),
        ("series", "series"),
    ],
)
def test_a_status_that_is_in_no_table_is_refused(table: str, kind: lifecycle.Kind) -> None:
    """And every status of the rules' table is known to the database."""
    plant()
    with pytest.raises(IntegrityError, match=f"{table}_status_known"), transaction.atomic():
        run(f"UPDATE {table} SET status = 'vanished'")
    ((check,),) = run(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [f"{table}_status_known"]
    )
    assert all(f"'{status}'" in check for status in lifecycle.sql_check(kind))


def plant() -> Message:
    """One person, one run, one step sent in one batch."""
    ann = builders.make_subscriber(channels=["email"])
    campaign = builders.make_campaign()
    run(
        """INSERT INTO batch (key, channel, campaign_id, step_number, status, enrollment_ids, subscriber_ids,
            address_keys, worker, moment, lease_until, calling_at)
        VALUES (gen_random_uuid(), 'email', %s, 1, 'settled', '{}', '{}', '{}', '', now(), '2100-01-01', '2026-11-24')""",
        [campaign.pk],
    )
    return Message.objects.create(
        kind="step", enrollment=Enrollment.objects.get(), step_number=1, campaign=campaign, subscriber=ann,
        channel="email", address_key=ann.email_key, status="sent", claimed_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["sent", "failed", "uncertain", "skipped"])
def test_a_second_message_that_counts_for_a_step_is_refused(status: str) -> None:
    first = plant()
    with pytest.raises(IntegrityError, match="message_once_per_step"), transaction.atomic():
        again(first, status, address_key=b"another")
    again(first, "returned")


@pytest.mark.parametrize("status", ["sent", "uncertain"])
def test_a_second_text_of_a_step_to_one_number_is_refused(status: str) -> None:
    """Another record, the same number. (An email address belongs to one record alone.)"""
    first = plant()
    Message.objects.filter(pk=first.pk).update(channel="sms")
    builders.make_subscriber(channels=["email"])
    builders.campaigning.enroll(first.campaign, now=NOW)  # type: ignore[arg-type]
    other = Enrollment.objects.latest("pk")
    with pytest.raises(IntegrityError, match="message_once_per_number"), transaction.atomic():
        again(first, status, enrollment=other, channel="sms")
    again(first, "skipped", enrollment=other, channel="sms")


def again(first: Message, status: str, **changes: Any) -> Message:
    same = {"enrollment": first.enrollment, "address_key": first.address_key, "channel": "email", **changes}
    return Message.objects.create(
        kind="step", step_number=1, campaign=first.campaign, subscriber=first.subscriber, status=status,
        reason="test", claimed_at=NOW, **same,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        pytest.param("UPDATE message SET kind = 'gift'", "message_kind_known", id="kind"),
        pytest.param("UPDATE message SET channel = 'pigeon'", "message_channel_known", id="channel"),
        pytest.param("UPDATE message SET enrollment_id = NULL", "message_step_has_enrollment", id="step without a run"),
        pytest.param("UPDATE message SET status = 'skipped', reason = ''", "message_skip_says_why", id="silent skip"),
        pytest.param("UPDATE message SET status = 'failed', reason = ''", "message_skip_says_why", id="silent failure"),
        pytest.param("UPDATE enrollment SET next_due_at = NULL", "enrollment_active_is_due", id="active, never due"),
        pytest.param("UPDATE enrollment SET channel = 'pigeon'", "enrollment_channel_known", id="run's channel"),
        pytest.param("UPDATE batch SET calling_at = NULL", "batch_called_before_settled", id="settled, never called"),
        pytest.param("UPDATE batch SET lease_until = claimed_at", "batch_lease_after_claim", id="lease of no time"),
        pytest.param("UPDATE subscriber SET email_key = NULL", "subscriber_email_has_key", id="email without key"),
        pytest.param("UPDATE subscriber SET phone_key = NULL", "subscriber_phone_has_key", id="number without key"),
        pytest.param("UPDATE subscriber SET role = 'patient'", "subscriber_role_known", id="role"),
        pytest.param("UPDATE subscriber SET language = 'xx'", "subscriber_language_known", id="language"),
        pytest.param("UPDATE consent SET state = 'maybe'", "consent_state_known", id="consent"),
        pytest.param("UPDATE step SET number = 0", "step_number_from_one", id="step nought"),
        pytest.param(
            "INSERT INTO enrollment (campaign_id, subscriber_id, channel, status, anchor, next_step, next_due_at, next_moved,"
            " exit_reason, created_at) SELECT campaign_id, subscriber_id, channel, 'active', anchor, 1, next_due_at, '', '',"
            " created_at FROM enrollment",
            "enrollment_once", id="enrolled twice",
        ),
        pytest.param(
            "INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method,"
            " source, provider_id, at) SELECT id, 'sms', '*', 'granted', '', '', 'en', 'import', '', '', now() FROM subscriber",
            "consent_event_all_topics_only_revoked", id="consent to everything",
        ),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_true_is_refused(statement: str, name: str) -> None:
    plant()
    with pytest.raises(IntegrityError, match=name), transaction.atomic(using=OWNER):
        by_owner(statement)


# --- one statement or many --------------------------------------------------------------------------------------------

ACTS = [(a, t) for a in ("requested", "granted", "revoked") for t in (NOTES, FAMILY)] + [("revoked", "*")]


def append(people: list[int], acts: list[tuple[int, str, str]]) -> None:
    """Events of several people in one statement, in this order."""
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method,
            source, provider_id, at)
        SELECT v.person, 'sms', v.topic, v.action, '', '', 'en', 'staff', 'test', '', %s + v.n * interval '1 minute'
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[]) AS v(person, action, topic, n) ORDER BY v.n""",
        [
            NOW,
            [people[p] for p, _, _ in acts],
            [a for _, a, _ in acts],
            [t for _, _, t in acts],
            list(range(len(acts))),
        ],
    )


@pytest.mark.parametrize("seed", range(12))
def test_events_of_one_statement_leave_what_they_would_leave_one_by_one(seed: int) -> None:
    dice = random.Random(seed)
    together = [builders.make_subscriber(channels=[]).pk for _ in range(3)]
    singly = [builders.make_subscriber(channels=[]).pk for _ in range(3)]
    for length in (1, 2, 3, 7):
        acts = [(dice.randrange(3), *dice.choice(ACTS)) for _ in range(length)]
        append(together, acts)
        for act in acts:
            append(singly, [act])
    left = [
        [sorted(Consent.objects.filter(subscriber_id=p).values_list("topic", "state")) for p in people]
        for people in (together, singly)
    ]
    assert left[0] == left[1]
    events = [
        [list(ConsentEvent.objects.filter(consent__subscriber_id=p).order_by("consent__topic").values_list("action", "topic"))
         for p in people] for people in (together, singly)
    ]  # fmt: skip
    assert events[0] == events[1]


def test_many_grants_of_one_statement_do_not_weaken_what_stands() -> None:
    people = [builders.make_subscriber(channels=[]).pk for _ in range(3)]
    append(people, [(0, "granted", NOTES), (1, "revoked", NOTES)])
    append(people, [(n, "requested", NOTES) for n in range(3)])
    found = [Consent.objects.get(subscriber_id=p).state for p in people]
    assert found == ["granted", "pending", "pending"]
