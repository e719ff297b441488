"""The proof that the consent ledger is what it was: every digest, link and seal is computed anew and compared.

It is read as it comes, from one snapshot: memory is a few links and their digests, never the ledger. What is found is
named by the first place where it shows: a changed event, one that is missing, one that stands in no link, a link or a
seal that does not follow from the one before. Then the current state of everybody is computed from the events alone.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from outreach.actions.dispatching.rows import run
from outreach.errors import Refused
from outreach.rules import consent, ledger

EVENTS_AT_ONCE = 20_000  # of several links together; a larger link is read by itself
LOST_HEAD = "the ledger does not hold the head that was kept: what stood in it then is gone or was changed"
MOST_PLACES = 20  # that are named one by one; who has read twenty knows enough

_LINKS = (
    "SELECT lane, number, firsts, lasts, events, digests, previous, hash, at FROM consent_link ORDER BY lane, number"
)
_EVENTS = f"""
SELECT r.link, {", ".join(f"e.{name}" for name in ledger.EVENT_FIELDS)}
FROM unnest(%s::int[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS r(link, first, last, n)
JOIN consent_event e ON e.id BETWEEN r.first AND r.last ORDER BY r.n, e.id
"""
_HELD = "SELECT r.first, r.last FROM consent_link, unnest(firsts, lasts) AS r(first, last) ORDER BY 1, 2"
_HEADS = """
SELECT h.lane, h.number FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) AS h(lane, number, hash)
LEFT JOIN consent_link l ON l.lane = h.lane AND l.number = h.number WHERE l.hash IS DISTINCT FROM h.hash ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """What was looked at, the hash of the newest seal (None before the first), and the places that are not as they were."""

    events: int
    links: int
    seals: int
    head: bytes | None
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One link, as it is stored."""

    lane: int
    number: int
    firsts: Sequence[int]
    lasts: Sequence[int]
    events: int
    digests: bytes
    previous: bytes
    hash: bytes
    at: datetime

    @property
    def name(self) -> str:
        return f"link {self.lane}.{self.number}"


def head() -> bytes | None:
    """Seals the ledger as it is now and returns the seal's hash, to be kept elsewhere; None while it is empty."""
    ((sealed,),) = run("SELECT seal_consent_ledger()")
    return bytes(sealed) if sealed is not None else None


def require_head(text: str) -> int:
    """The number of the seal with this hash, in hex as `head` was printed. Raises Refused when no seal has it: then what
    was sealed at that time is not in this ledger any more."""
    number = _seal_of(text)
    if number is None:
        raise Refused(LOST_HEAD + ".")
    return number


def _seal_of(text: str) -> int | None:
    if not re.fullmatch("[0-9a-fA-F]{64}", text.strip()):
        raise Refused("A head of the ledger is 64 digits and letters from a to f, as `outreach ledger head` prints it.")
    rows = run("SELECT number FROM consent_seal WHERE hash = %s", [bytes.fromhex(text.strip())])
    return int(rows[0][0]) if rows else None


def prove(kept_head: str = "") -> LedgerProof:
    """Reads the whole ledger, its chain and the current state, from one snapshot. `kept_head`: a head, in hex, that must
    still be in the chain. Call it outside a transaction."""
    with transaction.atomic():
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        ((events,),) = run("SELECT count(*) FROM consent_event")
        ((links, held),) = run("SELECT count(*), coalesce(sum(events), 0) FROM consent_link")
        broken: list[str] = [LOST_HEAD] if kept_head and _seal_of(kept_head) is None else []
        for found in (_chain(), _uncovered(events, int(held)), _seals(), _states()):
            for place in found:
                broken.append(place)
                if len(broken) >= MOST_PLACES:
                    break
        newest = run("SELECT number, hash FROM consent_seal ORDER BY number DESC LIMIT 1")
    seals, last = newest[0] if newest else (0, None)
    return LedgerProof(events, links, seals, bytes(last) if last else None, tuple(broken[:MOST_PLACES]))


@contextmanager
def _streamed(name: str, query: str, values: Sequence[Any] = ()) -> Iterator[Iterator[tuple[Any, ...]]]:
    """The rows of a query as they come, by a cursor of the server's."""
    with connection.connection.cursor(name=name) as cursor:
        cursor.itersize = 2_000
        cursor.execute(query, values or None)
        yield iter(cursor)


def _chain() -> Iterator[str]:
    """Every link against the one before it and against its events, lane by lane."""
    with _streamed("links", _LINKS) as rows:
        lane, number, before = 0, 0, ledger.NOTHING_BEFORE
        together: list[Link] = []
        for row in rows:
            link = _link(row)
            if link.lane != lane:
                lane, number, before = link.lane, 0, ledger.NOTHING_BEFORE
            yield from _follows(link, number, before)
            number, before = link.number, link.hash
            if together and sum(one.events for one in together) + link.events > EVENTS_AT_ONCE:
                yield from _events_of(together)
                together = []
            together.append(link)
        yield from _events_of(together)


def _link(row: tuple[Any, ...]) -> Link:
    lane, number, firsts, lasts, events, digests, previous, link_hash, at = row
    return Link(lane, number, firsts, lasts, events, bytes(digests), bytes(previous), bytes(link_hash), at)


def _follows(link: Link, number: int, before: bytes) -> Iterator[str]:
    if link.number != number + 1:
        yield f"{link.name}: the link before it is missing"
    elif link.previous != before:
        yield f"{link.name} does not follow from the link before it"
    held = ledger.ranges(link.firsts, link.lasts)
    count = sum(last - first + 1 for first, last in zip(link.firsts, link.lasts, strict=True))
    hashed = ledger.link_hash(link.lane, link.number, link.previous, held, link.digests, link.at)
    if hashed != link.hash or count != link.events:
        yield f"{link.name} was changed"


def _events_of(links: Sequence[Link]) -> Iterator[str]:
    """The events of these links against the digests that were taken when they were written."""
    spans = [(n, *span) for n, link in enumerate(links) for span in zip(link.firsts, link.lasts, strict=True)]
    with _streamed(
        "events", _EVENTS, [list(column) for column in zip(*spans, strict=True)] if spans else [[], [], []]
    ) as rows:
        found = groupby(rows, key=itemgetter(0))
        waiting = next(found, None)
        for n, link in enumerate(links):
            events: Iterator[tuple[Any, ...]] = iter(())
            if waiting is not None and waiting[0] == n:
                events = waiting[1]
            yield from _compared(link, events)
            if waiting is not None and waiting[0] == n:
                waiting = next(found, None)


def _compared(link: Link, events: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    wanted = (number for span in zip(link.firsts, link.lasts, strict=True) for number in range(span[0], span[1] + 1))
    row = next(events, None)
    for place, number in enumerate(wanted):
        if row is None or row[1] != number:
            yield f"event {number} is missing ({link.name})"
            continue
        start = place * ledger.DIGEST_BYTES
        if (
            ledger.event_digest(dict(zip(ledger.EVENT_FIELDS, row[1:], strict=True)))
            != link.digests[start : start + 32]
        ):
            yield f"event {number} was changed ({link.name})"
        row = next(events, None)


def _uncovered(events: int, held: int) -> Iterator[str]:
    """Events that stand in no link, or in two: put in behind the chain's back. Only looked for when the numbers differ."""
    ((twice,),) = run(
        f"SELECT count(*) FROM (SELECT first, lag(last) OVER (ORDER BY first, last) AS before FROM ({_HELD}) h) o "
        "WHERE first <= before"
    )
    if twice:
        yield f"{twice} ranges of events stand in two links"
    if events <= held:
        return  # whatever is missing was named with its link
    with _streamed("held", _HELD) as spans, _streamed("ids", "SELECT id FROM consent_event ORDER BY id") as ids:
        span = next(spans, None)
        for (number,) in ids:
            while span is not None and span[1] < number:
                span = next(spans, None)
            if span is None or number < span[0]:
                yield f"event {number} stands in no link: it was put in beside the chain"


def _seals() -> Iterator[str]:
    """Every seal against the one before it, and the heads it names against the links."""
    number, before = 0, ledger.NOTHING_BEFORE
    heads: dict[int, tuple[int, bytes]] = {}
    named: list[tuple[int, int, bytes]] = []
    query = "SELECT number, heads, previous, hash, at FROM consent_seal ORDER BY number"
    with _streamed("seals", query) as rows:
        for n, told, previous, sealed, at in rows:
            if n != number + 1 or bytes(previous) != before:
                yield f"seal {n} does not follow from the seal before it"
            if ledger.seal_hash(n, bytes(previous), told, at) != bytes(sealed):
                yield f"seal {n} was changed"
            number, before = n, bytes(sealed)
            for lane, link, link_hash in _heads_of(told):
                if heads.get(lane) != (link, link_hash):
                    heads[lane] = (link, link_hash)
                    named.append((lane, link, link_hash))
            if len(named) > 2_000:
                yield from _lost_heads(named)
                named = []
    yield from _lost_heads(named)


def _heads_of(told: str) -> Iterator[tuple[int, int, bytes]]:
    for one in told.split(","):
        lane, number, link_hash = one.split(":")
        yield int(lane), int(number), bytes.fromhex(link_hash)


def _lost_heads(named: Sequence[tuple[int, int, bytes]]) -> Iterator[str]:
    for lane, number in run(_HEADS, [list(column) for column in zip(*named, strict=True)]) if named else ():
        yield f"link {lane}.{number} was sealed, and is gone or another one now"


def _states() -> Iterator[str]:
    """Everybody's current state, folded from the events, against the table that is asked before every message."""
    events = "SELECT subscriber_id, channel, topic, action, method FROM consent_event ORDER BY 1, 2, id"
    states = "SELECT subscriber_id, channel, topic, state FROM consent ORDER BY 1, 2"
    whose = itemgetter(0, 1)
    with _streamed("told", events) as told, _streamed("standing", states) as standing:
        kept = groupby(standing, key=whose)
        waiting = next(kept, None)
        for who, rows in groupby(told, key=whose):
            while waiting is not None and waiting[0] < who:
                yield from (_differs(waiting[0], topic) for _, _, topic, _ in waiting[1])
                waiting = next(kept, None)
            follows = consent.states((topic, action, method) for _, _, topic, action, method in rows)
            stands: dict[str, str] = {}
            if waiting is not None and waiting[0] == who:
                stands = {topic: state for _, _, topic, state in waiting[1]}
                waiting = next(kept, None)
            for topic in sorted(follows.keys() | stands.keys()):
                if follows.get(topic) != stands.get(topic):
                    yield _differs(who, topic)
        while waiting is not None:
            yield from (_differs(waiting[0], topic) for _, _, topic, _ in waiting[1])
            waiting = next(kept, None)


def _differs(who: tuple[int, str], topic: str) -> str:
    return f"person {who[0]}, {who[1]}/{topic}: the current state is not what the ledger's events say"
