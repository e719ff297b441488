"""SendGrid's side: POST /v3/mail/send and the little around it (GET /v3/scopes, DELETE of a remembered bounce)."""

from __future__ import annotations

import hmac
import math
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from aiohttp import web

from outreach.sandbox.answers import GARBAGE, answering, body_of, cut, delay
from outreach.sandbox.clock import SandboxClock, stamp
from outreach.sandbox.letters import message_id
from outreach.sandbox.mail_events import Event, Mailed, event_row, story
from outreach.sandbox.mail_refusals import Refusal, bad_request, refusals
from outreach.sandbox.misbehaviour import Rule
from outreach.sandbox.state import Sandbox, sandbox_of

OUR_ID: Final = "outreach_id"  # the custom arguments our program marks its messages with
OUR_BATCH: Final = "outreach_batch"
_ROLES: Final = ("to", "cc", "bcc")
UNAUTHENTICATED: Final = Refusal("The provided authorization grant is invalid, expired, or revoked", None, None)
_UNVERIFIED: Final = Refusal(
    "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved. "
    "Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender Identity "
    "requirements",
    "from",
    None,
)
_TOO_LARGE: Final = Refusal("The total size of the message exceeds 30MB.", None, None)


def routes() -> list[web.RouteDef]:
    """The paths of SendGrid's API that the sandbox knows."""
    return [
        web.post("/v3/mail/send", mail_send),
        web.get("/v3/scopes", scopes),
        web.post("/v3/recipients/erasejob", erase),
        web.delete("/v3/suppression/{list:bounces|spam_reports}/{address}", forget_suppression),
    ]


async def mail_send(request: web.Request) -> web.StreamResponse:
    """202 with X-Message-Id and no body, or `{"errors": [...]}`; see protocols.md 1.1 and 1.2."""
    sandbox = sandbox_of(request)
    body = await body_of(request)
    if body is None:
        return await _Call(sandbox, None, ()).refuse(413, [_TOO_LARGE])
    mail = _parse(body)
    people = tuple(_recipients(mail))
    call = _Call(sandbox, mail, people)
    if not authenticated(request):
        return await call.refuse(401, [UNAUTHENTICATED])
    rules = sandbox.misbehaviour.take("sendgrid", [entry["email"].lower() for _, _, _, entry in people])
    await delay(rules)
    rule = answering(rules)
    if rule and rule.do == "cut_before_accept":
        await call.witness_refusal("cut", "connection cut before the request was taken")
        raise cut(request)
    if rule and rule.do in ("status", "garbage") and not rule.accept:
        await call.witness_refusal(str(rule.status), f"misbehaving: {rule.do}")
        return misbehaving(rule)
    wrong = refusals(mail, sandbox.clock.now()) if mail is not None else bad_request()
    if wrong:
        return await call.refuse(400, wrong)
    if not _verified(sandbox, mail):
        return await call.refuse(403, [_UNVERIFIED])
    if _validate_only(mail):
        await call.accept("validated")
        return web.Response(status=200, headers={"X-Message-Id": call.request_id})
    await call.accept("accepted")
    if rule and rule.do == "cut_after_accept":
        raise cut(request)
    if rule:
        return misbehaving(rule)
    return web.Response(status=202, headers={"X-Message-Id": call.request_id})


async def scopes(request: web.Request) -> web.Response:
    """What the key may do; a doctor's check that the key is good."""
    if not authenticated(request):
        return refused(401, [UNAUTHENTICATED])
    return web.json_response({"scopes": ["mail.send", "email_activity.read", "scopes.read", "suppression.delete"]})


async def forget_suppression(request: web.Request) -> web.Response:
    """Take an address off SendGrid's own list; 204, or 404 when it was not on one."""
    if not authenticated(request):
        return refused(401, [UNAUTHENTICATED])
    gone = sandbox_of(request).fates.forget(request.match_info["address"].lower())
    return web.Response(status=204) if gone else refused(404, [Refusal("not found", None, None)])


async def erase(request: web.Request) -> web.Response:
    """A job to forget addresses: 202 with its id. It is done at once; the witness keeps its own log."""
    if not authenticated(request):
        return refused(401, [UNAUTHENTICATED])
    asked = _parse(await request.read())
    addresses = asked.get("email_addresses") if isinstance(asked, dict) else None
    if (
        not isinstance(addresses, list)
        or not 0 < len(addresses) <= 5000
        or not all(isinstance(a, str) for a in addresses)
    ):
        return refused(400, [Refusal("email_addresses must hold 1 to 5000 addresses", "email_addresses", None)])
    sandbox_of(request).erased.update(address.lower() for address in addresses)
    return web.json_response({"job_id": str(uuid.uuid4())}, status=202)


class _Call:
    """One mail/send call: where its rows go, whichever way it ends."""

    def __init__(self, sandbox: Sandbox, mail: Any, people: Sequence[tuple[int, dict[str, Any], str, Any]]) -> None:
        self.sandbox, self.mail, self.people = sandbox, mail, people
        self.request_id = secrets.token_urlsafe(16)  # 22 characters, as the real one
        self.at = sandbox.clock.now()
        self._stamps = (stamp(self.at), stamp(SandboxClock().now()))

    async def refuse(self, status: int, wrong: Sequence[Refusal]) -> web.Response:
        """Log the refusal, then answer it."""
        await self.witness_refusal(str(status), wrong[0].message)
        return refused(status, wrong)

    async def witness_refusal(self, code: str, say: str) -> None:
        """One row per recipient that can be made out, at least one."""
        request_no = self.sandbox.witness.next_no("request")
        rows = [
            self._row(request_no, "refused", person, role, entry, "{}", None, code, say)
            for _, person, role, entry in self.people
        ]
        rows = rows or [self._row(request_no, "refused", {}, "to", {"email": ""}, "{}", None, code, say)]
        request = (request_no, *self._stamps, "sendgrid", self.request_id, "{}")
        await self.sandbox.witness.append(request=[request], email=rows)

    async def accept(self, kind: str) -> None:
        """Everything on disk first; only then may the events go out and the call be answered."""
        sandbox, mail = self.sandbox, self.mail
        request_no = sandbox.witness.next_no("request")
        rows: list[tuple[Any, ...]] = []
        events: list[Event] = []
        common = mail.get("custom_args") or {}
        for place, person, role, entry in self.people:
            fate, reason = sandbox.fates.of_email(entry["email"].lower()) if kind == "accepted" else (None, None)
            own = {**person, "name": entry.get("name")}
            row = self._row(request_no, kind, person, role, entry, orjson.dumps(own).decode(), fate, None, None)
            rows.append(row)
            if fate:
                mailed = self._mailed(row[0], place, entry["email"], {**common, **(person.get("custom_args") or {})})
                events += self._events(mailed, fate, reason)
        request = (request_no, *self._stamps, "sendgrid", self.request_id, orjson.dumps(_kept(mail)).decode())
        await sandbox.witness.append(request=[request], email=rows, event=[event.row() for event in events])
        addresses = {row[0]: row[7] for row in rows}
        for event in events:
            sandbox.fates.remember(addresses[event.about], event.name)
        sandbox.courier.mail(events)

    def _events(self, mailed: Mailed, fate: str, reason: str | None) -> Iterator[Event]:
        target = self.sandbox.options.events_url
        for name, at, payload in story(mailed, fate, reason, self.at):
            no = self.sandbox.witness.next_no("event")
            yield event_row(no=no, name=name, at=at, payload=payload, about=mailed.seq, target=target)

    def _mailed(self, seq: int, place: int, address: str, custom_args: Mapping[str, str]) -> Mailed:
        return Mailed(
            seq=seq,
            address=address,
            request_id=self.request_id,
            place=place,
            smtp_id=message_id(self.request_id, seq),
            custom_args=custom_args,
            categories=self.mail.get("categories") or (),
        )

    def _row(
        self,
        request_no: int,
        kind: str,
        person: Mapping[str, Any],
        role: str,
        entry: Mapping[str, Any],
        personal: str,
        fate: str | None,
        code: str | None,
        say: str | None,
    ) -> tuple[Any, ...]:
        args = _strings(self.mail, "custom_args") | _strings(person, "custom_args")
        seq, address = self.sandbox.witness.next_seq(), entry["email"].lower()
        mine = (args.get(OUR_ID), args.get(OUR_BATCH))
        return (seq, request_no, *self._stamps, kind, *mine, address, role, personal, fate, code, say)


def _parse(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _recipients(mail: Any) -> Iterator[tuple[int, dict[str, Any], str, Any]]:
    """(place, personalization without its recipients, role, {"email", "name"}) as far as they can be made out."""
    people = mail.get("personalizations") if isinstance(mail, dict) else None
    for place, person in enumerate(people if isinstance(people, list) else ()):
        if not isinstance(person, dict):
            continue
        own = {key: value for key, value in person.items() if key not in _ROLES}
        for role in _ROLES:
            listed = person.get(role)
            for entry in listed if isinstance(listed, list) else ():
                if isinstance(entry, dict) and isinstance(entry.get("email"), str):
                    yield place, own, role, entry


def _strings(holder: Any, name: str) -> dict[str, str]:
    found = holder.get(name) if isinstance(holder, Mapping) else None
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}


def _validate_only(mail: Mapping[str, Any]) -> bool:
    """Whether mail_settings.sandbox_mode is on: judged and answered with 200, never sent."""
    settings = mail.get("mail_settings")
    mode = settings.get("sandbox_mode") if isinstance(settings, dict) else None
    return isinstance(mode, dict) and mode.get("enable") is True


def _kept(mail: Mapping[str, Any]) -> dict[str, Any]:
    """What of the request is needed to show the letter; attachments by name."""
    names = ("from", "reply_to", "reply_to_list", "subject", "content", "headers", "categories", "custom_args")
    kept = {name: mail[name] for name in names if mail.get(name) is not None}
    if isinstance(mail.get("attachments"), list):
        kept["attachments"] = [part["filename"] for part in mail["attachments"]]
    return kept


def authenticated(request: web.Request) -> bool:
    """Whether the request carries the account's key."""
    given = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(given, f"Bearer {sandbox_of(request).keys.sendgrid_api_key}".encode())


def _verified(sandbox: Sandbox, mail: Mapping[str, Any]) -> bool:
    domains = sandbox.options.verified_domains
    senders = [mail["from"], *(person["from"] for person in mail["personalizations"] if "from" in person)]
    return not domains or all(sender["email"].rpartition("@")[2].lower() in domains for sender in senders)


def refused(status: int, wrong: Sequence[Refusal]) -> web.Response:
    """An answer with SendGrid's error object."""
    return web.json_response({"errors": [one.as_json() for one in wrong]}, status=status)


def misbehaving(rule: Rule) -> web.Response:
    """The answer that a rule wants: garbage, or a status with what belongs to it."""
    if rule.do == "garbage":
        return web.Response(body=GARBAGE, status=rule.status if rule.status != 500 else 200, content_type="text/html")
    if rule.status == 429:
        # real time also under a set clock: whoever reads it compares it with a real one, and it means a duration
        reset = math.ceil(time.time() + max(1.0, rule.retry_after))
        headers = {"X-RateLimit-Limit": "600", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
        said = web.json_response({"errors": [{"field": None, "message": "too many requests"}]}, status=429)
        said.headers.update(headers)
        return said
    return refused(rule.status, [Refusal("Internal server error", None, None)])
