"""How long a 429 asks us to wait, read from its headers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from outreach.providers.base import Busy, busy

USUAL_WAIT: Final = 5.0  # seconds, when the provider names none


def asked_to_wait(headers: Mapping[str, str], at: float) -> Busy:
    """The wait of a 429: Retry-After (seconds or a date), else X-RateLimit-Reset (unix seconds), else a usual one.

    `headers` must find names in any case; `at` is the unix time now.
    """
    retry_after = headers.get("Retry-After", "").strip()
    seconds = _number(retry_after)
    if seconds is None and retry_after:
        seconds = _until(retry_after, at)
    if seconds is None:
        reset = _number(headers.get("X-RateLimit-Reset", "").strip())
        seconds = None if reset is None else reset - at
    return busy(USUAL_WAIT if seconds is None else seconds)


def _number(text: str) -> float | None:
    whole, _, part = text.partition(".")
    if not text.isascii() or not whole.isdigit() or len(text) > 20 or not (part.isdigit() or not part):
        return None
    return float(text)


def _until(text: str, at: float) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - at
