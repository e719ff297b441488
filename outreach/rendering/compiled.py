"""A compiled email: everything that is the same for everyone, cut at the slots and ready to be filled per person."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from outreach.rendering.slots import MAY_BE_EMPTY, Part, SlotMissing, mark, split

_STORED = (
    "subject",
    "subject_discreet",
    "preheader",
    "preheader_discreet",
    "html",
    "text",
    "slots",
    "mark_prefix",
    "language",
)


@dataclass(frozen=True, slots=True)
class FilledEmail:
    """What one person gets."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Segments:
    """One part of an email, cut at its marks: `holes` are the positions in `pieces` that slots fill."""

    pieces: tuple[str, ...]
    holes: tuple[tuple[int, str], ...]

    def joined(self, values: Mapping[str, str]) -> str:
        pieces = list(self.pieces)
        for index, slot in self.holes:
            pieces[index] = values[slot]
        return "".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledEmail:
    """One email of a series, rendered once: `html` and `text` hold the marks of `slots`, all else is as sent.

    `mark_prefix` begins every mark. `content_hash` covers all of it: two emails with the same hash send the same words.
    """

    subject: str
    subject_discreet: str
    preheader: str
    preheader_discreet: str
    html: str
    text: str
    slots: tuple[str, ...]
    mark_prefix: str
    language: str
    content_hash: str = field(init=False)
    _html: _Segments = field(init=False, repr=False, compare=False)
    _text: _Segments = field(init=False, repr=False, compare=False)
    _marks: tuple[tuple[Part, str, str], ...] = field(init=False, repr=False, compare=False)
    _wanted: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        html = _Segments(*split(self.html, self.mark_prefix, "h"))
        text = _Segments(*split(self.text, self.mark_prefix, "t"))
        used: dict[tuple[Part, str], str] = {}
        for slot in self.slots:
            if any(slot == name for _, name in html.holes):
                used["h", slot] = mark(self.mark_prefix, "h", slot)
            if any(slot == name for _, name in text.holes):
                used["t", slot] = mark(self.mark_prefix, "t", slot)
        for name, value in (
            ("content_hash", _digest(self)),
            ("_html", html),
            ("_text", text),
            ("_marks", tuple((part, slot, written) for (part, slot), written in used.items())),
            ("_wanted", frozenset(self.slots)),
        ):
            object.__setattr__(self, name, value)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form; `from_dict` gives the same value back."""
        stored = {name: getattr(self, name) for name in _STORED}
        return {**stored, "slots": list(self.slots), "content_hash": self.content_hash}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CompiledEmail:
        """The email stored by `to_dict`. Raises KeyError if a part lacks, ValueError if it was changed since."""
        email = cls(**{**{name: data[name] for name in _STORED}, "slots": tuple(data["slots"])})
        if data["content_hash"] != email.content_hash:
            raise ValueError("this rendering was changed after it was made; compile the step again")
        return email

    def substitutions(self, values: Mapping[str, str]) -> dict[str, str]:
        """What each mark is replaced by for one person, escaped where it stands in html.

        A provider that replaces the marks literally sends the same bytes as `fill`. Raises SlotMissing.
        """
        in_html, in_text = self._values(values)
        return {written: (in_html if part == "h" else in_text)[slot] for part, slot, written in self._marks}

    def some_substitutions(self, values: Mapping[str, str]) -> dict[str, str]:
        """`substitutions` for some of the slots. Raises SlotMissing for a value that is empty and may not be."""
        in_html, in_text = self._checked(values, frozenset(values) & self._wanted)
        return {
            written: (in_html if part == "h" else in_text)[slot]
            for part, slot, written in self._marks
            if slot in values
        }

    def with_one_mark(self, slots: Iterable[str]) -> tuple[CompiledEmail, tuple[str, ...]]:
        """The email with one mark for each of these slots in html and text alike, and the marks in the order of `slots`:
        for values that stand the same in both, as links do. What is sent is the same, and shorter to ask for."""
        text, marks = self.text, []
        for slot in slots:
            shared = mark(self.mark_prefix, "h", slot)
            text = text.replace(mark(self.mark_prefix, "t", slot), shared)
            marks.append(shared)
        return dataclasses.replace(self, text=text), tuple(marks)

    def is_plain(self, value: str) -> bool:
        """Whether a value stands the same in html and text, so that it may fill a slot with one mark."""
        return bool(value) and escape(value) == value and self.mark_prefix not in value

    def with_values(self, same: Mapping[str, str]) -> CompiledEmail:
        """The email with these slots filled for everyone: the others are its slots then. Raises SlotMissing."""
        in_html, in_text = self._checked(same, frozenset(same) & self._wanted)
        html, text = self.html, self.text
        for part, slot, written in self._marks:
            if slot in same:
                if part == "h":
                    html = html.replace(written, in_html[slot])
                else:
                    text = text.replace(written, in_text[slot])
        left = tuple(slot for slot in self.slots if slot not in same)
        return dataclasses.replace(self, html=html, text=text, slots=left)

    def filled(self, values: Mapping[str, str]) -> FilledEmail:
        """The email for one person. Raises SlotMissing."""
        in_html, in_text = self._values(values)
        return FilledEmail(values["subject"], self._text.joined(in_text), self._html.joined(in_html))

    def _values(self, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        return self._checked(values, self._wanted)

    def _checked(self, values: Mapping[str, str], wanted: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
        """The values for html and for text. Refused unless they are exactly the wanted ones and none lacks words."""
        if values.keys() != wanted:
            raise SlotMissing(min(values.keys() ^ wanted))
        prefix = self.mark_prefix
        in_text = {}
        for slot, value in values.items():
            if not value and slot not in MAY_BE_EMPTY:
                raise SlotMissing(slot)
            # Only a value could bring a mark in now, and a provider might fill it where our own join does not.
            in_text[slot] = value.replace(prefix, f"{prefix[:-1]};") if prefix in value else value
        in_html = {slot: escape(value) for slot, value in in_text.items()}
        if in_text.get("greeting"):
            # A line of its own; without a greeting no empty line is left behind.
            in_text["greeting"] += "\n\n"
        return in_html, in_text


def _digest(email: CompiledEmail) -> str:
    stored = json.dumps([getattr(email, name) for name in _STORED], ensure_ascii=True)
    return hashlib.sha256(stored.encode()).hexdigest()


def fill(compiled: CompiledEmail, values: Mapping[str, str]) -> FilledEmail:
    """The email for one person: html values are escaped, text values stand as they are. Raises SlotMissing(name)."""
    return compiled.filled(values)


_BODY: Final = re.compile(r'<div[^>]*\brole="article"[^>]*>')
_TITLE: Final = (
    "max-width:520px;margin:0 auto;padding:36px 24px 0;font:650 26px/32px system-ui,sans-serif;color:#22302d"
)


def read_online(compiled: CompiledEmail, values: Mapping[str, str]) -> str:
    """The html for someone who reads in a browser. It greets nobody: links are forwarded, names must not be.

    A mail program shows the subject above the email and keeps it apart from its own frame; on a page of its own the email
    brings its title, and is the page's main part.
    """
    html = compiled.filled({**values, "greeting": ""}).html
    return _BODY.sub(lambda begin: _as_page(begin[0], escape(values["subject"])), html, count=1)


def _as_page(begin: str, title: str) -> str:
    main = begin.replace('role="article"', 'role="main"').replace(' aria-roledescription="email"', "")
    return f'{main}<h1 class="h1" style="{_TITLE}">{title}</h1>'
