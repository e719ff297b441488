"""Whether the lock of a batch is still ours, asked without a round trip: right before each call of a batch."""

import select
from collections.abc import Callable

from django.db import connection


def still_held() -> Callable[[], bool]:
    """For this thread's connection, inside the transaction that holds the lock: whether the server has said nothing.

    The lock dies with the connection, and the server says so by closing it. Between two statements it says nothing else,
    so anything to read means that the lock may be gone; whoever asks must then not begin. May be asked from any thread.
    """
    poller = select.poll()
    poller.register(connection.connection.fileno(), select.POLLIN)
    return lambda: not poller.poll(0)
