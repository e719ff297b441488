"""A CSV file to checked rows, one at a time and as it comes: nothing of the file stays in memory."""

import codecs
import difflib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from outreach.errors import Refused
from outreach.rules import csv_rows, places, tokens
from outreach.rules.audience import STATES

COLUMNS = (
    "email", "phone", "first_name", "last_name", "role", "language", "zip", "state", "zone", "discreet", "tags",
)  # fmt: skip
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
MAX_BYTES = 400 * 1024 * 1024
BLOCK = 1024 * 1024

Value = str | bool | list[str] | None


@dataclass(slots=True)
class Checked:
    """One line of the file: its cleaned cells, or in `say` what is wrong with it. `line` counts from 1 with the header,
    as an editor shows it; a cell that was left empty is None and says nothing about the person."""

    line: int
    say: str = ""
    email: str | None = None
    email_key: bytes | None = None
    phone: str | None = None
    phone_key: bytes | None = None
    first_name: str | None = None
    last_name: str | None = None
    role: str | None = None
    language: str | None = None
    zone: str | None = None
    zip_code: str | None = None
    state: str | None = None
    discreet: bool | None = None
    tags: list[str] | None = None


def rows(file: BinaryIO) -> Iterator[Checked]:
    """Every row that holds something. Raises Refused for a file that cannot be read to its end."""
    size = file.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise Refused(f"The file has {size // 2**20} MB; split it into files of at most {MAX_BYTES // 2**20} MB.")
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        table = csv_rows.rows(_lines(text))
        header = [_column(name, n) for n, name in enumerate(next(table, (1, []))[1], 1)]
        if not {"email", "phone"} & set(header):
            raise Refused("Line 1 must name the columns, with at least one of email and phone.")
        csv_rows.refuse_twice(header)
        checks, secret = [_CHECKS[name] for name in header], settings.ADDRESS_SECRET
        for line, cells in table:
            yield _row(line, checks, cells, secret)
    except UnicodeDecodeError:
        raise Refused(
            f"Line {_line_of_fault(file)} is not UTF-8 text: save the file as “CSV UTF-8” and try again."
        ) from None
    except csv_rows.TableRefused as e:
        raise Refused(e.say) from None
    finally:
        text.detach()  # the file is its owner's to close


def _lines(text: Iterator[str]) -> Iterator[str]:
    for line in text:
        if "\0" in line:
            raise Refused("This is not a CSV file: it holds binary data.")
        yield line


def _line_of_fault(file: BinaryIO) -> int:
    """The line that holds the first byte that is no UTF-8."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = 0  # line ends in the blocks before
    held = b""  # the beginning of a letter at the end of the block before
    while block := file.read(BLOCK):
        try:
            decoder.decode(block)
        except UnicodeDecodeError as e:
            return before + (held + block)[: e.start].count(b"\n") + 1
        before += block.count(b"\n")
        held = decoder.getstate()[0]
    return before + 1


def _column(name: str, number: int) -> str:
    wanted = csv_rows.column_key(name)
    wanted = {"zip_code": "zip", "mobile": "phone", "e_mail": "email", "time_zone": "zone"}.get(wanted, wanted)
    if wanted not in COLUMNS:
        if any(mark in name for mark in ";\t"):
            raise Refused("Line 1 does not have commas between its columns: save the file as “CSV UTF-8 (comma)”.")
        close = difflib.get_close_matches(wanted, COLUMNS, 1)
        if not wanted:
            raise Refused(f"Line 1, column {number} has no name: name it or delete the column.")
        hint = f" Did you mean “{close[0]}”?" if close else f" Known columns: {', '.join(COLUMNS)}."
        raise Refused(f"Line 1, column {number}: “{name.strip()}” is not known.{hint}")
    return wanted


def _row(line: int, checks: Sequence[Callable[[Checked, str], None]], cells: Sequence[str], secret: bytes) -> Checked:
    row = Checked(line)
    if len(cells) != len(checks):
        row.say = f"{len(cells)} cells where the header has {len(checks)}: check the commas."
        return row
    try:
        for check, cell in zip(checks, cells, strict=True):
            if cell and (given := cell.strip()):
                check(row, given)
    except (tokens.AddressInvalid, places.UnknownZone, ValueError) as e:
        row.say = getattr(e, "say", None) or str(e)
        return row
    if row.email is not None:
        row.email_key = tokens.key_of_normal("email", row.email, secret)
    if row.phone is not None:
        row.phone_key = tokens.key_of_normal("sms", row.phone, secret)
    elif row.email is None:
        row.say = "neither an email nor a phone: give at least one."
    return row


# Each check writes one cleaned cell, which is not empty, into the row, or raises with one sentence that names the column.


def _email(row: Checked, given: str) -> None:
    row.email = tokens.normal_email(given)


def _phone(row: Checked, given: str) -> None:
    row.phone = tokens.normal_phone(given)


def _name(given: str, column: str) -> str:
    """A name in one line: it stands in greetings."""
    found = " ".join(given.split())
    if len(found) > 80:
        raise ValueError(f"{column} is longer than 80 characters.")
    return found


def _first_name(row: Checked, given: str) -> None:
    row.first_name = _name(given, "first_name")


def _last_name(row: Checked, given: str) -> None:
    row.last_name = _name(given, "last_name")


def _choice(given: str, column: str, choices: tuple[str, ...]) -> str:
    word = given.lower()
    if word not in choices:
        raise ValueError(f"{column} must be {' or '.join(choices)}.")
    return word


def _role(row: Checked, given: str) -> None:
    row.role = _choice(given, "role", ("subscriber", "family"))


def _language(row: Checked, given: str) -> None:
    row.language = _choice(given, "language", ("en", "es"))


def _zip(row: Checked, given: str) -> None:
    if not places.ZIP.fullmatch(given):
        raise ValueError("zip must be five digits, like 30303.")
    row.zip_code = given[:5]


def _state(row: Checked, given: str) -> None:
    if given.upper() not in STATES:
        raise ValueError("state must be the two letters of a US state, like GA.")
    row.state = given.upper()


def _zone(row: Checked, given: str) -> None:
    places.zone_named(given)
    row.zone = given


def _discreet(row: Checked, given: str) -> None:
    word = given.lower()
    if word not in YES | NO:
        raise ValueError("discreet must be yes or no.")
    row.discreet = word in YES


def _tags(row: Checked, given: str) -> None:
    row.tags = sorted({t.strip().lower() for t in given.split(";") if t.strip()})


_CHECKS: Mapping[str, Callable[[Checked, str], None]] = {
    "email": _email,
    "phone": _phone,
    "first_name": _first_name,
    "last_name": _last_name,
    "role": _role,
    "language": _language,
    "zip": _zip,
    "state": _state,
    "zone": _zone,
    "discreet": _discreet,
    "tags": _tags,
}
