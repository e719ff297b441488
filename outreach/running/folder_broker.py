"""A folder as a broker, for one machine without Redis: kombu's own, made safe for several processes.

kombu writes a message under its final name, so a reader may take it half written. Here it is written beside and then
renamed. A disk that is full refuses the whole message with an error that says so; nothing half written stays behind.
Since tasks are hints, a refused one loses nothing: the next tick gives it again.
"""

import fcntl
import os
import tempfile
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

ALIAS = "folder"


class FolderUnusable(OSError):
    """The broker folder cannot be written; the message names it and the cure."""


class Channel(filesystem.Channel):
    """Writes messages whole or not at all."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu contradicts itself
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload).encode())  # type: ignore[no-untyped-call]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Notes which queue an exchange feeds. kombu empties the file before it writes it anew; here it is replaced."""
        path = Path(self._exchange_file(exchange))  # type: ignore[no-untyped-call]
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        try:
            with (path.parent / "bindings.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # two workers may bind at once
                table = self.get_table(exchange)  # type: ignore[no-untyped-call]
                if bound not in table:
                    _write_whole(path, dumps([bound, *table]).encode())  # type: ignore[no-untyped-call]
        except FolderUnusable:
            raise
        except OSError as e:
            raise FolderUnusable(e.errno, _say(path.parent, e)) from e

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Takes the oldest message of a queue: whoever renames it first has it. Raises Empty when there is none."""
        folder, mine = Path(self.data_folder_in), Path(str(self.processed_folder))
        for path in sorted(folder.glob(f"*.{queue}.msg")):
            taken = mine / path.name
            try:
                path.rename(taken)
            except OSError:
                continue  # another worker was quicker
            message = loads(taken.read_text())  # type: ignore[no-untyped-call]
            taken.unlink()
            return message
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel


def _write_whole(path: Path, content: bytes) -> None:
    """Writes a file beside its place and renames it: it is there whole or not at all. Raises FolderUnusable."""
    fresh = None
    try:
        fd, fresh = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(fd, "wb") as f:
            f.write(content)
        os.replace(fresh, path)
    except OSError as e:
        if fresh:
            Path(fresh).unlink(missing_ok=True)
        raise FolderUnusable(e.errno, _say(path.parent, e)) from e


def _say(folder: Path, e: OSError) -> str:
    return (
        f"The broker folder {folder} cannot be written ({e.strerror}). Free some space there, name another folder in "
        "OUTREACH_BROKER_FOLDER, or set REDIS_URL. Nothing is lost: due work is in the database"
    )


def register() -> None:
    """Lets `folder://` name this transport."""
    TRANSPORT_ALIASES[ALIAS] = "outreach.running.folder_broker:Transport"


def options(folder: Path) -> dict[str, Any]:
    """The transport options for a folder, which is made when needed. Raises FolderUnusable."""
    try:
        for part in ("messages", "control", "processed"):
            (folder / part).mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise FolderUnusable(e.errno, _say(folder, e)) from e
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "processed_folder": str(folder / "processed"),
        "store_processed": True,  # moved within the folder, so a take is one rename
        "polling_interval": 0.05,
    }
