"""On SQLite a statement is worked out once for each connection, however often it is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

import worker.daemon.compose  # noqa: F401  it imports all that has statements
from tests.store.parts import new_lead
from worker.store import leads, prepared
from worker.store.database import Connection, Database
from worker.store.prepared import Prepared

OTHERS = 300  # statements that others run meanwhile: more than a driver keeps unasked


class Work:
    """Counts what SQLite asks to be allowed, which it does only while it works a statement out."""

    def __init__(self, connection: Connection) -> None:
        self.asked = 0
        connection.connection.dbapi_connection.set_authorizer(self._allow)  # type: ignore[union-attr]

    def _allow(self, *_about: object) -> int:
        self.asked += 1
        return 0


@pytest.fixture
def opened(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def connection(opened: Database) -> Iterator[Connection]:
    with opened.write() as connection:
        yield connection


def statements() -> list[Prepared]:
    """Return every statement that SQLite runs."""
    return [one for one in prepared._EVERY if "pg_" not in str(one._build("sqlite"))]


def run(connection: Connection, statement: Prepared) -> None:
    """Run it with parameters of its kinds, whatever comes of it."""
    plan = statement._plan(connection.dialect)
    value = "[]" if "json_each" in plan.text else 1
    with suppress(DBAPIError):
        connection.exec_driver_sql(plan.text, tuple(value for _ in plan.order or ())).close()


def test_each_is_worked_out_once(connection: Connection) -> None:
    work = Work(connection)
    anew = []
    for statement in statements():
        run(connection, statement)
        before = work.asked
        run(connection, statement)
        if work.asked > before:
            anew.append(statement._plan(connection.dialect).text)
    assert work.asked > 0
    assert anew == []


def test_it_is_kept_whatever_else_is_run(connection: Connection) -> None:
    ada, work = new_lead(connection), Work(connection)
    for number in range(OTHERS):
        connection.exec_driver_sql(f"SELECT {number}")
    leads.get(connection, ada)
    before = work.asked
    leads.get(connection, ada)
    assert work.asked == before > OTHERS
