"""Beginning a transaction on SQLite, which has one writer at a time in all processes.

SQLite's own way to wait looks every tenth of a second whether the file is free. A process that
writes again and again leaves it free for a few milliseconds each time, which that misses for
seconds; so we look every few milliseconds ourselves.
"""

from __future__ import annotations

from select import select
from time import monotonic
from typing import Any

from sqlalchemy import Connection

LOOK = 0.003  # seconds
_WRITE = "BEGIN IMMEDIATE"  # BEGIN alone lets two writers read first and then deadlock (huey 123)


def begin(connection: Connection) -> None:
    """Begin to read, or to write where the connection is for that."""
    if not connection.get_execution_options().get("nurture_write", False):
        connection.exec_driver_sql("BEGIN")
        return
    cursor: Any = connection.connection.cursor()
    (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        locked = connection.dialect.loaded_dbapi.OperationalError
        if not _begun(cursor, locked, patience / 1000):
            connection.exec_driver_sql(_WRITE)  # once more, for what is wrong in the usual words
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
        cursor.close()


def _begun(cursor: Any, locked: type[Exception], patience: float) -> bool:
    """Begin to write as soon as nobody else does; False where that takes too long."""
    end = monotonic() + patience
    while True:
        try:
            cursor.execute(_WRITE)
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
