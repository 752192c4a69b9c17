"""What rows of SQLite refer to, while a table is written anew: dropped, and made again.

SQLite looks at each row on its own, so whatever refers to one that is dropped would be lost. Its
own advice is to look away meanwhile, and to look at all of it before the end
(https://www.sqlite.org/lang_altertable.html#otheralter).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from worker.errors import StoreError


@contextmanager
def unbound(connection: Connection) -> Iterator[None]:
    """Run a transaction in which rows may refer to what is not there, but not at its end.

    Raises StoreError where one does, and nothing is committed. After an error the connection looks
    away still, and is not to be used again.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")  # does nothing once a transaction has begun
    with connection.begin():
        yield
        _require_bound(connection)
    driver.execute("PRAGMA foreign_keys = ON")


def _require_bound(connection: Connection) -> None:
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if lost is not None:
        table, row, parent = lost[0], lost[1], lost[2]
        raise StoreError(
            f"row {row} of the table {table} refers to a row of {parent} that is not there: "
            "the database is damaged; restore a backup"
        )
