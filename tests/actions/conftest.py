"""The stage of the spine's tests: an empty database with the shipped schedules, and a real sandbox over HTTP."""

from collections.abc import Iterator

import pytest

from tests import builders
from tests.parts import Sandbox, pointed_at, running_sandbox


@pytest.fixture(scope="module")
def _sandbox() -> Iterator[Sandbox]:
    # of the module alone: the provider's list of one test must not hold the texts of another file's people
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Iterator[Sandbox]:
    """A sandbox that behaves."""
    yield _sandbox
    _sandbox.behave()


@pytest.fixture
def stage(database: str) -> None:
    """The shipped schedules are in force."""
    builders.apply_schedules()


@pytest.fixture
def switchboard(sandbox: Sandbox, stage: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox as the providers that the settings name, on an empty stage."""
    with pointed_at(sandbox, monkeypatch):
        yield sandbox
