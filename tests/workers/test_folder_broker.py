"""The folder as a broker: whole messages or none, clear words when it cannot be written, nothing lost."""

import contextlib
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from outreach.running import folder_broker
from outreach.running.folder_broker import FolderUnusable


def client(folder: Path) -> Celery:
    folder_broker.register()
    app = Celery("test", set_as_current=False)
    app.conf.update(
        broker_url=f"{folder_broker.ALIAS}://localhost",
        broker_transport_options=folder_broker.options(folder),
        task_default_queue="control",
        task_ignore_result=True,
        task_publish_retry=False,
    )
    return app


def messages(folder: Path) -> list[Path]:
    return sorted((folder / "messages").iterdir())


@contextlib.contextmanager
def full_disk(folder: Path, *, mount: bool) -> Iterator[None]:
    """A real file system without a free byte where it can be mounted (root); else, or when not asked, a file size limit."""
    mounted = (
        mount
        and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True).returncode
        == 0
    )
    if mounted:
        try:
            folder_broker.options(folder)
            with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(b"\0" * 1024)
            yield
        finally:
            subprocess.run(["umount", folder], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_message_is_one_whole_file(tmp_path: Path) -> None:
    client(tmp_path).send_task("workers.tasks.tick")
    (message,) = messages(tmp_path)
    assert message.name.endswith(".control.msg")
    assert message.read_bytes().endswith(b"}")


@pytest.mark.parametrize("mount", [True, False], ids=["no space left", "no file may grow, from the first binding on"])
def test_a_full_disk_is_named_with_its_cure_and_leaves_nothing_half_written(tmp_path: Path, mount: bool) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    folder_broker.options(folder)
    app = client(folder)
    with full_disk(folder, mount=mount):
        before = len(messages(folder))
        with pytest.raises(Exception, match="cannot be written") as refused:
            app.send_task("workers.tasks.tick", kwargs={"padding": "x" * 8192})
        assert len(messages(folder)) == before
    said = str(refused.value)
    assert str(folder) in said
    assert "REDIS_URL" in said
    assert "Nothing is lost" in said
    assert [p.stat().st_size for p in (folder / "control").glob("*.exchange") if not p.stat().st_size] == []


def test_a_folder_that_is_a_file_is_named_with_its_cure(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(FolderUnusable, match="OUTREACH_BROKER_FOLDER"):
        folder_broker.options(blocked)


def test_what_one_took_no_other_takes(tmp_path: Path) -> None:
    app = client(tmp_path)
    for _ in range(20):
        app.send_task("workers.tasks.tick")
    taken: list[str] = []
    with app.connection_for_read() as one, app.connection_for_read() as other:
        channels = [one.default_channel, other.default_channel]
        for n in range(20):
            taken.append(channels[n % 2]._get("control")["headers"]["id"])
    assert len(set(taken)) == 20
    assert messages(tmp_path) == []
