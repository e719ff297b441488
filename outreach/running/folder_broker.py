"""A folder as a broker, for one machine without Redis: kombu's own, made safe for several processes.

kombu writes a message under its final name, so a reader may take it half written. Here it is written beside and then
renamed. A disk that is full refuses the whole message with an error that says so; nothing half written stays behind.
Since tasks are hints, a refused one loses nothing: the next tick gives it again.
"""

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
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        try:
            fd, fresh = tempfile.mkstemp(dir=folder, suffix=".part")
        except OSError as e:
            raise FolderUnusable(e.errno, _say(folder, e)) from e
        try:
            with os.fdopen(fd, "wb") as f:
                f.write(dumps(payload).encode())  # type: ignore[no-untyped-call]
            os.replace(fresh, folder / name)
        except OSError as e:
            Path(fresh).unlink(missing_ok=True)
            raise FolderUnusable(e.errno, _say(folder, e)) from e

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
