"""Delivery reports: SendGrid's posts of many and Twilio's one by one, through the real HTTP door, signatures and all.

Ours counts from the first byte of the first post until every report stands in its message. The limit writes the same rows
into the same tables from ready arrays: nothing is received, checked or read.
"""

from __future__ import annotations

import base64
import os
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from benchmarks.parts import database
from benchmarks.posting import post_all, request, served
from benchmarks.rows import Row

A_POST = 500  # events
TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://notes.example.org"


def run(quick: bool) -> list[Row]:
    """SendGrid on one connection, Twilio on sixteen."""
    emails, texts = (2_000, 200) if quick else (100_000, 10_000)
    with database() as address, tempfile.TemporaryDirectory() as folder:
        return [*_sendgrid(emails, address, Path(folder)), *_twilio(texts, address, Path(folder))]


def _sendgrid(count: int, address: str, folder: Path) -> list[Row]:
    from outreach.actions.receiving import storing

    keys = _messages(count, "email")
    events = [_event(key, word) for word in ("processed", "delivered") for key in keys]
    posts = [_signed(events[at : at + A_POST]) for at in range(0, len(events), A_POST)]
    with served(threads=4) as port:
        before = _cpu()
        done = post_all(port, posts, connections=1, folder=folder)
        seconds = done["seconds"] + _seconds(lambda: storing.apply_left(datetime.now(UTC)))
        cpu = _cpu() - before
    assert done["answers"] == {"200": len(posts)}, done
    _check(count, keys)
    limit = _bare_events(address, count)
    return [
        Row("SendGrid events taken in and applied", f"{len(events):,} in posts of {A_POST}", len(events) / seconds,
            "events/s", limit=limit),
        Row("the same, per second of CPU of ours and PostgreSQL's", f"{len(events):,} in posts of {A_POST}",
            len(events) / cpu, "events/s", target=5_000),
    ]  # fmt: skip


def _twilio(count: int, address: str, folder: Path) -> list[Row]:
    from django.conf import settings

    from outreach.actions.receiving import storing

    settings.TWILIO_AUTH_TOKENS, settings.PUBLIC_URL = [TOKEN], PUBLIC
    keys = _messages(count, "sms")
    posts = [_status(key) for key in keys]
    with served(threads=16) as port:
        done = post_all(port, posts, connections=16, folder=folder)
        seconds = done["seconds"] + _seconds(lambda: storing.apply_left(datetime.now(UTC)))
    assert done["answers"] == {"200": len(posts)}, done
    _check(count, keys)
    return [
        Row("Twilio status callbacks taken in and applied", f"{count:,} posts of 1", count / seconds, "events/s",
            limit=_bare_receipts(address, min(count, 5_000))),
    ]  # fmt: skip


def _messages(count: int, channel: str) -> list[uuid.UUID]:
    """Messages that were sent, without anything around them."""
    from outreach.actions.dispatching.rows import run as sql

    rows = sql(
        """INSERT INTO message (key, kind, channel, address_key, status, reason, provider, provider_id, parts, moved,
            zones, claimed_at, sent_at, settled_at, accepted_at)
        SELECT gen_random_uuid(), 'test', %s, sha256(n::text::bytea), 'sent', '', '', '', 1, '', '', now(), now(), now(),
            now() FROM generate_series(1, %s) n RETURNING key""",
        [channel, count],
    )
    sql("VACUUM ANALYZE message")
    sql("CHECKPOINT")
    return [key for (key,) in rows]


def _event(key: uuid.UUID, word: str) -> dict[str, Any]:
    return {
        "email": f"{key.hex[:12]}@example.org", "timestamp": int(time.time()), "event": word, "category": ["outreach"],
        "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>", "sg_event_id": f"ZXZlbnQt{key.hex}{word}",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88", "response": "250 2.0.0 OK",
        "ip": "192.0.2.1", "tls": 1, "outreach_id": key.hex,
    }  # fmt: skip


def _signed(events: list[dict[str, Any]]) -> bytes:
    """A post of SendGrid's event webhook; its key is put in force."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from django.conf import settings

    key = _KEYS.get("sendgrid") or _KEYS.setdefault("sendgrid", ec.generate_private_key(ec.SECP256R1()))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    settings.SENDGRID_WEBHOOK_KEYS = [base64.b64encode(public).decode()]
    body, stamp = orjson.dumps(events) + b"\r\n", str(int(time.time()))
    signature = base64.b64encode(key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    return request(
        "/hooks/sendgrid/events/",
        body,
        {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": signature,
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        },
    )


_KEYS: dict[str, Any] = {}


def _status(key: uuid.UUID) -> bytes:
    """A status callback as Twilio posts it."""
    from twilio.request_validator import RequestValidator

    path, sid = f"/hooks/twilio/status/{key.hex}/", f"SM{key.hex}"
    form = {
        "SmsSid": sid, "SmsStatus": "delivered", "MessageStatus": "delivered", "To": "+14045550142", "MessageSid": sid,
        "AccountSid": "AC" + "0" * 32, "From": "+14045550100", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)
    kind = "application/x-www-form-urlencoded"
    return request(path, urlencode(form).encode(), {"Content-Type": kind, "X-Twilio-Signature": signature})


def _cpu() -> float:
    """Seconds of CPU that this process and PostgreSQL's have used so far: what else the machine does is not in them."""
    from outreach.actions.dispatching.rows import run as sql

    ticks = 0
    for (pid,) in sql("SELECT pid FROM pg_stat_activity"):
        with suppress(OSError):  # it has ended meanwhile
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _check(count: int, keys: list[uuid.UUID]) -> None:
    from outreach.actions.dispatching.rows import run as sql

    ((delivered,),) = sql("SELECT count(*) FROM message WHERE delivered_at IS NOT NULL AND key = ANY(%s)", [keys])
    assert delivered == count, f"{delivered} of {count} reports stand in their message"


def _bare_events(address: str, count: int) -> float:
    """The same rows from ready arrays: an INSERT and an UPDATE per post."""
    import psycopg

    keys = _messages(count, "email")
    told = [(key, word) for word in ("processed", "delivered") for key in keys]
    batches = [
        ([uuid.uuid4().hex * 2 for _ in part], [key for key, _ in part], [word for _, word in part])
        for part in (told[at : at + A_POST] for at in range(0, len(told), A_POST))
    ]
    with psycopg.connect(address, autocommit=True) as connection:
        start = time.perf_counter()
        for names, ids, words in batches:
            with connection.transaction():
                connection.execute(
                    """INSERT INTO delivery_event (provider, natural_key, event_id, message_key, event, code, at, applied_at)
                    SELECT 'sendgrid', n, n, k, w, '', now(), now() FROM unnest(%s::text[], %s::uuid[], %s::text[]) v(n, k, w)""",
                    [names, ids, words],
                )
                connection.execute(
                    """UPDATE message m SET delivered_at = now() FROM unnest(%s::uuid[], %s::text[]) v(k, w)
                    WHERE m.key = v.k AND v.w = 'delivered'""",
                    [ids, words],
                )
        return len(told) / (time.perf_counter() - start)


def _bare_receipts(address: str, count: int) -> float:
    """One row and one commit per post, on one connection."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        start = time.perf_counter()
        for _ in range(count):
            connection.execute(
                """INSERT INTO webhook_receipt (provider, kind, body, received_at, problem, applied_at)
                VALUES ('twilio', 'status', %s, now(), '', now())""",
                [b"x" * 300],
            )
        return count / (time.perf_counter() - start)
