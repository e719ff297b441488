"""The providers' webhooks: nothing unsigned is stored, nothing signed is lost, nothing counts twice."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from outreach.models import DeliveryEvent, InboundText, Message, Suppression, WebhookReceipt
from tests import builders
from tests.web.conftest import SIGNATURE, STAMP, Signer, words

EVENTS = "/hooks/sendgrid/events/"
INBOUND = "/hooks/twilio/inbound/"


def body_of(key: uuid.UUID, event: str = "delivered") -> bytes:
    """An event post as SendGrid writes it, with the CR LF at its end."""
    element = {
        "email": "ann@example.org", "timestamp": 1795532400, "event": event, "sg_event_id": "ZXZlbnQ",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001", "outreach_id": key.hex,
    }  # fmt: skip
    return json.dumps([element]).encode() + b"\r\n"


def sent_email() -> Message:
    campaign = builders.make_campaign(builders.make_series(emails=1, texts=0), started=False)
    person = builders.make_subscriber(channels=["email"])
    return Message.objects.create(
        kind="test", campaign=campaign, subscriber=person, channel="email", address_key=person.email_key, status="sent",
        claimed_at=builders.NOW,
    )  # fmt: skip


def post_events(web: Client, body: bytes, headers: dict[str, str]) -> HttpResponse:
    return web.post(EVENTS, body, content_type="application/json", headers=headers)


def text_form(body: str = "STOP", sender: str = "+14045550142") -> dict[str, str]:
    """An inbound text as Twilio posts it, blank fields included."""
    return {
        "MessageSid": "SM" + "0" * 31 + "1", "AccountSid": "AC" + "0" * 32, "From": sender, "To": "+14045550100",
        "Body": body, "NumMedia": "0", "FromCity": "", "FromZip": "", "NumSegments": "1",
    }  # fmt: skip


def post_form(web: Client, path: str, form: dict[str, str], headers: dict[str, str], **more: str) -> HttpResponse:
    return web.post(path, urlencode(form), "application/x-www-form-urlencoded", headers=headers, **more)


def test_a_signed_event_is_stored_and_applied(web: Client, signer: Signer) -> None:
    message = sent_email()
    body = body_of(message.key)
    assert post_events(web, body, signer.event_headers(body)).status_code == 200
    message.refresh_from_db()
    assert message.delivered_at is not None
    receipt = WebhookReceipt.objects.get()
    assert receipt.applied_at is not None and receipt.body is None  # it held an address


def test_a_replayed_event_counts_once(web: Client, signer: Signer) -> None:
    message = sent_email()
    body = body_of(message.key)
    for _ in range(3):
        assert post_events(web, body, signer.event_headers(body)).status_code == 200
    assert DeliveryEvent.objects.count() == 1


def changed_byte(body: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    return body.replace(b"delivered", b"delivereD"), headers


def without_line_end(body: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    return body.rstrip(), headers


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(changed_byte, id="one byte changed"),
        pytest.param(without_line_end, id="line end lost"),
        pytest.param(lambda b, h: (b, {STAMP: h[STAMP]}), id="signature missing"),
        pytest.param(lambda b, h: (b, {SIGNATURE: h[SIGNATURE]}), id="timestamp missing"),
        pytest.param(lambda b, h: (b, {**h, SIGNATURE: ""}), id="signature empty"),
        pytest.param(lambda b, h: (b, {**h, SIGNATURE: "####"}), id="signature not base64"),
        pytest.param(lambda b, h: (b, {**h, STAMP: str(int(h[STAMP]) + 1)}), id="timestamp changed"),
        pytest.param(lambda b, h: (b, Signer().event_headers(b)), id="another key"),
        pytest.param(lambda b, h: (b, {}), id="nothing"),
    ],
)
def test_an_event_post_that_is_not_signed_is_refused_and_nothing_is_stored(
    web: Client, signer: Signer, spoil: Callable[[bytes, dict[str, str]], tuple[bytes, dict[str, str]]]
) -> None:
    body = body_of(uuid.uuid4())
    answer = post_events(web, *spoil(body, signer.event_headers(body)))
    assert (answer.status_code, answer.content) == (403, b"")
    assert not WebhookReceipt.objects.exists() and not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("path", [EVENTS, INBOUND, "/hooks/twilio/status/" + "0" * 32 + "/"])
@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_webhooks_take_posts_only(web: Client, signer: Signer, path: str, method: str) -> None:
    assert getattr(web, method)(path).status_code == 405


def test_signed_nonsense_is_accepted_and_kept_for_a_person(web: Client, signer: Signer) -> None:
    """What is signed is stored: SendGrid must not repeat for a day what we cannot read."""
    body = b"{}\r\n"
    assert post_events(web, body, signer.event_headers(body)).status_code == 200
    assert WebhookReceipt.objects.count() == 1


def test_a_signed_stop_opts_out_and_is_answered_in_twiml(web: Client, signer: Signer) -> None:
    person = builders.make_subscriber(phone="+14045550142")
    form = text_form("Please stop texting me")
    answer = post_form(web, INBOUND, form, signer.form_headers(INBOUND, form))
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/xml")
    assert "<Message>" in words(answer)
    assert Suppression.objects.get().address_key == person.phone_key


def test_a_text_told_twice_is_kept_and_answered_once(web: Client, signer: Signer) -> None:
    builders.make_subscriber(phone="+14045550142")
    form = text_form("HELP me find a meeting, please")
    answers = [post_form(web, INBOUND, form, signer.form_headers(INBOUND, form)) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert InboundText.objects.count() == 1
    assert "<Message>" not in words(answers[1])


def test_the_signature_covers_the_public_url_whatever_the_host_header_says(web: Client, signer: Signer) -> None:
    form = text_form("hello")
    headers = signer.form_headers(INBOUND, form)
    assert post_form(web, INBOUND, form, headers, HTTP_HOST="10.0.0.7:8000").status_code == 200
    lured = text_form("hello again")
    from twilio.request_validator import RequestValidator

    from tests.web.conftest import TOKEN

    forged = RequestValidator(TOKEN).compute_signature("https://elsewhere.example.org" + INBOUND, lured)
    answer = post_form(web, INBOUND, lured, {"X-Twilio-Signature": forged}, HTTP_HOST="elsewhere.example.org")
    assert answer.status_code == 403


def test_the_query_is_part_of_what_is_signed(web: Client, signer: Signer) -> None:
    path = f"{INBOUND}?from=a%20b&x="
    form = text_form("hello")
    assert post_form(web, path, form, signer.form_headers(path, form)).status_code == 200
    other = {**form, "MessageSid": "SM" + "0" * 31 + "2"}
    assert post_form(web, path, other, signer.form_headers(INBOUND, other)).status_code == 403


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda f, h: ({**f, "Body": "STOp"}, h), id="one letter changed"),
        pytest.param(lambda f, h: ({k: v for k, v in f.items() if v}, h), id="blank fields dropped", marks=()),
        pytest.param(lambda f, h: ({**f, "Extra": "1"}, h), id="field added"),
        pytest.param(lambda f, h: (f, {"X-Twilio-Signature": ""}), id="signature empty"),
        pytest.param(lambda f, h: (f, {}), id="signature missing"),
        pytest.param(lambda f, h: (f, {"X-Twilio-Signature": "bm90IGl0"}), id="signature wrong"),
    ],
)
def test_a_text_that_is_not_signed_is_refused_and_nothing_is_stored(
    web: Client,
    signer: Signer,
    spoil: Callable[[dict[str, str], dict[str, str]], tuple[dict[str, str], dict[str, str]]],
) -> None:
    form = text_form()
    answer = post_form(web, INBOUND, *spoil(form, signer.form_headers(INBOUND, form)))
    assert (answer.status_code, answer.content) == (403, b"")
    assert not InboundText.objects.exists() and not WebhookReceipt.objects.exists()


def test_a_body_that_is_no_utf8_is_refused(web: Client, signer: Signer) -> None:
    answer = web.post(
        INBOUND, b"Body=\xff\xfe", "application/x-www-form-urlencoded", headers={"X-Twilio-Signature": "x"}
    )
    assert answer.status_code == 403


def test_a_status_is_applied_to_the_message_of_its_key(web: Client, signer: Signer) -> None:
    message = sent_email()
    Message.objects.filter(pk=message.pk).update(channel="sms", provider="twilio", status="uncertain")
    path = f"/hooks/twilio/status/{message.key.hex}/"
    form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "delivered", "To": "+14045550142", "ErrorCode": ""}
    assert post_form(web, path, form, signer.form_headers(path, form)).status_code == 200
    message.refresh_from_db()
    assert (message.status, message.delivered_at is not None) == ("sent", True)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda p, f, h: (p, {**f, "MessageStatus": "failed"}, h), id="status changed"),
        pytest.param(lambda p, f, h: (p, {**f, "ErrorCode": "21610"}, h), id="a stop put in"),
        pytest.param(lambda p, f, h: (p, {k: v for k, v in f.items() if v}, h), id="blank field dropped"),
        pytest.param(lambda p, f, h: (p[:-2] + "b/", f, h), id="another message"),
        pytest.param(lambda p, f, h: (p + "?x=1", f, h), id="a query added"),
        pytest.param(
            lambda p, f, h: (p, f, {"X-Twilio-Signature": h["X-Twilio-Signature"][:-4] + "AAA="}),
            id="signature changed",
        ),
        pytest.param(lambda p, f, h: (p, f, {"X-Twilio-Signature": "####"}), id="signature no base64"),
        pytest.param(lambda p, f, h: (p, f, {}), id="signature missing"),
    ],
)
def test_a_forged_status_is_refused_and_nothing_is_stored(
    web: Client, signer: Signer, spoil: Callable[..., Any]
) -> None:
    """Nobody else can end a person's texts by an error code, nor say that a message arrived."""
    path = "/hooks/twilio/status/" + "0" * 31 + "a/"
    form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "sent", "To": "+14045550142", "ErrorCode": ""}
    answer = post_form(web, *spoil(path, form, signer.form_headers(path, form)))
    assert (answer.status_code, answer.content) == (403, b"")
    assert (
        not WebhookReceipt.objects.exists() and not DeliveryEvent.objects.exists() and not Suppression.objects.exists()
    )


@pytest.mark.parametrize("hours", [-24, 0])
def test_a_replay_of_events_counts_once_and_one_of_two_days_ago_is_refused(
    web: Client, signer: Signer, hours: int
) -> None:
    """SendGrid repeats for a day."""
    body = body_of(sent_email().key)
    now = datetime.now(UTC)
    assert post_events(web, body, signer.event_headers(body, now + timedelta(hours=hours))).status_code == 200
    assert post_events(web, body, signer.event_headers(body, now + timedelta(hours=hours))).status_code == 200
    assert DeliveryEvent.objects.count() == 1
    for offset in (timedelta(hours=-48), timedelta(minutes=6)):
        assert post_events(web, body, signer.event_headers(body, now + offset)).status_code == 403


@pytest.mark.parametrize("key", ["nonsense", "0" * 31, "{" + "0" * 32 + "}", str(uuid.UUID(int=1))])
def test_a_malformed_key_is_told_only_to_those_who_sign(web: Client, signer: Signer, key: str) -> None:
    path = f"/hooks/twilio/status/{key}/"
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert post_form(web, path, form, {}).status_code == 403
    assert post_form(web, path, form, signer.form_headers(path, form)).status_code == 404
    assert not WebhookReceipt.objects.exists()


def test_a_fault_of_ours_is_a_500_so_that_it_is_told_again_and_the_receipt_is_kept(
    database: str, signer: Signer
) -> None:
    """Without schedules there are no words to answer with: the stop holds, and what came in waits for the sweep."""
    web = Client(raise_request_exception=False)
    person = builders.make_subscriber(phone="+14045550142")
    form = text_form("Please stop texting me")
    assert post_form(web, INBOUND, form, signer.form_headers(INBOUND, form)).status_code == 500
    assert WebhookReceipt.objects.get().applied_at is None
    assert Suppression.objects.get().address_key == person.phone_key
