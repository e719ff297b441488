"""The real parts of a benchmark: a PostgreSQL of its own with default durability, and the bare programs that are the limit."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from outreach.running.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
# The bare programs stand beside the project, not in it: without them the column "limit" stays empty.
LIMITS = Path(os.environ.get("OUTREACH_LIMITS", ROOT.parent / "shared" / "limits"))
# They need psutil, orjson, uvloop and jinja2; a Python that has them, if this one has not.
LIMITS_PYTHON = os.environ.get("OUTREACH_LIMITS_PYTHON", sys.executable)


@contextmanager
def database() -> Iterator[str]:
    """A fresh, migrated database of this process (Django is set up on it); gives its address. The embedded server, or
    BENCH_DATABASE_URL, which must name an empty database."""
    given = os.environ.get("BENCH_DATABASE_URL")
    folder = Path(tempfile.mkdtemp(prefix="outreach-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach.settings")
    os.environ.setdefault("OUTREACH_SECRET", "a-secret-for-benchmarks-only-not-for-any-centre")
    os.environ["OUTREACH_HOME"] = str(folder)
    from outreach import embedded

    address = given or embedded.start_database(folder)
    os.environ["DATABASE_URL"] = address
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    parts = conninfo_to_dict(address)
    connections["default"].close()
    connections["default"].settings_dict.update(
        NAME=parts["dbname"], USER=parts.get("user", ""), PASSWORD=parts.get("password", ""),
        HOST=parts.get("host", ""), PORT=parts.get("port", ""),
    )  # fmt: skip
    call_command("migrate", verbosity=0)
    try:
        yield address
    finally:
        connections.close_all()
        if not given:
            embedded.stop_database(folder)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sink(delay_ms: int = 0) -> Iterator[str | None]:
    """The fast loopback provider of the bare programs: answers mail with 202 and texts with 201. None when they are not
    here, or there is no C compiler."""
    source = LIMITS / "http_sink.c"
    if not source.exists() or shutil.which("cc") is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="outreach-sink-") as folder:
        program = Path(folder) / "sink"
        subprocess.run(["cc", "-O2", "-o", str(program), str(source)], check=True)
        port = free_port(0)
        process = subprocess.Popen([str(program), str(port), str(delay_ms)], stdout=subprocess.DEVNULL)
        try:
            for _ in range(500):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.01)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def bare_database(address: str) -> Iterator[str]:
    """An empty database beside ours on the same server, for the bare programs."""
    import psycopg

    name = f"limit_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        port = connection.info.port  # the bare programs want it said
    try:
        yield make_conninfo(address, dbname=name, port=port)
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def limit(program: str, *arguments: str, pg: str = "") -> float | None:
    """The first figure that a bare program prints ("name 123 unit"); None when the programs are not here, or it fails."""
    path = LIMITS / program
    if not path.exists():
        return None
    environment = os.environ | ({"PERF_PG": pg} if pg else {})
    done = subprocess.run(
        [LIMITS_PYTHON, str(path), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=900,
        check=False,
    )
    found = re.search(r"^\S+ ([\d.e+]+) ", done.stdout, re.M)
    if done.returncode or found is None:
        print(f"  (no limit: {program} ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]})")
        return None
    return float(found[1])
