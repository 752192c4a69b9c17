"""Migrations: from nothing to this version's schema, all of it, on every database."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

from worker.errors import StoreError
from worker.store import tables
from worker.store.database import Database
from worker.store.schema import head, require_current, revision
from worker.store.upgrade import upgrade


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without a schema."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'new.db'}")
    url: str = request.getfixturevalue("postgres")
    return Database(url)


def test_an_empty_database_is_brought_to_this_version_once(empty: Database) -> None:
    with pytest.raises(StoreError, match="the database is empty: run `nurture db upgrade`"):
        require_current(empty)
    assert upgrade(empty)
    assert not upgrade(empty)
    require_current(empty)
    empty.close()


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    with empty.write() as connection:
        connection.exec_driver_sql("CREATE TABLE hold (wrong INTEGER)")
    with pytest.raises(StoreError):
        upgrade(empty)
    with empty.read() as connection:
        assert inspect(connection).get_table_names() == ["hold"]
        assert revision(connection) is None
    empty.close()


def test_migrations_make_what_the_tables_declare(database: Database) -> None:
    assert tables.message.metadata is SQLModel.metadata
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_schema_of_another_version_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=f"at revision 9999, this version needs {head()}"):
        require_current(database)


def test_a_server_that_is_too_old_is_refused_before_anything_is_written(postgres: str) -> None:
    database = Database(postgres)
    with database.read():  # learns the server's version
        database.engine.dialect.server_version_info = (12, 22)
    with pytest.raises(StoreError, match="PostgreSQL 12 is too old: use 13 or newer"):
        upgrade(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()
