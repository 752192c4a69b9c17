"""Tells whether anything was written since that a gate reads: if not, it would read the same again.

The gate is asked twice about a message: before its letter is written, and in the transaction that
starts its transmission, on what is true then (promise 2). SQLite has one writer at a time, so that
a transaction that writes can know that nothing happened since the first reading, and need not read
again. It knows by a `Mark`, of where the database stood before the first reading:

- Whatever another connection commits, of this process or of any other, changes this connection's
  `PRAGMA data_version`.
- Whatever this connection writes is counted in its `total_changes`, and taken off again only if it
  was written `unread`. What is rolled back stays counted.
- A transaction that writes has begun with BEGIN IMMEDIATE: it sees all that was committed, and
  nobody else commits until it has.

So between two marks that are equal nothing was written but what is `unread`. That is said of few
places, each of which writes only

- columns that no gate reads (which messages are planned, claimed or in flight; when a passage is
  looked at next; decisions; how much of a limit was used),
- of the very messages of one group commit, what only a gate about the same lead reads: a touch, the
  next step of its passage, its way into `transmitting` and out of it. No other message to that lead
  is in flight then, and the next one is claimed, and marked, after that; or
- where a passage stands that has no message open, so that no gate looks at it.

On PostgreSQL others write at the same time; there no mark equals another, and the gate reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection

_UNREAD = "nurture_unread"


class Mark(NamedTuple):
    """Where a database stood, as far as gates read it.

    `by` is the connection that said so; `version` tells of what others committed, `changes` of what
    it has written itself.
    """

    by: object
    version: int = 0
    changes: int = 0


def mark(connection: Connection) -> Mark:
    """Return where the database stands; the connection is in a transaction that writes."""
    if connection.dialect.name != "sqlite":
        return Mark(object())
    driver = _driver(connection)
    ((version,),) = driver.execute("PRAGMA data_version").fetchall()
    return Mark(driver, version, driver.total_changes - connection.info.get(_UNREAD, 0))


@contextmanager
def unread(connection: Connection) -> Iterator[None]:
    """Write what no gate reads that was marked before: see above."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = _driver(connection)
    before = driver.total_changes
    yield
    written = driver.total_changes - before
    connection.info[_UNREAD] = connection.info.get(_UNREAD, 0) + written


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
