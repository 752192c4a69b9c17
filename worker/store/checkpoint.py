"""Brings what was committed from the write-ahead log into the file of SQLite, beside the writers.

Left alone, SQLite does it in a commit, once there are a thousand pages, and that one waits for the
disk ten times as long as the others. A thread of its own does it while others write: the library
lets go of Python meanwhile.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import Any

from sqlalchemy import Engine, exc

EVERY = 32
"""Transactions, of any size, after which it is done."""
AT_THE_LATEST = 4_000
"""Pages after which a commit does it after all: after one that wrote very many, or where readers
were in the way."""
_TRIES = 3
"""The log begins anew when nothing of it is left; while others write on, something is at first."""


class Checkpoints:
    """Makes a checkpoint after some transactions, in a thread that the first one begins."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._written = 0
        self._due = Event()
        self._is_closing = False
        self._thread: Thread | None = None

    def note(self) -> None:
        """Take note of a transaction; one thread at a time."""
        self._written += 1
        if self._written % EVERY == 0:
            if self._thread is None:
                # Whoever does not close a database can end all the same.
                self._thread = Thread(target=self._run, name="checkpoint", daemon=True)
                self._thread.start()
            self._due.set()

    def close(self) -> None:
        """End the thread, after a last one."""
        self._is_closing = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._due.wait()
            self._due.clear()
            is_last = self._is_closing
            # What is wrong with the file the next commit meets itself, and somebody hears of it.
            with suppress(exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
                self._make()

    def _make(self) -> None:
        with self._engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            for _ in range(_TRIES):
                if _is_whole(*driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()):
                    return


def _is_whole(_busy: int, written: int, done: int) -> bool:
    """Tell whether all that was written to the log is in the file."""
    return done >= written
