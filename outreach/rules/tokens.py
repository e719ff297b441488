"""Links that carry their own proof, and addresses in one form.

A token says "these ids, for this purpose, from us" and needs no table: links live as long as a key is kept. It is a
synthetic-IV construction (the shape of RFC 5297) on keyed BLAKE2b (RFC 7693): a 16-byte tag over purpose and ids, which
is also the nonce that hides the ids, so a link shows neither how many people there are nor who they are. The alphabet
is lower-case hex: a link in plain text never ends in punctuation a mail program would cut off, and an `unsub+TOKEN@`
mailbox survives a server that lower-cases it. Same ids, same key, same token. Every email holds three of them, so what
one costs counts.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

TAG_BYTES = 16
_MOST_BODY = 64  # bytes of ids: one block of the stream that hides them; six ids of any size
LARGEST_ID = 2**63 - 1  # PostgreSQL bigint
SHORTEST_KEY = 16
_MAX_TOKEN = 2 * (TAG_BYTES + _MOST_BODY)  # no honest token is longer; a hostile one costs us nothing to refuse


class AddressInvalid(ValueError):
    """An email address or phone number we cannot use; `say` is one sentence for the person who typed it."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


def make(purpose: str, ids: tuple[int, ...], key: bytes) -> str:
    """A URL-safe token for `ids` (0 <= id < 2**63) that only `read` with the same purpose and key can open.

    Raises ValueError for an empty purpose, an id out of range, ids beyond 64 bytes or a key shorter than 16 bytes.
    """
    return maker(purpose, key)(b"".join(map(packed, ids)))


def maker(purpose: str, key: bytes) -> Callable[[bytes], str]:
    """`make` for many tokens of one purpose: takes the packed ids of each, one after the other."""
    tagging, hiding = _tagging(purpose, key), _keyed(key, b"hide")

    tag_of, stream_of, number = tagging.copy, hiding.copy, int.from_bytes

    def make_one(body: bytes) -> str:
        # _digest and _mixed written out: every email holds three tokens
        size = len(body)
        if size > _MOST_BODY:
            raise ValueError("a token cannot carry so many ids")
        hashed = tag_of()
        hashed.update(body)
        tag = hashed.digest()[:TAG_BYTES]
        hashed = stream_of()
        hashed.update(tag)
        return (tag + (number(body, "big") ^ number(hashed.digest()[:size], "big")).to_bytes(size, "big")).hex()

    return make_one


def read(token: str, purpose: str, keys: Sequence[bytes]) -> tuple[int, ...] | None:
    """The ids of a token, or None when it is not ours, not whole, or made for another purpose.

    `keys` holds the current key and the retired ones whose links must still work. None says nothing about why.
    """
    raw = _decode(token)
    if raw is None or not TAG_BYTES <= len(raw) <= TAG_BYTES + _MOST_BODY:
        return None
    tag, hidden = raw[:TAG_BYTES], raw[TAG_BYTES:]
    for key in keys:
        body = _mixed(hidden, _digest(_keyed(key, b"hide"), tag))
        if hmac.compare_digest(_digest(_tagging(purpose, key), body)[:TAG_BYTES], tag):
            return _ids(body)
    return None


def address_key(channel: str, address: str, secret: bytes) -> bytes:
    """What a suppression is kept under, for ever, when the address itself is erased: 32 bytes of keyed hash.

    The address is normalised here, so every spelling of it has one key. Raises AddressInvalid for an unusable
    address and ValueError for a channel other than "email" and "sms" or a secret shorter than 16 bytes.
    """
    if channel == "email":
        normal = normal_email(address)
    elif channel == "sms":
        normal = normal_phone(address)
    else:
        raise ValueError(f"there is no channel {channel!r}; there are email and sms")
    return key_of_normal(channel, normal, secret)


def key_of_normal(channel: str, normal: str, secret: bytes) -> bytes:
    """`address_key` for an address that is in its one form already, so that it is not read twice."""
    _check_key(secret)
    begun, outer = _halves(secret)
    # HMAC-SHA256 from its two prepared halves: a million addresses need two million of them, and setting up each anew
    # takes four times as long
    inner, result = begun.copy(), outer.copy()
    inner.update(f"address\0{channel}\0{normal}".encode())
    result.update(inner.digest())
    return result.digest()


@lru_cache(maxsize=4)
def _halves(secret: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    block = (secret if len(secret) <= 64 else hashlib.sha256(secret).digest()).ljust(64, b"\0")
    return hashlib.sha256(bytes(b ^ 0x36 for b in block)), hashlib.sha256(bytes(b ^ 0x5C for b in block))


def normal_email(text: str) -> str:
    """The one form of an email address: trimmed, lower case, an international domain as punycode.

    Only syntax is judged; nothing is looked up. Raises AddressInvalid. The local part is lower-cased too: servers that
    tell `Ann@` from `ann@` are gone, and an opt-out must hold however the person typed it.
    """
    shown = _visible(text)
    if (plain := _plain_email(shown)) is not None:
        return plain
    if not shown:
        raise AddressInvalid("The email address is empty.")
    try:
        # SendGrid takes no address with letters outside ASCII before the @, so neither do we.
        valid = validate_email(shown, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise AddressInvalid(f"“{shown}” is not an email address we can use: {_sentence(str(error))}") from None
    return (valid.ascii_email or valid.normalized).lower()


def normal_phone(text: str, region: str = "US") -> str:
    """The one form of a phone number: E.164, like +14045550123. `region` is read into a number without a +.

    Raises AddressInvalid for what is no full, assignable number (988 and 911 are not: nobody can be texted there)
    and for an extension, which a text cannot reach.
    """
    shown = _visible(text)
    if region == "US" and (found := _AMERICAN_NUMBER.fullmatch(shown)) and _wholly_american(found[1] or found[2]):
        return f"+1{found[1] or found[2]}{found[3]}{found[4]}"
    if not shown:
        raise AddressInvalid("The phone number is empty.")
    try:
        number = phonenumbers.parse(shown, region)
    except phonenumbers.NumberParseException:
        raise AddressInvalid(f"“{shown}” is not a phone number; write it like +1 404 555 0123.") from None
    if number.extension:
        raise AddressInvalid(f"“{shown}” has an extension, and a text cannot reach an extension.")
    if not phonenumbers.is_valid_number(number):
        raise AddressInvalid(f"“{shown}” is not a whole, existing phone number; write it like +1 404 555 0123.")
    normal = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if len(normal) > 16:  # E.164: at most 15 digits; the library takes some German ones that are longer
        raise AddressInvalid(f"“{shown}” has more digits than a phone number can have; write it like +1 404 555 0123.")
    return normal


def _visible(text: str) -> str:
    """Copied addresses carry zero-width and direction marks (Unicode Cf) that nobody sees and no server accepts."""
    if text.isascii():
        return text.strip()
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()


# What nearly every list consists of, decided without the libraries and exactly as they do (a test compares): a local part
# of plain letters at a domain the library has judged before, and a ten-digit number of an American area code. The libraries
# take 50 µs each for these, and a file may hold a million.
_PLAIN_LOCAL: Final = re.compile(r"[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*")
_AMERICAN_NUMBER: Final = re.compile(
    r"(?:\+?1[-. ]?)?(?:\(([2-9]\d\d)\) ?|([2-9]\d\d)[-. ]?)([2-9]\d\d)[-. ]?(\d{4})", re.ASCII
)
_LONGEST_LOCAL: Final = 64
_LONGEST_PLAIN: Final = 200  # the library counts to 254 in its own way


def _plain_email(shown: str) -> str | None:
    """The one form of a plain address; None when the library must be asked."""
    local, _, domain = shown.partition("@")
    if len(local) > _LONGEST_LOCAL or len(shown) > _LONGEST_PLAIN or not _PLAIN_LOCAL.fullmatch(local):
        return None
    known = _plain_domain(domain)
    return f"{local.lower()}@{known}" if known else None


@lru_cache(maxsize=1 << 16)
def _plain_domain(domain: str) -> str | None:
    """A domain in its one form if it is ASCII and the library takes it."""
    if not domain.isascii():
        return None
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain.lower()
    except EmailNotValidError:
        return None


@lru_cache(maxsize=1 << 10)
def _wholly_american(area: str) -> bool:
    """Whether every number of the area code is an existing one for the library, whatever its last seven digits: so it is
    for the area codes of the states, not for those of islands, personal and toll-free numbers."""
    # one of each leading digit: the library knows area codes of which it takes a part
    tried = [phonenumbers.parse(f"+1{area}{digit}{rest}") for digit in range(2, 10) for rest in ("000000", "999999")]
    return all(
        phonenumbers.is_valid_number_for_region(number, "US")
        and phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
        for number in tried
    )


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _check_key(key: bytes) -> None:
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a signing key needs at least {SHORTEST_KEY} bytes")


@lru_cache(maxsize=64)
def _keyed(key: bytes, use: bytes) -> hashlib.blake2b:
    """The hash of one use with the key worked in; copied for each token."""
    _check_key(key)
    # BLAKE2b takes keys of at most 64 bytes. `person` keeps tag and stream, and the purposes, apart.
    short = key if len(key) <= 64 else hashlib.blake2b(key).digest()
    return hashlib.blake2b(key=short, person=hashlib.blake2b(use, digest_size=16).digest())


def _tagging(purpose: str, key: bytes) -> hashlib.blake2b:
    if not 0 < len(purpose) < 256:
        raise ValueError("a token needs a purpose of 1 to 255 letters")
    return _keyed(key, b"tag\0" + purpose.encode())


def _digest(keyed: hashlib.blake2b, said: bytes) -> bytes:
    hashed = keyed.copy()
    hashed.update(said)
    return hashed.digest()


def _mixed(body: bytes, stream: bytes) -> bytes:
    """XOR with a stream that depends on the tag; applying it twice gives the body back."""
    size = len(body)
    return (int.from_bytes(body, "big") ^ int.from_bytes(stream[:size], "big")).to_bytes(size, "big")


def _decode(token: str) -> bytes | None:
    if len(token) > _MAX_TOKEN or not token.isascii():
        return None
    try:
        raw = bytes.fromhex(token)
    except ValueError:
        return None
    # fromhex takes capitals and spaces too: one token, one spelling.
    return raw if raw.hex() == token else None


def packed(number: int) -> bytes:
    """An id in as few bytes as it needs, seven bits in each. Raises ValueError outside 0 … 2**63 - 1."""
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(f"a token cannot carry the id {number}")
    if number < 0x80:
        return number.to_bytes(1, "big")
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _ids(body: bytes) -> tuple[int, ...]:
    """The numbers of a body whose tag was already verified, so it is known to be ours and whole."""
    ids: list[int] = []
    number = shift = 0
    for byte in body:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            ids.append(number)
            number = shift = 0
    return tuple(ids)
