"""Facts that are read again soon: made once, as long as their rows stay what they were.

The gate reads a lead and its enrollment twice, before the letter is written and in the transaction
that starts its transmission (but see `worker.store.standstill`). To compare a row with what it was
takes a tenth of the time of making a fact of it, and facts that are the same object need no
comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from worker.store.later import Later
from worker.store.prepared import Prepared

MOST = 250
"""Of one kind the last facts that were made are kept, so many at least and twice as many at most:
those of all messages in flight."""

T = TypeVar("T")


class Kept(Generic[T]):
    """The facts that a statement finds, by the number in its first column.

    `make` makes a fact of the values of a row, and of nothing else. Several threads may use it:
    what one of them overwrites is made again.
    """

    def __init__(self, statement: Prepared, make: Callable[[Sequence[Any]], T]) -> None:
        self._statement = statement
        self._make = make
        self._facts: dict[int, tuple[tuple[Any, ...], T]] = {}
        self._former = self._facts

    def read(self, connection: Connection, given: Mapping[str, Any]) -> dict[int, T]:
        """Run the statement, and return what it finds now."""
        return self.ask(connection, given).get()

    def ask(self, connection: Connection, given: Mapping[str, Any]) -> Later[dict[int, T]]:
        """Ask for the same."""
        asked = self._statement.ask(connection, given)
        return Later(asked, lambda rows: self._facts_of(connection, rows))

    def _facts_of(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> dict[int, T]:
        found = dict[int, T]()
        new: list[tuple[Any, ...]] = []
        for row in rows:
            known = self._facts.get(row[0]) or self._former.get(row[0])
            if known is not None and known[0] == row:
                found[row[0]] = known[1]
            else:
                new.append(row)
        for row, values in zip(new, self._statement.values(connection, new), strict=True):
            found[row[0]] = self._keep(row, self._make(values))
        return found

    def _keep(self, row: tuple[Any, ...], fact: T) -> T:
        if len(self._facts) >= MOST:
            self._former, self._facts = self._facts, {}
        self._facts[row[0]] = row, fact
        return fact
