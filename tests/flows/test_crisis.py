"""A crisis from end to end: a phone, the provider's signed webhook over HTTP, the page, the pager, and what comes back."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3
from django.test import override_settings
from twilio.request_validator import RequestValidator

from outreach.actions import answering, clock, paging
from outreach.actions.dispatching.rows import run
from outreach.models import CrisisMessage, Incident, Page, WebhookReceipt
from tests import builders
from tests.actions.test_receiving import ledger_refuses
from tests.owner import by_owner
from tests.parts import TOKEN, Sandbox, pointed_at, running_sandbox
from tests.web.conftest import applied, site  # noqa: F401  # fixtures

ANN = "+14045550142"
FIRST_PHONE = "+14705550181"


@pytest.fixture
def world(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:  # noqa: F811
    """The program behind a web server and a provider that calls it back."""
    with running_sandbox(site) as sandbox, pointed_at(sandbox, monkeypatch), override_settings(PUBLIC_URL=site):
        yield sandbox


def write(sandbox: Sandbox, body: str) -> dict[str, Any]:
    """A phone writes; the provider has called us and carried out the answer when this returns."""
    answered: dict[str, Any] = sandbox.client.post("/sandbox/reply", {"from": ANN, "body": body, "to": "+14045550100"})
    sandbox.client.wait_idle()
    return answered


def phone(sandbox: Sandbox, *kinds: str) -> list[dict[str, Any]]:
    return [line for line in sandbox.client.log() if line["kind"] in kinds and line.get("to") == ANN]


def post(site: str, form: dict[str, str]) -> urllib3.BaseHTTPResponse:  # noqa: F811
    """Twilio's signed post, by hand."""
    address = f"{site}/hooks/twilio/inbound/"
    signature = RequestValidator(TOKEN).compute_signature(address, form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return urllib3.request("POST", address, body=urlencode(form), headers=headers, timeout=20, retries=False)


def pages(least: int = 1) -> list[Page]:
    """The pages, once they are made: they come after the answer."""
    while Page.objects.count() < least or run("SELECT 1 FROM page WHERE status = 'calling'"):
        pass
    return list(Page.objects.order_by("pk"))


def form(body: str) -> dict[str, str]:
    return {"MessageSid": "SM" + "7" * 32, "From": ANN, "To": "+14045550100", "Body": body}


def test_a_phone_is_answered_its_report_comes_back_and_the_first_on_call_is_paged(world: Sandbox) -> None:
    builders.make_subscriber(phone=ANN)
    write(world, "I want to die")
    (line,) = phone(world, "reply")
    assert "988" in line["body"]
    assert [(p.person, p.channel, p.status) for p in pages()] == [("First on call", "sms", "sent")]
    world.client.wait_idle()
    answering.follow_up(clock.now())
    assert CrisisMessage.objects.get().answer == "sent", "by the status callback of the answer itself"
    paging.page_due(clock.now())
    assert Page.objects.get().delivered_at is not None


def test_after_a_stop_at_twilio_the_answer_is_refused_and_the_page_says_that_nobody_was_answered(
    world: Sandbox,
) -> None:
    builders.make_subscriber(phone=ANN)
    write(world, "STOP")
    write(world, "I want to die")
    assert [line["code"] for line in phone(world, "refused")] == ["21610"]
    assert [page.say for page in pages()] == ["unanswered"]
    (page,) = [line for line in world.accepted() if line["to"] == FIRST_PHONE]
    assert "could not be answered automatically" in page["body"]
    assert CrisisMessage.objects.get().answer == "none"


def test_a_stop_at_twilio_that_we_never_heard_of_is_found_out_and_told(world: Sandbox) -> None:
    """Its webhook was lost: the refusal of our answer calls nobody back, but the provider's list lacks it."""
    builders.make_subscriber(phone=ANN)
    world.misbehave(on="inbound", do="off")
    write(world, "STOP")
    write(world, "I want to die")
    assert CrisisMessage.objects.get().answer == "given"
    pages()
    run("UPDATE crisis_message SET recorded_at = recorded_at - interval '61 seconds'")
    answering.follow_up(clock.now())
    assert CrisisMessage.objects.get().answer == "failed"
    paging.page_due(clock.now())
    assert [page.say for page in Page.objects.order_by("pk")] == ["waiting", "unanswered"]


def test_the_answer_leaves_before_the_pager_has_answered(world: Sandbox, site: str) -> None:  # noqa: F811
    """Lifelines wait for no pager, however slow its provider is."""
    world.misbehave(on="twilio", do="delay", delay_ms=3000)
    answered = post(site, form("I want to die"))
    status = run("SELECT status FROM page")
    assert answered.status == 200 and b"988" in answered.data
    assert status in ([], [("calling",)]), "the page was still on its way"
    assert [page.status for page in pages()] == ["sent"]


def test_only_the_answer_to_a_crisis_asks_for_a_report(world: Sandbox, site: str) -> None:  # noqa: F811
    crisis = post(site, form("I want to die")).data.decode()
    key = CrisisMessage.objects.get().answer_key
    assert key is not None and f'statusCallback="{site}/hooks/twilio/status/{key.hex}/"' in crisis
    stop = post(site, {**form("please stop texting me"), "MessageSid": "SM" + "8" * 32}).data.decode()
    assert "<Message>" in stop and "no more texts" in stop


def test_a_crisis_is_answered_even_when_it_cannot_be_written_down(world: Sandbox, site: str) -> None:  # noqa: F811
    """The answer then claims nothing about staff; the kept receipt opens the incident later."""
    with ledger_refuses("crisis_message"):
        answered = post(site, form("quiero morir, no puedo mas"))
        plain = post(site, {**form("When is the meeting?"), "MessageSid": "SM" + "9" * 32})
    said = answered.data.decode()
    assert answered.status == 200 and "988" in said and "AYUDA" in said and "Avisamos" not in said
    assert plain.status == 200
    assert not Incident.objects.exists() and WebhookReceipt.objects.filter(applied_at=None).count() == 1


def test_a_crisis_is_answered_even_while_the_database_is_away(world: Sandbox, site: str) -> None:  # noqa: F811
    by_owner("ALTER TABLE webhook_receipt RENAME TO webhook_receipt_away")
    by_owner("ALTER TABLE applied_schedules RENAME TO applied_schedules_away")
    try:
        answered = post(site, form("I want to die"))
        other = post(site, {**form("When is the meeting?"), "MessageSid": "SM" + "9" * 32})
    finally:
        by_owner("ALTER TABLE webhook_receipt_away RENAME TO webhook_receipt")
        by_owner("ALTER TABLE applied_schedules_away RENAME TO applied_schedules")
    assert answered.status == 200 and b"988" in answered.data and b"staff" not in answered.data
    assert other.status == 500, "the provider hears of it; the text is found again in its list"
