"""The command line carries a published series over to a newer version of its article."""

import json
from pathlib import Path

import pytest

from tests.commands import ROOT, outreach, refused

SAMPLE = ROOT / "outreach" / "samples" / "heroin_and_the_brain.txt"
FIRST = "Heroin reaches the brain within seconds"


@pytest.fixture(scope="module")
def series(home: Path) -> str:
    """A published series."""
    done = outreach(
        home, "publish", SAMPLE, "--topic", "recovery-notes", "--cadence", "gentle", "--slug", "told", "--json"
    )
    return str(json.loads(done.stdout)["series"])


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The article with one sentence begun in other words."""
    file = tmp_path_factory.mktemp("newer") / "heroin.txt"
    file.write_text(SAMPLE.read_text(encoding="utf-8").replace(FIRST, "It reaches the brain within seconds"))
    return file


def test_the_difference_is_shown_first_and_made_a_draft_on_request(home: Path, series: str, newer: Path) -> None:
    shown = outreach(home, "recompile", series, newer)
    assert shown.returncode == 0, shown.stderr
    assert "1 reworded" in shown.stdout and "Nothing was changed yet" in shown.stdout
    told = json.loads(outreach(home, "recompile", series, newer, "--json").stdout)
    (change,) = told["sentences"]
    assert (told["made"], change["kind"], change["email_after"]) == (None, "reworded", 1)
    assert change["before"].startswith(FIRST)
    made = json.loads(outreach(home, "recompile", series, newer, "--apply", "--json").stdout)["made"]
    assert made == "told-2"
    assert "nothing changes" in outreach(home, "recompile", made, newer).stdout.lower()


def test_what_cannot_be_recompiled_is_refused_in_one_line(home: Path, series: str) -> None:
    assert "No series is called “nothing”. Known: " in refused(outreach(home, "recompile", "nothing"))
    assert "/nowhere.txt is not there" in refused(outreach(home, "recompile", series, "/nowhere.txt"))


def test_the_same_article_published_twice_is_said(home: Path, series: str) -> None:
    again = outreach(home, "publish", SAMPLE, "--topic", "recovery-notes", "--cadence", "gentle", "--slug", "told")
    said = " ".join(again.stdout.split())
    assert again.returncode == 0, again.stderr
    assert f"published before, as {series}" in said and f"outreach recompile {series} FILE" in said
