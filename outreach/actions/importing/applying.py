"""From the judged rows to people and their consents, a chunk of lines at a time, each in one transaction."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from outreach.actions.dispatching.rows import run
from outreach.actions.importing.staging import CHANNELS, SAID
from outreach.actions.recording import note
from outreach.models import ConsentAttestation, Subscriber
from outreach.rules import numbers

CHUNK = 20_000  # lines

# What a column holds when the file says nothing; the others are NULL then.
_DEFAULTS = {"first_name": "''", "last_name": "''", "role": "'subscriber'", "language": "'en'", "discreet": "false",
             "tags": "'{}'"}  # fmt: skip
_CONSENT = """
INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method, source,
    address_key, provider_id, adult, attestation_id, actor_id, at)
SELECT {distinct} p.{person}, c.channel, %(topic)s, 'granted', %(wording)s, %(version)s, 'en', 'import', %(source)s, c.key,
    '', %(adults)s, %(attestation)s, %(actor)s, %(now)s
FROM {people} p CROSS JOIN LATERAL (VALUES ('email', p.email_key, p.no_email), ('sms', p.phone_key, p.no_sms))
    AS c(channel, key, barred)
WHERE c.key IS NOT NULL AND NOT c.barred AND c.channel = ANY(%(channels)s)
    -- asked again here: who opts out while a file is being imported is not brought back by it
    AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.channel = c.channel AND x.address_key = c.key
        AND x.lifted_at IS NULL)
"""
# Somebody who signs up by the same email at this very moment is left to the next import.
_NEW = f"""
WITH part AS MATERIALIZED (
    SELECT nextval('subscriber_id_seq') AS id, i.* FROM incoming i
    WHERE i.line >= %(first)s AND i.line < %(last)s AND i.verdict = 'new'),
made AS (
    INSERT INTO subscriber (id, email_key, phone_key, source, created_at, {", ".join(SAID)})
    SELECT id, email_key, phone_key, %(source)s, %(now)s,
        {", ".join(f"coalesce({name}, {_DEFAULTS[name]})" if name in _DEFAULTS else name for name in SAID)} FROM part
    ON CONFLICT (email) DO NOTHING RETURNING id),
people AS (SELECT part.* FROM part JOIN made USING (id))
{_CONSENT.format(distinct="", person="id", people="people")}
"""
# A consent to texts is that of the number it was given for: one that is replaced takes it along.
_MOVED = """
INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method, source,
    provider_id, actor_id, at)
SELECT DISTINCT ON (c.subscriber_id, c.topic) c.subscriber_id, 'sms', c.topic, 'revoked', '', '', 'en', %(changed)s,
    %(source)s, '', %(actor)s, %(now)s
FROM incoming i JOIN subscriber s ON s.id = i.subscriber AND s.phone_key <> i.phone_key
JOIN consent c ON c.subscriber_id = s.id AND c.channel = 'sms' AND c.state <> 'revoked'
WHERE i.line >= %(first)s AND i.line < %(last)s AND i.verdict = 'changed'
ORDER BY c.subscriber_id, c.topic
"""
_CHANGED = f"""
UPDATE subscriber s SET {", ".join(f"{name} = coalesce(i.{name}, s.{name})" for name in (*SAID, "phone_key"))}
FROM incoming i WHERE i.line >= %(first)s AND i.line < %(last)s AND i.verdict = 'changed' AND s.id = i.subscriber
    AND s.erased_at IS NULL
"""
# A standing or withdrawn consent is not touched, nor one that went with an old number or is too old to act on: the phone
# itself has to say so.
_ADDED = f"""
WITH people AS (SELECT * FROM incoming i WHERE i.line >= %(first)s AND i.line < %(last)s AND i.verdict IN ('changed', 'same'))
{_CONSENT.format(distinct="DISTINCT ON (p.subscriber, c.channel)", person="subscriber", people="people")}
    AND NOT EXISTS (SELECT 1 FROM consent o WHERE o.subscriber_id = p.subscriber AND o.channel = c.channel
        AND o.topic IN (%(topic)s, '*'))
    AND NOT EXISTS (SELECT 1 FROM subscriber e WHERE e.id = p.subscriber AND e.erased_at IS NOT NULL)
"""

# Whoever's record holds an address of the chunk. Opt-outs lock the same rows first: one that is just being made is waited
# for and then seen; one that comes later waits for the chunk, and comes after it.
_LOCK = """
SELECT count(*) FROM (SELECT id FROM subscriber WHERE id IN (
    SELECT s.id FROM incoming i JOIN subscriber s ON s.email_key = i.email_key WHERE i.line >= %(first)s AND i.line < %(last)s
    UNION
    SELECT s.id FROM incoming i JOIN subscriber s ON s.phone_key = i.phone_key WHERE i.line >= %(first)s AND i.line < %(last)s)
    ORDER BY id FOR NO KEY UPDATE) held
"""
# Who left the topic, in any record that has the address, since the rows were judged. An hour is added: far longer than an
# opt-out can have been open at that moment.
_LEFT_SINCE = """
UPDATE incoming i SET no_{channel} = true FROM consent_event e JOIN subscriber o ON o.id = e.subscriber_id
WHERE e.action = 'revoked' AND e.recorded_at > %(judged)s::timestamptz - interval '1 hour' AND e.channel = '{channel}'
    AND e.method <> %(changed)s
    AND e.topic IN (%(topic)s, '*') AND o.{column}_key = i.{column}_key AND i.line >= %(first)s AND i.line < %(last)s
    AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.subscriber_id = o.id AND c.channel = e.channel AND c.topic = %(topic)s
        AND c.state = 'granted')
"""


def apply(
    attestation: ConsentAttestation,
    *,
    now: datetime,
    judged: datetime,
    actor: User | None,
    people: tuple[int, int],
) -> None:
    """Applies the rows of the temporary table. `judged`: the database's clock when they were judged. `people`: how many
    are new and how many change, for the staff's ledger."""
    values: dict[str, Any] = {
        "topic": attestation.topic, "wording": attestation.wording, "version": attestation.wording_version,
        "source": attestation.collected, "channels": attestation.channels, "adults": attestation.adults, "now": now,
        "judged": judged, "attestation": attestation.pk, "actor": actor.pk if actor else None,
        "changed": numbers.CHANGED,
    }  # fmt: skip
    left = [_LEFT_SINCE.format(channel=channel, column=column) for channel, column in CHANNELS]
    for first, last in _chunks():
        with transaction.atomic():
            for statement in (_LOCK, *left, _NEW, _MOVED, _CHANGED, _ADDED):
                run(statement, {**values, "first": first, "last": last})
    if any(people):
        _note(people, attestation.collected, now, actor)


def _chunks() -> Iterator[tuple[int, int]]:
    """Ranges of lines, from one to before the other, that hold every row."""
    ((first, last),) = run("SELECT min(line), max(line) FROM incoming")
    for start in range(first or 0, (last or 0) + 1, CHUNK) if first else ():
        yield start, start + CHUNK


def _note(people: tuple[int, int], source: str, now: datetime, actor: User | None) -> None:
    """One entry of the staff's ledger, at the first person of the file that was added or changed."""
    new, changed = people
    rows = run(
        """SELECT s.id FROM (SELECT * FROM incoming WHERE verdict IN ('new', 'changed') ORDER BY line LIMIT 1) i
        JOIN subscriber s ON s.id = i.subscriber OR s.email_key = i.email_key OR s.phone_key = i.phone_key
        ORDER BY s.id LIMIT 1"""
    )
    if rows:
        detail = f"{new} new and {changed} changed people from {source}"
        note("imported", Subscriber.objects.get(pk=rows[0][0]), now=now, actor=actor, detail=detail)
