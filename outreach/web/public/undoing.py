"""The proof that somebody just left by a page, which that page alone holds: with it the emails can be taken back.

It names the newest entry of the person's ledger, so what happened since makes it void, and it is good for a quarter of an
hour: long enough to notice a slip, too short to lie open on a shared screen until tomorrow.
"""

from django.core import signing

UNDO_FOR = 15 * 60  # seconds
_UNDO = "outreach.undo"


def proof(token: str, event: int) -> str:
    """A proof for the link `token` and the ledger as it stood at `event`."""
    return signing.dumps([token, event], salt=_UNDO)


def read(text: str) -> tuple[str, int] | None:
    """The link and the entry of a proof of ours; None for anything else and for one that is too old."""
    try:
        token, event = signing.loads(text, salt=_UNDO, max_age=UNDO_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (token, event) if isinstance(token, str) and isinstance(event, int) else None
