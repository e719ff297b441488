"""Twilio's side: the Messages resource of the 2010-04-01 API (create, fetch, list) and its error objects."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from outreach.rules.sms import measure
from outreach.sandbox.answers import GARBAGE, answering, body_of, cut, delay
from outreach.sandbox.clock import SandboxClock, stamp, unstamp
from outreach.sandbox.mail_events import Event
from outreach.sandbox.misbehaviour import Rule
from outreach.sandbox.options import DEFAULT_NUMBER
from outreach.sandbox.state import Sandbox, sandbox_of
from outreach.sandbox.text_refusals import TextRefusal, e164, form_refusal, refusal

API: Final = "2010-04-01"
_FIELDS_LIMIT: Final = 200
_SHOWN: Final = "('accepted', 'received', 'reply', 'keyword_reply')"


def routes() -> list[web.RouteDef]:
    """The paths of Twilio's API that the sandbox knows; the rest of it answers 20404."""
    messages = f"/{API}/Accounts/{{account}}/Messages"
    return [
        web.get(f"/{API}/Accounts/{{account}}.json", account),
        web.post(f"{messages}.json", create),
        web.get(f"{messages}.json", list_messages),
        web.get(f"{messages}/{{sid}}.json", fetch),
        web.delete(f"{messages}/{{sid}}.json", delete),
        web.route("*", f"/{API}/{{rest:.*}}", unknown),
    ]


async def account(request: web.Request) -> web.Response:
    """The account itself; a doctor's check that the token is good."""
    if not _authenticated(request):
        return _error(refusal(20003, 401))
    sid = sandbox_of(request).keys.twilio_account_sid
    whole = {"sid": sid, "friendly_name": "Sandbox", "status": "active", "type": "Full"}
    return web.json_response(whole)


async def unknown(request: web.Request) -> web.Response:
    """20404, or 20003 without the right token."""
    return _error(refusal(20404, 404) if _authenticated(request) else refusal(20003, 401))


async def create(request: web.Request) -> web.StreamResponse:
    """201 with the message, or the error object; see protocols.md 2.1 and 2.7."""
    sandbox = sandbox_of(request)
    body = await body_of(request)
    form = _form(body or b"")
    attempt = _Attempt(sandbox, form)
    if not _authenticated(request):
        return await attempt.refuse(refusal(20003, 401))
    if body is None or form is None:
        return await attempt.refuse(refusal(20500, 413))
    rules = sandbox.misbehaviour.take("twilio", (attempt.person,))
    await delay(rules)
    rule = answering(rules)
    if rule and rule.do == "cut_before_accept":
        await attempt.witness_refusal("cut", "connection cut before the request was taken")
        raise cut(request)
    if rule and rule.do in ("status", "garbage") and not rule.accept:
        await attempt.witness_refusal(str(rule.status), f"misbehaving: {rule.do}")
        return _misbehaving(rule)
    wrong = attempt.wrong()
    if wrong:
        return await attempt.refuse(wrong)
    message = await attempt.accept()
    if rule and rule.do == "cut_after_accept":
        raise cut(request)
    return _misbehaving(rule) if rule else web.json_response(message, status=201)


async def fetch(request: web.Request) -> web.Response:
    """One message, as it stands now."""
    sandbox = sandbox_of(request)
    if not _authenticated(request):
        return _error(refusal(20003, 401))
    sql = f"SELECT * FROM text WHERE sid = ? AND kind IN {_SHOWN}"
    rows = await sandbox.witness.read(sql, request.match_info["sid"])
    if not rows or request.match_info["sid"] in sandbox.erased:
        return _error(refusal(20404, 404))
    return web.json_response((await _shown(sandbox, rows))[0])


async def delete(request: web.Request) -> web.Response:
    """Forgets one message: 204, and it is in no list any more. The witness keeps its own log."""
    sandbox, sid = sandbox_of(request), request.match_info["sid"]
    if not _authenticated(request):
        return _error(refusal(20003, 401))
    if sid in sandbox.erased or not await sandbox.witness.read(
        f"SELECT 1 FROM text WHERE sid = ? AND kind IN {_SHOWN}", sid
    ):
        return _error(refusal(20404, 404))
    sandbox.erased.add(sid)
    return web.Response(status=204)


async def list_messages(request: web.Request) -> web.Response:
    """Newest first; filters To, From, DateSent (=, <, >), PageSize up to 1000 and PageToken."""
    sandbox, query = sandbox_of(request), request.query
    if not _authenticated(request):
        return _error(refusal(20003, 401))
    try:
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        where, values = _filters(query)
    except ValueError:
        return _error(refusal(20001))
    if not 1 <= size <= 1000 or page < 0:
        return _error(refusal(20001))
    sql = f"SELECT * FROM text WHERE kind IN {_SHOWN}{where} ORDER BY seq DESC LIMIT ?"
    rows = await sandbox.witness.read(sql, *values, size + 1)
    path = request.path
    kept = {name: query[name] for name in ("To", "From", "DateSent", "DateSent<", "DateSent>") if name in query}

    def uri(number: int, token: str | None) -> str:
        more = {"PageToken": token} if token else {}
        return f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': number, **more})}"

    following = uri(page + 1, f"PA{rows[size - 1]['seq']}") if len(rows) > size else None
    shown = await _shown(sandbox, [row for row in rows[:size] if row["sid"] not in sandbox.erased])
    answer = {
        "messages": shown,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(shown) - 1),
        "uri": uri(page, query.get("PageToken")),
        "first_page_uri": uri(0, None),
        "next_page_uri": following,
        "previous_page_uri": None,
    }
    return web.json_response(answer)


def scopes_of(sandbox: Sandbox, sender: str | None, service: str | None) -> set[str]:
    """What a STOP can cover for this sender: its number, the service used, and the account's service if it has one."""
    return {scope for scope in (sender, service, sandbox.options.messaging_service) if scope}


def pool_number(sandbox: Sandbox, person: str) -> str:
    """The number of the pool that a service picks for this person: always the same one."""
    numbers = sandbox.options.numbers or (DEFAULT_NUMBER,)
    return numbers[zlib.crc32(person.encode()) % len(numbers)]


class _Attempt:
    """One create call: what it asks for, and where its row goes."""

    def __init__(self, sandbox: Sandbox, form: dict[str, str] | None) -> None:
        form = form or {}
        self.sandbox, self.form = sandbox, form
        self.person = e164(form.get("To", "")) or form.get("To", "")
        self.service = form.get("MessagingServiceSid") or None
        given = form.get("From", "")
        self.sender = (e164(given) or given) if given or not self.service else pool_number(sandbox, self.person)
        self.at = sandbox.clock.now()
        self.fate = "delivered"
        self.code: str | None = None

    def wrong(self) -> TextRefusal | None:
        """Why Twilio would not take it, or None."""
        options = self.sandbox.options
        wrong = form_refusal(self.form, numbers=options.numbers, service=options.messaging_service)
        if wrong:
            return wrong
        if any((self.person, scope) in self.sandbox.blocks for scope in self._scopes()):
            return refusal(21610)
        self.fate, self.code = self.sandbox.fates.of_text(self.person)
        if self.fate == "refused":
            return refusal(int(self.code or 21211), words={"to": self.person, "sender": self.sender})
        return None

    async def refuse(self, wrong: TextRefusal) -> web.Response:
        """Log the refusal, then answer it."""
        await self.witness_refusal(str(wrong.code), wrong.message)
        return _error(wrong)

    async def witness_refusal(self, code: str, say: str) -> None:
        """One row, whatever could be read of the form."""
        await self.sandbox.witness.append(text=[self._row("refused", None, code, say)])

    async def accept(self) -> dict[str, Any]:
        """On disk first, then the callbacks are owed; what create answers."""
        sid = f"SM{secrets.token_hex(16)}"
        row = self._row("accepted", sid, None, None)
        events = list(self._events(row[0], sid))
        await self.sandbox.witness.append(text=[row], event=[event.row() for event in events])
        self.sandbox.courier.text(events)
        first = "accepted" if self.service else "queued"
        return _message(
            self.sandbox,
            sid=sid,
            status=first,
            at=self.at,
            sent_at=None,
            direction="outbound-api",
            sender=self.form.get("From") and self.sender,
            to=self.person,
            service=self.service,
            body=self.form["Body"],
            parts=0 if self.service else row[11],
            code=None,
        )

    def _scopes(self) -> set[str]:
        return scopes_of(self.sandbox, self.sender, self.service)

    def _row(self, kind: str, sid: str | None, code: str | None, say: str | None) -> tuple[Any, ...]:
        form, body = self.form, self.form.get("Body", "")
        callback = form.get("StatusCallback") or None
        stamps = (stamp(self.at), stamp(SandboxClock().now()))
        who = ("outbound-api", self.person, self.sender, self.service, body, measure(body).parts if body else 0)
        return (self.sandbox.witness.next_seq(), *stamps, kind, our_key(callback), sid, *who, callback, code, say)

    def _events(self, seq: int, sid: str) -> Iterator[Event]:
        return status_events(
            self.sandbox,
            seq,
            sid,
            at=self.at,
            fate=(self.fate, self.code),
            who=(self.person, self.sender, self.service),
            callback=self.form.get("StatusCallback") or None,
        )


def status_events(
    sandbox: Sandbox,
    seq: int,
    sid: str,
    *,
    at: datetime,
    fate: tuple[str, str | None],
    who: tuple[str, str, str | None],
    callback: str | None,
) -> Iterator[Event]:
    """What becomes of a text that was taken, as Twilio tells it. `fate`: the last word and its error code; `who`: the person,
    our number, the service."""
    last, error = fate
    person, sender, service = who
    names = {"silent": ["sent"], "failed": ["failed"]}.get(last, ["sent", last])
    for place, name in enumerate((["queued"] if service else []) + names):
        moment = at + timedelta(seconds=max(0, place))
        code = error if name in ("failed", "undelivered") else None
        form = {
            "MessageSid": sid,
            "SmsSid": sid,
            "MessageStatus": name,
            "SmsStatus": name,
            "To": person,
            "From": sender,
            "AccountSid": sandbox.keys.twilio_account_sid,
            "ApiVersion": API,
        }
        if service:
            form["MessagingServiceSid"] = service
        if code:
            form["ErrorCode"] = code
        if name == "delivered":
            form["RawDlrDoneDate"] = moment.strftime("%y%m%d%H%M")
        yield Event(
            no=sandbox.witness.next_no("event"),
            at=stamp(moment),
            provider="twilio",
            about=seq,
            name=name,
            code=code,
            target=callback,
            payload=json.dumps(form),
        )


def our_key(callback: str | None) -> str | None:
    """Our own id in a StatusCallback: the last piece of its path."""
    try:
        pieces = [piece for piece in urlsplit(callback or "").path.split("/") if piece]
    except ValueError:
        return None
    return pieces[-1] if pieces else None


def _form(body: bytes) -> dict[str, str] | None:
    try:
        text = body.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_LIMIT))
    except ValueError:
        return None


def _authenticated(request: web.Request) -> bool:
    keys = sandbox_of(request).keys
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    right = f"{keys.twilio_account_sid}:{keys.twilio_auth_token}".encode()
    named = request.match_info.get("account", keys.twilio_account_sid)
    return kind.lower() == "basic" and hmac.compare_digest(given, right) and named == keys.twilio_account_sid


def _error(wrong: TextRefusal, **headers: str) -> web.Response:
    if wrong.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return web.json_response(wrong.as_json(), status=wrong.status, headers=headers)


def _misbehaving(rule: Rule) -> web.Response:
    if rule.do == "garbage":
        return web.Response(body=GARBAGE, status=rule.status if rule.status != 500 else 201, content_type="text/html")
    if rule.status == 429:
        return _error(refusal(20429, 429), **{"Retry-After": str(max(1, round(rule.retry_after)))})
    return _error(refusal(20500, rule.status))


def _filters(query: Mapping[str, str]) -> tuple[str, list[object]]:
    where = ""
    values: list[object] = []
    if query.get("To"):
        where += " AND ((direction != 'inbound' AND person = ?) OR (direction = 'inbound' AND sender = ?))"
        values += [e164(query["To"]) or query["To"]] * 2
    if query.get("From"):
        where += " AND ((direction != 'inbound' AND sender = ?) OR (direction = 'inbound' AND person = ?))"
        values += [e164(query["From"]) or query["From"]] * 2
    if query.get("DateSent"):
        day = _moment(query["DateSent"]).replace(hour=0, minute=0, second=0, microsecond=0)
        where += " AND at >= ? AND at < ?"
        values += [stamp(day), stamp(day + timedelta(days=1))]
    for name, sign in (("DateSent>", ">="), ("DateSent<", "<=")):
        if query.get(name):
            where += f" AND at {sign} ?"
            values.append(stamp(_moment(query[name])))
    if query.get("PageToken"):
        where += " AND seq < ?"
        values.append(int(query["PageToken"].removeprefix("PA")))
    return where, values


def _moment(text: str) -> datetime:
    """A date or a moment, GMT when it does not say."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _shown(sandbox: Sandbox, rows: list[sqlite3.Row]) -> list[dict[str, Any]]:
    """The rows as Twilio shows them, each with the last status of its events."""
    marks = ",".join("?" * len(rows))
    sql = f"SELECT about, name, code, at FROM event WHERE provider = 'twilio' AND about IN ({marks}) ORDER BY no"
    latest: dict[int, sqlite3.Row] = {}
    sent: dict[int, str] = {}
    for event in await sandbox.witness.read(sql, *(row["seq"] for row in rows)):
        latest[event["about"]] = event
        if event["name"] == "sent":
            sent[event["about"]] = event["at"]
    return [_row_shown(sandbox, row, latest.get(row["seq"]), sent.get(row["seq"])) for row in rows]


def _row_shown(sandbox: Sandbox, row: sqlite3.Row, last: sqlite3.Row | None, sent: str | None) -> dict[str, Any]:
    inbound = row["direction"] == "inbound"
    status = last["name"] if last else {"received": "received", "accepted": "queued"}.get(row["kind"], "delivered")
    at = unstamp(row["at"])
    return _message(
        sandbox,
        sid=row["sid"],
        status=status,
        at=at,
        sent_at=unstamp(sent) if sent else (None if row["kind"] == "accepted" else at),
        direction=row["direction"],
        sender=row["person"] if inbound else row["sender"],
        to=row["sender"] if inbound else row["person"],
        service=row["service"],
        body=row["body"],
        parts=row["parts"],
        code=int(last["code"]) if last and last["code"] else None,
    )


def _message(
    sandbox: Sandbox,
    *,
    sid: str,
    status: str,
    at: datetime,
    sent_at: datetime | None,
    direction: str,
    sender: str | None,
    to: str,
    service: str | None,
    body: str,
    parts: int,
    code: int | None,
) -> dict[str, Any]:
    account_sid = sandbox.keys.twilio_account_sid
    uri = f"/{API}/Accounts/{account_sid}/Messages/{sid}"
    return {
        "account_sid": account_sid,
        "api_version": API,
        "body": body,
        "date_created": format_datetime(at),
        "date_sent": format_datetime(sent_at) if sent_at else None,
        "date_updated": format_datetime(sent_at or at),
        "direction": direction,
        "error_code": code,
        "error_message": f"Error {code}" if code else None,
        "from": sender or None,
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": str(parts),
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": to,
        "uri": f"{uri}.json",
    }
