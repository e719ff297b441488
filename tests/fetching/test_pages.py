"""One page from a real server: what is taken, and everything that is refused before or while it comes."""

import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outreach.errors import Refused
from outreach.fetching.pages import REDIRECTS, FetchedPage, Reach, fetch, is_address
from outreach.rules.readers.decode import MAX_BYTES
from tests.providers.servers import Wire, http, listening, web

PAGE = b"<html><body><h1>A Calm Evening</h1><p>A calm evening helps.</p></body></html>"


def reach(wire: Wire, **names: Sequence[str]) -> Reach:
    """A reach to the test's own server under any name; `names` are hosts with addresses of their own."""

    def resolve(host: str, port: int) -> Sequence[str]:
        return names.get(host.split(".")[0], ["127.0.0.1"])

    return Reach(ports=frozenset({wire.port}), loopback=True, resolve=resolve, seconds=10)


def page(body: bytes = PAGE, kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    return http(200, body, Content_Type=kind, **headers)


def address(wire: Wire, path: str = "/", host: str = "www.example.org") -> str:
    return f"http://{host}:{wire.port}{path}"


def refused(ask: Callable[[], FetchedPage]) -> str:
    """The sentence a fetch is refused with."""
    with pytest.raises(Refused) as error:
        ask()
    said = str(error.value)
    assert said.endswith(".") and "\n" not in said and "secret" not in said
    return said


def test_a_page_is_fetched_with_nothing_but_its_address() -> None:
    with web(page()) as wire:
        assert fetch(address(wire, "/calm-evening?token=secret"), reach(wire)) == FetchedPage(PAGE, "calm-evening.html")
    (request,) = wire.requests
    assert request.start == "GET /calm-evening?token=secret HTTP/1.1"
    sent = {name.lower(): value for name, value in request.headers.items()}
    assert sent["host"] == f"www.example.org:{wire.port}"
    assert not {"cookie", "authorization", "referer"} & set(sent)


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    with web(page()) as wire:
        assert fetch(address(wire), reach(wire)).data == PAGE


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/", "text/html", "www.example.org.html"),
        ("/blog/heroin/", "text/html", "heroin.html"),
        ("/a.php;jsessionid=secret?x=secret", "application/xhtml+xml", "a.xhtml"),
        ("/a.md", "text/plain", "a.md"),
        ("/a", "text/markdown", "a.md"),
        ("/notes", "text/plain; charset=us-ascii", "notes.txt"),
        ("/download?id=secret", "application/pdf", "download.pdf"),
        ("/Un%20d%C3%ADa%2f.htm", "TEXT/HTML", "Un día .htm"),
        (
            "/a", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx",
        ),
    ],
)  # fmt: skip
def test_the_name_tells_the_format_and_holds_no_query(path: str, kind: str, name: str) -> None:
    with web(page(kind=kind)) as wire:
        assert fetch(address(wire, path), reach(wire)).name == name


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("menú".encode("cp1250"), "text/html; charset=windows-1250", "menú"),
        ("ｶﾅ カナ".encode("shift_jis"), "text/plain; charset=Shift_JIS", "ｶﾅ カナ"),
        ("menú – “x”".encode("cp1252"), "text/html; charset=iso-8859-1", "menú – “x”"),
        ("menú".encode(), "text/html; charset=iso-8859-1", "menú"),
        ("menú".encode(), 'text/html; charset="utf-8"', "menú"),
        ("menú".encode(), "text/html; charset=no-such-set", "menú"),
        ("menú".encode(), "text/html; charset=hex", "menú"),
    ],
    ids=["central european", "japanese", "western", "declared by habit", "quoted", "unknown", "no text encoding"],
)
def test_the_character_set_of_the_header_is_honoured(body: bytes, kind: str, text: str) -> None:
    with web(page(body, kind)) as wire:
        assert fetch(address(wire), reach(wire)).data.decode() == text


def test_a_packed_page_is_unpacked() -> None:
    with web(page(gzip.compress(PAGE), Content_Encoding="gzip")) as wire:
        assert fetch(address(wire), reach(wire)).data == PAGE


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http(404, Content_Type="text/html"), "check the address"),
        (http(403, PAGE, Content_Type="text/html"), "save it as a file"),
        (http(503, PAGE, Content_Type="text/html"), "(503)"),
        (http(204, Content_Type="text/html"), "(204)"),
        (http(302), "(302)"),
        (page(kind="image/png"), "is image/png"),
        (page(kind="application/octet-stream"), "application/octet-stream"),
        (page(kind="text/html/x"), "something unnamed"),
        (http(200, PAGE), "something unnamed"),
        (page(b"x" * (MAX_BYTES + 1)), "larger than 4 MB"),
        (page(gzip.compress(b"x" * (MAX_BYTES * 20)), Content_Encoding="gzip"), "larger than 4 MB"),
        (page(gzip.compress(b"") + b"x" * (MAX_BYTES + 1), Content_Encoding="gzip"), "larger than 4 MB"),
        (page(gzip.compress(PAGE)[:30], Content_Encoding="gzip"), "broke off"),
        (page(b"no gzip at all", Content_Encoding="gzip"), "broke off"),
        (page(PAGE, Content_Encoding="br"), "packed"),
        (http(200, PAGE, length=99999, Content_Type="text/html"), "broke off"),
        (b"\x00\xffthis is no status line\r\n\r\n", "broke off"),
        ("close", "broke off"),
        ("reset", "broke off"),
    ],
    ids=[
        "not there", "forbidden", "busy", "nothing", "moved nowhere", "a picture", "bytes", "two slashes", "no type", "too large",
        "bomb", "junk behind a packed page", "half a packed page", "not packed", "another packing", "half a page", "no HTTP",
        "closed", "reset",
    ],
)  # fmt: skip
def test_an_answer_that_is_no_article_is_refused(answer: bytes | str, says: str) -> None:
    with web(answer) as wire:
        assert says in refused(lambda: fetch(address(wire, "/a?token=secret"), reach(wire)))


def test_a_redirect_is_followed_and_names_the_page() -> None:
    with web(http(301, Location="/b/c?x=1"), http(307, Location="../d"), page()) as wire:
        assert fetch(address(wire, "/a"), reach(wire)).name == "d.html"
    assert [r.start.split()[1] for r in wire.requests] == ["/a", "/b/c?x=1", "/d"]


def test_redirects_end() -> None:
    with web(http(302, Location="/again")) as wire:
        assert "moved more than 5 times" in refused(lambda: fetch(address(wire), reach(wire)))
    assert len(wire.requests) == REDIRECTS + 1


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://inside.example.org:{port}/", "private network"),
        ("http://10.0.0.1:{port}/", "private network"),
        ("http://169.254.169.254:{port}/latest/meta-data/", "private network"),
        ("http://[::ffff:127.0.0.1]:{port}/", "private network"),
        ("http://localhost:{port}/", "private network"),
        ("http://2130706433:{port}/", "number"),
        ("http://www.example.org:22/", "port 22"),
        ("http://user:pass@www.example.org:{port}/", "password"),
        ("file:///etc/passwd", "https://"),
        ("http://[::1/", "leads nowhere"),
        ("/a b", "hidden sign"),
    ],
)
def test_a_redirect_is_judged_like_an_address(location: str, says: str) -> None:
    with listening(lambda wire, sock: _say(sock, http(302, Location=location.format(port=wire.port)))) as wire:
        far = replace(reach(wire), resolve=_own_addresses)
        assert says in refused(lambda: fetch(address(wire), far))
        assert wire.connections == 1


def _own_addresses(host: str, port: int) -> Sequence[str]:
    if host[:1].isdigit() or ":" in host:
        return [host]
    return ["10.1.2.3"] if host.startswith("inside") else ["127.0.0.1"]


def _say(sock: socket.socket, answer: bytes) -> None:
    sock.recv(4096)
    sock.sendall(answer)


@pytest.mark.parametrize(
    "found",
    [
        ["10.0.0.1"],
        ["127.0.0.1", "192.168.1.1"],
        ["127.0.0.1", "fd00::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["nonsense"],
    ],
    ids=["private", "one of two", "one of two, six", "mapped", "translated", "nonsense"],
)
def test_a_name_that_leads_anywhere_private_is_refused_and_nothing_is_asked(found: list[str]) -> None:
    with web(page()) as wire:
        assert "private network" in refused(
            lambda: fetch(address(wire, host="inside.example.org"), reach(wire, inside=found))
        )
    assert wire.connections == 0


def test_this_computer_is_private_unless_a_test_says_otherwise() -> None:
    with web(page()) as wire:
        closed = replace(reach(wire), loopback=False)
        assert "private network" in refused(lambda: fetch(address(wire), closed))
    assert wire.connections == 0


def test_a_name_is_looked_up_once_for_each_request_and_that_address_is_asked() -> None:
    """A name that changes its address between the judging and the asking gains nothing."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    with web(page()) as wire:
        turning = replace(reach(wire), resolve=lambda host, port: answers.pop(0))
        assert fetch(address(wire), turning).data == PAGE
    assert answers == [["10.0.0.1"]]


def test_a_silent_address_gives_way_to_the_next() -> None:
    with web(page()) as wire:
        assert fetch(address(wire), reach(wire, www=["127.0.0.2", "127.0.0.1"])).data == PAGE


def test_a_name_that_is_not_there() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(8, "not known")

    assert "No web site is called www.example.org" in refused(
        lambda: fetch("https://www.example.org/", Reach(resolve=unknown))
    )


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    ended = threading.Event()

    def slow(host: str, port: int) -> Sequence[str]:
        ended.wait(30)
        return ["127.0.0.1"]

    start = time.monotonic()
    assert "0.3 seconds" in refused(lambda: fetch("https://www.example.org/", Reach(resolve=slow, seconds=0.3)))
    ended.set()
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "start",
    [
        b"", b"HTTP/1.1 200 OK\r\nX: ", http(200, length=1_000_000, Content_Type="text/html"),
        b"HTTP/1.1 100 C\r\n\r\n",
    ],
    ids=["nothing", "head", "body", "go on"],
)  # fmt: skip
def test_a_server_that_trickles_is_left_when_the_time_is_up(start: bytes) -> None:
    def trickle(wire: Wire, sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(start)
        while start and not wire.ended.wait(0.02):
            sock.sendall(start if b"100 C" in start else b"x")
        wire.ended.wait(30)

    with listening(trickle) as wire:
        began = time.monotonic()
        hasty = replace(reach(wire), seconds=0.5)
        assert "0.5 seconds" in refused(lambda: fetch(address(wire), hasty))
        assert time.monotonic() - began < 10


@contextmanager
def secured(folder: Path, name: str) -> Iterator[tuple[Wire, Callable[[], ssl.SSLContext]]]:
    """A server with a certificate of its own for `name`, and the trust that knows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    named = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")

    def serve(wire: Wire, sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as safe:
            head = safe.recv(4096)
            moved = http(302, Location=f"http://{name}:{wire.port}/b")
            safe.sendall(moved if head.startswith(b"GET /down") else page())

    with listening(serve) as wire:
        yield wire, lambda: ssl.create_default_context(cadata=pem.decode())


def test_a_certificate_has_to_prove_the_name_and_not_the_address(tmp_path: Path) -> None:
    with secured(tmp_path, "www.example.org") as (wire, trust):
        known = replace(reach(wire), trust=trust)
        assert fetch(f"https://www.example.org:{wire.port}/", known).data == PAGE
        assert "does not prove" in refused(lambda: fetch(f"https://other.example.org:{wire.port}/", known))
        assert "does not prove" in refused(lambda: fetch(f"https://www.example.org:{wire.port}/", reach(wire)))
        assert "from https to http" in refused(lambda: fetch(f"https://www.example.org:{wire.port}/down", known))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://a.org", True),
        ("HTTP://a.org", True),
        ("ftp://a", True),
        ("a/b.txt", False),
        ("C:\\a.txt", False),
        ("slug", False),
    ],
)
def test_an_address_is_told_from_a_file(text: str, meant: bool) -> None:
    assert is_address(text) is meant
