"""The door for emails to us: only SendGrid comes in, whatever is written; and mailboxes leave by themselves."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.http import HttpResponse
from django.test import Client, override_settings

from outreach.actions import links
from outreach.models import Alert, InboundEmail, Suppression, WebhookReceipt
from tests import builders
from tests.providers.test_inbound_mail import TYPE, fields, post
from tests.web.conftest import PUBLIC, SIGNATURE, STAMP, Signer, words

PATH = "/hooks/sendgrid/inbound/"
PASSWORD = "a-long-password-of-the-parse-webhook"


@pytest.fixture(autouse=True)
def domain() -> Iterator[None]:
    with override_settings(INBOUND_MAIL_DOMAIN="in.example.org"):
        yield


def send(web: Client, body: bytes, headers: dict[str, str], kind: str = TYPE) -> HttpResponse:
    return web.post(PATH, body, content_type=kind, headers=headers)


def basic(password: str, user: str = "outreach") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def leaving(to: str) -> bytes:
    return post(fields(to=to, envelope=json.dumps({"to": [to], "from": "ann@example.org"}), text=""))


def test_a_signed_unsubscribe_by_mail_is_acted_on_before_the_answer(web: Client, signer: Signer) -> None:
    """The token of the header's address says whose emails end."""
    person = builders.make_subscriber()
    token = links.unsubscribe_url(person.pk, 1).rsplit("/", 2)[1]
    body = leaving(f"unsub+{token}@in.example.org")
    answer = send(web, body, signer.event_headers(body))
    assert (answer.status_code, answer.content) == (200, b"")
    assert bytes(Suppression.objects.get().address_key) == person.email_key
    assert WebhookReceipt.objects.get().body is None


def test_the_raw_mode_comes_in_by_the_same_door(web: Client, signer: Signer) -> None:
    """As SendGrid posts it when it is asked for the whole message."""
    person = builders.make_subscriber(email="ann@example.org")
    raw = b"From: Ann <ann@example.org>\r\nTo: hello@in.example.org\r\nSubject: Re: x\r\n\r\nunsubscribe\r\n\r\n> Unsubscribe"
    body = post({"email": raw, "envelope": '{"to":["hello@in.example.org"],"from":"ann@example.org"}'})
    assert send(web, body, signer.event_headers(body)).status_code == 200
    assert bytes(Suppression.objects.get().address_key) == person.email_key


def test_a_replay_within_the_day_changes_nothing_and_an_older_one_is_refused(web: Client, signer: Signer) -> None:
    """SendGrid repeats for a day; nobody repeats for longer."""
    builders.make_subscriber(email="ann@example.org")
    body = post(fields())
    for hours in (0, 1, 24):
        headers = signer.event_headers(body, datetime.now(UTC) - timedelta(hours=hours))
        assert send(web, body, headers).status_code == 200
    assert InboundEmail.objects.count() == 1
    for offset in (timedelta(hours=-26), timedelta(minutes=6)):
        assert send(web, body, signer.event_headers(body, datetime.now(UTC) + offset)).status_code == 403


def flipped(headers: dict[str, str]) -> dict[str, str]:
    """The other signature that verifies as well: (r, n - s) of P-256."""
    n = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    r, s = decode_dss_signature(base64.b64decode(headers[SIGNATURE]))
    return {**headers, SIGNATURE: base64.b64encode(encode_dss_signature(r, n - s)).decode()}


@pytest.mark.parametrize("path", [PATH, "/hooks/sendgrid/events/"])
def test_the_twin_of_a_signature_makes_no_second_post(web: Client, signer: Signer, path: str) -> None:
    """It verifies, so a signature is never what a post is known by."""
    builders.make_subscriber(email="ann@example.org")
    body, kind = (
        (post(fields()), TYPE)
        if path == PATH
        else (b'[{"event":"delivered","timestamp":1,"email":"a"}]', "application/json")
    )
    first = signer.event_headers(body)
    for headers in (first, flipped(first)):
        assert web.post(path, body, content_type=kind, headers=headers).status_code == 200
    assert InboundEmail.objects.count() == (1 if path == PATH else 0)
    from outreach.models import DeliveryEvent

    assert DeliveryEvent.objects.count() == (0 if path == PATH else 1)


FORGERIES = [
    pytest.param(lambda b, h: (b.replace(b"unsubscribe", b"unsubscribE"), h), id="one byte changed"),
    pytest.param(lambda b, h: (b + b"\r\n", h), id="a line end added"),
    pytest.param(lambda b, h: (b, {STAMP: h[STAMP]}), id="signature missing"),
    pytest.param(lambda b, h: (b, {SIGNATURE: h[SIGNATURE]}), id="timestamp missing"),
    pytest.param(lambda b, h: (b, {**h, SIGNATURE: ""}), id="signature empty"),
    pytest.param(lambda b, h: (b, {**h, SIGNATURE: "####"}), id="not base64"),
    pytest.param(lambda b, h: (b, {**h, SIGNATURE: base64.b64encode(b"no DER").decode()}), id="not DER"),
    pytest.param(lambda b, h: (b, {**h, STAMP: str(int(h[STAMP]) + 1)}), id="timestamp changed"),
    pytest.param(lambda b, h: (b, {**h, STAMP: "soon"}), id="timestamp no number"),
    pytest.param(lambda b, h: (b, Signer().event_headers(b)), id="another key"),
    pytest.param(lambda b, h: (b, {}), id="nothing"),
    pytest.param(lambda b, h: (b, basic("")), id="an empty password"),
    pytest.param(lambda b, h: (b, basic(PASSWORD)), id="a password that is not set"),
    pytest.param(lambda b, h: (b, {"Authorization": "Basic ####"}), id="a broken password"),
    pytest.param(lambda b, h: (b, {"Authorization": "Bearer x"}), id="another scheme"),
]


@pytest.mark.parametrize("spoil", FORGERIES)
def test_a_forged_email_is_refused_and_nothing_is_stored(
    web: Client, signer: Signer, spoil: Callable[[bytes, dict[str, str]], tuple[bytes, dict[str, str]]]
) -> None:
    """And the answer does not say what was wrong."""
    builders.make_subscriber(email="ann@example.org")
    body = post(fields())
    answer = send(web, *spoil(body, signer.event_headers(body)))
    assert (answer.status_code, answer.content) == (403, b"")
    assert (
        not WebhookReceipt.objects.exists() and not Suppression.objects.exists() and not InboundEmail.objects.exists()
    )


@pytest.mark.parametrize("keys", [[], ["no key"]])
def test_a_door_without_a_key_is_shut(web: Client, signer: Signer, keys: list[str]) -> None:
    """Anybody could write opt-outs and cries for help in a person's name."""
    body = post(fields())
    with override_settings(SENDGRID_WEBHOOK_KEYS=keys):
        assert send(web, body, signer.event_headers(body)).status_code == 403
        assert send(web, body, {}).status_code == 403
    assert not WebhookReceipt.objects.exists()


@pytest.mark.parametrize("given", [PASSWORD[:-1], PASSWORD + "x", PASSWORD.upper(), ""])
def test_the_password_of_the_webhooks_address_opens_the_door_and_no_other_does(
    web: Client, applied: str, given: str
) -> None:
    """For accounts whose parse posts are not signed; whoever the user is called."""
    body = post(fields())
    with override_settings(INBOUND_MAIL_PASSWORD=PASSWORD, SENDGRID_WEBHOOK_KEYS=[]):
        assert send(web, body, basic(given)).status_code == 403
        assert not WebhookReceipt.objects.exists()
        assert send(web, body, basic(PASSWORD, user="anyone")).status_code == 200
    assert InboundEmail.objects.count() == 1


@pytest.mark.parametrize(("body", "kind"), [(b"[{}]\r\n", "application/json"), (b"nonsense", TYPE), (b"", TYPE)])
def test_a_signed_post_that_is_no_email_is_told_to_staff(web: Client, signer: Signer, body: bytes, kind: str) -> None:
    """SendGrid must not repeat it; the webhook's settings are wrong."""
    assert send(web, body, signer.event_headers(body), kind).status_code == 200
    assert Alert.objects.get().kind == "mail_unread" and not WebhookReceipt.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_the_door_takes_posts_only(web: Client, signer: Signer, method: str) -> None:
    """Looking is no email."""
    assert getattr(web, method)(PATH).status_code == 405


@pytest.mark.parametrize(
    "header",
    [
        {"HTTP_HOST": "elsewhere.example.org"}, {"HTTP_X_FORWARDED_HOST": "elsewhere.example.org"},
        {"HTTP_X_FORWARDED_PROTO": "http"}, {"HTTP_FORWARDED": "host=elsewhere.example.org;proto=http"},
        {"HTTP_X_ORIGINAL_URL": "/hooks/twilio/status/x/"},
    ],
)  # fmt: skip
def test_no_header_can_move_where_twilio_is_said_to_have_called(
    web: Client, signer: Signer, header: dict[str, str]
) -> None:
    """Neither to let a forged URL in nor to keep an honest post out: the URL is PUBLIC_URL's."""
    from urllib.parse import urlencode

    from twilio.request_validator import RequestValidator

    from tests.web.conftest import TOKEN

    for path in ("/hooks/twilio/inbound/", "/hooks/twilio/status/" + "0" * 31 + "1/"):
        form = {
            "MessageSid": "SM" + "0" * 32,
            "From": "+14045550142",
            "To": "+14045550100",
            "Body": "hi",
            "MessageStatus": "sent",
        }
        for base, status in ((PUBLIC, 200), ("https://elsewhere.example.org", 403), ("http://notes.example.org", 403)):
            sign = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(base + path, form)}
            answer = web.post(path, urlencode(form), "application/x-www-form-urlencoded", headers=sign, **header)
            assert answer.status_code == status, (path, base)


def test_an_email_too_large_to_be_one_is_not_taken_into_memory(web: Client, signer: Signer) -> None:
    """SendGrid's own limit is 30 MB."""
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        body = post(fields(text="x" * 2000))
        assert send(web, body, signer.event_headers(body)).status_code == 400
    assert not WebhookReceipt.objects.exists()


def test_staff_see_what_people_wrote_answer_it_and_close_it(staff: Client, signer: Signer) -> None:
    """On Today, in the inbox, and on a page of its own; what was quoted is nowhere."""
    builders.make_subscriber(email="ann@example.org", first_name="Ann", last_name="Example")
    body = post(fields(text="When is the <b>group</b>?\n\n> a quoted secret", subject="Re: Small step"))
    Client().post(PATH, body, content_type=TYPE, headers=signer.event_headers(body))
    mail = InboundEmail.objects.get()
    for path in ("/", "/attention/", "/inbox/", f"/mail/{mail.pk}/"):
        shown = words(staff.get(path))
        assert "When is the &lt;b&gt;group&lt;/b&gt;?" in shown and "quoted secret" not in shown, path
    assert "mailto:ann@example.org" in words(staff.get(f"/mail/{mail.pk}/"))
    assert staff.post(f"/mail/{mail.pk}/close/").status_code == 302
    mail.refresh_from_db()
    assert mail.closed_at is not None and mail.closed_by is not None
    assert "wrote an email" not in words(staff.get("/attention/"))
    assert staff.get("/mail/999/").status_code == 404


def test_staff_let_the_emails_go_on(staff: Client) -> None:
    """Today says that they stopped and why, with one button."""
    from outreach.actions import complaints, pausing

    now = datetime.now(UTC)
    pausing.pause_lane("email", pausing.UNTIL_RESUMED, complaints.REASON)
    assert "All emails have stopped" in words(staff.get("/"))
    assert staff.post("/lanes/email/resume/").status_code == 302
    assert not pausing.waiting(now) and "have stopped" not in words(staff.get("/"))
