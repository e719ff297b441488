"""The proof that somebody just left by a page, which that page alone holds: with it the emails can be taken back.

It names the newest entry of the person's ledger, so what happened since makes it void, and it is good for a quarter of an
hour: long enough to notice a slip, too short to lie open on a shared screen until tomorrow. It is as long for a forged link
as for a real one and shows nothing of what it names: a signed text that could be read would tell which links are ours.
"""

import hashlib
import time

from django.conf import settings

from outreach.rules import tokens

UNDO_FOR = 15 * 60  # seconds
_PURPOSE = "undo"
_WIDE = 2**56  # numbers from here on take nine bytes each in a token, however small what they stand for


def proof(token: str, event: int) -> str:
    """A proof for the link `token` and the ledger as it stood at `event` (0: no entry)."""
    ids = (_WIDE + _of(token), _WIDE + event, _WIDE + int(time.time()))
    return tokens.make(_PURPOSE, ids, settings.TOKEN_KEYS[0])


def read(text: str, token: str) -> int | None:
    """The entry that a proof of ours for this link names; None for anything else and for one that is too old."""
    ids = tokens.read(text, _PURPOSE, settings.TOKEN_KEYS)
    if ids is None or len(ids) != 3:
        return None
    of, event, at = (number - _WIDE for number in ids)
    fresh = 0 <= time.time() - at <= UNDO_FOR
    return event if fresh and of == _of(token) else None


def _of(token: str) -> int:
    return int.from_bytes(hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=6).digest(), "big")
