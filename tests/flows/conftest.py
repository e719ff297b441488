"""A folder in which commands run one after the other."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import embedded
from tests.commands import outreach


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder whose database is kept running, so that each command joins it instead of starting it anew."""
    with tempfile.TemporaryDirectory(prefix="outreach-home-", ignore_cleanup_errors=True) as folder:
        embedded.start_database(Path(folder))
        assert outreach(Path(folder), "schedules", "apply").returncode == 0
        yield Path(folder)
        embedded.stop_database(Path(folder))
