"""The same file gives the same bytes: whatever the machine's language, hour, folder and dice, and whatever came before."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from outreach import rendering
from outreach.rules.compiler import compile_series
from outreach.rules.contract import contract
from outreach.rules.readers import read
from tests.fuzz.inputs import made
from tests.fuzz.invariants import CENTRE, outcome
from tests.fuzz.seeds import seeds

ROOT = Path(__file__).parents[2]
FILES = [(f"{n}.{ending}", data) for ending, all_ in seeds().items() for n, data in enumerate(all_)]


def printed(data: bytes, name: str) -> str:
    """The contract of a file, as one text."""
    draft = compile_series(read(data, name))
    rendered = [rendering.body_without_footer(email, organisation=CENTRE) for email in draft.emails]
    return json.dumps(contract(draft, rendered), ensure_ascii=False)


@pytest.mark.parametrize("ending", seeds())
def test_no_setting_of_the_machine_changes_a_byte(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"article.{ending}"
    file.write_bytes(seeds()[ending][0])
    turkish = {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/Phoenix"}
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "Pacific/Kiritimati"}
    places = [
        {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4242", **bare},
        {"PYTHONHASHSEED": "1", "PYTHONOPTIMIZE": "1", **turkish},
        {"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "latin-1", "COLUMNS": "20", "NO_COLOR": "1"},
    ]
    answers = set()
    for number, place in enumerate(places):
        kept = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "TZ")}
        folder = tmp_path / str(number)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "outreach.cli", "compile", str(file), "--json"],
            env={**kept, "PYTHONPATH": str(ROOT), **place}, cwd=folder, capture_output=True, check=True, timeout=120,
        )  # fmt: skip
        answers.add(done.stdout)
    assert len(answers) == 1
    assert json.loads(answers.pop().decode("utf-8"))["emails"]


def test_what_was_compiled_before_leaves_no_trace() -> None:
    first = [printed(data, name) for name, data in FILES]
    order = list(range(len(FILES)))
    for turn in range(3):
        random.Random(turn).shuffle(order)
        for number in range(5):
            name, data = made(100 + 5 * turn + number)
            outcome(data, name)
        for i in order:
            assert printed(FILES[i][1], FILES[i][0]) == first[i], FILES[i][0]
