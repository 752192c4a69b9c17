"""Bring a database to the schema of this version, in the process and in one transaction."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from worker.store.database import Database
from worker.store.schema import MIGRATIONS, head, revision


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; tell whether there were any.

    All of them commit together, so one that is killed leaves the database as it was.
    """
    with database.write() as connection:
        before = revision(connection)
        command.upgrade(alembic_config(connection), "head")
        return before != head()


def alembic_config(connection: Connection) -> Config:
    """Return a configuration of Alembic that works on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
