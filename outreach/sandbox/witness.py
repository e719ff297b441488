"""The witness log: one SQLite file, append-only, and durable before the sandbox answers.

One thread writes. It takes every append that waits, commits them together (one fsync for many callers) and only then
tells them. Reading has its own connection, so a page never waits for a write.
"""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import queue
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

Rows: TypeAlias = tuple[str, Sequence[tuple[Any, ...]]]

_TABLES: Final = {
    "request": ("no", "at", "real_at", "provider", "request_id", "content"),
    "email": (
        *("seq", "request_no", "at", "real_at", "kind", "key", "batch", "address", "role", "personal"),
        *("fate", "code", "say"),
    ),
    "text": (
        *("seq", "at", "real_at", "kind", "key", "sid", "direction", "person", "sender", "service", "body"),
        *("parts", "callback", "code", "say"),
    ),
    "act": ("seq", "at", "real_at", "kind", "email_seq", "key", "address", "status", "say"),
    "block": ("no", "at", "person", "scope", "blocked"),
    "event": ("no", "at", "provider", "about", "name", "code", "target", "payload"),
    "posting": ("no", "at", "real_at", "target", "events", "attempt", "status", "say", "final"),
}
_INSERT: Final = {
    table: f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    for table, columns in _TABLES.items()
}


class WitnessBusy(Exception):
    """Another sandbox already writes to this directory."""


class Witness:
    """Appends and reads. Numbers are given out on the event loop, so their order is the order of commits."""

    def __init__(self, directory: Path) -> None:
        """Opens or makes `witness.sqlite3` in `directory`; raises WitnessBusy when another process has it."""
        self._lock_file = (directory / "lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock_file.close()
            raise WitnessBusy(f"a sandbox is already running in {directory}") from error
        self.path = directory / "witness.sqlite3"
        self._writing = _open_for_writing(self.path)
        self._reading = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, check_same_thread=False)
        self._reading.row_factory = sqlite3.Row
        self._read_lock = threading.Lock()
        self._last_seq = max(self._last(table, "seq") for table in ("email", "text", "act"))
        self._numbers = {
            table: itertools.count(self._last(table, "no") + 1) for table in ("request", "block", "event", "posting")
        }
        self._waiting: queue.SimpleQueue[tuple[list[Rows], asyncio.Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="witness", daemon=True)
        self._thread.start()

    @property
    def last_seq(self) -> int:
        """The highest number given to an email, text or act so far."""
        return self._last_seq

    def next_seq(self) -> int:
        """The next number of the log; append its row before anything else is awaited."""
        self._last_seq += 1
        return self._last_seq

    def next_no(self, table: str) -> int:
        """The next number of a side table."""
        return next(self._numbers[table])

    async def append(self, **tables: Sequence[tuple[Any, ...]]) -> None:
        """Append rows to the named tables in one transaction; returns when they are on disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put(([(_INSERT[name], rows) for name, rows in tables.items() if rows], done))
        await done

    async def read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The rows of a query, read beside the event loop."""
        return await asyncio.to_thread(self.read_now, sql, *values)

    def read_now(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The rows of a query; blocks, so only for starting up and for threads."""
        with self._read_lock:
            return self._reading.execute(sql, values).fetchall()

    async def close(self) -> None:
        """Commit what waits and close the file."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)
        self._reading.close()
        self._writing.close()
        self._lock_file.close()

    def _last(self, table: str, column: str) -> int:
        return int(self.read_now(f"SELECT coalesce(max({column}), 0) FROM {table}")[0][0])

    def _write(self) -> None:
        open_ = True
        while open_:
            jobs = list(self._gather())
            open_ = None not in jobs
            taken = [job for job in jobs if job is not None]
            if not taken:
                continue
            trouble = self._commit([rows for job, _ in taken for rows in job])
            futures = [future for _, future in taken]
            futures[0].get_loop().call_soon_threadsafe(_tell, futures, trouble)

    def _gather(self) -> Iterator[tuple[list[Rows], asyncio.Future[None]] | None]:
        """Everything that waits now, at least one."""
        yield self._waiting.get()
        while True:
            try:
                yield self._waiting.get_nowait()
            except queue.Empty:
                return

    def _commit(self, statements: list[Rows]) -> Exception | None:
        try:
            with self._writing:
                for sql, rows in statements:
                    self._writing.executemany(sql, rows)
        # A full disk, or a value SQLite cannot hold: nobody is told that it was taken, and the thread lives on.
        except (sqlite3.Error, ValueError, OverflowError) as error:
            return error
        return None


def _tell(futures: list[asyncio.Future[None]], trouble: Exception | None) -> None:
    for future in futures:
        if future.done():
            continue
        if trouble is None:
            future.set_result(None)
        else:
            future.set_exception(trouble)


def _open_for_writing(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript((Path(__file__).parent / "schema.sql").read_text())
    for table in _TABLES:
        for act in ("UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{act.lower()} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the witness log is append-only'); END"
            )
    connection.commit()
    return connection
