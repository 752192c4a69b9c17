"""What tables are declared with: their common metadata, columns, and indexes of some rows only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, TextClause
from sqlalchemy.types import TypeEngine

Kind = TypeEngine[Any] | type[TypeEngine[Any]]

metadata = MetaData()
"""All tables, as far as their modules are imported."""
# SQLite counts rows only in a column that is exactly INTEGER.
Big = BigInteger().with_variant(Integer(), "sqlite")


def row_id() -> Column[int]:
    """Return the column `id`, which the database counts."""
    return Column("id", Big, primary_key=True, autoincrement=True)


def must(name: str, kind: Kind, *of: ForeignKey, **more: Any) -> Column[Any]:
    """Return a column that always has a value."""
    return Column(name, kind, *of, nullable=False, **more)


def may(name: str, kind: Kind, *of: ForeignKey, **more: Any) -> Column[Any]:
    """Return a column that may be empty."""
    return Column(name, kind, *of, nullable=True, **more)


def partial(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """Return an index of those rows alone of which `where` holds."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
