"""Twilio's webhooks: signatures, what they say, and the answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest

from outreach.providers.twilio import Twilio, parse_inbound, parse_status, read_signed, twiml_reply, verify_form
from tests.providers.cases import text_batch
from tests.providers.conftest import Sandbox

# The vectors of the official library's own tests (twilio-python, test_request_validator.py).
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
TOKEN = "12345"
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
REPEATED = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234")]
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def signed(url: str, pairs: list[tuple[str, str]], token: str = TOKEN) -> str:
    """The signature by the words of Twilio's documentation, written here a second time."""
    text = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@pytest.mark.parametrize(
    ("url", "params", "signature"),
    [
        pytest.param(URL, FORM, SIGNATURE, id="plain"),
        pytest.param(URL, list(FORM.items()), SIGNATURE, id="as pairs"),
        pytest.param(URL, REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", id="repeated name"),
        pytest.param(URL.replace(".com", ".com:1234"), FORM, SIGNATURE, id="https with a port, signed without"),
        pytest.param(URL, FORM, "kvajT1Ptam85bY51eRf/AJRuM3w=", id="https, signed with port 443"),
        pytest.param(
            "http://mycompany.com:1234/myapp.php?foo=1&bar=2",
            FORM,
            "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
            id="http with a port",
        ),
        pytest.param(
            "http://mycompany.com/myapp.php?foo=1&bar=2", FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4=", id="http, port 80"
        ),
    ],
)
def test_the_official_vectors_hold(url: str, params: Any, signature: str) -> None:
    assert verify_form(url, params, signature, [TOKEN])


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([("Body", ""), ("From", "+14045550101")], id="blank field"),
        pytest.param([("Body", "a"), ("Body", "a"), ("Body", "b")], id="repeated values"),
        pytest.param([("Body", "más 👍"), ("b", "1"), ("B", "2")], id="letters beyond ASCII, case"),
        pytest.param([], id="no field"),
    ],
)
def test_every_field_counts(pairs: list[tuple[str, str]]) -> None:
    assert verify_form(URL, pairs, signed(URL, pairs), [TOKEN])


def test_a_blank_field_that_got_lost_is_noticed() -> None:
    pairs = [("Body", ""), ("From", "+14045550101")]
    assert not verify_form(URL, pairs[1:], signed(URL, pairs), [TOKEN])


def test_both_tokens_of_a_rotation_count() -> None:
    assert verify_form(URL, FORM, SIGNATURE, ["", "new", TOKEN])


@pytest.mark.parametrize(
    ("url", "params", "signature", "tokens"),
    [
        pytest.param(URL, FORM, "", [TOKEN], id="empty signature"),
        pytest.param(URL, FORM, None, [TOKEN], id="missing signature"),
        pytest.param(URL, FORM, SIGNATURE[:-1], [TOKEN], id="cut short"),
        pytest.param(URL, FORM, SIGNATURE.lower(), [TOKEN], id="another case"),
        pytest.param(URL, FORM, "é" * 28, [TOKEN], id="no ASCII"),
        pytest.param(URL, FORM, SIGNATURE, ["12346"], id="another token"),
        pytest.param(URL, FORM, SIGNATURE, [], id="no token"),
        pytest.param(URL, FORM, signed(URL, list(FORM.items()), ""), [""], id="signed with an empty token"),
        pytest.param(URL, FORM | {"Digits": "1235"}, SIGNATURE, [TOKEN], id="one byte changed"),
        pytest.param(URL, FORM | {"Extra": ""}, SIGNATURE, [TOKEN], id="a field added"),
        pytest.param(URL, {}, SIGNATURE, [TOKEN], id="no fields"),
        pytest.param(URL + "&x=1", FORM, SIGNATURE, [TOKEN], id="query changed"),
        pytest.param(URL.replace("https", "http"), FORM, SIGNATURE, [TOKEN], id="another scheme"),
        pytest.param("https://mycompany.com:port/", FORM, SIGNATURE, [TOKEN], id="broken port"),
        pytest.param("https://[::1/", FORM, SIGNATURE, [TOKEN], id="broken host"),
        pytest.param("", FORM, SIGNATURE, [TOKEN], id="no address"),
        pytest.param(URL, {"Body": "\ud800"}, SIGNATURE, [TOKEN], id="no UTF-8"),
    ],
)
def test_anything_else_is_refused_without_raising(url: str, params: Any, signature: Any, tokens: list[str]) -> None:
    assert verify_form(url, params, signature, tokens) is False


STATUS = {
    "MessageSid": "SM1",
    "SmsSid": "SM1",
    "MessageStatus": "undelivered",
    "ErrorCode": "30005",
    "To": "+14045550101",
}


def test_a_status_callback_is_an_event_of_our_message() -> None:
    key = uuid.uuid4().hex
    event = parse_status(STATUS, key, NOW)
    assert (event.provider, event.message_key, event.event, event.code) == ("twilio", key, "undelivered", "30005")
    assert (event.provider_id, event.kind, event.event_id, event.at) == ("SM1", None, None, NOW)
    assert "404555" not in repr(event)


def test_the_same_status_again_has_the_same_natural_key() -> None:
    later = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert parse_status(STATUS, "k", NOW).natural_key == parse_status(STATUS | {"New": "x"}, "k", later).natural_key
    assert parse_status(STATUS, "k", NOW).natural_key != parse_status(STATUS, "l", NOW).natural_key
    assert (
        parse_status(STATUS, "k", NOW).natural_key
        != parse_status(STATUS | {"MessageStatus": "sent"}, "k", NOW).natural_key
    )


@pytest.mark.parametrize(
    ("form", "event", "code"),
    [
        ({"SmsSid": "SM1", "SmsStatus": "Delivered"}, "delivered", None),
        ({"MessageSid": "SM1", "MessageStatus": "sent", "ErrorCode": "0"}, "sent", None),
        ({"MessageStatus": " \0sent "}, "sent", None),
        ({}, "missing", None),
    ],
)
def test_a_sparse_callback_is_read_as_far_as_it_goes(form: dict[str, str], event: str, code: str | None) -> None:
    found = parse_status(form, "k", NOW)
    assert (found.event, found.code) == (event, code)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        parse_status(STATUS, "k", NOW.replace(tzinfo=None))


def test_an_inbound_text_keeps_its_words_as_written() -> None:
    form = {
        "MessageSid": "SM1",
        "From": "+14045550101",
        "To": "+14045550100",
        "Body": " Stop\0 \n",
        "OptOutType": "stop",
    }
    text = parse_inbound(form | {"MessagingServiceSid": "MG1"})
    assert (text.provider_id, text.from_number, text.to_number) == ("SM1", "+14045550101", "+14045550100")
    assert (text.body, text.opt_out_type, text.messaging_service, text.at) == (" Stop \n", "STOP", "MG1", None)
    assert "5550101" not in repr(text) and "Stop" not in repr(text)


@pytest.mark.parametrize("opt_out", ["", "LATER"])
def test_an_opt_out_type_twilio_does_not_have_is_none(opt_out: str) -> None:
    form = {"SmsMessageSid": "SM1", "From": "+14045550101", "OptOutType": opt_out}
    assert parse_inbound(form).opt_out_type is None and parse_inbound(form).body == ""


@pytest.mark.parametrize(
    "form", [{}, {"MessageSid": "SM1"}, {"From": "+14045550101"}, {"MessageSid": " ", "From": "+1"}]
)
def test_a_text_that_could_not_be_kept_once_or_answered_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no id or no sender"):
        parse_inbound(form)


@pytest.mark.parametrize(
    ("text", "twiml"),
    [
        (None, "<Response />"),
        ("", "<Response />"),
        ("You & <we>", "<Response><Message>You &amp; &lt;we&gt;</Message></Response>"),
        ("Llámenos 👍", "<Response><Message>Llámenos 👍</Message></Response>"),
    ],
)
def test_the_answer_is_one_message_or_none(text: str | None, twiml: str) -> None:
    assert twiml_reply(text) == f'<?xml version="1.0" encoding="UTF-8"?>{twiml}'


def test_the_sandbox_signs_its_callbacks_as_twilio_does(sandbox: Sandbox) -> None:
    batch = text_batch(1)
    key = batch.messages[0].key
    url = f"{sandbox.hooks.url}/hooks/twilio/status/{key}/"
    batch = replace(batch, messages=(replace(batch.messages[0], status_callback=url),))
    Twilio(sandbox.url, sandbox.account_sid, sandbox.auth_token).send(batch)
    seen: list[str] = []
    while "delivered" not in seen:
        post = sandbox.hooks.told.get(timeout=20)
        if key not in post.start:
            continue
        pairs = parse_qsl(post.body.decode(), keep_blank_values=True)
        signature = post.headers["x-twilio-signature"]
        assert verify_form(url, pairs, signature, ["other", sandbox.auth_token])
        assert not verify_form(url, [*pairs, ("x", "")], signature, [sandbox.auth_token])
        seen.append(parse_status(dict(pairs), key, NOW).event)
    assert seen == ["sent", "delivered"]


# The JSON vector of the official library's own tests; its hash stands in the URL.
JSON_BODY = '{"property": "value", "boolean": true}'
JSON_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON_URL = f"{URL}&bodySHA256={JSON_HASH}"
JSON_SIGNATURE = "a9nBmqA0ju/hNViExpshrM61xv4="


def read_json(
    url: str = JSON_URL, body: str = JSON_BODY, signature: str = JSON_SIGNATURE, kind: str = "application/json"
) -> list[tuple[str, str]] | None:
    return read_signed(url, body.encode(), kind, signature, ["other", TOKEN])


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8"])
def test_the_official_vector_of_a_json_body_holds(kind: str) -> None:
    """The URL is signed, and the body is known by its hash."""
    assert hashlib.sha256(JSON_BODY.encode()).hexdigest() == JSON_HASH
    assert read_json(kind=kind) == [("property", "value"), ("boolean", "true")]


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param({"body": JSON_BODY.replace("value", "valuf")}, id="one byte of the body changed"),
        pytest.param({"body": ""}, id="no body"),
        pytest.param({"url": JSON_URL.replace(JSON_HASH, "0" * 64)}, id="another hash"),
        pytest.param({"url": URL}, id="no hash, though the signature is of another URL"),
        pytest.param({"url": URL, "signature": SIGNATURE}, id="no hash, and a form's signature"),
        pytest.param(
            {"url": URL, "signature": signed(URL, [])}, id="no hash, and the URL alone signed: any body would do"
        ),
        pytest.param({"signature": ""}, id="no signature"),
        pytest.param({"signature": JSON_SIGNATURE[:-2] + "5="}, id="signature changed"),
        pytest.param({"signature": "é"}, id="no ASCII"),
        pytest.param({"kind": "application/x-www-form-urlencoded"}, id="said to be a form"),
        pytest.param({"url": "https://[::1/?bodySHA256=x"}, id="broken URL"),
    ],
)
def test_a_json_body_that_is_not_signed_is_refused(spoiled: dict[str, str]) -> None:
    """Without raising."""
    assert read_json(**spoiled) is None


@pytest.mark.parametrize("body", ["[]", "7", "{", '"x"', "null", "{" + ",".join(f'"{n}":1' for n in range(501)) + "}"])
def test_signed_json_that_is_no_flat_object_holds_no_fields(body: str) -> None:
    """A list, a number, half of one, too many."""
    url = f"{URL}&bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    assert read_json(url, body, signed(url, [])) is None


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("a=1&b=", [("a", "1"), ("b", "")]),
        ("a=1&a=2", [("a", "1"), ("a", "2")]),
        ("Body=m%C3%A1s+%F0%9F%91%8D", [("Body", "más 👍")]),
        ("", []),
    ],
)
def test_a_signed_form_is_read_with_every_field(body: str, form: list[tuple[str, str]]) -> None:
    """Blank ones and repeated names too."""
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    assert read_signed(URL, body.encode(), kind, signed(URL, form), [TOKEN]) == form


@pytest.mark.parametrize("body", [b"Body=\xff", b"Body=%FF", b"&".join(b"a=1" for _ in range(501))])
def test_a_form_that_no_phone_wrote_is_refused(body: bytes) -> None:
    """Not UTF-8, or too many fields."""
    assert read_signed(URL, body, "application/x-www-form-urlencoded", signed(URL, [("a", "1")]), [TOKEN]) is None


def test_every_single_byte_of_the_official_vector_counts() -> None:
    """Of the URL, of each name and of each value."""
    form = list(FORM.items())
    for at in range(len(URL)):
        other = URL[:at] + ("x" if URL[at] != "x" else "y") + URL[at + 1 :]
        assert not verify_form(other, form, SIGNATURE, [TOKEN]), other
    for n, (name, value) in enumerate(form):
        for changed in ((name + "x", value), (name, value + "x"), (name, value[:-1])):
            assert not verify_form(URL, [*form[:n], changed, *form[n + 1 :]], SIGNATURE, [TOKEN])
