"""After a confirmed opt-out no provider call for the address starts, whatever races it: and the race sees it when one does.

It is run as the command it is, in processes of its own: it forks, and everything it starts ends with it.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(300), pytest.mark.slow]


@pytest.fixture(scope="module")
def said() -> Iterator[dict[str, str]]:
    """What the sound program and two broken ones say; they go side by side."""
    runs = {
        "sound": ["--rounds", "2"],
        "broken": ["--rounds", "3", "--people", "12", "--bug", "no wait", "--bug", "no lock"],
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.races"]
    started = {
        name: subprocess.Popen([*command, *run], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name, run in runs.items()
    }
    try:
        yield {name: process.communicate(timeout=280)[0] for name, process in started.items()}
    finally:
        for process in started.values():
            process.terminate()
            process.wait()


def test_no_call_starts_after_a_confirmed_opt_out_and_the_audit_agrees(said: dict[str, str]) -> None:
    found = re.search(r"(\d+) sends, (\d+) confirmed opt-outs .* (\d+) ways back, (\d+) imports, (\d+) left while a worker "
                      r"or an import stood; (\d+) breaches", said["sound"])  # fmt: skip
    assert found, said["sound"]
    sends, outs, back, imports, stood, breaches = map(int, found.groups())
    assert breaches == 0, said["sound"]
    assert min(sends, outs) > 40 and min(back, imports, stood) >= 5, "it was a race"


@pytest.mark.parametrize("bug", ["no wait", "no lock"])
def test_a_program_that_is_broken_there_is_seen(bug: str, said: dict[str, str]) -> None:
    """A race is won by chance: what one seed does not show, another does."""
    told = [said["broken"]]
    for seed in range(2, 10):
        if any(int(n) for text in told for n in re.findall(rf"{bug}: .* (\d+) breaches", text)):
            return
        told.append(_another(bug, seed))
    raise AssertionError("\n".join(told))


def _another(bug: str, seed: int) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "tests.races", "--rounds", "3", "--people", "12"]
    done = subprocess.run(
        [*command, "--bug", bug, "--seed", str(seed)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    return done.stdout
