"""How a statement is written for a kind of database, and what becomes of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from json import JSONDecoder
from typing import Any

from sqlalchemy import JSON, BindParameter
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
_read = JSONDecoder().raw_decode


def compiled(statement: ClauseElement, dialect: Dialect) -> SQLCompiler:
    """Write a statement for a kind of database, its constants in its text.

    A constant may decide which index fits. Where it is a parameter, it might be another at each
    run: SQLite works the statement out anew each time, and PostgreSQL has one plan for any value.
    """
    if dialect.name == "postgresql":
        kind: Any = type(dialect)
        dialect = kind(paramstyle="numeric_dollar")  # as the server itself has it

    class Compiler(dialect.statement_compiler):  # type: ignore[misc, name-defined]
        def visit_bindparam(self, bindparam: BindParameter[Any], *rest: Any, **ways: Any) -> str:
            constant = bindparam.unique and isinstance(bindparam.value, str | int)
            ways |= {"literal_binds": True} if constant else {}
            return str(super().visit_bindparam(bindparam, *rest, **ways))

    return Compiler(dialect, statement)


def inputs(
    binds: Mapping[str, BindParameter[Any]], dialect: Dialect
) -> Iterator[tuple[str, Convert]]:
    """Yield the conversion of each parameter that has one."""
    for name, bind in binds.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            yield name, convert


def _parsed(text: str) -> Any:
    """Return what JSON says, in a third of the time of `json.loads`: much of that is for space."""
    return _read(text.lstrip())[0]


def output(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return the conversion of a column, if it has one; JSON comes as text from both."""
    if isinstance(kind, JSON):
        return _parsed
    return kind.dialect_impl(dialect).result_processor(dialect, None)
