"""The token bucket of a lane, in one database row: shared by all workers, surviving restarts.

It holds at most one second's worth (never under one message's), so no second can see more than the permitted rate plus
what was saved in the second before. Real time, not the schedule's clock: a pace is a promise to the provider.
"""

from django.db import connection, transaction

_TAKE = """
INSERT INTO sender_pace AS p (channel, tokens, at) VALUES (%(channel)s, %(burst)s, clock_timestamp())
ON CONFLICT (channel) DO UPDATE SET
    tokens = least(%(burst)s, p.tokens + %(rate)s * greatest(0, extract(epoch FROM clock_timestamp() - p.at))),
    at = clock_timestamp()
RETURNING tokens
"""
_SPEND = "UPDATE sender_pace SET tokens = tokens - %s WHERE channel = %s"


def take(channel: str, rate: float, want: float, cost: float) -> int:
    """How many of `want` messages of `cost` tokens each may go now; their tokens are taken. Runs in its own commit."""
    burst = max(rate, cost)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"channel": channel, "burst": burst, "rate": rate})
        (tokens,) = cursor.fetchone()
        granted = int(min(want, tokens // cost))
        if granted > 0:
            cursor.execute(_SPEND, [granted * cost, channel])
    return max(0, granted)


def give_back(channel: str, tokens: float) -> None:
    """Returns what was taken and not used."""
    if tokens > 0:
        with connection.cursor() as cursor:
            cursor.execute(_SPEND, [-tokens, channel])
