"""Bring a database to the schema of this version, in the process and in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from worker.errors import StoreError
from worker.store.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; tell whether there were any.

    All of them commit together, so one that is killed leaves the database as it was.
    """
    with database.write() as connection:
        before = revision(connection)
        command.upgrade(alembic_config(connection), "head")
        return before != head()


def require_current(database: Database) -> None:
    """Raise `StoreError` where the schema is not the one of this version."""
    with database.read() as connection:
        found = revision(connection)
    if found is None:
        raise StoreError("the database is empty: run `nurture db upgrade`")
    if found != head():
        raise StoreError(
            f"the database is at revision {found}, this version needs {head()}: "
            "run `nurture db upgrade`, or install the newer version that wrote it"
        )


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Return the revision that this version needs."""
    found = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert found is not None
    return found


def alembic_config(connection: Connection) -> Config:
    """Return a configuration of Alembic that works on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
