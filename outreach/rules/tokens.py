"""Links that carry their own proof, and addresses in one form.

A token says "these ids, for this purpose, from us" and needs no table: links live as long as a key is kept. It is a
synthetic-IV construction on HMAC-SHA256 (the shape of RFC 5297): a 16-byte tag over purpose and ids, which is also
the nonce that hides the ids, so a link shows neither how many people there are nor who they are. The alphabet is
lower-case base32: a link in plain text never ends in punctuation a mail program would cut off, and an `unsub+TOKEN@`
mailbox survives a server that lower-cases it. Same ids, same key, same token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence

import phonenumbers
from email_validator import EmailNotValidError, validate_email

TAG_BYTES = 16
LARGEST_ID = 2**63 - 1  # PostgreSQL bigint
SHORTEST_KEY = 16
_MAX_TOKEN = 512  # no honest token is longer; a hostile one costs us nothing to refuse


class AddressInvalid(ValueError):
    """An email address or phone number we cannot use; `say` is one sentence for the person who typed it."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


def make(purpose: str, ids: tuple[int, ...], key: bytes) -> str:
    """A URL-safe token for `ids` (0 <= id < 2**63) that only `read` with the same purpose and key can open.

    Raises ValueError for an empty purpose, an id out of range or a key shorter than 16 bytes.
    """
    body = b"".join(_varint(number) for number in ids)
    tag = _tag(purpose, body, key)
    return base64.b32encode(tag + _hide(body, tag, key)).decode("ascii").rstrip("=").lower()


def read(token: str, purpose: str, keys: Sequence[bytes]) -> tuple[int, ...] | None:
    """The ids of a token, or None when it is not ours, not whole, or made for another purpose.

    `keys` holds the current key and the retired ones whose links must still work. None says nothing about why.
    """
    raw = _decode(token)
    if raw is None or len(raw) < TAG_BYTES:
        return None
    tag, hidden = raw[:TAG_BYTES], raw[TAG_BYTES:]
    for key in keys:
        body = _hide(hidden, tag, key)
        if hmac.compare_digest(_tag(purpose, body, key), tag):
            return _ids(body)
    return None


def address_key(channel: str, address: str, secret: bytes) -> bytes:
    """What a suppression is kept under, for ever, when the address itself is erased: 32 bytes of keyed hash.

    The address is normalised here, so every spelling of it has one key. Raises AddressInvalid for an unusable
    address and ValueError for a channel other than "email" and "sms" or a secret shorter than 16 bytes.
    """
    _check_key(secret)
    if channel == "email":
        normal = normal_email(address)
    elif channel == "sms":
        normal = normal_phone(address)
    else:
        raise ValueError(f"there is no channel {channel!r}; there are email and sms")
    return hmac.digest(secret, f"address\0{channel}\0{normal}".encode(), hashlib.sha256)


def normal_email(text: str) -> str:
    """The one form of an email address: trimmed, lower case, an international domain as punycode.

    Only syntax is judged; nothing is looked up. Raises AddressInvalid. The local part is lower-cased too: servers that
    tell `Ann@` from `ann@` are gone, and an opt-out must hold however the person typed it.
    """
    shown = _visible(text)
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
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _visible(text: str) -> str:
    """Copied addresses carry zero-width and direction marks (Unicode Cf) that nobody sees and no server accepts."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _check_key(key: bytes) -> None:
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a signing key needs at least {SHORTEST_KEY} bytes")


def _tag(purpose: str, body: bytes, key: bytes) -> bytes:
    _check_key(key)
    name = purpose.encode()
    if not 0 < len(name) < 256:
        raise ValueError("a token needs a purpose of 1 to 255 bytes")
    # The length byte keeps ("un", "sub…") and ("unsub", …) apart; the first word keeps tag and stream apart.
    return hmac.digest(key, b"tag\0" + bytes([len(name)]) + name + body, hashlib.sha256)[:TAG_BYTES]


def _hide(body: bytes, tag: bytes, key: bytes) -> bytes:
    """XOR with a stream that depends on the tag; applying it twice gives the body back."""
    _check_key(key)
    stream = b""
    block = 0
    while len(stream) < len(body):
        stream += hmac.digest(key, b"hide\0" + tag + block.to_bytes(4, "big"), hashlib.sha256)
        block += 1
    return bytes(left ^ right for left, right in zip(body, stream, strict=False))


def _decode(token: str) -> bytes | None:
    if len(token) > _MAX_TOKEN:
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    # Base32 leaves spare bits in the last letter and we emit lower case only: one token, one spelling.
    return raw if base64.b32encode(raw).decode("ascii").rstrip("=").lower() == token else None


def _varint(number: int) -> bytes:
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(f"a token cannot carry the id {number}")
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
