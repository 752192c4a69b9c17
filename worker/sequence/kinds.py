"""What a value of a sequence file may be: how it is read, and how that is said to people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePosixPath
from typing import Generic, TypeVar
from zoneinfo import available_timezones

from worker.core.calendar import zone
from worker.core.document import nearest, shown
from worker.errors import InputError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Table = Mapping[str, object]
Schema = Mapping[str, object]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
MOST_TEXT = 200
_MOST_PROSE = 2000
_MOST_LISTED = 100


class UnfitError(ValueError):
    """A value is not of its kind; it carries a reason where "expected …" does not tell it all."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """One kind of value.

    `expected` ends the sentence "expected …"; `read` raises `UnfitError`. `schema` says it to
    editors, as JSON schema does.
    """

    expected: str
    read: Callable[[object], T_co]
    schema: Schema


TEXT: Schema = {"type": "string"}


def one_or_more(schema: Schema) -> Schema:
    """Return the schema of a value, or a list of such."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def choice(options: Mapping[str, T]) -> Kind[T]:
    """Return the kind of value that is one of these words."""

    def read(value: object) -> T:
        if not isinstance(value, str) or value not in options:
            raise UnfitError
        return options[value]

    return Kind(alternatives(options), read, {"enum": list(options)})


def choices(options: Mapping[str, T], called: str) -> Kind[tuple[T, ...]]:
    """Return the kind of value that is one of these words, or a list of some."""

    def read(value: object) -> tuple[T, ...]:
        found = read_list(value, lambda word: word)
        for word in found:
            if not isinstance(word, str) or word not in options:
                raise UnfitError(f"no {called} is called {shown(word)}")
        return tuple(dict.fromkeys(options[str(word)] for word in found))

    schema = one_or_more({"enum": list(options)})
    return Kind(f"one of {', '.join(options)}, or a list of some", read, schema)


def alternatives(words: Iterable[str]) -> str:
    """Write words as a person chooses among them: ``"a", "b" or "c"``."""
    *others, last = [f'"{word}"' for word in words]
    return f"{', '.join(others)} or {last}" if others else last


def read_list(value: object, read: Callable[[object], T]) -> tuple[T, ...]:
    """Read one value, or a list of one or more."""
    if not isinstance(value, list):
        return (read(value),)
    if not 0 < len(value) <= _MOST_LISTED:
        raise UnfitError
    return tuple(map(read, value))


def read_title(value: object) -> str:
    """Read a line of text for people."""
    text = _text(value)
    if not text.strip() or len(text) > MOST_TEXT or not text.isprintable():
        raise UnfitError
    return text


def read_name(value: object) -> str:
    """Read a name that commands, keys and files can carry."""
    text = _text(value)
    if not NAME.fullmatch(text):
        raise UnfitError
    return text


def read_template(value: object) -> str:
    """Read the path of an email, relative to the folder `templates`."""
    written = _text(value)
    if "\\" in written or not written.isprintable():  # as "a\b" is, where TOML reads a \
        raise UnfitError("the folders of a path are parted by /")
    path = PurePosixPath(written)
    if path.is_absolute() or ".." in path.parts:
        raise UnfitError("the path may not leave the folder templates")
    if path.suffix != ".html":
        raise UnfitError
    return str(path)


def read_zone(value: object) -> str:
    """Read ``lead`` or the name of a time zone of the tz database."""
    text = _text(value)
    if text == "lead":
        return text
    try:
        # The standard library looks a name up as a path of packages: a long one exhausts the stack.
        zone(text)
    except InputError:
        raise UnfitError(f"unknown zone{nearest(text, available_timezones())}") from None
    return text


def read_number(value: object) -> float:
    """Read a number that can be compared."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnfitError
    try:
        number = float(value)
    except OverflowError:
        raise UnfitError from None
    if not isfinite(number):
        raise UnfitError
    return number


def counted(least: int, most: int) -> Kind[int]:
    """Return the kind of value that is a whole number within these bounds."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise UnfitError
        return value

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(f"a whole number from {least} to {most:,}", read, schema)


def read_prose(value: object) -> str:
    """Read text for people, which may have several lines."""
    text = _text(value).strip()
    if not text or len(text) > _MOST_PROSE or not text.replace("\n", "").isprintable():
        raise UnfitError
    return text


def read_flag(value: object) -> bool:
    """Read ``true`` or ``false``."""
    if not isinstance(value, bool):
        raise UnfitError
    return value


def read_table(value: object) -> Table:
    """Read a table, whose own keys are read afterwards."""
    if not isinstance(value, Mapping):
        raise UnfitError
    return value


def read_tables(value: object) -> list[Table]:
    """Read a list of tables, whose own keys are read afterwards."""
    if not isinstance(value, list):
        raise UnfitError
    return [read_table(each) for each in value]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UnfitError
    return value
