"""Emails that come in: SendGrid's posts in both modes, files as they travel, and what a stranger may do to a parser."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.providers import inbound_mail
from outreach.providers.inbound_mail import dump, load, read_message, read_post
from outreach.rules import mail_replies, mail_reports
from outreach.rules.mail import LONGEST_REPORT, LONGEST_WORDS, Mail

BOUNDARY = "xYzZY"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
KEY = "0123456789abcdef" * 2
HEADERS = (
    "Received: by mx0047p1mdw1.sendgrid.net\nFrom: Ann Example <ann@example.org>\nAuto-Submitted: no\n"
    "Message-ID: <one@example.org>\nSubject: Re: Small step\nX-Auto-Response-Suppress:\n All\n"
)


def post(fields: Mapping[str, str | bytes], files: Mapping[str, tuple[str, bytes]] | None = None) -> bytes:
    """A multipart/form-data body as Inbound Parse writes it."""
    out = b""
    for name, value in fields.items():
        raw = value.encode() if isinstance(value, str) else value
        out += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + raw + b"\r\n"
    for name, (kind, content) in (files or {}).items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\nContent-Type: {kind}\r\n\r\n'
        out += head.encode() + content + b"\r\n"
    return out + f"--{BOUNDARY}--\r\n".encode()


def fields(**changes: str | bytes) -> dict[str, str | bytes]:
    """The fields of a parsed post."""
    return {
        "headers": HEADERS, "dkim": "{@example.org : pass}", "to": "Notes <hello@in.example.org>", "from":
        "Ann Example <Ann@Example.org>", "text": "unsubscribe", "sender_ip": "192.0.2.1", "SPF": "pass",
        "subject": "Re: Small step", "attachments": "0", "spam_score": "0.1",
        "envelope": json.dumps({"to": ["unsub+ab@in.example.org"], "from": "ann@example.org"}),
        "charsets": json.dumps({"to": "UTF-8", "from": "UTF-8", "subject": "UTF-8", "text": "utf-8"}), **changes,
    }  # fmt: skip


def read(**changes: str | bytes) -> Mail:
    found = read_post(post(fields(**changes)), TYPE)
    assert found is not None
    return found


def test_a_parsed_post_becomes_an_email() -> None:
    """The envelope's recipient first; headers that decide, by lower-case name."""
    mail = read()
    assert mail.recipients == ("unsub+ab@in.example.org", "hello@in.example.org")
    assert (mail.sender, mail.envelope_from) == ("ann@example.org", "ann@example.org")
    assert (mail.subject, mail.text, mail.html) == ("Re: Small step", "unsubscribe", "")
    assert mail.headers == {
        "auto-submitted": "no", "message-id": "<one@example.org>", "x-auto-response-suppress": "All",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("utf-8", "más".encode()), ("iso-8859-1", "más".encode("latin-1")), ("windows-1252", "más".encode("cp1252")),
        ("UTF-16", "más".encode("utf-16")), ("no such charset", "más".encode()), ("", "más".encode()),
        ("punycode", "más".encode()), ("base64", "más".encode()),
    ],
)  # fmt: skip
def test_each_field_is_in_a_charset_of_its_own(charset: str, raw: bytes) -> None:
    """As the field `charsets` says; a name that is none reads as UTF-8."""
    mail = read(text=raw, charsets=json.dumps({"text": charset, "subject": "utf-8"}), subject="no más".encode())
    assert (mail.text, mail.subject) == ("más", "no más")


@pytest.mark.parametrize("charsets", ["", "nonsense", "[1]", '{"text": 7}', '{"text": null}'])
def test_broken_charsets_leave_utf_8(charsets: str) -> None:
    """And never fail."""
    assert read(charsets=charsets).text == "unsubscribe"


@pytest.mark.parametrize("envelope", ["", "nonsense", "[]", '{"to": "x"}', '{"to": [7, null]}', '{"from": 7}'])
def test_a_broken_envelope_leaves_what_the_headers_say(envelope: str) -> None:
    """Its types are checked."""
    mail = read(envelope=envelope)
    assert mail.recipients == ("hello@in.example.org",) and mail.envelope_from is None


def test_the_null_sender_is_known_from_an_unknown_one() -> None:
    """It marks bounces and automatic replies."""
    assert read(envelope='{"to": ["x@in.example.org"], "from": ""}').envelope_from == ""
    assert read(envelope='{"to": ["x@in.example.org"]}').envelope_from is None
    assert read_message(b"Return-Path: <>\r\n\r\n").envelope_from == ""
    assert read_message(b"From: ann@example.org\r\n\r\n").envelope_from is None


@pytest.mark.parametrize(
    ("changes", "vouched_for"),
    [
        ({}, True), ({"dkim": "{@example.org : fail}", "SPF": "fail"}, False), ({"dkim": "none", "SPF": "pass"}, True),
        ({"dkim": "{@other.example : pass}", "SPF": "softfail"}, False), ({"dkim": "", "SPF": ""}, False),
        ({"dkim": "{@other.example : pass, @example.org : pass}", "SPF": ""}, True),
        ({"dkim": "", "SPF": "pass", "envelope": '{"to":[],"from":"x@other.example"}'}, False), ({"from": "nobody"}, False),
        ({"dkim": "{@notexample.org : pass}", "SPF": ""}, False),
    ],
)  # fmt: skip
def test_the_domain_of_the_sender_vouches_for_it_by_dkim_or_spf(changes: dict[str, str], vouched_for: bool) -> None:
    """As SendGrid found; another domain's good signature says nothing."""
    assert read(**changes).vouched_for is vouched_for


@pytest.mark.parametrize(
    ("score", "junk"), [("5.0", True), ("4.99", False), ("", False), ("many", False), ("nan", False)]
)
def test_junk_is_what_spamassassin_calls_so(score: str, junk: bool) -> None:
    """From five points on."""
    assert read(spam_score=score).junk is junk


def test_the_raw_mode_reads_the_email_itself() -> None:
    """The field `email`, with the envelope beside it."""
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = "Ann <ann@example.org>", "hello@in.example.org", "no más"
    written.set_content("baja, por favor\n")
    written.add_alternative("<p>baja, por favor</p>", subtype="html")
    written.add_attachment(b"secret" * 1000, maintype="image", subtype="png", filename="me.png")
    raw = {"email": written.as_bytes(), "envelope": '{"to": ["unsub+ab@in.example.org"], "from": "ann@example.org"}'}
    mail = read_post(post(raw), TYPE)
    assert mail is not None
    assert (mail.text.strip(), mail.subject, mail.sender) == ("baja, por favor", "no más", "ann@example.org")
    assert mail.recipients[0] == "unsub+ab@in.example.org" and "<p>" in mail.html
    assert b"c2VjcmV0" not in dump(mail) and b"secret" not in dump(mail)


def test_attachments_are_never_kept() -> None:
    """Neither files nor text files."""
    body = post(fields(), {"attachment1": ("text/plain", b"a secret"), "attachment2": ("image/png", b"a secret")})
    mail = read_post(body, TYPE)
    assert mail is not None and b"secret" not in dump(mail)
    written = EmailMessage()
    written["From"] = "ann@example.org"
    written.set_content("hello")
    written.add_attachment("a secret", filename="diary.txt")
    assert b"secret" not in dump(read_message(written.as_bytes()))


def test_a_text_file_is_no_body_where_there_is_none() -> None:
    """Its words are not the person's."""
    raw = b'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="diary.txt"\r\n\r\nunsubscribe'
    assert read_message(raw).text == ""


@pytest.mark.parametrize("codec", ["punycode", "idna", "undefined"])
def test_names_of_domains_are_no_charset(codec: str) -> None:
    """These codecs take time by the square of the length; the bytes read as UTF-8."""
    assert read(text=b"ms-nia xn--ms-nia", charsets=json.dumps({"text": codec})).text == "ms-nia xn--ms-nia"


def test_an_email_nested_beyond_all_measure_is_read_as_plain_text() -> None:
    """The parser would look for every open boundary in every line."""
    assert "--b0" in read_message(nested(60)).text and read_message(nested(20)).text.strip() == "unsubscribe"


def test_what_is_stored_is_the_same_when_it_is_read_again() -> None:
    """Stored first, applied after."""
    mail = read()
    assert load(dump(mail)) == mail


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", TYPE), (b"nonsense", TYPE), (post({"a": "b"}), TYPE), (post(fields()), "application/json"), (post(fields()), ""),
        (post(fields()), "multipart/form-data"), (post(fields()), 'multipart/form-data; boundary="another"'),
        (b"[{}]\r\n", "application/json"), (post({"text": "x"}).replace(b"\r\n\r\n", b"\r\n"), TYPE),
    ],
)  # fmt: skip
def test_what_is_no_email_is_none(body: bytes, kind: str) -> None:
    """An event post, another boundary, no form."""
    assert read_post(body, kind) is None


@pytest.mark.parametrize(
    "kind", [f'multipart/form-data; boundary="{BOUNDARY}"', f"Multipart/Form-Data;charset=x; BOUNDARY={BOUNDARY}"]
)
def test_the_boundary_is_found_as_it_may_be_written(kind: str) -> None:
    """Quoted, in capitals, behind another parameter."""
    assert read_post(post(fields()), kind) == read()


def test_a_field_named_twice_counts_as_first_written() -> None:
    """So nothing appended can replace it."""
    body = post(fields())[: -len(f"--{BOUNDARY}--\r\n")] + post({"from": "ben@example.org", "text": "hello"})
    mail = read_post(body, TYPE)
    assert mail is not None and (mail.sender, mail.text) == ("ann@example.org", "unsubscribe")


# RFC 3464, appendix E.1, and RFC 5965, appendix B.2, with our marks in what came back.
DSN = f"""Return-Path: <>
Date: Thu, 7 Jul 1994 17:16:05 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>
Message-Id: <199407072116.RAA14128@CS.UTK.EDU>
Subject: Returned mail: Cannot send message for 5 days
To: <owner-info-mime@cs.utk.edu>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary="RAA14128.773615765/CS.UTK.EDU"

--RAA14128.773615765/CS.UTK.EDU

The original message was received at Sat, 2 Jul 1994 17:10:28 -0400
from root@localhost

   ----- The following addresses had delivery problems -----
<louisl@larry.slip.umd.edu>  (unrecoverable error)

--RAA14128.773615765/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;louisl@larry.slip.umd.edu
Final-Recipient: rfc822;louisl@larry.slip.umd.edu
Action: failed
Status: 4.0.0
Diagnostic-Code: smtp; 426 connection timed out
Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400

--RAA14128.773615765/CS.UTK.EDU
content-type: message/rfc822

From: A. Notes <notes@example.org>
X-Outreach-Id: {KEY}
Subject: Small step

Please unsubscribe me. I want to die.

--RAA14128.773615765/CS.UTK.EDU--
"""
ARF = f"""From: <abusedesk@example.com>
Date: Thu, 8 Mar 2005 17:40:36 EDT
Subject: FW: Earn money
To: <abuse@example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
     boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP
192.0.2.1 on Thu, 8 Mar 2005 14:00:00 EDT.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <somespammer@example.net>
Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

From: <notes@example.org>
Received: from mailserver.example.net
     (mailserver.example.net [192.0.2.1]) by example.com with ESMTP id
     M63d4137594e46; Tue, 08 Mar 2005 14:00:00 -0400
To: <Undisclosed Recipients>
Subject: Small step
List-Unsubscribe: <https://notes.example.org/u/{"9f" * 22}/>,
 <mailto:unsub+{"9f" * 22}@in.example.org?subject=unsubscribe>

Spam Spam Spam
--part1_13d.2e68ed54_boundary--
"""


def test_the_bounce_of_the_standard_is_read() -> None:
    """RFC 3464 E.1; nothing of what came back counts as somebody's words."""
    mail = read_message(DSN.encode())
    (report,) = mail_reports.read(mail)
    assert (report.message_key, report.action, report.code) == (KEY, "failed", "4.0.0")
    assert report.recipient == "louisl@larry.slip.umd.edu"
    assert mail_replies.understand(mail).kind == "bounce" and "die" not in repr(load(dump(mail)).text)


def test_the_complaint_of_the_standard_is_read() -> None:
    """RFC 5965 B.2, about an email whose link names the person."""
    mail = read_message(ARF.encode())
    (report,) = mail_reports.read(mail)
    assert (report.message_key, report.tokens, report.action) == (None, ("9f" * 22,), "abuse")
    assert mail_replies.understand(mail).kind == "complaint"


@pytest.mark.parametrize("source", [DSN, ARF], ids=["bounce", "complaint"])
def test_sendgrids_parsed_mode_hands_reports_over_as_files(source: str) -> None:
    """And they read as in the raw mode."""
    raw = read_message(source.encode())
    kind, machine = ("message/delivery-status", raw.status) if raw.status else ("message/feedback-report", raw.feedback)
    files = {
        "attachment1": (kind, machine.encode()),
        "attachment2": ("message/rfc822", raw.original.encode() + b"\n\nbody"),
    }
    parsed = read_post(post(fields(text="Sorry."), files), TYPE)
    assert parsed is not None and mail_reports.read(parsed) == mail_reports.read(raw)


# --- what a stranger may do -----------------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    """Multiparts within multiparts."""
    out = b"From: ann@example.org\r\nSubject: x\r\n"
    for n in range(depth):
        out += f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode()
    return out + b"Content-Type: text/plain\r\n\r\nunsubscribe\r\n"


HOSTILE = {
    "nothing": b"",
    "zeros": b"\0" * 10_000,
    "deep": nested(30),
    "bottomless": nested(3000),
    "messages within messages": b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"unsubscribe",
    "huge header": b"Subject: " + b"x" * 3_000_000 + b"\r\n\r\nunsubscribe",
    "many headers": b"X-Spam: y\r\n" * 200_000 + b"\r\nunsubscribe",
    "huge folded header": b"To: " + b"a@example.org,\r\n " * 200_000 + b"\r\n\r\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?x?= " * 20_000 + b"\r\n\r\nx",
    "broken encoded word": b"Subject: =?utf-8?b?====?= =?x?y?z?= =?utf-8?q?=ZZ?=\r\n\r\nx",
    "unknown charset": b"Content-Type: text/plain; charset=\"x-\xff\"\r\n\r\n\xff\xfe",
    "slow charset": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 500_000,
    "no charset for text": b"Content-Type: text/plain; charset=zlib\r\n\r\nx\x9c",
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A=" * 100_000,
    "no end of the boundary": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' * 2,
    "empty boundary": b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx',
    "no boundary": b"Content-Type: multipart/report\r\n\r\nx",
    "status that is no status": b"Content-Type: message/delivery-status\r\n\r\n\xff\xfe\0",
    "many parts": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 50_000,
    "broken type": b"Content-Type: ;;;=\"\r\n\r\nx",
    "NUL in the headers": b"From: a\0nn@example.org\r\nSubject: x\0y\r\nMessage-ID: <a\0b@example.org>\r\n\r\nunsubscribe",
    "NUL in encoded words": b"From: =?utf-8?q?a=00@example.org?=\r\nSubject: =?utf-8?q?STOP=00?=\r\n\r\nx",
    "half a character in encoded words": b"Subject: =?utf-7?q?+2AA-?= =?unicode_escape?q?=5Cud800?=\r\n\r\nx",
    "NUL in a returned report": b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\nContent-Type: '
    b"message/delivery-status\r\n\r\nA: \xff\0\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: \xff\0\r\n\r\nx\r\n--b--",
    "addresses": b"From: " + b"<" * 5000 + b"\r\nTo: " + b'"' * 5000 + b"\r\n\r\nx",
    "parameters": b"Content-Type: text/plain; " + b"a*0*=b;" * 20_000 + b"\r\n\r\nx",
    "attachment first": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\n'
    + b"A" * 6_000_000,
    "html": b"Content-Type: text/html\r\n\r\n" + b"<div><!--" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_email_makes_the_reading_fail_or_grow(raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It comes out cut to size, fit for a text column, and is understood without a fault; the log has none of its words."""
    caplog.set_level(logging.DEBUG)
    for mail in (read_message(raw), read_post(post({"email": raw}), TYPE) or Mail()):
        assert len(mail.text) <= LONGEST_WORDS and len(mail.subject) <= 2000 and len(mail.recipients) <= 50
        assert len(mail.status) <= LONGEST_REPORT and len(mail.original) <= LONGEST_REPORT
        assert b"\\u0000" not in dump(mail) and load(dump(mail)) == mail
        mail_replies.understand(mail)
        mail_reports.read(mail)
    assert "@" not in caplog.text and "unsubscribe" not in caplog.text


def test_words_are_still_heard_where_the_parser_gives_up() -> None:
    """A wish in a broken email is a wish."""
    mail = read_message(HOSTILE["bottomless"])
    assert mail.sender == "ann@example.org"
    assert mail_replies.understand(read_message(HOSTILE["deep"])).stops


def test_words_of_an_email_that_is_cut_are_heard() -> None:
    """Its attachments come after them."""
    written = EmailMessage()
    written["From"] = "ann@example.org"
    written.set_content("unsubscribe")
    written.add_attachment(bytes(inbound_mail.MOST_BYTES), maintype="image", subtype="png")
    assert mail_replies.understand(read_message(written.as_bytes())).stops


@settings(max_examples=200)
@given(st.binary(max_size=3000), st.sampled_from([DSN, ARF, nested(4).decode()]), st.randoms(use_true_random=False))
def test_mutated_emails_never_fail(noise: bytes, source: str, dice: random.Random) -> None:
    """Bytes thrown into real ones, lines torn apart."""
    raw = bytearray(source.encode())
    for byte in noise[:40]:
        raw[dice.randrange(len(raw))] = byte
    lines = bytes(raw).split(b"\n")
    if noise[:1] > b"\x80":
        dice.shuffle(lines)
    for found in (
        read_message(b"\n".join(lines)),
        read_message(noise),
        read_post(noise, TYPE),
        read_post(post({"email": noise}), TYPE),
    ):
        mail = found or Mail()
        assert load(dump(mail)) == mail
        mail_replies.understand(mail)
        mail_reports.read(mail)


@given(
    st.dictionaries(
        st.sampled_from(["headers", "from", "to", "text", "html", "subject", "envelope", "charsets"]),
        st.binary(max_size=300),
    )
)
def test_fields_of_any_bytes_never_fail(given_fields: dict[str, bytes]) -> None:
    """Whatever SendGrid would pass on."""
    mail = read_post(post(given_fields), TYPE) or Mail()
    assert load(dump(mail)) == mail
    mail_replies.understand(mail)
