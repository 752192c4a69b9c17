"""Where each key of a TOML text stands.

`tomllib` gives values without lines, so this scans the text once beside it, in linear time. It also
refuses what would be costly to parse (keys of thousands of parts, arrays in arrays in arrays)
before `tomllib` sees it. It judges nothing else: a text that is not TOML is scanned as well as it
goes, and `tomllib` says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Place = tuple[str | int, ...]
"""The way to a value: names of keys, and the index (from 0) where there are several."""

MOST_PARTS = 16
MOST_DEPTH = 16
# Before 3.11.5, Python does not find what a possessive group of several ways matches (gh-106052);
# an atomic group is the same, and is found.
_TOKEN = re.compile(
    r"""
    (?P<newline>\n)
  | (?P<space>[^\S\n]+|\#[^\n]*)
  | (?P<text>
        \"\"\"(?>(?:[^"\\]|\\.|"{1,2}(?!"))*)(?:"{3,5}|\Z)
      | '''(?>(?:[^']|'{1,2}(?!'))*)(?:'{3,5}|\Z)
      | "(?>(?:[^"\\\n]|\\[^\n])*)"?
      | '[^'\n]*+'?
    )
  | (?P<mark>[\[\]{},=.])
  | (?P<bare>[^\s\[\]{},=.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


class TooNestedError(Exception):
    """More nesting than any file that a person wrote; `line` says where."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int


def scan(text: str) -> dict[Place, int]:
    """Return the line (from 1) of each key, table and element of `text`.

    Keys in double quotes that hold escapes are left out. Raises `TooNestedError`.
    """
    scan = _Scan(list(_tokens(text)))
    scan.document()
    return scan.lines


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield _Token(match.group(), line)
        line += match.group().count("\n")


class _Scan:
    """One pass over the tokens, noting lines on the way."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.lines: dict[Place, int] = {}
        self._tokens = tokens
        self._at = 0
        self._tables: dict[Place, int] = {}

    def document(self) -> None:
        """Read one statement a line: a header, or a key and its value."""
        table: Place = ()
        while self._at < len(self._tokens):
            if self._peek() == "[":
                table = self._header()
            elif self._peek() != "\n":
                self._pair(table, depth=0)
            self._rest_of_line()

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _take(self) -> _Token:
        token = self._tokens[self._at] if self._at < len(self._tokens) else _Token("", 0)
        self._at += 1
        return token

    def _rest_of_line(self) -> None:
        while self._take().text not in ("\n", ""):
            pass

    def _header(self) -> Place:
        line = self._take().line
        many = self._peek() == "["
        if many:
            self._take()
        place: Place = ()
        for part in self._key():
            place = (*self._latest(place), part)
            self.lines.setdefault(place, line)
        if many:
            self._tables[place] = self._tables.get(place, 0) + 1
            place = self._latest(place)
            self.lines[place] = line
        return place

    def _latest(self, place: Place) -> Place:
        """Step into the last of the tables headed ``[[place]]``."""
        return (*place, self._tables[place] - 1) if place in self._tables else place

    def _key(self) -> Place:
        parts = [_name(self._take().text)]
        while self._peek() == ".":
            line = self._take().line
            parts.append(_name(self._take().text))
            if len(parts) > MOST_PARTS:
                raise TooNestedError(line)
        return tuple(parts)

    def _pair(self, table: Place, depth: int) -> None:
        line = self._tokens[self._at].line
        place = table
        for part in self._key():
            place = (*place, part)
            self.lines.setdefault(place, line)
        if self._peek() == "=":
            self._take()
            self._value(place, depth)

    def _value(self, place: Place, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise TooNestedError(self._tokens[self._at - 1].line)
        if self._peek() == "[":
            self._array(place, depth)
        elif self._peek() == "{":
            self._inline_table(place, depth)
        else:
            self._scalar()

    def _scalar(self) -> None:
        while self._peek() not in (",", "]", "}", "\n", ""):
            self._take()

    def _array(self, place: Place, depth: int) -> None:
        self._take()
        index = 0
        while (mark := self._peek()) not in ("]", ""):
            if mark in ("\n", ",", "}"):
                index += mark == ","
                self._take()
                continue
            self.lines[(*place, index)] = self._tokens[self._at].line
            self._value((*place, index), depth + 1)
        self._take()

    def _inline_table(self, place: Place, depth: int) -> None:
        self._take()
        while (mark := self._peek()) not in ("}", "\n", ""):
            if mark == ",":
                self._take()
            else:
                self._pair(place, depth + 1)
        if mark == "}":
            self._take()


def _name(token: str) -> str:
    return token[1:-1] if token[:1] in ("'", '"') else token
