"""Bring a database to the schema of this version, in the process and in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from worker.errors import StoreError
from worker.store import locks
from worker.store.database import Database
from worker.store.schema import MIGRATIONS, head, require_known, revision

OLDEST = 13
"""The first PostgreSQL that tells snapshots and numbers of transactions by type `xid8`."""


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; tell whether there were any.

    All of them commit together, so one that is killed leaves the database as it was.
    """
    _make_private(database)
    with database.read() as connection:
        found = revision(connection)
    if found == head():
        return False  # nor is a large file looked through
    require_known(found)
    with database.reshape() as connection:
        _require_new_enough(connection)
        _take_time(connection)
        before = revision(connection)
        command.upgrade(alembic_config(connection), "head")
        return before != head()


def _take_time(connection: Connection) -> None:
    """Let nobody else upgrade meanwhile, and let no time-out of the server end what takes long.

    The second of two who begin at once finds it done; it failed with what the first had made.
    """
    if connection.dialect.name != "postgresql":
        return
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
    locks.be_upgrader(connection)


def _make_private(database: Database) -> None:
    """Make the file of a new SQLite database so that its owner alone may read it.

    What is named by a URI need not be a file, and is left to SQLite.
    """
    path = Path(database.url.database or "")
    if not database.is_sqlite or "uri" in database.url.query or path.exists():
        return
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}") from error


def _require_new_enough(connection: Connection) -> None:
    dialect = connection.dialect
    version = int((dialect.server_version_info or (OLDEST,))[0])
    if dialect.name == "postgresql" and version < OLDEST:
        raise StoreError(
            f"PostgreSQL {version} is too old: use {OLDEST} or newer, and take the data along"
            " with pg_dump"
        )


def alembic_config(connection: Connection) -> Config:
    """Return a configuration of Alembic that works on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
