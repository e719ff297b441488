"""What a text costs: its encoding, its units and its parts.

A text in the GSM 7-bit alphabet (GSM 03.38) carries 160 septets alone and 153 in each part of a longer one; a single
character outside that alphabet turns the whole text into UCS-2 with 70 and 67 UTF-16 units. An escape pair (^{}\\[~]|€
and form feed cost two septets) and a surrogate pair never straddle two parts, so a part may carry 152 or 66.
Sources: protocols.md section 3 [tw-len] [calc].
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["GSM-7", "UCS-2"]

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_GSM: Final = GSM_BASIC | GSM_EXTENSION

# Twilio's smart-encoding map as far as the reader understands the same [calc] [tw-smart], except that a tab or a
# no-break space becomes one space. The joiners U+200C and U+200D stay: they hold emoji and scripts together.
_SAME_LENGTH: Final = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width
    **{ord(char): unicodedata.normalize("NFKC", char) for char in "﹐﹒﹔﹕﹖﹗﹙﹚﹛﹜﹟﹠﹡﹢﹣﹤﹥﹦﹨﹩﹪﹫"},
    **dict.fromkeys(
        map(
            ord,
            "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u00b4`\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u275b\u275c",
        ),
        "'",
    ),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u02ba\u02ee\u275d\u275e\u301d\u301e"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u23bc\u23bd"), "-"),
    **dict.fromkeys(
        map(
            ord,
            "\u204e\u2217\u229b\u2722\u2723\u2724\u2725\u2731\u2732\u2733\u273a\u273b\u273c\u273d\u2743\u2749\u274a\u274b",
        ),
        "*",
    ),
    **dict.fromkeys(map(ord, "\u2768\u276a\u27ee\u2985"), "("),
    **dict.fromkeys(map(ord, "\u2769\u276b\u27ef\u2986"), ")"),
    **dict.fromkeys(map(ord, "\u2223\u23b8\u23b9\u23d0"), "|"),
    **dict.fromkeys(map(ord, "\u29f5\u29f9"), "\\"),
    **dict.fromkeys(map(ord, "\u02dc\u02f7\u223c"), "~"),
    **dict.fromkeys(map(ord, "\u02d0\u02f8\ua789"), ":"),
    0x2774: "{",
    0x2775: "}",
    0x02C6: "^",
    0x01C3: "!",
    0x204F: ";",
    0x2017: "_",
    **dict.fromkeys(map(ord, "\u2022\u2023\u2043\u2219\u25aa\u25cf\u25e6"), "-"),
    **dict.fromkeys(map(ord, "\t\u00a0\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys(map(ord, "\v\u0085\u2028\u2029"), "\n"),
    **dict.fromkeys(map(ord, "\u2044\u2215\u29f8"), "/"),
}
# Invisible characters, and control characters that no phone shows.
_DROPPED: Final = dict.fromkeys(
    (*map(ord, "\u200b\u2060\ufeff\u00ad\x7f"), *(set(range(0x20)) - set(map(ord, "\t\n\v\f\r"))))
)
_LONGER: Final = {
    0x2026: "...",
    0x203C: "!!",
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xBC: "1/4",
    0xBD: "1/2",
    0xBE: "3/4",
    0x2153: "1/3",
    0x2154: "2/3",
}
# 1½ must not become 11/2.
_MIXED_NUMBER: Final = re.compile(r"(?<=\d)(?=[\u00bc-\u00be\u2153\u2154])")


@dataclass(frozen=True, slots=True)
class Measure:
    """The cost of a text: units are septets (GSM-7) or UTF-16 units (UCS-2) of the whole text, parts what is billed."""

    encoding: Encoding
    units: int
    parts: int


def measure(text: str) -> Measure:
    """Encoding, units and parts of a text as a phone network counts them.

    An empty text counts as one part, as in Twilio's calculator [calc]; refusing to send it is the caller's business.
    """
    if _GSM.issuperset(text):
        pairs = sum(map(text.count, GSM_EXTENSION))
        return Measure("GSM-7", len(text) + pairs, _parts(len(text) + pairs, pairs, _septets(text), 160, 153))
    pairs = sum(char > "\uffff" for char in text)
    return Measure("UCS-2", len(text) + pairs, _parts(len(text) + pairs, pairs, _utf16_units(text), 70, 67))


def fold(text: str) -> str:
    """The text with its typography in plain characters wherever a reader understands the same.

    An accent typed apart joins its letter; quotes, dashes, bullets, odd spaces and full-width letters become plain;
    invisible characters go; an ellipsis, a ligature or a fraction
    is written out unless that alone would cost another part. Accents and emoji stay. Never costs more parts than the
    text did, and folding twice changes nothing more.
    """
    # One for one (or none) never costs a part: what stays UCS-2 stays as long, and GSM-7 needs at most two septets
    # where UCS-2 needed a unit, while its parts hold more than twice as much.
    composed = unicodedata.normalize("NFC", text)
    shortest = composed if len(composed) <= len(text) else text
    plain = shortest.translate(_SAME_LENGTH).translate(_DROPPED)
    written_out = _MIXED_NUMBER.sub(" ", plain).translate(_LONGER)
    return written_out if measure(written_out).parts <= measure(text).parts else plain


def fits(text: str, parts: int = 2) -> bool:
    """Whether the text, sent as it stands, costs at most this many parts."""
    return measure(text).parts <= parts


def _septets(text: str) -> Iterable[int]:
    return (2 if char in GSM_EXTENSION else 1 for char in text)


def _utf16_units(text: str) -> Iterable[int]:
    return (2 if char > "\uffff" else 1 for char in text)


def _parts(units: int, pairs: int, widths: Iterable[int], alone: int, joined: int) -> int:
    """Parts needed for characters of these widths, none of them split; `alone` and `joined` are the parts' sizes."""
    if units <= alone:
        return 1
    if not pairs:
        return -(-units // joined)
    parts, room = 1, joined
    for width in widths:
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return parts
