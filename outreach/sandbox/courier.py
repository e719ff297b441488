"""Posts what happened to the program under test, the way each provider does.

Email events gather and go out together, signed, and are repeated after anything but 2xx with growing pauses
(protocols.md 1.4). Text callbacks go out one by one, each message's in order; a failed connection is tried once more
and then given up (2.4). Every call is in the witness log; what was still owed when the process died is owed again
at the next start.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from yarl import URL

from outreach.sandbox.clock import SandboxClock, stamp
from outreach.sandbox.keys import Keys
from outreach.sandbox.mail_events import Event
from outreach.sandbox.misbehaviour import Misbehaviour, Rule
from outreach.sandbox.options import Options
from outreach.sandbox.witness import Witness

_log = logging.getLogger(__name__)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
_LONGEST_PAUSE: Final = 300.0
_ANSWER_LIMIT: Final = 64 * 1024
_EVENT_POSTS: Final = 4
_TEXT_POSTS: Final = 16
_FORM: Final = "application/x-www-form-urlencoded; charset=UTF-8"


class Courier:
    """Owes events until they are delivered or given up; `wait_idle` returns when nothing is owed."""

    def __init__(
        self, *, options: Options, keys: Keys, clock: SandboxClock, witness: Witness, misbehaviour: Misbehaviour
    ) -> None:
        self._options, self._keys, self._clock = options, keys, clock
        self._witness, self._misbehaviour = witness, misbehaviour
        self._gathered: list[Event] = []
        self._owed = {"events": 0, "status": 0, "inbound": 0}
        self._idle = asyncio.Event()
        self._idle.set()
        self._something = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._event_posts = asyncio.Semaphore(_EVENT_POSTS)
        self._text_posts = asyncio.Semaphore(_TEXT_POSTS)
        self._session: aiohttp.ClientSession

    async def start(self) -> None:
        """Open connections and take up what an earlier run still owed."""
        connector = aiohttp.TCPConnector(limit=_EVENT_POSTS + _TEXT_POSTS + 8)
        # trust_env stays off and cookies are dropped: a webhook goes straight to the program under test.
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
        )
        self._spawn(self._gather_events())
        owed = await asyncio.to_thread(_still_owed, self._witness)
        # Where events go is a setting of the account, not of the email: an address changed since then holds.
        here = self._options.events_url
        self.mail([replace(event, target=here) for event in owed if event.provider == "sendgrid"])
        chains: dict[int, list[Event]] = {}
        for event in owed:
            if event.provider == "twilio":
                chains.setdefault(event.about, []).append(event)
        for chain in chains.values():
            self.text(chain)

    async def stop(self) -> None:
        """Stop posting; what is owed stays in the log."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    @property
    def pending(self) -> dict[str, int]:
        """How many elements or calls are owed, by kind."""
        return dict(self._owed)

    async def wait_idle(self, seconds: float) -> bool:
        """Whether nothing is owed, after at most `seconds`."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def mail(self, events: Sequence[Event]) -> None:
        """Owe these email events (already in the log); those without a target stay in the log alone."""
        posted = [event for event in events if event.target]
        if posted:
            self._owe("events", len(posted))
            self._gathered += posted
            self._something.set()

    def text(self, chain: Sequence[Event]) -> None:
        """Owe the callbacks of one text, in this order."""
        posted = [event for event in chain if event.target]
        if posted:
            self._owe("status", len(posted))
            self._spawn(self._post_chain(posted))

    @contextmanager
    def owing(self, kind: str) -> Iterator[None]:
        """Count one more thing as owed while the block runs."""
        self._owe(kind, 1)
        try:
            yield
        finally:
            self._settle(kind, 1)

    def behind(self, work: Coroutine[Any, Any, None]) -> None:
        """Let work go on after the answer; it ends with the sandbox."""
        self._spawn(work)

    async def inbound(self, url: str, form: Mapping[str, str]) -> tuple[int | None, str]:
        """Post a text a person wrote: (HTTP status or None, the program's answer (TwiML) when it was 2xx)."""
        rules = self._misbehaviour.take("inbound", (form["From"],))
        await _delay(rules)
        if _has(rules, "off"):
            await self._record(url, [], 1, None, "withheld: the rule says off", final=True)
            return None, ""
        answer = await self._post_form(url, form, [])
        if _has(rules, "twice"):
            await self._post_form(url, form, [])
        return answer

    async def one_click(self, url: str) -> tuple[int | None, str]:
        """What a mailbox provider sends (RFC 8058): a POST without cookies, redirects not followed."""
        status, said, _ = await self._post(url, b"List-Unsubscribe=One-Click", {"Content-Type": _FORM})
        await self._record(url, [], 1, status, said, final=True)
        return status, said

    async def inbound_mail(self, url: str, fields: Mapping[str, str]) -> int | None:
        """Post an email a person wrote, as Inbound Parse does with a security policy: signed, repeated never here."""
        boundary = f"xYzZY{uuid4().hex}"
        body = (
            b"".join(
                f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                for name, value in fields.items()
            )
            + f"--{boundary}--\r\n".encode()
        )
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "User-Agent": "SendGrid",
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
            "X-Twilio-Email-Event-Webhook-Signature": self._keys.sign_events(timestamp, body),
        }
        status, said, _ = await self._post(url, body, headers)
        await self._record(url, [], 1, status, said, final=True)
        return status

    def _owe(self, kind: str, count: int) -> None:
        self._owed[kind] += count
        self._idle.clear()

    def _settle(self, kind: str, count: int) -> None:
        self._owed[kind] -= count
        if not any(self._owed.values()):
            self._idle.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            _log.error("posting ended early", exc_info=task.exception())

    async def _gather_events(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(self._options.event_batch_seconds)
            self._something.clear()
            waiting, self._gathered = self._gathered, []
            size = self._options.event_batch_size
            for place in range(0, len(waiting), size):
                batch = waiting[place : place + size]
                self._spawn(self._post_events(batch))

    async def _post_events(self, batch: list[Event]) -> None:
        try:
            rules = self._misbehaviour.take("events")
            await _delay(rules)
            if _has(rules, "off"):
                await self._record(batch[0].target, batch, 1, None, "withheld: the rule says off", final=True)
                return
            shuffling = next((rule for rule in rules if rule.do == "shuffle"), None)
            if shuffling:
                batch = shuffling.shuffled(batch)
            await self._post_until_taken(batch)
            if _has(rules, "twice"):
                await self._post_until_taken(batch)
        finally:
            self._settle("events", len(batch))

    async def _post_until_taken(self, batch: list[Event]) -> None:
        url = str(batch[0].target)
        # The real body is a JSON array with an element a line, and ends in CR LF; the signature covers all of it.
        body = ("[" + ",\r\n".join(event.payload for event in batch) + "]\r\n").encode()
        pause, passed, attempt = self._options.retry_seconds, 0.0, 0
        while True:
            attempt += 1
            timestamp = str(int(self._clock.now().timestamp()))
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "SendGrid Event API",
                "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
                "X-Twilio-Email-Event-Webhook-Signature": self._keys.sign_events(timestamp, body),
            }
            async with self._event_posts:
                status, said, _ = await self._post(url, body, headers)
            taken = status is not None and 200 <= status < 300
            given_up = not taken and passed + pause > self._options.retry_for_seconds
            await self._record(url, batch, attempt, status, said, final=taken or given_up)
            if taken or given_up:
                return
            await asyncio.sleep(pause)
            passed, pause = passed + pause, min(pause * 2, _LONGEST_PAUSE)

    async def _post_chain(self, chain: list[Event]) -> None:
        left = len(chain)
        try:
            plan = [(event, self._misbehaviour.take("status", _recipient(event))) for event in chain]
            shuffling = next((rule for _, rules in plan for rule in rules if rule.do == "shuffle"), None)
            if shuffling and len(plan) > 1:
                plan = shuffling.shuffled(plan)
                # Out of order has to mean out of order, also with only two of them.
                plan = plan if plan[0][0] is not chain[0] else plan[::-1]
            for event, rules in plan:
                await _delay(rules)
                if _has(rules, "off"):
                    await self._record(event.target, [event], 1, None, "withheld: the rule says off", final=True)
                else:
                    for _ in range(2 if _has(rules, "twice") else 1):
                        await self._post_form(str(event.target), json.loads(event.payload), [event])
                left -= 1
                self._settle("status", 1)
        finally:
            if left:
                self._settle("status", left)

    async def _post_form(self, url: str, form: Mapping[str, str], events: list[Event]) -> tuple[int | None, str]:
        """Twilio's manner: one more try when the connection failed, none when the answer was bad."""
        body = urlencode(form).encode()
        exact = url.partition("#")[0]
        headers = {
            "Content-Type": _FORM,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._keys.sign_form(exact, form),
            "I-Twilio-Idempotency-Token": str(uuid4()),
        }
        for attempt in (1, 2):
            async with self._text_posts:
                status, said, answer = await self._post(exact, body, headers)
            last = status is not None or attempt == 2
            await self._record(url, events, attempt, status, said, final=last)
            if last:
                return status, answer if status is not None and 200 <= status < 300 else ""
        raise AssertionError("the loop returns")

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str, str]:
        """One call: (HTTP status or None when there was no answer, what to write in the log, the answer's text)."""
        try:
            async with self._session.post(
                URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as response:
                return response.status, "", await _bounded(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return None, f"{type(error).__name__}: {error}"[:300], ""

    async def _record(
        self, url: str | None, events: Sequence[Event], attempt: int, status: int | None, say: str, *, final: bool
    ) -> None:
        numbers = json.dumps([event.no for event in events])
        at, real_at = stamp(self._clock.now()), stamp(SandboxClock().now())
        no = self._witness.next_no("posting")
        row = (no, at, real_at, url or "", numbers, attempt, status, say, int(final))
        await self._witness.append(posting=[row])


async def _bounded(response: aiohttp.ClientResponse) -> str:
    answer = bytearray()
    async for chunk in response.content.iter_chunked(8192):
        answer += chunk
        if len(answer) > _ANSWER_LIMIT:
            response.close()
            break
    return answer[:_ANSWER_LIMIT].decode("utf-8", "replace")


def _has(rules: Sequence[Rule], do: str) -> bool:
    return any(rule.do == do for rule in rules)


async def _delay(rules: Sequence[Rule]) -> None:
    milliseconds = sum(rule.delay_ms for rule in rules if rule.do == "late")
    if milliseconds:
        await asyncio.sleep(milliseconds / 1000)


def _recipient(event: Event) -> tuple[str, ...]:
    return (json.loads(event.payload)["To"],)


def _still_owed(witness: Witness) -> list[Event]:
    done: set[int] = set()
    for row in witness.read_now("SELECT events FROM posting WHERE final = 1"):
        done.update(json.loads(row["events"]))
    rows = witness.read_now("SELECT * FROM event WHERE target IS NOT NULL ORDER BY no")
    return [Event(**dict(row)) for row in rows if row["no"] not in done]
