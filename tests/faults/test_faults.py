"""The fault harness in small: the planted bugs are seen, and some dozen faults break no promise.

It is run as the command it is, in a process of its own: it forks, and everything it starts ends with it.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import redis_server

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(300), pytest.mark.slow]


@pytest.fixture(scope="module")
def said() -> str:
    """What two small runs say; the one with Celery mostly waits, so they go side by side."""
    runs = [["30", "--people", "12", "--planted"]] + ([["0", "--celery", "4"]] if redis_server() else [])
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults"]
    started = [subprocess.Popen([*command, *run], cwd=ROOT, stdout=subprocess.PIPE, text=True) for run in runs]
    try:
        return "".join(process.communicate(timeout=280)[0] for process in started)
    finally:
        for process in started:
            process.terminate()
            process.wait()


def test_five_planted_bugs_are_seen(said: str) -> None:
    assert len(re.findall(r"^  seen +", said, re.M)) == 5, said
    assert "MISSED" not in said


def test_the_sound_program_breaks_no_promise_in_the_same_scenes_nor_under_some_dozen_faults(said: str) -> None:
    verdicts = re.findall(r"^(\d+) breaches of the promises", said, re.M)
    assert verdicts and set(verdicts) == {"0"}, said[-6000:]
    assert max(int(n) for n in re.findall(r"injected, by kind \((\d+) in", said)) >= 30


@pytest.mark.skipif(not redis_server(), reason="no redis-server on this machine")
def test_redis_goes_away_under_real_celery_workers_in_it(said: str) -> None:
    assert re.search(r"with Celery: \d+ faults, 0 breaches", said), said
