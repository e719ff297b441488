"""The command line, as a person calls it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def bare_environment() -> dict[str, str]:
    """The environment without anything that says which Outreach this is."""
    ours = ("OUTREACH_", "_OUTREACH_", "DATABASE_", "SENDGRID_", "TWILIO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def outreach(
    home: Path, *arguments: str | Path, within: float = 120, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs the command as a person would, in a home of its own. `within`: seconds."""
    return subprocess.run(
        [sys.executable, "-m", "outreach.cli", *map(str, arguments)],
        env={**bare_environment(), "OUTREACH_HOME": str(home), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=within,
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The error of a command that refused: no traceback, exit 2."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr
