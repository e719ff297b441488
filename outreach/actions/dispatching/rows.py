"""The hot SQL of the spine, set-based: a constant number of round trips per batch, no object per row from the ORM.

`people` is the one query that says who is due or claimed and what we may know about them; the claim and the fence read
the same columns, so both decide by the same facts. Columns come back as `Person`.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import connection

from outreach.actions.placing import place_of
from outreach.rules import consent, places
from outreach.rules.consent import Facts


@dataclass(frozen=True, slots=True)
class Person:
    """What the decision about one due step rests on."""

    row: int  # id of the enrollment (claim) or of the message (fence)
    subscriber: int
    next_due_at: datetime
    wanted_at: datetime | None
    moved: str
    anchor: datetime
    address: str | None
    address_key: bytes | None
    claimed_key: bytes | None  # the address the message was claimed for; at the claim the same
    first_name: str
    discreet: bool
    language: str
    zone: str | None
    zip_code: str | None
    state: str | None
    phone: str | None
    held: str | None
    paused_until: datetime | None
    erased: bool
    suppressed: str | None
    consent: str
    lately: tuple[datetime, ...]
    had_before: bool
    same_step_sent: bool
    ended: bool  # the run is over (only the fence can meet one)
    telling: bool  # a text with no form for people who asked for discretion

    @property
    def place(self) -> places.Place:
        """Where the person may be."""
        return place_of(phone=self.phone, zip_code=self.zip_code, zone=self.zone, state=self.state)

    @property
    def facts(self) -> Facts:
        return consent.Facts(
            address_ok=self.address is not None,
            suppressed=self.suppressed,
            consent=self.consent,  # type: ignore[arg-type]  # CHECKed in the database
            held=self.held,
            paused_until=self.paused_until,
            erased=self.erased,
        )


_NAMES = [field.name for field in fields(Person)]
_KEYS, _LATELY = (_NAMES.index("address_key"), _NAMES.index("claimed_key")), _NAMES.index("lately")

# `lately` counts what was claimed before this row's own message, so two batches that claimed the same person at the
# same moment agree at the fence which of them is over the cap.
_COLUMNS = """
    s.id AS subscriber, e.next_due_at, {wanted}, e.anchor,
    s.{address} AS address, s.{address}_key AS address_key, {claimed} AS claimed_key, s.first_name, s.discreet, s.language,
    s.zone, s.zip_code, s.state, s.phone, s.held_reason, s.paused_until, s.erased_at IS NOT NULL AS erased,
    (SELECT cause FROM suppression x WHERE x.channel = %(channel)s AND x.address_key = s.{address}_key
        AND x.lifted_at IS NULL LIMIT 1) AS suppressed,
    coalesce(ct.state, ca.state, 'none') AS consent,
    (SELECT array_agg(m.claimed_at) FROM message m WHERE m.channel = %(channel)s
        AND m.address_key = s.{address}_key AND m.claimed_at > %(now)s - interval '24 hours' AND m.kind = 'step'
        AND m.status IN ('sending', 'sent', 'uncertain') {before}) AS lately,
    EXISTS (SELECT 1 FROM message m WHERE m.channel = %(channel)s AND m.address_key = s.{address}_key
        AND m.kind = 'step' AND m.failed_at IS NULL
        AND m.status IN ('sending', 'sent', 'uncertain') {before}) AS had_before,
    EXISTS (SELECT 1 FROM message m WHERE m.campaign_id = e.campaign_id AND m.channel = %(channel)s
        AND m.step_number = %(step)s AND m.address_key = s.{address}_key AND m.kind = 'step'
        AND m.status IN ('sending', 'sent', 'uncertain') {before}) AS same_step_sent,
    e.ended_at IS NOT NULL AS ended,
    EXISTS (SELECT 1 FROM step p JOIN campaign k ON k.series_id = p.series_id WHERE k.id = e.campaign_id
        AND p.channel = 'sms' AND p.channel = e.channel AND p.number = %(step)s
        AND NOT p.compiled ? 'discreet_later') AS telling
"""
_CONSENT = """
    LEFT JOIN consent ct ON ct.subscriber_id = s.id AND ct.channel = %(channel)s AND ct.topic = %(topic)s
    LEFT JOIN consent ca ON ca.subscriber_id = s.id AND ca.channel = %(channel)s AND ca.topic = '*'
"""

# A step whose batch is still open may come back, and the cursor with it: the next one is not begun before that is known.
# (A worker died, and the system stood still for longer than the steps are apart.)
_DUE = (
    "SELECT e.id, "
    + _COLUMNS
    + " FROM enrollment e JOIN subscriber s ON s.id = e.subscriber_id"
    + _CONSENT
    + """
    WHERE e.status = 'active' AND e.channel = %(channel)s AND e.campaign_id = %(campaign)s
        AND e.next_step = %(step)s AND e.next_due_at <= %(now)s
        AND NOT EXISTS (SELECT 1 FROM message m WHERE m.enrollment_id = e.id AND m.step_number = e.next_step - 1
            AND m.status = 'sending')
    ORDER BY e.next_due_at LIMIT %(limit)s FOR UPDATE OF e SKIP LOCKED
"""
)
_CLAIMED = (
    "SELECT f.id, "
    + _COLUMNS
    + """ FROM message f JOIN enrollment e ON e.id = f.enrollment_id
    JOIN subscriber s ON s.id = f.subscriber_id"""
    + _CONSENT
    + """
    WHERE f.batch_id = %(batch)s AND f.status = 'sending' ORDER BY f.id
"""
)


def _address_column(channel: str) -> str:
    return {"email": "email", "sms": "phone"}[channel]


def _fetch(query: str, values: dict[str, Any]) -> list[Person]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [_person(row) for row in cursor.fetchall()]


def _person(row: tuple[Any, ...]) -> Person:
    cells = list(row)
    for key in _KEYS:
        cells[key] = bytes(cells[key]) if cells[key] is not None else None
    cells[_LATELY] = tuple(cells[_LATELY] or ())
    return Person(*cells)


def lock_due(*, channel: str, campaign: int, step: int, topic: str, now: datetime, limit: int) -> list[Person]:
    """Locks up to `limit` due enrollments of one step, oldest first, passing over rows another worker holds."""
    query = _DUE.format(
        address=_address_column(channel),
        claimed=f"s.{_address_column(channel)}_key",
        wanted="e.next_wanted_at AS wanted_at, e.next_moved AS moved",
        before="",
    )
    values = {"channel": channel, "campaign": campaign, "step": step, "topic": topic, "now": now, "limit": limit}
    return _fetch(query, values)


def reread(*, channel: str, batch: int, step: int, topic: str, now: datetime) -> list[Person]:
    """The people of a batch as they are at this moment, for the fence."""
    query = _CLAIMED.format(
        address=_address_column(channel),
        claimed="f.address_key",
        wanted="f.wanted_at AS wanted_at, f.moved AS moved",
        before="AND m.id < f.id",
    )
    return _fetch(query, {"channel": channel, "batch": batch, "step": step, "topic": topic, "now": now})


def run(query: str, values: dict[str, Any] | list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Executes one statement; returns its rows, or [] when it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []
