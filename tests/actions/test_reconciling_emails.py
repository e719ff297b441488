"""A doubtful email is settled from SendGrid's Email Activity feed, and by nothing less. Real database, real HTTP."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import override_settings

from outreach.actions import auditing, connecting, diagnosing, reconciling, resending
from outreach.actions.dispatching import send_batch, sweep
from outreach.actions.dispatching.claim import claim
from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.send import mark_calling
from outreach.actions.suppressing import key_of
from outreach.models import Alert, Message, Subscriber, Watermark
from outreach.providers.base import ListedEmail
from outreach.providers.sendgrid import SendGrid
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner
from tests.parts import KEY, Sandbox

pytestmark = pytest.mark.usefixtures("stage")


class Asked(SendGrid):
    """The real one, which also counts what it was asked for."""

    def __init__(self, base: str) -> None:
        super().__init__(base, KEY)
        self.batches: list[str] = []

    def list_batch(self, batch_key: str) -> list[ListedEmail]:
        self.batches.append(batch_key)
        return super().list_batch(batch_key)


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def doubtful(sandbox: Sandbox, people: int = 2, do: str = "cut_after_accept", moment: datetime = NOW) -> list[Message]:
    """Emails of one batch whose answer was cut off."""
    for _ in range(people):
        builders.make_subscriber(channels=["email"], now=moment)
    builders.make_campaign(name=f"Of {moment}", now=moment)
    before = set(Message.objects.values_list("pk", flat=True))
    sandbox.client.post("/sandbox/clock", {"now": moment.isoformat()})
    sandbox.misbehave(on="sendgrid", do=do, count=1)
    send_batch(sandbox.lane("email"), lambda: moment)
    found = list(Message.objects.exclude(pk__in=before).order_by("pk"))
    assert found and {m.status for m in found} == {"uncertain"}
    return found


def feed(sandbox: Sandbox) -> Asked:
    return Asked(sandbox.client.base)


def statuses() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("status", flat=True))


def test_what_was_taken_is_settled_as_sent_and_never_sent_again(sandbox: Sandbox) -> None:
    first, second = doubtful(sandbox)
    emails, before = feed(sandbox), len(sandbox.accepted())
    assert reconciling.reconcile(later(minutes=6), emails=emails) == 2
    assert emails.batches == [first.batch.key.hex], "one question for all"  # type: ignore[union-attr]
    for message in (first, second):
        message.refresh_from_db()
        assert (message.status, message.reason) == ("sent", "found_at_provider")
        assert (message.sent_at, message.accepted_at, message.settled_at) == (NOW, NOW, later(minutes=6))
    assert {first.provider_id, second.provider_id} == {sandbox.accepted()[-1]["request_id"]}
    assert not send_batch(sandbox.lane("email"), lambda: later(minutes=7)).called
    assert len(sandbox.accepted()) == before
    assert resending.doubts() == []
    keys = {m.key.hex for m in (first, second)}
    assert auditing.audit([line for line in sandbox.accepted() if line["key"] in keys]).held


def test_what_is_not_in_the_feed_stays_uncertain_however_long(sandbox: Sandbox) -> None:
    """Absence proves nothing: the feed lags, and an email is rather never sent than twice."""
    doubtful(sandbox, do="cut_before_accept")
    for hours in (0.1, 1, 24, 24 * 20):
        assert reconciling.reconcile(later(hours=hours), emails=feed(sandbox)) == 0
    assert statuses() == ["uncertain"] * 2
    assert [(d.message.reason, d.lost) for d in resending.doubts()] == [("no_clear_answer", False)] * 2
    assert not send_batch(sandbox.lane("email"), lambda: later(hours=25)).called


def test_an_email_whose_worker_died_in_the_call_is_found_too(sandbox: Sandbox) -> None:
    builders.make_subscriber(channels=["email"])
    builders.make_campaign()
    sandbox.client.post("/sandbox/clock", {"now": NOW.isoformat()})
    lane = sandbox.lane("email")
    claimed = claim(lane, NOW, "test")
    assert claimed and claimed.batch and lane.email and mark_calling(claimed.batch.id)
    from outreach.actions.dispatching.composing import compose_email
    from outreach.actions.dispatching.facts import due_people

    going = due_people("email", claimed.batch.id, claimed.batch.group.topic, NOW, free=1)
    lane.email.send(compose_email(lane, claimed.batch, going))  # and here it died
    run("UPDATE batch SET claimed_at = '2020-01-01', lease_until = '2020-01-02'")
    assert sweep(NOW) == 1
    assert reconciling.reconcile(later(minutes=6), emails=feed(sandbox)) == 1
    message = Message.objects.get()
    assert (message.status, message.reason, message.sent_at) == ("sent", "found_at_provider", None)


def test_nothing_is_asked_while_the_provider_may_still_report(sandbox: Sandbox) -> None:
    doubtful(sandbox)
    emails = feed(sandbox)
    assert reconciling.reconcile(later(minutes=4), emails=emails) == 0
    assert emails.batches == []


def test_a_batch_rests_as_long_as_its_doubt_is_old_and_at_most_a_day(sandbox: Sandbox) -> None:
    doubtful(sandbox, do="cut_before_accept")
    emails, asked_at = feed(sandbox), []
    for minute in (*range(0, 200, 2), *range(200, 4 * 24 * 60, 60)):
        before = len(emails.batches)
        reconciling.reconcile(later(minutes=minute), emails=emails)
        asked_at += [minute] * (len(emails.batches) - before)
    assert asked_at[:6] == [6, 12, 24, 48, 96, 192]
    assert all(after - first <= 25 * 60 for first, after in pairwise(asked_at))
    assert len(asked_at) < 15


def test_a_turn_asks_for_three_batches_the_oldest_doubt_first(sandbox: Sandbox) -> None:
    keys = [doubtful(sandbox, 1, moment=later(minutes=n))[0].batch.key.hex for n in range(5)]  # type: ignore[union-attr]
    emails = feed(sandbox)
    reconciling.reconcile(later(minutes=20), emails=emails)
    assert emails.batches == keys[:3]
    reconciling.reconcile(later(minutes=22), emails=emails)
    assert emails.batches == keys
    assert set(statuses()) == {"sent"}


@pytest.mark.parametrize(
    ("rule", "waits"),
    [
        ({"do": "status", "status": 403}, timedelta(hours=1)),
        ({"do": "status", "status": 401}, timedelta(hours=1)),
        ({"do": "status", "status": 404}, timedelta(hours=1)),
        ({"do": "status", "status": 429, "retry_after": 600}, timedelta(minutes=9)),
        ({"do": "status", "status": 500}, timedelta()),
        ({"do": "garbage"}, timedelta()),
        ({"do": "cut_before_accept"}, timedelta()),
    ],
    ids=str,
)
def test_a_feed_that_gives_no_list_changes_nothing_and_is_left_alone(
    sandbox: Sandbox, rule: dict[str, Any], waits: timedelta
) -> None:
    for n in range(4):
        doubtful(sandbox, 1, moment=later(minutes=n))
    alerts = list(Alert.objects.values_list("kind", "times"))
    sandbox.misbehave(on="activity", count=None, **rule)
    emails, moment = feed(sandbox), later(minutes=20)
    assert reconciling.reconcile(moment, emails=emails) == 0
    assert len(emails.batches) == 1, "the next batch would meet the same"
    if waits:
        reconciling.reconcile(moment + waits - timedelta(minutes=1), emails=emails)
        assert len(emails.batches) == 1
    assert set(statuses()) == {"uncertain"}
    assert list(Alert.objects.values_list("kind", "times")) == alerts
    sandbox.behave()
    for turn in (2, 4):
        reconciling.reconcile(moment + max(waits, timedelta(minutes=40)) + timedelta(minutes=turn), emails=emails)
    assert set(statuses()) == {"sent"}, "once it answers, every doubt is settled"


def test_a_feed_that_never_answers_costs_few_questions_and_no_alert(sandbox: Sandbox) -> None:
    """An account without the add-on, for a day, by the clockwork's own pace."""
    for n in range(3):
        doubtful(sandbox, 1, moment=later(minutes=n))
    alerts = list(Alert.objects.values_list("kind", "times"))
    sandbox.misbehave(on="activity", do="status", status=403, count=None)
    emails = feed(sandbox)
    for minute in range(10, 24 * 60, 5):
        reconciling.reconcile(later(minutes=minute), emails=emails)
    assert 3 <= len(emails.batches) <= 24
    assert set(statuses()) == {"uncertain"}
    assert list(Alert.objects.values_list("kind", "times")) == alerts


class Listing:
    """A feed that says what a test wants of it."""

    def __init__(self, answer: Callable[[], list[ListedEmail]]) -> None:
        self.answer, self.asked = answer, 0

    def list_batch(self, batch_key: str) -> list[ListedEmail]:
        self.asked += 1
        return self.answer()


def row(to: str, at: datetime = NOW) -> ListedEmail:
    return ListedEmail(provider_id="abc", to=to, at=at)


def test_an_address_is_known_in_every_spelling_and_a_strange_row_is_passed_over(sandbox: Sandbox) -> None:
    (message,) = doubtful(sandbox, 1)
    assert message.subscriber and message.subscriber.email
    spelled = f" {message.subscriber.email.upper()}"
    emails = Listing(lambda: [row("no address"), row("stranger@example.org"), row(spelled, later(days=9))])
    assert reconciling.reconcile(later(minutes=6), emails=emails) == 1
    message.refresh_from_db()
    assert (message.status, message.provider_id, message.accepted_at) == ("sent", "abc", NOW)


def test_of_one_batch_only_who_stands_in_the_feed_is_settled(sandbox: Sandbox) -> None:
    """The feed has come as far as the first of them, and names a stranger too."""
    listed, missing = doubtful(sandbox, 2)
    assert listed.subscriber and listed.subscriber.email
    emails = Listing(lambda: [row(str(listed.subscriber.email)), row("stranger@example.org")])  # type: ignore[union-attr]
    assert reconciling.reconcile(later(minutes=6), emails=emails) == 1
    assert [Message.objects.get(pk=m.pk).status for m in (listed, missing)] == ["sent", "uncertain"]


def test_who_has_another_address_by_now_is_found_by_the_one_that_was_written_to(sandbox: Sandbox) -> None:
    doubtful(sandbox, 1)
    new = "another@example.org"
    Subscriber.objects.update(email=new, email_key=key_of("email", new))
    assert reconciling.reconcile(later(minutes=6), emails=feed(sandbox)) == 1


def test_whoever_was_erased_is_not_asked_for_and_not_settled(sandbox: Sandbox) -> None:
    gone, stays = doubtful(sandbox, 2)
    Subscriber.objects.filter(pk=gone.subscriber_id).update(email=None, email_key=None, erased_at=NOW)
    assert reconciling.reconcile(later(minutes=6), emails=feed(sandbox)) == 1
    assert [m.status for m in Message.objects.in_bulk([gone.pk, stays.pk]).values()] == ["uncertain", "sent"]
    by_owner("DELETE FROM message WHERE id = %s", [stays.pk])
    emails = feed(sandbox)
    reconciling.reconcile(later(hours=6), emails=emails)
    assert emails.batches == []


@pytest.mark.parametrize(
    "change",
    [
        lambda m: Message.objects.filter(pk=m.pk).update(provider="smtp"),
        lambda m: Message.objects.filter(pk=m.pk).update(reason="another"),
        lambda m: Message.objects.filter(pk=m.pk).update(batch=None),
        lambda m: Message.objects.filter(pk=m.pk).update(claimed_at=NOW - timedelta(days=31), settled_at=None),
    ],
    ids=["sent by SMTP", "of another cause", "of no batch", "older than the feed remembers"],
)
def test_what_the_feed_cannot_tell_is_not_asked(sandbox: Sandbox, change: Callable[[Message], int]) -> None:
    (message,) = doubtful(sandbox, 1)
    change(message)
    emails = feed(sandbox)
    assert reconciling.reconcile(later(minutes=6), emails=emails) == 0
    assert emails.batches == []


def test_what_was_decided_while_the_feed_was_asked_stands(sandbox: Sandbox) -> None:
    """A person sent it again in that moment: the old attempt is not called sent after that."""
    (message,) = doubtful(sandbox, 1)
    person = message.subscriber
    assert person and person.email
    address = person.email

    def answer() -> list[ListedEmail]:
        resending.resend(message.pk, now=later(minutes=6))
        return [row(address)]

    assert reconciling.reconcile(later(minutes=6), emails=Listing(answer)) == 0
    assert statuses() == ["returned"]


def test_a_batch_that_another_worker_asks_for_is_not_asked_for_twice(sandbox: Sandbox) -> None:
    doubtful(sandbox, 1)
    inner = Listing(list)

    def answer() -> list[ListedEmail]:
        reconciling.reconcile(later(minutes=6), emails=inner)
        return []

    reconciling.reconcile(later(minutes=6), emails=Listing(answer))
    assert inner.asked == 0


def test_marks_of_long_ago_are_let_go(sandbox: Sandbox) -> None:
    old, feeds_own = f"{reconciling.FEED} of {uuid.uuid4()}", "inbound texts"
    for name in (old, feeds_own):
        Watermark.objects.create(name=name, at=NOW - timedelta(days=40))
    doubtful(sandbox, 1)
    reconciling.reconcile(later(minutes=6), emails=feed(sandbox))
    assert not Watermark.objects.filter(name=old).exists()
    assert Watermark.objects.filter(name=feeds_own).exists()


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({"EMAIL_PROVIDER": "sendgrid", "SENDGRID_API_KEY": "SG.x"}, True),
        ({"EMAIL_PROVIDER": "sendgrid", "SENDGRID_API_KEY": ""}, False),
        ({"EMAIL_PROVIDER": "smtp", "SENDGRID_API_KEY": "SG.x"}, False),
    ],
)
def test_only_sendgrid_with_a_key_has_a_list_to_ask(settings: dict[str, str], there: bool) -> None:
    connecting.email_provider.cache_clear()
    try:
        with override_settings(**settings):
            assert (connecting.email_lists() is not None) is there
    finally:
        connecting.email_provider.cache_clear()


@pytest.mark.parametrize(("rule", "said"), [(None, "the feed answers"), (403, "could not be read (403)")])
def test_the_doctor_says_whether_the_feed_answers(sandbox: Sandbox, rule: int | None, said: str) -> None:
    if rule:
        sandbox.misbehave(on="activity", do="status", status=rule)
    connecting.email_provider.cache_clear()
    try:
        with override_settings(EMAIL_PROVIDER="sendgrid", SENDGRID_API_KEY=KEY, SENDGRID_BASE_URL=sandbox.client.base):
            (check,) = [c for c in diagnosing.diagnose(NOW) if c.name == "email activity"]
    finally:
        connecting.email_provider.cache_clear()
    assert check.ok and said in check.say
