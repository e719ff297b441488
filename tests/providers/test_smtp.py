"""SMTP, against aiosmtpd as a well-behaved server and small servers with faults."""

from __future__ import annotations

import email
import email.policy
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outreach.providers.base import Accepted, Busy, EmailBatch, Rejected, Unclear, Unreachable
from outreach.providers.smtp import Smtp
from tests.providers.cases import SECRET, ProviderCases, assert_silent, email_batch, keys
from tests.providers.servers import CLOSE, HANG, RESET, Wire, closed_port, listening, mail


class TestContract(ProviderCases):
    def provider(self, host: str, port: int, *, seconds: float = 5.0) -> Smtp:
        return Smtp(host, port, starttls=False, connect_seconds=seconds, read_seconds=seconds)

    def batch(self, people: int = 3) -> EmailBatch:
        return email_batch(people)

    def well(self) -> AbstractContextManager[Wire]:
        return mail([])


class TestContractWithPipelining(TestContract):
    def well(self) -> AbstractContextManager[Wire]:
        return mail([], pipelining=True)


class Mailbox:
    """An aiosmtpd handler that keeps what it was given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if address.startswith("gone"):
            return f"550 5.1.1 <{address}> no such user"
        if address.startswith("full"):
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 2.0.0 queued as 1"

    @property
    def messages(self) -> list[EmailMessage]:
        policy = email.policy.default
        return [email.message_from_bytes(e.original_content or b"", policy=policy) for e in self.envelopes]


@contextmanager
def served(**options: Any) -> Iterator[tuple[Mailbox, int]]:
    """A running aiosmtpd on a free port."""
    mailbox = Mailbox()
    port = closed_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()


def test_a_message_has_our_key_in_its_headers_and_its_marks_filled() -> None:
    batch = email_batch(2)
    with served() as (mailbox, port):
        outcomes = Smtp("127.0.0.1", port, starttls=False).send(batch)
    first, recipient = mailbox.messages[0], batch.recipients[0]
    assert list(outcomes.values()) == [Accepted(f"<{key}@centre.example.org>") for key in keys(batch)]
    assert [e.rcpt_tos for e in mailbox.envelopes] == [["person0@example.org"], ["person1@example.org"]]
    assert mailbox.envelopes[0].mail_from == "notes@centre.example.org"
    assert first["Message-ID"] == f"<{recipient.key}@centre.example.org>" and first["X-Outreach-Id"] == recipient.key
    assert (first["From"], first["To"]) == ("Test Centre <notes@centre.example.org>", "person0@example.org")
    assert (first["Reply-To"], first["Subject"]) == ("office@centre.example.org", "Hello Rosalind")
    text, html = first.get_body(("plain",)), first.get_body(("html",))
    assert text is not None and text.get_content() == "Dear Rosalind,\r\n\r\nwords\r\n"
    assert html is not None and html.get_content().strip() == "<p>Dear Rosalind</p>"


def test_marks_are_filled_once_in_text_html_subject_and_headers() -> None:
    marks = {"-a-": "1 -b- \\1", "-b-": "2", "-a-b-": "3"}
    batch = email_batch(1, text="-a- -b- -a-b-", html="<p>-a-b- -a-</p>")
    person = batch.recipients[0]._replace(substitutions=marks, subject="-b-", headers={"X-List": "<-b->"})
    with served() as (mailbox, port):
        Smtp("127.0.0.1", port, starttls=False).send(replace(batch, recipients=(person,)))
    (message,) = mailbox.messages
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and text.get_content().strip() == "1 -b- \\1 2 3"
    assert html is not None and html.get_content().strip() == "<p>3 1 -b- \\1</p>"
    assert message["Subject"] == "2" and message["X-List"] == "<2>"


def test_long_unsubscribe_addresses_stay_on_one_line_as_they_are() -> None:
    link = f"<https://centre.example.org/u/{'aB3_' * 60}>"
    batch = email_batch(1)
    person = batch.recipients[0]._replace(
        headers={"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    )
    with served() as (mailbox, port):
        Smtp("127.0.0.1", port, starttls=False).send(replace(batch, recipients=(person,)))
    raw = mailbox.envelopes[0].original_content or b""
    assert f"List-Unsubscribe: {link}\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_any_script_and_lines_of_dots_arrive_whole_on_a_seven_bit_way() -> None:
    words = ".\n..\n. Ánimo 👍\n" + "x" * 3000 + "\n.\n"
    batch = email_batch(1, text=words, from_name="Centro Ánimo, Sur")
    person = batch.recipients[0]._replace(subject="¡Ánimo! " * 20)
    with served() as (mailbox, port):
        outcomes = Smtp("127.0.0.1", port, starttls=False).send(replace(batch, recipients=(person,)))
    (message,) = mailbox.messages
    text = message.get_body(("plain",))
    assert text is not None and text.get_content() == words.replace("\n", "\r\n")
    assert {type(o) for o in outcomes.values()} == {Accepted}
    assert message["Subject"].strip() == ("¡Ánimo! " * 20).strip()
    assert message["From"].addresses[0].display_name == "Centro Ánimo, Sur"
    raw = mailbox.envelopes[0].original_content or b""
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_refused_person_stops_nobody_else() -> None:
    batch = email_batch(4)
    people = [
        batch.recipients[0],
        batch.recipients[1]._replace(to="gone@example.org"),
        batch.recipients[2]._replace(to="full@example.org"),
        batch.recipients[3],
    ]
    with served() as (_, port):
        outcomes = list(Smtp("127.0.0.1", port, starttls=False).send(replace(batch, recipients=tuple(people))).values())
    assert outcomes[1] == Rejected("5.1.1", "The mail server refused it (5.1.1).")
    assert [type(o) for o in outcomes] == [Accepted, Rejected, Busy, Accepted]


@pytest.mark.parametrize(
    "change",
    [
        {"headers": {"X-A": "b\r\nBcc: c@example.org"}},
        {"to": "a@example.org\r\nRCPT TO:<b@example.org>"},
        {"to": "ánimo@example.org"},
        {"subject": "a\nb"},
        {"substitutions": {"-o1f3:greeting-": "\ud800"}},
    ],
    ids=["header", "address", "address beyond ASCII", "subject", "surrogate"],
)
def test_what_cannot_be_written_is_refused_alone(change: dict[str, Any]) -> None:
    batch = email_batch(2)
    batch = replace(batch, recipients=(batch.recipients[0]._replace(**change), batch.recipients[1]))
    with served() as (mailbox, port):
        outcomes = list(Smtp("127.0.0.1", port, starttls=False).send(batch).values())
    assert [type(o) for o in outcomes] == [Rejected, Accepted]
    assert [e.rcpt_tos for e in mailbox.envelopes] == [["person1@example.org"]]


@pytest.mark.parametrize(
    ("script", "kinds"),
    [
        pytest.param([("MAIL", CLOSE)], [Unreachable] * 3, id="lost at MAIL"),
        pytest.param([("RCPT", RESET)], [Unreachable] * 3, id="lost at RCPT"),
        pytest.param([("DATA", CLOSE)], [Unreachable] * 3, id="lost at DATA"),
        pytest.param([("DATA", HANG)], [Unreachable] * 3, id="no answer to DATA"),
        pytest.param([("DATA", b"gibberish\r\n")], [Unreachable] * 3, id="gibberish before the message"),
        pytest.param([(".", CLOSE)], [Unclear, Unreachable, Unreachable], id="lost after the final dot"),
        pytest.param([(".", RESET)], [Unclear, Unreachable, Unreachable], id="reset after the final dot"),
        pytest.param([(".", HANG)], [Unclear, Unreachable, Unreachable], id="no answer to the final dot"),
        pytest.param([(".", b"gibberish\r\n")], [Unclear, Unreachable, Unreachable], id="gibberish after the dot"),
        pytest.param([(".", b"2" * 9000 + b"\r\n")], [Unclear, Unreachable, Unreachable], id="endless line"),
        pytest.param([(".", b"554 5.7.1 spam\r\n")], [Rejected, Accepted, Accepted], id="refused after the dot"),
        pytest.param([(".", b"451 4.3.0 later\r\n")], [Busy, Accepted, Accepted], id="busy after the dot"),
        pytest.param([("DATA", b"554 no\r\n")], [Rejected, Accepted, Accepted], id="refused at DATA"),
        pytest.param([("RCPT", b"550 no\r\n"), ("RSET", CLOSE)], [Rejected, Unreachable, Unreachable], id="hangs up"),
        pytest.param([("RCPT", b"450 greylisted\r\n")], [Busy, Accepted, Accepted], id="busy at RCPT"),
        pytest.param([("MAIL", b"421 4.7.0 too many\r\n")], [Busy, Busy, Busy], id="421 is for all"),
        pytest.param([("MAIL", b"451 4.7.0 later\r\n")], [Busy, Accepted, Accepted], id="busy at MAIL"),
        pytest.param([("MAIL", b"550 5.7.1 not you\r\n")], [Unreachable] * 3, id="our sender is refused"),
        pytest.param([("RCPT", b"530 5.7.0 log in\r\n")], [Unreachable] * 3, id="login wanted"),
        pytest.param(
            [("RCPT", b"550 no\r\n"), ("DATA", b"354 oh\r\n")], [Rejected, Accepted, Accepted], id="a lax server"
        ),
        pytest.param([("EHLO", CLOSE)], [Unreachable] * 3, id="lost at EHLO"),
        pytest.param([("EHLO", b"554 no\r\n"), ("HELO", b"554 no\r\n")], [Unreachable] * 3, id="greeting refused"),
    ],
)
@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "pipelined"])
def test_the_final_dot_divides_what_was_surely_not_taken_from_what_may_have_been(
    script: list[tuple[str, bytes | str]], kinds: list[type], pipelining: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with mail(script, pipelining=pipelining) as server:
        outcomes = Smtp("127.0.0.1", server.port, starttls=False, read_seconds=0.3).send(email_batch(3))
    assert [type(o) for o in outcomes.values()] == kinds
    assert_silent(outcomes, caplog.text)


@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "pipelined"])
@pytest.mark.parametrize("act", [CLOSE, RESET, HANG, b"gibberish\r\n"], ids=["close", "reset", "hang", "gibberish"])
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "."])
def test_wherever_it_breaks_no_message_that_came_whole_is_called_lost(
    word: str, nth: int, act: bytes | str, pipelining: bool
) -> None:
    usual = b"354 go ahead\r\n" if word == "DATA" else b"250 2.0.0 ok\r\n"
    batch = email_batch(4)
    with mail([(word, usual)] * (nth - 1) + [(word, act)], pipelining=pipelining) as server:
        outcomes = Smtp("127.0.0.1", server.port, starttls=False, read_seconds=0.3).send(batch)
        whole = [email.message_from_bytes(request.body)["X-Outreach-Id"] for request in server.requests]
    assert list(outcomes) == keys(batch)
    kinds = [type(o) for o in outcomes.values()]
    assert [key for key, kind in zip(outcomes, kinds, strict=True) if kind is not Unreachable] == whole
    if act == RESET and pipelining:  # a reset may swallow the reply before it
        assert set(kinds[: max(0, len(whole) - 1)]) <= {Accepted} and set(kinds) <= {Accepted, Unclear, Unreachable}
    else:
        assert kinds == [Accepted] * (nth - 1) + [Unclear if word == "." else Unreachable] + [Unreachable] * (4 - nth)


@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "pipelined"])
@pytest.mark.parametrize("act", [CLOSE, RESET, HANG])
def test_a_message_that_broke_off_before_its_final_dot_was_surely_not_taken(act: str, pipelining: bool) -> None:
    batch = email_batch(2, html="<p>words</p>\n" * 3_000_000)  # more than what the way between holds
    with mail([("CONTENT", act)], pipelining=pipelining) as server:
        outcomes = Smtp("127.0.0.1", server.port, starttls=False, read_seconds=0.3).send(batch)
        assert not server.requests
    assert [type(o) for o in outcomes.values()] == [Unreachable] * 2


def test_several_messages_go_out_in_one_breath_where_the_server_allows_it() -> None:
    seen: list[bytes] = []

    def serve(wire: Wire, connection: socket.socket) -> None:
        connection.sendall(b"220 hi\r\n")
        connection.recv(4096)
        connection.sendall(b"250-test\r\n250-SIZE\r\n250 PIPELINING\r\n")
        for answers in (
            b"250 a\r\n250 b\r\n354 c\r\n",
            b"250 d\r\n250 a\r\n550 5.1.1 b\r\n503 c\r\n",
            b"250 r\r\n" + _OK,
        ):
            seen.append(b"")
            while not seen[-1].endswith((b"DATA\r\n", b"\r\n.\r\n")):
                seen[-1] += connection.recv(65536)
            connection.sendall(answers)
        connection.recv(65536)
        connection.sendall(b"250 2.0.0 last\r\n")
        connection.recv(4096)

    with listening(serve) as server:
        outcomes = Smtp("127.0.0.1", server.port, starttls=False).send(email_batch(3))
    assert [type(o) for o in outcomes.values()] == [Accepted, Rejected, Accepted]
    envelope = b"MAIL FROM:<notes@centre.example.org>\r\nRCPT TO:<person%d@example.org>\r\nDATA\r\n"
    assert seen[0] == envelope % 0
    assert seen[1].endswith(b"\r\n.\r\n" + envelope % 1)
    assert seen[2] == b"RSET\r\n" + envelope % 2


_OK = b"250 a\r\n250 b\r\n354 c\r\n"


@pytest.mark.parametrize(
    ("banner", "kind"),
    [
        (CLOSE, Unreachable),
        (HANG, Unreachable),
        (b"HTTP/1.1 400\r\n", Unreachable),
        (b"554 no\r\n", Unreachable),
        (b"421 later\r\n", Busy),
    ],
)
def test_a_server_that_does_not_greet_took_nothing(banner: bytes | str, kind: type) -> None:
    with mail([], banner=banner) as server:
        provider = Smtp("127.0.0.1", server.port, starttls=False, connect_seconds=0.3)
        assert {type(o) for o in provider.send(email_batch(2)).values()} == {kind}


def test_a_connection_is_not_used_for_more_than_a_hundred_messages() -> None:
    with mail([]) as server:
        outcomes = Smtp("127.0.0.1", server.port, starttls=False).send(email_batch(201))
        assert server.connections == 3
    assert {type(o) for o in outcomes.values()} == {Accepted}


def test_a_kept_connection_that_no_longer_answers_is_replaced() -> None:
    with mail([("NOOP", CLOSE)]) as server:
        provider = Smtp("127.0.0.1", server.port, starttls=False)
        for _ in range(2):
            assert {type(o) for o in provider.send(email_batch(1)).values()} == {Accepted}
        assert server.connections == 2
        provider.close()


def test_without_starttls_on_the_server_nothing_is_said_in_the_clear() -> None:
    with mail([]) as server:
        outcomes = Smtp("127.0.0.1", server.port, user="u", password=SECRET).send(email_batch(2))
    assert all(isinstance(o, Unreachable) and o.stop for o in outcomes.values())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@contextmanager
def guarded(certificate: tuple[Path, Path], password: str) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"user", password.encode()), handled=False)

    with served(tls_context=context, require_starttls=True, authenticator=login, auth_required=True) as (_, port):
        yield port


@pytest.mark.parametrize(("password", "kind"), [(SECRET, Accepted), ("wrong", Unreachable)])
def test_the_login_goes_over_tls(certificate: tuple[Path, Path], password: str, kind: type) -> None:
    with guarded(certificate, SECRET) as port:
        tls = ssl.create_default_context(cafile=str(certificate[0]))
        outcomes = Smtp("127.0.0.1", port, user="user", password=password, tls=tls).send(email_batch(2))
    assert {type(o) for o in outcomes.values()} == {kind}
    assert all(o.stop for o in outcomes.values() if isinstance(o, Unreachable)) and SECRET not in repr(outcomes)


def test_an_unknown_certificate_stops(certificate: tuple[Path, Path]) -> None:
    with guarded(certificate, SECRET) as port:
        outcomes = Smtp("127.0.0.1", port, user="user", password=SECRET).send(email_batch(2))
    assert all(isinstance(o, Unreachable) and o.stop for o in outcomes.values())
