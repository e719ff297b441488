"""Word lists and alternatives written as plain text, so that a person can read and change them."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, parted by white space."""
    return frozenset(text.split())


def one_of(text: str) -> str:
    """A group of alternatives, one regular expression per line; empty lines do not count."""
    return "(?:" + "|".join(line.strip() for line in text.splitlines() if line.strip()) + ")"
