"""A transaction to read in begins when something is read, and ends with its block."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import event

from tests.store.parts import NOW
from worker.core.states import Scope
from worker.store import holds
from worker.store.database import Connection, Database
from worker.store.reading import Reading


def _begun(database: Database) -> list[Connection]:
    """Return a list to which each transaction comes that begins."""
    begun = list[Connection]()
    event.listen(database.engine, "begin", begun.append)
    return begun


def test_what_is_never_asked_begins_nothing(database: Database) -> None:
    begun = _begun(database)
    with Reading(database):
        pass
    assert begun == []


def test_it_is_one_transaction_however_often_it_is_asked(database: Database) -> None:
    begun = _begun(database)
    with Reading(database) as reading:
        assert reading.connection is reading.connection
    assert len(begun) == 1


def test_each_block_sees_what_was_written_before_it(database: Database) -> None:
    reading = Reading(database)
    for count in range(3):
        with reading:
            assert len(holds.open_now(reading.connection, NOW)) == count
        with database.write() as connection:
            holds.add(connection, (Scope.LEAD, str(count)), "a test", NOW, None)


def test_it_ends_when_something_goes_wrong(database: Database) -> None:
    reading = Reading(database)
    with suppress(ZeroDivisionError), reading:
        first = reading.connection
        raise ZeroDivisionError
    assert first.closed


def test_what_was_just_written_is_read_back(database: Database) -> None:
    with database.write() as connection:
        holds.add(connection, (Scope.LEAD, "1"), "a test", NOW, None)
        wrote = connection.connection.driver_connection
    with database.read_back() as connection:
        assert len(holds.open_now(connection, NOW)) == 1
        if database.is_sqlite:
            assert connection.connection.driver_connection is wrote
