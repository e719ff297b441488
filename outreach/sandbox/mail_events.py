"""The events that follow an accepted email, in the shape of SendGrid's Event Webhook (protocols.md 1.4)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from outreach.sandbox.clock import stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the event table: `about` is the seq of the email or text, `payload` what is posted (JSON text)."""

    no: int
    at: str
    provider: str
    about: int
    name: str
    code: str | None
    target: str | None
    payload: str

    def row(self) -> tuple[Any, ...]:
        """In the order of the table."""
        return (self.no, self.at, self.provider, self.about, self.name, self.code, self.target, self.payload)


# fate -> (event name in our log, seconds after acceptance, what SendGrid's element says)
_DELIVERED: Final = ("delivered", 2, {"event": "delivered", "response": "250 2.0.0 OK", "tls": 1})
_PROCESSED: Final = ("processed", 0, {"event": "processed"})
_HARD: Final = {
    "event": "bounce",
    "type": "bounce",
    "status": "5.1.1",
    "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
    "bounce_classification": "Invalid Address",
}
_STORIES: Final[dict[str, Sequence[tuple[str, int, Mapping[str, object]]]]] = {
    "delivered": (_PROCESSED, _DELIVERED),
    "bounce": (_PROCESSED, ("bounce", 2, {**_HARD, "tls": 1})),
    "latebounce": (_PROCESSED, _DELIVERED, ("latebounce", 60, _HARD)),
    "blocked": (
        _PROCESSED,
        (
            "blocked",
            2,
            {
                "event": "bounce",
                "type": "blocked",
                "status": "5.7.1",
                "reason": "550 5.7.1 Message rejected due to the sender's reputation.",
                "bounce_classification": "Reputation",
            },
        ),
    ),
    "deferred": (
        _PROCESSED,
        ("deferred", 2, {"event": "deferred", "response": "421 4.7.0 Try again later.", "attempt": "1"}),
        ("delivered", 300, _DELIVERED[2]),
    ),
    "spam": (_PROCESSED, _DELIVERED, ("spamreport", 60, {"event": "spamreport"})),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """What events say about the email they belong to."""

    seq: int
    address: str
    request_id: str
    place: int
    smtp_id: str
    custom_args: Mapping[str, str]
    categories: Sequence[str]


def story(mailed: Mailed, fate: str, reason: str | None, at: datetime) -> Iterator[tuple[str, datetime, str]]:
    """What happens to the email: (name, moment, payload) in order of time."""
    if fate == "dropped":
        yield "dropped", at, element(mailed, {"event": "dropped", "reason": reason or "Invalid"}, at)
        return
    for name, seconds, said in _STORIES[fate]:
        moment = at + timedelta(seconds=seconds)
        yield name, moment, element(mailed, said, moment)


def complaint(mailed: Mailed, at: datetime) -> str:
    """The payload of the event for "mark as spam"."""
    return element(mailed, {"event": "spamreport"}, at)


def element(mailed: Mailed, said: Mapping[str, object], at: datetime) -> str:
    """One element of the posted array: custom arguments flattened first, so that a reserved key overwrites them."""
    whole: dict[str, object] = {
        **mailed.custom_args,
        "email": mailed.address,
        "timestamp": int(at.timestamp()),
        "smtp-id": mailed.smtp_id,
        "sg_event_id": secrets.token_urlsafe(24),
        "sg_message_id": f"{mailed.request_id}.recvd-sandbox-1-{mailed.seq:X}-{mailed.place}.0",
        **said,
    }
    if mailed.categories:
        whole["category"] = list(mailed.categories)
    if said is _HARD:  # an asynchronous bounce comes back without it
        del whole["sg_message_id"]
    return orjson.dumps(whole).decode()


def event_row(*, no: int, name: str, at: datetime, payload: str, about: int, target: str | None) -> Event:
    """An email's event for the log and the courier."""
    return Event(
        no=no,
        at=stamp(at),
        provider="sendgrid",
        about=about,
        name=name,
        code=None,
        target=target,
        payload=payload,
    )
