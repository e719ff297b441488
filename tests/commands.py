"""The command line, as a person calls it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def outreach(home: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("OUTREACH_", "_OUTREACH_", "DATABASE_", "SENDGRID_", "TWILIO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "outreach.cli", *map(str, arguments)],
        env={**kept, "OUTREACH_HOME": str(home), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The error of a command that refused: no traceback, exit 2."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr
