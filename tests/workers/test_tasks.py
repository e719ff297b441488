"""The tasks are thin hints: called twice they do nothing twice, and a broken broker or database loses nothing."""

import logging
import os
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.actions import connecting
from outreach.actions.dispatching.rows import run
from outreach.models import ConsentSeal, Enrollment, Message, Suppression
from outreach.providers.base import Event
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner
from tests.parts import KEY, SID, TOKEN, Sandbox, running_sandbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sandbox(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The workers' settings point to a real sandbox and a broker folder of their own."""
    from django.conf import settings

    with running_sandbox() as box:
        for name, value in {
            "SENDGRID_BASE_URL": box.client.base, "SENDGRID_API_KEY": KEY, "TWILIO_BASE_URL": box.client.base,
            "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKENS": [TOKEN], "VIRTUAL_CLOCK": True,
        }.items():  # fmt: skip
            monkeypatch.setattr(settings, name, value)
        connecting.email_provider.cache_clear()
        connecting.text_provider.cache_clear()
        builders.apply_schedules()
        run("INSERT INTO clock_setting VALUES (1, %s)", [NOW])
        yield box
    connecting.email_provider.cache_clear()
    connecting.text_provider.cache_clear()


def test_a_hint_sends_what_is_due_and_a_second_one_nothing(sandbox: Sandbox) -> None:
    from workers import tasks

    builders.make_subscriber()
    builders.make_campaign()
    tasks.send_batch("email")
    tasks.send_batch("email")
    assert list(Message.objects.values_list("status", flat=True)) == ["sent"]
    assert len(sandbox.accepted()) == 1


def test_a_tick_gives_a_hint_to_each_lane_with_work(sandbox: Sandbox) -> None:
    from workers import tasks
    from workers.app import app

    builders.make_subscriber()
    builders.make_campaign()
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        channel.queue_declare("lane.email")
        channel.queue_purge("lane.email")
        tasks.tick()
        assert channel._get("lane.email")["headers"]["task"] == "workers.tasks.send_batch"


def test_a_tick_applies_a_complaint_that_came_before_its_message(sandbox: Sandbox) -> None:
    """So nobody gets another email while a complaint about the one before waits for its row."""
    from outreach.actions.receiving.applying import apply_events
    from workers import tasks

    builders.make_subscriber()
    builders.make_campaign()
    key = uuid.uuid4()
    complaint = Event(
        provider="sendgrid", message_key=key.hex, event="spamreport", code=None, kind=None, at=NOW, natural_key="a" * 64,
        event_id=None, provider_id=None,
    )  # fmt: skip
    apply_events([complaint], NOW)
    tasks.tick()
    assert not Suppression.objects.exists()
    tasks.send_batch("email")
    Message.objects.update(key=key)  # the call's answer was slower than the report
    tasks.tick()
    assert Suppression.objects.get().cause == "complaint"
    assert Message.objects.get().complained_at is not None


def test_whatever_keeps_a_machine_from_answering_people_are_paged(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from workers import tasks

    def breaks(_now: object) -> None:
        raise RuntimeError("the words of somebody")

    paged: list[object] = []
    monkeypatch.setattr(tasks.answering, "follow_up", breaks)
    monkeypatch.setattr(tasks.paging, "page_due", paged.append)
    tasks.page()
    assert len(paged) == 1 and "the words" not in caplog.text
    caplog.clear()
    with tasks._answers:  # another thread waits for a provider that hangs
        tasks.page()
    assert len(paged) == 2 and not caplog.text


def test_the_clockwork_pages_for_a_crisis_and_tries_the_pager(sandbox: Sandbox) -> None:
    from outreach.models import Page
    from workers import tasks
    from workers.app import app

    assert app.conf.beat_schedule["page"]["schedule"] <= 5
    builders.make_incident(builders.make_subscriber(), at=NOW)
    tasks.page()
    tasks.page()
    assert list(Page.objects.values_list("person", "say", "status")) == [("First on call", "waiting", "sent")]
    tasks.try_pager()
    tasks.try_pager()
    assert Page.objects.filter(say="test", status="sent").count() == 4


def test_a_broker_that_refuses_a_hint_is_survived(sandbox: Sandbox) -> None:
    from workers import tasks
    from workers.app import app

    builders.make_subscriber()
    builders.make_campaign()
    folder = Path(app.conf.broker_transport_options["data_folder_out"])
    said: list[str] = []
    listener = logging.Handler()  # on the logger itself, however the program has set up its log meanwhile
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    tasks.log.addHandler(listener)
    folder.rename(folder.with_name("moved"))
    try:
        tasks.tick()
    finally:
        folder.with_name("moved").rename(folder)
        tasks.log.removeHandler(listener)
    assert said and all(line.startswith("no hint could be given to lane email") for line in said)
    assert Enrollment.objects.filter(channel="email", next_due_at__lte=NOW, status="active").count() == 1


def test_a_fault_in_one_part_of_the_sweep_keeps_none_of_the_others_back(sandbox: Sandbox) -> None:
    from workers import tasks

    builders.make_subscriber()
    by_owner("ALTER TABLE form_count RENAME TO away")
    try:
        tasks.sweep()
    finally:
        by_owner("ALTER TABLE away RENAME TO form_count")
    assert ConsentSeal.objects.exists(), "the ledger is sealed last"


def test_a_worker_that_starts_while_the_database_is_away_starts_all_the_same() -> None:
    program = "from workers.app import app; print(app.conf.beat_schedule['sweep']['schedule'])"
    environment = {**os.environ, "DATABASE_URL": "postgresql:///outreach?host=/nowhere"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "30\n"), done.stderr
    assert "the clockwork runs at its usual pace" in done.stderr


def test_a_worker_killed_in_mid_call_loses_and_doubles_nothing(sandbox: Sandbox, database_server: str) -> None:
    """A real process, killed by SIGKILL while the provider holds its answer back."""
    from outreach.actions.receiving import storing
    from workers import tasks

    builders.make_subscriber()
    builders.make_campaign()
    sandbox.misbehave(on="sendgrid", do="delay", delay_ms=1500)
    program = "import workers.app; from workers import tasks; tasks.send_batch('email')"
    environment = {
        **os.environ, "DATABASE_URL": database_server, "SENDGRID_BASE_URL": sandbox.client.base,
        "SENDGRID_API_KEY": KEY, "OUTREACH_VIRTUAL_CLOCK": "yes",
    }  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, env=environment)
    while not run("SELECT 1 FROM batch WHERE status = 'calling'"):
        assert worker.poll() is None, "the worker ended before its call"
    while not run("SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid <> pg_backend_pid()"):
        assert worker.poll() is None, "the worker ended before its call"
    worker.kill()
    worker.wait()
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    while run("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'batch' "
              "AND l.mode = 'RowShareLock' AND l.pid <> pg_backend_pid()"):  # fmt: skip
        pass  # the server notices that the connection is gone
    tasks.sweep()
    message = Message.objects.get()
    assert (message.status, message.reason) == ("uncertain", "worker_died_in_call")
    tasks.send_batch("email")
    assert Message.objects.count() == 1
    # the provider's own report settles it
    accepted = sandbox.accepted()
    assert len(accepted) <= 1
    at = int((NOW + timedelta(seconds=5)).timestamp())
    event = (
        f'[{{"event": "delivered", "timestamp": {at}, "outreach_id": "{message.key.hex}", "email": "x@example.org"}}]'
    )
    storing.receive_events(event.encode(), NOW + timedelta(seconds=6))
    message.refresh_from_db()
    assert message.status == "sent"
