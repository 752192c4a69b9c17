"""What a value of a sequence file may be: how it is read, and how that is said to people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Generic, TypeVar
from zoneinfo import available_timezones

from worker.core.calendar import zone
from worker.core.document import nearest, shown
from worker.core.states import Stage
from worker.errors import InputError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Table = Mapping[str, object]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MOST_TITLE = 200


class UnfitError(ValueError):
    """A value is not of its kind; it carries a reason where "expected …" does not tell it all."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """One kind of value.

    `expected` ends the sentence "expected …"; `read` raises `UnfitError`.
    """

    expected: str
    read: Callable[[object], T_co]


def choice(options: Mapping[str, T]) -> Kind[T]:
    """Return the kind of value that is one of these words."""
    *others, last = [f'"{word}"' for word in options]
    expected = f"{', '.join(others)} or {last}"

    def read(value: object) -> T:
        if not isinstance(value, str) or value not in options:
            raise UnfitError
        return options[value]

    return Kind(expected, read)


def read_title(value: object) -> str:
    """Read a line of text for people."""
    text = _text(value)
    if not text.strip() or len(text) > _MOST_TITLE or not text.isprintable():
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
    path = PurePosixPath(_text(value))
    if path.is_absolute() or ".." in path.parts or "\\" in str(path):
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


def read_stages(value: object) -> frozenset[Stage]:
    """Read a list of one stage or more."""
    if not isinstance(value, list) or not value:
        raise UnfitError
    stages: set[Stage] = set()
    for each in value:
        try:
            stages.add(Stage(each))
        except ValueError:
            raise UnfitError(f"no stage is called {shown(each)}") from None
    return frozenset(stages)


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
