"""The fault harness in small: the planted bugs are seen, and a few dozen faults break no promise.

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


def faults(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.faults", *arguments], cwd=ROOT, capture_output=True, text=True,
        timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_five_planted_bugs_are_seen_and_the_sound_program_passes_the_same_scenes() -> None:
    said = faults("0", "--planted")
    assert len(re.findall(r"^  seen +", said, re.M)) == 5
    assert "MISSED" not in said


def test_some_dozen_faults_break_no_promise() -> None:
    said = faults("40", "--seed", "1", "--people", "16")
    assert "0 breaches of the promises" in said


@pytest.mark.redis
@pytest.mark.skipif(not redis_server(), reason="no redis-server on this machine")
def test_redis_and_the_database_go_away_under_real_celery_workers() -> None:
    said = faults("0", "--celery", "8", "--seed", "2")
    assert "0 breaches of the promises" in said
