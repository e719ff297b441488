"""Everyone as rows of a CSV file; streamed, so memory does not follow the number of people."""

from collections.abc import Iterator

from outreach.models import Subscriber

HEADER = ("email", "phone", "first_name", "last_name", "role", "language", "zip", "state", "zone", "discreet", "tags",
          "consent")  # fmt: skip
# A cell that a spreadsheet would run as a formula is written as text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows() -> Iterator[tuple[str, ...]]:
    """The header, then a row per person; `consent` lists channel/topic=state."""
    yield HEADER
    people = Subscriber.objects.filter(erased_at=None).order_by("pk").prefetch_related("consents")
    for p in people.iterator(chunk_size=2_000):
        consent = ";".join(sorted(f"{c.channel}/{c.topic}={c.state}" for c in p.consents.all()))
        cells = (p.email, p.phone, p.first_name, p.last_name, p.role, p.language, p.zip_code, p.state, p.zone,
                 "yes" if p.discreet else "no", ";".join(p.tags), consent)  # fmt: skip
        yield tuple(_safe(cell or "", n) for n, cell in enumerate(cells))


def _safe(cell: str, column: int) -> str:
    if column == 1:  # a phone number begins with +, and must be read back as it is
        return cell
    return "'" + cell if cell.startswith(_FORMULA) else cell
