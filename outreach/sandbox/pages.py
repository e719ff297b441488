"""The pages of the sandbox: who got what, as they see it, with a mail program's buttons and a phone's reply box."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import jinja2
import phonenumbers
from aiohttp import web

from outreach.sandbox import reading
from outreach.sandbox.acting import WishRefused, leave_by_mail, mark_as_spam, press_one_click, write_mail
from outreach.sandbox.clock import unstamp
from outreach.sandbox.phones import ReplyInvalid, deliver_reply, take_reply
from outreach.sandbox.reading import Delivered
from outreach.sandbox.state import Sandbox, sandbox_of

_HERE: Final = Path(__file__).parent
_LISTED: Final = 200
_VIEWS: Final = ("letter", "text", "headers", "events")
# Nothing from another host on any page; a letter's own inline styles are allowed, its scripts are not.
_POLICY: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'self'; frame-ancestors 'none'"
)
# What becomes of the letter, for people; None: it arrived and nothing else happened.
FATES: Final = {
    "delivered": None,
    "bounce": "Bounced: it never arrived",
    "latebounce": "Bounced an hour later",
    "blocked": "Blocked by the mail host: it never arrived",
    "dropped": "Dropped by SendGrid: it was never sent",
    "deferred": "Arrived late",
    "spam": "Marked as spam on arrival",
}
_KINDS: Final = {"keyword_reply": "Twilio's own reply", "reply": "Answer to the text above"}


def routes() -> list[web.AbstractRouteDef]:
    """The pages and their two static files."""
    return [
        web.get("/", overview),
        web.get("/inbox/{address}", inbox),
        web.get(r"/inbox/{address}/{n:\d{1,9}}", message),
        web.post(r"/inbox/{address}/{n:\d{1,9}}/one-click", press),
        web.post(r"/inbox/{address}/{n:\d{1,9}}/spam", spam),
        web.post(r"/inbox/{address}/{n:\d{1,9}}/mailto", leave),
        web.post(r"/inbox/{address}/{n:\d{1,9}}/answer", write_back),
        web.get("/phone/{number}", phone),
        web.post("/phone/{number}/reply", write),
        web.static("/static", _HERE / "static"),
    ]


def _aware(value: str | datetime) -> datetime:
    return unstamp(value) if isinstance(value, str) else value


def _moment(value: str | datetime) -> str:
    moment = _aware(value)
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M} UTC"


def _clock(value: str | datetime) -> str:
    return f"{_aware(value):%H:%M} UTC"


def _day(value: str | datetime) -> str:
    moment = _aware(value)
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def _number(value: str) -> str:
    """+1 404-555-0123; what is no number (a service, a short code) as it is."""
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def environment() -> jinja2.Environment:
    """Jinja2 over the sandbox's own templates: everything escaped, nothing undefined."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(moment=_moment, clock=_clock, day=_day, number=_number)
    templates.filters["path"] = lambda text: quote(text, safe="@+")
    return templates


_TEMPLATES: Final = environment()


async def overview(request: web.Request) -> web.Response:
    """Inboxes and phones, latest first; ?q= narrows."""
    sandbox, wanted = sandbox_of(request), request.query.get("q", "")[:200]
    boxes = await reading.inboxes(sandbox.witness, wanted, _LISTED)
    numbers = await reading.phones(sandbox.witness, wanted, _LISTED)
    return _page(
        request,
        "overview.html",
        wanted=wanted,
        inboxes=boxes,
        phones=numbers,
        listed=_LISTED,
        counts=await reading.counts(sandbox.witness),
        stopped={person for person, _ in sandbox.blocks},
        rules=sandbox.misbehaviour.as_json(),
    )


async def inbox(request: web.Request) -> web.Response:
    """The letters of one address."""
    sandbox, address = sandbox_of(request), request.match_info["address"].lower()
    letters = await reading.inbox(sandbox.witness, address, _LISTED)
    return _page(request, "inbox.html", address=address, letters=letters, fates=FATES)


async def message(request: web.Request) -> web.Response:
    """One letter; ?view=letter|text|headers|events."""
    sandbox, found = sandbox_of(request), await _letter(request)
    view = request.query.get("view", "letter")
    if view not in _VIEWS:
        raise web.HTTPNotFound(text="There is no such view.")
    return _page(
        request,
        "message.html",
        found=found,
        letter=found.letter,
        view=view,
        document=_document(found),
        fate=FATES.get(found.fate),
        acts=await reading.acts_about(sandbox.witness, found.seq),
        events=await reading.events_about(sandbox.witness, "sendgrid", found.seq) if view == "events" else [],
    )


async def press(request: web.Request) -> web.Response:
    """The mailbox provider's unsubscribe button."""
    found = await _letter(request)
    try:
        await press_one_click(sandbox_of(request), found)
    except WishRefused as error:
        raise web.HTTPConflict(text=error.say) from error
    return _back(f"/inbox/{quote(found.address, safe='@+')}/{found.n}")


async def spam(request: web.Request) -> web.Response:
    """Mark as spam."""
    found = await _letter(request)
    await mark_as_spam(sandbox_of(request), found)
    return _back(f"/inbox/{quote(found.address, safe='@+')}/{found.n}")


async def leave(request: web.Request) -> web.Response:
    """The mail program's unsubscribe by email."""
    found = await _letter(request)
    try:
        await leave_by_mail(sandbox_of(request), found)
    except WishRefused as error:
        raise web.HTTPConflict(text=error.say) from error
    return _back(f"/inbox/{quote(found.address, safe='@+')}/{found.n}")


async def write_back(request: web.Request) -> web.Response:
    """The answer box of a letter."""
    found, form = await _letter(request), await request.post()
    try:
        await write_mail(sandbox_of(request), found, str(form.get("body", "")).replace("\r\n", "\n"))
    except WishRefused as error:
        raise web.HTTPBadRequest(text=error.say) from error
    return _back(f"/inbox/{quote(found.address, safe='@+')}/{found.n}")


async def phone(request: web.Request) -> web.Response:
    """One phone: its conversation and a reply box."""
    return await _phone(request)


async def write(request: web.Request) -> web.Response:
    """The reply box: a text goes in, its webhook goes out, the page comes back with what was answered."""
    sandbox, number = sandbox_of(request), request.match_info["number"]
    form = await request.post()
    # A browser's form sends CR LF for a new line; a phone sends LF.
    body, to = str(form.get("body", "")).replace("\r\n", "\n"), str(form.get("to", "")) or None
    try:
        reply = await take_reply(sandbox, person=number, body=body, to=to)
    except ReplyInvalid as error:
        return await _phone(request, wrong=str(error), draft=body, status=400)
    await deliver_reply(sandbox, reply)
    return _back(f"/phone/{quote(reply.person, safe='+')}#end")


async def _phone(request: web.Request, wrong: str = "", draft: str = "", status: int = 200) -> web.Response:
    sandbox, number = sandbox_of(request), request.match_info["number"]
    bubbles = await reading.conversation(sandbox.witness, number, _LISTED)
    senders = list(dict.fromkeys(bubble["sender"] for bubble in bubbles if bubble["kind"] != "refused"))
    return _page(
        request,
        "phone.html",
        status=status,
        number=number,
        bubbles=bubbles,
        senders=senders,
        stopped=sorted(scope for person, scope in sandbox.blocks if person == number),
        kinds=_KINDS,
        wrong=wrong,
        draft=draft,
    )


async def _letter(request: web.Request) -> Delivered:
    witness, n = sandbox_of(request).witness, int(request.match_info["n"])
    found = await reading.letter_at(witness, request.match_info["address"].lower(), n)
    if found is None:
        raise web.HTTPNotFound(text="This inbox has no such letter.")
    return found


def _document(found: Delivered) -> str | None:
    """The letter's HTML for the frame; its links open in a new tab, as in a mail program."""
    html = found.letter.html
    return f'<base target="_blank">{html}' if html is not None else None


def _page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    sandbox: Sandbox = sandbox_of(request)
    common: Mapping[str, Any] = {
        "seq": sandbox.witness.last_seq,
        "pending": sum(sandbox.courier.pending.values()),
        "virtual_now": sandbox.clock.now() if sandbox.clock.virtual else None,
    }
    text = _TEMPLATES.get_template(template).render(**common, **values)
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def _back(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
