"""Where a person may be, for everything that plans or judges their messages."""

from outreach.rules import places
from outreach.rules.places import Place


def place_of(*, phone: str | None, zip_code: str | None, zone: str | None, state: str | None) -> Place:
    """`places.place`, where a zone that tzdata no longer knows counts as unconfirmed: one row must not stop everybody."""
    try:
        return places.place(phone=phone, zip_code=zip_code, zone=zone, state=state)
    except places.UnknownZone:
        return places.place(phone=phone, zip_code=zip_code, zone=None, state=state)
