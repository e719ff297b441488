"""The rows of a file in a temporary table, and every question about all of them as one statement each.

`line` is the row's own name. `verdict` and `say` are what staff read; `no_email` and `no_sms` say where the person may not
be written to; `subscriber` is the record that the row is about, when it is known.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from django.db import connection, transaction

from outreach.actions.dispatching.rows import run
from outreach.actions.importing.reading import Checked

FIELDS = (
    "line", "say", "email", "email_key", "phone", "phone_key", "first_name", "last_name", "role", "language", "zone",
    "zip_code", "state", "discreet", "tags",
)  # fmt: skip
# What a file may say about a person, beside the addresses' keys. What it leaves empty it does not change.
SAID = (
    "email", "phone", "first_name", "last_name", "role", "language", "zone", "zip_code", "state", "discreet", "tags",
)  # fmt: skip
CHANNELS = (("email", "email"), ("sms", "phone"))  # channel, and the column of its address

_TABLE = """
CREATE TEMPORARY TABLE incoming (
    line int, say text, email text, email_key bytea, phone text, phone_key bytea, first_name text, last_name text, role text,
    language text, zone text, zip_code text, state text, discreet bool, tags text[],
    verdict text DEFAULT 'new', subscriber bigint, no_email bool DEFAULT false, no_sms bool DEFAULT false,
    mine_email bool DEFAULT false, mine_sms bool DEFAULT false, own_email text, own_sms text)
"""
_MEMORY = "SET LOCAL work_mem = '64MB'"  # for a million rows to be sorted out by hashes of them

# A row with an email is a second one if the email stands further up; one with a number alone, if the number does, in a row
# that counts.
_TWICE = """
UPDATE incoming i SET verdict = 'duplicate', say = 'the same person stands in line ' || f.first || ': that line counts.'
FROM (SELECT {key} AS key, min(line) AS first FROM incoming WHERE verdict = 'new' AND {key} IS NOT NULL
    GROUP BY {key} HAVING count(*) > 1 {also}) f
WHERE i.{key} = f.key AND i.line > f.first AND i.verdict = 'new' {whose}
"""

# What holds for a topic: its own last word or, without one, a withdrawal from everything.
_STANDING = """
LEFT JOIN consent {c}t ON {c}t.subscriber_id = s.id AND {c}t.channel = '{channel}' AND {c}t.topic = %(topic)s
LEFT JOIN consent {c}a ON {c}a.subscriber_id = s.id AND {c}a.channel = '{channel}' AND {c}a.topic = '*'
"""
_KNOWN = f"""
UPDATE incoming i SET subscriber = s.id,
    verdict = CASE WHEN {" OR ".join(f"i.{name} <> s.{name} OR (i.{name} IS NOT NULL AND s.{name} IS NULL)" for name in SAID)}
        THEN 'changed' ELSE 'same' END,
    own_email = coalesce(et.state, ea.state), own_sms = coalesce(st.state, sa.state),
    mine_email = coalesce(i.email_key = s.email_key, false), mine_sms = coalesce(i.phone_key = s.phone_key, false)
FROM subscriber s {_STANDING.format(c="e", channel="email", topic="")} {_STANDING.format(c="s", channel="sms", topic="")}
WHERE i.verdict = 'new' AND {{whose}}
"""
_BY_EMAIL = "s.email_key = i.email_key AND s.erased_at IS NULL"
# of several records with one number, the oldest
_BY_NUMBER = """i.email_key IS NULL AND s.id = (SELECT min(o.id) FROM subscriber o
    WHERE o.phone_key = i.phone_key AND o.erased_at IS NULL)"""
_SUPPRESSED = """
UPDATE incoming i SET no_{channel} = true FROM suppression x
WHERE x.channel = '{channel}' AND x.address_key = i.{column}_key AND x.lifted_at IS NULL
"""
# Who left the topic in any record which has the address must not come back through another one. A consent of the record's
# own speaks for the addresses it has, not for one that comes with this file.
_LEFT = """
UPDATE incoming i SET no_{channel} = true FROM subscriber s {standing}
WHERE s.{column}_key = i.{column}_key AND coalesce({c}t.state, {c}a.state) = 'revoked'
    AND NOT (coalesce(i.own_{channel}, '') = 'granted' AND i.mine_{channel})
"""
_WANTED_EMAIL = "(i.email_key IS NOT NULL AND 'email' = ANY(%(channels)s))"
_WANTED_SMS = "(i.phone_key IS NOT NULL AND 'sms' = ANY(%(channels)s))"
_BARRED = f"""
UPDATE incoming i SET
    verdict = CASE WHEN (no_email OR NOT {_WANTED_EMAIL}) AND (no_sms OR NOT {_WANTED_SMS}) THEN 'blocked' ELSE verdict END,
    say = CASE WHEN (no_email OR NOT {_WANTED_EMAIL}) AND (no_sms OR NOT {_WANTED_SMS})
            THEN 'opted out or not reachable before: kept as it is, nothing is sent.'
        WHEN no_sms AND {_WANTED_SMS} THEN 'no texts: opted out or not reachable there before.'
        ELSE 'no emails: opted out or not reachable there before.' END
WHERE i.verdict IN ('new', 'changed', 'same') AND ((no_email AND {_WANTED_EMAIL}) OR (no_sms AND {_WANTED_SMS}))
"""
# the record stays as it is, but a consent is added
_ADDED = f"""
UPDATE incoming i SET verdict = 'changed' WHERE i.verdict = 'same' AND (
    ({_WANTED_EMAIL} AND NOT no_email AND own_email IS NULL) OR ({_WANTED_SMS} AND NOT no_sms AND own_sms IS NULL))
"""


@contextmanager
def table() -> Iterator[None]:
    """The temporary table, for as long as an import lasts."""
    run("DROP TABLE IF EXISTS pg_temp.incoming")
    run(_TABLE)
    try:
        yield
    finally:
        if connection.is_usable():
            run("DROP TABLE IF EXISTS pg_temp.incoming")


def fill(rows: Iterable[Checked]) -> None:
    """Brings the rows into the table as they come."""
    values = attrgetter(*FIELDS)
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(f"COPY incoming ({', '.join(FIELDS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(values(row))
        cursor.execute("UPDATE incoming SET verdict = 'invalid' WHERE say <> ''")
        cursor.execute("CREATE INDEX ON incoming (line)")
        cursor.execute("ANALYZE incoming")


@transaction.atomic
def judge(topic: str, channels: tuple[str, ...]) -> datetime:
    """Finds who stands in the file twice, who is known, who would change, and who may not be written to. Returns the
    moment by the database's clock: whoever leaves after it is looked for when the rows are applied."""
    ((judged,),) = run("SELECT clock_timestamp()")
    values: dict[str, Any] = {"topic": topic, "channels": list(channels)}
    run(_MEMORY)
    run(_TWICE.format(key="email_key", also="", whose=""))
    run(_TWICE.format(key="phone_key", also="AND bool_or(email_key IS NULL)", whose="AND i.email_key IS NULL"))
    for whose in (_BY_EMAIL, _BY_NUMBER):
        run(_KNOWN.format(whose=whose), values)
    run("UPDATE incoming SET no_email = coalesce(own_email = 'revoked', false), "
        "no_sms = coalesce(own_sms = 'revoked', false) WHERE own_email = 'revoked' OR own_sms = 'revoked'")  # fmt: skip
    for channel, column in CHANNELS:
        run(_SUPPRESSED.format(channel=channel, column=column))
        standing = _STANDING.format(c="c", channel=channel)
        run(_LEFT.format(channel=channel, column=column, standing=standing, c="c"), values)
    run(_BARRED, values)
    run(_ADDED, values)
    return cast(datetime, judged)


def counts() -> dict[str, int]:
    """How many rows there are of each verdict."""
    return {str(verdict): n for verdict, n in run("SELECT verdict, count(*) FROM incoming GROUP BY 1")}


def worth_a_look(most: int) -> tuple[list[tuple[Any, ...]], int]:
    """(line, verdict, say) of the rows that staff should look at, in their order, and how many there are beyond `most`;
    what stops the import is kept before the rest."""
    which = "verdict IN ('invalid', 'duplicate', 'blocked') OR say <> ''"
    rows = run(
        f"""SELECT line, verdict, coalesce(say, '') FROM incoming WHERE {which} ORDER BY verdict <> 'invalid', line
        LIMIT %s""",
        [most],
    )
    ((all_of_them,),) = run(f"SELECT count(*) FROM incoming WHERE {which}")
    return sorted(rows), all_of_them - len(rows)
