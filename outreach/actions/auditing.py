"""The audit: proves the five promises from the ledger, and against the sandbox's own log of what it received; and that
the consent ledger itself, which the first of them rests on, is what it was (auditing_ledger).

Every check is a query that lists the rows which break a promise. None may be found.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from outreach.actions import auditing_ledger, auditing_words, drafting, schedules
from outreach.actions.dispatching.rows import run
from outreach.actions.placing import place_of
from outreach.models import Series
from outreach.rules import hours
from outreach.rules.cadence import QuietHours, Schedules
from outreach.rules.places import Place

# an answer inside a webhook's answer is no call of ours, and has no batch
_CALLED = "(m.kind IN ('step', 'confirmation') OR m.kind = 'reply' AND m.batch_id IS NOT NULL)"
OVERDUE = timedelta(minutes=15)  # a worker looks every few seconds
WAITED_AT_MOST = timedelta(seconds=60)  # the longest a call that began before can take
WRITTEN_WITHIN = timedelta(seconds=10)  # the longest a withdrawal may wait for rows between being written and committed


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: what was looked at (`checked`), what broke it (`broken`, at most 20 places named in `where`)."""

    name: str
    title: str
    checked: int
    broken: int
    counts: Mapping[str, int] = field(default_factory=dict)
    where: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        return self.broken == 0


@dataclass(frozen=True, slots=True)
class Audit:
    """The whole proof. `witness` says whether the sandbox's log was compared as well."""

    promises: tuple[Promise, ...]
    totals: Mapping[str, int]
    witness: bool
    head: bytes | None = None  # of the consent ledger: the hash of its newest seal

    @property
    def held(self) -> bool:
        return all(p.held for p in self.promises)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form, for `outreach audit --json`."""
        return {
            "held": self.held,
            "witness_compared": self.witness,
            "ledger_head": self.head.hex() if self.head else None,
            "promises": [
                {
                    "name": p.name,
                    "title": p.title,
                    "held": p.held,
                    "checked": p.checked,
                    "broken": p.broken,
                    "counts": dict(p.counts),
                    "where": list(p.where),
                }
                for p in self.promises
            ],
            "totals": dict(self.totals),
        }


def audit(
    witness: Sequence[Mapping[str, Any]] | None = None, *, now: datetime | None = None, kept_head: str = ""
) -> Audit:
    """Checks every promise. `witness`: the lines of the sandbox's log.jsonl, or None when there is no sandbox. `now`:
    the schedule's moment, to find what is long due and was never begun; None skips that. `kept_head`: a head of the consent
    ledger, in hex, that must still be in its chain. Raises Refused for one that is no head at all."""
    accepted = [w for w in witness if w.get("kind") == "accepted"] if witness is not None else None
    ours = _by_key(accepted) if accepted is not None else None
    proof = auditing_ledger.prove(kept_head)
    return Audit(
        promises=(
            _opt_out(ours),
            _once(accepted, ours),
            _nothing_lost(ours, now),
            _allowed_hours(ours),
            _faithful(),
            _evidence(proof),
        ),
        totals=_totals(accepted),
        witness=witness is not None,
        head=proof.head,
    )


def _totals(accepted: Sequence[Mapping[str, Any]] | None) -> dict[str, int]:
    totals = {f"{channel}_{status}": n for channel, status, n in run(
        "SELECT channel, status, count(*) FROM message WHERE kind = 'step' GROUP BY 1, 2 ORDER BY 1, 2")}  # fmt: skip
    for word, n in run("SELECT 'deferred', count(*) FROM enrollment WHERE status = 'active' AND next_moved <> ''"):
        totals[word] = n
    for word, n in run(
        """SELECT 'confirmations_sent', count(*) FROM message WHERE kind = 'confirmation' AND status = 'sent'
        HAVING count(*) > 0
        UNION ALL SELECT 'answers_sent', count(*) FROM message WHERE kind = 'reply' AND status = 'sent'
            AND (batch_id IS NOT NULL OR channel = 'email') HAVING count(*) > 0
        UNION ALL SELECT 'pages_sent', count(*) FROM page WHERE status = 'sent' HAVING count(*) > 0"""
    ):
        totals[word] = n
    if accepted is not None:
        totals["accepted_by_provider"] = len(accepted)
    return totals


def _by_key(accepted: Iterable[Mapping[str, Any]]) -> dict[str, list[datetime]]:
    times: dict[str, list[datetime]] = defaultdict(list)
    for line in accepted:
        if line.get("key"):
            times[str(line["key"]).replace("-", "")].append(datetime.fromisoformat(str(line["at"])))
    return times


def _promise(name: str, title: str, checked: int, broken: Sequence[str], **counts: int) -> Promise:
    return Promise(name, title, checked, len(broken), counts, tuple(broken[:20]))


def _opt_out(ours: Mapping[str, list[datetime]] | None) -> Promise:
    """No call for an address started after its opt-out was confirmed to the person, while the opt-out stood."""
    confirmed = f"""FROM message m JOIN suppression x ON x.channel = m.channel AND x.address_key = m.address_key
        WHERE {_CALLED} AND x.confirmed_at IS NOT NULL"""
    broken = [
        f"message {message} started after the confirmed opt-out of its address"
        for (message,) in run(
            f"""SELECT DISTINCT m.id {confirmed} AND m.sent_at > x.confirmed_at
                AND (x.lifted_at IS NULL OR m.sent_at < x.lifted_at)"""
        )
    ]
    broken += _withdrawn(sent_by=WAITED_AT_MOST)
    if ours is not None:
        for message, key, at in run(
            f"SELECT m.id, m.key, min(x.confirmed_at) {confirmed} AND x.lifted_at IS NULL GROUP BY 1, 2"
        ):
            if any(accepted > at for accepted in ours.get(key.hex, ())):
                broken.append(f"message {message}: the provider got it after the confirmed opt-out of its address")
    ((opted_out,),) = run("SELECT count(*) FROM suppression WHERE confirmed_at IS NOT NULL")
    ((started, unknown),) = run(
        """SELECT count(*) FILTER (WHERE sent_at IS NOT NULL), count(*) FILTER (WHERE sent_at IS NULL AND status = 'sent')
        FROM message WHERE kind = 'step'"""
    )
    if ours is not None:  # its log tells when what a killed worker had sent began
        started, unknown = started + unknown, 0
    return _promise("opt_out", "Nothing was sent after an opt-out", started, broken,
                    sent_after_opt_out=len(broken), opt_outs=opted_out, **_unknown(unknown))  # fmt: skip


def _withdrawn(*, sent_by: timedelta) -> list[str]:
    """Messages that began after consent to their topic was withdrawn, or their address suppressed, in ways that nobody
    confirms to anyone (a complaint, a lost topic): later than any call already running could have begun.

    A withdrawal bears the moment at which it was asked for, and may be written long after (the database was away). So a
    message breaks it only if its batch was also marked when it surely stood, both by the database's own clock.
    """
    return [
        f"message {message} started after consent to its topic was withdrawn"
        for (message,) in run(
            """SELECT DISTINCT m.id FROM message m JOIN campaign c ON c.id = m.campaign_id JOIN series s ON s.id = c.series_id
            JOIN consent_event r ON r.subscriber_id = m.subscriber_id AND r.channel = m.channel AND r.action = 'revoked'
                AND r.topic IN (s.topic, '*') AND r.at + %s < m.sent_at
            LEFT JOIN batch b ON b.id = m.batch_id
            WHERE m.kind = 'step' AND (b.calling_at IS NULL OR b.calling_at > r.recorded_at + %s)
                AND NOT EXISTS (SELECT 1 FROM consent_event g
                    WHERE g.subscriber_id = m.subscriber_id AND g.channel = m.channel AND g.topic = s.topic
                    AND g.action = 'granted' AND g.id > r.id AND g.at <= m.sent_at)""",
            [sent_by, WRITTEN_WITHIN],
        )
    ] + [
        f"message {message} started though its address was suppressed"
        for (message,) in run(
            f"""SELECT DISTINCT m.id FROM message m JOIN suppression x
                ON x.channel = m.channel AND x.address_key = m.address_key
            WHERE {_CALLED} AND x.confirmed_at IS NULL AND x.at + %s < m.sent_at
                AND (x.lifted_at IS NULL OR m.sent_at < x.lifted_at)""",
            [sent_by],
        )
    ]


def _once(accepted: Sequence[Mapping[str, Any]] | None, ours: Mapping[str, list[datetime]] | None) -> Promise:
    """At most one acceptance per person and step."""
    broken = [
        f"enrollment {enrollment}, step {step}: {n} messages count"
        for enrollment, step, n in run(
            """SELECT enrollment_id, step_number, count(*) FROM message WHERE kind = 'step' AND status <> 'returned'
            GROUP BY 1, 2 HAVING count(*) > 1"""
        )
    ]
    ((sent,),) = run("SELECT count(*) FROM message WHERE kind = 'step' AND status = 'sent'")
    if ours is not None:
        known = {key.hex for (key,) in run("SELECT key FROM message UNION ALL SELECT key FROM page")}
        # what an open batch carries is written when it is settled
        going = {key.hex[:-4] for (key,) in run("SELECT key FROM batch WHERE status IN ('claimed', 'calling')")}
        broken += [
            f"the provider took a message {key} that no ledger knows"
            for key in sorted(ours.keys() - known)
            if key[:-4] not in going
        ]
        broken += ["the provider took a message without our id"] * sum(not w.get("key") for w in accepted or ())
        steps: Counter[tuple[int, int]] = Counter()
        for key, enrollment, step in run("SELECT key, enrollment_id, step_number FROM message WHERE kind = 'step'"):
            steps[(enrollment, step)] += len(ours.get(key.hex, ()))
        broken += [f"enrollment {e}, step {s}: the provider took it {n} times" for (e, s), n in steps.items() if n > 1]
    return _promise("once", "Nobody got a step twice", sent, broken, duplicates=len(broken))


def _nothing_lost(ours: Mapping[str, list[datetime]] | None, now: datetime | None) -> Promise:
    """Every step behind a cursor has exactly one outcome, no run ended early as if it were done, no intent was left
    behind, and the ledger and the provider agree on who got what."""
    broken = [
        f"enrollment {enrollment}: {n} outcomes for {steps} steps"
        for enrollment, steps, n in run(
            """SELECT e.id, e.next_step - 1, count(m.id) FROM enrollment e
            LEFT JOIN message m ON m.enrollment_id = e.id AND m.kind = 'step' AND m.status <> 'returned'
            GROUP BY e.id HAVING count(m.id) <> e.next_step - 1"""
        )
    ]
    broken += [
        f"enrollment {enrollment} is finished with {steps - done} steps left"
        for enrollment, done, steps in run(
            """SELECT e.id, e.next_step - 1, n.steps FROM enrollment e JOIN campaign c ON c.id = e.campaign_id
            JOIN (SELECT series_id, channel, count(*) AS steps FROM step GROUP BY 1, 2) n
                ON n.series_id = c.series_id AND n.channel = e.channel
            WHERE e.status = 'finished' AND e.next_step - 1 < n.steps"""
        )
    ]
    broken += [
        f"message {message} names a run, a person or a step that does not exist"
        for (message,) in run(
            """SELECT m.id FROM message m LEFT JOIN enrollment e ON e.id = m.enrollment_id
            LEFT JOIN subscriber s ON s.id = m.subscriber_id LEFT JOIN step p ON p.id = m.step_id
            WHERE m.kind = 'step' AND (e.id IS NULL OR s.id IS NULL OR p.id IS NULL OR e.subscriber_id <> s.id
                OR e.campaign_id <> m.campaign_id)"""
        )
    ]
    broken += [
        f"batch {batch} is still open though its lease ended"
        for (batch,) in run(
            "SELECT id FROM batch WHERE status IN ('claimed', 'calling') AND lease_until < clock_timestamp()"
        )
    ]
    broken += _never_begun(now) if now else []
    broken += [
        f"message {message} is {status}, but it was delivered"
        for message, status in run(
            "SELECT id, status FROM message WHERE status IN ('returned', 'skipped') AND delivered_at IS NOT NULL"
        )
    ]
    ((outcomes, uncertain),) = run(
        """SELECT count(*), count(*) FILTER (WHERE status = 'uncertain') FROM message
        WHERE kind = 'step' AND status <> 'returned'"""
    )
    if ours is not None:
        # a reply given inside a webhook's answer is no provider call, so the log holds no acceptance for it
        for message, key, status, reason in run(
            "SELECT id, key, status, reason FROM message WHERE kind <> 'reply' OR batch_id IS NOT NULL"
        ):
            took = bool(ours.get(key.hex))
            # "failed" by the provider's own report: it took the message and gave it up afterwards
            given_up = status == "failed" and reason == "provider_report"
            if took and not given_up and status not in ("sent", "uncertain"):
                broken.append(f"message {message} is {status}, but the provider took it")
            if not took and status == "sent":
                broken.append(f"message {message} is sent, but the provider never got it")
    return _promise("nothing_lost", "Every due step has one recorded outcome", outcomes, broken,
                    lost=len(broken), uncertain=uncertain)  # fmt: skip


def _never_begun(now: datetime) -> list[str]:
    """Steps that have been due for a while in a running campaign and lane, and that no worker has looked at."""
    return [
        f"enrollment {enrollment} has been due since {due:%Y-%m-%d %H:%M} UTC and nothing was done"
        for enrollment, due in run(
            """SELECT e.id, e.next_due_at FROM enrollment e JOIN campaign c ON c.id = e.campaign_id
            JOIN step p ON p.series_id = c.series_id AND p.channel = e.channel AND p.number = e.next_step
            WHERE e.status = 'active' AND c.status = 'running' AND e.next_due_at < %s
                AND NOT EXISTS (SELECT 1 FROM lane_pause l WHERE l.channel = e.channel AND l.until > %s)
            ORDER BY e.id""",
            [now - OVERDUE, now],
        )
    ]


def _allowed_hours(ours: Mapping[str, list[datetime]] | None) -> Promise:
    """No text started outside the hours that hold in every zone the person may be in."""
    versions = schedules.history()
    broken = []
    checked = unknown = 0
    for message, key, sent_at, zones, phone, zip_code, zone, state in run(
        """SELECT m.id, m.key, m.sent_at, m.zones, s.phone, s.zip_code, s.zone, s.state FROM message m
        JOIN subscriber s ON s.id = m.subscriber_id
        WHERE m.channel = 'sms' AND m.kind = 'step' AND (m.sent_at IS NOT NULL OR m.status = 'sent')"""
    ):
        where = _place_then(zones, place_of(phone=phone, zip_code=zip_code, zone=zone, state=state))
        moments = (ours or {}).get(key.hex) or ([sent_at] if sent_at else [])
        if not moments:
            unknown += 1
            continue
        checked += 1
        if any(not hours.hours("sms", where, moment, _quiet_at(versions, moment)).allowed for moment in moments):
            broken.append(f"message {message} started at {moments[0]:%Y-%m-%d %H:%M} UTC, outside the allowed hours")
    return _promise("allowed_hours", "No text outside allowed hours", checked, broken,
                    outside_hours=len(broken), **_unknown(unknown))  # fmt: skip


def _unknown(number: int) -> dict[str, int]:
    """What a killed worker had sent, known by the provider's report alone: nobody saw when its call began."""
    return {"start_unknown": number} if number else {}


def _place_then(zones: str, place: Place) -> Place:
    """Where the person was held to be when it was sent. Who moved since, or was erased, is judged by the zones that the
    message recorded; which states' law came on top is no longer known then, so that of a state without its own counts."""
    if tuple(zones.split(",")) == place.zones:
        return place
    if not zones:
        return Place((), (), "unknown", "place_unknown")
    return Place(tuple(zones.split(",")), ("DC",), "unknown", None)


def _quiet_at(versions: Sequence[tuple[datetime, Schedules]], moment: datetime) -> QuietHours:
    """The quiet hours in force at a moment: narrowing them later makes nothing wrong that was right."""
    in_force = [version for applied_at, version in versions if applied_at <= moment]
    return (in_force[-1] if in_force else versions[0][1]).quiet_hours


def _faithful() -> Promise:
    """Each sentence of the article stands in exactly one email of its series."""
    broken: list[str] = []
    sentences = 0
    for series in Series.objects.filter(status__in=("published", "archived")):
        count, wrong = auditing_words.breaches(series)
        sentences += count
        broken += wrong
        if drafting.content_hash(series) != series.content_hash:
            broken.append(f"{series.slug}: its words changed after they were approved")
    return _promise("faithful", "Every sentence of the article stands in exactly one email", sentences, broken,
                    lost_or_repeated=len(broken))  # fmt: skip


def _evidence(proof: auditing_ledger.LedgerProof) -> Promise:
    """The consent ledger was neither changed nor cut, and the current state of everybody follows from it."""
    return _promise("evidence", "The consent ledger is whole and unchanged", proof.events, proof.broken,
                    links=proof.links, seals=proof.seals)  # fmt: skip
