"""Real parts for the tests: one embedded PostgreSQL for the session, a database per test process, emptied per test.

Tests of `rules/`, `providers/`, `rendering/` and `sandbox/` use none of this and pay for none of it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach.settings")
os.environ.setdefault("OUTREACH_SECRET", "a-secret-for-tests-only-not-for-any-real-centre")
# A folder of the tests' own, whatever the environment says: it is removed at the end.
os.environ["OUTREACH_HOME"] = tempfile.mkdtemp(prefix=f"outreach-tests-{_WORKER}-")
os.environ.setdefault("OUTREACH_LEASE_SECONDS", "2")

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no failing test
hypothesis.settings.load_profile("house")

import django  # noqa: E402

django.setup()  # before any test module is read, so they may import actions at their top; nothing connects yet


@pytest.fixture(scope="session", autouse=True)
def _home_is_removed() -> Iterator[None]:
    yield
    shutil.rmtree(os.environ["OUTREACH_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL with a fresh, migrated database for this test process (also in DATABASE_URL)."""
    from django.db import connections

    from outreach import embedded
    from outreach.actions import migrating

    folder = None
    address = os.environ.get("TEST_DATABASE_URL")
    if not address:
        folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
        address = embedded.start_database(folder)
        _do_not_wait_for_the_disk(address)
    # as in life: the program connects as a role that owns nothing
    os.environ["DATABASE_OWNER_URL"], address = address, embedded.application_address(address)
    os.environ["DATABASE_URL"] = address
    for name, where in (("default", address), (migrating.OWNER, os.environ["DATABASE_OWNER_URL"])):
        parts = conninfo_to_dict(where)
        connections[name].settings_dict.update(
            NAME=parts["dbname"],
            USER=parts.get("user", ""),
            PASSWORD=parts.get("password", ""),
            HOST=parts.get("host", ""),
            PORT=parts.get("port", ""),
        )
    migrating.bring_up_to_date()
    yield address
    connections.close_all()
    if folder:
        embedded.stop_database(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _do_not_wait_for_the_disk(address: str) -> None:
    """What a test commits outlives a killed process all the same; only a machine that loses power would forget it."""
    with psycopg.connect(address, autocommit=True) as owner:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            owner.execute(f"ALTER SYSTEM SET {setting} = off")
        owner.execute("SELECT pg_reload_conf()")


@pytest.fixture
def database(database_server: str) -> Iterator[str]:
    """An empty database, emptied again afterwards. Rows are committed for real: the spine is about commits."""
    _empty()
    yield database_server
    from django.db import connections

    connections.close_all()


def _empty() -> None:
    from outreach.actions import catching_up
    from outreach.actions.dispatching import composing, rota

    # published steps never change, so they are kept by number; here the numbers begin anew
    composing._compiled_email.cache_clear()
    composing._compiled_text.cache_clear()
    rota._rotas.clear()
    catching_up._looked.clear()
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the append-only trigger would refuse, as it should
        cursor.execute(_emptying())
        cursor.execute("SET session_replication_role = DEFAULT")


@cache
def _emptying() -> str:
    """Statements that delete every row and let the numbers begin anew. To truncate fifty tables, nearly all of them empty,
    makes and removes hundreds of files: a fifth of a second a test."""
    from django.apps import apps

    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    keep = {"django_content_type", "auth_permission", "django_migrations"}
    tables = sorted({m._meta.db_table for m in models} - keep)
    rows = "; ".join(f'DELETE FROM "{table}"' for table in tables)
    return f"""{rows}; SELECT setval(s.oid, 1, false) FROM pg_class s
        JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        JOIN pg_class t ON t.oid = d.refobjid
        WHERE s.relkind = 'S' AND t.relname IN ({", ".join(f"'{table}'" for table in tables)})"""
