"""Tokens cannot be forged, changed or used elsewhere; every spelling of an address has one form and one key."""

from __future__ import annotations

import hmac
import random
import re

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.rules import tokens
from outreach.rules.tokens import LARGEST_ID, AddressInvalid, address_key, make, normal_email, normal_phone, read

KEY = bytes(range(32))
OLD = b"an older key of 32 bytes, retired"
IDS = (42, 7)
TOKEN = make("unsubscribe", IDS, KEY)

ids = st.lists(st.integers(0, LARGEST_ID), max_size=5).map(tuple)
keys = st.binary(min_size=16, max_size=40)
purposes = st.text(min_size=1, max_size=20)


@given(purposes, ids, keys)
def test_what_was_made_is_read(purpose: str, numbers: tuple[int, ...], key: bytes) -> None:
    assert read(make(purpose, numbers, key), purpose, [key]) == numbers


@given(purposes, purposes, ids)
def test_a_token_of_one_purpose_never_reads_as_another(made: str, asked: str, numbers: tuple[int, ...]) -> None:
    assert read(make(made, numbers, KEY), asked, [KEY]) == (numbers if made == asked else None)


@pytest.mark.parametrize("at", range(len(TOKEN)))
def test_one_changed_letter_is_refused(at: int) -> None:
    """Every other letter of the alphabet, and the capital, at every place, the spare bits of the last one included."""
    for letter in set("abcdefghijklmnopqrstuvwxyz234567" + TOKEN[at].upper() + "=") - {TOKEN[at]}:
        assert read(TOKEN[:at] + letter + TOKEN[at + 1 :], "unsubscribe", [KEY]) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "=",
        TOKEN[:-1],
        TOKEN + "a",
        TOKEN + "=",
        f" {TOKEN}",
        TOKEN * 2,
        "é" * 20,
        "\0",
        "a" * 100_000,
        "%00" * 9,
    ],
    ids=["empty", "letter", "pad", "cut", "longer", "padded", "space", "twice", "accent", "nul", "huge", "percent"],
)
def test_what_is_no_token_is_refused_without_a_fuss(token: str) -> None:
    assert read(token, "unsubscribe", [KEY]) is None


@given(st.text(max_size=80))
def test_no_invented_text_is_a_token(token: str) -> None:
    assert read(token, "unsubscribe", [KEY]) is None


def test_a_token_forged_with_another_key_is_refused() -> None:
    assert read(make("unsubscribe", IDS, OLD), "unsubscribe", [KEY]) is None


def test_links_made_with_a_retired_key_still_work_while_it_is_kept() -> None:
    token = make("unsubscribe", IDS, OLD)
    assert read(token, "unsubscribe", [KEY, OLD]) == IDS
    assert read(token, "unsubscribe", []) is None


def test_a_token_is_short_safe_in_links_and_shows_no_number() -> None:
    assert re.fullmatch(r"[0-9a-f]{20,48}", TOKEN)
    neighbours = [make("unsubscribe", (number,), KEY) for number in (1000, 1001)]
    alike = sum(left == right for left, right in zip(*neighbours, strict=True))
    assert alike < len(neighbours[0]) // 2


def test_the_same_ids_make_the_same_token() -> None:
    assert make("unsubscribe", IDS, KEY) == TOKEN


@pytest.mark.parametrize(
    ("purpose", "numbers", "key"),
    [("", (1,), KEY), ("p", (-1,), KEY), ("p", (2**63,), KEY), ("p", (1,), b"short"), ("p" * 300, (1,), KEY)],
    ids=["no purpose", "negative", "too large", "short key", "long purpose"],
)
def test_what_cannot_be_a_token_is_not_made(purpose: str, numbers: tuple[int, ...], key: bytes) -> None:
    with pytest.raises(ValueError):
        make(purpose, numbers, key)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Ann@Example.ORG", "ann@example.org"),
        ("  ann@example.org\n", "ann@example.org"),
        ("\u200bann@\u200eexample.org\ufeff", "ann@example.org"),
        ("ann+news@example.org", "ann+news@example.org"),
        ("ann@bücher.example.org", "ann@xn--bcher-kva.example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_an_email_address_has_one_form(text: str, normal: str) -> None:
    assert normal_email(text) == normal
    assert normal_email(normal) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ann",
        "ann@",
        "@example.org",
        "a b@example.org",
        "ann@example",
        "ann@localhost",
        "josé@example.org",
        "ann@example.org, bob@example.org",
        "Ann <ann@example.org>",
        "ann@example..org",
        "a\r\nBcc: x@example.org",
    ],
)
def test_what_is_no_email_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AddressInvalid) as refused:
        normal_email(text)
    assert refused.value.say.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "+14045550123",
        "404-555-0123",
        "(404) 555-0123",
        "1 404 555 0123",
        "404.555.0123",
        "tel:+14045550123",
        "４０４５５５０１２３",
        "\u202a+1 (404) 555‑0123\u202c",
    ],
)
def test_a_phone_number_has_one_form(text: str) -> None:
    assert normal_phone(text) == "+14045550123"


def test_a_number_with_a_plus_keeps_its_country() -> None:
    assert normal_phone("+44 7911 123456") == "+447911123456"
    assert normal_phone("07911 123456", region="GB") == "+447911123456"


@pytest.mark.parametrize(
    "text",
    ["", "988", "911", "741741", "555-0123", "hello", "404-555-0123 ext 4", "+1 123 456 7890", "+49 30 1234567890123"],
)
def test_what_is_no_phone_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AddressInvalid) as refused:
        normal_phone(text)
    assert refused.value.say.endswith(".")


def test_every_spelling_of_an_address_has_one_key() -> None:
    assert address_key("email", " Ann@Example.org", KEY) == address_key("email", "ann@example.org", KEY)
    assert address_key("sms", "404-555-0123", KEY) == address_key("sms", "+14045550123", KEY)
    assert len(address_key("sms", "+14045550123", KEY)) == 32


def test_keys_differ_by_address_and_by_secret() -> None:
    found = {
        address_key("email", "ann@example.org", KEY),
        address_key("email", "bob@example.org", KEY),
        address_key("email", "ann@example.org", OLD),
        address_key("sms", "+14045550123", KEY),
    }
    assert len(found) == 4


@pytest.mark.parametrize(("channel", "secret"), [("fax", KEY), ("", KEY), ("email", b"short")])
def test_a_key_needs_a_channel_and_a_secret(channel: str, secret: bytes) -> None:
    with pytest.raises(ValueError):
        address_key(channel, "ann@example.org", secret)


# --- the short ways, which must say what the libraries say -----------------------------------------------------------

LOCALS = st.text(alphabet="abzABZ019._+-'!#\" @", min_size=0, max_size=70)
LABELS = st.text(alphabet="abzABZ09-", min_size=0, max_size=12)
DOMAINS = st.one_of(
    st.lists(LABELS, min_size=1, max_size=4).map(".".join),
    st.sampled_from(
        ["example.org", "Example.COM", "mail.example.co.uk", "xn--bcher-kva.example", "localhost", "a.test"]
    ),
)


@settings(max_examples=500)
@given(st.builds("{}@{}".format, LOCALS, DOMAINS))
def test_an_email_address_is_judged_as_the_library_judges_it(text: str) -> None:
    try:
        valid = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        with pytest.raises(AddressInvalid):
            normal_email(text)
    else:
        assert normal_email(text) == (valid.ascii_email or valid.normalized).lower()


AREAS = st.one_of(st.integers(200, 999), st.sampled_from([983, 787, 671, 500, 800, 900, 242, 404])).map(str)
DIGITS = st.text(alphabet="0123456789", min_size=6, max_size=8)
SHAPES = st.sampled_from(["+1{}{}", "{}{}", "1{}{}", "({}) {}", "+1 {} {}", "1-{}-{}", "{}.{}", "+1({}){}", "+44{}{}"])


@settings(max_examples=500)
@given(st.builds(lambda shape, area, rest: shape.format(area, rest), SHAPES, AREAS, DIGITS))
def test_a_number_is_judged_as_the_library_judges_it(text: str) -> None:
    try:
        number = phonenumbers.parse(text, "US")
        good = phonenumbers.is_valid_number(number)
    except phonenumbers.NumberParseException:
        good = False
    if good:
        assert normal_phone(text) == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    else:
        with pytest.raises(AddressInvalid):
            normal_phone(text)


def test_every_area_code_that_is_taken_whole_is_whole() -> None:
    """An exchange the library does not know in such an area code would be let through."""
    whole = [str(area) for area in range(200, 1000) if tokens._wholly_american(str(area))]
    assert len(whole) > 300 and not {"800", "900", "500", "787", "983", "242"} & set(whole)
    dice = random.Random(11)
    for area in whole:
        for exchange in range(200 + dice.randrange(20), 1000, 20):
            number = phonenumbers.parse(f"+1{area}{exchange}{dice.randrange(10_000):04d}")
            assert phonenumbers.is_valid_number(number), number


@given(st.binary(min_size=16, max_size=90), st.text(alphabet="abc@.019+", max_size=40))
def test_a_key_is_the_hmac_of_the_address(secret: bytes, normal: str) -> None:
    expected = hmac.digest(secret, f"address\0email\0{normal}".encode(), "sha256")
    assert tokens.key_of_normal("email", normal, secret) == expected
