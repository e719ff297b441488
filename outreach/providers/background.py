"""One event loop on a thread of its own per process, for calls that are many and mostly wait.

Made on first use. A forked child gets its own: threads do not survive a fork, and a lock may have been held at it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def loop() -> asyncio.AbstractEventLoop:
    """This process's background loop, running."""
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="outreach-calls", daemon=True).start()
        return _loop


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` on the background loop and waits for it. If the waiting is interrupted, the work is cancelled.

    Must not be called on the background loop itself.
    """
    future = asyncio.run_coroutine_threadsafe(work, loop())
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _forget() -> None:
    global _lock, _loop
    _lock, _loop = threading.Lock(), None


os.register_at_fork(after_in_child=_forget)
