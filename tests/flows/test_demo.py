"""The main job, end to end: article in, thirty days out, through real HTTP, a killed worker, opt-outs, and the audit."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import embedded
from outreach.running.parts import Part
from outreach.running.ports import free_port
from tests.commands import outreach
from tests.tools import redis_server

# one after the other: together they would take the two cores from each other
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(420), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def assert_every_promise_held(home: Path, **environment: str) -> None:
    done = outreach(home, "audit", "--json", within=400, **environment)
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    assert found["held"] and found["witness_compared"]
    counts = {name: n for p in found["promises"] for name, n in p["counts"].items()}
    wanted = {
        "sent_after_opt_out": 0,
        "duplicates": 0,
        "lost": 0,
        "outside_hours": 0,
        "lost_or_repeated": 0,
        "uncertain": 0,
    }
    assert {name: counts[name] for name in wanted} == wanted
    assert counts["opt_outs"] >= 5, "nobody opted out: the demo proved nothing"
    # the sandbox's own log, read by nobody but this test: as many acceptances as the ledger says were sent
    log = [json.loads(line) for line in (home / "sandbox" / "log.jsonl").read_text().splitlines()]
    accepted = [line["key"] for line in log if line["kind"] == "accepted"]
    assert len(accepted) == len(set(accepted))
    sent = found["totals"]
    others = ("confirmations_sent", "answers_sent", "pages_sent")
    assert len(accepted) == sent["email_sent"] + sent["sms_sent"] + sum(sent.get(name, 0) for name in others)
    assert sent["confirmations_sent"] == 2, "two people of the cast sign up on the page"


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of its own. Not pytest's: as root, PostgreSQL runs as another user, who may not enter that one."""
    with tempfile.TemporaryDirectory(prefix="outreach-home-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def test_the_demo_holds_every_promise_on_embedded_parts(home: Path) -> None:
    done = outreach(home, "demo", "--port", str(free_port(0)), within=400)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is killed (SIGKILL)" in done.stdout
    assert "Every promise held" in done.stdout
    assert_every_promise_held(home)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    server = redis_server()
    if server is None:
        pytest.skip("no Redis on this machine")
    port = free_port(0)
    part = Part(
        "redis", [server, "--port", str(port), "--save", "", "--dir", str(tmp_path)], {}, tmp_path / "redis.log"
    )
    part.start()
    yield f"redis://127.0.0.1:{port}/0"
    part.stop()


@pytest.mark.redis
def test_the_same_demo_runs_with_redis_and_three_workers_on_a_given_database(home: Path, redis: str) -> None:
    server = home / "given"
    server.mkdir()
    given = {"DATABASE_URL": embedded.start_database(server), "REDIS_URL": redis}
    try:
        done = outreach(home, "demo", "--workers", "3", "--port", str(free_port(0)), within=400, **given)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "is killed (SIGKILL)" in done.stdout
        assert_every_promise_held(home, **given)
    finally:
        embedded.stop_database(server)
