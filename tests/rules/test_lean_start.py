"""What `outreach compile` does not need, it does not load: one article takes well under a second as a whole process."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import bare_environment
from tests.rules.articles import MARKDOWN, SAMPLE

ROOT = Path(__file__).parents[2]


def loaded(file: Path) -> set[str]:
    """The top-level modules that compiling a file imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "outreach.cli", "compile", str(file), "--json"],
        cwd=ROOT, env=bare_environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    return {m.split(".")[0] for m in re.findall(r"^import time:.*\|\s*([\w.]+)$", done.stderr, re.M)}


@pytest.mark.parametrize(
    ("name", "text", "spared"),
    [
        ("a.txt", SAMPLE.read_text(encoding="utf-8"), "trafilatura mammoth markdown_it pypdf psycopg zipcodes celery"),
        ("a.md", MARKDOWN, "trafilatura mammoth pypdf psycopg zipcodes celery"),
    ],
    ids=["text", "markdown"],
)
def test_a_format_does_not_load_the_libraries_of_another(tmp_path: Path, name: str, text: str, spared: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    modules = loaded(file)
    assert "pysbd" in modules
    assert modules.isdisjoint(spared.split())
