"""Reads one table by the list of its keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from worker.core.document import shown, unknown
from worker.core.places import Place
from worker.sequence.key import Key
from worker.sequence.kinds import Table, UnfitError
from worker.sequence.problems import Problems

T = TypeVar("T")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Fields:
    """What a table at `place` holds, as values; a key that failed is missing.

    `written` are the names that stand in the file, whether they could be read or not.
    """

    place: Place
    _values: Mapping[str, object]
    written: frozenset[str] = frozenset()

    def __getitem__(self, key: Key[T]) -> T:
        """Return the value or default of a key; KeyError where it failed."""
        return cast("T", self._values[key.name])

    def get(self, key: Key[T]) -> T | None:
        """Return the value or default of a key; None where it failed."""
        return cast("T | None", self._values.get(key.name))

    def has(self, key: Key[Any]) -> bool:
        """Tell whether a key is written."""
        return key.name in self.written

    def at(self, key: Key[Any]) -> Place:
        """Return where a key of this table stands."""
        return (*self.place, key.name)


def read_fields(table: Table, place: Place, keys: Sequence[Key[Any]], problems: Problems) -> Fields:
    """Read the keys of a table; unknown, missing and wrong ones are noted in `problems`."""
    names = [key.name for key in keys]
    for word in table:
        if problems.full:
            break
        if word not in names:
            problems.add((*place, word), unknown(word, names))
    values = {key.name: _read(table, place, key, problems) for key in keys}
    present = {word: value for word, value in values.items() if value is not _ABSENT}
    return Fields(place, present, frozenset(table))


def _read(table: Table, place: Place, key: Key[Any], problems: Problems) -> object:
    if key.name not in table:
        if key.required:
            problems.add((*place, key.name), f"missing; expected {key.kind.expected}")
            return _ABSENT
        return key.default
    value = table[key.name]
    try:
        return key.kind.read(value)
    except UnfitError as error:
        reason = f"{error}; " if error.args else ""
        came = f"{reason}expected {key.kind.expected}, got {shown(value)}"
        problems.add((*place, key.name), came)
        return _ABSENT
