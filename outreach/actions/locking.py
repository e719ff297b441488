"""The order in which people's rows are locked: first the people, oldest first, then suppressions, then enrollments.

Whoever appends to the ledger about a person that exists locks the row before. So the events of one person have an order,
which is that of their ids, and an import cannot slip a consent in beside an opt-out of the same moment. The lock does not
hold up those who only refer to the person (a message, a new run).
"""

from collections.abc import Iterable

from outreach.actions.dispatching.rows import run

COLUMN = {"email": "email_key", "sms": "phone_key"}


def lock_holders(channel: str, keys: Iterable[bytes]) -> dict[int, bytes]:
    """Locks everyone whose record holds one of these addresses until the transaction ends. Returns id -> address key."""
    column = COLUMN[channel]
    rows = run(
        f"SELECT id, {column} FROM subscriber WHERE {column} = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(keys)]
    )
    return {person: bytes(key) for person, key in rows}


def lock_either(email_key: bytes | None, phone_key: bytes | None) -> list[int]:
    """Locks everyone whose record holds the email address or the number. Returns their ids, the oldest first."""
    rows = run(
        "SELECT id FROM subscriber WHERE email_key = %s OR phone_key = %s ORDER BY id FOR NO KEY UPDATE",
        [email_key, phone_key],
    )
    return [person for (person,) in rows]
