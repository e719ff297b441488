"""The MIME body that is written once and filled per person: it decodes to exactly the filled text."""

from __future__ import annotations

import email
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.providers.mime import Skeleton

MARKS = ("-o1:h:a-", "-o1:h:ab-")
WORDS = st.text(
    st.one_of(st.sampled_from(".= \t\nA-é€😀"), st.characters(exclude_categories=("Cs",), exclude_characters="\r")),
    max_size=200,
)


def undotted(raw: bytes) -> bytes:
    """What the mail server keeps of what was sent (RFC 5321 section 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"", raw)


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS, WORDS)
def test_both_parts_decode_to_the_filled_words(segments: list[str], first: str, second: str) -> None:
    body = "".join(segment + MARKS[i % 2] for i, segment in enumerate(segments)) + "end"
    values = dict(zip(MARKS, (first, second), strict=True))
    raw = Skeleton(body, f"<p>{body}</p>", MARKS).fill(values)
    lines = raw.split(b"\r\n")
    assert raw.isascii() and raw.endswith(b"\r\n") and b"." not in lines
    assert max(map(len, lines)) <= 90
    wanted = re.sub("|".join(sorted(MARKS, key=len, reverse=True)), lambda found: values[found[0]], body)
    message = email.message_from_bytes(b"MIME-Version: 1.0\r\n" + undotted(raw))
    text, html = (part.get_payload(decode=True).replace(b"\r\n", b"\n").decode() for part in message.get_payload())  # type: ignore[union-attr]
    assert (text, html) == (wanted, f"<p>{wanted}</p>")


def test_a_mark_without_a_value_is_no_letter() -> None:
    with pytest.raises(KeyError):
        Skeleton("Hello -o1:h:a-", "", MARKS).fill({})
