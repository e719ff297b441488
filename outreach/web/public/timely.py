"""A stamp in the sign-up form that says when the page was made: what comes back at once was not sent by a person.

It is signed, and it works without a cookie, so also in a frame on another site, where browsers keep cookies away. A stamp
can be used again within its day: how often is the matter of actions/limiting.py.
"""

import time

from django.core import signing

SOONEST = 2  # seconds in which no person ticks a box and types an address
LATEST = 24 * 3600  # seconds
_FORM = "outreach.sign-up"


def stamp(at: float | None = None) -> str:
    """A stamp of now, or of the unix moment `at`."""
    return signing.dumps(int(time.time() if at is None else at), salt=_FORM)


def is_timely(text: str) -> bool:
    """Whether this is a stamp of ours, neither too fresh nor of another day."""
    try:
        made = signing.loads(text, salt=_FORM)
    except signing.BadSignature:
        return False
    return isinstance(made, int) and SOONEST <= time.time() - made <= LATEST
