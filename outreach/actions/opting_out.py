"""Opt-outs and opt-ins.

An opt-out is committed first; then it waits for the provider calls already running for this address; only then may the
person be told that it is done. From that moment no call for the address starts.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions.dispatching.rows import run
from outreach.actions.dispatching.waiting import wait_for_batches_of
from outreach.actions.locking import lock_holders
from outreach.actions.suppressing import LIFTED_BY_PERSON, lift, suppress_key
from outreach.models import Suppression
from outreach.rules import numbers
from outreach.rules.consent import shown_and_said

CAUSE = {"email": "unsubscribe", "sms": "stop"}


@dataclass(frozen=True, slots=True)
class OptedOut:
    """`confirmed`: no call for the address can start any more, so the person may be told. `people`: records it covers."""

    confirmed: bool
    people: int


def opt_out(
    channel: str,
    address_key: bytes,
    *,
    method: str,
    source: str,
    now: datetime,
    wording: str = "",
    language: str = "en",
    provider_id: str = "",
    ip: str | None = None,
    actor: User | None = None,
    wait: bool = True,
) -> OptedOut:
    """Ends everything on a channel for an address, whoever's record holds it. Doing it twice changes nothing more.

    Call it outside a transaction when `wait` is set: it commits before it waits. Without, nothing is confirmed.
    """
    since = time.monotonic()
    people = withdraw(
        channel, address_key, method=method, source=source, now=now, wording=wording, language=language,
        provider_id=provider_id, ip=ip, actor=actor,
    )  # fmt: skip
    return OptedOut(confirm(channel, address_key, people, now=now, since=since) if wait else False, len(people))


@transaction.atomic
def withdraw(
    channel: str,
    address_key: bytes,
    *,
    method: str,
    source: str,
    now: datetime,
    wording: str = "",
    language: str = "en",
    provider_id: str = "",
    ip: str | None = None,
    actor: User | None = None,
) -> list[int]:
    """The opt-out itself, for a caller that has more to commit with it. Returns the people it covers, for `confirm`.

    `wording`: the words that stood on what was pressed or, for a reply, the person's own words.
    """
    people = list(lock_holders(channel, [address_key]))
    fresh = suppress_key(channel, address_key, cause=CAUSE[channel], now=now)
    shown, said = shown_and_said(method, wording)
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language,
            method, source, ip, said, address_key, provider_id, actor_id, at)
        SELECT p.id, %(channel)s, '*', 'revoked', %(shown)s, '', %(language)s, %(method)s, %(source)s, %(ip)s,
            %(said)s, %(address_key)s, %(provider_id)s, %(actor)s, %(now)s
        FROM unnest(%(people)s::bigint[]) AS p(id)
        WHERE %(fresh)s OR EXISTS (SELECT 1 FROM consent c WHERE c.subscriber_id = p.id
            AND c.channel = %(channel)s AND c.state <> 'revoked')""",
        {
            "channel": channel,
            "address_key": address_key,
            "shown": shown,
            "said": said,
            "language": language,
            "method": method,
            "source": source,
            "ip": ip,
            "provider_id": provider_id,
            "actor": actor.pk if actor else None,
            "now": now,
            "people": people,
            "fresh": fresh,
        },
    )
    _end_runs(channel, people, now)
    return people


@transaction.atomic
def withdraw_topics(
    channel: str,
    address_key: bytes,
    topics: Sequence[str],
    *,
    method: str,
    source: str,
    now: datetime,
    wording: str = "",
    language: str = "en",
    provider_id: str = "",
) -> list[int]:
    """Ends these topics on a channel for everyone who has the address, and their runs; nothing is suppressed.

    Returns the people it covers, whose running calls must be waited for before anybody is told. Twice changes nothing more.
    """
    people = list(lock_holders(channel, [address_key]))
    shown, said = shown_and_said(method, wording)
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language,
            method, source, said, address_key, provider_id, at)
        SELECT c.subscriber_id, c.channel, c.topic, 'revoked', %s, '', %s, %s, %s, %s, %s, %s, %s FROM consent c
        WHERE c.subscriber_id = ANY(%s::bigint[]) AND c.channel = %s AND c.topic = ANY(%s::text[]) AND c.state <> 'revoked'
        ORDER BY c.subscriber_id, c.topic""",
        [shown, language, method, source, said, address_key, provider_id, now, people, channel, list(topics)],
    )
    run(
        """UPDATE enrollment SET status = 'exited', exit_reason = 'opted_out', ended_at = %s WHERE id IN (
            SELECT e.id FROM enrollment e JOIN campaign c ON c.id = e.campaign_id JOIN series s ON s.id = c.series_id
            WHERE e.subscriber_id = ANY(%s::bigint[]) AND e.channel = %s AND s.topic = ANY(%s::text[])
                AND e.status IN ('active', 'paused') ORDER BY e.id FOR UPDATE OF e)""",
        [now, people, channel, list(topics)],
    )
    return people


@transaction.atomic
def withdraw_all(channel: str, methods: Mapping[bytes, str], *, source: str, now: datetime) -> int:
    """The opt-outs of many addresses at once, as a provider reports them: `methods` says by which act each left.

    The addresses must be suppressed already, by a caller that had locked their people before. Nobody waits for an answer
    here, so no running call is waited for. Returns how many people it covers.
    """
    found = lock_holders(channel, methods)
    people = list(found)
    if not people:
        return 0
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language,
            method, source, provider_id, at)
        SELECT p.id, %(channel)s, '*', 'revoked', '', '', 'en', p.method, %(source)s, '', %(now)s
        FROM unnest(%(people)s::bigint[], %(methods)s::text[]) AS p(id, method)
        WHERE EXISTS (SELECT 1 FROM consent c WHERE c.subscriber_id = p.id AND c.channel = %(channel)s
            AND c.state <> 'revoked')""",
        {
            "channel": channel,
            "source": source,
            "now": now,
            "people": people,
            "methods": [methods[key] for key in found.values()],
        },
    )
    _end_runs(channel, people, now)
    return len(people)


def _end_runs(channel: str, people: list[int], now: datetime) -> None:
    run(
        """SELECT id FROM enrollment WHERE subscriber_id = ANY(%s) AND channel = %s AND status IN ('active', 'paused')
        ORDER BY id FOR UPDATE""",
        [people, channel],
    )
    run(
        """UPDATE enrollment SET status = 'exited', exit_reason = 'opted_out', ended_at = %s
        WHERE subscriber_id = ANY(%s) AND channel = %s AND status IN ('active', 'paused')""",
        [now, people, channel],
    )


def confirm(
    channel: str,
    address_key: bytes,
    people: list[int],
    *,
    now: datetime,
    since: float | None = None,
    limit: timedelta = timedelta(seconds=10),
) -> bool:
    """Waits for the calls already running. True: from this moment on no call for the address starts, and the person may
    be told so. To be called after `withdraw` was committed, outside a transaction. `since`: `time.monotonic()` at `now`,
    so that the moment recorded is that of the confirmation, however long `withdraw` took. `limit`: the longest wait."""
    started = time.monotonic() if since is None else since
    if not wait_for_batches_of(people, address_key, limit=limit):
        return False
    moment = now + timedelta(seconds=time.monotonic() - started)
    Suppression.objects.filter(channel=channel, address_key=address_key, lifted_at=None, confirmed_at=None).update(
        confirmed_at=moment
    )
    return True


@transaction.atomic
def opt_in(
    channel: str,
    address_key: bytes,
    *,
    method: str,
    source: str,
    now: datetime,
    wording: str = "",
    language: str = "en",
    provider_id: str = "",
    ip: str | None = None,
) -> int:
    """Takes back an opt-out that the person made, at the person's own word. Returns how many records it covers.

    What the opt-out ended stands again, topic by topic: a consent as granted, a sign-up that was never confirmed as asked
    for; what the person had left before it stays left. A bounce, a complaint or a dead number is not lifted, and runs that
    ended stay ended. So does what was agreed to by somebody who had the number before (rules/numbers.py).
    """
    people = list(lock_holders(channel, [address_key]))
    lift(channel, address_key, causes=LIFTED_BY_PERSON, now=now)
    shown, said = shown_and_said(method, wording)
    run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method,
            source, ip, said, address_key, provider_id, at)
        SELECT c.subscriber_id, c.channel, c.topic, CASE WHEN EXISTS (
            SELECT 1 FROM consent_event g WHERE g.subscriber_id = c.subscriber_id AND g.channel = c.channel
                AND g.topic = c.topic AND g.action = 'granted' AND g.id < ended.id AND NOT EXISTS (
                    SELECT 1 FROM consent_event r WHERE r.subscriber_id = c.subscriber_id AND r.channel = c.channel
                        AND r.topic IN (c.topic, '*') AND r.action = 'revoked' AND r.id > g.id AND r.id < ended.id)
            ) THEN 'granted' ELSE 'requested' END,
            -- who comes back by their own words comes back to what they had agreed to
            coalesce(nullif(%(shown)s, ''), first.wording, ''), CASE %(shown)s WHEN '' THEN
                coalesce(first.wording_version, '') ELSE '' END, %(language)s, %(method)s, %(source)s, %(ip)s, %(said)s,
            %(address_key)s, %(provider_id)s, %(now)s
        FROM consent c JOIN consent_event ended ON ended.id = c.event_id AND ended.topic = '*'
            AND NOT ended.method = ANY(%(for_good)s)
        LEFT JOIN LATERAL (SELECT wording, wording_version FROM consent_event e WHERE e.subscriber_id = c.subscriber_id
            AND e.channel = c.channel AND e.topic = c.topic AND e.action <> 'revoked' AND e.id < ended.id
            ORDER BY e.id DESC LIMIT 1) first ON true
        WHERE c.subscriber_id = ANY(%(people)s) AND c.channel = %(channel)s AND c.topic <> '*' AND c.state = 'revoked'""",
        {
            "shown": shown, "said": said, "language": language, "method": method, "source": source, "ip": ip,
            "address_key": address_key, "provider_id": provider_id, "now": now, "people": people, "channel": channel,
            "for_good": list(numbers.FOR_GOOD),
        },
    )  # fmt: skip
    return len(people)
