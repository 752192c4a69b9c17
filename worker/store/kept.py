"""Facts that are read again soon: made once, as long as their rows stay what they were.

The gate reads a lead and its enrollment twice, before the letter is written and in the transaction
that starts its transmission (but see `worker.store.standstill`). To compare a row with what it was
takes a tenth of the time of making a fact of it, and facts that are the same object need no
comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from worker.store.prepared import Prepared, Row

MOST = 500
"""Facts that are kept of one kind: those of all messages in flight, several times over."""

T = TypeVar("T")


class Kept(Generic[T]):
    """The facts that a statement finds, by the number in its first column.

    `make` makes a fact of a row, and of nothing else. Several threads may use it.
    """

    def __init__(self, statement: Prepared, make: Callable[[Row], T]) -> None:
        self._statement = statement
        self._make = make
        self._facts: dict[int, tuple[tuple[Any, ...], T]] = {}
        self._keeping = Lock()

    def read(self, connection: Connection, given: Mapping[str, Any]) -> dict[int, T]:
        """Run the statement, and return what it finds now."""
        found = dict[int, T]()
        for row in self._statement.tuples(connection, given):
            known = self._facts.get(row[0])
            if known is None or known[0] != row:
                known = self._keep(connection, row)
            found[row[0]] = known[1]
        return found

    def _keep(self, connection: Connection, row: tuple[Any, ...]) -> tuple[tuple[Any, ...], T]:
        fact = self._make(self._statement.named(connection, row))
        with self._keeping:  # one thread at a time: each looks for the oldest fact
            while row[0] not in self._facts and len(self._facts) >= MOST:
                del self._facts[next(iter(self._facts))]
            self._facts[row[0]] = row, fact
        return row, fact
