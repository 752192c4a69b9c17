"""Which schema a database has, and which one this version needs; read without Alembic.

Importing Alembic takes longer than most commands run, and only `worker.store.upgrade` needs it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from worker.errors import StoreError
from worker.store.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")


def require_current(database: Database) -> None:
    """Raise `StoreError` where the schema is not the one of this version."""
    with database.read() as connection:
        found = revision(connection)
    if found is None:
        raise StoreError("the database is empty: run `nurture db upgrade`")
    require_known(found)
    if found != head():
        raise StoreError(
            f"the database is at revision {found}, this version needs {head()}: "
            "run `nurture db upgrade`"
        )


def require_known(found: str | None) -> None:
    """Raise `StoreError` where a newer version than this one wrote the database."""
    if found is not None and found > head():
        raise StoreError(
            f"the database is at revision {found}, and this version ends with {head()}: "
            "install the newer version that wrote it"
        )


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found


def head() -> str:
    """Return the revision that this version needs: that of the last file, they are numbered."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py"))
