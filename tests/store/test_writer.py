"""The connection that writes a SQLite file: one, and never in a state that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.store.parts import NOW
from worker.store import suppressions
from worker.store.database import Connection, Database


@pytest.fixture
def opened(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


def driver_of(connection: Connection) -> object:
    return connection.connection.dbapi_connection


def suppressed(database: Database) -> int:
    with database.read() as connection:
        return suppressions.count(connection)


def test_it_is_kept_from_transaction_to_transaction(opened: Database) -> None:
    with opened.write() as connection:
        first = driver_of(connection)
    with opened.write() as connection:
        assert driver_of(connection) is first
    with opened.read() as connection:
        assert driver_of(connection) is not first


def test_what_fails_is_taken_back_and_the_next_one_writes(opened: Database) -> None:
    def fail() -> None:
        with opened.write() as connection:
            suppressions.add(connection, "one", "address", "they called", NOW)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert suppressed(opened) == 0
    with opened.write() as connection:
        suppressions.add(connection, "other", "address", "they called", NOW)
    assert suppressed(opened) == 1


def test_an_error_of_the_database_leaves_nothing_behind(opened: Database) -> None:
    row = text("INSERT INTO suppression VALUES ('one', 'address', 'they called', 0, NULL)")

    def write(times: int) -> None:
        with opened.write() as connection:
            for _ in range(times):
                connection.execute(row)

    with pytest.raises(IntegrityError):
        write(times=2)
    write(times=1)
    assert suppressed(opened) == 1


def test_whoever_comes_while_it_is_out_has_one_of_its_own(opened: Database) -> None:
    """As one does who had no more patience for its turn; they wait for each other in the file."""
    writer = opened._writer
    with writer.connection() as first, writer.connection() as second:
        drivers = driver_of(first), driver_of(second)
        second.begin().commit()
        first.begin().commit()
    assert drivers[0] is not drivers[1]
    with opened.write() as connection:
        assert driver_of(connection) in drivers
