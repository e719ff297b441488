"""Fetches one page: to the address that was judged, within one deadline, not larger than a reader takes.

No cookies, no proxies from the environment, no credentials; redirects are followed by hand, each judged like the first.
"""

from __future__ import annotations

import codecs
import http.client
import queue
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urljoin

from outreach import __version__
from outreach.errors import Refused
from outreach.fetching import addresses
from outreach.fetching.addresses import PORTS, Resolve, WebAddress
from outreach.rules.readers.decode import MAX_BYTES

REDIRECTS: Final = 5
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_TRIED: Final = 3  # addresses of one host
# What a reader takes, and how its name has to end for the reader to be told.
_ENDINGS: Final = {
    "text/html": (".html", ".htm"), "application/xhtml+xml": (".xhtml", ".html", ".htm"),
    "text/plain": (".txt", ".md", ".markdown", ".mdown"), "text/markdown": (".md", ".markdown", ".mdown"),
    "text/x-markdown": (".md", ".markdown", ".mdown"), "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
}  # fmt: skip
_TEXTS: Final = frozenset(kind for kind in _ENDINGS if kind.startswith("text/") or kind.endswith("xhtml+xml"))
_WESTERN: Final = frozenset({"ascii", "iso8859-1", "cp1252"})  # declared by habit, whatever the page is in
_BOMS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a fetch may go. Only tests change it: no command and no setting leads here.

    `loopback` lets it ask this computer itself; `seconds` are for everything together, redirects included; `trust` are
    the authorities whose certificates count (default: the system's).
    """

    ports: frozenset[int] = frozenset(PORTS.values())
    loopback: bool = False
    seconds: float = 20.0
    resolve: Resolve = addresses.resolve
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context


PUBLIC: Final = Reach()


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as a reader takes it: its bytes, unpacked, and the last part of its path, ended to tell the format."""

    data: bytes
    name: str


@dataclass(slots=True)
class _Clock:
    """Counts the seconds that are left of all that were given."""

    seconds: float
    end: float = field(init=False)

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.seconds

    def left(self) -> float:
        """Seconds left. Raises Refused when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise self.late()
        return left

    def late(self) -> Refused:
        return Refused(f"The page did not come within {self.seconds:g} seconds: try again later, or save it as a file.")


def is_address(text: str) -> bool:
    """Does a person mean a web address and no file?"""
    return bool(re.match(r"\s*[a-z][a-z0-9+.-]*://", text, re.I))


def fetch(text: str, reach: Reach = PUBLIC) -> FetchedPage:
    """The page at a web address. Raises Refused, in one sentence with the cure, for whatever cannot or must not be had."""
    clock = _Clock(reach.seconds)
    address = addresses.parse(text, reach.ports)
    for _ in range(REDIRECTS + 1):
        answer = _ask(address, reach, clock)
        if isinstance(answer, FetchedPage):
            return answer
        following = _moved(address, answer, reach)
        address = following
    raise Refused(
        f"The page was moved more than {REDIRECTS} times: open it in a browser and copy the address from there."
    )


def _moved(address: WebAddress, location: str, reach: Reach) -> WebAddress:
    """Where a redirect leads, judged like an address that a person wrote."""
    try:
        whole = urljoin(f"{address.scheme}://{_host_header(address)}{address.target}", location)
    except ValueError:
        raise Refused(f"{address.said} leads nowhere: open it in a browser and copy the address from there.") from None
    following = addresses.parse(whole, reach.ports)
    if address.scheme == "https" and following.scheme == "http":
        raise Refused(
            f"{address.said} leads from https to http, where it can be changed on the way: save the article as a file."
        )
    return following


def _ask(address: WebAddress, reach: Reach, clock: _Clock) -> FetchedPage | str:
    """The page, or where it was moved to."""
    try:
        with _connected(address, reach, clock) as sock:
            connection = http.client.HTTPConnection(address.host, address.port)
            connection.sock = sock  # connected already: it never looks the name up
            connection.request("GET", address.target, headers=_headers(address))
            with connection.getresponse() as response:
                clock.left()  # a line cut in the middle of the head looks like its end
                return _answer(response, address, clock)
    except ssl.SSLCertVerificationError:
        raise Refused(
            f"The certificate of {address.host} does not prove that it is {address.host}: save the article as a file."
        ) from None
    except (OSError, http.client.HTTPException, zlib.error, ValueError):
        clock.left()
        raise Refused(
            f"{address.host} could not be reached or broke off: check the address, or try again later."
        ) from None


def _headers(address: WebAddress) -> dict[str, str]:
    return {
        "Host": _host_header(address),
        "User-Agent": f"Outreach/{__version__} (one page, asked for by a person)",
        "Accept": ", ".join(_ENDINGS),
        "Accept-Encoding": "gzip, identity",
        "Connection": "close",
    }


def _host_header(address: WebAddress) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    return host if address.port == PORTS[address.scheme] else f"{host}:{address.port}"


@contextmanager
def _connected(address: WebAddress, reach: Reach, clock: _Clock) -> Iterator[socket.socket]:
    """A socket to the host that is cut when the time is up, however slowly the other side sends."""
    raw = _dial(_judged(address, reach, clock), address.port, clock)
    line = raw.dup()
    cut = threading.Timer(clock.left() + 0.05, _cut, [line])
    cut.daemon = True
    cut.start()
    sock = raw
    try:
        raw.settimeout(clock.left())
        if address.scheme == "https":
            sock = reach.trust().wrap_socket(raw, server_hostname=address.host)
        yield sock
    finally:
        cut.cancel()
        line.close()
        sock.close()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _judged(address: WebAddress, reach: Reach, clock: _Clock) -> Sequence[str]:
    """The host's IP addresses, all of which may be asked. One that may not be refuses the host."""
    found = _resolved(address, reach, clock)
    for ip in found:
        if not addresses.is_public(ip) and not (reach.loopback and addresses.is_loopback(ip)):
            raise Refused(
                f"{address.host} leads into a private network: only public pages are fetched, save the article as a file."
            )
    return found[:_TRIED]


def _resolved(address: WebAddress, reach: Reach, clock: _Clock) -> Sequence[str]:
    """What the resolver says, awaited on a thread: the system's own has no deadline."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(reach.resolve(address.host, address.port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answers.get(timeout=clock.left())
    except queue.Empty:
        raise clock.late() from None
    if isinstance(found, Exception) or not found:
        raise Refused(f"No web site is called {address.host}: check the address.")
    return found


def _dial(ips: Sequence[str], port: int, clock: _Clock) -> socket.socket:
    for n, ip in enumerate(ips):
        try:
            # Time is kept for the next address, should this one be silent.
            return socket.create_connection((ip, port), timeout=clock.left() / (len(ips) - n))
        except OSError:
            if n == len(ips) - 1:
                raise
    raise OSError("no address")


def _answer(response: http.client.HTTPResponse, address: WebAddress, clock: _Clock) -> FetchedPage | str:
    if response.status in _MOVED and (moved := response.getheader("Location")):
        return moved.encode("latin-1", "replace").decode("utf-8", "replace")
    if response.status in (404, 410):
        raise Refused(f"There is no page at {address.said} ({response.status}): check the address.")
    if response.status != 200:
        raise Refused(
            f"{address.host} does not give the page out ({response.status}): open it in a browser and save it as a file."
        )
    kind, charset = _kind(response.getheader("Content-Type"))
    if kind not in _ENDINGS:
        what = kind if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", kind) else "something unnamed"
        raise Refused(
            f"The page is {what} and no article: give the address of a web page, a text, a PDF or a Word file."
        )
    return FetchedPage(_in_utf8(_body(response, clock), charset, kind), _name(address, kind))


def _kind(header: str | None) -> tuple[str, str | None]:
    """The media type and the character set of a Content-Type header."""
    kind, _, rest = (header or "").partition(";")
    named = re.search(r"(?:^|;)\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", rest, re.I)
    return kind.strip().lower(), named[1].lower() if named else None


def _body(response: http.client.HTTPResponse, clock: _Clock) -> bytes:
    """The unpacked body. Raises Refused when it is larger than a reader takes, packed or unpacked."""
    packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packing not in ("identity", "gzip", "x-gzip"):
        raise Refused("The page is packed in a way that was not asked for: open it in a browser and save it as a file.")
    unpacker = None if packing == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 16)
    out, taken = bytearray(), 0
    while piece := response.read1(65_536):
        clock.left()
        taken += len(piece)
        out += piece if unpacker is None else unpacker.decompress(piece, MAX_BYTES + 1 - len(out))
        if max(len(out), taken) > MAX_BYTES or (unpacker is not None and unpacker.unconsumed_tail):
            raise Refused(
                f"The page is larger than {MAX_BYTES // 1_000_000} MB: save the article alone, without pictures."
            )
    clock.left()
    if response.length or (unpacker is not None and (not unpacker.eof or unpacker.unused_data)):
        raise http.client.IncompleteRead(b"", response.length)
    return bytes(out)


def _in_utf8(data: bytes, charset: str | None, kind: str) -> bytes:
    """Text in UTF-8, read by the character set the server names, unless the bytes know better."""
    if charset is None or kind not in _TEXTS or data.startswith(_BOMS):
        return data
    try:
        codec = codecs.lookup(charset).name
        if codec in _WESTERN:
            with suppress(UnicodeDecodeError):
                data.decode("utf-8")
                return data
        return data.decode("cp1252" if codec == "iso8859-1" else codec).encode("utf-8")
    except (LookupError, UnicodeError):
        return data


def _name(address: WebAddress, kind: str) -> str:
    """The last part of the path as a file's name, with the ending its kind has. A query never gets into it."""
    last = unquote(address.path.rstrip("/").rsplit("/", 1)[-1].split(";")[0], errors="replace")
    last = re.sub(r"[\x00-\x1f\x7f/\\]+", " ", last).strip()[:100] or address.host
    endings = _ENDINGS[kind]
    if last.lower().endswith(endings):
        return last
    return re.sub(r"\.(?:html?|xhtml|php\d?|aspx?|jsp|cfm)$", "", last, flags=re.I) + endings[0]
