"""The same act several times at one moment, each on a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(times: int, act: Callable[[], object]) -> None:
    """Runs `act` in so many threads that begin together; returns when all are over."""
    begin = threading.Barrier(times)

    def work() -> None:
        begin.wait()
        act()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
