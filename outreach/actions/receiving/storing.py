"""Store first: a verified webhook is a row before anything is done with it, so a crash after the answer loses nothing.

The person's own word (a text, a spam report, an unsubscribe) is acted on before the answer. Delivery facts are applied
by whoever comes first: a door that finds another at it leaves its receipt to that one, which takes all that wait in one
go. So one post alone is applied at once, and a flood costs a few statements per hundred posts. What is still left
(another process was at it, a fault) goes with the next tick.
"""

import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from outreach.actions import alerts
from outreach.actions.dispatching.rows import run
from outreach.actions.receiving import applying, mails, texts
from outreach.providers import inbound_mail, sendgrid, twilio
from outreach.providers.base import Event
from outreach.rules.mail import Mail

log = logging.getLogger(__name__)
# In real time: a text this young is in the hands of the door that stored it, which alone can still give an answer.
BEING_ANSWERED = timedelta(seconds=30)
MOST_RECEIPTS = 500  # applied in one transaction, and not many more bytes than these
MOST_BYTES = 2 * 1024 * 1024
MOST_ROUNDS = 20  # that one door does for the others before it answers its own caller
KEPT_UNREAD = timedelta(days=30)
# What a report with a person's own word must contain: others may hold these letters too, and are merely applied at once.
OWN_WORD = (b"spamreport", b"unsubscribe", b"Unsubscribed", b"Spam Reporting")
STOPPED_AT_TWILIO = "21610"
_COLUMNS = "id, provider, kind, body, message_key, received_at"

_left = threading.Event()  # something was stored since the last look
_at_it = threading.Lock()  # held by the thread of this process that applies what waits


@dataclass(frozen=True, slots=True)
class Receipt:
    """A stored webhook that is not applied yet."""

    id: int
    provider: str
    kind: str
    body: bytes
    message_key: uuid.UUID | None
    received_at: datetime


def receive_events(body: bytes, now: datetime) -> None:
    """SendGrid's event webhook: any number of events, in any order, any number of times."""
    receipt = _store("sendgrid", "events", body, now)
    _apply_soon(receipt, now, at_once=any(word in body for word in OWN_WORD))


def receive_status(form: list[tuple[str, str]], message_key: uuid.UUID, now: datetime) -> None:
    """Twilio's status callback for one of our messages."""
    receipt = _store("twilio", "status", urlencode(form).encode(), now, message_key)
    _apply_soon(receipt, now, at_once=("ErrorCode", STOPPED_AT_TWILIO) in form)


def receive_text(form: list[tuple[str, str]], now: datetime) -> str | None:
    """An inbound text. Returns the words to answer with, or None for no answer.

    Raises what goes wrong: the provider then tries again or the poll of its list finds the text, and the stored receipt
    is applied by the sweep. An answer given twice would be worse than one given late.
    """
    receipt = _store("twilio", "inbound", urlencode(form).encode(), now)
    try:
        answer = texts.take_in(twilio.parse_inbound(dict(form)), now)
    except Exception as e:
        _keep(receipt, e, now)
        raise
    _done([receipt], now)
    return answer


def receive_mail(mail: Mail, now: datetime) -> None:
    """An email somebody sent us, already cut to what is kept of it. Whatever goes wrong with it later, it is stored and tried
    again by the sweep; staff are told."""
    _apply_one(_store("mail", "mail", inbound_mail.dump(mail), now), now)


def apply_waiting(now: datetime, *, limit: int = MOST_RECEIPTS) -> int:
    """Applies every receipt that was stored and not applied (left by a door, a crash, a fault since mended). Returns how
    many.

    What failed before is tried again after all that did not, `limit` of them, each by itself.
    """
    applied = apply_left(now)
    failed_or_text = run(
        f"""SELECT {_COLUMNS} FROM webhook_receipt WHERE applied_at IS NULL AND (problem <> ''
            OR (kind IN ('inbound', 'mail') AND recorded_at < now() - %s)) ORDER BY id LIMIT %s""",
        [BEING_ANSWERED, limit],
    )
    return applied + sum(_apply_one(_receipt(row), now) for row in failed_or_text)


def apply_left(now: datetime) -> int:
    """Applies what doors stored and left to each other. Returns how many receipts it applied."""
    taken, more = _round(now, wait=True)
    while more:
        again, more = _round(now, wait=True)
        taken += again
    return taken


def forget_unread(now: datetime) -> None:
    """Lets go of what could not be read and nobody has asked about for 30 days: it may hold addresses."""
    run(
        "UPDATE webhook_receipt SET body = NULL WHERE body IS NOT NULL AND applied_at < %s",
        [now - KEPT_UNREAD],
    )


def _store(provider: str, kind: str, body: bytes, now: datetime, message_key: uuid.UUID | None = None) -> Receipt:
    ((row,),) = run(
        """INSERT INTO webhook_receipt (provider, kind, body, message_key, received_at, problem)
        VALUES (%s, %s, %s, %s, %s, '') RETURNING id""",
        [provider, kind, body, message_key, now],
    )
    return Receipt(row, provider, kind, body, message_key, now)


def _apply_soon(receipt: Receipt, now: datetime, *, at_once: bool) -> None:
    if at_once:
        _apply_one(receipt, now)
        return
    _left.set()
    # Whoever sets the mark and finds the lock taken may go: its holder looks at the mark again after letting go.
    for _ in range(MOST_ROUNDS):
        if not _left.is_set() or not _at_it.acquire(blocking=False):
            return
        try:
            _left.clear()
            _, more = _round(now, wait=False)
            if more:
                _left.set()
        finally:
            _at_it.release()


def _round(now: datetime, *, wait: bool) -> tuple[int, bool]:
    """Applies the oldest receipts that wait, together. Returns how many it applied and whether there are more; (0, False)
    when another process is at it and `wait` is not set. One that spoils it for the others is found by trying each."""
    receipts: list[Receipt] = []
    more = False
    try:
        with transaction.atomic():
            if not applying.alone(wait=wait):
                return 0, False
            receipts, more = _waiting()
            _apply_together(receipts, now)
    except Exception as e:  # noqa: BLE001  # whatever it is, each receipt is tried by itself, and kept
        log.warning("%d webhook receipts could not be applied together: %s", len(receipts), type(e).__name__)
        return sum([_apply_one(receipt, now) for receipt in receipts]), more
    return len(receipts), more


def _waiting() -> tuple[list[Receipt], bool]:
    """The oldest receipts that wait, as many as go together, and whether there are more."""
    rows = run(
        f"""SELECT {_COLUMNS}, waiting FROM (SELECT {_COLUMNS}, count(*) OVER () AS waiting,
                sum(length(body)) OVER (ORDER BY id) - length(body) AS before
            FROM (SELECT {_COLUMNS} FROM webhook_receipt WHERE applied_at IS NULL AND problem = ''
                AND kind NOT IN ('inbound', 'mail') ORDER BY id LIMIT %s) w) r
        WHERE before < %s ORDER BY id""",
        [MOST_RECEIPTS, MOST_BYTES],
    )
    more = bool(rows) and (rows[0][-1] > len(rows) or len(rows) == MOST_RECEIPTS)
    return [_receipt(row[:-1]) for row in rows], more


def _receipt(row: Sequence[Any]) -> Receipt:
    number, provider, kind, body, message_key, received_at = row
    return Receipt(number, provider, kind, bytes(body or b""), message_key, received_at)


def _apply_together(receipts: Sequence[Receipt], now: datetime) -> None:
    events: list[Event] = []
    whole: list[Receipt] = []
    for receipt in receipts:
        found, unread = _events(receipt)
        events += found
        if unread:
            _keep_unread(receipt, len(found), unread, now)
        else:
            whole.append(receipt)
    applying.apply_events(events, now)
    _done(whole, now)


def _events(receipt: Receipt) -> tuple[Sequence[Event], Sequence[bytes]]:
    """The events of a receipt, and what in it could not be read."""
    if receipt.kind == "events":
        post = sendgrid.read_post(receipt.body, receipt.received_at)
        return post.events, post.unread
    key = receipt.message_key.hex if receipt.message_key else ""
    return [twilio.parse_status(_form(receipt), key, receipt.received_at)], ()


def _apply_one(receipt: Receipt, now: datetime) -> bool:
    """Applies a receipt by itself; one that fails is kept for the sweep."""
    try:
        if receipt.kind == "inbound":
            # A late answer is not given: its moment is over, and a person sees the text in the inbox.
            inbound = replace(twilio.parse_inbound(_form(receipt)), at=receipt.received_at)
            texts.take_in(inbound, now, answering=False)
            _done([receipt], now)
        elif receipt.kind == "mail":
            mails.take_in(inbound_mail.load(receipt.body), now, at=receipt.received_at)
            _done([receipt], now)
        else:
            with transaction.atomic():
                applying.alone(wait=True)
                _apply_together([receipt], now)
    except Exception as e:  # noqa: BLE001  # whatever it is, the receipt stays and a person is told
        _keep(receipt, e, now)
        return False
    return True


def _done(receipts: Sequence[Receipt], now: datetime) -> None:
    # The body held addresses; what it said is in rows of its own now.
    if receipts:
        run(
            "UPDATE webhook_receipt SET applied_at = %s, body = NULL, problem = '' WHERE id = ANY(%s)",
            [now, [receipt.id for receipt in receipts]],
        )


def _keep_unread(receipt: Receipt, read: int, unread: Sequence[bytes], now: datetime) -> None:
    """What can be read is applied; the rest is kept a while for a person, who is told."""
    run(
        "UPDATE webhook_receipt SET applied_at = %s, body = %s, problem = %s WHERE id = %s",
        [now, b"\n".join(unread), f"{len(unread)} of {len(unread) + read} events could not be read", receipt.id],
    )
    say = "Some of what SendGrid reported could not be read. It is kept for 30 days; please look at webhook_receipt."
    alerts.raise_alert("events_unread", say, now, len(unread))


def _keep(receipt: Receipt, error: Exception, now: datetime) -> None:
    """The receipt stays for the sweep, and staff are told. The type alone is kept: the words may quote a person."""
    log.error("webhook receipt %s could not be applied: %s", receipt.id, type(error).__name__)
    with transaction.atomic():
        run("UPDATE webhook_receipt SET problem = %s WHERE id = %s", [type(error).__name__, receipt.id])
        alerts.raise_alert(
            "webhook_not_applied",
            "A provider's report could not be applied. It is kept and tried again; please look at the log.",
            now,
        )


def _form(receipt: Receipt) -> dict[str, str]:
    return dict(parse_qsl(receipt.body.decode(), keep_blank_values=True))
