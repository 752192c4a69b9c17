"""Beginning a transaction on SQLite, which has one writer at a time in all processes.

SQLite's own way to wait looks every tenth of a second whether the file is free. A process that
writes again and again leaves it free for a few milliseconds each time, which that misses for
seconds; so we look every few milliseconds ourselves, on a connection that does not wait
(`worker.store.writer`).
"""

from __future__ import annotations

from select import select
from time import monotonic
from typing import Any

from sqlalchemy import Connection

LOOK = 0.003  # seconds
PATIENCE = "nurture_patience"
"""The option of a connection that writes: for so many seconds it waits for those who do."""
_WRITE = "BEGIN IMMEDIATE"  # BEGIN alone lets two writers read first and then deadlock (huey 123)


def begin(connection: Connection) -> None:
    """Begin to read, or to write where the connection is for that."""
    patience = connection.get_execution_options().get(PATIENCE)
    if patience is None:
        connection.exec_driver_sql("BEGIN")
    elif not _begun(connection, patience):
        connection.exec_driver_sql(_WRITE)  # once more, for what is wrong in the usual words


def _begun(connection: Connection, patience: float) -> bool:
    """Begin to write as soon as nobody else does; False where that takes too long."""
    driver: Any = connection.connection.dbapi_connection
    locked = connection.dialect.loaded_dbapi.OperationalError
    end = monotonic() + patience
    while True:
        try:
            driver.execute(_WRITE)
        except locked as error:
            if "locked" not in str(error) or monotonic() >= end:
                return False
            pause(LOOK)
        else:
            return True


def pause(seconds: float) -> None:
    """Wait so long.

    `time.sleep` names a moment of the monotonic clock to the system, and where a library fakes
    the machine's clock, as in our tests of it, that moment is hours away, or none at all.
    """
    select([], [], [], seconds)
