"""How the spine asks the database: set-based, a constant number of questions per batch, no object of the ORM per row."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection


def run(query: str, values: dict[str, Any] | list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Executes one statement; returns its rows, or [] when it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def hot(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """`run` for the few statements that meet every message: prepared once per connection, answered in binary.

    Values are bound by the server, so each one needs a type the server can tell: cast what could be several.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor, connection.wrap_database_errors:
        cursor.execute(query, values, prepare=True, binary=True)
        return cursor.fetchall() if cursor.description else []


def by_index() -> None:
    """For the rest of this transaction, rows that are named are looked up one by one, in the order they are named.

    That is the order in which every action locks them. And a plan made while a table was small, or before its statistics
    were, must not read the whole of it once it has grown.
    """
    run(
        """SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
            set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"""
    )


def array(numbers: Iterable[int | None]) -> str:
    """Numbers as the text of a PostgreSQL array: for thousands of them, much cheaper than a list that is adapted one by one."""
    return "{" + ",".join("NULL" if n is None else str(n) for n in numbers) + "}"


def moments(times: Iterable[datetime | None]) -> str:
    """Moments as the text of a PostgreSQL array without NULL, which can be read at any place at once: none is -infinity."""
    return "{" + ",".join("-infinity" if at is None else at.isoformat() for at in times) + "}"
