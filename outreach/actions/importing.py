"""Importing people from a CSV file: a report of every row first, then all of it or nothing.

An import can never bring back someone who opted out: a suppressed address or a withdrawn consent is `blocked`, and the
row changes nothing there.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions import schedules
from outreach.actions.dispatching.rows import run
from outreach.actions.recording import note
from outreach.errors import Refused
from outreach.models import Subscriber
from outreach.models.people import CHANNELS
from outreach.rules import csv_rows, places, tokens
from outreach.rules.audience import STATES
from outreach.rules.cadence import Schedules

COLUMNS = (
    "email", "phone", "first_name", "last_name", "role", "language", "zip", "state", "zone", "discreet", "tags",
)  # fmt: skip
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
ZIP = re.compile(r"[0-9]{5}(-[0-9]{4})?")
MAX_BYTES = 400 * 1024 * 1024
CHUNK = 2_000

Verdict = Literal["new", "changed", "same", "blocked", "invalid", "duplicate"]


@dataclass(slots=True)
class Row:
    """One line of the file. `line` counts from 1 with the header, as an editor shows it."""

    line: int
    verdict: Verdict = "new"
    say: str = ""
    values: dict[str, object] = field(default_factory=dict)
    email_key: bytes | None = None
    phone_key: bytes | None = None
    subscriber: int | None = None
    blocked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Attestation:
    """Why we may write to these people: staff state it per file, and it stands in every consent event."""

    topic: str
    wording: str
    source: str
    channels: tuple[str, ...] = ("email", "sms")


@dataclass(frozen=True, slots=True)
class Report:
    """What an import would do, or did. `rows` holds every row that staff should look at."""

    counts: dict[str, int]
    rows: tuple[Row, ...]
    applied: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def import_csv(
    data: bytes,
    attestation: Attestation,
    *,
    now: datetime,
    dry_run: bool,
    skip_bad_rows: bool = False,
    actor: User | None = None,
) -> Report:
    """Reads a CSV file and, unless `dry_run`, applies it in one transaction.

    Rows that cannot be used stop the whole import unless `skip_bad_rows`. Raises Refused for a file that cannot be read
    at all, or an attestation that says nothing.
    """
    attestation = _checked(attestation, schedules.current())
    rows = list(_read(data))
    _mark_duplicates(rows)
    good = [row for row in rows if row.verdict == "new"]
    for start in range(0, len(good), CHUNK):
        _compare(good[start : start + CHUNK], attestation)
    bad = any(row.verdict == "invalid" for row in rows)
    apply = not dry_run and (skip_bad_rows or not bad)
    if apply:
        _apply(good, attestation, now=now, actor=actor)
    counts = Counter(row.verdict for row in rows)
    worth_a_look = tuple(r for r in rows if r.verdict in ("invalid", "duplicate", "blocked") or r.say)
    return Report({v: counts.get(v, 0) for v in ("new", "changed", "same", "blocked", "invalid", "duplicate")},
                  worth_a_look, apply)  # fmt: skip


def _checked(attestation: Attestation, in_force: Schedules) -> Attestation:
    """The attestation, for the channels that its topic has."""
    topics = {t.key: t for t in in_force.topics}
    if attestation.topic not in topics:
        raise Refused(f"No topic is called “{attestation.topic}”. Known: {', '.join(topics)}.")
    if not attestation.channels or not set(attestation.channels) <= set(CHANNELS):
        raise Refused("Say for which channels these people agreed: email, sms or both.")
    if len(attestation.wording.strip()) < 10 or not attestation.source.strip():
        raise Refused(
            "Say which words these people agreed to (at least 10 characters) and where: both are kept as proof."
        )
    channels = tuple(c for c in attestation.channels if c in topics[attestation.topic].channels)
    if not channels:
        raise Refused(f"The topic “{attestation.topic}” does not go out by {' or '.join(attestation.channels)}.")
    return replace(attestation, channels=channels)


def _read(data: bytes) -> Iterator[Row]:
    if len(data) > MAX_BYTES:
        raise Refused(f"The file has {len(data) // 2**20} MB; split it into files of at most {MAX_BYTES // 2**20} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise Refused(f"Line {line} is not UTF-8 text: save the file as “CSV UTF-8” and try again.") from None
    if "\0" in text:
        raise Refused("This is not a CSV file: it holds binary data.")
    try:
        table = csv_rows.rows(text)
        header = [_column(name, n) for n, name in enumerate(next(table, (1, []))[1], 1)]
        if not {"email", "phone"} & set(header):
            raise Refused("Line 1 must name the columns, with at least one of email and phone.")
        csv_rows.refuse_twice(header)
        for line, cells in table:
            yield _row(line, header, cells)
    except csv_rows.TableRefused as e:
        raise Refused(e.say) from None


def _column(name: str, number: int) -> str:
    wanted = csv_rows.column_key(name)
    wanted = {"zip_code": "zip", "mobile": "phone", "e_mail": "email", "time_zone": "zone"}.get(wanted, wanted)
    if wanted not in COLUMNS:
        if any(mark in name for mark in ";\t"):
            raise Refused("Line 1 does not have commas between its columns: save the file as “CSV UTF-8 (comma)”.")
        close = difflib.get_close_matches(wanted, COLUMNS, 1)
        if not wanted:
            raise Refused(f"Line 1, column {number} has no name: name it or delete the column.")
        hint = f" Did you mean “{close[0]}”?" if close else f" Known columns: {', '.join(COLUMNS)}."
        raise Refused(f"Line 1, column {number}: “{name.strip()}” is not known.{hint}")
    return wanted


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    row = Row(line)
    if len(cells) != len(header):
        row.verdict, row.say = "invalid", f"{len(cells)} cells where the header has {len(header)}: check the commas."
        return row
    given = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    try:
        row.values = _values(given)
    except (tokens.AddressInvalid, places.UnknownZone, ValueError) as e:
        row.verdict, row.say = "invalid", getattr(e, "say", None) or str(e)
        return row
    for channel, name in (("email", "email"), ("sms", "phone")):
        address = row.values.get(name)
        if address:
            setattr(row, f"{name}_key", tokens.address_key(channel, str(address), settings.ADDRESS_SECRET))
    return row


def _values(given: dict[str, str]) -> dict[str, object]:
    """The cleaned cells of a row. Raises with one sentence that names the column."""
    if not given.get("email") and not given.get("phone"):
        raise ValueError("neither an email nor a phone: give at least one.")
    values: dict[str, object] = {}
    if given.get("email"):
        values["email"] = tokens.normal_email(given["email"])
    if given.get("phone"):
        values["phone"] = tokens.normal_phone(given["phone"])
    for name in ("first_name", "last_name"):
        if given.get(name):
            values[name] = _name(given, name)
    values.update(_choice(given, "role", ("subscriber", "family")))
    values.update(_choice(given, "language", ("en", "es")))
    zone, zip_code, state = given.get("zone"), given.get("zip"), given.get("state")
    if zone:
        places.zone_named(zone)
        values["zone"] = zone
    if zip_code:
        if not ZIP.fullmatch(zip_code):
            raise ValueError("zip must be five digits, like 30303.")
        values["zip_code"] = zip_code[:5]
    if state:
        if state.upper() not in STATES:
            raise ValueError("state must be the two letters of a US state, like GA.")
        values["state"] = state.upper()
    if given.get("discreet"):  # an empty cell must not end somebody's discretion
        word = given["discreet"].lower()
        if word not in YES | NO:
            raise ValueError("discreet must be yes or no.")
        values["discreet"] = word in YES
    if given.get("tags"):
        values["tags"] = sorted({t.strip().lower() for t in given["tags"].split(";") if t.strip()})
    return values


def _name(given: dict[str, str], name: str) -> str:
    """A name in one line: it stands in greetings."""
    found = " ".join(given[name].split())
    if len(found) > 80:
        raise ValueError(f"{name} is longer than 80 characters.")
    return found


def _choice(given: dict[str, str], name: str, choices: tuple[str, ...]) -> dict[str, object]:
    word = given.get(name, "").lower()
    if not word:
        return {}
    if word not in choices:
        raise ValueError(f"{name} must be {' or '.join(choices)}.")
    return {name: word}


def _mark_duplicates(rows: Iterable[Row]) -> None:
    """A row whose email stands above already; without an email, one whose phone does. The first one counts."""
    seen: dict[object, int] = {}
    for row in rows:
        if row.verdict != "new":
            continue
        identity = row.email_key or row.phone_key
        if identity in seen:
            row.verdict, row.say = "duplicate", f"the same person stands in line {seen[identity]}: that line counts."
        else:
            for key in (row.email_key, row.phone_key):
                if key:
                    seen.setdefault(key, row.line)


def _compare(rows: Sequence[Row], attestation: Attestation) -> None:
    """Finds who is known, who would change, and who may not be written to."""
    emails = [r.email_key for r in rows if r.email_key]
    phones = [r.phone_key for r in rows if r.phone_key and not r.email_key]
    known = {bytes(s.email_key or b""): s for s in Subscriber.objects.filter(email_key__in=emails, erased_at=None)}
    # of several records with one number, the oldest
    having = Subscriber.objects.filter(phone_key__in=phones, erased_at=None).order_by("-pk")
    by_phone = {bytes(s.phone_key or b""): s for s in having}
    keys = [key for row in rows for _, key in _addresses(row)]
    suppressed, left = _suppressed(keys), _left(keys, attestation.topic)
    for row in rows:
        person = known.get(row.email_key or b"") or (None if row.email_key else by_phone.get(row.phone_key or b""))
        if person:
            row.subscriber = person.pk
            changed = any(getattr(person, name) != value for name, value in row.values.items())
            row.verdict = "changed" if changed else "same"
    numbers = {s.pk: {bytes(k) for k in (s.email_key, s.phone_key) if k} for s in (*known.values(), *by_phone.values())}
    standing = _standing([r.subscriber for r in rows if r.subscriber], attestation.topic)
    for row in rows:
        for channel, key in _addresses(row):
            own = standing.get((row.subscriber, channel))
            # a consent of the record's own speaks for the addresses it has, not for one that comes with this file
            granted = own == "granted" and row.subscriber is not None and key in numbers.get(row.subscriber, set())
            if (channel, key) in suppressed or own == "revoked" or (not granted and (channel, key) in left):
                row.blocked.add(channel)
        wanted = {c for c, _ in _addresses(row)} & set(attestation.channels)
        barred = wanted & row.blocked
        if barred and barred == wanted:
            row.verdict = "blocked"
            row.say = "opted out or not reachable before: kept as it is, nothing is sent."
        elif barred:
            row.say = f"no {'texts' if 'sms' in barred else 'emails'}: opted out or not reachable there before."
        if row.verdict == "same" and any((row.subscriber, c) not in standing for c in wanted - row.blocked):
            row.verdict = "changed"  # the record stays as it is, but a consent is added


def _addresses(row: Row) -> list[tuple[str, bytes]]:
    return [(c, key) for c, key in (("email", row.email_key), ("sms", row.phone_key)) if key]


# What holds for a topic: its own last word or, without one, a withdrawal from everything.
_STANDING = """(SELECT DISTINCT ON (subscriber_id, channel) subscriber_id, channel, state FROM consent
    WHERE topic IN (%(topic)s, '*') AND {whose} ORDER BY subscriber_id, channel, topic = '*')"""


def _suppressed(keys: list[bytes]) -> set[tuple[str, bytes]]:
    rows = run("SELECT channel, address_key FROM suppression WHERE lifted_at IS NULL AND address_key = ANY(%s)", [keys])
    return {(channel, bytes(key)) for channel, key in rows}


def _left(keys: list[bytes], topic: str) -> set[tuple[str, bytes]]:
    """(channel, address) that left the topic in any record which has the address: who left through one record must not
    come back through a new one."""
    rows = run(
        f"""SELECT c.channel, s.email_key, s.phone_key FROM subscriber s
        JOIN LATERAL {_STANDING.format(whose="subscriber_id = s.id")} c ON c.state = 'revoked'
        WHERE s.email_key = ANY(%(keys)s) OR s.phone_key = ANY(%(keys)s)""",
        {"keys": keys, "topic": topic},
    )
    found = ((channel, email if channel == "email" else phone) for channel, email, phone in rows)
    return {(channel, bytes(key)) for channel, key in found if key is not None}


def _standing(people: list[int], topic: str) -> dict[tuple[int | None, str], str]:
    rows = run(_STANDING.format(whose="subscriber_id = ANY(%(people)s)"), {"people": people, "topic": topic})
    return {(subscriber, channel): state for subscriber, channel, state in rows}


@transaction.atomic
def _apply(rows: Sequence[Row], attestation: Attestation, *, now: datetime, actor: User | None) -> None:
    fresh = [r for r in rows if r.verdict == "new"]
    made = Subscriber.objects.bulk_create(
        [
            Subscriber(
                **r.values, email_key=r.email_key, phone_key=r.phone_key, source=attestation.source, created_at=now
            )
            for r in fresh
        ],
        batch_size=CHUNK,
    )
    for row, person in zip(fresh, made, strict=True):
        row.subscriber = person.pk
    for row in rows:
        if row.verdict == "changed" and row.subscriber is not None:
            keys = {"phone_key": row.phone_key} if row.phone_key else {}
            Subscriber.objects.filter(pk=row.subscriber).update(**row.values, **keys)
    grants = [
        (row.subscriber, channel)
        for row in rows
        if row.verdict in ("new", "changed", "same")
        for channel, key in (("email", row.email_key), ("sms", row.phone_key))
        if key and channel in attestation.channels and channel not in row.blocked
    ]
    for start in range(0, len(grants), CHUNK):
        _grant(grants[start : start + CHUNK], attestation, now=now, actor=actor)
    changed = [r.subscriber for r in rows if r.verdict == "changed" and r.subscriber is not None]
    if made or changed:
        first = made[0] if made else Subscriber.objects.get(pk=changed[0])
        detail = f"{len(made)} new and {len(changed)} changed people from {attestation.source}"
        note("imported", first, now=now, actor=actor, detail=detail)


def _grant(
    grants: Sequence[tuple[int | None, str]], attestation: Attestation, *, now: datetime, actor: User | None
) -> None:
    """Consent for those who have none yet for this topic; a standing or withdrawn one is not touched."""
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method,
            source, provider_id, actor_id, at)
        SELECT v.subscriber, v.channel, %(topic)s, 'granted', %(wording)s, '', 'en', 'import', %(source)s, '',
            %(actor)s, %(now)s
        FROM unnest(%(people)s::bigint[], %(channels)s::text[]) AS v(subscriber, channel)
        WHERE NOT EXISTS (SELECT 1 FROM consent c WHERE c.subscriber_id = v.subscriber AND c.channel = v.channel
            AND c.topic IN (%(topic)s, '*'))""",
        {
            "topic": attestation.topic,
            "wording": attestation.wording,
            "source": attestation.source,
            "actor": actor.pk if actor else None,
            "now": now,
            "people": [s for s, _ in grants],
            "channels": [c for _, c in grants],
        },
    )
