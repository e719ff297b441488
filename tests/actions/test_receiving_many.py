"""Reports by the thousand: a constant number of statements, doors that help each other, nothing lost and nothing left."""

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from psycopg import Connection

from outreach.actions import reconciling
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import applying, storing
from outreach.models import Alert, ConsentEvent, DeliveryEvent, Enrollment, Message, Suppression, WebhookReceipt
from tests import builders
from tests.actions.test_receiving import HARD, LATER, after, alerts, element, facts, make_message, post, status
from tests.builders import NOW
from tests.owner import by_owner

pytestmark = pytest.mark.usefixtures("stage")


def statements(act: Callable[[], object]) -> int:
    """How many statements an act needs."""
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def make_messages(count: int, channel: str = "email") -> list[Message]:
    """Messages to as many people, of one campaign."""
    people = [builders.make_subscriber() for _ in range(count)]
    campaign = builders.make_campaign()
    key = "email_key" if channel == "email" else "phone_key"
    return [
        Message.objects.create(
            kind="test", campaign=campaign, subscriber=person, channel=channel, address_key=getattr(person, key),
            status="sent", provider="sendgrid" if channel == "email" else "twilio", claimed_at=NOW, sent_at=NOW,
        )
        for person in people
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        pytest.param("delivered", {}, id="delivered"),
        pytest.param("bounce", HARD, id="bounce"),
        pytest.param("open", {}, id="alert"),
        pytest.param("spamreport", {}, id="spam report"),
    ],
)
def test_a_post_of_many_needs_as_many_statements_as_a_post_of_one(event: str, fields: dict[str, Any]) -> None:
    messages = make_messages(13)
    # so many arrived that a dozen complaints are no alarm
    run(
        """INSERT INTO message (key, kind, channel, status, reason, provider, provider_id, parts, moved, zones, claimed_at,
            delivered_at) SELECT gen_random_uuid(), 'test', 'email', 'sent', '', 'sendgrid', '', 0, '', '', %s, %s
        FROM generate_series(1, 14000)""",
        [NOW, NOW],
    )
    one = statements(lambda: post(element(messages[0].key, event, **fields)))
    many = statements(lambda: post(*(element(m.key, event, **fields) for m in messages[1:])))
    assert many == one
    assert DeliveryEvent.objects.exclude(applied_at=None).count() == 13


def test_many_who_report_spam_are_all_let_go_at_once() -> None:
    messages = make_messages(5)
    post(*(element(m.key, "spamreport") for m in messages), element(messages[0].key, "unsubscribe", 3))
    assert Suppression.objects.filter(cause="complaint").count() == 5
    gone = ConsentEvent.objects.filter(action="revoked", topic="*", channel="email")
    assert sorted(gone.values_list("subscriber_id", flat=True)) == sorted(m.subscriber_id for m in messages)
    assert set(Enrollment.objects.filter(channel="email").values_list("status", "exit_reason")) == {
        ("exited", "opted_out")
    }
    assert set(Enrollment.objects.filter(channel="sms").values_list("status", flat=True)) == {"active"}


@contextmanager
def somebody_else_applying(database: str) -> Iterator[Connection[Any]]:
    """Another process that is applying events, for as long as this lasts."""
    with psycopg.connect(database) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [applying.LOCK])
        yield other


def test_a_door_that_finds_another_at_it_leaves_its_receipt_and_the_next_takes_all_together(database: str) -> None:
    messages = make_messages(8, "sms")
    with somebody_else_applying(database):
        alone = statements(lambda: status(messages[0], "delivered"))
        for message in messages[1:6]:
            status(message, "delivered")
        assert alone <= 5, "the receipt, and a look whether anybody is at it (in a transaction)"
        assert Message.objects.filter(delivered_at=None).count() == 8
    taking_all = statements(lambda: status(messages[6], "delivered"))
    assert Message.objects.filter(delivered_at=LATER).count() == 7
    assert taking_all == statements(lambda: status(messages[7], "delivered"))
    assert not WebhookReceipt.objects.filter(applied_at=None).exists()


def test_what_a_door_left_comes_with_the_next_tick(database: str) -> None:
    message = make_message()
    with somebody_else_applying(database):
        post(element(message.key, "delivered", 3))
        assert facts(message) == {}
    assert storing.apply_left(LATER) == 1
    assert facts(message) == {"delivered_at": after(3)}
    assert storing.apply_left(LATER) == 0


@pytest.mark.parametrize("event", ["spamreport", "unsubscribe", "group_unsubscribe"])
def test_the_persons_own_word_is_never_left_to_others(database: str, event: str) -> None:
    message = make_message()
    with somebody_else_applying(database) as other:
        letting_go = threading.Timer(0.3, other.rollback)
        letting_go.start()
        post(element(message.key, event))
        assert not letting_go.is_alive(), "it waits its turn: two at it at one time could wait for each other in a ring"
    assert Suppression.objects.get().address_key == message.address_key
    assert Enrollment.objects.get(channel="email").status == "exited"


def test_a_stop_told_by_twilio_itself_is_never_left_to_others(database: str) -> None:
    message = make_message("sms")
    with somebody_else_applying(database) as other:
        letting_go = threading.Timer(0.3, other.rollback)
        letting_go.start()
        status(message, "failed", "21610")
        letting_go.join()
    assert Enrollment.objects.get(channel="sms").status == "exited"


def test_doors_at_one_time_and_in_any_order_lose_nothing_and_never_wait_in_a_ring() -> None:
    messages = make_messages(12)
    dice = random.Random(7)
    posts = [
        [element(m.key, word, n) for m in dice.sample(messages, len(messages))]
        for n, word in enumerate(["processed", "deferred", "delivered", "unsubscribe"] * 8, 1)
    ]

    def door(elements: list[dict[str, Any]]) -> None:
        try:
            post(*elements)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as doors:
        list(doors.map(door, posts))
    storing.apply_left(LATER)
    assert DeliveryEvent.objects.exclude(applied_at=None).count() == 12 * 32
    assert set(Message.objects.values_list("delivered_at", flat=True)) == {after(3)}
    assert ConsentEvent.objects.filter(action="revoked").count() == 12
    assert not WebhookReceipt.objects.filter(applied_at=None).exists() and not alerts()


def test_of_receipts_that_are_applied_together_the_bad_one_is_found_and_the_others_count(database: str) -> None:
    messages = make_messages(3)
    with somebody_else_applying(database):
        for message, word in zip(messages, ("delivered", "teleported", "delivered"), strict=True):
            post(element(message.key, word, 3))
    by_owner(
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.event = 'teleported' THEN "
        "RAISE EXCEPTION 'no room left' USING ERRCODE = 'disk_full'; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER fault BEFORE INSERT ON delivery_event FOR EACH ROW EXECUTE FUNCTION fault()"
    )
    try:
        storing.apply_left(LATER)
    finally:
        by_owner("DROP TRIGGER fault ON delivery_event; DROP FUNCTION fault()")
    assert [facts(m) for m in messages] == [{"delivered_at": after(3)}, {}, {"delivered_at": after(3)}]
    assert WebhookReceipt.objects.get(applied_at=None).problem == "OperationalError"
    assert storing.apply_left(LATER) == 0, "it does not stand in the way of what comes"


def test_an_event_that_has_had_no_message_for_days_is_somebody_elses() -> None:
    """Everything that was ever reported about others must not be looked through at every turn."""
    key = uuid.uuid4()
    post(element(key, "delivered", 3))
    run("UPDATE delivery_event SET recorded_at = recorded_at - interval '4 days'")
    message = make_message(key=key)
    reconciling.settle_from_events(LATER)
    assert facts(message) == {}


# --- what cannot be read --------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_counted_kept_for_a_person_and_let_go_after_a_month() -> None:
    message = make_message()
    post(None, element(message.key, "delivered", 3), {"email": "ann@example.org"})
    assert facts(message) == {"delivered_at": after(3)}
    receipt = WebhookReceipt.objects.get()
    assert (receipt.applied_at, receipt.problem) == (LATER, "2 of 3 events could not be read")
    assert bytes(receipt.body or b"").splitlines() == [b"null", b'{"email": "ann@example.org"}']
    assert Alert.objects.get().kind == "events_unread" and Alert.objects.get().times == 2
    storing.forget_unread(LATER + timedelta(days=29))
    assert WebhookReceipt.objects.get().body is not None
    storing.forget_unread(LATER + timedelta(days=31))
    assert WebhookReceipt.objects.get().body is None
