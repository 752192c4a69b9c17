"""The connection by which a process writes a SQLite file: one, for transaction after transaction.

What a connection has read of the file it keeps only while nobody else writes. A process that
writes over one connection after the other finds nothing kept at each, and reads anew what it has
just written; and to take one from a pool costs more than to begin and to commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from worker.store.begin import PATIENCE
from worker.store.checkpoint import Checkpoints
from worker.store.spare import Spare


class Writer:
    """Gives the connection that writes, to one at a time.

    Whoever comes while it is out has one of its own. `patience` is for how many seconds it waits
    for other processes that write; `cache` is how many kilobytes of the file it keeps. What it
    wrote `checkpoints` bring into the file.
    """

    def __init__(
        self, engine: Engine, patience: float, cache: int, checkpoints: Checkpoints | None
    ) -> None:
        self._engine = engine
        self._checkpoints = checkpoints
        self._patience = patience
        self._cache = cache
        self._spare = Spare(self._open, _give_up)

    @contextmanager
    def connection(self, *, lasting: bool = True) -> Iterator[Connection]:
        """Give the connection; after an error it is given up, whatever state it is in.

        For what need not be `lasting` the disk is not waited for: after a failure of power it may
        be undone, and after nothing else; whatever is written later, and lasting, makes it last.
        """
        with self._spare.connection() as connection:
            if not lasting:
                _set(connection, "synchronous = NORMAL")
            yield connection
            if not lasting:
                _set(connection, "synchronous = FULL")
        if self._checkpoints is not None:
            self._checkpoints.note()

    def close(self) -> None:
        """Close what is kept."""
        if self._checkpoints is not None:
            self._checkpoints.close()
        self._spare.close()

    def _open(self) -> Connection:
        connection = self._engine.connect()
        _set(connection, "busy_timeout = 0")  # see `worker.store.begin`
        _set(connection, f"cache_size = -{self._cache}")
        return connection.execution_options(**{PATIENCE: self._patience})


def _set(connection: Connection, pragma: str) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA {pragma}")


def _give_up(connection: Connection) -> None:
    """Close it for good: whoever reads has another patience, and must not find it in the pool."""
    connection.invalidate()
    connection.close()
