"""A transaction to read in that begins when something is read: often nothing has to be."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Protocol

from sqlalchemy import Connection

from worker.store.database import Database


class Reads(Protocol):
    """What has a connection to read by."""

    @property
    def connection(self) -> Connection:
        """The connection, in a transaction."""
        ...


class Reading:
    """Read by its `connection` inside of ``with``, which may come again: each is a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begun = ExitStack()
        self._connection: Connection | None = None

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection = None
            self._begun.__exit__(kind, error, trace)

    @property
    def connection(self) -> Connection:
        """The connection; the transaction begins when it is asked for first."""
        if self._connection is None:
            self._connection = self._begun.enter_context(self._database.read())
        return self._connection
