"""Emails that come in: SendGrid's Inbound Parse posts (fields or raw) and RFC 5322 files, read into one value.

What comes in is a stranger's: everything is bounded (bytes, parts, depth, header lengths), no attachment is kept, and
nothing in it can make the reading fail: what the parser cannot make sense of is read as plain text. The parts are cut
apart here and not by the web framework, because each field of a post may be in a charset of its own.
Sources: twilio.com/docs/sendgrid/for-developers/parsing-email (fields, charsets, envelope), RFC 7578, RFC 5322, RFC 2045.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Any, Final

import orjson

from outreach.rules.mail import HEADERS, LONGEST_REPORT, LONGEST_WORDS, Mail
from outreach.rules.mail_replies import address_of

log = logging.getLogger(__name__)

MOST_BYTES: Final = 2 * 1024 * 1024  # of one email that are looked at; its words stand before its attachments
_MOST_PARTS: Final = 100
_MOST_NESTED: Final = 50  # the parser looks for the boundary of every open level in every line
_NESTING: Final = re.compile(rb"(?im)^content-type:\s*(?:multipart|message)/")
_LONGEST_HEAD: Final = 256 * 1024  # bytes of headers
_LONGEST_HEADER: Final = 2000
_LONGEST_BODY: Final = 10 * LONGEST_WORDS  # bytes, and characters of HTML: markup is longer than its words
_MOST_RECIPIENTS: Final = 50
_JUNK: Final = 5.0  # SpamAssassin's own threshold; SendGrid says the score when the parse setting has its spam check on
_BOUNDARY: Final = re.compile(r'boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;,"]{1,200}))', re.IGNORECASE)
_NAME: Final = re.compile(rb'[;\s]name\s*=\s*(?:"([^"\r\n]{0,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_GOOD_DKIM: Final = re.compile(r"@([a-z0-9.-]{1,253})\s*:\s*pass")  # "{@example.org : pass}"
_FILENAME: Final = re.compile(rb"[;\s]filename\*?\s*=", re.IGNORECASE)
_TYPE: Final = re.compile(rb"(?im)^content-type:\s*([\w.+-]+/[\w.+-]+)")
# Parts of a report (RFC 3464, 5965) that decide about it; SendGrid posts them as files.
_STATUS, _FEEDBACK = "message/delivery-status", "message/feedback-report"
_ORIGINAL: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/global-headers", "message/global"})
# Codecs that take more than linear time, or are none for text.
_NOT_FOR_US: Final = frozenset({"idna", "punycode", "undefined", "mbcs", "oem"})


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    content: bytes
    type: str
    is_file: bool


def read_post(body: bytes, content_type: str) -> Mail | None:
    """An Inbound Parse post. None when it is none (no multipart form, or not one field of an email)."""
    fields: dict[str, bytes] = {}
    files: list[_Part] = []
    for part in _form_parts(body, content_type):
        if part.is_file:
            files.append(part)
        else:
            fields.setdefault(part.name, part.content)
    envelope = _json(fields.get("envelope", b""))
    if "email" in fields:
        return _judged(_enveloped(read_message(fields["email"]), envelope), fields)
    if not fields.keys() & {"headers", "from", "to", "subject", "text", "html"}:
        return None
    return _judged(_enveloped(_of_fields(fields, files), envelope), fields)


def read_message(raw: bytes) -> Mail:
    """An email as it travels (RFC 5322)."""
    raw = raw[:MOST_BYTES]
    head = raw[: _end_of_head(raw)]
    if len(head) > _LONGEST_HEAD:
        raw = head[:_LONGEST_HEAD] + b"\r\n\r\n" + raw[len(head) :].lstrip(b"\r\n")
    if sum(1 for _ in _NESTING.finditer(raw)) > _MOST_NESTED:
        return _of_plain(raw)
    try:
        return _of_message(email.message_from_bytes(raw, policy=email.policy.compat32))
    except Exception as error:  # noqa: BLE001  # whatever a stranger's mail does to the parser, its words are still heard
        log.warning("an email could not be taken apart: %s", type(error).__name__)
        return _of_plain(raw)


def dump(mail: Mail) -> bytes:
    """The mail as it is stored until it is applied."""
    return orjson.dumps(asdict(mail))


def load(stored: bytes) -> Mail:
    """What `dump` wrote."""
    values = orjson.loads(stored)
    return Mail(**{**values, "recipients": tuple(values["recipients"])})


# --- the post -------------------------------------------------------------------------------------------------------


def _form_parts(body: bytes, content_type: str) -> Iterator[_Part]:
    """The parts of a multipart/form-data body (RFC 7578), at most _MOST_PARTS."""
    found = _BOUNDARY.search(content_type)
    if found is None or not content_type.lstrip().lower().startswith("multipart/form-data"):
        return
    mark = b"\r\n--" + (found[1] or found[2]).encode("latin-1", "replace")
    for piece in (b"\r\n" + body).split(mark, _MOST_PARTS + 1)[1 : _MOST_PARTS + 1]:
        head, gap, content = piece.partition(b"\r\n\r\n")
        name = _NAME.search(head[:_LONGEST_HEADER])
        if not gap or name is None:
            continue
        kind = _TYPE.search(head[:_LONGEST_HEADER])
        yield _Part(
            (name[1] or name[2] or b"").decode("utf-8", "replace"),
            content[:MOST_BYTES],
            kind[1].decode("ascii", "replace").lower() if kind else "",
            bool(_FILENAME.search(head[:_LONGEST_HEADER])),
        )


def _of_fields(fields: Mapping[str, bytes], files: Iterable[_Part]) -> Mail:
    charsets = _json(fields.get("charsets", b""))

    def said(name: str, most: int = _LONGEST_BODY) -> str:
        charset = charsets.get(name)
        return _text(fields.get(name, b"")[:most], charset if isinstance(charset, str) else "utf-8")

    headers = _headers_of(fields.get("headers", b""))
    status, feedback, original = "", "", ""
    for file in files:
        if file.type == _STATUS:
            status = status or _text(file.content[:LONGEST_REPORT], "utf-8")
        elif file.type == _FEEDBACK:
            feedback = feedback or _text(file.content[:LONGEST_REPORT], "utf-8")
        elif file.type in _ORIGINAL:
            original = original or _head_of(file.content)
    return Mail(
        recipients=_addresses([said("to", 20_000), said("cc", 20_000)], headers),
        sender=address_of(said("from", _LONGEST_HEADER)),
        envelope_from=_return_path(headers),
        subject=_one_line(said("subject", _LONGEST_HEADER)),
        headers=headers,
        text=said("text")[:LONGEST_WORDS],
        html=said("html"),
        status=status,
        feedback=feedback,
        original=original,
    )


def _enveloped(mail: Mail, envelope: Mapping[str, Any]) -> Mail:
    """The mail with what the server was told: the only place that surely names whom it was delivered to."""
    if not envelope:
        return mail
    to = (
        [one for one in envelope.get("to") or [] if isinstance(one, str)]
        if isinstance(envelope.get("to"), list)
        else []
    )
    sender = envelope.get("from")
    names = dict.fromkeys([*(one[:320].strip().casefold() for one in to[:_MOST_RECIPIENTS]), *mail.recipients])
    named = sender.strip().strip("<>")[:320].casefold() if isinstance(sender, str) else mail.envelope_from
    return replace(mail, recipients=tuple(names), envelope_from=named)


def _judged(mail: Mail, fields: Mapping[str, bytes]) -> Mail:
    """The mail with what SendGrid found out about its sender: a good DKIM signature of its own domain, or SPF for the envelope's
    domain where that is the same. A hint, since SendGrid's word about another server's word is all there is."""
    domain = mail.sender.rpartition("@")[2]
    signed = set(_GOOD_DKIM.findall(_text(fields.get("dkim", b"")[:_LONGEST_HEADER], "utf-8").casefold()))
    by_spf = _text(fields.get("SPF", b"")[:100], "utf-8").strip().casefold() == "pass"
    envelope = (mail.envelope_from or "").rpartition("@")[2]
    vouched_for = bool(domain) and (domain in signed or (by_spf and envelope == domain))
    return replace(mail, vouched_for=vouched_for, junk=_score(fields.get("spam_score", b"")) >= _JUNK)


def _score(raw: bytes) -> float:
    try:
        return float(raw[:20])
    except ValueError:
        return 0.0


def _json(raw: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(raw[:_LONGEST_HEAD])
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


# --- the message ----------------------------------------------------------------------------------------------------


def _of_message(message: Message[str, str]) -> Mail:
    headers = {name: value for name in HEADERS if (value := _header(message, name)) or name in message}
    bodies = {"text/plain": "", "text/html": ""}
    status, feedback, original = "", "", ""
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind == _STATUS:
            status = status or _blocks(part)
        elif kind == _FEEDBACK:
            feedback = feedback or _blocks(part)
        elif kind in _ORIGINAL:
            original = original or _returned(part)
        elif kind in bodies and not bodies[kind].strip() and part.get_content_disposition() != "attachment":
            bodies[kind] = _body(part)
    return Mail(
        recipients=_addresses([_header(message, "to"), _header(message, "cc")], headers),
        sender=address_of(_header(message, "from")),
        envelope_from=_return_path(headers),
        subject=_one_line(_header(message, "subject")),
        headers=headers,
        text=bodies["text/plain"][:LONGEST_WORDS],
        html=bodies["text/html"][:_LONGEST_BODY],
        status=status,
        feedback=feedback,
        original=original,
    )


def _leaves(message: Message[str, str]) -> Iterator[Message[str, str]]:
    """The parts with content of their own, without recursion; those within a returned message are not the sender's."""
    waiting, seen = [message], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop()
        seen += 1
        content = part.get_payload()
        # A report is made of parts for the parser; for us it is one.
        if part.get_content_maintype() == "multipart" and isinstance(content, list):
            waiting += reversed([one for one in content[:_MOST_PARTS] if isinstance(one, Message)])
        else:
            yield part


def _body(part: Message[str, str]) -> str:
    content = part.get_payload(decode=True)
    raw = content[:_LONGEST_BODY] if isinstance(content, bytes) else b""
    return _text(raw, str(part.get_param("charset") or "utf-8"))


def _blocks(part: Message[str, str]) -> str:
    """A part whose content is groups of headers; the parser gives each group as a message."""
    content = part.get_payload()
    if isinstance(content, list):
        return "\n\n".join(map(_listed, content[:_MOST_PARTS]))[:LONGEST_REPORT]
    return _fit(str(content or "")[:LONGEST_REPORT])


def _returned(part: Message[str, str]) -> str:
    """The headers of the message that came back."""
    content = part.get_payload()
    if isinstance(content, list):
        return "\n".join(map(_listed, content[:1]))[:LONGEST_REPORT]
    return _head_of(str(content or "")[:LONGEST_REPORT].encode("utf-8", "replace"))


def _listed(part: object) -> str:
    return _fit("\n".join(f"{name}: {value}" for name, value in part.items())) if isinstance(part, Message) else ""


def _of_plain(raw: bytes) -> Mail:
    """What no parser could take apart: headers line by line, and all that follows as text."""
    end = min(_end_of_head(raw), _LONGEST_HEAD)
    headers = _headers_of(raw[:end])
    rest = _text(raw[end : end + _LONGEST_BODY], "utf-8")
    named = dict(_lines(raw[:end], {"from", "to", "cc", "subject"}))
    return Mail(
        recipients=_addresses([named.get("to", ""), named.get("cc", "")], headers),
        sender=address_of(named.get("from", "")),
        envelope_from=_return_path(headers),
        subject=_one_line(_decoded(named.get("subject", ""))),
        headers=headers,
        text=rest[:LONGEST_WORDS],
    )


# --- headers --------------------------------------------------------------------------------------------------------


def _headers_of(raw: bytes) -> dict[str, str]:
    return dict(_lines(raw[:_LONGEST_HEAD], HEADERS))


def _lines(raw: bytes, wanted: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The wanted headers of a block, unfolded; the last of a name stands in a dict, so they come in reverse order."""
    names = frozenset(wanted)
    text = re.sub(r"\r?\n[ \t]+", " ", _text(raw, "utf-8"))
    for line in reversed(text.splitlines()):
        name, colon, value = line.partition(":")
        if colon and (key := name.strip().lower()) in names:
            yield key, value.strip()[:_LONGEST_HEADER]


def _header(message: Message[str, str], name: str) -> str:
    value = message.get(name)
    return "" if value is None else _decoded(str(value)[: 10 * _LONGEST_HEADER])


def _decoded(value: str) -> str:
    """Encoded words (RFC 2047) as text; what is none, or broken, as it stands."""
    plain = _fit(value)
    if "=?" not in plain:
        return plain[: 10 * _LONGEST_HEADER]
    try:
        return _fit(str(make_header(decode_header(re.sub(r"\r?\n[ \t]*", " ", plain[:_LONGEST_HEADER])))))
    except (ValueError, LookupError, IndexError, AssertionError):
        return plain[:_LONGEST_HEADER]


def _addresses(lists: Iterable[str], headers: Mapping[str, str]) -> tuple[str, ...]:
    named = [headers.get("delivered-to", ""), headers.get("x-original-to", ""), *lists]
    found = [address.strip().casefold() for _, address in getaddresses([one[:20_000] for one in named if one])]
    return tuple(dict.fromkeys(one[:320] for one in found if "@" in one))[:_MOST_RECIPIENTS]


def _return_path(headers: Mapping[str, str]) -> str | None:
    path = headers.get("return-path")
    return None if path is None else path.strip().strip("<>")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_HEADER]


def _head_of(raw: bytes) -> str:
    return _text(raw[: min(_end_of_head(raw), LONGEST_REPORT)], "utf-8")


def _end_of_head(raw: bytes) -> int:
    ends = [at for gap in (b"\r\n\r\n", b"\n\n") if (at := raw.find(gap)) >= 0]
    return min(ends, default=len(raw))


def _text(raw: bytes, charset: str) -> str:
    """Bytes as text whatever the charset is called, fit for a text column."""
    try:
        codec = codecs.lookup(charset.strip()[:40] or "utf-8").name
        text = raw.decode("utf-8" if codec in _NOT_FOR_US else codec, "replace")
    except (LookupError, ValueError, UnicodeError):
        text = raw.decode("utf-8", "replace")
    return _fit(text)


def _fit(text: str) -> str:
    """Without NUL and halves of characters (an encoded word can hold both): fit for a text column."""
    return text.encode("utf-8", "replace").decode("utf-8", "replace").replace("\0", "")
