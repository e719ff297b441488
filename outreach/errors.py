"""The errors that a person reads: one line, what is wrong and how to mend it; and how our own faults are told."""

import traceback
from typing import Final

_PLACES: Final = 6


class Refused(Exception):
    """Something a person asked for cannot be done. The message is one line: what, where, and the cure."""


class CannotStart(Refused):
    """A part of the program cannot start here."""


def trace(fault: BaseException) -> str:
    """Our own fault in one line: its kind, where it arose, and the places in our code it came through, innermost first.

    Never its words: a database quotes the row it refuses, and with it an address, a number or what a person wrote.
    """
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames[:-1] if "site-packages" not in frame.filename]
    shown = [*ours[-_PLACES:], *frames[-1:]]
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(shown))
    return f"{type(fault).__name__} at {places}"
