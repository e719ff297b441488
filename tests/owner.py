"""The hands of the database's owner, for tests: what the program's own role may not do."""

from typing import Any

from django.db import connections, transaction

from outreach.actions.migrating import OWNER


def by_owner(query: str, values: Any = None) -> list[tuple[Any, ...]]:
    """One statement of the owner's; its triggers watch."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def tamper(*statements: str) -> None:
    """Changes behind the back of every trigger, as somebody with all rights at the database could make them."""
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
