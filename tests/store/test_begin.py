"""Whoever is to write waits for another process as long as the database's URL says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from worker.errors import StoreError
from worker.store import begin
from worker.store.database import Database, sqlite_module

LOOKS = 3


@pytest.fixture
def other(sqlite_url: str) -> Iterator[Any]:
    """Another program, which writes."""
    file = sqlite_url.removeprefix("sqlite:///")
    connection = sqlite_module().connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_it_is_seen_at_the_next_look_that_the_file_is_free(
    sqlite_url: str, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def look(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == LOOKS:
            other.execute("COMMIT")

    monkeypatch.setattr(begin, "pause", look)
    database = Database(sqlite_url)
    with database.write() as connection:
        connection.execute(text("UPDATE lead SET score = 1"))
    with database.read() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 30_000
    database.close()
    assert looks == [begin.LOOK] * LOOKS


def test_after_the_time_of_the_url_it_is_told_that_another_writes(
    sqlite_url: str, other: Any
) -> None:
    database = Database(f"{sqlite_url}?timeout=0.01")
    with (
        pytest.raises(StoreError, match="is locked by another program"),
        database.write(),
    ):
        pytest.fail("it writes beside another")
    with database.read() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 10
    other.execute("COMMIT")
    with database.write() as connection:
        connection.execute(text("UPDATE lead SET score = 1"))
    database.close()
