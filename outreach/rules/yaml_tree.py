"""A YAML text as a tree that knows its lines, read key by key, with every mistake noted instead of the first one raised.

The text is composed, not constructed: the nodes keep their lines, doubled keys stay visible, and no tag makes an object.
When the YAML itself is broken, each top-level section is read alone, so one missing quote does not hide other mistakes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

T = TypeVar("T")

_NULL: Final = "tag:yaml.org,2002:null"
_SECTION_START: Final = re.compile(r"(?m)^(?=[^\s#\-\]}])")
_SECTION_NAME: Final = re.compile(r"""["']?([\w-]+)""")

# What the YAML reader says, and what a person can do about it.
_CURES: Final = (
    ("'\\t'", "A tab stands here. Indent with spaces only."),
    ("cannot start any token", "A word here begins with a sign YAML keeps for itself. Put the words in double quotes."),
    (
        "mapping values are not allowed",
        "Here is a colon too many, or a line begins at the wrong place. Put words with a colon in double quotes.",
    ),
    ("could not find expected ':'", "A colon is missing after the name. Write it like `name: value`."),
    ("expected <block end>", "This line begins at another place than its neighbours. Begin it exactly under them."),
    ("expected ',' or", "A list in brackets is not closed, or a comma is missing in it."),
    ("undefined alias", "A star (*) has a special meaning in YAML. Put the words in double quotes."),
    ("another document", "A line of three dashes (---) starts a second file here. Take it away."),
)


class Wrong(Exception):
    """A value that cannot be what it should be; the message says so and how to mend it."""


class Told(Exception):
    """Something inside was wrong and has already been noted."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One mistake: its line (from 1), the path of keys to it, and a sentence or two with the cure."""

    line: int
    where: str
    say: str


@dataclass(slots=True)
class Notes:
    """The growing list of mistakes of one file."""

    found: list[Note] = field(default_factory=list)

    def add(self, line: int, where: str, say: str) -> None:
        self.found.append(Note(line, where, say))


@dataclass(frozen=True, slots=True)
class Spot:
    """One value in the file: its node, the path of keys to it, the line of its key, and where mistakes are noted."""

    node: Node
    where: str
    line: int
    notes: Notes

    def scalar(self) -> str:
        """The value as it was written, without quotes; "" when empty. Raises Wrong for a list or a section."""
        if isinstance(self.node, ScalarNode):
            return "" if self.node.tag == _NULL and self.node.value in ("", "~", "null") else str(self.node.value)
        raise Wrong(f"“{_last(self.where)}” is one value, but {_shape(self.node)} stands here.")

    def items(self) -> list[Spot]:
        """The elements of a list. Raises Wrong when it is none."""
        if not isinstance(self.node, SequenceNode):
            raise Wrong(f"“{_last(self.where)}” is a list, like [one, two], but {_shape(self.node)} stands here.")
        return [
            Spot(node, f"{self.where}[{number}]", node.start_mark.line + 1, self.notes)
            for number, node in enumerate(self.node.value, 1)
        ]

    def silent(self) -> Spot:
        """The same spot for a second look whose mistakes are already noted."""
        return replace(self, notes=Notes())

    def is_empty(self) -> bool:
        return isinstance(self.node, ScalarNode) and self.scalar().strip() == ""


class Section:
    """A mapping in the file, read key by key.

    `take` notes what is wrong and goes on, so a reader asks for every key and then calls `close`, which notes the keys
    nobody asked for and raises Told if anything was wrong. What `take` returned is to be used only after `close`.
    """

    def __init__(self, spot: Spot) -> None:
        if not isinstance(spot.node, MappingNode):
            raise Wrong(
                f"“{_last(spot.where)}” is a section with lines like `name: value` indented under it, "
                f"but {_shape(spot.node)} stands here."
            )
        self.spot = spot
        self.spots: dict[str, Spot] = {}
        self._asked: list[str] = []
        self._ok = True
        for key, value in spot.node.value:
            self._place(key, value)

    def _place(self, key: Node, value: Node) -> None:
        line = key.start_mark.line + 1
        name = str(key.value) if isinstance(key, ScalarNode) else "?"
        where = _join(self.spot.where, name)
        if name in self.spots:
            first = self.spots[name].line
            self._note(
                line, where, f"“{name}” stands here a second time; the first is in line {first}. Keep one of them."
            )
            return
        self.spots[name] = Spot(value, where, line, self.spot.notes)

    def _note(self, line: int, where: str, say: str) -> None:
        self._ok = False
        self.spot.notes.add(line, where, say)

    def fail(self, key: str, say: str) -> None:
        """Note a mistake that only shows when several keys are seen together, at the line of `key`."""
        line = self.spots[key].line if key in self.spots else self.spot.line
        self._note(line, _join(self.spot.where, key) if key else self.spot.where, say)

    def take(self, key: str, read: Callable[[Spot], T], example: str) -> T:
        """The value of a key that must be there; `example` shows a right line when it is not."""
        self._asked.append(key)
        spot = self.spots.get(key)
        if spot is None:
            where = _join(self.spot.where, key)
            self._note(self.spot.line, where, f"“{key}” is missing. Add a line like `{key}: {example}`.")
            return cast(T, None)
        if spot.is_empty():
            self._note(spot.line, spot.where, f"“{key}” is empty. Write it like `{key}: {example}`.")
            return cast(T, None)
        return self._read(spot, read)

    def maybe(self, key: str, read: Callable[[Spot], T], default: T) -> T:
        """The value of a key that may be left out or empty."""
        self._asked.append(key)
        spot = self.spots.get(key)
        return default if spot is None or spot.is_empty() else self._read(spot, read)

    def each(self, read: Callable[[str, Spot], T]) -> dict[str, T]:
        """Every entry of a section whose keys are the person's own names."""
        found: dict[str, T] = {}
        for key, spot in self.spots.items():
            self._asked.append(key)
            value = self._read(spot, lambda spot, key=key: read(key, spot))  # type: ignore[misc]
            if value is not None:
                found[key] = value
        return found

    def _read(self, spot: Spot, read: Callable[[Spot], T]) -> T:
        try:
            return read(spot)
        except Wrong as wrong:
            self._note(spot.line, spot.where, str(wrong))
        except Told:
            self._ok = False
        return cast(T, None)

    def close(self) -> None:
        """Note the keys that mean nothing here. Raises Told when the section cannot be used."""
        unread = [key for key in self.spots if key not in self._asked]
        absent = [key for key in self._asked if key not in self.spots]
        for key in unread:
            near = did_you_mean(key, absent or self._asked)
            say = f"“{key}” means nothing here. {near or 'Here belong: ' + ', '.join(self._asked) + '.'}"
            self._note(self.spots[key].line, self.spots[key].where, say)
        if not self._ok:
            raise Told


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“Did you mean …?”, or "" when nothing known is near."""
    names = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), list(names), n=1, cutoff=0.6)
    return f"Did you mean “{names[near[0]]}”?" if near else ""


def _shape(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a section"
    if isinstance(node, SequenceNode):
        return "a list"
    return f"“{node.value}”" if str(node.value).strip() else "nothing"


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _last(where: str) -> str:
    return where.rsplit(".", 1)[-1] or "the file"


def compose(text: str, notes: Notes) -> tuple[Spot | None, frozenset[str]]:
    """The top of the tree, and the names of the sections whose YAML is broken (each noted, and left out of the tree)."""
    try:
        top = YAML(typ="rt").compose(text)
        return (None if top is None else Spot(top, "", 1, notes)), frozenset()
    except RecursionError:
        notes.add(1, "", "The file is nested too deeply to be a schedule.")
        return None, frozenset()
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        notes.add(line, "", "A character here cannot be seen or printed. Type the line again.")
        return None, frozenset()
    except YAMLError as error:
        return _compose_by_section(text, error, notes)


def _compose_by_section(text: str, error: YAMLError, notes: Notes) -> tuple[Spot | None, frozenset[str]]:
    pairs: list[tuple[Node, Node]] = []
    broken: set[str] = set()
    top: MappingNode | None = None
    starts = sorted({0, *(match.start() for match in _SECTION_START.finditer(text))})
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        block = text[start:end]
        name = _SECTION_NAME.match(block)
        try:
            # The lines before become empty ones, so that the marks of this block are right for the whole file.
            node = YAML(typ="rt").compose("\n" * text.count("\n", 0, start) + block)
        except YAMLError as trouble:
            _note_yaml(trouble, name[1] if name else "", text, notes)
            broken.add(name[1] if name else "")
            continue
        if isinstance(node, MappingNode):
            top = top or node
            pairs.extend(node.value)
    if not broken:  # sound in pieces, broken as a whole: a second document
        _note_yaml(error, "", text, notes)
    if top is None:
        return None, frozenset(broken)
    top.value = pairs
    return Spot(top, "", 1, notes), frozenset(broken)


def _note_yaml(error: YAMLError, where: str, text: str, notes: Notes) -> None:
    if not isinstance(error, MarkedYAMLError):
        notes.add(1, where, "This is not YAML. Compare with the schedules.yaml that came with Outreach.")
        return
    problem = str(error.problem or "")
    if "unexpected end of stream" in problem or error.context == "while scanning a quoted scalar":
        line = _line(error.context_mark) or _line(error.problem_mark) or 1
        notes.add(line, where, "A quotation mark opens here and is never closed. Add the closing one.")
        return
    line = _line(error.problem_mark) or _line(error.context_mark) or 1
    say = next((cure for sign, cure in _CURES if sign in problem), f"This is not YAML: {problem}.")
    if "expected ',' or" in problem:
        line = _line(error.context_mark) or line
    elif "mapping values are not allowed" in problem:
        line, say = _explain_colon(text.splitlines(), line, say)
    notes.add(line, where, say)


def _explain_colon(rows: list[str], line: int, say: str) -> tuple[int, str]:
    """YAML finds a colon too many where it took a line for the end of the one above; the cause is often that one."""
    above = rows[line - 2] if 2 <= line <= len(rows) else ""
    if not above.strip() or above.lstrip().startswith(("#", "-")):
        return line, say
    if ":" not in above:
        return line - 1, _cure("could not find expected ':'")
    if rows[line - 1].count(": ") < 2 and _indent(rows[line - 1]) > _indent(above):
        return line, _cure("expected <block end>")
    return line, say


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _cure(sign: str) -> str:
    return next(cure for known, cure in _CURES if known == sign)


def _line(mark: object) -> int | None:
    number = getattr(mark, "line", None)
    return None if number is None else int(number) + 1
