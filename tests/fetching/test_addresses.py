"""Which web addresses may be asked, by their writing and by where they lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Refused
from outreach.fetching.addresses import is_public, parse


@pytest.mark.parametrize(
    ("text", "host", "target"),
    [
        ("https://example.org", "example.org", "/"),
        (" HTTPS://Example.ORG:443/A%20b/c?d=e#f ", "example.org", "/A%20b/c?d=e"),
        ("http://example.org:80/menú", "example.org", "/men%C3%BA"),
        ("https://clínica.example.org./x", "xn--clnica-4va.example.org", "/x"),
        ("https://93.184.215.14/x", "93.184.215.14", "/x"),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "/"),
    ],
)
def test_an_address_is_read(text: str, host: str, target: str) -> None:
    address = parse(text)
    assert (address.host, address.target) == (host, target)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ftp://example.org/a", "https://"),
        ("file:///etc/passwd", "https://"),
        ("gopher://example.org/", "https://"),
        ("//example.org/a", "https://"),
        ("https://user:secret@example.org/", "password"),
        ("https://example.org@10.0.0.1/", "password"),
        ("https://example.org:8080/", "port 8080"),
        ("https://example.org:22/", "port 22"),
        ("https://example.org:99999/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://example.org/a b", "hidden sign"),
        ("https://example.org\\@10.0.0.1/", "hidden sign"),
        ("https://exa\nmple.org/", "hidden sign"),
        ("https://example.org/" + "a" * 2000, "too long"),
        ("http://2130706433/", "number"),
        ("http://0x7f000001/", "number"),
        ("http://0177.0.0.1/", "number"),
        ("http://127.1/", "number"),
        ("http://0x7f.0.0.1/", "number"),
        ("http://127.0.0.1.example.org.0x1/", "number"),
        ("http://localhost/", "private network"),
        ("http://LOCALHOST./", "private network"),
        ("http://a.localhost/", "private network"),
        ("http://intranet/", "private network"),
        ("http://printer.local/", "private network"),
        ("http://metadata.google.internal/", "private network"),
        ("http://router.home.arpa/", "private network"),
        ("http://[fe80::1%25eth0]/", "own network"),
        ("http:///path", "name"),
        ("http://example..org/", "name"),
        ("http://exam%70le.org/", "name"),
        ("http://-a.example.org/", "name"),
    ],
)
def test_an_address_that_must_not_be_asked_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert says in str(refused.value)
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_digits_of_other_scripts_are_digits() -> None:
    """The name is folded before it is judged: circled digits are the same host."""
    address = parse("http://①②⑦.⓪.⓪.①/")
    assert address.host == "127.0.0.1" and not is_public(address.host)


def test_what_may_be_shown_of_an_address_holds_no_query() -> None:
    assert parse("https://example.org/a?token=secret#x").said == "https://example.org/a"


PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:93.184.215.14
64:ff9b::7f00:1 64:ff9b::5db8:d70e 64:ff9b:1::1 100::1 fe80::1 fec0::1 fc00::1 fd12:3456::1 ff02::1 2001::1 2001:0:7f00:1::
2001:db8::1 2002:7f00:1:: 2002:5db8:d70e::1 3fff::1 5f00::1 2606:2800::5efe:7f00:1 2606:2800::200:5efe:a00:1 fe80::1%1
""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_private_special_and_wrapped_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "100.63.255.255", "100.128.0.1", "172.32.0.1", "9.9.9.9", "2606:4700::1111", "2a00:1450::1"],
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_whatever_the_library_calls_private_is_not_public(address: object) -> None:
    ip = address
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_link_local:  # type: ignore[attr-defined]
        assert not is_public(str(ip))
