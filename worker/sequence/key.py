"""One key of the sequence language: its name, kind, default and meaning, said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Generic, TypeVar

from worker.sequence import delays, kinds
from worker.sequence.kinds import Kind, Table

T = TypeVar("T")


class Absent(Enum):
    """The default of a key that must be written."""

    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """One key of a table; `default` is what it means where it is not written.

    `otherwise` is how that is said to people; "" where `default` says it.
    """

    name: str
    kind: Kind[T]
    default: T | Absent
    meaning: str
    otherwise: str = ""

    @property
    def required(self) -> bool:
        """Tell whether it must be written."""
        return self.default is Absent.ABSENT


ABSENT = Absent.ABSENT
EMPTY: Mapping[str, object] = MappingProxyType({})
NAME = Kind(
    "a name of a-z, 0-9, - and _, at most 64 long",
    kinds.read_name,
    {"type": "string", "pattern": f"^{kinds.NAME.pattern}$"},
)
DELAY = Kind(delays.EXPECTED, delays.read_delay, {"type": "string", "pattern": delays.PATTERN})
FLAG = Kind("true or false", kinds.read_flag, {"type": "boolean"})
TABLE: Kind[Table] = Kind("a table such as { key = value }", kinds.read_table, {"type": "object"})
TABLES: Kind[list[Table]] = Kind(
    "a list of tables such as [{ key = value }]",
    kinds.read_tables,
    {"type": "array", "items": {"type": "object"}},
)
