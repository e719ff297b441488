"""The errors that a person reads: one line, what is wrong and how to mend it."""


class Refused(Exception):
    """Something a person asked for cannot be done. The message is one line: what, where, and the cure."""


class CannotStart(Refused):
    """A part of the program cannot start here."""
