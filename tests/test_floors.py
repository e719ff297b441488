"""The floors hold: imports go down only, the rules are pure, the witness is independent."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "localtime", "gmtime"}


def test_the_contracts_of_import_linter_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "outreach" / "rules").rglob("*.py")), ids=lambda p: p.name)
def test_rules_ask_no_clock_and_throw_no_dice(path: Path) -> None:
    """No `datetime.now()`, no `time.time()`, no `random`, no `open()`, no environment: values in, values out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {a.name for a in node.names} | {getattr(node, "module", "") or ""}
            assert not names & {"random", "secrets", "os", "subprocess", "socket", "requests"}, f"{path}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            owner = node.func.value
            named = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            assert named not in {"datetime", "date", "time"}, f"{path}:{node.lineno} asks the clock"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "input", "eval", "exec"}, f"{path}:{node.lineno}"


def test_only_settings_and_the_starters_read_the_environment() -> None:
    allowed = {"settings.py", "embedded.py", "wsgi.py", "system.py", "parts.py"}
    for path in (ROOT / "outreach").rglob("*.py"):
        if path.name not in allowed:
            assert "os.environ" not in path.read_text(encoding="utf-8"), path
