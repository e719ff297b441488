"""SendGrid's Email Activity feed: for whom the calls of one batch were taken.

Sources: twilio.com/docs/sendgrid/api-reference/email-activity/filter-all-messages, /for-developers/sending-email/
getting-started-email-activity-api, and twilio/sendgrid-oai, spec/json/tsg_email_activity_v3.json. The feed is an add-on,
lags behind, and takes a few requests a minute; a row names its address and not our ids, so a batch is asked for by the
argument that all its emails carry.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from yarl import URL

from outreach.providers.base import BUSY_MOST, ListedEmail, ListUnavailable
from outreach.providers.calls import TROUBLE, Answer, Caller
from outreach.providers.throttle import asked_to_wait

BATCH_ARGUMENT: Final = "outreach_batch"
MOST_LISTED: Final = 1000  # of one answer; there are no further pages, and a call has no more recipients
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_NAME: Final = re.compile(r"[!-~]{1,200}")
_NOT_OURS: Final = frozenset({401, 403, 404})  # the add-on is not bought, or the key may not read it


async def read_batch(caller: Caller, base: str, batch_key: str) -> list[ListedEmail]:
    """The feed's rows of one batch. Raises ListUnavailable when it cannot be read, ValueError for what is no key."""
    url = _url(base, batch_key)
    try:
        answer = await caller.get(url)
    except TROUBLE as error:
        raise ListUnavailable(f"SendGrid's activity feed could not be read ({type(error).__name__}).") from None
    if answer.status != 200:
        raise ListUnavailable(f"SendGrid's activity feed could not be read ({answer.status}).", _wait(answer))
    return [row for row in map(_listed, _rows(answer.body)) if row is not None]


def _url(base: str, batch_key: str) -> URL:
    if not _KEY.fullmatch(batch_key):
        raise ValueError("a batch is asked for by 32 hexadecimal digits")
    asked = {"query": f"(unique_args['{BATCH_ARGUMENT}']=\"{batch_key}\")", "limit": str(MOST_LISTED)}
    return URL(f"{base}/v3/messages?{urlencode(asked, quote_via=quote)}", encoded=True)


def _wait(answer: Answer) -> float:
    """For how many seconds nothing more should be asked, after this refusal."""
    if answer.status == 429:
        return asked_to_wait(answer.headers, time.time()).after_seconds
    return BUSY_MOST if answer.status in _NOT_OURS else 0.0


def _rows(body: bytes | None) -> list[Any]:
    try:
        rows = orjson.loads(body or b"")["messages"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        rows = None
    if not isinstance(rows, list):
        raise ListUnavailable("SendGrid's activity feed gave an answer that cannot be read.")
    return rows


def _listed(row: object) -> ListedEmail | None:
    """One row; None when it does not say who, when and by which name: such a row proves nothing about anybody."""
    if not isinstance(row, dict):
        return None
    name, to, at = row.get("msg_id"), row.get("to_email"), _moment(row.get("last_event_time"))
    if not isinstance(name, str) or not isinstance(to, str) or at is None:
        return None
    # what stands before the first dot is the X-Message-Id that the call would have been answered with
    provider_id = name.partition(".")[0]
    return ListedEmail(provider_id=provider_id, to=to, at=at) if _NAME.fullmatch(provider_id) else None


def _moment(value: object) -> datetime | None:
    """An ISO 8601 moment, aware UTC; without a zone it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
