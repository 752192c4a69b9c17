"""Tells whether anything was written since that a gate reads: if not, it would read the same again.

The gate is asked twice about a message: before its letter is written, and in the transaction that
starts its transmission, on what is true then (promise 2).

SQLite has one writer at a time, so that
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
- of the very messages of one group commit, what only a gate about the same lead reads: that it was
  sent, the next step of its passage, its way into `transmitting` and out of it. No other message to
  that lead is in flight then, and the next one is claimed, and marked, after that; or
- where a passage stands that has no message open, so that no gate looks at it.

On PostgreSQL others write at the same time, and a mark is a snapshot: which transactions were
committed. Each that wrote anything but what is `unread` leaves its number in the table `writing`:
ours as the last that they do (`worker.store.trip`), others by a trigger. A gate looks there once it
has its locks (`worker.store.locks`): whoever changes what it reads has committed before, and is
seen there, or has to wait until after it. Numbers that are not in the snapshot of the mark came
since, on the same server: a standby that took its place gives numbers out again. A commit of ours
says nothing there, and may be repeated because it was not answered: so one that is asks what state
its messages are in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection

from worker.store import trip

_UNREAD = "nurture_unread"
_SNAPSHOT = "SELECT pg_current_snapshot()::text, pg_postmaster_start_time()::text"
# A dump of another cluster may have brought numbers with it that are not given out here yet.
_UNCHANGED = (
    "SELECT pg_postmaster_start_time()::text = $2 AND NOT EXISTS (SELECT 1 FROM writing"
    " WHERE xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    " AND NOT pg_visible_in_snapshot(xid::text::xid8, $1::pg_snapshot))"
)


class Mark(NamedTuple):
    """Where a database stood, as far as gates read it.

    On SQLite `by` is the connection that said so; `version` tells of what others committed,
    `changes` of what it has written itself. On PostgreSQL `by` is the answer that has the snapshot.
    """

    by: Any
    version: int = 0
    changes: int = 0


def mark(connection: Connection) -> Mark:
    """Return where the database stands; the connection is in a transaction that writes."""
    if connection.dialect.name != "sqlite":
        return Mark(trip.ask(connection, _SNAPSHOT))
    driver = _driver(connection)
    ((version,),) = driver.execute("PRAGMA data_version").fetchall()
    return Mark(driver, version, driver.total_changes - connection.info.get(_UNREAD, 0))


def unchanged(connection: Connection, marks: Collection[Mark]) -> frozenset[Mark]:
    """Return the marks since which nothing was written that a gate reads."""
    if connection.dialect.name == "sqlite":
        return frozenset({mark(connection)}.intersection(marks))
    asked = {one: trip.ask(connection, _UNCHANGED, one.by.rows()[0]) for one in marks}
    return frozenset(one for one, answer in asked.items() if answer.rows()[0][0])


@contextmanager
def unread(connection: Connection) -> Iterator[None]:
    """Write what no gate reads that was marked before: see above."""
    if connection.dialect.name != "sqlite":
        with trip.unread(connection):
            yield
        return
    driver = _driver(connection)
    before = driver.total_changes
    yield
    written = driver.total_changes - before
    connection.info[_UNREAD] = connection.info.get(_UNREAD, 0) + written


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
