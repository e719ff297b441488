"""SendGrid's Event Webhook: signatures and events."""

from __future__ import annotations

import base64
import json
import logging
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from outreach.providers.base import Event
from outreach.providers.sendgrid import SendGrid, parse_events, read_post, verify
from tests.providers.cases import email_batch, keys
from tests.providers.conftest import Sandbox

# The vector of the official library's own tests (sendgrid-python, test_eventwebhook.py).
KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dA"
    "fSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
)
OTHER_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqTxd43gyp8IOEto2LdIfjRQrIb"
    "sd4SXZkLW6jDutdhXSJCWHw8REntlo7aNDthvj+y7GjUuFDb/R1NGe1OPzpA=="
)
SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
OTHER_SIGNATURE = "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH3j/0="
TIMESTAMP = "1600112502"
BODY = (
    b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
    b'"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
    b'"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
    b'"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
)
SIGNED_AT = datetime.fromtimestamp(int(TIMESTAMP), UTC)


def headers(signature: str = SIGNATURE, timestamp: str = TIMESTAMP) -> dict[str, str]:
    return {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }


def test_the_official_vector_holds() -> None:
    assert verify(headers(), BODY, [KEY], SIGNED_AT)


def test_header_names_are_found_in_any_case() -> None:
    assert verify({name.upper(): value for name, value in headers().items()}, BODY, [KEY], SIGNED_AT)


def test_one_right_key_among_several_is_enough() -> None:
    assert verify(headers(), BODY, ["", "no key", OTHER_KEY, f" {KEY[:50]}\n{KEY[50:]}\n"], SIGNED_AT)


@pytest.mark.parametrize(
    ("head", "body", "public_keys"),
    [
        pytest.param(headers(OTHER_SIGNATURE), BODY, [KEY], id="another signature"),
        pytest.param(headers(""), BODY, [KEY], id="empty signature"),
        pytest.param(headers("!" + SIGNATURE), BODY, [KEY], id="no base64"),
        pytest.param(headers("ünïcode"), BODY, [KEY], id="no ASCII"),
        pytest.param(headers(base64.b64encode(b"no DER").decode()), BODY, [KEY], id="no DER"),
        pytest.param(headers(SIGNATURE[:-8] + "AAAAAAA="), BODY, [KEY], id="last bytes changed"),
        pytest.param({}, BODY, [KEY], id="no headers"),
        pytest.param({"X-Twilio-Email-Event-Webhook-Signature": SIGNATURE}, BODY, [KEY], id="no timestamp"),
        pytest.param({"X-Twilio-Email-Event-Webhook-Timestamp": TIMESTAMP}, BODY, [KEY], id="no signature"),
        pytest.param(headers(timestamp="1600112503"), BODY, [KEY], id="timestamp changed"),
        pytest.param(headers(timestamp="timestamp"), BODY, [KEY], id="no number"),
        pytest.param(headers(timestamp=""), BODY, [KEY], id="empty timestamp"),
        pytest.param(headers(timestamp="9" * 400), BODY, [KEY], id="huge timestamp"),
        pytest.param(headers(timestamp="１６００１１２５０２"), BODY, [KEY], id="digits of another script"),
        pytest.param(headers(timestamp="-1600112502"), BODY, [KEY], id="negative"),
        pytest.param(headers(), BODY.rstrip(), [KEY], id="line break at the end lost"),
        pytest.param(headers(), BODY.replace(b"hello", b"hellp"), [KEY], id="one byte changed"),
        pytest.param(headers(), b"", [KEY], id="empty body"),
        pytest.param(headers(), BODY, [OTHER_KEY], id="another key"),
        pytest.param(headers(), BODY, [], id="no key"),
        pytest.param(headers(), BODY, [KEY[:-8]], id="key cut short"),
    ],
)
def test_anything_else_is_refused_without_raising(head: dict[str, str], body: bytes, public_keys: list[str]) -> None:
    assert verify(head, body, public_keys, SIGNED_AT) is False


@pytest.mark.parametrize(
    ("later", "good"),
    [
        (timedelta(hours=24), True),
        (timedelta(hours=25), True),
        (timedelta(hours=25, seconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, seconds=-1), False),
    ],
)
def test_a_post_counts_from_five_minutes_ahead_to_a_day_and_an_hour_back(later: timedelta, good: bool) -> None:
    assert verify(headers(), BODY, [KEY], SIGNED_AT + later) is good


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        verify(headers(), BODY, [KEY], SIGNED_AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "make", [lambda: ec.generate_private_key(ec.SECP384R1()), lambda: rsa.generate_private_key(65537, 2048)]
)
def test_keys_of_another_kind_never_verify(make: Any) -> None:
    """A signature that is right under a P-384 key is still not SendGrid's."""
    private = make()
    der = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    signature = b"x"
    if isinstance(private, ec.EllipticCurvePrivateKey):
        signature = private.sign(TIMESTAMP.encode() + BODY, ec.ECDSA(hashes.SHA256()))
    head = headers(base64.b64encode(signature).decode())
    assert not verify(head, BODY, [base64.b64encode(der).decode()], SIGNED_AT)


def element(**changes: Any) -> dict[str, Any]:
    whole = {
        "email": "person0@example.org",
        "event": "delivered",
        "timestamp": 1600112492,
        "sg_event_id": "ev1",
        "sg_message_id": "abc.recvd-1.0",
        "outreach_id": "0" * 31 + "a",
        "outreach_batch": "b",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def parsed(*elements: Any) -> tuple[Event, ...]:
    return parse_events(json.dumps(elements).encode())


def test_an_event_carries_what_delivery_needs_and_no_address() -> None:
    (event,) = parsed(
        element(
            event="bounce",
            type="bounce",
            status="5.1.1",
            reason="550 5.1.1 <person0@example.org> unknown",
            bounce_classification="Invalid Address",
        )
    )
    assert (event.provider, event.event, event.code, event.kind) == (
        "sendgrid",
        "bounce",
        "5.1.1",
        "bounce/Invalid Address",
    )
    assert (event.message_key, event.event_id, event.provider_id) == ("0" * 31 + "a", "ev1", "abc")
    assert event.at == datetime(2020, 9, 14, 19, 41, 32, tzinfo=UTC)
    assert "person0" not in repr(event)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Bounced Address", "Bounced Address"),
        ("Invalid", "Invalid"),
        ("550 person0@example.org", "reason withheld"),
        (None, None),
    ],
)
def test_the_reason_of_a_drop_is_kept_unless_it_quotes_an_address(reason: str | None, kind: str | None) -> None:
    (event,) = parsed(element(event="dropped", reason=reason))
    assert event.kind == kind


@pytest.mark.parametrize(
    "bad",
    [
        None,
        7,
        "text",
        [],
        {},
        element(event=None),
        element(event=["open"]),
        element(event="\0"),
        element(timestamp=None),
        element(timestamp="soon"),
        element(timestamp=1e300),
        element(timestamp=True),
        element(timestamp={"a": 1}),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_bad_element_never_costs_the_others(bad: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    events = parsed(element(sg_event_id="1"), bad, element(sg_event_id="2", event="open"))
    assert [event.event_id for event in events] == ["1", "2"]
    assert "1 of 3" in caplog.text and "@" not in caplog.text


@pytest.mark.parametrize(
    "strange", [rb'"\ud800"', b"[" * 1000 + b"]" * 1000], ids=["half a surrogate", "nested to the limit"]
)
@pytest.mark.parametrize("field", ["reason", "response", "url", "email", "timestamp"])
def test_values_that_cannot_be_written_as_text_never_cost_an_opt_out(field: str, strange: bytes) -> None:
    left = json.dumps(element(event="unsubscribe")).encode()
    found = read_post(
        b'[{"event": "bounce", "timestamp": 1, "%s": %s}, %s]' % (field.encode(), strange, left), SIGNED_AT
    )
    assert found.events[-1].event == "unsubscribe" and len(found.events) + len(found.unread) == 2


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[{", b"nul", b"[1e999]", b"[" * 100_000])
def test_a_post_that_is_no_json_is_no_event(raw: bytes) -> None:
    assert parse_events(raw) == ()


def test_a_single_event_without_a_list_is_read() -> None:
    assert len(parse_events(json.dumps(element()).encode())) == 1


@pytest.mark.parametrize("ours", ["", "not ours", 7, None, ["a"], {"a": 1}])
def test_an_id_that_is_not_ours_is_left_out(ours: Any) -> None:
    (event,) = parsed(element(outreach_id=ours))
    assert event.message_key is None and event.provider_id == "abc"


def test_strange_values_stay_fit_for_a_text_column() -> None:
    (event,) = parsed(element(event="Open\0", sg_event_id="x" * 5000, status="5.\0001.1", category=[{"a": 1}]))
    assert event.event == "open" and event.code == "5.1.1" and event.event_id == "x" * 200


def test_an_asynchronous_bounce_without_message_id_is_ours_by_its_argument() -> None:
    (event,) = parsed(element(event="bounce", sg_message_id=None, sg_event_id=None))
    assert event.message_key and event.provider_id is None and event.event_id is None


def test_the_same_event_under_another_event_id_has_the_same_natural_key() -> None:
    one, two = parsed(element(sg_event_id="1"), element(sg_event_id="2", email="Person0@Example.org", ip="192.0.2.1"))
    assert one.natural_key == two.natural_key and len(one.natural_key) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"outreach_id": "f" * 32},
        {"email": "other@example.org"},
        {"event": "open"},
        {"timestamp": 1600112493},
        {"attempt": "2"},
        {"reason": "x"},
        {"url": "https://example.org"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_event_has_another_natural_key(change: dict[str, Any]) -> None:
    one, two = parsed(element(), element(**change))
    assert one.natural_key != two.natural_key


def test_the_sandbox_reports_what_it_took_and_its_signature_holds(sandbox: Sandbox) -> None:
    batch = email_batch(2)
    SendGrid(sandbox.url, sandbox.api_key).send(batch)
    found: dict[str, set[str]] = {key: set() for key in keys(batch)}
    while not all("delivered" in words for words in found.values()):
        post = sandbox.hooks.told.get(timeout=20)
        if "events" not in post.start:
            continue
        assert verify(post.headers, post.body, [OTHER_KEY, sandbox.event_key], datetime.now(UTC))
        assert not verify(post.headers, post.body + b" ", [sandbox.event_key], datetime.now(UTC))
        for event in parse_events(post.body):
            if event.message_key in found:
                found[event.message_key].add(event.event)
    assert all(uuid.UUID(key) and words == {"processed", "delivered"} for key, words in found.items())


def test_every_single_byte_of_the_official_vector_counts() -> None:
    """Of the body, of the timestamp and of the signature."""
    for at in range(len(BODY)):
        other = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
        assert not verify(headers(), other, [KEY], SIGNED_AT)
    for at in range(len(TIMESTAMP)):
        stamp = TIMESTAMP[:at] + str((int(TIMESTAMP[at]) + 1) % 10) + TIMESTAMP[at + 1 :]
        assert not verify(headers(timestamp=stamp), BODY, [KEY], datetime.fromtimestamp(int(stamp), UTC))
    raw = base64.b64decode(SIGNATURE)
    for at in range(len(raw)):
        spoiled = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        assert not verify(headers(base64.b64encode(spoiled).decode()), BODY, [KEY], SIGNED_AT)


def test_the_twin_of_a_signature_verifies_too_so_it_names_no_post() -> None:
    """ECDSA is malleable: with (r, s) also (r, n - s) is right. Events are known by what they say."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    r, s = decode_dss_signature(base64.b64decode(SIGNATURE))
    twin = base64.b64encode(encode_dss_signature(r, order - s)).decode()
    assert twin != SIGNATURE and verify(headers(twin), BODY, [KEY], SIGNED_AT)
