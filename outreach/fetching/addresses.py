"""Which web addresses may be asked: http and https, on the public internet, by a name that leads nowhere else.

An address typed by a person must not become a way into the network the program runs in. The name is therefore resolved
by us, and every address it has must be a public one; the caller connects to the very address that was judged.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias
from urllib.parse import quote, urlsplit

from outreach.errors import Refused

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

MAX_LENGTH: Final = 2000
PORTS: Final = {"http": 80, "https": 443}

# Written out rather than asked of the library, whose idea of "global" changed between versions.
_NOT_PUBLIC_4: Final = tuple(
    IPv4Network(n)
    for n in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",  # the last: a cloud's own services, public by number alone
    )
)  # fmt: skip
_PUBLIC_6: Final = IPv6Network(
    "2000::/3"
)  # what is given out; mapped, translated and local addresses lie outside of it
_NOT_PUBLIC_6: Final = tuple(
    IPv6Network(n)
    for n in (
        "2001::/23",  # Teredo, benchmarks and other protocols
        "2001:db8::/32", "3fff::/20",  # documents
        "2002::/16",  # 6to4: holds an IPv4 address
    )
)  # fmt: skip
_ISATAP: Final = (0x00005EFE, 0x02005EFE)  # the last half but one of an address that holds an IPv4 address

_LOCAL = re.compile(
    r"(?:.*\.)?(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid|onion)"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.I)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f\\\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A web address that may be asked, as far as its writing tells. `host` is ASCII; `target` is path and query."""

    scheme: str
    host: str
    port: int
    path: str
    target: str

    @property
    def said(self) -> str:
        """The address as it may be shown and stored: without its query, where tokens stand."""
        return f"{self.scheme}://{self.host}{self.path}"


def parse(text: str, ports: frozenset[int] = frozenset(PORTS.values())) -> WebAddress:
    """The web address a person wrote. Raises Refused with the cure."""
    text = text.strip()
    if len(text) > MAX_LENGTH or _UNSEEN.search(text):
        raise Refused("The web address is too long or holds a space or a hidden sign: copy it from the browser again.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Refused("The web address cannot be read: copy it from the browser again.") from None
    if parts.scheme not in PORTS:
        raise Refused(
            "Only addresses that begin with https:// or http:// are fetched: save the article as a file instead."
        )
    if "@" in parts.netloc:
        raise Refused("The web address holds a user name or password: give the address alone.")
    port = PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise Refused(
            f"The web address names port {port} and only 80 and 443 are asked: save the article as a file instead."
        )
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return WebAddress(parts.scheme, _host(host or ""), port, path, path + query)


def _host(host: str) -> str:
    """The host in ASCII, in lower case, without a closing dot. Raises Refused for one that cannot be on the internet."""
    if ":" in host:  # in brackets: IPv6
        if "%" in host or not _is_address(host):
            raise Refused(
                "The web address names a place of this computer's own network: only public pages are fetched."
            )
        return host.lower()
    try:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise Refused(
            "The web address holds a name that no web site can have: copy it from the browser again."
        ) from None
    labels = name.split(".")
    if _NUMERIC.fullmatch(labels[-1]) and not _is_address(name):
        raise Refused("The web address hides its host behind a number: write the web site's name.")
    if not all(_LABEL.fullmatch(label) for label in labels) or len(name) > 253:
        raise Refused("The web address holds a name that no web site can have: copy it from the browser again.")
    if len(labels) < 2 or _LOCAL.fullmatch(name):
        raise Refused(
            f"{name} is a name of a private network: only public pages are fetched, save the article as a file."
        )
    return name


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Is an IP address one of the public internet, holding no other address inside?"""
    try:
        ip: IPv4Address | IPv6Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    if ip not in _PUBLIC_6 or ip.scope_id or any(ip in network for network in _NOT_PUBLIC_6):
        return False
    return (int(ip) >> 32) & 0xFFFFFFFF not in _ISATAP


def is_loopback(address: str) -> bool:
    """Is an IP address this computer's own, plainly written?"""
    return address == "::1" or (_is_address(address) and ipaddress.ip_address(address) in IPv4Network("127.0.0.0/8"))


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the order the system prefers. Raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
