"""The pages, and what a person does on them: one-click, spam, a reply; no page reaches another host."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.conftest import ANN, OWN, Box, Receiver, letter

PAGES = [
    "/",
    "/?q=ann",
    "/inbox/ann@example.org",
    "/inbox/nobody@example.org",
    "/inbox/ann@example.org/1",
    "/inbox/ann@example.org/1?view=text",
    "/inbox/ann@example.org/1?view=headers",
    "/inbox/ann@example.org/1?view=events",
    "/phone/+14045550123",
    "/phone/+14045550177",
]


def _letter(receiver: Receiver) -> dict[str, object]:
    mail = letter("ann@example.org")
    mail["content"][1]["value"] = '<h1>Hi "-name-"</h1><script>alert(1)</script><img src="https://example.org/x.png">'
    mail["personalizations"][0]["headers"] = {
        "List-Unsubscribe": f"<mailto:x@example.org>, <{receiver.base}/unsubscribe/one>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return mail


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_stays_on_this_machine(box: Box, receiver: Receiver, path: str) -> None:
    """Every address in a page's own markup is relative; the policy refuses the rest."""
    box.mail(_letter(receiver))
    box.text({"To": ANN, "From": OWN, "Body": "<b>Hello</b>"})
    status, headers, body = box.call("GET", path)
    text = body.decode()
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert all(
        address.startswith("/")
        for address in re.findall(r'<(?:link|script|img|a|form)\s[^>]*?(?:href|src|action)="([^"#][^"]*)"', text)
    )
    assert "<b>Hello</b>" not in text and "<script>alert" not in text
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text


def test_a_letter_is_shown_in_a_frame_without_scripts(box: Box, receiver: Receiver) -> None:
    box.mail(_letter(receiver))
    text = box.call("GET", "/inbox/ann@example.org/1")[2].decode()
    (frame,) = re.findall(r"<iframe[^>]*>", text)
    assert "allow-scripts" not in frame and "allow-forms" not in frame and 'sandbox="' in frame
    assert "&lt;h1&gt;Hi &#34;ann&#34;&lt;/h1&gt;" in frame


def test_the_static_files_are_served(box: Box) -> None:
    assert [box.call("GET", f"/static/{name}")[0] for name in ("sandbox.css", "sandbox.js", "icon.svg")] == [200] * 3
    assert box.call("GET", "/static/../cli.py")[0] == 404


def test_one_click_posts_what_a_mailbox_provider_posts(box: Box, receiver: Receiver) -> None:
    """A bare POST of the one field to the https-like address of List-Unsubscribe, redirects not followed."""
    box.mail(_letter(receiver))
    box.idle()
    receiver.clear()
    receiver.answers += [(302, "")]
    status, said = box.ask("/sandbox/one-click", {"address": "Ann@example.org"})
    assert (status, said["status"], said["url"]) == (200, 302, f"{receiver.base}/unsubscribe/one")
    (hook,) = receiver.hooks
    assert hook.form == {"List-Unsubscribe": "One-Click"}
    assert "Cookie" not in hook.headers
    assert "the sender answered 302" in box.call("GET", f"/inbox/ann@example.org/{said['n']}")[2].decode()


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        pytest.param({"address": "ann@example.org", "n": 999}, 404, id="no-such-letter"),
        pytest.param({"address": "nobody@example.org"}, 404, id="no-such-inbox"),
        pytest.param({"address": "bare@example.org"}, 409, id="no-one-click-header"),
        pytest.param({"address": "bare@example.org", "n": "first"}, 400, id="bad-n"),
        pytest.param({}, 400, id="no-address"),
    ],
)
def test_one_click_says_why_it_cannot(box: Box, wish: dict[str, object], status: int) -> None:
    box.mail(letter("bare@example.org"))
    answered, said = box.ask("/sandbox/one-click", wish)
    assert (answered, bool(said["error"])) == (status, True)


def test_a_complaint_becomes_a_spamreport_and_ends_the_mail(box: Box, receiver: Receiver) -> None:
    """The event carries our ids; SendGrid drops what follows."""
    box.mail(letter("cross@example.org"))
    box.idle()
    before = box.seq()
    box.ask("/sandbox/complain", {"address": "cross@example.org"})
    box.idle()
    last = receiver.events[-1]
    assert (last["event"], last["outreach_id"], last["outreach_batch"]) == (
        "spamreport",
        "id-cross@example.org",
        "batch-1",
    )
    assert [entry["kind"] for entry in box.log(before)] == ["complained"]
    box.mail(letter("cross@example.org"))
    box.idle()
    assert (receiver.events[-1]["event"], receiver.events[-1]["reason"]) == ("dropped", "Spam Reporting Address")


def test_the_buttons_and_the_reply_box_work_as_forms(box: Box, receiver: Receiver) -> None:
    box.mail(_letter(receiver))
    box.text({"To": "+14045550127", "From": OWN, "Body": "Hello"})
    box.idle()
    same = {"Origin": box.base, "Content_Type": "application/x-www-form-urlencoded"}
    status, headers, _ = box.call("POST", "/inbox/ann@example.org/1/one-click", b"", **same)
    assert (status, headers["Location"]) == (303, "/inbox/ann@example.org/1")
    receiver.clear()
    status, headers, _ = box.call("POST", "/phone/+14045550127/reply", b"body=Thank+you%0D%0AAll", **same)
    assert (status, headers["Location"]) == (303, "/phone/+14045550127#end")
    assert [hook.form["Body"] for hook in receiver.hooks] == ["Thank you\nAll"]
    assert box.call("POST", "/phone/+14045550127/reply", b"body=+", **same)[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "https://elsewhere.example.org"}, id="foreign-page"),
        pytest.param({"Origin": "null"}, id="page-without-origin"),
        pytest.param({"Host": "rebound.example.org"}, id="foreign-name"),
    ],
)
def test_a_foreign_page_cannot_act(box: Box, headers: dict[str, str]) -> None:
    before = box.seq()
    assert box.call("POST", "/phone/+14045550123/reply", b"body=STOP", **headers)[0] == 403
    assert box.seq() == before


def test_acting_takes_json_alone(box: Box) -> None:
    assert box.call("POST", "/sandbox/reply", b"{}", Content_Type="text/plain")[0] == 415
    assert box.call("POST", "/sandbox/reply", b"{", Content_Type="application/json")[0] == 400
    assert box.ask("/sandbox/reply", {"from": "me", "body": "x"})[0] == 400


def _answerable(address: str) -> dict[str, object]:
    mail = letter(address)
    mail["content"] = [{"type": "text/plain", "value": "Hello\nUnsubscribe: https://example.org/u/x/"}]
    mail["reply_to"] = {"email": "hello@in.example.org"}
    mail["personalizations"][0]["headers"] = {
        "List-Unsubscribe": "<https://example.org/u/x/>, <mailto:unsub+abc@in.example.org?subject=unsubscribe%20me>"
    }
    return mail


def _posted(receiver: Receiver) -> tuple[str, str]:
    """The email of the last inbound post, and the head of its request."""
    (hook,) = [hook for hook in receiver.hooks if hook.path == "/hooks/sendgrid/inbound/"]
    return hook.body.decode(), hook.headers["Content-Type"]


def test_an_answer_by_email_is_posted_as_inbound_parse_posts_it(box: Box, receiver: Receiver) -> None:
    """What the person wrote above the quoted letter, from their address to the Reply-To."""
    box.mail(_answerable("mia@example.org"))
    box.idle()
    receiver.clear()
    status, answered = box.ask("/sandbox/mail", {"address": "mia@example.org", "body": "Thank you!"})
    assert (status, answered["to"], answered["webhook"]) == (200, "hello@in.example.org", 200)
    body, kind = _posted(receiver)
    assert kind.startswith("multipart/form-data; boundary=")
    assert 'name="email"' in body and "\nTo: hello@in.example.org" in body and "From: mia@example.org" in body
    assert "Thank you!\n\nOn " in body and "> Unsubscribe: https://example.org/u/x/" in body
    assert '"to": ["hello@in.example.org"]' in body
    assert "Answered" in box.call("GET", "/inbox/mia@example.org/1")[2].decode()


def test_a_mail_program_unsubscribes_by_email(box: Box, receiver: Receiver) -> None:
    """An empty email to the mailto address, with its subject."""
    box.mail(_answerable("tom@example.org"))
    box.idle()
    receiver.clear()
    status, _, _ = box.call("POST", "/inbox/tom@example.org/1/mailto")
    assert status == 303
    body, _ = _posted(receiver)
    assert "\nTo: unsub+abc@in.example.org" in body and "\nSubject: unsubscribe me" in body
    assert "Unsubscribed by email" in box.call("GET", "/inbox/tom@example.org/1")[2].decode()


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"mailto": True}, 409),
        ({"body": " "}, 400),
        ({"body": "x" * 20_001}, 400),
        ({}, 400),
        ({"body": "x", "n": 99}, 404),
    ],
)
def test_an_email_that_cannot_be_written_is_refused(box: Box, wish: dict[str, object], status: int) -> None:
    """Without a mailto, without words, with too many, to no letter."""
    box.mail(letter("ida@example.org"))
    assert box.ask("/sandbox/mail", {"address": "ida@example.org", **wish})[0] == status
