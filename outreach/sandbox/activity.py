"""SendGrid's Email Activity feed: GET /v3/messages, answered from the witness log.

As documented in twilio/sendgrid-oai, spec/json/tsg_email_activity_v3.json. Of the query language it knows what our program
asks: one of our own arguments. An account that has not bought the feed is `{"on": "activity", "do": "status", "status": 403}`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from outreach.sandbox.answers import answering, cut, delay
from outreach.sandbox.clock import stamp, unstamp
from outreach.sandbox.letters import fill
from outreach.sandbox.sendgrid import OUR_BATCH, OUR_ID, UNAUTHENTICATED, authenticated, misbehaving, refused
from outreach.sandbox.state import Sandbox, sandbox_of

_COLUMN: Final = {OUR_BATCH: "batch", OUR_ID: "key"}
_QUERY: Final = re.compile(r"""(\()?unique_args\[(['"])(\w+)\2\]\s*=\s*"([^"]*)"(?(1)\))""")
_MOST: Final = 1000
_FAILED: Final = ("bounce", "latebounce", "blocked", "dropped")
_DELIVERED: Final = ("delivered", "spamreport")


def routes() -> list[web.RouteDef]:
    """The paths of the feed that the sandbox knows."""
    return [web.get("/v3/messages", list_messages)]


async def list_messages(request: web.Request) -> web.Response:
    """`{"messages": […]}`, the latest first; 401 without the key, 400 for a query or a limit that is not understood."""
    sandbox = sandbox_of(request)
    if not authenticated(request):
        return refused(401, [UNAUTHENTICATED])
    rules = sandbox.misbehaviour.take("activity")
    await delay(rules)
    rule = answering(rules)
    if rule and rule.do == "cut_before_accept":
        raise cut(request)
    if rule:
        return misbehaving(rule)
    found = _QUERY.fullmatch(query := request.query.get("query", "").strip())
    limit = request.query.get("limit", "10")
    if found is None or found[3] not in _COLUMN:
        return _wrong(f"invalid syntax: '{re.split(r'[^A-Za-z_]', query.lstrip('('))[0]}' is not a known field")
    if not re.fullmatch(r"\d{1,4}", limit, re.ASCII) or not 1 <= int(limit) <= _MOST:
        return _wrong("limit must be greater than 0 and less than or equal to 1000")
    return web.json_response({"messages": await _messages(sandbox, _COLUMN[found[3]], found[4], int(limit))})


def _wrong(say: str) -> web.Response:
    return web.json_response({"errors": [{"message": say}]}, status=400)


async def _messages(sandbox: Sandbox, column: str, value: str, limit: int) -> list[dict[str, Any]]:
    """What was taken with this argument and has an event by now."""
    accepted = f"SELECT * FROM email WHERE kind = 'accepted' AND {column} = ? ORDER BY seq DESC LIMIT ?"
    emails = await sandbox.witness.read(accepted, value, limit)
    events = await sandbox.witness.read(
        f"SELECT event.* FROM event JOIN (SELECT seq FROM ({accepted})) AS one ON one.seq = event.about "
        "WHERE event.provider = 'sendgrid' AND event.at <= ? ORDER BY event.at, event.no",
        value, limit, stamp(sandbox.clock.now()),
    )  # fmt: skip
    stories: dict[int, list[sqlite3.Row]] = {}
    for event in events:
        stories.setdefault(event["about"], []).append(event)
    mails = await _mails(sandbox, {row["request_no"] for row in emails})
    return [_message(row, mails[row["request_no"]], stories[row["seq"]]) for row in emails if row["seq"] in stories]


async def _mails(sandbox: Sandbox, numbers: Iterable[int]) -> dict[int, Any]:
    """The requests' mails, each read once however many people it was for."""
    mails = {}
    for number in numbers:
        (row,) = await sandbox.witness.read("SELECT content FROM request WHERE no = ?", number)
        mails[number] = orjson.loads(row["content"])
    return mails


def _message(row: sqlite3.Row, mail: Mapping[str, Any], story: list[sqlite3.Row]) -> dict[str, Any]:
    """One row of the answer. The first event of a story, processed or dropped, always carries the message's id."""
    own = orjson.loads(row["personal"])
    names = [event["name"] for event in story]
    failed, delivered = any(n in _FAILED for n in names), any(n in _DELIVERED for n in names)
    return {
        "from_email": (own.get("from") or mail["from"])["email"],
        "msg_id": orjson.loads(story[0]["payload"])["sg_message_id"],
        "subject": fill(own.get("subject") or mail.get("subject") or "", own.get("substitutions") or {}),
        "to_email": row["address"],
        "status": "not_delivered" if failed else "delivered" if delivered else "processed",
        "opens_count": 0,
        "clicks_count": 0,
        "last_event_time": unstamp(story[-1]["at"]).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
