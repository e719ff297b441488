"""POST /sandbox/…: what a person, a mailbox provider or the weather does, for the demo and the tests; and what to read.

Every body and answer is JSON. A wish that cannot be met answers 400, 404 or 409 with {"error": one sentence}.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import orjson
from aiohttp import web

from outreach.sandbox import reading
from outreach.sandbox.answering import LONGEST, answer, unsubscribe_by_mail
from outreach.sandbox.answers import body_of
from outreach.sandbox.clock import SandboxClock, stamp, unstamp
from outreach.sandbox.fates import SPAM_EVENT, FateUnknown
from outreach.sandbox.mail_events import Mailed, complaint, event_row
from outreach.sandbox.misbehaviour import RuleInvalid
from outreach.sandbox.phones import ReplyInvalid, deliver_reply, take_reply
from outreach.sandbox.reading import Delivered
from outreach.sandbox.state import Sandbox, sandbox_of
from outreach.sandbox.text_refusals import e164

_LONGEST_WAIT: Final = 600.0
_MOST_LISTED: Final = 10_000


class WishRefused(Exception):
    """A wish that cannot be met: HTTP status and one sentence."""

    def __init__(self, status: int, say: str) -> None:
        super().__init__(say)
        self.status, self.say = status, say


def routes() -> list[web.RouteDef]:
    """The sandbox's own endpoints."""
    return [
        web.post("/sandbox/reply", reply),
        web.post("/sandbox/one-click", one_click),
        web.post("/sandbox/complain", complain),
        web.post("/sandbox/mail", mail),
        web.post("/sandbox/bounce-next", bounce_next),
        web.post("/sandbox/fate", fate),
        web.post("/sandbox/misbehave", misbehave),
        web.get("/sandbox/misbehave", misbehaving),
        web.delete("/sandbox/misbehave", behave),
        web.delete(r"/sandbox/misbehave/{id:\d{1,9}}", behave),
        web.post("/sandbox/clock", set_clock),
        web.get("/sandbox/clock", show_clock),
        web.get("/sandbox/idle", idle),
        web.get("/sandbox/pulse", pulse),
        web.get("/sandbox/keys.json", keys),
        web.get("/sandbox/erased.json", erased),
        web.get("/sandbox/state.json", state),
        web.get("/sandbox/log.jsonl", log),
        web.get("/sandbox/postings.jsonl", postings),
    ]


async def reply(request: web.Request) -> web.Response:
    """{from, body, to?, wait?=true}: a person writes a text; waits for the webhook unless told not to."""
    sandbox, wish = sandbox_of(request), await _wish(request)
    if not isinstance(wish.get("body"), str):
        raise WishRefused(400, "body is the text the person writes")
    to = _text(wish, "to") if wish.get("to") else None
    try:
        taken = await take_reply(sandbox, person=_text(wish, "from"), body=wish["body"], to=to)
    except ReplyInvalid as error:
        raise WishRefused(400, str(error)) from error
    answer: dict[str, Any] = {
        "sid": taken.sid,
        "to": taken.to,
        "opt_out_type": taken.opt_out_type,
        "own_reply": taken.own_reply,
        "webhook": None,
        "replies": [],
    }
    if wish.get("wait", True):
        answer["webhook"], answer["replies"] = await deliver_reply(sandbox, taken)
    else:

        async def later() -> None:
            await deliver_reply(sandbox, taken)

        sandbox.courier.behind(later())
    return web.json_response(answer)


async def one_click(request: web.Request) -> web.Response:
    """{address, n?=latest}: the POST a mailbox provider's unsubscribe button does (RFC 8058)."""
    sandbox, wish = sandbox_of(request), await _wish(request)
    return web.json_response(await press_one_click(sandbox, await _letter(sandbox, wish)))


async def complain(request: web.Request) -> web.Response:
    """{address, n?=latest}: the person marks the letter as spam; a spamreport event follows."""
    sandbox, wish = sandbox_of(request), await _wish(request)
    found = await _letter(sandbox, wish)
    await mark_as_spam(sandbox, found)
    return web.json_response({"address": _text(wish, "address").lower(), "n": found.n, "key": found.key})


async def mail(request: web.Request) -> web.Response:
    """{address, n?=latest, body}: the person answers the letter by email; {address, n?, mailto: true}: the mail program writes
    to the mailto address of List-Unsubscribe. Waits for the webhook."""
    sandbox, wish = sandbox_of(request), await _wish(request)
    found = await _letter(sandbox, wish)
    if wish.get("mailto"):
        return web.json_response(await leave_by_mail(sandbox, found))
    return web.json_response(await write_mail(sandbox, found, _text(wish, "body")))


async def write_mail(sandbox: Sandbox, found: Delivered, body: str) -> dict[str, Any]:
    """Does it and logs it; raises WishRefused for an answer without words or with too many."""
    if not body.strip() or len(body) > LONGEST:
        raise WishRefused(400, f"an answer has 1 to {LONGEST} characters")
    posted = await answer(sandbox, found, body)
    await _record_act(sandbox, "wrote", found, posted.status, body[:300])
    return {"to": posted.to, "webhook": posted.status, "n": found.n, "key": found.key}


async def leave_by_mail(sandbox: Sandbox, found: Delivered) -> dict[str, Any]:
    """Does it and logs it; raises WishRefused when the letter names no address for it."""
    posted = await unsubscribe_by_mail(sandbox, found)
    if posted is None:
        raise WishRefused(409, "this letter has no mailto address in List-Unsubscribe")
    await _record_act(sandbox, "mailto", found, posted.status, "")
    return {"to": posted.to, "webhook": posted.status, "n": found.n, "key": found.key}


async def press_one_click(sandbox: Sandbox, found: Delivered) -> dict[str, Any]:
    """Does it and logs it; raises WishRefused when the letter offers no one-click."""
    url = found.letter.one_click
    if url is None:
        raise WishRefused(409, "this letter has no List-Unsubscribe address with List-Unsubscribe-Post")
    with sandbox.courier.owing("inbound"):
        status, said = await sandbox.courier.one_click(url)
        await _record_act(sandbox, "one_click", found, status, said)
    return {"url": url, "status": status, "say": said, "n": found.n, "key": found.key}


async def mark_as_spam(sandbox: Sandbox, found: Delivered) -> None:
    """Logs it, makes SendGrid remember it, and owes the event."""
    at = sandbox.clock.now()
    said = (await reading.events_about(sandbox.witness, "sendgrid", found.seq))[0]["payload"]
    reserved = ("email", "timestamp", "smtp-id", "sg_event_id", "sg_message_id", "event", "category", "reason")
    mailed = Mailed(
        seq=found.seq,
        address=found.address,
        request_id=str(said["sg_message_id"]).partition(".")[0],
        place=0,
        smtp_id=said["smtp-id"],
        custom_args={name: value for name, value in said.items() if name not in reserved},
        categories=said.get("category") or (),
    )
    event = event_row(
        no=sandbox.witness.next_no("event"),
        name=SPAM_EVENT,
        at=at,
        payload=complaint(mailed, at),
        about=found.seq,
        target=sandbox.options.events_url,
    )
    await _record_act(sandbox, "complained", found, None, "", event=[event.row()])
    sandbox.fates.remember(found.address, SPAM_EVENT)
    sandbox.courier.mail([event])


async def bounce_next(request: web.Request) -> web.Response:
    """{address, kind?=bounce, count?=1}: the next message to this address or number meets that fate."""
    wish = await _wish(request)
    return _set_fate(request, _text(wish, "address"), wish.get("kind", "bounce"), wish.get("count", 1))


async def fate(request: web.Request) -> web.Response:
    """{to, fate, count?=null}: messages to this address or number meet that fate; "delivered" takes it back."""
    wish = await _wish(request)
    return _set_fate(request, _text(wish, "to"), wish.get("fate"), wish.get("count"))


async def misbehave(request: web.Request) -> web.Response:
    """A rule; see misbehaviour.Rule for its fields."""
    try:
        rule = sandbox_of(request).misbehaviour.add(await _wish(request))
    except RuleInvalid as error:
        raise WishRefused(400, str(error)) from error
    return web.json_response(rule.as_json())


async def misbehaving(request: web.Request) -> web.Response:
    """The rules in force."""
    return web.json_response({"rules": sandbox_of(request).misbehaviour.as_json()})


async def behave(request: web.Request) -> web.Response:
    """Forget one rule, or all."""
    wanted = request.match_info.get("id")
    return web.json_response({"removed": sandbox_of(request).misbehaviour.remove(int(wanted) if wanted else None)})


async def set_clock(request: web.Request) -> web.Response:
    """{now: moment or null}: stand at that moment, or go back to real time."""
    moment = (await _wish(request)).get("now")
    try:
        sandbox_of(request).clock.set(unstamp(moment) if moment is not None else None)
    except (ValueError, TypeError) as error:
        raise WishRefused(400, "now is a moment like 2026-01-05T09:00:00Z, or null") from error
    return await show_clock(request)


async def show_clock(request: web.Request) -> web.Response:
    """The time being stamped."""
    clock = sandbox_of(request).clock
    return web.json_response({"now": stamp(clock.now()), "virtual": clock.virtual})


async def idle(request: web.Request) -> web.Response:
    """?wait=seconds: whether nothing is owed to the program's webhooks, waiting for it at most so long."""
    courier = sandbox_of(request).courier
    try:
        seconds = min(max(float(request.query.get("wait", "0")), 0.0), _LONGEST_WAIT)
    except ValueError as error:
        raise WishRefused(400, "wait is a number of seconds") from error
    nothing_owed = await courier.wait_idle(seconds) if seconds else not any(courier.pending.values())
    return web.json_response({"idle": nothing_owed, "pending": courier.pending})


async def pulse(request: web.Request) -> web.Response:
    """The last number of the log: a page looks whether it has changed."""
    return web.json_response({"seq": sandbox_of(request).witness.last_seq})


async def erased(request: web.Request) -> web.Response:
    """The addresses and messages that a client asked to forget."""
    return web.json_response(sorted(sandbox_of(request).erased))


async def keys(request: web.Request) -> web.Response:
    """Credentials and the public key of this sandbox."""
    return web.json_response(sandbox_of(request).keys.as_json())


async def state(request: web.Request) -> web.Response:
    """Everything at a glance; ?limit= inboxes and phones (1,000), latest first."""
    sandbox = sandbox_of(request)
    limit = _number(request, "limit", 1000, _MOST_LISTED)
    boxes = await reading.inboxes(sandbox.witness, "", limit)
    numbers = await reading.phones(sandbox.witness, "", limit)
    stopped: dict[str, list[str]] = {}
    for person, scope in sorted(sandbox.blocks):
        stopped.setdefault(person, []).append(scope)
    return web.json_response(
        {
            "now": stamp(sandbox.clock.now()),
            "virtual": sandbox.clock.virtual,
            "seq": sandbox.witness.last_seq,
            "counts": await reading.counts(sandbox.witness),
            "pending": sandbox.courier.pending,
            "inboxes": [{"address": row["address"], "count": row["count"], "last_at": row["at"]} for row in boxes],
            "phones": [
                {
                    "number": row["person"],
                    "received": row["received"],
                    "written": row["written"],
                    "last_at": row["at"],
                    "stopped": stopped.get(row["person"], []),
                }
                for row in numbers
            ],
            "fates": sandbox.fates.as_json(),
            "rules": sandbox.misbehaviour.as_json(),
        }
    )


async def log(request: web.Request) -> web.StreamResponse:
    """?after=seq: the witness log, a JSON object a line."""
    after = _number(request, "after", 0, None)
    return await _lines(request, reading.log_entries(sandbox_of(request).witness, after))


async def postings(request: web.Request) -> web.StreamResponse:
    """?after=no: every webhook call made, a JSON object a line."""
    after, witness = _number(request, "after", 0, None), sandbox_of(request).witness

    async def rows() -> AsyncIterator[dict[str, Any]]:
        last = after
        while found := await witness.read("SELECT * FROM posting WHERE no > ? ORDER BY no LIMIT 1000", last):
            for row in found:
                yield {**dict(row), "events": orjson.loads(row["events"]), "final": bool(row["final"])}
            last = found[-1]["no"]

    return await _lines(request, rows())


async def _lines(request: web.Request, entries: AsyncIterator[dict[str, Any]]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    waiting = bytearray()
    async for entry in entries:
        waiting += orjson.dumps(entry) + b"\n"
        if len(waiting) > 64 * 1024:
            await response.write(bytes(waiting))
            waiting.clear()
    await response.write(bytes(waiting))
    await response.write_eof()
    return response


async def _wish(request: web.Request) -> dict[str, Any]:
    body = await body_of(request)
    # A form from a foreign page cannot carry this type without asking first.
    if request.content_type != "application/json":
        raise WishRefused(415, "send JSON with Content-Type: application/json")
    try:
        wish = orjson.loads(body or b"")
    except orjson.JSONDecodeError as error:
        raise WishRefused(400, f"this is no JSON: {error}") from error
    if not isinstance(wish, dict):
        raise WishRefused(400, "send a JSON object")
    return wish


def _text(wish: dict[str, Any], name: str) -> str:
    value = wish.get(name)
    if not isinstance(value, str) or not value.strip():
        raise WishRefused(400, f"{name} is missing")
    return value.strip()


def _number(request: web.Request, name: str, default: int, most: int | None) -> int:
    value = request.query.get(name, str(default))
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise WishRefused(400, f"{name} is a number")
    return min(int(value), most) if most is not None else int(value)


def _set_fate(request: web.Request, to: str, wanted: object, count: object) -> web.Response:
    if "@" in to:
        to = to.lower()
    elif (number := e164(to)) is not None:
        to = number
    else:
        raise WishRefused(400, f"{to} is neither an email address nor a valid number")
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
        raise WishRefused(400, "count is a number from 1, or null for always")
    try:
        sandbox_of(request).fates.set(to, str(wanted), count)
    except FateUnknown as error:
        raise WishRefused(400, str(error)) from error
    return web.json_response({"to": to, "fate": wanted, "count": count})


async def _letter(sandbox: Sandbox, wish: dict[str, Any]) -> Delivered:
    address, n = _text(wish, "address").lower(), wish.get("n", "latest")
    if n != "latest" and (not isinstance(n, int) or isinstance(n, bool)):
        raise WishRefused(400, 'n is a number from 1, or "latest"')
    found = await reading.letter_at(sandbox.witness, address, None if n == "latest" else n)
    if found is None:
        raise WishRefused(404, f"{address} has no such letter")
    return found


async def _record_act(
    sandbox: Sandbox, kind: str, found: Delivered, status: int | None, say: str, **more: list[tuple[Any, ...]]
) -> None:
    stamps = (stamp(sandbox.clock.now()), stamp(SandboxClock().now()))
    row = (sandbox.witness.next_seq(), *stamps, kind, found.seq, found.key, found.address, status, say)
    await sandbox.witness.append(act=[row], **more)
