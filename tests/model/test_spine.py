"""The model of the spine (spine.pml, beside it) is checked over its whole state space, and sees each known mistake."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MODEL = Path(__file__).with_name("spine.pml")
MISTAKES = sorted(set(re.findall(r"\bBREAK_\w+", MODEL.read_text(encoding="utf-8"))))
pytestmark = pytest.mark.skipif(
    not (shutil.which("spin") and shutil.which("gcc")) and not os.environ.get("CI"),
    reason="no spin or gcc here: apt install spin gcc to run the model",
)


def explored(folder: Path, *defines: str) -> str:
    """What the checker says after it has looked at every state (or at the first wrong one)."""

    def run(*command: str) -> str:
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=300).stdout

    run("spin", "-a", *(f"-D{define}" for define in defines), str(MODEL))
    run("gcc", "-w", "-O1", "-o", "pan", "pan.c")
    said = subprocess.run(["./pan", "-a", "-E", "-m100000"], cwd=folder, capture_output=True, text=True, timeout=300)
    return said.stdout


def test_no_state_breaks_a_promise(tmp_path: Path) -> None:
    said = explored(tmp_path)
    assert re.search(r"errors: 0\b", said), said
    assert "Search not completed" not in said and "max search depth" not in said.lower(), said
    states = re.search(r"(\d+) states, stored", said)
    assert states and int(states.group(1)) > 100_000, "the whole of it, not a corner"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_found(mistake: str, tmp_path: Path) -> None:
    said = explored(tmp_path, mistake)
    assert re.search(r"errors: [1-9]", said), f"{mistake} went unnoticed:\n{said}"


def test_the_mistakes_are_those_that_were_planted() -> None:
    assert len(MISTAKES) >= 8
