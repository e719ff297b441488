"""What the pages and the acting endpoints read from the witness log: inboxes, letters, phones, and the log itself."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from outreach.sandbox.letters import Letter, letter
from outreach.sandbox.witness import Witness

_WINDOW: Final = 2000
_EMAIL: Final = (
    "SELECT email.*, request.request_id, request.content FROM email JOIN request ON request.no = email.request_no "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One email in an inbox: `n` counts from 1 for the oldest, and never changes."""

    n: int
    seq: int
    at: str
    key: str | None
    address: str
    fate: str
    letter: Letter


def letter_of(row: sqlite3.Row) -> Letter:
    """The letter of an accepted row of `_EMAIL`."""
    return letter(
        content=row["content"],
        personal=row["personal"],
        address=row["address"],
        at=row["at"],
        request_id=row["request_id"],
        seq=row["seq"],
    )


async def inboxes(witness: Witness, wanted: str, limit: int) -> list[sqlite3.Row]:
    """Addresses that contain `wanted`, latest first: address, count, at, seq."""
    sql = (
        "SELECT address, count(*) AS count, max(at) AS at, max(seq) AS seq FROM email "
        "WHERE kind = 'accepted' AND instr(address, ?) > 0 GROUP BY address ORDER BY seq DESC LIMIT ?"
    )
    return await witness.read(sql, wanted.strip().lower(), limit)


async def phones(witness: Witness, wanted: str, limit: int) -> list[sqlite3.Row]:
    """Numbers that contain `wanted`, latest first: person, received (by the person), written, at, seq, body."""
    sql = (
        "SELECT person, sum(direction != 'inbound' AND kind != 'refused') AS received, "
        "sum(direction = 'inbound') AS written, max(at) AS at, max(seq) AS seq FROM text "
        "WHERE instr(person, ?) > 0 AND person LIKE '+%' GROUP BY person ORDER BY seq DESC LIMIT ?"
    )
    return await witness.read(sql, wanted.strip(), limit)


async def inbox(witness: Witness, address: str, limit: int = 500) -> list[Delivered]:
    """The latest letters of an address, newest first."""
    total = (await witness.read("SELECT count(*) FROM email WHERE kind='accepted' AND address=?", address))[0][0]
    sql = f"{_EMAIL} WHERE kind = 'accepted' AND address = ? ORDER BY seq DESC LIMIT ?"
    rows = await witness.read(sql, address, limit)
    return [_delivered(row, total - place) for place, row in enumerate(rows)]


async def letter_at(witness: Witness, address: str, n: int | None) -> Delivered | None:
    """The nth letter of an address, or the latest when `n` is None."""
    count = (await witness.read("SELECT count(*) FROM email WHERE kind='accepted' AND address=?", address))[0][0]
    wanted = count if n is None else n
    if not 1 <= wanted <= count:
        return None
    sql = f"{_EMAIL} WHERE kind = 'accepted' AND address = ? ORDER BY seq LIMIT 1 OFFSET ?"
    rows = await witness.read(sql, address, wanted - 1)
    return _delivered(rows[0], wanted)


def _delivered(row: sqlite3.Row, n: int) -> Delivered:
    return Delivered(
        n=n,
        seq=row["seq"],
        at=row["at"],
        key=row["key"],
        address=row["address"],
        fate=row["fate"] or "delivered",
        letter=letter_of(row),
    )


async def conversation(witness: Witness, person: str, limit: int = 500) -> list[dict[str, Any]]:
    """The latest texts of one phone, oldest first, each with its last status and error code."""
    sql = (
        "SELECT text.*, event.name AS status, event.code AS error FROM text LEFT JOIN event ON event.no = "
        "(SELECT max(no) FROM event WHERE about = text.seq AND provider = 'twilio') "
        "WHERE person = ? ORDER BY text.seq DESC LIMIT ?"
    )
    return [dict(row) for row in reversed(await witness.read(sql, person, limit))]


async def log_entries(witness: Witness, after: int) -> AsyncIterator[dict[str, Any]]:
    """The log in its order, from the entry after `after`: every email per recipient, every text, every act."""
    end = witness.last_seq
    for low in range(after, end, _WINDOW):
        high = min(low + _WINDOW, end)
        span = "seq > ? AND seq <= ?"
        entries = [_email_entry(row) for row in await witness.read(f"{_EMAIL} WHERE {span}", low, high)]
        entries += [_text_entry(row) for row in await witness.read(f"SELECT * FROM text WHERE {span}", low, high)]
        entries += [_act_entry(row) for row in await witness.read(f"SELECT * FROM act WHERE {span}", low, high)]
        for entry in sorted(entries, key=lambda entry: int(entry["seq"])):
            yield entry


def _email_entry(row: sqlite3.Row) -> dict[str, Any]:
    seen = letter_of(row) if row["kind"] != "refused" else None
    return {
        **_common(row, "sendgrid"),
        "batch": row["batch"],
        "to": row["address"],
        "from": seen.sender_address if seen else None,
        "subject": seen.subject if seen else None,
        "digest": seen.digest if seen else None,
        "request_id": row["request_id"],
        "fate": row["fate"],
    }


def _text_entry(row: sqlite3.Row) -> dict[str, Any]:
    inbound = row["direction"] == "inbound"
    return {
        **_common(row, "twilio"),
        "to": row["sender"] if inbound else row["person"],
        "from": row["person"] if inbound else row["sender"],
        "service": row["service"],
        "body": row["body"],
        "digest": hashlib.sha256(row["body"].encode()).hexdigest(),
        "request_id": row["sid"],
        "status_callback": row["callback"],
    }


def _act_entry(row: sqlite3.Row) -> dict[str, Any]:
    return {**_common(row, "mailbox"), "to": row["address"], "about": row["email_seq"], "status": row["status"]}


def _common(row: sqlite3.Row, provider: str) -> dict[str, Any]:
    names = row.keys()
    return {
        "seq": row["seq"],
        "at": row["at"],
        "real_at": row["real_at"],
        "provider": provider,
        "kind": row["kind"],
        "key": row["key"],
        "code": row["code"] if "code" in names else None,
        "say": row["say"],
    }


async def acts_about(witness: Witness, seq: int) -> list[sqlite3.Row]:
    """What the person did with this letter, in order."""
    return await witness.read("SELECT * FROM act WHERE email_seq = ? ORDER BY seq", seq)


async def events_about(witness: Witness, provider: str, seq: int) -> list[dict[str, Any]]:
    """What happened to this email or text, in order, with the payload as data."""
    sql = "SELECT * FROM event WHERE provider = ? AND about = ? ORDER BY no"
    return [{**dict(row), "payload": json.loads(row["payload"])} for row in await witness.read(sql, provider, seq)]


async def counts(witness: Witness) -> dict[str, int]:
    """How many emails and texts were accepted and refused, and how many texts people wrote."""
    sql = (
        "SELECT 'emails_' || kind AS name, count(*) AS count FROM email GROUP BY kind "
        "UNION ALL SELECT 'texts_' || kind, count(*) FROM text GROUP BY kind"
    )
    zero = dict.fromkeys(("emails_accepted", "emails_refused", "texts_accepted", "texts_refused", "texts_received"), 0)
    return {**zero, **{row["name"]: row["count"] for row in await witness.read(sql)}}
