"""Opens the project that a command works on: its settings and its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from worker.cli.times import Times
from worker.clock import SystemClock
from worker.config import Settings, find, load
from worker.core.calendar import zone
from worker.daemon.compose import setup_of
from worker.daemon.opening import open_database
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.setup import Setup
from worker.store.database import Database


@dataclass(frozen=True, slots=True)
class Project:
    """What a command works with. `now` is when it began: one command, one instant."""

    path: Path
    settings: Settings
    setup: Setup
    database: Database
    catalogue: Catalogue
    now: datetime

    @property
    def times(self) -> Times:
        """How instants are written."""
        return Times(self.setup.zone)

    @contextmanager
    def reading(self) -> Iterator[Desk]:
        """Give a desk in a transaction that only reads."""
        with self.database.read() as connection:
            yield Desk(connection, self.setup, self.catalogue, self.now)

    @contextmanager
    def writing(self) -> Iterator[Desk]:
        """Give a desk in a transaction that commits at the end, or not at all."""
        with self.database.write() as connection:
            yield Desk(connection, self.setup, self.catalogue, self.now)


def settings_path(ctx: typer.Context) -> Path:
    """Return the configuration that the command was given, or found; ConfigError without one."""
    return find(ctx.obj)


@contextmanager
def opened(ctx: typer.Context) -> Iterator[Project]:
    """Open the project; raise what is wrong with its settings, its key or its database."""
    path = settings_path(ctx)
    settings = load(path)
    setup = setup_of(settings)
    database = open_database(settings)
    try:
        yield Project(path, settings, setup, database, Catalogue(), SystemClock().now())
    finally:
        database.close()


def times_of(settings: Settings) -> Times:
    """Return how instants are written where only the settings are read."""
    return Times(zone(settings.zone))
