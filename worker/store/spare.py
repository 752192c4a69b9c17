"""A connection that is kept for the next transaction.

To take one from SQLAlchemy's pool, and to give it back, takes a quarter of the processor's time
that a transaction with one statement takes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


class Spare:
    """Gives a connection, to one at a time; whoever comes while it is out has one of its own.

    `make` makes one, `let_go` takes one that is not kept: a second one, and after an error any.
    """

    def __init__(
        self, make: Callable[[], Connection], let_go: Callable[[Connection], None]
    ) -> None:
        self._make = make
        self._let_go = let_go
        self._kept: deque[Connection] = deque()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Give the connection, in no transaction; it is to be in none at the end."""
        try:
            connection = self._kept.pop()
        except IndexError:
            connection = self._make()
        try:
            yield connection
        except BaseException:
            self._let_go(connection)
            raise
        if self._kept:
            self._let_go(connection)
        else:
            self._kept.append(connection)

    def close(self) -> None:
        """Close what is kept."""
        while self._kept:
            self._kept.pop().close()
