"""Worlds for the stories: most on SQLite, those that depend on the database on each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.world import World, opened
from tests.store.databases import (
    database,
    database_url,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
)
from worker.store.database import Database

__all__ = [
    "database",
    "database_url",
    "postgres_template",
    "postgres_url",
    "sqlite_template",
    "sqlite_url",
]


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """A migrated database of SQLite."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def world(sqlite: Database) -> Iterator[World]:
    """A world on SQLite."""
    with opened(sqlite) as world:
        yield world


@pytest.fixture
def each_world(database: Database) -> Iterator[World]:
    """A world on each database in turn."""
    with opened(database) as world:
        yield world
