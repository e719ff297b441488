"""The rate of spam complaints: an alarm, a stop that only a person ends, and what counts toward it."""

import json
import uuid
from datetime import datetime, timedelta

import pytest

from outreach.actions import complaints, diagnosing, pausing
from outreach.actions.dispatching import due_lanes, send_batch
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import storing
from outreach.models import Activity, Alert, LanePause
from tests import builders
from tests.builders import NOW
from tests.parts import Sandbox

pytestmark = pytest.mark.usefixtures("stage")


def deliver(count: int, *, complained: int = 0, at: datetime = NOW, provider: str = "sendgrid", **fields: str) -> None:
    """So many emails that arrived, the first of them marked as spam."""
    delivered = "%(at)s" if provider == "sendgrid" else "NULL"
    run(
        f"""INSERT INTO message (key, kind, channel, status, reason, provider, provider_id, parts, moved, zones, claimed_at,
            sent_at, delivered_at, complained_at, bounced_at)
        SELECT gen_random_uuid(), 'test', %(channel)s, 'sent', '', %(provider)s, '', 0, '', '', %(at)s, %(at)s, {delivered},
            CASE WHEN n <= %(complained)s THEN %(at)s::timestamptz END, %(bounced)s::timestamptz
        FROM generate_series(1, %(count)s) n""",
        {
            "at": at, "count": count, "complained": complained, "provider": provider,
            "channel": fields.get("channel", "email"), "bounced": fields.get("bounced"),
        },
    )  # fmt: skip


def halted() -> bool:
    return any(lane.until_resumed for lane in pausing.waiting(NOW))


@pytest.mark.parametrize(
    ("delivered", "complained", "verdict"),
    [(1000, 1, "alarm"), (1001, 1, None), (1000, 3, "stop"), (1001, 3, "alarm"), (2000, 5, "alarm"), (2000, 6, "stop"),
     (50, 1, None), (50, 2, "alarm"), (50, 3, "stop"), (0, 0, None)],
)  # fmt: skip
def test_the_verdict_on_what_arrived_today(delivered: int, complained: int, verdict: str | None) -> None:
    """At the edges, and in a small list."""
    deliver(delivered, complained=complained)
    assert complaints.watch(NOW + timedelta(hours=1)) == verdict
    assert halted() is (verdict == "stop") and Alert.objects.exists() is (verdict is not None)


def test_a_bad_day_is_not_hidden_by_a_good_week() -> None:
    """Both windows are judged."""
    deliver(20_000, at=NOW - timedelta(days=3))
    deliver(1000, complained=3)
    assert complaints.watch(NOW + timedelta(hours=1)) == "stop"


def test_complaints_count_for_the_day_their_email_went_out() -> None:
    """A quiet day after a large mailing has few deliveries, and is no bad one for that."""
    deliver(20_000, complained=5, at=NOW - timedelta(days=2))
    deliver(10)
    assert complaints.watch(NOW + timedelta(hours=1)) is None


def test_what_is_older_than_a_week_counts_no_more() -> None:
    """A window ends."""
    deliver(1000, complained=50, at=NOW - timedelta(days=8))
    assert complaints.watch(NOW) is None


def test_what_came_back_was_not_delivered_and_texts_are_no_emails() -> None:
    """Neither makes the share look smaller."""
    deliver(1000, complained=3)
    deliver(5000, bounced=NOW.isoformat())
    deliver(5000, channel="sms")
    assert complaints.watch(NOW + timedelta(hours=1)) == "stop"


def test_with_smtp_what_the_server_took_counts_as_delivered() -> None:
    """It reports no delivery."""
    deliver(1001, complained=1, provider="smtp")
    assert complaints.watch(NOW + timedelta(hours=1)) is None


def test_a_spam_report_of_the_provider_is_judged_when_it_is_applied() -> None:
    """And not before: the third one stops the emails, told by SendGrid."""
    for n in range(3):
        person = builders.make_subscriber()
        key = uuid.uuid4()
        run(
            """INSERT INTO message (key, kind, channel, address_key, status, reason, provider, provider_id, parts, moved, zones,
                claimed_at, sent_at) VALUES (%s, 'test', 'email', %s, 'sent', '', 'sendgrid', '', 0, '', '', %s, %s)""",
            [key, person.email_key, NOW, NOW],
        )
        element = {
            "email": "x@example.org", "timestamp": int(NOW.timestamp()) + n, "event": "spamreport", "sg_event_id": f"e{n}",
            "outreach_id": key.hex,
        }  # fmt: skip
        assert halted() is False
        storing.receive_events(json.dumps([element]).encode(), NOW + timedelta(minutes=n + 1))
    assert halted() is True


def test_stopped_emails_stay_stopped_until_a_person_resumes_them(sandbox: Sandbox) -> None:
    """No clock ends it; what was looked at counts no more."""
    builders.make_subscriber()
    builders.make_campaign(builders.make_series(emails=1, texts=1))
    tomorrow = NOW + timedelta(days=1)
    assert "email" in due_lanes(tomorrow)
    deliver(100, complained=3)
    complaints.watch(NOW + timedelta(hours=1))
    before = len(sandbox.accepted())
    for later in (tomorrow, NOW + timedelta(days=4000)):
        assert "email" not in due_lanes(later)
        assert send_batch(sandbox.lane("email"), lambda later=later: later).claimed == 0  # type: ignore[misc]
    assert len(sandbox.accepted()) == before
    dana = builders.make_staff()
    assert complaints.resume_lane("email", NOW + timedelta(hours=2), actor=dana) is True
    assert "email" in due_lanes(tomorrow)
    assert Activity.objects.get(verb="resumed").actor == dana
    deliver(100, complained=1, at=NOW + timedelta(hours=3))
    assert complaints.watch(NOW + timedelta(hours=4)) is None, "the three are settled"
    assert complaints.resume_lane("email", NOW, actor=dana) is False


def test_a_shorter_pause_never_ends_the_stop() -> None:
    """A provider that asks to wait an hour does not know of it."""
    deliver(100, complained=3)
    complaints.watch(NOW)
    pausing.pause_lane("email", NOW + timedelta(hours=1), "asked to wait")
    assert LanePause.objects.get().reason == "complaints" and halted()


def test_the_doctor_and_the_alert_say_what_to_do() -> None:
    """In numbers, and with the command."""
    deliver(100, complained=3)
    complaints.watch(NOW)
    assert "3 of 100 delivered emails" in Alert.objects.get().say
    check = next(c for c in diagnosing._lanes(NOW) if c.name == "email lane")
    assert not check.ok and "outreach lanes --resume email" in check.say and "9000" not in check.say


def test_the_count_uses_the_index_of_complaints_and_ends_where_it_may() -> None:
    """What it costs follows the complaints, not the volume."""
    deliver(5000, complained=1)
    run("ANALYZE message")
    plan = "\n".join(row for (row,) in run(f"EXPLAIN {complaints._COMPLAINED}", [NOW - timedelta(days=7)]))
    assert "message_complained" in plan
    ((counted,),) = run(complaints._DELIVERED, [NOW - timedelta(days=7), 1001])
    assert counted == 1001
