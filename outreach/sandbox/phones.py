"""What happens when a person writes a text: Twilio's own keywords first, then the signed webhook, then its answer.

Twilio's default on a long code (protocols.md 2.6): a single word of a fixed list, any case. The message still goes to
the webhook, with OptOutType. A STOP blocks the pair, or the whole service when the sender belongs to one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from outreach.rules.sms import measure
from outreach.sandbox.clock import SandboxClock, stamp
from outreach.sandbox.mail_events import Event
from outreach.sandbox.options import DEFAULT_NUMBER
from outreach.sandbox.state import Sandbox
from outreach.sandbox.text_refusals import LONGEST_BODY, e164
from outreach.sandbox.twilio import API, our_key, scopes_of, status_events

STOP_WORDS: Final = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
START_WORDS: Final = frozenset(["START", "YES", "UNSTOP"])
HELP_WORDS: Final = frozenset(["HELP", "INFO"])
STOP_REPLY: Final = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
START_REPLY: Final = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELP_REPLY: Final = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class ReplyInvalid(ValueError):
    """This is not a text a phone could send; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text a person wrote, taken and on disk: `own_reply` is Twilio's, `form` what the webhook gets."""

    sid: str
    person: str
    to: str
    service: str | None
    opt_out_type: str | None
    own_reply: str | None
    form: dict[str, str]


async def take_reply(sandbox: Sandbox, *, person: str, body: str, to: str | None = None) -> Reply:
    """The text is on disk and Twilio's own keyword work is done; the webhook is still to come.

    `to` is the number written to; without it, the one this phone heard from last. Raises ReplyInvalid.
    """
    number = e164(person)
    if number is None:
        raise ReplyInvalid(f"{person} is not a valid number")
    if not body.strip() or len(body) > LONGEST_BODY:
        raise ReplyInvalid(f"a text has 1 to {LONGEST_BODY} characters")
    sender, service = await _conversation(sandbox, number, to)
    word = body.strip().upper()
    opt_out_type = _opt_out_type(word)
    own = _keyword(sandbox, opt_out_type, number, scopes_of(sandbox, sender, service))
    sid = f"SM{secrets.token_hex(16)}"
    rows = [_row(sandbox, "received", sid, "inbound", number, sender, service, body)]
    if own.reply:
        own_sid = f"SM{secrets.token_hex(16)}"
        rows.append(_row(sandbox, "keyword_reply", own_sid, "outbound-reply", number, sender, service, own.reply))
    await sandbox.witness.append(text=rows, block=own.rows)
    return Reply(
        sid=sid,
        person=number,
        to=sender,
        service=service,
        opt_out_type=opt_out_type,
        own_reply=own.reply,
        form=_inbound_form(sandbox, sid, number, sender, service, body, opt_out_type),
    )


async def deliver_reply(sandbox: Sandbox, reply: Reply) -> tuple[int | None, list[str]]:
    """Post the webhook and carry out its TwiML: (HTTP status or None, the texts the person now sees)."""
    url = sandbox.options.inbound_url
    if url is None:
        return None, []
    with sandbox.courier.owing("inbound"):
        status, answer = await sandbox.courier.inbound(url, reply.form)
        seen, rows, chains = [], [], []
        for said in twiml_messages(answer):
            row, chain = _sent_back(sandbox, reply, said)
            rows.append(row)
            chains.append(chain)
            if row[3] == "reply":
                seen.append(said.body)
        if rows:
            await sandbox.witness.append(text=rows, event=[event.row() for chain in chains for event in chain])
        for chain in chains:
            sandbox.courier.text(chain)
    return status, seen


def _sent_back(sandbox: Sandbox, reply: Reply, said: TwimlMessage) -> tuple[tuple[Any, ...], list[Event]]:
    """One <Message> of an answer: its row, and its callbacks. Refused, it becomes no message, and nobody is called back."""
    code, say = None, None
    fate = sandbox.fates.of_text(reply.person)
    if any((reply.person, scope) in sandbox.blocks for scope in scopes_of(sandbox, reply.to, reply.service)):
        code, say = "21610", "Attempt to send to unsubscribed recipient"
    elif len(said.body) > LONGEST_BODY:
        code, say = "21617", "The concatenated message body exceeds the 1600 character limit"
    elif fate[0] == "refused":
        code, say = fate[1] or "21211", "The number cannot be written to"
    sid = f"SM{secrets.token_hex(16)}"
    who = (reply.person, reply.to, reply.service)
    kind = "refused" if code else "reply"
    row = _row(sandbox, kind, sid, "outbound-reply", *who, said.body, code=code, say=say, callback=said.callback)
    if code:
        return row, []
    at = sandbox.clock.now()
    return row, list(status_events(sandbox, row[0], sid, at=at, fate=fate, who=who, callback=said.callback))


@dataclass(frozen=True, slots=True)
class TwimlMessage:
    """One <Message>: what it says, and who is to hear what becomes of it."""

    body: str
    callback: str | None


def twiml_messages(answer: str) -> list[TwimlMessage]:
    """The <Message> elements of a TwiML answer that say something; none when it is no TwiML."""
    try:
        response = ElementTree.fromstring(answer)
    except ElementTree.ParseError:
        return []
    if response.tag != "Response":
        return []
    found = [
        TwimlMessage(
            (message.findtext("Body") or message.text or "").strip(),
            message.get("statusCallback") or message.get("action") or None,
        )
        for message in response.iter("Message")
    ]
    return [one for one in found if one.body]


@dataclass(frozen=True, slots=True)
class _Keyword:
    reply: str | None
    rows: Sequence[tuple[Any, ...]]


def _opt_out_type(word: str) -> str | None:
    lists = (("STOP", STOP_WORDS), ("START", START_WORDS), ("HELP", HELP_WORDS))
    return next((name for name, words in lists if word in words), None)


def _keyword(sandbox: Sandbox, opt_out_type: str | None, person: str, scopes: set[str]) -> _Keyword:
    """Blocks or unblocks at once, before the log row exists: a create that comes meanwhile must already meet it."""
    blocked = {scope for scope in scopes if (person, scope) in sandbox.blocks}
    at = stamp(sandbox.clock.now())
    if opt_out_type == "STOP" and blocked != scopes:
        new = sorted(scopes - blocked)
        sandbox.blocks.update((person, scope) for scope in new)
        rows = [(sandbox.witness.next_no("block"), at, person, scope, 1) for scope in new]
        return _Keyword(STOP_REPLY, rows)
    if opt_out_type == "START" and blocked:
        sandbox.blocks.difference_update((person, scope) for scope in blocked)
        rows = [(sandbox.witness.next_no("block"), at, person, scope, 0) for scope in sorted(blocked)]
        return _Keyword(START_REPLY, rows)
    return _Keyword(HELP_REPLY if opt_out_type == "HELP" and not blocked else None, ())


async def _conversation(sandbox: Sandbox, person: str, to: str | None) -> tuple[str, str | None]:
    """The number and service this phone writes to."""
    sql = "SELECT sender, service FROM text WHERE person = ? AND kind = 'accepted'"
    values: list[object] = [person]
    if to:
        sql, values = f"{sql} AND sender = ?", [person, e164(to) or to]
    rows = await sandbox.witness.read(f"{sql} ORDER BY seq DESC LIMIT 1", *values)
    if rows:
        return rows[0]["sender"], rows[0]["service"] or sandbox.options.messaging_service
    if to:
        return e164(to) or to, sandbox.options.messaging_service
    return (*sandbox.options.numbers, DEFAULT_NUMBER)[0], sandbox.options.messaging_service


def _row(
    sandbox: Sandbox,
    kind: str,
    sid: str,
    direction: str,
    person: str,
    sender: str,
    service: str | None,
    body: str,
    *,
    code: str | None = None,
    say: str | None = None,
    callback: str | None = None,
) -> tuple[Any, ...]:
    stamps = (stamp(sandbox.clock.now()), stamp(SandboxClock().now()))
    parts = measure(body).parts
    seq = sandbox.witness.next_seq()
    key = our_key(callback)
    return (seq, *stamps, kind, key, sid, direction, person, sender, service, body, parts, callback, code, say)


def _inbound_form(
    sandbox: Sandbox, sid: str, person: str, to: str, service: str | None, body: str, opt_out_type: str | None
) -> dict[str, str]:
    """Twilio's fields, the empty ones too: they count in the signature."""
    form = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": body,
        "FromCountry": "US",
        "To": to,
        "ToZip": "",
        "NumSegments": str(measure(body).parts),
        "MessageSid": sid,
        "AccountSid": sandbox.keys.twilio_account_sid,
        "From": person,
        "ApiVersion": API,
    }
    if service:
        form["MessagingServiceSid"] = service
    if opt_out_type:
        form["OptOutType"] = opt_out_type
    return form
