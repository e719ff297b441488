"""Twilio's Messages resource: many texts in flight on kept connections, and the list of what was sent and received.

Sources: twilio.com/docs/messaging/api/message-resource and /docs/api/errors. Creating a message is not idempotent, so
nothing here tries twice; our own id stands in the path of the status callback.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlencode

import orjson
from yarl import URL

from outreach.providers import background
from outreach.providers.base import (
    NOT_NOW,
    Accepted,
    Busy,
    Inbound,
    Listed,
    ListUnavailable,
    Outcome,
    Rejected,
    TextBatch,
    TextMessage,
    Unclear,
    Unreachable,
    busy,
)
from outreach.providers.calls import TROUBLE, Answer, Caller
from outreach.providers.gate import Gate
from outreach.providers.throttle import asked_to_wait
from outreach.providers.twilio_hooks import parse_inbound, parse_status, read_signed, twiml_reply, verify_form

__all__ = ["Twilio", "parse_inbound", "parse_status", "read_signed", "twiml_reply", "verify_form"]

LONGEST_VALIDITY: Final = 36_000  # seconds
QUEUE_FULL: Final = "21611"  # more than ten hours of texts wait for this sender: nothing was created
QUEUE_FULL_WAIT: Final = 900.0
# The key, the account, the address of the API or the sender is wrong: no message can go out, whoever it is for.
_STOP: Final = frozenset(
    {"20003", "20005", "20404", "30002", "21212", "21603", "21606", "21608", "21659", "21701", "21703"}
)
_TOO_MANY: Final = "20429"
_DOUBTFUL: Final = "20500"
_NOT_SENT: Final = frozenset({"failed", "undelivered", "canceled"})
_PAGE: Final = 1000
_MOST_PAGES: Final = 1000
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Twilio:
    """A TextProvider. Safe to share between threads, and to make before a fork."""

    name = "twilio"

    def __init__(
        self,
        base_url: str,
        account_sid: str,
        auth_token: str,
        *,
        in_flight: int = 50,
        connect_seconds: float = 5.0,
        read_seconds: float = 15.0,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._messages = f"/2010-04-01/Accounts/{quote(account_sid, safe='')}/Messages.json"
        login = base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._caller = Caller(
            "Twilio",
            {"Authorization": f"Basic {login}", "User-Agent": "outreach", "Accept": "application/json"},
            in_flight=in_flight,
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
            total_seconds=connect_seconds + 2 * read_seconds,
        )
        self._url = URL(self._base + self._messages, encoded=True)

    def send(self, batch: TextBatch, gate: Gate | None = None) -> Mapping[str, Outcome]:
        """One call per text, up to `in_flight` at a time; each message's key gets its outcome. See TextProvider."""
        if not (batch.sender_number or batch.messaging_service):
            nobody = Unreachable("No sender number and no messaging service is set for texts.", stop=True)
            return {message.key: nobody for message in batch.messages}
        return background.run(self._send(batch, gate))

    def list_sent(self, *, to: str, since: datetime) -> list[Listed]:
        """Every text to this number created since then, those not yet sent too (they have no date_sent to filter by).

        Raises ListUnavailable when a page cannot be read, ValueError for a naive `since`.
        """
        moment = _aware(since)
        found = [_listed(item) for item in background.run(self._list({"To": to}))]
        return sorted((item for item in found if item and item.at >= moment), key=lambda item: item.at)

    def list_inbound(self, *, since: datetime, to: str | None = None) -> list[Inbound]:
        """Texts people wrote to us since then, oldest first; `to` narrows it to one number of ours (much faster).

        Raises ListUnavailable when a page cannot be read, ValueError for a naive `since`.
        """
        moment = _aware(since)
        # Twilio filters by date_sent, which for a received text may be a moment later than date_created.
        asked = {"DateSent>": (moment - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")}
        listed = background.run(self._list(asked | ({"To": to} if to else {})))
        found = [(at, inbound) for at, inbound in map(_received, listed) if inbound is not None and at >= moment]
        return [inbound for _, inbound in sorted(found, key=lambda pair: pair[0])]

    def close(self) -> None:
        """Closes the kept connections; the next call opens new ones."""
        self._caller.close()

    async def _send(self, batch: TextBatch, gate: Gate | None) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {message.key: NOT_NOW for message in batch.messages}
        work = iter(enumerate(batch.messages))
        halt: Outcome | None = None

        async def caller() -> None:
            nonlocal halt
            for place, message in work:  # one work for all callers: whoever is free takes the next
                if gate is not None and halt is None:
                    await gate.wait(place)
                # what stopped an earlier one would stop this one
                outcomes[message.key] = outcome = halt or await self._create(batch, message, gate, place)
                if isinstance(outcome, Busy | Unreachable):
                    halt = outcome

        await asyncio.gather(*(caller() for _ in range(min(len(batch.messages), self._caller.in_flight))))
        return outcomes

    async def _create(self, batch: TextBatch, message: TextMessage, gate: Gate | None, place: int) -> Outcome:
        try:
            body = _form(batch, message)
        except UnicodeEncodeError:
            return Rejected(None, "The text holds characters that cannot be sent.")
        answer = await self._caller.post(self._url, body, _FORM, gate, place)
        return _outcome(answer) if isinstance(answer, Answer) else answer

    async def _list(self, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        return [item async for item in self._pages({**asked, "PageSize": str(_PAGE)})]

    async def _pages(self, asked: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        path: str | None = f"{self._messages}?{urlencode(asked)}"
        seen: set[str] = set()
        while path:
            # Only paths of this API: the login must not be sent to whatever address an answer names.
            if path in seen or len(seen) >= _MOST_PAGES or not path.startswith("/2010-04-01/"):
                raise ListUnavailable("Twilio's message list does not end.")
            seen.add(path)
            page = await self._page(path)
            for item in page["messages"]:
                if isinstance(item, dict):
                    yield item
            following = page.get("next_page_uri")
            path = following if isinstance(following, str) else None

    async def _page(self, path: str) -> dict[str, Any]:
        try:
            answer = await self._caller.get(URL(self._base + path, encoded=True))
        except TROUBLE as error:
            kind = type(error).__name__
            # `from None`: the address of the call holds a number.
            raise ListUnavailable(f"Twilio's message list could not be read ({kind}).") from None
        page = _json(answer.body)
        if answer.status != 200 or not isinstance(page.get("messages"), list):
            raise ListUnavailable(f"Twilio's message list could not be read ({answer.status}).")
        return page


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment must be aware")
    return moment.astimezone(UTC)


def _form(batch: TextBatch, message: TextMessage) -> bytes:
    """The body of a create call. Raises UnicodeEncodeError for a lone surrogate.

    What is equal in many messages is encoded once: encoding a form takes longer than writing it to the network.
    """
    before, _, after = message.status_callback.partition(message.key)
    known = bool(after) and message.key.isalnum()
    callback = f"{_quoted(before)}{message.key}{_quoted(after)}" if known else quote_plus(message.status_callback)
    sender = f"From={_quoted(batch.sender_number)}&" if batch.sender_number else ""
    service = f"MessagingServiceSid={_quoted(batch.messaging_service)}&" if batch.messaging_service else ""
    validity = min(LONGEST_VALIDITY, max(1, int(message.validity_seconds)))
    return (
        f"{sender}{service}To={quote_plus(message.to)}&Body={_quoted(message.body)}"
        f"&StatusCallback={callback}&ValidityPeriod={validity}"
    ).encode("ascii")


_quoted = lru_cache(maxsize=256)(quote_plus)


def _json(body: bytes | None) -> dict[str, Any]:
    try:
        answer = orjson.loads(body or b"")
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _outcome(answered: Answer) -> Outcome:
    """What Twilio's answer to a create call means."""
    status, answer = answered.status, _json(answered.body)
    if 200 <= status < 300:
        return _created(answer)
    code = _code(answer.get("code"))
    if status >= 500 or status == 408 or code == _DOUBTFUL:
        return Unclear(f"Twilio answered {status}.")
    if status == 429 or code == _TOO_MANY:
        return asked_to_wait(answered.headers, time.time())
    if code == QUEUE_FULL:
        return busy(QUEUE_FULL_WAIT)
    if status == 401 or code in _STOP:
        return Unreachable(f"Twilio refused the account, its token or the sender ({code or status}).", stop=True)
    if code is not None:
        return Rejected(code, f"Twilio refused the text (error {code}).")
    return Unreachable(f"Twilio answered {status}; is TWILIO_BASE_URL right?", stop=True)


def _created(answer: Mapping[str, Any]) -> Outcome:
    sid = answer.get("sid")
    if not isinstance(sid, str) or not sid:
        return Unclear("Twilio's answer cannot be read.")
    code = _code(answer.get("error_code"))
    if code is not None and answer.get("status") in _NOT_SENT:
        return Rejected(code, f"Twilio took the text and could not send it (error {code}).")
    return Accepted(sid)


def _code(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return text if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _listed(item: Mapping[str, Any]) -> Listed | None:
    at = _moment(item.get("date_created"))
    sid, direction = item.get("sid"), str(item.get("direction") or "")
    if at is None or not isinstance(sid, str) or not direction.startswith("outbound"):
        return None
    return Listed(
        provider_id=sid,
        body=str(item.get("body") or ""),
        at=at,
        status=str(item.get("status") or ""),
        to=str(item.get("to") or ""),
        from_number=str(item["from"]) if item.get("from") else None,
    )


def _received(item: Mapping[str, Any]) -> tuple[datetime, Inbound | None]:
    at = _moment(item.get("date_created")) or _moment(item.get("date_sent"))
    sid = item.get("sid")
    if at is None or not isinstance(sid, str) or item.get("direction") != "inbound":
        return datetime.min.replace(tzinfo=UTC), None
    service = item.get("messaging_service_sid")
    return at, Inbound(
        provider_id=sid,
        from_number=str(item.get("from") or ""),
        to_number=str(item.get("to") or ""),
        body=str(item.get("body") or "").replace("\0", ""),
        at=at,
        messaging_service=str(service) if service else None,
    )


def _moment(value: object) -> datetime | None:
    """An RFC 2822 date of Twilio, aware UTC, or None."""
    if not isinstance(value, str):
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
