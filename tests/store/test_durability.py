"""When the disk is waited for, and when what it has is brought into the file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.store.parts import NOW
from worker.store import suppressions
from worker.store.checkpoint import EVERY
from worker.store.database import Database


@pytest.fixture
def opened(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


def asked(database: Database, what: str, *, lasting: bool) -> str:
    with database.write(lasting=lasting) as connection:
        return str(connection.execute(text(what)).scalar_one())


def add(database: Database, number: int) -> None:
    with database.write() as connection:
        suppressions.add(connection, str(number), "address", "they called", NOW)


def in_file_alone(database: Database, folder: Path) -> int:
    """Count what stands in the file itself, without the log beside it."""
    copy = folder / "alone.db"
    shutil.copyfile(str(database.url.database), copy)
    alone = Database(f"sqlite:///{copy}")
    with alone.read() as connection:
        found = suppressions.count(connection)
    alone.close()
    return found


def test_sqlite_waits_for_the_disk_unless_it_need_not_last(opened: Database) -> None:
    full, normal = "2", "1"
    for lasting, expected in ((True, full), (False, normal), (True, full)):
        assert asked(opened, "PRAGMA synchronous", lasting=lasting) == expected


def test_postgresql_waits_for_the_disk_unless_it_need_not_last(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.write() as connection:  # that of the tests never waits
        named = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {named} SET synchronous_commit = on"))
    database.close()
    for lasting, expected in ((True, "on"), (False, "off"), (True, "on")):
        assert asked(database, "SHOW synchronous_commit", lasting=lasting) == expected
    database.close()


def test_what_need_not_last_is_committed_all_the_same(opened: Database) -> None:
    with opened.write(lasting=False) as connection:
        suppressions.add(connection, "one", "address", "they called", NOW)
    with opened.read() as connection:
        assert suppressions.count(connection) == 1


def test_the_log_is_brought_into_the_file_beside_the_writers(
    opened: Database, tmp_path: Path
) -> None:
    for number in range(EVERY):
        add(opened, number)
    checkpoints = opened._writer._checkpoints
    assert checkpoints is not None
    checkpoints.close()
    assert in_file_alone(opened, tmp_path) == EVERY


def test_a_checkpoint_that_fails_is_not_the_last_one(opened: Database, tmp_path: Path) -> None:
    allowed, denied, turned_away, well_again = 0, 1, Event(), Event()

    def judge(_action: int, what: str | None, *_more: object) -> int:
        if what != "wal_checkpoint" or well_again.is_set():
            return allowed
        turned_away.set()
        return denied

    def watch(driver: Any, *_more: object) -> None:
        driver.set_authorizer(judge)

    event.listen(opened.engine, "checkout", watch)
    for number in range(EVERY):
        add(opened, number)
    assert turned_away.wait(30)
    well_again.set()
    for number in range(EVERY, 2 * EVERY):
        add(opened, number)
    checkpoints = opened._writer._checkpoints
    assert checkpoints is not None
    checkpoints.close()
    assert in_file_alone(opened, tmp_path) == 2 * EVERY
