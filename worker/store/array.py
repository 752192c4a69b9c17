"""Many values as one parameter on PostgreSQL: the text of an array, as its manual says in §8.15.

The driver writes arrays too, but looks at every value in four ways; a group commit has several
dozens of arrays, and spent a quarter of its time on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, to_instance

_NUL = "\0"


class Array(TypeDecorator[Any]):
    """An array of values of one kind: texts, numbers, instants, or yes and no."""

    impl = ARRAY
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> None:
        super().__init__(kind)
        self.kind = to_instance(kind)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """Return what writes an array."""
        convert = self.kind.dialect_impl(dialect).bind_processor(dialect)
        if convert is None:
            return written
        return lambda values: written(map(convert, values))


def written(values: Iterable[object]) -> str:
    """Return the text of an array."""
    given = list(values)
    if set(map(type, given)) == {int}:
        return "{" + ",".join(map(str, given)) + "}"
    return "{" + (_texts(given) or ",".join(map(_element, given))) + "}"


def _texts(given: list[Any]) -> str | None:
    """Return texts as they stand in an array, all quoted at once; None where others are among them.

    No text may have a NUL on PostgreSQL, so that it can stand between them meanwhile.
    """
    if set(map(type, given)) != {str}:
        return None
    together = _NUL.join(given)
    if together.count(_NUL) != len(given) - 1:
        return None
    return f'"{_escaped(together)}"'.replace(_NUL, '","')


def _element(value: object) -> str:
    if isinstance(value, str):
        return f'"{_escaped(value)}"'
    if value is None:
        return "NULL"
    if isinstance(value, int):  # True and False too
        return str(value)
    raise TypeError(f"an array of {type(value).__name__} cannot be written")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
