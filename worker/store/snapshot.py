"""Copies a whole database into an empty one of the same schema; the first is only read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlmodel import SQLModel

from worker.store.database import Database

ROWS = 5_000
"""Rows that are copied at a time."""


def copy(source: Database, target: Database) -> None:
    """Copy all rows as they are at one instant; `target` is a migrated SQLite file."""
    if source.is_sqlite:
        _back_up(source, target)
        return
    with source.read() as reading, target.write() as writing:
        # One instant for all tables: READ COMMITTED would take a new one for each.
        reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for table in SQLModel.metadata.sorted_tables:
            _copy_rows(reading, writing, table)


def _back_up(source: Database, target: Database) -> None:
    """Copy a SQLite file page by page, while others may write to it."""
    from_, to = source.engine.raw_connection(), target.engine.raw_connection()
    try:
        driver: Any = from_.driver_connection
        driver.backup(to.driver_connection)
    finally:
        from_.close()
        to.close()


def _copy_rows(reading: Connection, writing: Connection, table: Any) -> None:
    stored = [one for one in table.columns if one.computed is None]
    found = reading.execution_options(stream_results=True).execute(select(*stored)).mappings()
    for rows in found.partitions(ROWS):
        writing.execute(insert(table), [dict(row) for row in rows])
