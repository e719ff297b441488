"""Where a person may be, for everything that plans or judges their messages."""

from functools import lru_cache

from outreach.rules import places
from outreach.rules.places import Place


def place_of(*, phone: str | None, zip_code: str | None, zone: str | None, state: str | None) -> Place:
    """`places.place`, where a zone that tzdata no longer knows counts as unconfirmed: one row must not stop everybody."""
    return _place(exchange(phone), zip_code, zone, state)


def exchange(phone: str | None) -> str | None:
    """What a number says about its place: of an American one the area and exchange (the rest as noughts), else all of it."""
    return f"{phone[:8]}0000" if phone and len(phone) == 12 and phone.startswith("+1") else phone


@lru_cache(maxsize=1 << 16)
def _place(phone: str | None, zip_code: str | None, zone: str | None, state: str | None) -> Place:
    try:
        return places.place(phone=phone, zip_code=zip_code, zone=zone, state=state)
    except places.UnknownZone:
        return places.place(phone=phone, zip_code=zip_code, zone=None, state=state)
