"""Store first: a verified webhook is a row before anything is done with it, so a crash after the answer loses nothing."""

import logging
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models.functions import Now

from outreach.actions import alerts
from outreach.actions.receiving import applying, texts
from outreach.models import WebhookReceipt
from outreach.providers import sendgrid, twilio

log = logging.getLogger(__name__)
# In real time: a receipt this young is in the hands of the door that stored it, which alone can still give an answer.
BEING_APPLIED = timedelta(seconds=30)


def receive_events(body: bytes, now: datetime) -> None:
    """SendGrid's event webhook: any number of events, in any order, any number of times."""
    _apply(_store("sendgrid", "events", body, now), now)


def receive_status(form: list[tuple[str, str]], message_key: uuid.UUID, now: datetime) -> None:
    """Twilio's status callback for one of our messages."""
    _apply(_store("twilio", "status", urlencode(form).encode(), now, message_key), now)


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
    _done(receipt, now)
    return answer


def apply_waiting(now: datetime, *, limit: int = 500) -> int:
    """Applies receipts that were stored and not applied (a crash, a fault since mended). Returns how many."""
    waiting = list(
        WebhookReceipt.objects.filter(applied_at=None, recorded_at__lt=Now() - BEING_APPLIED).order_by("id")[:limit]
    )
    return sum(_apply(receipt, now) for receipt in waiting)


def _store(
    provider: str, kind: str, body: bytes, now: datetime, message_key: uuid.UUID | None = None
) -> WebhookReceipt:
    return WebhookReceipt.objects.create(
        provider=provider, kind=kind, body=body, message_key=message_key, received_at=now
    )


def _done(receipt: WebhookReceipt, now: datetime) -> None:
    # The body held addresses; what it said is in rows of its own now.
    WebhookReceipt.objects.filter(pk=receipt.pk).update(applied_at=now, body=None, problem="")


def _apply(receipt: WebhookReceipt, now: datetime) -> bool:
    try:
        _apply_kind(receipt, now)
    except Exception as e:  # noqa: BLE001  # whatever it is, the receipt stays and a person is told
        _keep(receipt, e, now)
        return False
    _done(receipt, now)
    return True


def _keep(receipt: WebhookReceipt, error: Exception, now: datetime) -> None:
    """The receipt stays for the sweep, and staff are told. The type alone is kept: the words may quote a person."""
    log.error("webhook receipt %s could not be applied: %s", receipt.pk, type(error).__name__)
    with transaction.atomic():
        WebhookReceipt.objects.filter(pk=receipt.pk).update(problem=type(error).__name__)
        alerts.raise_alert(
            "webhook_not_applied",
            "A provider's report could not be applied. It is kept and tried again; please look at the log.",
            now,
        )


def _apply_kind(receipt: WebhookReceipt, now: datetime) -> None:
    if receipt.kind == "events":
        events = sendgrid.parse_events(bytes(receipt.body or b""), receipt.received_at)
        if not events and bytes(receipt.body or b"").strip() not in (b"[]", b""):
            raise ValueError("nothing in the post could be read")
        applying.apply_events(events, now)
    elif receipt.kind == "status":
        key = receipt.message_key.hex if receipt.message_key else ""
        applying.apply_events([twilio.parse_status(_form(receipt), key, receipt.received_at)], now)
    else:
        # A late answer is not given: its moment is over, and a person sees the text in the inbox.
        inbound = replace(twilio.parse_inbound(_form(receipt)), at=receipt.received_at)
        texts.take_in(inbound, now, answering=False)


def _form(receipt: WebhookReceipt) -> dict[str, str]:
    return dict(parse_qsl(bytes(receipt.body or b"").decode(), keep_blank_values=True))
